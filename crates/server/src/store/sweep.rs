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

#[cfg(test)]
mod tests {
    use delivery::{
        Answer, Append, BlobName, Body, Capability, Entry, IdempotencyKey, MailboxKeys, PoolName, RecordName,
        Refusal,
    };

    use super::*;
    use crate::scratch::Scratch;
    use crate::store::Write;
    use crate::store::open::tests::store;

    const DAY: i64 = 86_400;

    fn keys() -> MailboxKeys {
        MailboxKeys::from_secrets([1; 32], [2; 32])
    }

    fn append(key: u16) -> Write {
        let mut bytes = [0; 16];
        bytes[..2].copy_from_slice(&key.to_be_bytes());
        Write::Append(Append {
            mailbox: keys().name(),
            write: keys().write,
            key: IdempotencyKey(bytes),
            entry: Entry::Notice(Body::from(vec![7; 10])),
        })
    }

    fn answer(store: &mut Store, write: &Write, now: i64) -> Answer {
        store.apply(&[write], now).unwrap().remove(0).answer
    }

    fn sweep_all(store: &mut Store, now: i64) -> u32 {
        let mut steps = 0;
        while store.sweep(now).unwrap() == Swept::More {
            steps += 1;
        }
        steps
    }

    #[test]
    fn old_slots_go_from_the_start_and_numbers_go_on() {
        let scratch = Scratch::new();
        let mut store = store(&scratch).unwrap();
        answer(&mut store, &Write::Create(keys().hashes()), 0);
        for key in 1..=1200 {
            answer(&mut store, &append(key), 0);
        }
        for key in 1201..=1203 {
            answer(&mut store, &append(key), 20 * DAY);
        }
        assert_eq!(
            sweep_all(&mut store, 30 * DAY),
            0,
            "none is older than thirty days"
        );
        assert_eq!(sweep_all(&mut store, 30 * DAY + 1), 3, "five hundred at a time");
        let mut reader = store.reader().unwrap();
        let page = reader.fetch(&keys().name(), &keys().read, 0).unwrap().unwrap();
        let numbers: Vec<u64> = page.slots.iter().map(|slot| slot.seq).collect();
        assert_eq!((numbers, page.last), (vec![1201, 1202, 1203], 1203));
        let (kept, bytes): (i64, i64) = store
            .db
            .query_row("SELECT kept, bytes FROM mailboxes", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!((kept, bytes), (3, 30));
        sweep_all(&mut store, 51 * DAY);
        assert_eq!(
            answer(&mut store, &append(9999), 51 * DAY),
            Answer::Appended { seq: 1204 }
        );
    }

    #[test]
    fn empty_mailboxes_go_much_later_and_using_one_keeps_it() {
        let scratch = Scratch::new();
        let mut store = store(&scratch).unwrap();
        answer(&mut store, &Write::Create(keys().hashes()), 0);
        sweep_all(&mut store, 400 * DAY);
        assert_eq!(
            answer(&mut store, &append(1), 400 * DAY),
            Answer::Appended { seq: 1 }
        );
        sweep_all(&mut store, 440 * DAY);
        answer(&mut store, &Write::Create(keys().hashes()), 600 * DAY);
        sweep_all(&mut store, 1000 * DAY);
        assert_eq!(
            answer(&mut store, &append(2), 600 * DAY),
            Answer::Appended { seq: 2 }
        );
        sweep_all(&mut store, 1000 * DAY + 1);
        let gone = answer(&mut store, &append(3), 1000 * DAY + 1);
        assert_eq!(gone, Answer::Refused(Refusal::NoSuch));
    }

    #[test]
    fn blobs_go_like_slots_records_and_pools_like_mailboxes() {
        let scratch = Scratch::new();
        let mut store = store(&scratch).unwrap();
        let (publish, take) = (Capability::from_secret([3; 32]), Capability::from_secret([4; 32]));
        let (record, pool) = (
            RecordName::of_account(&[5; 32]),
            PoolName::of(&publish.hash(), &take.hash()),
        );
        let blob = || Write::PutBlob(Body::from(b"tree".to_vec()));
        answer(&mut store, &blob(), 0);
        let put_record = Write::PutRecord {
            record,
            publish: publish.clone(),
            version: 1,
            body: Body::default(),
        };
        answer(&mut store, &put_record, 0);
        let put_packages = Write::PutPackages {
            publish,
            take: take.hash(),
            packages: vec![Body::from(vec![1]), Body::from(vec![2])],
            last_resort: None,
        };
        answer(&mut store, &put_packages, 0);
        let take = || Write::TakePackage {
            pool,
            take: take.clone(),
        };
        assert!(matches!(answer(&mut store, &take(), 0), Answer::Package { .. }));

        let mut reader = store.reader().unwrap();
        let name = BlobName::of(b"tree");
        sweep_all(&mut store, 30 * DAY);
        assert!(reader.blob(&name).unwrap().is_ok());
        answer(&mut store, &blob(), 30 * DAY);
        sweep_all(&mut store, 60 * DAY);
        assert!(reader.blob(&name).unwrap().is_ok(), "put again, so kept again");
        sweep_all(&mut store, 61 * DAY);
        assert_eq!(reader.blob(&name).unwrap(), Err(Refusal::NoSuch));

        sweep_all(&mut store, 400 * DAY);
        assert!(reader.record(&record).unwrap().is_ok());
        assert!(matches!(answer(&mut store, &take(), 0), Answer::Package { .. }));
        sweep_all(&mut store, 400 * DAY + 1);
        assert_eq!(reader.record(&record).unwrap(), Err(Refusal::NoSuch));
        assert_eq!(answer(&mut store, &take(), 0), Answer::Refused(Refusal::NoSuch));
        let left: i64 = store
            .db
            .query_row(
                "SELECT (SELECT count(*) FROM packages) + (SELECT count(*) FROM pools)",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(left, 0);
    }
}
