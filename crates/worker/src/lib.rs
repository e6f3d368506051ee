//! The process that runs the assistant, and the kernel's wall around it (R8, R9, R12; A25, A26).
//!
//! A program calls [`entry`] first in `main`. Later [`answer`] starts the same program again as a worker: with no
//! environment, no file and no descriptor but two pipes. The worker locks itself down, says so, and only then is
//! given the task; its only way out is one pipe, whose bytes are treated as hostile and pass [`assistant::check`].
//!
//! A program with a model calls [`entry_with_model`]. Its worker keeps one more descriptor, the model's file, open for
//! reading ([`Program::with_model`]), and has a profile of its own that is wider by what an engine with threads needs
//! ([`Profile::WITH_MODEL`]). Its threads start before the filter closes, so that even there none can be started
//! afterwards. The model is parsed behind the wall only: a malicious file reaches no further than its own answer.
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
mod fault;
mod layer;
mod model_file;
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
pub use fault::{Fault, Stages};
pub use layer::{Errno, Layer, LayerReport, LayerState, State};
pub use model_file::ModelFile;
pub use program::Program;
#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
pub use system::{Argument, Profile, Rule, Verdict};
pub use system::{Limits, RunReport, answer, entry, entry_with_model, layers};
