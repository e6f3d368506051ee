//! Which part of a chat a person asks for, and where it begins.

use chat::Time;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use rusqlite::{Connection, OptionalExtension, params};

use crate::api::ChatState;
use crate::store::chats::Chat;
use crate::store::{Result, messages, rows_of, time_of};

/// Which part of a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// What follows the reader's own last message, or the last one that they read.
    Unread,
    /// From the message with this number on.
    From(u32),
    /// The newest so many messages of people.
    Last(u32),
    /// From the first message that was sent at this moment or later, in the hours that the chat shows.
    Since(DateTime),
}

/// The number from which on messages belong to the part.
pub(super) fn begin(connection: &Connection, chat: &Chat, part: Part, zone: &TimeZone) -> Result<u32> {
    match part {
        Part::Unread => {
            let own = messages::last_own(connection, chat.id)?.unwrap_or(0);
            Ok(own.max(chat.read_up_to).saturating_add(1))
        }
        Part::From(n) => Ok(n),
        Part::Last(count) => newest(connection, chat, count),
        Part::Since(moment) => since(connection, chat, time(chat, moment, zone)),
    }
}

fn newest(connection: &Connection, chat: &Chat, count: u32) -> Result<u32> {
    let Some(before) = count.checked_sub(1) else {
        return Ok(chat.next_n);
    };
    let (first, last) = rows_of(chat.id.0);
    let n: Option<u32> = connection
        .prepare_cached(
            "SELECT n FROM messages WHERE id BETWEEN ?1 AND ?2 AND kind <> 1 ORDER BY id DESC LIMIT 1 OFFSET ?3",
        )?
        .query_row(params![first, last, before], |row| row.get(0))
        .optional()?;
    Ok(n.unwrap_or(1))
}

fn since(connection: &Connection, chat: &Chat, moment: Time) -> Result<u32> {
    let (first, last) = rows_of(chat.id.0);
    let n: Option<u32> = connection
        .prepare_cached("SELECT min(n) FROM messages WHERE id BETWEEN ?1 AND ?2 AND sent_at >= ?3")?
        .query_row(params![first, last, time_of(moment)], |row| row.get(0))?;
    Ok(n.unwrap_or(chat.next_n))
}

/// The moment at which the chat shows this time.
fn time(chat: &Chat, moment: DateTime, zone: &TimeZone) -> Time {
    let seconds = zone_of(chat, zone)
        .to_timestamp(moment)
        .map_or(0, |moment| moment.as_second());
    Time::from_unix_seconds(u64::try_from(seconds).unwrap_or(0))
}

/// The day and hour that the chat shows for a moment.
pub(super) fn civil(chat: &Chat, moment: Time, zone: &TimeZone) -> DateTime {
    let moment = i64::try_from(moment.unix_seconds())
        .ok()
        .and_then(|seconds| jiff::Timestamp::from_second(seconds).ok())
        .unwrap_or(jiff::Timestamp::MAX);
    zone_of(chat, zone).to_datetime(moment)
}

/// An archive shows the hours of its export, which are kept as if they were UTC.
fn zone_of(chat: &Chat, zone: &TimeZone) -> TimeZone {
    match chat.state {
        ChatState::Archive => TimeZone::UTC,
        _ => zone.clone(),
    }
}
