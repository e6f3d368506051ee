//! What people do with each other over a real server.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

use chat::Suite;
use chat::consent::{Ceiling, Wish};
use client::api::{ChatState, Delivery, Draft, Event};
use flows::Town;

fn said(all: &[(&str, &str)]) -> Vec<(String, String)> {
    all.iter()
        .map(|(who, what)| ((*who).into(), (*what).into()))
        .collect()
}

#[test]
fn three_people_talk_and_each_sees_the_same() {
    let town = Town::new();
    let [ana, bob, cleo] = ["Ana", "Bob", "Cleo"].map(|name| town.person(name));
    let chat = ana.new_chat("Flat 3B", &[&bob, &cleo]);
    assert_eq!(ana.say(chat, "the boiler is out again").delivery, Delivery::Sent);
    bob.sync();
    bob.say(bob.chat("Flat 3B"), "I will call them");
    cleo.sync();
    cleo.say(cleo.chat("Flat 3B"), "thank you");
    for person in [&ana, &bob, &cleo] {
        let report = person.sync();
        assert_eq!(
            (report.offline, report.warnings),
            (None, vec![]),
            "{}",
            person.name
        );
        assert_eq!(
            person.heard(person.chat("Flat 3B")),
            said(&[
                ("Ana", "the boiler is out again"),
                ("Bob", "I will call them"),
                ("Cleo", "thank you")
            ])
        );
    }
    let members = ana.client().members(chat).wait().unwrap();
    assert!(
        members.members.iter().all(|member| member.spoke),
        "each committed its own word"
    );
    assert_eq!(members.suite, Suite::XWing);
}

#[test]
fn a_lowering_holds_at_once_here_and_on_sight_elsewhere() {
    let town = Town::new();
    let [ana, bob, cleo] = ["Ana", "Bob", "Cleo"].map(|name| town.person(name));
    let chat = ana.new_chat("Flat 3B", &[&bob, &cleo]);
    let bobs = bob.chat("Flat 3B");
    let info = bob.client().set_consent(bobs, Wish::Off).wait().unwrap();
    assert_eq!(
        (info.ceiling, info.held_by),
        (Ceiling::Off, vec!["Bob".to_owned()])
    );
    ana.sync();
    let info = ana.client().consent(chat).wait().unwrap();
    assert_eq!(
        (info.ceiling, info.held_by),
        (Ceiling::Off, vec!["Bob".to_owned()])
    );
    assert_eq!(info.mine, Some(Wish::OnDevice));
    bob.client().set_consent(bobs, Wish::OnDevice).wait().unwrap();
    ana.sync();
    assert_eq!(
        ana.client().consent(chat).wait().unwrap().ceiling,
        Ceiling::OnDevice
    );
}

#[test]
fn without_a_server_what_is_written_waits_and_what_is_lowered_holds() {
    let mut town = Town::new();
    let [ana, mut bob] = ["Ana", "Bob"].map(|name| town.person(name));
    let chat = ana.new_chat("Two", &[&bob]);
    town.stop_server();
    let bobs = bob.chat("Two");
    assert_eq!(bob.say(bobs, "written on a train").delivery, Delivery::Queued);
    let info = bob.client().set_consent(bobs, Wish::Off).wait().unwrap();
    assert!(info.pending);
    assert_eq!(info.ceiling, Ceiling::Off);
    assert!(bob.sync().offline.is_some());
    bob.restart();
    assert_eq!(
        bob.client().consent(bobs).wait().unwrap().ceiling,
        Ceiling::Off,
        "after a restart too"
    );
    town.start_server();
    bob.restart();
    let report = bob.sync();
    assert_eq!((report.offline, report.sent), (None, 1));
    ana.client().sync().wait().unwrap();
    let ana_again = ana;
    assert_eq!(ana_again.heard(chat), said(&[("Bob", "written on a train")]));
    assert_eq!(
        ana_again.client().consent(chat).wait().unwrap().ceiling,
        Ceiling::Off
    );
}

#[test]
fn who_leaves_and_who_is_removed_reads_no_more_and_can_come_again() {
    let town = Town::new();
    let [ana, bob, cleo] = ["Ana", "Bob", "Cleo"].map(|name| town.person(name));
    let chat = ana.new_chat("Flat 3B", &[&bob, &cleo]);
    cleo.client().leave(cleo.chat("Flat 3B")).wait().unwrap();
    ana.sync();
    bob.sync();
    ana.sync();
    assert_eq!(ana.client().members(chat).wait().unwrap().members.len(), 2);
    ana.client().remove(chat, "Bob".into()).wait().unwrap();
    ana.say(chat, "alone at last");
    bob.sync();
    cleo.sync();
    let states = |person: &flows::Person| person.client().chats().wait().unwrap()[0].state;
    assert_eq!(
        (states(&bob), states(&cleo)),
        (ChatState::Removed, ChatState::Left)
    );
    assert_eq!(bob.heard(bob.chat("Flat 3B")), vec![]);
    ana.client().invite(chat, bob.address.clone()).wait().unwrap();
    let again = bob.join("Flat 3B");
    ana.sync();
    ana.say(chat, "welcome back");
    bob.sync();
    assert_eq!(bob.heard(again), said(&[("Ana", "welcome back")]));
}

#[test]
fn a_known_name_with_another_key_is_said() {
    let town = Town::new();
    let [ana, bob, other_bob] = ["Ana", "Bob", "bob"].map(|name| town.person(name));
    let chat = ana.new_chat("Flat 3B", &[&bob]);
    let says_so = |person: &flows::Person| {
        let lines = person.lines(person.chat("Flat 3B"));
        lines.iter().any(|line| line.contains("another key"))
    };
    assert!(!says_so(&ana), "control: one Bob");
    ana.client()
        .invite(chat, other_bob.address.clone())
        .wait()
        .unwrap();
    other_bob.join("Flat 3B");
    bob.sync();
    assert!(says_so(&ana) && says_so(&bob) && !says_so(&other_bob));
}

#[test]
fn who_listens_hears_without_asking() {
    let mut town = Town::new();
    let [ana, bob] = ["Ana", "Bob"].map(|name| town.person(name));
    let mut heard = bob.client().listen().wait().unwrap();
    let chat = ana
        .client()
        .new_chat("Two".into(), vec![bob.address.clone()], Suite::XWing)
        .wait()
        .unwrap();
    let next = |heard: &mut client::Events| {
        let patience = std::time::Duration::from_secs(20);
        town.runtime
            .block_on(async { tokio::time::timeout(patience, heard.next()).await })
    };
    assert_eq!(next(&mut heard), Ok(Some(Event::Chats)), "the invitation");
    let bobs = bob.chat("Two");
    bob.client().join(bobs).wait().unwrap();
    ana.sync();
    // Over a change of the epoch and of the mailbox, and back.
    for words in ["one", "two", "three"] {
        ana.say(chat, words);
        while !bob.heard(bobs).iter().any(|(_, said)| said == words) {
            assert_eq!(next(&mut heard), Ok(Some(Event::Chat(bobs))), "{words}");
        }
        ana.client().set_consent(chat, Wish::Off).wait().unwrap();
        ana.client().set_consent(chat, Wish::OnDevice).wait().unwrap();
    }
    // A server that was away is found again.
    town.stop_server();
    town.start_server();
    ana.say(chat, "four");
    let is_waiting = || ana.client().chats().wait().unwrap()[0].queued > 0;
    while is_waiting() {
        ana.sync();
        std::thread::sleep(std::time::Duration::from_millis(200));
    }
    let patience = std::time::Duration::from_secs(30);
    while !bob.heard(bobs).iter().any(|(_, said)| said == "four") {
        let event = town
            .runtime
            .block_on(async { tokio::time::timeout(patience, heard.next()).await });
        assert!(event.is_ok(), "nothing was heard of after the server came back");
    }
}

#[test]
fn what_others_wrote_before_stands_before() {
    let town = Town::new();
    let [ana, mut bob] = ["Ana", "Bob"].map(|name| town.person(name));
    let chat = ana.new_chat("Two", &[&bob]);
    ana.say(chat, "first");
    bob.restart();
    let bobs = bob.chat("Two");
    bob.say(bobs, "second");
    ana.sync();
    let both = said(&[("Ana", "first"), ("Bob", "second")]);
    assert_eq!((ana.heard(chat), bob.heard(bobs)), (both.clone(), both));
}

#[test]
fn keys_are_renewed_each_week() {
    let town = Town::new();
    let [ana, bob] = ["Ana", "Bob"].map(|name| town.person(name));
    let chat = ana.new_chat("Two", &[&bob]);
    ana.sync();
    let epoch = || {
        let current = move |store: &client::store::Store| {
            Ok(client::store::mailboxes::current(store.connection(), chat)?
                .unwrap()
                .epoch)
        };
        ana.client().with_store(current).wait().unwrap()
    };
    let before = epoch();
    let (start, day) = (town.now().unix_seconds(), 24 * 60 * 60);
    town.set_clock(start + 6 * day);
    ana.sync();
    assert_eq!(epoch(), before, "control: not before");
    town.set_clock(start + 7 * day);
    ana.sync();
    ana.sync();
    assert_eq!(epoch(), before + 1, "once");
    ana.say(chat, "still here");
    bob.sync();
    assert_eq!(bob.heard(bob.chat("Two")), said(&[("Ana", "still here")]));
}

#[test]
fn a_reply_and_the_marks_arrive() {
    let town = Town::new();
    let [ana, bob] = ["Ana", "Bob"].map(|name| town.person(name));
    let chat = ana.new_chat("Two", &[&bob]);
    let asked = ana.say(chat, "when?").n;
    bob.sync();
    let bobs = bob.chat("Two");
    let question = bob
        .all(bobs)
        .into_iter()
        .find(|line| line.text == "when?")
        .unwrap()
        .n;
    let draft = Draft {
        text: "at eight".into(),
        reply_to: Some(question),
        never_ai: true,
        drafted_with_ai: true,
    };
    bob.client().send(bobs, draft).wait().unwrap();
    ana.sync();
    let reply = ana
        .all(chat)
        .into_iter()
        .find(|line| line.text == "at eight")
        .unwrap();
    assert_eq!(
        (reply.reply_to, reply.never_ai, reply.drafted_with_ai),
        (Some(asked), true, true)
    );
}

#[test]
fn everybody_commits_at_once_and_nothing_is_lost() {
    let town = Town::new();
    let people: Vec<_> = ["Ana", "Bob", "Cleo", "Dan"].map(|name| town.person(name)).into();
    let others: Vec<_> = people.iter().skip(1).collect();
    let _ = people[0].new_chat("Flat 3B", &others);
    // All four change their word without having seen the others', and write.
    let pending: Vec<_> = people
        .iter()
        .map(|person| person.client().set_consent(person.chat("Flat 3B"), Wish::Off))
        .collect();
    let written: Vec<_> = people
        .iter()
        .map(|person| {
            let text = format!("{} was here", person.name);
            person.client().send(
                person.chat("Flat 3B"),
                Draft {
                    text,
                    ..Draft::default()
                },
            )
        })
        .collect();
    for pending in pending {
        pending.wait().unwrap();
    }
    for written in written {
        written.wait().unwrap();
    }
    for _ in 0..2 {
        for person in &people {
            assert_eq!(person.sync().warnings, Vec::<String>::new());
        }
    }
    let heard = |person: &flows::Person| person.heard(person.chat("Flat 3B"));
    let mut first = heard(&people[0]);
    first.sort();
    assert_eq!(first.len(), 4);
    for person in &people {
        let mut same = heard(person);
        same.sort();
        assert_eq!(same, first);
        let info = person.client().consent(person.chat("Flat 3B")).wait().unwrap();
        assert_eq!((info.ceiling, info.pending), (Ceiling::Off, false));
    }
}

#[test]
fn a_lease_ends_by_itself_and_is_renewed_by_who_is_there() {
    let town = Town::new();
    let [ana, bob] = ["Ana", "Bob"].map(|name| town.person(name));
    let chat = ana.new_chat("Two", &[&bob]);
    ana.client().set_confidential(chat).wait().unwrap();
    bob.sync();
    let bobs = bob.chat("Two");
    bob.client().set_confidential(bobs).wait().unwrap();
    ana.sync();
    let start = town.now().unix_seconds();
    let day = 24 * 60 * 60;
    assert_eq!(
        ana.client().consent(chat).wait().unwrap().ceiling,
        Ceiling::Confidential
    );
    town.set_clock(start + 6 * day);
    ana.sync();
    town.set_clock(start + 8 * day);
    ana.sync();
    assert_eq!(
        ana.client().consent(chat).wait().unwrap().ceiling,
        Ceiling::OnDevice,
        "Bob was away"
    );
    assert_eq!(ana.client().consent(chat).wait().unwrap().held_by, ["Bob"]);
    // A clock that is set back does not bring it to life again.
    town.set_clock(start);
    assert_eq!(
        ana.client().consent(chat).wait().unwrap().ceiling,
        Ceiling::OnDevice
    );
}
