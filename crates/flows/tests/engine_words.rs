//! What a person says about AI, said while it cannot be heard.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

use chat::consent::{Ceiling, Wish};
use client::api::{ChatId, ChatState};
use flows::{Person, Rogue, Town};

const FLAT: &str = "Flat 3B";
const RAISED: &str = "on a confidential node (Ana)";

fn ceiling(person: &Person, chat: ChatId) -> Ceiling {
    person.client().consent(chat).wait().unwrap().ceiling
}

/// What Bob reads when Ana says these, one after the other, while no server can be reached.
fn heard_after(words: &[Wish]) -> Vec<String> {
    let mut town = Town::new();
    let (mut ana, bob) = (town.person("Ana"), town.person("Bob"));
    let chat = ana.new_chat(FLAT, &[&bob]);
    ana.sync();
    bob.client().set_confidential(bob.chat(FLAT)).wait().unwrap();
    ana.sync();
    town.stop_server();
    for word in words {
        ana.client().set_consent(chat, *word).wait().unwrap();
    }
    town.start_server();
    ana.restart();
    ana.sync();
    bob.sync();
    bob.sync();
    assert_eq!(ceiling(&ana, chat), ceiling(&bob, bob.chat(FLAT)));
    bob.lines(bob.chat(FLAT))
}

#[test]
fn what_was_taken_back_before_anybody_heard_it_is_not_said() {
    let until = Town::new().now().plus(60 * 60);
    let all = Wish::Confidential { until };
    let lines = heard_after(&[all, Wish::Off]);
    assert!(!lines.iter().any(|line| line.contains(RAISED)), "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("off (Ana)")));
    let lines = heard_after(&[all]);
    assert!(
        lines.iter().any(|line| line.contains(RAISED)),
        "control: {lines:?}"
    );
}

#[test]
fn who_waits_to_be_put_back_can_lower() {
    let town = Town::new();
    let [ana, bob, cleo] = ["Ana", "Bob", "Cleo"].map(|name| town.person(name));
    let (_mallory, chat) = Rogue::leaving_behind(&town, FLAT, [&ana, &cleo, &bob]);
    bob.sync();
    let bobs = bob.chat(FLAT);
    let state = || bob.client().chats().wait().unwrap()[0].state;
    assert_eq!(
        (state(), ceiling(&bob, bobs)),
        (ChatState::Rejoining, Ceiling::OnDevice)
    );

    let said = bob.client().set_consent(bobs, Wish::Off).wait().unwrap();
    assert_eq!(
        (said.ceiling, said.pending),
        (Ceiling::Off, true),
        "at home at once"
    );
    ana.sync();
    assert_eq!(
        ceiling(&ana, chat),
        Ceiling::OnDevice,
        "control: nobody has heard it"
    );
    bob.sync();
    assert_eq!((state(), ceiling(&bob, bobs)), (ChatState::Live, Ceiling::Off));
    ana.sync();
    assert_eq!(ceiling(&ana, chat), Ceiling::Off);
}
