//! Runs the program as a person would, and keeps what it said.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The chat that comes with the repository, and who reads it.
pub(crate) const FLATSHARE: &str = "sets/flatshare/chat.txt";

/// What a run said, and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Said {
    fn of(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The output of a run that went well, as one JSON value.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        serde_json::from_str(&self.out).unwrap()
    }

    /// The output of a run that went well, as one JSON value a line.
    pub(crate) fn rows(&self) -> Vec<Value> {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// A run that refused: its exit code, a message for the person, and nothing that looks like an answer.
    pub(crate) fn refused(&self, code: i32) -> &Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.out, "", "{self:?}");
        assert!(self.err.trim().len() > 10, "{self:?}");
        assert!(!self.err.contains("panicked"), "{self:?}");
        self
    }
}

/// The root of the workspace: the tests run there, as a person who has cloned it does.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// The program with these words, without the colours that this terminal may have.
pub(crate) fn snug<S: AsRef<std::ffi::OsStr>>(words: &[S]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_snug"));
    command.args(words).current_dir(root()).stdin(Stdio::null());
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command
}

/// Runs the program with these words.
pub(crate) fn run<S: AsRef<std::ffi::OsStr>>(words: &[S]) -> Said {
    finish(&mut snug(words))
}

/// Runs a prepared command.
pub(crate) fn finish(command: &mut Command) -> Said {
    Said::of(command.output().unwrap())
}

/// Runs the program with an output that nobody reads: its other end is closed before the program starts.
pub(crate) fn run_unread<S: AsRef<std::ffi::OsStr>>(words: &[S]) -> Said {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = snug(words);
    let child = command.stdout(writer).stderr(Stdio::piped()).spawn().unwrap();
    Said::of(child.wait_with_output().unwrap())
}

/// A file of this test, in the folder that Cargo keeps for tests.
pub(crate) fn file(name: &str, content: impl AsRef<[u8]>) -> String {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(env!("CARGO_CRATE_NAME"));
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, content).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Files that are no export, each under a name of this test: empty, blank, random bytes, plain prose, a picture, a
/// folder, and none at all.
pub(crate) fn unreadable() -> Vec<String> {
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0";
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    vec![
        file("empty.txt", ""),
        file("blank.txt", "\n\n   \n"),
        file("random.txt", random_bytes(50_000)),
        file("prose.txt", "Dear MARIGOLD, nothing here is a chat.\n".repeat(20)),
        file("object.json", "{\"MARIGOLD\": [1, 2, {\"x\": null}]}"),
        file("picture.png", picture),
        folder.to_str().unwrap().to_owned(),
        folder.join("there-is-no-such-file").to_str().unwrap().to_owned(),
    ]
}

fn random_bytes(count: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..count).map(|_| next()).collect()
}

/// The export of a whole Telegram account with two chats.
pub(crate) const TWO_CHATS: &str = r#"{
 "about": "x",
 "personal_information": {"user_id": 42, "first_name": "Ana", "last_name": "Lee", "phone_number": "+00", "bio": ""},
 "chats": {"about": "x", "list": [
  {"name": "Book Club", "type": "private_group", "id": 1, "messages": [
   {"id": 1, "type": "message", "date": "2026-03-02T10:00:00", "from": "Ana Lee", "from_id": "user42", "text": "hello"},
   {"id": 2, "type": "message", "date": "2026-03-02T10:01:00", "from": "Otis", "from_id": "user7", "text": "Ana, can you bring the books on Friday?"}
  ]},
  {"name": "Allotment", "type": "private_group", "id": 2, "messages": [
   {"id": 3, "type": "message", "date": "2026-03-03T10:00:00", "from": "Wren", "from_id": "user8", "text": "The water is off until Tuesday"}
  ]}
 ]}
}"#;
