//! A hostile worker's bytes: any, an honest draft with some bytes changed, and well-formed drafts of any places (R8).

#![no_main]

use assistant::{Draft, Extract, Kind, Quote, Task, decode_draft, encode_draft};
use libfuzzer_sys::fuzz_target;

mod answers;

fuzz_target!(|bytes: &[u8]| {
    let (task, _, honest) = &*answers::SMALL;
    decode(task, bytes);
    decode(task, &answers::changed(honest, bytes));
    answers::check_any(task, &places(bytes));
});

fn decode(task: &Task, bytes: &[u8]) {
    if let Ok(draft) = decode_draft(bytes) {
        assert_eq!(decode_draft(&encode_draft(&draft)).as_ref(), Ok(&draft));
        answers::check_any(task, &draft);
    }
}

/// A quote for every three bytes; the first one's high bit says whether it begins a line.
fn places(bytes: &[u8]) -> Draft {
    let mut lines: Vec<Extract> = Vec::new();
    for place in bytes.chunks_exact(3) {
        let [n, start, length] = [place[0] & 0x7f, place[1], place[2]].map(u32::from);
        let quote = Quote {
            n,
            start,
            end: start.wrapping_add(length).wrapping_sub(1),
        };
        match lines.last_mut().filter(|_| place[0] < 0x80) {
            Some(line) => line.quotes.push(quote),
            None => lines.push(Extract {
                kind: Kind::Said,
                quotes: vec![quote],
            }),
        }
    }
    Draft::KeyMessages(lines)
}
