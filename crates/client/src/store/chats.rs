//! Chats: one row each, archives too.

use chat::Time;
use chat::consent::Consent;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::api::{ChatId, ChatLine, ChatState};

use super::account::one;
use super::values::{Column, Read, of_consent, of_time_or_none, parts_of};
use super::{Result, Tx};

impl Column for ChatState {
    const ALL: &'static [Self] = &[
        Self::Invited,
        Self::Live,
        Self::Archive,
        Self::Left,
        Self::Removed,
        Self::Rejoining,
    ];
}

/// A chat that is not in the store yet.
#[derive(Clone, Copy, Debug)]
pub struct NewChat<'a> {
    /// What it is.
    pub state: ChatState,
    /// Its title.
    pub title: &'a str,
    /// The MLS group, where there is one; no two chats share one.
    pub group: Option<&'a [u8]>,
    /// The server that keeps its mailboxes.
    pub server: Option<&'a str>,
    /// What its members agree to now.
    pub consent: Consent,
    /// Bytes that the engine keeps with it.
    pub notes: &'a [u8],
}

/// A chat.
#[derive(Clone, Debug)]
pub struct Chat {
    /// Its number.
    pub id: ChatId,
    /// What it is.
    pub state: ChatState,
    /// Its title.
    pub title: String,
    /// The MLS group, where there is one.
    pub group: Option<Vec<u8>>,
    /// The server that keeps its mailboxes.
    pub server: Option<String>,
    /// What its members agree to now, as the engine said last.
    pub consent: Consent,
    /// The last message that was read.
    pub read_up_to: u32,
    /// The number that the next message gets.
    pub next_n: u32,
    /// Its times are local ones of whoever exported it, kept as if they were UTC.
    pub civil_times: bool,
    /// 3/4 in its messages means the fourth of March.
    pub month_first: bool,
    /// Bytes that the engine keeps with it.
    pub notes: Vec<u8>,
}

/// Keeps a chat.
///
/// # Errors
/// Where another chat has the same group, and what the disk says.
pub fn insert(tx: &Tx<'_>, chat: &NewChat<'_>) -> Result<ChatId> {
    let (most, until) = parts_of(chat.consent);
    tx.execute(
        "INSERT INTO chats (state, title, group_id, server, consent_most, consent_until, notes)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            chat.state.to_column(),
            chat.title,
            chat.group,
            chat.server,
            most,
            until,
            chat.notes
        ],
    )?;
    Ok(ChatId(tx.last_insert_rowid()))
}

const COLUMNS: &str = "id, state, title, group_id, server, read_up_to, \
     coalesce((SELECT n FROM messages WHERE id BETWEEN chats.id << 32 AND (chats.id << 32) + 4294967295 \
               ORDER BY id DESC LIMIT 1), 0) + 1, \
     civil_times, month_first, notes, consent_most, consent_until";

fn read(row: &Row<'_>) -> rusqlite::Result<Chat> {
    Ok(Chat {
        id: ChatId(row.get(0)?),
        state: row.get::<_, Read<_>>(1)?.0,
        title: row.get(2)?,
        group: row.get(3)?,
        server: row.get(4)?,
        read_up_to: row.get(5)?,
        next_n: row.get(6)?,
        civil_times: row.get(7)?,
        month_first: row.get(8)?,
        notes: row.get(9)?,
        consent: of_consent(row, 10)?,
    })
}

/// The chat with this number.
///
/// # Errors
/// [`super::StoreError::NoSuch`] where there is none.
pub fn load(connection: &Connection, chat: ChatId) -> Result<Chat> {
    let sql = format!("SELECT {COLUMNS} FROM chats WHERE id = ?1");
    Ok(connection.prepare_cached(&sql)?.query_row([chat.0], read)?)
}

/// The chat of this MLS group, where it is known.
///
/// # Errors
/// What the disk says.
pub fn of_group(connection: &Connection, group: &[u8]) -> Result<Option<Chat>> {
    let sql = format!("SELECT {COLUMNS} FROM chats WHERE group_id = ?1");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([group], read)
        .optional()?)
}

/// All chats, in the order of their numbers.
///
/// # Errors
/// What the disk says.
pub fn all(connection: &Connection) -> Result<Vec<Chat>> {
    let sql = format!("SELECT {COLUMNS} FROM chats ORDER BY id");
    let chats = connection
        .prepare_cached(&sql)?
        .query_map([], read)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(chats)
}

/// The list of chats, the one with the newest message first.
///
/// # Errors
/// What the disk says.
pub fn list(connection: &Connection, now: Time) -> Result<Vec<ChatLine>> {
    let mut lines = connection.prepare_cached(
        "SELECT id, title, state,
             coalesce((SELECT others FROM messages WHERE id BETWEEN chats.id << 32 AND (chats.id << 32) + 4294967295
                       ORDER BY id DESC LIMIT 1), 0)
               - coalesce((SELECT others FROM messages WHERE id BETWEEN chats.id << 32 AND (chats.id << 32) + read_up_to
                           ORDER BY id DESC LIMIT 1), 0),
             (SELECT count(*) FROM outbox WHERE id BETWEEN chats.id << 32 AND (chats.id << 32) + 4294967295 AND kind = 0),
             (SELECT sent_at FROM messages WHERE id BETWEEN chats.id << 32 AND (chats.id << 32) + 4294967295
              ORDER BY id DESC LIMIT 1) AS last_at,
             consent_most, consent_until
         FROM chats ORDER BY last_at DESC NULLS LAST, id DESC",
    )?;
    let lines = lines.query_map([], |row| {
        Ok(ChatLine {
            id: ChatId(row.get(0)?),
            title: row.get(1)?,
            state: row.get::<_, Read<_>>(2)?.0,
            unread: row.get(3)?,
            queued: row.get(4)?,
            last_at: of_time_or_none(row, 5)?,
            ceiling: of_consent(row, 6)?.at(now),
        })
    })?;
    Ok(lines.collect::<rusqlite::Result<_>>()?)
}

/// It became something else.
///
/// # Errors
/// [`super::StoreError::NoSuch`] where there is no such chat; so for all that follow.
pub fn set_state(tx: &Tx<'_>, chat: ChatId, state: ChatState) -> Result<()> {
    one(tx.execute(
        "UPDATE chats SET state = ?2 WHERE id = ?1",
        params![chat.0, state.to_column()],
    )?)
}

/// It has another title.
///
/// # Errors
/// [`super::StoreError::NoSuch`].
pub fn set_title(tx: &Tx<'_>, chat: ChatId, title: &str) -> Result<()> {
    one(tx.execute(
        "UPDATE chats SET title = ?2 WHERE id = ?1",
        params![chat.0, title],
    )?)
}

/// Its MLS group and the server, once they are known.
///
/// # Errors
/// [`super::StoreError::NoSuch`].
pub fn set_group(tx: &Tx<'_>, chat: ChatId, group: &[u8], server: &str) -> Result<()> {
    one(tx.execute(
        "UPDATE chats SET group_id = ?2, server = ?3 WHERE id = ?1",
        params![chat.0, group, server],
    )?)
}

/// Its MLS group is over for this device; another chat may have it one day, after a new invitation.
///
/// # Errors
/// [`super::StoreError::NoSuch`].
pub fn clear_group(tx: &Tx<'_>, chat: ChatId) -> Result<()> {
    one(tx.execute("UPDATE chats SET group_id = NULL WHERE id = ?1", [chat.0])?)
}

/// What its members agree to from now on.
///
/// # Errors
/// [`super::StoreError::NoSuch`].
pub fn set_consent(tx: &Tx<'_>, chat: ChatId, consent: Consent) -> Result<()> {
    let (most, until) = parts_of(consent);
    one(tx.execute(
        "UPDATE chats SET consent_most = ?2, consent_until = ?3 WHERE id = ?1",
        params![chat.0, most, until],
    )?)
}

/// Replaces the notes of the engine.
///
/// # Errors
/// [`super::StoreError::NoSuch`].
pub fn set_notes(tx: &Tx<'_>, chat: ChatId, notes: &[u8]) -> Result<()> {
    one(tx.execute(
        "UPDATE chats SET notes = ?2 WHERE id = ?1",
        params![chat.0, notes],
    )?)
}

/// What the times and dates of an archive mean.
///
/// # Errors
/// [`super::StoreError::NoSuch`].
pub fn set_dates(tx: &Tx<'_>, chat: ChatId, civil_times: bool, month_first: bool) -> Result<()> {
    one(tx.execute(
        "UPDATE chats SET civil_times = ?2, month_first = ?3 WHERE id = ?1",
        params![chat.0, civil_times, month_first],
    )?)
}

/// Messages up to here were read. It never goes back, and never beyond the last message.
///
/// # Errors
/// [`super::StoreError::NoSuch`].
pub fn mark_read(tx: &Tx<'_>, chat: ChatId, up_to: u32) -> Result<()> {
    one(tx.execute(
        "UPDATE chats SET read_up_to = max(read_up_to, min(?2, coalesce(
             (SELECT n FROM messages WHERE id BETWEEN chats.id << 32 AND (chats.id << 32) + 4294967295
              ORDER BY id DESC LIMIT 1), 0)))
         WHERE id = ?1",
        params![chat.0, up_to],
    )?)
}

/// Takes the chat and all that belongs to it away. The state of its MLS group is not touched: delete the group itself.
///
/// # Errors
/// [`super::StoreError::NoSuch`].
pub fn remove(tx: &Tx<'_>, chat: ChatId) -> Result<()> {
    one(tx.execute("DELETE FROM chats WHERE id = ?1", [chat.0])?)
}
