//! The person's own record of each use of AI, and of each refusal (R31 as far as it applies on the device).

use rusqlite::{Connection, params};

use crate::api::JournalLine;
use crate::store::{Column, Result, Tx, of_ceiling, of_time, time_of};

/// Writes a line.
///
/// # Errors
/// What the disk says.
pub fn append(tx: &Tx<'_>, line: &JournalLine) -> Result<()> {
    tx.execute(
        "INSERT INTO journal (at, chat, task, engine, place, messages, ceiling, outcome)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            time_of(line.at),
            line.chat,
            line.task,
            line.engine,
            line.place.to_column(),
            line.messages,
            line.ceiling.to_column(),
            line.outcome,
        ],
    )?;
    Ok(())
}

/// The newest lines, the newest first, at most so many.
///
/// # Errors
/// What the disk says.
pub fn list(connection: &Connection, most: u32) -> Result<Vec<JournalLine>> {
    let mut statement = connection.prepare_cached(
        "SELECT at, chat, task, engine, place, messages, ceiling, outcome FROM journal ORDER BY id DESC LIMIT ?1",
    )?;
    let lines = statement.query_map([most], |row| {
        Ok(JournalLine {
            at: of_time(row, 0)?,
            chat: row.get(1)?,
            task: row.get(2)?,
            engine: row.get(3)?,
            place: of_ceiling(row, 4)?,
            messages: row.get(5)?,
            ceiling: of_ceiling(row, 6)?,
            outcome: row.get(7)?,
        })
    })?;
    Ok(lines.collect::<rusqlite::Result<_>>()?)
}
