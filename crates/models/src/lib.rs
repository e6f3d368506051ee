//! Language models on this device: which there are, where they lie, and how they come here.
//!
//! **What it is.** A [catalogue](CATALOGUE) in the source, a [store](Store) of files under their SHA-256 with names on top, and the
//! [download](pull). A model is handed to a worker as an open descriptor ([`Store::open`]); nothing here looks into it further than its first
//! four bytes.
//!
//! **What it refuses.** A file whose digest is not the catalogue's, or not the one kept since the first download (R9). Anything but https
//! to the hub's own hosts: there is no other scheme in the code. A folder in which others may write, links, pipes, a second name of a file, an
//! index that is not strictly ours. To use the network anywhere but in [`pull`] (R10).
//!
//! **Whom it trusts.** The catalogue, which is part of the program, and this user's own folder against mishap, not against another program of
//! the same user. Not the hub: not its sizes, not its redirects, not its bytes. What a first download brings is whatever the hub gave then; the
//! digest is shown and kept. A model is contained by the worker's wall, not trusted (R35).
//!
//! **Where its invariants are tested.** `src/tests`: a hub over real TLS that drops, stalls, lies and sends elsewhere, kills, two downloads at once,
//! a full disk, hostile names, files and indexes. `crates/snug/tests/model.rs`: the program as typed, and that only `pull` opens a socket.
//!
//! Everything is synchronous; a download runs on a runtime of its own on the calling thread.

#![forbid(unsafe_code)]
#![cfg_attr(test, allow(clippy::string_slice))]

mod catalogue;
mod digest;
mod machine;
mod name;
mod pull;
mod store;
#[cfg(test)]
mod tests;

pub use crate::catalogue::{
    CATALOGUE, CONTEXT_TOKENS, Entry, Expected, Size, Source, find, find_by_digest, guessed_memory,
};
pub use crate::digest::{Digest, NoDigest};
pub use crate::machine::Machine;
pub use crate::name::{MAX_NAME_CHARS, Name, NoName};
pub use crate::pull::{
    MAX_REDIRECTS, PullError, Pulled, Roots, RootsError, SLOWEST_BYTES, Settings, check_memory, pull,
};
pub use crate::store::{
    DISK_RESERVE, Installed, MAX_INDEX_BYTES, MAX_MODELS, Model, Step, Store, StoreError, Verdict, Watch,
};
