//! What a client and a server say to each other: mailboxes, capabilities, the chain over a mailbox, frames and their
//! limits, and the rules by which an append is taken or refused. `docs/protocol.md` sections 1, 2 and 7.
//!
//! **Pure.** Bytes and values in, bytes and values out; no clock, no socket, no randomness. It knows nothing of what an
//! envelope holds.
//!
//! **What it refuses.** Frames that are not exactly one definite-length CBOR array in its one form: decoded and encoded
//! again, it is the same bytes. Unknown operations, lengths over [`limits`], trailing bytes. Appends without the
//! mailbox's `write` capability, messages that come after a commit, commits that expected another number of commits.
//!
//! **Whom it trusts.** Nobody: [`ToServer::decode`] reads a hostile client, [`ToClient::decode`] a hostile server, and
//! neither allocates more than a small multiple of what it was given. A name commits to its capabilities, so that
//! nothing has to be believed about who made a mailbox or a pool.
//!
//! **Where its invariants are tested.** Hashes against values computed by another program (`capability`, `chain`,
//! `name`); frames by properties over random and damaged bytes (`tests/frames.rs`) and by fuzzing
//! (`delivery_request`, `delivery_answer`); the rules against a naive model (`tests/rules.rs`).
#![forbid(unsafe_code)]

mod capability;
mod chain;
mod frame;
mod hash;
pub mod limits;
mod name;
mod rules;
mod slot;

pub use capability::{Capability, CapabilityHash, MailboxHashes, MailboxKeys, MayRead};
pub use chain::{Chain, ChainDigest};
pub use frame::{
    Answer, Append, BadRequest, Entry, FrameError, Page, Pushed, Refusal, Request, ToClient, ToServer,
};
pub use name::{BlobName, MailboxName, PoolName, RecordName};
pub use rules::{
    Accepted, Earlier, HeldRecord, MailboxState, NewSlot, Quota, RecordChange, StoredBefore, judge_record,
};
pub use slot::{Body, IdempotencyKey, Slot, SlotKind};
