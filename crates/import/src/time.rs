//! Times of JSON exports: ISO 8601, or seconds and milliseconds since 1970.

use jiff::civil::DateTime;
use jiff::{Timestamp, tz};

/// Above this a number of seconds would lie in the year 5138, so it counts milliseconds; likewise once more for
/// microseconds.
const MAX_SECONDS: i64 = 99_999_999_999;

/// A time, and whether it is a point in time given in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Read {
    pub at: DateTime,
    pub utc: bool,
}

/// Reads `2020-01-15T02:22:56`, with or without fraction and offset, or a number as a string.
pub(crate) fn parse(text: &str) -> Option<Read> {
    let text = text.trim();
    if let Ok(number) = text.parse::<f64>() {
        return epoch(number);
    }
    let (civil, utc) = without_offset(text);
    let at: DateTime = civil.replacen(' ', "T", 1).parse().ok()?;
    Some(Read {
        at: whole_seconds(at),
        utc,
    })
}

/// Reads seconds, milliseconds or microseconds since 1970.
pub(crate) fn epoch(number: f64) -> Option<Read> {
    if !number.is_finite() {
        return None;
    }
    #[expect(
        clippy::cast_possible_truncation,
        reason = "a float beyond i64 saturates, and is refused as a date"
    )]
    let whole = number as i64;
    let seconds = match whole.unsigned_abs() {
        size if size <= MAX_SECONDS.unsigned_abs() => whole,
        size if size <= MAX_SECONDS.unsigned_abs().saturating_mul(1_000) => whole.div_euclid(1_000),
        _ => whole.div_euclid(1_000_000),
    };
    from_seconds(seconds)
}

/// Reads milliseconds since 1970.
pub(crate) fn from_millis(millis: i64) -> Option<Read> {
    from_seconds(millis.div_euclid(1_000))
}

pub(crate) fn from_seconds(seconds: i64) -> Option<Read> {
    let at = Timestamp::from_second(seconds).ok()?;
    Some(Read {
        at: tz::Offset::UTC.to_datetime(at),
        utc: true,
    })
}

/// Takes `Z` or `+02:00` off the end. The time before it is the local time as written.
fn without_offset(text: &str) -> (&str, bool) {
    if let Some(civil) = text.strip_suffix(['Z', 'z']) {
        return (civil, true);
    }
    let time = text.find(['T', ' ']).unwrap_or(text.len());
    let (_, clock) = text.split_at_checked(time).unwrap_or((text, ""));
    match clock.find(['+', '-']) {
        Some(at) => (
            text.get(..time.saturating_add(at)).unwrap_or(text).trim_end(),
            false,
        ),
        None => (text, false),
    }
}

fn whole_seconds(at: DateTime) -> DateTime {
    at.with().subsec_nanosecond(0).build().unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn civil(text: &str) -> Option<(String, bool)> {
        parse(text).map(|read| (read.at.to_string(), read.utc))
    }

    #[test]
    fn forms() {
        let expect = |utc| Some(("2020-01-15T02:22:56".to_owned(), utc));
        for text in [
            "2020-01-15T02:22:56",
            "2020-01-15 02:22:56",
            " 2020-01-15T02:22:56.999 ",
        ] {
            assert_eq!(civil(text), expect(false), "{text}");
        }
        for text in [
            "2020-01-15T02:22:56+05:30",
            "2020-01-15T02:22:56-0300",
            "2020-01-15 02:22:56 +00:00",
        ] {
            assert_eq!(civil(text), expect(false), "{text}");
        }
        for text in [
            "2020-01-15T02:22:56Z",
            "1579054976",
            "1579054976000",
            "1579054976123",
            "1579054976123456",
        ] {
            assert_eq!(civil(text), expect(true), "{text}");
        }
        for text in [
            "",
            "x",
            "2020-02-31T00:00:00",
            "2020",
            "NaN",
            "1e300",
            "T",
            "-",
            "2020-01-15T25:00:00",
        ] {
            let number = text == "2020";
            assert_eq!(civil(text).is_some(), number, "{text}");
        }
    }
}
