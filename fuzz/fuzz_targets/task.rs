//! What a worker is handed: any bytes, and an honest task with some bytes changed. What decodes is answered.

#![no_main]

use assistant::{Task, decode_task, encode_task};
use libfuzzer_sys::fuzz_target;

mod answers;

/// More would be slow, not different.
const MOST_MESSAGES: usize = 200;

fuzz_target!(|bytes: &[u8]| {
    answer(bytes);
    let (_, honest, _) = &*answers::SMALL;
    answer(&answers::changed(honest, bytes));
});

fn answer(bytes: &[u8]) {
    let Ok(task) = decode_task(bytes) else { return };
    let again = encode_task(&task).expect("what was decoded fits");
    assert_eq!(decode_task(&again).as_ref(), Ok(&task));
    if matches!(task, Task::KeyMessages { .. }) && task.transcript().messages.len() <= MOST_MESSAGES {
        answers::run_and_check(&task);
    }
}
