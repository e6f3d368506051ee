//! One file a command.

#[cfg(feature = "ai")]
pub(crate) mod catchup;
pub(crate) mod completions;
#[cfg(feature = "ai")]
pub(crate) mod doctor;
#[cfg(feature = "ai")]
pub(crate) mod eval;
pub(crate) mod import;
#[cfg(feature = "ai")]
pub(crate) mod sandbox;
