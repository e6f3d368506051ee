//! What can go wrong, by who can do something about it.

use core::fmt::Debug;

/// The result of an operation of this crate.
pub type Result<T, E = ChatError> = core::result::Result<T, E>;

/// Why an operation was not done. None holds a word, a name or a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ChatError {
    /// A peer sent something that does not hold.
    #[error("refused: {0}")]
    Peer(#[from] PeerFault),
    /// The caller asked for something that cannot be.
    #[error("{0}")]
    Misuse(Misuse),
    /// The store failed. The transaction has to be rolled back and the group loaded again.
    #[error("the store failed; free some space or check the disk, then try again")]
    Storage,
    /// No randomness, or an operation of the cryptographic library failed that cannot fail.
    #[error("the cryptographic library failed; start again, and report it if it happens twice")]
    Crypto,
    /// MLS refused something of our own making.
    #[error("the group could not do this ({0}); report it")]
    Bug(&'static str),
}

/// What a peer did wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PeerFault {
    /// The envelope does not open: it is from no member of this epoch, or was changed on the way.
    #[error("it was written by nobody who is in the chat")]
    Envelope,
    /// The bytes are not what the protocol says.
    #[error("it is malformed")]
    Malformed,
    /// A signature does not verify.
    #[error("its signature does not hold")]
    Signature,
    /// A credential is not signed by its account.
    #[error("a credential is not signed by its account")]
    Credential,
    /// MLS refuses it (RFC 9420 section 12).
    #[error("it breaks the rules of MLS")]
    Mls,
    /// The commit does something that the policy does not know.
    #[error("the commit does something that is not allowed")]
    Policy,
    /// A message slot holds something else, or a commit slot does.
    #[error("it is in the wrong place")]
    Place,
    /// An invitation to a group that does not state what Snug's groups state.
    #[error("the group is not one of Snug")]
    Group,
    /// An invitation that is for another device, or was used before.
    #[error("the invitation is for another device, or was used before; ask for a new one")]
    Invitation,
}

/// What the caller should not have asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misuse {
    /// More devices than the suite takes.
    #[error("a chat of this suite takes no more devices; make a new chat with --large")]
    TooManyDevices,
    /// Somebody is in the chat already.
    #[error("that account is in the chat already")]
    AlreadyMember,
    /// There is no such member.
    #[error("there is no such member")]
    NoSuchMember,
    /// A member cannot remove itself by a commit.
    #[error("leave the chat instead of removing yourself")]
    OwnRemoval,
    /// A commit of ours waits for the server's answer.
    #[error("another change is on its way; try again when it has arrived")]
    Pending,
    /// There is no commit of ours to merge.
    #[error("no change is on its way")]
    NothingPending,
    /// The message or title is too long.
    #[error("it is too long")]
    TooLong,
    /// A name, title or server that is empty, too long or has control characters in it.
    #[error("write it in 1 to 64 characters, without control characters")]
    Name,
    /// An address that cannot be read.
    #[error("not an address: it looks like snug:...@server")]
    Address,
    /// This device is not in the group any more.
    #[error("this device is not in the chat any more")]
    NotMember,
}

impl From<Misuse> for ChatError {
    fn from(misuse: Misuse) -> Self {
        Self::Misuse(misuse)
    }
}

/// A failure of the store, whose own words may hold values.
pub(crate) fn storage<E: Debug>(_: E) -> ChatError {
    ChatError::Storage
}

pub(crate) fn crypto<E: Debug>(_: E) -> ChatError {
    ChatError::Crypto
}
