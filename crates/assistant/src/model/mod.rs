//! Tasks for a language model: what can be asked, what comes back, and what of it may be shown.
//!
//! **The way of a task.** [`run_model`], in the worker, takes the part of the chat that the task is about, cuts it into pieces
//! that fit (`window`), writes a prompt for each (`prompt`, `clean`, `names`) and a grammar for the answer (`grammar`), asks the
//! [`Engine`](crate::Engine), and reads what it wrote (`output`). The draft goes through the pipe (`protocol`). [`check`], on
//! the reader's side, judges each line against the reader's own messages (`judge`, `numbers`, `links`) and makes a [`ModelAnswer`].
//!
//! **What holds whatever the messages, the model and the worker say** (R11, R12; A25, A27): a line that is shown cites messages
//! of the part that was asked about, and holds no number, no link and no address that none of them holds, no control
//! character and no direction override. A rewrite holds no number and no link that the reader's draft does not hold. There are no tools,
//! and text is all that comes out.
//!
//! **What does not:** that a line says what its messages say. A message can talk a model into a false line about itself, or into
//! none; so can bad weights. A line can leave out what matters, or put a number to the wrong thing.
//!
//! The prompts keep messages from passing for us; that makes a model harder to mislead, and nothing rests on it.
//! Tested in `tests/model_*.rs`: with engines that are honest, that lie, and that obey every message.

mod check;
mod clean;
mod draft;
mod grammar;
mod judge;
mod links;
mod names;
mod number_words;
mod numbers;
mod output;
mod prompt;
mod protocol;
mod run;
mod signs;
mod task;
mod window;

pub use check::{ModelAnswer, ModelLine, Outcome};
pub use draft::{Dropped, Line, Looked, MAX_CITES, MAX_LINE_BYTES, ModelDraft, ModelError, Tokens, Wrote};
pub use run::run_model;
pub use task::{
    How, Language, MAX_LANGUAGE_BYTES, MAX_LINES, MAX_QUESTION_BYTES, MAX_REPLIES, MAX_REWRITE_BYTES,
    ModelTask, What,
};

pub(crate) use check::check;
pub(crate) use protocol::{read_model, read_what, write_model, write_what};
