//! The encrypted store: messages, the state of MLS, what waits to be sent, and the journal, in one file.
//!
//! **What it is.** A folder with `store.db` (SQLCipher) and `store.key`, which holds the random key of `store.db`, wrapped
//! under a passphrase or under a key in the system's keyring; so another passphrase rewrites 136 bytes, not the store.
//! All that a step changes is written in one [`Store::transaction`], the state of MLS with it ([`Tx::provider`]), and is
//! on the disk when that returns. Every writing function asks for a [`Tx`], so none can run outside of one.
//!
//! **What it refuses.** A wrong passphrase, a damaged key file, a damaged database and a store of a newer Snug, each
//! with its own [`StoreError`]; a second process. Argon2id costs beyond the limits of [`Effort`].
//!
//! **Whom it trusts.** The process and the kernel. Not the disk: what somebody changed there is an error (each page
//! carries an HMAC), what they read there tells sizes and times of writing. **Not stopped:** putting back an older copy
//! of the whole folder, which would use old keys again; nothing on the same disk can tell. Never restore it from a copy.
//!
//! **Where its invariants are tested.** `tests/store_open.rs` (passphrases, damage, two processes, versions),
//! `tests/store_mls.rs` (state of MLS and messages together, rollback), `tests/store_disk.rs` (full disk, no plaintext on
//! disk, each with its control), `tests/store_crash.rs` (killed in the middle, again and again) and `tests/store_keyring.rs`.

pub mod account;
pub mod chats;
pub mod invitations;
pub mod mailboxes;
pub mod messages;
pub mod outbox;
pub mod people;
pub mod settings;

mod error;
mod files;
mod key_file;
mod keyring;
mod migrations;
mod mls_state;
mod provider;
mod sql;
mod unlock;
mod values;

use std::fs::File;
use std::ops::Deref;
use std::path::Path;

use openmls_libcrux_crypto::CryptoProvider;
use rusqlite::{Connection, Transaction, TransactionBehavior};

pub use error::StoreError;
pub use mls_state::MlsState;
pub use provider::{Cbor, CborError, TxProvider};
pub use unlock::{Effort, Passphrase, Unlock};
pub use values::Secret;
pub(crate) use values::{Column, of_ceiling, of_time, row_of, rows_of, time_of};
#[cfg(feature = "ai")]
pub(crate) use values::{Read, of_consent};

use files::Files;
use key_file::KeyFile;

pub(crate) type Result<T> = std::result::Result<T, StoreError>;

/// The open store. There is one in one process for each folder.
pub struct Store {
    connection: Connection,
    crypto: CryptoProvider,
    files: Files,
    /// Held until the store is closed.
    _lock: File,
}

impl Store {
    /// Whether there is a store in this folder, or what is left of one. It is not opened.
    #[must_use]
    pub fn is_in(folder: &Path) -> bool {
        Files::in_folder(folder).is_store()
    }

    /// Makes a store in this folder, which is made too where it is missing.
    ///
    /// # Errors
    /// [`StoreError::Exists`] where there is one, and whatever the disk says.
    pub fn create(folder: &Path, unlock: &Unlock, effort: Effort) -> Result<Self> {
        let files = Files::in_folder(folder);
        files.make_folder()?;
        let lock = files.lock()?;
        if files.is_store() {
            return Err(StoreError::Exists);
        }
        files.clear_unfinished()?;
        let crypto = crypto()?;
        let (key_file, key) = KeyFile::make(&crypto, unlock, effort)?;
        let mut connection = files.connect_new(&key)?;
        migrations::run(&mut connection)?;
        drop(connection);
        // The key file is the sign that the new database is whole; `open` finishes what is left.
        files.write_key(&key_file.encode(&crypto)?)?;
        files.finish_creation()?;
        Self::connect(files, crypto, lock, unlock)
    }

    /// Opens the store in this folder.
    ///
    /// # Errors
    /// [`StoreError`]: what is wrong and what to do.
    pub fn open(folder: &Path, unlock: &Unlock) -> Result<Self> {
        let files = Files::in_folder(folder);
        if !files.is_store() {
            return Err(StoreError::NoStore);
        }
        let lock = files.lock()?;
        files.finish_creation()?;
        Self::connect(files, crypto()?, lock, unlock)
    }

    fn connect(files: Files, crypto: CryptoProvider, lock: File, unlock: &Unlock) -> Result<Self> {
        let key = KeyFile::decode(&crypto, &files.read_key()?)?.unlock(&crypto, unlock)?;
        let mut connection = files.connect(&key)?;
        migrations::run(&mut connection)?;
        Ok(Self {
            connection,
            crypto,
            files,
            _lock: lock,
        })
    }

    /// Asks for something else from now on. The store itself is not rewritten: whoever has an old `store.key` and its
    /// passphrase can still open it.
    ///
    /// # Errors
    /// [`StoreError::WrongPassphrase`] where `old` is not what opens it now.
    pub fn change_unlock(&self, old: &Unlock, new: &Unlock, effort: Effort) -> Result<()> {
        let before = KeyFile::decode(&self.crypto, &self.files.read_key()?)?;
        let key = before.unlock(&self.crypto, old)?;
        let key_file = KeyFile::wrap(&self.crypto, &key, new, effort)?;
        self.files.write_key(&key_file.encode(&self.crypto)?)?;
        before.forget();
        Ok(())
    }

    /// Runs one step: all that it writes is kept, or nothing where it fails. It is on the disk when this returns.
    ///
    /// After a failure whatever was loaded inside (an MLS group above all) is stale: drop it and load it again.
    ///
    /// # Errors
    /// What the step says, or what the disk says.
    pub fn transaction<T, E: From<StoreError>>(
        &self,
        step: impl FnOnce(&Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        self.transaction_with(Durability::Now, step)
    }

    /// The same, on the disk now or with the next step that has to be.
    pub(crate) fn transaction_with<T, E: From<StoreError>>(
        &self,
        durability: Durability,
        step: impl FnOnce(&Tx<'_>) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        let _later = match durability {
            Durability::Now => None,
            Durability::Soon => Some(Later::begin(&self.connection)?),
        };
        let transaction = Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let tx = Tx {
            transaction,
            crypto: &self.crypto,
        };
        let value = step(&tx)?;
        tx.transaction.commit().map_err(StoreError::from)?;
        Ok(value)
    }

    /// For reading functions outside of a step.
    #[must_use]
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The cryptography that the state of MLS is used with.
    #[must_use]
    pub fn crypto(&self) -> &CryptoProvider {
        &self.crypto
    }

    /// Gives the disk back what a large step took for its log.
    pub(crate) fn shrink_log(&self) -> Result<()> {
        self.connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(())
    }

    /// Reads the whole file and checks every page and every index: a second for each few hundred megabytes.
    ///
    /// # Errors
    /// [`StoreError::Corrupted`] where anything is damaged.
    pub fn check(&self) -> Result<()> {
        sql::check_all(&self.connection)
    }
}

/// When a step has to be on the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Durability {
    /// When it returns.
    Now,
    /// With the next step that has to be. A crash of the machine may undo it, whole; a crash of the process does not.
    Soon,
}

/// As long as it lives, a commit does not wait for the disk.
struct Later<'a>(&'a Connection);

impl<'a> Later<'a> {
    fn begin(connection: &'a Connection) -> Result<Self> {
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        Ok(Self(connection))
    }
}

impl Drop for Later<'_> {
    fn drop(&mut self) {
        // It cannot fail outside of a transaction, and this one is over.
        let _ = self.0.pragma_update(None, "synchronous", "FULL");
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Store")
    }
}

/// One step that is under way. It reads as a [`Connection`].
pub struct Tx<'a> {
    transaction: Transaction<'a>,
    crypto: &'a CryptoProvider,
}

impl Tx<'_> {
    /// What OpenMLS needs, over this step: its state changes with everything else, or not at all.
    #[must_use]
    pub fn provider(&self) -> TxProvider<'_> {
        TxProvider::new(self.crypto, &self.transaction)
    }
}

impl Deref for Tx<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.transaction
    }
}

fn crypto() -> Result<CryptoProvider> {
    CryptoProvider::new().map_err(|_| StoreError::Randomness)
}
