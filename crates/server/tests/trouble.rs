//! Disks that are full and databases that are damaged.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test may stop"
)]

mod common;

use std::path::Path;
use std::process::Command;

use common::{Client, Scratch, append, config, keys, numbers, seq, start};
use delivery::{Answer, Body, Entry, Refusal, Request};
use server::{Running, Server, ServerError, StoreError};

const FULL: Answer = Answer::Refused(Refusal::Full);

fn large(byte: u8) -> Entry {
    Entry::Notice(Body::from(vec![byte; 4000]))
}

#[tokio::test]
async fn a_full_database_refuses_and_goes_on_and_recovers_with_more_room() {
    let scratch = Scratch::new("trouble");
    let mut config = config(&scratch);
    config.keep.database_bytes = 400 << 10;
    let server = Server::bind(config.clone()).await.unwrap();
    let stored = fill(&server).await;
    server.shutdown().await;
    config.keep.database_bytes = 1 << 20;
    let server = Server::bind(config).await.unwrap();
    recovered(&server, stored).await;
    server.shutdown().await;
}

/// The same on a real file system without a free block, where this test may make one.
#[tokio::test]
async fn a_full_disk_refuses_and_goes_on_and_recovers_when_space_comes_back() {
    let scratch = Scratch::new("trouble");
    let Some(disk) = SmallDisk::mount(scratch.path()) else {
        eprintln!("skipped: a small file system can be mounted by root only");
        return;
    };
    let mut config = config(&scratch);
    config.database = disk.0.join("snug.db");
    let filler = disk.0.join("filler");
    std::fs::write(&filler, vec![1; 1 << 20]).unwrap();
    let server = Server::bind(config).await.unwrap();
    let stored = fill(&server).await;
    std::fs::remove_file(filler).unwrap();
    recovered(&server, stored).await;
    server.shutdown().await;
}

/// Appends on several connections at once until there is no room, and looks that nothing was lost. Returns how much.
async fn fill(server: &Running) -> u64 {
    let chat = keys(1);
    Client::new(server.address()).await.create(&chat).await;
    let mut tasks = tokio::task::JoinSet::new();
    for who in 0..5_u8 {
        let address = server.address();
        tasks.spawn(async move {
            let (mut client, chat) = (Client::new(address).await, keys(1));
            let mut answered = Vec::new();
            for n in 0..10_000 {
                match client.append(&chat, u32::from(who) << 16 | n, large(who)).await {
                    Answer::Appended { seq } => answered.push((seq, who)),
                    answer => {
                        assert_eq!(answer, FULL);
                        return answered;
                    }
                }
            }
            panic!("it never is full")
        });
    }
    let mut answered: Vec<(u64, u8)> = tasks.join_all().await.into_iter().flatten().collect();
    answered.sort_unstable();
    let mut client = Client::new(server.address()).await;
    for n in 0..3 {
        assert_eq!(
            client.append(&chat, 0xff_0000 | n, large(9)).await,
            FULL,
            "still full"
        );
    }
    let blob = Request::PutBlob {
        body: Body::from(vec![3; 1 << 20]),
    };
    assert_eq!(client.ask(blob).await, FULL);
    let page = client.all(&chat).await;
    let stored: Vec<(u64, u8)> = page.slots.iter().map(|slot| (slot.seq, slot.body[0])).collect();
    assert_eq!(stored, answered, "what was answered is there and nothing else");
    let (first, who) = answered[0];
    assert_eq!(
        client.append(&chat, u32::from(who) << 16, large(who)).await,
        seq(first),
        "known"
    );
    page.last
}

async fn recovered(server: &Running, stored: u64) {
    let mut client = Client::new(server.address()).await;
    assert_eq!(
        client.append(&keys(1), 0xff_0000, large(9)).await,
        seq(stored + 1)
    );
    let page = client.all(&keys(1)).await;
    assert!(numbers(&page.slots).into_iter().eq(1..=stored + 1));
}

#[tokio::test]
async fn a_damaged_database_is_refused() {
    let scratch = Scratch::new("trouble");
    let server = start(&scratch).await;
    let mut client = Client::new(server.address()).await;
    client.create(&keys(1)).await;
    for n in 1..=50 {
        assert_eq!(client.append(&keys(1), n, large(7)).await, seq(n.into()));
    }
    server.shutdown().await;
    let intact = std::fs::read(scratch.database()).unwrap();
    let pages = intact.len() / 4096;
    for page in [0, 1, pages / 2] {
        let mut damaged = intact.clone();
        damaged[page * 4096..page * 4096 + 200].fill(0xee);
        std::fs::write(scratch.database(), damaged).unwrap();
        let refused = Server::bind(config(&scratch)).await.err().unwrap();
        assert!(
            matches!(refused, ServerError::Store(StoreError::Damaged)),
            "{page}: {refused:?}"
        );
        assert!(refused.to_string().contains("put a copy in its place"));
    }
    std::fs::write(scratch.database(), intact).unwrap();
    let server = start(&scratch).await;
    let mut client = Client::new(server.address()).await;
    assert_eq!(client.page(&keys(1), 0).await.last, 50, "control");
    server.shutdown().await;
}

#[tokio::test]
async fn a_log_that_was_cut_gives_back_whole_appends_only() {
    let scratch = Scratch::new("trouble");
    let server = start(&scratch).await;
    let mut client = Client::new(server.address()).await;
    client.create(&keys(1)).await;
    for n in 1..=20 {
        assert_eq!(client.append(&keys(1), n, large(7)).await, seq(n.into()));
    }
    // As a disk that lied about its last writes would leave it.
    let copy = Scratch::new("trouble");
    for name in ["snug.db", "snug.db-wal"] {
        std::fs::copy(scratch.path().join(name), copy.path().join(name)).unwrap();
    }
    server.shutdown().await;
    let log = copy.path().join("snug.db-wal");
    let length = std::fs::metadata(&log).unwrap().len();
    let file = std::fs::OpenOptions::new().write(true).open(&log).unwrap();
    file.set_len(length * 2 / 3).unwrap();
    drop(file);
    let server = start(&copy).await;
    let mut client = Client::new(server.address()).await;
    let page = client.page(&keys(1), 0).await;
    assert!(page.last < 20 && page.last > 0, "{}", page.last);
    assert!(numbers(&page.slots).into_iter().eq(1..=page.last));
    assert_eq!(
        client.ask(append(&keys(1), 99, large(8))).await,
        seq(page.last + 1)
    );
    server.shutdown().await;
}

/// Two megabytes of memory as a file system.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(folder: &Path) -> Option<Self> {
        let at = folder.join("disk");
        std::fs::create_dir(&at).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=2m", "tmpfs"])
            .arg(&at)
            .output();
        mounted
            .is_ok_and(|output| output.status.success())
            .then_some(Self(at))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
