//! The mailboxes of a chat: one for each epoch, the one before kept as long as something may still be learnt from it.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::api::ChatId;

use super::account::one;
use super::values::{count_of, of_count};
use super::{Result, Secret, Tx};

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
        "INSERT INTO mailboxes (chat, epoch, name, read, write, wrap, position, digest, commits)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7, 0)",
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

const COLUMNS: &str = "id, chat, epoch, name, read, write, wrap, position, digest, commits, is_previous";

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
    let sql = format!("SELECT {COLUMNS} FROM mailboxes WHERE chat = ?1 AND is_previous = 0");
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
    let sql = format!("SELECT {COLUMNS} FROM mailboxes WHERE chat = ?1 ORDER BY id");
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
    let sql = format!("SELECT {COLUMNS} FROM mailboxes WHERE name = ?1");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([name], read)
        .optional()?)
}

/// The next slot was read. `digest` is the chain up to it; its first half is kept for comparing.
///
/// # Errors
/// [`super::StoreError::NoSuch`] where `seq` is not the slot after the last one.
pub fn advance(tx: &Tx<'_>, mailbox: i64, seq: u64, digest: &[u8; 32], is_commit: bool) -> Result<()> {
    one(tx
        .prepare_cached(
            "UPDATE mailboxes SET position = ?2, digest = ?3, commits = commits + ?4
             WHERE id = ?1 AND position = ?2 - 1",
        )?
        .execute(params![mailbox, count_of(seq), digest, is_commit])?)?;
    let half = digest.first_chunk::<16>().expect("thirty-two bytes have a half");
    tx.prepare_cached("INSERT INTO slots (mailbox, seq, digest) VALUES (?1, ?2, ?3)")?
        .execute(params![mailbox, count_of(seq), half])?;
    Ok(())
}

/// The mailbox is read anew from its first slot. `digest` is the chain before it.
///
/// # Errors
/// [`super::StoreError::NoSuch`] where it is not kept.
pub fn restart(tx: &Tx<'_>, mailbox: i64, digest: &[u8; 32]) -> Result<()> {
    tx.execute("DELETE FROM slots WHERE mailbox = ?1", [mailbox])?;
    one(tx.execute(
        "UPDATE mailboxes SET position = 0, digest = ?2, commits = 0 WHERE id = ?1",
        params![mailbox, digest],
    )?)
}

/// The first half of the chain at this slot, as it was seen here.
///
/// # Errors
/// What the disk says.
pub fn seen_at(connection: &Connection, mailbox: i64, seq: u64) -> Result<Option<[u8; 16]>> {
    let digest = connection
        .prepare_cached("SELECT digest FROM slots WHERE mailbox = ?1 AND seq = ?2")?
        .query_row(params![mailbox, count_of(seq)], |row| row.get(0))
        .optional()?;
    Ok(digest)
}

/// Takes a mailbox away, with its secrets and what was seen in it.
///
/// # Errors
/// [`super::StoreError::NoSuch`] where it is not kept.
pub fn remove(tx: &Tx<'_>, mailbox: i64) -> Result<()> {
    one(tx.execute("DELETE FROM mailboxes WHERE id = ?1", [mailbox])?)
}
