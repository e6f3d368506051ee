//! The database: how it is opened, and how it is checked.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use zeroize::Zeroizing;

use super::{Result, StoreError};

/// Opens a file that exists with the key, in hex, and reads enough to know that it is ours and whole at the front.
///
/// `cipher_memory_security` stays off. SQLCipher locks and wipes the memory of its keys either way; that setting does it
/// for everything that SQLite allocates, and keeping 50,000 messages took 43.0 s with it and 2.1 s without, on the same two
/// busy cores. The words are in other memory of this process too.
pub(super) fn connect(path: &Path, hex: &Zeroizing<String>) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    // It would write about pages to the standard error, over what is on the screen.
    connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
    // Raw: the key is random, so nothing has to be derived. The salt of the file is its first sixteen bytes.
    let mut pragma = Zeroizing::new(String::with_capacity(96));
    pragma.push_str("PRAGMA key = \"x'");
    pragma.push_str(hex);
    pragma.push_str("'\"");
    connection.execute_batch(&pragma)?;
    // Before the first look at the log: then there is no shared index of it beside the database.
    connection.execute_batch("PRAGMA locking_mode = EXCLUSIVE")?;
    // Reads the first page and checks its HMAC.
    connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA trusted_schema = OFF;
         PRAGMA cell_size_check = ON;
         PRAGMA journal_size_limit = 16777216;",
    )?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// Every page, every index, every reference, and the index of words.
pub(super) fn check_all(connection: &Connection) -> Result<()> {
    let mut pages = connection.prepare("PRAGMA cipher_integrity_check")?;
    if pages.exists([])? {
        return Err(StoreError::Corrupted);
    }
    let verdict: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(StoreError::Corrupted);
    }
    if connection.prepare("PRAGMA foreign_key_check")?.exists([])? {
        return Err(StoreError::Corrupted);
    }
    // Not beside the messages: the newest may not be in the index yet.
    connection.execute_batch("INSERT INTO messages_text (messages_text) VALUES ('integrity-check')")?;
    Ok(())
}
