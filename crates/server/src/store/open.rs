//! Opening: the lock, the check, the migrations.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, ffi};

use super::Reader;
use crate::config::Keep;

/// One file for each version of the database, applied in order. What was released is never edited.
const MIGRATIONS: [&str; 1] = [include_str!("../../migrations/0001.sql")];

/// "SNUG", in the header of the file.
const APPLICATION_ID: i32 = 0x534e_5547;

/// Why the database cannot be used. None of these says what is in it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another server has it.
    #[error("another server uses this database: stop it first, or give this one another file")]
    InUse,
    /// A newer Snug wrote it.
    #[error(
        "the database has version {found} and this server knows {known}: use the newer Snug that wrote it"
    )]
    Newer {
        /// In the file.
        found: i64,
        /// The newest that this server knows.
        known: i64,
    },
    /// It is a database, of another program.
    #[error("this file is another program's database: give the server a file of its own")]
    NotOurs,
    /// It is damaged.
    #[error("the database is damaged: put a copy in its place, the server will not guess what is missing")]
    Damaged,
    /// The file cannot be opened or made.
    #[error(
        "the database file cannot be opened: check the folder, its permissions and the space on the disk"
    )]
    Unreadable,
    /// SQLite failed while running. What was not answered may or may not be stored; a client asks again.
    #[error("the database failed (SQLite code {code}): check the disk, then start the server again")]
    Failed {
        /// SQLite's extended code.
        code: i32,
    },
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error() {
            Some(error) => match error.code {
                ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => Self::Damaged,
                ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::ReadOnly => Self::Unreadable,
                _ => Self::Failed {
                    code: error.extended_code,
                },
            },
            // A column of another type or length than every migration gives it.
            None => Self::Damaged,
        }
    }
}

/// Whether the database failed for want of room only. Then nothing of the transaction is stored and trying again later
/// is right; a failed sync is not among these, since after one nobody knows what the disk holds.
pub(super) fn is_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error().is_some_and(|error| {
        error.code == ErrorCode::DiskFull
            || [ffi::SQLITE_IOERR_WRITE, ffi::SQLITE_IOERR_SHMSIZE].contains(&error.extended_code)
    })
}

/// The writer's side of the database. There is one in all processes.
pub(crate) struct Store {
    pub(super) db: Connection,
    pub(super) keep: Keep,
    path: PathBuf,
    /// Holds the lock as long as the store lives; the kernel lets go of it however the process ends.
    _lock: Connection,
}

impl Store {
    /// Opens the database, or makes it, readable by its owner alone.
    ///
    /// It is checked whole before anything is served from it.
    pub(crate) fn open(path: &Path, keep: Keep) -> Result<Self, StoreError> {
        let lock = lock(path)?;
        make_private(path)?;
        let mut db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        db.busy_timeout(Duration::from_secs(5))?;
        check(&db)?;
        settle(&db, keep.database_bytes)?;
        migrate(&mut db)?;
        db.set_prepared_statement_cache_capacity(64);
        Ok(Self {
            db,
            keep,
            path: path.to_owned(),
            _lock: lock,
        })
    }

    /// Another connection, to read.
    pub(crate) fn reader(&self) -> Result<Reader, StoreError> {
        let db = Connection::open_with_flags(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        db.busy_timeout(Duration::from_secs(5))?;
        Ok(Reader::new(db))
    }
}

/// A database of its own beside the other, locked whole: SQLite knows how to lock a file on every system.
fn lock(path: &Path) -> Result<Connection, StoreError> {
    let mut beside = OsString::from(path);
    beside.push(".lock");
    let beside = PathBuf::from(beside);
    make_private(&beside)?;
    let lock = Connection::open_with_flags(&beside, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    lock.busy_timeout(Duration::ZERO)?;
    match lock.execute_batch("BEGIN EXCLUSIVE") {
        Ok(()) => Ok(lock),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Err(StoreError::InUse),
        Err(error) => Err(error.into()),
    }
}

fn make_private(path: &Path) -> Result<(), StoreError> {
    let mut options = OpenOptions::new();
    options.create(true).append(true).mode(0o600);
    options.open(path).map(drop).map_err(|_| StoreError::Unreadable)
}

fn check(db: &Connection) -> Result<(), StoreError> {
    let number = |sql| db.query_row(sql, [], |row| row.get::<_, i64>(0));
    let ours = number("PRAGMA application_id")? == i64::from(APPLICATION_ID);
    let empty = number("SELECT count(*) FROM sqlite_schema")? == 0;
    if !ours && !empty {
        return Err(StoreError::NotOurs);
    }
    let found = number("PRAGMA user_version")?;
    let known = MIGRATIONS.len() as i64;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    let verdict: String = db.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if verdict == "ok" {
        Ok(())
    } else {
        Err(StoreError::Damaged)
    }
}

/// Durability: a commit returns when the log is on the disk (WAL with synchronous=FULL).
fn settle(db: &Connection, most_bytes: u64) -> Result<(), StoreError> {
    let page: i64 = db.query_row("PRAGMA page_size", [], |row| row.get(0))?;
    let pages = i64::try_from(most_bytes).unwrap_or(i64::MAX) / page.max(512);
    db.execute_batch(&format!(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA secure_delete = ON;
         PRAGMA cell_size_check = ON;
         PRAGMA cache_size = -16000;
         PRAGMA journal_size_limit = 67108864;
         PRAGMA max_page_count = {pages};"
    ))?;
    let mode: String = db.query_row("PRAGMA journal_mode", [], |row| row.get(0))?;
    if mode == "wal" {
        Ok(())
    } else {
        Err(StoreError::Unreadable)
    }
}

fn migrate(db: &mut Connection) -> Result<(), StoreError> {
    let found: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    for (version, sql) in (1_i64..).zip(MIGRATIONS) {
        if version > found {
            let step = db.transaction()?;
            step.execute_batch(sql)?;
            step.pragma_update(None, "application_id", APPLICATION_ID)?;
            step.pragma_update(None, "user_version", version)?;
            step.commit()?;
        }
    }
    Ok(())
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::scratch::Scratch;

    pub(crate) fn store(scratch: &Scratch) -> Result<Store, StoreError> {
        Store::open(&scratch.file("snug.db"), Keep::default())
    }

    #[test]
    fn a_database_of_a_newer_version_is_refused_and_left_alone() {
        let scratch = Scratch::new();
        drop(store(&scratch).unwrap());
        let db = Connection::open(scratch.file("snug.db")).unwrap();
        db.pragma_update(None, "user_version", 99).unwrap();
        drop(db);
        let refused = store(&scratch).err().unwrap();
        assert!(matches!(refused, StoreError::Newer { found: 99, known: 1 }));
        let db = Connection::open(scratch.file("snug.db")).unwrap();
        let version: i64 = db.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        assert_eq!(version, 99);
        db.pragma_update(None, "user_version", 1).unwrap();
        drop(db);
        assert!(store(&scratch).is_ok(), "control");
    }

    #[test]
    fn another_program_s_database_is_refused() {
        let scratch = Scratch::new();
        let db = Connection::open(scratch.file("snug.db")).unwrap();
        db.execute_batch("CREATE TABLE theirs (x)").unwrap();
        drop(db);
        assert!(matches!(store(&scratch).err(), Some(StoreError::NotOurs)));
    }

    #[test]
    fn a_file_that_is_no_database_is_refused() {
        let scratch = Scratch::new();
        std::fs::write(scratch.file("snug.db"), [b'x'; 8192]).unwrap();
        assert!(matches!(store(&scratch).err(), Some(StoreError::Damaged)));
    }

    #[test]
    fn a_second_server_is_refused_until_the_first_has_ended() {
        let scratch = Scratch::new();
        let first = store(&scratch).unwrap();
        assert!(matches!(store(&scratch).err(), Some(StoreError::InUse)));
        drop(first);
        assert!(store(&scratch).is_ok());
    }

    #[test]
    fn only_the_owner_may_read_the_files() {
        use std::os::unix::fs::PermissionsExt;
        let scratch = Scratch::new();
        let _store = store(&scratch).unwrap();
        for name in ["snug.db", "snug.db-wal", "snug.db-shm", "snug.db.lock"] {
            let mode = std::fs::metadata(scratch.file(name))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
    }
}
