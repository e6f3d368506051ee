//! `snug`: the one program. Arguments, output and exit codes; everything else is in the crates below.
//!
//! **What it is.** A command line over [`import`], `assistant` and `worker`. It opens the files that a person names
//! and prints answers; it opens no socket.
//!
//! **What it refuses.** Without the wall around the worker there is no AI, and it says why. Text from a chat reaches
//! the terminal only without control characters ([`screen`]), and never an error message.
//!
//! **Whom it trusts.** The person who types. Not the files, not the worker's answer.
//!
//! **Where its invariants are tested.** `tests/`, which run the program as a person would.
#![forbid(unsafe_code)]

mod cli;
mod commands;
mod exit;
mod file;
mod json;
#[cfg(feature = "ai")]
mod layout;
mod screen;
mod style;

use std::process::ExitCode;

fn main() -> ExitCode {
    // The same program is the worker that it starts. This comes first, while there is one thread and nothing is open.
    #[cfg(feature = "ai")]
    worker::entry(std::env::args_os().skip(1), assistant::run);
    exit::report(cli::run())
}
