//! The forms that the database has had. Each is a file of SQL that is never changed again.

use openmls_sqlite_storage::SqliteStorageProvider;
use rusqlite::{Connection, TransactionBehavior};

use super::{Cbor, Result, StoreError};

const MIGRATIONS: &[&str] = &[include_str!("migrations/0001_begin.sql")];
/// "Snug", so that `file` can tell whose database it was, once decrypted.
const APPLICATION: i64 = 0x536e_7567;

/// Brings the database to the newest form. What breaks off is as if it had not begun.
pub(super) fn run(connection: &mut Connection) -> Result<()> {
    let known = i64::try_from(MIGRATIONS.len()).expect("there are not that many");
    let found: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    // OpenMLS keeps its own tables, with their own history.
    SqliteStorageProvider::<Cbor, _>::new(&mut *connection)
        .run_migrations()
        .map_err(of_openmls)?;
    let done = usize::try_from(found).map_err(|_| StoreError::Corrupted)?;
    for (version, migration) in (1..).zip(MIGRATIONS).skip(done) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(migration)?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}

fn of_openmls(error: impl std::error::Error + 'static) -> StoreError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&error);
    while let Some(error) = cause {
        if let Some(rusqlite::Error::SqliteFailure(failure, _)) = error.downcast_ref() {
            return rusqlite::Error::SqliteFailure(*failure, None).into();
        }
        cause = error.source();
    }
    StoreError::Corrupted
}
