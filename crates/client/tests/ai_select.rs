//! What a task may look at: never what was sent while the ceiling was off, never what is marked, and nothing once it is
//! off now (R13, R14).
#![cfg(feature = "ai")]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod common;

use assistant::{Task, Transcript, encode_task};
use chat::Time;
use chat::consent::{Ceiling, Consent};
use client::ai::limits::{CONTEXT, MOST_MESSAGES};
use client::ai::{LeftOut, Part, Question, Selection, Verdict, select};
use client::api::{ChatId, Page};
use client::archive::{self, Request};
use client::store::messages::{Kind, NewMessage};
use client::store::{Store, StoreError, chats, messages};
use common::{Scratch, message, new_chat};
use jiff::civil::date;
use jiff::tz::{Offset, TimeZone};
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::test_runner::{Config, TestCaseError, TestRunner};

static UTC: TimeZone = TimeZone::UTC;
const NOW: Time = Time::from_unix_seconds(1_800_000_000);

fn asks(chat: ChatId, part: Part) -> Question<'static> {
    Question {
        chat,
        part,
        items: 8,
        me: None,
        consent: Consent::ARCHIVE,
        held_by: &[],
        now: NOW,
        zone: &UTC,
    }
}

fn allowed(store: &Store, question: &Question<'_>) -> Selection {
    match select(store.connection(), question).unwrap() {
        Verdict::Allowed(selection) => selection,
        Verdict::Refused(refusal) => panic!("{refusal:?}"),
    }
}

fn numbers(transcript: &Transcript) -> Vec<u32> {
    transcript.messages.iter().map(|message| message.n).collect()
}

/// The bytes that a worker would read.
fn bytes_of(selection: &Selection) -> Vec<u8> {
    let transcript = selection.transcript().clone();
    encode_task(&Task::KeyMessages { transcript, items: 8 }).unwrap()
}

fn holds(bytes: &[u8], words: &str) -> bool {
    bytes.windows(words.len()).any(|part| part == words.as_bytes())
}

/// A message of a random history.
#[derive(Clone, Debug)]
struct Past {
    never_ai: bool,
    sent_under: Consent,
    sent_at: Time,
    mine: bool,
    line: bool,
}

/// Times around now, so that leases run and have run out.
fn a_time() -> impl Strategy<Value = Time> {
    prop_oneof![
        (0u64..200).prop_map(|by| Time::from_unix_seconds(NOW.unix_seconds() - 100 + by)),
        Just(Time::ZERO),
        Just(Time::NEVER)
    ]
}

fn a_consent() -> impl Strategy<Value = Consent> {
    let most = prop_oneof![
        Just(Ceiling::Off),
        Just(Ceiling::OnDevice),
        Just(Ceiling::Confidential)
    ];
    (most, a_time()).prop_map(|(most, until)| Consent::from_parts(most, until))
}

fn a_past() -> impl Strategy<Value = Past> {
    (
        any::<bool>(),
        a_consent(),
        a_time(),
        any::<bool>(),
        any::<bool>(),
        any::<bool>(),
    )
        .prop_map(|(marked, sent_under, sent_at, mine, again, line)| Past {
            never_ai: marked && again,
            sent_under,
            sent_at,
            mine: mine && again,
            line: line && !again,
        })
}

fn a_part() -> impl Strategy<Value = Part> {
    prop_oneof![
        Just(Part::Unread),
        (0u32..40).prop_map(Part::From),
        (0u32..40).prop_map(Part::Last),
        (0i64..200).prop_map(|by| {
            let second = i64::try_from(NOW.unix_seconds()).unwrap() - 100 + by;
            Part::Since(Offset::UTC.to_datetime(jiff::Timestamp::from_second(second).unwrap()))
        })
    ]
}

fn write(store: &Store, past: &[Past], consent: Consent, read: u32) -> ChatId {
    store
        .transaction(|tx| {
            let chat = chats::insert(
                tx,
                &chats::NewChat {
                    consent,
                    ..new_chat("Flat")
                },
            )?;
            for (n, past) in (1..).zip(past) {
                let word = if is_usable(past) { "usable" } else { "withheld" };
                let message = NewMessage {
                    kind: if past.line { Kind::Line } else { Kind::Person },
                    mine: past.mine && !past.line,
                    never_ai: past.never_ai,
                    sent_under: past.sent_under,
                    sent_at: past.sent_at,
                    ..message(word)
                };
                assert_eq!(messages::append(tx, chat, &message)?, messages::Appended::New(n));
            }
            chats::mark_read(tx, chat, read)?;
            Ok::<_, StoreError>(chat)
        })
        .unwrap()
}

/// On the device the rule is this short: it was not off, and it is not marked. Written without the kernel's own.
fn is_usable(past: &Past) -> bool {
    !past.never_ai && past.sent_under.into_parts().0 != Ceiling::Off
}

fn begin_of(past: &[Past], part: Part, read: u32) -> u32 {
    let numbered = || (1u32..).zip(past);
    let end = u32::try_from(past.len()).unwrap() + 1;
    match part {
        Part::Unread => {
            let own = numbered()
                .filter(|(_, past)| past.mine && !past.line)
                .map(|(n, _)| n)
                .max();
            own.unwrap_or(0).max(read.min(end - 1)) + 1
        }
        Part::From(n) => n,
        Part::Last(0) => end,
        Part::Last(count) => {
            let people: Vec<u32> = numbered()
                .filter(|(_, past)| !past.line)
                .map(|(n, _)| n)
                .collect();
            let from = people.len().checked_sub(count as usize);
            from.map_or(1, |from| people[from])
        }
        Part::Since(moment) => {
            let moment = Offset::UTC.to_timestamp(moment).unwrap().as_second();
            let late = |past: &Past| past.sent_at.unix_seconds() >= u64::try_from(moment).unwrap();
            numbered().find(|(_, past)| late(past)).map_or(end, |(n, _)| n)
        }
    }
}

#[test]
fn whatever_was_agreed_to_nothing_withheld_reaches_a_task_and_everything_else_does() {
    let scratch = Scratch::new("ai-property");
    let store = scratch.create();
    let strategy = (
        proptest::collection::vec(a_past(), 0..60),
        a_consent(),
        a_consent(),
        0u32..70,
        a_part(),
    );
    let (mut withheld, mut refused) = (0, 0);
    let mut check = |(past, now, in_store, read, part): (Vec<Past>, Consent, Consent, u32, Part)| {
        let chat = write(&store, &past, in_store, read);
        let question = Question {
            consent: now,
            ..asks(chat, part)
        };
        let off = [now, in_store]
            .iter()
            .any(|consent| consent.into_parts().0 == Ceiling::Off);
        let selection = match select(store.connection(), &question).unwrap() {
            Verdict::Refused(_) if off => {
                refused += 1;
                return Ok(());
            }
            Verdict::Allowed(selection) if !off => selection,
            other => return Err(TestCaseError::fail(format!("{other:?}"))),
        };
        let begin = begin_of(&past, part, read);
        let numbered = || (1u32..).zip(&past);
        let usable: Vec<u32> = numbered()
            .filter(|(_, past)| is_usable(past))
            .map(|(n, _)| n)
            .collect();
        assert_eq!(
            numbers(selection.transcript()),
            usable,
            "fewer than the limits: all of them"
        );
        let unread: Vec<u32> = selection
            .transcript()
            .unread()
            .iter()
            .map(|message| message.n)
            .collect();
        assert_eq!(
            unread,
            usable.into_iter().filter(|n| *n >= begin).collect::<Vec<_>>()
        );
        let count = |which: &dyn Fn(&Past) -> bool| {
            numbered()
                .filter(|(n, past)| *n >= begin && !past.line && which(past))
                .count() as u64
        };
        let left_out = LeftOut {
            never_ai: count(&|past| past.never_ai),
            off_when_sent: count(&|past| !past.never_ai && !is_usable(past)),
            too_many: 0,
        };
        assert_eq!(selection.left_out(), left_out);
        let bytes = bytes_of(&selection);
        assert!(!holds(&bytes, "withheld"));
        withheld += past.iter().filter(|past| !is_usable(past)).count();
        Ok(())
    };
    let each = std::cell::RefCell::new(&mut check);
    TestRunner::new(Config {
        cases: 256,
        failure_persistence: None,
        ..Config::default()
    })
    .run(&strategy, |case| (each.borrow_mut())(case))
    .unwrap();
    assert!(
        withheld > 100 && refused > 10,
        "{withheld} withheld, {refused} refused"
    );
}

/// The same history without the mark and without `off`: every message is in the bytes. So the search above can find them.
#[test]
fn control_without_the_mark_and_without_off_the_words_reach_the_task() {
    let scratch = Scratch::new("ai-control");
    let store = scratch.create();
    let chat = store
        .transaction(|tx| {
            let chat = chats::insert(tx, &new_chat("Flat"))?;
            messages::append(tx, chat, &message("withheld"))?;
            let marked = NewMessage {
                never_ai: true,
                ..message("marked")
            };
            messages::append(tx, chat, &marked)?;
            let off = NewMessage {
                sent_under: Consent::NONE,
                ..message("sent in off times")
            };
            messages::append(tx, chat, &off)?;
            Ok::<_, StoreError>(chat)
        })
        .unwrap();
    let bytes = || bytes_of(&allowed(&store, &asks(chat, Part::Unread)));
    assert!(holds(&bytes(), "withheld") && !holds(&bytes(), "marked") && !holds(&bytes(), "off times"));
    store
        .connection()
        .execute_batch("UPDATE messages SET never_ai = 0, consent_most = 1")
        .unwrap();
    assert!(holds(&bytes(), "marked") && holds(&bytes(), "off times"));
}

#[test]
fn a_chat_that_is_off_is_refused_with_the_names_of_those_who_hold_it_down() {
    let scratch = Scratch::new("ai-refused");
    let store = scratch.create();
    let chat = write(&store, &[], Consent::ARCHIVE, 0);
    let names = ["Ben".to_owned(), "Cem".to_owned()];
    let question = Question {
        consent: Consent::NONE,
        held_by: &names,
        ..asks(chat, Part::Unread)
    };
    let Verdict::Refused(refusal) = select(store.connection(), &question).unwrap() else {
        panic!("it is off")
    };
    assert_eq!(
        (refusal.ceiling, &refusal.held_by[..]),
        (Ceiling::Off, &names[..])
    );
}

#[test]
fn of_too_many_messages_the_newest_are_looked_at_and_the_rest_is_counted() {
    let scratch = Scratch::new("ai-many");
    let store = scratch.create();
    let count = MOST_MESSAGES + CONTEXT + 300;
    let chat = store
        .transaction(|tx| {
            let chat = chats::insert(tx, &new_chat("Flat"))?;
            for _ in 0..count {
                messages::append(tx, chat, &message("x"))?;
            }
            Ok::<_, StoreError>(chat)
        })
        .unwrap();
    let all = allowed(&store, &asks(chat, Part::Unread));
    assert_eq!(all.transcript().unread().len(), MOST_MESSAGES);
    assert_eq!((all.transcript().unread_from, all.left_out().too_many), (0, 500));
    let some = allowed(&store, &asks(chat, Part::Last(1000)));
    assert_eq!(
        (some.transcript().unread().len(), some.transcript().unread_from),
        (1000, CONTEXT)
    );
    assert_eq!(some.left_out(), LeftOut::default());
}

#[test]
fn of_too_much_text_the_newest_is_looked_at_and_the_rest_is_counted() {
    let scratch = Scratch::new("ai-long");
    let store = scratch.create();
    let long = "x".repeat(1 << 20);
    let chat = store
        .transaction(|tx| {
            let chat = chats::insert(tx, &new_chat("Flat"))?;
            for _ in 0..14 {
                messages::append(tx, chat, &message(&long))?;
            }
            Ok::<_, StoreError>(chat)
        })
        .unwrap();
    let all = allowed(&store, &asks(chat, Part::Unread));
    assert_eq!(
        (numbers(all.transcript()).len(), all.left_out().too_many),
        (12, 2)
    );
    bytes_of(&all);
}

const EXPORT: &str = "03/12/2020, 02:22 - Ana Lee: the newest plan\n\
    03/13/2020, 02:24 - Ben: This message was deleted\n\
    03/13/2020, 23:59 - Ben: see you on 3/14\n";

#[test]
fn an_archive_keeps_its_days_and_hours_and_the_order_of_its_dates() {
    let scratch = Scratch::new("ai-archive");
    let store = scratch.create();
    let request = Request {
        me: Some("ana"),
        ..Request::default()
    };
    let chat = archive::keep(&store, EXPORT.as_bytes(), &request, NOW)
        .unwrap()
        .chats[0];
    let tokyo = TimeZone::fixed(jiff::tz::offset(9));
    let question = Question {
        zone: &tokyo,
        ..asks(chat, Part::Unread)
    };
    let selection = allowed(&store, &question);
    let transcript = selection.transcript();
    assert!(transcript.month_first);
    assert_eq!(transcript.me, Some(0));
    assert_eq!(transcript.authors, ["Ana Lee", "Ben"]);
    assert_eq!(
        (transcript.unread_from, transcript.messages[1].text.as_str()),
        (1, ""),
        "a notice is nobody's words"
    );
    assert_eq!(transcript.messages[2].at, date(2020, 3, 13).at(23, 59, 0, 0));
    let since = Part::Since(date(2020, 3, 13).at(23, 0, 0, 0));
    let selection = allowed(
        &store,
        &Question {
            part: since,
            ..question
        },
    );
    assert_eq!(selection.extent().0, 1);
}

#[test]
fn a_live_chat_shows_the_hours_of_the_reader() {
    let scratch = Scratch::new("ai-zone");
    let store = scratch.create();
    let sent_at = Offset::UTC
        .to_timestamp(date(2026, 11, 30).at(23, 30, 0, 0))
        .unwrap();
    let sent_at = Time::from_unix_seconds(u64::try_from(sent_at.as_second()).unwrap());
    let chat = store
        .transaction(|tx| {
            let chat = chats::insert(tx, &new_chat("Flat"))?;
            messages::append(
                tx,
                chat,
                &NewMessage {
                    sent_at,
                    ..message("now")
                },
            )?;
            messages::append(
                tx,
                chat,
                &NewMessage {
                    sent_at: Time::NEVER,
                    ..message("far")
                },
            )?;
            Ok::<_, StoreError>(chat)
        })
        .unwrap();
    let zone = TimeZone::fixed(jiff::tz::offset(1));
    let question = Question {
        zone: &zone,
        me: Some("Zoe"),
        ..asks(chat, Part::Since(date(2026, 12, 1).at(0, 30, 0, 0)))
    };
    let selection = allowed(&store, &question);
    assert_eq!(
        selection.transcript().unread()[0].at,
        date(2026, 12, 1).at(0, 30, 0, 0)
    );
    assert_eq!(selection.transcript().authors, ["Zoe", "Ana"]);
    bytes_of(&selection);
    let later = Question {
        part: Part::Since(date(2026, 12, 1).at(0, 31, 0, 0)),
        ..question
    };
    assert_eq!(numbers_of_part(&allowed(&store, &later)), [2]);
    let page = messages::page(store.connection(), chat, Page::Unread).unwrap();
    assert_eq!(page[1].at, Time::NEVER);
}

fn numbers_of_part(selection: &Selection) -> Vec<u32> {
    selection
        .transcript()
        .unread()
        .iter()
        .map(|message| message.n)
        .collect()
}
