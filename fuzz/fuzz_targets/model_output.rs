//! What a model writes: any text, for each kind of task, over a chat whose text the fuzzer writes, too (R12, A25, A30).
//! The first byte says how large the engine's window is; a vertical tab ends the output and begins the chat, one message a line.

#![no_main]

use libfuzzer_sys::fuzz_target;

mod engines;

fuzz_target!(|bytes: &[u8]| {
    let Some((window, text)) = bytes.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(text);
    let (output, chat) = text
        .split_once('\u{b}')
        .unwrap_or((&text, "salad at 8:30\nsee https://example.org/x"));
    let lines: Vec<&str> = chat.lines().take(40).collect();
    for task in engines::tasks(&lines) {
        engines::run_and_check(&task, output, *window);
        engines::run_and_check(&task, &engines::as_lines(output), *window);
    }
});
