//! Pieces that stand together become one date.

use jiff::civil::{Date, DateTime, Time, Weekday};

use super::clock::Beside;
use super::piece::{Clock, Piece, What};
use super::scan::Scan;
use super::sense::{Part, Sense, Which};
use super::{Found, When, calendar, clock, relative, resolve};

/// Words that may stand between two pieces of one date.
const MOST_GLUE: usize = 3;
const HOUR: u16 = 60;
const DAY: u16 = 24 * HOUR;
const HALF: u16 = DAY / 2;

/// The date that begins at `i`, and the word behind what was read.
pub(super) fn joined(scan: &Scan, i: usize) -> (Option<Found>, usize) {
    if scan.means_nothing(i) {
        return (None, i + 1);
    }
    let Some(first) = piece(scan, i, Beside::default()) else {
        return (None, i + 1);
    };
    let mut plan = Plan::default();
    plan.add(scan, first.what);
    let mut last = days_range(scan, first);
    while let Some(piece) = next_piece(scan, last, &plan) {
        if !plan.add(scan, piece.what) {
            break;
        }
        last = days_range(scan, piece);
    }
    let found = plan.found(scan, scan.start(i), last.end);
    (found, last.next)
}

fn piece(scan: &Scan, i: usize, beside: Beside) -> Option<Piece> {
    calendar::calendar(scan, i)
        .or_else(|| clock::clock(scan, i, beside))
        .or_else(|| relative::day(scan, i))
        .or_else(|| part(scan, i))
}

fn part(scan: &Scan, i: usize) -> Option<Piece> {
    let (part, next) = clock::part(scan, i)?;
    Some(Piece {
        what: What::Part(part),
        next,
        end: scan.end_before(next),
    })
}

/// The piece behind the last, past the words that may stand between.
fn next_piece(scan: &Scan, last: Piece, plan: &Plan) -> Option<Piece> {
    let (mut i, mut end) = (last.next, last.end);
    for _ in 0..=MOST_GLUE {
        let touching = scan.joined(i) && scan.folded(i) != "t" && scan.number(i).is_none();
        if !scan.soft(end, i) || (touching && end == scan.start(i)) || scan.has(i, Sense::Nothing) {
            return None;
        }
        if let Some(piece) = piece(scan, i, plan.beside()) {
            return Some(piece);
        }
        i = scan.is(i, Sense::Glue)?;
        end = scan.end_before(i);
    }
    None
}

/// `Friday to Sunday`: reads on over the last day.
fn days_range(scan: &Scan, last: Piece) -> Piece {
    if !matches!(last.what, What::Weekday { .. }) || !scan.soft(last.end, last.next) {
        return last;
    }
    let dash = matches!(scan.gap(last.next).trim(), "-" | "–");
    let to = if dash {
        Some(last.next)
    } else {
        scan.is(last.next, Sense::To)
    };
    let end = to
        .and_then(|to| relative::day(scan, to))
        .filter(|piece| matches!(piece.what, What::Weekday { .. }));
    end.unwrap_or(last)
}

/// What the pieces say together.
#[derive(Default)]
struct Plan {
    weekday: Option<(Weekday, Which)>,
    monday: Option<Date>,
    calendar: Option<Date>,
    relative: Option<(Date, bool)>,
    moment: Option<DateTime>,
    part: Option<Part>,
    clock: Option<Clock>,
}

impl Plan {
    /// Takes a piece that agrees with the others.
    fn add(&mut self, scan: &Scan, what: What) -> bool {
        if self.moment.is_some() {
            return false;
        }
        match what {
            What::Calendar(date) => self.add_calendar(date),
            What::Relative { date, vague, part } => {
                self.takes_part(part) && self.add_relative(date, vague) && self.add_part(part)
            }
            What::Weekday { day, which, part } => {
                self.takes_part(part) && self.add_weekday(scan, day, which) && self.add_part(part)
            }
            What::Week(monday) => {
                let free = self.relative.is_none() && self.calendar.is_none() && self.monday.is_none();
                free && self.monday.replace(monday).is_none()
            }
            What::Part(part) => self.add_part(Some(part)),
            What::Clock(clock) => self.clock.is_none() && self.clock.replace(clock).is_none(),
            What::Moment(moment) => self.is_empty() && self.moment.replace(moment).is_none(),
        }
    }

    fn is_empty(&self) -> bool {
        !self.dated() && self.part.is_none() && self.clock.is_none()
    }

    fn beside(&self) -> Beside {
        let free = self.clock.is_none();
        Beside {
            day: free && self.dated(),
            part: free && self.part.is_some(),
        }
    }

    fn dated(&self) -> bool {
        self.weekday.is_some() || self.monday.is_some() || self.calendar.is_some() || self.relative.is_some()
    }

    fn add_calendar(&mut self, date: Date) -> bool {
        let agrees = self
            .relative
            .is_none_or(|(relative, vague)| !vague && relative == date);
        if self.calendar.is_some() || self.monday.is_some() || !agrees {
            return false;
        }
        self.calendar = Some(date);
        true
    }

    fn add_relative(&mut self, date: Date, vague: bool) -> bool {
        let agrees = self.calendar.is_none_or(|calendar| calendar == date)
            && self.weekday.is_none_or(|(day, _)| day == date.weekday());
        if self.relative.is_some() || self.monday.is_some() || !agrees {
            return false;
        }
        self.relative = Some((date, vague));
        true
    }

    fn add_weekday(&mut self, scan: &Scan, day: Weekday, which: Which) -> bool {
        let agrees = self.calendar.is_none_or(|date| date.weekday() == day)
            && self
                .relative
                .is_none_or(|(date, vague)| !vague && date.weekday() == day);
        if self.weekday.is_some() || !agrees || resolve::weekday(scan.at.date(), day, which).is_none() {
            return false;
        }
        self.weekday = Some((day, which));
        true
    }

    /// `Mañana por la mañana` has one part; one that differs is another date's.
    fn takes_part(&self, part: Option<Part>) -> bool {
        match (self.part, part) {
            (Some(has), Some(part)) => has == part || (has == Part::Evening && part == Part::Night),
            _ => true,
        }
    }

    fn add_part(&mut self, part: Option<Part>) -> bool {
        let takes = self.takes_part(part);
        self.part = self.part.or(part);
        takes
    }

    fn found(&self, scan: &Scan, start: usize, end: usize) -> Option<Found> {
        if let Some(moment) = self.moment {
            let when = When {
                date: Some(moment.date()),
                time: Some(moment.time()),
            };
            return Some(Found {
                start,
                end,
                when,
                past: moment < scan.at,
                vague: false,
                clock: false,
            });
        }
        let day = self.date(scan);
        if self.clock.is_none() && !self.dated() {
            return None;
        }
        let time = self.clock.and_then(|clock| resolved(clock, self.part));
        let (date, time) = self.moved(day?, time)?;
        let noon =
            (self.part == Some(Part::Noon) && self.clock.is_none()).then(|| Time::constant(12, 0, 0, 0));
        let when = When {
            date,
            time: time.or(noon),
        };
        let vague = self.clock.is_none() && (self.part.is_some() || self.stretch());
        Some(Found {
            start,
            end,
            when,
            past: past(scan, when, self.part),
            vague,
            clock: self.clock.is_some(),
        })
    }

    /// A week, a weekend or a month.
    fn stretch(&self) -> bool {
        let week = self.monday.is_some() && self.weekday.is_none();
        week || (self.calendar.is_none() && self.relative.is_some_and(|(_, vague)| vague))
    }

    /// The day; `None` where there is one but not in the years that count.
    #[allow(clippy::option_option)]
    fn date(&self, scan: &Scan) -> Option<Option<Date>> {
        if let Some(date) = self.calendar.or(self.relative.map(|(date, _)| date)) {
            return Some(Some(date));
        }
        match (self.monday, self.weekday) {
            (Some(monday), Some((day, _))) => Some(Some(resolve::add_days(
                monday,
                i64::from(day.to_monday_zero_offset()),
            )?)),
            (Some(monday), None) => Some(Some(this_week(scan, monday))),
            (None, Some((day, which))) => Some(Some(resolve::weekday(scan.at.date(), day, which)?)),
            (None, None) => Some(None),
        }
    }

    /// Midnight and the small hours of a night are the next day's.
    fn moved(&self, date: Option<Date>, time: Option<Resolved>) -> Option<(Option<Date>, Option<Time>)> {
        let Some(time) = time else {
            return Some((date, None));
        };
        let date = match date {
            Some(date) if time.next_day => Some(resolve::add_days(date, 1)?),
            date => date,
        };
        Some((date, Some(time.time)))
    }
}

/// This week begins today, other weeks on their Monday.
fn this_week(scan: &Scan, monday: Date) -> Date {
    let today = scan.at.date();
    if resolve::monday(today) == Some(monday) {
        today
    } else {
        monday
    }
}

fn past(scan: &Scan, when: When, part: Option<Part>) -> bool {
    let Some(date) = when.date else { return false };
    match when.time {
        Some(time) => date.to_datetime(time) < scan.at,
        None => {
            date < scan.at.date() || (date == scan.at.date() && part.is_some_and(|part| over(scan, part)))
        }
    }
}

/// Whether a part of the message's own day was over when it was written.
fn over(scan: &Scan, part: Part) -> bool {
    let end = match part {
        Part::Dawn | Part::Morning => 12,
        Part::Noon => 14,
        Part::Afternoon => 18,
        Part::Evening | Part::Night => return false,
    };
    scan.at.hour() >= end
}

struct Resolved {
    time: Time,
    next_day: bool,
}

/// The time of day, where its half of the day is sure.
fn resolved(clock: Clock, part: Option<Part>) -> Option<Resolved> {
    let minutes = match part.filter(|_| !clock.fixed) {
        Some(part) => in_part(clock.minutes, part),
        None if clock.open => return None,
        None => clock.minutes,
    };
    let next_day = minutes >= DAY;
    let minutes = minutes % DAY;
    let hour = i8::try_from(minutes / HOUR).ok()?;
    let minute = i8::try_from(minutes % HOUR).ok()?;
    Some(Resolved {
        time: Time::new(hour, minute, 0, 0).ok()?,
        next_day,
    })
}

/// An hour of twelve in its part of the day; 1440 and more for the small hours behind midnight.
fn in_part(minutes: u16, part: Part) -> u16 {
    let twelve = minutes % HALF;
    match part {
        Part::Dawn | Part::Morning => minutes,
        Part::Noon if twelve >= 10 * HOUR => twelve,
        Part::Noon | Part::Afternoon => twelve + HALF,
        Part::Evening if twelve < 4 * HOUR => twelve + DAY,
        Part::Night if twelve < 6 * HOUR => twelve + DAY,
        Part::Evening | Part::Night => twelve + HALF,
    }
}
