//! The client: one actor with one command API. (The crate's head is written when the crate is whole.)
#![forbid(unsafe_code)]

pub mod api;
pub mod journal;
pub mod link;
pub mod store;
