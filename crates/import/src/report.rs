//! What the reader says about a file once it has read it.

use std::fmt;

use jiff::civil::DateTime;

/// What was found in a file. Everything here is bounded, whatever the file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The format, decided from the content.
    pub format: Format,
    /// What the times of the entries mean.
    pub times: Times,
    /// The order of day, month and year, for formats that leave it open.
    pub date_order: Option<DateOrder>,
    /// How that order was decided.
    pub date_order_evidence: Option<Evidence>,
    /// The dates are not all in that order: several exports were put together. Each was read in its own.
    pub date_orders_mixed: bool,
    /// Messages of the chats that were read.
    pub messages: u64,
    /// System lines of the chats that were read.
    pub system: u64,
    /// Who wrote, in order of appearance; at most [`MAX_PARTICIPANTS`](crate::MAX_PARTICIPANTS).
    pub participants: Vec<String>,
    /// The chats of the whole file, in order of appearance; at most [`MAX_CHATS`](crate::MAX_CHATS).
    pub chats: Vec<String>,
    /// What could not be read, the first [`MAX_SKIPS`](crate::MAX_SKIPS) of it.
    pub skipped: Vec<Skip>,
    /// How much could not be read in all.
    pub skipped_total: u64,
    /// The earliest time seen.
    pub first: Option<DateTime>,
    /// The latest time seen.
    pub last: Option<DateTime>,
    /// The file ends in the middle of something.
    pub cut_off: bool,
    /// The caller ended the reading early.
    pub stopped: bool,
}

impl Report {
    pub(crate) const fn new(format: Format) -> Self {
        Self {
            format,
            times: Times::AsWritten,
            date_order: None,
            date_order_evidence: None,
            date_orders_mixed: false,
            messages: 0,
            system: 0,
            participants: Vec::new(),
            chats: Vec::new(),
            skipped: Vec::new(),
            skipped_total: 0,
            first: None,
            last: None,
            cut_off: false,
            stopped: false,
        }
    }
}

/// The formats that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// WhatsApp's "export chat", a `.txt` or a `.zip` around it.
    WhatsApp,
    /// Telegram Desktop's machine-readable export, `result.json`.
    Telegram,
    /// Signal's plain export, `main.jsonl`.
    Signal,
    /// One JSON object a line.
    JsonLines,
}

impl Format {
    /// A short name for people and for files.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WhatsApp => "whatsapp",
            Self::Telegram => "telegram",
            Self::Signal => "signal",
            Self::JsonLines => "jsonl",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What the times of the entries mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Times {
    /// As the export wrote them, which for a chat app is the local time of the phone that exported.
    AsWritten,
    /// The export holds points in time, and they are given in UTC.
    Utc,
}

/// The order of day, month and year in a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DateOrder {
    /// 31.12.2020
    Dmy,
    /// 12/31/2020
    Mdy,
    /// 2020-12-31
    Ymd,
}

impl DateOrder {
    /// `"DMY"`, `"MDY"` or `"YMD"`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dmy => "DMY",
            Self::Mdy => "MDY",
            Self::Ymd => "YMD",
        }
    }
}

impl fmt::Display for DateOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How the order of a date was decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Evidence {
    /// The caller said so.
    Given,
    /// The year stands first and has four digits, or an era.
    YearFirst,
    /// Some date of the file is impossible in the other orders.
    ImpossibleOtherwise,
    /// Only in this order do the dates run forward.
    Chronology,
    /// The form of the time or of the separators belongs to languages that use this order.
    Locale,
    /// Nothing decided it; day before month is what most of the world writes.
    Assumed,
}

impl Evidence {
    /// A clause for people, after "because".
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Given => "it was given",
            Self::YearFirst => "the year stands first",
            Self::ImpossibleOtherwise => "some dates are impossible in another order",
            Self::Chronology => "only then do the dates run forward",
            Self::Locale => "the form of the times belongs to that order",
            Self::Assumed => "nothing in the file decides it",
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Something that was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Skip {
    /// The line, from 1.
    pub line: u64,
    /// Why.
    pub reason: Reason,
}

/// Why something was not read, or not read whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// A line before the first message.
    BeforeFirstMessage,
    /// A date that does not exist.
    ImpossibleDate,
    /// A date in a calendar that is not known here.
    UnknownCalendar,
    /// A continuation line of a message that was itself not read.
    PartOfSkipped,
    /// The line is longer than the limit; its beginning was read.
    LineTooLong,
    /// The message is longer than the limit; its beginning was read.
    MessageTooLong,
    /// Bytes that are not text; they were read as replacement characters.
    BadEncoding,
    /// Not valid JSON, or not the fields that the format asks for.
    BadJson,
    /// No date and time, or one that cannot be read.
    NoDate,
    /// The export itself says that it left the message out.
    Unsupported,
    /// The file ends in the middle of it.
    CutOff,
}

impl Reason {
    /// A clause for people.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BeforeFirstMessage => "it stands before the first message",
            Self::ImpossibleDate => "the date does not exist",
            Self::UnknownCalendar => "the date is in a calendar that cannot be read",
            Self::PartOfSkipped => "it continues a message that could not be read",
            Self::LineTooLong => "the line is too long, only its beginning was read",
            Self::MessageTooLong => "the message is too long, only its beginning was read",
            Self::BadEncoding => "some bytes are not text, they were replaced",
            Self::BadJson => "it is not the JSON that the format asks for",
            Self::NoDate => "it has no date that can be read",
            Self::Unsupported => "the export left its content out",
            Self::CutOff => "the file ends in the middle of it",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
