//! Real processes that are killed in the middle of their work, again and again: clients, the server, all of them.
//!
//! **What is proved of a history**, which is what three scripted clients said to be kept, what each of them shows when
//! everything has settled, every envelope that crossed the wire, and the server's database ([`history::History::faults`]):
//!
//! - *Nothing is lost.* What a client was told is kept, sent or only queued, is shown by all three, and at its author as sent.
//! - *Nothing is twice.* No text is shown twice by anybody, and there is none that nobody wrote.
//! - *All agree*: on the set, on the order of each author's messages, and any two on the order of the third's and the
//!   messenger's warnings, of which there are none.
//! - *No key is used twice.* Two messages under one key of the MLS ratchet could happen if a client forgot that it had used
//!   it. If both reach the log, OpenMLS refuses the second at every member, who then warns of "something that nobody in the
//!   chat wrote". If the first left and was not taken, it is on the wire and not in the log: so of the envelopes that one
//!   client sent into one mailbox, in their order, each but the last has to stand in the log. If the second was not taken
//!   either, because the mailbox was closed, its message stands in the log of the next epoch, and the first stands there
//!   too: so somebody who sends nothing but messages has exactly as many slots as messages.
//! - *An idempotency key means one envelope*, and an envelope has one key, on the wire.
//!
//! What is not proved: that the disk keeps what the kernel was told to sync; a kill leaves the kernel running.
//!
//! **Controls**: a client that says "kept" before it is, one that sends again under a new key, and a store put back from
//! a copy, which uses old keys again. The same checker finds a fault in each.
//!
//! `SNUG_CRASH_ROUNDS` sets the number of rounds, each with at least one kill.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may stop, says what it measured, and its children say what they did"
)]

mod chance;
mod history;
mod place;
mod process;
mod script;
mod wire;

use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::Duration;

use chance::Chance;
use client::api::{ChatState, Delivery};
use history::{Fault, History, Stored};
use place::Place;
use script::Manner;

const PEOPLE: [&str; 3] = ["Ana", "Bob", "Cleo"];

fn rounds(unless_set: u32) -> u32 {
    std::env::var("SNUG_CRASH_ROUNDS").map_or(unless_set, |rounds| rounds.parse().unwrap())
}

#[test]
fn what_was_kept_arrives_once_whoever_is_killed() {
    let mut chance = Chance::new();
    let rounds = rounds(24);
    let mut place = Place::with_people(&PEOPLE);
    let mut kills = 0;
    for round in 0..rounds {
        place.start_all(round, [Manner::Honest; 3]);
        sleep(chance.milliseconds(15, 450));
        let victims = match chance.below(10) {
            0..4 => vec![chance.below(3)],
            4..6 => vec![3],
            6..8 => vec![3, chance.below(3)],
            _ => vec![0, 1, 2, 3],
        };
        for victim in &victims {
            match PEOPLE.get(*victim) {
                Some(name) => place.kill(name),
                None => place.kill_server(),
            }
        }
        kills += victims.len();
    }
    let history = place.settle();
    println!("{rounds} rounds, {kills} kills: {}", history.summary());
    assert_eq!(history.faults(), BTreeSet::new(), "{chance:?}");
    assert!(
        history.kept() >= usize::try_from(rounds).unwrap(),
        "hardly anything was said"
    );
    assert!(history.epochs() > 3, "hardly anything was committed");
    // What the people's own processes did not send, this one did: the accounts, the chat, the invitations.
    assert!(
        history.unknown() < 20 + history.wire.len() / 20,
        "too little is known of the wire"
    );
}

/// A client that says so before it is: a kill in between loses what was said to be kept.
#[test]
fn control_what_is_acknowledged_too_early_is_found_to_be_lost() {
    let mut chance = Chance::new();
    let mut place = Place::with_people(&PEOPLE);
    for round in 0..200 {
        place.start_all(round, [Manner::Early, Manner::Silent, Manner::Silent]);
        sleep(chance.milliseconds(5, 60));
        place.kill("Ana");
        if place.has_lost("Ana") {
            break;
        }
    }
    let faults = place.settle().faults();
    assert!(faults.contains(&Fault::Lost), "{faults:?}");
}

/// A client that sends again what it does not know to have arrived, as something new.
#[test]
fn control_what_is_sent_again_as_something_new_is_found_twice() {
    let mut place = Place::with_people(&PEOPLE);
    place.start_all(0, [Manner::Twice, Manner::Silent, Manner::Silent]);
    sleep(Duration::from_millis(300));
    place.kill("Ana");
    let faults = place.settle().faults();
    assert_eq!(faults, [Fault::Twice].into(), "{faults:?}");
}

/// A store from a copy uses its old keys again: what forgetting a step would look like.
#[test]
fn control_a_key_that_is_used_twice_is_found() {
    let mut place = Place::with_people(&PEOPLE);
    place.copy_store("Cleo");
    for round in 0..2 {
        place.start_all(round, [Manner::Silent, Manner::Silent, Manner::Talking]);
        sleep(Duration::from_millis(300));
        place.kill_all();
        if round == 0 {
            place.put_store_back("Cleo");
        }
    }
    let faults = place.settle().faults();
    assert!(faults.contains(&Fault::Warned), "{faults:?}");
    assert!(faults.contains(&Fault::Lost), "{faults:?}");
}

/// An honest history with one thing changed: each check finds what it is for, and nothing is wrong without the change.
#[test]
fn control_each_change_of_an_honest_history_is_found() {
    let mut place = Place::with_people(&PEOPLE);
    place.start_all(0, [Manner::Honest, Manner::Honest, Manner::Talking]);
    sleep(Duration::from_millis(600));
    let honest = place.settle();
    assert_eq!(honest.faults(), BTreeSet::new());
    let faults = |change: &dyn Fn(&mut History)| {
        let mut changed = honest.clone();
        change(&mut changed);
        changed.faults()
    };
    let cleo = |history: &History| {
        let is_hers = |from: Option<u32>| {
            from.and_then(|from| history.processes.get(&from))
                .is_some_and(|name| name == "Cleo")
        };
        history
            .wire
            .iter()
            .position(|envelope| envelope.is_message && is_hers(envelope.from))
            .unwrap()
    };

    let lost = faults(&|history| {
        history
            .shown
            .get_mut("Bob")
            .unwrap()
            .retain(|line| line.author.as_deref() != Some("Cleo"));
    });
    assert_eq!(lost, [Fault::Lost, Fault::Disagreement].into());
    let queued = faults(&|history| {
        let mut lines = history.shown.get_mut("Bob").unwrap().iter_mut();
        lines.find(|line| line.mine).unwrap().delivery = Delivery::Queued;
    });
    assert_eq!(queued, [Fault::Lost].into());
    let foreign = faults(&|history| {
        for lines in history.shown.values_mut() {
            let mut lines = lines.iter_mut();
            lines
                .find(|line| line.author.as_deref() == Some("Ana"))
                .unwrap()
                .author = Some("Bob".into());
        }
    });
    assert!(foreign.contains(&Fault::Foreign), "{foreign:?}");
    let order = faults(&|history| {
        let lines = history.shown.get_mut("Bob").unwrap();
        let cleos: Vec<usize> = (0..lines.len())
            .filter(|at| lines[*at].author.as_deref() == Some("Cleo"))
            .collect();
        lines.swap(cleos[0], cleos[1]);
    });
    assert_eq!(order, [Fault::Disagreement].into());
    let key_of_two = faults(&|history| {
        let mut again = history.wire[cleo(history)].clone();
        again.body[20] ^= 1;
        history.wire.push(again);
    });
    assert!(key_of_two.contains(&Fault::KeyOfTwo), "{key_of_two:?}");
    let not_taken = faults(&|history| {
        let mut before = history.wire[cleo(history)].clone();
        (before.key, before.body) = ([9; 16], vec![9; 512]);
        history.wire.insert(0, before);
    });
    assert_eq!(not_taken, [Fault::SealedAnew].into());
    let surplus = faults(&|history| {
        let mut again = history.wire[cleo(history)].clone();
        (again.key, again.body) = ([9; 16], vec![9; 512]);
        history.stored.push(Stored {
            mailbox: again.mailbox,
            is_commit: false,
            body: again.body.clone(),
        });
        history.wire.insert(0, again);
    });
    assert_eq!(surplus, [Fault::Surplus].into());
}

#[test]
fn an_account_that_is_killed_while_it_is_made_is_made_in_the_end() {
    let mut chance = Chance::new();
    let mut place = Place::with_people(&["Ana"]);
    let rounds = rounds(24) / 4;
    let mut kills = 0;
    for round in 0..rounds {
        let name = format!("Guest{round}");
        place.new_folder(&name);
        // Each time it gets a little further.
        for limit in [30, 60, 120, 240, 480] {
            place.run_and_kill(&name, Manner::Account, chance.milliseconds(1, limit));
            kills += 1;
            if chance.below(3) == 0 {
                place.kill_server();
                kills += 1;
            }
        }
        let address = place.run_to_the_end(&name, Manner::Account);
        place.talk_with_a_newcomer(&name, &address);
    }
    println!("{rounds} accounts, {kills} kills while they were made");
}

#[test]
fn who_is_killed_while_joining_joins_in_the_end() {
    let mut chance = Chance::new();
    let mut place = Place::with_accounts(&["Ana", "Bob"]);
    let rounds = rounds(24) / 4;
    let mut kills = 0;
    for round in 0..rounds {
        let title = format!("Evening {round}");
        place.invite("Ana", "Bob", &title);
        for limit in [20, 40, 80, 160] {
            place.run_and_kill("Bob", Manner::Join, chance.milliseconds(1, limit));
            kills += 1;
            if chance.below(3) == 0 {
                place.kill_server();
                kills += 1;
            }
        }
        place.run_to_the_end("Bob", Manner::Join);
        place.talk_in("Ana", "Bob", &title);
    }
    println!("{rounds} chats joined, {kills} kills in between");
}

#[test]
fn an_import_that_is_killed_leaves_nothing_or_everything() {
    let mut chance = Chance::new();
    let mut place = Place::with_accounts(&["Ana"]);
    let rounds = rounds(24) / 3;
    let (mut none, mut some) = (0, 0);
    for round in 0..rounds {
        place.run_and_kill(
            "Ana",
            Manner::Import,
            chance.milliseconds(1, 100 + 100 * (round % 8)),
        );
        let client = place.open("Ana");
        let chats = client.chats().wait().unwrap();
        let archives: Vec<_> = chats
            .iter()
            .filter(|chat| chat.state == ChatState::Archive)
            .collect();
        for archive in &archives {
            let lines = client
                .read(archive.id, client::api::Page::Last(u32::MAX))
                .wait()
                .unwrap();
            assert_eq!(lines.len(), script::ARCHIVED);
        }
        if archives.len() > some {
            some = archives.len();
        } else {
            none += 1;
        }
    }
    println!("{rounds} imports killed: {some} whole archives, {none} times nothing");
    place.run_to_the_end("Ana", Manner::Import);
    let chats = place.open("Ana").chats().wait().unwrap();
    assert_eq!(chats.len(), some + 1);
}

/// Not a test of its own: the server that the others start and kill.
#[test]
#[ignore = "started by the tests of this file"]
fn part_server() {
    process::be_the_server();
}

/// Not a test of its own: the client that the others start and kill.
#[test]
#[ignore = "started by the tests of this file"]
fn part_client() {
    script::be_a_client();
}
