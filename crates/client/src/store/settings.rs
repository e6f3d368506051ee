//! Small things that the engine keeps under a name.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Result, Tx};

/// What lies under the name.
///
/// # Errors
/// What the disk says.
pub fn get(connection: &Connection, name: &str) -> Result<Option<Vec<u8>>> {
    let value = connection
        .prepare_cached("SELECT value FROM settings WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    Ok(value)
}

/// Puts it there, in place of what was there.
///
/// # Errors
/// What the disk says.
pub fn put(tx: &Tx<'_>, name: &str, value: &[u8]) -> Result<()> {
    tx.execute(
        "INSERT INTO settings (name, value) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        params![name, value],
    )?;
    Ok(())
}

/// Takes it away.
///
/// # Errors
/// What the disk says.
pub fn remove(tx: &Tx<'_>, name: &str) -> Result<()> {
    tx.execute("DELETE FROM settings WHERE name = ?1", [name])?;
    Ok(())
}
