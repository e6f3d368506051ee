//! What has come of a download, and what it belongs to. It survives its process, and is gone on with.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::folder::{Folder, try_lock};
use super::{Installed, MAGIC, Step, Store, StoreError, Watch, Whole, begins_as_gguf, room};
use crate::digest::feed;
use crate::{Digest, Name};

/// The longest note beside a part, in bytes.
const MAX_META_BYTES: u64 = 8 << 10;

/// Which file a part is of. Written before its first byte.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Meta {
    /// The address that was asked first.
    pub(crate) from: String,
    /// The size of the whole.
    pub(crate) bytes: u64,
    /// The strong validator that the hub gave, if it did.
    pub(crate) etag: Option<String>,
    /// The digest that the hub states, if it does. Not believed: only a reason to refuse what differs.
    pub(crate) stated: Option<Digest>,
}

/// A part that this process alone fills.
pub(crate) struct Part {
    store: Store,
    folder: Folder,
    name: Name,
    file: File,
    hasher: Sha256,
    length: u64,
    meta: Option<Meta>,
}

impl Store {
    /// Takes the part of this name, or begins one. What cannot be gone on with is thrown away: another address, no note, a note that
    /// cannot be read, more bytes than the whole.
    ///
    /// `is_known` says that the digest of the whole is known, so that a damaged part will be found out.
    pub(crate) fn part(
        &self,
        name: &Name,
        from: &str,
        is_known: bool,
        watch: Watch<'_>,
    ) -> Result<Part, StoreError> {
        let folder = Folder::make(&self.path)?;
        let file = locked(&folder, name)?;
        let meta = read_meta(&folder, name).filter(|meta| meta.from == from);
        let mut part = Part {
            store: self.clone(),
            folder,
            name: name.clone(),
            file,
            hasher: Sha256::new(),
            length: 0,
            meta,
        };
        part.take_up(is_known, watch)?;
        Ok(part)
    }

    pub(super) fn part_bytes(&self, folder: &Folder, name: &Name) -> Option<u64> {
        let file = folder.read(&part_file(name)).ok()?;
        Some(file.metadata().ok()?.len())
    }

    /// Throws away what has come of a download. Gives its size.
    pub(super) fn discard_part(&self, folder: &Folder, name: &Name) -> Result<u64, StoreError> {
        let Some(bytes) = self.part_bytes(folder, name) else {
            folder.remove(&meta_file(name))?;
            return Ok(0);
        };
        let _held = locked(folder, name)?;
        folder.remove(&meta_file(name))?;
        folder.remove(&part_file(name))?;
        Ok(bytes)
    }
}

impl Part {
    /// Bytes that are here.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// What it is of, once the hub has said.
    pub(crate) fn meta(&self) -> Option<&Meta> {
        self.meta.as_ref()
    }

    /// Whether all of it is here.
    pub(crate) fn is_whole(&self) -> bool {
        self.meta.as_ref().is_some_and(|meta| meta.bytes == self.length)
    }

    /// Throws away what is here, and begins again with what the hub says now.
    pub(crate) fn begin(&mut self, meta: Meta) -> Result<(), StoreError> {
        self.empty()?;
        room(&self.folder, meta.bytes)?;
        let name = meta_file(&self.name);
        self.folder.remove(&name)?;
        let mut file = self.folder.create(&name)?;
        file.write_all(&serde_json::to_vec(&meta).map_err(io::Error::other)?)?;
        file.sync_all()?;
        self.meta = Some(meta);
        Ok(())
    }

    /// Throws away what is here.
    pub(crate) fn empty(&mut self) -> Result<(), StoreError> {
        self.folder.remove(&meta_file(&self.name))?;
        self.file.set_len(0)?;
        self.file.rewind()?;
        self.hasher = Sha256::new();
        self.length = 0;
        self.meta = None;
        Ok(())
    }

    /// Throws it away with its name.
    pub(crate) fn discard(mut self) -> Result<(), StoreError> {
        self.empty()?;
        Ok(self.folder.remove(&part_file(&self.name))?)
    }

    /// Appends what came. The caller sees to it that it is not more than the whole.
    pub(crate) fn append(&mut self, piece: &[u8]) -> Result<(), StoreError> {
        // Where a write fails half way, what is on the disk and what was hashed must stay the same.
        if let Err(error) = self.file.write_all(piece) {
            self.file.set_len(self.length)?;
            self.file.seek(SeekFrom::Start(self.length))?;
            return Err(error.into());
        }
        self.hasher.update(piece);
        self.length = self.length.saturating_add(piece.len() as u64);
        Ok(())
    }

    /// Whether there is room for what is still to come.
    pub(crate) fn room(&self) -> Result<(), StoreError> {
        let rest = self
            .meta
            .as_ref()
            .map_or(0, |meta| meta.bytes.saturating_sub(self.length));
        room(&self.folder, rest)
    }

    /// The digest of what is here.
    pub(crate) fn digest(&self) -> Digest {
        Digest::done(self.hasher.clone())
    }

    /// Whether it begins as a GGUF file does.
    pub(crate) fn is_gguf(&mut self) -> Result<bool, StoreError> {
        let begins = begins_as_gguf(&mut self.file)?.is_some();
        self.file.seek(SeekFrom::End(0))?;
        Ok(begins && self.length >= MAGIC.len() as u64)
    }

    /// Makes it the model of this name.
    pub(crate) fn keep(self) -> Result<Installed, StoreError> {
        let whole = Whole {
            digest: self.digest(),
            bytes: self.length,
        };
        let from = self.meta.as_ref().map_or("", |meta| &meta.from);
        let part = part_file(&self.name);
        let kept = self
            .store
            .keep(&self.folder, &part, &self.file, &self.name, whole, from)?;
        self.folder.remove(&meta_file(&self.name))?;
        Ok(kept)
    }

    /// Hashes what an earlier process left.
    fn take_up(&mut self, is_known: bool, watch: Watch<'_>) -> Result<(), StoreError> {
        let here = self.file.metadata()?.len();
        let Some(bytes) = self
            .meta
            .as_ref()
            .map(|meta| meta.bytes)
            .filter(|bytes| here <= *bytes)
        else {
            return self.empty();
        };
        // A machine that lost its power may have kept the length of a file and not its end. Where nobody but the hub will tell which
        // bytes are right, and it did not, they are asked for again.
        let is_told = self.meta.as_ref().is_some_and(|meta| meta.stated.is_some());
        if !is_told && !is_known {
            return self.empty();
        }
        self.file.rewind()?;
        let mut file = &self.file;
        self.length = feed(&mut self.hasher, &mut file, &mut |done| {
            if here > (64 << 20) {
                watch(Step::Checking(done, here));
            }
        })?;
        if self.length > bytes {
            return self.empty();
        }
        Ok(())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // A child that is just being started holds a copy of the descriptor until its `exec`, and with it the lock, unless it is let go.
        let _ = self.file.unlock();
    }
}

fn part_file(name: &Name) -> String {
    format!("{name}.part")
}

fn meta_file(name: &Name) -> String {
    format!("{name}.part.json")
}

/// The part's file, for this process alone.
fn locked(folder: &Folder, name: &Name) -> Result<File, StoreError> {
    let part = part_file(name);
    let file = folder.lock_file(&part)?;
    // The one who had it may have finished in between, and the name may mean nothing or another file now.
    if try_lock(&file)? && folder.is_still(&part, &file) {
        Ok(file)
    } else {
        Err(StoreError::Busy)
    }
}

fn read_meta(folder: &Folder, name: &Name) -> Option<Meta> {
    let file = folder.read(&meta_file(name)).ok()?;
    let mut bytes = Vec::new();
    file.take(MAX_META_BYTES.saturating_add(1))
        .read_to_end(&mut bytes)
        .ok()?;
    if bytes.len() as u64 > MAX_META_BYTES {
        return None;
    }
    serde_json::from_slice(&bytes).ok()
}
