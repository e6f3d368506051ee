//! What is left on a device of a chat that is over for it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

use client::api::{ChatId, ChatState};
use client::store::mailboxes;
use flows::{Person, Rogue, Town};

const FLAT: &str = "Flat 3B";

/// Mailboxes, and rows of MLS about groups.
fn keys(person: &Person, chat: ChatId) -> (usize, i64) {
    person
        .client()
        .with_store(move |store| {
            let connection = store.connection();
            let mailboxes = mailboxes::of_chat(connection, chat)?.len();
            let groups =
                connection.query_row("SELECT count(*) FROM openmls_group_data", [], |row| row.get(0));
            Ok((mailboxes, groups.unwrap()))
        })
        .wait()
        .unwrap()
}

fn state(person: &Person, chat: ChatId) -> ChatState {
    let chats = person.client().chats().wait().unwrap();
    chats.into_iter().find(|line| line.id == chat).unwrap().state
}

#[test]
fn who_left_and_who_was_removed_keep_no_key_of_the_chat() {
    let town = Town::new();
    let [ana, bob, cleo] = ["Ana", "Bob", "Cleo"].map(|name| town.person(name));
    let chat = ana.new_chat(FLAT, &[&bob, &cleo]);
    for person in [&ana, &bob, &cleo] {
        person.sync();
    }
    let (bobs, cleos) = (bob.chat(FLAT), cleo.chat(FLAT));
    bob.client().leave(bobs).wait().unwrap();
    ana.sync();
    ana.client().remove(chat, "Cleo".into()).wait().unwrap();
    cleo.sync();
    assert_eq!(
        (state(&bob, bobs), state(&cleo, cleos)),
        (ChatState::Left, ChatState::Removed)
    );
    assert_eq!((keys(&bob, bobs), keys(&cleo, cleos)), ((0, 0), (0, 0)));
    let (mailboxes, groups) = keys(&ana, chat);
    assert!(mailboxes > 0 && groups > 0, "control: Ana is in the chat");
}

/// Ana, Cleo, Bob and Mallory, who commits so that Bob, beside whom it sits in the tree, cannot follow.
fn stuck() -> (Town, Person, Person, Rogue) {
    let town = Town::new();
    let [ana, bob, cleo] = ["Ana", "Bob", "Cleo"].map(|name| town.person(name));
    let (mut mallory, _chat) = Rogue::leaving_behind(&town, FLAT, [&ana, &cleo, &bob]);
    mallory.follow();
    (town, ana, bob, mallory)
}

#[test]
fn who_leaves_is_not_brought_back_by_a_commit_that_cannot_be_followed() {
    let (_town, ana, bob, _mallory) = stuck();
    let chat = bob.chat(FLAT);
    bob.client().leave(chat).wait().unwrap();
    assert_eq!((state(&bob, chat), keys(&bob, chat)), (ChatState::Left, (0, 0)));
    ana.sync();
    bob.sync();
    assert_eq!(state(&bob, chat), ChatState::Left);
}

#[test]
fn who_waits_to_be_put_back_can_leave() {
    let (_town, ana, bob, _mallory) = stuck();
    let chat = bob.chat(FLAT);
    bob.sync();
    assert_eq!(state(&bob, chat), ChatState::Rejoining);
    bob.client().leave(chat).wait().unwrap();
    assert_eq!((state(&bob, chat), keys(&bob, chat)), (ChatState::Left, (0, 0)));
    ana.sync();
    bob.sync();
    assert_eq!(state(&bob, chat), ChatState::Left);
}
