//! A process that is killed in the middle of its steps, again and again: what was said to be kept is there, and every
//! step is there whole or not at all.
#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stdout)]

mod common;

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use client::api::ChatId;
use client::store::{Effort, Store, StoreError, chats, messages, outbox, settings};
use common::{Scratch, message, new_chat, unlock};

/// What one step writes: three messages, one line of the outbox, and how many steps there were.
const MESSAGES: u32 = 3;

fn step(store: &Store, chat: ChatId, number: u32) -> Result<(), StoreError> {
    store.transaction(|tx| {
        for part in 0..MESSAGES {
            messages::append(
                tx,
                chat,
                &message(&format!("step {number} part {part} ").repeat(20)),
            )?;
        }
        let item = outbox::NewItem {
            chat: Some(chat),
            kind: outbox::OutKind::Control,
            n: None,
            content: &number.to_be_bytes(),
            target: None,
        };
        outbox::enqueue(tx, &item)?;
        settings::put(tx, "steps", &number.to_be_bytes())
    })
}

/// How many steps the store holds, after looking at every trace of them.
fn steps_in(store: &Store, chat: ChatId) -> u32 {
    store.check().unwrap();
    let steps = settings::get(store.connection(), "steps").unwrap().unwrap();
    let steps = u32::from_be_bytes(steps.try_into().unwrap());
    let said = common::said(store, chat);
    assert_eq!(said.len(), (steps * MESSAGES) as usize);
    for (number, parts) in (1..).zip(said.chunks(MESSAGES as usize)) {
        for (part, text) in parts.iter().enumerate() {
            assert!(text.starts_with(&format!("step {number} part {part} ")), "{text}");
        }
    }
    let waiting = outbox::of_chat(store.connection(), Some(chat)).unwrap();
    let numbers: Vec<_> = waiting.iter().map(|item| item.content.clone()).collect();
    let expected: Vec<_> = (1..=steps).map(|number| number.to_be_bytes().to_vec()).collect();
    assert_eq!(numbers, expected);
    assert_eq!(
        chats::load(store.connection(), chat).unwrap().next_n,
        steps * MESSAGES + 1
    );
    steps
}

#[test]
fn a_killed_process_leaves_whole_steps_and_all_that_were_acknowledged() {
    let rounds = std::env::var("SNUG_CRASH_ROUNDS").map_or(8, |rounds| rounds.parse().unwrap());
    let scratch = Scratch::new("crash");
    let store = scratch.create();
    let chat = store
        .transaction(|tx| {
            settings::put(tx, "steps", &0u32.to_be_bytes())?;
            chats::insert(tx, &new_chat("Flat"))
        })
        .unwrap();
    drop(store);
    let (mut before, mut in_the_air) = (0, 0);
    for round in 0..rounds {
        let acknowledged = run_and_kill(
            &scratch,
            chat,
            before,
            Duration::from_micros(300 + 7919 * round % 60_000),
        );
        let store = scratch.open();
        let kept = steps_in(&store, chat);
        assert!(
            kept >= acknowledged,
            "{acknowledged} steps were acknowledged, {kept} are there"
        );
        assert!(kept <= acknowledged + 1, "one step is under way at most");
        in_the_air += kept - acknowledged;
        before = kept;
    }
    println!("{rounds} kills, {before} steps, {in_the_air} of them kept without being acknowledged");
    assert!(before > 0, "no step was ever done");
}

/// Lets a process do steps, kills it a while after the first, and says which step it acknowledged last.
fn run_and_kill(scratch: &Scratch, chat: ChatId, before: u32, after: Duration) -> u32 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "part_that_is_killed", "--nocapture"])
        .env("SNUG_TEST_STORE", scratch.path())
        .env("SNUG_TEST_CHAT", chat.0.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let number = |line: String| {
        line.strip_prefix("kept ")
            .map(|number| number.parse::<u32>().unwrap())
    };
    let first = said.by_ref().find_map(number).unwrap();
    assert_eq!(first, before + 1);
    std::thread::sleep(after);
    // SIGKILL: no destructor runs, nothing is flushed.
    child.kill().unwrap();
    child.wait().unwrap();
    said.filter_map(number).last().unwrap_or(first)
}

#[test]
#[ignore = "started by another test"]
fn part_that_is_killed() {
    let Some(folder) = std::env::var_os("SNUG_TEST_STORE") else {
        return;
    };
    let chat = ChatId(std::env::var("SNUG_TEST_CHAT").unwrap().parse().unwrap());
    let store = Store::open(folder.as_ref(), &unlock()).unwrap();
    let done = steps_in(&store, chat);
    let mut out = std::io::stdout().lock();
    for number in done + 1..done + 100_000 {
        step(&store, chat, number).unwrap();
        // One write, so that the other side sees it whole or not.
        out.write_all(format!("kept {number}\n").as_bytes()).unwrap();
        out.flush().unwrap();
    }
}

/// Killed while the store is being made: afterwards there is none, or one that opens.
#[test]
fn a_killed_creation_leaves_nothing_or_a_store() {
    let (mut none, mut some) = (0, 0);
    for round in 0..12u64 {
        let scratch = Scratch::new("crash-creation");
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "part_that_creates", "--nocapture"])
            .env("SNUG_TEST_STORE", scratch.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        common::wait_for(child.stdout.as_mut().unwrap(), "begins");
        std::thread::sleep(Duration::from_millis(round * 30));
        child.kill().unwrap();
        child.wait().unwrap();
        match Store::open(scratch.path(), &unlock()) {
            Ok(store) => {
                store.check().unwrap();
                some += 1;
            }
            Err(StoreError::NoStore) => {
                Store::create(scratch.path(), &unlock(), Effort::LEAST).unwrap();
                none += 1;
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    println!("{none} without a store, {some} with one");
}

#[test]
#[ignore = "started by another test"]
fn part_that_creates() {
    let Some(folder) = std::env::var_os("SNUG_TEST_STORE") else {
        return;
    };
    println!("begins");
    let _store = Store::create(folder.as_ref(), &unlock(), Effort::LEAST).unwrap();
    std::thread::sleep(Duration::from_secs(60));
}
