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
    /// The store, a chat or a server.
    #[error(transparent)]
    Client(#[from] client::ClientError),
    /// The export cannot be kept.
    #[error(transparent)]
    Archive(#[from] client::archive::ArchiveError),
    /// The server of this program.
    #[error(transparent)]
    Server(#[from] server::ServerError),
    /// The worker gave no answer.
    #[cfg(feature = "ai")]
    #[error(transparent)]
    Worker(#[from] worker::WorkerError),
    /// The models on this device.
    #[cfg(feature = "ai")]
    #[error(transparent)]
    Models(#[from] models::StoreError),
    /// The download of a model.
    #[cfg(feature = "ai")]
    #[error(transparent)]
    Pull(#[from] models::PullError),
    /// Something is not what it has to be.
    #[cfg(feature = "ai")]
    #[error("{0}")]
    NotVerified(String),
    /// Something that has to be there first is not.
    #[error("{0}")]
    NotSetUp(String),
    /// No server was reached, and without one there is nothing to do.
    #[error("{0}")]
    Network(String),
    /// The output has nowhere to go.
    #[error("cannot write the output: {0}")]
    Output(#[from] io::Error),
}

impl Failure {
    /// Exit codes: 0 ok, 1 negative answer, 2 usage, 3 verification failed, 4 not set up, 5 network, 70 bug.
    fn code(&self) -> u8 {
        match self {
            Self::Usage(_) | Self::Open(_) | Self::Import(_) => 2,
            Self::Client(error) => client_code(error),
            Self::Archive(client::archive::ArchiveError::Store(error)) => store_code(error),
            Self::Archive(_) => 2,
            Self::Server(_) | Self::NotSetUp(_) => 4,
            #[cfg(feature = "ai")]
            Self::Worker(error) => worker_code(error),
            #[cfg(feature = "ai")]
            Self::Models(error) | Self::Pull(models::PullError::Store(error)) => models_code(error),
            #[cfg(feature = "ai")]
            Self::Pull(error) => pull_code(error),
            #[cfg(feature = "ai")]
            Self::NotVerified(_) => 3,
            Self::Network(_) => 5,
            Self::Output(_) => 70,
        }
    }
}

fn client_code(error: &client::ClientError) -> u8 {
    use client::ClientError as E;
    match error {
        E::Store(error) => store_code(error),
        E::Link(error) => link_code(error),
        E::Chat(error) => chat_code(error),
        #[cfg(feature = "ai")]
        E::Worker(error) => worker_code(error),
        E::NoAccount => 4,
        E::HasAccount | E::Offline | E::Server(_) | E::Import(_) | E::File(_) => 2,
        E::NoSuchChat | E::ManyChats(_) | E::NoSuchPerson | E::NoSuchMessage | E::NotHere(_) | E::Empty => 2,
        _ => 70,
    }
}

fn store_code(error: &client::store::StoreError) -> u8 {
    use client::store::StoreError as E;
    match error {
        E::Exists | E::EmptyPassphrase | E::OtherUnlock(_) | E::NoSuch => 2,
        E::WrongPassphrase | E::KeyFileCorrupted | E::Corrupted => 3,
        E::Sqlite(_) => 70,
        _ => 4,
    }
}

fn link_code(error: &client::link::LinkError) -> u8 {
    use client::link::LinkError as E;
    match error {
        E::Broke(_) => 3,
        E::Unreachable(_) | E::Refused(_) | E::Closed | E::Silent => 5,
    }
}

fn chat_code(error: &chat::ChatError) -> u8 {
    use chat::ChatError as E;
    match error {
        E::Misuse(_) => 2,
        E::Peer(_) => 3,
        E::Storage => 4,
        _ => 70,
    }
}

#[cfg(feature = "ai")]
fn worker_code(error: &worker::WorkerError) -> u8 {
    use worker::WorkerError as E;
    match error {
        E::TaskTooLarge => 2,
        E::Forbidden | E::NotOurs(_) | E::TooMuch | E::Malformed(_) | E::Lied(_) => 3,
        E::BadModel | E::ModelCrashed(_) => 3,
        E::Unsupported { .. } | E::Start(_) | E::NoWall(_) => 4,
        _ => 70,
    }
}

#[cfg(feature = "ai")]
fn models_code(error: &models::StoreError) -> u8 {
    use models::StoreError as E;
    match error {
        E::Taken | E::Name(_) | E::File(_) | E::NotOrdinary | E::NotGguf => 2,
        E::Index | E::Gone | E::Differs | E::NotTheOne { .. } => 3,
        _ => 4,
    }
}

#[cfg(feature = "ai")]
fn pull_code(error: &models::PullError) -> u8 {
    use models::PullError as E;
    match error {
        E::NotHttps | E::Elsewhere | E::TooManyRedirects | E::Lied(_) => 3,
        E::OtherSize { .. } | E::WrongDigest { .. } | E::NotGguf => 3,
        E::NotOnTheHub(_) | E::Memory { .. } | E::Start(_) => 4,
        _ => 5,
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
