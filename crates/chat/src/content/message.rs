//! A message between people.

use core::fmt;

use sha2::{Digest, Sha256};

use crate::Time;

use super::cbor::{Reader, Writer};
use super::extension;
use super::part::{self, Disposition, Part, PartContent};
use super::{ContentError, Extensions, MAX_PAYLOAD_BYTES, MAX_TOPIC_BYTES, Result};

/// SHA-256 in the registry of named information hashes: the first byte of an id.
const SHA_256: u8 = 1;

/// A message (draft-ietf-mimi-content-08 section 4).
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Random, for each message.
    pub salt: Salt,
    /// The first version of the message that this one edits or deletes.
    pub replaces: Option<MessageId>,
    /// What it belongs to, or empty.
    pub topic: Vec<u8>,
    /// When it is to be deleted.
    pub expires: Option<Expires>,
    /// The message that this one answers or reacts to.
    pub in_reply_to: Option<MessageId>,
    /// AI never reads it, whatever the ceiling.
    pub never_ai: bool,
    /// AI drafted it, a person sent it.
    pub drafted_with_ai: bool,
    /// The sender's clock. Where it is missing, take [`Time::NEVER`]: no lease covers it.
    pub sent_at: Option<Time>,
    /// What newer versions and other clients put there.
    pub others: Extensions,
    /// What it says.
    pub body: Part,
}

/// 16 random bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Salt(pub [u8; 16]);

/// The name of a message (draft section 3.3): 1, for SHA-256, and the first 31 bytes of the hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId([u8; 32]);

/// When a message is to be deleted. A wish: nobody can be forced to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expires {
    /// So many seconds after it was read.
    AfterReading(u32),
    /// At this moment, in Unix seconds.
    At(u32),
}

/// What this version makes of a message.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Meaning<'a> {
    /// Text; an answer where [`Message::in_reply_to`] is set.
    Text(&'a str),
    /// New text in the place of an earlier message. Only its sender may do that: the caller checks.
    Edit {
        /// The first version.
        of: MessageId,
        /// The new text.
        text: &'a str,
    },
    /// An earlier message, or reaction, is taken back. Only its sender may do that: the caller checks.
    Delete {
        /// The first version.
        of: MessageId,
    },
    /// A reaction.
    Reaction {
        /// To what.
        to: MessageId,
        /// A symbol or a word.
        symbol: &'a str,
    },
    /// This version cannot show it.
    Unknown,
}

impl Message {
    /// Text, and nothing else said.
    #[must_use]
    pub fn text(salt: Salt, sent_at: Time, text: &str) -> Self {
        Self {
            salt,
            replaces: None,
            topic: Vec::new(),
            expires: None,
            in_reply_to: None,
            never_ai: false,
            drafted_with_ai: false,
            sent_at: Some(sent_at),
            others: Extensions::default(),
            body: Part::text(text),
        }
    }

    /// What this version makes of it.
    #[must_use]
    pub fn meaning(&self) -> Meaning<'_> {
        let reaction = self.body.disposition == Disposition::REACTION;
        let nothing = self.body.content == PartContent::Nothing;
        match (self.replaces, self.in_reply_to, self.body.shown()) {
            (Some(of), _, None) if nothing => Meaning::Delete { of },
            (Some(of), _, Some(text)) if !reaction => Meaning::Edit { of, text },
            (None, Some(to), Some(symbol)) if reaction => Meaning::Reaction { to, symbol },
            (None, _, Some(text)) if !reaction => Meaning::Text(text),
            _ => Meaning::Unknown,
        }
    }

    /// Its name in a chat. `sender` and `room` are the bytes of the draft's URIs.
    ///
    /// # Errors
    /// [`ContentError::TooLarge`] where one of them has more than 65,535 bytes.
    pub fn id(&self, sender: &[u8], room: &[u8]) -> Result<MessageId> {
        let mut hash = Sha256::new();
        for uri in [sender, room] {
            let length = u16::try_from(uri.len())
                .map_err(|_| ContentError::TooLarge("the name of a sender or chat"))?;
            hash.update(length.to_be_bytes());
            hash.update(uri);
        }
        hash.update(self.written());
        hash.update(self.salt.0);
        Ok(MessageId::from_hash(hash.finalize().into()))
    }

    /// The bytes of the draft's `mimiContent`.
    ///
    /// # Errors
    /// Where [`Self::decode`] would refuse them.
    pub fn encode(&self) -> Result<Vec<u8>> {
        let bytes = self.written();
        Self::decode(&bytes)?;
        Ok(bytes)
    }

    /// The way back.
    ///
    /// # Errors
    /// If the bytes are not exactly one message in deterministic CBOR, or a limit does not allow it.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > MAX_PAYLOAD_BYTES {
            return Err(ContentError::TooLarge("the message"));
        }
        let mut from = Reader::new(bytes);
        let message = read(&mut from)?;
        from.end()?;
        Ok(message)
    }

    fn written(&self) -> Vec<u8> {
        let mut out = Writer::new();
        write(&mut out, self);
        out.into_bytes()
    }
}

impl MessageId {
    /// Its bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// An id from its bytes.
    ///
    /// # Errors
    /// If it was made with another hash than SHA-256 (draft section A.1).
    pub const fn from_bytes(bytes: [u8; 32]) -> Result<Self> {
        match bytes {
            [SHA_256, ..] => Ok(Self(bytes)),
            _ => Err(ContentError::Malformed),
        }
    }

    fn from_hash(mut bytes: [u8; 32]) -> Self {
        // The hash moves one byte back, for the number of the hash function; its last byte is dropped.
        bytes.rotate_right(1);
        bytes[0] = SHA_256;
        Self(bytes)
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Message").finish_non_exhaustive()
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Salt").finish_non_exhaustive()
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("MessageId").finish_non_exhaustive()
    }
}

impl fmt::Debug for Meaning<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Text(_) => "Text(..)",
            Self::Edit { .. } => "Edit(..)",
            Self::Delete { .. } => "Delete(..)",
            Self::Reaction { .. } => "Reaction(..)",
            Self::Unknown => "Unknown",
        })
    }
}

pub(super) fn read(from: &mut Reader<'_>) -> Result<Message> {
    from.array_of(7)?;
    let salt = Salt(from.exactly()?);
    let replaces = from.or_null(read_id)?;
    let topic = from.bytes(MAX_TOPIC_BYTES, "the topic")?.to_vec();
    let expires = from.or_null(read_expires)?;
    let in_reply_to = from.or_null(read_id)?;
    let extensions = extension::read(from)?;
    let body = part::read(from)?;
    Ok(Message {
        salt,
        replaces,
        topic,
        expires,
        in_reply_to,
        never_ai: extensions.never_ai,
        drafted_with_ai: extensions.drafted_with_ai,
        sent_at: extensions.sent_at,
        others: extensions.others,
        body,
    })
}

fn read_id(from: &mut Reader<'_>) -> Result<MessageId> {
    MessageId::from_bytes(from.exactly()?)
}

fn read_expires(from: &mut Reader<'_>) -> Result<Expires> {
    from.array_of(2)?;
    let relative = from.bool()?;
    let seconds = from.narrow()?;
    Ok(if relative {
        Expires::AfterReading(seconds)
    } else {
        Expires::At(seconds)
    })
}

pub(super) fn write(out: &mut Writer, message: &Message) {
    out.array(7).bytes(&message.salt.0);
    write_id(out, message.replaces);
    out.bytes(&message.topic);
    write_expires(out, message.expires);
    write_id(out, message.in_reply_to);
    extension::write(out, message);
    part::write(out, &message.body);
}

fn write_id(out: &mut Writer, id: Option<MessageId>) {
    match id {
        Some(id) => out.bytes(&id.0),
        None => out.null(),
    };
}

fn write_expires(out: &mut Writer, expires: Option<Expires>) {
    let (relative, seconds) = match expires {
        Some(Expires::AfterReading(seconds)) => (true, seconds),
        Some(Expires::At(seconds)) => (false, seconds),
        None => {
            out.null();
            return;
        }
    };
    out.array(2).bool(relative).unsigned(u64::from(seconds));
}
