//! Every operation over a real socket, with what it refuses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

mod common;

use common::{
    Client, Scratch, append, body, commit, config, create, fetch, keys, message, notice, numbers, seq, start,
    texts, watch,
};
use delivery::limits::{FETCH_BYTES, MAX_BODY, MAX_POOL};
use delivery::{
    Answer, BlobName, Body, Capability, Entry, MailboxKeys, PoolName, RecordName, Refusal, Request, SlotKind,
};
use server::Server;

const fn refused(refusal: Refusal) -> Answer {
    Answer::Refused(refusal)
}

#[tokio::test]
async fn a_mailbox_keeps_what_is_appended_in_order() {
    let scratch = Scratch::new("operations");
    let server = start(&scratch).await;
    let mut client = Client::new(server.address()).await;
    let chat = keys(1);
    assert_eq!(
        client.append(&chat, 1, message("early")).await,
        refused(Refusal::NoSuch)
    );
    client.create(&chat).await;
    client.create(&chat).await;
    assert_eq!(client.append(&chat, 1, message("one")).await, seq(1));
    assert_eq!(client.append(&chat, 2, notice("two")).await, seq(2));
    assert_eq!(client.append(&chat, 3, commit("three", Some(0))).await, seq(3));
    client.create(&chat).await;
    let page = client.page(&chat, 0).await;
    assert_eq!((page.commits, page.last, page.more()), (1, 3, false));
    assert_eq!(texts(&page.slots), ["one", "two", "three"]);
    assert_eq!(numbers(&page.slots), [1, 2, 3]);
    let kinds: Vec<SlotKind> = page.slots.iter().map(|slot| slot.kind).collect();
    assert_eq!(kinds, [SlotKind::Message, SlotKind::Notice, SlotKind::Commit]);
    assert_eq!(numbers(&client.page(&chat, 2).await.slots), [3]);
    assert!(client.page(&chat, 3).await.slots.is_empty());
    assert!(client.page(&chat, u64::MAX).await.slots.is_empty());
    server.shutdown().await;
}

#[tokio::test]
async fn an_append_that_is_sent_again_on_another_connection_is_stored_once() {
    let scratch = Scratch::new("operations");
    let server = start(&scratch).await;
    let chat = keys(1);
    let mut first = Client::new(server.address()).await;
    first.create(&chat).await;
    // The answer is lost with the connection.
    first.send(append(&chat, 1, message("one"))).await;
    drop(first);
    let mut second = Client::new(server.address()).await;
    assert_eq!(second.append(&chat, 1, message("one")).await, seq(1));
    assert_eq!(second.append(&chat, 2, commit("two", None)).await, seq(2));
    assert_eq!(
        second.append(&chat, 1, message("one")).await,
        seq(1),
        "although it is closed"
    );
    assert_eq!(
        second.append(&chat, 3, message("three")).await,
        refused(Refusal::Closed)
    );
    assert_eq!(
        second.append(&chat, 1, message("other")).await,
        refused(Refusal::Malformed)
    );
    assert_eq!(
        second.append(&chat, 1, notice("one")).await,
        refused(Refusal::Malformed)
    );
    assert_eq!(texts(&second.page(&chat, 0).await.slots), ["one", "two"]);
    server.shutdown().await;
    let server = start(&scratch).await;
    let mut third = Client::new(server.address()).await;
    assert_eq!(
        third.append(&chat, 1, message("one")).await,
        seq(1),
        "after a restart"
    );
    assert_eq!(texts(&third.page(&chat, 0).await.slots), ["one", "two"]);
    server.shutdown().await;
}

#[tokio::test]
async fn a_message_is_late_after_a_commit_and_notices_and_commits_are_not() {
    let scratch = Scratch::new("operations");
    let server = start(&scratch).await;
    let mut client = Client::new(server.address()).await;
    let (closed, open) = (keys(1), keys(2));
    client.create(&closed).await;
    client.create(&open).await;
    assert_eq!(client.append(&closed, 1, commit("c", None)).await, seq(1));
    assert_eq!(
        client.append(&closed, 2, message("late")).await,
        refused(Refusal::Closed)
    );
    assert_eq!(client.append(&open, 2, message("late")).await, seq(1), "control");
    assert_eq!(client.append(&closed, 3, notice("n")).await, seq(2));
    assert_eq!(client.append(&closed, 4, commit("c2", None)).await, seq(3));
    assert_eq!(texts(&client.page(&closed, 0).await.slots), ["c", "n", "c2"]);
    server.shutdown().await;
}

#[tokio::test]
async fn of_two_commits_that_expect_the_same_one_is_taken() {
    let scratch = Scratch::new("operations");
    let server = start(&scratch).await;
    let mut client = Client::new(server.address()).await;
    let chat = keys(1);
    client.create(&chat).await;
    let mut clients = Vec::new();
    for _ in 0..10 {
        clients.push(Client::new(server.address()).await);
    }
    for (n, client) in (1..).zip(&mut clients) {
        client.send(append(&chat, n, commit("c", Some(0)))).await;
    }
    let mut taken = 0;
    for client in &mut clients {
        match client.answer().await.unwrap().1 {
            Answer::Appended { seq: 1 } => taken += 1,
            answer => assert_eq!(answer, refused(Refusal::Conflict { current: 1 })),
        }
    }
    assert_eq!(taken, 1);
    assert_eq!(client.append(&chat, 99, commit("c", Some(1))).await, seq(2));
    assert_eq!(
        client.append(&chat, 98, commit("c", None)).await,
        seq(3),
        "without a condition"
    );
    server.shutdown().await;
}

#[tokio::test]
async fn only_the_right_capability_reads_or_writes() {
    let scratch = Scratch::new("operations");
    let server = start(&scratch).await;
    let mut client = Client::new(server.address()).await;
    let chat = keys(1);
    client.create(&chat).await;
    assert_eq!(client.append(&chat, 1, message("secret")).await, seq(1));
    let swapped = MailboxKeys {
        read: chat.write.clone(),
        write: chat.read.clone(),
    };
    for wrong in [swapped, keys(2)] {
        // The name is the right one.
        let shown = |request| match request {
            Request::Append(mut append) => {
                append.mailbox = chat.name();
                Request::Append(append)
            }
            Request::Fetch { read, after, .. } => Request::Fetch {
                mailbox: chat.name(),
                read,
                after,
            },
            Request::Watch { read, after, .. } => Request::Watch {
                mailbox: chat.name(),
                read,
                after,
            },
            other => other,
        };
        for request in [
            append(&wrong, 1, message("secret")),
            append(&wrong, 2, notice("x")),
            fetch(&wrong, 0),
            watch(&wrong, 0),
        ] {
            assert_eq!(client.ask(shown(request)).await, refused(Refusal::Denied));
        }
    }
    assert_eq!(client.append(&chat, 2, message("control")).await, seq(2));
    assert_eq!(texts(&client.page(&chat, 0).await.slots), ["secret", "control"]);
    client.watch(&chat, 2).await;
    server.shutdown().await;
}

#[tokio::test]
async fn two_mailboxes_never_mix() {
    let scratch = Scratch::new("operations");
    let server = start(&scratch).await;
    let mut client = Client::new(server.address()).await;
    let (a, b) = (keys(1), keys(2));
    client.create(&a).await;
    client.create(&b).await;
    for n in 1..=20 {
        assert_eq!(
            client.append(&a, n, message(&format!("a{n}"))).await,
            seq(n.into())
        );
        assert_eq!(
            client.append(&b, n, message(&format!("b{n}"))).await,
            seq(n.into()),
            "same key"
        );
    }
    for (chat, letter) in [(&a, 'a'), (&b, 'b')] {
        let page = client.page(chat, 0).await;
        assert_eq!(page.last, 20);
        assert_eq!(numbers(&page.slots), (1..=20).collect::<Vec<u64>>());
        assert!(texts(&page.slots).iter().all(|text| text.starts_with(letter)));
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_fetch_comes_in_pages_and_ends() {
    let scratch = Scratch::new("operations");
    let server = start(&scratch).await;
    let mut client = Client::new(server.address()).await;
    let chat = keys(1);
    client.create(&chat).await;
    for n in 1..=9 {
        let entry = Entry::Notice(Body::from(vec![u8::try_from(n).unwrap(); MAX_BODY]));
        assert_eq!(client.append(&chat, n, entry).await, seq(n.into()));
    }
    let page = client.page(&chat, 0).await;
    assert_eq!((page.slots.len(), page.more()), (FETCH_BYTES / MAX_BODY, true));
    let all = client.all(&chat).await;
    assert_eq!(numbers(&all.slots), (1..=9).collect::<Vec<u64>>());
    assert!(
        all.slots
            .iter()
            .all(|slot| slot.body.iter().all(|byte| u64::from(*byte) == slot.seq))
    );
    server.shutdown().await;
}

#[tokio::test]
async fn a_full_mailbox_refuses_messages_and_others_are_unaffected() {
    let scratch = Scratch::new("operations");
    let mut config = config(&scratch);
    config.keep.mailbox = delivery::Quota {
        slots: 5,
        bytes: 1000,
        commit_slots: 2,
        commit_bytes: 200,
    };
    let server = Server::bind(config).await.unwrap();
    let mut client = Client::new(server.address()).await;
    let (full, other) = (keys(1), keys(2));
    client.create(&full).await;
    client.create(&other).await;
    let large = |length| Entry::Notice(Body::from(vec![7; length]));
    assert_eq!(client.append(&other, 1, large(801)).await, refused(Refusal::Full));
    assert_eq!(client.append(&other, 2, large(800)).await, seq(1));
    for n in 1..=3 {
        assert_eq!(client.append(&full, n, message("m")).await, seq(n.into()));
    }
    assert_eq!(
        client.append(&full, 4, message("m")).await,
        refused(Refusal::Full)
    );
    assert_eq!(
        client.append(&full, 5, commit("c", Some(0))).await,
        seq(4),
        "it can be left"
    );
    assert_eq!(client.append(&other, 3, commit("c", Some(0))).await, seq(2));
    server.shutdown().await;
}

#[tokio::test]
async fn blobs_lie_under_their_hash() {
    let scratch = Scratch::new("operations");
    let server = start(&scratch).await;
    let mut client = Client::new(server.address()).await;
    let tree = body("a tree");
    let get = || Request::GetBlob {
        blob: BlobName::of(b"a tree"),
    };
    assert_eq!(client.ask(get()).await, refused(Refusal::NoSuch));
    for _ in 0..2 {
        let put = Request::PutBlob { body: tree.clone() };
        assert_eq!(client.ask(put).await, Answer::Done);
    }
    assert_eq!(client.ask(get()).await, Answer::Blob(tree));
    let large = Body::from(vec![9; delivery::limits::MAX_BLOB]);
    let put = Request::PutBlob { body: large.clone() };
    assert_eq!(client.ask(put).await, Answer::Done);
    let get = Request::GetBlob {
        blob: BlobName::of(&large),
    };
    assert_eq!(client.ask(get).await, Answer::Blob(large));
    server.shutdown().await;
}

#[tokio::test]
async fn a_record_is_its_first_publisher_s_and_its_version_rises() {
    let scratch = Scratch::new("operations");
    let server = start(&scratch).await;
    let mut client = Client::new(server.address()).await;
    let record = RecordName::of_account(&[3; 32]);
    let put = |who, version, text| Request::PutRecord {
        record,
        publish: Capability::from_secret([who; 32]),
        version,
        body: body(text),
    };
    assert_eq!(
        client.ask(Request::GetRecord { record }).await,
        refused(Refusal::NoSuch)
    );
    assert_eq!(client.ask(put(1, 5, "five")).await, Answer::Done);
    assert_eq!(client.ask(put(1, 5, "five")).await, Answer::Done, "again");
    assert_eq!(client.ask(put(2, 6, "theirs")).await, refused(Refusal::Denied));
    let old = refused(Refusal::Conflict { current: 5 });
    assert_eq!(client.ask(put(1, 5, "other")).await, old);
    assert_eq!(client.ask(put(1, 4, "four")).await, old);
    assert_eq!(client.ask(put(1, u64::MAX, "last")).await, Answer::Done);
    let last = Answer::Record {
        version: u64::MAX,
        body: body("last"),
    };
    assert_eq!(client.ask(Request::GetRecord { record }).await, last);
    server.shutdown().await;
}

#[tokio::test]
async fn each_package_is_handed_out_once_and_then_the_last_resort() {
    let scratch = Scratch::new("operations");
    let server = start(&scratch).await;
    let mut client = Client::new(server.address()).await;
    let (publish, take) = (Capability::from_secret([1; 32]), Capability::from_secret([2; 32]));
    let pool = PoolName::of(&publish.hash(), &take.hash());
    let put = |packages: &[&str], last: Option<&str>| Request::PutPackages {
        publish: publish.clone(),
        take: take.hash(),
        packages: packages.iter().map(|text| body(text)).collect(),
        last_resort: last.map(body),
    };
    let get = |take: &Capability| Request::TakePackage {
        pool,
        take: take.clone(),
    };
    let package = |text, last_resort| Answer::Package {
        body: body(text),
        last_resort,
    };
    assert_eq!(client.ask(get(&take)).await, refused(Refusal::NoSuch));
    assert_eq!(
        client.ask(put(&["a", "b", "a"], None)).await,
        Answer::Left { packages: 2 }
    );
    assert_eq!(client.ask(get(&publish)).await, refused(Refusal::Denied));
    assert_eq!(client.ask(get(&take)).await, package("a", false));
    // The answer to the first put was lost, say.
    assert_eq!(
        client.ask(put(&["a", "b", "c"], None)).await,
        Answer::Left { packages: 2 }
    );
    assert_eq!(client.ask(get(&take)).await, package("b", false));
    assert_eq!(client.ask(get(&take)).await, package("c", false));
    assert_eq!(client.ask(get(&take)).await, refused(Refusal::NoSuch));
    assert_eq!(
        client.ask(put(&[], Some("last"))).await,
        Answer::Left { packages: 0 }
    );
    for _ in 0..2 {
        assert_eq!(client.ask(get(&take)).await, package("last", true));
    }
    server.shutdown().await;
}

#[tokio::test]
async fn a_package_is_handed_out_once_also_to_many_at_a_time() {
    let scratch = Scratch::new("operations");
    let server = start(&scratch).await;
    let mut client = Client::new(server.address()).await;
    let (publish, take) = (Capability::from_secret([1; 32]), Capability::from_secret([2; 32]));
    let pool = PoolName::of(&publish.hash(), &take.hash());
    for first in (0..MAX_POOL).step_by(32) {
        let packages = (first..first + 32)
            .map(|n| body(&format!("package {n}")))
            .collect();
        let put = Request::PutPackages {
            publish: publish.clone(),
            take: take.hash(),
            packages,
            last_resort: None,
        };
        let left = first as u64 + 32;
        assert_eq!(client.ask(put).await, Answer::Left { packages: left });
    }
    let more = Request::PutPackages {
        publish: publish.clone(),
        take: take.hash(),
        packages: vec![body("one more")],
        last_resort: None,
    };
    assert_eq!(client.ask(more).await, refused(Refusal::Full));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (address, take) = (server.address(), take.clone());
        tasks.spawn(async move {
            let mut client = Client::new(address).await;
            let mut taken = Vec::new();
            for _ in 0..MAX_POOL / 8 {
                let take = take.clone();
                match client.ask(Request::TakePackage { pool, take }).await {
                    Answer::Package { body, .. } => taken.push(body.to_vec()),
                    other => panic!("{other:?}"),
                }
            }
            taken
        });
    }
    let mut taken: Vec<Vec<u8>> = tasks.join_all().await.into_iter().flatten().collect();
    taken.sort_unstable();
    taken.dedup();
    assert_eq!(taken.len(), MAX_POOL);
    server.shutdown().await;
}

#[tokio::test]
async fn requests_that_are_sent_at_once_are_done_in_their_order() {
    let scratch = Scratch::new("operations");
    let server = start(&scratch).await;
    let mut client = Client::new(server.address()).await;
    let chat = keys(1);
    client.send(create(&chat)).await;
    for n in 1..=300 {
        client.send(append(&chat, n, message(&n.to_string()))).await;
    }
    assert_eq!(client.answer().await, Some((1, Answer::Done)));
    for n in 1..=300 {
        assert_eq!(client.answer().await, Some((n + 1, seq(n.into()))));
    }
    let counts = server.counts();
    assert_eq!((counts.slots, counts.requests, counts.refused), (300, 301, 0));
    server.shutdown().await;
}
