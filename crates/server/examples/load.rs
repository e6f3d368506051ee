//! How many durable envelopes a second the server takes, beside a bare loop of the same inserts in the same run.
//!
//! Everything is in one process on one machine: the server on real loopback sockets, the clients that load it, and in
//! turn with it the bare loop. The clients' own work is in the server's figures, not in the loop's. `SNUG_LOAD_SECONDS`
//! sets the time for each measurement (5), `SNUG_LOAD_FOLDER` where the databases lie (the current folder: the default
//! place for temporary files is often memory, where a sync costs nothing).
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a benchmark may stop, and prints a table"
)]

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use delivery::{
    Answer, Append, Body, Entry, IdempotencyKey, MailboxKeys, Pushed, Request, ToClient, ToServer,
};
use futures_util::{SinkExt, StreamExt};
use rusqlite::{Connection, params};
use server::{Config, Limits, Server};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, client_async};

const CONNECTIONS: u32 = 50;
const ENVELOPE: usize = 1024;

/// Each figure is the median of so many rounds; a round measures everything once, so that what else the machine does
/// falls on all of them.
const ROUNDS: usize = 3;

struct Row {
    name: &'static str,
    under_way: u32,
    watched: bool,
    /// Appends a second in all, where they are paced.
    pace: Option<u32>,
}

const ROWS: [Row; 5] = [
    Row {
        name: "1 under way each, nobody watches",
        under_way: 1,
        watched: false,
        pace: None,
    },
    Row {
        name: "1 under way each, each mailbox watched",
        under_way: 1,
        watched: true,
        pace: None,
    },
    Row {
        name: "8 under way each, nobody watches",
        under_way: 8,
        watched: false,
        pace: None,
    },
    Row {
        name: "8 under way each, each mailbox watched",
        under_way: 8,
        watched: true,
        pace: None,
    },
    Row {
        name: "1000 a second in all, each mailbox watched",
        under_way: 1,
        watched: true,
        pace: Some(1000),
    },
];

fn main() {
    let seconds = std::env::var("SNUG_LOAD_SECONDS").map_or(5, |seconds| seconds.parse().unwrap());
    let each = Duration::from_secs(seconds);
    let folder = std::env::var_os("SNUG_LOAD_FOLDER").map_or_else(|| PathBuf::from("."), PathBuf::from);
    println!(
        "{ENVELOPE}-byte envelopes from {CONNECTIONS} connections, {} processors, medians of {ROUNDS} rounds of {seconds} s",
        std::thread::available_parallelism().unwrap()
    );
    let (mut runs, mut single, mut batched) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        single.push(bare(&folder, each, 1));
        for row in &ROWS {
            let run = load(&folder, each, row);
            // With as many inserts in a transaction as the server just had.
            batched.push(bare(&folder, each, run.batch()));
            runs.push(run);
        }
    }
    println!(
        "\n{:<43} {:>8} {:>6} {:>16} {:>16} {:>11} {:>6}",
        "server", "a second", "batch", "answer p50/p99", "push p50/p99", "bare loop*", "ratio"
    );
    for (n, row) in ROWS.iter().enumerate() {
        let of_row = |list: &[f64]| median(list.iter().skip(n).step_by(ROWS.len()).copied());
        let figure = |figure: fn(&Run) -> f64| of_row(&runs.iter().map(figure).collect::<Vec<_>>());
        let (server, bare) = (figure(|run| run.per_second), of_row(&batched));
        let both = |half: f64, most: f64| {
            if half.is_nan() {
                "-".to_owned()
            } else {
                format!("{half:.1}/{most:.1} ms")
            }
        };
        println!(
            "{:<43} {server:>8.0} {:>6.1} {:>16} {:>16} {bare:>11.0} {:>6}",
            row.name,
            figure(|run| run.per_batch),
            both(
                figure(|run| at(&run.answers, 0.5)),
                figure(|run| at(&run.answers, 0.99))
            ),
            both(
                figure(|run| at(&run.pushes, 0.5)),
                figure(|run| at(&run.pushes, 0.99))
            ),
            row.pace
                .map_or_else(|| format!("{:.2}", server / bare), |_| "-".to_owned()),
        );
    }
    println!("* the same inserts in a bare loop, as many in each transaction as the server had in that row");
    println!(
        "\nbare loop with one insert in each transaction: {:.0} a second",
        median(single)
    );
}

fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

struct Run {
    per_second: f64,
    per_batch: f64,
    answers: Vec<u64>,
    pushes: Vec<u64>,
}

impl Run {
    fn batch(&self) -> usize {
        self.per_batch.round().max(1.0) as usize
    }
}

/// Milliseconds from sending an append to having its answer, or to having it pushed on another connection.
fn at(sorted: &[u64], part: f64) -> f64 {
    let nanos = sorted.get((sorted.len() as f64 * part) as usize);
    nanos.map_or(f64::NAN, |nanos| *nanos as f64 / 1e6)
}

/// The server under load, with a database of its own.
fn load(folder: &Path, each: Duration, row: &Row) -> Run {
    let Row {
        under_way,
        watched,
        pace,
        ..
    } = *row;
    let files = Files::new(folder);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let mut config = Config::new(([127, 0, 0, 1], 0).into(), files.database());
        config.limits = Limits {
            requests_per_second: u32::MAX,
            burst_requests: u32::MAX,
            bytes_per_second: u32::MAX,
            burst_bytes: u32::MAX,
            ..Limits::default()
        };
        let server = Server::bind(config).await.unwrap();
        let begin = Instant::now();
        let mut watchers = JoinSet::new();
        let mut writers = Vec::new();
        for who in 0..CONNECTIONS {
            let mut client = Client::new(server.address()).await;
            client.create(who).await;
            if watched {
                let mut watcher = Client::new(server.address()).await;
                watcher.watch(who).await;
                watchers.spawn(watcher.time_pushes(begin));
            }
            writers.push((who, client));
        }
        let before = server.counts();
        let start = Instant::now();
        let mut appends = JoinSet::new();
        for (who, client) in writers {
            let pause = pace.map(|pace| Duration::from_secs(1) * CONNECTIONS / pace);
            appends.spawn(client.append_until(who, begin, start + each, under_way, pause));
        }
        let mut answers: Vec<u64> = appends.join_all().await.into_iter().flatten().collect();
        let took = start.elapsed().as_secs_f64();
        let after = server.counts();
        let per_second = answers.len() as f64 / took;
        server.shutdown().await;
        let mut pushes: Vec<u64> = watchers.join_all().await.into_iter().flatten().collect();
        if watched {
            assert_eq!(pushes.len(), answers.len(), "every envelope was pushed once");
        }
        answers.sort_unstable();
        pushes.sort_unstable();
        Run {
            per_second,
            per_batch: (after.slots - before.slots) as f64 / (after.batches - before.batches) as f64,
            answers,
            pushes,
        }
    })
}

struct Client(WebSocketStream<TcpStream>);

impl Client {
    async fn new(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self(client_async("ws://localhost/v1", stream).await.unwrap().0)
    }

    async fn send(&mut self, id: u32, request: Request) {
        let frame = ToServer { id, request }.encode().unwrap();
        self.0.send(Message::Binary(frame.into())).await.unwrap();
    }

    async fn next(&mut self) -> Option<ToClient> {
        loop {
            match self.0.next().await? {
                Ok(Message::Binary(bytes)) => return Some(ToClient::decode(&bytes).unwrap()),
                Ok(Message::Ping(_) | Message::Pong(_)) => {}
                Ok(_) | Err(_) => return None,
            }
        }
    }

    async fn create(&mut self, who: u32) {
        let hashes = keys(who).hashes();
        let (read, write) = (hashes.read, hashes.write);
        self.send(0, Request::Create { read, write }).await;
        self.next().await.unwrap();
    }

    async fn watch(&mut self, who: u32) {
        let mailbox = keys(who).name();
        let (read, after) = (keys(who).read, 0);
        self.send(0, Request::Watch { mailbox, read, after }).await;
        self.next().await.unwrap();
    }

    async fn append_until(
        mut self,
        who: u32,
        begin: Instant,
        end: Instant,
        under_way: u32,
        pause: Option<Duration>,
    ) -> Vec<u64> {
        let start = Instant::now();
        let (keys, mut sent, mut took) = (keys(who), 0_u32, Vec::new());
        let mut times = std::collections::HashMap::new();
        loop {
            while times.len() < under_way as usize && Instant::now() < end {
                if let Some(pause) = pause {
                    let first = pause * who / CONNECTIONS;
                    tokio::time::sleep_until((start + first + pause * sent).into()).await;
                }
                times.insert(sent, Instant::now());
                let append = append(&keys, sent, begin.elapsed());
                self.send(sent, Request::Append(append)).await;
                sent += 1;
            }
            if times.is_empty() {
                return took;
            }
            match self.next().await {
                Some(ToClient::Answer {
                    id,
                    answer: Answer::Appended { .. },
                }) => {
                    took.push(times.remove(&id).unwrap().elapsed().as_nanos() as u64);
                }
                other => panic!("{other:?}"),
            }
        }
    }

    async fn time_pushes(mut self, begin: Instant) -> Vec<u64> {
        let mut took = Vec::new();
        while let Some(ToClient::Pushed(pushed)) = self.next().await {
            let Pushed::Slot { slot, .. } = pushed else {
                panic!("lagged")
            };
            let sent = u64::from_be_bytes(slot.body[..8].try_into().unwrap());
            took.push(begin.elapsed().as_nanos() as u64 - sent);
        }
        took
    }
}

fn keys(who: u32) -> MailboxKeys {
    let mut secret = [7; 32];
    secret[..4].copy_from_slice(&who.to_be_bytes());
    MailboxKeys::from_secrets(secret, [9; 32])
}

/// The envelope begins with the time when it was sent.
fn append(keys: &MailboxKeys, n: u32, at: Duration) -> Append {
    let mut envelope = vec![0x5a; ENVELOPE];
    envelope[..8].copy_from_slice(&(at.as_nanos() as u64).to_be_bytes());
    Append {
        mailbox: keys.name(),
        write: keys.write.clone(),
        key: key(n),
        entry: Entry::Message(Body::from(envelope)),
    }
}

/// Spread as random keys are, so that the index is written all over.
fn key(n: u32) -> IdempotencyKey {
    let mut key = [0; 16];
    for (part, salt) in key.chunks_exact_mut(4).zip([1, 3, 5, 7_u32]) {
        part.copy_from_slice(&n.wrapping_mul(2_654_435_761).rotate_left(salt).to_be_bytes());
    }
    IdempotencyKey(key)
}

/// The two statements that an append comes to, in the same schema with the same durability, and nothing around them:
/// no socket, no look for an earlier append, no rule.
fn bare(folder: &Path, each: Duration, batch: usize) -> f64 {
    let files = Files::new(folder);
    let mut db = Connection::open(files.database()).unwrap();
    db.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; PRAGMA cache_size = -16000",
    )
    .unwrap();
    db.execute_batch(include_str!("../migrations/0001.sql")).unwrap();
    for who in 0..CONNECTIONS {
        db.execute(
            "INSERT INTO mailboxes (id, name, read, write, last, commits, kept, bytes, used)
             VALUES (?, ?, ?, ?, 0, 0, 0, 0, 0)",
            params![who + 1, keys(who).name().as_bytes(), [0_u8; 32], [0_u8; 32]],
        )
        .unwrap();
    }
    let envelope = vec![0x5a_u8; ENVELOPE];
    let (start, mut stored) = (Instant::now(), 0_u32);
    while start.elapsed() < each {
        let transaction = db.transaction().unwrap();
        for _ in 0..batch {
            let (mailbox, seq) = (
                i64::from(stored % CONNECTIONS) + 1,
                i64::from(stored / CONNECTIONS) + 1,
            );
            transaction
                .prepare_cached("INSERT INTO slots (id, kind, key, stored, body) VALUES (?, ?, ?, ?, ?)")
                .unwrap()
                .execute(params![(mailbox << 32) | seq, 1, key(stored).0, 0, envelope])
                .unwrap();
            transaction
                .prepare_cached(
                    "UPDATE mailboxes SET last = ?, commits = ?, kept = ?, bytes = ?, oldest = coalesce(oldest, ?),
                     used = ? WHERE id = ?",
                )
                .unwrap()
                .execute(params![seq, 0, seq, seq * ENVELOPE as i64, 0, 0, mailbox])
                .unwrap();
            stored += 1;
        }
        transaction.commit().unwrap();
    }
    f64::from(stored) / start.elapsed().as_secs_f64()
}

/// A database's files, removed with the value.
struct Files(PathBuf);

impl Files {
    fn new(folder: &Path) -> Self {
        let folder = folder.join(format!("snug-load-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn database(&self) -> PathBuf {
        self.0.join("snug.db")
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
