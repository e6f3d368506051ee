//! The values that go in and out of a [`Client`](crate::Client): what a person can ask for, and what they see.

use chat::consent::{Ceiling, Wish};
use chat::{Suite, Time};

/// The number of a chat in this store. It never means another chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChatId(pub i64);

/// The account of this store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountInfo {
    /// What others type to reach it.
    pub address: String,
    /// The name that others see.
    pub name: String,
    /// The server that keeps its inbox.
    pub server: String,
}

/// What a chat is to this store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChatState {
    /// Somebody invited this account, nobody answered yet.
    Invited,
    /// A live chat.
    Live,
    /// An export that was imported.
    Archive,
    /// This account left.
    Left,
    /// Somebody removed this device.
    Removed,
    /// A commit could not be followed; this device asked to be put back and waits.
    Rejoining,
}

/// A line of the list of chats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatLine {
    /// Its number.
    pub id: ChatId,
    /// Its title.
    pub title: String,
    /// What it is to this store.
    pub state: ChatState,
    /// Messages of others after the last one read.
    pub unread: u32,
    /// Own messages that no server has accepted yet.
    pub queued: u32,
    /// The ceiling now.
    pub ceiling: Ceiling,
    /// When the newest message was sent.
    pub last_at: Option<Time>,
}

/// One message, or one line of the messenger itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageLine {
    /// Its number in the chat, from 1: what citations mean.
    pub n: u32,
    /// When its sender says it was sent.
    pub at: Time,
    /// Who wrote it; `None` for a line of the messenger.
    pub author: Option<String>,
    /// Whether this account wrote it.
    pub mine: bool,
    /// What it says.
    pub text: String,
    /// The number of the message that it answers, where that is known here.
    pub reply_to: Option<u32>,
    /// It must never be used by AI.
    pub never_ai: bool,
    /// Its sender says that AI helped to write it.
    pub drafted_with_ai: bool,
    /// Where it is.
    pub delivery: Delivery,
}

/// Where a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Delivery {
    /// It came from somebody else, or from an export.
    Received,
    /// Written here, waiting for a server.
    Queued,
    /// A server acknowledged that it is stored there.
    Sent,
}

/// A message to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// What it says.
    pub text: String,
    /// The number of the message that it answers.
    pub reply_to: Option<u32>,
    /// Ask every client never to use it for AI.
    pub never_ai: bool,
    /// Say that AI helped to write it.
    pub drafted_with_ai: bool,
}

/// What became of a message that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// Its number in the chat.
    pub n: u32,
    /// Where it is now.
    pub delivery: Delivery,
}

/// Which messages are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The unread ones.
    Unread,
    /// The newest so many.
    Last(u32),
    /// From this number on, at most so many.
    From(u32, u32),
    /// The ones before this number, at most so many.
    Before(u32, u32),
}

/// One device in a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberLine {
    /// The name in its credential, signed by the account.
    pub name: String,
    /// The address of its account.
    pub address: String,
    /// Whether it is this device.
    pub me: bool,
    /// What it counts for now.
    pub counts: Ceiling,
    /// Until when `confidential` counts.
    pub until: Option<Time>,
    /// Whether it spoke for itself: its leaf was signed for this chat.
    pub spoke: bool,
}

/// Who is in a chat, and what they agree to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members {
    /// All devices.
    pub members: Vec<MemberLine>,
    /// The cipher suite.
    pub suite: Suite,
    /// What they agree to.
    pub consent: ConsentInfo,
    /// Sixty digits that two people compare to know that nobody stands between them; only in a chat of two accounts.
    pub safety_number: Option<String>,
}

/// What the members of a chat agree to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentInfo {
    /// The ceiling now.
    pub ceiling: Ceiling,
    /// The end of the shortest lease, where the ceiling is `confidential`.
    pub until: Option<Time>,
    /// What this device wants; `None` for an archive.
    pub mine: Option<Wish>,
    /// Who holds it down: the names of those who count for no more than the ceiling. Empty where it is `confidential`.
    pub held_by: Vec<String>,
    /// Something said here has not reached the others yet.
    pub pending: bool,
}

/// How a look at the server went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// Whether the server answered; why not, where it did not.
    pub offline: Option<String>,
    /// Messages that came.
    pub received: u32,
    /// Own messages that were accepted.
    pub sent: u32,
    /// Invitations that came.
    pub invitations: u32,
    /// What a server or a member did that they should not, in words.
    pub warnings: Vec<String>,
}

/// Something came while somebody listened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// In this chat.
    Chat(ChatId),
    /// In the list of chats: an invitation, or in any of them.
    Chats,
    /// The account's server can be reached again, or no longer.
    Reach(Reach),
}

/// Whether the account's server can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// There is a connection to it.
    Connected,
    /// There was no answer; it is tried again.
    Away,
    /// Nobody tried: there is no account, or the client was told to stay offline.
    Untried,
}

/// One use of AI, or one refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalLine {
    /// When.
    pub at: Time,
    /// In which chat, by its title then.
    pub chat: String,
    /// What was asked for.
    pub task: String,
    /// Which engine.
    pub engine: String,
    /// Where it ran.
    pub place: Ceiling,
    /// How many messages it was given.
    pub messages: u32,
    /// The ceiling of the chat at that moment.
    pub ceiling: Ceiling,
    /// What came of it: `answered`, `refused` (the ceiling), `failed`.
    pub outcome: String,
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Where.
    pub chat: ChatId,
    /// The title of that chat.
    pub title: String,
    /// The message.
    pub message: MessageLine,
}
