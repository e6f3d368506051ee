//! The pieces that the parsers find and that are joined to one date.

use jiff::civil::{Date, DateTime, Weekday};

use super::sense::{Part, Which};

/// A piece, with the word behind it and the byte that it ends before.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    pub(super) what: What,
    pub(super) next: usize,
    pub(super) end: usize,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum What {
    Calendar(Date),
    /// A day told from the message's own.
    Relative {
        date: Date,
        vague: bool,
        part: Option<Part>,
    },
    Weekday {
        day: Weekday,
        which: Which,
        part: Option<Part>,
    },
    /// The Monday of a week; a weekday may pick its day.
    Week(Date),
    /// So many minutes or hours from the message.
    Moment(DateTime),
    Part(Part),
    Clock(Clock),
}

/// A time as it was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    /// Minutes from midnight, 1440 for the midnight that ends the day.
    pub(super) minutes: u16,
    /// Which half of the day is sure: `pm`, an hour of twenty-four.
    pub(super) fixed: bool,
    /// A bare hour of either half.
    pub(super) open: bool,
}
