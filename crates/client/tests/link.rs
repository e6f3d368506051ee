//! `client::link` over real sockets: what an honest server makes of it, and what servers that misbehave come to (A30).
//! Each of their tests has the honest server as its control.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

use std::future::Future;
use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use client::link::{
    Breach, Link, LinkError, LinkSettings, Pushes, Roots, RootsError, ServerUrl, Unreachable,
};
use delivery::limits::{MAX_FRAME, MAX_WATCHES};
use delivery::{
    Answer, Append, BlobName, Body, Entry, IdempotencyKey, MailboxKeys, MailboxName, Page, PoolName, Pushed,
    RecordName, Refusal, Request, Slot, SlotKind, ToClient, ToServer,
};
use futures_util::{SinkExt, StreamExt, future};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::{Bytes, Message};

/// The server's end of a connection.
struct Peer(WebSocketStream<TcpStream>);

impl Peer {
    /// The next request, `None` when the client has gone.
    async fn heard(&mut self) -> Option<ToServer> {
        loop {
            match self.0.next().await? {
                Ok(Message::Binary(bytes)) => return Some(ToServer::decode(&bytes).unwrap()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    async fn say(&mut self, message: Message) -> bool {
        self.0.send(message).await.is_ok()
    }

    async fn send(&mut self, frame: ToClient) -> bool {
        self.say(Message::binary(frame.encode().unwrap())).await
    }

    async fn answer(&mut self, id: u32, answer: Answer) -> bool {
        self.send(ToClient::Answer { id, answer }).await
    }

    async fn push(&mut self, mailbox: MailboxName, seq: u64) -> bool {
        let slot = slot(seq);
        self.send(ToClient::Pushed(Pushed::Slot { mailbox, slot })).await
    }

    /// Goes on as an honest server until the client leaves.
    async fn be_honest(mut self) {
        while let Some(ask) = self.heard().await {
            let answer = honest(&ask.request);
            if !self.answer(ask.id, answer).await {
                return;
            }
        }
    }
}

/// What an honest server without a memory would say.
fn honest(request: &Request) -> Answer {
    match request {
        Request::Append(_) => Answer::Appended { seq: 1 },
        Request::Fetch { after, .. } => Answer::Slots(Page {
            slots: vec![slot(after + 1), slot(after + 3)],
            commits: 0,
            last: after + 3,
        }),
        Request::GetBlob { .. } => Answer::Blob(Body::from(b"tree".to_vec())),
        Request::GetRecord { .. } => Answer::Record {
            version: 4,
            body: Body::from(b"record".to_vec()),
        },
        Request::PutPackages { packages, .. } => Answer::Left {
            packages: packages.len() as u64,
        },
        Request::TakePackage { .. } => Answer::Package {
            body: Body::from(b"package".to_vec()),
            last_resort: true,
        },
        _ => Answer::Done,
    }
}

fn slot(seq: u64) -> Slot {
    Slot {
        seq,
        kind: SlotKind::Message,
        body: Body::from(vec![7; 512]),
    }
}

fn keys() -> MailboxKeys {
    MailboxKeys::from_secrets([1; 32], [2; 32])
}

fn append() -> Append {
    Append {
        mailbox: keys().name(),
        write: keys().write,
        key: IdempotencyKey([3; 16]),
        entry: Entry::Message(Body::from(vec![7; 512])),
    }
}

/// A server of one connection on this machine that does what it is told.
async fn raw<F: Future<Output = ()> + Send>(act: impl FnOnce(TcpStream) -> F + Send + 'static) -> ServerUrl {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        act(tcp).await;
    });
    address.to_string().parse().unwrap()
}

/// The same, with the WebSocket already open.
async fn server<F: Future<Output = ()> + Send>(act: impl FnOnce(Peer) -> F + Send + 'static) -> ServerUrl {
    raw(async move |tcp: TcpStream| {
        if let Ok(open) = tokio_tungstenite::accept_async(tcp).await {
            act(Peer(open)).await;
        }
    })
    .await
}

/// A server that is not there, or does not answer, is given up soon; one that has to be there has time.
fn quick() -> LinkSettings {
    LinkSettings {
        answer: Duration::from_millis(500),
        ..LinkSettings::default()
    }
}

async fn to(url: &ServerUrl) -> (Link, Pushes) {
    Link::connect(url, &LinkSettings::default()).await.unwrap()
}

/// What a server comes to that does this with the first request, which is a fetch.
async fn after_fetch<F: Future<Output = ()> + Send>(
    act: impl FnOnce(Peer, ToServer) -> F + Send + 'static,
) -> Result<Page, LinkError> {
    let url = server(async move |mut peer: Peer| {
        if let Some(ask) = peer.heard().await {
            act(peer, ask).await;
        }
    })
    .await;
    let (link, mut pushes) = to(&url).await;
    let fetched = link.fetch(keys().name(), &keys().read, 0).await;
    if let Err(LinkError::Broke(_)) = fetched {
        assert_eq!(
            link.ended(),
            fetched.clone().err(),
            "it is over, for the same reason"
        );
        assert_eq!(pushes.next().await, None, "nothing is pushed any more");
        let again = link.fetch(keys().name(), &keys().read, 0).await;
        assert_eq!(again.err(), link.ended(), "whoever asks next is told so");
    }
    fetched
}

#[tokio::test]
async fn every_question_has_its_answer() {
    let url = server(Peer::be_honest).await;
    let (link, _pushes) = to(&url).await;
    let (mailbox, read) = (keys().name(), keys().read);
    assert_eq!(link.create(keys().hashes()).await, Ok(mailbox));
    assert_eq!(link.append(append()).await, Ok(1));
    let page = link.fetch(mailbox, &read, 5).await.unwrap();
    assert_eq!(page.slots.iter().map(|slot| slot.seq).collect::<Vec<_>>(), [6, 8]);
    assert_eq!(link.watch(mailbox, &read, 0).await, Ok(()));
    assert_eq!(link.unwatch(mailbox).await, Ok(()));
    assert_eq!(link.put_blob(b"tree".to_vec()).await, Ok(BlobName::of(b"tree")));
    assert_eq!(link.get_blob(BlobName::of(b"tree")).await, Ok(b"tree".to_vec()));
    let record = RecordName::of_account(&[9; 32]);
    assert_eq!(link.put_record(record, &read, 1, vec![1]).await, Ok(()));
    assert_eq!(link.get_record(record).await, Ok((4, b"record".to_vec())));
    let pool = PoolName::of(&read.hash(), &read.hash());
    assert_eq!(
        link.put_packages(&read, read.hash(), vec![vec![1], vec![2]], None)
            .await,
        Ok(2)
    );
    assert_eq!(
        link.take_package(pool, &read).await,
        Ok((b"package".to_vec(), true))
    );
    assert_eq!(link.ended(), None);
    link.close().await;
}

#[tokio::test]
async fn a_refusal_is_an_answer_and_the_connection_goes_on() {
    let url = server(async |mut peer: Peer| {
        let ask = peer.heard().await.unwrap();
        peer.answer(ask.id, Answer::Refused(Refusal::Conflict { current: 3 }))
            .await;
        peer.be_honest().await;
    })
    .await;
    let (link, _pushes) = to(&url).await;
    let refused = LinkError::Refused(Refusal::Conflict { current: 3 });
    assert_eq!(link.append(append()).await, Err(refused));
    assert_eq!(link.append(append()).await, Ok(1));
}

#[tokio::test]
async fn answers_find_their_questions_in_any_order() {
    let url = server(async |mut peer: Peer| {
        let mut asked = Vec::new();
        while asked.len() < 8 {
            asked.push(peer.heard().await.unwrap());
        }
        for ask in asked.into_iter().rev() {
            let answer = honest(&ask.request);
            peer.answer(ask.id, answer).await;
        }
        peer.be_honest().await;
    })
    .await;
    let (link, _pushes) = to(&url).await;
    let (mailbox, read) = (keys().name(), keys().read);
    let fetches = (0..8).map(|after| link.fetch(mailbox, &read, after * 10));
    let pages = future::join_all(fetches).await;
    for (page, after) in pages.into_iter().zip(0..) {
        assert_eq!(page.unwrap().slots[0].seq, after * 10 + 1);
    }
}

#[tokio::test]
async fn no_more_requests_are_on_their_way_than_may_be() {
    let url = server(async |mut peer: Peer| {
        for _ in 0..3 {
            let (one, two) = (peer.heard().await.unwrap(), peer.heard().await.unwrap());
            let third = tokio::time::timeout(Duration::from_millis(100), peer.heard()).await;
            assert!(third.is_err(), "a third request came before an answer: {third:?}");
            for ask in [one, two] {
                peer.answer(ask.id, Answer::Appended { seq: 1 }).await;
            }
        }
    })
    .await;
    let settings = LinkSettings {
        in_flight: 2,
        ..LinkSettings::default()
    };
    let (link, _pushes) = Link::connect(&url, &settings).await.unwrap();
    let appended = future::join_all((0..6).map(|_| link.append(append()))).await;
    assert_eq!(appended, vec![Ok(1); 6]);
}

#[tokio::test]
async fn a_call_that_is_given_up_leaves_the_connection_whole() {
    let url = server(async |mut peer: Peer| {
        let given_up = peer.heard().await.unwrap();
        let second = peer.heard().await.unwrap();
        peer.answer(given_up.id, honest(&given_up.request)).await;
        peer.answer(second.id, honest(&second.request)).await;
        peer.be_honest().await;
    })
    .await;
    let (link, _pushes) = to(&url).await;
    let waited = tokio::time::timeout(Duration::from_millis(50), link.append(append())).await;
    assert!(waited.is_err(), "the server waits for the second");
    assert_eq!(link.append(append()).await, Ok(1));
    assert_eq!(link.append(append()).await, Ok(1));
}

#[tokio::test]
async fn answers_to_nothing_that_was_asked() {
    let broke = Err(LinkError::Broke(Breach::UnknownId));
    let wrong_id = after_fetch(async |mut peer, ask| {
        peer.answer(ask.id.wrapping_add(1), honest(&ask.request)).await;
        peer.be_honest().await;
    });
    assert_eq!(wrong_id.await, broke);
    let url = server(async |mut peer: Peer| {
        let ask = peer.heard().await.unwrap();
        peer.answer(ask.id, Answer::Done).await;
        peer.answer(ask.id, Answer::Done).await;
        peer.be_honest().await;
    });
    let (link, mut pushes) = to(&url.await).await;
    assert_eq!(link.unwatch(keys().name()).await, Ok(()));
    assert_eq!(pushes.next().await, None);
    assert_eq!(link.ended(), broke.err(), "the same answer twice");
}

#[tokio::test]
async fn answers_that_do_not_fit() {
    for answer in [
        Answer::Done,
        Answer::Appended { seq: 1 },
        Answer::Blob(Body::default()),
        Answer::Left { packages: 0 },
    ] {
        let broke = after_fetch(async move |mut peer, ask| {
            peer.answer(ask.id, answer).await;
            peer.be_honest().await;
        });
        assert_eq!(broke.await, Err(LinkError::Broke(Breach::WrongAnswer)));
    }
    let seen_before = after_fetch(async |mut peer, ask| {
        let page = Page {
            slots: vec![slot(1)],
            commits: 0,
            last: 1,
        };
        peer.answer(ask.id, Answer::Slots(page)).await;
        peer.be_honest().await;
    });
    assert_eq!(
        seen_before.await.map(|page| page.slots.len()),
        Ok(1),
        "control: after 0 the first is new"
    );
    let url = server(async |mut peer: Peer| {
        let ask = peer.heard().await.unwrap();
        let page = Page {
            slots: vec![slot(1)],
            commits: 0,
            last: 9,
        };
        peer.answer(ask.id, Answer::Slots(page)).await;
        peer.be_honest().await;
    });
    let (link, _pushes) = to(&url.await).await;
    let fetched = link.fetch(keys().name(), &keys().read, 1).await;
    assert_eq!(fetched, Err(LinkError::Broke(Breach::Order)));
}

#[tokio::test]
async fn a_blob_is_what_its_name_says() {
    let (link, _pushes) = to(&server(Peer::be_honest).await).await;
    let other = BlobName::of(b"another tree");
    assert_eq!(
        link.get_blob(other).await,
        Err(LinkError::Broke(Breach::WrongBytes))
    );
}

#[tokio::test]
async fn bytes_that_are_no_frame() {
    let good = ToClient::Answer {
        id: 0,
        answer: Answer::Done,
    }
    .encode()
    .unwrap();
    let longer = [good.clone(), vec![0]].concat();
    let shorter = good[..good.len() - 1].to_vec();
    for message in [
        Message::binary(Vec::new()),
        Message::binary(vec![0xff; 100]),
        Message::binary(vec![0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]),
        Message::binary(longer),
        Message::binary(shorter),
        Message::text("{\"id\":0}"),
    ] {
        let broke = after_fetch(async move |mut peer, _ask| {
            peer.say(message).await;
            peer.be_honest().await;
        });
        assert_eq!(broke.await, Err(LinkError::Broke(Breach::Garbage)));
    }
    // Not even WebSocket: an unknown opcode.
    let broke = after_fetch(async |mut peer, _ask| {
        peer.0.get_mut().write_all(&[0x8f, 0x00]).await.unwrap();
        peer.be_honest().await;
    });
    assert_eq!(broke.await, Err(LinkError::Broke(Breach::Garbage)));
}

#[tokio::test]
async fn a_message_over_the_limit() {
    let broke = after_fetch(async |mut peer, _ask| {
        peer.say(Message::binary(vec![0; MAX_FRAME + 1])).await;
        peer.be_honest().await;
    });
    assert_eq!(broke.await, Err(LinkError::Broke(Breach::TooLarge)));
    // A length is refused before so many bytes are waited for or kept.
    let broke = after_fetch(async |mut peer, _ask| {
        let header = [&[0x82, 127][..], &(1_u64 << 40).to_be_bytes()].concat();
        peer.0.get_mut().write_all(&header).await.unwrap();
        peer.be_honest().await;
    });
    assert_eq!(broke.await, Err(LinkError::Broke(Breach::TooLarge)));
    // The largest answer that there is gets through.
    let largest = after_fetch(async |mut peer, ask| {
        let big = |seq| Slot {
            body: Body::from(vec![1; 256 << 10]),
            ..slot(seq)
        };
        let page = Page {
            slots: (1..=4).map(big).collect(),
            commits: 0,
            last: 4,
        };
        peer.answer(ask.id, Answer::Slots(page)).await;
        peer.be_honest().await;
    });
    assert_eq!(largest.await.map(|page| page.slots.len()), Ok(4));
}

#[tokio::test]
async fn what_is_too_large_is_not_sent() {
    let (link, _pushes) = to(&server(Peer::be_honest).await).await;
    let refused = link.put_blob(vec![0; (1 << 20) + 1]).await;
    assert_eq!(refused, Err(LinkError::Refused(Refusal::TooLarge)));
    assert_eq!(link.append(append()).await, Ok(1));
}

#[tokio::test]
async fn a_server_that_never_answers() {
    let url = server(async |mut peer: Peer| while peer.heard().await.is_some() {}).await;
    let (link, mut pushes) = Link::connect(&url, &quick()).await.unwrap();
    let all = future::join_all((0..100).map(|_| link.append(append()))).await;
    assert_eq!(all, vec![Err(LinkError::Silent); 100]);
    assert_eq!(
        (link.ended(), pushes.next().await),
        (Some(LinkError::Silent), None)
    );
}

#[tokio::test]
async fn a_server_that_reads_nothing() {
    let url = server(async |peer: Peer| {
        future::pending::<()>().await;
        drop(peer);
    })
    .await;
    let (link, _pushes) = Link::connect(&url, &quick()).await.unwrap();
    let all = future::join_all((0..40).map(|_| link.put_blob(vec![0; 1 << 20]))).await;
    assert_eq!(
        all,
        vec![Err(LinkError::Silent); 40],
        "more than its socket holds"
    );
}

#[tokio::test]
async fn a_server_that_says_nothing_while_nothing_is_asked() {
    let settings = LinkSettings {
        silence: Duration::from_millis(100),
        ..LinkSettings::default()
    };
    // Does not read, so it does not answer pings.
    let url = server(async |peer: Peer| {
        future::pending::<()>().await;
        drop(peer);
    })
    .await;
    let (link, mut pushes) = Link::connect(&url, &settings).await.unwrap();
    assert_eq!(
        (pushes.next().await, link.ended()),
        (None, Some(LinkError::Silent))
    );
    // Control: a server that answers pings, which reading does here. It is asked three times.
    let settings = LinkSettings {
        silence: Duration::from_secs(1),
        ..settings
    };
    let (link, mut pushes) = Link::connect(&server(Peer::be_honest).await, &settings)
        .await
        .unwrap();
    let longer = tokio::time::timeout(Duration::from_millis(3500), pushes.next()).await;
    assert!(
        longer.is_err() && link.ended().is_none(),
        "{longer:?} {:?}",
        link.ended()
    );
}

#[tokio::test]
async fn a_server_that_goes_away() {
    let gone = after_fetch(async |peer, _ask| drop(peer));
    assert_eq!(gone.await, Err(LinkError::Closed));
    let goodbye = after_fetch(async |mut peer, _ask| {
        let _ = peer.0.close(None).await;
    });
    assert_eq!(goodbye.await, Err(LinkError::Closed));
}

#[tokio::test]
async fn a_flood_of_pings() {
    let broke = after_fetch(
        async |mut peer, _ask| {
            while peer.say(Message::Ping(Bytes::from_static(b"?"))).await {}
        },
    );
    assert_eq!(broke.await, Err(LinkError::Broke(Breach::Flood)));
    let some = after_fetch(async |mut peer, ask| {
        for _ in 0..100 {
            peer.say(Message::Ping(Bytes::from_static(b"?"))).await;
        }
        peer.answer(ask.id, honest(&ask.request)).await;
        peer.be_honest().await;
    });
    assert!(some.await.is_ok(), "control: a hundred are none");
}

#[tokio::test]
async fn slots_arrive_in_order() {
    let (mailbox, read) = (keys().name(), keys().read);
    let url = server(async move |mut peer: Peer| {
        let ask = peer.heard().await.unwrap();
        peer.answer(ask.id, Answer::Done).await;
        for seq in [3, 4, 9] {
            peer.push(mailbox, seq).await;
        }
        peer.be_honest().await;
    });
    let (link, mut pushes) = to(&url.await).await;
    link.watch(mailbox, &read, 2).await.unwrap();
    for seq in [3, 4, 9] {
        assert_eq!(
            pushes.next().await,
            Some(Pushed::Slot {
                mailbox,
                slot: slot(seq)
            })
        );
    }
    assert_eq!(pushes.try_next(), None);
}

#[tokio::test]
async fn slots_out_of_order_or_unasked() {
    let mailbox = keys().name();
    for (slots, breach) in [
        (vec![(mailbox, 2)], Breach::Order), // already known
        (vec![(mailbox, 3), (mailbox, 3)], Breach::Order),
        (vec![(mailbox, 4), (mailbox, 3)], Breach::Order),
        (vec![(MailboxName::from_bytes([5; 32]), 3)], Breach::Unwatched),
    ] {
        let url = server(async move |mut peer: Peer| {
            let ask = peer.heard().await.unwrap();
            peer.answer(ask.id, Answer::Done).await;
            for (mailbox, seq) in slots {
                peer.push(mailbox, seq).await;
            }
            peer.be_honest().await;
        });
        let (link, mut pushes) = to(&url.await).await;
        let _ = link.watch(mailbox, &keys().read, 2).await;
        while pushes.next().await.is_some() {}
        assert_eq!(link.ended(), Some(LinkError::Broke(breach)));
    }
}

#[tokio::test]
async fn a_flood_of_slots_is_dropped_and_said() {
    let (mailbox, read) = (keys().name(), keys().read);
    let url = server(async move |mut peer: Peer| {
        let ask = peer.heard().await.unwrap();
        peer.answer(ask.id, Answer::Done).await;
        for seq in 1..=5000 {
            peer.push(mailbox, seq).await;
        }
        let ask = peer.heard().await.unwrap();
        peer.answer(ask.id, honest(&ask.request)).await;
        // The client watches again, and what was on its way from the old watch is not taken for the new one's.
        let ask = peer.heard().await.unwrap();
        assert!(matches!(ask.request, Request::Watch { after: 4, .. }), "{ask:?}");
        for seq in 5001..=5003 {
            peer.push(mailbox, seq).await;
        }
        peer.answer(ask.id, Answer::Done).await;
        peer.push(mailbox, 5).await;
        peer.be_honest().await;
    });
    let settings = LinkSettings {
        waiting_slots: 4,
        ..LinkSettings::default()
    };
    let (link, mut pushes) = Link::connect(&url.await, &settings).await.unwrap();
    link.watch(mailbox, &read, 0).await.unwrap();
    assert_eq!(
        link.append(append()).await,
        Ok(1),
        "answers come although nobody takes the slots"
    );
    for seq in 1..=4 {
        assert_eq!(
            pushes.next().await,
            Some(Pushed::Slot {
                mailbox,
                slot: slot(seq)
            })
        );
    }
    assert_eq!(pushes.next().await, Some(Pushed::Lagged { mailbox }));
    assert_eq!(pushes.try_next(), None, "told once");
    link.watch(mailbox, &read, 4).await.unwrap();
    assert_eq!(
        pushes.next().await,
        Some(Pushed::Slot {
            mailbox,
            slot: slot(5)
        })
    );
    assert_eq!(link.ended(), None);
}

#[tokio::test]
async fn a_server_that_lags_says_so_once() {
    let (mailbox, read) = (keys().name(), keys().read);
    let url = server(async move |mut peer: Peer| {
        let ask = peer.heard().await.unwrap();
        peer.answer(ask.id, Answer::Done).await;
        for _ in 0..2 {
            peer.send(ToClient::Pushed(Pushed::Lagged { mailbox })).await;
        }
        peer.be_honest().await;
    });
    let (link, mut pushes) = to(&url.await).await;
    link.watch(mailbox, &read, 0).await.unwrap();
    assert_eq!(pushes.next().await, Some(Pushed::Lagged { mailbox }));
    assert_eq!(pushes.next().await, None);
    assert_eq!(
        link.ended(),
        Some(LinkError::Broke(Breach::Unwatched)),
        "the watch had ended"
    );
}

#[tokio::test]
async fn a_watch_that_is_refused_hands_nothing_on() {
    let (mailbox, read) = (keys().name(), keys().read);
    let url = server(async move |mut peer: Peer| {
        let first = peer.heard().await.unwrap();
        peer.answer(first.id, Answer::Done).await;
        peer.push(mailbox, 1).await;
        let again = peer.heard().await.unwrap();
        peer.answer(again.id, Answer::Refused(Refusal::Denied)).await;
        // The first watch goes on.
        peer.push(mailbox, 2).await;
        peer.be_honest().await;
    });
    let (link, mut pushes) = to(&url.await).await;
    link.watch(mailbox, &read, 0).await.unwrap();
    let expected = Pushed::Slot {
        mailbox,
        slot: slot(1),
    };
    assert_eq!(pushes.next().await, Some(expected));
    let refused = link.watch(mailbox, &read, 1).await;
    assert_eq!(refused, Err(LinkError::Refused(Refusal::Denied)));
    assert_eq!(link.append(append()).await, Ok(1));
    assert_eq!((pushes.try_next(), link.ended()), (None, None));
}

#[tokio::test]
async fn no_more_watches_than_the_protocol_allows() {
    let (link, _pushes) = to(&server(Peer::be_honest).await).await;
    let name = |n: usize| {
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&(n as u64).to_be_bytes());
        MailboxName::from_bytes(bytes)
    };
    for n in 0..MAX_WATCHES {
        assert_eq!(link.watch(name(n), &keys().read, 0).await, Ok(()), "{n}");
    }
    let refused = link.watch(name(MAX_WATCHES), &keys().read, 0).await;
    assert_eq!(refused, Err(LinkError::Refused(Refusal::Full)));
    link.unwatch(name(0)).await.unwrap();
    assert_eq!(link.watch(name(MAX_WATCHES), &keys().read, 0).await, Ok(()));
}

async fn unreachable(url: &ServerUrl, settings: &LinkSettings) -> Unreachable {
    match Link::connect(url, settings).await {
        Err(LinkError::Unreachable(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn nobody_there() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = listener.local_addr().unwrap().to_string().parse().unwrap();
    drop(listener);
    assert_eq!(
        unreachable(&url, &quick()).await,
        Unreachable::Connect(ErrorKind::ConnectionRefused)
    );
    let nowhere = "ws://localhost:1".parse().unwrap();
    assert!(matches!(
        unreachable(&nowhere, &quick()).await,
        Unreachable::Connect(_)
    ));
    let no_name = "there-is-no-such-host.invalid:443".parse().unwrap();
    // A resolver without a network takes its time to give up.
    let patient = LinkSettings {
        connect: Duration::from_secs(60),
        ..LinkSettings::default()
    };
    assert_eq!(unreachable(&no_name, &patient).await, Unreachable::Name);
}

#[tokio::test]
async fn somebody_else_there() {
    let silent = raw(async |tcp: TcpStream| {
        future::pending::<()>().await;
        drop(tcp);
    });
    let impatient = LinkSettings {
        connect: Duration::from_millis(300),
        ..LinkSettings::default()
    };
    assert_eq!(unreachable(&silent.await, &impatient).await, Unreachable::Slow);
    for answer in [
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/1.1 200 OK\r\n\r\nhello",
        "220 mail.example.org ESMTP\r\n",
    ] {
        let other = raw(async move |mut tcp: TcpStream| {
            let mut request = [0; 1000];
            let _ = tcp.read(&mut request).await;
            let _ = tcp.write_all(answer.as_bytes()).await;
            let _ = tcp.read(&mut request).await;
        });
        assert_eq!(
            unreachable(&other.await, &quick()).await,
            Unreachable::NotSnug,
            "{answer}"
        );
    }
    // A header without end.
    let endless = raw(async |mut tcp: TcpStream| {
        let _ = tcp.write_all(b"HTTP/1.1 101 Switching Protocols\r\n").await;
        while tcp.write_all(&[b'a'; 4096]).await.is_ok() {}
    });
    assert_eq!(
        unreachable(&endless.await, &LinkSettings::default()).await,
        Unreachable::NotSnug
    );
}

const AUTHORITY: &[u8] = include_bytes!("link/ca.pem");

/// A server with the certificate for `localhost`, of this TLS version.
async fn tls_server(version: &'static rustls::SupportedProtocolVersion) -> u16 {
    let chain = CertificateDer::pem_slice_iter(include_bytes!("link/server.pem"));
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("link/server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[version])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain.map(Result::unwrap).collect(), key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let url = raw(async move |tcp: TcpStream| {
        let Ok(tls) = acceptor.accept(tcp).await else {
            return;
        };
        let mut ws = tokio_tungstenite::accept_async(tls).await.unwrap();
        while let Some(Ok(Message::Binary(bytes))) = ws.next().await {
            let ask = ToServer::decode(&bytes).unwrap();
            let (id, answer) = (ask.id, honest(&ask.request));
            let frame = ToClient::Answer { id, answer }.encode().unwrap();
            ws.send(Message::binary(frame)).await.unwrap();
        }
    });
    url.await.port()
}

fn at(host: &str, port: u16) -> ServerUrl {
    format!("wss://{host}:{port}").parse().unwrap()
}

#[tokio::test]
async fn a_server_with_an_authority_of_its_own() {
    let roots = Roots::default().with_pem(AUTHORITY).unwrap();
    let settings = LinkSettings {
        roots,
        ..LinkSettings::default()
    };
    let port = tls_server(&rustls::version::TLS13).await;
    let (link, _pushes) = Link::connect(&at("localhost", port), &settings).await.unwrap();
    assert_eq!(link.append(append()).await, Ok(1));
    // The certificate is for another name.
    let port = tls_server(&rustls::version::TLS13).await;
    assert_eq!(
        unreachable(&at("127.0.0.1", port), &settings).await,
        Unreachable::Certificate
    );
    // Nobody here knows the authority.
    let port = tls_server(&rustls::version::TLS13).await;
    let without = LinkSettings::default();
    assert_eq!(
        unreachable(&at("localhost", port), &without).await,
        Unreachable::Certificate
    );
    // Older TLS is no TLS.
    let port = tls_server(&rustls::version::TLS12).await;
    assert_eq!(
        unreachable(&at("localhost", port), &settings).await,
        Unreachable::Tls
    );
}

#[tokio::test]
async fn no_tls_where_tls_is_due() {
    let plain = server(Peer::be_honest).await;
    let url = at("127.0.0.1", plain.port());
    let why = unreachable(&url, &quick()).await;
    assert_eq!(why, Unreachable::Tls);
}

#[test]
fn what_is_no_authority() {
    let key = include_bytes!("link/server.key");
    for bytes in [&b""[..], b"certificate", key, &AUTHORITY[..AUTHORITY.len() / 2]] {
        assert_eq!(Roots::default().with_pem(bytes).err(), Some(RootsError));
    }
}
