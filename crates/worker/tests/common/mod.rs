//! What the tests share.
#![allow(dead_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use assistant::{Message, Task, Transcript};
use worker::{Cancel, Limits, Program, WorkerError};

/// A file name of its own in the temporary directory, and whatever is there is removed at the end.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("snug-worker-test-{}-{name}", std::process::id()));
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

pub(crate) fn fixture() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_worker-fixture"))
}

/// The honest program.
pub(crate) fn honest() -> Program {
    Program::at(fixture())
}

/// One that misbehaves.
pub(crate) fn bad(part: &str) -> Program {
    honest().with_arguments([part])
}

pub(crate) fn task(text: &str) -> Task {
    let message = Message {
        n: 1,
        at: Default::default(),
        author: Some(0),
        text: text.into(),
    };
    let transcript = Transcript {
        authors: vec!["Ada".into()],
        messages: vec![message],
        ..Transcript::default()
    };
    Task::KeyMessages { transcript, items: 3 }
}

pub(crate) fn limits(millis: u64) -> Limits {
    Limits {
        deadline: Duration::from_millis(millis),
    }
}

/// Long enough for anything but a hang, on a busy machine.
pub(crate) fn patient() -> Limits {
    limits(60_000)
}

pub(crate) fn error_of(program: &Program, task: &Task, limits: &Limits) -> WorkerError {
    match worker::answer(program, task, limits, &Cancel::new()) {
        Ok(_) => panic!("there is an answer"),
        Err(error) => error,
    }
}

/// Runs the fixture in a part of a parent.
pub(crate) fn play(arguments: &[&str]) -> Output {
    Command::new(fixture()).args(arguments).output().unwrap()
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Waits for something that has to come.
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let give_up = Instant::now() + Duration::from_secs(60);
    while Instant::now() < give_up {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    panic!("never: {what}");
}

/// Runs the fixture as somebody without rights. Only the administrator can try that; for everybody else the other
/// tests are this test.
pub(crate) fn as_nobody(arguments: &[&str]) -> Option<Output> {
    use std::os::unix::fs::PermissionsExt;
    use std::os::unix::process::CommandExt;
    // Who owns our own directory in /proc is who we are.
    let administrator = std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").ok()?) == 0;
    if !administrator {
        eprintln!("skipped: only the administrator can become somebody else");
        return None;
    }
    let copy = Scratch::new(arguments.concat().as_str());
    // Another process copies: a file that this one has open for writing, and forks with, cannot be run.
    assert!(
        Command::new("cp")
            .arg(fixture())
            .arg(&copy.0)
            .status()
            .unwrap()
            .success()
    );
    std::fs::set_permissions(&copy.0, std::fs::Permissions::from_mode(0o755)).unwrap();
    Some(
        Command::new(&copy.0)
            .args(arguments)
            .env_clear()
            .uid(65_534)
            .gid(65_534)
            .output()
            .unwrap(),
    )
}
