//! The bytes of payloads: known ones, round trips, and everything that must be refused.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

use std::path::Path;

use chat::Time;
use chat::consent::{Ceiling, Lowering};
use chat::content::{
    Body, ContentError, Disposition, Expires, External, MAX_EXTENSION_BYTES, MAX_EXTENSIONS, MAX_LINE_BYTES,
    MAX_PART_DEPTH, MAX_PARTS, MAX_PAYLOAD_BYTES, MAX_TEXT_BYTES, MAX_TOPIC_BYTES, Meaning, Message,
    MessageId, Part, PartContent, Payload, Salt, Seen, Semantics,
};
use minicbor::Encoder;
use proptest::prelude::*;

/// Written by hand from the draft's schema; the id computed with Python's hashlib.
const HEAD: &str = "84 01 03 50 10101010101010101010101010101010";
const SALT: &str = "87 50 07070707070707070707070707070707";
const NO_FIELDS: &str = "f6 40 f6 f6";
const MARKS: &str = "a2 6c 736e75673a73656e742d6174 1a 6b49d200 6d 736e75673a6e657665722d6169 f5";
const TEXT: &str = "85 01 60 01 78 18 746578742f706c61696e3b636861727365743d7574662d38 46 48c3a4206f6b";
const ID: &str = "01dcf574d6a851ad799cb56b83dd356f936d1089d4fe063f10a66dab7db31b0b";

fn honest() -> Vec<u8> {
    hex(&[HEAD, SALT, NO_FIELDS, MARKS, TEXT].concat())
}

fn honest_message() -> Message {
    let mut message = Message::text(Salt([7; 16]), Time::from_unix_seconds(1_800_000_000), "Hä ok");
    message.never_ai = true;
    message
}

#[test]
fn a_message_has_the_bytes_and_the_id_of_the_draft() {
    let payload = payload(Body::Message(Box::new(honest_message())));
    assert_eq!(payload.encode(), Ok(honest()));
    assert_eq!(Payload::decode(&honest()), Ok(payload));
    let id = honest_message().id(b"snug:ana@example.org", b"a room");
    assert_eq!(id.map(|id| id.as_bytes().to_vec()), Ok(hex(ID)));
    let other = honest_message().id(b"snug:ana@example.orga", b" room");
    assert_ne!(other.map(|id| id.as_bytes().to_vec()), Ok(hex(ID)));
}

#[test]
fn a_message_takes_the_form_that_its_fields_give_it() {
    let of = id(1);
    let text = Message::text(Salt([0; 16]), Time::ZERO, "hi");
    assert_eq!(text.meaning(), Meaning::Text("hi"));
    let reply = Message {
        in_reply_to: Some(of),
        ..text.clone()
    };
    assert_eq!(reply.meaning(), Meaning::Text("hi"));
    let edit = Message {
        replaces: Some(of),
        ..reply.clone()
    };
    assert_eq!(edit.meaning(), Meaning::Edit { of, text: "hi" });
    let delete = Message {
        body: Part::nothing(),
        ..edit
    };
    assert_eq!(delete.meaning(), Meaning::Delete { of });
    let reaction = Message {
        body: Part::reaction("❤"),
        ..reply
    };
    assert_eq!(
        reaction.meaning(),
        Meaning::Reaction {
            to: of, symbol: "❤"
        }
    );
    for unknown in [
        Message {
            body: Part::nothing(),
            ..text.clone()
        },
        Message {
            body: Part::reaction("❤"),
            ..text.clone()
        },
        Message {
            replaces: Some(of),
            ..reaction
        },
        Message {
            body: single("image/png", b"\x89PNG"),
            ..text.clone()
        },
        Message {
            body: single("text/plain;charset=latin-1", b"h\xE4"),
            ..text
        },
    ] {
        assert_eq!(unknown.meaning(), Meaning::Unknown);
        assert_eq!(Message::decode(&unknown.encode().unwrap()), Ok(unknown));
    }
}

#[test]
fn of_alternatives_the_first_text_is_shown_and_of_parts_that_belong_together_none() {
    let image = single("image/png", b"x");
    let markdown = single("text/markdown;variant=GFM-MIMI", b"*hi*");
    let part = |semantics| several(semantics, vec![image.clone(), markdown.clone(), Part::text("hi")]);
    assert_eq!(part(Semantics::ChooseOne).shown(), Some("*hi*"));
    assert_eq!(part(Semantics::SingleUnit).shown(), None);
    assert_eq!(part(Semantics::ProcessAll).shown(), None);
}

#[test]
fn what_a_newer_version_sends_is_kept_and_has_no_effect() {
    let extension = "20 d8 20 63 75726c"; // -1: a tagged text
    let bytes = hex(&[SALT, NO_FIELDS, "a1", extension, TEXT].concat());
    let message = Message::decode(&bytes).unwrap();
    assert_eq!(message.others.len(), 1);
    assert_eq!(message.meaning(), Meaning::Text("Hä ok"));
    assert_eq!(message.encode(), Ok(bytes));

    let bytes = hex("84 18ff 03 50 10101010101010101010101010101010 a1 01 82 f9 3c00 f5");
    let newer = Payload::decode(&bytes).unwrap();
    assert!(matches!(newer.body, Body::Newer { kind: 255, .. }));
    assert_eq!(newer.encode(), Ok(bytes));
    let none = hex("84 00 03 50 10101010101010101010101010101010 f6");
    assert_eq!(Payload::decode(&none), Err(ContentError::Malformed));

    let unknown_disposition = hex(&[SALT, NO_FIELDS, "a0", &TEXT.replacen("01", "18ff", 1)].concat());
    let shown = Message::decode(&unknown_disposition).unwrap();
    assert_eq!(shown.body.disposition, Disposition(255));
    assert_eq!(shown.meaning(), Meaning::Text("Hä ok"));
}

#[test]
fn each_small_payload_has_its_bytes_and_a_lowering_only_lowers() {
    let lower = |to| Body::Lower(Lowering { number: 24, to });
    let head = |kind: &str| format!("84 {kind} 03 50 10101010101010101010101010101010");
    for (body, bytes) in [
        (lower(Ceiling::Off), head("02") + "82 1818 00"),
        (lower(Ceiling::OnDevice), head("02") + "82 1818 01"),
        (Body::Leaving, head("03") + "f6"),
        (Body::Receipt(vec![1, 2]), head("04") + "42 0102"),
        (Body::Checkpoint(vec![3]), head("05") + "41 03"),
    ] {
        assert_eq!(payload(body.clone()).encode(), Ok(hex(&bytes)));
        assert_eq!(Payload::decode(&hex(&bytes)), Ok(payload(body)));
    }
    let raise = payload(lower(Ceiling::Confidential));
    assert_eq!(raise.encode(), Err(ContentError::NotLower));
    assert_eq!(
        Payload::decode(&hex(&(head("02") + "82 1818 02"))),
        Err(ContentError::Malformed)
    );
}

/// Each a single change of the honest bytes, so that nothing else can be the reason.
#[test]
fn a_second_form_of_the_same_message_is_refused() {
    let parts = [HEAD, SALT, NO_FIELDS, MARKS, TEXT];
    assert!(Payload::decode(&hex(&parts.concat())).is_ok(), "the control");
    for (from, to, why) in [
        ("84 01 03", "84 1801 03", "a longer number"),
        ("84 01 03", "84 190001 03", "a still longer number"),
        ("84 01 03", "9f 01 03", "an array without a length"),
        ("84 01 03", "9804 01 03", "a longer length of an array"),
        ("87 50", "87 5810", "a longer length of bytes"),
        ("f6 40 f6 f6", "f6 5fff f6 f6", "bytes without a length"),
        ("f6 40 f6 f6", "f7 40 f6 f6", "undefined for null"),
        ("f6 40 f6 f6", "f6 60 f6 f6", "text for bytes"),
        ("a2 6c", "b802 6c", "a longer length of a map"),
        ("1a 6b49d200", "1b 000000006b49d200", "a longer time"),
        ("1a 6b49d200", "fb 41da d274 8000 0000", "a float for a time"),
        (
            "6d 736e75673a6e657665722d6169 f5",
            "6d 736e75673a6e657665722d6169 f4",
            "a mark that says no",
        ),
        (
            "6d 736e75673a6e657665722d6169 f5",
            "6d 736e75673a6e657665722d6169 01",
            "a mark that is a number",
        ),
        ("85 01 60", "85 01 40", "a language in bytes"),
        ("85 01 60", "85 190100 60", "a disposition over 255"),
        ("46 48c3a4206f6b", "46 48c328206f6b", "text that is not UTF-8"),
        ("46 48c3a4206f6b", "66 48c3a4206f6b", "a content in text"),
        ("46 48c3a4206f6b", "46 48c3a4206f6b 00", "a byte behind"),
    ] {
        let all = parts.concat();
        assert!(all.contains(from), "{why}");
        let changed = all.replacen(from, to, 1);
        assert_eq!(
            Payload::decode(&hex(&changed)),
            Err(ContentError::Malformed),
            "{why}"
        );
    }
}

#[test]
fn extensions_are_in_order_once_and_of_the_allowed_kinds() {
    let with = |map: &str| Message::decode(&hex(&[SALT, NO_FIELDS, map, TEXT].concat())).map(|_| ());
    for (map, why) in [
        ("a0", "none"),
        ("a2 03 f6 20 f6", "a positive number before a negative one"),
        ("a2 20 f6 61 61 f6", "a number before text"),
        ("a2 61 7a f6 62 61 61 f6", "the shorter text first"),
        ("a1 1b 001fffffffffffff f6", "the largest exact number"),
        ("a1 3b 001ffffffffffffe f6", "the smallest exact number"),
        (
            "a1 03 83 81 80 f9 7e00 c2 49 01 0000000000000000",
            "levels, the one not-a-number, a big number",
        ),
        ("a1 03 fa 47800000", "65536 does not fit half a width"),
        ("a1 03 fb 3ff199999999999a", "1.1 does not fit a single width"),
        ("a1 03 e0", "a simple value"),
        ("a1 03 f8 20", "a longer simple value"),
        ("a2 01 61 61 02 61 62", "sender and room"),
    ] {
        assert_eq!(with(map), Ok(()), "{why}");
    }
    for (map, why) in [
        ("a2 20 f6 03 f6", "order"),
        ("a2 62 61 61 f6 61 7a f6", "order of text"),
        ("a2 03 f6 03 f6", "twice"),
        ("a1 60 f6", "empty text"),
        ("a1 41 61 f6", "a key in bytes"),
        ("a1 1b 0020000000000000 f6", "a number that is no exact double"),
        ("a1 3b 001fffffffffffff f6", "a negative one"),
        ("a1 03 81 81 81 80", "five levels"),
        ("a1 03 a2 02 f6 01 f6", "an inner map out of order"),
        ("a1 03 a1 f6 01", "an inner key of another kind"),
        ("a1 03 f9 7e01", "another not-a-number"),
        ("a1 03 fa 7fc00000", "a wide not-a-number"),
        ("a1 03 fb 7ff8000000000000", "a wider one"),
        ("a1 03 fa 3fc00000", "1.5 in single width"),
        ("a1 03 fa 7f800000", "infinity in single width"),
        ("a1 03 fb 3ff8000000000000", "1.5 in double width"),
        ("a1 03 c2 41 01", "a small number written as a big one"),
        (
            "a1 03 c2 49 00 0000000000000001",
            "a big number that starts with zero",
        ),
        ("a1 03 f8 18", "a reserved simple value"),
        ("a1 03 fc", "a reserved head"),
        ("a1 03 ff", "a break"),
        ("a1 01 01", "a sender that is no text"),
        ("a1 03 61 ff", "text that is not UTF-8"),
    ] {
        assert_eq!(with(map), Err(ContentError::Malformed), "{why}");
    }
}

#[test]
fn each_limit_lets_its_last_value_through_and_not_the_next() {
    let text = |bytes: usize| with_body(Part::text(&"x".repeat(bytes)));
    let topic = |bytes: usize| Message {
        topic: vec![0; bytes],
        ..honest_message()
    };
    let parts = |count: usize| with_body(several(Semantics::ProcessAll, vec![Part::nothing(); count - 1]));
    let deep = |levels: usize| {
        with_body((1..levels).fold(Part::nothing(), |part, _| {
            several(Semantics::ChooseOne, vec![part, Part::nothing()])
        }))
    };
    let media = |bytes: usize| with_body(single("image/png", &vec![0; bytes]));
    assert_limit(text, MAX_TEXT_BYTES);
    assert_limit(topic, MAX_TOPIC_BYTES);
    assert_limit(parts, MAX_PARTS);
    assert_limit(deep, MAX_PART_DEPTH);
    assert!(media(MAX_PAYLOAD_BYTES - 200).encode().is_ok());
    assert!(matches!(
        media(MAX_PAYLOAD_BYTES).encode(),
        Err(ContentError::TooLarge(_))
    ));

    let line = |bytes: usize| payload(Body::Receipt(vec![0; bytes])).encode().map(drop);
    assert_eq!(line(MAX_LINE_BYTES), Ok(()));
    assert!(matches!(line(MAX_LINE_BYTES + 1), Err(ContentError::TooLarge(_))));

    let extensions = |count: usize| with_extensions((0..count).map(|key| (key as u64, vec![0xF6])));
    assert_limit_of_bytes(extensions, MAX_EXTENSIONS);
    let extension = |bytes: usize| {
        let mut value = Encoder::new(Vec::new());
        value.bytes(&vec![0; bytes - 3]).unwrap();
        with_extensions([(3, value.into_writer())].into_iter())
    };
    assert_limit_of_bytes(extension, MAX_EXTENSION_BYTES);
}

#[test]
fn an_id_of_another_hash_and_a_name_that_is_too_long_are_refused() {
    assert_eq!(MessageId::from_bytes([2; 32]), Err(ContentError::Malformed));
    assert!(honest_message().id(&[0; 65_535], b"").is_ok());
    assert!(honest_message().id(&[0; 65_536], b"").is_err());
}

#[test]
fn nothing_that_was_said_is_in_debug_output() {
    let secret = "a7f3";
    let mut message = Message::text(Salt([0xA7; 16]), Time::ZERO, secret);
    message.topic = secret.as_bytes().to_vec();
    message.in_reply_to = Some(id(0xA7));
    let shown = format!(
        "{message:?} {:?} {:?} {:?} {:?} {:?}",
        message.meaning(),
        message.salt,
        message.in_reply_to,
        message.body.content,
        payload(Body::Message(Box::new(message.clone())))
    );
    for trace in [secret, "167", "97", "A7", "a7"] {
        assert!(!shown.contains(trace), "{trace}");
    }
}

/// The draft's own examples, 2 March 2026: `MIMI_EXAMPLES` names the folder `examples` of its repository.
#[test]
#[ignore = "needs the draft's repository: MIMI_EXAMPLES=DIR"]
fn the_examples_of_the_draft_are_read_and_have_their_ids() {
    let folder =
        std::env::var("MIMI_EXAMPLES").expect("set MIMI_EXAMPLES to the folder of the draft's examples");
    let mut seen = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "cbor") {
            seen += usize::from(has_its_id(&path));
        }
    }
    assert_eq!(seen, 14, "examples that come with an id");
}

fn has_its_id(path: &Path) -> bool {
    let bytes = std::fs::read(path).unwrap();
    let diagnostic = std::fs::read_to_string(path.with_extension("edn")).unwrap();
    let Some((_, id)) = diagnostic.split_once("message ID = h'") else {
        return false;
    };
    let id: String = id
        .chars()
        .take_while(|c| *c != '\'')
        .filter(char::is_ascii_hexdigit)
        .collect();
    let uri = |key: &str| {
        let (_, uri) = diagnostic.split_once(&format!("    {key}: \"")).unwrap();
        uri.split_once('"').unwrap().0
    };
    let message = Message::decode(&bytes).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(message.encode(), Ok(bytes), "{}", path.display());
    let computed = message.id(uri("1").as_bytes(), uri("2").as_bytes()).unwrap();
    assert_eq!(computed.as_bytes().to_vec(), hex(&id), "{}", path.display());
    true
}

proptest! {
    #[test]
    fn every_payload_comes_back(payload in any_payload()) {
        let bytes = payload.encode().unwrap();
        prop_assert_eq!(Payload::decode(&bytes), Ok(payload));
    }

    #[test]
    fn nothing_shorter_or_longer_is_a_payload(payload in any_payload(), at: prop::sample::Index, more: u8) {
        let mut bytes = payload.encode().unwrap();
        let cut = at.index(bytes.len());
        prop_assert!(Payload::decode(&bytes[..cut]).is_err());
        bytes.push(more);
        prop_assert!(Payload::decode(&bytes).is_err());
    }

    /// What is accepted after a change is another payload in its only form, never the same one in a second form.
    #[test]
    fn changed_bytes_are_canonical_or_refused(
        payload in any_payload(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let honest = payload.encode().unwrap();
        let mut bytes = honest.clone();
        for (at, to) in changes {
            let at = at.index(bytes.len());
            bytes[at] = to;
        }
        if let Ok(read) = Payload::decode(&bytes) {
            prop_assert_eq!(read.encode(), Ok(bytes.clone()));
            prop_assert_eq!(read == payload, bytes == honest);
            if let (Body::Message(one), Body::Message(other)) = (&read.body, &payload.body) {
                prop_assert_eq!(one == other, one.id(b"a", b"b") == other.id(b"a", b"b"));
            }
        }
    }

    #[test]
    fn any_bytes_are_canonical_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let bytes = [hex(HEAD), bytes].concat();
        if let Ok(read) = Payload::decode(&bytes) {
            prop_assert_eq!(read.encode(), Ok(bytes));
        }
    }

    /// Another reader of CBOR finds exactly one value in what is written here.
    #[test]
    fn another_implementation_reads_it(payload in any_payload()) {
        let bytes = payload.encode().unwrap();
        let mut decoder = minicbor::Decoder::new(&bytes);
        decoder.skip().unwrap();
        prop_assert_eq!(decoder.position(), bytes.len());
    }
}

fn any_payload() -> impl Strategy<Value = Payload> {
    let to = prop::sample::select(vec![Ceiling::Off, Ceiling::OnDevice]);
    let line = || prop::collection::vec(any::<u8>(), 0..300);
    let body = prop_oneof![
        4 => any_message().prop_map(|message| Body::Message(Box::new(message))),
        1 => (any::<u64>(), to).prop_map(|(number, to)| Body::Lower(Lowering { number, to })),
        1 => Just(Body::Leaving),
        1 => line().prop_map(Body::Receipt),
        1 => line().prop_map(Body::Checkpoint),
    ];
    (body, any::<u32>(), any::<[u8; 16]>()).prop_map(|(body, position, digest)| Payload {
        seen: Seen { position, digest },
        body,
    })
}

prop_compose! {
    fn any_message()(
        salt in any::<[u8; 16]>(),
        replaces in any_id(),
        topic in prop::collection::vec(any::<u8>(), 0..40),
        expires in prop::option::of((any::<bool>(), any::<u32>())),
        in_reply_to in any_id(),
        marks in any::<(bool, bool)>(),
        sent_at in prop::option::of(any::<u64>()),
        body in any_part(),
    ) -> Message {
        let mut message = Message::text(Salt(salt), Time::ZERO, "");
        message.replaces = replaces;
        message.topic = topic;
        message.expires = expires.map(|(relative, seconds)| {
            if relative { Expires::AfterReading(seconds) } else { Expires::At(seconds) }
        });
        message.in_reply_to = in_reply_to;
        (message.never_ai, message.drafted_with_ai) = marks;
        message.sent_at = sent_at.map(Time::from_unix_seconds);
        message.body = body;
        message
    }
}

fn any_id() -> impl Strategy<Value = Option<MessageId>> {
    prop::option::of(any::<u8>().prop_map(id))
}

fn any_part() -> impl Strategy<Value = Part> {
    let leaf = prop_oneof![
        4 => ".{0,60}".prop_map(|text| Part::text(&text)),
        1 => ".{0,8}".prop_map(|text| Part::reaction(&text)),
        1 => Just(Part::nothing()),
        1 => ("[a-z]{1,8}/[a-z]{1,8}", prop::collection::vec(any::<u8>(), 0..60))
            .prop_map(|(media_type, bytes)| single(&format!("x-{media_type}"), &bytes)),
        1 => any_external(),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let semantics = prop::sample::select(vec![
            Semantics::ChooseOne,
            Semantics::SingleUnit,
            Semantics::ProcessAll,
        ]);
        (semantics, prop::collection::vec(inner, 2..4))
            .prop_map(|(semantics, parts)| several(semantics, parts))
    })
}

prop_compose! {
    fn any_external()(
        texts in prop::array::uniform4(".{0,20}"),
        bytes in prop::array::uniform4(prop::collection::vec(any::<u8>(), 0..40)),
        numbers in any::<(u32, u64, u16, u8)>(),
    ) -> Part {
        let [media_type, url, description, file_name] = texts;
        let [key, nonce, aad, hash] = bytes;
        let (expires, size, algorithm, hash_algorithm) = numbers;
        Part {
            disposition: Disposition(6),
            language: "en".to_owned(),
            content: PartContent::External(Box::new(External {
                media_type, url, expires, size, algorithm, key, nonce, aad, hash_algorithm, hash, description,
                file_name,
            })),
        }
    }
}

fn payload(body: Body) -> Payload {
    Payload {
        seen: Seen {
            position: 3,
            digest: [0x10; 16],
        },
        body,
    }
}

fn with_body(body: Part) -> Message {
    Message {
        body,
        ..honest_message()
    }
}

/// The honest message with other extensions, written by another encoder.
fn with_extensions(pairs: impl ExactSizeIterator<Item = (u64, Vec<u8>)>) -> Vec<u8> {
    let mut map = Encoder::new(Vec::new());
    map.map(pairs.len() as u64).unwrap();
    for (key, value) in pairs {
        map.u64(key).unwrap();
        map.writer_mut()
            .extend(if key == 1 || key == 2 { vec![0x60] } else { value });
    }
    [hex(SALT), hex(NO_FIELDS), map.into_writer(), hex(TEXT)].concat()
}

fn assert_limit(make: impl Fn(usize) -> Message, most: usize) {
    assert!(make(most).encode().is_ok(), "{most}");
    assert!(
        matches!(make(most + 1).encode(), Err(ContentError::TooLarge(_))),
        "{most}"
    );
}

fn assert_limit_of_bytes(make: impl Fn(usize) -> Vec<u8>, most: usize) {
    assert!(Message::decode(&make(most)).is_ok(), "{most}");
    assert!(
        matches!(Message::decode(&make(most + 1)), Err(ContentError::TooLarge(_))),
        "{most}"
    );
}

fn single(media_type: &str, bytes: &[u8]) -> Part {
    Part {
        disposition: Disposition::RENDER,
        language: String::new(),
        content: PartContent::Single {
            media_type: media_type.to_owned(),
            bytes: bytes.to_vec(),
        },
    }
}

fn several(semantics: Semantics, parts: Vec<Part>) -> Part {
    Part {
        disposition: Disposition::RENDER,
        language: String::new(),
        content: PartContent::Several { semantics, parts },
    }
}

fn id(byte: u8) -> MessageId {
    let mut bytes = [byte; 32];
    bytes[0] = 1;
    MessageId::from_bytes(bytes).unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u32> = text
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| c.to_digit(16).unwrap())
        .collect();
    digits
        .chunks_exact(2)
        .map(|pair| u8::try_from(pair[0] * 16 + pair[1]).unwrap())
        .collect()
}
