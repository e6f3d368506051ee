//! What can go wrong for a person, and what they can do.

use chat::{ChatError, Misuse, PeerFault};

use crate::link::{LinkError, ServerUrlError};
use crate::store::StoreError;

/// Why a command was not done. None holds a word of a message, a name, a key or an address.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClientError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no account yet.
    #[error("there is no account here yet; make one with: snug account create --name NAME --server SERVER")]
    NoAccount,
    /// There is one already.
    #[error("this store has an account already; name another store for another account")]
    HasAccount,
    /// The server cannot be reached, or refuses.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// This needs a server, and the client was told to stay offline.
    #[error("this needs the server; leave --offline away")]
    Offline,
    /// What was typed is no server.
    #[error(transparent)]
    Server(#[from] ServerUrlError),
    /// MLS, or a rule of the chat.
    #[error(transparent)]
    Chat(#[from] ChatError),
    /// No chat has this name or number.
    #[error("no such chat; `snug chat list` shows them")]
    NoSuchChat,
    /// More than one chat fits.
    #[error("more than one chat fits; use its number: {}", numbers(.0))]
    ManyChats(Vec<i64>),
    /// This is not possible in a chat of this kind.
    #[error("{0}")]
    NotHere(&'static str),
    /// Nobody, or more than one, has this name.
    #[error("nobody in the chat has exactly this name or address; `snug chat members` shows them")]
    NoSuchPerson,
    /// There is no message with this number.
    #[error("there is no message with this number; `snug chat read` shows them")]
    NoSuchMessage,
    /// There is nothing in it.
    #[error("there is nothing in it; write something")]
    Empty,
    /// The export cannot be read.
    #[error(transparent)]
    Import(#[from] import::ImportError),
    /// The file cannot be read.
    #[error("cannot read the file: {0}; check its name")]
    File(#[source] std::io::Error),
    /// The worker of the assistant gave no answer.
    #[cfg(feature = "ai")]
    #[error(transparent)]
    Worker(#[from] worker::WorkerError),
    /// The client was closed.
    #[error("the client was closed while this was under way; open it again")]
    Closed,
    /// Something that should not happen.
    #[error("{0}; report it")]
    Bug(&'static str),
}

impl From<Misuse> for ClientError {
    fn from(misuse: Misuse) -> Self {
        Self::Chat(misuse.into())
    }
}

impl From<PeerFault> for ClientError {
    fn from(fault: PeerFault) -> Self {
        Self::Chat(fault.into())
    }
}

fn numbers(all: &[i64]) -> String {
    all.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")
}
