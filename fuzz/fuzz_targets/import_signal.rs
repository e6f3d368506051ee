//! Signal's frames, behind a recipient and a chat.

#![no_main]

use import::Format;
use libfuzzer_sys::fuzz_target;

mod check;

const BEGIN: &str = r#"{"version":"1","backupTimeMs":"1"}
{"account":{"givenName":"Ana"}}
{"recipient":{"id":"2","contact":{"username":"bob"}}}
{"chat":{"id":"1","recipientId":"2"}}
{"chatItem":{"chatId":"1","authorId":"2","dateSent":"1579054976000","incoming":{},"standardMessage":{"text":{"body":"x"}}}}
"#;

fuzz_target!(|bytes: &[u8]| check::read_as(Format::Signal, BEGIN, bytes));
