//! What the tests share.
#![allow(
    dead_code,
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr
)]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::Duration;

use assistant::{Answer, Message, Task, Transcript};
use model::Settings;
use worker::{Cancel, Limits, ModelFile, Program, RunReport, WorkerError};

/// The real model, where it lies; says loudly where it does not.
pub(crate) fn stories() -> Option<PathBuf> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/models/stories260k/stories260K.f32.gguf");
    if path.is_file() {
        return Some(path);
    }
    eprintln!(
        "SKIPPED: {} is not there. It is karpathy/tinyllamas stories260K (MIT), converted to GGUF.",
        path.display()
    );
    None
}

/// The engine without the tasks of a chat, with a model and so many threads.
pub(crate) fn engine(model: &Path, threads: u16) -> Program {
    started(env!("CARGO_BIN_EXE_model-fixture"), model, threads)
}

/// The program that ships.
pub(crate) fn shipping(model: &Path, threads: u16) -> Program {
    started(env!("CARGO_BIN_EXE_snug-model"), model, threads)
}

fn started(program: &str, model: &Path, threads: u16) -> Program {
    let fit = model::Fit::check().unwrap();
    let file = ModelFile::new(File::open(model).unwrap()).unwrap();
    let settings = Settings::new(threads, 512).unwrap();
    model::program(fit, Path::new(program), file, settings)
}

pub(crate) fn messages(texts: &[&str]) -> Transcript {
    let message = |(n, text): (u32, &&str)| Message {
        n,
        at: Default::default(),
        author: Some(0),
        text: (*text).into(),
    };
    Transcript {
        authors: vec!["Ada".into()],
        messages: (1..).zip(texts).map(message).collect(),
        ..Transcript::default()
    }
}

pub(crate) fn task(texts: &[&str]) -> Task {
    Task::KeyMessages {
        transcript: messages(texts),
        items: 1,
    }
}

/// Long enough for anything but a hang, on a busy machine.
pub(crate) fn patient() -> Limits {
    Limits {
        deadline: Duration::from_secs(300),
    }
}

pub(crate) fn ask(program: &Program, task: &Task) -> Result<(Answer, RunReport), WorkerError> {
    worker::answer(program, task, &patient(), &Cancel::new())
}
