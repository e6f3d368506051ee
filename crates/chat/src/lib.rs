//! Encrypted group chat, and what its members allow AI to do: bytes in, effects out.
//!
//! (The crate's head is written when the crate is whole.)
#![forbid(unsafe_code)]

mod address;
pub mod consent;
pub mod content;
mod error;
mod group;
mod identity;
mod key_package;
mod letter;
mod record;
mod safety;
mod seal;
mod suite;
mod time;

pub use address::Address;
pub use error::{ChatError, Misuse, PeerFault, Result};
pub use group::{
    Change, CommitFault, Group, Happened, Invitation, Judged, Leaf, Left, MAX_INVITATION, MAX_TITLE, Notes,
    Notice, Outgoing, Received, RejoinPacket, Seat, StagedInvitation,
};
pub use identity::{AccountId, Device, DeviceId, KeyPair, MAX_NAME, MAX_SERVER, Member};
pub use key_package::{Invitee, MAX_KEY_PACKAGE, MadeKeyPackage, forget_key_package, make_key_package};
pub use letter::{LETTER_KEY, Letter, LetterKeys};
pub use record::{DeviceRecord, MAX_DEVICES, PoolRecord, Record};
pub use safety::safety_number;
pub use seal::{BUCKETS, EnvelopeKind, EpochSecrets};
pub use suite::Suite;
pub use time::Time;
