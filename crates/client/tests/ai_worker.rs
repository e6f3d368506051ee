//! The catch-up with the real worker behind its wall, and what the journal says afterwards.
//!
//! This program is its own worker, so it has no harness: a worker needs a process with one thread.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod common;

use chat::Time;
use chat::consent::{Ceiling, Consent};
use client::ai::{AiError, CatchUp, Outcome, Part, Prepared, Question, catch_up, finish, prepare};
use client::api::ChatId;
use client::journal;
use client::store::messages::NewMessage;
use client::store::{Store, StoreError, chats, messages};
use common::{Scratch, message, new_chat};
use jiff::tz::TimeZone;
use worker::{Cancel, Limits, Program};

fn main() {
    worker::entry(std::env::args_os().skip(1), assistant::run);
    for (name, test) in TESTS {
        print!("test {name} ... ");
        test();
        println!("ok");
    }
}

const TESTS: &[(&str, fn())] = &[
    (
        "an_answer_cites_messages_and_is_in_the_journal",
        an_answer_cites_messages_and_is_in_the_journal,
    ),
    ("what_is_marked_is_never_quoted", what_is_marked_is_never_quoted),
    ("a_refusal_is_in_the_journal", a_refusal_is_in_the_journal),
    (
        "a_worker_that_fails_is_in_the_journal",
        a_worker_that_fails_is_in_the_journal,
    ),
    (
        "what_became_off_meanwhile_is_not_answered",
        what_became_off_meanwhile_is_not_answered,
    ),
    ("nothing_new_starts_no_worker", nothing_new_starts_no_worker),
];

static UTC: TimeZone = TimeZone::UTC;
const NOW: Time = Time::from_unix_seconds(1_800_000_000);
const PLAN: &str = "Shall we meet on Friday at 8 at the station? Ana, can you bring the tickets?";

fn asks(chat: ChatId) -> Question<'static> {
    Question {
        chat,
        part: Part::Unread,
        items: 8,
        me: Some("Zoe"),
        consent: Consent::ARCHIVE,
        held_by: &[],
        now: NOW,
        zone: &UTC,
    }
}

/// A chat with small talk and one plan.
fn a_chat(store: &Store, plan: &NewMessage<'_>) -> ChatId {
    store
        .transaction(|tx| {
            let chat = chats::insert(tx, &new_chat("Flat"))?;
            for text in ["good morning", "nice weather", "lol"] {
                messages::append(tx, chat, &message(text))?;
            }
            messages::append(tx, chat, plan)?;
            Ok::<_, StoreError>(chat)
        })
        .unwrap()
}

fn ask(store: &Store, question: &Question<'_>) -> Result<Outcome, AiError> {
    catch_up(
        store,
        question,
        &Program::this(),
        &Limits::default(),
        &Cancel::new(),
    )
}

fn answered(outcome: Outcome) -> CatchUp {
    match outcome {
        Outcome::Answered(answer) => *answer,
        Outcome::Refused(refusal) => panic!("{refusal:?}"),
    }
}

/// Outcome, ceiling and number of messages of each line, newest first.
fn journal_of(store: &Store) -> Vec<(String, Ceiling, u32)> {
    let lines = journal::list(store.connection(), 100).unwrap();
    lines
        .into_iter()
        .map(|line| (line.outcome, line.ceiling, line.messages))
        .collect()
}

fn an_answer_cites_messages_and_is_in_the_journal() {
    let scratch = Scratch::new("worker-answer");
    let store = scratch.create();
    let chat = a_chat(&store, &message(PLAN));
    let answer = answered(ask(&store, &asks(chat)).unwrap());
    assert!(answer.run.is_some(), "a worker ran");
    assert_eq!((answer.messages, answer.title.as_str()), (4, "Flat"));
    let items = answer.answer.items();
    let plan = items
        .iter()
        .find(|item| item.cites.contains(&4))
        .expect("the plan is the news");
    assert!(PLAN.contains(plan.text.as_str()));
    assert_eq!(
        journal_of(&store),
        [("answered".to_owned(), Ceiling::OnDevice, 4)]
    );
}

fn what_is_marked_is_never_quoted() {
    let scratch = Scratch::new("worker-marked");
    let store = scratch.create();
    let marked = NewMessage {
        never_ai: true,
        ..message(PLAN)
    };
    let chat = a_chat(&store, &marked);
    let answer = answered(ask(&store, &asks(chat)).unwrap());
    assert_eq!((answer.messages, answer.left_out.never_ai), (3, 1));
    assert!(answer.answer.items().iter().all(|item| !item.cites.contains(&4)));
}

fn a_refusal_is_in_the_journal() {
    let scratch = Scratch::new("worker-refusal");
    let store = scratch.create();
    let chat = a_chat(&store, &message(PLAN));
    let names = ["Ben".to_owned()];
    let question = Question {
        consent: Consent::NONE,
        held_by: &names,
        ..asks(chat)
    };
    match ask(&store, &question).unwrap() {
        Outcome::Refused(refusal) => assert_eq!(refusal.held_by, names),
        Outcome::Answered(answer) => panic!("{answer:?}"),
    }
    assert_eq!(journal_of(&store), [("refused".to_owned(), Ceiling::Off, 0)]);
}

fn a_worker_that_fails_is_in_the_journal() {
    let scratch = Scratch::new("worker-fails");
    let store = scratch.create();
    let chat = a_chat(&store, &message(PLAN));
    let nobody = Program::at("/bin/false");
    let failed = catch_up(&store, &asks(chat), &nobody, &Limits::default(), &Cancel::new());
    assert!(matches!(failed, Err(AiError::Worker(_))), "{failed:?}");
    assert_eq!(journal_of(&store), [("failed".to_owned(), Ceiling::OnDevice, 4)]);
}

fn what_became_off_meanwhile_is_not_answered() {
    let scratch = Scratch::new("worker-meanwhile");
    let store = scratch.create();
    let chat = a_chat(&store, &message(PLAN));
    let Prepared::Ready(job) = prepare(&store, &asks(chat)).unwrap() else {
        panic!("it is not off yet")
    };
    let ran = job.run(&Program::this(), &Limits::default(), &Cancel::new());
    assert!(!ran.as_ref().unwrap().0.items().is_empty());
    store
        .transaction(|tx| chats::set_consent(tx, chat, Consent::NONE))
        .unwrap();
    let outcome = finish(&store, *job, ran, NOW).unwrap();
    assert!(matches!(outcome, Outcome::Refused(_)), "{outcome:?}");
    assert_eq!(journal_of(&store), [("refused".to_owned(), Ceiling::Off, 4)]);
}

fn nothing_new_starts_no_worker() {
    let scratch = Scratch::new("worker-nothing");
    let store = scratch.create();
    let chat = a_chat(&store, &message(PLAN));
    store.transaction(|tx| chats::mark_read(tx, chat, 4)).unwrap();
    let nobody = Program::at("/bin/false");
    let outcome = catch_up(&store, &asks(chat), &nobody, &Limits::default(), &Cancel::new()).unwrap();
    let answer = answered(outcome);
    assert!(answer.run.is_none() && answer.answer.items().is_empty());
    assert!(journal_of(&store).is_empty());
}
