//! Any bytes: the format is decided from them.

#![no_main]

use libfuzzer_sys::fuzz_target;

mod check;

fuzz_target!(|bytes: &[u8]| {
    let _ = check::read(bytes);
});
