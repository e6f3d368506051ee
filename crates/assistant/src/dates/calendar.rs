//! Dates of the calendar: `12 June`, `12.6.`, `12/6`, `2026-06-12`, `the 12th`.

use jiff::civil::Date;

use super::clock;
use super::piece::{Piece, What};
use super::resolve;
use super::scan::Scan;
use super::sense::Sense;

/// How far a year of two digits may lie from the message's.
const SHORT_YEAR_REACH: i16 = 10;
/// Bottoms of fractions and of marks out of so many: `3/4`, `8/10`.
const FRACTIONS: &[u32] = &[2, 3, 4, 5, 6, 8, 10];
/// German words before a dotted date that may lack its last dot.
const DOT_PREFIXES: &[&str] = &["am", "vom", "bis", "ab", "den", "dem", "zum", "seit"];
/// Words before a dotted number that is none.
const NO_DATE_BEFORE: &[&str] = &[
    "kostet", "kosten", "costs", "version", "nur", "only", "release", "kapitel", "absatz",
];

/// Words behind `the 12th` that tell it from the twelfth of anything else.
const AFTER_NTH: &[&str] = &[
    "is", "works", "at", "would", "if", "please", "pls", "instead", "then", "it", "we", "i",
];

/// A date with its place.
#[derive(Clone, Copy)]
struct Dated {
    date: Date,
    next: usize,
    end: usize,
}

/// The date of the calendar at `i`, with the end of the range that it begins.
pub(super) fn calendar(scan: &Scan, i: usize) -> Option<Piece> {
    let from = grouped(scan, i)
        .or_else(|| single(scan, i, true))
        .or_else(|| day_alone(scan, i))?;
    let to = range_sign(scan, from.end, from.next)
        .and_then(|k| single(scan, k, false))
        .filter(|to| to.date > from.date);
    let last = to.unwrap_or(from);
    Some(Piece {
        what: What::Calendar(from.date),
        next: last.next,
        end: last.end,
    })
}

/// A date that names its month.
pub(super) fn with_month(scan: &Scan, i: usize) -> bool {
    grouped(scan, i).or_else(|| single(scan, i, true)).is_some()
}

fn single(scan: &Scan, i: usize, fresh: bool) -> Option<Dated> {
    if fresh && scan.number(i).is_some() && !scan.begins(i) {
        return None;
    }
    numeric(scan, i)
        .or_else(|| day_month(scan, i))
        .or_else(|| month_day(scan, i))
}

/// Where what follows a range's sign begins.
fn range_sign(scan: &Scan, end: usize, i: usize) -> Option<usize> {
    if !scan.soft(end, i) {
        return None;
    }
    if scan.gap(i).contains(['-', '–', '—']) {
        return Some(i);
    }
    scan.is(i, Sense::To)
        .filter(|next| scan.spaced(*next))
        .map(|next| skip_article(scan, next))
}

fn skip_article(scan: &Scan, i: usize) -> usize {
    if matches!(scan.folded(i), "the" | "zum" | "den" | "le") {
        i + 1
    } else {
        i
    }
}

fn numeric(scan: &Scan, i: usize) -> Option<Dated> {
    let first = scan.number(i)?;
    let sign = sign(scan, i + 1)?;
    if scan.folded(i).len() == 4 {
        return year_first(scan, i, first, sign);
    }
    scan.small(i)?;
    day_month_year(scan, i, sign).or_else(|| match sign {
        '/' => slashed(scan, i),
        '.' => dotted(scan, i),
        _ => None,
    })
}

fn sign(scan: &Scan, i: usize) -> Option<char> {
    scan.number(i)?;
    let mut signs = scan.gap(i).chars();
    let sign = signs.next().filter(|c| matches!(c, '.' | '/' | '-'))?;
    signs.next().is_none().then_some(sign)
}

fn year_first(scan: &Scan, i: usize, year: u32, between: char) -> Option<Dated> {
    if sign(scan, i + 2)? != between || !stops(scan, i + 3) {
        return None;
    }
    let date = resolve::calendar(
        scan.at.date(),
        scan.small(i + 2)?,
        scan.small(i + 1)?,
        Some(i16::try_from(year).ok()?),
    )?;
    dated(scan, date, i + 3)
}

fn day_month_year(scan: &Scan, i: usize, between: char) -> Option<Dated> {
    if sign(scan, i + 2)? != between || !stops(scan, i + 3) {
        return None;
    }
    let year = year(scan, i + 2, between)?;
    let date = day_and_month(scan, scan.small(i)?, scan.small(i + 1)?, between, Some(year))?;
    dated(scan, date, i + 3)
}

fn year(scan: &Scan, i: usize, between: char) -> Option<i16> {
    let year = i16::try_from(scan.number(i)?).ok()?;
    match scan.folded(i).len() {
        4 => Some(year),
        2 if between != '-' => short_year(scan, year),
        _ => None,
    }
}

fn short_year(scan: &Scan, year: i16) -> Option<i16> {
    let now = scan.at.year();
    let year = now.checked_sub(now.rem_euclid(100))?.checked_add(year)?;
    (year.abs_diff(now) <= SHORT_YEAR_REACH.unsigned_abs()).then_some(year)
}

/// The order that the signs and the reader's habit give; where it gives no date, the other.
fn day_and_month(scan: &Scan, first: u32, second: u32, between: char, year: Option<i16>) -> Option<Date> {
    let today = scan.at.date();
    if between == '.' {
        return resolve::calendar(today, first, second, year);
    }
    let (day, month) = if scan.month_first {
        (second, first)
    } else {
        (first, second)
    };
    resolve::calendar(today, day, month, year).or_else(|| resolve::calendar(today, month, day, year))
}

/// Whether the figures end before `i`, or a range goes on there.
fn stops(scan: &Scan, i: usize) -> bool {
    let range = matches!(scan.gap(i), "-" | "–" | ".-" | ".–") && sign(scan, i + 1).is_some();
    let iso_time = scan.joined(i) && scan.folded(i) == "t";
    range || iso_time || scan.ends(i)
}

fn slashed(scan: &Scan, i: usize) -> Option<Dated> {
    let (first, second) = (scan.small(i)?, scan.small(i + 1)?);
    let fraction = (first <= second && FRACTIONS.contains(&second)) || (first, second) == (24, 7);
    if !stops(scan, i + 2)
        || scan.counted(i + 2) && !stops_range(scan, i + 2)
        || (fraction && !prefixed(scan, i))
    {
        return None;
    }
    dated(scan, day_and_month(scan, first, second, '/', None)?, i + 2)
}

fn stops_range(scan: &Scan, i: usize) -> bool {
    stops(scan, i) && !scan.ends(i)
}

/// Whether the word before `i` makes what follows a date.
fn prefixed(scan: &Scan, i: usize) -> bool {
    scan.preceded(i, Sense::DatePrefix) || after_weekday(scan, i)
}

fn after_weekday(scan: &Scan, i: usize) -> bool {
    let Some(before) = i.checked_sub(1) else {
        return false;
    };
    let soft = scan
        .gap(i)
        .chars()
        .all(|c| matches!(c, ' ' | ',' | '.' | '(' | '\u{a0}'));
    soft && scan
        .pick(before, |sense| {
            let weekday = matches!(
                sense,
                Sense::Weekday(_)
                    | Sense::Brief(_)
                    | Sense::Kurz(_)
                    | Sense::Short(_)
                    | Sense::Feira(_)
                    | Sense::Day(_)
            );
            weekday.then_some(())
        })
        .is_some()
}

fn dotted(scan: &Scan, i: usize) -> Option<Dated> {
    let date = day_and_month(scan, scan.small(i)?, scan.small(i + 1)?, '.', None)?;
    let before = i.checked_sub(1).map_or("", |before| scan.folded(before));
    if NO_DATE_BEFORE.contains(&before) {
        return None;
    }
    let german = DOT_PREFIXES.contains(&before) || after_weekday(scan, i);
    let gap = scan.gap(i + 2);
    if gap.starts_with('.') {
        return last_dot(scan, i, german).then(|| dated_to(date, i + 2, scan.end_before(i + 2) + 1));
    }
    let whole = german && stops(scan, i + 2) && !scan.counted(i + 2);
    whole.then(|| dated(scan, date, i + 2))?
}

/// Whether the dot behind the month is the date's own.
fn last_dot(scan: &Scan, i: usize, german: bool) -> bool {
    let behind = scan.gap(i + 2).get(1..).unwrap_or_default();
    if behind.is_empty() && scan.number(i + 2).is_some() {
        return false;
    }
    let sentence_ends = i + 2 >= scan.len() || behind.contains('\n');
    german || scan.folded(i + 1).starts_with('0') || (!sentence_ends && !scan.has(i + 2, Sense::Counted))
}

fn dated(scan: &Scan, date: Date, next: usize) -> Option<Dated> {
    Some(dated_to(date, next, scan.end_before(next)))
}

fn dated_to(date: Date, next: usize, end: usize) -> Dated {
    Dated { date, next, end }
}

/// `12-14 June`, `12. bis 14. Juni`: the first day, up to the end.
fn grouped(scan: &Scan, i: usize) -> Option<Dated> {
    let day = scan.small(i).filter(|_| scan.begins(i))?;
    let next = ordinal(scan, i + 1);
    let gap = scan.gap(next).trim_start_matches('.').trim();
    let to = match gap {
        "-" | "–" => next,
        "" => scan
            .is(next, Sense::To)
            .or_else(|| scan.is(next, Sense::And))
            .filter(|to| scan.spaced(*to))
            .map(|to| skip_article(scan, to))?,
        _ => return None,
    };
    let last = day_month(scan, to)?;
    let (year, month) = (last.date.year(), last.date.month());
    let date = Date::new(year, month, i8::try_from(day).ok()?).ok()?;
    (date < last.date).then_some(Dated { date, ..last })
}

pub(super) fn ordinal(scan: &Scan, i: usize) -> usize {
    if scan.joined(i) {
        scan.is(i, Sense::Ordinal).unwrap_or(i)
    } else {
        i
    }
}

fn day_month(scan: &Scan, i: usize) -> Option<Dated> {
    let day = scan.small(i)?;
    let behind = ordinal(scan, i + 1);
    let dot = scan.gap(behind).starts_with('.');
    let (month_at, of) = of(scan, behind);
    let marked = of || dot || behind > i + 1;
    if !matches!(
        scan.gap(behind),
        " " | "" | "." | ". " | "-" | "\u{a0}" | ".\u{a0}"
    ) {
        return None;
    }
    let marked = marked || scan.preceded(i, Sense::DatePrefix);
    let (month, next) = month(scan, month_at, marked, of)?;
    with_year(scan, day, month, next)
}

/// Skips `of` before a month.
fn of(scan: &Scan, i: usize) -> (usize, bool) {
    match scan.is(i, Sense::Of).or_else(|| scan.is(i, Sense::The)) {
        Some(next) if scan.spaced(i) && scan.soft(scan.end_before(next), next) => (next, true),
        _ => (i, false),
    }
}

fn month(scan: &Scan, i: usize, marked: bool, of: bool) -> Option<(u32, usize)> {
    let (month, next) = scan.pick(i, |sense| match sense {
        Sense::Month(month) => Some(month),
        Sense::WeakMonth(month) if marked => Some(month),
        Sense::WeakMonth(month) if scan.safe(i + 1) || scan.number(i + 1).is_some() => Some(month),
        Sense::BoundMonth(month) if of => Some(month),
        _ => None,
    })?;
    Some((u32::try_from(month).ok()?, next))
}

/// The date with the year that may stand behind its month.
fn with_year(scan: &Scan, day: u32, month: u32, next: usize) -> Option<Dated> {
    let today = scan.at.date();
    if let Some((year, behind)) = full_year(scan, next) {
        return dated(scan, resolve::calendar(today, day, month, Some(year))?, behind);
    }
    dated(scan, resolve::calendar(today, day, month, None)?, next)
}

fn full_year(scan: &Scan, i: usize) -> Option<(i16, usize)> {
    let i = match scan.is(i, Sense::Of) {
        Some(next) if scan.spaced(i) && scan.spaced(next) => next,
        _ => i,
    };
    if !matches!(scan.gap(i), " " | ", " | "." | ". " | "-" | "," | "/") || scan.folded(i).len() != 4 {
        return None;
    }
    let year = i16::try_from(scan.number(i)?)
        .ok()
        .filter(|year| (1900..=2100).contains(year))?;
    scan.ends(i + 1).then_some((year, i + 1))
}

fn month_day(scan: &Scan, i: usize) -> Option<Dated> {
    let (month, at) = scan.pick(i, |sense| match sense {
        Sense::Month(month) => Some(month),
        Sense::WeakMonth(month) if scan.capital(i) || ordinal(scan, i + 2) > i + 2 => Some(month),
        _ => None,
    })?;
    let day = scan
        .small(at)
        .filter(|_| matches!(scan.gap(at), " " | ". " | "." | "\u{a0}"))?;
    let marked = ordinal(scan, at + 1) > at + 1;
    let next = last_day(scan, ordinal(scan, at + 1), day);
    let weak = scan
        .pick(i, |sense| matches!(sense, Sense::Month(_)).then_some(()))
        .is_none();
    let counts =
        (!marked && clocked(scan, next)) || scan.counted(next) || (weak && !marked && !scan.safe(next));
    if counts && full_year(scan, next).is_none() {
        return None;
    }
    with_year(scan, day, u32::try_from(month).ok()?, next)
}

/// Skips the end of a range of days: `June 12-14`.
fn last_day(scan: &Scan, i: usize, first: u32) -> usize {
    let dash = matches!(scan.gap(i), "-" | "–" | " - " | " – ");
    let to = if dash {
        Some(i)
    } else {
        scan.is(i, Sense::To)
            .filter(|to| scan.spaced(i) && scan.spaced(*to))
    };
    let end = to.filter(|to| scan.small(*to).is_some_and(|last| last > first && last <= 31));
    end.map(|to| ordinal(scan, to + 1))
        .filter(|next| scan.ends(*next) && !clocked(scan, *next))
        .unwrap_or(i)
}

/// Whether what stands at `i` makes an hour of the number before it.
pub(super) fn clocked(scan: &Scan, i: usize) -> bool {
    let sense = scan.pick(i, |sense| {
        let clocked = matches!(
            sense,
            Sense::Uhr | Sense::H | Sense::Oclock | Sense::Hours | Sense::Am | Sense::Pm | Sense::Tail(_)
        );
        clocked.then_some(())
    });
    sense.is_some() || scan.gap(i).starts_with(':')
}

/// A day of the month whose month is left out.
fn day_alone(scan: &Scan, i: usize) -> Option<Dated> {
    if with_month(scan, i + 1) {
        return None;
    }
    the_nth(scan, i)
        .or_else(|| numbered(scan, i))
        .or_else(|| german_nth(scan, i))
        .or_else(|| romance_nth(scan, i))
}

fn next_day(scan: &Scan, day_at: usize, next: usize, end: usize) -> Option<Dated> {
    let date = resolve::day_of_month(scan.at.date(), scan.small(day_at)?)?;
    Some(Dated { date, next, end })
}

fn the_nth(scan: &Scan, i: usize) -> Option<Dated> {
    if !scan.has(i, Sense::The) || !scan.spaced(i + 1) {
        return None;
    }
    let day = scan.small(i + 1)?;
    let next = i + 3;
    if ordinal(scan, i + 2) != next {
        return None;
    }
    let alone =
        day >= 4 && scan.ends(next) && (scan.clause_ends(next) || AFTER_NTH.contains(&scan.folded(next)));
    let counts = alone || (prefixed(scan, i) && scan.safe(next));
    counts.then(|| next_day(scan, i + 1, next, scan.end_before(next)))?
}

fn numbered(scan: &Scan, i: usize) -> Option<Dated> {
    let prefix = scan.is(i, Sense::DayNumber)?;
    if !scan.spaced(prefix) || !scan.ends(prefix + 1) || scan.counted(prefix + 1) || clocked(scan, prefix + 1)
    {
        return None;
    }
    next_day(scan, prefix, prefix + 1, scan.end_before(prefix + 1))
}

fn german_nth(scan: &Scan, i: usize) -> Option<Dated> {
    if !DOT_PREFIXES.contains(&scan.folded(i)) || !scan.spaced(i + 1) {
        return None;
    }
    let next = i + 2;
    let gap = scan.gap(next).strip_prefix('.')?;
    let plain = gap.trim_matches(' ').is_empty();
    let noun = plain
        && next < scan.len()
        && (scan.capital(next) || scan.number(next).is_some() || scan.has(next, Sense::Counted));
    if noun {
        return None;
    }
    next_day(scan, i + 1, next, scan.end_before(next) + 1)
}

fn romance_nth(scan: &Scan, i: usize) -> Option<Dated> {
    let hours = i > 0
        && matches!(
            scan.folded(i - 1),
            "dopo" | "verso" | "prima" | "sono" | "per" | "dalle" | "tra"
        );
    if !matches!(scan.folded(i), "le" | "el") || hours || !scan.spaced(i + 1) {
        return None;
    }
    let next = i + 2;
    let timed = scan.has(next, Sense::At)
        || matches!(scan.folded(next), "a" | "au")
        || clock::part_behind(scan, next);
    if !scan.ends(next) || !(scan.clause_ends(next) || timed) {
        return None;
    }
    next_day(scan, i + 1, next, scan.end_before(next))
}
