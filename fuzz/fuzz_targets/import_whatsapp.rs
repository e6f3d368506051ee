//! WhatsApp's text, behind one header.

#![no_main]

use import::Format;
use libfuzzer_sys::fuzz_target;

mod check;

fuzz_target!(|bytes: &[u8]| {
    check::read_as(Format::WhatsApp, "15/01/2020, 02:22 - Ana: x\n", bytes);
    check::read_as(Format::WhatsApp, "[1/15/20, 2:22:56 AM] Ana: ", bytes);
});
