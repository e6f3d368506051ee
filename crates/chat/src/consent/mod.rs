//! Who allows AI to do what: the ceiling of a chat as a function of its ratchet tree (R13 to R15).
//!
//! Each leaf *states* a ceiling. The chat's ceiling is the least of what its leaves count for ([`Consent::of`]), and
//! that is all: no vote, no role, no server. See [`rule`] for the rule in five lines and why each is there.

mod ceiling;
mod extension;
mod rule;

pub use ceiling::Ceiling;
pub use extension::{STATEMENT_EXTENSION, StatementError};
pub use rule::{Consent, LeafConsent, Lowering, Source, Statement, Wish, usable};
