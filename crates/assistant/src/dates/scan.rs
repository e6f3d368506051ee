//! A message under the parsers: its words, what they may mean and what stands between them.

use jiff::civil::DateTime;

use super::sense::{Entry, Sense, entries};
use crate::text::Word;

/// Signs that may stand between the parts of one date.
const SOFT: &str = "-–—@()|,·*_[]'’\u{200f}\u{200e}،~";
/// Signs that make the number before them count something.
const COUNTING: &str = "%€$£₹°×+=#/";
/// Signs before a number that is a price, a phone's or a code.
const BEFORE_CODES: &str = "€$£₹#+&^~";
/// Words before a number that names a thing.
const CODES: &[&str] = &["v", "version", "no", "nr", "room", "zimmer"];
/// Words that a tense is looked for behind `kal`.
const TENSE_REACH: usize = 10;
/// How many words of Hindi in Latin script make a message Hindi.
const HINGLISH_WORDS: usize = 1;

/// A message's words with their meanings.
pub(super) struct Scan<'a> {
    text: &'a str,
    words: &'a [Word],
    hits: Vec<&'static [Entry]>,
    pub(super) at: DateTime,
    pub(super) month_first: bool,
    pub(super) hinglish: bool,
}

impl<'a> Scan<'a> {
    pub(super) fn new(text: &'a str, words: &'a [Word], at: DateTime, month_first: bool) -> Self {
        let hits: Vec<_> = words.iter().map(|word| entries(&word.folded)).collect();
        let marks = hits
            .iter()
            .filter(|hit| hit.iter().any(|entry| entry.sense == Sense::Hinglish))
            .count();
        Scan {
            text,
            words,
            hits,
            at,
            month_first,
            hinglish: marks >= HINGLISH_WORDS,
        }
    }

    /// No date begins with a word that is no number and has no meaning here, which is most words.
    pub(super) fn means_nothing(&self, i: usize) -> bool {
        self.hits.get(i).is_none_or(|hit| hit.is_empty()) && self.number(i).is_none()
    }

    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    pub(super) fn start(&self, i: usize) -> usize {
        self.words.get(i).map_or(self.text.len(), |word| word.start)
    }

    /// One past the last byte of the word before `i`.
    pub(super) fn end_before(&self, i: usize) -> usize {
        i.checked_sub(1)
            .and_then(|before| self.words.get(before))
            .map_or(0, |word| word.end)
    }

    pub(super) fn folded(&self, i: usize) -> &'a str {
        self.words.get(i).map_or("", |word| word.folded.as_str())
    }

    pub(super) fn raw(&self, i: usize) -> &'a str {
        self.words
            .get(i)
            .and_then(|word| self.text.get(word.start..word.end))
            .unwrap_or_default()
    }

    /// The text between the word before `i` and `i`.
    pub(super) fn gap(&self, i: usize) -> &'a str {
        self.text
            .get(self.end_before(i)..self.start(i))
            .unwrap_or_default()
    }

    pub(super) fn number(&self, i: usize) -> Option<u32> {
        self.words.get(i).and_then(Word::number)
    }

    /// A number of exactly two digits.
    pub(super) fn two_digits(&self, i: usize) -> Option<u32> {
        self.number(i).filter(|_| self.folded(i).len() == 2)
    }

    /// A number in figures of one or two digits.
    pub(super) fn small(&self, i: usize) -> Option<u32> {
        self.number(i).filter(|_| self.folded(i).len() <= 2)
    }

    pub(super) fn capital(&self, i: usize) -> bool {
        self.raw(i).starts_with(char::is_uppercase)
    }

    /// The longest phrase at `i` with a meaning that `pick` takes, and where it ends.
    pub(super) fn pick<T>(&self, i: usize, pick: impl Fn(Sense) -> Option<T>) -> Option<(T, usize)> {
        let hits = self.hits.get(i)?;
        hits.iter().find_map(|entry| {
            let taken = pick(entry.sense)?;
            self.follows(i + 1, &entry.rest)
                .then_some((taken, i + 1 + entry.rest.len()))
        })
    }

    /// Where the phrase of this meaning at `i` ends.
    pub(super) fn is(&self, i: usize, sense: Sense) -> Option<usize> {
        self.pick(i, |other| (other == sense).then_some(()))
            .map(|((), next)| next)
    }

    pub(super) fn has(&self, i: usize, sense: Sense) -> bool {
        self.is(i, sense).is_some()
    }

    /// Whether the word before `i` has this meaning and nothing but a space stands between.
    pub(super) fn preceded(&self, i: usize, sense: Sense) -> bool {
        let Some(before) = i.checked_sub(1) else {
            return false;
        };
        let single = |entry: &Entry| entry.sense == sense && entry.rest.is_empty();
        self.hits.get(before).is_some_and(|hits| hits.iter().any(single)) && self.gap(i).trim().is_empty()
    }

    fn follows(&self, from: usize, rest: &[String]) -> bool {
        rest.iter()
            .enumerate()
            .all(|(k, word)| self.folded(from + k) == word && self.bound(from + k))
    }

    /// Whether the words around the gap before `i` may be one phrase.
    fn bound(&self, i: usize) -> bool {
        let gap = self.gap(i);
        let letters =
            self.folded(i).len() == 1 && i.checked_sub(1).is_some_and(|b| self.folded(b).len() == 1);
        gap.chars().all(|c| {
            matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '-' | '\'' | '’' | '/') || (letters && c == '.')
        })
    }

    /// Whether the parts on both sides of `from..start(i)` may belong to one date.
    pub(super) fn soft(&self, from: usize, i: usize) -> bool {
        let gap = self.text.get(from..self.start(i)).unwrap_or_default();
        i < self.len() && gap.len() <= 12 && gap.chars().all(is_soft)
    }

    /// Whether the text at `i` stands right behind the word before.
    pub(super) fn joined(&self, i: usize) -> bool {
        i > 0 && i < self.len() && self.gap(i).is_empty()
    }

    pub(super) fn spaced(&self, i: usize) -> bool {
        let gap = self.gap(i);
        i > 0 && i < self.len() && gap.chars().all(|c| matches!(c, ' ' | '\u{a0}' | '\u{202f}'))
    }

    /// Whether the number at `i` begins: it continues no other number and no code.
    pub(super) fn begins(&self, i: usize) -> bool {
        let gap = self.gap(i);
        if gap.chars().next_back().is_some_and(|c| BEFORE_CODES.contains(c)) {
            return false;
        }
        let Some(before) = i.checked_sub(1) else {
            return !matches!(gap, "-" | "." | ":" | "/");
        };
        let iso_time = self.folded(before) == "t" && before > 0 && self.number(before - 1).is_some();
        iso_time || !(self.runs_on(gap, before) || CODES.contains(&self.folded(before)))
    }

    /// Whether the figures that end before `i` end there: no decimal, no code, no count goes on.
    pub(super) fn ends(&self, i: usize) -> bool {
        let gap = self.gap(i);
        let counting = gap.chars().next().is_some_and(|c| COUNTING.contains(c));
        !counting && (i >= self.len() || !self.runs_on(gap, i))
    }

    /// Whether figures on one side of a gap and the word `other` on its other side are one.
    fn runs_on(&self, gap: &str, other: usize) -> bool {
        let digits = self.folded(other).bytes().all(|b| b.is_ascii_digit());
        gap.is_empty() || (digits && matches!(gap, "." | "," | ":" | "/" | "-" | "–" | "_"))
    }

    /// Whether the clause ends before `i`.
    pub(super) fn clause_ends(&self, i: usize) -> bool {
        let gap = self.gap(i);
        let gap = gap.trim_start_matches([' ', '\u{a0}']);
        if gap.chars().next().is_some_and(|c| COUNTING.contains(c)) {
            return false;
        }
        i >= self.len() || !gap.is_empty()
    }

    /// Whether what stands at `i` counts nothing with the number before it, as far as can be told.
    pub(super) fn safe(&self, i: usize) -> bool {
        if !self.ends(i) {
            return false;
        }
        self.clause_ends(i) || (!self.has(i, Sense::Counted) && (self.has(i, Sense::Safe) || self.dated(i)))
    }

    /// Whether something is counted by the number before `i`.
    pub(super) fn counted(&self, i: usize) -> bool {
        !self.ends(i) || (!self.clause_ends(i) && self.has(i, Sense::Counted))
    }

    /// Whether words of a date stand at `i`.
    pub(super) fn dated(&self, i: usize) -> bool {
        self.pick(i, |sense| {
            let dated = matches!(
                sense,
                Sense::Day(_)
                    | Sense::DayPart(..)
                    | Sense::Swing(_)
                    | Sense::Weekday(_)
                    | Sense::WeekdayPart(..)
                    | Sense::Before(_)
                    | Sense::Part(_)
                    | Sense::Adverb(_)
                    | Sense::Month(_)
            );
            dated.then_some(())
        })
        .is_some()
    }

    /// Whether a verb of the past stands in the sentence behind `i`.
    pub(super) fn past_follows(&self, i: usize) -> bool {
        for k in i..self.len().min(i + TENSE_REACH) {
            if k > i && self.gap(k).contains(['.', '!', '?', '\n', '।']) {
                return false;
            }
            if self.has(k, Sense::PastHindi) {
                return true;
            }
        }
        false
    }
}

fn is_soft(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}') || SOFT.contains(c)
}
