//! What a worker with a model is handed: any bytes, and honest tasks with some bytes changed. What decodes is run over an
//! engine that writes what the fuzzer says, and what comes of it is checked.

#![no_main]

use assistant::{Task, decode_task, encode_task};
use libfuzzer_sys::fuzz_target;

mod damage;
mod engines;

/// More would be slow, not different.
const MOST_MESSAGES: usize = 60;

fuzz_target!(|bytes: &[u8]| {
    run(bytes, bytes);
    if let Some(bytes) = damage::damaged(&engines::TASKS, bytes) {
        run(&bytes, &bytes);
    }
});

fn run(task: &[u8], output: &[u8]) {
    let Ok(task @ Task::Model(_)) = decode_task(task) else {
        return;
    };
    assert!(decode_task(&encode_task(&task).expect("what was decoded fits")).as_ref() == Ok(&task));
    if task.transcript().messages.len() <= MOST_MESSAGES {
        engines::run_and_check(
            &task,
            &String::from_utf8_lossy(output),
            output.first().copied().unwrap_or(0),
        );
    }
}
