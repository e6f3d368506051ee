//! The client: one actor that owns the encrypted store, the groups and the connections, and one handle with its commands (R1, R4, R6, R14).
//!
//! [`Client`] is cheap to clone. Each command is a value sent to the actor's thread and gives a [`Pending`] answer, to await or to wait for.
//! In the actor, each step on a chat is one transaction: the state of MLS, the messages and the outbox change together and are on
//! the disk before bytes leave; after a step that failed the group in memory is dropped and loaded again. What cannot leave waits in the
//! outbox, is sent under the same key until a server has answered, and encrypted again when its epoch is over. [`store`], [`link`],
//! [`archive`], [`search`] and `ai` (behind the feature of that name) say in their heads what they are.
//!
//! **Refused:** what [`chat`] refuses of members and [`link`] of servers; a second process on one store; AI on a chat or message beyond
//! `min(ceiling now, ceiling when it was sent)`, or on anything marked "never AI". What a server or a member did that they should not is
//! skipped, told in [`api::SyncReport::warnings`] or in a line of the chat, and keeps nobody from the other chats.
//!
//! **Trusted:** this process, its kernel and its clock (which may run ahead, and is never believed to have gone back). Not trusted: every
//! server, for anything but keeping bytes, and not for that either: what it reorders, forges, withholds from some or acknowledges without
//! storing is found out when others are heard (docs/protocol.md sections 2 and 6). Addresses and servers that others name are strangers':
//! no server but a chat's own can hold that chat up.
//!
//! **Limits:** in one look a hundred invitations wait, 2,048 letters are opened, 4,096 slots of junk are read over, four silent servers of
//! strangers are asked.
//!
//! The invariants are tested beside the modules in `tests/` (store, link, archives, AI), and with real servers in `crates/flows/tests`:
//! `conversation.rs`, `engine_*.rs`, `hostile_member.rs` and `hostile_server.rs` (each attack with its control), `crash` (killed again and
//! again), `faults.rs` (disks, clocks, servers that are gone) and `capture.rs` (no word on the wire, R1).
#![forbid(unsafe_code)]

mod actor;
#[cfg(feature = "ai")]
pub mod ai;
pub mod api;
pub mod archive;
mod engine;
mod error;
pub mod journal;
pub mod link;
pub mod measuring;
pub mod names;
pub mod search;
pub mod store;

pub use actor::{Client, Events, Pending};
pub use engine::Settings;
pub use error::ClientError;
