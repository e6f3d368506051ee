//! Who wrote a line: where the name ends and the text begins, by what the whole file shows.
//!
//! `Ana: hello` is a message of Ana. `Ana changed the subject from "a: b" to "c"` is a line of WhatsApp, and
//! `Dr: Who: hello` a message of someone whose name has a colon. Names recur; sentences do not.

use std::collections::HashMap;
use std::sync::Arc;

use memchr::memchr;

use super::cursor::{is_blank, is_mark};
use super::marks::{Phrases, is_notice};
use crate::sink::{MAX_NAME_CHARS, MAX_PARTICIPANTS, cut_name};

/// Bytes in which the end of a name is looked for.
const MAX_NAME_BYTES: usize = MAX_NAME_CHARS * 4;

/// Longer possible names that are counted; beyond that, names with colons end at the first.
const MAX_LONGER: usize = 10_000;

/// Further colons at which a name may end. More would only cost time.
const MAX_COLONS: usize = 4;

/// How often a sentence-like name must recur to be a name.
const SURE: u32 = 5;

/// Words of the longest names.
const MAX_NAME_WORDS: usize = 8;

/// How often a possible name stood before a text.
#[derive(Clone, Copy, Default)]
struct Count {
    lines: u32,
    /// Of these, with a text that a person wrote.
    written: u32,
}

/// What the whole file shows of names.
pub(super) struct People {
    first: HashMap<Box<str>, Count>,
    longer: HashMap<Box<str>, u32>,
}

/// Whom a possible name stands for.
#[derive(Clone)]
enum Verdict {
    Person(Arc<str>),
    /// The chat itself, behind whose name an iPhone puts WhatsApp's own lines.
    Chat,
    /// No name: the line is a sentence with a colon.
    Sentence,
}

/// Splits lines, once the whole file has been seen.
pub(super) struct Splitter {
    people: People,
    verdicts: HashMap<Box<str>, Verdict>,
}

/// What follows a header.
pub(super) enum Said<'a> {
    Person(Arc<str>, &'a str),
    System(&'a str),
}

impl People {
    pub(super) fn new() -> Self {
        Self {
            first: HashMap::new(),
            longer: HashMap::new(),
        }
    }

    pub(super) fn add(&mut self, rest: &str, bracket: bool, phrases: &Phrases) {
        let Some((name, text)) = split_at_colon(rest, 0) else {
            return;
        };
        let marked = bracket && text.starts_with(is_mark) && !phrases.stands_for_a_message(text);
        let room = count(&mut self.first, name, MAX_PARTICIPANTS, |count| {
            count.lines = count.lines.saturating_add(1);
            count.written = count.written.saturating_add(u32::from(!marked));
        });
        let mut from = name.len();
        for _ in 0..MAX_COLONS {
            let Some((longer, _)) = split_at_colon(rest, from.saturating_add(1)).filter(|_| room) else {
                return;
            };
            from = longer.len();
            if !count(&mut self.longer, longer, MAX_LONGER, |count| {
                *count = count.saturating_add(1);
            }) {
                return;
            }
        }
    }

    fn verdict(&self, name: &str) -> Verdict {
        let count = self
            .first
            .get(name)
            .copied()
            .unwrap_or(Count { lines: 1, written: 1 });
        if count.written == 0 && count.lines > 0 {
            return Verdict::Chat;
        }
        if count.lines < SURE && is_sentence(name, count.lines) {
            return Verdict::Sentence;
        }
        Verdict::Person(clean(name).into())
    }

    /// The name that goes on over further colons, if every line of the shorter one does.
    fn longer<'a>(&self, rest: &'a str, name: &'a str, text: &'a str) -> (&'a str, &'a str) {
        let mut best = (name, text);
        let mut lines = None;
        for _ in 0..MAX_COLONS {
            let Some((longer, text)) = split_at_colon(rest, best.0.len().saturating_add(1)) else {
                break;
            };
            let lines = *lines.get_or_insert_with(|| self.first.get(name).map_or(0, |count| count.lines));
            if lines < 3 || self.longer.get(longer) != Some(&lines) {
                break;
            }
            best = (longer, text);
        }
        best
    }
}

impl Splitter {
    pub(super) fn new(people: People) -> Self {
        Self {
            people,
            verdicts: HashMap::new(),
        }
    }

    pub(super) fn split<'a>(&mut self, rest: &'a str) -> Said<'a> {
        let Some((name, text)) = split_at_colon(rest, 0) else {
            return Said::System(rest);
        };
        let (name, text) = self.people.longer(rest, name, text);
        match self.verdict(name) {
            Verdict::Person(author) => Said::Person(author, text),
            Verdict::Chat => Said::System(text),
            Verdict::Sentence => Said::System(rest),
        }
    }

    fn verdict(&mut self, name: &str) -> Verdict {
        if let Some(known) = self.verdicts.get(name) {
            return known.clone();
        }
        let verdict = self.people.verdict(name);
        if self.verdicts.len() < MAX_PARTICIPANTS {
            self.verdicts.insert(name.into(), verdict.clone());
        }
        verdict
    }
}

/// Adds to the count of a name, in a map of at most `limit` names; says whether there was room.
fn count<T: Default>(
    map: &mut HashMap<Box<str>, T>,
    name: &str,
    limit: usize,
    add: impl FnOnce(&mut T),
) -> bool {
    if let Some(known) = map.get_mut(name) {
        add(known);
        return true;
    }
    if map.len() >= limit {
        return false;
    }
    let mut new = T::default();
    add(&mut new);
    map.insert(name.into(), new);
    true
}

/// The name before the first colon at or after `from` that can end a name, and the text behind it.
fn split_at_colon(rest: &str, from: usize) -> Option<(&str, &str)> {
    let bytes = rest.as_bytes();
    let mut from = from;
    loop {
        let colon = from.checked_add(memchr(b':', bytes.get(from..)?)?)?;
        let after = colon.checked_add(1)?;
        if colon > MAX_NAME_BYTES {
            return None;
        }
        let name = rest.get(..colon)?;
        let text = rest.get(after..)?;
        let ends = match text.chars().next() {
            None => true,
            Some(c) => is_blank(c) || is_mark(c),
        };
        if ends && !name.trim_matches(|c| is_blank(c) || is_mark(c)).is_empty() {
            return Some((name, text.strip_prefix(is_blank).unwrap_or(text)));
        }
        from = after;
    }
}

/// Whether a possible name is rather the beginning of a sentence.
fn is_sentence(name: &str, lines: u32) -> bool {
    let quotes = |signs: &[char]| name.chars().filter(|c| signs.contains(c)).count();
    let open = quotes(&['"']) % 2 == 1
        || quotes(&['“', '„', '«', '「', '『']) > quotes(&['”', '“', '»', '」', '』']).min(1);
    let quoted = quotes(&['"', '“', '”', '„', '«', '»', '「', '『']) > 0;
    let long = name.split_whitespace().count() > MAX_NAME_WORDS;
    open || is_notice(name) || (lines < 2 && (quoted || long))
}

/// A name as it is shown: without marks around it, with plain blanks.
fn clean(name: &str) -> String {
    let name = name.trim_matches(|c| is_blank(c) || is_mark(c));
    let plain: String = name.chars().map(|c| if is_blank(c) { ' ' } else { c }).collect();
    cut_name(&plain).to_owned()
}
