//! Why the store does not do it.

use std::io;

use rusqlite::ErrorCode;

/// Why the store does not do it, and what to do next. No message, name or key is in any of them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is nothing to open.
    #[error(
        "there is no store in this folder; set up an account or import a chat first, or name another folder"
    )]
    NoStore,
    /// There is one already.
    #[error("this folder holds a store already; open it, or name another folder")]
    Exists,
    /// Another process has it, or a step is under way in this one.
    #[error("this store is in use by another Snug; close that one, or wait until it is done")]
    Busy,
    /// The passphrase is not the one.
    #[error("the passphrase does not open this store; type it again")]
    WrongPassphrase,
    /// Nothing was typed.
    #[error("an empty passphrase protects nothing; choose one with several words")]
    EmptyPassphrase,
    /// The store was locked in another way.
    #[error("this store is opened by {0}, not in the way that was asked for")]
    OtherUnlock(&'static str),
    /// `store.key` is not there.
    #[error("the key file store.key is missing; put it back from a copy, without it store.db cannot be read")]
    KeyFileMissing,
    /// `store.key` is damaged.
    #[error("the key file store.key is damaged; put it back from a copy, without it store.db cannot be read")]
    KeyFileCorrupted,
    /// `store.db` is not there.
    #[error("store.db is missing; put it back where it was")]
    DatabaseMissing,
    /// `store.db` is damaged.
    #[error(
        "store.db is damaged, or store.key belongs to another store; keep both files, and make a new store in another folder"
    )]
    Corrupted,
    /// A newer Snug made it.
    #[error("this store was written by a newer Snug (form {found}, this one knows {known}); update Snug")]
    Newer {
        /// Its version.
        found: i64,
        /// The newest version that is known here.
        known: i64,
    },
    /// No space.
    #[error("the disk is full, and nothing was changed; free some space and try again")]
    Full,
    /// No memory.
    #[error("there is not enough free memory to open the store; close other programs and try again")]
    Memory,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes; try again")]
    Randomness,
    /// The keyring does not help.
    #[error("the system's keyring does not answer ({0}); use a passphrase, or unlock the keyring")]
    Keyring(&'static str),
    /// A file cannot be used.
    #[error("{during} failed ({source}); check the folder and its rights")]
    Files {
        /// What was being done.
        during: &'static str,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// What was asked for is not in the store.
    #[error("there is no such thing in this store; look at the list of chats")]
    NoSuch,
    /// SQLite refused: by its number, since its words may quote what was written.
    #[error("the store could not do it (SQLite error {0}); try again, and report it if it stays")]
    Sqlite(i32),
}

impl StoreError {
    pub(super) fn files(during: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Files { during, source },
        }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::SqliteFailure(failure, _) => match failure.code {
                ErrorCode::DiskFull => Self::Full,
                ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => Self::Corrupted,
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy,
                ErrorCode::OutOfMemory => Self::Memory,
                _ => Self::Sqlite(failure.extended_code),
            },
            rusqlite::Error::QueryReturnedNoRows => Self::NoSuch,
            rusqlite::Error::SqlInputError { error, .. } => Self::Sqlite(error.extended_code),
            // A value that no version of ours writes.
            _ => Self::Corrupted,
        }
    }
}
