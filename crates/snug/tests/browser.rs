//! The window in a real Chromium, started as `snug open` starts it, but without a screen: the page comes up in the profile of its own, and
//! the browser reaches nothing else (A28).
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use std::fs;
use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use common::somebody::{Home, as_somebody, can_be_somebody, skip};
use common::window::{Ended, kill, until};
use serde_json::Value;

/// Debian's; `scripts/setup test` installs it.
const CHROMIUM: &str = "/usr/bin/chromium";

/// A browser without a screen that a test can ask what it shows.
struct Shown {
    window: Ended,
    runtime: PathBuf,
    port: u16,
    _home: Home,
}

impl Shown {
    fn start(name: &str, more: &str) -> Self {
        let home = Home::new(name);
        let runtime = home.folder("runtime");
        // What comes last counts.
        let script =
            format!("#!/bin/sh\nexec {CHROMIUM} \"$@\" --headless=new --remote-debugging-port=0 {more}\n");
        let browser = home.file("chromium", script);
        fs::set_permissions(&browser, fs::Permissions::from_mode(0o755)).unwrap();
        let store = home.0.join("store");
        let words = [
            "open",
            "--store",
            store.to_str().unwrap(),
            "--browser",
            browser.to_str().unwrap(),
        ];
        let mut command = as_somebody(&home.snug(), &words);
        command.env("HOME", &home.0).env("XDG_RUNTIME_DIR", &runtime);
        let window = Ended(
            command
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap(),
        );
        let port_file = || {
            let windows = fs::read_dir(runtime.join("snug")).ok()?;
            let ports = windows.map(|window| window.unwrap().path().join("profile/DevToolsActivePort"));
            let text = ports.filter_map(|path| fs::read_to_string(path).ok()).next()?;
            text.lines().next()?.parse::<u16>().ok()
        };
        until("the browser runs", || port_file().is_some());
        let port = port_file().unwrap();
        Self {
            window,
            runtime,
            port,
            _home: home,
        }
    }

    fn ask(&self, first: &str) -> Value {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).unwrap();
        let head = format!("{first} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n", self.port);
        (&stream).write_all(head.as_bytes()).unwrap();
        // It does not hang up after its answer.
        let (mut answer, mut length) = (BufReader::new(stream), 0);
        loop {
            let mut line = String::new();
            answer.read_line(&mut line).unwrap();
            if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        answer.read_exact(&mut body).unwrap();
        serde_json::from_slice(&body).unwrap()
    }

    /// The address and the title of each page.
    fn pages(&self) -> Vec<(String, String)> {
        let pages = self.ask("GET /json/list");
        let pages = pages.as_array().unwrap().iter();
        let of = |page: &Value, name: &str| page[name].as_str().unwrap().to_owned();
        pages.map(|page| (of(page, "url"), of(page, "title"))).collect()
    }

    /// The window's own page, when its ticket has been exchanged.
    fn own(&self) -> Option<String> {
        let is_own = |(url, title): &(String, String)| {
            url.starts_with("http://snug-") && !url.contains('#') && title.contains("Snug")
        };
        self.pages().into_iter().find(is_own).map(|(url, _)| url)
    }
}

fn has_chromium() -> bool {
    Path::new(CHROMIUM).exists() || skip("no chromium; run scripts/setup test, which installs it")
}

/// Whether somebody came to this listener.
fn was_reached(listener: &TcpListener) -> bool {
    match listener.accept() {
        Ok(_) => true,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::WouldBlock);
            false
        }
    }
}

#[test]
fn the_page_comes_up_and_nothing_else_is_reached() {
    if !can_be_somebody() || !has_chromium() {
        return;
    }
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    let elsewhere = [
        format!("http://127.0.0.1:{port}/"),
        format!("http://localhost:{port}/"),
    ];

    let mut shown = Shown::start("reached", "");
    until("the page is there", || shown.own().is_some());
    let own = shown.own().unwrap();
    for url in &elsewhere {
        shown.ask(&format!("PUT /json/new?{url}"));
        // The page of an error has the host as its title.
        let host = url.strip_prefix("http://").unwrap().rsplit_once(':').unwrap().0;
        until("it is not found", || {
            shown.pages().iter().any(|(at, title)| at == url && title == host)
        });
        assert!(!was_reached(&listener), "{url}");
    }
    let host = own.strip_prefix("http://").unwrap().split(':').next().unwrap();
    assert_eq!(
        files_with(&shown.runtime, host),
        Vec::<PathBuf>::new(),
        "nothing of the page is written down"
    );
    kill(shown.window.0.id(), "-TERM");
    assert_eq!(shown.window.0.wait().unwrap().code(), Some(0));
    let left = fs::read_dir(shown.runtime.join("snug")).unwrap();
    assert_eq!(left.count(), 1, "the lock alone");

    let free = Shown::start("control", "'--host-resolver-rules=MAP a.invalid 127.0.0.1'");
    until("the page is there", || free.own().is_some());
    free.ask(&format!("PUT /json/new?{}", elsewhere[0]));
    until("control: without the rule it is reached", || {
        was_reached(&listener)
    });
}

/// The files below a folder in which this stands.
fn files_with(folder: &Path, word: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            found.extend(files_with(&path, word));
        } else if fs::read(&path)
            .is_ok_and(|bytes| bytes.windows(word.len()).any(|part| part == word.as_bytes()))
        {
            found.push(path);
        }
    }
    found
}
