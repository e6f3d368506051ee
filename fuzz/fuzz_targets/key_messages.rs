//! Any text as a chat: six bytes of settings, then a message a line. A line's first character says who wrote it and
//! how long after the line before; a vertical tab stands for a line break inside a message.

#![no_main]

use assistant::{Message, Task, Transcript, decode_task, encode_task};
use jiff::Span;
use libfuzzer_sys::fuzz_target;

mod answers;

/// More would be slow, not different.
const MOST_MESSAGES: usize = 200;
const AUTHORS: [&str; 4] = ["Ana", "Ben", "Ana Lucía", "🦊"];

fuzz_target!(|bytes: &[u8]| {
    let Some(([flags, unread, y0, y1, m0, m1], text)) = bytes.split_first_chunk() else {
        return;
    };
    let at = answers::moment(i16::from_le_bytes([*y0, *y1]), u16::from_le_bytes([*m0, *m1]));
    let messages = messages(&String::from_utf8_lossy(text), at);
    let task = Task::KeyMessages {
        items: u16::from(flags >> 4),
        transcript: Transcript {
            authors: AUTHORS.map(String::from).to_vec(),
            me: Some(u16::from(flags & 7)).filter(|me| usize::from(*me) < AUTHORS.len()),
            month_first: flags & 8 != 0,
            unread_from: usize::from(*unread).min(messages.len()),
            messages,
        },
    };
    let sent = encode_task(&task).expect("inputs are small");
    assert_eq!(decode_task(&sent).as_ref(), Ok(&task));
    answers::run_and_check(&task);
});

fn messages(text: &str, mut at: jiff::civil::DateTime) -> Vec<Message> {
    let lines = (1..).zip(text.lines()).take(MOST_MESSAGES);
    let message = |(n, line): (u32, &str)| {
        let mut rest = line.chars();
        let head = rest.next().map_or(0, u32::from);
        at = at.saturating_add(Span::new().minutes(7 * i64::from(head >> 3)));
        Message {
            n,
            at,
            author: u16::try_from(head & 7)
                .ok()
                .filter(|a| usize::from(*a) < AUTHORS.len()),
            text: rest.as_str().replace('\u{b}', "\n"),
        }
    };
    lines.map(message).collect()
}
