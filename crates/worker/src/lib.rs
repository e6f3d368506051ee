//! The process that runs the assistant, and the kernel's wall around it (R8, R9, R12; A25, A26).
//!
//! A program calls [`entry`] first in `main`. Later [`answer`] starts the same program again as a worker: with no
//! environment, no file and no descriptor but two pipes. The worker locks itself down, says so, and only then is
//! given the task; its only way out is one pipe, whose bytes are treated as hostile and pass [`assistant::check`].
//!
//! **Refused:** a worker whose wall does not stand gets no text ([`WorkerError::NoWall`]). Behind the wall every
//! system call that the table in [`Profile`] does not name ends the process. Nothing that a worker says is shown
//! unless it is one whole, well-formed draft that fits the task.
//!
//! **Trusted:** the kernel, the program that is started, and the code that runs before the lockdown. Not trusted:
//! the worker from the moment it reads the task, and everything that it writes.
//!
//! **Not stopped:** what a worker can tell by how long it takes and by which lines it picks, and flaws of the kernel
//! in the few calls that remain.
//!
//! The invariants are tested in `tests/attempts.rs` (each forbidden act refused, and succeeding without the wall),
//! `tests/hostile.rs` (workers that crash, hang, flood and lie) and `tests/wall.rs` (no wall, no text).
//!
//! Linux on x86-64 and 64-bit ARM. Elsewhere every call answers that there is no AI here, and why.
// Elsewhere nothing speaks the protocol.
#![cfg_attr(
    not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))),
    allow(dead_code)
)]

mod cancel;
mod error;
mod layer;
mod program;
mod wire;

#[cfg_attr(
    all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")),
    path = "linux/mod.rs"
)]
#[cfg_attr(
    not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))),
    path = "elsewhere.rs"
)]
mod system;

pub mod attempts;

pub use cancel::Cancel;
pub use error::WorkerError;
pub use layer::{Errno, Layer, LayerReport, LayerState, State};
pub use program::Program;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub use system::{Argument, Profile, Rule, Verdict};
pub use system::{Limits, RunReport, answer, entry, layers};
