//! How long the private parts of KeyPackages are kept.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

use client::api::ChatState;
use flows::{Person, Town};

const FLAT: &str = "Flat 3B";
const DAY: u64 = 24 * 60 * 60;
/// Twenty and one of the last resort, for each of two suites.
const FULL: i64 = 42;

/// Private parts in the store.
fn kept(person: &Person) -> i64 {
    let count = |store: &client::store::Store| {
        let sql = "SELECT count(*) FROM openmls_key_packages";
        Ok(store.connection().query_row(sql, [], |row| row.get(0)).unwrap())
    };
    person.client().with_store(count).wait().unwrap()
}

#[test]
fn private_parts_are_gone_after_sixty_days_and_not_before() {
    let town = Town::new();
    let (ana, bob) = (town.person("Ana"), town.person("Bob"));
    let begin = town.now().unix_seconds();
    assert_eq!(kept(&bob), FULL);
    // Ana takes a package from the first pool; Bob looks a month later, when he fills another.
    let chat = ana
        .client()
        .new_chat(FLAT.into(), vec![bob.address.clone()], chat::Suite::XWing)
        .wait()
        .unwrap();
    town.set_clock(begin + 31 * DAY);
    bob.sync();
    assert_eq!(kept(&bob), 2 * FULL);
    bob.join(FLAT);
    assert_eq!(kept(&bob), 2 * FULL - 1, "MLS deletes what was used");
    ana.sync();
    ana.say(chat, "late, and in time");
    bob.sync();
    assert_eq!(
        bob.heard(bob.chat(FLAT)).len(),
        1,
        "control: it was kept long enough"
    );

    town.set_clock(begin + 62 * DAY);
    bob.sync();
    assert_eq!(kept(&bob), 2 * FULL, "those of the second pool, and of a third");
    let _ = ana.new_chat("Another", &[&bob]);
}

#[test]
fn declining_uses_the_package_up() {
    let town = Town::new();
    let (ana, bob) = (town.person("Ana"), town.person("Bob"));
    let chat = ana
        .client()
        .new_chat(FLAT.into(), vec![bob.address.clone()], chat::Suite::XWing);
    chat.wait().unwrap();
    bob.sync();
    let bobs = bob.chat(FLAT);
    assert_eq!(bob.client().chats().wait().unwrap()[0].state, ChatState::Invited);
    assert_eq!(kept(&bob), FULL, "control: to look at it takes nothing");
    bob.client().leave(bobs).wait().unwrap();
    assert_eq!(kept(&bob), FULL - 1);
    assert!(bob.client().chats().wait().unwrap().is_empty());
}
