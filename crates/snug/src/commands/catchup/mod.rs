//! `snug catchup`: the key messages of the unread part of a chat, of the store or of an exported file.

mod file;
mod print;
mod stored;
mod window;

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use assistant::{Answer, Transcript};
use clap::Args;
use jiff::civil::DateTime;
use serde::Serialize;
use worker::RunReport;

use crate::cli::DateOrder;
use crate::exit::{Done, Failure, Outcome};
use crate::json;
use crate::store::StoreArgs;

pub(crate) use print::refusal as print_refusal;
pub(crate) use stored::{Asked, ask};
use window::Since;
pub(crate) use window::transcript_of;

/// The name of the engine, as answers carry it.
const ENGINE: &str = "key-messages";
/// Where it ran: a value of the ceiling.
const PLACE: &str = "on-device";

#[derive(Args)]
#[command(
    after_help = "The unread part is what follows your own last message, or what you have read; --last or --since choose another \
    part. In an export, say who you are with --me.\n\n\
    Every line is quoted from the chat and carries the number of its message; `snug chat read CHAT --from N` or \
    `snug import FILE --rows` shows them.\n\n\
    Exit code 1 means that somebody in the chat said no to AI.\n\n\
    JSON: {\"engine\", \"place\", \"messages\", \"from\", \"to\", \"items\", \"left_out\"}; items is a list of {\"text\", \"kind\", \"cites\", \
    \"quotes\", \"when\"}. Of a file also {\"unread_lines\"}, of a chat also {\"chat\", \"ceiling\", \"never_ai\", \"off_when_sent\"}. \
    A refusal is {\"chat\", \"refused\": {\"ceiling\", \"held_by\"}}."
)]
pub(crate) struct Arguments {
    /// A chat of the store, or an export: WhatsApp .txt or .zip, Telegram result.json, Signal main.jsonl, or JSON Lines.
    #[arg(value_name = "CHAT-or-FILE")]
    what: PathBuf,
    /// Your own name in an export; its beginning is enough where only one person's fits.
    #[arg(long, value_name = "NAME")]
    me: Option<String>,
    /// Look at everything from this day (2026-03-12) or moment (2026-03-12T18:00) on.
    #[arg(long, value_name = "DATE", conflicts_with = "last")]
    since: Option<Since>,
    /// Look at the last N messages.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    last: Option<u32>,
    /// Show at most this many lines.
    #[arg(long, value_name = "MAX", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=200))]
    items: u16,
    /// Read one chat of a file with many.
    #[arg(long, value_name = "NAME")]
    chat: Option<String>,
    /// The order of day, month and year, where the file leaves it open.
    #[arg(long, value_name = "ORDER", ignore_case = true)]
    date_order: Option<DateOrder>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    store: StoreArgs,
}

/// All that is known when an answer is shown.
pub(crate) struct Shown {
    /// The title of the chat, where it is known.
    title: Option<String>,
    transcript: Transcript,
    answer: Answer,
    run: Option<RunReport>,
    /// Messages of people in the part that was looked at, and when the first and the last of them were sent.
    messages: usize,
    extent: Option<(DateTime, DateTime)>,
    /// Messages of the part that were too many to look at.
    left_out: u64,
    /// Why this part was looked at.
    part: window::Part,
    took: Duration,
    of: Of,
}

/// What is known of the place that the messages came from.
enum Of {
    File {
        /// Lines that could not be read.
        unread_lines: u64,
    },
    Chat {
        id: i64,
        ceiling: &'static str,
        /// Left out because they are marked "never AI".
        never_ai: u64,
        /// Left out because somebody said no to AI when they were sent.
        off_when_sent: u64,
    },
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    // Whatever is there under this name is meant, also if it turns out to be no export.
    if arguments.what.symlink_metadata().is_ok() {
        let shown = file::catch_up(arguments)?;
        show(&shown, arguments.json)?;
        return Ok(Done::Well);
    }
    if arguments.chat.is_some() || arguments.date_order.is_some() {
        let hint = "there is no such file, and --chat and --date-order are for files: check the name";
        return Err(Failure::Usage(hint.into()));
    }
    match stored::catch_up(arguments)? {
        Asked::Answered(shown) => {
            show(&shown, arguments.json)?;
            Ok(Done::Well)
        }
        Asked::Refused { chat, refusal } => {
            show_refusal(chat, &refusal, arguments.json)?;
            Ok(Done::NegativeAnswer)
        }
    }
}

impl Shown {
    /// How many lines were picked.
    pub(crate) fn lines(&self) -> usize {
        self.answer.items().len()
    }
}

pub(crate) fn show(shown: &Shown, as_json: bool) -> io::Result<()> {
    if as_json {
        json::print(&mut io::stdout().lock(), &CatchUp::of(shown))
    } else {
        print::answer(&mut anstream::stdout().lock(), shown)
    }
}

fn show_refusal(chat: i64, refusal: &client::ai::Refusal, as_json: bool) -> io::Result<()> {
    if as_json {
        let refused = Refused {
            ceiling: refusal.ceiling.as_str(),
            held_by: &refusal.held_by,
        };
        json::print(&mut io::stdout().lock(), &RefusedChat { chat, refused })
    } else {
        let mut out = anstream::stdout().lock();
        print::refusal(&mut out, refusal)?;
        out.flush()
    }
}

#[derive(Serialize)]
struct RefusedChat<'a> {
    chat: i64,
    refused: Refused<'a>,
}

#[derive(Serialize)]
struct Refused<'a> {
    ceiling: &'static str,
    held_by: &'a [String],
}

#[derive(Serialize)]
struct CatchUp<'a> {
    engine: &'static str,
    place: &'static str,
    /// Messages in the part that was looked at.
    messages: usize,
    from: Option<String>,
    to: Option<String>,
    items: Vec<Line<'a>>,
    /// Lines of the file that could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    unread_lines: Option<u64>,
    /// Unread messages that were too many to look at, older than `from`.
    left_out: u64,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    stored: Option<Stored>,
}

/// What is known of a chat of the store only.
#[derive(Serialize)]
struct Stored {
    chat: i64,
    ceiling: &'static str,
    never_ai: u64,
    off_when_sent: u64,
}

#[derive(Serialize)]
struct Line<'a> {
    text: &'a str,
    kind: &'static str,
    cites: &'a [u32],
    /// What is quoted of each cited message, in the order of `cites`; the first is `text`.
    quotes: &'a [String],
    /// The days and times that the text names, resolved against the day on which it was written.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    when: Vec<When>,
}

#[derive(Serialize)]
struct When {
    date: Option<String>,
    time: Option<String>,
}

impl<'a> CatchUp<'a> {
    fn of(shown: &'a Shown) -> Self {
        let (unread_lines, stored) = match shown.of {
            Of::File { unread_lines } => (Some(unread_lines), None),
            Of::Chat {
                id: chat,
                ceiling,
                never_ai,
                off_when_sent,
            } => {
                let stored = Stored {
                    chat,
                    ceiling,
                    never_ai,
                    off_when_sent,
                };
                (None, Some(stored))
            }
        };
        Self {
            engine: ENGINE,
            place: PLACE,
            messages: shown.messages,
            from: shown.extent.map(|(from, _)| from.to_string()),
            to: shown.extent.map(|(_, to)| to.to_string()),
            items: shown.answer.items().iter().map(Line::of).collect(),
            unread_lines,
            left_out: shown.left_out,
            stored,
        }
    }
}

impl<'a> Line<'a> {
    fn of(item: &'a assistant::Item) -> Self {
        let when = item.when.iter().map(When::of).collect();
        Self {
            text: &item.text,
            kind: item.kind.as_str(),
            cites: &item.cites,
            quotes: &item.quotes,
            when,
        }
    }
}

impl When {
    fn of(when: &assistant::When) -> Self {
        Self {
            date: when.date.map(|date| date.to_string()),
            time: when.time.map(|time| time.strftime("%H:%M").to_string()),
        }
    }
}
