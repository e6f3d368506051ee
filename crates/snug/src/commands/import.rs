//! `snug import FILE`: keeps an export as an archive; or says what is in it, and what could not be read.

use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::Args;
use client::api::ChatLine;
use client::archive;
use client::store::Store;
use import::{Entry, Options, Report};
use serde::Serialize;

use crate::cli::DateOrder;
use crate::exit::{Done, Failure, Outcome};
use crate::file::Export;
use crate::screen::tame;
use crate::store::StoreArgs;
use crate::{json, moment, style};

#[derive(Args)]
#[command(
    after_help = "Reads WhatsApp (.txt, .zip), Telegram (result.json), Signal (main.jsonl, .zip) and JSON Lines. \
    The format is told from the content, not from the name.\n\n\
    An archive is read, searched and caught up on like a chat. Its members were never asked, so AI on it never leaves \
    this device.\n\n\
    JSON of an import: {\"chats\", \"summary\"}; chats is a list of {\"chat\", \"title\", \"unread\"}; summary is what \
    --dry-run --json prints.\n\n\
    Examples:\n  snug import 'WhatsApp Chat with Flat 3B.txt' --me Priya\n  snug import _chat.zip --dry-run\n  \
    snug import _chat.zip --rows | head"
)]
pub(crate) struct Arguments {
    /// The export.
    file: PathBuf,
    /// Only say what is in it. No store is needed.
    #[arg(long)]
    dry_run: bool,
    /// Only print each entry as a line of JSON. No store is needed.
    #[arg(long)]
    rows: bool,
    /// The title of the archive, where the file holds one chat.
    #[arg(long, value_name = "TITLE", conflicts_with_all = ["dry_run", "rows"])]
    title: Option<String>,
    /// Your own name in the chat: what follows your last message is unread.
    #[arg(long, value_name = "NAME", conflicts_with_all = ["dry_run", "rows"])]
    me: Option<String>,
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

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let export = Export::open(&arguments.file)?;
    let options = Options {
        date_order: arguments.date_order.map(Into::into),
        chat: arguments.chat.as_deref(),
        ..Options::default()
    };
    if arguments.rows {
        rows(&export, &options)
    } else if arguments.dry_run {
        summarise(&export, &options, arguments.json)
    } else {
        keep(export, arguments)
    }
}

/// Keeps it in the store.
fn keep(export: Export, arguments: &Arguments) -> Outcome {
    // What cannot be read is told before a passphrase is asked for.
    let options = Options {
        date_order: arguments.date_order.map(Into::into),
        chat: arguments.chat.as_deref(),
        ..Options::default()
    };
    let Report { messages, .. } = export.read(&options, &mut |_| ControlFlow::Continue(()))?;
    if messages == 0 {
        return Err(Failure::Usage(
            "there is no message in this file: nothing to keep".into(),
        ));
    }
    let client = arguments.store.open_or_create()?;
    let wanted = Wanted::of(arguments);
    let imported = client
        .with_store(move |store| Ok(wanted.keep(store, &export)))
        .wait()??;
    let kept = client.chats().wait()?;
    let kept: Vec<&ChatLine> = kept
        .iter()
        .filter(|chat| imported.chats.contains(&chat.id))
        .collect();
    if arguments.json {
        let kept = Kept {
            chats: kept.iter().map(|chat| Archive::of(chat)).collect(),
            summary: Summary::of(&imported.report),
        };
        json::print(&mut io::stdout().lock(), &kept)?;
        return Ok(Done::Well);
    }
    let mut out = anstream::stdout().lock();
    print(&mut out, &imported.report)?;
    let good = style::GOOD;
    for chat in kept {
        let title = tame(&chat.title);
        writeln!(
            out,
            "{good}kept as chat {}: {title}, {} unread{good:#}",
            chat.id.0, chat.unread
        )?;
    }
    Ok(Done::Well)
}

/// What goes to the thread that owns the store.
struct Wanted {
    date_order: Option<import::DateOrder>,
    chat: Option<String>,
    title: Option<String>,
    me: Option<String>,
    file_name: String,
}

impl Wanted {
    fn of(arguments: &Arguments) -> Self {
        let file_name = arguments.file.file_stem().unwrap_or_default();
        Self {
            date_order: arguments.date_order.map(Into::into),
            chat: arguments.chat.clone(),
            title: arguments.title.clone(),
            me: arguments.me.clone(),
            file_name: tame(&file_name.to_string_lossy()),
        }
    }

    fn keep(&self, store: &Store, export: &Export) -> Result<archive::Imported, archive::ArchiveError> {
        let request = archive::Request {
            options: Options {
                date_order: self.date_order,
                chat: self.chat.as_deref(),
                ..Options::default()
            },
            title: self.title.as_deref(),
            file_name: &self.file_name,
            me: self.me.as_deref(),
            stop: None,
        };
        export.with_bar(|source, progress| {
            let options = Options {
                progress: Some(progress),
                ..request.options
            };
            archive::keep(
                store,
                source,
                &archive::Request { options, ..request },
                moment::now(),
            )
        })
    }
}

#[derive(Serialize)]
struct Kept<'a> {
    chats: Vec<Archive<'a>>,
    summary: Summary<'a>,
}

#[derive(Serialize)]
struct Archive<'a> {
    chat: i64,
    title: &'a str,
    unread: u32,
}

impl<'a> Archive<'a> {
    fn of(chat: &'a ChatLine) -> Self {
        Self {
            chat: chat.id.0,
            title: &chat.title,
            unread: chat.unread,
        }
    }
}

fn summarise(export: &Export, options: &Options<'_>, as_json: bool) -> Outcome {
    let report = export.read(options, &mut |_| ControlFlow::Continue(()))?;
    if as_json {
        json::print(&mut io::stdout().lock(), &Summary::of(&report))?;
    } else {
        print(&mut anstream::stdout().lock(), &report)?;
    }
    Ok(Done::Well)
}

fn rows(export: &Export, options: &Options<'_>) -> Outcome {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut failed = None;
    let report = export.read(
        options,
        &mut |entry| match json::print(&mut out, &Row::of(&entry)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        },
    )?;
    failed.map_or(Ok(()), Err)?;
    out.flush()?;
    if report.skipped_total > 0 {
        print_skipped(&mut anstream::stderr().lock(), &report)?;
    }
    Ok(Done::Well)
}

#[derive(Serialize)]
struct Row<'a> {
    n: u32,
    at: String,
    author: Option<&'a str>,
    text: &'a str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    chat: Option<&'a str>,
}

impl<'a> Row<'a> {
    fn of(entry: &'a Entry) -> Self {
        Self {
            n: entry.n,
            at: entry.at.to_string(),
            author: entry.author.as_deref(),
            text: &entry.text,
            kind: entry.kind.as_str(),
            chat: entry.chat.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct Summary<'a> {
    format: &'static str,
    date_order: Option<&'static str>,
    date_order_because: Option<&'static str>,
    times: &'static str,
    messages: u64,
    system: u64,
    participants: &'a [String],
    chats: &'a [String],
    from: Option<String>,
    to: Option<String>,
    skipped: Vec<Skipped>,
    skipped_total: u64,
    cut_off: bool,
}

#[derive(Serialize)]
struct Skipped {
    line: u64,
    reason: &'static str,
}

impl<'a> Summary<'a> {
    fn of(report: &'a Report) -> Self {
        let skipped = report.skipped.iter();
        Self {
            format: report.format.as_str(),
            date_order: report.date_order.map(import::DateOrder::as_str),
            date_order_because: report.date_order_evidence.map(import::Evidence::as_str),
            times: match report.times {
                import::Times::AsWritten => "as written",
                import::Times::Utc => "UTC",
            },
            messages: report.messages,
            system: report.system,
            participants: &report.participants,
            chats: &report.chats,
            from: report.first.map(|at| at.to_string()),
            to: report.last.map(|at| at.to_string()),
            skipped: skipped
                .map(|skip| Skipped {
                    line: skip.line,
                    reason: skip.reason.as_str(),
                })
                .collect(),
            skipped_total: report.skipped_total,
            cut_off: report.cut_off,
        }
    }
}

/// Names and lines that are printed; `--json` has them all.
const SHOWN: usize = 12;

fn print(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let (head, aside) = (style::HEAD, style::ASIDE);
    writeln!(
        out,
        "{head}{}{head:#}: {} messages, {} system lines",
        report.format, report.messages, report.system
    )?;
    if let (Some(first), Some(last)) = (report.first, report.last) {
        writeln!(
            out,
            "from {} to {}",
            first.strftime("%-d %b %Y %H:%M"),
            last.strftime("%-d %b %Y %H:%M")
        )?;
    }
    if let (Some(order), Some(evidence)) = (report.date_order, report.date_order_evidence) {
        writeln!(out, "dates read as {order}, because {evidence}")?;
        if evidence == import::Evidence::Assumed {
            let note = style::NOTE;
            writeln!(out, "{note}if that is wrong, say so with --date-order{note:#}")?;
        }
    }
    if report.chats.len() > 1 {
        print_list(out, "chats", &report.chats)?;
    }
    print_list(out, "people", &report.participants)?;
    if report.cut_off {
        writeln!(out, "{aside}the file ends in the middle of something{aside:#}")?;
    }
    print_skipped(out, report)
}

fn print_list(out: &mut dyn Write, what: &str, names: &[String]) -> io::Result<()> {
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| tame(name)).collect();
    let more = names.len().saturating_sub(shown.len());
    let tail = if more > 0 {
        format!(" and {more} more (--json lists them)")
    } else {
        String::new()
    };
    writeln!(out, "{} {what}: {}{tail}", names.len(), shown.join(", "))
}

fn print_skipped(out: &mut dyn Write, report: &Report) -> io::Result<()> {
    let (good, note) = (style::GOOD, style::NOTE);
    if report.skipped_total == 0 {
        return writeln!(out, "{good}every line was read{good:#}");
    }
    writeln!(
        out,
        "{note}{} lines could not be read{note:#}",
        report.skipped_total
    )?;
    for skip in report.skipped.iter().take(SHOWN) {
        writeln!(out, "  line {}: {}", skip.line, skip.reason)?;
    }
    let more = report.skipped_total.saturating_sub(SHOWN as u64);
    if more > 0 {
        writeln!(
            out,
            "  and {more} more (--json lists the first {})",
            import::MAX_SKIPS
        )?;
    }
    Ok(())
}
