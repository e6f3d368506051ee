//! The people of the demo: an account, a device and a store each.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chat::consent::Wish;
use chat::{Suite, Time};
use client::api::{ChatId, Draft, Page};
use client::store::{Effort, Unlock};
use client::{Client, Settings};

use crate::exit::Failure;
use crate::moment;

use super::flat::{self, Said};
use super::place::Place;

/// What opens the stores, which hold nothing but a made-up chat.
pub(super) const PASSPHRASE: &str = "flat 4b";

/// Everybody, and the clock that all their devices show.
pub(super) struct People {
    /// The one who makes the chat comes first.
    all: Vec<Person>,
    /// Seconds, or [`REAL`].
    clock: Arc<AtomicU64>,
}

/// The clock shows what the one of this machine does.
const REAL: u64 = 0;

/// One of them.
pub(super) struct Person {
    pub(super) name: String,
    pub(super) client: Client,
    /// How the client was started.
    pub(super) settings: Settings,
    address: String,
    /// The chat, by its number in this store.
    chat: Option<ChatId>,
}

impl People {
    /// An account on the server for each author, in the order in which they first speak.
    pub(super) fn gather(place: &Place, said: &[Said]) -> Result<Self, Failure> {
        let start = said.first().map_or(0, |line| line.at.unix_seconds());
        let clock = Arc::new(AtomicU64::new(start));
        let mut all: Vec<Person> = Vec::new();
        for line in said {
            if all.iter().all(|person| person.name != line.author) {
                all.push(Person::new(&line.author, place, &clock)?);
            }
        }
        Ok(Self { all, clock })
    }

    /// The first makes the chat and invites the others, who join.
    pub(super) fn found_chat(&mut self, suite: Suite) -> Result<(), Failure> {
        let Some((founder, others)) = self.all.split_first_mut() else {
            return Ok(());
        };
        let addresses = others.iter().map(|person| person.address.clone()).collect();
        founder.chat = Some(
            founder
                .client
                .new_chat(flat::TITLE.to_owned(), addresses, suite)
                .wait()?,
        );
        for person in others {
            person.sync()?;
            let chat = person.client.find_chat(flat::TITLE.to_owned()).wait()?;
            person.client.join(chat).wait()?;
            person.chat = Some(chat);
        }
        self.all.iter().try_for_each(Person::sync)
    }

    /// Each message by its author's device, whose clock shows what the file says.
    pub(super) fn talk(&self, said: &[Said]) -> Result<(), Failure> {
        let by_name: BTreeMap<&str, &Person> = self
            .all
            .iter()
            .map(|person| (person.name.as_str(), person))
            .collect();
        for line in said {
            self.clock.store(line.at.unix_seconds(), Ordering::Relaxed);
            if let Some(person) = by_name.get(line.author.as_str()) {
                let draft = Draft {
                    text: line.text.clone(),
                    ..Draft::default()
                };
                // Who writes has read what the others wrote before.
                person.sync()?;
                person.client.send(person.chat()?, draft).wait()?;
            }
        }
        self.all.iter().try_for_each(Person::sync)
    }

    /// From now on the devices show the time of this machine.
    pub(super) fn follow_the_real_clock(&self) {
        self.clock.store(REAL, Ordering::Relaxed);
    }

    /// Everybody, these before the others.
    pub(super) fn in_order(self, first: &[&str]) -> Vec<Person> {
        let mut all = self.all;
        let place = |person: &Person| first.iter().position(|name| *name == person.name);
        // Stable: the others stay as they are.
        all.sort_by_key(|person| place(person).unwrap_or(first.len()));
        all
    }

    pub(super) fn named(&self, name: &str) -> Result<&Person, Failure> {
        let found = self.all.iter().find(|person| person.name == name);
        found.ok_or_else(|| Failure::Usage("the demo lacks one of its people: report it".into()))
    }

    /// Their names, as in a sentence.
    pub(super) fn names(&self) -> String {
        let names: Vec<&str> = self.all.iter().map(|person| person.name.as_str()).collect();
        match names.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            _ => names.join(""),
        }
    }
}

fn shown_by(clock: &AtomicU64) -> Time {
    match clock.load(Ordering::Relaxed) {
        REAL => moment::now(),
        seconds => Time::from_unix_seconds(seconds),
    }
}

impl Person {
    fn new(name: &str, place: &Place, clock: &Arc<AtomicU64>) -> Result<Self, Failure> {
        let clock = Arc::clone(clock);
        let settings = Settings {
            clock: Arc::new(move || shown_by(&clock)),
            ..Settings::default()
        };
        let unlock = Unlock::passphrase(PASSPHRASE);
        let client = Client::create(&place.store_of(name), &unlock, Effort::DEFAULT, settings.clone())?;
        let account = client.create_account(name.to_owned(), place.address()).wait()?;
        Ok(Self {
            name: name.to_owned(),
            client,
            settings,
            address: account.address,
            chat: None,
        })
    }

    pub(super) fn chat(&self) -> Result<ChatId, Failure> {
        self.chat
            .ok_or_else(|| Failure::Usage("somebody in the demo has not joined: report it".into()))
    }

    pub(super) fn sync(&self) -> Result<(), Failure> {
        let report = self.client.sync().wait()?;
        match report.offline {
            Some(why) => Err(Failure::Network(why)),
            None => Ok(()),
        }
    }

    /// Counts what is up to their own last message as read. Gives how many messages are unread.
    pub(super) fn read_up_to_own_last(&self) -> Result<u32, Failure> {
        let chat = self.chat()?;
        let messages = self.client.read(chat, Page::From(1, u32::MAX)).wait()?;
        if let Some(own) = messages.iter().rev().find(|message| message.mine) {
            self.client.mark_read(chat, own.n).wait()?;
        }
        let chats = self.client.chats().wait()?;
        let line = chats.iter().find(|line| line.id == chat);
        Ok(line.map_or(0, |line| line.unread))
    }

    /// Says what AI may do.
    pub(super) fn say(&self, wish: Wish) -> Result<(), Failure> {
        self.client.set_consent(self.chat()?, wish).wait()?;
        self.sync()
    }
}
