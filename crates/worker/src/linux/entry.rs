//! The door through which a program becomes a worker.

use std::ffi::OsString;

use assistant::{Draft, Task};

use super::{attempts, child};
use crate::Stages;
use crate::program::{ATTEMPT, WORKER};
use crate::system::profile::Profile;

/// Becomes a worker where the arguments say so, and then never comes back. Call it first in `main`, before there is
/// a second thread: `worker::entry(std::env::args_os().skip(1), assistant::run)`.
///
/// Called by hand, a worker only gives things up and waits for a task, and an attempt is made only for the parent that
/// prepared it, in the directory made for it.
pub fn entry(arguments: impl IntoIterator<Item = OsString>, run: fn(&Task) -> Draft) {
    let mut arguments = arguments.into_iter();
    let first = arguments.next().unwrap_or_default();
    if first == WORKER {
        child::serve(&Profile::WITHOUT_MODEL, run);
    }
    if first == ATTEMPT {
        attempts::act(arguments);
    }
}

/// The same for a program with a model: `stages` say what it does with it.
pub fn entry_with_model<P, L>(arguments: impl IntoIterator<Item = OsString>, stages: Stages<P, L>) {
    let mut arguments = arguments.into_iter();
    let first = arguments.next().unwrap_or_default();
    if first == WORKER {
        let settings: Vec<_> = arguments.collect();
        child::serve_with_model(&Profile::WITH_MODEL, &settings, stages);
    }
    if first == ATTEMPT {
        attempts::act(arguments);
    }
}
