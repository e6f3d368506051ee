//! Which messages a later one overtakes: "Saturday at seven" before "sorry, make it eight".

use std::collections::BTreeMap;

use crate::dates::Found;
use crate::lexicon::Cue;
use crate::text::Word;

use super::Chat;
use super::reading::Reading;

/// How many messages back an update can reach.
const REACH: usize = 80;
/// Within this many messages two different times are about the same thing.
const NEAR: usize = 15;
/// Within this many messages a changed time needs no word in common: "sorry, make it eight". Who said the time
/// before may take longer.
const NEXT: usize = 6;
/// How many messages after a proposal are looked at for somebody's yes.
const YES_WINDOW: usize = 5;
/// The sum of rarities of shared words from which two messages are about the same thing.
const SAME_TOPIC: f32 = 6.0;
/// The same where a word says that something changed.
const SAME_TOPIC_CHANGED: f32 = 3.5;

/// From each overtaken message to the one that overtakes it, and to the last of that chain.
pub(super) struct Updates {
    newer: BTreeMap<usize, usize>,
    latest: BTreeMap<usize, usize>,
}

impl Updates {
    pub(super) fn of(chat: &Chat<'_>) -> Self {
        let mut newer = BTreeMap::new();
        for at in chat.unread() {
            if settles(chat, at)
                && let Some(older) = overtaken(chat, at)
            {
                newer.insert(older, at);
            }
        }
        let latest = ends(&newer);
        Self { newer, latest }
    }

    /// The last message of the chain that overtakes this one, if any does.
    pub(super) fn latest(&self, at: usize) -> Option<usize> {
        self.latest.get(&at).copied()
    }

    /// The messages that this one overtakes, directly, oldest first.
    pub(super) fn overtaken_by(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        self.newer
            .iter()
            .filter(move |(_, newer)| **newer == at)
            .map(|(older, _)| *older)
    }

    /// Each overtaken message with the last that overtakes it.
    pub(super) fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.latest.iter().map(|(older, latest)| (*older, *latest))
    }
}

/// The end of each chain, from the newest back, so that a chat in which every message overtakes the one before costs no
/// more than any other.
fn ends(newer: &BTreeMap<usize, usize>) -> BTreeMap<usize, usize> {
    let mut latest = BTreeMap::new();
    for (older, next) in newer.iter().rev() {
        let end = latest.get(next).copied().unwrap_or(*next);
        latest.insert(*older, end);
    }
    latest
}

/// A message can overtake others if it says how things are, or proposes it and somebody says yes.
fn settles(chat: &Chat<'_>, at: usize) -> bool {
    let Some(reading) = chat.readings.get(at) else {
        return false;
    };
    !reading.empty && !reading.to_machine && (!reading.asks || is_agreed(chat, at, reading))
}

fn is_agreed(chat: &Chat<'_>, at: usize, reading: &Reading) -> bool {
    let later = chat.readings.iter().skip(at + 1).take(YES_WINDOW);
    later
        .clone()
        .any(|other| other.author != reading.author && other.has(Cue::Agree) && !other.asks)
}

/// The earlier message that `at` overtakes: of several, the one that shares most with it, and then the nearest.
fn overtaken(chat: &Chat<'_>, at: usize) -> Option<usize> {
    let newer = chat.readings.get(at)?;
    let changes = newer.has(Cue::Change) || newer.has(Cue::Cancel);
    if !changes && newer.ahead().next().is_none() {
        return None;
    }
    let first = at.saturating_sub(REACH).max(chat.unread().start);
    let older = (first..at).filter(|older| {
        chat.readings
            .get(*older)
            .is_some_and(|reading| overtakes(chat, at, newer, *older, reading, changes))
    });
    let shares = |older: usize| chat.topics.shared(at, older);
    older.max_by(|a, b| shares(*a).total_cmp(&shares(*b)).then(a.cmp(b)))
}

fn overtakes(
    chat: &Chat<'_>,
    at: usize,
    newer: &Reading,
    older_at: usize,
    older: &Reading,
    changes: bool,
) -> bool {
    if older.empty || older.ahead().next().is_none() {
        return false;
    }
    let shared = chat.topics.shared(at, older_at);
    let differs = other_time(older, newer);
    let near = at - older_at <= NEAR && chat.bursts.burst(at) == chat.bursts.burst(older_at);
    let cancelled = newer.has(Cue::Cancel) && shared >= SAME_TOPIC_CHANGED;
    let next = near && (at - older_at <= NEXT || newer.author == older.author);
    cancelled
        || (differs && changes && (next || shared >= SAME_TOPIC_CHANGED))
        || (differs && near && shared >= SAME_TOPIC)
}

/// Both name a day or both name a time, and not the same.
fn other_time(older: &Reading, newer: &Reading) -> bool {
    let dates = |reading: &Reading| {
        reading
            .ahead()
            .filter_map(|found| found.when.date)
            .collect::<Vec<_>>()
    };
    other(&dates(older), &dates(newer)) || other(&hours(older), &hours(newer))
}

fn other<T: PartialEq>(older: &[T], newer: &[T]) -> bool {
    !older.is_empty() && !newer.is_empty() && older.iter().all(|one| !newer.contains(one))
}

/// The times as a clock face shows them, `(hour, minute)`: "from 8" leaves the half of the day open.
fn hours(reading: &Reading) -> Vec<(u32, u32)> {
    let face = |found: &Found| match found.when.time {
        Some(time) => Some((
            u32::from(time.hour().unsigned_abs()) % 12,
            u32::from(time.minute().unsigned_abs()),
        )),
        None if found.clock => spoken_hour(reading, found),
        None => None,
    };
    reading.ahead().filter_map(face).collect()
}

fn spoken_hour(reading: &Reading, found: &Found) -> Option<(u32, u32)> {
    let inside = |word: &&Word| found.start <= word.start && word.end <= found.end;
    let mut numbers = reading.words.iter().filter(inside).filter_map(Word::number);
    Some((numbers.next()? % 12, numbers.next().unwrap_or(0)))
}
