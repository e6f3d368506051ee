//! The files of a store, and the order in which they come into being.
//!
//! `store.lock` is locked while a process has the store open. A new database is written as `store.db.new`; then
//! `store.key` appears, then the database gets its name. So a creation that was broken off before the key appeared
//! leaves nothing, and one broken off after it is finished by the next [`super::Store::open`].

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use zeroize::Zeroizing;

use super::key_file::{KEY_FILE_BYTES, Key};
use super::keyring::hex;
use super::{Result, StoreError, sql};

pub(super) struct Files {
    folder: PathBuf,
}

const KEY: &str = "store.key";
const NEW_KEY: &str = "store.key.new";
const DATABASE: &str = "store.db";
const NEW_DATABASE: &str = "store.db.new";
const LOCK: &str = "store.lock";

impl Files {
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// The folder, for nobody else to look into.
    pub(super) fn make_folder(&self) -> Result<()> {
        if self.folder.is_dir() {
            return Ok(());
        }
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder
            .create(&self.folder)
            .map_err(StoreError::files("making the folder of the store"))
    }

    /// Nobody else has the store open as long as the file is held: the kernel lets go of it when the process ends,
    /// however it ends.
    pub(super) fn lock(&self) -> Result<File> {
        let file = private()
            .create(true)
            .truncate(false)
            .open(self.path(LOCK))
            .map_err(StoreError::files("opening store.lock"))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(TryLockError::WouldBlock) => Err(StoreError::Busy),
            Err(TryLockError::Error(source)) => Err(StoreError::Files {
                during: "locking store.lock",
                source,
            }),
        }
    }

    /// Whether there is a store, or a part of one.
    pub(super) fn is_store(&self) -> bool {
        self.has_key() || self.has_database()
    }

    pub(super) fn has_key(&self) -> bool {
        self.path(KEY).exists()
    }

    pub(super) fn has_database(&self) -> bool {
        self.path(DATABASE).exists()
    }

    /// Removes what a creation left that was broken off.
    pub(super) fn clear_unfinished(&self) -> Result<()> {
        for ending in ["", "-wal", "-shm", "-journal"] {
            let path = self.path(&format!("{NEW_DATABASE}{ending}"));
            match fs::remove_file(path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    return Err(StoreError::files("clearing up store.db.new")(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Gives a new database its name, where that has not happened yet.
    pub(super) fn finish_creation(&self) -> Result<()> {
        if self.has_key() && !self.has_database() && self.path(NEW_DATABASE).exists() {
            fs::rename(self.path(NEW_DATABASE), self.path(DATABASE))
                .map_err(StoreError::files("naming store.db"))?;
            self.sync_folder()?;
        }
        Ok(())
    }

    pub(super) fn read_key(&self) -> Result<Vec<u8>> {
        let file = File::open(self.path(KEY)).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => StoreError::KeyFileMissing,
            _ => StoreError::files("opening store.key")(error),
        })?;
        let mut bytes = Vec::new();
        file.take(KEY_FILE_BYTES as u64 + 1)
            .read_to_end(&mut bytes)
            .map_err(StoreError::files("reading store.key"))?;
        Ok(bytes)
    }

    /// Replaces the key file: at every moment the old or the new one is there, whole.
    pub(super) fn write_key(&self, bytes: &[u8]) -> Result<()> {
        let during = || StoreError::files("writing store.key");
        let mut file = private()
            .create(true)
            .truncate(true)
            .open(self.path(NEW_KEY))
            .map_err(during())?;
        file.write_all(bytes).map_err(during())?;
        file.sync_all().map_err(during())?;
        fs::rename(self.path(NEW_KEY), self.path(KEY)).map_err(during())?;
        self.sync_folder()
    }

    /// Without it a name may be lost with the power although the file is not.
    fn sync_folder(&self) -> Result<()> {
        File::open(&self.folder)
            .and_then(|folder| folder.sync_all())
            .map_err(StoreError::files("writing the folder of the store"))
    }

    pub(super) fn connect_new(&self, key: &Key) -> Result<Connection> {
        let path = self.path(NEW_DATABASE);
        // SQLite gives its other files the rights of this one.
        private()
            .create_new(true)
            .open(&path)
            .map_err(StoreError::files("making store.db.new"))?;
        sql::connect(&path, &Zeroizing::new(hex(&**key)))
    }

    pub(super) fn connect(&self, key: &Key) -> Result<Connection> {
        if !self.has_database() {
            return Err(StoreError::DatabaseMissing);
        }
        sql::connect(&self.path(DATABASE), &Zeroizing::new(hex(&**key)))
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// For a file that only its owner reads and writes.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
