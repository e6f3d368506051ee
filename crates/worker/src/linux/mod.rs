//! The worker on Linux.

pub(crate) mod attempts;
mod child;
mod conversation;
mod entry;
mod lockdown;
mod process;
mod profile;
mod sigpipe;
mod sys;

pub use conversation::{Limits, RunReport, answer, layers};
pub use entry::{entry, entry_with_model};
pub use profile::{Argument, Profile, Rule, Verdict};
