//! What a server sends: `[kind, id, fields ...]` as an answer, `[kind, fields ...]` unasked.

use minicbor::{Decoder, Encoder};

use super::cbor::{Written, array, array_of, body, exactly, fixed, list, written};
use super::{FrameError, frame_sized, same, within};
use crate::limits::{FETCH_BYTES, FETCH_SLOTS, MAX_BLOB, MAX_BODY, MAX_FRAME, MAX_PACKAGE, MAX_RECORD};
use crate::{Body, MailboxName, Slot, SlotKind};

/// What comes from a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToClient {
    /// The answer to a request.
    Answer {
        /// The request's number.
        id: u32,
        /// What came of it.
        answer: Answer,
    },
    /// Something that is watched.
    Pushed(Pushed),
}

/// What came of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is done: create, watch, unwatch, put a blob or a record.
    Done,
    /// The slot is stored, now or when the same append came first.
    Appended {
        /// Its number.
        seq: u64,
    },
    /// To a fetch.
    Slots(Page),
    /// To a get of a blob. The client checks its name.
    Blob(Body),
    /// To a get of a record.
    Record {
        /// Its version.
        version: u64,
        /// Its bytes.
        body: Body,
    },
    /// To a put of packages.
    Left {
        /// How many packages lie in the pool now, the last-resort one not counted.
        packages: u64,
    },
    /// To a take.
    Package {
        /// The package.
        body: Body,
        /// Whether it is the last-resort one, which others are given as well.
        last_resort: bool,
    },
    /// It was not done.
    Refused(Refusal),
}

/// Some slots of a mailbox, and how far it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// In rising order, all after the one that was asked for; at most [`FETCH_SLOTS`] and [`FETCH_BYTES`] of bodies.
    /// A gap means that the server keeps those slots no longer.
    pub slots: Vec<Slot>,
    /// How many commits the mailbox has taken so far.
    pub commits: u64,
    /// The highest `seq` given in this mailbox so far.
    pub last: u64,
}

impl Page {
    /// Whether there is more to fetch behind these slots.
    #[must_use]
    pub fn more(&self) -> bool {
        self.slots.last().is_some_and(|slot| slot.seq < self.last)
    }
}

/// What a server sends because it is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pushed {
    /// A slot of a watched mailbox. Each comes once, in order.
    Slot {
        /// The mailbox.
        mailbox: MailboxName,
        /// The slot.
        slot: Slot,
    },
    /// The connection did not keep up: this watch has ended. Fetch what is missing, then watch again.
    Lagged {
        /// The mailbox.
        mailbox: MailboxName,
    },
}

/// Why a request was not done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is no such mailbox, blob, record, pool or package.
    #[error("the server has nothing under this name: create it, or ask whoever made it")]
    NoSuch,
    /// Not the capability that was needed.
    #[error("the capability is not the right one: ask for a new invitation")]
    Denied,
    /// A message for a mailbox that holds a commit.
    #[error("the mailbox is closed: follow its commit and send again in the new epoch")]
    Closed,
    /// Somebody else was first.
    #[error("somebody else was first: fetch, then try again")]
    Conflict {
        /// The commits that the mailbox holds, or the version of the record.
        current: u64,
    },
    /// No room, in the mailbox, the pool or on the server.
    #[error("the server has no room for this: try again later, or move to another server")]
    Full,
    /// Over a limit of the protocol.
    #[error("larger than the protocol allows: send it in smaller pieces")]
    TooLarge,
    /// Too many requests.
    #[error("too many requests: try again in {milliseconds} ms")]
    SlowDown {
        /// How long to wait.
        milliseconds: u32,
    },
    /// Not a request, or a key that was used for another append.
    #[error("the server cannot read this request: update Snug")]
    Malformed,
    /// An operation that the server does not know.
    #[error("the server does not know this operation: update Snug, or ask who runs the server to")]
    Version,
}

mod tag {
    pub(super) const DONE: u8 = 1;
    pub(super) const APPENDED: u8 = 2;
    pub(super) const SLOTS: u8 = 3;
    pub(super) const BLOB: u8 = 4;
    pub(super) const RECORD: u8 = 5;
    pub(super) const LEFT: u8 = 6;
    pub(super) const PACKAGE: u8 = 7;
    pub(super) const REFUSED: u8 = 8;
    pub(super) const PUSHED_SLOT: u8 = 9;
    pub(super) const PUSHED_LAGGED: u8 = 10;
}

impl ToClient {
    /// The bytes of this frame.
    ///
    /// # Errors
    /// [`FrameError::TooLarge`] where something is over its limit, [`FrameError::Malformed`] for a page whose numbers
    /// do not rise.
    pub fn encode(&self) -> Result<Vec<u8>, FrameError> {
        self.within_limits()?;
        let capacity = self.body_bytes().saturating_add(128);
        frame_sized(written(capacity, |out| self.write(out)))
    }

    /// Reads a frame from a server that may send anything.
    ///
    /// # Errors
    /// [`FrameError`] where the bytes are not exactly one frame in its one form.
    pub fn decode(bytes: &[u8]) -> Result<Self, FrameError> {
        within(bytes.len(), MAX_FRAME)?;
        let mut from = Decoder::new(bytes);
        let items = array(&mut from)?;
        let kind = from.u8()?;
        let this = match kind {
            tag::PUSHED_SLOT | tag::PUSHED_LAGGED => Self::Pushed(Pushed::read(&mut from, kind)?),
            _ => Self::Answer {
                id: from.u32()?,
                answer: Answer::read(&mut from, kind)?,
            },
        };
        exactly(items, this.shape().1)?;
        same(bytes, &this.encode()?)?;
        Ok(this)
    }

    /// Kind and length of the whole array.
    const fn shape(&self) -> (u8, u64) {
        match self {
            Self::Answer { answer, .. } => match answer {
                Answer::Done => (tag::DONE, 2),
                Answer::Appended { .. } => (tag::APPENDED, 3),
                Answer::Slots(_) => (tag::SLOTS, 5),
                Answer::Blob(_) => (tag::BLOB, 3),
                Answer::Record { .. } => (tag::RECORD, 4),
                Answer::Left { .. } => (tag::LEFT, 3),
                Answer::Package { .. } => (tag::PACKAGE, 4),
                Answer::Refused(_) => (tag::REFUSED, 4),
            },
            Self::Pushed(Pushed::Slot { .. }) => (tag::PUSHED_SLOT, 3),
            Self::Pushed(Pushed::Lagged { .. }) => (tag::PUSHED_LAGGED, 2),
        }
    }

    fn write(&self, out: &mut Encoder<Vec<u8>>) -> Written {
        let (kind, items) = self.shape();
        out.array(items)?.u8(kind)?;
        match self {
            Self::Answer { id, answer } => {
                out.u32(*id)?;
                answer.write_fields(out)
            }
            Self::Pushed(pushed) => pushed.write_fields(out),
        }
    }

    fn within_limits(&self) -> Result<(), FrameError> {
        match self {
            Self::Answer { answer, .. } => answer.within_limits(),
            Self::Pushed(Pushed::Slot { slot, .. }) => within(slot.body.len(), MAX_BODY),
            Self::Pushed(Pushed::Lagged { .. }) => Ok(()),
        }
    }

    fn body_bytes(&self) -> usize {
        match self {
            Self::Answer { answer, .. } => match answer {
                Answer::Slots(page) => page.slots.iter().fold(0, |sum: usize, slot| {
                    sum.saturating_add(slot.body.len()).saturating_add(16)
                }),
                Answer::Blob(body) | Answer::Record { body, .. } | Answer::Package { body, .. } => body.len(),
                Answer::Done | Answer::Appended { .. } | Answer::Left { .. } | Answer::Refused(_) => 0,
            },
            Self::Pushed(Pushed::Slot { slot, .. }) => slot.body.len(),
            Self::Pushed(Pushed::Lagged { .. }) => 0,
        }
    }
}

impl Answer {
    fn write_fields(&self, out: &mut Encoder<Vec<u8>>) -> Written {
        match self {
            Self::Done => {}
            Self::Appended { seq } => {
                out.u64(*seq)?;
            }
            Self::Slots(page) => {
                out.u64(page.commits)?
                    .u64(page.last)?
                    .array(page.slots.len() as u64)?;
                return page.slots.iter().try_for_each(|slot| write_slot(out, slot));
            }
            Self::Blob(body) => {
                out.bytes(body)?;
            }
            Self::Record { version, body } => {
                out.u64(*version)?.bytes(body)?;
            }
            Self::Left { packages } => {
                out.u64(*packages)?;
            }
            Self::Package { body, last_resort } => {
                out.bytes(body)?.bool(*last_resort)?;
            }
            Self::Refused(refusal) => {
                let (code, detail) = refusal.code();
                out.u8(code)?.u64(detail)?;
            }
        }
        Ok(())
    }

    fn read(from: &mut Decoder<'_>, kind: u8) -> Result<Self, FrameError> {
        Ok(match kind {
            tag::DONE => Self::Done,
            tag::APPENDED => Self::Appended { seq: from.u64()? },
            tag::SLOTS => Self::Slots(Page {
                commits: from.u64()?,
                last: from.u64()?,
                slots: list(from, FETCH_SLOTS, read_slot)?,
            }),
            tag::BLOB => Self::Blob(body(from, MAX_BLOB)?),
            tag::RECORD => Self::Record {
                version: from.u64()?,
                body: body(from, MAX_RECORD)?,
            },
            tag::LEFT => Self::Left {
                packages: from.u64()?,
            },
            tag::PACKAGE => Self::Package {
                body: body(from, MAX_PACKAGE)?,
                last_resort: from.bool()?,
            },
            tag::REFUSED => Self::Refused(Refusal::from_code(from.u8()?, from.u64()?)?),
            _ => return Err(FrameError::Unknown),
        })
    }

    fn within_limits(&self) -> Result<(), FrameError> {
        match self {
            Self::Slots(page) => page.within_limits(),
            Self::Blob(body) => within(body.len(), MAX_BLOB),
            Self::Record { body, .. } => within(body.len(), MAX_RECORD),
            Self::Package { body, .. } => within(body.len(), MAX_PACKAGE),
            Self::Done | Self::Appended { .. } | Self::Left { .. } | Self::Refused(_) => Ok(()),
        }
    }
}

impl Page {
    /// Numbers rise and stay at or below `last`; a page that says otherwise is no page.
    fn within_limits(&self) -> Result<(), FrameError> {
        within(self.slots.len(), FETCH_SLOTS)?;
        let mut bytes: usize = 0;
        let mut before = 0;
        for slot in &self.slots {
            if slot.seq <= before || slot.seq > self.last {
                return Err(FrameError::Malformed);
            }
            before = slot.seq;
            bytes = bytes.saturating_add(slot.body.len());
            within(slot.body.len(), MAX_BODY)?;
        }
        within(bytes, FETCH_BYTES)
    }
}

impl Pushed {
    fn write_fields(&self, out: &mut Encoder<Vec<u8>>) -> Written {
        match self {
            Self::Slot { mailbox, slot } => {
                out.bytes(mailbox.as_bytes())?;
                write_slot(out, slot)
            }
            Self::Lagged { mailbox } => {
                out.bytes(mailbox.as_bytes())?;
                Ok(())
            }
        }
    }

    fn read(from: &mut Decoder<'_>, kind: u8) -> Result<Self, FrameError> {
        let mailbox = MailboxName::from_bytes(fixed(from)?);
        Ok(if kind == tag::PUSHED_SLOT {
            Self::Slot {
                mailbox,
                slot: read_slot(from)?,
            }
        } else {
            Self::Lagged { mailbox }
        })
    }
}

fn write_slot(out: &mut Encoder<Vec<u8>>, slot: &Slot) -> Written {
    out.array(3)?
        .u64(slot.seq)?
        .u8(slot.kind.code())?
        .bytes(&slot.body)?;
    Ok(())
}

fn read_slot(from: &mut Decoder<'_>) -> Result<Slot, FrameError> {
    array_of(from, 3)?;
    Ok(Slot {
        seq: from.u64()?,
        kind: SlotKind::from_code(from.u8()?).ok_or(FrameError::Malformed)?,
        body: body(from, MAX_BODY)?,
    })
}

impl Refusal {
    /// The number on the wire, and the one that goes with it; 0 where none does.
    const fn code(self) -> (u8, u64) {
        match self {
            Self::NoSuch => (1, 0),
            Self::Denied => (2, 0),
            Self::Closed => (3, 0),
            Self::Conflict { current } => (4, current),
            Self::Full => (5, 0),
            Self::TooLarge => (6, 0),
            Self::SlowDown { milliseconds } => (7, milliseconds as u64),
            Self::Malformed => (8, 0),
            Self::Version => (9, 0),
        }
    }

    /// A detail where none belongs is lost here and then missed by the comparison with what was read.
    fn from_code(code: u8, detail: u64) -> Result<Self, FrameError> {
        Ok(match code {
            1 => Self::NoSuch,
            2 => Self::Denied,
            3 => Self::Closed,
            4 => Self::Conflict { current: detail },
            5 => Self::Full,
            6 => Self::TooLarge,
            7 => Self::SlowDown {
                milliseconds: u32::try_from(detail).map_err(|_| FrameError::Malformed)?,
            },
            8 => Self::Malformed,
            9 => Self::Version,
            _ => return Err(FrameError::Unknown),
        })
    }
}
