//! A chat with something in it: five people of a flat, whose words come from `sets/flatshare`, made up for Snug.

use std::ops::ControlFlow;

use client::api::{ChatId, Page};
use import::{Kind, Options};

use crate::{Person, Town};

/// What the chat is called.
pub const TITLE: &str = "Flat 4B";
/// Who was away and has not read the end.
pub const READER: &str = "Priya";
/// The export that the words come from.
pub const EXPORT: &str = include_str!("../../../sets/flatshare/chat.txt");

/// Five people with a store each, who have said all of it; the reader has read up to their own last message.
pub struct Flat {
    /// Who they are; the one who made the chat comes first.
    pub people: Vec<Person>,
}

impl Flat {
    /// They move in and talk. The clock of the town shows what the file says.
    ///
    /// # Panics
    ///
    /// Where the chat does not go as it should.
    #[must_use]
    pub fn talk(town: &Town) -> Self {
        let said = said();
        let mut people: Vec<Person> = Vec::new();
        for (author, _, _) in &said {
            if people.iter().all(|person| person.name != *author) {
                people.push(town.person(author));
            }
        }
        let (founder, others) = people.split_first().unwrap();
        let _ = founder.new_chat(TITLE, &others.iter().collect::<Vec<_>>());
        for (author, text, at) in &said {
            town.set_clock(*at);
            let person = people.iter().find(|person| person.name == *author).unwrap();
            person.sync();
            person.say(person.chat(TITLE), text);
        }
        people.iter().for_each(|person| drop(person.sync()));
        let flat = Self { people };
        let reader = flat.person(READER);
        let chat = reader.chat(TITLE);
        let own = reader.all(chat).iter().rev().find(|line| line.mine).unwrap().n;
        reader.client().mark_read(chat, own).wait().unwrap();
        flat
    }

    /// One of them.
    ///
    /// # Panics
    ///
    /// If nobody has this name.
    #[must_use]
    pub fn person(&self, name: &str) -> &Person {
        self.people.iter().find(|person| person.name == name).unwrap()
    }

    /// The chat, in the store of one of them.
    #[must_use]
    pub fn chat(&self, name: &str) -> ChatId {
        self.person(name).chat(TITLE)
    }

    /// How many messages one of them has not read.
    ///
    /// # Panics
    ///
    /// If the store cannot be read.
    #[must_use]
    pub fn unread(&self, name: &str) -> usize {
        let client = self.person(name).client();
        client.read(self.chat(name), Page::Unread).wait().unwrap().len()
    }
}

/// Author, words, and when, in seconds.
fn said() -> Vec<(String, String, u64)> {
    let mut said = Vec::new();
    import::read(EXPORT.as_bytes(), &Options::default(), &mut |entry| {
        let author = entry
            .author
            .filter(|_| entry.kind == Kind::Message && !entry.deleted);
        let at = seconds(&entry.at.to_string());
        said.extend(author.map(|author| (author.to_string(), entry.text, at)));
        ControlFlow::Continue(())
    })
    .unwrap();
    said
}

/// `2026-03-12T18:31:00` read as UTC.
fn seconds(civil: &str) -> u64 {
    let part = |from: usize, to: usize| civil.get(from..to).unwrap().parse::<u64>().unwrap();
    let (year, month, day) = (part(0, 4), part(5, 7), part(8, 10));
    let days_before = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let leap = u64::from(month > 2 && year.is_multiple_of(4));
    let leaps_before = (year - 1969) / 4;
    let month = usize::try_from(month - 1).unwrap();
    let days = (year - 1970) * 365 + leaps_before + days_before.get(month).unwrap() + leap + day - 1;
    days * 86_400 + part(11, 13) * 3600 + part(14, 16) * 60
}
