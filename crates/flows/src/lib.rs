//! Real clients and real servers together, over real sockets: what the parts do to each other.
//!
//! **What it is.** A harness for the tests in `tests/` and the benchmarks in `examples/`: a [`Town`] with a server, and
//! people with stores of their own. Nobody else uses it, and nothing of it ships.
//!
//! **What it refuses, whom it trusts.** Nothing and everybody: it is a test.
#![forbid(unsafe_code)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a harness of tests may stop"
)]

pub mod browser;
pub mod capture;
pub mod flat;
mod hostile_crypto;
pub mod hostile_member;
mod hostile_server;
mod town;

pub use hostile_crypto::{Garbler, Garbling};
pub use hostile_member::Rogue;
pub use hostile_server::{Between, Deed};
pub use town::{Person, Town};
