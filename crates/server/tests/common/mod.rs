//! A client for tests: it says what it is told to say, and waits for answers.
#![allow(dead_code, reason = "each test file takes what it needs")]

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use delivery::{
    Answer, Append, Body, Entry, IdempotencyKey, MailboxKeys, Page, Pushed, Request, Slot, ToClient, ToServer,
};
use futures_util::{SinkExt, StreamExt};
use server::{Config, Limits, Running, Server};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{WebSocketStream, client_async};

/// Nothing here takes that long unless it is stuck.
const STUCK: Duration = Duration::from_secs(60);

/// A folder that is removed with the value.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("snug-{name}-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.0.join("snug.db")
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A server on a free port whose connections may ask as much as they like.
pub(crate) fn config(scratch: &Scratch) -> Config {
    let mut config = Config::new(([127, 0, 0, 1], 0).into(), scratch.database());
    config.limits = Limits {
        requests_per_second: 1_000_000,
        burst_requests: 1_000_000,
        bytes_per_second: u32::MAX,
        burst_bytes: u32::MAX,
        ..Limits::default()
    };
    config
}

pub(crate) async fn start(scratch: &Scratch) -> Running {
    Server::bind(config(scratch)).await.unwrap()
}

pub(crate) struct Client<S = TcpStream> {
    pub(crate) socket: WebSocketStream<S>,
    next: u32,
    pushed: VecDeque<Pushed>,
}

impl Client {
    pub(crate) async fn new(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).await.unwrap()).await
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    pub(crate) async fn over(stream: S) -> Self {
        let (socket, _) = client_async("ws://localhost/v1", stream).await.unwrap();
        Self {
            socket,
            next: 1,
            pushed: VecDeque::new(),
        }
    }

    pub(crate) async fn send(&mut self, request: Request) -> u32 {
        let id = self.next;
        self.next += 1;
        let frame = ToServer { id, request }.encode().unwrap();
        self.raw(frame).await;
        id
    }

    pub(crate) async fn raw(&mut self, frame: Vec<u8>) {
        self.try_raw(frame).await.unwrap();
    }

    pub(crate) async fn try_raw(&mut self, frame: Vec<u8>) -> Result<(), Error> {
        self.socket.send(Message::Binary(frame.into())).await
    }

    /// The next frame of the protocol; `None` when the server has closed the connection.
    pub(crate) async fn frame(&mut self) -> Option<ToClient> {
        loop {
            match timeout(STUCK, self.socket.next())
                .await
                .expect("the server is stuck")
            {
                Some(Ok(Message::Binary(bytes))) => return Some(ToClient::decode(&bytes).unwrap()),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(_) | Err(_)) | None => return None,
            }
        }
    }

    pub(crate) async fn answer(&mut self) -> Option<(u32, Answer)> {
        loop {
            match self.frame().await? {
                ToClient::Answer { id, answer } => return Some((id, answer)),
                ToClient::Pushed(pushed) => self.pushed.push_back(pushed),
            }
        }
    }

    pub(crate) async fn ask(&mut self, request: Request) -> Answer {
        let id = self.send(request).await;
        let (answered, answer) = self.answer().await.expect("the server closed the connection");
        assert_eq!(answered, id);
        answer
    }

    pub(crate) async fn pushed(&mut self) -> Pushed {
        if let Some(pushed) = self.pushed.pop_front() {
            return pushed;
        }
        match self.frame().await.expect("the server closed the connection") {
            ToClient::Pushed(pushed) => pushed,
            ToClient::Answer { .. } => panic!("an answer to nothing"),
        }
    }

    pub(crate) async fn slot(&mut self) -> Slot {
        match self.pushed().await {
            Pushed::Slot { slot, .. } => slot,
            Pushed::Lagged { .. } => panic!("lagged"),
        }
    }

    pub(crate) async fn create(&mut self, keys: &MailboxKeys) {
        assert_eq!(self.ask(create(keys)).await, Answer::Done);
    }

    pub(crate) async fn append(&mut self, keys: &MailboxKeys, key: u32, entry: Entry) -> Answer {
        self.ask(append(keys, key, entry)).await
    }

    /// All slots of a mailbox, page by page.
    pub(crate) async fn all(&mut self, keys: &MailboxKeys) -> Page {
        let mut all = self.page(keys, 0).await;
        while all.more() {
            let after = all.slots.last().unwrap().seq;
            let next = self.page(keys, after).await;
            all.slots.extend(next.slots);
            (all.commits, all.last) = (next.commits, next.last);
        }
        all
    }

    pub(crate) async fn page(&mut self, keys: &MailboxKeys, after: u64) -> Page {
        match self.ask(fetch(keys, after)).await {
            Answer::Slots(page) => page,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn watch(&mut self, keys: &MailboxKeys, after: u64) {
        assert_eq!(self.ask(watch(keys, after)).await, Answer::Done);
    }
}

/// Mailbox number `n`.
pub(crate) fn keys(n: u8) -> MailboxKeys {
    MailboxKeys::from_secrets([n; 32], [!n; 32])
}

pub(crate) fn create(keys: &MailboxKeys) -> Request {
    let hashes = keys.hashes();
    Request::Create {
        read: hashes.read,
        write: hashes.write,
    }
}

pub(crate) fn append(keys: &MailboxKeys, key: u32, entry: Entry) -> Request {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&key.to_be_bytes());
    Request::Append(Append {
        mailbox: keys.name(),
        write: keys.write.clone(),
        key: IdempotencyKey(bytes),
        entry,
    })
}

pub(crate) fn fetch(keys: &MailboxKeys, after: u64) -> Request {
    Request::Fetch {
        mailbox: keys.name(),
        read: keys.read.clone(),
        after,
    }
}

pub(crate) fn watch(keys: &MailboxKeys, after: u64) -> Request {
    Request::Watch {
        mailbox: keys.name(),
        read: keys.read.clone(),
        after,
    }
}

pub(crate) fn message(text: &str) -> Entry {
    Entry::Message(body(text))
}

pub(crate) fn commit(text: &str, expect: Option<u64>) -> Entry {
    Entry::Commit {
        expect,
        body: body(text),
    }
}

pub(crate) fn notice(text: &str) -> Entry {
    Entry::Notice(body(text))
}

pub(crate) fn body(text: &str) -> Body {
    Body::from(text.as_bytes().to_vec())
}

pub(crate) fn seq(seq: u64) -> Answer {
    Answer::Appended { seq }
}

pub(crate) fn texts(slots: &[Slot]) -> Vec<String> {
    slots
        .iter()
        .map(|slot| String::from_utf8(slot.body.to_vec()).unwrap())
        .collect()
}

pub(crate) fn numbers(slots: &[Slot]) -> Vec<u64> {
    slots.iter().map(|slot| slot.seq).collect()
}
