//! Clients that do what they should not: each costs only itself.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

mod common;

use std::net::SocketAddr;
use std::time::Duration;

use common::{Client, Scratch, append, body, config, create, fetch, keys, message, notice, seq, start};
use delivery::limits::{MAX_BLOB, MAX_BODY, MAX_FRAME};
use delivery::{Answer, Body, Entry, Refusal, Request, ToClient, ToServer};
use futures_util::SinkExt;
use server::{Limits, Running, Server, ServerError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;

/// Nothing here takes that long unless it is stuck.
const STUCK: Duration = Duration::from_secs(60);

#[tokio::test]
async fn a_frame_that_is_none_ends_its_own_connection_only() {
    let scratch = Scratch::new("hostile");
    let server = start(&scratch).await;
    let mut honest = Client::new(server.address()).await;
    honest.create(&keys(1)).await;
    let request = ToServer {
        id: 7,
        request: create(&keys(2)),
    }
    .encode()
    .unwrap();
    let mut frames: Vec<Vec<u8>> = vec![
        Vec::new(),
        vec![0x00],
        vec![0xff; 100],
        vec![0x9f, 0xff],
        vec![0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        b"GET / HTTP/1.1".to_vec(),
        request[..request.len() - 1].to_vec(),
        [&request[..], &[0]].concat(),
        vec![0xa0; MAX_FRAME],
    ];
    frames.extend((0..request.len()).step_by(7).map(|at| {
        let mut changed = request.clone();
        changed[at] ^= 0x40;
        changed
    }));
    let mut ended = 0;
    for (n, frame) in (1..).zip(frames) {
        let mut hostile = Client::new(server.address()).await;
        hostile.raw(frame).await;
        // Either it was another request after all, or it is refused and the connection ends.
        match hostile.frame().await {
            Some(ToClient::Answer {
                answer: Answer::Refused(Refusal::Malformed),
                id: 7,
            }) => {
                assert!(hostile.frame().await.is_none());
                ended += 1;
            }
            None => ended += 1,
            Some(ToClient::Answer {
                answer: Answer::Done | Answer::Refused(Refusal::Version),
                ..
            }) => {}
            Some(other) => panic!("{other:?}"),
        }
        assert_eq!(honest.append(&keys(1), n, message("m")).await, seq(n.into()));
    }
    assert!(ended >= 9, "{ended}");
    server.shutdown().await;
}

#[tokio::test]
async fn an_operation_of_another_version_or_too_large_a_body_is_refused_and_the_connection_goes_on() {
    let scratch = Scratch::new("hostile");
    let server = start(&scratch).await;
    let mut client = Client::new(server.address()).await;
    client.raw(vec![0x83, 0x17, 0x05, 0x00]).await;
    assert_eq!(
        client.answer().await,
        Some((5, Answer::Refused(Refusal::Version)))
    );
    let mut long = vec![0x83, 0x06, 0x06, 0x5a];
    long.extend(u32::try_from(MAX_BLOB + 1).unwrap().to_be_bytes());
    long.resize(long.len() + MAX_BLOB + 1, 0);
    client.raw(long).await;
    assert_eq!(
        client.answer().await,
        Some((6, Answer::Refused(Refusal::TooLarge)))
    );
    client.create(&keys(1)).await;
    server.shutdown().await;
}

#[tokio::test]
async fn text_and_frames_over_the_limit_end_the_connection() {
    let scratch = Scratch::new("hostile");
    let server = start(&scratch).await;
    let mut text = Client::new(server.address()).await;
    text.socket.send(Message::Text("hello".into())).await.unwrap();
    assert!(text.frame().await.is_none());
    let mut large = Client::new(server.address()).await;
    let _ = large.try_raw(vec![0; MAX_FRAME + 1]).await;
    assert!(large.frame().await.is_none());
    still_serves(&server).await;
    server.shutdown().await;
}

/// Fragments without a byte in them never fill a message, so no bound on its size ends them.
#[tokio::test]
async fn a_flood_of_empty_fragments_ends_the_connection() {
    let scratch = Scratch::new("hostile");
    let server = start(&scratch).await;
    let mut flood = greeted(server.address()).await;
    let begin = [0x02, 0x80, 0, 0, 0, 0];
    let more = [0x00, 0x80, 0, 0, 0, 0].repeat(10_000);
    flood.write_all(&begin).await.unwrap();
    let mut written = 0;
    while flood.write_all(&more).await.is_ok() {
        written += more.len();
        assert!(written < 64 << 20, "the flood is not ended");
    }
    still_serves(&server).await;
    server.shutdown().await;
}

#[tokio::test]
async fn who_does_not_speak_the_protocol_is_turned_down_at_the_door() {
    let scratch = Scratch::new("hostile");
    let mut config = config(&scratch);
    config.limits.handshake = Duration::from_millis(200);
    let server = Server::bind(config).await.unwrap();
    let upgrade = upgrade("/v2");
    for (hello, status) in [
        (upgrade.as_bytes(), "HTTP/1.1 404"),
        (b"\x16\x03\x01\x00\x05hello".as_slice(), ""),
        (b"", ""),
    ] {
        let mut stream = TcpStream::connect(server.address()).await.unwrap();
        stream.write_all(hello).await.unwrap();
        let mut answer = Vec::new();
        let _ = timeout(STUCK, stream.read_to_end(&mut answer))
            .await
            .expect("it is not closed");
        assert!(answer.starts_with(status.as_bytes()), "{answer:?}");
    }
    still_serves(&server).await;
    assert_eq!(server.counts().handshakes_failed, 3);
    server.shutdown().await;
}

#[tokio::test]
async fn who_falls_silent_is_closed_and_who_answers_pings_is_not() {
    let scratch = Scratch::new("hostile");
    let mut config = config(&scratch);
    config.limits.idle = Duration::from_millis(1500);
    let server = Server::bind(config).await.unwrap();
    let mut silent = greeted(server.address()).await;
    let mut client = Client::new(server.address()).await;
    client.create(&keys(1)).await;
    client.watch(&keys(1), 0).await;
    let ended = tokio::spawn(async move {
        let mut rest = Vec::new();
        timeout(STUCK, silent.read_to_end(&mut rest))
            .await
            .expect("it is not closed")
    });
    // Waits for a push that comes only after the silent one was closed; its socket answers pings meanwhile.
    let address = server.address();
    let (slot, ()) = tokio::join!(client.slot(), async move {
        let _ = ended.await.unwrap();
        let mut writer = Client::new(address).await;
        assert_eq!(writer.append(&keys(1), 1, message("m")).await, seq(1));
    });
    assert_eq!(slot.seq, 1);
    server.shutdown().await;
}

#[tokio::test]
async fn who_asks_too_much_is_told_to_slow_down_and_closed_if_that_is_ignored() {
    let scratch = Scratch::new("hostile");
    let mut config = config(&scratch);
    config.limits = Limits {
        requests_per_second: 1,
        burst_requests: 5,
        ignored_slow_downs: 3,
        ..Limits::default()
    };
    let server = Server::bind(config).await.unwrap();
    let mut hasty = Client::new(server.address()).await;
    for _ in 0..40 {
        if hasty
            .try_raw(
                ToServer {
                    id: 1,
                    request: create(&keys(1)),
                }
                .encode()
                .unwrap(),
            )
            .await
            .is_err()
        {
            break;
        }
    }
    let (mut done, mut slowed) = (0, 0);
    while let Some((_, answer)) = hasty.answer().await {
        match answer {
            Answer::Done => done += 1,
            Answer::Refused(Refusal::SlowDown { milliseconds }) => {
                assert!((1..=1001).contains(&milliseconds));
                slowed += 1;
            }
            other => panic!("{other:?}"),
        }
    }
    assert!(done >= 5 && slowed >= 3, "{done} {slowed}");
    assert!(done + slowed < 40, "it was closed before the end");
    still_serves(&server).await;
    server.shutdown().await;
}

#[tokio::test]
async fn connections_are_bounded_and_one_that_goes_makes_room() {
    let scratch = Scratch::new("hostile");
    let mut config = config(&scratch);
    config.limits.connections = 2;
    let server = Server::bind(config).await.unwrap();
    let mut first = Client::new(server.address()).await;
    let second = Client::new(server.address()).await;
    let mut third = TcpStream::connect(server.address()).await.unwrap();
    let mut nothing = Vec::new();
    let closed = timeout(STUCK, third.read_to_end(&mut nothing))
        .await
        .expect("it is not closed");
    assert_eq!(closed.unwrap_or(0), 0);
    first.create(&keys(1)).await;
    drop(second);
    timeout(STUCK, async {
        while tokio_tungstenite::client_async(
            "ws://localhost/v1",
            TcpStream::connect(server.address()).await.unwrap(),
        )
        .await
        .is_err()
        {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("no room came free");
    assert!(server.counts().turned_away >= 1);
    server.shutdown().await;
}

/// Whoever asks for megabytes and reads none of them holds a few of them up, and then itself.
#[tokio::test]
async fn who_does_not_read_its_answers_is_not_read_either() {
    let scratch = Scratch::new("hostile");
    let server = start(&scratch).await;
    let mut honest = Client::new(server.address()).await;
    honest.create(&keys(1)).await;
    for n in 1..=4 {
        let entry = Entry::Notice(Body::from(vec![7; MAX_BODY]));
        assert_eq!(honest.append(&keys(1), n, entry).await, seq(n.into()));
    }
    let mut greedy = Client::new(server.address()).await;
    let mut asked = 0_u64;
    // A fetch is 80 bytes: what a thousand of them ask for is a gigabyte.
    while timeout(Duration::from_millis(500), greedy.send(fetch(&keys(1), 0)))
        .await
        .is_ok()
    {
        asked += 1;
        if asked == 200_000 {
            break;
        }
    }
    let read = server.counts().requests;
    assert!(read < 100, "{read} requests were read though no answer was");
    for n in 5..=20 {
        assert_eq!(
            honest.append(&keys(1), n, notice("still here")).await,
            seq(n.into())
        );
    }
    drop(greedy);
    server.shutdown().await;
}

#[tokio::test]
async fn without_tls_only_this_machine_is_listened_to() {
    let scratch = Scratch::new("hostile");
    let mut config = config(&scratch);
    config.bind = ([0, 0, 0, 0], 0).into();
    let refused = Server::bind(config.clone()).await.err().unwrap();
    assert!(matches!(refused, ServerError::Unprotected));
    assert!(!scratch.database().exists(), "nothing was made");
    config.bind = ([127, 0, 0, 1], 0).into();
    Server::bind(config).await.unwrap().shutdown().await;
}

#[tokio::test]
async fn requests_that_come_in_pieces_are_read() {
    let scratch = Scratch::new("hostile");
    let server = start(&scratch).await;
    let mut slow = greeted(server.address()).await;
    let frame = ToServer {
        id: 3,
        request: create(&keys(1)),
    }
    .encode()
    .unwrap();
    let pieces: Vec<&[u8]> = frame.chunks(5).collect();
    for (n, piece) in pieces.iter().enumerate() {
        let opcode = if n == 0 { 0x02 } else { 0x00 };
        let last = if n + 1 == pieces.len() { 0x80 } else { 0x00 };
        let head = [
            opcode | last,
            0x80 | u8::try_from(piece.len()).unwrap(),
            0,
            0,
            0,
            0,
        ];
        for byte in [&head[..], piece].concat() {
            slow.write_all(&[byte]).await.unwrap();
        }
    }
    let mut head = [0; 2];
    timeout(STUCK, slow.read_exact(&mut head)).await.unwrap().unwrap();
    let mut answer = vec![0; usize::from(head[1])];
    slow.read_exact(&mut answer).await.unwrap();
    let done = ToClient::Answer {
        id: 3,
        answer: Answer::Done,
    };
    assert_eq!(ToClient::decode(&answer), Ok(done));
    server.shutdown().await;
}

async fn still_serves(server: &Running) {
    let mut client = Client::new(server.address()).await;
    client.create(&keys(9)).await;
    let put = Request::PutBlob {
        body: body("control"),
    };
    assert_eq!(client.ask(put).await, Answer::Done);
    let again = append(&keys(9), 1, notice("control"));
    assert_eq!(client.ask(again).await, seq(1));
}

fn upgrade(path: &str) -> String {
    format!(
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
}

/// A raw socket behind the handshake.
async fn greeted(address: SocketAddr) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(upgrade("/v1").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        answer.push(timeout(STUCK, stream.read_u8()).await.unwrap().unwrap());
    }
    assert!(answer.starts_with(b"HTTP/1.1 101"));
    stream
}
