//! What lies in a mailbox.

use std::fmt;

/// What a slot is for. The number is on the wire, in the chain and in the sealing of the envelope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SlotKind {
    /// An MLS application message: taken while the mailbox holds no commit.
    Message,
    /// An MLS commit: always taken, with `expect` only at that number of commits.
    Commit,
    /// A signed note about a commit: always taken.
    Notice,
}

impl SlotKind {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Message, Self::Commit, Self::Notice];

    /// 1 message, 2 commit, 3 notice.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Message => 1,
            Self::Commit => 2,
            Self::Notice => 3,
        }
    }

    /// The kind with this number, if there is one.
    #[must_use]
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One entry of a mailbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slot {
    /// 1, 2, 3, ... in the order of the appends. A server never gives a number twice.
    pub seq: u64,
    /// What it is for.
    pub kind: SlotKind,
    /// The envelope.
    pub body: Body,
}

/// Sealed bytes: an envelope, a blob, a record, a key package. `Debug` shows how many.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Body(Vec<u8>);

impl Body {
    /// The bytes, to keep.
    #[must_use]
    pub fn into_vec(self) -> Vec<u8> {
        self.0
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl std::ops::Deref for Body {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.0.len())
    }
}

/// Sixteen random bytes by which an append that is sent again is known. One for each append, drawn before the first
/// try and kept until an answer has come.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(pub [u8; 16]);

impl fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdempotencyKey(..)")
    }
}
