//! The process that makes one attempt.
//!
//! It says hello, then a mark, then makes the attempt, then says what came of it. Whatever ends it behind the mark
//! ended it at the attempt.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::process::parent_id;
use std::path::{Component, Path};
use std::sync::{Arc, Barrier};

use super::props::{Briefing, LANDED, LANDED_WORD, Ready, make, prepare};
use super::scene::SCENERY;
use super::step::How;
use super::table;
use crate::LayerReport;
use crate::error::exit;
use crate::system::child::{end_quietly_on_panic, pipe, require_pipes, say_hello};
use crate::system::lockdown::{Filter, lock_down, lock_down_with};
use crate::system::profile::Profile;
use crate::system::sys;

/// Stands between the hello and the attempt.
pub(super) const MARK: u8 = b'?';

/// How the process is confined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Confinement {
    /// As a worker is.
    Worker,
    /// As a worker with a model is, by whose first thread the attempt is made.
    ModelWorker,
    /// The same, by a thread that was there before the filter closed.
    ModelThread,
    /// As a worker is, but without the filter.
    OnlyBehind,
    /// Not at all.
    None,
}

impl Confinement {
    pub(super) const ALL: [Self; 5] = [
        Self::Worker,
        Self::ModelWorker,
        Self::ModelThread,
        Self::OnlyBehind,
        Self::None,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Worker => "worker",
            Self::ModelWorker => "model",
            Self::ModelThread => "thread",
            Self::OnlyBehind => "behind",
            Self::None => "none",
        }
    }

    fn named(word: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|confinement| confinement.word() == word)
    }

    /// Whether there is a whole wall.
    pub(super) fn is_walled(self) -> bool {
        matches!(self, Self::Worker | Self::ModelWorker | Self::ModelThread)
    }

    fn enter(self) -> LayerReport {
        match self {
            Self::Worker => lock_down(&Profile::WITHOUT_MODEL, Filter::Closed),
            Self::ModelWorker | Self::ModelThread => lock_down(&Profile::WITH_MODEL, Filter::Closed),
            Self::OnlyBehind => lock_down(&Profile::WITHOUT_MODEL, Filter::LeftOpen),
            Self::None => LayerReport::default(),
        }
    }
}

/// Makes the attempt that the arguments name, and ends.
pub(crate) fn act<A: Iterator<Item = OsString>>(mut arguments: A) -> ! {
    let first = arguments.next().unwrap_or_default();
    if first == LANDED_WORD {
        sys::exit(LANDED);
    }
    require_pipes();
    end_quietly_on_panic();
    match read(&first, arguments) {
        Some((how, confinement, briefing)) => attempt(how, confinement, &briefing),
        None => sys::exit(exit::MISUSED),
    }
}

fn read(
    id: &OsString,
    mut arguments: impl Iterator<Item = OsString>,
) -> Option<(How, Confinement, Briefing)> {
    let row = table::find(id)?;
    let confinement = Confinement::named(arguments.next()?.to_str()?)?;
    let parent = arguments.next()?.to_str()?.parse().ok()?;
    let parent_bytes = arguments.next()?.to_str()?.parse().ok()?;
    let (directory, home) = (arguments.next()?, arguments.next()?);
    if !is_ours(parent, &directory) {
        return None;
    }
    Some((
        row.how,
        confinement,
        Briefing {
            parent,
            parent_bytes,
            directory,
            home,
        },
    ))
}

/// Attempts are made for whoever prepared them: our own parent, in the directory that it made. Typed by hand with other
/// values they do nothing.
fn is_ours(parent: libc::pid_t, directory: &OsStr) -> bool {
    let prepared = |part: Component<'_>| {
        part.as_os_str()
            .as_encoded_bytes()
            .starts_with(SCENERY.as_bytes())
    };
    parent > 1 && u32::try_from(parent) == Ok(parent_id()) && Path::new(directory).components().any(prepared)
}

fn attempt(how: How, confinement: Confinement, briefing: &Briefing) -> ! {
    let calls = match how {
        How::Calls(calls) => prepare(calls, briefing),
        How::Code(_) => Vec::new(),
    };
    if confinement == Confinement::ModelThread {
        in_a_thread(how, calls);
    }
    say_hello(&confinement.enter());
    say_what_comes_of(how, &calls)
}

fn say_what_comes_of(how: How, calls: &[Ready]) -> ! {
    say(&[MARK]);
    let returned = match how {
        How::Calls(_) => make(calls),
        How::Code(code) => code(),
    };
    say(&returned.to_le_bytes());
    sys::exit(0)
}

/// The thread runs before the filter closes, and tries behind it.
fn in_a_thread(how: How, calls: Vec<Ready>) -> ! {
    let runs = Arc::new(Barrier::new(2));
    let go = Arc::new(Barrier::new(2));
    let report = lock_down_with(&Profile::WITH_MODEL, Filter::Closed, || {
        let (other_runs, other_go) = (Arc::clone(&runs), Arc::clone(&go));
        std::thread::spawn(move || {
            other_runs.wait();
            other_go.wait();
            say_what_comes_of(how, &calls)
        });
        runs.wait();
    });
    say_hello(&report);
    go.wait();
    loop {
        std::thread::park();
    }
}

fn say(bytes: &[u8]) {
    if pipe(1).write_all(bytes).is_err() {
        sys::exit(exit::BROKEN_PIPE);
    }
}
