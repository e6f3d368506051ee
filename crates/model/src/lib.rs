//! A language model on the device: llama.cpp behind the worker's wall, in a program of its own, so that everything else
//! builds without C++ (R7, R9, R35; A26, A27).
//!
//! **What it is.** Without the feature `llama` only what a parent needs: whether this processor can run the program
//! ([`Fit`]), with how many threads ([`Settings`]), and what to start ([`program`]). With it also the engine and the loop
//! of `snug-model`: [`stages`] locks down, parses the model that was handed over open, does one task
//! ([`assistant::run_model`]), writes one draft, ends.
//!
//! **What it refuses.** A processor without what the program was compiled for, before it is started. A model's file that
//! llama.cpp does not load, and one that crashes it: the worker dies behind its wall, and the parent says so. Special
//! tokens are made from the template alone, never out of a message.
//!
//! **Whom it trusts.** Nobody who wrote the file or the messages. llama.cpp is trusted with nothing but its own answer:
//! it is contained by `worker` and not by anything here. Threads and tables are set up before the wall closes; nothing of the
//! file is read before that.
//!
//! **Stopping.** The parent ends the process. There is no other way to cancel and none is needed.
//!
//! **Later.** A worker that stays, for one conversation: [`Engine`](assistant::Engine) keeps the tokens that it has seen and decodes only what
//! differs, and the stages after the first take tasks by reference, so that several can follow each other.
//!
//! The invariants are tested in `tests/` (with the feature): a real model through the whole wall against its published text,
//! a model of random numbers, and a corpus of broken and malicious files.
#![cfg_attr(not(feature = "llama"), forbid(unsafe_code))]

mod bytes;
mod processor;
mod program;
mod prompt;
mod settings;

#[cfg(all(
    feature = "llama",
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
mod llama;

#[cfg(all(
    feature = "llama",
    target_os = "linux",
    any(target_arch = "x86_64", target_arch = "aarch64")
))]
pub use llama::{Llama, Prepared, load, prepare, stages};
pub use processor::{Fit, Unfit};
pub use program::program;
pub use prompt::{Piece, chat};
pub use settings::{Settings, SettingsError};
