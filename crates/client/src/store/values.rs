//! Values as columns, and the way back.

use std::fmt;

use chat::Time;
use chat::consent::{Ceiling, Consent};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use zeroize::Zeroizing;

/// Secret bytes: overwritten when dropped, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// The bytes; they are secret.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// The bytes, where there are exactly so many.
    #[must_use]
    pub fn array<const N: usize>(&self) -> Option<[u8; N]> {
        self.0.as_slice().try_into().ok()
    }
}

impl<B: Into<Vec<u8>>> From<B> for Secret {
    fn from(bytes: B) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

impl FromSql for Secret {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_blob().map(Self::from)
    }
}

impl ToSql for Secret {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(ValueRef::Blob(&self.0)))
    }
}

/// A value as a small number in a column.
pub(crate) trait Column: Sized + Copy + PartialEq + 'static {
    /// All values, each at its number.
    const ALL: &'static [Self];

    fn to_column(self) -> i64 {
        let at = Self::ALL.iter().position(|value| *value == self);
        at.and_then(|at| i64::try_from(at).ok())
            .expect("every value is in the list")
    }

    fn from_column(number: i64) -> FromSqlResult<Self> {
        usize::try_from(number)
            .ok()
            .and_then(|at| Self::ALL.get(at).copied())
            .ok_or(FromSqlError::OutOfRange(number))
    }
}

impl Column for Ceiling {
    const ALL: &'static [Self] = &[Self::Off, Self::OnDevice, Self::Confidential];
}

/// A [`Column`] read from a row.
pub(crate) struct Read<T>(pub(crate) T);

impl<T: Column> FromSql for Read<T> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        T::from_column(value.as_i64()?).map(Self)
    }
}

pub(crate) fn of_ceiling(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Ceiling> {
    row.get::<_, Read<Ceiling>>(at).map(|read| read.0)
}

/// Moments beyond what SQLite can hold, 292 billion years from now, are never.
pub(crate) fn time_of(time: Time) -> i64 {
    i64::try_from(time.unix_seconds()).unwrap_or(i64::MAX)
}

pub(crate) fn of_time(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Time> {
    row.get(at).map(from_seconds)
}

pub(crate) fn of_time_or_none(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Option<Time>> {
    Ok(row.get::<_, Option<i64>>(at)?.map(from_seconds))
}

fn from_seconds(seconds: i64) -> Time {
    match seconds {
        i64::MAX => Time::NEVER,
        seconds => Time::from_unix_seconds(u64::try_from(seconds).unwrap_or(0)),
    }
}

pub(crate) fn parts_of(consent: Consent) -> (i64, i64) {
    let (most, until) = consent.into_parts();
    (most.to_column(), time_of(until))
}

/// Of two columns side by side.
pub(crate) fn of_consent(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<Consent> {
    let until = of_time(row, at.saturating_add(1))?;
    Ok(Consent::from_parts(of_ceiling(row, at)?, until))
}

/// The number of a row that belongs to a chat (0: to none) and has a place in it; rows of a chat lie side by side.
pub(crate) fn row_of(chat: i64, place: u32) -> i64 {
    // There is no chat beyond 2^31; who asks for one finds no rows.
    chat.saturating_mul(1 << 32).saturating_add(i64::from(place))
}

/// The first and the last number that rows of this chat can have.
pub(crate) fn rows_of(chat: i64) -> (i64, i64) {
    (row_of(chat, 0), row_of(chat, u32::MAX))
}

/// A count that only grows; SQLite holds the half of it.
pub(crate) fn count_of(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(crate) fn of_count(row: &rusqlite::Row<'_>, at: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(at).and_then(|count| {
        u64::try_from(count).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(at, count))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_come_back_and_keep_their_order() {
        for seconds in [0, 1, 1_800_000_000, i64::MAX as u64 - 1] {
            let time = Time::from_unix_seconds(seconds);
            assert_eq!(from_seconds(time_of(time)), time);
        }
        assert_eq!(from_seconds(time_of(Time::NEVER)), Time::NEVER);
        assert!(time_of(Time::from_unix_seconds(u64::MAX - 1)) == i64::MAX);
    }

    #[test]
    fn a_secret_is_not_printed() {
        assert_eq!(format!("{:?}", Secret::from([7u8; 3])), "Secret(…)");
    }
}
