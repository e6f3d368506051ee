//! `snug consent`: what the members of a chat allow AI to do.

use std::io::{self, Write};

use chat::Time;
use chat::consent::{Ceiling, Wish};
use clap::Args;
use client::api::ConsentInfo;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::commands::chat::{find, line_of};
use crate::exit::{Done, Failure, Outcome};
use crate::layout::paragraph;
use crate::screen::tame;
use crate::store::{Opened, StoreArgs};
use crate::{json, moment, style};

const DAY: u64 = 24 * 60 * 60;

#[derive(Args)]
#[command(
    after_help = "The ceiling of a chat is the least that any member agrees to. `off` holds for everybody's client; \
    `confidential` needs a yes of every device, and ends by itself. What you say binds Snug's clients: nobody can stop a \
    person who copies text out by hand, or a client that was changed.\n\n\
    JSON: {\"chat\", \"ceiling\", \"until\", \"mine\", \"mine_until\", \"held_by\", \"pending\"}; ceiling and mine are off, on-device or \
    confidential; mine is null for an archive; pending means that others have not heard of it yet.\n\n\
    Examples:\n  snug consent flat\n  snug consent flat off\n  snug consent flat confidential --days 3"
)]
pub(crate) struct Arguments {
    /// The chat.
    chat: String,
    /// What you agree to from now on: off, on-device or confidential. Without it, show what holds.
    #[arg(value_parser = ["off", "on-device", "confidential"])]
    wish: Option<String>,
    /// For confidential: until this day (2026-03-31).
    #[arg(long, value_name = "DATE", conflicts_with = "days")]
    until: Option<Date>,
    /// For confidential: for so many days. Without this or --until: for a week, and longer as long as this device is used.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=90))]
    days: Option<u32>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    store: StoreArgs,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let said = said(arguments, moment::now())?;
    let Opened { client, .. } = arguments.store.open_fresh()?;
    let chat = find(&client, &arguments.chat)?;
    let consent = match said {
        Said::Nothing => client.consent(chat),
        Said::Wish(wish) => client.set_consent(chat, wish),
        Said::Confidential => client.set_confidential(chat),
    };
    let consent = consent.wait()?;
    if arguments.json {
        json::print(&mut io::stdout().lock(), &Consent::of(chat.0, &consent))?;
    } else {
        let title = line_of(&client, chat)?.title;
        print(&mut anstream::stdout().lock(), &title, &consent)?;
    }
    Ok(Done::Well)
}

/// What a person typed.
enum Said {
    Nothing,
    Wish(Wish),
    /// For as long as is usual.
    Confidential,
}

fn said(arguments: &Arguments, now: Time) -> Result<Said, Failure> {
    let has_end = arguments.until.is_some() || arguments.days.is_some();
    match arguments.wish.as_deref() {
        Some("confidential") if has_end => Ok(Said::Wish(Wish::Confidential {
            until: lease_end(arguments, now)?,
        })),
        Some("confidential") => Ok(Said::Confidential),
        _ if has_end => Err(only_confidential()),
        Some("off") => Ok(Said::Wish(Wish::Off)),
        Some(_) => Ok(Said::Wish(Wish::OnDevice)),
        None => Ok(Said::Nothing),
    }
}

fn only_confidential() -> Failure {
    Failure::Usage(
        "--until and --days belong to confidential: the others hold until you say otherwise".into(),
    )
}

fn lease_end(arguments: &Arguments, now: Time) -> Result<Time, Failure> {
    let Some(day) = arguments.until else {
        let days = arguments.days.unwrap_or(1);
        return Ok(now.plus(u64::from(days).saturating_mul(DAY)));
    };
    let end = day
        .to_zoned_datetime(TimeZone::system())
        .ok()
        .map(|start| start.timestamp().as_second());
    let end = end
        .and_then(|end| u64::try_from(end).ok())
        .map(Time::from_unix_seconds);
    let end = end.filter(|end| *end > now);
    end.ok_or_else(|| Failure::Usage("--until has to be a day in the future".into()))
}

fn print(out: &mut dyn Write, title: &str, consent: &ConsentInfo) -> io::Result<()> {
    let (head, note) = (style::HEAD, style::NOTE);
    let until = consent
        .until
        .map(|until| format!(" until {}", moment::local(until)));
    writeln!(
        out,
        "{head}{}{head:#}: AI is {}{}",
        tame(title),
        consent.ceiling,
        until.unwrap_or_default()
    )?;
    if let Some(mine) = consent.mine {
        writeln!(out, "You agree to: {}", in_words(mine))?;
    }
    if !consent.held_by.is_empty() {
        let names: Vec<String> = consent.held_by.iter().map(|name| tame(name)).collect();
        writeln!(out, "Held there by: {}", names.join(", "))?;
    }
    if consent.pending {
        writeln!(
            out,
            "{note}The others have not heard of it yet: `snug sync` tells them when the server can be reached.{note:#}"
        )?;
    }
    let bound = match consent.ceiling {
        Ceiling::Off => {
            "No client of Snug uses AI on this chat. Nobody can stop a person who copies text out by hand, or a client that was changed."
        }
        Ceiling::OnDevice | Ceiling::Confidential => {
            "AI runs on the members' own devices, in a process without network or files. Nobody can stop a person who copies text out by hand, or a client that was changed."
        }
    };
    paragraph(out, style::ASIDE, bound)
}

fn in_words(wish: Wish) -> String {
    match wish {
        Wish::Confidential { until } => format!("confidential until {}", moment::local(until)),
        wish => wish.ceiling().to_string(),
    }
}

/// The JSON of what the members of a chat agree to.
#[derive(Serialize)]
pub(crate) struct Consent<'a> {
    chat: i64,
    ceiling: &'static str,
    until: Option<String>,
    mine: Option<&'static str>,
    mine_until: Option<String>,
    held_by: &'a [String],
    pending: bool,
}

impl<'a> Consent<'a> {
    pub(crate) fn of(chat: i64, consent: &'a ConsentInfo) -> Self {
        let mine_until = match consent.mine {
            Some(Wish::Confidential { until }) => Some(moment::utc(until)),
            _ => None,
        };
        Self {
            chat,
            ceiling: consent.ceiling.as_str(),
            until: consent.until.map(moment::utc),
            mine: consent.mine.map(|wish| wish.ceiling().as_str()),
            mine_until,
            held_by: &consent.held_by,
            pending: consent.pending,
        }
    }
}
