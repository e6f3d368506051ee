//! The index: which name means which digest. A small file of JSON, read as strictly as if a stranger had written it.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::MetadataExt as _;

use serde::{Deserialize, Serialize};

use super::StoreError;
use super::folder::Folder;
use crate::{Digest, Name};

/// The longest index that is read, in bytes.
pub const MAX_INDEX_BYTES: u64 = 1 << 20;
/// The most names in it.
pub const MAX_MODELS: usize = 1000;
/// The longest note of where a model came from, in characters.
const MAX_FROM_CHARS: usize = 500;

const FILE: &str = "index.json";
const NEW: &str = "index.json.new";
const VERSION: u32 = 1;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Index {
    version: u32,
    pub(crate) models: Vec<Row>,
    /// Digests that were accepted on a first download. They outlive the model.
    pub(crate) pins: Vec<Pin>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Row {
    pub(crate) name: Name,
    pub(crate) sha256: Digest,
    pub(crate) bytes: u64,
    pub(crate) from: String,
    /// UTC, RFC 3339.
    pub(crate) added: String,
    /// The state of the file in which its digest was last found right.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) checked: Option<Fingerprint>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pin {
    pub(crate) name: Name,
    pub(crate) sha256: Digest,
}

/// What the kernel says of a file, without its content. A program of the same user can set the time of modification, but not the time of
/// change, short of setting the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fingerprint {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl Fingerprint {
    pub(crate) fn of(file: &File) -> io::Result<Self> {
        let found = file.metadata()?;
        Ok(Self {
            device: found.dev(),
            inode: found.ino(),
            bytes: found.len(),
            modified: (found.mtime(), found.mtime_nsec()),
            changed: (found.ctime(), found.ctime_nsec()),
        })
    }

    /// Whether the last change is so long ago that another one would have another time. File systems count in steps of up to a second.
    pub(crate) fn has_settled(&self, now_seconds: i64) -> bool {
        now_seconds.saturating_sub(self.changed.0) > 2
    }
}

impl Index {
    /// Reads it. Where there is none, it is empty.
    pub(crate) fn load(folder: &Folder) -> Result<Self, StoreError> {
        let file = match folder.read(FILE) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::empty()),
            // A link, a folder, a pipe, or somebody else's.
            Err(_) => return Err(StoreError::Index),
        };
        let mut bytes = Vec::new();
        file.take(MAX_INDEX_BYTES.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(StoreError::Io)?;
        Self::parse(&bytes)
    }

    fn parse(bytes: &[u8]) -> Result<Self, StoreError> {
        if bytes.len() as u64 > MAX_INDEX_BYTES {
            return Err(StoreError::Index);
        }
        let index: Self = serde_json::from_slice(bytes).map_err(|_| StoreError::Index)?;
        if index.holds() {
            Ok(index)
        } else {
            Err(StoreError::Index)
        }
    }

    /// What no index of ours breaks.
    fn holds(&self) -> bool {
        let is_once = |names: Vec<&Name>| {
            let count = names.len();
            count <= MAX_MODELS && names.into_iter().collect::<BTreeSet<_>>().len() == count
        };
        let is_tame = |row: &Row| {
            let is_short = row.from.chars().count() <= MAX_FROM_CHARS && row.added.len() <= 40;
            is_short
                && !row.from.chars().any(char::is_control)
                && row.added.parse::<jiff::Timestamp>().is_ok()
        };
        self.version == VERSION
            && is_once(self.models.iter().map(|row| &row.name).collect())
            && is_once(self.pins.iter().map(|pin| &pin.name).collect())
            && self.models.iter().all(is_tame)
    }

    /// Writes it beside, then puts it in place: whoever reads sees the old one or the new one. The caller holds the lock of the store.
    pub(crate) fn save(&self, folder: &Folder) -> io::Result<()> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        folder.remove(NEW)?;
        let mut file = folder.create(NEW)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        folder.rename(NEW, FILE)
    }

    pub(crate) fn row(&self, name: &Name) -> Option<&Row> {
        self.models.iter().find(|row| row.name == *name)
    }

    pub(crate) fn row_mut(&mut self, name: &Name) -> Option<&mut Row> {
        self.models.iter_mut().find(|row| row.name == *name)
    }

    pub(crate) fn pin(&self, name: &Name) -> Option<Digest> {
        let pin = self.pins.iter().find(|pin| pin.name == *name);
        pin.map(|pin| pin.sha256)
    }

    pub(crate) fn has(&self, digest: Digest) -> bool {
        self.models.iter().any(|row| row.sha256 == digest)
    }

    fn empty() -> Self {
        Self {
            version: VERSION,
            models: Vec::new(),
            pins: Vec::new(),
        }
    }
}

/// A note for the index: one line, not longer than the index takes.
pub(crate) fn note(from: &str) -> String {
    from.chars()
        .filter(|c| !c.is_control())
        .take(MAX_FROM_CHARS)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{Index, MAX_INDEX_BYTES, MAX_MODELS};

    const GOOD: &str = r#"{"version":1,"models":[{"name":"a","sha256":"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "bytes":3,"from":"a file","added":"2026-11-25T00:00:00Z"}],"pins":[]}"#;

    #[test]
    fn a_good_index_is_read() {
        assert_eq!(Index::parse(GOOD.as_bytes()).unwrap().models.len(), 1);
    }

    #[test]
    fn a_hostile_index_is_refused() {
        let change = |from: &str, to: &str| {
            assert!(GOOD.contains(from), "{from}");
            GOOD.replace(from, to)
        };
        let row = &GOOD[GOOD.find("{\"name\"").unwrap()..GOOD.find("],").unwrap()];
        let many: Vec<String> = (0..=MAX_MODELS)
            .map(|n| row.replace("\"a\"", &format!("\"m{n}\"")))
            .collect();
        let hostile = [
            change("\"a\"", "\"../../.ssh/id\""),
            change("\"a\"", "\"a/b\""),
            change("\"a\"", "\"\\u001b[2J\""),
            change("ba7816bf", "../../x/"),
            change("ba7816bf", "BA7816BF"),
            change("\"bytes\":3", "\"bytes\":-3"),
            change("\"bytes\":3", "\"bytes\":3.5"),
            change("\"bytes\":3", "\"bytes\":99999999999999999999999"),
            change("a file", "a\\nfile"),
            change("a file", &"x".repeat(501)),
            change("2026-11-25T00:00:00Z", "yesterday"),
            change("\"version\":1", "\"version\":2"),
            change("\"pins\":[]", "\"pins\":[],\"more\":1"),
            change("\"from\"", "\"path\":\"/etc/passwd\",\"from\""),
            change(row, &format!("{row},{row}")),
            change(row, &many.join(",")),
            format!("{GOOD} {}", " ".repeat(usize::try_from(MAX_INDEX_BYTES).unwrap())),
            format!("{GOOD}{GOOD}"),
            "[".repeat(100_000),
            String::new(),
        ];
        for text in &hostile {
            assert!(
                Index::parse(text.as_bytes()).is_err(),
                "{}",
                &text[..text.len().min(400)]
            );
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in any::<Vec<u8>>(), at in 0..GOOD.len(), byte in any::<u8>()) {
            let _ = Index::parse(&bytes);
            let mut changed = GOOD.as_bytes().to_vec();
            changed[at] = byte;
            if let Ok(index) = Index::parse(&changed) {
                assert!(index.holds());
            }
        }
    }
}
