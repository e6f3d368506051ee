//! Exports that are kept: whole or not at all, in bounded memory.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout
)]

mod common;

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use chat::Time;
use chat::consent::Ceiling;
use client::api::{ChatId, ChatState, Hit, Page};
use client::archive::{ArchiveError, Imported, Request, keep};
use client::names::WhoIsThat;
use client::search;
use client::store::{Store, chats, messages};
use common::{Scratch, new_chat};

const NOW: Time = Time::from_unix_seconds(1_800_000_000);

const FLAT: &str = "15/01/2020, 02:22 - Messages and calls are end-to-end encrypted.\n\
    15/01/2020, 02:23 - Ana Lee: hello\nsecond line\n\
    15/01/2020, 02:24 - Ben: Naïve café?\n\
    15/01/2020, 02:25 - Ana Lee: This message was deleted\n\
    15/01/2020, 02:26 - Ben: <Media omitted>\n\
    16/01/2020, 23:59 - Ben: see you on Friday\n";

fn import(store: &Store, text: &str, request: &Request<'_>) -> Result<Imported, ArchiveError> {
    keep(store, text.as_bytes(), request, NOW)
}

fn lines(store: &Store, chat: ChatId) -> Vec<(u32, Option<String>, String)> {
    let page = messages::page(store.connection(), chat, Page::From(1, 1000)).unwrap();
    page.into_iter()
        .map(|line| (line.n, line.author, line.text))
        .collect()
}

#[test]
fn an_export_is_an_archive_with_its_numbers_hours_and_unread_part() {
    let scratch = Scratch::new("archive");
    let store = scratch.create();
    let request = Request {
        file_name: "Flat",
        me: Some("ana"),
        ..Request::default()
    };
    let imported = import(&store, FLAT, &request).unwrap();
    assert_eq!(imported.report.messages, 5);
    let [chat] = imported.chats[..] else {
        panic!("one chat")
    };
    let list = chats::list(store.connection(), NOW).unwrap();
    assert_eq!(
        (list[0].title.as_str(), list[0].state),
        ("Flat", ChatState::Archive)
    );
    assert_eq!((list[0].unread, list[0].ceiling), (2, Ceiling::OnDevice));
    let kept = chats::load(store.connection(), chat).unwrap();
    assert!(kept.civil_times && !kept.month_first);
    assert_eq!((kept.read_up_to, kept.next_n), (4, 7));
    let page = messages::page(store.connection(), chat, Page::From(1, 10)).unwrap();
    let ns: Vec<_> = page
        .iter()
        .map(|line| (line.n, line.mine, line.author.is_some()))
        .collect();
    assert_eq!(
        ns,
        [
            (1, false, false),
            (2, true, true),
            (3, false, true),
            (4, true, true),
            (5, false, true),
            (6, false, true)
        ]
    );
    assert_eq!(page[1].text, "hello\nsecond line");
    assert_eq!(page[4].text, "<Media omitted>");
    // 02:23 stays 02:23: as if it were UTC.
    let at = jiff::Timestamp::from_second(page[1].at.unix_seconds().try_into().unwrap()).unwrap();
    assert_eq!(at.to_string(), "2020-01-15T02:23:00Z");
    store.check().unwrap();
}

const ACCOUNT: &str = r#"{"about":"","personal_information":{"user_id":42,"first_name":"Ana","last_name":"Lee","phone_number":"+0"},
 "chats":{"about":"","list":[
 {"name":"Bob","type":"personal_chat","id":100,"messages":[
  {"id":1,"type":"message","date":"2020-01-15T02:22:56","from":"Bob","from_id":"user100","text":"hello"},
  {"id":2,"type":"message","date":"2020-01-15T02:23:00","from":"Ana Lee","from_id":"user42","reply_to_message_id":1,"text":"hi"}]},
 {"name":"Group","type":"private_group","id":200,"messages":[
  {"id":1,"type":"message","date":"2020-01-16T10:01:00","from":"Cem","from_id":"user7","text":"one"},
  {"id":1,"type":"message","date":"2020-01-16T10:02:00","from":"Cem","from_id":"user7","text":"the same number again"},
  {"id":9,"type":"message","date":"2020-01-16T10:03:00","from":"Cem","from_id":"user7","reply_to_message_id":1,"text":"an answer"},
  {"id":10,"type":"message","date":"2020-01-16T10:04:00","from":"Cem","from_id":"user7","photo":"1.jpg","text":""}]}]}}"#;

#[test]
fn a_whole_account_becomes_an_archive_for_each_chat_and_answers_find_what_they_answer() {
    let scratch = Scratch::new("account");
    let store = scratch.create();
    let imported = import(&store, ACCOUNT, &Request::default()).unwrap();
    let [bob, group] = imported.chats[..] else {
        panic!("two chats")
    };
    assert_eq!(chats::load(store.connection(), bob).unwrap().title, "Bob");
    let ns = |chat| -> Vec<u32> { lines(&store, chat).into_iter().map(|line| line.0).collect() };
    assert_eq!((ns(bob), ns(group)), (vec![1, 2], vec![3, 4, 5, 6]));
    assert!(
        lines(&store, group)[3].2.starts_with('('),
        "a notice stands for what is not there"
    );
    let answer = |chat, n| messages::line(store.connection(), chat, n).unwrap().reply_to;
    assert_eq!((answer(bob, 2), answer(group, 5)), (Some(1), Some(3)));
    assert_eq!(
        chats::load(store.connection(), bob).unwrap().read_up_to,
        2,
        "the export says who exported"
    );
}

#[test]
fn one_title_for_many_chats_a_stranger_as_reader_and_an_empty_file_leave_nothing() {
    let scratch = Scratch::new("refused");
    let store = scratch.create();
    let title = Request {
        title: Some("All"),
        ..Request::default()
    };
    assert!(matches!(
        import(&store, ACCOUNT, &title),
        Err(ArchiveError::ManyChats(2))
    ));
    let me = Request {
        me: Some("Zoe"),
        ..Request::default()
    };
    let nobody = import(&store, FLAT, &me);
    assert!(matches!(nobody, Err(ArchiveError::Me(WhoIsThat::Nobody))));
    assert!(import(&store, "", &Request::default()).is_err());
    assert_nothing_kept(&store);
    // Controls.
    import(&store, FLAT, &title).unwrap();
    assert_eq!(chats::all(store.connection()).unwrap()[0].title, "All");
}

fn assert_nothing_kept(store: &Store) {
    for table in ["chats", "messages", "archive_ids"] {
        let count: u32 = store
            .connection()
            .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
            .unwrap();
        assert_eq!(count, 0, "{table}");
    }
    assert!(search::find(store, "hello", None, 10).unwrap().is_empty());
    store.check().unwrap();
}

#[test]
fn what_is_broken_off_leaves_nothing() {
    let scratch = Scratch::new("broken-off");
    let store = scratch.create();
    let many = Many::new(20_000);
    let stop = AtomicBool::new(false);
    let progress = |at: import::Progress| {
        if at.pass == at.passes && at.bytes > at.of / 2 {
            stop.store(true, Ordering::Relaxed);
        }
    };
    let request = Request {
        options: import::Options {
            progress: Some(&progress),
            ..import::Options::default()
        },
        stop: Some(&stop),
        ..Request::default()
    };
    let stopped = keep(&store, &many, &request, NOW);
    assert!(matches!(stopped, Err(ArchiveError::Stopped)), "{stopped:?}");
    assert_nothing_kept(&store);
    // A source that fails in the middle of the second pass.
    let failing = Many {
        fails_at: Some(many.size_of_all() / 2),
        ..Many::new(20_000)
    };
    let failed = keep(&store, &failing, &Request::default(), NOW);
    assert!(matches!(failed, Err(ArchiveError::Import(_))), "{failed:?}");
    assert_nothing_kept(&store);
    // Control.
    let kept = keep(&store, &many, &Request::default(), NOW).unwrap();
    assert_eq!(kept.report.messages, 20_000);
}

#[test]
fn words_are_found_whatever_is_typed() {
    let scratch = Scratch::new("search");
    let store = scratch.create();
    let chat = import(&store, FLAT, &Request::default()).unwrap().chats[0];
    let live = store
        .transaction(|tx| {
            let live = chats::insert(tx, &new_chat("Live"))?;
            for text in [
                "हिन्दी में",
                "the cafe\u{301} again",
                "don't say \"NEAR\"",
                "hello there",
                "привет Ёлка",
            ] {
                messages::append(tx, live, &common::message(text))?;
            }
            Ok::<_, ArchiveError>(live)
        })
        .unwrap();
    let hits = |words: &str, chat| -> Vec<Hit> { search::find(&store, words, chat, 50).unwrap() };
    let found = |words: &str| hits(words, None).len();
    assert_eq!(found("HELLO"), 2);
    assert_eq!(hits("hello", Some(chat)).len(), 1);
    assert_eq!(found("naive CAFÉ"), 1);
    assert_eq!(found("cafe"), 2);
    assert_eq!(found("friday see"), 1, "all words, in any order");
    assert_eq!(
        (found("frid"), found("fri see"), found("see fri")),
        (1, 0, 1),
        "a beginning counts at the end"
    );
    assert_eq!((found("हिन्"), found("हिन्दी")), (1, 1));
    assert_eq!((found("don't"), found("near"), found("NEAR(say, 2)")), (1, 1, 0));
    assert_eq!(found("ЁЛКА"), 1);
    assert_eq!(found("hello OR friday"), 0, "no word of it is a command");
    assert_eq!(found("deleted"), 0, "a notice is nobody's words");
    for typed in [
        "",
        "\"",
        "*",
        "text:hello",
        "hello*",
        "^hello",
        "(",
        "a AND",
        "{",
        "-hello",
        "\0hello",
        "!!!",
        "😀",
        "' OR 1",
    ] {
        search::find(&store, typed, None, 5).unwrap();
    }
    search::find(&store, &"word ".repeat(100_000), None, 5).unwrap();
    // Newest first, over all chats, and the text of the hit.
    let both = hits("hello", None);
    assert_eq!((both[0].chat, both[1].chat), (live, chat));
    assert_eq!(both[1].message.n, 2);
    // What goes is not found any more.
    store.transaction(|tx| chats::remove(tx, live)).unwrap();
    assert_eq!(found("hello"), 1);
    store.check().unwrap();
}

/// The peak of a process that keeps ten times as many messages is hardly higher.
#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_file() {
    let (few, many) = (peak_of_keeping(10_000), peak_of_keeping(100_000));
    println!("peak {few} kB for 10,000 messages, {many} kB for 100,000");
    assert!(many < few + 12_000, "{few} kB, then {many} kB");
}

#[cfg(target_os = "linux")]
fn peak_of_keeping(count: u64) -> u64 {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "part_that_keeps_many", "--nocapture"])
        .env("SNUG_TEST_MESSAGES", count.to_string())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");
    let peak = said.lines().find_map(|line| line.strip_prefix("peak ")).unwrap();
    peak.parse().unwrap()
}

/// With `SNUG_TEST_MESSAGES=1000000` it is the measurement.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "started by another test"]
fn part_that_keeps_many() {
    let Ok(count) = std::env::var("SNUG_TEST_MESSAGES") else {
        return;
    };
    let scratch = Scratch::new(&format!("many-{count}"));
    let store = scratch.create();
    let many = Many::new(count.parse().unwrap());
    let start = std::time::Instant::now();
    let kept = keep(&store, &many, &Request::default(), NOW).unwrap();
    println!(
        "\nkept {} messages in {:?}",
        kept.report.messages,
        start.elapsed()
    );
    let timed = |what: &str, step: &dyn Fn() -> usize| {
        let start = std::time::Instant::now();
        let count = step();
        println!("{what}: {count} in {:?}", start.elapsed());
    };
    timed("list", &|| chats::list(store.connection(), NOW).unwrap().len());
    timed("last page", &|| {
        messages::page(store.connection(), kept.chats[0], Page::Last(50))
            .unwrap()
            .len()
    });
    let find = |words: &str| search::find(&store, words, None, 50).unwrap().len();
    timed("search, a word in one message", &|| find("number777"));
    timed("search, a word in all", &|| find("supper"));
    timed("search, a word in all, in one chat", &|| {
        search::find(&store, "supper", Some(kept.chats[0]), 50)
            .unwrap()
            .len()
    });
    timed("search, a beginning", &|| find("number77"));
    #[cfg(feature = "ai")]
    for part in [
        client::ai::Part::Unread,
        client::ai::Part::Last(500),
        client::ai::Part::Since("2020-01-01T00:00".parse().unwrap()),
    ] {
        timed(&format!("select {part:?}"), &|| {
            let question = client::ai::Question {
                chat: kept.chats[0],
                part,
                items: 8,
                me: None,
                consent: chat::consent::Consent::ARCHIVE,
                held_by: &[],
                now: NOW,
                zone: &jiff::tz::TimeZone::UTC,
            };
            match client::ai::select(store.connection(), &question).unwrap() {
                client::ai::Verdict::Allowed(selection) => selection.transcript().messages.len(),
                client::ai::Verdict::Refused(_) => 0,
            }
        });
    }
    for file in std::fs::read_dir(scratch.path()).unwrap() {
        let file = file.unwrap();
        println!("{:?}: {} bytes", file.file_name(), file.metadata().unwrap().len());
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .unwrap();
    println!("peak {}", peak.trim().trim_end_matches(" kB"));
}

/// A WhatsApp export that is made while it is read: lines of one length.
struct Many {
    count: u64,
    fails_at: Option<u64>,
}

const LINE: usize = 100;

impl Many {
    fn new(count: u64) -> Self {
        Self {
            count,
            fails_at: None,
        }
    }

    fn size_of_all(&self) -> u64 {
        self.count * LINE as u64
    }

    fn line(&self, at: u64) -> Vec<u8> {
        let name = ["Ana", "Ben", "Cem"][usize::try_from(at % 3).unwrap()];
        let (day, hour, minute) = (1 + at / 1440 % 28, at / 60 % 24, at % 60);
        let year = 2000 + at / 40_320;
        let words = [
            "shall we cook",
            "I bought rice and",
            "who is in for",
            "no time for",
        ];
        let words = words[usize::try_from(at % 4).unwrap()];
        let text = format!(
            "{day:02}/01/{year}, {hour:02}:{minute:02} - {name}: {words} supper tonight, number{at} of the flat"
        );
        let mut line = format!("{text:.<width$}", width = LINE - 1).into_bytes();
        line.push(b'\n');
        line
    }
}

impl import::Source for Many {
    type Reader<'a> = Handle<'a>;

    fn open(&self) -> io::Result<Handle<'_>> {
        Ok(Handle { of: self, at: 0 })
    }

    fn size(&self) -> u64 {
        self.size_of_all()
    }
}

struct Handle<'a> {
    of: &'a Many,
    at: u64,
}

impl Read for Handle<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let line = self.at / LINE as u64;
        if self.of.fails_at.is_some_and(|at| self.at >= at) {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        if line >= self.of.count {
            return Ok(0);
        }
        let mut from = Cursor::new(self.of.line(line));
        from.set_position(self.at % LINE as u64);
        let count = from.read(into)?;
        self.at += count as u64;
        Ok(count)
    }
}

impl Seek for Handle<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::End(by) => self.of.size_of_all().checked_add_signed(by).unwrap(),
            SeekFrom::Current(by) => self.at.checked_add_signed(by).unwrap(),
        };
        Ok(self.at)
    }
}
