//! What to start as a worker.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::ModelFile;

/// The first argument by which [`crate::entry`] knows that it is to be a worker. Nobody types it.
pub(crate) const WORKER: &str = "__snug-worker";
/// The first argument by which [`crate::entry`] knows that it is to try one forbidden act.
pub(crate) const ATTEMPT: &str = "__snug-attempt";

/// A program that calls [`crate::entry`] first in `main`.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    worker: Vec<OsString>,
    model: Option<ModelFile>,
}

impl Program {
    /// The program that is running, even if its file has been replaced since.
    #[must_use]
    pub fn this() -> Self {
        Self::at("/proc/self/exe")
    }

    /// Another program.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into(),
            worker: vec![WORKER.into()],
            model: None,
        }
    }

    /// The same program with a model: each worker is handed the open file, which it parses behind its wall, and is
    /// told `settings`, as arguments. A program that calls [`crate::entry`] and not [`crate::entry_with_model`] closes the file unread.
    #[must_use]
    pub fn with_model<S: AsRef<OsStr>>(
        mut self,
        model: ModelFile,
        settings: impl IntoIterator<Item = S>,
    ) -> Self {
        let settings = settings.into_iter().map(|setting| setting.as_ref().to_owned());
        self.worker.extend(settings);
        self.model = Some(model);
        self
    }

    /// The same program, started as a worker with other arguments: for tests with workers that misbehave.
    #[must_use]
    pub fn with_arguments<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.worker = arguments
            .into_iter()
            .map(|argument| argument.as_ref().to_owned())
            .collect();
        self
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn arguments(&self) -> &[OsString] {
        &self.worker
    }

    pub(crate) fn model(&self) -> Option<&ModelFile> {
        self.model.as_ref()
    }
}
