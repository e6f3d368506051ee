//! `snug`: the one program. Arguments, output and exit codes; everything else is in the crates below.
//!
//! **What it is.** A command line over [`client`] (the store, the chats, the connection), [`server`], [`import`],
//! `assistant` and `worker`. It reads arguments and files that a person names, and prints answers; or it serves the window of [`ui`] and
//! starts a browser for it ([`browser`]).
//!
//! **What it refuses.** Without the wall around the worker there is no AI, and it says why. A passphrase in an argument
//! or in the environment ([`passphrase`]). Text of others reaches the terminal only without control characters
//! ([`screen`]), and never an error message. Other programs of the same person that look into its memory ([`harden`]).
//!
//! **Whom it trusts.** The person who types. Not the files, not the server, not the other members, not the worker's
//! answer.
//!
//! **Where its invariants are tested.** `tests/`, which run the program as a person would.
#![forbid(unsafe_code)]

mod browser;
mod cli;
mod commands;
mod exit;
mod file;
mod harden;
mod json;
mod layout;
mod moment;
mod passphrase;
mod screen;
mod store;
mod style;
mod window;

use std::process::ExitCode;

fn main() -> ExitCode {
    // The same program is the worker that it starts. This comes first, while there is one thread and nothing is open.
    #[cfg(feature = "ai")]
    worker::entry(std::env::args_os().skip(1), assistant::run);
    exit::report(cli::run())
}
