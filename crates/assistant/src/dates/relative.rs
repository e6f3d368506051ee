//! Days told from the message's own: `tomorrow`, `next Friday`, `in three days`.

use jiff::civil::{Time, Weekday};

use super::calendar;
use super::piece::{Piece, What};
use super::resolve;
use super::scan::Scan;
use super::sense::{Part, Sense, Unit, Which};

/// The longest time that is told in units: `in 400 days`.
const MOST_UNITS: u32 = 400;
/// So many minutes are a manner of speaking: `in a minute`.
const LEAST_MINUTES: i64 = 1;
/// Words that a tense is looked for before a weekday.
const TENSE_BEFORE: usize = 3;

/// The day at `i`.
pub(super) fn day(scan: &Scan, i: usize) -> Option<Piece> {
    if every(scan, i) || scan.preceded(i, Sense::Wish) {
        return None;
    }
    distance(scan, i)
        .or_else(|| which(scan, i))
        .or_else(|| named(scan, i))
        .or_else(|| swing(scan, i))
        .or_else(|| weekday(scan, i))
        .or_else(|| behind(scan, i))
}

/// Whether the word before makes the day one of many.
fn every(scan: &Scan, i: usize) -> bool {
    scan.preceded(i, Sense::Every)
        || (i >= 2
            && matches!(
                (scan.folded(i - 2), scan.folded(i - 1)),
                ("todos", "los") | ("tous", "les") | ("todas", "las")
            ))
}

fn piece(scan: &Scan, what: What, next: usize) -> Option<Piece> {
    Some(Piece {
        what,
        next,
        end: scan.end_before(next),
    })
}

fn relative(scan: &Scan, days: i8, vague: bool, part: Option<Part>, next: usize) -> Option<Piece> {
    let date = resolve::add_days(scan.at.date(), i64::from(days))?;
    piece(scan, What::Relative { date, vague, part }, next)
}

fn named(scan: &Scan, i: usize) -> Option<Piece> {
    let ((days, part), next) = scan.pick(i, |sense| match sense {
        Sense::Day(days) => Some((days, None)),
        Sense::DayPart(days, part) => Some((days, Some(part))),
        _ => None,
    })?;
    if next == i + 1 && !stands(scan, i) {
        return None;
    }
    relative(scan, days, part.is_some(), part, next)
}

/// Whether a word that also means something else stands for a day here.
fn stands(scan: &Scan, i: usize) -> bool {
    match scan.folded(i) {
        "morgen" => !morning(scan, i) && !morning_greeting(scan, i),
        "manana" => !morning(scan, i),
        "over" | "baad" => false,
        "بكره" => i == 0 || scan.folded(i - 1) != "انا",
        _ => true,
    }
}

fn morning(scan: &Scan, i: usize) -> bool {
    scan.preceded(i, Sense::MorningArticle)
        || (i > 0 && scan.gap(i).trim().is_empty() && weekday_word(scan, i - 1))
}

fn weekday_word(scan: &Scan, i: usize) -> bool {
    scan.pick(i, |sense| matches!(sense, Sense::Weekday(_)).then_some(()))
        .is_some()
}

/// `Morgen!`, `Morgen, ihr zwei`, `Moin, morgen`.
fn morning_greeting(scan: &Scan, i: usize) -> bool {
    let greets = i == 0 || matches!(scan.folded(i - 1), "moin" | "hallo" | "hi" | "servus");
    let first = scan.gap(i + 1).chars().next();
    greets
        && (first.is_some_and(|c| c == '!' || c == ',' || c == '.')
            || (scan.len() == i + 1 && first != Some('?')))
}

fn swing(scan: &Scan, i: usize) -> Option<Piece> {
    let (days, next) = scan.pick(i, |sense| {
        if let Sense::Swing(days) = sense {
            Some(days)
        } else {
            None
        }
    })?;
    let latin = scan.folded(i).is_ascii();
    if latin && !scan.hinglish {
        return None;
    }
    relative(
        scan,
        if scan.past_follows(next) { -days } else { days },
        false,
        None,
        next,
    )
}

fn weekday(scan: &Scan, i: usize) -> Option<Piece> {
    let ((day, part), next) = scan.pick(i, |sense| weekday_sense(scan, i, sense))?;
    if let Some(nth) = nth_before(scan, i) {
        return nth_of_month(scan, day, nth, next);
    }
    let (which, next) = which_behind(scan, next).unwrap_or_else(|| (bare(scan, i, next), next));
    if let Some(numbered) = day_number(scan, day, next) {
        return Some(numbered);
    }
    let end = match scan.gap(next).starts_with('.') && scan.folded(next - 1).len() <= 4 && next < scan.len() {
        true => scan.end_before(next) + 1,
        false => scan.end_before(next),
    };
    Some(Piece {
        what: What::Weekday { day, which, part },
        next,
        end,
    })
}

fn nth_before(scan: &Scan, i: usize) -> Option<i8> {
    let before = i.checked_sub(1).filter(|_| scan.spaced(i))?;
    scan.pick(before, |sense| {
        if let Sense::Nth(nth) = sense {
            Some(nth)
        } else {
            None
        }
    })
    .map(|(nth, _)| nth)
}

/// `am zweiten Samstag im Juli`; without a month, no day.
fn nth_of_month(scan: &Scan, day: Weekday, nth: i8, next: usize) -> Option<Piece> {
    let at = scan
        .is(next, Sense::Of)
        .or_else(|| matches!(scan.folded(next), "im" | "in" | "en" | "em").then_some(next + 1))?;
    let (month, next) = scan.pick(at, |sense| {
        if let Sense::Month(month) = sense {
            Some(month)
        } else {
            None
        }
    })?;
    let date = resolve::nth_weekday(scan.at.date(), month, nth, day)?;
    piece(scan, What::Calendar(date), next)
}

/// Bare, or the last where the verb beside it is of the past.
fn bare(scan: &Scan, i: usize, next: usize) -> Which {
    let before = (1..=TENSE_BEFORE.min(i)).map(|back| i - back);
    let mut before = before.take_while(|k| scan.soft(scan.end_before(k + 1), k + 1));
    let said = before.find(|k| !scan.has(*k, Sense::Glue) || scan.has(*k, Sense::Past));
    let past = |k: usize| scan.spaced(k) && scan.has(k, Sense::Past);
    let since = i > 0
        && matches!(
            scan.folded(i - 1),
            "since" | "seit" | "desde" | "depuis" | "sinds" | "منذ"
        );
    if since || past(next) || said.is_some_and(|k| scan.has(k, Sense::Past)) {
        Which::Last
    } else {
        Which::Bare
    }
}

fn weekday_sense(scan: &Scan, i: usize, sense: Sense) -> Option<(Weekday, Option<Part>)> {
    let day = match sense {
        Sense::Weekday(day) => day,
        Sense::WeekdayPart(day, part) => return Some((day, Some(part))),
        Sense::Possessive(day) if scan.raw(i).contains(['\'', '’']) => day,
        Sense::Feira(day) if feira(scan, i) => day,
        Sense::Brief(day) if brief(scan, i) => day,
        Sense::Kurz(day) if kurz(scan, i) => day,
        Sense::Short(day) if before_calendar(scan, i) => day,
        _ => return None,
    };
    Some((day, None))
}

/// Whether a Portuguese ordinal stands for a weekday: `na sexta`, `sexta às 20h`.
fn feira(scan: &Scan, i: usize) -> bool {
    let prefixes = [
        "na", "nesta", "proxima", "ate", "pra", "para", "desta", "essa", "nessa", "esta", "ultima",
    ];
    let prefixed = i > 0 && prefixes.contains(&scan.folded(i - 1)) && scan.gap(i) == " ";
    let sixth = matches!(scan.folded(i), "sexta" | "quinta")
        && (i == 0 || !matches!(scan.folded(i - 1), "a" | "la" | "una" | "uma" | "minha" | "mi"));
    let ends = scan.clause_ends(i + 1);
    let timed =
        matches!(scan.raw(i + 1), "às" | "à") || matches!(scan.folded(i + 1), "que" | "passada" | "proxima");
    (prefixed && (ends || timed || scan.has(i + 1, Sense::Safe)))
        || (sixth && (ends || timed))
        || timed
        || before_calendar(scan, i)
}

/// Whether `sat` or `sun` stands for the day: before a date or an hour, or behind `on`.
fn brief(scan: &Scan, i: usize) -> bool {
    if i > 0
        && matches!(
            scan.folded(i - 1),
            "the" | "a" | "i" | "he" | "she" | "we" | "they" | "to" | "in"
        )
    {
        return false;
    }
    let prefixes = [
        "on", "this", "next", "last", "by", "until", "till", "til", "coming", "from", "for", "fri", "sat",
    ];
    let prefixed = i > 0 && prefixes.contains(&scan.folded(i - 1)) && scan.safe(i + 1);
    let to_day = matches!(scan.gap(i + 1), "-" | "–") && weekday_word(scan, i + 1);
    to_day
        || prefixed
        || before_calendar(scan, i)
        || before_hour(scan, i)
        || (scan.capital(i) && timed(scan, i + 1))
}

/// An hour in figures right behind: `sat 8pm`, `Sat, 19:30`.
fn before_hour(scan: &Scan, i: usize) -> bool {
    if scan.small(i + 1).is_none() || !scan.soft(scan.end_before(i + 1), i + 1) {
        return false;
    }
    let suffix = scan.pick(i + 2, |sense| {
        matches!(sense, Sense::Am | Sense::Pm | Sense::Uhr).then_some(())
    });
    suffix.is_some() || (scan.gap(i + 2) == ":" && scan.two_digits(i + 2).is_some())
}

fn timed(scan: &Scan, i: usize) -> bool {
    let part = scan.pick(i, |sense| {
        matches!(sense, Sense::Part(_) | Sense::Noon).then_some(())
    });
    scan.spaced(i) && (part.is_some() || (scan.has(i, Sense::At) && scan.small(i + 1).is_some()))
}

/// Whether `Mo`, `Sa`, `So` stands for the day.
fn kurz(scan: &Scan, i: usize) -> bool {
    let prefixes = [
        "am",
        "nachsten",
        "kommenden",
        "letzten",
        "bis",
        "diesen",
        "ab",
        "zum",
        "vom",
    ];
    let prefixed = i > 0 && prefixes.contains(&scan.folded(i - 1)) && scan.gap(i) == " ";
    let hour = !matches!(scan.folded(i), "so") && before_hour(scan, i);
    scan.capital(i) && (prefixed || before_calendar(scan, i) || hour)
}

fn before_calendar(scan: &Scan, i: usize) -> bool {
    let soft = scan
        .gap(i + 1)
        .chars()
        .all(|c| matches!(c, ' ' | '.' | ',' | '\u{a0}'));
    soft && i + 1 < scan.len() && calendar::with_month(scan, i + 1)
}

/// `Friday 12`, where a twelfth within two months is a Friday.
fn day_number(scan: &Scan, day: Weekday, i: usize) -> Option<Piece> {
    let number = scan.small(i).filter(|_| scan.spaced(i))?;
    let next = calendar::ordinal(scan, i + 1);
    let hour = next == i + 1
        && (calendar::clocked(scan, next) || (scan.has(next, Sense::To) && !scan.has(next, Sense::At)));
    if calendar::with_month(scan, i) || scan.counted(next) || hour {
        return None;
    }
    let date = resolve::day_of_month(scan.at.date(), number)?;
    (date.weekday() == day).then(|| piece(scan, What::Calendar(date), next))?
}

/// `next Friday`, `this weekend`, `nächste Woche`, `am Wochenende`.
fn which(scan: &Scan, i: usize) -> Option<Piece> {
    let (which, next) = scan.pick(i, |sense| {
        if let Sense::Before(which) = sense {
            Some(which)
        } else {
            None
        }
    })?;
    if !scan.spaced(next) {
        return None;
    }
    let named = scan.pick(next, |sense| match sense {
        Sense::Brief(day) | Sense::Feira(day) => Some((day, None)),
        Sense::Kurz(day) if scan.capital(next) => Some((day, None)),
        _ => weekday_sense(scan, next, sense),
    });
    if let Some(((day, part), next)) = named {
        return piece(scan, What::Weekday { day, which, part }, next);
    }
    let (unit, next) = unit(scan, next)?;
    if unit == Unit::Weekend && scan.folded(next - 1) == "we" {
        return None;
    }
    span(scan, unit, which, next)
}

fn unit(scan: &Scan, i: usize) -> Option<(Unit, usize)> {
    scan.pick(i, |sense| {
        if let Sense::Unit(unit) = sense {
            Some(unit)
        } else {
            None
        }
    })
}

/// `vendredi prochain` is the weekday's; here `la semaine prochaine` and the bare weekend.
fn behind(scan: &Scan, i: usize) -> Option<Piece> {
    let (unit, next) = unit(scan, i)?;
    if scan.folded(i) == "we" || scan.folded(next - 1).len() == 1 {
        return None;
    }
    if let Some((which, next)) = which_behind(scan, next) {
        return span(scan, unit, which, next);
    }
    let articles = [
        "the", "am", "el", "le", "no", "il", "het", "ce", "nel", "في", "al", "du", "del", "do", "ubers",
    ];
    let prefixed = i > 0 && articles.contains(&scan.folded(i - 1)) && scan.gap(i) == " ";
    (unit == Unit::Weekend && prefixed).then(|| span(scan, unit, bare(scan, i, next), next))?
}

fn which_behind(scan: &Scan, i: usize) -> Option<(Which, usize)> {
    if !scan.spaced(i) {
        return None;
    }
    scan.pick(i, |sense| {
        if let Sense::Behind(which) = sense {
            Some(which)
        } else {
            None
        }
    })
}

fn span(scan: &Scan, unit: Unit, which: Which, next: usize) -> Option<Piece> {
    let today = scan.at.date();
    let count = match which {
        Which::Last => -1,
        Which::This | Which::Bare => 0,
        Which::Coming | Which::Following | Which::Later => 1,
    };
    let date = match unit {
        Unit::Weekend => resolve::weekend(today, which)?,
        Unit::Week => {
            let monday = resolve::add_days(resolve::monday(today)?, 7 * count)?;
            return piece(scan, What::Week(monday), next);
        }
        Unit::Month if count != 0 => {
            resolve::shift(today.first_of_month().to_datetime(Time::midnight()), unit, count)?.date()
        }
        Unit::Year if count != 0 => {
            resolve::shift(today.first_of_year().to_datetime(Time::midnight()), unit, count)?.date()
        }
        _ => return None,
    };
    piece(
        scan,
        What::Relative {
            date,
            vague: true,
            part: None,
        },
        next,
    )
}

/// `in 3 days`, `vor einer Woche`, `3 days ago`, `3 din baad`.
fn distance(scan: &Scan, i: usize) -> Option<Piece> {
    let before = scan.pick(i, |sense| match sense {
        Sense::In => Some(1),
        Sense::AgoBefore => Some(-1),
        _ => None,
    });
    if let Some((sign, at)) = before {
        let (unit, count, next) = length(scan, at).filter(|_| scan.spaced(at))?;
        return away(scan, unit, sign * count, next);
    }
    let (unit, count, next) = length(scan, i)?;
    let (sign, next) = scan.pick(next, |sense| match sense {
        Sense::InBehind => Some(1),
        Sense::AgoBehind => Some(-1),
        _ => None,
    })?;
    away(scan, unit, sign * count, next)
}

/// A length of time: `3 days`, `einer Woche`, `يومين`.
fn length(scan: &Scan, i: usize) -> Option<(Unit, i64, usize)> {
    if let Some(((unit, count), next)) = scan.pick(i, |sense| {
        if let Sense::Many(unit, count) = sense {
            Some((unit, count))
        } else {
            None
        }
    }) {
        return Some((unit, i64::from(count), next));
    }
    if let Some((count, at)) = count(scan, i) {
        let (unit, next) = unit(scan, at).filter(|_| scan.spaced(at) || scan.joined(at))?;
        return Some((unit, i64::from(count), next));
    }
    // Arabic tells one of a thing by its bare name.
    let arabic = scan
        .folded(i)
        .starts_with(|c: char| ('\u{600}'..='\u{6FF}').contains(&c));
    let (unit, next) = unit(scan, i).filter(|_| arabic && !scan.folded(i).starts_with("ال"))?;
    Some((unit, 1, next))
}

fn count(scan: &Scan, i: usize) -> Option<(u32, usize)> {
    if let Some(number) = scan.number(i) {
        return (number <= MOST_UNITS && scan.begins(i)).then_some((number, i + 1));
    }
    scan.pick(i, |sense| match sense {
        Sense::Number(number) => Some(u32::from(number)),
        Sense::Article => Some(1),
        _ => None,
    })
}

fn away(scan: &Scan, unit: Unit, count: i64, next: usize) -> Option<Piece> {
    if unit == Unit::Minute && count.abs() <= LEAST_MINUTES {
        return None;
    }
    let moment = resolve::shift(scan.at, unit, count)?;
    let what = match unit {
        Unit::Minute | Unit::Hour => What::Moment(moment),
        Unit::Day => What::Relative {
            date: moment.date(),
            vague: false,
            part: None,
        },
        _ => What::Relative {
            date: moment.date(),
            vague: true,
            part: None,
        },
    };
    piece(scan, what, next)
}
