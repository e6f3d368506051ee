//! What a client does until it is killed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use chat::consent::Wish;
use client::api::{AccountInfo, ChatId, ChatState, Draft};
use client::archive::{self, Request};
use client::store::{Effort, Store, StoreError, Unlock};
use client::{Client, ClientError, Settings};

use crate::chance::Chance;
use crate::process::say;

pub(crate) const STORE: &str = "SNUG_CRASH_STORE";
pub(crate) const NAME: &str = "SNUG_CRASH_NAME";
pub(crate) const SERVER: &str = "SNUG_CRASH_SERVER";
pub(crate) const ROUND: &str = "SNUG_CRASH_ROUND";
pub(crate) const MANNER: &str = "SNUG_CRASH_MANNER";

/// The chat of the histories.
pub(crate) const TITLE: &str = "Crash";
/// Messages in the export.
pub(crate) const ARCHIVED: usize = 4000;
/// More is not said in one round.
const MOST: usize = 300;

/// What it does, and how honest it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Talks, commits and looks, and says that a message is kept once it is.
    Honest,
    /// Only talks.
    Talking,
    /// Says that a message is kept before it is.
    Early,
    /// Sends each message again as a new one.
    Twice,
    /// Only looks.
    Silent,
    /// Looks once, and says whether there was nothing to do.
    Once,
    /// Makes its account.
    Account,
    /// Joins all chats that it is invited to.
    Join,
    /// Imports an export.
    Import,
}

const ALL: [Manner; 9] = [
    Manner::Honest,
    Manner::Talking,
    Manner::Early,
    Manner::Twice,
    Manner::Silent,
    Manner::Once,
    Manner::Account,
    Manner::Join,
    Manner::Import,
];

pub(crate) fn unlock() -> Unlock {
    Unlock::passphrase("a passphrase of tests")
}

/// Opens the store, when whoever had it is gone.
pub(crate) fn open_store(folder: &Path) -> Store {
    loop {
        match Store::open(folder, &unlock()) {
            Err(StoreError::Busy) => std::thread::sleep(Duration::from_millis(5)),
            opened => return opened.unwrap(),
        }
    }
}

pub(crate) fn open(folder: &Path) -> Client {
    Client::start(open_store(folder), Settings::default()).unwrap()
}

pub(crate) fn be_a_client() {
    let Some(folder) = std::env::var_os(STORE).map(PathBuf::from) else {
        return;
    };
    let setting = |name| std::env::var(name).unwrap();
    let manner = ALL
        .into_iter()
        .find(|manner| format!("{manner:?}") == setting(MANNER))
        .unwrap();
    match manner {
        Manner::Account => make_account(&folder, setting(NAME), setting(SERVER)),
        Manner::Join => join_all(&open(&folder)),
        Manner::Import => import(&open(&folder)),
        Manner::Once => look_once(&open(&folder)),
        _ => {
            let client = open(&folder);
            say("ready");
            Talker {
                chat: client.find_chat(TITLE.into()).wait().unwrap(),
                client,
                name: setting(NAME),
                round: setting(ROUND).parse().unwrap(),
                manner,
            }
            .talk();
        }
    }
    say("done");
    // Until it is killed, or whoever started it looks away.
    std::thread::sleep(Duration::from_secs(60));
}

struct Talker {
    client: Client,
    chat: ChatId,
    name: String,
    round: u32,
    manner: Manner,
}

impl Talker {
    fn talk(&self) {
        let seed = self.name.bytes().fold(u64::from(self.round), |seed, byte| {
            seed.wrapping_mul(257).wrapping_add(byte.into())
        });
        let mut chance = Chance::from(seed);
        for number in 0..MOST {
            match (self.manner, chance.below(20)) {
                (Manner::Silent, _) => {
                    self.look();
                    std::thread::sleep(Duration::from_millis(20));
                }
                (Manner::Honest, 0) => self.change_consent(&mut chance),
                (Manner::Honest, 1..3) => self.look(),
                (_, choice) => self.write(number, choice < 7),
            }
        }
    }

    fn write(&self, number: usize, only_keep: bool) {
        let text = format!("{} {:04} {number:04}", self.name, self.round);
        let draft = Draft {
            text: text.clone(),
            ..Draft::default()
        };
        if self.manner == Manner::Early {
            say(&format!("kept {text}"));
        }
        if only_keep {
            self.client.queue(self.chat, draft.clone()).wait().unwrap();
        } else {
            self.client.send(self.chat, draft.clone()).wait().unwrap();
        }
        if self.manner == Manner::Twice {
            self.client.send(self.chat, draft).wait().unwrap();
        }
        if self.manner != Manner::Early {
            say(&format!("kept {text}"));
        }
    }

    fn look(&self) {
        for warning in self.client.sync().wait().unwrap().warnings {
            say(&format!("warned {warning}"));
        }
    }

    /// Ana and Bob go down and up, which takes a message and a commit; Cleo's lease grows, which takes a commit only.
    fn change_consent(&self, chance: &mut Chance) {
        let wish = if self.name == "Cleo" {
            let until = u64::from(self.round) * 1000 + u64::try_from(chance.below(1000)).unwrap();
            Wish::Confidential {
                until: chat::Time::from_unix_seconds(10_000_000_000 + until),
            }
        } else if chance.below(2) == 0 {
            Wish::Off
        } else {
            Wish::OnDevice
        };
        self.client.set_consent(self.chat, wish).wait().unwrap();
    }
}

/// As often as it takes: a process before this one may have got anywhere.
fn make_account(folder: &Path, name: String, server: String) {
    let made = Client::create(folder, &unlock(), Effort::LEAST, Settings::default());
    let client = match made {
        Err(ClientError::Store(StoreError::Exists | StoreError::Busy)) => open(folder),
        made => made.unwrap(),
    };
    let info: AccountInfo = match client.create_account(name, server).wait() {
        Err(ClientError::HasAccount) => client.account().wait().unwrap(),
        made => made.unwrap(),
    };
    say(&format!("address {}", info.address));
    loop {
        let report = client.sync().wait().unwrap();
        assert_eq!(report.warnings, Vec::<String>::new());
        if report.offline.is_none() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn join_all(client: &Client) {
    loop {
        let report = client.sync().wait().unwrap();
        for warning in &report.warnings {
            say(&format!("warned {warning}"));
        }
        let chats = client.chats().wait().unwrap();
        for chat in chats.iter().filter(|chat| chat.state == ChatState::Invited) {
            client.join(chat.id).wait().unwrap();
        }
        if report.offline.is_none() && chats.iter().all(|chat| chat.state == ChatState::Live) {
            return;
        }
    }
}

fn look_once(client: &Client) {
    let report = client.sync().wait().unwrap();
    for warning in &report.warnings {
        say(&format!("warned {warning}"));
    }
    let chat = client.find_chat(TITLE.into()).wait().unwrap();
    let waits = client.consent(chat).wait().unwrap().pending;
    let is_quiet = report.offline.is_none() && report.received == 0 && report.sent == 0 && !waits;
    say(&format!("quiet {is_quiet}"));
}

fn import(client: &Client) {
    let file: String = (0..ARCHIVED)
        .map(|number| format!("1/3/24, 9:{:02} - Dora: message {number}\n", number % 60))
        .collect();
    let kept = client.with_store(move |store| {
        let request = Request {
            file_name: "old.txt",
            ..Request::default()
        };
        archive::keep(store, file.as_bytes(), &request, chat::Time::ZERO)
            .map_err(|_| ClientError::Bug("the archive was not kept"))
    });
    kept.wait().unwrap();
}
