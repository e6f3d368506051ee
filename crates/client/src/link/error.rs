//! Why something asked of a server has no answer.

use std::io::ErrorKind;

use delivery::Refusal;

/// What went wrong between a client and a server. None of them holds anything of a message or an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// There is no connection.
    #[error("cannot reach the server: {0}")]
    Unreachable(#[from] Unreachable),
    /// The server answered, and the answer is no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The server did what no server of this protocol does. The connection is closed.
    #[error("the server broke the protocol ({0}): the connection was closed; tell whoever runs the server")]
    Broke(#[from] Breach),
    /// The connection ended before the answer. Whether the server did what was asked is unknown.
    #[error("the connection to the server ended before it answered: try again")]
    Closed,
    /// The server is there and does not answer. The connection is closed.
    #[error("the server did not answer in time: try again later")]
    Silent,
}

/// Why there is no connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    /// The host has no address.
    #[error("its name is not known here; check the name, and whether this device is online")]
    Name,
    /// A host that should be this machine is not.
    #[error("without TLS it has to be on this machine, and its name leads elsewhere; use wss://")]
    NotThisMachine,
    /// The connection failed.
    #[error("{0}; check its port, and whether it runs")]
    Connect(ErrorKind),
    /// Nobody vouches for the server's certificate.
    #[error(
        "its certificate is not vouched for by any authority known here; name the server's own authority if it has one"
    )]
    Certificate,
    /// TLS failed for another reason.
    #[error("no TLS 1.3 connection could be made; check that the port is the one of the server")]
    Tls,
    /// Something else listens there.
    #[error("something answers there that is no Snug server; check host and port")]
    NotSnug,
    /// Nothing came back within the time.
    #[error("nothing answered in time; check whether it runs, and whether this device is online")]
    Slow,
}

/// What a server did that no server of this protocol does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Breach {
    /// More bytes in a message than any frame has.
    #[error("a message over the limit")]
    TooLarge,
    /// Bytes that are no frame, or no binary WebSocket message at all.
    #[error("bytes that are no frame")]
    Garbage,
    /// An answer to a question that was not asked, or was answered before.
    #[error("an answer to nothing that was asked")]
    UnknownId,
    /// An answer of another kind than the question.
    #[error("an answer that does not fit the question")]
    WrongAnswer,
    /// A slot of a mailbox that is not watched.
    #[error("a slot that nobody watches for")]
    Unwatched,
    /// Slots out of order.
    #[error("slots out of order")]
    Order,
    /// Bytes under the name of others.
    #[error("other bytes than their name says")]
    WrongBytes,
    /// Nothing but control frames.
    #[error("a flood of control frames")]
    Flood,
}
