//! `snug journal`: every use of AI in this store, and every refusal.

use std::io::{self, Write};

use clap::Args;
use client::api::JournalLine;
use serde::Serialize;

use crate::exit::{Done, Outcome};
use crate::screen::tame;
use crate::store::StoreArgs;
use crate::{json, moment, style};

#[derive(Args)]
#[command(
    after_help = "JSON: a list, the newest first, of {\"at\", \"chat\", \"task\", \"engine\", \"place\", \"messages\", \"ceiling\", \"outcome\"}; outcome is \
    answered, refused or failed."
)]
pub(crate) struct Arguments {
    /// The newest so many.
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    last: u32,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    store: StoreArgs,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let client = arguments.store.open()?;
    let lines = client.journal(arguments.last).wait()?;
    if arguments.json {
        let rows: Vec<Row> = lines.iter().map(Row::of).collect();
        json::print(&mut io::stdout().lock(), &rows)?;
        return Ok(Done::Well);
    }
    let mut out = anstream::stdout().lock();
    if lines.is_empty() {
        writeln!(out, "AI was not used in this store yet.")?;
    }
    lines.iter().try_for_each(|line| print(&mut out, line))?;
    Ok(Done::Well)
}

fn print(out: &mut dyn Write, line: &JournalLine) -> io::Result<()> {
    let (head, aside) = (style::HEAD, style::ASIDE);
    writeln!(
        out,
        "{aside}{}{aside:#}  {head}{}{head:#}  {}: {} messages, {}",
        moment::local(line.at),
        tame(&line.chat),
        tame(&line.task),
        line.messages,
        tame(&line.outcome),
    )?;
    writeln!(
        out,
        "    {aside}by {}, place {}, ceiling {}{aside:#}",
        tame(&line.engine),
        line.place,
        line.ceiling
    )
}

#[derive(Serialize)]
struct Row<'a> {
    at: String,
    chat: &'a str,
    task: &'a str,
    engine: &'a str,
    place: &'static str,
    messages: u32,
    ceiling: &'static str,
    outcome: &'a str,
}

impl<'a> Row<'a> {
    fn of(line: &'a JournalLine) -> Self {
        Self {
            at: moment::utc(line.at),
            chat: &line.chat,
            task: &line.task,
            engine: &line.engine,
            place: line.place.as_str(),
            messages: line.messages,
            ceiling: line.ceiling.as_str(),
            outcome: &line.outcome,
        }
    }
}
