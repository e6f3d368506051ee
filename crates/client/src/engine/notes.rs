//! What the engine keeps with a chat and with the account, as bytes in their `notes` columns.

use chat::consent::Wish;
use chat::{Notes, Time};
use minicbor::{Decode, Encode};

/// Kept with a chat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub(crate) struct ChatNotes {
    /// Of the group: its lowerings.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub(crate) group: Vec<u8>,
    /// What this device wants, where the group does not know it yet.
    #[n(1)]
    pub(crate) wish: Option<StoredWish>,
    /// The commit that this device could not follow.
    #[n(2)]
    pub(crate) stuck: Option<Stuck>,
    /// The current mailbox holds a commit that nobody follows: somebody has to commit past it.
    #[n(3)]
    pub(crate) broken: bool,
    /// Devices that signed such a commit.
    #[n(4)]
    pub(crate) offenders: Vec<Device>,
    /// The commits that ended the last epochs, by which a notice is answered.
    #[n(5)]
    pub(crate) followed: Vec<Followed>,
    /// The lease of `confidential` is renewed as long as this device is used.
    #[n(6)]
    pub(crate) renews: bool,
    /// The commit that this device could not follow and passed over, since nobody answered in time. Who did follow it may
    /// still be heard of.
    #[n(7)]
    pub(crate) passed_over: Option<Stuck>,
    /// Up to this slot somebody saw another log of the current mailbox than this device. It is read anew with each look,
    /// until a message shows that its sender saw the same.
    #[n(8)]
    pub(crate) doubt: Option<u64>,
    /// The current mailbox is being read anew; up to here it was read before.
    #[n(9)]
    pub(crate) read_before: Option<u64>,
    /// Devices that could not follow and have no answer yet.
    #[n(10)]
    pub(crate) asked: Vec<Asked>,
    /// When this device committed last and so renewed its keys; 0 before it was looked at.
    #[n(11)]
    pub(crate) renewed_at: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Device(#[cbor(n(0), with = "minicbor::bytes")] pub(crate) [u8; 32]);

/// A commit that this device could not follow, since when it waits for an answer, what it will say about AI when it
/// comes back, and who was in the chat: only they can bring it back.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Stuck {
    #[n(0)]
    pub(crate) epoch: u64,
    #[n(1)]
    pub(crate) seq: u64,
    #[n(2)]
    pub(crate) since: u64,
    #[n(3)]
    pub(crate) number: u64,
    #[n(4)]
    pub(crate) wish: StoredWish,
    #[n(5)]
    pub(crate) members: Vec<Device>,
}

/// A device that said that it could not follow.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Asked {
    #[n(0)]
    pub(crate) device: Device,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub(crate) account: [u8; 32],
    /// Where it says its record is.
    #[n(2)]
    pub(crate) server: String,
    /// In how many looks its server could not be reached.
    #[n(3)]
    pub(crate) tries: u8,
}

/// The slot of the commit that ended an epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Followed {
    #[n(0)]
    pub(crate) epoch: u64,
    #[n(1)]
    pub(crate) seq: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct StoredWish {
    #[n(0)]
    ceiling: u8,
    #[n(1)]
    until: u64,
}

impl From<Wish> for StoredWish {
    fn from(wish: Wish) -> Self {
        match wish {
            Wish::Off => Self { ceiling: 0, until: 0 },
            Wish::OnDevice => Self { ceiling: 1, until: 0 },
            Wish::Confidential { until } => Self {
                ceiling: 2,
                until: until.unix_seconds(),
            },
        }
    }
}

impl From<StoredWish> for Wish {
    fn from(stored: StoredWish) -> Self {
        match stored.ceiling {
            2 => Self::Confidential {
                until: Time::from_unix_seconds(stored.until),
            },
            1 => Self::OnDevice,
            _ => Self::Off,
        }
    }
}

impl ChatNotes {
    /// The most epochs of which is kept how they ended: as many as mailboxes are watched for notices.
    pub(crate) const EPOCHS: usize = 3;

    pub(crate) fn encode(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    /// Bytes that the engine wrote. Damaged ones would have failed the store's own check before.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        if bytes.is_empty() {
            Some(Self::default())
        } else {
            minicbor::decode(bytes).ok()
        }
    }

    /// `None` if they are damaged: the lowerings in them are not to be forgotten.
    pub(crate) fn group_notes(&self) -> Option<Notes> {
        if self.group.is_empty() {
            Some(Notes::default())
        } else {
            Notes::decode(&self.group)
        }
    }
}

/// Kept with the account: what the table has no column for.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct AccountNotes {
    /// The pool for the classical suite.
    #[n(0)]
    pub(crate) classical: PoolSecrets,
    /// The pool for the X-Wing suite that took the place of the one with which the account began.
    #[n(2)]
    pub(crate) x_wing: Option<PoolSecrets>,
    /// Since when these are the pools.
    #[n(3)]
    pub(crate) pools_at: u64,
    /// KeyPackages whose private part may still be in the store, oldest first.
    #[n(4)]
    pub(crate) made: Vec<Made>,
    /// KeyPackages that lay on the server when it was asked last, and when.
    #[n(1)]
    pub(crate) filled_at: u64,
}

/// A KeyPackage that was made here.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Made {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub(crate) reference: Vec<u8>,
    /// When.
    #[n(1)]
    pub(crate) at: u64,
}

/// The capabilities of a pool, and the key of what lies in it.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct PoolSecrets {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub(crate) publish: [u8; 32],
    #[cbor(n(1), with = "minicbor::bytes")]
    pub(crate) take: [u8; 32],
    #[cbor(n(2), with = "minicbor::bytes")]
    pub(crate) key: [u8; 32],
}

impl AccountNotes {
    pub(crate) fn encode(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("writing to memory cannot fail")
    }

    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        minicbor::decode(bytes).ok()
    }
}
