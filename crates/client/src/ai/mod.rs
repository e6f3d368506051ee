//! What looks at messages on a person's behalf (R3, R6, R13, R14): the catch-up of a chat of the store.
//!
//! **What it is.** [`select`] takes the part of a chat that a person wants to be caught up on, and of it only what may be
//! used; [`Job::run`] hands that to the worker; [`finish`] writes the journal. A [`Selection`] is made by `select` alone,
//! so no message gets to a worker past it.
//!
//! **What it refuses.** A chat whose ceiling is `off` now. A message that was sent while it was `off`, or is marked "never
//! AI": it is left out and counted, and it is not context either. An answer for a chat that became `off` meanwhile.
//!
//! **Whom it trusts.** The store, for what the members agreed to when a message was sent. What they agree to now is given by
//! the caller, and counts for no more than what the store has.
//!
//! **Where its invariants are tested.** `tests/ai_select.rs` (random histories of consent, limits, names, times) and
//! `tests/ai_worker.rs` (the real worker behind its wall, and the journal).

pub mod limits;

mod answer;
mod ask;
mod authors;
mod part;
mod select;

pub use answer::{AiError, CatchUp, ENGINE, Job, Outcome, PLACE, Prepared, Ran, catch_up, finish, prepare};
pub use ask::{Ask, ask};
pub use part::Part;
pub use select::{LeftOut, Question, Refusal, Selection, Verdict, select};
