//! A real server process that is killed in the middle of its work, again and again.
//!
//! What is shown: whatever was answered is there afterwards, once, under the number that was answered, and the numbers
//! have no gap. What was not answered is there once or not at all, and asking again settles it. What is not shown: that
//! the disk keeps what the kernel was told to sync; a kill leaves the kernel running.
//!
//! `SNUG_CRASH_ROUNDS` sets the number of rounds (5).
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may stop, and its child says where it listens"
)]

mod common;

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

use common::{Client, Scratch, append, config, keys, message, notice};
use delivery::{Answer, Entry};
use server::{Server, ServerError, StoreError};

const DATABASE: &str = "SNUG_CRASH_DATABASE";
const LISTENS: &str = "listens on ";
const MAILBOXES: u8 = 7;
const CONNECTIONS: u32 = 6;
const PIPELINED: usize = 16;

#[test]
fn what_was_answered_is_there_after_every_kill() {
    let rounds: u32 = std::env::var("SNUG_CRASH_ROUNDS").map_or(5, |rounds| rounds.parse().unwrap());
    let scratch = Scratch::new("crash");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut ledger = Ledger::default();
    for round in 0..rounds {
        let server = Process::start(&scratch.database());
        runtime.block_on(ledger.check(server.address));
        let kill_after = 20 + (round.wrapping_mul(2_654_435_761) >> 16) % 600;
        runtime.block_on(ledger.append_until(round, kill_after, server));
    }
    let server = Process::start(&scratch.database());
    runtime.block_on(ledger.check(server.address));
    let answered = ledger.entries.iter().filter(|entry| entry.seq.is_some()).count();
    println!("{rounds} kills, {answered} answered appends, all there");
    assert!(answered >= 20 * rounds as usize);
}

#[test]
fn control_a_slot_that_is_lost_behind_the_server_s_back_is_noticed() {
    let scratch = Scratch::new("crash");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut ledger = Ledger::default();
    let server = Process::start(&scratch.database());
    runtime.block_on(ledger.check(server.address));
    runtime.block_on(ledger.append_until(0, 50, server));
    let database = rusqlite::Connection::open(scratch.database()).unwrap();
    let answered = ledger.entries.iter().find(|sent| sent.seq.is_some()).unwrap();
    let lost = database.execute("DELETE FROM slots WHERE body = ?", [answered.text.as_bytes()]);
    assert_eq!(lost, Ok(1));
    drop(database);
    let server = Process::start(&scratch.database());
    let address = server.address;
    let checked = runtime.block_on(runtime.spawn(async move { ledger.check(address).await }));
    assert!(checked.is_err_and(|error| error.is_panic()));
}

#[test]
fn a_second_process_is_refused_while_the_first_lives() {
    let scratch = Scratch::new("crash");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let first = Process::start(&scratch.database());
    let second = runtime.block_on(Server::bind(config(&scratch)));
    assert!(matches!(second, Err(ServerError::Store(StoreError::InUse))));
    drop(first);
    let second = runtime.block_on(Server::bind(config(&scratch))).unwrap();
    runtime.block_on(second.shutdown());
}

/// Not a test of its own: the process that the others start and kill.
#[test]
#[ignore = "started by the tests of this file"]
fn the_server_that_is_killed() {
    let Some(database) = std::env::var_os(DATABASE) else {
        return;
    };
    let scratch = Scratch::new("crash-child");
    let mut config = config(&scratch);
    config.database = database.into();
    server::run(config, |address| println!("{LISTENS}{address}")).unwrap();
}

struct Process {
    child: Child,
    address: SocketAddr,
}

impl Process {
    fn start(database: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "the_server_that_is_killed", "--ignored", "--nocapture"])
            .env(DATABASE, database)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut addresses = lines.filter_map(|line| {
            line.unwrap()
                .split_once(LISTENS)
                .map(|(_, address)| address.to_owned())
        });
        let address = addresses
            .next()
            .expect("the server ended before it listened")
            .parse()
            .unwrap();
        Self { child, address }
    }
}

impl Drop for Process {
    /// SIGKILL.
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// What was sent, and what was answered.
#[derive(Default)]
struct Ledger {
    entries: Vec<Sent>,
}

struct Sent {
    mailbox: u8,
    key: u32,
    text: String,
    seq: Option<u64>,
}

impl Sent {
    fn new(round: u32, connection: u32, n: u32) -> Self {
        Self {
            mailbox: u8::try_from(n % u32::from(MAILBOXES)).unwrap() + 1,
            key: (round << 16) | (connection << 12) | n,
            text: format!("{round} {connection} {n}"),
            seq: None,
        }
    }

    fn entry(&self) -> Entry {
        if self.key.is_multiple_of(3) {
            notice(&self.text)
        } else {
            message(&self.text)
        }
    }

    fn request(&self) -> delivery::Request {
        append(&keys(self.mailbox), self.key, self.entry())
    }
}

impl Ledger {
    /// Several connections append; after so many answers in all the process is killed.
    async fn append_until(&mut self, round: u32, answers: u32, server: Process) {
        let (answered, mut heard) = tokio::sync::mpsc::unbounded_channel();
        let mut connections = tokio::task::JoinSet::new();
        for connection in 0..CONNECTIONS {
            let client = Client::new(server.address).await;
            connections.spawn(connection_of(client, round, connection, answered.clone()));
        }
        drop(answered);
        for _ in 0..answers {
            heard.recv().await.expect("more is sent than this");
        }
        drop(server);
        self.entries
            .extend(connections.join_all().await.into_iter().flatten());
    }

    /// Settles what was not answered, then compares the whole of every mailbox.
    async fn check(&mut self, address: SocketAddr) {
        let mut client = Client::new(address).await;
        for mailbox in 1..=MAILBOXES {
            client.create(&keys(mailbox)).await;
        }
        let before = stored(&mut client).await;
        for sent in &self.entries {
            let places = before
                .get(&(sent.mailbox, sent.text.clone()))
                .map_or(&[][..], |seqs| seqs);
            match sent.seq {
                Some(seq) => assert_eq!(places, [seq], "answered, then lost or doubled: {}", sent.text),
                None => assert!(places.len() <= 1, "doubled: {}", sent.text),
            }
        }
        // Of those that are settled some, so that long runs do not spend their time here.
        let again = |(n, sent): &(usize, &mut Sent)| sent.seq.is_none() || n.is_multiple_of(50);
        for (_, sent) in self.entries.iter_mut().enumerate().filter(again) {
            let Answer::Appended { seq } = client.ask(sent.request()).await else {
                panic!("not taken when sent again")
            };
            assert!(sent.seq.is_none_or(|before| before == seq));
            sent.seq = Some(seq);
        }
        let after = stored(&mut client).await;
        assert_eq!(after.len(), self.entries.len());
        for sent in &self.entries {
            assert_eq!(after[&(sent.mailbox, sent.text.clone())], [sent.seq.unwrap()]);
        }
    }
}

/// The places of every text in every mailbox. Numbers begin at 1 and have no gap.
async fn stored(client: &mut Client) -> HashMap<(u8, String), Vec<u64>> {
    let mut places: HashMap<_, Vec<u64>> = HashMap::new();
    for mailbox in 1..=MAILBOXES {
        let page = client.all(&keys(mailbox)).await;
        assert!(common::numbers(&page.slots).into_iter().eq(1..=page.last));
        for (text, slot) in common::texts(&page.slots).into_iter().zip(&page.slots) {
            places.entry((mailbox, text)).or_default().push(slot.seq);
        }
    }
    places
}

/// Keeps some appends under way until the server is gone. Says each answer.
async fn connection_of(
    mut client: Client,
    round: u32,
    connection: u32,
    answered: tokio::sync::mpsc::UnboundedSender<()>,
) -> Vec<Sent> {
    let mut sent: Vec<Sent> = Vec::new();
    let mut open = 0;
    loop {
        while open < PIPELINED && sent.len() < 4000 {
            let next = Sent::new(round, connection, u32::try_from(sent.len()).unwrap());
            let frame = delivery::ToServer {
                id: u32::try_from(sent.len()).unwrap(),
                request: next.request(),
            };
            sent.push(next);
            open += 1;
            if client.try_raw(frame.encode().unwrap()).await.is_err() {
                return sent;
            }
        }
        let Some((id, answer)) = client.answer().await else {
            return sent;
        };
        let Answer::Appended { seq } = answer else {
            panic!("{answer:?}")
        };
        sent[id as usize].seq = Some(seq);
        open -= 1;
        let _ = answered.send(());
    }
}
