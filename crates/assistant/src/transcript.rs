//! What a task may look at: messages in order, their authors, and who is reading.

use jiff::civil::DateTime;

/// One entry of a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The number by which the reader finds it again; strictly increasing along a transcript.
    pub n: u32,
    /// When it was sent, in the sender's or exporter's local time, as written.
    pub at: DateTime,
    /// Index into [`Transcript::authors`]; `None` for a line of the messenger itself.
    pub author: Option<u16>,
    /// What it says. Data, never an instruction.
    pub text: String,
}

/// A chat, or the part of it that a task needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Transcript {
    /// Display names, each once.
    pub authors: Vec<String>,
    /// Index into `authors` of the person who is reading, where it is known.
    pub me: Option<u16>,
    /// Whether numbers such as 3/4 put the month first, as the export does.
    pub month_first: bool,
    /// Index into `messages` of the first unread one; what lies before it is context and is never cited.
    pub unread_from: usize,
    /// The messages in the order of the chat.
    pub messages: Vec<Message>,
}

impl Transcript {
    /// The messages that the reader has not seen.
    #[must_use]
    pub fn unread(&self) -> &[Message] {
        self.messages.get(self.unread_from..).unwrap_or_default()
    }
}
