//! A worker with a model's file: what it may do with it, and what the parent says of one that fails (R9, A26).
#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::fs::{File, OpenOptions};

use common::{Scratch, error_of, honest, limits, patient, task};
use worker::{Cancel, ModelFile, Program, WorkerError};

/// The worker with a thread, whose model is a word.
fn with_model(word: &str, name: &str) -> Program {
    let scratch = Scratch::new(name);
    std::fs::write(&scratch.0, word).unwrap();
    // Open for writing too: the worker gets it for reading only.
    let file = OpenOptions::new()
        .read(true)
        .write(true)
        .open(&scratch.0)
        .unwrap();
    honest()
        .with_arguments(["with-model", "__snug-worker"])
        .with_model(ModelFile::new(file).unwrap(), ["setting"])
}

#[test]
fn control_a_good_model_answers_though_its_name_is_gone() {
    let task = task("Can you bring the tent on Friday? We meet at 8.");
    let program = with_model("good", "good");
    // Twice: each worker reads the file from its start.
    for _ in 0..2 {
        let (answer, report) = worker::answer(&program, &task, &patient(), &Cancel::new()).unwrap();
        assert_eq!(answer, assistant::check(&task, &assistant::run(&task)).unwrap());
        assert!(report.layers.wall_stands());
    }
}

macro_rules! each_is_an_error {
    ($($name:ident: $word:literal, $limits:expr => $error:pat,)*) => {
        $(
            #[test]
            fn $name() {
                let error = error_of(&with_model($word, stringify!($name)), &task("hello"), &$limits);
                assert!(matches!(error, $error), "{error:?}");
                assert!(!error.to_string().contains("hello"));
            }
        )*
    };
}

each_is_an_error! {
    a_broken_file: "broken", patient() => WorkerError::BadModel,
    an_engine_that_fails: "tired", patient() => WorkerError::GaveUp(72),
    a_socket_in_a_thread: "socket", patient() => WorkerError::Forbidden,
    another_thread: "thread", patient() => WorkerError::Forbidden,
    an_abort_in_a_thread: "abort", patient() => WorkerError::ModelCrashed(libc::SIGABRT),
    memory_without_end: "memory", patient() => WorkerError::ModelCrashed(libc::SIGABRT),
    a_loop_in_a_thread: "loop", limits(500) => WorkerError::TimedOut(_),
}

#[test]
fn a_program_that_knows_no_model_closes_the_file_and_answers() {
    let model = ModelFile::new(File::open("/proc/self/exe").unwrap()).unwrap();
    let program = honest().with_model(model, ["setting"]);
    worker::answer(&program, &task("hello"), &patient(), &Cancel::new()).unwrap();
}

#[test]
fn a_worker_for_a_model_without_one_gives_up() {
    let program = honest().with_arguments(["with-model", "__snug-worker", "setting"]);
    assert!(matches!(
        error_of(&program, &task("hello"), &patient()),
        WorkerError::GaveUp(64)
    ));
}

#[test]
fn settings_that_are_not_ours_are_an_error() {
    let model = ModelFile::new(File::open("/proc/self/exe").unwrap()).unwrap();
    let program = honest()
        .with_arguments(["with-model", "__snug-worker"])
        .with_model(model, ["another"]);
    assert!(matches!(
        error_of(&program, &task("hello"), &patient()),
        WorkerError::GaveUp(64)
    ));
}
