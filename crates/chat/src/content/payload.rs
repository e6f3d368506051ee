//! The outermost: what kind of thing was sent, and how its sender saw the mailbox.

use core::fmt;

use crate::consent::{Ceiling, Lowering};

use super::cbor::{Reader, Value, Writer};
use super::message::{self, Message};
use super::{ContentError, MAX_PAYLOAD_BYTES, Result};

/// The longest receipt line or checkpoint.
pub const MAX_LINE_BYTES: usize = 16 << 10;
/// How deep a body of a newer kind may be nested.
const MAX_NEWER_DEPTH: usize = 8;

const MESSAGE: u64 = 1;
const LOWER: u64 = 2;
const LEAVING: u64 = 3;
const RECEIPT: u64 = 4;
const CHECKPOINT: u64 = 5;

/// The plaintext of an application message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// The mailbox as the sender saw it.
    pub seen: Seen,
    /// What was sent.
    pub body: Body,
}

/// A place in a mailbox's log and the chain up to it (docs/protocol.md section 2). This module only carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seen {
    /// How many slots the sender had seen.
    pub position: u32,
    /// The first bytes of the chain's hash there.
    pub digest: [u8; 16],
}

/// What was sent.
#[derive(Clone, PartialEq, Eq)]
pub enum Body {
    /// A message between people.
    Message(Box<Message>),
    /// "Lower now".
    Lower(Lowering),
    /// The sending device leaves; another member commits its removal.
    Leaving,
    /// A line about a use of AI off the device. At most [`MAX_LINE_BYTES`].
    Receipt(Vec<u8>),
    /// A checkpoint of the ledger. At most [`MAX_LINE_BYTES`].
    Checkpoint(Vec<u8>),
    /// Something that a newer version sent.
    Newer {
        /// Which kind, 6 or more.
        kind: u64,
        /// As it came.
        body: Value,
    },
}

impl Payload {
    /// The bytes to encrypt.
    ///
    /// # Errors
    /// Where [`Self::decode`] would refuse them, or for a lowering that lowers nothing.
    pub fn encode(&self) -> Result<Vec<u8>> {
        let mut out = Writer::new();
        out.array(4)
            .unsigned(self.body.kind())
            .unsigned(u64::from(self.seen.position))
            .bytes(&self.seen.digest);
        match &self.body {
            Body::Message(message) => message::write(&mut out, message),
            Body::Lower(lowering) => write_lowering(&mut out, *lowering)?,
            Body::Leaving => {
                out.null();
            }
            Body::Receipt(line) | Body::Checkpoint(line) => {
                out.bytes(line);
            }
            Body::Newer { body, .. } => {
                out.value(body);
            }
        }
        let bytes = out.into_bytes();
        Self::decode(&bytes)?;
        Ok(bytes)
    }

    /// The way back.
    ///
    /// # Errors
    /// If the bytes are not exactly one payload in deterministic CBOR, or a limit does not allow it.
    pub fn decode(bytes: &[u8]) -> Result<Self> {
        if bytes.len() > MAX_PAYLOAD_BYTES {
            return Err(ContentError::TooLarge("the message"));
        }
        let mut from = Reader::new(bytes);
        from.array_of(4)?;
        let kind = from.unsigned()?;
        let seen = Seen {
            position: from.narrow()?,
            digest: from.exactly()?,
        };
        let body = read_body(kind, &mut from)?;
        from.end()?;
        Ok(Self { seen, body })
    }
}

impl Body {
    const fn kind(&self) -> u64 {
        match self {
            Self::Message(_) => MESSAGE,
            Self::Lower(_) => LOWER,
            Self::Leaving => LEAVING,
            Self::Receipt(_) => RECEIPT,
            Self::Checkpoint(_) => CHECKPOINT,
            Self::Newer { kind, .. } => *kind,
        }
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Message(_) => "Message(..)",
            Self::Lower(_) => "Lower(..)",
            Self::Leaving => "Leaving",
            Self::Receipt(_) => "Receipt(..)",
            Self::Checkpoint(_) => "Checkpoint(..)",
            Self::Newer { .. } => "Newer(..)",
        })
    }
}

fn read_body(kind: u64, from: &mut Reader<'_>) -> Result<Body> {
    Ok(match kind {
        MESSAGE => Body::Message(Box::new(message::read(from)?)),
        LOWER => Body::Lower(read_lowering(from)?),
        LEAVING => {
            from.null()?;
            Body::Leaving
        }
        RECEIPT => Body::Receipt(from.bytes(MAX_LINE_BYTES, "a receipt line")?.to_vec()),
        CHECKPOINT => Body::Checkpoint(from.bytes(MAX_LINE_BYTES, "a checkpoint")?.to_vec()),
        0 => return Err(ContentError::Malformed),
        _ => Body::Newer {
            kind,
            body: from.value(MAX_NEWER_DEPTH)?,
        },
    })
}

fn read_lowering(from: &mut Reader<'_>) -> Result<Lowering> {
    from.array_of(2)?;
    let number = from.unsigned()?;
    let to = match from.unsigned()? {
        0 => Ceiling::Off,
        1 => Ceiling::OnDevice,
        _ => return Err(ContentError::Malformed),
    };
    Ok(Lowering { number, to })
}

fn write_lowering(out: &mut Writer, Lowering { number, to }: Lowering) -> Result<()> {
    let to = match to {
        Ceiling::Off => 0,
        Ceiling::OnDevice => 1,
        Ceiling::Confidential => return Err(ContentError::NotLower),
    };
    out.array(2).unsigned(number).unsigned(to);
    Ok(())
}
