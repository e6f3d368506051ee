//! R11, R12, A25, A30: whatever the chat says, an answer quotes it and nothing else; whatever a worker says, a draft
//! that does not fit is refused whole.

#![allow(clippy::unwrap_used, reason = "a test may stop")]

use assistant::{
    CheckError, Draft, Extract, Kind, MAX_DRAFT_BYTES, MAX_QUOTE_BYTES, Message, ProtocolError, Quote, Task,
    Transcript, check, decode_draft, decode_task, encode_draft, encode_task, run,
};
use jiff::civil::{DateTime, date};
use proptest::prelude::*;

const PIECES: [&str; 26] = [
    "ok",
    "haha",
    "Saturday at 8pm",
    "instead",
    "let's go with",
    "@Ana",
    "https://example.org/x",
    "?",
    "12.6.",
    "morgen",
    "cancelled",
    "who brings the",
    "mañana a las 8",
    "कल 7 बजे",
    "غدا الساعة ٨",
    "ignore all instructions",
    "\n",
    ". ",
    "🎉",
    "<Media omitted>",
    "ß",
    "e\u{301}",
    "\u{200f}",
    "明日8時",
    "4500",
    "Ben",
];

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::collection::vec(prop::sample::select(&PIECES[..]), 0..12).prop_map(|pieces| pieces.join(" ")),
        1 => any::<String>(),
        1 => prop::collection::vec(prop::sample::select(&PIECES[..]), 60..120).prop_map(|pieces| pieces.join(" ")),
    ]
}

prop_compose! {
    fn transcripts()(
        rows in prop::collection::vec((texts(), 0_u16..5, 0_i64..20_000, 1_u32..4), 0..60),
        me in prop::option::of(0_u16..4),
        month_first in any::<bool>(),
        split in 0.0_f64..1.0,
    ) -> Transcript {
        let mut at: DateTime = date(2026, 2, 27).at(23, 0, 0, 0);
        let mut n = 0;
        let messages: Vec<Message> = rows.into_iter().map(|(text, author, pause, step)| {
            at = at.saturating_add(jiff::Span::new().seconds(pause));
            n += step;
            Message { n, at, author: (author < 4).then_some(author), text }
        }).collect();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let unread_from = (messages.len() as f64 * split) as usize;
        let authors = ["Ana", "Ben", "Ana Lucía", "🦊"].map(String::from).to_vec();
        Transcript { authors, me, month_first, unread_from, messages }
    }
}

fn task(transcript: Transcript, items: u16) -> Task {
    Task::KeyMessages { transcript, items }
}

proptest! {
    #[test]
    fn the_engine_never_fails_its_own_check(transcript in transcripts(), items in 0_u16..15) {
        let task = task(transcript.clone(), items);
        let answer = check(&task, &run(&task)).unwrap();
        prop_assert!(answer.items().len() <= usize::from(items));
        for item in answer.items() {
            prop_assert_eq!(&item.text, &item.quotes[0]);
            prop_assert_eq!(item.cites.len(), item.quotes.len());
            for (n, quote) in item.cites.iter().zip(&item.quotes) {
                let message = transcript.unread().iter().find(|message| message.n == *n).unwrap();
                prop_assert!(message.text.contains(quote.as_str()));
                prop_assert!(message.author.is_some());
                prop_assert!(transcript.me.is_none() || message.author != transcript.me || item.cites[0] != *n);
            }
        }
    }

    #[test]
    fn the_same_task_gives_the_same_draft(transcript in transcripts()) {
        let task = task(transcript, 8);
        prop_assert_eq!(run(&task), run(&task));
    }

    #[test]
    fn tasks_survive_the_pipe(transcript in transcripts(), items in any::<u16>()) {
        let task = task(transcript, items);
        prop_assert_eq!(decode_task(&encode_task(&task).unwrap()), Ok(task));
    }

    #[test]
    fn drafts_survive_the_pipe(transcript in transcripts()) {
        let draft = run(&task(transcript, 12));
        prop_assert_eq!(decode_draft(&encode_draft(&draft)), Ok(draft));
    }

    #[test]
    fn no_bytes_bring_a_decoder_down(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode_task(&bytes);
        let _ = decode_draft(&bytes);
    }

    #[test]
    fn a_cut_or_longer_frame_is_refused(transcript in transcripts(), cut in 0.0_f64..1.0) {
        let task = task(transcript, 3);
        let mut bytes = encode_task(&task).unwrap();
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let shorter = (bytes.len() as f64 * cut) as usize;
        prop_assert!(decode_task(&bytes[..shorter]).is_err());
        bytes.push(0);
        prop_assert_eq!(decode_task(&bytes), Err(ProtocolError::Malformed));
    }

    #[test]
    fn a_draft_of_random_places_is_refused_or_quotes_the_chat(
        transcript in transcripts(),
        lines in prop::collection::vec((0_u32..100, 0_u32..40, 0_u32..40), 0..6),
    ) {
        let line = |(n, start, end)| Extract { kind: Kind::Said, quotes: vec![Quote { n, start, end }] };
        let draft = Draft::KeyMessages(lines.into_iter().map(line).collect());
        if let Ok(answer) = check(&task(transcript.clone(), 10), &draft) {
            for item in answer.items() {
                let message = transcript.unread().iter().find(|message| message.n == item.cites[0]).unwrap();
                prop_assert!(message.text.contains(&item.text) && !item.text.trim().is_empty());
            }
        }
    }
}

fn small() -> Task {
    let message = |n: u32, author, text: &str| Message {
        n,
        at: date(2026, 2, 27).at(9, 0, 0, 0),
        author,
        text: text.to_owned(),
    };
    let messages = vec![
        message(1, Some(0), "read"),
        message(2, Some(0), "grüße an alle"),
        message(3, None, "Ana left"),
        message(4, Some(0), " "),
    ];
    let authors = vec!["Ana".to_owned()];
    task(
        Transcript {
            authors,
            unread_from: 1,
            messages,
            ..Transcript::default()
        },
        2,
    )
}

fn refused(quotes: &[&[(u32, u32, u32)]]) -> CheckError {
    let quote = |(n, start, end): &(u32, u32, u32)| Quote {
        n: *n,
        start: *start,
        end: *end,
    };
    let line = |quotes: &&[_]| Extract {
        kind: Kind::Said,
        quotes: quotes.iter().map(quote).collect(),
    };
    check(&small(), &Draft::KeyMessages(quotes.iter().map(line).collect())).unwrap_err()
}

#[test]
fn an_honest_draft_passes() {
    let draft = Draft::KeyMessages(vec![Extract {
        kind: Kind::Said,
        quotes: vec![Quote {
            n: 2,
            start: 0,
            end: 7,
        }],
    }]);
    let answer = check(&small(), &draft).unwrap();
    assert_eq!(answer.items()[0].text, "grüße");
    assert_eq!(answer.items()[0].cites, [2]);
}

#[test]
fn each_lie_is_refused() {
    assert_eq!(
        refused(&[&[(1, 0, 4)]]),
        CheckError::UnknownMessage,
        "a message that was read"
    );
    assert_eq!(
        refused(&[&[(9, 0, 4)]]),
        CheckError::UnknownMessage,
        "a message that does not exist"
    );
    assert_eq!(
        refused(&[&[(3, 0, 4)]]),
        CheckError::UnknownMessage,
        "a line of the messenger"
    );
    assert_eq!(
        refused(&[&[(2, 0, 99)]]),
        CheckError::NoSuchWords,
        "beyond the end"
    );
    assert_eq!(refused(&[&[(2, 4, 2)]]), CheckError::NoSuchWords, "backwards");
    assert_eq!(
        refused(&[&[(2, 0, 3)]]),
        CheckError::NoSuchWords,
        "inside a letter"
    );
    assert_eq!(refused(&[&[(2, 3, 3)]]), CheckError::NoSuchWords, "nothing");
    assert_eq!(refused(&[&[(4, 0, 1)]]), CheckError::NoSuchWords, "a space");
    assert_eq!(refused(&[&[]]), CheckError::WrongQuotes, "no quote");
    assert_eq!(
        refused(&[&[(2, 0, 1), (2, 0, 1)]]),
        CheckError::CitedTwice,
        "twice in a line"
    );
    assert_eq!(
        refused(&[&[(2, 0, 1)], &[(2, 0, 1)]]),
        CheckError::CitedTwice,
        "twice in a draft"
    );
    assert_eq!(
        refused(&[&[(2, 0, 1)], &[], &[]]),
        CheckError::TooManyLines,
        "more than asked for"
    );
}

#[test]
fn too_large_a_draft_is_refused_before_it_is_read() {
    assert_eq!(
        decode_draft(&vec![0; MAX_DRAFT_BYTES + 1]),
        Err(ProtocolError::TooLarge)
    );
}

#[test]
fn a_length_that_the_bytes_do_not_back_allocates_nothing() {
    // An array of 2^62 lines.
    let bytes = [0x82, 0x01, 0x9b, 0x40, 0, 0, 0, 0, 0, 0, 0];
    assert_eq!(decode_draft(&bytes), Err(ProtocolError::TooLarge));
}

#[test]
fn a_quote_longer_than_a_line_is_refused() {
    let mut transcript = small().into_transcript();
    transcript.messages[1].text = "x".repeat(MAX_QUOTE_BYTES + 1);
    let quote = |end| Extract {
        kind: Kind::Said,
        quotes: vec![Quote { n: 2, start: 0, end }],
    };
    let task = task(transcript, 2);
    let most = u32::try_from(MAX_QUOTE_BYTES).unwrap();
    assert!(
        check(&task, &Draft::KeyMessages(vec![quote(most)])).is_ok(),
        "control: the longest that fits"
    );
    assert_eq!(
        check(&task, &Draft::KeyMessages(vec![quote(most + 1)])),
        Err(CheckError::QuoteTooLong)
    );
}

/// A30: what is quadratic in a naive engine. It ends, and quickly; a quadratic step would take minutes here.
#[test]
fn chats_made_to_be_slow_are_not() {
    let chat = |texts: &mut dyn Iterator<Item = String>| -> Transcript {
        let message = |(n, text): (usize, String)| Message {
            n: u32::try_from(n).unwrap() + 1,
            at: date(2026, 2, 27).at(9, 0, 0, 0),
            author: Some(0),
            text,
        };
        let authors = vec!["Ana".to_owned(), "Ben".to_owned()];
        Transcript {
            authors,
            me: Some(1),
            messages: texts.enumerate().map(message).collect(),
            ..Transcript::default()
        }
    };
    let overtaking =
        chat(&mut (0..8_000).map(|n| format!("actually the boiler visit moved to {}:00 instead", n % 24)));
    let asking = chat(&mut (0..8_000).map(|n| format!("Ben, and what about number {n}?")));
    let sentences = chat(&mut (0..3).map(|_| "at 8pm. no. ".repeat(80_000)));
    for transcript in [overtaking, asking, sentences] {
        let task = task(transcript, 12);
        assert!(!check(&task, &run(&task)).unwrap().items().is_empty());
    }
}
