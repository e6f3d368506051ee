//! Watching: what was stored and what is being stored, each slot once and in order.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

mod common;

use std::time::Duration;

use common::{Client, Scratch, append, config, keys, message, notice, seq, start, watch};
use delivery::{Answer, Body, Entry, Pushed, Refusal, Request};
use server::Server;

#[tokio::test]
async fn a_watch_begins_where_it_is_told_and_goes_on() {
    let scratch = Scratch::new("watch");
    let server = start(&scratch).await;
    let mut client = Client::new(server.address()).await;
    let chat = keys(1);
    assert_eq!(
        client.ask(watch(&chat, 0)).await,
        Answer::Refused(Refusal::NoSuch)
    );
    client.create(&chat).await;
    for n in 1..=5 {
        client.append(&chat, n, message(&n.to_string())).await;
    }
    client.watch(&chat, 2).await;
    for n in 3..=5 {
        assert_eq!(client.slot().await.seq, n);
    }
    let mut other = Client::new(server.address()).await;
    assert_eq!(other.append(&chat, 6, message("6")).await, seq(6));
    let slot = client.slot().await;
    assert_eq!((slot.seq, &*slot.body), (6, &b"6"[..]));
    // Its own as well, and no other mailbox's.
    other.create(&keys(2)).await;
    other.append(&keys(2), 1, message("elsewhere")).await;
    assert_eq!(client.append(&chat, 7, message("7")).await, seq(7));
    assert_eq!(client.slot().await.seq, 7);
    server.shutdown().await;
}

/// R: no loss between stored and live slots, no gap, no duplicate.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_twenty_append_everybody_sees_each_slot_once_in_order() {
    const EACH: u32 = 100;
    let scratch = Scratch::new("watch");
    let server = start(&scratch).await;
    let address = server.address();
    let chat = keys(1);
    Client::new(address).await.create(&chat).await;
    let mut writers = tokio::task::JoinSet::new();
    for who in 0..20 {
        writers.spawn(async move {
            let (mut client, chat) = (Client::new(address).await, keys(1));
            for n in 0..EACH {
                let answer = client
                    .append(&chat, who * 1000 + n, message(&format!("{who} {n}")))
                    .await;
                assert!(matches!(answer, Answer::Appended { .. }), "{answer:?}");
            }
        });
    }
    // They begin while the others append, from the start or from where a fetch ended.
    let mut watchers = tokio::task::JoinSet::new();
    for who in 0..8 {
        watchers.spawn(async move {
            let (mut client, chat) = (Client::new(address).await, keys(1));
            tokio::time::sleep(Duration::from_millis(who * 15)).await;
            let fetched = if who % 2 == 0 {
                Vec::new()
            } else {
                client.all(&chat).await.slots
            };
            let mut seen: Vec<(u64, Vec<u8>)> = fetched
                .into_iter()
                .map(|slot| (slot.seq, slot.body.to_vec()))
                .collect();
            client.watch(&chat, seen.len() as u64).await;
            while seen.len() < 20 * EACH as usize {
                let slot = client.slot().await;
                seen.push((slot.seq, slot.body.to_vec()));
            }
            seen
        });
    }
    writers.join_all().await;
    let stored: Vec<(u64, Vec<u8>)> = Client::new(address)
        .await
        .all(&chat)
        .await
        .slots
        .into_iter()
        .map(|slot| (slot.seq, slot.body.to_vec()))
        .collect();
    assert!(stored.iter().map(|(seq, _)| *seq).eq(1..=20 * u64::from(EACH)));
    for seen in watchers.join_all().await {
        assert_eq!(seen, stored);
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_watch_that_is_begun_again_starts_over_and_one_that_is_ended_is_silent() {
    let scratch = Scratch::new("watch");
    let server = start(&scratch).await;
    let mut client = Client::new(server.address()).await;
    let chat = keys(1);
    client.create(&chat).await;
    client.append(&chat, 1, message("1")).await;
    client.watch(&chat, 0).await;
    assert_eq!(client.slot().await.seq, 1);
    client.watch(&chat, 0).await;
    assert_eq!(client.slot().await.seq, 1);
    assert_eq!(client.append(&chat, 2, message("2")).await, seq(2));
    assert_eq!(client.slot().await.seq, 2, "once, although it was begun twice");
    let end = || Request::Unwatch { mailbox: chat.name() };
    assert_eq!(client.ask(end()).await, Answer::Done);
    assert_eq!(client.ask(end()).await, Answer::Done, "nothing to end");
    assert_eq!(client.append(&chat, 3, message("3")).await, seq(3));
    client.watch(&chat, 3).await;
    assert_eq!(client.append(&chat, 4, message("4")).await, seq(4));
    assert_eq!(client.slot().await.seq, 4, "the third was not pushed");
    server.shutdown().await;
}

#[tokio::test]
async fn a_slow_watcher_lags_and_others_do_not() {
    let scratch = Scratch::new("watch");
    let mut config = config(&scratch);
    config.limits.waiting_slots = 64;
    config.limits.waiting_bytes = 4 << 20;
    let server = Server::bind(config).await.unwrap();
    let chat = keys(1);
    let mut writer = Client::new(server.address()).await;
    writer.create(&chat).await;
    let mut slow = Client::new(server.address()).await;
    slow.watch(&chat, 0).await;
    let mut quick = Client::new(server.address()).await;
    quick.watch(&chat, 0).await;
    // The slow one reads nothing until the server has given it up: first the system's buffers fill, then its queue.
    let mut last = 0;
    while server.counts().lagged == 0 {
        last += 1;
        let entry = Entry::Notice(Body::from(vec![1; 64 << 10]));
        assert_eq!(writer.append(&chat, last, entry).await, seq(last.into()));
        assert_eq!(quick.slot().await.seq, u64::from(last));
        assert!(last < 4000, "the slow watcher is never given up");
    }
    let mut seen = 0;
    loop {
        match slow.pushed().await {
            Pushed::Slot { slot, .. } => {
                seen += 1;
                assert_eq!(slot.seq, seen);
            }
            Pushed::Lagged { mailbox } => {
                assert_eq!(mailbox, chat.name());
                break;
            }
        }
    }
    assert!(seen < u64::from(last));
    // It can go on where it was.
    slow.watch(&chat, seen).await;
    for n in seen + 1..=u64::from(last) {
        assert_eq!(slow.slot().await.seq, n);
    }
    assert_eq!(
        writer.append(&chat, 9999, notice("end")).await,
        seq(u64::from(last) + 1)
    );
    assert_eq!(slow.slot().await.seq, u64::from(last) + 1);
    assert_eq!(quick.slot().await.seq, u64::from(last) + 1);
    assert_eq!(server.counts().lagged, 1);
    server.shutdown().await;
}

#[tokio::test]
async fn watches_are_bounded_and_an_ended_one_makes_room() {
    let scratch = Scratch::new("watch");
    let mut config = config(&scratch);
    config.limits.watches = 2;
    let server = Server::bind(config).await.unwrap();
    let mut client = Client::new(server.address()).await;
    for n in 1..=3 {
        client.create(&keys(n)).await;
    }
    client.watch(&keys(1), 0).await;
    client.watch(&keys(2), 0).await;
    client.watch(&keys(2), 0).await;
    assert_eq!(
        client.ask(watch(&keys(3), 0)).await,
        Answer::Refused(Refusal::Full)
    );
    let end = Request::Unwatch {
        mailbox: keys(1).name(),
    };
    assert_eq!(client.ask(end).await, Answer::Done);
    client.watch(&keys(3), 0).await;
    server.shutdown().await;
}

#[tokio::test]
async fn many_mailboxes_on_one_connection_are_each_in_order() {
    let scratch = Scratch::new("watch");
    let server = start(&scratch).await;
    let mut writer = Client::new(server.address()).await;
    let mut reader = Client::new(server.address()).await;
    for n in 1..=50 {
        writer.create(&keys(n)).await;
        for stored in 1..=3 {
            writer.append(&keys(n), stored, message("stored")).await;
        }
    }
    for n in 1..=50 {
        reader.send(watch(&keys(n), 0)).await;
    }
    for n in 1..=50 {
        writer.send(append(&keys(n), 4, message("live"))).await;
    }
    for _ in 1..=50 {
        assert_eq!(writer.answer().await.unwrap().1, seq(4));
        assert_eq!(reader.answer().await.unwrap().1, Answer::Done);
    }
    let mut seen = std::collections::HashMap::new();
    for _ in 0..200 {
        let Pushed::Slot { mailbox, slot } = reader.pushed().await else {
            panic!("lagged")
        };
        let before = seen.insert(mailbox, slot.seq).unwrap_or(0);
        assert_eq!(slot.seq, before + 1);
    }
    assert!(seen.len() == 50 && seen.values().all(|last| *last == 4));
    server.shutdown().await;
}
