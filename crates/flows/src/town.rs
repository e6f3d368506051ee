//! A server and people.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chat::{Suite, Time};
use client::api::{ChatId, ChatState, Draft, MessageLine, Page, SyncReport};
use client::link::LinkSettings;
use client::store::{Effort, Unlock};
use client::{Client, Settings};
use server::{Config, Running, Server};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A place with one server, a clock of its own, and people.
pub struct Town {
    /// Runs the server.
    pub runtime: Runtime,
    folder: TempDir,
    running: Option<Running>,
    clock: Arc<AtomicU64>,
    address: String,
    /// How people's clients reach servers.
    pub link: LinkSettings,
}

impl Default for Town {
    fn default() -> Self {
        Self::new()
    }
}

impl Town {
    /// A town whose server runs.
    #[must_use]
    pub fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let folder = TempDir::new().unwrap();
        let mut town = Self {
            runtime,
            folder,
            running: None,
            clock: Arc::new(AtomicU64::new(1_800_000_000)),
            address: "127.0.0.1:0".into(),
            link: LinkSettings::default(),
        };
        town.start_server();
        town
    }

    /// Starts the server where it was before.
    pub fn start_server(&mut self) {
        let config = Config::new(
            self.address.parse().unwrap(),
            self.folder.path().join("server.db"),
        );
        let running = self.runtime.block_on(Server::bind(config)).unwrap();
        self.address = running.address().to_string();
        self.running = Some(running);
    }

    /// Stops it.
    pub fn stop_server(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.shutdown());
        }
    }

    /// Where it is.
    #[must_use]
    pub fn server(&self) -> String {
        self.address.clone()
    }

    /// Where its files are.
    #[must_use]
    pub fn server_folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// What time it is.
    #[must_use]
    pub fn now(&self) -> Time {
        Time::from_unix_seconds(self.clock.load(Ordering::SeqCst))
    }

    /// Time passes, or goes back.
    pub fn set_clock(&self, seconds: u64) {
        self.clock.store(seconds, Ordering::SeqCst);
    }

    /// Somebody with an account on the server.
    #[must_use]
    pub fn person(&self, name: &str) -> Person {
        self.person_at(name, &self.server())
    }

    /// Somebody whose account is on this server.
    #[must_use]
    pub fn person_at(&self, name: &str, server: &str) -> Person {
        let folder = TempDir::new().unwrap();
        let unlock = Unlock::passphrase("a passphrase of tests");
        let client = Client::create(
            &folder.path().join("store"),
            &unlock,
            Effort::LEAST,
            self.settings(),
        )
        .unwrap();
        let account = client.create_account(name.into(), server.into()).wait().unwrap();
        Person {
            name: name.into(),
            folder,
            client: Some(client),
            address: account.address,
            settings: self.settings(),
        }
    }

    /// How people's clients are started here.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let clock = Arc::clone(&self.clock);
        Settings {
            clock: Arc::new(move || Time::from_unix_seconds(clock.load(Ordering::SeqCst))),
            link: self.link.clone(),
            ..Settings::default()
        }
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        self.stop_server();
    }
}

/// Somebody with a store.
pub struct Person {
    /// Their name.
    pub name: String,
    /// Their address.
    pub address: String,
    folder: TempDir,
    client: Option<Client>,
    settings: Settings,
}

impl Person {
    /// Their client.
    #[must_use]
    pub fn client(&self) -> &Client {
        self.client.as_ref().unwrap()
    }

    /// The folder of their store.
    #[must_use]
    pub fn store_folder(&self) -> PathBuf {
        self.folder.path().join("store")
    }

    /// Closes the client and opens it again: what is not in the store is gone.
    pub fn restart(&mut self) {
        drop(self.client.take());
        let unlock = Unlock::passphrase("a passphrase of tests");
        // The actor closes the store when it has said goodbye.
        for _ in 0..200 {
            match Client::open(&self.store_folder(), &unlock, self.settings.clone()) {
                Ok(client) => {
                    self.client = Some(client);
                    return;
                }
                Err(_) => std::thread::sleep(std::time::Duration::from_millis(20)),
            }
        }
        self.client = Some(Client::open(&self.store_folder(), &unlock, self.settings.clone()).unwrap());
    }

    /// Makes a chat with these people, all of whom join it.
    #[must_use]
    pub fn new_chat(&self, title: &str, others: &[&Self]) -> ChatId {
        let addresses = others.iter().map(|other| other.address.clone()).collect();
        let chat = self
            .client()
            .new_chat(title.into(), addresses, Suite::XWing)
            .wait()
            .unwrap();
        for other in others {
            other.join(title);
        }
        self.sync();
        for other in others {
            other.sync();
        }
        chat
    }

    /// Joins the chat of this title to which they are invited.
    pub fn join(&self, title: &str) -> ChatId {
        self.sync();
        let chats = self.client().chats().wait().unwrap();
        let invited = chats
            .iter()
            .find(|chat| chat.state == ChatState::Invited && chat.title == title);
        let chat = invited
            .unwrap_or_else(|| panic!("{} is not invited to {title}", self.name))
            .id;
        self.client().join(chat).wait().unwrap();
        chat
    }

    /// Looks at the server.
    pub fn sync(&self) -> SyncReport {
        self.client().sync().wait().unwrap()
    }

    /// The chat of this title.
    #[must_use]
    pub fn chat(&self, title: &str) -> ChatId {
        self.client().find_chat(title.into()).wait().unwrap()
    }

    /// Sends words.
    pub fn say(&self, chat: ChatId, words: &str) -> client::api::Sent {
        self.client()
            .send(
                chat,
                Draft {
                    text: words.into(),
                    ..Draft::default()
                },
            )
            .wait()
            .unwrap()
    }

    /// What people said in a chat, as this person sees it: (author, words).
    #[must_use]
    pub fn heard(&self, chat: ChatId) -> Vec<(String, String)> {
        let said = |line: MessageLine| line.author.map(|author| (author, line.text));
        self.all(chat).into_iter().filter_map(said).collect()
    }

    /// The lines of the messenger in a chat.
    #[must_use]
    pub fn lines(&self, chat: ChatId) -> Vec<String> {
        self.all(chat)
            .into_iter()
            .filter(|line| line.author.is_none())
            .map(|line| line.text)
            .collect()
    }

    /// All of a chat.
    #[must_use]
    pub fn all(&self, chat: ChatId) -> Vec<MessageLine> {
        self.client().read(chat, Page::Last(100_000)).wait().unwrap()
    }
}
