//! Telegram, Signal, rows of JSON, and what is none of them.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod common;

use common::{lines, read, read_with};
use import::{Format, ImportError, Kind, Media, Options, Reason, Times};

const TELEGRAM: &str = r#"{
 "about": "Here is the data you requested.",
 "personal_information": {
  "user_id": 42,
  "first_name": "Ana",
  "last_name": "Lee",
  "phone_number": "+00",
  "bio": "x"
 },
 "contacts": { "about": "", "list": [ { "user_id": 7, "first_name": "Zed", "last_name": "", "date": "2019-01-01T00:00:00" } ] },
 "chats": {
  "about": "This page lists all chats from this export.",
  "list": [
   {
    "name": "Bob",
    "type": "personal_chat",
    "id": 100,
    "messages": [
     { "id": 1, "type": "message", "date": "2020-01-15T02:22:56", "date_unixtime": "1579054976", "from": "Bob", "from_id": "user100", "text": "hello" },
     { "id": 2, "type": "message", "date": "2020-01-15T02:23:00", "edited": "2020-01-15T02:24:00", "from": "Ana Lee", "from_id": "user42",
       "reply_to_message_id": 1, "forwarded_from": "Eve",
       "text": [ "see ", { "type": "text_link", "text": "this", "href": "https://example.org/" }, " and ", { "type": "link", "text": "https://a.b" }, { "type": "bold", "text": "!" } ],
       "text_entities": [] },
     { "id": 3, "type": "message", "date": "2020-01-15T02:25:00", "from": null, "from_id": "user9", "photo": "photos/1.jpg", "width": 1, "height": 1, "text": "" },
     { "id": 4, "type": "message", "date": "2020-01-15T02:26:00", "from": "Bob", "from_id": "user100", "file": "(File not included. Change data exporting settings to download.)", "media_type": "sticker", "sticker_emoji": "🙂", "text": "" }
    ]
   },
   {
    "name": "Group",
    "type": "private_group",
    "id": 200,
    "messages": [
     { "id": 5, "type": "service", "date": "2020-01-16T10:00:00", "actor": "Ana Lee", "actor_id": "user42", "action": "create_group", "title": "Group", "members": ["Ana Lee", null, "Bob"], "text": "" },
     { "id": 6, "type": "message", "date": "2020-01-16T10:01:00", "from": "Bob", "from_id": "user100", "poll": { "question": "When?", "closed": false, "total_voters": 0, "answers": [ { "text": "Mon", "voters": 0, "chosen": false }, { "text": "Tue", "voters": 0, "chosen": false } ] }, "text": "" },
     { "id": 7, "type": "unsupported" }
    ]
   },
   { "type": "saved_messages", "id": 42, "messages": [ { "id": 8, "type": "message", "date": "2020-01-17T10:00:00", "from": "Ana Lee", "from_id": "user42", "text": "a\x0bb \\x41" } ] }
  ]
 }
}
"#;

#[test]
fn a_whole_telegram_account() {
    let (entries, report) = read(TELEGRAM.as_bytes());
    let expected = [
        "2020-01-15T02:22:56|Bob|hello",
        "2020-01-15T02:23:00|Ana Lee|see this (https://example.org/) and https://a.b!",
        "2020-01-15T02:25:00|user9|",
        "2020-01-15T02:26:00|Bob|🙂",
        "2020-01-16T10:00:00|-|Ana Lee created the group “Group” with Ana Lee, Bob",
        "2020-01-16T10:01:00|Bob|When?\n- Mon\n- Tue",
        "2020-01-17T10:00:00|Ana Lee|a\u{b}b \\x41",
    ];
    assert_eq!(lines(&entries), expected);
    assert_eq!(report.format, Format::Telegram);
    assert_eq!(report.chats, ["Bob", "Group", "Saved Messages"]);
    let chats: Vec<_> = entries
        .iter()
        .map(|entry| entry.chat.as_deref().unwrap())
        .collect();
    assert_eq!(
        chats,
        ["Bob", "Bob", "Bob", "Bob", "Group", "Group", "Saved Messages"]
    );
    let me: Vec<_> = entries.iter().map(|entry| entry.me).collect();
    assert_eq!(
        me,
        [
            Some(false),
            Some(true),
            Some(false),
            Some(false),
            None,
            Some(false),
            Some(true)
        ]
    );
    assert!(entries[1].edited && entries[1].forwarded && entries[1].reply_to == Some(1));
    assert_eq!(
        (entries[2].media, entries[3].media),
        (Some(Media::Attached), Some(Media::Omitted))
    );
    assert_eq!(
        report
            .skipped
            .iter()
            .map(|skip| (skip.line, skip.reason))
            .collect::<Vec<_>>(),
        [(35, Reason::Unsupported)]
    );
    assert_eq!(report.times, Times::AsWritten);
}

#[test]
fn one_chat_keeps_the_numbers_of_the_whole_file() {
    let options = Options {
        chat: Some("group"),
        ..Options::default()
    };
    let (entries, report) = read_with(TELEGRAM.as_bytes(), &options).unwrap();
    assert_eq!(entries.iter().map(|entry| entry.n).collect::<Vec<_>>(), [5, 6]);
    assert_eq!(
        (report.messages, report.system, report.participants.len()),
        (1, 1, 1)
    );
    assert_eq!(report.chats.len(), 3);
    let options = Options {
        chat: Some("nobody"),
        ..Options::default()
    };
    assert!(matches!(
        read_with(TELEGRAM.as_bytes(), &options),
        Err(ImportError::NoSuchChat)
    ));
}

#[test]
fn one_telegram_chat_on_one_line() {
    let chat = r#"{"name":"G","type":"private_group","id":1,"messages":[{"id":1,"type":"message","date":"2020-01-15T02:22:56","from":"Ana","from_id":"user1","text":"x"},{"id":2},{"bad":,},{"id":3,"date_unixtime":"1579054976","from":"Ana","text":12}]}"#;
    let (entries, report) = read(chat.as_bytes());
    assert_eq!(
        lines(&entries),
        ["2020-01-15T02:22:56|Ana|x", "2020-01-15T02:22:56|Ana|12"]
    );
    let reasons: Vec<_> = report.skipped.iter().map(|skip| skip.reason).collect();
    assert_eq!(reasons, [Reason::NoDate, Reason::BadJson]);
}

#[test]
fn a_message_across_chunks_of_any_size_is_whole() {
    // Strings with escapes at every place around the reader's chunks of 64 KiB.
    for pad in 65_400..65_560 {
        let text = format!("{}\\\"\\\\end", "a".repeat(pad));
        let chat = format!(
            r#"{{"name":"G","type":"x","id":1,"messages":[{{"date":"2020-01-15T02:22:56","from":"Ana","text":"{text}"}}]}}"#
        );
        let (entries, _) = read(chat.as_bytes());
        assert_eq!(entries[0].text.len(), pad + 5);
        assert!(entries[0].text.ends_with("a\"\\end"));
    }
}

#[test]
fn json_too_deep_or_torn_is_an_error_and_a_cut_is_told() {
    let deep = format!(
        r#"{{"messages":[{{"date":"2020-01-15T02:22:56","x":{}"#,
        "[".repeat(200)
    );
    assert!(matches!(
        read_with(deep.as_bytes(), &Options::default()),
        Err(ImportError::TooDeep { line: 1 })
    ));
    let torn = r#"{"messages": [ {"date":"2020-01-15T02:22:56","from":"Ana","text":"x"} } }"#;
    assert!(matches!(
        read_with(torn.as_bytes(), &Options::default()),
        Err(ImportError::Malformed { .. })
    ));
    let (entries, report) = read(TELEGRAM.get(..1_200).unwrap().as_bytes());
    assert!(!entries.is_empty() && report.cut_off);
    let large = format!(
        r#"{{"messages":[{{"x":"{}"}},{{"date":"2020-01-15T02:22:56","from":"A","text":"x"}}]}}"#,
        "y".repeat(import::MAX_OBJECT_BYTES)
    );
    let (entries, report) = read(large.as_bytes());
    assert_eq!(
        (entries.len(), report.skipped[0].reason),
        (1, Reason::MessageTooLong)
    );
}

#[test]
fn a_signal_export() {
    let export = r#"{"version":"1","backupTimeMs":"1700000000000","mediaRootBackupKey":"AA=="}
{"account":{"givenName":"Ana","familyName":"Lee"}}
{"recipient":{"id":"1","self":{}}}
{"recipient":{"id":"2","contact":{"aci":"AA==","e164":"15550001111","profileGivenName":"Bob","profileFamilyName":""}}}
{"recipient":{"id":"3","group":{"masterKey":"AA==","snapshot":{"title":{"title":"Friends"}}}}}
{"recipient":{"id":"4","contact":{"e164":"15550002222"}}}
{"chat":{"id":"10","recipientId":"2"}}
{"chat":{"id":"11","recipientId":"3"}}
{"chatItem":{"chatId":"10","authorId":"2","dateSent":"1579054976000","incoming":{"read":true},"standardMessage":{"text":{"body":"hello"}}}}
{"chatItem":{"chatId":"10","authorId":"1","dateSent":"1579054977000","outgoing":{},"revisions":[{"chatId":"10"}],"standardMessage":{"text":{"body":"hi"},"attachments":[{"pointer":{}}]}}}
{"chatItem":{"chatId":"11","authorId":"4","dateSent":"1579054978000","incoming":{},"remoteDeletedMessage":{}}}
{"chatItem":{"chatId":"11","authorId":"2","dateSent":"1579054979000","directionless":{},"updateMessage":{"simpleUpdate":{"type":"IDENTITY_UPDATE"}}}}
{"chatItem":{"chatId":"11","authorId":"2","dateSent":"1579054980000","incoming":{},"viewOnceMessage":{}}}
{"chatItem":{"chatId":"11","authorId":"2","dateSent":"1579054980000","incoming":{}}}
{"stickerPack":{"packId":"AA=="}}
{"chatItem":{"chatId":"11","authorId":"2","dateSent":"15790549"#;
    let (entries, report) = read(export.as_bytes());
    let expected = [
        "2020-01-15T02:22:56|Bob|hello",
        "2020-01-15T02:22:57|Ana Lee|hi",
        "2020-01-15T02:22:58|+15550002222|",
        "2020-01-15T02:22:59|-|Bob has a new safety number",
        "2020-01-15T02:23:00|Bob|",
    ];
    assert_eq!(lines(&entries), expected);
    assert_eq!(
        (report.format, report.times, report.cut_off),
        (Format::Signal, Times::Utc, true)
    );
    assert_eq!(report.chats, ["Bob", "Friends"]);
    assert!(entries[1].edited && entries[1].me == Some(true) && entries[1].media == Some(Media::Attached));
    assert!(entries[2].deleted && entries[0].me == Some(false));
    let skipped: Vec<_> = report
        .skipped
        .iter()
        .map(|skip| (skip.line, skip.reason))
        .collect();
    assert_eq!(skipped, [(14, Reason::Unsupported), (16, Reason::CutOff)]);
}

#[test]
fn rows_of_json_under_many_names() {
    let rows = r#"{"at": "2020-01-15T02:22:56", "author": "Ana", "text": "one"}
{"date": "2020-01-15T02:22:56Z", "from": "Ana", "message": "two"}

{"timestamp": 1579054976, "sender": "Ana", "body": "three"}
{"ts": 1579054976000, "name": "Ana", "content": "four"}
{"time": "2020-01-15T02:22:56+05:30", "user": "Ana", "text": "five\nlines"}
{"n": 6, "at": "2020-01-15T02:22:56", "author": null, "text": "joined", "kind": "system"}
{"at": "no", "author": "Ana", "text": "x"}
{"at": "2020-01-15T02:22:56", "author": "Ana", "text": 5}
{"at": "2020-01-15T02:22:56", "author": "Ana", "text":
"#;
    let (entries, report) = read(rows.as_bytes());
    let texts: Vec<_> = entries.iter().map(|entry| entry.text.as_str()).collect();
    assert_eq!(texts, ["one", "two", "three", "four", "five\nlines", "joined"]);
    assert!(
        entries
            .iter()
            .all(|entry| entry.at.to_string() == "2020-01-15T02:22:56")
    );
    assert_eq!((entries[5].kind, entries[5].author.clone()), (Kind::System, None));
    let skipped: Vec<_> = report
        .skipped
        .iter()
        .map(|skip| (skip.line, skip.reason))
        .collect();
    assert_eq!(
        skipped,
        [(8, Reason::NoDate), (9, Reason::BadJson), (10, Reason::BadJson)]
    );
}

#[test]
fn rows_that_were_printed_read_back() {
    let chat =
        "15/01/2020, 02:22 - Ana: a \"b\"\nc\\\n15/01/2020, 02:23 - Bob left\n15/01/2020, 02:24 - Bob: 😀\n";
    let (entries, _) = read(chat.as_bytes());
    let mut rows = String::new();
    for entry in &entries {
        let author = entry.author.as_deref();
        let row = serde_json::json!({"n": entry.n, "at": entry.at.to_string(), "author": author, "text": entry.text, "kind": entry.kind.as_str()});
        rows += &format!("{row}\n");
    }
    let (again, report) = read(rows.as_bytes());
    assert_eq!(
        (lines(&again), report.format),
        (lines(&entries), Format::JsonLines)
    );
}

#[test]
fn what_is_no_export_says_what_to_do() {
    fn tar(name: &[u8]) -> Vec<u8> {
        let mut tar = vec![0; 1024];
        tar[..name.len()].copy_from_slice(name);
        tar[257..262].copy_from_slice(b"ustar");
        tar
    }
    type Is = fn(&ImportError) -> bool;
    let cases: Vec<(Vec<u8>, Is)> = vec![
        (b"".to_vec(), |e| matches!(e, ImportError::Empty)),
        (b" \n\xef\xbb\xbf\n".to_vec(), |e| matches!(e, ImportError::Empty)),
        (b"<!DOCTYPE html><html>".to_vec(), |e| {
            matches!(e, ImportError::Html)
        }),
        (b"%PDF-1.7".to_vec(), |e| matches!(e, ImportError::Pdf)),
        (b"\x89PNG\r\n\x1a\n".to_vec(), |e| matches!(e, ImportError::Image)),
        (b"\xff\xd8\xff\xe0".to_vec(), |e| matches!(e, ImportError::Image)),
        (b"\0\0\0\x18ftypheic".to_vec(), |e| {
            matches!(e, ImportError::Image)
        }),
        (b"OggS\0".to_vec(), |e| matches!(e, ImportError::AudioVideo)),
        (b"SQLite format 3\0".to_vec(), |e| {
            matches!(e, ImportError::Database)
        }),
        (tar(b"dc_database_backup.sqlite"), |e| {
            matches!(e, ImportError::DeltaChatBackup)
        }),
        (tar(b"a.txt"), |e| matches!(e, ImportError::OtherArchive)),
        (b"Rar!\x1a".to_vec(), |e| matches!(e, ImportError::OtherArchive)),
        (b"\x00\x01\x02\x03".to_vec(), |e| matches!(e, ImportError::Binary)),
        (vec![0x81; 1000], |e| matches!(e, ImportError::Binary)),
        (b"Dear diary,\ntoday nothing happened.\n".to_vec(), |e| {
            matches!(e, ImportError::UnknownText)
        }),
        (b"{\"a\": 1}\n".to_vec(), |e| {
            matches!(e, ImportError::UnknownJson)
        }),
        (b"{\n \"a\": 1\n}\n".to_vec(), |e| {
            matches!(e, ImportError::UnknownJson)
        }),
        (b"[{\"a\": 1}]".to_vec(), |e| {
            matches!(e, ImportError::UnknownJson)
        }),
    ];
    for (bytes, is) in cases {
        let error = read_with(&bytes, &Options::default()).unwrap_err();
        assert!(is(&error), "{error:?} for {:?}", String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn the_caller_may_stop_and_is_told_of_progress() {
    let chat = "15/01/2020, 02:22 - Ana: x\n".repeat(100_000);
    let told = std::cell::Cell::new(0);
    let progress = |progress: import::Progress| {
        assert!(progress.bytes <= progress.of && progress.pass <= progress.passes);
        told.set(told.get() + 1);
    };
    let options = Options {
        progress: Some(&progress),
        ..Options::default()
    };
    let mut seen = 0;
    let report = import::read(chat.as_bytes(), &options, &mut |_| {
        seen += 1;
        if seen == 5 {
            std::ops::ControlFlow::Break(())
        } else {
            std::ops::ControlFlow::Continue(())
        }
    })
    .unwrap();
    assert_eq!((seen, report.stopped, report.messages), (5, true, 5));
    assert!(told.get() >= 2);
}
