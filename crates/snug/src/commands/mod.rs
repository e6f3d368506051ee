//! One file a command.

pub(crate) mod account;
#[cfg(feature = "ai")]
pub(crate) mod catchup;
pub(crate) mod chat;
pub(crate) mod completions;
pub(crate) mod consent;
#[cfg(feature = "ai")]
pub(crate) mod demo;
#[cfg(feature = "ai")]
pub(crate) mod doctor;
#[cfg(feature = "ai")]
pub(crate) mod eval;
pub(crate) mod import;
pub(crate) mod journal;
#[cfg(feature = "ai")]
pub(crate) mod model;
#[cfg(feature = "ai")]
mod model_pull;
pub(crate) mod open;
#[cfg(feature = "ai")]
pub(crate) mod sandbox;
pub(crate) mod server;
pub(crate) mod sync;
