//! Tasks and drafts: what a worker is asked, and what it may say.

use crate::{ModelDraft, ModelError, ModelTask, Transcript, key_messages};

/// What a worker is asked to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Task {
    /// Pick the unread messages that matter most: at most `items` lines.
    KeyMessages {
        /// The chat.
        transcript: Transcript,
        /// The most lines wanted.
        items: u16,
    },
    /// Something that takes a language model.
    Model(ModelTask),
}

impl Task {
    /// The chat that it may look at.
    #[must_use]
    pub fn transcript(&self) -> &Transcript {
        match self {
            Self::KeyMessages { transcript, .. } | Self::Model(ModelTask { transcript, .. }) => transcript,
        }
    }

    /// The chat that it may look at.
    #[must_use]
    pub fn into_transcript(self) -> Transcript {
        match self {
            Self::KeyMessages { transcript, .. } | Self::Model(ModelTask { transcript, .. }) => transcript,
        }
    }
}

/// What a worker answers, before anybody checked it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Draft {
    /// The answer to [`Task::KeyMessages`], most important line first. It holds no text of its own, only where to find
    /// the words: the worst that a worker under somebody else's control can do is to pick badly.
    KeyMessages(Vec<Extract>),
    /// The answer to [`Task::Model`]: words of a model.
    Model(ModelDraft),
    /// There is no answer. No check accepts it.
    Failed(ModelError),
}

/// One line of a draft: one quote, or a few that belong together (a question and its answer).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extract {
    /// Why it was picked.
    pub kind: Kind,
    /// What it says; the first quote carries the line, the others explain it.
    pub quotes: Vec<Quote>,
}

/// A span of one message: bytes `start..end` of its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quote {
    /// The message.
    pub n: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Why a line was picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Kind {
    /// A question put to the reader that the reader has not answered.
    Question,
    /// The reader is named.
    Mention,
    /// Something was decided.
    Decision,
    /// Something is planned for a date or time.
    Plan,
    /// A link was shared.
    Link,
    /// Central to what was said.
    Said,
}

impl Kind {
    /// All kinds, in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::Question,
        Self::Mention,
        Self::Decision,
        Self::Plan,
        Self::Link,
        Self::Said,
    ];

    /// The word for it in JSON output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Question => "question",
            Self::Mention => "mention",
            Self::Decision => "decision",
            Self::Plan => "plan",
            Self::Link => "link",
            Self::Said => "said",
        }
    }

    pub(crate) const fn code(self) -> u8 {
        self as u8
    }

    pub(crate) fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// Does a task that takes no model, and says of the others that there is none. Pure: the same task gives the same draft.
#[must_use]
pub fn run(task: &Task) -> Draft {
    match task {
        Task::KeyMessages { transcript, items } => {
            Draft::KeyMessages(key_messages::pick(transcript, usize::from(*items)))
        }
        Task::Model(_) => Draft::Failed(ModelError::NoModel),
    }
}
