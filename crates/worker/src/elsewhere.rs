//! Systems on which we know no wall. There is no AI there.

use std::ffi::OsString;

use assistant::{Answer, Draft, Task};

use crate::{Cancel, LayerReport, Program, Stages, WorkerError};

const WHY: &str = "Snug knows how to close a sandbox on Linux for x86-64 and 64-bit ARM only, so far";

/// Never becomes a worker here.
pub fn entry(_arguments: impl IntoIterator<Item = OsString>, _run: fn(&Task) -> Draft) {}

/// Never becomes a worker here.
pub fn entry_with_model<P, L>(_arguments: impl IntoIterator<Item = OsString>, _stages: Stages<P, L>) {}

/// How long a run may take. Nothing runs here.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// From the start of the process to its end.
    pub deadline: std::time::Duration,
}

/// What a run took. Nothing runs here.
#[derive(Clone, Debug)]
pub struct RunReport {
    /// The layers of the sandbox.
    pub layers: LayerReport,
}

/// There is no AI here.
///
/// # Errors
/// Always [`WorkerError::Unsupported`].
pub fn answer(_: &Program, _: &Task, _: &Limits, _: &Cancel) -> Result<(Answer, RunReport), WorkerError> {
    Err(WorkerError::Unsupported { why: WHY })
}

/// There is no sandbox here.
///
/// # Errors
/// Always [`WorkerError::Unsupported`].
pub fn layers(_: &Program) -> Result<LayerReport, WorkerError> {
    Err(WorkerError::Unsupported { why: WHY })
}

pub(crate) mod attempts {
    use crate::attempts::{Attempt, Outcome};
    use crate::{Program, WorkerError};

    /// Every attempt. There is none here.
    #[must_use]
    pub fn all() -> Vec<Attempt> {
        Vec::new()
    }

    /// There is no sandbox here to be tried.
    ///
    /// # Errors
    /// Always [`WorkerError::Unsupported`].
    pub fn run_all(_: &Program, _: impl FnMut(usize, &Outcome)) -> Result<Vec<Outcome>, WorkerError> {
        Err(WorkerError::Unsupported { why: super::WHY })
    }
}
