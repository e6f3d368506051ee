//! Days out of the three fields of a date, in the calendars that phones write.

use jiff::civil::Date;

use super::cursor::Number;
use crate::{DateOrder, Reason};

/// WhatsApp began in 2009; nothing was exported before.
const FIRST_YEAR: i16 = 2009;

/// One of the three fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    Number(Number),
    /// A year of an era that began in the given year, counted from 1.
    Era {
        began: i16,
        year: u16,
    },
    /// A month by name.
    Month(u16),
}

/// The three fields as they stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fields(pub [Field; 3]);

/// Where the year stands, as far as the digits tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum YearAt {
    First,
    Last,
    Unknown,
}

impl Field {
    fn is_year(self) -> bool {
        match self {
            Self::Number(number) => number.digits >= 3,
            Self::Era { .. } => true,
            Self::Month(_) => false,
        }
    }

    const fn number(self) -> Option<u16> {
        match self {
            Self::Number(number) => Some(number.value),
            Self::Month(month) => Some(month),
            Self::Era { .. } => None,
        }
    }
}

impl Fields {
    pub(super) fn year_at(self) -> YearAt {
        let [first, _, third] = self.0;
        match (first.is_year(), third.is_year()) {
            (true, false) => YearAt::First,
            (false, true) => YearAt::Last,
            _ => YearAt::Unknown,
        }
    }

    /// Whether some field is padded with a zero.
    pub(super) fn padded(self) -> bool {
        self.0
            .iter()
            .take(2)
            .any(|field| matches!(field, Field::Number(n) if n.digits == 2 && n.value < 10))
    }

    /// The day in this order.
    pub(super) fn day(self, order: DateOrder) -> Result<Date, Reason> {
        let [a, b, c] = self.0;
        // A month by name settles its place, whatever the order says.
        let (year, month, day) = match (order, a, b) {
            (DateOrder::Ymd, ..) => (a, b, c),
            (_, Field::Month(_), _) => (c, a, b),
            (_, _, Field::Month(_)) => (c, b, a),
            (DateOrder::Dmy, ..) => (c, b, a),
            (DateOrder::Mdy, ..) => (c, a, b),
        };
        let month = month.number().ok_or(Reason::ImpossibleDate)?;
        let day = day.number().ok_or(Reason::ImpossibleDate)?;
        to_date(year_of(year)?, month, day).ok_or(Reason::ImpossibleDate)
    }

    /// The day in this order, if a chat could have been written then.
    pub(super) fn plausible(self, order: DateOrder) -> Option<Date> {
        self.day(order).ok().filter(|day| day.year() >= FIRST_YEAR)
    }
}

#[derive(Clone, Copy)]
enum Year {
    Gregorian(i16),
    /// Solar Hijri, the calendar of Iran and Afghanistan.
    Persian(i16),
}

/// Which calendar a year belongs to. The years since 2009 do not overlap between these: Minguo 98 and on, Solar
/// Hijri 1387 and on, Gregorian 2009 and on, Buddhist 2552 and on. Islamic years (1430 and on) overlap with none
/// either until 2051, but their months follow the moon and cannot be computed.
fn year_of(field: Field) -> Result<Year, Reason> {
    let number = match field {
        Field::Era { began, year } => {
            let year = i16::try_from(year)
                .ok()
                .filter(|&year| year > 0)
                .ok_or(Reason::ImpossibleDate)?;
            return Ok(Year::Gregorian(began.saturating_add(year).saturating_sub(1)));
        }
        Field::Number(number) => number,
        Field::Month(_) => return Err(Reason::ImpossibleDate),
    };
    let value = i16::try_from(number.value).map_err(|_| Reason::ImpossibleDate)?;
    match (number.digits, value) {
        // Two digits: the Buddhist years 2552 to 2599 stand for 2009 to 2056.
        (1 | 2, 52..) => Ok(Year::Gregorian(value.saturating_add(2500 - 543))),
        (1 | 2, _) => Ok(Year::Gregorian(value.saturating_add(2000))),
        (3, 98..=199) => Ok(Year::Gregorian(value.saturating_add(1911))),
        (4, 1387..=1429) => Ok(Year::Persian(value)),
        (4, 1430..=1500) => Err(Reason::UnknownCalendar),
        (4, 1900..=2400) => Ok(Year::Gregorian(value)),
        (4, 2401..=2700) => Ok(Year::Gregorian(value.saturating_sub(543))),
        _ => Err(Reason::ImpossibleDate),
    }
}

fn to_date(year: Year, month: u16, day: u16) -> Option<Date> {
    let month = i8::try_from(month).ok()?;
    let day = i8::try_from(day).ok()?;
    match year {
        Year::Gregorian(year) => Date::new(year, month, day).ok(),
        Year::Persian(year) => from_persian(year, month, day),
    }
}

/// The Solar Hijri calendar: six months of 31 days, five of 30, and a last one of 29 or, in a leap year, 30. For the
/// years in question, leap years are those whose remainder modulo 33 is one of eight (the 33-year rule, which
/// agrees with the observed calendar from 1343 to 1472).
fn from_persian(year: i16, month: i8, day: i8) -> Option<Date> {
    let days_of_month = match month {
        1..=6 => 31,
        7..=11 => 30,
        12 if persian_leap(year) => 30,
        12 => 29,
        _ => return None,
    };
    if !(1..=days_of_month).contains(&day) {
        return None;
    }
    // 1 Farvardin 1387 was 20 March 2008.
    let begin = Date::new(2008, 3, 20).ok()?;
    let years: i32 = (1387..year)
        .map(|year| if persian_leap(year) { 366 } else { 365 })
        .sum();
    let months = i32::from(month).checked_sub(1)?;
    let before = months
        .checked_mul(31)?
        .checked_sub((months.checked_sub(6)?).max(0))?;
    let days = years
        .checked_add(before)?
        .checked_add(i32::from(day))?
        .checked_sub(1)?;
    begin.checked_add(jiff::Span::new().days(days)).ok()
}

fn persian_leap(year: i16) -> bool {
    matches!(year.rem_euclid(33), 1 | 5 | 9 | 13 | 17 | 22 | 26 | 30)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: u16, digits: u8) -> Field {
        Field::Number(Number { value, digits })
    }

    fn ymd(year: u16, digits: u8, month: u16, day: u16) -> Result<String, Reason> {
        Fields([number(year, digits), number(month, 2), number(day, 2)])
            .day(DateOrder::Ymd)
            .map(|day| day.to_string())
    }

    #[test]
    fn calendars() {
        assert_eq!(ymd(2020, 4, 1, 15).as_deref(), Ok("2020-01-15"));
        assert_eq!(ymd(20, 2, 1, 15).as_deref(), Ok("2020-01-15"));
        assert_eq!(ymd(2566, 4, 5, 1).as_deref(), Ok("2023-05-01"));
        assert_eq!(ymd(66, 2, 5, 1).as_deref(), Ok("2023-05-01"));
        assert_eq!(ymd(112, 3, 5, 1).as_deref(), Ok("2023-05-01"));
        // New years of the Persian calendar, and the last day of a leap year.
        assert_eq!(ymd(1388, 4, 1, 1).as_deref(), Ok("2009-03-21"));
        assert_eq!(ymd(1399, 4, 12, 30).as_deref(), Ok("2021-03-20"));
        assert_eq!(ymd(1400, 4, 1, 1).as_deref(), Ok("2021-03-21"));
        assert_eq!(ymd(1402, 4, 10, 25).as_deref(), Ok("2024-01-15"));
        assert_eq!(ymd(1403, 4, 12, 30).as_deref(), Ok("2025-03-20"));
        assert_eq!(ymd(1402, 4, 12, 30), Err(Reason::ImpossibleDate));
        assert_eq!(ymd(1445, 4, 7, 3), Err(Reason::UnknownCalendar));
        assert_eq!(ymd(2020, 4, 2, 31), Err(Reason::ImpossibleDate));
        assert_eq!(ymd(0, 2, 0, 0), Err(Reason::ImpossibleDate));
    }
}
