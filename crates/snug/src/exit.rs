//! How a run ends: what is said, and the exit code.

use std::io;
use std::process::ExitCode;

use anstream::eprintln;

use crate::style;

/// What a command comes to.
pub(crate) type Outcome = Result<Done, Failure>;

/// A run that did what was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    /// It did, and the answer is good.
    Well,
    /// It did, and the answer is no: exit code 1.
    #[cfg_attr(
        not(feature = "ai"),
        expect(dead_code, reason = "every question so far is about AI")
    )]
    NegativeAnswer,
}

/// A run that could not. Each message says what to do next, and none holds anything of a chat.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// The words of the command do not make sense together.
    #[error("{0}")]
    Usage(String),
    /// The file cannot be opened.
    #[error("cannot open the file: {0}; check its name")]
    Open(#[source] io::Error),
    /// The file is no export.
    #[error(transparent)]
    Import(#[from] import::ImportError),
    /// The worker gave no answer.
    #[cfg(feature = "ai")]
    #[error(transparent)]
    Worker(#[from] worker::WorkerError),
    /// Something that has to be there first is not.
    #[cfg(feature = "ai")]
    #[error("{0}")]
    NotSetUp(String),
    /// The output has nowhere to go.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    /// Exit codes: 0 ok, 1 negative answer, 2 usage, 3 verification failed, 4 not set up, 5 network, 70 bug.
    fn code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Open(_) | Self::Import(_) => 2,
            #[cfg(feature = "ai")]
            Self::Worker(error) => worker_code(error),
            #[cfg(feature = "ai")]
            Self::NotSetUp(_) => 4,
            Self::Output(_) => 70,
        }
    }
}

#[cfg(feature = "ai")]
fn worker_code(error: &worker::WorkerError) -> u8 {
    use worker::WorkerError as E;
    match error {
        E::TaskTooLarge => 2,
        E::Forbidden | E::NotOurs(_) | E::TooMuch | E::Malformed(_) | E::Lied(_) => 3,
        E::Unsupported { .. } | E::Start(_) | E::NoWall(_) => 4,
        _ => 70,
    }
}

/// Says what went wrong, and turns it into an exit code. A reader that went away (`| head`) is no error.
pub(crate) fn report(outcome: Outcome) -> ExitCode {
    match outcome {
        Ok(Done::Well) => ExitCode::SUCCESS,
        Ok(Done::NegativeAnswer) => ExitCode::from(1),
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(failure) => {
            let bad = style::BAD;
            eprintln!("{bad}snug:{bad:#} {failure}");
            ExitCode::from(failure.code())
        }
    }
}
