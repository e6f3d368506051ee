//! A server, a wire, and people who are started and killed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use chat::Suite;
use client::api::{ChatState, Draft, Page};
use client::store::Effort;
use client::{Client, Settings};
use tempfile::TempDir;

use crate::history::{History, Stored};
use crate::process::{DATABASE, Process};
use crate::script::{self, MANNER, Manner, NAME, ROUND, SERVER, STORE, TITLE};
use crate::wire::Wire;

pub(crate) struct Place {
    folder: TempDir,
    wire: Wire,
    server: Option<Process>,
    running: BTreeMap<String, Process>,
    addresses: BTreeMap<String, String>,
    history: History,
}

impl Place {
    /// With a server, and people who share a chat.
    pub(crate) fn with_people(names: &[&str]) -> Self {
        let place = Self::with_accounts(names);
        let clients: Vec<Client> = names.iter().map(|name| place.open(name)).collect();
        let others = names.iter().skip(1);
        let others = others.map(|name| place.addresses[*name].clone()).collect();
        clients[0]
            .new_chat(TITLE.into(), others, Suite::XWing)
            .wait()
            .unwrap();
        for client in &clients[1..] {
            client.sync().wait().unwrap();
            let chat = client.find_chat(TITLE.into()).wait().unwrap();
            client.join(chat).wait().unwrap();
        }
        for client in &clients {
            assert_eq!(client.sync().wait().unwrap().warnings, Vec::<String>::new());
        }
        place
    }

    pub(crate) fn with_accounts(names: &[&str]) -> Self {
        let mut place = Self {
            folder: TempDir::new().unwrap(),
            wire: Wire::new(),
            server: None,
            running: BTreeMap::new(),
            addresses: BTreeMap::new(),
            history: History::default(),
        };
        place.start_server();
        for name in names {
            place.new_folder(name);
            let folder = place.store(name);
            let made = Client::create(&folder, &script::unlock(), Effort::LEAST, Settings::default());
            let account = made.unwrap().create_account((*name).into(), place.wire.address());
            let address = account.wait().unwrap().address;
            place.addresses.insert((*name).into(), address);
        }
        place
    }

    pub(crate) fn new_folder(&self, name: &str) {
        fs::create_dir(self.store(name)).unwrap();
    }

    fn store(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("server.db")
    }

    pub(crate) fn open(&self, name: &str) -> Client {
        script::open(&self.store(name))
    }

    fn start_server(&mut self) {
        if self.server.is_none() {
            let database = self.database();
            let mut server = Process::start("part_server", &[(DATABASE, database.to_str().unwrap())]);
            let address = server.wait_for("listens on ").parse().unwrap();
            self.wire.set_server(Some(address));
            self.server = Some(server);
        }
    }

    pub(crate) fn kill_server(&mut self) {
        if let Some(server) = self.server.take() {
            self.wire.set_server(None);
            server.kill();
        }
    }

    fn start(&mut self, name: &str, round: u32, manner: Manner) {
        let process = Process::start(
            "part_client",
            &[
                (STORE, self.store(name).to_str().unwrap()),
                (NAME, name),
                (SERVER, &self.wire.address()),
                (ROUND, &round.to_string()),
                (MANNER, &format!("{manner:?}")),
            ],
        );
        self.history.processes.insert(process.id(), name.into());
        self.running.insert(name.into(), process);
    }

    /// Whoever does not run.
    pub(crate) fn start_all(&mut self, round: u32, manners: [Manner; 3]) {
        self.start_server();
        for (name, manner) in crate::PEOPLE.into_iter().zip(manners) {
            if !self.running.contains_key(name) {
                self.start(name, round, manner);
                self.running.get_mut(name).unwrap().wait_for("ready");
            }
        }
    }

    pub(crate) fn kill(&mut self, name: &str) {
        let Some(process) = self.running.remove(name) else {
            return;
        };
        for line in process.kill() {
            if let Some(text) = line.strip_prefix("kept ") {
                self.history
                    .kept
                    .entry(name.into())
                    .or_default()
                    .push(text.into());
            } else if let Some(warning) = line.strip_prefix("warned ") {
                self.history.warnings.insert(warning.into());
            }
        }
    }

    pub(crate) fn kill_all(&mut self) {
        for name in self.running.keys().cloned().collect::<Vec<_>>() {
            self.kill(&name);
        }
        self.kill_server();
    }

    /// Whether the last text that was said to be kept is not in the author's own store.
    pub(crate) fn has_lost(&self, name: &str) -> bool {
        let client = self.open(name);
        let chat = client.find_chat(TITLE.into()).wait().unwrap();
        let last = client.read(chat, Page::Last(50)).wait().unwrap();
        let kept = self.history.kept.get(name).and_then(|kept| kept.last());
        kept.is_some_and(|kept| last.iter().all(|line| line.text != *kept))
    }

    pub(crate) fn copy_store(&self, name: &str) {
        // A store that opens is closed by whoever had it; this one is when it is dropped.
        drop(script::open_store(&self.store(name)));
        copy(&self.store(name), &self.folder.path().join("copy"));
    }

    pub(crate) fn put_store_back(&self, name: &str) {
        fs::remove_dir_all(self.store(name)).unwrap();
        copy(&self.folder.path().join("copy"), &self.store(name));
    }

    /// Starts a client and kills it after a while, or when it is done.
    pub(crate) fn run_and_kill(&mut self, name: &str, manner: Manner, after: Duration) {
        self.start_server();
        self.start(name, 0, manner);
        sleep(after);
        self.kill(name);
    }

    /// Lets it do what it has to do. Gives its address, where it says one.
    pub(crate) fn run_to_the_end(&mut self, name: &str, manner: Manner) -> String {
        self.start_server();
        self.start(name, 0, manner);
        let process = self.running.get_mut(name).unwrap();
        let address = match manner {
            Manner::Account => process.wait_for("address "),
            _ => String::new(),
        };
        process.wait_for("done");
        assert!(!process.has_ended());
        self.kill(name);
        assert!(self.history.warnings.is_empty(), "{:?}", self.history.warnings);
        address
    }

    pub(crate) fn invite(&self, host: &str, guest: &str, title: &str) {
        let guest = self.addresses[guest].clone();
        let chat = self.open(host).new_chat(title.into(), vec![guest], Suite::XWing);
        chat.wait().unwrap();
    }

    /// Ana finds, invites and hears somebody whose account was just made.
    pub(crate) fn talk_with_a_newcomer(&mut self, name: &str, address: &str) {
        let known = self.addresses.insert(name.into(), address.into());
        assert_eq!(known, None);
        self.invite("Ana", name, name);
        let guest = self.open(name);
        guest.sync().wait().unwrap();
        let chat = guest.find_chat(name.into()).wait().unwrap();
        guest.join(chat).wait().unwrap();
        drop(guest);
        self.talk_in("Ana", name, name);
    }

    /// Both say something in the chat and hear the other, and the guest's leaf speaks for itself.
    pub(crate) fn talk_in(&self, host: &str, guest: &str, title: &str) {
        let clients = [host, guest].map(|name| self.open(name));
        for (client, name) in clients.iter().zip([host, guest]) {
            assert_eq!(client.sync().wait().unwrap().warnings, Vec::<String>::new());
            let chat = client.find_chat(title.into()).wait().unwrap();
            let draft = Draft {
                text: format!("{name} is here"),
                ..Draft::default()
            };
            client.send(chat, draft).wait().unwrap();
        }
        for client in &clients {
            assert_eq!(client.sync().wait().unwrap().warnings, Vec::<String>::new());
            let chat = client.find_chat(title.into()).wait().unwrap();
            let lines = client.read(chat, Page::Last(100)).wait().unwrap();
            let mut said: Vec<String> = lines
                .into_iter()
                .filter(|line| line.author.is_some())
                .map(|line| line.text)
                .collect();
            said.sort();
            let mut expected = [host, guest].map(|name| format!("{name} is here"));
            expected.sort();
            assert_eq!(said, expected);
            let members = client.members(chat).wait().unwrap().members;
            assert!(members.len() == 2 && members.iter().all(|member| member.spoke));
            let state = client.chats().wait().unwrap();
            assert!(
                state
                    .iter()
                    .all(|chat| chat.state == ChatState::Live && chat.queued == 0)
            );
        }
    }

    /// Kills whoever still runs, and lets everybody look until nothing waits any more.
    pub(crate) fn settle(mut self) -> History {
        self.kill_all();
        self.start_server();
        let mut quiet = 0;
        for _ in 0..60 {
            let is_quiet: Vec<bool> = crate::PEOPLE.map(|name| self.look_once(name)).into();
            quiet = if is_quiet.contains(&false) { 0 } else { quiet + 1 };
            if quiet == 2 {
                break;
            }
        }
        self.kill_server();
        for name in crate::PEOPLE {
            let client = self.open(name);
            let chat = client.find_chat(TITLE.into()).wait().unwrap();
            let lines = client.read(chat, Page::Last(u32::MAX)).wait().unwrap();
            self.history.shown.insert(name.into(), lines);
        }
        self.history.wire = self.wire.envelopes();
        self.history.stored = stored(&self.database());
        self.history
    }

    /// A process of its own, so that the wire knows whose envelopes these are.
    fn look_once(&mut self, name: &str) -> bool {
        self.start(name, 0, Manner::Once);
        let process = self.running.get_mut(name).unwrap();
        let is_quiet = process.wait_for("quiet ") == "true";
        self.kill(name);
        is_quiet
    }
}

fn stored(database: &Path) -> Vec<Stored> {
    let connection = rusqlite::Connection::open(database).unwrap();
    let sql = "SELECT mailboxes.name, slots.kind, slots.body FROM slots JOIN mailboxes ON mailboxes.id = slots.mailbox
               ORDER BY slots.id";
    let mut statement = connection.prepare(sql).unwrap();
    let slots = statement.query_map([], |row| {
        Ok(Stored {
            mailbox: row.get(0)?,
            is_commit: row.get::<_, i64>(1)? == 2,
            body: row.get(2)?,
        })
    });
    slots.unwrap().map(Result::unwrap).collect()
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for file in fs::read_dir(from).unwrap().map(Result::unwrap) {
        fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
}
