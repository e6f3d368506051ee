//! Encrypted group chat, and what its members allow AI to do: bytes in, effects out (R1, R2, R13 to R15).
//!
//! A chat is an MLS group (RFC 9420) of devices; [`Group`] is one of them on one device. Beside it stand what docs/protocol.md
//! puts around MLS: credentials that accounts sign ([`Member`]), envelopes that hide what MLS shows ([`EpochSecrets`]),
//! letters for a device that is not in the group yet or cannot follow it any more ([`Letter`]), records and KeyPackages
//! ([`Record`], [`Invitee`]), the content of messages ([`content`]) and the rule of consent ([`consent`], whose head states and
//! proves it). The crate has no clock, no socket, no file and no randomness of its own: whoever calls hands in OpenMLS's provider,
//! over an open transaction, and keeps [`Notes`] beside it.
//!
//! **Refused:** everything from a peer that is not exactly what the protocol says, each with a [`PeerFault`]; a commit that does what the
//! policy does not know ([`CommitFault`]); a member without a credential of its account; a statement about AI that its own device
//! did not sign for this group, beyond `on-device`; a way back from somebody who was not in the chat. A peer's bytes never
//! stop the program. What only the check can make ([`Member`], [`Invitee`], [`Judged`], [`StagedInvitation`]) is the proof that it passed.
//!
//! **Trusted:** the members for what they say of themselves, the owner of an account key for its devices, OpenMLS and libcrux for
//! MLS and its cryptography, and the caller for storing what changed in one transaction before bytes leave. Not trusted: servers, what
//! they hand out and in which order; members for what they say of others. Nothing here is a promise about a member's own client.
//!
//! **Not stopped:** docs/protocol.md section 6.
//!
//! The invariants are tested in `tests/groups.rs` and `tests/policy.rs` (what members can and cannot do, each with its control),
//! `tests/histories.rs` (random histories of real groups beside a reference), `tests/consent_exhaustive.rs` and
//! `tests/consent_model.rs` (the rule), `tests/content.rs`, `tests/envelopes.rs`, `tests/letters.rs` and `tests/record.rs` (formats),
//! and with whole clients and servers in `crates/flows/tests`.
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
