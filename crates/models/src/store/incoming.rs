//! A file of this machine on its way into the store.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::OFlags;

use super::folder::{Folder, try_lock};
use super::{Step, StoreError, Watch, Whole, lock, room};
use crate::Digest;
use crate::digest::PIECE;

/// Copies of this process so far.
static COUNT: AtomicU64 = AtomicU64::new(0);

/// A copy on its way in. What is left of it goes when this is dropped, and what a killed process left goes at the next copy.
pub(super) struct Incoming<'f> {
    folder: &'f Folder,
    pub(super) name: String,
    pub(super) file: File,
}

impl<'f> Incoming<'f> {
    pub(super) fn new(folder: &'f Folder) -> Result<Self, StoreError> {
        let _lock = lock(folder)?;
        for left in folder.names()?.iter().filter(|name| name.starts_with('+')) {
            let file = folder.read_and_write(left);
            if file.is_ok_and(|file| try_lock(&file).unwrap_or(false)) {
                folder.remove(left)?;
            }
        }
        // No name of a model begins with a plus.
        let name = format!(
            "+{}-{}.part",
            std::process::id(),
            COUNT.fetch_add(1, Ordering::Relaxed)
        );
        let file = folder.create(&name).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => StoreError::Busy,
            _ => StoreError::from(error),
        })?;
        let is_ours = try_lock(&file)?;
        let incoming = Self { folder, name, file };
        if is_ours {
            Ok(incoming)
        } else {
            Err(StoreError::Busy)
        }
    }

    pub(super) fn fill(&self, source: &mut File, bytes: u64, watch: Watch<'_>) -> Result<Whole, StoreError> {
        if !self.share(source) {
            room(self.folder, bytes)?;
            let mut to = &self.file;
            let mut done = 0_u64;
            let mut buffer = vec![0; PIECE];
            loop {
                let count = source.read(&mut buffer).map_err(StoreError::File)?;
                let Some(piece) = buffer.get(..count).filter(|piece| !piece.is_empty()) else {
                    break;
                };
                to.write_all(piece)?;
                done = done.saturating_add(count as u64);
                watch(Step::Copying(done, bytes.max(done)));
            }
        }
        self.measure(watch)
    }

    /// Shares the blocks of the file, where the file system does that.
    fn share(&self, source: &File) -> bool {
        rustix::fs::ioctl_ficlone(&self.file, source).is_ok()
    }

    /// What we have, read from our own file: the original may have changed meanwhile.
    fn measure(&self, watch: Watch<'_>) -> Result<Whole, StoreError> {
        let mut file = &self.file;
        let size = file.metadata()?.len();
        file.rewind()?;
        let digest = Digest::of(&mut file, &mut |done| watch(Step::Checking(done, size)))?;
        let bytes = file.metadata()?.len();
        Ok(Whole { digest, bytes })
    }
}

impl Drop for Incoming<'_> {
    fn drop(&mut self) {
        // After it was renamed the name is gone, and this does nothing.
        if self.folder.is_still(&self.name, &self.file) {
            let _ = self.folder.remove(&self.name);
        }
    }
}

/// Opens a file that a person named: an ordinary one, through links, since the name is theirs.
pub(super) fn ordinary(path: &Path) -> Result<File, StoreError> {
    let file = File::options()
        .read(true)
        .custom_flags(i32::try_from(OFlags::NONBLOCK.bits()).unwrap_or_default())
        .open(path)
        .map_err(StoreError::File)?;
    if file.metadata().map_err(StoreError::File)?.is_file() {
        Ok(file)
    } else {
        Err(StoreError::NotOrdinary)
    }
}
