//! Telegram Desktop's machine-readable export, `result.json`: one chat, or the whole account.

mod message;
mod service;
mod walk;

use std::borrow::Cow;
use std::sync::Arc;

use memchr::memmem;

use self::message::Message;
use self::walk::{Event, Fault, Walk};
pub use self::walk::{MAX_JSON_DEPTH, MAX_OBJECT_BYTES};
use crate::input::{Input, Pass};
use crate::sink::{Draft, Names, Sink, Stopped, cut_name};
use crate::{ImportError, Kind, Options, Reason, Times};

/// The list of a chat's messages.
const MESSAGES: &str = "messages";

/// The object that says who exported.
const PERSONAL: &str = "personal_information";

pub(crate) fn read(input: &Input<'_>, options: &Options<'_>, sink: &mut Sink<'_>) -> Result<(), ImportError> {
    let mut walk = Walk::new(input.text(options, Pass { number: 1, of: 1 })?);
    let mut reader = Reader {
        sink,
        names: Names::new(),
        own: Own::default(),
        chat: Chat::default(),
        read: 0,
    };
    loop {
        let event = walk.next(|list| list == MESSAGES).map_err(error)?;
        let step = match event {
            Event::Value {
                inside: PERSONAL,
                key,
                raw,
                ..
            } => {
                reader.own.learn(key, raw);
                Ok(())
            }
            Event::Value { depth, key, raw, .. } => {
                reader.chat.learn(depth, key, raw);
                Ok(())
            }
            Event::Item { raw: Some(raw), line } => reader.message(raw, line),
            Event::Item { raw: None, line } => {
                reader.sink.skip(line, Reason::MessageTooLong);
                Ok(())
            }
            Event::End { depth } => {
                reader.end(depth);
                Ok(())
            }
            Event::Done => break,
            Event::CutOff { line } => {
                reader.sink.skip(line, Reason::CutOff);
                reader.sink.report.cut_off = true;
                break;
            }
        };
        if let Err(Stopped) = step {
            break;
        }
    }
    Ok(())
}

fn error(fault: Fault) -> ImportError {
    match fault {
        Fault::Io(error) => error.into(),
        Fault::TooDeep { line } => ImportError::TooDeep { line },
        Fault::Malformed { line } => ImportError::Malformed { line },
    }
}

struct Reader<'s, 'd> {
    sink: &'s mut Sink<'d>,
    names: Names,
    own: Own,
    chat: Chat,
    read: u64,
}

/// Who exported, where the file says so.
#[derive(Default)]
struct Own {
    id: Option<String>,
    first: String,
    last: String,
}

/// The chat whose messages come.
#[derive(Default)]
struct Chat {
    depth: usize,
    name: Option<String>,
    kind: Option<String>,
    id: Option<String>,
    shared: Option<Arc<str>>,
}

impl Own {
    fn learn(&mut self, key: &str, raw: &[u8]) {
        match key {
            "user_id" => self.id = scalar(raw),
            "first_name" => self.first = scalar(raw).unwrap_or_default(),
            "last_name" => self.last = scalar(raw).unwrap_or_default(),
            _ => {}
        }
    }

    /// Whether an author's id (`user123`, or `123` in old exports) is the exporter's.
    fn is(&self, message: &Message<'_>) -> Option<bool> {
        let own = self.id.as_deref()?;
        let id = message.from_id.text()?;
        Some(id.strip_prefix("user").unwrap_or(id) == own)
    }
}

impl Chat {
    fn learn(&mut self, depth: usize, key: &str, raw: &[u8]) {
        let slot = match key {
            "name" => &mut self.name,
            "type" => &mut self.kind,
            "id" => &mut self.id,
            _ => return,
        };
        *slot = scalar(raw);
        self.depth = depth;
        self.shared = None;
    }

    /// A name for people. Saved messages have none, nor have chats with deleted accounts.
    fn title(&self) -> Option<Cow<'_, str>> {
        let text = |field: &'_ Option<String>| field.clone().filter(|text| !text.is_empty());
        if let Some(name) = text(&self.name) {
            return Some(name.into());
        }
        match (self.kind.as_deref(), text(&self.id)) {
            (Some("saved_messages"), _) => Some("Saved Messages".into()),
            (Some("replies"), _) => Some("Replies".into()),
            (_, Some(id)) => Some(format!("Chat {id}").into()),
            _ => None,
        }
    }
}

impl Reader<'_, '_> {
    fn message(&mut self, raw: &[u8], line: u64) -> Result<(), Stopped> {
        let repaired = repair(raw);
        let Ok(mut message) = serde_json::from_slice::<Message<'_>>(&repaired) else {
            self.sink.skip(line, Reason::BadJson);
            return Ok(());
        };
        let Some(at) = message.at() else {
            let reason = if message.is_unsupported() {
                Reason::Unsupported
            } else {
                Reason::NoDate
            };
            self.sink.skip(line, reason);
            return Ok(());
        };
        if at.utc && self.read == 0 {
            self.sink.report.times = Times::Utc;
        }
        self.read = self.read.saturating_add(1);
        let kind = if message.is_service() {
            Kind::System
        } else {
            Kind::Message
        };
        let mut draft = Draft::new(at.at, kind, message.words());
        if kind == Kind::Message {
            draft.author = self.author(&message);
            draft.me = self.own.is(&message);
        }
        draft.edited = message.is_edited();
        draft.media = message.media();
        draft.forwarded = message.forwarded_from.text().is_some();
        draft.id = message.id.number();
        draft.reply_to = message.reply_to_message_id.number();
        let chat = self.chat();
        self.sink.push(draft, chat.as_ref(), line)
    }

    /// The author's name; for an account that is gone, its id.
    fn author(&mut self, message: &Message<'_>) -> Option<Arc<str>> {
        let name = message
            .from
            .text()
            .or(message.from_id.text())
            .unwrap_or("Deleted account");
        Some(self.names.get(name, |name| cut_name(name).into()))
    }

    fn chat(&mut self) -> Option<Arc<str>> {
        if self.chat.shared.is_none() {
            self.chat.shared = self.chat.title().map(|title| self.sink.chat(&title));
        }
        self.chat.shared.clone()
    }

    /// When the object that named the chat ends, the name goes with it.
    fn end(&mut self, depth: usize) {
        if depth < self.chat.depth {
            self.chat = Chat::default();
        }
    }
}

/// A raw string or number as text.
fn scalar(raw: &[u8]) -> Option<String> {
    match raw.first() {
        Some(b'"') => serde_json::from_slice(raw).ok(),
        Some(b'n') => None,
        _ => str::from_utf8(raw).ok().map(str::to_owned),
    }
}

/// Telegram Desktop writes control characters as `\x0B`, which JSON does not know, and other bytes may not be UTF-8.
fn repair(raw: &[u8]) -> Cow<'_, [u8]> {
    let text = match String::from_utf8_lossy(raw) {
        Cow::Borrowed(_) => Cow::Borrowed(raw),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    };
    if memmem::find(&text, b"\\x").is_none() {
        return text;
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_ref();
    while let Some((&byte, after)) = rest.split_first() {
        match (byte, after.first()) {
            (b'\\', Some(b'x')) => {
                out.extend_from_slice(b"\\u00");
                rest = after.get(1..).unwrap_or_default();
            }
            (b'\\', Some(&escaped)) => {
                out.extend_from_slice(&[byte, escaped]);
                rest = after.get(1..).unwrap_or_default();
            }
            _ => {
                out.push(byte);
                rest = after;
            }
        }
    }
    Cow::Owned(out)
}
