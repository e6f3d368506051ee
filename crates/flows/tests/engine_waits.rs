//! What waits for somebody else's server holds up nothing else, and is not lost.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

use chat::Address;
use client::ClientError;
use client::api::{ChatState, Delivery};
use flows::{Rogue, Town};

const FLAT: &str = "Flat 3B";

#[test]
fn an_invitation_to_a_server_that_is_away_holds_up_no_message() {
    let (town, mut away) = (Town::new(), Town::new());
    let (ana, bob) = (town.person("Ana"), town.person("Bob"));
    let cleo = away.person("Cleo");
    let chat = ana.new_chat(FLAT, &[&bob]);
    away.stop_server();
    ana.client().invite(chat, cleo.address.clone()).wait().unwrap();
    assert_eq!(ana.say(chat, "without Cleo").delivery, Delivery::Sent);

    away.start_server();
    ana.sync();
    cleo.join(FLAT);
    assert_eq!(ana.say(chat, "with Cleo").delivery, Delivery::Sent);
    cleo.sync();
    assert_eq!(
        cleo.heard(cleo.chat(FLAT)),
        [("Ana".to_owned(), "with Cleo".to_owned())]
    );
}

#[test]
fn an_address_whose_server_is_none_is_refused_at_once() {
    let town = Town::new();
    let (ana, bob) = (town.person("Ana"), town.person("Bob"));
    let chat = ana.new_chat(FLAT, &[]);
    let mut nowhere: Address = bob.address.parse().unwrap();
    nowhere.server = "a/b".into();
    let refused = ana.client().invite(chat, nowhere.to_string()).wait();
    assert!(matches!(refused, Err(ClientError::Server(_))), "{refused:?}");
    assert_eq!(ana.say(chat, "all the same").delivery, Delivery::Sent);
    ana.client().invite(chat, bob.address.clone()).wait().unwrap();
    bob.join(FLAT);
}

#[test]
fn who_asks_to_be_put_back_is_answered_when_their_server_is_there_again() {
    let (town, mut away) = (Town::new(), Town::new());
    let (ana, cleo, bob) = (town.person("Ana"), town.person("Cleo"), away.person("Bob"));
    let (_mallory, chat) = Rogue::leaving_behind(&town, FLAT, [&ana, &cleo, &bob]);
    bob.sync();
    let bobs = bob.chat(FLAT);
    let state = || bob.client().chats().wait().unwrap()[0].state;
    assert_eq!(state(), ChatState::Rejoining);

    away.stop_server();
    ana.sync();
    cleo.sync();
    assert_eq!(ana.say(chat, "while Bob is away").delivery, Delivery::Sent);
    away.start_server();
    bob.sync();
    assert_eq!(state(), ChatState::Rejoining, "control: nobody has answered");
    ana.sync();
    bob.sync();
    assert_eq!(state(), ChatState::Live);
    bob.say(bobs, "back");
    ana.sync();
    assert_eq!(ana.heard(chat).last().unwrap().1, "back");
}
