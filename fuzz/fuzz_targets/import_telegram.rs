//! Telegram's JSON, inside an account, a chat and a message.

#![no_main]

use import::Format;
use libfuzzer_sys::fuzz_target;

mod check;

fuzz_target!(|bytes: &[u8]| {
    check::read_as(Format::Telegram, "{\n\"personal_information\":", bytes);
    check::read_as(
        Format::Telegram,
        "{\n\"name\":\"G\",\"type\":\"private_group\",\"id\":1,\"messages\":[",
        bytes,
    );
    check::read_as(
        Format::Telegram,
        "{\n\"messages\":[{\"date\":\"2020-01-15T02:22:56\",\"from\":\"Ana\",\"text\":",
        bytes,
    );
});
