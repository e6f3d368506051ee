//! People whose account was met here.

use chat::Time;
use rusqlite::{Connection, OptionalExtension, params};

use super::account::one;
use super::values::{of_time, of_time_or_none, time_of};
use super::{Result, Tx};

/// Somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The key of their account.
    pub account: [u8; 32],
    /// The name that they gave last.
    pub name: String,
    /// When they were met first.
    pub first_seen: Time,
    /// When this account's person compared the safety number with them.
    pub verified_at: Option<Time>,
}

/// Somebody was met, under this name. When they were met first stays.
///
/// # Errors
/// What the disk says.
pub fn meet(tx: &Tx<'_>, account: &[u8; 32], name: &str, now: Time) -> Result<()> {
    tx.prepare_cached(
        "INSERT INTO people (account, name, first_seen) VALUES (?1, ?2, ?3)
         ON CONFLICT (account) DO UPDATE SET name = excluded.name WHERE name <> excluded.name",
    )?
    .execute(params![account, name, time_of(now)])?;
    Ok(())
}

/// Who has this key, where they were met.
///
/// # Errors
/// What the disk says.
pub fn load(connection: &Connection, account: &[u8; 32]) -> Result<Option<Person>> {
    let person = connection
        .prepare_cached("SELECT account, name, first_seen, verified_at FROM people WHERE account = ?1")?
        .query_row([account], |row| {
            Ok(Person {
                account: row.get(0)?,
                name: row.get(1)?,
                first_seen: of_time(row, 2)?,
                verified_at: of_time_or_none(row, 3)?,
            })
        })
        .optional()?;
    Ok(person)
}

/// Whether another account has used this name here.
///
/// # Errors
/// What the disk says.
pub fn is_name_of_another(connection: &Connection, account: &[u8; 32], name: &str) -> Result<bool> {
    let mut statement =
        connection.prepare_cached("SELECT 1 FROM people WHERE name = ?2 COLLATE NOCASE AND account <> ?1")?;
    Ok(statement.exists(params![account, name])?)
}

/// The safety number was compared now.
///
/// # Errors
/// [`super::StoreError::NoSuch`] where they were never met.
pub fn set_verified(tx: &Tx<'_>, account: &[u8; 32], now: Time) -> Result<()> {
    one(tx.execute(
        "UPDATE people SET verified_at = ?2 WHERE account = ?1",
        params![account, time_of(now)],
    )?)
}
