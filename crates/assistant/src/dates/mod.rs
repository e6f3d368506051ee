//! Dates and times in a message, resolved against the message's own date.
//!
//! The finder is pure and takes time linear in the text. Nothing is guessed: where a word may be an everyday word
//! (`sat`, `may`, `so`, `kal`), it counts only beside words that make it a date. The rules:
//!
//! - A bare weekday is the first such day after the message's; `this Friday` may be today. A weekday beside a verb
//!   of the past (`Friday was`, `war am Freitag`), `since Friday` and `last Friday` are the last one before the
//!   message. `Friday week` is a week behind the bare one; `Friday 12` is the twelfth where that is a Friday.
//! - English and Dutch `next Friday` is the Friday of the week after this, weeks starting on Monday. `Coming`, and
//!   `nächsten`, `próximo`, `prochain`, `agle`, `القادم` are the first such day after the message's.
//! - `Friday next week` is the day of that week; a week alone is its Monday, a month its first, a weekend its
//!   Saturday, and all three are vague.
//! - A date without a year is the first that lies at most thirty days before the message.
//! - A bare hour from 1 to 11 (`at 8`, `8 o'clock`, `8 बजे`) may be of either half of the day: it is found without a
//!   time, unless a part of the day stands with it. Hours with minutes, and hours with `Uhr` or `h`, are read as
//!   written: `8:30` and `half past eight` are 8:30, `8 Uhr` is 8:00. But nobody plans for the small hours: from
//!   one to six, `1:45` and `half past four` are as open as `at 8`, and `01:45` and `5 Uhr 30` are not.
//! - The midnight of a day is the one that ends it, and the small hours of a night are the next day's.
//! - Two that a sign or word joins to a range are one; the first counts.

mod calendar;
mod clock;
mod join;
mod piece;
mod relative;
mod resolve;
mod scan;
mod sense;
mod table;

#[cfg(test)]
mod tests;

use jiff::civil::{Date, DateTime, Time};

use crate::text::Word;
use scan::Scan;
use sense::Sense;

/// A date, a time of day, or both, as a message states it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct When {
    /// The day, where the message says one.
    pub date: Option<Date>,
    /// The time of day, where the message says one and its half of the day is sure.
    pub time: Option<Time>,
}

/// A date or time and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// First byte in the text.
    pub(crate) start: usize,
    /// One past the last byte.
    pub(crate) end: usize,
    pub(crate) when: When,
    /// It lies before the message.
    pub(crate) past: bool,
    /// A stretch of time and no exact day or hour: `this evening`, `next week`.
    pub(crate) vague: bool,
    /// An hour is said; without a time in `when`, its half of the day is open.
    pub(crate) clock: bool,
}

/// The dates and times of a text, in order; `at` is when it was written.
///
/// With `month_first`, `3/4` is the fourth of March.
pub(crate) fn find(text: &str, words: &[Word], at: DateTime, month_first: bool) -> Vec<Found> {
    let scan = Scan::new(text, words, at, month_first);
    let mut found = Vec::new();
    let mut i = 0;
    while i < scan.len() {
        i = match scan.is(i, Sense::Nothing) {
            Some(next) => next,
            None => {
                let (joined, next) = join::joined(&scan, i);
                found.extend(joined);
                next.max(i + 1)
            }
        };
    }
    found
}
