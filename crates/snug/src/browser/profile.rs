//! The folder of a window's browser: new, empty, for nobody else, and gone afterwards.
//!
//! It lies below `$XDG_RUNTIME_DIR` where there is one: that is in memory, so what the browser writes never reaches a disk.
//! Beside each profile lies a file that is locked as long as Snug or the browser lives, however they end. What is not locked
//! was left behind by a run that was killed, and goes when the next window is opened.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Browser, find};
use crate::store::data_folder;

/// How the folders of windows begin.
const WINDOW: &str = "window-";
const LOCK: &str = "lock";

/// A profile that is deleted when this is dropped.
#[derive(Debug)]
pub(crate) struct Profile {
    window: PathBuf,
    folder: PathBuf,
    lock: File,
}

impl Profile {
    /// A new one below this folder, which is made where it is not there. What others left behind there goes.
    pub(super) fn new(below: &Path) -> io::Result<Self> {
        make_private(below)?;
        // Held while folders come and go, so that nobody takes one for left behind that is being made.
        let turn = open_lock(&below.join(LOCK))?;
        turn.lock()?;
        remove_left_behind(below)?;
        let window = make_window(below)?;
        let lock = open_lock(&window.join(LOCK))?;
        lock.try_lock().map_err(io::Error::from)?;
        let folder = window.join("profile");
        private().create(&folder)?;
        Ok(Self { window, folder, lock })
    }

    /// The folder for the browser.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// What holds the lock too, for the browser to inherit.
    pub(super) fn hold(&self) -> io::Result<OwnedFd> {
        Ok(rustix::io::dup(&self.lock)?)
    }
}

impl Drop for Profile {
    fn drop(&mut self) {
        // The browser's last processes may still be writing.
        for _ in 0..20 {
            match fs::remove_dir_all(&self.window) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                _ => return,
            }
        }
    }
}

/// Where the profiles of this browser may lie.
pub(super) fn place(browser: &Browser) -> io::Result<PathBuf> {
    let no_home = || io::Error::new(io::ErrorKind::NotFound, "there is no home folder here");
    if let Some(snap) = find::snap_of(&browser.path) {
        let home = std::env::var_os("HOME")
            .map(PathBuf::from)
            .filter(|home| home.is_absolute());
        return Ok(home
            .ok_or_else(no_home)?
            .join("snap")
            .join(snap)
            .join("common/snug"));
    }
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    if let Some(runtime) = runtime.filter(|folder| folder.is_absolute() && is_private(folder)) {
        return Ok(runtime.join("snug"));
    }
    data_folder("snug-windows").map_err(|_| no_home())
}

/// Ours, and for nobody else.
fn is_private(folder: &Path) -> bool {
    fs::symlink_metadata(folder).is_ok_and(|metadata| {
        metadata.is_dir()
            && metadata.uid() == rustix::process::geteuid().as_raw()
            && metadata.mode() & 0o077 == 0
    })
}

fn make_private(folder: &Path) -> io::Result<()> {
    private().recursive(true).create(folder)?;
    if is_private(folder) {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        "the folder for the browser's profile can be read by others",
    ))
}

fn private() -> DirBuilder {
    let mut builder = DirBuilder::new();
    builder.mode(0o700);
    builder
}

fn open_lock(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
}

fn make_window(below: &Path) -> io::Result<PathBuf> {
    for number in 1..=u8::MAX {
        let window = below.join(format!("{WINDOW}{}-{number}", std::process::id()));
        match private().create(&window) {
            Ok(()) => return Ok(window),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn remove_left_behind(below: &Path) -> io::Result<()> {
    for entry in fs::read_dir(below)? {
        let entry = entry?;
        let is_window =
            entry.file_name().to_string_lossy().starts_with(WINDOW) && entry.file_type()?.is_dir();
        if is_window && is_left_behind(&entry.path()) {
            // What cannot be removed today is tried again by the next window.
            let _ = fs::remove_dir_all(entry.path());
        }
    }
    Ok(())
}

/// Nobody holds its lock. One without a lock was broken off while it was made.
fn is_left_behind(window: &Path) -> bool {
    match OpenOptions::new().write(true).open(window.join(LOCK)) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}

#[cfg(test)]
mod tests {
    use super::Profile;
    use std::fs;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    use std::path::PathBuf;

    fn place(name: &str) -> PathBuf {
        let place = std::env::temp_dir().join(format!("snug-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&place);
        place
    }

    fn windows(place: &PathBuf) -> usize {
        let names = fs::read_dir(place)
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        names
            .filter(|name| name.to_str().unwrap().starts_with("window-"))
            .count()
    }

    #[test]
    fn a_profile_is_private_and_goes() {
        let place = place("profile");
        let profile = Profile::new(&place).unwrap();
        fs::write(profile.folder().join("History"), "something").unwrap();
        for folder in [&place, &profile.window, &profile.folder] {
            assert_eq!(folder.metadata().unwrap().mode() & 0o7777, 0o700, "{folder:?}");
        }
        drop(profile);
        assert_eq!(windows(&place), 0);
        fs::remove_dir_all(&place).unwrap();
    }

    #[test]
    fn what_a_killed_run_left_goes_and_what_is_used_stays() {
        let place = place("left");
        let used = Profile::new(&place).unwrap();
        // Of a run that was killed, whose browser lives on with the lock that it inherited.
        let left = place.join("window-1-1");
        fs::create_dir_all(left.join("profile/Default")).unwrap();
        let lock = fs::File::create(left.join("lock")).unwrap();
        lock.try_lock().unwrap();
        let inherited = rustix::io::dup(&lock).unwrap();
        drop(lock);
        let elsewhere = place.join("kept");
        fs::create_dir(&elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, place.join("window-link")).unwrap();
        fs::create_dir(place.join("window-broken-off")).unwrap();
        drop(Profile::new(&place).unwrap());
        assert!(left.exists() && used.folder.exists(), "in use");
        assert!(!place.join("window-broken-off").exists());
        assert!(elsewhere.exists() && place.join("window-link").is_symlink());
        drop(inherited);
        drop(Profile::new(&place).unwrap());
        assert!(!left.exists() && used.folder.exists());
        drop(used);
        fs::remove_dir_all(&place).unwrap();
    }

    #[test]
    fn a_folder_that_others_can_read_is_refused() {
        let place = place("open");
        fs::create_dir(&place).unwrap();
        fs::set_permissions(&place, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(Profile::new(&place).is_err());
        fs::set_permissions(&place, fs::Permissions::from_mode(0o700)).unwrap();
        assert!(Profile::new(&place).is_ok(), "control");
        fs::remove_dir_all(&place).unwrap();
    }
}
