//! The store: a folder with the models' files, each under its digest, and an index of names.
//!
//! `<sha256>.gguf` is a whole file whose digest was right when it got that name; it gets it by renaming, after it was written to the disk.
//! `<name>.part` is what has come of a download, `+<process>-<count>.part` of a copy; neither is ever opened as a model. `lock` is held for each
//! change of the index, and each part by who fills it, so that several processes at once are safe, and a killed one leaves no lock behind.

mod error;
mod folder;
mod incoming;
mod index;
mod part;

use std::fs::File;
use std::io::{self, Seek as _};
use std::path::{Path, PathBuf};

use rustix::fs::Mode;

pub use self::error::StoreError;
pub use self::index::{MAX_INDEX_BYTES, MAX_MODELS};
pub(crate) use self::part::{Meta, Part};

use self::folder::Folder;
use self::incoming::{Incoming, ordinary};
use self::index::{Fingerprint, Index, Pin, Row, note};
use crate::catalogue::{self, Entry};
use crate::{Digest, Name};

/// What is left free on the disk beside a file that is to come, in bytes.
pub const DISK_RESERVE: u64 = 64 << 20;
/// How a GGUF file begins.
pub(crate) const MAGIC: &[u8; 4] = b"GGUF";

const LOCK: &str = "lock";

/// The models of one person.
#[derive(Clone, Debug)]
pub struct Store {
    path: PathBuf,
}

/// A model that is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Installed {
    /// What it is called.
    pub name: Name,
    /// Of its file.
    pub digest: Digest,
    /// The size of its file.
    pub bytes: u64,
    /// Where it came from: an address of the hub, or "a file".
    pub from: String,
    /// When, UTC, RFC 3339.
    pub added: String,
    /// Whether its digest was accepted on its first download or when it was added, and is kept.
    pub is_pinned: bool,
}

/// A model to hand to a worker.
#[derive(Debug)]
pub struct Model {
    /// Open for reading, at its beginning.
    pub file: File,
    /// Which it was found to have.
    pub digest: Digest,
    /// Its size.
    pub bytes: u64,
}

/// What a check of a file found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is what was stored.
    Good,
    /// It is something else.
    Differs(Digest),
    /// It is not there.
    Gone,
}

/// How far a step is that takes a while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Copying a file into the store: bytes so far, of all.
    Copying(u64, u64),
    /// Reading a file again to know its digest.
    Checking(u64, u64),
    /// Downloading.
    Loading(u64, u64),
    /// The connection broke, or the hub was silent; it is tried again.
    Again,
}

/// Who wants to know how far a step is.
pub type Watch<'w> = &'w mut dyn FnMut(Step);

impl Store {
    /// The store in this folder. Nothing is made before something is added.
    #[must_use]
    pub fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    /// What is here, by name.
    ///
    /// # Errors
    /// Where the folder is not ours or the index is not one.
    pub fn list(&self) -> Result<Vec<Installed>, StoreError> {
        let Some(folder) = Folder::open(&self.path)? else {
            return Ok(Vec::new());
        };
        let index = Index::load(&folder)?;
        let mut models: Vec<Installed> = index.models.iter().map(|row| installed(&index, row)).collect();
        models.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(models)
    }

    /// The number and size of whole files that no name stands for: what a crash at the wrong moment can leave. Adding or pulling the same
    /// model again takes them up.
    ///
    /// # Errors
    /// As [`Store::list`].
    pub fn unnamed(&self) -> Result<(usize, u64), StoreError> {
        let Some(folder) = Folder::open(&self.path)? else {
            return Ok((0, 0));
        };
        let index = Index::load(&folder)?;
        let (mut count, mut bytes) = (0_usize, 0_u64);
        for name in folder.names()? {
            let digest = name
                .strip_suffix(".gguf")
                .and_then(|digits| Digest::parse(digits).ok());
            if digest.is_some_and(|digest| !index.has(digest)) {
                count = count.saturating_add(1);
                let size = folder.read(&name).and_then(|file| file.metadata());
                bytes = bytes.saturating_add(size.map_or(0, |found| found.len()));
            }
        }
        Ok((count, bytes))
    }

    /// Bytes of a download of this name that was begun and not finished.
    ///
    /// # Errors
    /// Where the folder is not ours.
    pub fn begun(&self, name: &Name) -> Result<Option<u64>, StoreError> {
        Ok(Folder::open(&self.path)?.and_then(|folder| self.part_bytes(&folder, name)))
    }

    /// The digest that a model of this name has to have: of the catalogue, or kept since its first download.
    ///
    /// # Errors
    /// As [`Store::list`].
    pub fn expected(&self, name: &Name) -> Result<Option<Digest>, StoreError> {
        if let Some(digest) = catalogue::find(name).and_then(Entry::digest) {
            return Ok(Some(digest));
        }
        let Some(folder) = Folder::open(&self.path)? else {
            return Ok(None);
        };
        Ok(Index::load(&folder)?.pin(name))
    }

    /// Copies a file into the store and gives it a name: the one wanted, else the catalogue's for this digest, else one made of the file's.
    /// Where the file system can share blocks (btrfs, XFS) the copy takes no room. It is never a hard link, since a change of the original
    /// would change the model.
    ///
    /// # Errors
    /// Where it is no GGUF file, there is no room, the name is taken, or the catalogue means another file by it.
    pub fn add(&self, file: &Path, name: Option<&Name>, watch: Watch<'_>) -> Result<Installed, StoreError> {
        let mut source = ordinary(file)?;
        let bytes = source.metadata().map_err(StoreError::File)?.len();
        begins_as_gguf(&mut source)
            .map_err(StoreError::File)?
            .ok_or(StoreError::NotGguf)?;
        let folder = Folder::make(&self.path)?;
        let incoming = Incoming::new(&folder)?;
        let copied = incoming.fill(&mut source, bytes, watch)?;
        let entry = catalogue::find_by_digest(copied.digest);
        let name = match (name, entry) {
            (Some(name), _) => name.clone(),
            (None, Some(entry)) => Name::parse(entry.name)?,
            (None, None) => Name::of_file(&file.file_stem().unwrap_or_default().to_string_lossy())?,
        };
        self.keep(&folder, &incoming.name, &incoming.file, &name, copied, "a file")
    }

    /// Takes a name away, and its file where no other name means it. With `forget`, also the digest that was kept since the first
    /// download, so that the next one may bring another.
    ///
    /// # Errors
    /// [`StoreError::NotInstalled`] where there is nothing of the kind.
    pub fn remove(&self, name: &Name, forget: bool) -> Result<u64, StoreError> {
        let folder = Folder::open(&self.path)?.ok_or(StoreError::NotInstalled)?;
        let _lock = lock(&folder)?;
        let mut index = Index::load(&folder)?;
        let row = index.row(name).cloned();
        let is_pinned = index.pin(name).is_some();
        let part = self.part_bytes(&folder, name);
        if row.is_none() && part.is_none() && !(forget && is_pinned) {
            return Err(StoreError::NotInstalled);
        }
        index.models.retain(|row| row.name != *name);
        if forget {
            index.pins.retain(|pin| pin.name != *name);
        }
        // The index first: a name without its file would be an error to whoever opens it.
        index.save(&folder)?;
        let mut freed = self.discard_part(&folder, name)?;
        if let Some(row) = row.filter(|row| !index.has(row.sha256)) {
            folder.remove(&blob(row.sha256))?;
            freed = freed.saturating_add(row.bytes);
        }
        Ok(freed)
    }

    /// Reads the file of a model and compares its digest, whatever was found before.
    ///
    /// # Errors
    /// Where there is no such name or the disk fails. Another digest is no error, but an answer.
    pub fn verify(&self, name: &Name, watch: Watch<'_>) -> Result<Verdict, StoreError> {
        let folder = Folder::open(&self.path)?.ok_or(StoreError::NotInstalled)?;
        let index = Index::load(&folder)?;
        let row = index.row(name).ok_or(StoreError::NotInstalled)?;
        let mut file = match folder.read(&blob(row.sha256)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Verdict::Gone),
            Err(error) => return Err(StoreError::Io(error)),
        };
        let (found, fingerprint) = self.hash(&mut file, watch)?;
        let is_good = found == row.sha256;
        self.remember(&folder, row, fingerprint.filter(|_| is_good));
        Ok(if is_good {
            Verdict::Good
        } else {
            Verdict::Differs(found)
        })
    }

    /// Opens a model for a worker: read-only, and only if its file is what was stored and, for a name of the catalogue, what that means.
    ///
    /// The whole file is hashed, unless the kernel says that nothing about it has changed since it was last found right: same device,
    /// inode, size, time of modification and time of change. (A program of the same user that keeps the file open for writing could
    /// change it behind any check, hashed or not. The worker contains the model, it does not trust it.)
    ///
    /// # Errors
    /// [`StoreError::NotInstalled`], [`StoreError::Gone`], [`StoreError::Differs`], [`StoreError::NotTheOne`].
    pub fn open(&self, name: &Name, watch: Watch<'_>) -> Result<Model, StoreError> {
        let folder = Folder::open(&self.path)?.ok_or(StoreError::NotInstalled)?;
        let index = Index::load(&folder)?;
        let row = index.row(name).ok_or(StoreError::NotInstalled)?;
        is_the_one(&index, name, row.sha256)?;
        let mut file = match folder.read(&blob(row.sha256)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(StoreError::Gone),
            Err(error) => return Err(StoreError::Io(error)),
        };
        let now = Fingerprint::of(&file)?;
        if row.checked != Some(now) {
            let (found, fingerprint) = self.hash(&mut file, watch)?;
            if found != row.sha256 {
                self.remember(&folder, row, None);
                return Err(StoreError::Differs);
            }
            self.remember(&folder, row, fingerprint);
        }
        let bytes = file.metadata()?.len();
        if bytes != row.bytes {
            return Err(StoreError::Differs);
        }
        file.rewind()?;
        Ok(Model {
            file,
            digest: row.sha256,
            bytes,
        })
    }

    /// Digest of a whole file, and its fingerprint where that stands for what was read.
    fn hash(&self, file: &mut File, watch: Watch<'_>) -> Result<(Digest, Option<Fingerprint>), StoreError> {
        let before = Fingerprint::of(file)?;
        let bytes = file.metadata()?.len();
        file.rewind()?;
        let found = Digest::of(file, &mut |done| watch(Step::Checking(done, bytes)))?;
        let after = Fingerprint::of(file)?;
        let now = jiff::Timestamp::now().as_second();
        let stands = before == after && before.has_settled(now);
        Ok((found, stands.then_some(after)))
    }

    /// Keeps what a check found. That this fails costs the next check its time, nothing else.
    fn remember(&self, folder: &Folder, row: &Row, checked: Option<Fingerprint>) {
        if row.checked == checked {
            return;
        }
        let keep = || -> Result<(), StoreError> {
            let _lock = lock(folder)?;
            let mut index = Index::load(folder)?;
            let found = index
                .row_mut(&row.name)
                .filter(|found| found.sha256 == row.sha256);
            if let Some(found) = found {
                found.checked = checked;
                index.save(folder)?;
            }
            Ok(())
        };
        let _ = keep();
    }

    /// Puts a whole file in its place, and its name into the index.
    fn keep(
        &self,
        folder: &Folder,
        part: &str,
        file: &File,
        name: &Name,
        whole: Whole,
        from: &str,
    ) -> Result<Installed, StoreError> {
        let _lock = lock(folder)?;
        let mut index = Index::load(folder)?;
        is_the_one(&index, name, whole.digest)?;
        if index.row(name).is_some_and(|row| row.sha256 != whole.digest) {
            return Err(StoreError::Taken);
        }
        if index.row(name).is_none() && index.models.len() >= MAX_MODELS {
            return Err(StoreError::TooMany);
        }
        // On the disk before it has the name that says it is whole; nobody writes to it from here on.
        rustix::fs::fchmod(file, Mode::RUSR).map_err(io::Error::from)?;
        file.sync_all()?;
        folder.rename(part, &blob(whole.digest))?;
        self.name(folder, &mut index, name, whole, from)
    }

    /// Gives a name to a file that is in its place. The caller holds the lock.
    fn name(
        &self,
        folder: &Folder,
        index: &mut Index,
        name: &Name,
        whole: Whole,
        from: &str,
    ) -> Result<Installed, StoreError> {
        let is_known = catalogue::find(name).is_some_and(|entry| entry.digest().is_some());
        let is_in_catalogue = catalogue::find(name).is_some();
        if is_in_catalogue && !is_known && index.pin(name).is_none() && index.pins.len() < MAX_MODELS {
            index.pins.push(Pin {
                name: name.clone(),
                sha256: whole.digest,
            });
        }
        index.models.retain(|row| row.name != *name);
        let row = Row {
            name: name.clone(),
            sha256: whole.digest,
            bytes: whole.bytes,
            from: note(from),
            added: jiff::Timestamp::from_second(jiff::Timestamp::now().as_second())
                .unwrap_or_default()
                .to_string(),
            checked: None,
        };
        let found = installed(index, &row);
        index.models.push(row);
        index.save(folder)?;
        Ok(found)
    }

    /// Where a whole file of this digest is here already and is right, it gets this name too.
    pub(crate) fn take_up(
        &self,
        digest: Digest,
        name: &Name,
        from: &str,
        watch: Watch<'_>,
    ) -> Result<Option<Installed>, StoreError> {
        let Some(folder) = Folder::open(&self.path)? else {
            return Ok(None);
        };
        let Ok(mut file) = folder.read(&blob(digest)) else {
            return Ok(None);
        };
        if self.hash(&mut file, watch)?.0 != digest {
            return Ok(None);
        }
        let whole = Whole {
            digest,
            bytes: file.metadata()?.len(),
        };
        let _lock = lock(&folder)?;
        let mut index = Index::load(&folder)?;
        is_the_one(&index, name, digest)?;
        if index.row(name).is_some_and(|row| row.sha256 == digest) {
            let row = index.row(name).cloned();
            return Ok(row.map(|row| installed(&index, &row)));
        }
        self.name(&folder, &mut index, name, whole, from).map(Some)
    }

    /// The digest under which a name is in the index.
    pub(crate) fn digest_of(&self, name: &Name) -> Result<Option<Digest>, StoreError> {
        let Some(folder) = Folder::open(&self.path)? else {
            return Ok(None);
        };
        Ok(Index::load(&folder)?.row(name).map(|row| row.sha256))
    }
}

/// A whole file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Whole {
    pub(crate) digest: Digest,
    pub(crate) bytes: u64,
}

fn installed(index: &Index, row: &Row) -> Installed {
    Installed {
        name: row.name.clone(),
        digest: row.sha256,
        bytes: row.bytes,
        from: row.from.clone(),
        added: row.added.clone(),
        is_pinned: index.pin(&row.name).is_some(),
    }
}

/// A name of the catalogue means one digest: its own, or the one kept since the first download.
fn is_the_one(index: &Index, name: &Name, found: Digest) -> Result<(), StoreError> {
    let expected = catalogue::find(name)
        .and_then(Entry::digest)
        .or_else(|| index.pin(name));
    match expected {
        Some(expected) if expected != found => Err(StoreError::NotTheOne { found, expected }),
        _ => Ok(()),
    }
}

/// The name of a file in the store.
fn blob(digest: Digest) -> String {
    format!("{digest}.gguf")
}

/// Waits for the store, which is held for a moment only.
fn lock(folder: &Folder) -> Result<File, StoreError> {
    let file = folder.lock_file(LOCK)?;
    file.lock()?;
    Ok(file)
}

fn room(folder: &Folder, bytes: u64) -> Result<(), StoreError> {
    let (need, free) = (bytes.saturating_add(DISK_RESERVE), folder.free()?);
    if need > free {
        Err(StoreError::NoRoom { need, free })
    } else {
        Ok(())
    }
}

/// Whether it begins as a GGUF file; it is read from the beginning afterwards. Nothing more of a model is looked at outside the worker.
fn begins_as_gguf(file: &mut File) -> io::Result<Option<()>> {
    let mut magic = Vec::new();
    file.rewind()?;
    io::Read::read_to_end(&mut io::Read::take(&mut *file, MAGIC.len() as u64), &mut magic)?;
    file.rewind()?;
    Ok((magic == MAGIC).then_some(()))
}
