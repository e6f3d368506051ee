//! A hostile worker's bytes for a model's task: any, and honest drafts with some bytes changed (R8, R12).

#![no_main]

use assistant::{Draft, decode_draft, encode_draft};
use libfuzzer_sys::fuzz_target;

mod damage;
mod engines;

fuzz_target!(|bytes: &[u8]| {
    decode(bytes);
    if let Some(bytes) = damage::damaged(&engines::DRAFTS, bytes) {
        decode(&bytes);
    }
});

fn decode(bytes: &[u8]) {
    let Ok(draft) = decode_draft(bytes) else { return };
    if !matches!(draft, Draft::KeyMessages(_)) {
        assert_eq!(encode_draft(&draft), bytes, "one value has one spelling");
    }
    for task in engines::SOME.iter() {
        engines::check_any(task, &draft);
    }
}
