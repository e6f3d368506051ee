//! What opens a store and what does not: passphrases, damage, a second process, a newer Snug.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::fs;
use std::io::{Read, Write};
use std::process::{Command, Stdio};

use chat::Time;
use client::api::{ChatId, ChatState, JournalLine, Page};
use client::journal;
use client::store::{Effort, Store, StoreError, Unlock, chats, mailboxes, messages, outbox};
use common::{Scratch, message, new_chat, said, unlock};

#[test]
fn a_store_opens_again_with_what_was_written() {
    let scratch = Scratch::new("again");
    let store = scratch.create();
    let chat = store
        .transaction(|tx| {
            let chat = chats::insert(tx, &new_chat("Flat"))?;
            messages::append(tx, chat, &message("hello"))?;
            Ok::<_, StoreError>(chat)
        })
        .unwrap();
    drop(store);
    let store = scratch.open();
    assert_eq!(said(&store, chat), ["hello"]);
    store.check().unwrap();
}

#[test]
fn the_default_effort_works_too_and_another_passphrase_does_not_rewrite_the_store() {
    let scratch = Scratch::new("effort");
    let (old, new) = (unlock(), Unlock::passphrase("other words"));
    let store = Store::create(scratch.path(), &old, Effort::DEFAULT).unwrap();
    let before = fs::read(scratch.path().join("store.key")).unwrap();
    let wrong = store.change_unlock(&new, &old, Effort::LEAST);
    assert!(matches!(wrong, Err(StoreError::WrongPassphrase)));
    store.change_unlock(&old, &new, Effort::LEAST).unwrap();
    drop(store);
    assert_ne!(fs::read(scratch.path().join("store.key")).unwrap(), before);
    let wrong = Store::open(scratch.path(), &old);
    assert!(matches!(wrong, Err(StoreError::WrongPassphrase)), "{wrong:?}");
    Store::open(scratch.path(), &new).unwrap();
}

#[test]
fn a_wrong_passphrase_and_an_empty_one_have_their_own_errors() {
    let scratch = Scratch::new("wrong");
    drop(scratch.create());
    for words in ["", "correct horse battery stapl", "correct horse battery staple "] {
        let wrong = Store::open(scratch.path(), &Unlock::passphrase(words));
        assert!(matches!(wrong, Err(StoreError::WrongPassphrase)), "{wrong:?}");
    }
    let empty = Scratch::new("empty");
    let refused = Store::create(empty.path(), &Unlock::passphrase(""), Effort::LEAST);
    assert!(matches!(refused, Err(StoreError::EmptyPassphrase)));
    Store::create(empty.path(), &unlock(), Effort::LEAST).unwrap();
}

#[test]
fn every_changed_byte_and_every_cut_of_the_key_file_is_damage_not_a_wrong_passphrase() {
    let scratch = Scratch::new("key-bytes");
    drop(scratch.create());
    let path = scratch.path().join("store.key");
    let whole = fs::read(&path).unwrap();
    assert_eq!(whole.len(), 136);
    for at in 0..whole.len() {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x20;
        refused_as_damaged(&scratch, &bytes);
        refused_as_damaged(&scratch, &whole[..at]);
    }
    refused_as_damaged(&scratch, &[&whole[..], &[0]].concat());
    fs::write(&path, &whole).unwrap();
    scratch.open();
}

fn refused_as_damaged(scratch: &Scratch, bytes: &[u8]) {
    fs::write(scratch.path().join("store.key"), bytes).unwrap();
    let refused = Store::open(scratch.path(), &unlock());
    assert!(
        matches!(refused, Err(StoreError::KeyFileCorrupted)),
        "{refused:?}"
    );
}

/// What somebody who writes to the disk on purpose can do: the hash at the end fits again.
#[test]
fn a_key_file_that_was_changed_with_its_hash_opens_nothing_and_costs_no_more_than_the_limits() {
    let scratch = Scratch::new("key-forged");
    drop(scratch.create());
    let path = scratch.path().join("store.key");
    let whole = fs::read(&path).unwrap();
    for at in 0..whole.len() - 32 {
        // The low bit of the memory's lowest byte: one KiB more or less, a salt, a nonce, all else.
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        fs::write(&path, common::with_hash(bytes)).unwrap();
        let refused = Store::open(scratch.path(), &unlock());
        assert!(
            matches!(
                refused,
                Err(StoreError::KeyFileCorrupted
                    | StoreError::WrongPassphrase
                    | StoreError::OtherUnlock(_)
                    | StoreError::Newer { .. }
                    | StoreError::Keyring(_))
            ),
            "{at}: {refused:?}"
        );
    }
    for (at, what) in [(32, "memory"), (36, "passes"), (40, "lanes")] {
        let mut bytes = whole.clone();
        bytes[at] = 0x7f;
        fs::write(&path, common::with_hash(bytes)).unwrap();
        let refused = Store::open(scratch.path(), &unlock());
        assert!(
            matches!(refused, Err(StoreError::KeyFileCorrupted)),
            "{what}: {refused:?}"
        );
    }
    // Control: the same way of writing it, without a change.
    fs::write(&path, common::with_hash(whole)).unwrap();
    scratch.open();
}

#[test]
fn a_damaged_database_is_not_a_wrong_passphrase() {
    let scratch = Scratch::new("damage");
    let store = scratch.create();
    store
        .transaction(|tx| {
            let chat = chats::insert(tx, &new_chat("Flat"))?;
            for i in 0..2000 {
                messages::append(tx, chat, &message(&format!("message {i} of some length")))?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    drop(store);
    let path = scratch.path().join("store.db");
    let whole = fs::read(&path).unwrap();
    let pages = whole.len() / 4096;
    assert!(pages > 30);
    let mut found_at_once = 0;
    for page in 0..pages {
        let mut bytes = whole.clone();
        bytes[page * 4096 + 100] ^= 1;
        fs::write(&path, &bytes).unwrap();
        match Store::open(scratch.path(), &unlock()) {
            Err(StoreError::Corrupted) => found_at_once += 1,
            Err(other) => panic!("page {page}: {other:?}"),
            Ok(store) => {
                let checked = store.check();
                assert!(
                    matches!(checked, Err(StoreError::Corrupted)),
                    "page {page}: {checked:?}"
                );
            }
        }
    }
    assert!(found_at_once >= 1);
    for header in [0, 15, 20, 50] {
        let mut bytes = whole.clone();
        bytes[header] ^= 0xff;
        fs::write(&path, &bytes).unwrap();
        let refused = Store::open(scratch.path(), &unlock());
        assert!(
            matches!(refused, Err(StoreError::Corrupted)),
            "{header}: {refused:?}"
        );
    }
    fs::write(&path, &whole).unwrap();
    scratch.open().check().unwrap();
}

#[test]
fn the_key_file_of_another_store_is_not_a_wrong_passphrase_either() {
    let (one, other) = (Scratch::new("one"), Scratch::new("other"));
    drop((one.create(), other.create()));
    fs::copy(other.path().join("store.key"), one.path().join("store.key")).unwrap();
    let refused = Store::open(one.path(), &unlock());
    assert!(matches!(refused, Err(StoreError::Corrupted)), "{refused:?}");
}

#[test]
fn what_is_missing_is_said() {
    let scratch = Scratch::new("missing");
    assert!(matches!(
        Store::open(scratch.path(), &unlock()),
        Err(StoreError::NoStore)
    ));
    drop(scratch.create());
    let again = Store::create(scratch.path(), &unlock(), Effort::LEAST);
    assert!(matches!(again, Err(StoreError::Exists)));
    let (key, away) = (scratch.path().join("store.key"), scratch.path().join("away"));
    fs::rename(&key, &away).unwrap();
    assert!(matches!(
        Store::open(scratch.path(), &unlock()),
        Err(StoreError::KeyFileMissing)
    ));
    let again = Store::create(scratch.path(), &unlock(), Effort::LEAST);
    assert!(
        matches!(again, Err(StoreError::Exists)),
        "an old database is never written over"
    );
    fs::rename(&away, &key).unwrap();
    fs::rename(scratch.path().join("store.db"), &away).unwrap();
    assert!(matches!(
        Store::open(scratch.path(), &unlock()),
        Err(StoreError::DatabaseMissing)
    ));
}

#[test]
fn a_creation_that_was_broken_off_leaves_nothing_or_is_finished() {
    let scratch = Scratch::new("unfinished");
    drop(scratch.create());
    let (database, new) = (
        scratch.path().join("store.db"),
        scratch.path().join("store.db.new"),
    );
    fs::rename(&database, &new).unwrap();
    drop(scratch.open());
    assert!(database.exists() && !new.exists());
    // Broken off before the key appeared.
    fs::rename(&database, &new).unwrap();
    fs::remove_file(scratch.path().join("store.key")).unwrap();
    drop(scratch.create());
    scratch.open();
}

#[cfg(unix)]
#[test]
fn nobody_else_can_look_into_the_folder() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new("rights");
    let store = scratch.create();
    store
        .transaction(|tx| chats::insert(tx, &new_chat("Flat")).map(drop))
        .unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(scratch.path()), 0o700);
    let mut seen = 0;
    for file in fs::read_dir(scratch.path()).unwrap() {
        assert_eq!(mode(&file.unwrap().path()), 0o600);
        seen += 1;
    }
    assert_eq!(seen, 4, "database, log, key and lock");
}

#[test]
fn a_store_of_a_newer_snug_is_refused_and_left_as_it_is() {
    let scratch = Scratch::new("newer");
    let store = scratch.create();
    store
        .connection()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    drop(store);
    let refused = Store::open(scratch.path(), &unlock());
    assert!(
        matches!(refused, Err(StoreError::Newer { found: 99, known: 1 })),
        "{refused:?}"
    );
    let mut key = fs::read(scratch.path().join("store.key")).unwrap();
    key[14] = 2;
    fs::write(scratch.path().join("store.key"), common::with_hash(key)).unwrap();
    let refused = Store::open(scratch.path(), &unlock());
    assert!(
        matches!(refused, Err(StoreError::Newer { found: 2, known: 1 })),
        "{refused:?}"
    );
}

#[test]
fn a_second_process_is_told_that_it_is_in_use_until_the_first_ends() {
    let scratch = Scratch::new("two");
    drop(scratch.create());
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "part_of_the_other_process", "--nocapture"])
        .env("SNUG_TEST_STORE", scratch.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    common::wait_for(&mut out, "the store is open");
    let refused = Store::open(scratch.path(), &unlock());
    assert!(matches!(refused, Err(StoreError::Busy)), "{refused:?}");
    child.stdin.take().unwrap().write_all(b"\n").unwrap();
    assert!(child.wait().unwrap().success());
    scratch.open();
}

#[test]
#[ignore = "started by another test"]
fn part_of_the_other_process() {
    let Some(folder) = std::env::var_os("SNUG_TEST_STORE") else {
        return;
    };
    let _store = Store::open(folder.as_ref(), &unlock()).unwrap();
    println!("the store is open");
    let _ = std::io::stdin().read(&mut [0]);
}

#[test]
fn a_second_one_in_the_same_process_is_told_too() {
    let scratch = Scratch::new("twice");
    let store = scratch.create();
    assert!(matches!(
        Store::open(scratch.path(), &unlock()),
        Err(StoreError::Busy)
    ));
    drop(store);
    scratch.open();
}

#[test]
fn errors_say_nothing_that_somebody_wrote() {
    let scratch = Scratch::new("errors");
    let store = scratch.create();
    let secret = "a chat about surprise parties";
    let failed = store.transaction(|tx| {
        let group = secret.as_bytes();
        let chat = chats::NewChat {
            group: Some(group),
            ..new_chat(secret)
        };
        chats::insert(tx, &chat)?;
        chats::insert(tx, &chat)
    });
    let error = failed.unwrap_err();
    assert!(matches!(error, StoreError::Sqlite(_)), "{error:?}");
    assert!(!format!("{error} {error:?}").contains("surprise"));
}

#[test]
fn the_journal_is_read_newest_first() {
    let scratch = Scratch::new("journal");
    let store = scratch.create();
    let line = |at, outcome: &str| JournalLine {
        at: Time::from_unix_seconds(at),
        chat: "Flat".into(),
        task: "catch-up".into(),
        engine: "key-messages".into(),
        place: chat::consent::Ceiling::OnDevice,
        messages: 12,
        ceiling: chat::consent::Ceiling::Confidential,
        outcome: outcome.into(),
    };
    let (first, second) = (line(1, "answered"), line(2, "refused"));
    store
        .transaction(|tx| journal::append(tx, &first).and_then(|()| journal::append(tx, &second)))
        .unwrap();
    assert_eq!(
        journal::list(store.connection(), 10).unwrap(),
        [second.clone(), first]
    );
    assert_eq!(journal::list(store.connection(), 1).unwrap(), [second]);
}

#[test]
fn pages_and_lists_say_what_a_messenger_shows() {
    let scratch = Scratch::new("pages");
    let store = scratch.create();
    let now = Time::from_unix_seconds(1_800_000_000);
    let chat = store
        .transaction(|tx| {
            let chat = chats::insert(tx, &new_chat("Flat"))?;
            for text in ["one", "two", "three"] {
                messages::append(tx, chat, &message(text))?;
            }
            let queued = messages::NewMessage {
                id: Some([9; 32]),
                mine: true,
                reply_to: Some([8; 32]),
                ..message("four")
            };
            assert_eq!(messages::append_queued(tx, chat, &queued, None)?, 4);
            let (in_chat, elsewhere) = (waiting(Some(chat)), waiting(None));
            outbox::enqueue(tx, &in_chat)?;
            outbox::enqueue(tx, &elsewhere)?;
            chats::mark_read(tx, chat, 2)?;
            Ok::<_, StoreError>(chat)
        })
        .unwrap();
    let list = chats::list(store.connection(), now).unwrap();
    let [line] = &list[..] else { panic!("{list:?}") };
    assert_eq!((line.unread, line.queued, line.state), (1, 1, ChatState::Live));
    let texts = |page| -> Vec<String> {
        let lines = messages::page(store.connection(), chat, page).unwrap();
        lines.into_iter().map(|line| line.text).collect()
    };
    assert_eq!(texts(Page::Unread), ["three", "four"]);
    assert_eq!(texts(Page::Last(2)), ["three", "four"]);
    assert_eq!(texts(Page::From(2, 2)), ["two", "three"]);
    assert_eq!(texts(Page::Before(4, 2)), ["two", "three"]);
    assert_eq!(texts(Page::Before(1, 2)), [""; 0]);
    assert_eq!(
        messages::line(store.connection(), chat, 4).unwrap().reply_to,
        None
    );
    // What it answers comes later.
    store
        .transaction(|tx| {
            let late = messages::NewMessage {
                id: Some([8; 32]),
                ..message("late")
            };
            assert_eq!(messages::append(tx, chat, &late)?, messages::Appended::New(5));
            assert_eq!(messages::append(tx, chat, &late)?, messages::Appended::Known(5));
            assert_eq!(messages::number_of(tx, chat, &[9; 32])?, None, "it waits");
            let slot = messages::Slot { epoch: 3, seq: 7 };
            messages::mark_sent(tx, chat, 4, slot, chat::consent::Consent::NONE)?;
            assert_eq!(messages::number_of(tx, chat, &[9; 32])?, Some(4));
            let first = outbox::first(tx, Some(chat))?.unwrap();
            assert_eq!((first.chat, first.n), (Some(chat), Some(4)));
            outbox::remove(tx, first.id)?;
            chats::mark_read(tx, chat, 1)
        })
        .unwrap();
    let sent = messages::line(store.connection(), chat, 4).unwrap();
    assert_eq!(
        (sent.reply_to, sent.delivery),
        (Some(5), client::api::Delivery::Sent)
    );
    assert_eq!(
        chats::load(store.connection(), chat).unwrap().read_up_to,
        2,
        "never back"
    );
    let list = chats::list(store.connection(), now).unwrap();
    assert_eq!((list[0].unread, list[0].queued), (2, 0), "three and late");
    store.transaction(|tx| chats::remove(tx, chat)).unwrap();
    assert!(matches!(
        messages::line(store.connection(), chat, 4),
        Err(StoreError::NoSuch)
    ));
    store.check().unwrap();
}

fn waiting(chat: Option<ChatId>) -> outbox::NewItem<'static> {
    outbox::NewItem {
        chat,
        kind: outbox::OutKind::Message,
        n: chat.map(|_| 4),
        content: b"four",
        target: None,
    }
}

#[test]
fn what_belongs_to_one_chat_is_not_taken_for_anothers() {
    let scratch = Scratch::new("side-by-side");
    let store = scratch.create();
    let say = |chat, text, mine| {
        let message = messages::NewMessage {
            mine,
            ..message(text)
        };
        store
            .transaction(|tx| messages::append(tx, chat, &message))
            .unwrap()
    };
    let [flat, work] = ["Flat", "Work"].map(|title| {
        store
            .transaction(|tx| chats::insert(tx, &new_chat(title)))
            .unwrap()
    });
    let finds = |word: &str, chat| -> Vec<(ChatId, u32)> {
        let hits = client::search::find(&store, word, chat, 10).unwrap();
        hits.iter().map(|hit| (hit.chat, hit.message.n)).collect()
    };
    say(work, "the kettle at work", false);
    say(flat, "the kettle at home", false);
    assert_eq!(finds("kettle", None).len(), 2);
    // The first chat's rows stand before those of the second, which are in the index.
    say(flat, "another kettle", true);
    say(flat, "a third kettle", false);
    assert_eq!(finds("kettle", Some(flat)), [(flat, 3), (flat, 2), (flat, 1)]);
    assert_eq!(finds("kettle", Some(work)), [(work, 1)]);
    let unread = || -> Vec<_> {
        let list = chats::list(store.connection(), Time::from_unix_seconds(1)).unwrap();
        list.iter().map(|line| (line.id, line.unread)).collect()
    };
    assert_eq!(unread(), [(work, 1), (flat, 2)]);
    store.transaction(|tx| chats::mark_read(tx, flat, 9)).unwrap();
    assert_eq!(unread(), [(work, 1), (flat, 0)]);
    assert_eq!(chats::load(store.connection(), flat).unwrap().read_up_to, 3);
    assert_eq!(messages::last_own(store.connection(), flat).unwrap(), Some(2));
    assert_eq!(messages::last_own(store.connection(), work).unwrap(), None);
    store
        .transaction(|tx| {
            for chat in [Some(flat), None, Some(work), Some(flat)] {
                outbox::enqueue(tx, &waiting(chat))?;
            }
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(
        outbox::chats(store.connection()).unwrap(),
        [None, Some(flat), Some(work)]
    );
    // A number that would end up among the rows of the first chat if it was shifted out of its place.
    let beyond = ChatId((1 << 32) + flat.0);
    assert!(matches!(
        messages::line(store.connection(), beyond, 1),
        Err(StoreError::NoSuch)
    ));
    let refused = store.transaction(|tx| messages::append(tx, beyond, &message("nowhere")));
    assert!(matches!(refused, Err(StoreError::NoSuch)), "{refused:?}");

    store.transaction(|tx| chats::remove(tx, flat)).unwrap();
    assert_eq!(finds("kettle", None), [(work, 1)]);
    assert_eq!(outbox::chats(store.connection()).unwrap(), [None, Some(work)]);
    let left: i64 = store
        .connection()
        .query_row("SELECT count(*) FROM messages", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 1);
    store.check().unwrap();
}

#[test]
fn a_mailbox_is_read_slot_by_slot() {
    let scratch = Scratch::new("slots");
    let store = scratch.create();
    let kept = store.transaction(|tx| {
        let chat = chats::insert(tx, &new_chat("Flat"))?;
        let mailbox = mailboxes::NewMailbox {
            epoch: 3,
            name: [1; 32],
            read: [2; 32].into(),
            write: [3; 32].into(),
            wrap: [4; 32].into(),
            digest: [5; 32],
        };
        let id = mailboxes::insert(tx, chat, &mailbox)?;
        let stands = || {
            let mailbox = mailboxes::current(tx, chat)?.unwrap();
            Ok::<_, StoreError>((mailbox.position, mailbox.digest[0], mailbox.commits))
        };
        assert_eq!(stands()?, (0, 5, 0));
        mailboxes::advance(tx, id, 1, &[6; 32], false)?;
        mailboxes::advance(tx, id, 2, &[7; 32], true)?;
        mailboxes::advance(tx, id, 3, &[8; 32], false)?;
        assert_eq!(stands()?, (3, 8, 1));
        for wrong in [0, 1, 3, 5] {
            let refused = mailboxes::advance(tx, id, wrong, &[9; 32], false);
            assert!(matches!(refused, Err(StoreError::NoSuch)), "{wrong}: {refused:?}");
        }
        let nowhere = mailboxes::advance(tx, id + 1, 1, &[9; 32], false);
        assert!(nowhere.is_err(), "no such mailbox");
        assert_eq!(mailboxes::seen_at(tx, id, 2)?, Some([7; 16]));
        mailboxes::restart(tx, id, &[10; 32])?;
        assert_eq!(stands()?, (0, 10, 0));
        assert_eq!(mailboxes::seen_at(tx, id, 2)?, None);
        Ok::<_, StoreError>(())
    });
    kept.unwrap();
}
