//! From what a message says to a day: every step is checked and stays within the years that a chat may speak of.

use jiff::Span;
use jiff::civil::{Date, DateTime, Weekday};

use super::sense::{Unit, Which};

/// The years that a date may fall in.
const FIRST_YEAR: i16 = 1900;
const LAST_YEAR: i16 = 2100;
/// Days that a date without a year may lie back before it counts as the next year's.
const DAYS_BACK: i64 = 30;
/// Years to look ahead for a date without a year: the 29th of February comes every four to eight.
const YEARS_AHEAD: i16 = 8;
/// Months to look ahead for a day of the month.
const MONTHS_AHEAD: i64 = 12;

pub(super) fn in_range(date: Date) -> Option<Date> {
    (FIRST_YEAR..=LAST_YEAR).contains(&date.year()).then_some(date)
}

pub(super) fn add_days(date: Date, days: i64) -> Option<Date> {
    in_range(date.checked_add(Span::new().try_days(days).ok()?).ok()?)
}

/// The moment so many units from another.
pub(super) fn shift(at: DateTime, unit: Unit, count: i64) -> Option<DateTime> {
    let span = Span::new();
    let span = match unit {
        Unit::Minute => span.try_minutes(count),
        Unit::Hour => span.try_hours(count),
        Unit::Day => span.try_days(count),
        Unit::Week | Unit::Weekend => span.try_weeks(count),
        Unit::Month => span.try_months(count),
        Unit::Year => span.try_years(count),
    };
    let moment = at.checked_add(span.ok()?).ok()?;
    in_range(moment.date()).map(|_| moment)
}

pub(super) fn monday(date: Date) -> Option<Date> {
    add_days(date, -i64::from(date.weekday().to_monday_zero_offset()))
}

/// The weekday that is meant.
pub(super) fn weekday(today: Date, day: Weekday, which: Which) -> Option<Date> {
    let offset = i64::from(day.to_monday_zero_offset());
    let ahead = (offset - i64::from(today.weekday().to_monday_zero_offset())).rem_euclid(7);
    match which {
        Which::This => add_days(today, ahead),
        Which::Bare | Which::Coming => add_days(today, if ahead == 0 { 7 } else { ahead }),
        Which::Later => add_days(today, if ahead == 0 { 14 } else { ahead + 7 }),
        Which::Following => add_days(monday(today)?, 7 + offset),
        Which::Last => add_days(today, ahead - 7),
    }
}

/// The Saturday of the weekend that is meant; on a Sunday, this weekend is today.
pub(super) fn weekend(today: Date, which: Which) -> Option<Date> {
    let saturday = add_days(monday(today)?, 5)?;
    match which {
        Which::Last => add_days(saturday, -7),
        Which::Following | Which::Later => add_days(saturday, 7),
        Which::Coming if today >= saturday => add_days(saturday, 7),
        Which::Bare | Which::This | Which::Coming => Some(saturday.max(today)),
    }
}

/// A day and month; without a year, the first that lies at most `DAYS_BACK` back.
pub(super) fn calendar(today: Date, day: u32, month: u32, year: Option<i16>) -> Option<Date> {
    let (day, month) = (i8::try_from(day).ok()?, i8::try_from(month).ok()?);
    if let Some(year) = year {
        return in_range(Date::new(year, month, day).ok()?);
    }
    let earliest = add_days(today, -DAYS_BACK)?;
    let years = today.year() - 1..=today.year() + YEARS_AHEAD;
    let date = years
        .filter_map(|year| Date::new(year, month, day).ok())
        .find(|date| *date >= earliest)?;
    in_range(date)
}

/// The nth weekday of a month that has not passed.
pub(super) fn nth_weekday(today: Date, month: i8, nth: i8, day: Weekday) -> Option<Date> {
    (today.year()..=today.year() + 1).find_map(|year| {
        let first = Date::new(year, month, 1).ok()?;
        let date = first
            .nth_weekday_of_month(nth, day)
            .ok()
            .filter(|date| *date >= today)?;
        in_range(date)
    })
}

/// The next day of this number, today among them.
pub(super) fn day_of_month(today: Date, day: u32) -> Option<Date> {
    let day = i8::try_from(day).ok()?;
    let first = today.first_of_month();
    (0..=MONTHS_AHEAD).find_map(|ahead| {
        let month = first.checked_add(Span::new().try_months(ahead).ok()?).ok()?;
        let date = Date::new(month.year(), month.month(), day)
            .ok()
            .filter(|date| *date >= today)?;
        in_range(date)
    })
}
