//! What the wall is for, tried out: forbidden acts, each made once in a process that is locked down exactly as a
//! worker is, twice as a worker with a model is, once with only the layers behind the filter, and once without any, as
//! the control.
//!
//! They are part of the shipping program so that anybody can see the answers of their own kernel (R8). No act harms
//! the machine where it succeeds: the controls use files, processes and addresses that were made for them, or
//! arguments that the kernel refuses only after it has let the caller in. Where neither is possible the control is
//! not tried, and its row says so.

mod finding;

pub use finding::{Finding, Outcome};

pub use crate::system::attempts::{all, run_all};

/// One forbidden act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Attempt {
    /// A short name, stable over versions.
    pub id: &'static str,
    /// What it belongs to: network, files...
    pub group: &'static str,
    /// What it is, in words.
    pub what: &'static str,
    /// Which system call it makes.
    pub how: &'static str,
    /// Whether it succeeds for every person on an ordinary Linux where nothing confines it.
    pub ordinary: bool,
}
