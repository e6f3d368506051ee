//! Invitations that nobody answered yet, sealed as they came.

use chat::Time;
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::api::ChatId;

use super::account::one;
use super::values::{of_time, time_of};
use super::{Result, Tx};

/// An invitation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its number.
    pub id: i64,
    /// The line of the list of chats that stands for it, once it has one.
    pub chat: Option<ChatId>,
    /// The bytes, as they came.
    pub sealed: Vec<u8>,
    /// When they came.
    pub received_at: Time,
}

/// Keeps an invitation.
///
/// # Errors
/// Where the chat has one, and what the disk says.
pub fn insert(tx: &Tx<'_>, chat: Option<ChatId>, sealed: &[u8], received_at: Time) -> Result<i64> {
    tx.execute(
        "INSERT INTO invitations (chat, sealed, received_at) VALUES (?1, ?2, ?3)",
        params![chat.map(|chat| chat.0), sealed, time_of(received_at)],
    )?;
    Ok(tx.last_insert_rowid())
}

const COLUMNS: &str = "id, chat, sealed, received_at";

fn read(row: &Row<'_>) -> rusqlite::Result<Invitation> {
    Ok(Invitation {
        id: row.get(0)?,
        chat: row.get::<_, Option<i64>>(1)?.map(ChatId),
        sealed: row.get(2)?,
        received_at: of_time(row, 3)?,
    })
}

/// All, oldest first.
///
/// # Errors
/// What the disk says.
pub fn all(connection: &Connection) -> Result<Vec<Invitation>> {
    let sql = format!("SELECT {COLUMNS} FROM invitations ORDER BY id");
    let mut statement = connection.prepare_cached(&sql)?;
    let invitations = statement.query_map([], read)?.collect::<rusqlite::Result<_>>()?;
    Ok(invitations)
}

/// The invitation behind this line of the list of chats.
///
/// # Errors
/// What the disk says.
pub fn of_chat(connection: &Connection, chat: ChatId) -> Result<Option<Invitation>> {
    let sql = format!("SELECT {COLUMNS} FROM invitations WHERE chat = ?1");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([chat.0], read)
        .optional()?)
}

/// It was answered.
///
/// # Errors
/// [`super::StoreError::NoSuch`] where it is not kept.
pub fn remove(tx: &Tx<'_>, id: i64) -> Result<()> {
    one(tx.execute("DELETE FROM invitations WHERE id = ?1", [id])?)
}
