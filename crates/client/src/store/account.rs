//! The account of this store, and its inbox: one row each.

use rusqlite::{Connection, OptionalExtension, params};

use super::values::{count_of, of_count};
use super::{Result, Secret, StoreError, Tx};

/// The account and the keys of this device. What the fields mean is said in the protocol, section 3.
#[derive(Clone, Debug)]
pub struct Account {
    /// The name that others see.
    pub name: String,
    /// The server that keeps its inbox.
    pub server: String,
    /// The Ed25519 key that is its address.
    pub account_public: [u8; 32],
    /// Its secret half.
    pub account_secret: Secret,
    /// The key with which this device signs.
    pub device_public: [u8; 32],
    /// Its secret half.
    pub device_secret: Secret,
    /// The key to which invitations are sealed.
    pub hpke_public: Vec<u8>,
    /// Its secret half.
    pub hpke_secret: Secret,
    /// The capability that reads the inbox.
    pub inbox_read: Secret,
    /// The capability that writes into it.
    pub inbox_write: Secret,
    /// The capability that fills the pool of key packages.
    pub pool_publish: Secret,
    /// The capability that takes one out.
    pub pool_take: Secret,
    /// The key under which the packages are encrypted.
    pub pool_key: Secret,
    /// The capability that publishes the record.
    pub record_publish: Secret,
    /// The version of the record that was published last; 0 before the first.
    pub record_version: u64,
    /// Bytes that the engine keeps with it.
    pub notes: Vec<u8>,
}

/// Keeps the account. There is one for ever.
///
/// # Errors
/// [`StoreError::Exists`] where there is one.
pub fn insert(tx: &Tx<'_>, account: &Account) -> Result<()> {
    if load(tx)?.is_some() {
        return Err(StoreError::Exists);
    }
    tx.execute(
        "INSERT INTO account (id, name, server, account_public, account_secret, device_public, device_secret,
             hpke_public, hpke_secret, inbox_read, inbox_write, pool_publish, pool_take, pool_key, record_publish,
             record_version, notes)
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)",
        params![
            account.name,
            account.server,
            account.account_public,
            account.account_secret,
            account.device_public,
            account.device_secret,
            account.hpke_public,
            account.hpke_secret,
            account.inbox_read,
            account.inbox_write,
            account.pool_publish,
            account.pool_take,
            account.pool_key,
            account.record_publish,
            count_of(account.record_version),
            account.notes,
        ],
    )?;
    tx.execute(
        "INSERT INTO inbox (id, position, digest) VALUES (1, 0, zeroblob(32))",
        [],
    )?;
    Ok(())
}

/// The account, where there is one.
///
/// # Errors
/// What the disk says.
pub fn load(connection: &Connection) -> Result<Option<Account>> {
    let account = connection
        .query_row(
            "SELECT name, server, account_public, account_secret, device_public, device_secret, hpke_public, hpke_secret,
                 inbox_read, inbox_write, pool_publish, pool_take, pool_key, record_publish, record_version, notes
             FROM account",
            [],
            |row| {
                Ok(Account {
                    name: row.get(0)?,
                    server: row.get(1)?,
                    account_public: row.get(2)?,
                    account_secret: row.get(3)?,
                    device_public: row.get(4)?,
                    device_secret: row.get(5)?,
                    hpke_public: row.get(6)?,
                    hpke_secret: row.get(7)?,
                    inbox_read: row.get(8)?,
                    inbox_write: row.get(9)?,
                    pool_publish: row.get(10)?,
                    pool_take: row.get(11)?,
                    pool_key: row.get(12)?,
                    record_publish: row.get(13)?,
                    record_version: of_count(row, 14)?,
                    notes: row.get(15)?,
                })
            },
        )
        .optional()?;
    Ok(account)
}

/// The record was published with this version.
///
/// # Errors
/// [`StoreError::NoSuch`] without an account.
pub fn set_record_version(tx: &Tx<'_>, version: u64) -> Result<()> {
    one(tx.execute("UPDATE account SET record_version = ?1", [count_of(version)])?)
}

/// Replaces the notes of the engine.
///
/// # Errors
/// [`StoreError::NoSuch`] without an account.
pub fn set_notes(tx: &Tx<'_>, notes: &[u8]) -> Result<()> {
    one(tx.execute("UPDATE account SET notes = ?1", [notes])?)
}

/// How far the inbox of the device was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inbox {
    /// The last slot that was read; 0 before the first.
    pub position: u64,
    /// The chain up to it.
    pub digest: [u8; 32],
}

/// How far the inbox was read.
///
/// # Errors
/// [`StoreError::NoSuch`] without an account.
pub fn inbox(connection: &Connection) -> Result<Inbox> {
    let inbox = connection.query_row("SELECT position, digest FROM inbox", [], |row| {
        Ok(Inbox {
            position: of_count(row, 0)?,
            digest: row.get(1)?,
        })
    })?;
    Ok(inbox)
}

/// The inbox was read up to here.
///
/// # Errors
/// [`StoreError::NoSuch`] without an account.
pub fn set_inbox(tx: &Tx<'_>, inbox: Inbox) -> Result<()> {
    one(tx.execute(
        "UPDATE inbox SET position = ?1, digest = ?2",
        params![count_of(inbox.position), inbox.digest],
    )?)
}

/// A change that has to meet one row.
pub(super) fn one(changed: usize) -> Result<()> {
    if changed == 1 {
        Ok(())
    } else {
        Err(StoreError::NoSuch)
    }
}
