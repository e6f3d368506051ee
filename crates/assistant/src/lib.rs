//! The assistant: a pure function from a task and a transcript to a draft.
//!
//! **What it is.** The tasks that a person can ask for, the bytes in which a client hands one to its worker, the engine
//! that answers without a model ("key messages", [`run`]), what is said to a language model and read from it
//! ([`run_model`] over an [`Engine`]), and the check through which every answer goes ([`check`]).
//!
//! **What it refuses.** A draft of key messages that cites what it was not given, quotes what was not written, or is longer
//! than asked: the whole draft is refused. Of what a model wrote: each line without a source, with a source outside the
//! part that was asked about, with a number, link or address that no cited message holds, or with characters that nobody sees; they are
//! left out and counted ([`ModelAnswer::dropped`]). Frames that are not exactly one value of the protocol
//! ([`decode_task`], [`decode_draft`]).
//!
//! **Whom it trusts.** Nobody: message text is data (R12), the worker's answer is hostile (R8), and so is a model (R35). A draft for key
//! messages holds no text at all, only places in the messages. A model's draft holds its words, and nothing makes sure
//! that they say what the messages say: they are shown as a machine's, beside their sources (R11). [`Answer`] is made only by [`check`],
//! against the client's own copy of the messages.
//!
//! **Where its invariants are tested.** `tests/` (properties over random chats and drafts; models that obey hostile
//! messages, each with its control), the fuzz targets `draft`, `task`, `key_messages`, `model_draft`, `model_task` and
//! `model_output`, and the measured sets in `docs/quality.md`.
//!
//! It has no clock, no randomness, no file, no socket and no thread.
#![forbid(unsafe_code)]

mod check;
mod dates;
mod engine;
mod key_messages;
mod lexicon;
mod model;
mod protocol;
mod task;
mod text;
mod transcript;

pub use check::{Answer, CheckError, Item, MAX_QUOTE_BYTES, check};
pub use dates::When;
pub use engine::{Completion, Engine, EngineError, Request, TEMPLATE_TOKENS};
pub use model::{
    Dropped, How, Language, Line, Looked, MAX_CITES, MAX_LANGUAGE_BYTES, MAX_LINE_BYTES, MAX_LINES,
    MAX_QUESTION_BYTES, MAX_REPLIES, MAX_REWRITE_BYTES, ModelAnswer, ModelDraft, ModelError, ModelLine,
    ModelTask, Outcome, Tokens, What, Wrote, run_model,
};
pub use protocol::{
    MAX_DRAFT_BYTES, MAX_ITEMS, MAX_QUOTES, MAX_TASK_BYTES, ProtocolError, decode_draft, decode_task,
    encode_draft, encode_task,
};
pub use task::{Draft, Extract, Kind, Quote, Task, run};
pub use transcript::{Message, Transcript};

/// The engine with other weights than the shipped ones: for measuring, not for answering.
pub mod tuning {
    pub use crate::key_messages::{FEATURES, Tuning, pick_with};
}
