//! `snug completions SHELL`

use std::io::Write;

use clap_complete::Shell;

use crate::exit::{Done, Outcome};

pub(crate) fn run(shell: Shell, command: &mut clap::Command) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(shell, command, "snug", &mut script);
    std::io::stdout().write_all(&script)?;
    Ok(Done::Well)
}
