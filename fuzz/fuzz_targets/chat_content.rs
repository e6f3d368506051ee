//! Payloads: any bytes, and an honest payload with some bytes changed. What decodes is the only form of itself.

#![no_main]

use std::sync::LazyLock;

use chat::Time;
use chat::content::{Body, Message, Part, PartContent, Payload, Salt, Seen, Semantics};
use libfuzzer_sys::fuzz_target;

static HONEST: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut message = Message::text(Salt([7; 16]), Time::from_unix_seconds(1_800_000_000), "Grüße 🎉");
    message.never_ai = true;
    message.drafted_with_ai = true;
    message.body.content = PartContent::Several {
        semantics: Semantics::ChooseOne,
        parts: vec![Part::text("Grüße 🎉"), Part::reaction("❤"), Part::nothing()],
    };
    let seen = Seen {
        position: 300,
        digest: [9; 16],
    };
    let body = Body::Message(Box::new(message));
    Payload { seen, body }.encode().expect("it is within the limits")
});

fuzz_target!(|bytes: &[u8]| {
    check(bytes);
    let mut changed = HONEST.clone();
    let len = changed.len();
    for change in bytes.chunks_exact(3).take(6) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % len;
        changed[at] = change[2];
    }
    check(&changed);
});

fn check(bytes: &[u8]) {
    let Ok(payload) = Payload::decode(bytes) else {
        return;
    };
    assert_eq!(payload.encode().as_deref(), Ok(bytes));
    if let Body::Message(message) = payload.body {
        let _ = message.meaning();
        let again = message.encode().expect("what was decoded encodes");
        let twin = Message::decode(&again).expect("it is the same message");
        assert_eq!(twin.id(b"ana", b"room"), message.id(b"ana", b"room"));
    }
}
