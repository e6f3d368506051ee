//! Encrypted group chat, and what its members allow AI to do: bytes in, effects out.
//!
//! (The crate's head is written when the crate is whole.)
#![forbid(unsafe_code)]

pub mod consent;
pub mod content;
mod suite;
mod time;

pub use suite::Suite;
pub use time::Time;
