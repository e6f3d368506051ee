//! The program that ships: tasks for a model through the whole wall, stopped, and without a model.
#![cfg(feature = "llama")]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod common;
#[path = "common/gguf.rs"]
mod gguf;

use std::path::PathBuf;
use std::process::Command;

use assistant::{ModelTask, Task, What};
use common::{ask, messages, patient, shipping, stories};
use gguf::Gguf;
use worker::{Cancel, WorkerError};

const CHAT: [&str; 3] = ["Shall we meet at 8?", "Yes, at the station.", "I bring the tent."];

fn summary() -> Task {
    Task::Model(ModelTask {
        what: What::Summary { lines: 2 },
        transcript: messages(&CHAT),
    })
}

/// A model of random numbers, in a file whose name is gone once it is open.
fn random_model(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("snug-shipping-test-{}-{name}.gguf", std::process::id()));
    std::fs::write(&path, Gguf::tiny().bytes()).unwrap();
    path
}

/// Neither model can summarise: an answer, or a draft that says why there is none. Whatever it is has passed the check.
#[test]
fn a_summary_comes_to_an_end_and_only_what_passed_the_check_comes_out() {
    let random = random_model("summary");
    for model in stories().into_iter().chain([random.clone()]) {
        match ask(&shipping(&model, 1), &summary()) {
            Ok((answer, report)) => {
                assert!(report.layers.wall_stands());
                assert!(answer.items().is_empty());
            }
            Err(error) => assert!(matches!(error, WorkerError::Lied(_)), "{error:?}"),
        }
    }
    std::fs::remove_file(random).unwrap();
}

#[test]
fn key_messages_are_the_same_with_a_model() {
    let random = random_model("key-messages");
    let task = common::task(&CHAT);
    let (answer, _) = ask(&shipping(&random, 1), &task).unwrap();
    assert_eq!(answer, assistant::check(&task, &assistant::run(&task)).unwrap());
    std::fs::remove_file(random).unwrap();
}

#[test]
fn a_run_that_is_stopped_ends() {
    let random = random_model("stopped");
    let cancel = Cancel::new();
    cancel.cancel();
    let outcome = worker::answer(&shipping(&random, 1), &summary(), &patient(), &cancel);
    assert!(matches!(outcome, Err(WorkerError::Cancelled)));
    std::fs::remove_file(random).unwrap();
}

#[test]
fn by_hand_it_says_what_it_is_and_reads_nothing() {
    let output = Command::new(env!("CARGO_BIN_EXE_snug-model")).output().unwrap();
    assert!(output.status.success());
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(
        said.starts_with("snug-model ") && said.contains("this processor can run it"),
        "{said}"
    );
}
