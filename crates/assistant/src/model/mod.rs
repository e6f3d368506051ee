//! Tasks for a language model: what can be asked and what comes back.

mod draft;
mod protocol;
mod task;

pub use draft::{Dropped, Line, Looked, MAX_CITES, MAX_LINE_BYTES, ModelDraft, ModelError, Tokens, Wrote};
pub use task::{
    How, Language, MAX_LANGUAGE_BYTES, MAX_LINES, MAX_QUESTION_BYTES, MAX_REPLIES, MAX_REWRITE_BYTES,
    ModelTask, What,
};

pub(crate) use protocol::{read_model, read_what, write_model, write_what};
