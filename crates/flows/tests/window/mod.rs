//! Windows on stores, and the browsers in front of them.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::panic,
    reason = "each test program uses a part"
)]

pub(crate) mod site;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use client::api::Draft;
use client::store::{Effort, Unlock};
use client::{Client, Settings};
use flows::browser::{Answer, Browser, send};
use flows::{Person, Town};
use tempfile::TempDir;
use tokio::runtime::Handle;
use ui::{Config, Running};
use worker::Program;

/// What opens every store here.
pub(crate) const PASSPHRASE: &str = "a passphrase of tests";

/// A window on a store, served.
pub(crate) struct Window {
    running: Option<Running>,
    runtime: Handle,
    folder: Option<TempDir>,
}

/// How windows on this folder are made.
pub(crate) fn config(folder: PathBuf, settings: Settings) -> Config {
    Config {
        effort: Effort::LEAST,
        lock_after: None,
        program: Program::at(env!("CARGO_BIN_EXE_flows-worker")),
        ..Config::new(folder, settings)
    }
}

impl Window {
    /// On a store that is not there yet.
    pub(crate) fn first_run(town: &Town) -> Self {
        let folder = TempDir::new().unwrap();
        let config = Config {
            server: Some(town.server()),
            ..config(folder.path().join("store"), town.settings())
        };
        let mut window = Self::with(town, config);
        window.folder = Some(folder);
        window
    }

    /// On somebody's open store.
    pub(crate) fn of(town: &Town, person: &Person) -> Self {
        let config = Config {
            open: Some(person.client().clone()),
            ..config(person.store_folder(), town.settings())
        };
        Self::with(town, config)
    }

    /// Any.
    pub(crate) fn with(town: &Town, config: Config) -> Self {
        let running = town.runtime.block_on(ui::serve(config)).unwrap();
        Self {
            running: Some(running),
            runtime: town.runtime.handle().clone(),
            folder: None,
        }
    }

    fn running(&self) -> &Running {
        self.running.as_ref().unwrap()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.running().address()
    }

    /// The only name that is answered, with the port.
    pub(crate) fn host(&self) -> String {
        self.running().host().to_owned()
    }

    /// A URL that opens it once.
    pub(crate) fn ticket(&self) -> String {
        self.running().ticket().unwrap()
    }

    /// Opens it in a browser.
    pub(crate) fn show(&self, browser: &Browser) {
        browser.go(&self.ticket());
    }

    /// A session without a browser: what a page that exchanged a ticket has.
    pub(crate) fn session(&self) -> String {
        let url = self.ticket();
        let (_, ticket) = url.split_once("#t=").unwrap();
        let answer = self.post("/session", "", ticket);
        assert_eq!(answer.status, 200, "control: a ticket gives a session");
        answer.text()
    }

    /// A request as the window's own page makes it.
    pub(crate) fn get(&self, path: &str, token: &str) -> Answer {
        let host = self.host();
        self.say(&format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nSnug-Session: {token}\r\nConnection: close\r\n\r\n"
        ))
    }

    /// The same, with a form.
    pub(crate) fn post(&self, path: &str, token: &str, body: &str) -> Answer {
        let host = self.host();
        let session = match token {
            "" => String::new(),
            token => format!("Snug-Session: {token}\r\n"),
        };
        let kind = if path == "/session" {
            "text/plain"
        } else {
            "application/x-www-form-urlencoded"
        };
        self.say(&format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n{session}Content-Type: {kind}\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        ))
    }

    /// Any bytes.
    pub(crate) fn say(&self, request: &str) -> Answer {
        send(self.address(), request.as_bytes()).unwrap()
    }

    /// Ends it.
    pub(crate) fn end(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.shutdown());
        }
    }

    /// The folder of its store, where it has one of its own.
    pub(crate) fn store_folder(&self) -> PathBuf {
        self.folder.as_ref().unwrap().path().join("store")
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.end();
        }
    }
}

/// Makes the store in the first run.
pub(crate) fn make_store(browser: &Browser) {
    browser.see("#first");
    browser.fill("#passphrase", PASSPHRASE);
    browser.fill("#again", PASSPHRASE);
    browser.press("Make the store");
    browser.see("#room");
}

/// Makes the account; the town's server is suggested.
pub(crate) fn make_account(browser: &Browser, name: &str) {
    browser.fill("#name", name);
    browser.press("Make the account");
    browser.read_in(".me", name);
}

/// Opens a locked store.
pub(crate) fn unlock(browser: &Browser, passphrase: &str) {
    browser.see("#lock");
    browser.fill("#passphrase", passphrase);
    browser.press("Open");
}

/// Opens the chat of this title.
pub(crate) fn open_chat(browser: &Browser, title: &str) {
    browser.read_in("#chats", title);
    browser.press(title);
    browser.read_in("#head h1", title);
}

/// Writes and sends.
pub(crate) fn write(browser: &Browser, words: &str) {
    browser.fill("#text", words);
    browser.press("Send");
    browser.read_in("#rows .mine", words);
}

/// The conversation that a store needs to be caught up on: (author, words).
pub(crate) const FLAT: [(&str, &str); 12] = [
    ("Bob", "good morning everybody"),
    ("Bob", "the bread is gone again"),
    ("Cleo", "I bought some yesterday"),
    ("Bob", "lovely weather by the way"),
    ("Cleo", "yes, finally"),
    ("Bob", "Ana, can you pay the rent by Friday?"),
    (
        "Cleo",
        "The plumber comes on Monday at 9, somebody has to be home",
    ),
    ("Bob", "haha"),
    ("Cleo", "We decided: the party is on 20 February at 19:00"),
    ("Bob", "great"),
    ("Cleo", "the list of guests: https://guests.example/list"),
    ("Bob", "ok"),
];

/// Ana with a chat in which Bob and Cleo said things while she was away.
pub(crate) fn flat(town: &Town) -> [Person; 3] {
    let [ana, bob, cleo] = ["Ana", "Bob", "Cleo"].map(|name| town.person(name));
    let _ = ana.new_chat("Flat 3B", &[&bob, &cleo]);
    for (author, words) in FLAT {
        let author = if author == "Bob" { &bob } else { &cleo };
        author.sync();
        author.say(author.chat("Flat 3B"), words);
    }
    ana.sync();
    [ana, bob, cleo]
}

/// What somebody writes, with its marks.
pub(crate) fn draft(text: &str, reply_to: Option<u32>, never_ai: bool) -> Draft {
    Draft {
        text: text.into(),
        reply_to,
        never_ai,
        drafted_with_ai: false,
    }
}

/// A store that only its folder keeps: closed, to be opened by a window.
pub(crate) fn closed_store(town: &Town, fill: impl FnOnce(&Client)) -> TempDir {
    let folder = TempDir::new().unwrap();
    let unlock = Unlock::passphrase(PASSPHRASE);
    let client = Client::create(
        &folder.path().join("store"),
        &unlock,
        Effort::LEAST,
        town.settings(),
    )
    .unwrap();
    fill(&client);
    drop(client);
    wait_until_closed(&folder.path().join("store"), town);
    folder
}

/// The actor closes the store when it has said goodbye.
fn wait_until_closed(store: &Path, town: &Town) {
    for _ in 0..400 {
        if Client::open(store, &Unlock::passphrase(PASSPHRASE), town.settings()).is_ok() {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    panic!("the store is still in use");
}
