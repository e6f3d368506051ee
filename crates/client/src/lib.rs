//! The client: one actor with one command API. (The crate's head is written when the crate is whole.)
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
