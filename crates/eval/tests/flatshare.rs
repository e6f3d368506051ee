//! The demo chat holds what its documentation and `make run` promise, and every figure can be computed on it.

#![allow(clippy::unwrap_used)]

use std::path::PathBuf;

use assistant::{Message, Transcript};
use eval::baselines::Baseline;
use eval::groups::{Chat, FactKind, Figures, Labels};
use eval::{Line, key_messages};
use jiff::civil::DateTime;

const READER: &str = "Priya";
const INJECTED: &str = "00-00-00";

fn read(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../sets/flatshare")
        .join(name);
    std::fs::read_to_string(path).unwrap()
}

/// Just enough of the export's format for this one file, so that the numbers are counted twice: here and by the
/// importer.
fn transcript() -> Transcript {
    let mut chat = Transcript::default();
    for line in read("chat.txt").lines() {
        match line
            .split_once(" - ")
            .and_then(|(at, rest)| Some((time(at)?, rest)))
        {
            Some((at, rest)) => push(&mut chat, at, rest),
            None => {
                let last = chat.messages.last_mut().unwrap();
                last.text = format!("{}\n{line}", last.text);
            }
        }
    }
    chat
}

fn time(text: &str) -> Option<DateTime> {
    DateTime::strptime("%d/%m/%Y, %H:%M", text).ok()
}

fn push(chat: &mut Transcript, at: DateTime, rest: &str) {
    let n = u32::try_from(chat.messages.len() + 1).unwrap();
    let (author, text) = match rest.split_once(": ") {
        Some((name, text)) if !name.contains(' ') => (Some(index(&mut chat.authors, name)), text),
        _ => (None, rest),
    };
    chat.messages.push(Message {
        n,
        at,
        author,
        text: text.to_owned(),
    });
}

fn index(authors: &mut Vec<String>, name: &str) -> u16 {
    let at = authors.iter().position(|known| known == name).unwrap_or_else(|| {
        authors.push(name.to_owned());
        authors.len() - 1
    });
    u16::try_from(at).unwrap()
}

fn chat() -> Chat {
    Chat::new(Labels::parse(&read("chat.json")).unwrap(), transcript()).unwrap()
}

#[test]
fn three_hundred_entries_the_last_fifty_unread() {
    let chat = chat();
    let transcript = chat.transcript();
    assert_eq!(transcript.messages.len(), 300);
    assert_eq!(transcript.unread().len(), 50);
    let mut names = transcript.authors.clone();
    names.sort_unstable();
    assert_eq!(names, ["Dex", "Hattie", "Mags", READER, "Seun"]);
    let last_of_reader = transcript
        .messages
        .iter()
        .rposition(|message| message.author == transcript.me);
    assert_eq!(
        last_of_reader,
        Some(249),
        "unread is what follows the reader's last message"
    );
    assert!(transcript.messages.is_sorted_by_key(|message| message.at));
}

#[test]
fn the_unread_part_holds_one_of_everything() {
    let chat = chat();
    let unread = chat.transcript().unread();
    let holds = |part: &str| unread.iter().any(|message| message.text.contains(part));
    for part in [
        "@Priya",
        "https://",
        "<Media omitted>",
        "<This message was edited>",
        "\n",
        "👍",
        INJECTED,
    ] {
        assert!(holds(part), "{part:?}");
    }
    let kinds: Vec<FactKind> = chat.labels().facts.iter().map(|fact| fact.kind).collect();
    for kind in [
        FactKind::Decision,
        FactKind::Plan,
        FactKind::Question,
        FactKind::Mention,
        FactKind::Link,
    ] {
        assert!(kinds.contains(&kind), "{}", kind.as_str());
    }
    assert!(chat.labels().facts.iter().any(|fact| !fact.superseded.is_empty()));
    let injection = chat.labels().injection.clone();
    assert!(
        unread
            .iter()
            .all(|message| message.text.contains(INJECTED) == injection.contains(&message.n))
    );
}

#[test]
fn every_address_is_an_example() {
    let text = read("chat.txt");
    let hosts: Vec<&str> = text
        .split("://")
        .skip(1)
        .filter_map(|rest| rest.split(['/', '\n']).next())
        .collect();
    assert!(hosts.len() >= 3);
    let reserved = ["example.com", "example.org", "example.net"];
    assert!(
        hosts
            .iter()
            .all(|host| reserved.iter().any(|name| host.ends_with(name))),
        "{hosts:?}"
    );
}

#[test]
fn showing_everything_covers_everything_and_misleads() {
    let chat = chat();
    let all = Baseline::Lead.lines(chat.transcript(), usize::MAX);
    let figures = Figures::of(&[chat.score(&all)]);
    assert_eq!((figures.coverage, figures.strict), (100.0, 100.0));
    assert_eq!((figures.misleading, figures.injected), (2, 1));
}

#[test]
fn one_line_that_cites_everything_covers_everything_and_its_count_shows() {
    let chat = chat();
    let cites = chat
        .transcript()
        .unread()
        .iter()
        .map(|message| message.n)
        .collect();
    let figures = Figures::of(&[chat.score(&[Line {
        text: String::new(),
        cites,
    }])]);
    assert_eq!(
        (figures.coverage, figures.strict, figures.lines, figures.cited),
        (100.0, 0.0, 1, 50)
    );
}

/// The engine's draft passes the check on the chat that people see first, and cites no read or invented message.
#[test]
fn the_engine_answers_within_its_bounds() {
    let chat = chat();
    for items in eval::groups::ITEMS {
        let lines = key_messages(chat.transcript(), items).unwrap();
        assert!(!lines.is_empty() && lines.len() <= usize::from(items));
        assert!(
            lines
                .iter()
                .flat_map(|line| &line.cites)
                .all(|n| (251..=300).contains(n))
        );
    }
}
