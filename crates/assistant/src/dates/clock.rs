//! Times of day: `8pm`, `20h30`, `halb acht`, `a las ocho y media`, `الساعة ٨`.

use super::piece::{Clock, Piece, What};
use super::scan::Scan;
use super::sense::{Part, Sense};

const HOUR: u16 = 60;
const DAY: u16 = 24 * HOUR;
/// Times written with minutes that lie before this are open without a part of the day.
const SMALL_HOURS_END: u16 = 6 * HOUR;
/// Below this hour, `2h` is rather a length of time.
const LEAST_BARE_H: u16 = 7;
/// Words behind which `2h` is a length of time.
const LENGTH_BEFORE: &[&str] = &[
    "dauert", "dure", "pendant", "durante", "takes", "took", "fur", "for", "dura", "encore", "noch", "cada",
    "les", "todas", "alle", "every",
];
/// Words before a pair of numbers that is a score.
const SCORE_BEFORE: &[&str] = &[
    "score", "won", "lost", "gewonnen", "verloren", "stand", "ratio", "steht", "endstand",
];

/// What stands before an hour.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lead {
    /// Nothing that makes the number an hour.
    None,
    /// A preposition that makes a number in figures an hour.
    At,
    /// One that does so where nothing is counted behind it.
    Safe,
    /// `las`, which wants a tail or a part of the day.
    Las,
}

/// What the date has that the time would belong to.
#[derive(Clone, Copy, Default)]
pub(super) struct Beside {
    pub(super) day: bool,
    pub(super) part: bool,
}

/// An hour as read, with the word behind it.
#[derive(Clone, Copy)]
struct Read {
    clock: Clock,
    next: usize,
    /// Whether more than a bare number makes it a time.
    marked: bool,
}

/// The time at `i`; behind a part of the day, a bare hour will do.
pub(super) fn clock(scan: &Scan, i: usize, beside: Beside) -> Option<Piece> {
    if let Some(read) = named(scan, i).or_else(|| range(scan, i, beside.day)) {
        return Some(piece(scan, read));
    }
    let (lead, at) = lead(scan, i);
    let read = led(scan, lead, at)
        .or_else(|| led(scan, Lead::None, i))
        .or_else(|| after_part(scan, i, beside.part))?;
    Some(piece(
        scan,
        range_end(scan, read).map_or(read, |next| Read { next, ..read }),
    ))
}

fn piece(scan: &Scan, read: Read) -> Piece {
    Piece {
        what: What::Clock(read.clock),
        next: read.next,
        end: scan.end_before(read.next),
    }
}

fn named(scan: &Scan, i: usize) -> Option<Read> {
    let (minutes, next) = scan.pick(i, |sense| match sense {
        Sense::Noon => Some(DAY / 2),
        Sense::Midnight => Some(DAY),
        Sense::WeakNoon if led_noon(scan, i) => Some(DAY / 2),
        _ => None,
    })?;
    let (extra, next) = tail(scan, next).unwrap_or((0, next));
    let minutes = minutes.checked_add_signed(extra)?;
    Some(Read {
        clock: Clock {
            minutes,
            fixed: true,
            open: false,
        },
        next,
        marked: true,
    })
}

/// Whether `midi` has the words beside it that make it a time.
fn led_noon(scan: &Scan, i: usize) -> bool {
    let words = [
        "a",
        "vers",
        "demain",
        "avant",
        "apres",
        "pour",
        "jusqua",
        "aujourdhui",
        "ce",
        "le",
        "des",
    ];
    let weekday = i > 0
        && scan
            .pick(i - 1, |sense| matches!(sense, Sense::Weekday(_)).then_some(()))
            .is_some();
    i > 0 && scan.gap(i) == " " && (weekday || words.contains(&scan.folded(i - 1)))
}

/// What stands at `i` before an hour, and where the hour stands.
fn lead(scan: &Scan, i: usize) -> (Lead, usize) {
    if scan.raw(i) == "às" || scan.raw(i) == "Às" {
        return (Lead::At, i + 1);
    }
    let found = scan.pick(i, |sense| match sense {
        Sense::At => Some(Lead::At),
        Sense::AtSafe => Some(Lead::Safe),
        Sense::Las => Some(Lead::Las),
        _ => None,
    });
    match found {
        Some((lead, mut at)) if scan.soft(scan.end_before(at), at) => {
            if matches!(
                scan.folded(at),
                "about" | "around" | "ca" | "circa" | "like" | "so" | "etwa"
            ) {
                at += 1;
            }
            (lead, at)
        }
        _ if scan.gap(i).ends_with('@') || scan.gap(i).ends_with("@ ") => (Lead::At, i),
        _ => (Lead::None, i),
    }
}

/// The hour at `i` behind its lead.
fn led(scan: &Scan, lead: Lead, i: usize) -> Option<Read> {
    let read = spoken(scan, lead, i)
        .or_else(|| figures(scan, lead, i))
        .or_else(|| hour(scan, lead, i))?;
    let read = tailed(scan, read)?;
    let read = halved(
        scan,
        read,
        lead == Lead::At && scan.folded(i.saturating_sub(1)) == "um",
    );
    let twelve = lead != Lead::None || read.clock.minutes <= DAY / 2;
    if read.marked || (twelve && part_behind(scan, read.next)) {
        return Some(read);
    }
    bare(scan, lead, i, read.next).then_some(read)
}

/// Whether a bare number is an hour.
fn bare(scan: &Scan, lead: Lead, i: usize, next: usize) -> bool {
    match lead {
        Lead::At if scan.number(i).is_some() => !scan.counted(next),
        Lead::At | Lead::Safe => scan.safe(next),
        Lead::Las | Lead::None => false,
    }
}

/// A bare hour right behind a part of the day: `kal shaam 7`.
fn after_part(scan: &Scan, i: usize, behind_part: bool) -> Option<Read> {
    let read = hour(scan, Lead::None, i).filter(|_| behind_part)?;
    let ends =
        scan.safe(read.next) || (scan.has(read.next, Sense::To) && scan.number(read.next + 1).is_none());
    (scan.number(i).is_some() && scan.begins(i) && scan.ends(read.next) && ends).then_some(read)
}

/// An hour that other words bring: `half past seven`, `viertel vor acht`, `साढ़े सात बजे`.
fn spoken(scan: &Scan, lead: Lead, i: usize) -> Option<Read> {
    if let Some(read) = fixed_baje(scan, i) {
        return Some(read);
    }
    let (minutes, at) = scan.pick(i, |sense| match sense {
        Sense::Spoken(minutes) => Some(minutes),
        Sense::SpokenAt(minutes) if lead == Lead::At => Some(minutes),
        Sense::SpokenBaje(minutes) if baje(scan, i + 1) => Some(minutes),
        Sense::Half => Some(if matches!(lead, Lead::At) && dutch(scan, i) {
            -30
        } else {
            30
        }),
        _ => None,
    })?;
    let (hour, next) = hour_number(scan, at).filter(|(hour, _)| *hour <= 12 && scan.spaced(at))?;
    if scan.counted(next) && !scan.has(next, Sense::Oclock)
        || scan.has(at, Sense::Article) && scan.number(at).is_none() && !scan.safe(next)
    {
        return None;
    }
    let next = scan
        .is(next, Sense::Oclock)
        .or_else(|| scan.is(next, Sense::Uhr))
        .unwrap_or(next);
    let minutes = (hour * HOUR + DAY / 2).checked_add_signed(i16::from(minutes))? % (DAY / 2);
    let minutes = if minutes < HOUR {
        minutes + DAY / 2
    } else {
        minutes
    };
    read(0, minutes, false, next).map(small_hours)
}

fn baje(scan: &Scan, i: usize) -> bool {
    hour_number(scan, i).is_some_and(|(_, next)| scan.has(next, Sense::Oclock) || part_behind(scan, next))
}

fn dutch(scan: &Scan, i: usize) -> bool {
    i > 0 && matches!(scan.folded(i - 1), "om" | "rond")
}

fn fixed_baje(scan: &Scan, i: usize) -> Option<Read> {
    let (minutes, next) = scan.pick(i, |sense| {
        if let Sense::FixedBaje(minutes) = sense {
            Some(minutes)
        } else {
            None
        }
    })?;
    let next = scan.is(next, Sense::Oclock)?;
    Some(Read {
        clock: Clock {
            minutes: u16::from(minutes),
            fixed: false,
            open: false,
        },
        next,
        marked: true,
    })
}

/// A number that may be an hour, in figures or a word.
fn hour_number(scan: &Scan, i: usize) -> Option<(u16, usize)> {
    if let Some(number) = scan.number(i) {
        let hour = u16::try_from(number)
            .ok()
            .filter(|hour| *hour <= 24 && scan.folded(i).len() <= 2)?;
        return scan.begins(i).then_some((hour, i + 1));
    }
    scan.pick(i, |sense| match sense {
        Sense::Number(number @ 1..=12) => Some(u16::from(number)),
        _ => None,
    })
}

/// Hour and minutes in figures: `20:30`, `20.30 Uhr`, `20h30`.
fn figures(scan: &Scan, lead: Lead, i: usize) -> Option<Read> {
    let (hour, _) = hour_number(scan, i).filter(|_| scan.number(i).is_some())?;
    colon(scan, hour, i)
        .or_else(|| point(scan, lead, hour, i))
        .or_else(|| with_h(scan, lead, hour, i))
}

fn colon(scan: &Scan, hour: u16, i: usize) -> Option<Read> {
    let minute = minute(scan, i + 1).filter(|_| scan.gap(i + 1) == ":")?;
    let seconds = scan.gap(i + 2) == ":" && minute_at(scan, i + 2);
    let next = if seconds { i + 3 } else { i + 2 };
    let score = i > 0 && SCORE_BEFORE.contains(&scan.folded(i - 1));
    let ends = scan.ends(next) || dash(scan, next) || scan.joined(next);
    (ends && !score).then_some(())?;
    written(scan, hour, minute, i, next)
}

fn minute(scan: &Scan, i: usize) -> Option<u16> {
    scan.two_digits(i)
        .filter(|minute| *minute < 60)
        .and_then(|minute| u16::try_from(minute).ok())
}

fn minute_at(scan: &Scan, i: usize) -> bool {
    minute(scan, i).is_some()
}

fn read(hour: u16, minute: u16, fixed: bool, next: usize) -> Option<Read> {
    let minutes = hour * HOUR + minute;
    (minutes <= DAY).then_some(Read {
        clock: Clock {
            minutes,
            fixed,
            open: false,
        },
        next,
        marked: true,
    })
}

/// Leaves the half of the day open where nobody means the small hours: `1:45`, `half past four`.
fn small_hours(read: Read) -> Read {
    let small = (HOUR..SMALL_HOURS_END).contains(&read.clock.minutes) && !read.clock.fixed;
    Read {
        clock: Clock {
            open: read.clock.open || small,
            ..read.clock
        },
        ..read
    }
}

fn dash(scan: &Scan, i: usize) -> bool {
    matches!(scan.gap(i), "-" | "–" | "—")
}

/// Skips what only repeats that an hour was meant.
fn suffix(scan: &Scan, i: usize) -> usize {
    let skipped = scan.pick(i, |sense| {
        matches!(sense, Sense::Uhr | Sense::H | Sense::Hours | Sense::Oclock).then_some(())
    });
    match skipped {
        Some(((), next)) if scan.joined(i) || scan.spaced(i) => next,
        _ => i,
    }
}

fn point(scan: &Scan, lead: Lead, hour: u16, i: usize) -> Option<Read> {
    let minute = minute(scan, i + 1).filter(|_| scan.gap(i + 1) == ".")?;
    let next = suffix(scan, i + 2);
    let meridiem = scan
        .pick(next, |sense| matches!(sense, Sense::Am | Sense::Pm).then_some(()))
        .is_some();
    let plain = lead == Lead::At && minute % 5 == 0 && !scan.counted(next);
    if next == i + 2 && !meridiem && !(plain && scan.ends(next)) {
        return None;
    }
    written(scan, hour, minute, i, i + 2)
}

/// Hour and minutes: of twenty-four where a zero leads or `Uhr` follows.
fn written(scan: &Scan, hour: u16, minute: u16, i: usize, next: usize) -> Option<Read> {
    let behind = suffix(scan, next);
    let read = read(hour, minute, hour == 0 || hour > 12, behind)?;
    let whole_day = behind > next || scan.folded(i).starts_with('0');
    Some(if whole_day { read } else { small_hours(read) })
}

/// `20h`, `8h30`, `18 h 15`.
fn with_h(scan: &Scan, lead: Lead, hour: u16, i: usize) -> Option<Read> {
    let behind = scan
        .is(i + 1, Sense::H)
        .filter(|_| scan.joined(i + 1) || scan.spaced(i + 1))?;
    let minute =
        minute(scan, behind).filter(|_| scan.joined(behind) || (scan.spaced(behind) && !scan.joined(i + 1)));
    let next = if minute.is_some() { behind + 1 } else { behind };
    let before = i.checked_sub(1).map_or("", |before| scan.folded(before));
    let led = lead != Lead::None
        || matches!(before, "a" | "as" | "vers" | "pour" | "des" | "par" | "las")
        || dated_before(scan, i);
    let length = LENGTH_BEFORE.contains(&before)
        || (hour == 24 && lead == Lead::None)
        || matches!(scan.folded(next), "de" | "of" | "lang" | "später" | "d") && !led_part(scan, next);
    if hour > 24 || !led && (length || hour < LEAST_BARE_H) || !scan.ends(next) && !dash(scan, next) {
        return None;
    }
    read(hour, minute.unwrap_or(0), hour == 0 || hour > 12, next)
}

fn dated_before(scan: &Scan, i: usize) -> bool {
    i > 0 && scan.spaced(i) && scan.dated(i - 1)
}

/// Whether a preposition at `i` brings a part of the day.
fn led_part(scan: &Scan, i: usize) -> bool {
    part_behind(scan, i)
}

/// A whole hour with what makes it one: `20 Uhr`, `8 o'clock`, `à 20 heures`; or bare.
fn hour(scan: &Scan, lead: Lead, i: usize) -> Option<Read> {
    let (hour, next) = hour_number(scan, i)?;
    let kind = scan.pick(next, |sense| match sense {
        Sense::Uhr | Sense::Oclock => Some(sense),
        Sense::Hours
            if lead == Lead::At || matches!(scan.folded(i.saturating_sub(1)), "a" | "as" | "vers") =>
        {
            Some(sense)
        }
        _ => None,
    });
    if let Some((kind, behind)) = kind.filter(|_| scan.joined(next) || scan.spaced(next)) {
        return suffixed(scan, hour, kind, behind);
    }
    if scan.number(i).is_some() && !scan.ends(next) && !scan.joined(next) {
        return None;
    }
    let meridiem = scan
        .pick(next, |sense| matches!(sense, Sense::Am | Sense::Pm).then_some(()))
        .is_some();
    if scan.joined(next) && !meridiem {
        return None;
    }
    let sure = hour == 0 || hour > 11;
    Some(Read {
        clock: Clock {
            minutes: hour * HOUR,
            fixed: hour == 0 || hour > 12,
            open: !sure,
        },
        next,
        marked: false,
    })
}

fn suffixed(scan: &Scan, hour: u16, kind: Sense, next: usize) -> Option<Read> {
    let twelve = kind == Sense::Oclock;
    let minute =
        minute(scan, next).filter(|_| kind != Sense::Oclock && scan.spaced(next) && scan.ends(next + 1));
    let next = if minute.is_some() { next + 1 } else { next };
    let open = twelve && (1..12).contains(&hour);
    let fixed = hour == 0 || hour > 12;
    let clock = Clock {
        minutes: hour * HOUR + minute.unwrap_or(0),
        fixed,
        open,
    };
    (clock.minutes <= DAY).then_some(Read {
        clock,
        next,
        marked: true,
    })
}

fn tail(scan: &Scan, i: usize) -> Option<(i16, usize)> {
    if !scan.spaced(i) {
        return None;
    }
    scan.pick(i, |sense| {
        if let Sense::Tail(minutes) = sense {
            Some(i16::from(minutes))
        } else {
            None
        }
    })
}

/// Adds `y media`, `et quart`, `إلا ربع`.
fn tailed(scan: &Scan, read: Read) -> Option<Read> {
    let Some((extra, next)) = tail(scan, read.next) else {
        return Some(read);
    };
    let minutes = read
        .clock
        .minutes
        .checked_add_signed(extra)
        .filter(|minutes| *minutes <= DAY)?;
    let open = read.clock.open && (extra == 0 || minutes < SMALL_HOURS_END);
    Some(Read {
        clock: Clock {
            minutes,
            open,
            ..read.clock
        },
        next,
        marked: true,
    })
}

/// Puts the hour in the half of the day that `am` or `pm` says.
fn halved(scan: &Scan, read: Read, german: bool) -> Read {
    let half = scan.pick(read.next, |sense| match sense {
        Sense::Am if !german && english_am(scan, read.next) => Some(false),
        Sense::Pm => Some(true),
        _ => None,
    });
    let close = scan.joined(read.next) || scan.spaced(read.next);
    match half.filter(|_| close && (HOUR..DAY / 2 + HOUR).contains(&read.clock.minutes)) {
        Some((afternoon, next)) => {
            let minutes = read.clock.minutes % (DAY / 2) + if afternoon { DAY / 2 } else { 0 };
            Read {
                clock: Clock {
                    minutes,
                    fixed: true,
                    open: false,
                },
                next,
                marked: true,
            }
        }
        None => read,
    }
}

/// Whether `am` is the morning and not a German preposition.
fn english_am(scan: &Scan, i: usize) -> bool {
    if scan.joined(i) || scan.folded(i) != "am" || !scan.spaced(i + 1) {
        return true;
    }
    let english = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "on",
        "i",
        "sharp",
    ];
    english.contains(&scan.folded(i + 1))
        || (!scan.capital(i + 1) && !scan.dated(i + 1) && scan.number(i + 1).is_none())
        || matches!(scan.folded(i + 1), "tomorrow" | "today")
}

/// Whether a part of the day stands behind an hour: `abends`, `in the evening`, `de la tarde`.
pub(super) fn part_behind(scan: &Scan, i: usize) -> bool {
    if !scan.spaced(i) {
        return false;
    }
    let adverb = scan
        .pick(i, |sense| matches!(sense, Sense::Adverb(_)).then_some(()))
        .is_some();
    adverb || lead_of_part(scan, i).is_some_and(|at| part(scan, at).is_some())
}

fn lead_of_part(scan: &Scan, i: usize) -> Option<usize> {
    let two = [
        ("in", "the"),
        ("de", "la"),
        ("por", "la"),
        ("en", "la"),
        ("de", "laube"),
    ];
    if two.contains(&(scan.folded(i), scan.folded(i + 1))) {
        return Some(i + 2);
    }
    let one = [
        "at", "du", "da", "de", "del", "della", "di", "am", "ko", "को", "in", "في",
    ];
    one.contains(&scan.folded(i)).then_some(i + 1)
}

pub(super) fn part(scan: &Scan, i: usize) -> Option<(Part, usize)> {
    scan.pick(i, |sense| match sense {
        Sense::Part(part) | Sense::Adverb(part) => Some(part),
        _ => None,
    })
}

/// `2-4pm`, `10 bis 12 Uhr`, `from 10 to 12`: the first hour, up to the end.
fn range(scan: &Scan, i: usize, beside_day: bool) -> Option<Read> {
    let (lead, at) = range_lead(scan, i);
    let first = first_of_range(scan, at)?;
    let to = range_to(scan, first.next, lead == RangeLead::Between)?;
    let beside_day = beside_day && !scan.has(first.next, Sense::At);
    let last = loose(scan, to)?;
    let led = (lead != RangeLead::None || first.marked || beside_day) && scan.safe(last.next);
    if !last.marked && !led {
        return None;
    }
    let twelve = scan.small(to).is_some_and(|hour| hour <= 12) && last.clock.fixed;
    let clock = agree(first.clock, last.clock, twelve);
    (clock.minutes <= DAY).then_some(Read {
        clock,
        next: last.next,
        marked: true,
    })
}

fn first_of_range(scan: &Scan, i: usize) -> Option<Read> {
    let (hour, next) = hour_number(scan, i).filter(|_| scan.number(i).is_some())?;
    let plain = Clock {
        minutes: hour * HOUR,
        fixed: false,
        open: (1..12).contains(&hour),
    };
    let plain = Read {
        clock: plain,
        next,
        marked: false,
    };
    let read = colon(scan, hour, i)
        .or_else(|| first_h(scan, hour, next))
        .unwrap_or(plain);
    let read = Read {
        next: suffix(scan, read.next),
        ..read
    };
    Some(halved(scan, read, false))
}

/// `18h`, `18h30` before the end of a range.
fn first_h(scan: &Scan, hour: u16, i: usize) -> Option<Read> {
    let next = scan.is(i, Sense::H).filter(|_| hour >= LEAST_BARE_H)?;
    let minutes = minute(scan, next).filter(|_| scan.joined(next));
    read(
        hour,
        minutes.unwrap_or(0),
        hour == 0 || hour > 12,
        next + usize::from(minutes.is_some()),
    )
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum RangeLead {
    None,
    From,
    Between,
}

fn range_lead(scan: &Scan, i: usize) -> (RangeLead, usize) {
    let lead = scan.pick(i, |sense| match sense {
        Sense::Between => Some(RangeLead::Between),
        Sense::From | Sense::At => Some(RangeLead::From),
        _ => None,
    });
    let Some((lead, at)) = lead.filter(|(_, at)| scan.spaced(*at)) else {
        return (RangeLead::None, i);
    };
    (
        lead,
        scan.is(at, Sense::At)
            .or_else(|| scan.is(at, Sense::Las))
            .unwrap_or(at),
    )
}

/// Where the last hour of a range stands.
fn range_to(scan: &Scan, i: usize, between: bool) -> Option<usize> {
    if matches!(scan.gap(i), "-" | "–" | "—" | " - " | " – " | " — ") {
        return Some(i);
    }
    if !scan.spaced(i) {
        return None;
    }
    let (_, to) = scan.pick(i, |sense| match sense {
        Sense::To => Some(()),
        Sense::And if between => Some(()),
        _ => None,
    })?;
    let to = scan
        .is(to, Sense::At)
        .or_else(|| scan.is(to, Sense::Las))
        .unwrap_or(to);
    scan.spaced(to).then(|| skip_about(scan, to))
}

fn skip_about(scan: &Scan, i: usize) -> usize {
    let about = matches!(
        scan.folded(i),
        "ca" | "circa" | "etwa" | "about" | "around" | "ungefahr"
    );
    let behind = scan.gap(i + 1) == ". " || scan.soft(scan.end_before(i + 1), i + 1);
    if about && behind { i + 1 } else { i }
}

/// The last hour of a range, which its dash does not part from the first.
fn loose(scan: &Scan, i: usize) -> Option<Read> {
    let number = scan
        .small(i)
        .and_then(|hour| u16::try_from(hour).ok())
        .filter(|hour| *hour <= 24)?;
    let read = colon(scan, number, i)
        .or_else(|| first_h(scan, number, i + 1).filter(|read| scan.ends(read.next)))
        .or_else(|| dashed_hour(scan, number, i))?;
    let part = part_behind(scan, read.next);
    let read = halved(scan, read, false);
    Some(Read {
        marked: read.marked || part,
        ..read
    })
}

fn dashed_hour(scan: &Scan, hour: u16, i: usize) -> Option<Read> {
    let kind = scan.pick(i + 1, |sense| {
        matches!(sense, Sense::Uhr | Sense::Oclock).then_some(sense)
    });
    if let Some((kind, next)) = kind {
        return suffixed(scan, hour, kind, next);
    }
    let meridiem = scan
        .pick(i + 1, |sense| {
            matches!(sense, Sense::Am | Sense::Pm).then_some(())
        })
        .is_some();
    if !meridiem && (!scan.ends(i + 1) || scan.counted(i + 1)) {
        return None;
    }
    let clock = Clock {
        minutes: hour * HOUR,
        fixed: hour == 0 || hour > 12,
        open: (1..12).contains(&hour),
    };
    Some(Read {
        clock,
        next: i + 1,
        marked: false,
    })
}

/// The first time in the half of the day that the last one gives it: `2-4pm`, `11-1pm`.
fn agree(first: Clock, last: Clock, twelve: bool) -> Clock {
    let early = (HOUR..DAY / 2 + HOUR).contains(&first.minutes);
    if !first.fixed && twelve && early {
        let late = first.minutes % (DAY / 2) + DAY / 2;
        let later = last.minutes >= DAY / 2 && late < last.minutes;
        return Clock {
            minutes: if later { late } else { first.minutes },
            fixed: true,
            open: false,
        };
    }
    Clock {
        fixed: first.fixed || !early,
        open: first.open && last.open,
        ..first
    }
}

/// The end of a range behind a time that stands by itself: `8pm - 10pm`.
fn range_end(scan: &Scan, read: Read) -> Option<usize> {
    let to = range_to(scan, read.next, false)?;
    let last = loose(scan, to)?;
    (last.marked || scan.safe(last.next)).then_some(last.next)
}
