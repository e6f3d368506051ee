//! Rows of JSON, behind one row.

#![no_main]

use import::Format;
use libfuzzer_sys::fuzz_target;

mod check;

fuzz_target!(|bytes: &[u8]| {
    check::read_as(
        Format::JsonLines,
        "{\"at\":\"2020-01-15T02:22:56\",\"author\":\"Ana\",\"text\":\"x\"}\n",
        bytes,
    );
});
