//! Reading, on connections of their own: a snapshot, beside the writer and not behind it.

use delivery::limits::{FETCH_BYTES, FETCH_SLOTS};
use delivery::{BlobName, Body, Capability, MailboxName, MayRead, Page, RecordName, Refusal, Slot, SlotKind};
use rusqlite::types::Type;
use rusqlite::{Connection, Error, OptionalExtension, params};

use super::rows::{Mailbox, record, seq_of, slot_id};
use super::{Judged, or_refuse};

/// A connection that only reads.
pub(crate) struct Reader {
    db: Connection,
}

impl Reader {
    pub(super) fn new(db: Connection) -> Self {
        Self { db }
    }

    /// Checks who wants to read.
    pub(crate) fn admit(&mut self, mailbox: &MailboxName, shown: &Capability) -> Judged<MayRead> {
        let Some(found) = Mailbox::find(&self.db, mailbox)? else {
            return Ok(Err(Refusal::NoSuch));
        };
        Ok(found.state.hashes.admit_read(shown))
    }

    /// The slots after `after`, as many as fit into an answer, and how far the mailbox goes at that moment.
    pub(crate) fn page(&mut self, may: MayRead, after: u64) -> Judged<Page> {
        let snapshot = self.db.transaction()?;
        let Some(found) = Mailbox::find(&snapshot, &may.mailbox())? else {
            return Ok(Err(Refusal::NoSuch));
        };
        Ok(Ok(Page {
            slots: slots(&snapshot, found.id, after)?,
            commits: found.state.commits,
            last: found.state.last,
        }))
    }

    /// Both in one: what a fetch asks for.
    pub(crate) fn fetch(&mut self, mailbox: &MailboxName, shown: &Capability, after: u64) -> Judged<Page> {
        let may = or_refuse!(self.admit(mailbox, shown)?);
        self.page(may, after)
    }

    pub(crate) fn blob(&mut self, name: &BlobName) -> Judged<Body> {
        let found = self
            .db
            .prepare_cached("SELECT body FROM blobs WHERE name = ?")?
            .query_row([name.as_bytes()], |row| row.get::<_, Vec<u8>>(0))
            .optional()?;
        Ok(found.map(Body::from).ok_or(Refusal::NoSuch))
    }

    pub(crate) fn record(&mut self, name: &RecordName) -> Judged<(u64, Body)> {
        let found = record(&self.db, name)?;
        Ok(found.map(|held| (held.version, held.body)).ok_or(Refusal::NoSuch))
    }
}

fn slots(db: &Connection, mailbox: i64, after: u64) -> rusqlite::Result<Vec<Slot>> {
    let after = u32::try_from(after).unwrap_or(u32::MAX);
    let mut query =
        db.prepare_cached("SELECT id, kind, body FROM slots WHERE id > ? AND id <= ? ORDER BY id LIMIT ?")?;
    let mut rows = query.query(params![
        slot_id(mailbox, after),
        slot_id(mailbox, u32::MAX),
        FETCH_SLOTS as i64
    ])?;
    let (mut slots, mut room) = (Vec::new(), FETCH_BYTES);
    while let Some(row) = rows.next()? {
        let body: Vec<u8> = row.get(2)?;
        let Some(left) = room.checked_sub(body.len()) else {
            break;
        };
        room = left;
        slots.push(Slot {
            seq: seq_of(row.get(0)?),
            kind: kind(row.get(1)?)?,
            body: Body::from(body),
        });
    }
    Ok(slots)
}

pub(super) fn kind(code: u8) -> rusqlite::Result<SlotKind> {
    let unknown = || Error::FromSqlConversionFailure(1, Type::Integer, "no such kind of slot".into());
    SlotKind::from_code(code).ok_or_else(unknown)
}
