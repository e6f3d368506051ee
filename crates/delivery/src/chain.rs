//! The running hash over a mailbox, by which members notice that they were shown different logs.

use std::fmt;

use crate::hash::{labelled, plain};
use crate::{MailboxName, SlotKind};

/// A mailbox up to some slot, in 32 bytes.
///
/// `h_0 = SHA-256("snug chain" || name)`, `h_i = SHA-256(h_(i-1) || kind || SHA-256(body_i))`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    position: u64,
    head: [u8; 32],
}

impl Chain {
    /// The chain of a mailbox of which nothing was read.
    #[must_use]
    pub fn start(mailbox: &MailboxName) -> Self {
        Self {
            position: 0,
            head: labelled("snug chain", &[mailbox.as_bytes()]),
        }
    }

    /// A chain as it was kept: its [`position`](Self::position) and [`head`](Self::head).
    #[must_use]
    pub const fn resume(position: u64, head: [u8; 32]) -> Self {
        Self { position, head }
    }

    /// The chain with one slot more.
    #[must_use]
    pub fn push(&self, kind: SlotKind, body: &[u8]) -> Self {
        Self {
            position: self.position.saturating_add(1),
            head: labelled("", &[&self.head, &[kind.code()], &plain(body)]),
        }
    }

    /// How many slots it covers: the `seq` of the last.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.position
    }

    /// The whole hash, to keep it.
    #[must_use]
    pub const fn head(&self) -> &[u8; 32] {
        &self.head
    }

    /// What a message carries of it: the first 16 bytes.
    #[must_use]
    pub fn digest(&self) -> ChainDigest {
        let mut first = [0; 16];
        for (to, from) in first.iter_mut().zip(self.head) {
            *to = from;
        }
        ChainDigest(first)
    }
}

impl fmt::Debug for Chain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Chain({} slots)", self.position)
    }
}

/// The first 16 bytes of a chain's hash. Two logs with the same digest are the same log up to that position, unless
/// somebody found a collision at a cost of about 2^64.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ChainDigest(pub [u8; 16]);

impl fmt::Debug for ChainDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChainDigest(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capability::tests::hex;

    /// Computed with Python's hashlib.
    #[test]
    fn the_chain_is_what_the_protocol_says() {
        let start = Chain::start(&MailboxName::from_bytes([9; 32]));
        assert_eq!(
            (start.position(), hex(start.head())),
            (
                0,
                "2c24e31509708bfa5d44eb2dee86428ee455ce008129a53448b4ab0a1ac70772".to_owned()
            )
        );
        let next = start
            .push(SlotKind::Message, b"one")
            .push(SlotKind::Commit, b"two");
        assert_eq!(
            (next.position(), hex(next.head())),
            (
                2,
                "a3c7b45ea7e24d4d096cc05a02aad7273fb534549e3b1828f70cb67e26472824".to_owned()
            )
        );
        assert_eq!(hex(&next.digest().0), "a3c7b45ea7e24d4d096cc05a02aad727");
        assert_eq!(Chain::resume(next.position(), *next.head()), next);
    }

    #[test]
    fn order_kind_bytes_and_mailbox_all_count() {
        let start = Chain::start(&MailboxName::from_bytes([9; 32]));
        let log = |slots: [(SlotKind, &[u8]); 2]| {
            slots
                .into_iter()
                .fold(start, |chain, (kind, body)| chain.push(kind, body))
                .digest()
        };
        let honest = log([(SlotKind::Message, b"one"), (SlotKind::Notice, b"two")]);
        assert_eq!(
            honest,
            log([(SlotKind::Message, b"one"), (SlotKind::Notice, b"two")])
        );
        assert_ne!(
            honest,
            log([(SlotKind::Notice, b"two"), (SlotKind::Message, b"one")])
        );
        assert_ne!(
            honest,
            log([(SlotKind::Message, b"one"), (SlotKind::Commit, b"two")])
        );
        assert_ne!(
            honest,
            log([(SlotKind::Message, b"one"), (SlotKind::Notice, b"twO")])
        );
        assert_ne!(start, Chain::start(&MailboxName::from_bytes([8; 32])));
    }
}
