//! Writing: many requests in one transaction.
//!
//! The order of durability: judge, write, commit (which returns when the log is on the disk), and only then answer and
//! push. [`Store::apply`] returns after the commit, so whoever has its outcomes may send them.

use delivery::{
    Accepted, Answer, Append, Body, Capability, CapabilityHash, Earlier, MailboxHashes, NewSlot, PoolName,
    Quota, RecordChange, RecordName, Refusal, SlotKind, judge_record,
};
use delivery::{BlobName, limits::MAX_POOL};
use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use sha2::{Digest, Sha256};

use super::open::is_full;
use super::read::kind;
use super::rows::{Mailbox, count, hash, record, seq_of, slot_id, stored};
use super::{Judged, Store, StoreError, or_refuse};

/// A request that changes something.
pub(crate) enum Write {
    Create(MailboxHashes),
    Append(Append),
    PutBlob(Body),
    PutRecord {
        record: RecordName,
        publish: Capability,
        version: u64,
        body: Body,
    },
    PutPackages {
        publish: Capability,
        take: CapabilityHash,
        packages: Vec<Body>,
        last_resort: Option<Body>,
    },
    TakePackage {
        pool: PoolName,
        take: Capability,
    },
}

/// What came of one: what to answer, and for a new slot its number, to push it.
pub(crate) struct Outcome {
    pub(crate) answer: Answer,
    pub(crate) new_slot: Option<u64>,
}

impl Outcome {
    fn answer(answer: Answer) -> Self {
        Self {
            answer,
            new_slot: None,
        }
    }
}

impl Store {
    /// Does all of `writes` in one transaction and returns once it is durable; the outcomes are in the same order.
    ///
    /// Where the disk or the database is full, each is tried alone, and what does not fit is refused.
    ///
    /// # Errors
    /// Any other trouble. Then nothing may be answered.
    pub(crate) fn apply(&mut self, writes: &[&Write], now: i64) -> Result<Vec<Outcome>, StoreError> {
        match self.transact(writes, now) {
            Err(error) if is_full(&error) => self.apply_one_by_one(writes, now),
            done => Ok(done?),
        }
    }

    fn apply_one_by_one(&mut self, all: &[&Write], now: i64) -> Result<Vec<Outcome>, StoreError> {
        let mut outcomes = Vec::with_capacity(all.len());
        for write in all {
            match self.transact(&[write], now) {
                Err(error) if is_full(&error) => {
                    outcomes.push(Outcome::answer(Answer::Refused(Refusal::Full)));
                }
                done => outcomes.extend(done?),
            }
        }
        Ok(outcomes)
    }

    /// All or nothing: a transaction that is dropped is rolled back.
    fn transact(&mut self, all: &[&Write], now: i64) -> rusqlite::Result<Vec<Outcome>> {
        let quota = self.keep.mailbox;
        let transaction = self
            .db
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcomes = all
            .iter()
            .map(|write| write.apply(&transaction, &quota, now))
            .collect::<rusqlite::Result<_>>()?;
        transaction.commit()?;
        Ok(outcomes)
    }
}

impl Write {
    fn apply(&self, db: &Connection, quota: &Quota, now: i64) -> rusqlite::Result<Outcome> {
        let done = match self {
            Self::Create(hashes) => create(db, hashes, now).map(|()| Ok(Answer::Done)),
            Self::Append(request) => return append(db, request, quota, now),
            Self::PutBlob(body) => put_blob(db, body, now).map(|()| Ok(Answer::Done)),
            Self::PutRecord {
                record,
                publish,
                version,
                body,
            } => put_record(db, record, publish, *version, body, now),
            Self::PutPackages {
                publish,
                take,
                packages,
                last_resort,
            } => put_packages(db, publish, take, packages, last_resort.as_ref(), now),
            Self::TakePackage { pool, take } => take_package(db, pool, take, now),
        }?;
        Ok(Outcome::answer(done.unwrap_or_else(Answer::Refused)))
    }
}

fn create(db: &Connection, hashes: &MailboxHashes, now: i64) -> rusqlite::Result<()> {
    db.prepare_cached(
        "INSERT INTO mailboxes (name, read, write, last, commits, kept, bytes, used) VALUES (?, ?, ?, 0, 0, 0, 0, ?)
         ON CONFLICT (name) DO UPDATE SET used = max(used, excluded.used)",
    )?
    .execute(params![
        hashes.name().as_bytes(),
        hashes.read.as_bytes(),
        hashes.write.as_bytes(),
        now
    ])?;
    Ok(())
}

fn append(db: &Connection, append: &Append, quota: &Quota, now: i64) -> rusqlite::Result<Outcome> {
    let refused = |refusal| Ok(Outcome::answer(Answer::Refused(refusal)));
    let Some(mailbox) = Mailbox::find(db, &append.mailbox)? else {
        return refused(Refusal::NoSuch);
    };
    let found = under_key(db, mailbox.id, append)?;
    let earlier = found.as_ref().map(|(seq, kind, body)| Earlier {
        seq: *seq,
        kind: *kind,
        body,
    });
    match mailbox.state.judge_append(append, earlier, quota) {
        Err(refusal) => refused(refusal),
        Ok(Accepted::Before(slot)) => Ok(Outcome::answer(Answer::Appended { seq: slot.seq() })),
        Ok(Accepted::New(slot)) => match u32::try_from(slot.seq()) {
            Ok(seq) => store_slot(db, mailbox.id, append, &slot, seq, now),
            Err(_) => refused(Refusal::Full),
        },
    }
}

fn under_key(
    db: &Connection,
    mailbox: i64,
    append: &Append,
) -> rusqlite::Result<Option<(u64, SlotKind, Vec<u8>)>> {
    db.prepare_cached("SELECT id, kind, body FROM slots WHERE mailbox = ? AND key = ?")?
        .query_row(params![mailbox, append.key.0], |row| {
            Ok((seq_of(row.get(0)?), kind(row.get(1)?)?, row.get(2)?))
        })
        .optional()
}

fn store_slot(
    db: &Connection,
    mailbox: i64,
    append: &Append,
    slot: &NewSlot,
    seq: u32,
    now: i64,
) -> rusqlite::Result<Outcome> {
    db.prepare_cached("INSERT INTO slots (id, kind, key, stored, body) VALUES (?, ?, ?, ?, ?)")?
        .execute(params![
            slot_id(mailbox, seq),
            append.entry.kind().code(),
            append.key.0,
            now,
            &**append.entry.body()
        ])?;
    let after = slot.after();
    db.prepare_cached(
        "UPDATE mailboxes SET last = ?, commits = ?, kept = ?, bytes = ?, oldest = coalesce(oldest, ?), used = ?
         WHERE id = ?",
    )?
    .execute(params![
        stored(after.last),
        stored(after.commits),
        stored(after.kept),
        stored(after.bytes),
        now,
        now,
        mailbox
    ])?;
    Ok(Outcome {
        answer: Answer::Appended { seq: slot.seq() },
        new_slot: Some(slot.seq()),
    })
}

fn put_blob(db: &Connection, body: &Body, now: i64) -> rusqlite::Result<()> {
    let name = BlobName::of(body);
    let known = db
        .prepare_cached("UPDATE blobs SET used = max(used, ?) WHERE name = ?")?
        .execute(params![now, name.as_bytes()])?;
    if known == 0 {
        db.prepare_cached("INSERT INTO blobs (name, used, body) VALUES (?, ?, ?)")?
            .execute(params![name.as_bytes(), now, &**body])?;
    }
    Ok(())
}

fn put_record(
    db: &Connection,
    name: &RecordName,
    publish: &Capability,
    version: u64,
    body: &Body,
    now: i64,
) -> Judged<Answer> {
    let held = record(db, name)?;
    match or_refuse!(judge_record(held.as_ref(), publish, version, body)) {
        RecordChange::First => db
            .prepare_cached(
                "INSERT INTO records (name, publish, version, used, body) VALUES (?, ?, ?, ?, ?)",
            )?
            .execute(params![
                name.as_bytes(),
                publish.hash().as_bytes(),
                version.cast_signed(),
                now,
                &**body
            ])?,
        RecordChange::Newer => db
            .prepare_cached("UPDATE records SET version = ?, used = ?, body = ? WHERE name = ?")?
            .execute(params![version.cast_signed(), now, &**body, name.as_bytes()])?,
        RecordChange::Same => db
            .prepare_cached("UPDATE records SET used = max(used, ?) WHERE name = ?")?
            .execute(params![now, name.as_bytes()])?,
    };
    Ok(Ok(Answer::Done))
}

fn put_packages(
    db: &Connection,
    publish: &Capability,
    take: &CapabilityHash,
    packages: &[Body],
    last_resort: Option<&Body>,
    now: i64,
) -> Judged<Answer> {
    // The name holds both hashes, so whoever comes to this row has shown the `publish` that made it.
    let publish = publish.hash();
    let name = PoolName::of(&publish, take);
    let pool: Option<i64> = db
        .prepare_cached("SELECT id FROM pools WHERE name = ?")?
        .query_row([name.as_bytes()], |row| row.get(0))
        .optional()?;
    let fresh = match pool {
        Some(pool) => new_among(db, pool, packages)?,
        None => distinct(packages),
    };
    let left = match pool {
        Some(pool) => left_in(db, pool)?,
        None => 0,
    };
    let after = left.saturating_add(fresh.len() as u64);
    if after > MAX_POOL as u64 && !fresh.is_empty() {
        return Ok(Err(Refusal::Full));
    }
    let pool = match pool {
        Some(pool) => pool,
        None => make_pool(db, &name, &publish, take, now)?,
    };
    for (digest, body) in fresh {
        db.prepare_cached("INSERT INTO packages (pool, digest, body) VALUES (?, ?, ?)")?
            .execute(params![pool, digest, &**body])?;
    }
    db.prepare_cached(
        "UPDATE pools SET used = max(used, ?), last_resort = coalesce(?, last_resort) WHERE id = ?",
    )?
    .execute(params![now, last_resort.map(|body| &**body), pool])?;
    Ok(Ok(Answer::Left { packages: after }))
}

fn make_pool(
    db: &Connection,
    name: &PoolName,
    publish: &CapabilityHash,
    take: &CapabilityHash,
    now: i64,
) -> rusqlite::Result<i64> {
    db.prepare_cached("INSERT INTO pools (name, publish, take, used) VALUES (?, ?, ?, ?)")?
        .insert(params![name.as_bytes(), publish.as_bytes(), take.as_bytes(), now])
}

/// A package and the hash by which it is known.
type Digested<'a> = ([u8; 32], &'a Body);

/// Each package once.
fn distinct(packages: &[Body]) -> Vec<Digested<'_>> {
    let mut found: Vec<Digested<'_>> = Vec::new();
    for body in packages {
        let digest: [u8; 32] = Sha256::digest(&**body).into();
        if !found.iter().any(|(known, _)| *known == digest) {
            found.push((digest, body));
        }
    }
    found
}

/// Those that this pool never held.
fn new_among<'a>(db: &Connection, pool: i64, packages: &'a [Body]) -> rusqlite::Result<Vec<Digested<'a>>> {
    let mut known = db.prepare_cached("SELECT 1 FROM packages WHERE pool = ? AND digest = ?")?;
    let mut fresh = Vec::new();
    for (digest, body) in distinct(packages) {
        if !known.exists(params![pool, digest])? {
            fresh.push((digest, body));
        }
    }
    Ok(fresh)
}

fn left_in(db: &Connection, pool: i64) -> rusqlite::Result<u64> {
    db.prepare_cached("SELECT count(*) FROM packages WHERE pool = ? AND taken IS NULL")?
        .query_row([pool], |row| count(row, 0))
}

fn take_package(db: &Connection, name: &PoolName, shown: &Capability, now: i64) -> Judged<Answer> {
    let found = db
        .prepare_cached("SELECT id, take, last_resort FROM pools WHERE name = ?")?
        .query_row([name.as_bytes()], |row| {
            Ok((row.get(0)?, hash(row, 1)?, row.get(2)?))
        })
        .optional()?;
    let Some((pool, take, last_resort)): Option<(i64, CapabilityHash, Option<Vec<u8>>)> = found else {
        return Ok(Err(Refusal::NoSuch));
    };
    or_refuse!(take.admit(shown));
    if let Some(body) = take_first(db, pool, now)? {
        return Ok(Ok(Answer::Package {
            body: Body::from(body),
            last_resort: false,
        }));
    }
    let last_resort = last_resort.ok_or(Refusal::NoSuch);
    Ok(last_resort.map(|body| Answer::Package {
        body: Body::from(body),
        last_resort: true,
    }))
}

/// Takes the oldest package out of a pool. Its digest stays.
fn take_first(db: &Connection, pool: i64, now: i64) -> rusqlite::Result<Option<Vec<u8>>> {
    let first: Option<(i64, Vec<u8>)> = db
        .prepare_cached("SELECT id, body FROM packages WHERE pool = ? AND taken IS NULL ORDER BY id LIMIT 1")?
        .query_row([pool], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((id, body)) = first else {
        return Ok(None);
    };
    db.prepare_cached("UPDATE packages SET taken = ?, body = NULL WHERE id = ?")?
        .execute(params![now, id])?;
    Ok(Some(body))
}
