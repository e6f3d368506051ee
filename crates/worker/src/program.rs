//! What to start as a worker.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// The first argument by which [`crate::entry`] knows that it is to be a worker. Nobody types it.
pub(crate) const WORKER: &str = "__snug-worker";
/// The first argument by which [`crate::entry`] knows that it is to try one forbidden act.
pub(crate) const ATTEMPT: &str = "__snug-attempt";

/// A program that calls [`crate::entry`] first in `main`.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    worker: Vec<OsString>,
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
        }
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
}
