//! Runs the program as a person would, and keeps what it said.
#![allow(dead_code, reason = "each test file uses its part")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

#[cfg(unix)]
pub(crate) mod somebody;
#[cfg(unix)]
pub(crate) mod window;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

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
    // Nothing of the person who runs the tests: no store, no passphrase, no home.
    for name in [
        "SNUG_STORE",
        "SNUG_PASSPHRASE_FILE",
        "SNUG_AUTHORITY",
        "SNUG_MODELS",
        "XDG_DATA_HOME",
    ] {
        command.env_remove(name);
    }
    // No window opens unless a test wants one.
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR"] {
        command.env_remove(name);
    }
    command.env("HOME", "/nonexistent").env("TZ", "UTC");
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

/// An empty folder of this test.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join(env!("CARGO_CRATE_NAME"))
        .join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A real `snug server` in a process of its own. It is ended when this is dropped.
pub(crate) struct Server {
    child: Child,
    database: PathBuf,
    pub(crate) address: String,
}

impl Server {
    pub(crate) fn start(folder: &Path) -> Self {
        Self::start_at(folder, "127.0.0.1:0")
    }

    fn start_at(folder: &Path, listen: &str) -> Self {
        Self::start_with(folder, &["--listen", listen])
    }

    /// With these words more.
    pub(crate) fn start_with(folder: &Path, words: &[&str]) -> Self {
        let database = folder.join("server.db");
        let store = ["server", "--store", database.to_str().unwrap()];
        let mut command = snug(&[&store, words].concat());
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.trim().strip_prefix("snug server listens on ");
        let address = address.unwrap_or_else(|| panic!("{line:?}")).to_owned();
        Self {
            child,
            database,
            address,
        }
    }

    /// Asks it to end, as `kill` does, and waits. Gives its exit code.
    pub(crate) fn stop(&mut self) -> Option<i32> {
        let pid = self.child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-TERM", &pid])
                .status()
                .unwrap()
                .success()
        );
        self.child.wait().unwrap().code()
    }

    /// Another one on the same database and port.
    pub(crate) fn start_again(&mut self) {
        *self = Self::start_at(self.database.parent().unwrap(), &self.address.clone());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Somebody with a store and a passphrase of their own.
pub(crate) struct Person {
    pub(crate) store: PathBuf,
    pub(crate) passphrase: PathBuf,
}

impl Person {
    /// A store in this folder, which is not made yet.
    pub(crate) fn new(folder: &Path, name: &str) -> Self {
        let passphrase = folder.join(format!("{name}.passphrase"));
        std::fs::write(&passphrase, format!("the words of {name}\n")).unwrap();
        Self {
            store: folder.join(name),
            passphrase,
        }
    }

    /// The same with an account.
    pub(crate) fn with_account(folder: &Path, name: &str, server: &Server) -> Self {
        let person = Self::new(folder, name);
        let made = person.does(&["account", "create", "--name", name, "--server", &server.address]);
        assert_eq!(made.code, Some(0), "{made:?}");
        person
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = snug(words);
        command
            .env("SNUG_STORE", &self.store)
            .env("SNUG_PASSPHRASE_FILE", &self.passphrase);
        command
    }

    /// Runs the program on this person's store.
    pub(crate) fn does(&self, words: &[&str]) -> Said {
        finish(&mut self.command(words))
    }

    /// The same, which has to go well without a word beside the answer.
    pub(crate) fn well(&self, words: &[&str]) -> String {
        let said = self.does(words);
        assert_eq!(
            (said.code, said.err.as_str()),
            (Some(0), ""),
            "{words:?}: {said:?}"
        );
        said.out
    }

    pub(crate) fn address(&self) -> String {
        let account = self.does(&["account", "show", "--json"]).json();
        account["address"].as_str().unwrap().to_owned()
    }

    /// What people wrote, as `(author, text)`, of the messages that this reading gives.
    pub(crate) fn reads(&self, words: &[&str]) -> Vec<(String, String)> {
        let words = [&["chat", "read"], words, &["--json"]].concat();
        let read = self.does(&words).json();
        let messages = read["messages"].as_array().unwrap().iter();
        messages
            .filter(|message| !message["author"].is_null())
            .map(|message| (text(&message["author"]), text(&message["text"])))
            .collect()
    }
}

pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

/// Two people in one chat, which both call "Flat 4B".
pub(crate) fn two_in_a_chat(folder: &Path, server: &Server) -> (Person, Person) {
    let priya = Person::with_account(folder, "Priya", server);
    let dex = Person::with_account(folder, "Dex", server);
    priya.well(&["chat", "new", "Flat 4B", &dex.address()]);
    dex.well(&["sync"]);
    dex.well(&["chat", "join", "flat"]);
    priya.well(&["sync"]);
    (priya, dex)
}
