//! The mailboxes of a chat: one for each epoch, the one before kept as long as something may still be learnt from it.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::api::ChatId;

use super::account::one;
use super::values::{count_of, of_count};
use super::{Result, Secret, StoreError, Tx};

/// A mailbox that is not in the store yet. It begins before its first slot.
#[derive(Clone, Debug)]
pub struct NewMailbox {
    /// The epoch of the group.
    pub epoch: u64,
    /// The name, which commits to the capabilities.
    pub name: [u8; 32],
    /// The capability that reads.
    pub read: Secret,
    /// The capability that writes.
    pub write: Secret,
    /// The secret of the envelopes.
    pub wrap: Secret,
    /// The chain before the first slot.
    pub digest: [u8; 32],
}

/// A mailbox.
#[derive(Clone, Debug)]
pub struct Mailbox {
    /// Its number in this store.
    pub id: i64,
    /// Its chat.
    pub chat: ChatId,
    /// The epoch of the group.
    pub epoch: u64,
    /// The name.
    pub name: [u8; 32],
    /// The capability that reads.
    pub read: Secret,
    /// The capability that writes.
    pub write: Secret,
    /// The secret of the envelopes.
    pub wrap: Secret,
    /// The last slot that was read; 0 before the first.
    pub position: u64,
    /// The chain up to it.
    pub digest: [u8; 32],
    /// How many commits were among the slots that were read.
    pub commits: u32,
    /// A later epoch has begun.
    pub is_previous: bool,
}

/// Keeps a mailbox, as the chat's current one: those before it become previous ones.
///
/// # Errors
/// Where the name is known, and what the disk says.
pub fn insert(tx: &Tx<'_>, chat: ChatId, mailbox: &NewMailbox) -> Result<i64> {
    tx.execute("UPDATE mailboxes SET is_previous = 1 WHERE chat = ?1", [chat.0])?;
    tx.execute(
        "INSERT INTO mailboxes (chat, epoch, name, read, write, wrap, start) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            chat.0,
            count_of(mailbox.epoch),
            mailbox.name,
            mailbox.read,
            mailbox.write,
            mailbox.wrap,
            mailbox.digest,
        ],
    )?;
    Ok(tx.last_insert_rowid())
}

const SELECT: &str = "SELECT id, chat, epoch, name, read, write, wrap, coalesce(seq, 0), coalesce(digest, start), \
         coalesce(commits, 0), is_previous \
     FROM mailboxes LEFT JOIN slots ON mailbox = id AND seq = (SELECT max(seq) FROM slots WHERE mailbox = id)";

fn read(row: &Row<'_>) -> rusqlite::Result<Mailbox> {
    Ok(Mailbox {
        id: row.get(0)?,
        chat: ChatId(row.get(1)?),
        epoch: of_count(row, 2)?,
        name: row.get(3)?,
        read: row.get(4)?,
        write: row.get(5)?,
        wrap: row.get(6)?,
        position: of_count(row, 7)?,
        digest: row.get(8)?,
        commits: row.get(9)?,
        is_previous: row.get(10)?,
    })
}

/// The mailbox of the chat's epoch, where it has one.
///
/// # Errors
/// What the disk says.
pub fn current(connection: &Connection, chat: ChatId) -> Result<Option<Mailbox>> {
    let sql = format!("{SELECT} WHERE chat = ?1 AND is_previous = 0");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([chat.0], read)
        .optional()?)
}

/// All of a chat that are kept, oldest first.
///
/// # Errors
/// What the disk says.
pub fn of_chat(connection: &Connection, chat: ChatId) -> Result<Vec<Mailbox>> {
    let sql = format!("{SELECT} WHERE chat = ?1 ORDER BY id");
    let mut statement = connection.prepare_cached(&sql)?;
    let mailboxes = statement
        .query_map([chat.0], read)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(mailboxes)
}

/// The one with this name, where it is kept.
///
/// # Errors
/// What the disk says.
pub fn named(connection: &Connection, name: &[u8; 32]) -> Result<Option<Mailbox>> {
    let sql = format!("{SELECT} WHERE name = ?1");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([name], read)
        .optional()?)
}

/// The next slot was read. `digest` is the chain up to it.
///
/// # Errors
/// [`StoreError::NoSuch`] where `seq` is not the slot after the last one; where the mailbox is not kept, what the disk says.
pub fn advance(tx: &Tx<'_>, mailbox: i64, seq: u64, digest: &[u8; 32], is_commit: bool) -> Result<()> {
    let (position, commits): (u64, u32) = tx
        .prepare_cached("SELECT seq, commits FROM slots WHERE mailbox = ?1 ORDER BY seq DESC LIMIT 1")?
        .query_row([mailbox], |row| Ok((of_count(row, 0)?, row.get(1)?)))
        .optional()?
        .unwrap_or_default();
    if position.checked_add(1) != Some(seq) {
        return Err(StoreError::NoSuch);
    }
    let commits = commits.saturating_add(u32::from(is_commit));
    tx.prepare_cached("INSERT INTO slots (mailbox, seq, digest, commits) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![mailbox, count_of(seq), digest, commits])?;
    Ok(())
}

/// The mailbox is read anew from its first slot. `digest` is the chain before it.
///
/// # Errors
/// [`StoreError::NoSuch`] where it is not kept.
pub fn restart(tx: &Tx<'_>, mailbox: i64, digest: &[u8; 32]) -> Result<()> {
    tx.execute("DELETE FROM slots WHERE mailbox = ?1", [mailbox])?;
    one(tx.execute(
        "UPDATE mailboxes SET start = ?2 WHERE id = ?1",
        params![mailbox, digest],
    )?)
}

/// The first half of the chain at this slot, as it was seen here.
///
/// # Errors
/// What the disk says.
pub fn seen_at(connection: &Connection, mailbox: i64, seq: u64) -> Result<Option<[u8; 16]>> {
    let digest = connection
        .prepare_cached("SELECT substr(digest, 1, 16) FROM slots WHERE mailbox = ?1 AND seq = ?2")?
        .query_row(params![mailbox, count_of(seq)], |row| row.get(0))
        .optional()?;
    Ok(digest)
}

/// Takes a mailbox away, with its secrets and what was seen in it.
///
/// # Errors
/// [`StoreError::NoSuch`] where it is not kept.
pub fn remove(tx: &Tx<'_>, mailbox: i64) -> Result<()> {
    one(tx.execute("DELETE FROM mailboxes WHERE id = ?1", [mailbox])?)
}
