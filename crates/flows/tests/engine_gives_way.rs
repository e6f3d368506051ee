//! A server that does not answer costs nobody who only wants to read or write: a look at it gives way.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use chat::consent::Ceiling;
use client::api::{Delivery, Draft, Reach};
use flows::Town;

/// Far longer than anything here takes that does not wait for the server.
const FOREVER: Duration = Duration::from_secs(3600);
const LONG: Duration = Duration::from_secs(60);

#[test]
fn who_reads_and_writes_does_not_wait_for_a_silent_server() {
    let mut town = Town::new();
    town.link.connect = FOREVER;
    town.link.answer = FOREVER;
    let (ana, ben) = (town.person("Ana"), town.person("Ben"));
    let chat = ana.new_chat("Two", &[&ben]);
    ana.say(chat, "while it answers");
    let address = town.server();
    town.stop_server();
    // The kernel takes connections for it, and nobody ever says a word.
    let _silent = TcpListener::bind(&address).unwrap();

    let client = ana.client().clone();
    let (done, waits) = mpsc::channel();
    let asking = client.clone();
    thread::spawn(move || {
        let _events = asking.listen().wait().unwrap();
        for round in 0..5 {
            let draft = Draft {
                text: format!("into the silence {round}"),
                ..Draft::default()
            };
            let n = asking.queue(chat, draft).wait().unwrap();
            asking.look_soon().wait().unwrap();
            thread::sleep(Duration::from_millis(50));
            let said = asking.say(chat, Ceiling::Off).wait().unwrap();
            assert!(said.ceiling == Ceiling::Off && said.pending);
            asking.say(chat, Ceiling::OnDevice).wait().unwrap();
            let newest = asking.read(chat, client::api::Page::From(n, 1)).wait().unwrap();
            assert_eq!(newest[0].delivery, Delivery::Queued);
        }
        done.send(()).unwrap();
    });
    waits.recv_timeout(LONG).expect("somebody waits for the server");

    // Control: a look that is waited for does wait, and whoever comes behind it too.
    let _look = client.sync();
    let (done, waits) = mpsc::channel();
    let behind = client.clone();
    thread::spawn(move || done.send(behind.chats().wait().is_ok()));
    assert!(waits.recv_timeout(Duration::from_secs(1)).is_err());
    // The actor goes on waiting; the process does not wait for it.
    std::mem::forget((client, ana));
}

#[test]
fn what_was_written_meanwhile_leaves_when_the_server_is_back() {
    let mut town = Town::new();
    town.link.connect = Duration::from_secs(2);
    let (ana, ben) = (town.person("Ana"), town.person("Ben"));
    let chat = ana.new_chat("Two", &[&ben]);
    let mut events = ana.client().listen().wait().unwrap();
    town.stop_server();
    let draft = Draft {
        text: "into the silence".into(),
        ..Draft::default()
    };
    let n = ana.client().queue(chat, draft).wait().unwrap();
    ana.client().look_soon().wait().unwrap();
    while ana.client().reach().wait().unwrap() != Reach::Away {
        events.wait().unwrap();
    }
    town.start_server();
    let is_sent = || {
        let page = ana
            .client()
            .read(chat, client::api::Page::From(n, 1))
            .wait()
            .unwrap();
        page[0].delivery == Delivery::Sent
    };
    while !is_sent() {
        events.wait().unwrap();
    }
    assert_eq!(ana.client().reach().wait().unwrap(), Reach::Connected);
    ben.sync();
    assert!(
        ben.heard(ben.chat("Two"))
            .contains(&("Ana".into(), "into the silence".into()))
    );
}
