//! `snug demo`: the real path from five devices through a server to the reader, and the veto.
#![cfg(all(feature = "ai", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

use common::{FLATSHARE, Person, finish, folder, run, snug, text};
use serde_json::Value;

fn lines(answer: &Value) -> Vec<String> {
    let items = answer["items"].as_array().unwrap().iter();
    items.map(|item| text(&item["text"])).collect()
}

#[test]
fn the_whole_of_it() {
    let place = folder("demo");
    let kept = place.join("kept");
    let said = run(&["demo", "--headless", "--json", "--keep", kept.to_str().unwrap()]);
    let answer = said.json();
    assert_eq!(
        (&answer["messages"], &answer["place"]),
        (&50.into(), &"on-device".into()),
        "{said:?}"
    );
    // The words went through five devices and a server, and are what they are in the file.
    let of_file = run(&["catchup", FLATSHARE, "--me", "Priya", "--json"]).json();
    assert_eq!(lines(&answer), lines(&of_file));
    assert_eq!(
        (&answer["from"], &answer["to"]),
        (&of_file["from"], &of_file["to"])
    );
    for step in [
        "Hattie, Dex, Seun, Mags and Priya each have an account",
        "293 messages",
        "the last 50",
        "Refused: AI is off in Flat 4B, because Dex said so",
        "answered, refused, answered",
    ] {
        assert!(said.err.replace('\n', " ").contains(step), "{step}: {said:?}");
    }
    let priya = Person {
        store: kept.join("priya"),
        ..Person::new(&place, "Priya")
    };
    fs::write(&priya.passphrase, "flat 4b").unwrap();
    let list = priya.does(&["chat", "list", "--offline", "--json"]).json();
    assert_eq!(
        (&list[0]["title"], &list[0]["unread"]),
        (&"Flat 4B".into(), &50.into())
    );
    // What is there already is left alone.
    run(&["demo", "--keep", kept.to_str().unwrap()]).refused(4);
    assert!(kept.join("server.db").exists());
}

#[test]
fn nothing_is_left_behind() {
    let place = folder("temporary");
    let mut command = snug(&["demo"]);
    let said = finish(command.env("TMPDIR", &place));
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
    assert!(
        said.out.contains("Key messages") && said.out.contains("Refused:"),
        "{said:?}"
    );
    assert_eq!(fs::read_dir(&place).unwrap().count(), 0);
}

#[test]
fn an_interrupt_leaves_nothing_behind() {
    let place = folder("interrupted");
    let mut child = snug(&["demo"])
        .env("TMPDIR", &place)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // The second step comes when there are stores on the disk.
    let steps = BufReader::new(child.stdout.take().unwrap()).lines();
    let second = steps.map(Result::unwrap).find(|line| line.starts_with("2. "));
    assert!(second.is_some());
    assert_eq!(
        fs::read_dir(&place).unwrap().count(),
        1,
        "control: there is something to leave behind"
    );
    let pid = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert_eq!(fs::read_dir(&place).unwrap().count(), 0);
}
