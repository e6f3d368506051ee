//! The store and the download against files, folders and hubs that mean no good.

mod hub;
mod lies;
mod pulls;
mod stores;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use self::hub::{AUTHORITY, Hub};
use crate::catalogue::{Entry, Expected, Size, Source};
use crate::pull::{Pulled, Roots, Settings, pull};
use crate::{Digest, Installed, Name, PullError, Store};

/// A file of the catalogue whose digest nobody knows before the first download.
pub(crate) const UNKNOWN: &str = "granite-4.0-micro";

/// A store in a folder of its own, which goes when this is dropped.
pub(crate) struct Place {
    _folder: tempfile::TempDir,
    pub(crate) path: PathBuf,
}

impl Place {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data/models");
        Self {
            _folder: folder,
            path,
        }
    }

    pub(crate) fn store(&self) -> Store {
        Store::at(&self.path)
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// The names of all that lies in the store, but for its lock.
    pub(crate) fn names(&self) -> Vec<String> {
        let Ok(found) = fs::read_dir(&self.path) else {
            return Vec::new();
        };
        let mut names: Vec<String> = found
            .map(|found| found.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "lock")
            .collect();
        names.sort();
        names
    }

    /// That the store holds no model, and nothing that could become one.
    pub(crate) fn holds_nothing(&self) {
        let left: Vec<String> = self
            .names()
            .into_iter()
            .filter(|name| name != "index.json")
            .collect();
        assert_eq!(left, [""; 0]);
        assert_eq!(self.store().list().unwrap(), []);
    }

    /// The bytes of a download so far.
    pub(crate) fn part(&self, entry: &Entry) -> u64 {
        fs::metadata(self.file(&format!("{}.part", entry.name))).map_or(0, |found| found.len())
    }
}

/// Bytes that begin as a model does.
pub(crate) fn model(bytes: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut model = b"GGUF".to_vec();
    while model.len() < bytes {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        model.extend(state.to_le_bytes());
    }
    model.truncate(bytes);
    model
}

pub(crate) fn digest(mut bytes: &[u8]) -> Digest {
    Digest::of(&mut bytes, &mut |_| ()).unwrap()
}

pub(crate) fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

/// A model of this digest and size that the hub has.
pub(crate) fn entry(bytes: &[u8]) -> Entry {
    let digits: &'static str = String::leak(digest(bytes).to_string());
    Entry {
        name: "small",
        title: "a model of the tests",
        file: "small.gguf",
        size: Size::Exactly(bytes.len() as u64),
        licence: "MIT",
        languages: &["en"],
        token_bytes: 1,
        expected: Expected::Seen(digits),
        source: Source::Hub {
            repository: "somebody/small",
            revision: "main",
        },
    }
}

/// The same, whose digest the catalogue does not know.
pub(crate) fn unknown(bytes: usize) -> Entry {
    Entry {
        name: UNKNOWN,
        size: Size::About(bytes as u64),
        expected: Expected::FirstDownload,
        ..entry(b"")
    }
}

/// As the program does it, but for who is believed and where the hub is.
pub(crate) fn settings(hub: &Hub) -> Settings {
    Settings {
        roots: Roots::default().with_pem(AUTHORITY).unwrap(),
        patience: Duration::from_secs(20),
        attempts: 1,
        pause: Duration::from_millis(5),
        hub: Some(hub.place),
    }
}

pub(crate) fn get(place: &Place, entry: &Entry, hub: &Hub) -> Result<Pulled, PullError> {
    pull(&place.store(), entry, &settings(hub), &mut |_| ())
}

/// What came, byte for byte, and nothing beside it.
pub(crate) fn is_there(place: &Place, entry: &Entry, bytes: &[u8]) -> Installed {
    let models = place.store().list().unwrap();
    let found = models
        .into_iter()
        .find(|model| model.name.as_str() == entry.name)
        .unwrap();
    assert_eq!((found.digest, found.bytes), (digest(bytes), bytes.len() as u64));
    let file = format!("{}.gguf", found.digest);
    assert!(fs::read(place.file(&file)).unwrap() == bytes, "other bytes");
    assert_eq!(place.names(), [file, "index.json".to_owned()]);
    found
}

pub(crate) fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// A file system of so many bytes on this folder, where the tests run as root.
pub(crate) struct Small(PathBuf);

impl Small {
    pub(crate) fn on(path: &Path, bytes: u64) -> Option<Self> {
        fs::create_dir_all(path).unwrap();
        let mounted = std::process::Command::new("mount")
            .args([
                "-t",
                "tmpfs",
                "-o",
                &format!("size={bytes},mode=700"),
                "snug-test",
            ])
            .arg(path)
            .status();
        if mounted.is_ok_and(|status| status.success()) {
            Some(Self(path.to_owned()))
        } else {
            println!("skipped: no small file system can be mounted here; run the tests as root");
            None
        }
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount")
            .arg("-l")
            .arg(&self.0)
            .status();
    }
}
