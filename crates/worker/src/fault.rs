//! A worker with a model: its stages, and how each may fail.

use std::ffi::OsString;
use std::fs::File;

use assistant::{Draft, Task};

use crate::error::exit;

/// What a program with a model does, in the order of a worker's life. Each stage takes what the one before it made.
#[derive(Debug)]
pub struct Stages<P, L> {
    /// Before the wall is closed, and after namespaces, Landlock and capabilities are gone: starts threads and sets tables
    /// up. Gets the model's file, which is never closed, and the settings of [`crate::Program::with_model`]. **Reads nothing of the file.** The threads
    /// must have begun to run when it comes back.
    pub prepare: fn(&'static File, &[OsString]) -> Result<P, Fault>,
    /// Behind the closed wall: parses the model.
    pub load: fn(P) -> Result<L, Fault>,
    /// Behind the closed wall: does a task.
    pub run: fn(&mut L, &Task) -> Result<Draft, Fault>,
}

impl<P, L> Clone for Stages<P, L> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<P, L> Copy for Stages<P, L> {}

/// Why a worker with a model gives up. It says so by its exit code; it has no other word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The settings are not ours, or there is no model's file.
    Misused,
    /// The model's file is broken, too large, or of a kind that is not known here.
    Model,
    /// The engine failed. What it says of the task itself, it says in a draft.
    Engine,
}

impl Fault {
    /// The exit code for it; for an engine that can only end the process.
    #[must_use]
    pub const fn code(self) -> i32 {
        match self {
            Self::Misused => exit::MISUSED,
            Self::Model => exit::BAD_MODEL,
            Self::Engine => exit::ENGINE_FAILED,
        }
    }
}
