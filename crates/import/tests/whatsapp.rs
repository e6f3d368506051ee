//! WhatsApp: names, system lines, marks, and what is a header at all.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used
)]

mod common;

use common::{lines, read};
use import::{Kind, Media, Reason};

fn texts(chat: &str) -> Vec<String> {
    lines(&read(chat.as_bytes()).0)
        .iter()
        .map(|line| line.split_once('|').unwrap().1.to_owned())
        .collect()
}

#[test]
fn system_lines_with_and_without_a_colon() {
    let chat = "15/01/2020, 02:22 - Messages and calls are end-to-end encrypted. Learn more.\n\
        15/01/2020, 02:22 - Ana changed the subject from \"a: b\" to \"c: d\"\n\
        15/01/2020, 02:22 - Ana changed the group name from “x: y” to “z”\n\
        15/01/2020, 02:22 - Ana hat den Betreff von „x: y“ zu „z“ geändert\n\
        15/01/2020, 02:22 - Bob joined using this group's invite link\n\
        15/01/2020, 02:22 - Ana: said \"a: b\"\n";
    let texts = texts(chat);
    assert!(
        texts.iter().take(5).all(|text| text.starts_with("-|")),
        "{texts:?}"
    );
    assert_eq!(texts[1], "-|Ana changed the subject from \"a: b\" to \"c: d\"");
    assert_eq!(texts[5], "Ana|said \"a: b\"");
}

#[test]
fn names_of_every_kind() {
    let names = [
        "Ana",
        "+49 170 1234567",
        "~ Nick",
        "O'Brien (work)",
        "עדי 🌸",
        "محمد",
        "Ana María de la Cruz García",
        "Bob \"the man\"",
        "山田太郎",
    ];
    for name in names {
        let chat = format!("15/01/2020, 02:22 - {name}: one\n15/01/2020, 02:23 - {name}: two\n");
        assert_eq!(texts(&chat), [format!("{name}|one"), format!("{name}|two")]);
    }
    let chat = "[15/01/20, 02:22:56] \u{200e}~\u{202f}Nick: x\n[15/01/20, 02:22:56] \u{202a}+49\u{a0}170\u{202c}: x\n";
    assert_eq!(texts(chat), ["~ Nick|x", "+49 170|x"]);
}

#[test]
fn a_name_with_a_colon_is_known_by_recurring() {
    let day = "15/01/2020, 02:22 - ";
    let chat = format!(
        "{day}Dr: Who: one\n{day}Dr: Who: two: three\n{day}Dr: Who: four\n{day}Bob: note: five\n{day}Bob: six\n"
    );
    assert_eq!(
        texts(&chat),
        [
            "Dr: Who|one",
            "Dr: Who|two: three",
            "Dr: Who|four",
            "Bob|note: five",
            "Bob|six"
        ]
    );
}

#[test]
fn on_an_iphone_the_chat_itself_speaks_for_whatsapp() {
    let chat = "[15/01/20, 02:22:56] Friends: \u{200e}Messages and calls are end-to-end encrypted.\n\
        [15/01/20, 02:22:57] Friends: \u{200e}Ana created this group\n\
        [15/01/20, 02:22:58] Ana: hi\n\
        [15/01/20, 02:22:59] Ana: \u{200e}Messages and calls are end-to-end encrypted.\n\
        [15/01/20, 02:23:00] Carl: \u{200e}image omitted\n";
    let (entries, report) = read(chat.as_bytes());
    let kinds: Vec<_> = entries.iter().map(|entry| entry.kind).collect();
    assert_eq!(
        kinds,
        [
            Kind::System,
            Kind::System,
            Kind::Message,
            Kind::System,
            Kind::Message
        ]
    );
    assert_eq!(entries[1].text, "Ana created this group");
    assert_eq!(report.participants, ["Ana", "Carl"]);
}

#[test]
fn marks_of_media() {
    let omitted = [
        "<Media omitted>",
        "<Medien ausgeschlossen>",
        "<Multimedia omitido>",
        "<Médias omis>",
        "<Без медиафайлов>",
        "<メディアなし>",
    ];
    let attached = [
        "IMG-20200115-WA0001.jpg (file attached)",
        "report.pdf (Datei angehängt)",
        "IMG-20200115-WA0001.jpg (in a language unknown)\na caption",
        "\u{200e}IMG-20200115-WA0002.jpg (archivo adjunto)",
    ];
    let android = |text: &str| {
        read(format!("15/01/2020, 02:22 - Ana: {text}\n").as_bytes())
            .0
            .remove(0)
    };
    for text in omitted {
        assert_eq!(android(text).media, Some(Media::Omitted), "{text}");
    }
    for text in attached {
        assert_eq!(android(text).media, Some(Media::Attached), "{text}");
    }
    let iphone = |text: &str| {
        read(format!("[15/01/20, 02:22:56] Ana: {text}\n[15/01/20, 02:22:56] Ana: x\n").as_bytes())
            .0
            .remove(0)
    };
    for text in [
        "\u{200e}image omitted",
        "\u{200e}Bild weggelassen",
        "file.pdf • \u{200e}2 pages \u{200e}document omitted",
    ] {
        assert_eq!(iphone(text).media, Some(Media::Omitted), "{text}");
    }
    for text in [
        "\u{200e}<attached: 0001-PHOTO.jpg>",
        "\u{200e}<unknownish: 0001.jpg>",
        "caption \u{200e}<adjunto: 1.jpg>",
    ] {
        assert_eq!(iphone(text).media, Some(Media::Attached), "{text}");
    }
    // A person may write such words.
    for text in [
        "the image omitted",
        "call me (later)",
        "<b>bold</b>",
        "image omitted",
        "a < b > c",
    ] {
        assert_eq!(android(text).media, None, "{text}");
        assert_eq!(android(text).text, text);
    }
}

#[test]
fn marks_of_changes_and_deletions() {
    let one = |text: &str| {
        read(format!("15/01/2020, 02:22 - Ana: {text}\n").as_bytes())
            .0
            .remove(0)
    };
    let edited = [
        "hello <This message was edited>",
        "hello \u{200e}<This message was edited>",
        "hello <Diese Nachricht wurde bearbeitet>",
        "hello <Se editó este mensaje.>",
        "hello \u{200e}<a language unknown here>",
    ];
    for text in edited {
        let entry = one(text);
        assert!(entry.edited, "{text}");
        assert_eq!(entry.text, "hello");
    }
    for text in [
        "This message was deleted",
        "You deleted this message.",
        "\u{200e}This message was deleted.",
        "Se eliminó este mensaje.",
        "Данное сообщение удалено",
        "此訊息已刪除",
    ] {
        assert!(one(text).deleted, "{text}");
    }
    let plain = one("This message was deleted, I think <3>");
    assert!(!plain.edited && !plain.deleted);
}

#[test]
fn a_persons_own_direction_marks_stay() {
    let chat = "15/01/2020, 02:22 - Ana: a\u{200f}b \u{202b}c\u{202c}\n";
    assert_eq!(texts(chat), ["Ana|a\u{200f}b \u{202b}c\u{202c}"]);
}

#[test]
fn a_quoted_header_of_another_form_does_not_split_a_message() {
    let chat = "15/01/2020, 02:22 - Ana: look what he wrote:\n\
        [14/01/20, 22:00:01] Eve: secret\n\
        14.01.20, 22:00 - Eve: more\n\
        on 1/2/2020 at 10:00 - yes\n\
        15/01/2020, 02:23 - Bob: no\n\
        15/01/2020, 02:24 - Ana: yes\n";
    let (entries, report) = read(chat.as_bytes());
    assert_eq!(entries.len(), 3, "{entries:?}");
    assert!(entries[0].text.ends_with("on 1/2/2020 at 10:00 - yes"));
    assert_eq!(report.participants, ["Ana", "Bob"]);
    // The control: in the file's own form the same line begins a message.
    let own = chat.replace("14.01.20, 22:00 - Eve", "14/01/2020, 22:00 - Eve");
    assert_eq!(read(own.as_bytes()).0.len(), 4);
}

#[test]
fn two_exports_in_one_file_are_both_read_in_their_own_order() {
    let mut chat = String::new();
    for day in 10..20 {
        chat += &format!("{day}/03/2020, 10:00 - Ana: x\n");
    }
    for day in 10..20 {
        chat += &format!("[3/{day}/20, 1:00:00 PM] Ana: y\n");
    }
    let (entries, report) = read(chat.as_bytes());
    assert_eq!(entries.len(), 20);
    assert!(entries.iter().all(|entry| entry.at.month() == 3), "{entries:?}");
    assert_eq!(report.skipped_total, 0);
}

#[test]
fn two_exports_whose_headers_look_alike_turn_where_they_meet() {
    // Two each day from 20 March to 8 April; the second export begins again, or goes on much later.
    let days: Vec<(i8, i8)> = (20..=31)
        .map(|day| (3, day))
        .chain((1..=8).map(|day| (4, day)))
        .collect();
    for (first, second) in [(2020, 2018), (2020, 2023)] {
        for swapped in [false, true] {
            let day_first =
                |m: i8, d: i8, y: i16| format!("{d:02}/{m:02}/{y}, 10:00 - Ana: {y}-{m:02}-{d:02}\n");
            let month_first =
                |m: i8, d: i8, y: i16| format!("{m:02}/{d:02}/{y}, 10:00 - Ana: {y}-{m:02}-{d:02}\n");
            let part = |swap: bool, y: i16| -> String {
                days.iter()
                    .map(|&(m, d)| {
                        if swap {
                            month_first(m, d, y)
                        } else {
                            day_first(m, d, y)
                        }
                    })
                    .collect()
            };
            let chat = part(swapped, first) + &part(!swapped, second);
            let (entries, report) = read(chat.as_bytes());
            assert_eq!(
                (entries.len(), report.skipped_total, report.date_orders_mixed),
                (40, 0, true)
            );
            for entry in entries {
                assert_eq!(
                    entry.at.date().to_string(),
                    entry.text,
                    "{first} {second} {swapped}"
                );
            }
        }
    }
    // The control: one such date is a slip, not a turn.
    let slip = "20/03/2020, 10:00 - Ana: x\n".repeat(5)
        + "3/20/2020, 10:00 - Ana: x\n"
        + &"21/03/2020, 10:00 - Ana: x\n".repeat(5);
    let (entries, report) = read(slip.as_bytes());
    assert_eq!(
        (entries.len(), report.skipped_total, report.date_orders_mixed),
        (10, 1, false)
    );
}

#[test]
fn what_cannot_be_read_is_listed() {
    let chat = b"Chat of Ana\n\n15/01/2020, 02:22 - Ana: x\n31/02/2020, 02:22 - Ana: y\nmore\n\n15/01/2020, 25:22 - Ana: z\n15/01/2020, 02:22 - Ana: \xff\n";
    let (entries, report) = read(chat);
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[1].text, "\u{fffd}");
    let skipped: Vec<_> = report
        .skipped
        .iter()
        .map(|skip| (skip.line, skip.reason))
        .collect();
    let expected = [
        (1, Reason::BeforeFirstMessage),
        (4, Reason::ImpossibleDate),
        (5, Reason::PartOfSkipped),
        (7, Reason::ImpossibleDate),
        (8, Reason::BadEncoding),
    ];
    assert_eq!(skipped, expected);
    assert_eq!(report.skipped_total, 5);
}

#[test]
fn lines_and_messages_over_the_limits_are_cut_and_listed() {
    let long = "x".repeat(import::MAX_LINE_BYTES + 10);
    let chat = format!("15/01/2020, 02:22 - Ana: {long}\n15/01/2020, 02:23 - Ana: y\n");
    let (entries, report) = read(chat.as_bytes());
    assert_eq!(
        (entries.len(), report.skipped[0].reason),
        (2, Reason::LineTooLong)
    );
    let many = format!(
        "15/01/2020, 02:22 - Ana: x\n{}15/01/2020, 02:23 - Bob: y\n",
        "a line of text\n".repeat(100_000)
    );
    let (entries, report) = read(many.as_bytes());
    assert!(entries[0].text.len() <= import::MAX_MESSAGE_BYTES && entries.len() == 2);
    let kept = u64::try_from(entries[0].text.lines().count()).unwrap();
    assert_eq!(report.skipped_total, 100_001 - kept);
    assert_eq!(report.skipped.len(), import::MAX_SKIPS);
    let name = format!("15/01/2020, 02:22 - {}: x\n", "n".repeat(300));
    let name = [name.clone(), name].concat();
    assert_eq!(
        read(name.as_bytes()).0[0]
            .author
            .as_ref()
            .unwrap()
            .chars()
            .count(),
        import::MAX_NAME_CHARS
    );
}
