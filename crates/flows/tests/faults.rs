//! What goes wrong around clients and servers: disks that are full, files that are damaged, clocks that jump, a server that
//! comes back empty or not at all. Each is said clearly, nothing is lost, and it goes on when the reason is gone.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may stop, and says what it skipped"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use chat::consent::{Ceiling, Wish};
use chat::{Suite, Time};
use client::api::{ChatId, Delivery, Draft, Page, SyncReport};
use client::store::{Effort, StoreError, Unlock};
use client::{Client, ClientError, Settings};
use flows::{Person, Town};
use server::{Config, Running, Server};
use tempfile::TempDir;

const DAY: u64 = 24 * 60 * 60;
const NOW: u64 = 1_800_000_000;

/// Somebody with a clock of their own, and a store where the test wants it.
struct Somebody {
    client: Client,
    clock: Arc<AtomicU64>,
    address: String,
    folder: PathBuf,
}

fn unlock() -> Unlock {
    Unlock::passphrase("a passphrase of tests")
}

fn settings(clock: &Arc<AtomicU64>) -> Settings {
    let clock = Arc::clone(clock);
    Settings {
        clock: Arc::new(move || Time::from_unix_seconds(clock.load(Ordering::SeqCst))),
        ..Settings::default()
    }
}

impl Somebody {
    fn new(name: &str, server: &str, folder: &Path) -> Self {
        let clock = Arc::new(AtomicU64::new(NOW));
        let folder = folder.join(name);
        let client = Client::create(&folder, &unlock(), Effort::LEAST, settings(&clock)).unwrap();
        let account = client.create_account(name.into(), server.into()).wait().unwrap();
        Self {
            client,
            clock,
            address: account.address,
            folder,
        }
    }

    fn set_clock(&self, seconds: u64) {
        self.clock.store(seconds, Ordering::SeqCst);
    }

    fn restart(self) -> Self {
        let Self {
            client,
            clock,
            address,
            folder,
        } = self;
        drop(client);
        Self {
            client: reopen(&folder, &settings(&clock)),
            clock,
            address,
            folder,
        }
    }

    fn chat(&self) -> ChatId {
        self.client.find_chat("Flat".into()).wait().unwrap()
    }

    fn say(&self, words: &str) -> Result<Delivery, ClientError> {
        let draft = Draft {
            text: words.into(),
            ..Draft::default()
        };
        let sent = self.client.send(self.chat(), draft).wait();
        sent.map(|sent| sent.delivery)
    }

    fn sync(&self) -> SyncReport {
        self.client.sync().wait().unwrap()
    }

    /// Looks, and nothing is wrong.
    fn look(&self) {
        let report = self.sync();
        assert_eq!((report.offline, report.warnings), (None, vec![]));
    }

    fn words(&self) -> Vec<String> {
        let lines = self.client.read(self.chat(), Page::Last(100_000)).wait().unwrap();
        let said = lines.into_iter().filter(|line| line.author.is_some());
        said.map(|line| line.text).collect()
    }

    fn ceiling(&self) -> Ceiling {
        self.client.consent(self.chat()).wait().unwrap().ceiling
    }
}

/// Opens the store as soon as the client before has closed it.
fn reopen(folder: &Path, settings: &Settings) -> Client {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        match Client::open(folder, &unlock(), settings.clone()) {
            Err(ClientError::Store(StoreError::Busy)) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(10));
            }
            opened => return opened.unwrap(),
        }
    }
}

fn make_chat(people: &[&Somebody]) {
    let others = people[1..].iter().map(|person| person.address.clone()).collect();
    let made = people[0].client.new_chat("Flat".into(), others, Suite::XWing);
    made.wait().unwrap();
    for guest in &people[1..] {
        guest.look();
        guest.client.join(guest.chat()).wait().unwrap();
    }
    for person in people {
        person.look();
    }
}

/// A few megabytes of memory as a file system, filled up; only the administrator can mount one.
struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    fn new(megabytes: u32) -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let mounted = Command::new("mount")
            .args([
                "-t",
                "tmpfs",
                "-o",
                &format!("size={megabytes}m,mode=700"),
                "snug-test",
            ])
            .arg(folder.path())
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self { folder });
        }
        println!("skipped: a small file system can be mounted by the administrator only");
        None
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// No more than this is left.
    fn fill(&self, left: u64) {
        let mut ballast = fs::File::create(self.path().join("ballast")).unwrap();
        for size in [1 << 16, 1 << 12, 1] {
            while std::io::Write::write_all(&mut ballast, &vec![1; size]).is_ok() {}
        }
        let length = ballast.metadata().unwrap().len();
        ballast.set_len(length - left).unwrap();
    }

    fn free(&self) {
        fs::remove_file(self.path().join("ballast")).unwrap();
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

#[test]
fn a_client_on_a_full_disk_says_so_loses_nothing_and_goes_on() {
    let Some(disk) = SmallDisk::new(24) else { return };
    let (town, elsewhere) = (Town::new(), TempDir::new().unwrap());
    let ana = Somebody::new("Ana", &town.server(), elsewhere.path());
    let bob = Somebody::new("Bob", &town.server(), disk.path());
    make_chat(&[&ana, &bob]);
    bob.say("before").unwrap();
    disk.fill(1 << 20);
    let mut refused = 0;
    let mut kept = vec!["before".to_owned()];
    while refused < 5 {
        let text = format!("number {} {}", kept.len(), "and so on ".repeat(400));
        match bob.say(&text) {
            Ok(_) => kept.push(text),
            Err(error) => {
                assert!(matches!(error, ClientError::Store(StoreError::Full)), "{error:?}");
                assert!(error.to_string().contains("free some space"));
                refused += 1;
            }
        }
        assert!(kept.len() < 2000, "the disk is never full");
    }
    assert!(kept.len() > 5, "there was some room");
    let lowered = bob.client.set_consent(bob.chat(), Wish::Off).wait();
    assert!(
        matches!(lowered, Err(ClientError::Store(StoreError::Full))),
        "{lowered:?}"
    );
    for number in 0..20 {
        assert_eq!(
            ana.say(&format!("to Bob {number} {}", "meanwhile ".repeat(400)))
                .unwrap(),
            Delivery::Sent
        );
    }
    let looked = bob.client.sync().wait();
    assert!(
        matches!(looked, Err(ClientError::Store(StoreError::Full))),
        "{looked:?}"
    );
    // What is there can still be read, and after a restart too.
    let own = |person: &Somebody| -> Vec<String> {
        let words = person.words().into_iter();
        words.filter(|text| !text.starts_with("to Bob")).collect()
    };
    assert_eq!(own(&bob), kept);
    disk.free();
    let bob = bob.restart();
    assert_eq!(own(&bob), kept);
    bob.look();
    bob.say("after").unwrap();
    kept.push("after".into());
    ana.look();
    assert_eq!(own(&ana), kept);
    assert_eq!(bob.words().len(), kept.len() + 20);
    println!(
        "{} messages before the disk was full, 20 missed and read afterwards",
        kept.len() - 1
    );
}

fn server_on(town: &Town, folder: &Path) -> Running {
    let config = Config::new("127.0.0.1:0".parse().unwrap(), folder.join("server.db"));
    town.runtime.block_on(Server::bind(config)).unwrap()
}

#[test]
fn a_server_on_a_full_disk_says_so_loses_nothing_and_goes_on() {
    let Some(disk) = SmallDisk::new(8) else { return };
    let (town, folder) = (Town::new(), TempDir::new().unwrap());
    let server = server_on(&town, disk.path());
    let address = server.address().to_string();
    let [ana, bob] = ["Ana", "Bob"].map(|name| Somebody::new(name, &address, folder.path()));
    make_chat(&[&ana, &bob]);
    ana.say("before").unwrap();
    disk.fill(400 << 10);
    let mut said = vec!["before".to_owned()];
    let mut queued = 0;
    while queued < 5 {
        let text = format!("number {} {}", said.len(), "and so on ".repeat(400));
        if ana.say(&text).unwrap() == Delivery::Queued {
            queued += 1;
        }
        said.push(text);
        assert!(said.len() < 2000, "the disk is never full");
    }
    assert!(said.len() > 10, "there was some room");
    // She is told, and Bob still reads what had been taken.
    let report = ana.sync();
    assert!(
        report.warnings.iter().any(|warning| warning.contains("no room")),
        "{:?}",
        report.warnings
    );
    bob.look();
    assert_eq!(bob.words(), said[..said.len() - 5]);
    disk.free();
    ana.look();
    bob.look();
    assert_eq!(bob.words(), said);
    assert_eq!(ana.words(), said);
    println!(
        "{} messages before the server's disk was full, 5 waited",
        said.len() - 5
    );
    town.runtime.block_on(server.shutdown());
}

#[test]
fn what_is_wrong_with_a_store_is_said_when_a_client_opens_it() {
    let (town, folder) = (Town::new(), TempDir::new().unwrap());
    let [ana, bob] = ["Ana", "Bob"].map(|name| Somebody::new(name, &town.server(), folder.path()));
    make_chat(&[&ana, &bob]);
    for number in 0..200 {
        ana.client
            .queue(
                ana.chat(),
                Draft {
                    text: format!("{number} {}", "words ".repeat(100)),
                    ..Draft::default()
                },
            )
            .wait()
            .unwrap();
    }
    let open = |unlock: &Unlock| Client::open(&ana.folder, unlock, settings(&ana.clock));

    let second = open(&unlock()).unwrap_err();
    assert!(
        matches!(second, ClientError::Store(StoreError::Busy)),
        "{second:?}"
    );
    ana.look();

    let Somebody {
        client,
        folder,
        clock,
        ..
    } = ana;
    drop(client);
    drop(reopen(&folder, &settings(&clock)).account().wait().unwrap());
    let open = |passphrase: &str| Client::open(&folder, &Unlock::passphrase(passphrase), settings(&clock));
    let refused = |passphrase: &str| loop {
        match open(passphrase) {
            Err(ClientError::Store(StoreError::Busy)) => std::thread::sleep(Duration::from_millis(10)),
            Err(ClientError::Store(error)) => return error,
            other => panic!("{other:?}"),
        }
    };
    let wrong = refused("another passphrase");
    assert!(matches!(wrong, StoreError::WrongPassphrase));
    assert!(wrong.to_string().contains("type it again"));

    for (name, at) in [("store.key", 40), ("store.db", 100), ("store.db", 30)] {
        let intact = fs::read(folder.join(name)).unwrap();
        let mut damaged = intact.clone();
        damaged[at] ^= 0x10;
        fs::write(folder.join(name), &damaged).unwrap();
        let error = refused("a passphrase of tests");
        assert!(
            matches!(
                error,
                StoreError::KeyFileCorrupted | StoreError::Corrupted | StoreError::WrongPassphrase
            ),
            "{name} {at}: {error:?}"
        );
        fs::write(folder.join(name), intact).unwrap();
    }

    // Damage in the middle is found where it is read: everything fails cleanly, nothing panics, and nothing is changed.
    let intact = fs::read(folder.join("store.db")).unwrap();
    let mut damaged = intact.clone();
    for page in damaged.chunks_mut(4096).skip(8) {
        page[2000] ^= 1;
    }
    fs::write(folder.join("store.db"), &damaged).unwrap();
    match open("a passphrase of tests") {
        Err(error) => assert!(
            matches!(error, ClientError::Store(StoreError::Corrupted)),
            "{error:?}"
        ),
        Ok(client) => {
            let looked = client.sync().wait().unwrap_err();
            assert!(
                matches!(looked, ClientError::Store(StoreError::Corrupted)),
                "{looked:?}"
            );
            assert!(looked.to_string().contains("keep both files"));
        }
    }
    std::thread::sleep(Duration::from_millis(100));
    let _ = fs::remove_file(folder.join("store.db-wal"));
    fs::write(folder.join("store.db"), intact).unwrap();
    let client = reopen(&folder, &settings(&clock));
    let chat = client.find_chat("Flat".into()).wait().unwrap();
    assert_eq!(
        client
            .read(chat, Page::Last(1000))
            .wait()
            .unwrap()
            .iter()
            .filter(|line| line.mine)
            .count(),
        200
    );
}

#[test]
fn clocks_that_are_wrong_refuse_nothing_and_order_nothing() {
    let (town, folder) = (Town::new(), TempDir::new().unwrap());
    let people = ["Ana", "Bob", "Cleo"].map(|name| Somebody::new(name, &town.server(), folder.path()));
    let [ana, bob, cleo] = &people;
    // Made by somebody in the year 2106, joined by somebody in 1970 and somebody in our time.
    ana.set_clock(u32::MAX.into());
    bob.set_clock(0);
    make_chat(&[ana, bob, cleo]);
    let clocks = [0, NOW, 1, u32::MAX.into(), NOW - DAY, 5 * NOW, 0, NOW];
    let mut said = Vec::new();
    for (number, clock) in clocks.into_iter().enumerate() {
        let speaker = &people[number % 3];
        speaker.set_clock(clock);
        speaker.look();
        let text = format!("{number} at {clock}");
        assert_eq!(speaker.say(&text).unwrap(), Delivery::Sent);
        said.push(text);
        let other = &people[(number + 1) % 3];
        other.set_clock(clocks[clocks.len() - 1 - number]);
        // A commit in between, by another wrong clock.
        let wish = if number % 2 == 0 {
            Wish::Off
        } else {
            Wish::OnDevice
        };
        other.client.set_consent(other.chat(), wish).wait().unwrap();
    }
    for person in people {
        person.look();
        assert_eq!(
            person.words(),
            said,
            "in the order of the log, whatever the clocks say"
        );
        let person = person.restart();
        person.look();
        assert_eq!(person.words(), said);
    }
}

#[test]
fn a_lease_that_has_ended_never_comes_back_however_clocks_jump() {
    let (town, folder) = (Town::new(), TempDir::new().unwrap());
    let [ana, bob] = ["Ana", "Bob"].map(|name| Somebody::new(name, &town.server(), folder.path()));
    make_chat(&[&ana, &bob]);
    ana.client.set_confidential(ana.chat()).wait().unwrap();
    bob.look();
    bob.client.set_confidential(bob.chat()).wait().unwrap();
    ana.look();
    assert_eq!(
        (ana.ceiling(), bob.ceiling()),
        (Ceiling::Confidential, Ceiling::Confidential)
    );
    // Ana's clock runs ahead: for her the leases are over, and stay so when it is put right, after a restart too.
    ana.set_clock(NOW + 30 * DAY);
    ana.look();
    assert_eq!(ana.ceiling(), Ceiling::OnDevice);
    for clock in [NOW, 0, NOW - DAY, NOW + 6 * DAY] {
        ana.set_clock(clock);
        assert_eq!(ana.ceiling(), Ceiling::OnDevice);
        ana.look();
        assert_eq!(ana.ceiling(), Ceiling::OnDevice);
    }
    let ana = ana.restart();
    ana.set_clock(NOW);
    assert_eq!(ana.ceiling(), Ceiling::OnDevice);
    // Bob's clock goes back: that makes no lease longer than the week that was granted.
    bob.set_clock(0);
    bob.look();
    bob.set_clock(NOW + 8 * DAY);
    bob.look();
    assert_eq!(bob.ceiling(), Ceiling::OnDevice);
    // Messages go on all the same.
    ana.say("still here").unwrap();
    bob.look();
    assert_eq!(bob.words(), ["still here"]);
}

#[test]
fn a_server_that_comes_back_empty_is_told_and_costs_nobody_what_they_have() {
    let mut town = Town::new();
    let [ana, bob] = ["Ana", "Bob"].map(|name| town.person(name));
    let chat = ana.new_chat("Flat", &[&bob]);
    ana.say(chat, "before");
    bob.sync();
    let bobs = bob.chat("Flat");
    town.stop_server();
    assert_eq!(bob.say(bobs, "while it was away").delivery, Delivery::Queued);
    for name in ["server.db", "server.db-wal", "server.db-shm"] {
        let _ = fs::remove_file(town.server_folder().join(name));
    }
    town.start_server();
    // A look ends, and says what is wrong; so does the next.
    for person in [&ana, &bob] {
        let report = until_online(person);
        assert!(!report.warnings.is_empty(), "{} is not told", person.name);
        println!("an empty server: {} is told {:?}", person.name, report.warnings);
        for _ in 0..3 {
            assert_eq!(person.sync().offline, None);
        }
    }
    // What they have they keep, and what waits is not lost.
    let bob_has: Vec<String> = bob.heard(bobs).into_iter().map(|(_, text)| text).collect();
    assert_eq!(bob_has, ["before", "while it was away"]);
    assert_eq!(ana.heard(chat)[0].1, "before");
    assert!(ana.heard(chat).len() <= 2);
    ana.say(chat, "after");
    for person in [&bob, &ana] {
        person.sync();
    }
    for (person, chat) in [(&ana, chat), (&bob, bobs)] {
        let mut has = person.heard(chat);
        has.sort();
        let all = [("Ana", "after"), ("Ana", "before"), ("Bob", "while it was away")];
        assert!(
            has.iter()
                .map(|(who, what)| (who.as_str(), what.as_str()))
                .eq(all),
            "{has:?}"
        );
    }
    // Both are where invitations find them again.
    let cleo = town.person("Cleo");
    let _ = cleo.new_chat("Again", &[&ana, &bob]);
    for person in [&ana, &bob] {
        assert_eq!(person.sync().warnings, Vec::<String>::new());
    }
}

/// A server drops a record that nobody has stored for a long time: it is stored again each day, and stays the same one.
#[test]
fn a_record_is_kept_alive() {
    let (town, folder) = (Town::new(), TempDir::new().unwrap());
    let ana = Somebody::new("Ana", &town.server(), folder.path());
    let version = || -> u64 {
        let file = town.server_folder().join("server.db");
        let database = rusqlite::Connection::open(file).unwrap();
        database
            .query_row("SELECT version FROM records", [], |row| row.get(0))
            .unwrap()
    };
    ana.look();
    assert_eq!(version(), 1);
    for day in 1..4 {
        ana.set_clock(NOW + day * DAY);
        ana.look();
        ana.look();
        assert_eq!(version(), day + 1);
    }
    let ana = ana.restart();
    let bob = Somebody::new("Bob", &town.server(), folder.path());
    make_chat(&[&bob, &ana]);
}

/// Twenty KeyPackages lie ready; who is asked more often in a day is reached by the one of last resort.
#[test]
fn who_is_invited_more_often_than_packages_lie_ready_is_reached() {
    let (town, folder) = (Town::new(), TempDir::new().unwrap());
    let [ana, bob] = ["Ana", "Bob"].map(|name| Somebody::new(name, &town.server(), folder.path()));
    for number in 0..23 {
        let title = format!("Evening {number}");
        let made = ana
            .client
            .new_chat(title.clone(), vec![bob.address.clone()], Suite::XWing);
        let chat = made.wait().unwrap();
        bob.look();
        let bobs = bob.client.find_chat(title).wait().unwrap();
        bob.client.join(bobs).wait().unwrap();
        ana.look();
        assert_eq!(ana.client.members(chat).wait().unwrap().members.len(), 2);
    }
}

#[test]
fn connected_clients_come_back_when_their_server_does() {
    let mut town = Town::new();
    let [ana, bob, cleo] = ["Ana", "Bob", "Cleo"].map(|name| town.person(name));
    let chat = ana.new_chat("Flat", &[&bob, &cleo]);
    for round in 0..3 {
        town.stop_server();
        if round == 1 {
            // One finds out, the others do not even notice.
            assert!(bob.sync().offline.is_some());
        }
        town.start_server();
        for person in [&ana, &bob, &cleo] {
            let report = until_online(person);
            assert_eq!(report.warnings, Vec::<String>::new());
        }
        let text = format!("round {round}");
        assert_eq!(ana.say(chat, &text).delivery, Delivery::Sent);
        for person in [&bob, &cleo] {
            person.sync();
            assert_eq!(person.heard(person.chat("Flat")).last().unwrap().1, text);
        }
    }
}

/// Looks until the server is reached; a client leaves one alone for some seconds that could not be.
fn until_online(person: &Person) -> SyncReport {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let report = person.sync();
        if report.offline.is_none() {
            return report;
        }
        assert!(Instant::now() < deadline, "{:?}", report.offline);
        std::thread::sleep(Duration::from_millis(50));
    }
}
