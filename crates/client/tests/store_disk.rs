//! What the disk does to the store: it is full, and somebody reads it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::print_stderr
)]

mod common;

use std::fs;
use std::path::Path;
use std::process::Command;

use client::api::ChatId;
use client::journal;
use client::store::{Effort, Store, StoreError, account, chats, messages, outbox, people, settings};
use common::{Scratch, message, new_chat, said, unlock};

/// A file system of four megabytes; only the administrator can make one.
struct Small(Scratch);

impl Small {
    fn new(name: &str) -> Option<Self> {
        let scratch = Scratch::new(name);
        fs::create_dir(scratch.path()).unwrap();
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m,mode=700", "snug-test"])
            .arg(scratch.path())
            .output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(scratch));
        }
        eprintln!("skipped: only the administrator can make a small file system");
        None
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

fn fill(store: &Store, chat: ChatId, words: &str) -> StoreError {
    let long = words.repeat(500);
    for _ in 0..1000 {
        let step = store.transaction(|tx| {
            for _ in 0..20 {
                messages::append(tx, chat, &message(&long))?;
            }
            Ok::<_, StoreError>(())
        });
        if let Err(error) = step {
            return error;
        }
    }
    panic!("the disk is never full")
}

fn full_and_then_not(store: &Store, make_room: impl FnOnce()) {
    let chat = store
        .transaction(|tx| chats::insert(tx, &new_chat("Flat")))
        .unwrap();
    let error = fill(store, chat, "words and words ");
    assert!(matches!(error, StoreError::Full), "{error:?}");
    // Whole steps of twenty, and everything still reads.
    let kept = said(store, chat).len();
    assert!(kept > 0 && kept.is_multiple_of(20), "{kept}");
    assert_eq!(
        chats::load(store.connection(), chat).unwrap().next_n as usize,
        kept + 1
    );
    store.check().unwrap();
    make_room();
    store
        .transaction(|tx| messages::append(tx, chat, &message("there is room again")).map(drop))
        .unwrap();
    assert_eq!(said(store, chat).len(), kept + 1);
    store.check().unwrap();
}

#[test]
fn a_full_file_system_undoes_the_step_and_the_store_goes_on() {
    let Some(small) = Small::new("full") else { return };
    let ballast = small.0.path().join("ballast");
    fs::write(&ballast, vec![0; 1 << 20]).unwrap();
    let folder = small.0.path().join("store");
    let store = Store::create(&folder, &unlock(), Effort::LEAST).unwrap();
    full_and_then_not(&store, || fs::remove_file(&ballast).unwrap());
    drop(store);
    Store::open(&folder, &unlock()).unwrap().check().unwrap();
}

/// The same where nobody may mount: SQLite itself gives no more pages.
#[test]
fn a_limit_on_pages_undoes_the_step_and_the_store_goes_on() {
    let scratch = Scratch::new("pages-limit");
    let store = scratch.create();
    let limit = |pages: u32| {
        store
            .connection()
            .query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(()))
            .unwrap();
    };
    limit(300);
    full_and_then_not(&store, || limit(1_000_000));
}

#[test]
fn a_store_that_cannot_be_made_for_want_of_space_is_none_and_can_be_made_later() {
    let Some(small) = Small::new("full-at-once") else {
        return;
    };
    let ballast = small.0.path().join("ballast");
    fs::write(&ballast, vec![0; (4 << 20) - (64 << 10)]).unwrap();
    let folder = small.0.path().join("store");
    let refused = Store::create(&folder, &unlock(), Effort::LEAST);
    assert!(matches!(refused, Err(StoreError::Full)), "{refused:?}");
    assert!(matches!(
        Store::open(&folder, &unlock()),
        Err(StoreError::NoStore)
    ));
    fs::remove_file(&ballast).unwrap();
    Store::create(&folder, &unlock(), Effort::LEAST).unwrap();
}

const WORDS: [&str; 4] = [
    "surprise-party-on-friday",
    "Zebulon",
    "The-Conspirators",
    "snug-secret-seed",
];

/// Everything that somebody wrote or may not be known, each where it belongs.
fn write_everything(store: &Store) -> Result<(), StoreError> {
    let [text, name, title, secret] = WORDS;
    store.transaction(|tx| {
        let chat = chats::insert(tx, &new_chat(title))?;
        let long = format!("{text} ").repeat(50);
        for _ in 0..200 {
            let message = messages::NewMessage {
                author: Some(name),
                ..message(&long)
            };
            messages::append(tx, chat, &message)?;
        }
        let item = outbox::NewItem {
            chat: Some(chat),
            kind: outbox::OutKind::Message,
            n: Some(1),
            content: text.as_bytes(),
            target: None,
        };
        outbox::enqueue(tx, &item)?;
        people::meet(tx, &[7; 32], name, chat::Time::ZERO)?;
        settings::put(tx, title, secret.as_bytes())?;
        account::insert(tx, &an_account(name, secret))?;
        journal::append(
            tx,
            &client::api::JournalLine {
                at: chat::Time::ZERO,
                chat: title.into(),
                task: text.into(),
                engine: name.into(),
                place: chat::consent::Ceiling::OnDevice,
                messages: 1,
                ceiling: chat::consent::Ceiling::OnDevice,
                outcome: "answered".into(),
            },
        )
    })
}

fn an_account(name: &str, secret: &str) -> account::Account {
    let secret = || client::store::Secret::from(secret.repeat(2).into_bytes());
    account::Account {
        name: name.into(),
        server: name.into(),
        account_public: [1; 32],
        account_secret: secret(),
        device_public: [2; 32],
        device_secret: secret(),
        hpke_public: Vec::new(),
        hpke_secret: secret(),
        inbox_read: secret(),
        inbox_write: secret(),
        pool_publish: secret(),
        pool_take: secret(),
        pool_key: secret(),
        record_publish: secret(),
        record_version: 0,
        notes: Vec::new(),
    }
}

/// Which words stand in a file of the folder, as they are or in UTF-16.
fn readable_in(folder: &Path) -> Vec<&'static str> {
    let files: Vec<Vec<u8>> = fs::read_dir(folder)
        .unwrap()
        .map(|file| fs::read(file.unwrap().path()).unwrap())
        .collect();
    assert!(files.iter().map(Vec::len).sum::<usize>() > 100_000);
    let holds = |word: &str| {
        let wide: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [word.as_bytes(), &wide].iter().any(|bytes| {
            files
                .iter()
                .any(|file| file.windows(bytes.len()).any(|part| part == *bytes))
        })
    };
    WORDS.into_iter().filter(|word| holds(word)).collect()
}

#[test]
fn nothing_that_was_written_can_be_read_on_the_disk_while_it_is_open_nor_after() {
    let scratch = Scratch::new("plain");
    let store = scratch.create();
    write_everything(&store).unwrap();
    assert!(fs::metadata(scratch.path().join("store.db-wal")).unwrap().len() > 100_000);
    assert!(readable_in(scratch.path()).is_empty());
    drop(store);
    assert!(readable_in(scratch.path()).is_empty());
    let head = fs::read(scratch.path().join("store.db")).unwrap();
    assert!(!head.starts_with(b"SQLite format 3"));
}

/// The same database without the key: every word is there, so the search above can find them.
#[test]
fn control_without_encryption_everything_can_be_read() {
    let scratch = Scratch::new("plain-control");
    let store = scratch.create();
    write_everything(&store).unwrap();
    let folder = scratch.path().join("exported");
    fs::create_dir(&folder).unwrap();
    let plain = folder.join("plain.db");
    fs::write(&plain, "").unwrap();
    let attach = format!(
        "ATTACH DATABASE '{}' AS plain KEY ''; SELECT sqlcipher_export('plain'); DETACH DATABASE plain;",
        plain.display()
    );
    store.connection().execute_batch(&attach).unwrap();
    assert_eq!(readable_in(&folder), WORDS);
}
