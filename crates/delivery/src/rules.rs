//! What becomes of an append or a new record, given what is there. Pure: the server stores what these accept and
//! nothing else, and a client's model of the server in tests is these same functions.

use crate::{Append, Body, Capability, CapabilityHash, Entry, MailboxHashes, Refusal, SlotKind};

/// What a server knows of a mailbox before it looks at its slots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailboxState {
    /// Who may.
    pub hashes: MailboxHashes,
    /// The highest `seq` given so far; 0 for none. It never falls, also when old slots are dropped.
    pub last: u64,
    /// How many commits were ever taken.
    pub commits: u64,
    /// How many slots are kept.
    pub kept: u64,
    /// How many bytes of bodies are kept.
    pub bytes: u64,
}

/// What a server is willing to keep of one mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Slots of any kind.
    pub slots: u64,
    /// Bytes of bodies.
    pub bytes: u64,
    /// So many of the slots are for commits alone, so that a mailbox full of messages can still be left.
    pub commit_slots: u64,
    /// So many of the bytes are for commits alone.
    pub commit_bytes: u64,
}

/// The slot that is already there under the key of an append.
#[derive(Clone, Copy, Debug)]
pub struct Earlier<'a> {
    /// Its number.
    pub seq: u64,
    /// Its kind.
    pub kind: SlotKind,
    /// Its body.
    pub body: &'a [u8],
}

/// An append that is in order. Only [`MailboxState::judge_append`] makes one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum Accepted {
    /// It was stored before: answer with this number, store nothing.
    Before(StoredBefore),
    /// It is to be stored.
    New(NewSlot),
}

impl Accepted {
    /// The number to answer with.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        match self {
            Self::Before(slot) => slot.seq,
            Self::New(slot) => slot.after.last,
        }
    }
}

/// Proof that the same append is stored already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredBefore {
    seq: u64,
}

impl StoredBefore {
    /// The number of the slot.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.seq
    }
}

/// Proof that an append may be stored, and what the mailbox is when it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewSlot {
    after: MailboxState,
}

impl NewSlot {
    /// The number of the new slot.
    #[must_use]
    pub const fn seq(&self) -> u64 {
        self.after.last
    }

    /// The mailbox with the slot in it.
    #[must_use]
    pub const fn after(&self) -> &MailboxState {
        &self.after
    }
}

impl MailboxState {
    /// A mailbox without a slot.
    #[must_use]
    pub const fn new(hashes: MailboxHashes) -> Self {
        Self {
            hashes,
            last: 0,
            commits: 0,
            kept: 0,
            bytes: 0,
        }
    }

    /// Judges an append. `earlier` is the slot with the append's key, if the mailbox has one.
    ///
    /// In this order: the capability; whether it was stored before; whether the mailbox is closed for it; what a commit
    /// expected; room. The second comes that early so that a lost answer can be learnt after the mailbox closed or filled.
    ///
    /// # Errors
    /// [`Refusal::Denied`], [`Refusal::Malformed`] (the key was used for other bytes), [`Refusal::Closed`],
    /// [`Refusal::Conflict`], [`Refusal::Full`].
    pub fn judge_append(
        &self,
        append: &Append,
        earlier: Option<Earlier<'_>>,
        quota: &Quota,
    ) -> Result<Accepted, Refusal> {
        self.hashes.write.admit(&append.write)?;
        if let Some(earlier) = earlier {
            return repeated(&append.entry, earlier);
        }
        self.open_for(&append.entry)?;
        let after = self.with(&append.entry)?;
        quota.room_for(append.entry.kind(), &after)?;
        Ok(Accepted::New(NewSlot { after }))
    }

    fn open_for(&self, entry: &Entry) -> Result<(), Refusal> {
        match entry {
            Entry::Message(_) if self.commits > 0 => Err(Refusal::Closed),
            Entry::Commit {
                expect: Some(expected),
                ..
            } if *expected != self.commits => Err(Refusal::Conflict {
                current: self.commits,
            }),
            Entry::Message(_) | Entry::Commit { .. } | Entry::Notice(_) => Ok(()),
        }
    }

    fn with(&self, entry: &Entry) -> Result<Self, Refusal> {
        let one_more = |count: u64| count.checked_add(1).ok_or(Refusal::Full);
        Ok(Self {
            hashes: self.hashes,
            last: one_more(self.last)?,
            commits: match entry.kind() {
                SlotKind::Commit => one_more(self.commits)?,
                SlotKind::Message | SlotKind::Notice => self.commits,
            },
            kept: one_more(self.kept)?,
            bytes: self
                .bytes
                .checked_add(entry.body().len() as u64)
                .ok_or(Refusal::Full)?,
        })
    }
}

fn repeated(entry: &Entry, earlier: Earlier<'_>) -> Result<Accepted, Refusal> {
    if entry.kind() == earlier.kind && **entry.body() == *earlier.body {
        Ok(Accepted::Before(StoredBefore { seq: earlier.seq }))
    } else {
        Err(Refusal::Malformed)
    }
}

impl Quota {
    fn room_for(&self, kind: SlotKind, after: &MailboxState) -> Result<(), Refusal> {
        let (slots, bytes) = match kind {
            SlotKind::Commit => (self.slots, self.bytes),
            SlotKind::Message | SlotKind::Notice => (
                self.slots.saturating_sub(self.commit_slots),
                self.bytes.saturating_sub(self.commit_bytes),
            ),
        };
        if after.kept > slots || after.bytes > bytes {
            Err(Refusal::Full)
        } else {
            Ok(())
        }
    }
}

/// A record that a server holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRecord {
    /// Who may change it.
    pub publish: CapabilityHash,
    /// Its version.
    pub version: u64,
    /// Its bytes.
    pub body: Body,
}

/// What a put does to a record. Only [`judge_record`] says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub enum RecordChange {
    /// The name was free.
    First,
    /// It takes the place of a lower version.
    Newer,
    /// It is there already.
    Same,
}

/// Judges a new version of a record. The first `publish` binds the name; after that versions rise under that one only.
///
/// # Errors
/// [`Refusal::Denied`] for another `publish`, [`Refusal::Conflict`] for a version that does not rise.
pub fn judge_record(
    held: Option<&HeldRecord>,
    publish: &Capability,
    version: u64,
    body: &[u8],
) -> Result<RecordChange, Refusal> {
    let Some(held) = held else {
        return Ok(RecordChange::First);
    };
    held.publish.admit(publish)?;
    if version > held.version {
        Ok(RecordChange::Newer)
    } else if version == held.version && *body == *held.body {
        Ok(RecordChange::Same)
    } else {
        Err(Refusal::Conflict {
            current: held.version,
        })
    }
}
