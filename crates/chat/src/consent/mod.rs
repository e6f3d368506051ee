//! Who allows AI to do what: the ceiling of a chat as a function of its ratchet tree (R13 to R15).
//!
//! Each leaf *states* a ceiling. The chat's ceiling is the least of what its leaves count for ([`Consent::of`]), and
//! that is all: no vote, no role, no server.
//!
//! # The rule
//!
//! 1. A leaf that its device signed for this group ([`Source::Update`], [`Source::Commit`]) counts as what it states.
//! 2. A leaf from a KeyPackage is signed for no group and no position. Whoever adds a member may replay an old one, so only a
//!    lowering is believed: `min(what it states, on-device)`.
//! 3. A leaf that states nothing that can be read counts as `on-device`.
//! 4. `confidential` is a lease: from its end on it counts as `on-device` (R15).
//! 5. A [`Lowering`] counts as a further minimum until the same leaf states something at least as new.
//!
//! The ceiling is the minimum over the leaves. A message may be used at most at the minimum of the ceiling now and the
//! ceiling when it was sent ([`usable`]), so that raising never reaches back and lowering always does (R14).
//!
//! # What follows from the rule
//!
//! For members that have processed the same log, whatever a server or another member does:
//!
//! - (a) The ceiling is at most what each device last said for the leaf that it has now; `confidential` only while each said so in a leaf that
//!   it signed for this group, and the lease runs.
//! - (b) While the same leaves are there, what one of them does leaves the ceiling at or below what every other counts for.
//! - (c) They compute the same consent.
//! - (d) A lowering binds from its slot on until its own leaf states something at least as new. Of two that bind, the lower
//!   counts ([`LeafConsent::lowered`]); a statement that is older does not answer one ([`LeafConsent::restated`]).
//! - (e) A lowering to `on-device` that a server withholds is made up for by the end of the lease.
//! - (f) A message is never usable at more than the ceiling it was sent under.
//! - (g) At home a lowering binds at once.
//!
//! # What does not
//!
//! - Removing the one who holds the ceiling down raises it, for later messages.
//! - A device that said `off`, was removed, and is added again from an older KeyPackage counts as `on-device` until it commits. So a device
//!   that comes (back) commits what its person wants at once.
//! - A withheld `off` binds nobody who has not seen it.
//! - Who joins knows the lowerings in force from the member that added it. If that member keeps one back, (a), (c) and (d) hold
//!   for the newcomer only once the lowered device has committed.
//! - Clocks: who has a slow clock believes a lease for so much longer. A sender who lies about the time lies about the own message.
//!
//! # How that was checked
//!
//! - `tests/consent_exhaustive.rs`: the rule against itself in other words, for all 180 leaves (every source, statement and
//!   lowering, leases before, at and after now), all 5,989,005 sets of four out of 108 of them, and all 111,151 histories of up
//!   to four things that one leaf can say.
//! - `tests/consent_model.rs`: this code, driven by a model checker (stateright) against a server that withholds, delays and reorders
//!   and members that restate, remove, and add from old KeyPackages; three devices. In `cargo test` 310,149 states (slots in the log, ticks
//!   of the clock and lowerings that wait, together up to 3); a longer run tried 13,059,398 (up to 4). For each of (a) to (g) there is a
//!   rule that is wrong on purpose, and the checker finds how. States are told apart by a hash of 64 bits, and nothing
//!   beyond those bounds is claimed.
//! - The bytes of a statement: tests in `extension.rs`, and the fuzz target `chat_statement`.

mod ceiling;
mod extension;
mod rule;

pub use ceiling::Ceiling;
pub use extension::{STATEMENT_EXTENSION, StatementError};
pub use rule::{Consent, LeafConsent, Lowering, Source, Statement, Wish, usable};
