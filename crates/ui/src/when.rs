//! Days and hours as people read them.

use chat::Time;
use client::api::ChatState;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

use crate::words::{Words, gaps};

/// The clock by which the messages of a chat are shown: this machine's, or an export's own.
#[derive(Clone)]
pub(crate) struct Wall {
    zone: TimeZone,
    today: Date,
}

impl Wall {
    pub(crate) fn of(state: ChatState, now: Time) -> Self {
        let here = TimeZone::system();
        let today = zoned(now, here.clone()).date();
        let zone = match state {
            ChatState::Archive => TimeZone::UTC,
            _ => here,
        };
        Self { zone, today }
    }

    /// This machine's.
    pub(crate) fn here(now: Time) -> Self {
        Self::of(ChatState::Live, now)
    }

    pub(crate) fn date(&self, at: Time) -> Date {
        self.moment(at).date()
    }

    fn moment(&self, at: Time) -> DateTime {
        zoned(at, self.zone.clone()).datetime()
    }

    /// The time of day.
    pub(crate) fn clock(&self, at: Time) -> String {
        self.moment(at).strftime("%H:%M").to_string()
    }

    /// For the attribute `datetime`.
    pub(crate) fn machine(&self, at: Time) -> String {
        self.moment(at).strftime("%Y-%m-%dT%H:%M:%S").to_string()
    }

    /// The day, as the line between two days says it.
    pub(crate) fn day(&self, words: &Words, at: Time) -> String {
        day(words, self.date(at), self.today)
    }

    /// Day and time of day.
    pub(crate) fn day_and_clock(&self, words: &Words, at: Time) -> String {
        format!("{}, {}", self.day(words, at), self.clock(at))
    }

    /// As short as it can be in a list: the time of day for today, else the day.
    pub(crate) fn short(&self, words: &Words, at: Time) -> String {
        let date = self.date(at);
        if date == self.today {
            return self.clock(at);
        }
        let args =
            gaps!["day" => i64::from(date.day()), "month" => words.say(&format!("month-{}", date.month()))];
        match date.year() == self.today.year() {
            true => words.fill("date-short", &args),
            false => {
                let mut args = args;
                args.set("year", date.year().to_string());
                words.fill("date-short-year", &args)
            }
        }
    }
}

/// A day in words.
pub(crate) fn day(words: &Words, date: Date, today: Date) -> String {
    if date == today {
        return words.say("today");
    }
    if today.yesterday().is_ok_and(|yesterday| date == yesterday) {
        return words.say("yesterday");
    }
    written(words, date)
}

/// A day, whenever it is read.
pub(crate) fn written(words: &Words, date: Date) -> String {
    let weekday = date.weekday().to_monday_one_offset();
    words.fill(
        "date-long",
        &gaps![
            "weekday" => words.say(&format!("weekday-{weekday}")),
            "day" => i64::from(date.day()),
            "month" => words.say(&format!("month-{}", date.month())),
            "year" => date.year().to_string(),
        ],
    )
}

fn zoned(at: Time, zone: TimeZone) -> ZonedDateTime {
    let seconds = i64::try_from(at.unix_seconds()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds)
        .unwrap_or(Timestamp::MAX)
        .to_zoned_datetime(zone)
}

#[cfg(test)]
mod tests {
    use super::{Wall, day};
    use crate::words::Words;
    use chat::Time;
    use client::api::ChatState;
    use jiff::civil::date;

    #[test]
    fn days_are_said_in_both_languages() {
        let today = date(2026, 3, 12);
        let (en, de) = (Words::for_request("en"), Words::for_request("de"));
        let plain = |text: String| text.replace(['\u{2068}', '\u{2069}'], "");
        assert_eq!(day(&en, today, today), "Today");
        assert_eq!(day(&en, date(2026, 3, 11), today), "Yesterday");
        assert_eq!(
            plain(day(&en, date(2025, 12, 31), today)),
            "Wednesday, 31 December 2025"
        );
        assert_eq!(plain(day(&de, date(2026, 3, 1), today)), "Sonntag, 1. März 2026");
    }

    #[test]
    fn an_export_keeps_its_own_clock() {
        let at = Time::from_unix_seconds(1_773_340_260);
        let wall = Wall::of(ChatState::Archive, at);
        assert_eq!(wall.clock(at), "18:31");
        assert_eq!(wall.machine(at), "2026-03-12T18:31:00");
    }
}
