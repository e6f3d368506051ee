//! What a word or a phrase may mean for a date, and which words do.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::Weekday;

use super::table;
use crate::text::words;

/// A part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Dawn,
    Morning,
    Noon,
    Afternoon,
    Evening,
    Night,
}

/// Which of the days or weeks of one name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// Named without more: the first after the message's day.
    Bare,
    /// The one that may be today.
    This,
    /// The first after the message's day.
    Coming,
    /// The one of the week after this.
    Following,
    /// A week behind the first after the message's day.
    Later,
    /// The last before the message's day.
    Last,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Weekend,
    Month,
    Year,
}

/// One meaning. A word may have several; the parsers ask for the one that they need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    /// Days from the message's.
    Day(i8),
    DayPart(i8, Part),
    /// So many days ahead or back, as the tense has it (`kal`).
    Swing(i8),
    Weekday(Weekday),
    WeekdayPart(Weekday, Part),
    /// The possessive (`Friday's`) is a day, the plural is not.
    Possessive(Weekday),
    /// A Portuguese ordinal that is short for a weekday.
    Feira(Weekday),
    /// An English short form that is an everyday word.
    Brief(Weekday),
    /// A German two-letter form.
    Kurz(Weekday),
    /// A short form that counts only before a date of the calendar.
    Short(Weekday),
    Month(i8),
    /// A month that is an everyday word.
    WeakMonth(i8),
    /// A month's short form that counts only behind `de`.
    BoundMonth(i8),
    Number(u8),
    Article,
    /// A noun for a part of the day.
    Part(Part),
    /// The same as an adverb: counts right behind an hour.
    Adverb(Part),
    Noon,
    /// Noon, where a preposition or a day stands with it.
    WeakNoon,
    Midnight,
    Unit(Unit),
    /// A fixed number of units in one word.
    Many(Unit, u8),
    Before(Which),
    Behind(Which),
    /// `in` three days.
    In,
    InBehind,
    AgoBefore,
    AgoBehind,
    /// Before an hour in figures.
    At,
    /// Before an hour, where nothing can be counted behind it.
    AtSafe,
    /// Before an hour that has a tail (`las ocho y media`).
    Las,
    From,
    Between,
    /// Behind an hour of either half of the day.
    Oclock,
    /// Behind an hour of twenty-four.
    Uhr,
    /// `h`: an hour of twenty-four, or a length of time.
    H,
    /// `heures`, `horas`: the same, and needs a preposition.
    Hours,
    Am,
    Pm,
    /// Minutes to add to the hour that follows.
    Spoken(i8),
    /// The same, where `at` stands before it.
    SpokenAt(i8),
    /// English `half 7`, Dutch `half 7`: an hour apart.
    Half,
    /// The same, where `baje` follows the hour.
    SpokenBaje(i8),
    /// An hour and a half, two and a half, before `baje`.
    FixedBaje(u8),
    /// Minutes to add to the hour before.
    Tail(i8),
    To,
    And,
    Ordinal,
    Of,
    The,
    /// `dia 12`: a day of the month follows.
    DayNumber,
    /// Makes what follows a date.
    DatePrefix,
    /// May stand between the parts of one date.
    Glue,
    /// May stand behind a bare number that is an hour or a day.
    Safe,
    /// Cannot: the number counts something.
    Counted,
    /// Makes what follows no one day.
    Every,
    /// The first, second or last weekday of a month.
    Nth(i8),
    /// Makes the day a wish: `happy Friday`.
    Wish,
    /// Makes `morgen` or `mañana` a morning.
    MorningArticle,
    /// A tense of the past.
    Past,
    /// A tense of the past that only decides `kal`.
    PastHindi,
    /// Tells Hindi in Latin script from other languages.
    Hinglish,
    /// Holds words of dates and is none: a greeting, a saying.
    Nothing,
}

/// A phrase's words behind its first, and its meaning.
pub(super) struct Entry {
    pub(super) rest: Vec<String>,
    pub(super) sense: Sense,
}

static LEXICON: LazyLock<HashMap<String, Vec<Entry>>> = LazyLock::new(build);

/// The phrases that begin with a word, longest first.
pub(super) fn entries(word: &str) -> &'static [Entry] {
    if let Some(entries) = LEXICON.get(word) {
        return entries;
    }
    arabic_stem(word)
        .and_then(|stem| LEXICON.get(&stem))
        .map_or(&[], Vec::as_slice)
}

/// The word behind an Arabic `and`, `in` or `for` that is written as one with it.
fn arabic_stem(word: &str) -> Option<String> {
    if let Some(stem) = word.strip_prefix("لل") {
        return Some(format!("ال{stem}"));
    }
    if let Some(stem) = word.strip_prefix('ب') {
        return stem.starts_with("ال").then(|| stem.to_owned());
    }
    word.strip_prefix('و')
        .filter(|stem| stem.chars().count() > 2)
        .map(str::to_owned)
}

fn build() -> HashMap<String, Vec<Entry>> {
    let mut lexicon = HashMap::new();
    for (sense, phrases) in table::TABLE {
        for phrase in phrases.split('|') {
            insert(&mut lexicon, phrase, *sense);
        }
    }
    for (day, name) in table::GERMAN_DAYS {
        for (part, name_of_part) in table::GERMAN_PARTS {
            insert(
                &mut lexicon,
                &format!("{name}{name_of_part}"),
                Sense::WeekdayPart(*day, *part),
            );
        }
    }
    for entries in lexicon.values_mut() {
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.rest.len()));
    }
    lexicon
}

fn insert(lexicon: &mut HashMap<String, Vec<Entry>>, phrase: &str, sense: Sense) {
    let mut folded = words(phrase).into_iter().map(|word| word.folded);
    if let Some(first) = folded.next() {
        lexicon.entry(first).or_default().push(Entry {
            rest: folded.collect(),
            sense,
        });
    }
}
