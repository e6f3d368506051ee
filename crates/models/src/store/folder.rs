//! The folder of the store, held open: every file is reached relative to it, by a bare name, and never through a link.

use std::fs::{DirBuilder, File};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::Path;

use rustix::fs::{AtFlags, Dir, FlockOperation, Mode, OFlags};

use super::StoreError;

/// For the person alone.
const PRIVATE_FOLDER: Mode = Mode::RWXU;
const PRIVATE_FILE: Mode = Mode::RUSR.union(Mode::WUSR);
/// What others of the group and the world may do.
const OTHERS_MAY_WRITE: u32 = 0o022;
const OTHERS_MAY_ANYTHING: u32 = 0o077;

/// An open folder that belongs to this user, and in which nobody else may write.
pub(crate) struct Folder(OwnedFd);

impl Folder {
    /// Makes it, with those around it, where it is not there yet.
    pub(crate) fn make(path: &Path) -> Result<Self, StoreError> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(StoreError::Folder)?;
        let folder = Self::open(path)?.ok_or_else(|| StoreError::Folder(io::ErrorKind::NotFound.into()))?;
        if folder.mode()? & OTHERS_MAY_ANYTHING != 0 {
            rustix::fs::fchmod(&folder.0, PRIVATE_FOLDER)
                .map_err(|error| StoreError::Folder(error.into()))?;
        }
        Ok(folder)
    }

    /// Opens it where it is there.
    pub(crate) fn open(path: &Path) -> Result<Option<Self>, StoreError> {
        let flags = OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::RDONLY;
        let fd = match rustix::fs::open(path, flags, Mode::empty()) {
            Ok(fd) => fd,
            Err(rustix::io::Errno::NOENT) => return Ok(None),
            Err(error) => return Err(StoreError::Folder(error.into())),
        };
        let folder = Self(fd);
        let found = rustix::fs::fstat(&folder.0).map_err(|error| StoreError::Folder(error.into()))?;
        let is_ours = found.st_uid == rustix::process::geteuid().as_raw();
        if !is_ours || folder.mode()? & OTHERS_MAY_WRITE != 0 {
            return Err(StoreError::NotPrivate);
        }
        Ok(Some(folder))
    }

    fn mode(&self) -> Result<u32, StoreError> {
        rustix::fs::fstat(&self.0)
            .map(|found| found.st_mode)
            .map_err(|error| StoreError::Folder(error.into()))
    }

    /// Opens an ordinary file of this user to read it.
    pub(crate) fn read(&self, name: &str) -> io::Result<File> {
        // Not blocking: a pipe under this name would wait for somebody to write into it.
        self.ordinary(name, OFlags::RDONLY | OFlags::NONBLOCK, Mode::empty())
    }

    /// Opens an ordinary file of this user to read and write it.
    pub(crate) fn read_and_write(&self, name: &str) -> io::Result<File> {
        self.ordinary(name, OFlags::RDWR | OFlags::NONBLOCK, Mode::empty())
    }

    /// Makes a file that is not there yet.
    pub(crate) fn create(&self, name: &str) -> io::Result<File> {
        self.ordinary(name, OFlags::RDWR | OFlags::CREATE | OFlags::EXCL, PRIVATE_FILE)
    }

    /// Opens the file whose lock counts, and makes it first where it is missing.
    pub(crate) fn lock_file(&self, name: &str) -> io::Result<File> {
        self.ordinary(
            name,
            OFlags::RDWR | OFlags::CREATE | OFlags::NONBLOCK,
            PRIVATE_FILE,
        )
    }

    fn ordinary(&self, name: &str, flags: OFlags, mode: Mode) -> io::Result<File> {
        let fd = rustix::fs::openat(&self.0, name, flags | OFlags::NOFOLLOW | OFlags::CLOEXEC, mode)?;
        let file = File::from(fd);
        let found = file.metadata()?;
        // Under a second name somebody else may hold what we are about to write.
        let is_ours = found.uid() == rustix::process::geteuid().as_raw() && found.nlink() <= 1;
        if found.is_file() && is_ours {
            Ok(file)
        } else {
            Err(io::ErrorKind::PermissionDenied.into())
        }
    }

    /// Whether the name still means this open file.
    pub(crate) fn is_still(&self, name: &str, file: &File) -> bool {
        let (Ok(named), Ok(open)) = (
            rustix::fs::statat(&self.0, name, AtFlags::SYMLINK_NOFOLLOW),
            rustix::fs::fstat(file),
        ) else {
            return false;
        };
        (named.st_dev, named.st_ino) == (open.st_dev, open.st_ino)
    }

    /// Gives a file another name, in place of what has it now, and sees to it that this is on the disk.
    pub(crate) fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        rustix::fs::renameat(&self.0, from, &self.0, to)?;
        self.sync()
    }

    /// Takes a file away. That it is not there is fine.
    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        match rustix::fs::unlinkat(&self.0, name, AtFlags::empty()) {
            Ok(()) => self.sync(),
            Err(rustix::io::Errno::NOENT) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn sync(&self) -> io::Result<()> {
        Ok(rustix::fs::fsync(&self.0)?)
    }

    /// The bytes that this user can still write here.
    pub(crate) fn free(&self) -> io::Result<u64> {
        let found = rustix::fs::fstatvfs(&self.0)?;
        Ok(found.f_bavail.saturating_mul(found.f_frsize))
    }

    /// The names of what lies here, those that are no text left out.
    pub(crate) fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for found in Dir::read_from(&self.0)? {
            if let Ok(name) = found?.file_name().to_str() {
                names.push(name.to_owned());
            }
        }
        Ok(names)
    }
}

/// Takes a file for this process alone, without waiting. The lock goes with the file, also when the process is killed.
pub(crate) fn try_lock(file: &File) -> io::Result<bool> {
    match rustix::fs::flock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
