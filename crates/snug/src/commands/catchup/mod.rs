//! `snug catchup FILE`: the key messages of the unread part of an exported chat.

mod print;
mod window;

use std::io;
use std::path::PathBuf;
use std::time::Instant;

use assistant::{Answer, Task};
use clap::Args;
use import::{Options, Report};
use jiff::civil::DateTime;
use serde::Serialize;
use worker::{Cancel, Limits, Program, RunReport};

use crate::cli::DateOrder;
use crate::exit::{Done, Failure, Outcome};
use crate::file::Export;
use crate::json;

pub(crate) use window::transcript_of;
use window::{Since, Window};

/// The name of the engine, as answers carry it.
const ENGINE: &str = "key-messages";
/// Where it ran: a value of the ceiling.
const PLACE: &str = "on-device";

#[derive(Args)]
#[command(
    after_help = "The unread part is what follows your own last message, so say who you are with --me; \
    --last or --since choose another part.\n\n\
    Every line is quoted from the chat and carries the number of its message; `snug import FILE --rows` lists them all."
)]
pub(crate) struct Arguments {
    /// The export: WhatsApp .txt or .zip, Telegram result.json, Signal main.jsonl, or JSON Lines.
    file: PathBuf,
    /// Your own name in the chat; its beginning is enough where only one person's fits.
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
}

/// All that is known when an answer is shown.
struct Shown {
    report: Report,
    task: Task,
    unread: Unread,
    answer: Answer,
    run: Option<RunReport>,
    /// Why this part was looked at.
    part: window::Part,
    took: std::time::Duration,
}

/// What the unread part comes to.
struct Unread {
    messages: usize,
    from: Option<DateTime>,
    to: Option<DateTime>,
    /// Unread messages that were too many to look at.
    left_out: u64,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let start = Instant::now();
    let export = Export::open(&arguments.file)?;
    let (report, window) = read(&export, arguments)?;
    let (transcript, part, left_out) = window.finish(&report)?;
    let written = || {
        transcript
            .unread()
            .iter()
            .filter(|message| message.author.is_some())
    };
    let unread = Unread {
        messages: written().count(),
        from: written().next().map(|message| message.at),
        to: written().next_back().map(|message| message.at),
        left_out,
    };
    let task = Task::KeyMessages {
        transcript,
        items: arguments.items,
    };
    let (answer, run) = ask(&task, unread.messages)?;
    let shown = Shown {
        report,
        task,
        unread,
        answer,
        run,
        part,
        took: start.elapsed(),
    };
    if arguments.json {
        json::print(&mut io::stdout().lock(), &CatchUp::of(&shown))?;
    } else {
        print::answer(&mut anstream::stdout().lock(), &shown)?;
    }
    Ok(Done::Well)
}

fn read(export: &Export, arguments: &Arguments) -> Result<(Report, Window), Failure> {
    let mut window = Window::new(arguments.me.as_deref(), arguments.since, arguments.last);
    let options = Options {
        date_order: arguments.date_order.map(Into::into),
        chat: arguments.chat.as_deref(),
        ..Options::default()
    };
    let report = export.read(&options, &mut |entry| window.take(entry))?;
    if arguments.chat.is_none() && report.chats.len() > 1 {
        let hint = "choose one with --chat NAME; `snug import FILE --dry-run` lists them";
        return Err(Failure::Usage(format!(
            "the file holds {} chats: {hint}",
            report.chats.len()
        )));
    }
    Ok((report, window))
}

/// No worker is started for nothing.
fn ask(task: &Task, messages: usize) -> Result<(Answer, Option<RunReport>), Failure> {
    if messages == 0 {
        let nothing = assistant::Draft::KeyMessages(Vec::new());
        let answer = assistant::check(task, &nothing).expect("an empty draft fits every task");
        return Ok((answer, None));
    }
    let (answer, run) = worker::answer(&Program::this(), task, &Limits::default(), &Cancel::new())?;
    Ok((answer, Some(run)))
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
    unread_lines: u64,
    /// Unread messages that were too many to look at, older than `from`.
    left_out: u64,
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
        Self {
            engine: ENGINE,
            place: PLACE,
            messages: shown.unread.messages,
            from: shown.unread.from.map(|at| at.to_string()),
            to: shown.unread.to.map(|at| at.to_string()),
            items: shown.answer.items().iter().map(Line::of).collect(),
            unread_lines: shown.report.skipped_total,
            left_out: shown.unread.left_out,
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
