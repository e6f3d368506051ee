//! What waits in the outbox, in the clear, until it is encrypted for the epoch in which it leaves.

use chat::{Address, DeviceId};
use minicbor::{Decode, Encode};

use super::notes::{Device, StoredWish};

/// A change that waits to be committed. It is staged anew each time another commit was faster.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Intent {
    /// Say this about AI.
    #[n(0)]
    State(#[n(0)] StoredWish),
    /// Add all devices of these accounts.
    #[n(1)]
    Add(#[n(0)] Vec<String>),
    /// Remove these devices.
    #[n(2)]
    Remove(#[n(0)] Vec<Device>),
    /// Commit past an invalid commit, and remove who signed it.
    #[n(3)]
    Repair,
    /// Renew the keys of this device, as it joined.
    #[n(4)]
    Refresh,
}

impl Intent {
    pub(crate) fn add(addresses: &[Address]) -> Self {
        Self::Add(addresses.iter().map(Address::to_string).collect())
    }

    pub(crate) fn remove(devices: &[DeviceId]) -> Self {
        Self::Remove(devices.iter().map(|device| Device(device.0)).collect())
    }
}

/// A commit that was staged: what leaves, and what follows when it is in the log.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Staged {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub(crate) envelope: Vec<u8>,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub(crate) welcome: Option<Vec<u8>>,
    #[n(2)]
    pub(crate) guests: Vec<Guest>,
}

/// Where the invitation of one device goes.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Guest {
    #[n(0)]
    pub(crate) inbox: Target,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub(crate) letter_key: Vec<u8>,
}

/// Where something goes that is not for the mailbox of its chat's epoch.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) enum Target {
    /// A slot of this kind in a mailbox.
    #[n(0)]
    Mailbox {
        #[n(0)]
        server: String,
        #[cbor(n(1), with = "minicbor::bytes")]
        name: [u8; 32],
        #[cbor(n(2), with = "minicbor::bytes")]
        write: [u8; 32],
        /// Notice or message.
        #[n(3)]
        is_notice: bool,
    },
    /// A blob.
    #[n(1)]
    Blob {
        #[n(0)]
        server: String,
    },
    /// The external commit with which this device comes back: it has to be the first of its mailbox.
    #[n(2)]
    Rejoin {
        #[n(0)]
        server: String,
        #[cbor(n(1), with = "minicbor::bytes")]
        read: [u8; 32],
        #[cbor(n(2), with = "minicbor::bytes")]
        write: [u8; 32],
    },
}

/// An invitation as it waits for an answer: the letter, and the blob that it names.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Waiting {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub(crate) letter: Vec<u8>,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub(crate) blob: Vec<u8>,
}

/// For the store.
pub(crate) fn encode<T: Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("writing to memory cannot fail")
}

/// From the store.
pub(crate) fn decode<'a, T: Decode<'a, ()>>(bytes: &'a [u8]) -> Option<T> {
    minicbor::decode(bytes).ok()
}
