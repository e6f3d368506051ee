//! Names: 32 bytes each, all of them hashes. Whoever holds a mailbox's name knows that it exists, so `Debug` shows none.

use std::fmt;

use crate::CapabilityHash;
use crate::hash::labelled;

/// A public value of 32 bytes whose `Debug` shows no byte of it.
macro_rules! bytes32 {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 32]);

        impl $name {
            /// Takes the bytes as they are.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }

            /// The 32 bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 32] {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}
pub(crate) use bytes32;

bytes32! {
    /// The name of a mailbox: `SHA-256("snug mailbox" || hash(read) || hash(write))`.
    MailboxName
}

impl MailboxName {
    /// The one name that belongs to these two capabilities.
    #[must_use]
    pub fn of(read: &CapabilityHash, write: &CapabilityHash) -> Self {
        Self(labelled("snug mailbox", &[read.as_bytes(), write.as_bytes()]))
    }
}

bytes32! {
    /// The name of a pool of key packages: `SHA-256("snug pool" || hash(publish) || hash(take))`.
    PoolName
}

impl PoolName {
    /// The one name that belongs to these two capabilities.
    #[must_use]
    pub fn of(publish: &CapabilityHash, take: &CapabilityHash) -> Self {
        Self(labelled("snug pool", &[publish.as_bytes(), take.as_bytes()]))
    }
}

bytes32! {
    /// The name of a blob: `SHA-256("snug blob" || body)`.
    BlobName
}

impl BlobName {
    /// The name of these bytes.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        Self(labelled("snug blob", &[body]))
    }
}

bytes32! {
    /// The name under which an account's record lies: `SHA-256("snug record" || account)`.
    RecordName
}

impl RecordName {
    /// The record of the account with this Ed25519 public key.
    #[must_use]
    pub fn of_account(account: &[u8; 32]) -> Self {
        Self(labelled("snug record", &[account]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capability::tests::hex;

    /// Computed with Python's hashlib.
    #[test]
    fn names_are_what_the_protocol_says() {
        assert_eq!(hex(BlobName::of(b"tree").as_bytes()), VECTORS[0]);
        assert_eq!(hex(RecordName::of_account(&[3; 32]).as_bytes()), VECTORS[1]);
        let (a, b) = (
            CapabilityHash::from_bytes([1; 32]),
            CapabilityHash::from_bytes([2; 32]),
        );
        assert_eq!(hex(MailboxName::of(&a, &b).as_bytes()), VECTORS[2]);
        assert_eq!(hex(PoolName::of(&a, &b).as_bytes()), VECTORS[3]);
    }

    const VECTORS: [&str; 4] = [
        "47c46406459d4c8dac9a7a6ed0ca130fdfde87a379126389c5632766bb99de76",
        "3bd7c59c87606ac3fa3646d06ec8425e52b01a85e92d224a636f81798ecec6b6",
        "39a926dd7406fa5d4381dea3ab5516ffab248d88f7214124aca3d5a37fd66272",
        "40932ad4e42eea47c9f46bb9fcdba9299e811cdd2c3effea6f0297a0fac095e3",
    ];

    #[test]
    fn debug_shows_no_byte_of_a_name() {
        assert_eq!(
            format!("{:?}", MailboxName::from_bytes([7; 32])),
            "MailboxName(..)"
        );
    }
}
