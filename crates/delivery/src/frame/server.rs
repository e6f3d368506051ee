//! What a client sends: `[operation, id, fields ...]`.

use minicbor::{Decoder, Encoder};

use super::cbor::{Written, array, body, capability, exactly, fixed, key, list, optional, written};
use super::{FrameError, frame_sized, same, within};
use crate::limits::{MAX_BLOB, MAX_BODY, MAX_FRAME, MAX_PACKAGE, MAX_PACKAGES, MAX_RECORD};
use crate::{
    BlobName, Body, Capability, CapabilityHash, IdempotencyKey, MailboxName, PoolName, RecordName, Refusal,
    SlotKind,
};

/// A request and the number by which its answer is known. Numbers are the client's; it reuses none that is unanswered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToServer {
    /// Repeated by the answer.
    pub id: u32,
    /// What is asked for.
    pub request: Request,
}

/// What a client may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// Makes the mailbox that these hashes name; done as well if it is there. Repeating it keeps an idle one alive.
    Create {
        /// Hash of `read`.
        read: CapabilityHash,
        /// Hash of `write`.
        write: CapabilityHash,
    },
    /// Appends a slot.
    Append(Append),
    /// Asks for slots.
    Fetch {
        /// Of which mailbox.
        mailbox: MailboxName,
        /// Its `read`.
        read: Capability,
        /// The last `seq` that is known already; 0 for none.
        after: u64,
    },
    /// Asks to be sent every slot from now on, and before that those after `after` which lie there. Again for a mailbox
    /// that is watched: starts over with the new `after`.
    Watch {
        /// Which mailbox.
        mailbox: MailboxName,
        /// Its `read`.
        read: Capability,
        /// The last `seq` that is known already; 0 for none.
        after: u64,
    },
    /// Ends a watch; done as well if there is none. No slot of it follows the answer.
    Unwatch {
        /// Which mailbox.
        mailbox: MailboxName,
    },
    /// Keeps a blob under its hash.
    PutBlob {
        /// At most [`MAX_BLOB`] bytes.
        body: Body,
    },
    /// Asks for a blob.
    GetBlob {
        /// Its hash.
        blob: BlobName,
    },
    /// Keeps a record. The first `publish` binds the name; versions only rise.
    PutRecord {
        /// Its name.
        record: RecordName,
        /// Shown by whoever may change it.
        publish: Capability,
        /// Higher than the one that is there.
        version: u64,
        /// At most [`MAX_RECORD`] bytes.
        body: Body,
    },
    /// Asks for a record.
    GetRecord {
        /// Its name.
        record: RecordName,
    },
    /// Adds key packages to the pool [`PoolName::of`] these two name, and makes it if need be. Without any it asks how
    /// many are left.
    PutPackages {
        /// Shown by whoever may fill the pool.
        publish: Capability,
        /// Hash of the capability that takes one.
        take: CapabilityHash,
        /// At most [`MAX_PACKAGES`], each at most [`MAX_PACKAGE`] bytes. One that was here before is passed over.
        packages: Vec<Body>,
        /// Handed out when the pool is empty, as often as asked; replaces the one before.
        last_resort: Option<Body>,
    },
    /// Takes a key package out of a pool.
    TakePackage {
        /// The pool.
        pool: PoolName,
        /// Its `take`.
        take: Capability,
    },
}

/// A slot to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Append {
    /// Where to.
    pub mailbox: MailboxName,
    /// Its `write`.
    pub write: Capability,
    /// By which a repetition is known.
    pub key: IdempotencyKey,
    /// What.
    pub entry: Entry,
}

/// What is appended. Only a commit can have a condition, so only a commit has a place for one. Bodies are at most
/// [`MAX_BODY`] bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// An application message.
    Message(Body),
    /// A commit.
    Commit {
        /// Taken only if the mailbox holds exactly so many commits.
        expect: Option<u64>,
        /// The envelope.
        body: Body,
    },
    /// A notice.
    Notice(Body),
}

impl Entry {
    /// The kind of the slot.
    #[must_use]
    pub const fn kind(&self) -> SlotKind {
        match self {
            Self::Message(_) => SlotKind::Message,
            Self::Commit { .. } => SlotKind::Commit,
            Self::Notice(_) => SlotKind::Notice,
        }
    }

    /// The envelope.
    #[must_use]
    pub const fn body(&self) -> &Body {
        match self {
            Self::Message(body) | Self::Notice(body) | Self::Commit { body, .. } => body,
        }
    }

    /// The envelope, to keep.
    #[must_use]
    pub fn into_body(self) -> Body {
        match self {
            Self::Message(body) | Self::Notice(body) | Self::Commit { body, .. } => body,
        }
    }

    const fn expect(&self) -> Option<u64> {
        match self {
            Self::Commit { expect, .. } => *expect,
            Self::Message(_) | Self::Notice(_) => None,
        }
    }
}

/// Bytes that are no request, and whose they were as far as that could be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{error}")]
pub struct BadRequest {
    /// The request's number, if the frame began as one: the refusal can be addressed.
    pub id: Option<u32>,
    /// Why.
    pub error: FrameError,
}

impl BadRequest {
    /// What to answer.
    #[must_use]
    pub const fn refusal(&self) -> Refusal {
        match self.error {
            FrameError::TooLarge => Refusal::TooLarge,
            FrameError::Malformed => Refusal::Malformed,
            FrameError::Unknown => Refusal::Version,
        }
    }
}

mod op {
    pub(super) const CREATE: u8 = 1;
    pub(super) const APPEND: u8 = 2;
    pub(super) const FETCH: u8 = 3;
    pub(super) const WATCH: u8 = 4;
    pub(super) const UNWATCH: u8 = 5;
    pub(super) const PUT_BLOB: u8 = 6;
    pub(super) const GET_BLOB: u8 = 7;
    pub(super) const PUT_RECORD: u8 = 8;
    pub(super) const GET_RECORD: u8 = 9;
    pub(super) const PUT_PACKAGES: u8 = 10;
    pub(super) const TAKE_PACKAGE: u8 = 11;
}

impl ToServer {
    /// The bytes of this request.
    ///
    /// # Errors
    /// [`FrameError::TooLarge`] where something is over its limit.
    pub fn encode(&self) -> Result<Vec<u8>, FrameError> {
        self.request.within_limits()?;
        let capacity = self.request.body_bytes().saturating_add(256);
        frame_sized(written(capacity, |out| self.write(out)))
    }

    /// Reads a request from a client that may send anything.
    ///
    /// # Errors
    /// [`BadRequest`] where the bytes are not exactly one request in its one form.
    pub fn decode(bytes: &[u8]) -> Result<Self, BadRequest> {
        let mut id = None;
        let read = Self::read(bytes, &mut id);
        read.map_err(|error| BadRequest { id, error })
    }

    fn read(bytes: &[u8], known_id: &mut Option<u32>) -> Result<Self, FrameError> {
        within(bytes.len(), MAX_FRAME)?;
        let mut from = Decoder::new(bytes);
        let items = array(&mut from)?;
        let operation = from.u8()?;
        let id = from.u32()?;
        *known_id = Some(id);
        let request = Request::read(&mut from, operation, items)?;
        let this = Self { id, request };
        same(bytes, &this.encode()?)?;
        Ok(this)
    }

    fn write(&self, out: &mut Encoder<Vec<u8>>) -> Written {
        let (operation, items) = self.request.shape();
        out.array(items)?.u8(operation)?.u32(self.id)?;
        self.request.write_fields(out)
    }
}

impl Request {
    /// Operation and length of the whole array.
    const fn shape(&self) -> (u8, u64) {
        match self {
            Self::Create { .. } => (op::CREATE, 4),
            Self::Append(_) => (op::APPEND, 8),
            Self::Fetch { .. } => (op::FETCH, 5),
            Self::Watch { .. } => (op::WATCH, 5),
            Self::Unwatch { .. } => (op::UNWATCH, 3),
            Self::PutBlob { .. } => (op::PUT_BLOB, 3),
            Self::GetBlob { .. } => (op::GET_BLOB, 3),
            Self::PutRecord { .. } => (op::PUT_RECORD, 6),
            Self::GetRecord { .. } => (op::GET_RECORD, 3),
            Self::PutPackages { .. } => (op::PUT_PACKAGES, 6),
            Self::TakePackage { .. } => (op::TAKE_PACKAGE, 4),
        }
    }

    fn write_fields(&self, out: &mut Encoder<Vec<u8>>) -> Written {
        match self {
            Self::Create { read, write } => out.bytes(read.as_bytes())?.bytes(write.as_bytes())?,
            Self::Append(append) => append.write_fields(out)?,
            Self::Fetch { mailbox, read, after } | Self::Watch { mailbox, read, after } => {
                out.bytes(mailbox.as_bytes())?.bytes(read.expose())?.u64(*after)?
            }
            Self::Unwatch { mailbox } => out.bytes(mailbox.as_bytes())?,
            Self::PutBlob { body } => out.bytes(body)?,
            Self::GetBlob { blob } => out.bytes(blob.as_bytes())?,
            Self::PutRecord {
                record,
                publish,
                version,
                body,
            } => out
                .bytes(record.as_bytes())?
                .bytes(publish.expose())?
                .u64(*version)?
                .bytes(body)?,
            Self::GetRecord { record } => out.bytes(record.as_bytes())?,
            Self::PutPackages {
                publish,
                take,
                packages,
                last_resort,
            } => {
                out.bytes(publish.expose())?
                    .bytes(take.as_bytes())?
                    .array(packages.len() as u64)?;
                for package in packages {
                    out.bytes(package)?;
                }
                match last_resort {
                    Some(package) => out.bytes(package)?,
                    None => out.null()?,
                }
            }
            Self::TakePackage { pool, take } => out.bytes(pool.as_bytes())?.bytes(take.expose())?,
        };
        Ok(())
    }

    fn read(from: &mut Decoder<'_>, operation: u8, items: u64) -> Result<Self, FrameError> {
        let request = match operation {
            op::CREATE => Self::Create {
                read: CapabilityHash::from_bytes(fixed(from)?),
                write: CapabilityHash::from_bytes(fixed(from)?),
            },
            op::APPEND => Self::Append(Append::read(from)?),
            op::FETCH => Self::Fetch {
                mailbox: MailboxName::from_bytes(fixed(from)?),
                read: capability(from)?,
                after: from.u64()?,
            },
            op::WATCH => Self::Watch {
                mailbox: MailboxName::from_bytes(fixed(from)?),
                read: capability(from)?,
                after: from.u64()?,
            },
            op::UNWATCH => Self::Unwatch {
                mailbox: MailboxName::from_bytes(fixed(from)?),
            },
            op::PUT_BLOB => Self::PutBlob {
                body: body(from, MAX_BLOB)?,
            },
            op::GET_BLOB => Self::GetBlob {
                blob: BlobName::from_bytes(fixed(from)?),
            },
            op::PUT_RECORD => Self::PutRecord {
                record: RecordName::from_bytes(fixed(from)?),
                publish: capability(from)?,
                version: from.u64()?,
                body: body(from, MAX_RECORD)?,
            },
            op::GET_RECORD => Self::GetRecord {
                record: RecordName::from_bytes(fixed(from)?),
            },
            op::PUT_PACKAGES => Self::PutPackages {
                publish: capability(from)?,
                take: CapabilityHash::from_bytes(fixed(from)?),
                packages: list(from, MAX_PACKAGES, |from| body(from, MAX_PACKAGE))?,
                last_resort: optional(from, |from| body(from, MAX_PACKAGE))?,
            },
            op::TAKE_PACKAGE => Self::TakePackage {
                pool: PoolName::from_bytes(fixed(from)?),
                take: capability(from)?,
            },
            _ => return Err(FrameError::Unknown),
        };
        exactly(items, request.shape().1)?;
        Ok(request)
    }

    fn within_limits(&self) -> Result<(), FrameError> {
        match self {
            Self::Append(append) => within(append.entry.body().len(), MAX_BODY),
            Self::PutBlob { body } => within(body.len(), MAX_BLOB),
            Self::PutRecord { body, .. } => within(body.len(), MAX_RECORD),
            Self::PutPackages {
                packages,
                last_resort,
                ..
            } => {
                within(packages.len(), MAX_PACKAGES)?;
                let mut all = packages.iter().chain(last_resort);
                all.try_for_each(|package| within(package.len(), MAX_PACKAGE))
            }
            Self::Create { .. }
            | Self::Fetch { .. }
            | Self::Watch { .. }
            | Self::Unwatch { .. }
            | Self::GetBlob { .. }
            | Self::GetRecord { .. }
            | Self::TakePackage { .. } => Ok(()),
        }
    }

    fn body_bytes(&self) -> usize {
        match self {
            Self::Append(append) => append.entry.body().len(),
            Self::PutBlob { body } | Self::PutRecord { body, .. } => body.len(),
            _ => 0,
        }
    }
}

impl Append {
    fn write_fields<'a>(
        &self,
        out: &'a mut Encoder<Vec<u8>>,
    ) -> Result<&'a mut Encoder<Vec<u8>>, minicbor::encode::Error<std::convert::Infallible>> {
        out.bytes(self.mailbox.as_bytes())?
            .bytes(self.write.expose())?
            .bytes(&self.key.0)?
            .u8(self.entry.kind().code())?;
        match self.entry.expect() {
            Some(commits) => out.u64(commits)?,
            None => out.null()?,
        };
        out.bytes(self.entry.body())
    }

    fn read(from: &mut Decoder<'_>) -> Result<Self, FrameError> {
        Ok(Self {
            mailbox: MailboxName::from_bytes(fixed(from)?),
            write: capability(from)?,
            key: key(from)?,
            entry: Entry::read(from)?,
        })
    }
}

impl Entry {
    fn read(from: &mut Decoder<'_>) -> Result<Self, FrameError> {
        let kind = SlotKind::from_code(from.u8()?).ok_or(FrameError::Malformed)?;
        let expect = optional(from, |from| Ok(from.u64()?))?;
        let body = body(from, MAX_BODY)?;
        match (kind, expect) {
            (SlotKind::Commit, expect) => Ok(Self::Commit { expect, body }),
            (SlotKind::Message, None) => Ok(Self::Message(body)),
            (SlotKind::Notice, None) => Ok(Self::Notice(body)),
            (SlotKind::Message | SlotKind::Notice, Some(_)) => Err(FrameError::Malformed),
        }
    }
}
