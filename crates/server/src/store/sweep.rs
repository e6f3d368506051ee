//! Forgetting what was kept long enough, a little at a time so that nobody waits for it.

use rusqlite::{Connection, OptionalExtension, Transaction, params};

use super::open::is_full;
use super::rows::{slot_id, stored};
use super::{Store, StoreError};

/// Slots that one step removes at most, and after how many bytes it stops: what is removed is overwritten, and whoever
/// writes waits that long.
const STEP: usize = 500;
const STEP_BYTES: i64 = 2 << 20;

/// What is removed as a whole when it was not used for so long, in this order. Packages go before their pool.
const BY_AGE: [(&str, Age); 6] = [
    (
        "DELETE FROM blobs WHERE id IN (SELECT id FROM blobs WHERE used < ?1 LIMIT 4)",
        Age::Content,
    ),
    (
        "DELETE FROM mailboxes WHERE id IN (SELECT id FROM mailboxes WHERE kept = 0 AND used < ?1 LIMIT 500)",
        Age::Name,
    ),
    (
        "DELETE FROM records WHERE id IN (SELECT id FROM records WHERE used < ?1 LIMIT 50)",
        Age::Name,
    ),
    (
        "DELETE FROM packages WHERE id IN (SELECT id FROM packages WHERE taken < ?1 LIMIT 500)",
        Age::Name,
    ),
    (
        "DELETE FROM packages WHERE id IN (SELECT packages.id FROM packages JOIN pools ON pools.id = packages.pool
         WHERE pools.used < ?1 LIMIT 500)",
        Age::Name,
    ),
    (
        "DELETE FROM pools WHERE id IN (SELECT id FROM pools WHERE used < ?1 LIMIT 500)",
        Age::Name,
    ),
];

#[derive(Clone, Copy)]
enum Age {
    Content,
    Name,
}

/// Whether a sweep has more to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Swept {
    More,
    Clean,
}

impl Store {
    /// One step of a sweep, in a transaction of its own. A full disk ends the sweep until the next.
    pub(crate) fn sweep(&mut self, now: i64) -> Result<Swept, StoreError> {
        match self.sweep_step(now) {
            Err(error) if is_full(&error) => Ok(Swept::Clean),
            done => Ok(done?),
        }
    }

    fn sweep_step(&mut self, now: i64) -> rusqlite::Result<Swept> {
        let content = now.saturating_sub(seconds(self.keep.content_days));
        let name = now.saturating_sub(seconds(self.keep.name_days));
        let transaction = self.db.transaction()?;
        let mut swept = sweep_slots(&transaction, content)?;
        for (sql, age) in BY_AGE {
            if swept == Swept::Clean {
                let before = match age {
                    Age::Content => content,
                    Age::Name => name,
                };
                swept = more_if(transaction.prepare_cached(sql)?.execute([before])? > 0);
            }
        }
        transaction.commit()?;
        Ok(swept)
    }
}

fn seconds(days: u32) -> i64 {
    i64::from(days).saturating_mul(86_400)
}

fn more_if(more: bool) -> Swept {
    if more { Swept::More } else { Swept::Clean }
}

fn sweep_slots(db: &Transaction<'_>, before: i64) -> rusqlite::Result<Swept> {
    let due: Option<i64> = db
        .prepare_cached("SELECT id FROM mailboxes WHERE oldest < ? ORDER BY oldest LIMIT 1")?
        .query_row([before], |row| row.get(0))
        .optional()?;
    match due {
        Some(mailbox) => sweep_mailbox(db, mailbox, before).map(|()| Swept::More),
        None => Ok(Swept::Clean),
    }
}

/// Removes the first slots of a mailbox, up to the first that is young enough: what stays has no gap.
fn sweep_mailbox(db: &Connection, mailbox: i64, before: i64) -> rusqlite::Result<()> {
    let old = Old::of(db, mailbox, before)?;
    db.prepare_cached("DELETE FROM slots WHERE id >= ? AND id <= ?")?
        .execute(params![slot_id(mailbox, 0), old.up_to])?;
    db.prepare_cached("UPDATE mailboxes SET kept = kept - ?, bytes = bytes - ?, oldest = ? WHERE id = ?")?
        .execute(params![stored(old.slots), old.bytes, old.next, mailbox])?;
    Ok(())
}

/// The slots at the start of a mailbox that are old.
struct Old {
    up_to: i64,
    slots: u64,
    bytes: i64,
    /// When the one behind them was stored.
    next: Option<i64>,
}

impl Old {
    fn of(db: &Connection, mailbox: i64, before: i64) -> rusqlite::Result<Self> {
        let mut old = Self {
            up_to: slot_id(mailbox, 0),
            slots: 0,
            bytes: 0,
            next: None,
        };
        let mut query = db.prepare_cached(
            "SELECT id, stored, length(body) FROM slots WHERE id >= ? AND id <= ? ORDER BY id LIMIT ?",
        )?;
        let end = slot_id(mailbox, u32::MAX);
        let mut rows = query.query(params![slot_id(mailbox, 0), end, (STEP + 1) as i64])?;
        while let Some(row) = rows.next()? {
            let stored: i64 = row.get(1)?;
            if stored >= before || old.slots >= STEP as u64 || old.bytes >= STEP_BYTES {
                old.next = Some(stored);
                break;
            }
            old.up_to = row.get(0)?;
            old.slots = old.slots.saturating_add(1);
            old.bytes = old.bytes.saturating_add(row.get(2)?);
        }
        Ok(old)
    }
}
