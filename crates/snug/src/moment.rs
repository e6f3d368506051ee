//! Moments as people and programs read them.

use chat::Time;
use client::api::ChatState;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ZonedDateTime};

/// What the clock of this machine says.
pub(crate) fn now() -> Time {
    Time::from_unix_seconds(u64::try_from(Timestamp::now().as_second()).unwrap_or(0))
}

/// RFC 3339, in UTC: what JSON carries.
pub(crate) fn utc(at: Time) -> String {
    timestamp(at).to_string()
}

/// On the clock on the wall here, with the day.
pub(crate) fn local(at: Time) -> String {
    zoned(at).strftime("%a %-d %b %Y %H:%M").to_string()
}

/// The clock by which the messages of a chat are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wall {
    /// The one of this machine.
    Here,
    /// The export's own: its times are shown as they are written there.
    Export,
}

impl Wall {
    pub(crate) fn of(state: ChatState) -> Self {
        match state {
            ChatState::Archive => Self::Export,
            _ => Self::Here,
        }
    }

    /// The day.
    pub(crate) fn day(self, at: Time) -> String {
        self.at(at).strftime("%a %-d %b %Y").to_string()
    }

    /// The time of day.
    pub(crate) fn clock(self, at: Time) -> String {
        self.at(at).strftime("%H:%M").to_string()
    }

    /// For JSON: RFC 3339 in UTC, and of an export, whose zone nobody knows, without one.
    pub(crate) fn json(self, at: Time) -> String {
        match self {
            Self::Here => utc(at),
            Self::Export => self.at(at).datetime().to_string(),
        }
    }

    fn at(self, at: Time) -> ZonedDateTime {
        match self {
            Self::Here => zoned(at),
            Self::Export => timestamp(at).to_zoned_datetime(TimeZone::UTC),
        }
    }
}

fn zoned(at: Time) -> ZonedDateTime {
    timestamp(at).to_zoned_datetime(TimeZone::system())
}

/// What lies beyond the year 9999 is shown as its end.
fn timestamp(at: Time) -> Timestamp {
    let seconds = i64::try_from(at.unix_seconds()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::{Wall, utc};
    use chat::Time;

    #[test]
    fn moments_are_written_as_rfc_3339() {
        assert_eq!(
            utc(Time::from_unix_seconds(1_773_340_260)),
            "2026-03-12T18:31:00Z"
        );
        assert!(
            utc(Time::NEVER).starts_with("9999-12-30T"),
            "{}",
            utc(Time::NEVER)
        );
    }

    #[test]
    fn an_export_keeps_its_own_clock() {
        let at = Time::from_unix_seconds(1_773_340_260);
        assert_eq!(Wall::Export.json(at), "2026-03-12T18:31:00");
        assert_eq!(Wall::Export.clock(at), "18:31");
        assert_eq!(Wall::Here.json(at), "2026-03-12T18:31:00Z");
    }
}
