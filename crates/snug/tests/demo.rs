//! `snug demo`: the real path from five devices through a server to the reader, and the veto.
#![cfg(all(feature = "ai", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::window::{Ended, Tab, browser, kill, private, until};
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
    assert!(said.out.contains("snug open"), "how to get a window: {said:?}");
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

/// A demo with a display, whose browser is a script that does this.
fn demo_with_windows(place: &Path, words: &[&str], then: &str) -> Command {
    let mut command = snug(&[&["demo"], words].concat());
    browser(&private(place, "bin"), "chromium", then);
    command
        .env("PATH", format!("{}:/usr/bin:/bin", place.join("bin").display()))
        .env("XDG_RUNTIME_DIR", private(place, "runtime"))
        .env("DISPLAY", ":77");
    command
}

/// What two people see in their windows is the chat itself: on the real clock, and with the others in it.
#[test]
fn the_chat_goes_on_in_windows() {
    let place = folder("windows");
    let kept = place.join("kept");
    let urls = private(&place, "urls");
    let then = format!(
        "for word in \"$@\"; do :; done\nprintf '%s\\n' \"$word\" > {urls}/new.$$\nmv {urls}/new.$$ {urls}/url.$$\nexec sleep 600",
        urls = urls.display()
    );
    let mut command = demo_with_windows(
        &place,
        &["--windows", "2", "--keep", kept.to_str().unwrap()],
        &then,
    );
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut child = Ended(child);
    let opened = || -> Vec<PathBuf> {
        let paths = fs::read_dir(&urls).unwrap().map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.file_stem().is_some_and(|stem| stem == "url"))
            .collect()
    };
    until("two windows open", || opened().len() == 2);
    let tabs: Vec<Tab> = opened()
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .map(|word| Tab::of(word.trim().strip_prefix("--app=").unwrap()))
        .collect();
    let [writer, reader] = &tabs[..] else {
        unreachable!()
    };
    writer.post("/chat/1/send", "text=Is+MARIGOLD+there");
    until("the other window shows it", || {
        reader.get("/search?q=MARIGOLD").contains("Is MARIGOLD there")
    });

    // Those without a window have it too. Their stores are in use, so copies are looked at.
    let read_in_a_copy = |name: &str| {
        let copy = place.join("copy");
        let _ = fs::remove_dir_all(&copy);
        fs::create_dir(&copy).unwrap();
        for file in ["store.key", "store.db", "store.db-wal"] {
            let _ = fs::copy(kept.join(name).join(file), copy.join(file));
        }
        let person = Person {
            store: copy,
            ..Person::new(&place, "Reader")
        };
        fs::write(&person.passphrase, "flat 4b").unwrap();
        person.does(&[
            "chat",
            "read",
            "flat",
            "--last",
            "1",
            "--keep-unread",
            "--offline",
            "--json",
        ])
    };
    for name in ["hattie", "seun", "mags"] {
        until(name, || read_in_a_copy(name).out.contains("Is MARIGOLD there"));
    }
    let last = &read_in_a_copy("mags").json()["messages"][0];
    let author = text(&last["author"]);
    assert!(["Priya", "Dex"].contains(&author.as_str()), "{last}");
    let of_file = run(&["catchup", FLATSHARE, "--me", "Priya", "--json"]).json();
    assert!(
        text(&last["at"]) > text(&of_file["to"]),
        "later than the file: {last}"
    );

    kill(child.0.id(), "-INT");
    let code = child.0.wait().unwrap().code();
    let mut said = String::new();
    child.0.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    let said = said.replace('\n', " ");
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("Windows open for Priya and Dex"), "{said}");
    assert!(said.contains("Everything is kept"), "it comes to its end: {said}");
}

#[test]
fn the_demo_ends_with_its_window() {
    let place = folder("closed");
    let temporary = private(&place, "temporary");
    let mut command = demo_with_windows(&place, &[], "exit 0");
    let said = finish(command.env("TMPDIR", &temporary));
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
    let out = said.out.replace('\n', " ");
    assert!(out.contains("A window opens for Priya,"), "{out}");
    assert!(place.join("bin/seen").exists());
    assert_eq!(fs::read_dir(&temporary).unwrap().count(), 0);
    // Who does not want a window gets none.
    for words in [&["--headless"][..], &["--windows", "0"], &["--json"]] {
        let place = folder("unwanted");
        let said = finish(&mut demo_with_windows(&place, words, "exit 0"));
        assert_eq!(said.code, Some(0), "{said:?}");
        assert!(!place.join("bin/seen").exists(), "{words:?}");
    }
}
