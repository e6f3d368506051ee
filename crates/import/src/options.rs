//! What a caller may ask for.

use crate::DateOrder;

/// What a caller may ask for; the default asks for nothing.
#[derive(Clone, Copy, Default)]
pub struct Options<'a> {
    /// The order of dates, where the caller knows it. It overrides what the file suggests.
    pub date_order: Option<DateOrder>,
    /// Only this chat of a file with several. Upper and lower case do not matter.
    pub chat: Option<&'a str>,
    /// Called now and then while reading.
    pub progress: Option<&'a dyn Fn(Progress)>,
}

/// How far the reading is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes of the file read so far in this pass.
    pub bytes: u64,
    /// Bytes of the file.
    pub of: u64,
    /// Which pass, from 1.
    pub pass: u8,
    /// How many passes there will be.
    pub passes: u8,
}
