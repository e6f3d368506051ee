//! What waits for a server: first in, first out, for each chat.

use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::api::ChatId;

use super::account::one;
use super::values::{Column, Read, count_of, of_count, rows_of};
use super::{Result, Tx};

/// What waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OutKind {
    /// A message that has a line in the chat.
    Message,
    /// A message without one: "lower now", for example.
    Control,
    /// A commit.
    Commit,
    /// A signed note about a commit.
    Notice,
    /// Something for the inbox of another device.
    Inbox,
}

impl Column for OutKind {
    const ALL: &'static [Self] = &[
        Self::Message,
        Self::Control,
        Self::Commit,
        Self::Notice,
        Self::Inbox,
    ];
}

/// Something that is to wait.
#[derive(Clone, Copy, Debug)]
pub struct NewItem<'a> {
    /// The chat, where it belongs to one.
    pub chat: Option<ChatId>,
    /// What it is.
    pub kind: OutKind,
    /// The number of the message in its chat.
    pub n: Option<u32>,
    /// What is to be encrypted.
    pub content: &'a [u8],
    /// Where it goes, if not into the mailbox of the chat; the engine's own bytes.
    pub target: Option<&'a [u8]>,
}

/// Something that waits.
#[derive(Clone, PartialEq, Eq)]
pub struct OutItem {
    /// Its number, for as long as it waits; of two in a chat the larger is later.
    pub id: i64,
    /// The chat, where it belongs to one.
    pub chat: Option<ChatId>,
    /// What it is.
    pub kind: OutKind,
    /// The number of the message in its chat.
    pub n: Option<u32>,
    /// What is to be encrypted.
    pub content: Vec<u8>,
    /// Where it goes, if not into the mailbox of the chat.
    pub target: Option<Vec<u8>>,
    /// What leaves, once it was encrypted.
    pub sealed: Option<Sealed>,
}

impl std::fmt::Debug for OutItem {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "OutItem({}, {:?}, …)", self.id, self.kind)
    }
}

/// The bytes that leave: the same ones each time it is tried, so that the server can tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The epoch under which it was encrypted.
    pub epoch: u64,
    /// The key by which the server knows it again.
    pub idempotency_key: [u8; 16],
    /// The envelope.
    pub ciphertext: Vec<u8>,
}

/// Puts it at the end.
///
/// # Errors
/// What the disk says.
pub fn enqueue(tx: &Tx<'_>, item: &NewItem<'_>) -> Result<i64> {
    insert(tx, item, None)
}

/// The same for what is encrypted already.
pub(crate) fn enqueue_sealed(tx: &Tx<'_>, item: &NewItem<'_>, sealed: &Sealed) -> Result<i64> {
    insert(tx, item, Some(sealed))
}

fn insert(tx: &Tx<'_>, item: &NewItem<'_>, sealed: Option<&Sealed>) -> Result<i64> {
    let (none, last) = rows(item.chat);
    let id: i64 = tx
        .prepare_cached("SELECT coalesce(max(id), ?1) + 1 FROM outbox WHERE id BETWEEN ?1 AND ?2")?
        .query_row([none, last], |row| row.get(0))?;
    tx.prepare_cached(
        "INSERT INTO outbox (id, kind, n, content, target, epoch, idempotency_key, ciphertext)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?
    .execute(params![
        id,
        item.kind.to_column(),
        item.n,
        item.content,
        item.target,
        sealed.map(|sealed| count_of(sealed.epoch)),
        sealed.map(|sealed| sealed.idempotency_key),
        sealed.map(|sealed| &sealed.ciphertext),
    ])?;
    Ok(id)
}

fn rows(chat: Option<ChatId>) -> (i64, i64) {
    rows_of(chat.map_or(0, |chat| chat.0))
}

const COLUMNS: &str = "id, chat, kind, n, content, target, epoch, idempotency_key, ciphertext";

fn read(row: &Row<'_>) -> rusqlite::Result<OutItem> {
    let ciphertext: Option<Vec<u8>> = row.get(8)?;
    let sealed = ciphertext
        .map(|ciphertext| {
            Ok::<_, rusqlite::Error>(Sealed {
                epoch: of_count(row, 6)?,
                idempotency_key: row.get(7)?,
                ciphertext,
            })
        })
        .transpose()?;
    Ok(OutItem {
        id: row.get(0)?,
        chat: row.get::<_, Option<i64>>(1)?.map(ChatId),
        kind: row.get::<_, Read<_>>(2)?.0,
        n: row.get(3)?,
        content: row.get(4)?,
        target: row.get(5)?,
        sealed,
    })
}

/// The first that waits in this chat (`None`: outside of all chats).
///
/// # Errors
/// What the disk says.
pub fn first(connection: &Connection, chat: Option<ChatId>) -> Result<Option<OutItem>> {
    let sql = format!("SELECT {COLUMNS} FROM outbox WHERE id BETWEEN ?1 AND ?2 ORDER BY id LIMIT 1");
    let mut statement = connection.prepare_cached(&sql)?;
    Ok(statement.query_row(rows(chat), read).optional()?)
}

/// The one with this number, where it still waits.
///
/// # Errors
/// What the disk says.
pub fn load(connection: &Connection, id: i64) -> Result<Option<OutItem>> {
    let sql = format!("SELECT {COLUMNS} FROM outbox WHERE id = ?1");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([id], read)
        .optional()?)
}

/// All that waits in this chat (`None`: outside of all chats), first in first.
///
/// # Errors
/// What the disk says.
pub fn of_chat(connection: &Connection, chat: Option<ChatId>) -> Result<Vec<OutItem>> {
    let sql = format!("SELECT {COLUMNS} FROM outbox WHERE id BETWEEN ?1 AND ?2 ORDER BY id");
    let mut statement = connection.prepare_cached(&sql)?;
    let items = statement.query_map(rows(chat), read)?;
    Ok(items.collect::<rusqlite::Result<_>>()?)
}

/// Where something waits: each chat once, `None` for what belongs to none.
///
/// # Errors
/// What the disk says.
pub fn chats(connection: &Connection) -> Result<Vec<Option<ChatId>>> {
    let mut statement = connection.prepare_cached(
        "SELECT NULL AS chat WHERE EXISTS (SELECT 1 FROM outbox WHERE id BETWEEN ?1 AND ?2)
         UNION ALL
         SELECT id FROM chats
         WHERE EXISTS (SELECT 1 FROM outbox WHERE id BETWEEN chats.id << 32 AND (chats.id << 32) + 4294967295)
         ORDER BY chat",
    )?;
    let chats = statement.query_map(rows(None), |row| Ok(row.get::<_, Option<i64>>(0)?.map(ChatId)))?;
    Ok(chats.collect::<rusqlite::Result<_>>()?)
}

/// It was encrypted; from now on these bytes leave, however often.
///
/// # Errors
/// [`super::StoreError::NoSuch`] where it does not wait, or was encrypted before: see [`unseal`].
pub fn seal(tx: &Tx<'_>, id: i64, sealed: &Sealed) -> Result<()> {
    one(tx
        .prepare_cached(
            "UPDATE outbox SET epoch = ?2, idempotency_key = ?3, ciphertext = ?4 WHERE id = ?1 AND ciphertext IS NULL",
        )?
        .execute(params![
            id,
            count_of(sealed.epoch),
            sealed.idempotency_key,
            sealed.ciphertext
        ])?)
}

/// A server refused it for good under that epoch: it has to be encrypted again.
///
/// # Errors
/// [`super::StoreError::NoSuch`] where it does not wait.
pub fn unseal(tx: &Tx<'_>, id: i64) -> Result<()> {
    one(tx.execute(
        "UPDATE outbox SET epoch = NULL, idempotency_key = NULL, ciphertext = NULL WHERE id = ?1",
        [id],
    )?)
}

/// It is done.
///
/// # Errors
/// [`super::StoreError::NoSuch`] where it does not wait.
pub fn remove(tx: &Tx<'_>, id: i64) -> Result<()> {
    one(tx
        .prepare_cached("DELETE FROM outbox WHERE id = ?1")?
        .execute([id])?)
}
