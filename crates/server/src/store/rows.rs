//! What both sides read: mailboxes, records.

use delivery::{Body, CapabilityHash, HeldRecord, MailboxHashes, MailboxName, MailboxState, RecordName};
use rusqlite::types::Type;
use rusqlite::{Connection, Error, OptionalExtension, Result, Row};

/// A mailbox and its number in the database.
pub(super) struct Mailbox {
    pub(super) id: i64,
    pub(super) state: MailboxState,
}

impl Mailbox {
    pub(super) fn find(db: &Connection, name: &MailboxName) -> Result<Option<Self>> {
        db.prepare_cached("SELECT id, read, write, last, commits, kept, bytes FROM mailboxes WHERE name = ?")?
            .query_row([name.as_bytes()], Self::of_row)
            .optional()
    }

    fn of_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            state: MailboxState {
                hashes: MailboxHashes {
                    read: hash(row, 1)?,
                    write: hash(row, 2)?,
                },
                last: count(row, 3)?,
                commits: count(row, 4)?,
                kept: count(row, 5)?,
                bytes: count(row, 6)?,
            },
        })
    }
}

/// A mailbox's slots have the numbers from `slot_id(mailbox, 1)` to `slot_id(mailbox, u32::MAX)`.
pub(super) fn slot_id(mailbox: i64, seq: u32) -> i64 {
    (mailbox << 32) | i64::from(seq)
}

/// The `seq` in a slot's number: its lower half.
pub(super) fn seq_of(slot: i64) -> u64 {
    slot.cast_unsigned() & u64::from(u32::MAX)
}

pub(super) fn record(db: &Connection, name: &RecordName) -> Result<Option<HeldRecord>> {
    db.prepare_cached("SELECT publish, version, body FROM records WHERE name = ?")?
        .query_row([name.as_bytes()], |row| {
            Ok(HeldRecord {
                publish: hash(row, 0)?,
                version: row.get::<_, i64>(1)?.cast_unsigned(),
                body: Body::from(row.get::<_, Vec<u8>>(2)?),
            })
        })
        .optional()
}

pub(super) fn hash(row: &Row<'_>, column: usize) -> Result<CapabilityHash> {
    row.get(column).map(CapabilityHash::from_bytes)
}

/// A count, which is never below zero.
pub(super) fn count(row: &Row<'_>, column: usize) -> Result<u64> {
    let value: i64 = row.get(column)?;
    u64::try_from(value).map_err(|error| Error::FromSqlConversionFailure(column, Type::Integer, error.into()))
}

/// A count on its way in. None comes near 2^63.
pub(super) fn stored(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_s_number_holds_mailbox_and_seq() {
        let id = slot_id(5, 7);
        assert_eq!((id >> 32, seq_of(id)), (5, 7));
        let last = slot_id((1 << 31) - 1, u32::MAX);
        assert_eq!((last, seq_of(last)), (i64::MAX, u64::from(u32::MAX)));
    }
}
