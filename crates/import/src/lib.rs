//! Reads exported chats: bytes in, entries out.
//!
//! The crate reads what people can get out of their messengers: WhatsApp's "export chat" in every locale (`.txt`,
//! or `.zip` with or without media), Telegram Desktop's `result.json` (one chat or the whole account), Signal's
//! plain export `main.jsonl`, and one JSON object a line, which is also what `snug import --rows` prints. The
//! format is decided from the content, never from a name.
//!
//! ```
//! use std::ops::ControlFlow;
//!
//! let chat = "15/01/2020, 02:22 - Ana: hello\nsecond line\n15/01/2020, 02:23 - Bob: hi\n";
//! let mut entries = Vec::new();
//! let report = import::read(chat.as_bytes(), &import::Options::default(), &mut |entry| {
//!     entries.push(entry);
//!     ControlFlow::Continue(())
//! })?;
//! assert_eq!(report.format, import::Format::WhatsApp);
//! assert_eq!(entries[0].text, "hello\nsecond line");
//! assert_eq!(entries[1].author.as_deref(), Some("Bob"));
//! # Ok::<(), import::ImportError>(())
//! ```
//!
//! **What it refuses.** Databases and encrypted backups of messengers, encrypted or damaged zips, zips that unpack
//! to more than an export can be, archives in archives, HTML, PDF and pictures: one error each, which says what to
//! export instead. Delta Chat has no readable export: its only export is a backup (`.tar` with a database), which
//! is named and refused. Of Signal, only the plain export of the apps is read, not their encrypted backups; tools
//! of others that write one JSON object a line with `date`, `sender` and `body` are read as such lines.
//!
//! **Whom it trusts.** Nobody. An export may come from a stranger: every length, depth, count and ratio has a limit,
//! named in the constants below; a line that cannot be read is counted and listed, never dropped in silence; no
//! error holds a word of a message or a name.
//!
//! **Memory** is bounded by those constants and does not grow with the file: entries are handed out one at a time.
//! The crate opens no file, reads no clock and starts no thread.
//!
//! Invariants and where they are tested: a rendered chat reads back the same in every locale form
//! (`tests/locales.rs`, `tests/properties.rs`); arbitrary bytes and every truncation never panic and never invent
//! (`tests/properties.rs`, and the fuzz targets); every non-empty line is an entry, part of one, or listed
//! (`tests/properties.rs`); zips (`tests/zips.rs`); memory (`tests/memory.rs`).

#![forbid(unsafe_code)]
#![deny(clippy::arithmetic_side_effects)]
#![cfg_attr(test, allow(clippy::arithmetic_side_effects))]

mod detect;
mod entry;
mod error;
mod input;
mod jsonl;
mod lines;
mod options;
mod report;
mod signal;
mod sink;
mod source;
mod telegram;
mod text;
mod time;
mod whatsapp;
mod zip;

use std::ops::ControlFlow;

pub use crate::entry::{Entry, Kind, Media};
pub use crate::error::ImportError;
pub use crate::lines::MAX_LINE_BYTES;
pub use crate::options::{Options, Progress};
pub use crate::report::{DateOrder, Evidence, Format, Reason, Report, Skip, Times};
pub use crate::signal::{MAX_SIGNAL_CHATS, MAX_SIGNAL_RECIPIENTS};
pub use crate::sink::{MAX_CHATS, MAX_MESSAGE_BYTES, MAX_NAME_CHARS, MAX_PARTICIPANTS, MAX_SKIPS};
pub use crate::source::Source;
pub use crate::telegram::{MAX_JSON_DEPTH, MAX_OBJECT_BYTES};
pub use crate::zip::{MAX_INFLATED_BYTES, MAX_RATIO, MAX_ZIP_ENTRIES, RATIO_FREE_BYTES};

use crate::input::Input;
use crate::sink::Sink;

/// Reads a whole file and hands out its entries in the order of the file, until `deliver` breaks.
///
/// # Errors
///
/// When the file is no export that can be read, or the source fails. Entries may have been handed out before.
pub fn read<S: Source + ?Sized>(
    source: &S,
    options: &Options<'_>,
    deliver: &mut dyn FnMut(Entry) -> ControlFlow<()>,
) -> Result<Report, ImportError> {
    let input = Input::of(source)?;
    let format = detect::text_format(&input)?;
    let mut sink = Sink::new(format, options, deliver);
    match format {
        Format::WhatsApp => whatsapp::read(&input, options, &mut sink)?,
        Format::Telegram => telegram::read(&input, options, &mut sink)?,
        Format::Signal => signal::read(&input, options, &mut sink)?,
        Format::JsonLines => jsonl::read(&input, options, &mut sink)?,
    }
    sink.finish()
}

/// Reads a whole file and keeps no entries: what is in it, in which order its dates are, what cannot be read.
///
/// # Errors
///
/// As [`read`].
pub fn scan<S: Source + ?Sized>(source: &S, options: &Options<'_>) -> Result<Report, ImportError> {
    read(source, options, &mut |_| ControlFlow::Continue(()))
}
