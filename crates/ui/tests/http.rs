//! The pages over plain HTTP, with a real store and no server: what a browser is sent, from the first run to the lock.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use client::Settings;
use client::store::Effort;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use ui::{Config, Running};

const WORDS: &str = "passphrase=seven+words&again=seven+words";
const EXPORT: &str = "01/02/2024, 10:00 - Ana: the key is under the blue pot\n\
    01/02/2024, 10:01 - Bob: <img src=x onerror=alert(1)> https://a.example/x\n\
    01/02/2024, 10:02 - Ana: second line\nof it\n03/02/2024, 09:00 - Bob: hx-get=\"/lock\" late\n";

/// A window on a store that is not there yet.
struct Window {
    runtime: Runtime,
    running: Option<Running>,
    token: String,
    _folder: TempDir,
}

impl Window {
    fn new(change: impl FnOnce(&mut Config)) -> Self {
        let runtime = Runtime::new().unwrap();
        let folder = TempDir::new().unwrap();
        let settings = Settings {
            offline: true,
            ..Settings::default()
        };
        let mut config = Config::new(folder.path().join("store"), settings);
        config.effort = Effort::LEAST;
        change(&mut config);
        let running = runtime.block_on(ui::serve(config)).unwrap();
        let mut window = Self {
            runtime,
            running: Some(running),
            token: String::new(),
            _folder: folder,
        };
        let url = window.running().ticket().unwrap();
        let ticket = url.split_once("#t=").unwrap().1.to_owned();
        let answer = window.post("/session", &ticket);
        assert_eq!(answer.status, 200);
        window.token = answer.body;
        window
    }

    /// One whose store is open.
    fn open() -> Self {
        let window = Self::new(|_| {});
        assert!(window.post("/store", WORDS).body.contains("id=\"room\""));
        window
    }

    fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    fn get(&self, target: &str) -> Answer {
        self.ask("GET", target, "", "")
    }

    fn post(&self, target: &str, body: &str) -> Answer {
        self.ask("POST", target, "application/x-www-form-urlencoded", body)
    }

    fn ask(&self, method: &str, target: &str, kind: &str, body: &str) -> Answer {
        let host = self.running().host();
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nSnug-Session: {}\r\n\
             Content-Type: {kind}\r\nSnug-File-Name: Flat%20%3Cb%3E.txt\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            self.token,
            body.len()
        );
        self.send(&head, body)
    }

    fn send(&self, head: &str, body: &str) -> Answer {
        let mut stream = TcpStream::connect(self.running().address()).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(head.as_bytes()).unwrap();
        stream.write_all(body.as_bytes()).unwrap();
        let mut whole = String::new();
        stream.read_to_string(&mut whole).unwrap();
        Answer::of(&whole)
    }

    /// The archive of [`EXPORT`], which is chat 1.
    fn import(&self) {
        let looked = self.ask("POST", "/export/file", "application/octet-stream", EXPORT);
        assert!(looked.body.contains("value=\"Bob\""), "{}", looked.body);
        let kept = self.post("/export/keep", "me=Bob");
        assert!(kept.body.contains("data-close-now"), "{}", kept.body);
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.shutdown());
        }
    }
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn of(whole: &str) -> Self {
        let (head, body) = whole.split_once("\r\n\r\n").unwrap();
        Self {
            status: head.split(' ').nth(1).unwrap().parse().unwrap(),
            head: head.to_ascii_lowercase(),
            body: body.to_owned(),
        }
    }
}

#[test]
fn a_first_run_makes_a_store_and_a_lock_closes_it() {
    let window = Window::new(|_| {});
    assert!(window.get("/app").body.contains("id=\"first\""));
    for (typed, told) in [
        ("passphrase=&again=", "An empty passphrase"),
        ("passphrase=one&again=two", "The two differ"),
    ] {
        assert!(window.post("/store", typed).body.contains(told));
    }
    assert!(window.post("/store", WORDS).body.contains("id=\"room\""));
    assert!(window.get("/app").body.contains("id=\"welcome\""));
    assert!(window.post("/store", WORDS).body.contains("a store here already"));

    assert!(window.post("/lock", "").body.contains("id=\"lock\""));
    for target in [
        "/news",
        "/chat/1",
        "/search?q=a",
        "/journal",
        "/account",
        "/export",
    ] {
        assert_eq!(window.get(target).status, 423, "{target}");
    }
    let wrong = window.post("/unlock", "passphrase=another");
    assert!(wrong.body.contains("does not open the store"), "{}", wrong.body);
    assert_eq!(window.get("/journal").status, 423);
    assert!(window.post("/unlock", WORDS).body.contains("id=\"room\""));
    assert_eq!(window.get("/journal").status, 200);
}

#[test]
fn an_idle_window_locks_itself_and_a_person_keeps_it_open() {
    let window = Window::new(|config| config.lock_after = Some(Duration::from_millis(1500)));
    assert!(window.post("/store", WORDS).body.contains("id=\"room\""));
    for _ in 0..6 {
        std::thread::sleep(Duration::from_millis(500));
        assert_eq!(window.post("/alive", "").status, 204);
    }
    assert_eq!(window.get("/journal").status, 200, "a person was there");
    for _ in 0..100 {
        // What pages ask for by themselves is no sign of a person.
        if window.get("/news").status == 423 {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("it did not lock");
}

#[test]
fn an_export_becomes_a_chat_whose_markup_is_text() {
    let window = Window::open();
    window.import();
    let chat = window.get("/chat/1").body;
    assert!(chat.contains("&lt;img src=x onerror=alert(1)&gt;"), "{chat}");
    assert!(chat.contains("<a href=\"https://a.example/x\" data-link rel=\"noopener noreferrer\">"));
    assert!(
        !chat.contains("<img") && !chat.contains("hx-get=\"/lock\""),
        "{chat}"
    );
    assert!(
        chat.contains("Flat &lt;b&gt;"),
        "the name of the file is text too"
    );
    assert!(chat.contains("An archive: to be read"));
    assert!(chat.contains("never goes") || window.get("/chat/1/consent").body.contains("never goes further"));

    let found = window.get("/search?q=blue").body;
    assert!(found.contains("the key is under the blue pot") && found.contains("/chat/1?at=1"));
    assert!(
        window
            .get("/search?q=nothing%20like%20it")
            .body
            .contains("No message has these words")
    );
    assert_eq!(window.get("/chat/99").status, 404);
    assert_eq!(window.get("/chat/nonsense").status, 400);
    assert!(window.get("/app?chat=99").body.contains("id=\"welcome\""));
}

#[test]
fn pieces_of_a_chat_fit_wherever_they_are_cut() {
    let window = Window::open();
    window.import();
    let whole = window.get("/chat/1/rows?from=1&count=9&unread=3").body;
    for cut in 1..=4 {
        let first = window
            .get(&format!("/chat/1/rows?from=1&count={cut}&unread=3"))
            .body;
        let rest = window
            .get(&format!("/chat/1/rows?from={}&count=9&unread=3", cut + 1))
            .body;
        assert_eq!(first + &rest, whole, "cut after {cut}");
        let before = window
            .get(&format!("/chat/1/rows?before={}&count=9&unread=3", cut + 1))
            .body;
        assert!(whole.starts_with(&before) && !before.is_empty());
    }
    assert_eq!(whole.matches("class=\"day\"").count(), 2, "{whole}");
    assert_eq!(whole.matches("id=\"unread\"").count(), 1);
}

#[test]
fn an_account_without_a_server_is_offline_and_says_so() {
    let window = Window::open();
    let made = window.post("/account", "name=Ana&server=127.0.0.1%3A1");
    assert!(made.body.contains("My address"), "{}", made.body);
    assert!(made.body.contains("Offline, as you chose"));
    assert_eq!(
        window.post("/account", "name=Ana&server=nonsense%20here").status,
        422
    );
    let no_chat = window.post("/chat/7/send", "text=hello");
    assert_eq!(no_chat.status, 404);
    assert_eq!(window.post("/chat/7/send", "text=+++").status, 422);
}

#[test]
fn every_answer_is_protected_and_none_sets_a_cookie() {
    let window = Window::open();
    for target in [
        "/",
        "/assets/snug.css",
        "/assets/nothing",
        "/app",
        "/journal",
        "/nowhere",
        "/chat/9",
    ] {
        let head = window.get(target).head;
        for part in [
            "content-security-policy: default-src 'none'; script-src 'self'",
            "require-trusted-types-for 'script'; trusted-types snug",
            "x-frame-options: deny",
            "x-content-type-options: nosniff",
            "referrer-policy: no-referrer",
            "cache-control: no-store",
            "cross-origin-opener-policy: same-origin",
            "cross-origin-resource-policy: same-origin",
        ] {
            assert!(head.contains(part), "{target} lacks {part}: {head}");
        }
        assert!(!head.contains("set-cookie"), "{head}");
    }
}

#[test]
fn bodies_and_pages_are_bounded() {
    let window = Window::open();
    // Refused by what they announce: the body is never sent.
    for (target, token, announced) in [
        ("/chat/1/send", &*window.token, 300 << 10),
        ("/export/file", &*window.token, (64 << 20) + 1),
        ("/session", "", 257),
    ] {
        let host = window.running().host();
        let head = format!(
            "POST {target} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nSnug-Session: {token}\r\n\
             Content-Length: {announced}\r\n\r\n"
        );
        assert_eq!(window.send(&head, "").status, 413, "{target}");
    }
    window.import();
    let most = window.get("/chat/1/rows?from=1&count=4000000000");
    assert_eq!(most.status, 200);
    assert_eq!(window.get("/chat/1/rows?from=-1").status, 400);
    let empty = window.ask(
        "POST",
        "/export/file",
        "application/octet-stream",
        "nothing that is a chat",
    );
    assert!(empty.body.contains("class=\"fault\""), "{}", empty.body);
}

#[test]
fn the_port_is_ours_on_both_loopback_addresses() {
    let window = Window::new(|_| {});
    let port = window.running().address().port();
    let v6 = std::net::TcpListener::bind(("::1", port));
    assert!(v6.is_err(), "somebody else can be asked in our name");
    let Ok(mut stream) = TcpStream::connect(("::1", port)) else {
        println!("SKIPPED the rest: there is no IPv6 here");
        return;
    };
    let host = window.running().host();
    write!(
        stream,
        "GET / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut whole = String::new();
    stream.read_to_string(&mut whole).unwrap();
    assert_eq!(Answer::of(&whole).status, 200);
}

#[test]
fn a_passphrase_that_nobody_waits_for_does_not_keep_the_window_busy() {
    let window = Window::open();
    window.post("/lock", "");
    let (host, address) = (window.running().host(), window.running().address());
    let head = format!(
        "POST /unlock HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nSnug-Session: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 18\r\n\r\npassphrase=nothing",
        window.token
    );
    let mut stream = TcpStream::connect(address).unwrap();
    stream.write_all(head.as_bytes()).unwrap();
    drop(stream);
    for _ in 0..100 {
        if window.post("/unlock", WORDS).body.contains("id=\"room\"") {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("it stays busy");
}

#[test]
fn a_window_speaks_the_language_that_was_chosen() {
    let window = Window::new(|config| config.language = Some("de".into()));
    assert!(window.get("/app").body.contains("Ein eigener Raum"));
    let shell = window.get("/").body;
    assert!(shell.contains("<html lang=\"de\">"), "{shell}");
}
