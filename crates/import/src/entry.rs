//! What comes out: one entry per message or system line.

use std::sync::Arc;

use jiff::civil::DateTime;

/// One message or system line of an exported chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// From 1, over every entry of the file: messages and system lines of all its chats. A caller that reads one
    /// chat of a whole account sees gaps, never other numbers.
    pub n: u32,
    /// The time as the export wrote it. [`Report::times`](crate::Report::times) says whether that is the
    /// exporter's local time or UTC.
    pub at: DateTime,
    /// Who wrote it; `None` for a system line.
    pub author: Option<Arc<str>>,
    /// What was written, without the marks that the messenger added.
    pub text: String,
    /// A person's message or a line of the messenger.
    pub kind: Kind,
    /// The chat it belongs to, where the file names chats.
    pub chat: Option<Arc<str>>,
    /// The messenger says that the text was changed later.
    pub edited: bool,
    /// The messenger says that the message was deleted; the text is its notice, not the author's words.
    pub deleted: bool,
    /// A photo, file, voice message and so on came with it.
    pub media: Option<Media>,
    /// Whether the person who exported the chat wrote it, where the format says so.
    pub me: Option<bool>,
    /// It was forwarded from elsewhere, where the format says so.
    pub forwarded: bool,
    /// The messenger's own number of the message, where there is one.
    pub id: Option<i64>,
    /// The messenger's own number of the message it answers.
    pub reply_to: Option<i64>,
}

/// Who speaks in an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A person wrote it.
    Message,
    /// The messenger wrote it (someone joined, a name changed, a notice).
    System,
}

impl Kind {
    /// `"message"` or `"system"`, as in rows of JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Message => "message",
            Self::System => "system",
        }
    }
}

/// What is known of media that came with a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Media {
    /// The export was made without the file.
    Omitted,
    /// The export names a file beside it.
    Attached,
}
