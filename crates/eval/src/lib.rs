//! How good are the key messages? This crate turns chats with known answers into figures.
//!
//! Two kinds of sets. *Dialogues* come with a summary that a person wrote; what an engine picked is compared with it
//! by [`rouge`]. *Groups* come with the facts that the reader must not miss; [`groups`] counts how many the lines cite,
//! and how many lines would mislead. Beside the engine stand the [`baselines`] that anybody would try first, and
//! [`bootstrap`] says whether a difference between the two is more than luck.
//!
//! **What it refuses.** Sets with unknown fields, numbers outside the unread part, key strings that no supporting
//! message holds, and lines beyond [`dialogues::MAX_LINE_BYTES`] or [`groups::MAX_LABELS_BYTES`]: a figure from a
//! broken set is worse than none. Its errors name a place in the file, never the text in it.
//!
//! **Whom it trusts.** Nobody: text goes in, figures come out. It opens no file, reads no clock and starts nothing; the
//! same input gives the same figures. The engine's drafts pass [`assistant::check`] as they do before a person sees
//! them.
//!
//! **Where that is tested.** Scores against hand-computed values and, for ROUGE, against values that PyPI
//! `rouge-score` 0.1.2 gave (`rouge.rs`, `porter.rs`); scoring rules case by case (`groups.rs`); the demo chat and its
//! facts in `tests/flatshare.rs`.
#![forbid(unsafe_code)]

pub mod baselines;
pub mod bootstrap;
pub mod dialogues;
mod graph;
pub mod groups;
mod line;
mod porter;
mod random;
pub mod rouge;
pub mod table;
mod tokens;

pub use line::{Line, in_chat_order, key_messages};
pub use tokens::Tokenizer;
