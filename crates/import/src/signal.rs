//! Signal's plain export: `main.jsonl`, which the apps write under "Export chat history".
//!
//! Each line is one frame of Signal's backup format in the JSON form of Protocol Buffers: first the version, then
//! the account, recipients, chats and messages, where a frame comes before those that refer to it. Numbers of 64
//! bits are strings. Disappearing messages are left out by Signal itself.

use std::collections::HashMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use crate::input::{Input, Pass};
use crate::jsonl::object;
use crate::sink::{Draft, Sink, Stopped, cut_name};
use crate::{ImportError, Kind, Media, Options, Reason, Times, time};

/// Recipients whose names are kept. An account knows some thousands.
pub const MAX_SIGNAL_RECIPIENTS: usize = 50_000;

/// Chats that are kept.
pub const MAX_SIGNAL_CHATS: usize = 20_000;

pub(crate) fn read(input: &Input<'_>, options: &Options<'_>, sink: &mut Sink<'_>) -> Result<(), ImportError> {
    sink.report.times = Times::Utc;
    let mut lines = input.lines(options, Pass { number: 1, of: 1 })?;
    let mut book = Book::default();
    while let Some(line) = lines.next()? {
        if line.text.trim().is_empty() {
            continue;
        }
        if line.damaged {
            sink.skip(line.number, Reason::BadEncoding);
        }
        let step = match object::<Frame>(&line) {
            Ok(frame) => book.frame(frame, sink, line.number),
            Err(reason) => {
                sink.report.cut_off |= reason == Reason::CutOff;
                sink.skip(line.number, reason);
                Ok(())
            }
        };
        if let Err(Stopped) = step {
            break;
        }
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Frame {
    account: Option<Account>,
    recipient: Option<Recipient>,
    chat: Option<Chat>,
    chat_item: Option<ChatItem>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Account {
    given_name: String,
    family_name: String,
}

/// A 64-bit number, as a string or a number.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[serde(from = "Value")]
struct Id(Option<i64>);

impl From<Value> for Id {
    fn from(value: Value) -> Self {
        Self(match value {
            Value::String(text) => text.parse().ok(),
            Value::Number(number) => number.as_i64(),
            _ => None,
        })
    }
}

#[derive(Deserialize)]
struct Recipient {
    #[serde(default)]
    id: Id,
    contact: Option<Contact>,
    group: Option<Group>,
    #[serde(rename = "self")]
    own: Option<Value>,
    #[serde(rename = "releaseNotes")]
    release_notes: Option<Value>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Contact {
    nickname: Option<Nickname>,
    system_given_name: String,
    system_family_name: String,
    profile_given_name: Option<String>,
    profile_family_name: Option<String>,
    username: Option<String>,
    e164: Id,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Nickname {
    given: String,
    family: String,
}

#[derive(Deserialize)]
struct Group {
    snapshot: Option<Snapshot>,
}

#[derive(Deserialize)]
struct Snapshot {
    title: Option<Title>,
}

#[derive(Deserialize)]
struct Title {
    title: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Chat {
    #[serde(default)]
    id: Id,
    #[serde(default)]
    recipient_id: Id,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ChatItem {
    #[serde(default)]
    chat_id: Id,
    #[serde(default)]
    author_id: Id,
    #[serde(default)]
    date_sent: Id,
    #[serde(default)]
    revisions: Vec<serde::de::IgnoredAny>,
    incoming: Option<serde::de::IgnoredAny>,
    outgoing: Option<serde::de::IgnoredAny>,
    standard_message: Option<StandardMessage>,
    contact_message: Option<serde::de::IgnoredAny>,
    sticker_message: Option<StickerMessage>,
    remote_deleted_message: Option<serde::de::IgnoredAny>,
    admin_deleted_message: Option<serde::de::IgnoredAny>,
    update_message: Option<serde_json::Map<String, Value>>,
    payment_notification: Option<serde::de::IgnoredAny>,
    gift_badge: Option<serde::de::IgnoredAny>,
    view_once_message: Option<serde::de::IgnoredAny>,
    direct_story_reply_message: Option<StoryReply>,
    poll: Option<Poll>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct StandardMessage {
    text: Option<Text>,
    attachments: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Text {
    body: String,
}

#[derive(Deserialize)]
struct StickerMessage {
    sticker: Option<Sticker>,
}

#[derive(Deserialize)]
struct Sticker {
    emoji: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct StoryReply {
    text_reply: Option<TextReply>,
    emoji: Option<String>,
}

#[derive(Deserialize)]
struct TextReply {
    text: Option<Text>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Poll {
    question: String,
    options: Vec<PollOption>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PollOption {
    option: String,
}

/// What the frames so far have told.
#[derive(Default)]
struct Book {
    own_name: Option<Arc<str>>,
    recipients: HashMap<Id, Arc<str>>,
    chats: HashMap<Id, Arc<str>>,
}

impl Book {
    fn frame(&mut self, frame: Frame, sink: &mut Sink<'_>, line: u64) -> Result<(), Stopped> {
        if let Some(account) = frame.account {
            self.own_name = full_name(&account.given_name, &account.family_name).map(Into::into);
        }
        if let Some(recipient) = frame.recipient {
            self.learn(&recipient);
        }
        if let Some(chat) = frame.chat {
            self.open(&chat, sink);
        }
        match frame.chat_item {
            Some(item) => self.item(item, sink, line),
            None => Ok(()),
        }
    }

    fn learn(&mut self, recipient: &Recipient) {
        let name = if recipient.own.is_some() {
            Some(self.own_name.clone().unwrap_or_else(|| "Me".into()))
        } else if recipient.release_notes.is_some() {
            Some("Signal".into())
        } else if let Some(contact) = &recipient.contact {
            Some(contact_name(contact).into())
        } else {
            recipient.group.as_ref().map(|group| group_name(group).into())
        };
        if let Some(name) = name.filter(|_| self.recipients.len() < MAX_SIGNAL_RECIPIENTS) {
            self.recipients.insert(recipient.id, cut_name(&name).into());
        }
    }

    fn open(&mut self, chat: &Chat, sink: &mut Sink<'_>) {
        let name = self
            .recipients
            .get(&chat.recipient_id)
            .map_or("Unknown chat", |name| name);
        if self.chats.len() < MAX_SIGNAL_CHATS {
            self.chats.insert(chat.id, sink.chat(name));
        }
    }

    fn item(&self, item: ChatItem, sink: &mut Sink<'_>, line: u64) -> Result<(), Stopped> {
        let Some(at) = item.date_sent.0.and_then(time::from_millis) else {
            sink.skip(line, Reason::NoDate);
            return Ok(());
        };
        let chat = self
            .chats
            .get(&item.chat_id)
            .map_or_else(|| sink.chat("Unknown chat"), Arc::clone);
        let author = self
            .recipients
            .get(&item.author_id)
            .map_or_else(|| "Unknown".into(), Arc::clone);
        let me = direction(&item);
        let edited = !item.revisions.is_empty();
        let Some(said) = said(item, &author) else {
            sink.skip(line, Reason::Unsupported);
            return Ok(());
        };
        let mut draft = Draft::new(at.at, said.kind, said.text);
        if said.kind == Kind::Message {
            draft.author = Some(author);
            draft.me = me;
        }
        draft.edited = edited;
        draft.deleted = said.deleted;
        draft.media = said.media;
        sink.push(draft, Some(&chat), line)
    }
}

const fn direction(item: &ChatItem) -> Option<bool> {
    match (item.outgoing.is_some(), item.incoming.is_some()) {
        (true, _) => Some(true),
        (_, true) => Some(false),
        _ => None,
    }
}

struct Said {
    text: String,
    kind: Kind,
    deleted: bool,
    media: Option<Media>,
}

impl Said {
    const fn text(text: String) -> Self {
        Self {
            text,
            kind: Kind::Message,
            deleted: false,
            media: None,
        }
    }

    const fn media(text: String) -> Self {
        Self {
            text,
            kind: Kind::Message,
            deleted: false,
            media: Some(Media::Attached),
        }
    }

    const fn system(text: String) -> Self {
        Self {
            text,
            kind: Kind::System,
            deleted: false,
            media: None,
        }
    }
}

/// What an item says; `None` for one that the export left empty.
fn said(item: ChatItem, author: &str) -> Option<Said> {
    if let Some(message) = item.standard_message {
        let text = message.text.unwrap_or_default().body;
        return Some(if message.attachments.is_empty() {
            Said::text(text)
        } else {
            Said::media(text)
        });
    }
    if let Some(message) = item.sticker_message {
        return Some(Said::media(
            message
                .sticker
                .and_then(|sticker| sticker.emoji)
                .unwrap_or_default(),
        ));
    }
    if let Some(reply) = item.direct_story_reply_message {
        let text = reply
            .text_reply
            .and_then(|reply| reply.text)
            .map(|text| text.body);
        return Some(Said::text(text.or(reply.emoji).unwrap_or_default()));
    }
    if let Some(poll) = item.poll {
        return Some(Said::text(poll_text(&poll)));
    }
    if item.remote_deleted_message.is_some() || item.admin_deleted_message.is_some() {
        return Some(Said {
            deleted: true,
            ..Said::text(String::new())
        });
    }
    if item.contact_message.is_some() || item.view_once_message.is_some() {
        return Some(Said {
            media: Some(Media::Omitted),
            ..Said::text(String::new())
        });
    }
    if item.payment_notification.is_some() {
        return Some(Said::system(format!("{author} sent a payment")));
    }
    if item.gift_badge.is_some() {
        return Some(Said::system(format!("{author} sent a gift badge")));
    }
    item.update_message
        .map(|update| Said::system(update_text(&update, author)))
}

fn poll_text(poll: &Poll) -> String {
    let mut text = poll.question.clone();
    for option in &poll.options {
        text.push_str("\n- ");
        text.push_str(&option.option);
    }
    text
}

/// The kind of an update in words. Its details refer to people by keys, which say nothing to a reader.
fn update_text(update: &serde_json::Map<String, Value>, author: &str) -> String {
    let what = match update.keys().next().map(String::as_str) {
        Some("individualCall") => "called",
        Some("groupCall") => "started a group call",
        Some("groupChange") => return group_change(update).to_owned(),
        Some("expirationTimerChange") => "changed how long messages are kept",
        Some("profileChange") => "changed their profile",
        Some("pinMessage") => "pinned a message",
        Some("pollTerminate") => "ended a poll",
        Some("simpleUpdate") => simple_update(update),
        _ => "changed something about the chat",
    };
    format!("{author} {what}")
}

fn simple_update(update: &serde_json::Map<String, Value>) -> &'static str {
    match update
        .get("simpleUpdate")
        .and_then(|simple| simple.get("type"))
        .and_then(Value::as_str)
    {
        Some("JOINED_SIGNAL") => "joined Signal",
        Some("IDENTITY_UPDATE") => "has a new safety number",
        Some("IDENTITY_VERIFIED") => "was marked as verified",
        Some("IDENTITY_DEFAULT") => "was marked as not verified",
        Some("CHANGE_NUMBER") => "changed their number",
        Some("BLOCKED") => "was blocked",
        Some("UNBLOCKED") => "was unblocked",
        _ => "changed something about the chat",
    }
}

fn group_change(update: &serde_json::Map<String, Value>) -> &'static str {
    let first = update
        .get("groupChange")
        .and_then(|change| change.get("updates"))
        .and_then(|updates| updates.get(0));
    match first
        .and_then(Value::as_object)
        .and_then(|update| update.keys().next())
        .map(String::as_str)
    {
        Some("groupCreationUpdate") => "The group was created",
        Some("groupNameUpdate") => "The group name was changed",
        Some("groupMemberLeftUpdate") => "Someone left the group",
        Some("groupMemberAddedUpdate") => "Someone was added to the group",
        Some("groupMemberJoinedUpdate" | "groupMemberJoinedByLinkUpdate") => "Someone joined the group",
        Some("groupMemberRemovedUpdate") => "Someone was removed from the group",
        _ => "The group was changed",
    }
}

fn contact_name(contact: &Contact) -> String {
    let nickname = contact
        .nickname
        .as_ref()
        .and_then(|name| full_name(&name.given, &name.family));
    let system = || full_name(&contact.system_given_name, &contact.system_family_name);
    let text = |field: &Option<String>| field.clone().unwrap_or_default();
    let profile = || {
        full_name(
            &text(&contact.profile_given_name),
            &text(&contact.profile_family_name),
        )
    };
    let username = || contact.username.clone().filter(|name| !name.is_empty());
    let number = || contact.e164.0.map(|number| format!("+{number}"));
    nickname
        .or_else(system)
        .or_else(profile)
        .or_else(username)
        .or_else(number)
        .unwrap_or_else(|| "Unknown".to_owned())
}

fn group_name(group: &Group) -> String {
    let title = group
        .snapshot
        .as_ref()
        .and_then(|snapshot| snapshot.title.as_ref());
    title
        .and_then(|title| title.title.clone())
        .filter(|title| !title.is_empty())
        .unwrap_or_else(|| "Unnamed group".to_owned())
}

/// Given and family name; `None` when both are empty.
fn full_name(given: &str, family: &str) -> Option<String> {
    let name = format!("{given} {family}");
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}
