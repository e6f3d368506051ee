//! The delivery service: mailboxes, blobs, records and key packages on SQLite, reached over WebSocket.
//!
//! **What it is.** One process, one database. Requests come in over many connections; one writer takes what has arrived,
//! does it in one transaction and answers when the disk has it. Who watches a mailbox gets what was stored, then what
//! is stored, each slot once and in order.
//!
//! **What it refuses.** Connections over a plain socket from elsewhere than this machine, unless the operator says that
//! a TLS proxy stands in front; databases of a newer version, damaged ones, and those that another server has open;
//! every request that `delivery` refuses, and more of them than a connection may send.
//!
//! **Whom it trusts.** Its operator's disk. No client: each has bounded queues, buffers, time and requests, and a slow or
//! hostile one costs only itself. It cannot read what it keeps: neither `chat` nor `client` are among its dependencies.
//!
//! **What it tells.** Numbers ([`Counts`]). It has no log, and no error holds a name, a capability or a body.
//!
//! **Where its invariants are tested.** `tests/operations.rs`, `tests/watch.rs` and `tests/hostile.rs` over real sockets;
//! `tests/crash.rs` with a real process that is killed again and again: whatever was answered is there, once, in order.
#![forbid(unsafe_code)]

mod config;
mod connection;
mod hub;
mod listen;
mod metrics;
mod outbox;
mod readers;
#[cfg(test)]
mod scratch;
mod serve;
mod store;
mod writer;

pub use config::{Config, Keep, Limits, Transport};
pub use metrics::Counts;
pub use serve::{Running, Server, ServerError, run};
pub use store::StoreError;
