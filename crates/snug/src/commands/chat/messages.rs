//! Sending, reading and finding.

use std::collections::HashMap;
use std::io::{self, Read as _, Write};

use clap::Args;
use client::Client;
use client::api::{ChatId, ChatLine, Delivery, Draft, Hit, MessageLine, Page};
use serde::Serialize;

use crate::exit::{Done, Failure, Outcome};
use crate::layout::{isolate, width, wrap};
use crate::moment::Wall;
use crate::screen::tame;
use crate::store::{Opened, StoreArgs};
use crate::{json, style};

use super::{find, line_of};

/// The most bytes that are read from standard input; the client's own limit is below.
const MOST_STDIN: u64 = 1 << 20;
/// The most messages of one `search`.
const MOST_FOUND: u32 = 200;
/// The most messages of one `read`.
const MOST_READ: u32 = 10_000;

#[derive(Args)]
#[command(
    after_help = "JSON: {\"chat\", \"n\", \"delivery\"}; delivery is sent (a server has stored it) or queued (it goes out with the next \
    command that reaches the server).\n\n\
    Examples:\n  snug chat send flat 'On my way'\n  echo 'From a pipe' | snug chat send flat -"
)]
pub(super) struct Send {
    /// The chat.
    chat: String,
    /// What to say; - reads it from standard input.
    text: String,
    /// The number of the message that this answers.
    #[arg(long, value_name = "N")]
    reply: Option<u32>,
    /// Ask every client never to use this message for AI.
    #[arg(long)]
    never_ai: bool,
    /// Say that AI helped to write it.
    #[arg(long)]
    drafted_with_ai: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn send(send: &Send, store: &StoreArgs) -> Outcome {
    let text = if send.text == "-" {
        standard_input()?
    } else {
        send.text.clone()
    };
    let client = store.open()?;
    let chat = find(&client, &send.chat)?;
    let draft = Draft {
        text,
        reply_to: send.reply,
        never_ai: send.never_ai,
        drafted_with_ai: send.drafted_with_ai,
    };
    let sent = client.send(chat, draft).wait()?;
    if send.json {
        let (chat, n, delivery) = (chat.0, sent.n, word(sent.delivery));
        json::print(&mut io::stdout().lock(), &Gone { chat, n, delivery })?;
        return Ok(Done::Well);
    }
    let (good, note) = (style::GOOD, style::NOTE);
    let mut out = anstream::stdout().lock();
    match sent.delivery {
        Delivery::Queued => writeln!(
            out,
            "{note}[{}] waits to be sent: `snug sync` sends it when the server can be reached{note:#}",
            sent.n
        )?,
        Delivery::Sent | Delivery::Received => writeln!(out, "{good}[{}] sent{good:#}", sent.n)?,
    }
    Ok(Done::Well)
}

fn standard_input() -> Result<String, Failure> {
    let mut text = String::new();
    let read = io::stdin().lock().take(MOST_STDIN).read_to_string(&mut text);
    read.map_err(|error| Failure::Usage(format!("standard input cannot be read as text: {error}")))?;
    let trimmed = text.trim_end_matches(['\r', '\n']).len();
    text.truncate(trimmed);
    Ok(text)
}

#[derive(Serialize)]
struct Gone {
    chat: i64,
    n: u32,
    delivery: &'static str,
}

#[derive(Args)]
#[command(after_help = "What is read counts as read, up to the last message shown.\n\n\
    JSON: {\"chat\", \"title\", \"messages\"}; messages is a list of {\"n\", \"at\", \"author\", \"mine\", \"text\", \"reply_to\", \"never_ai\", \
    \"drafted_with_ai\", \"delivery\"}; delivery is received, queued or sent; author is null for lines of the messenger itself; at is in UTC, in an archive as the \
    export has it.")]
pub(super) struct Read {
    /// The chat.
    chat: String,
    /// The newest so many instead of the unread ones.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=10_000))]
    last: Option<u32>,
    /// From this number on.
    #[arg(long, value_name = "N", conflicts_with = "last", value_parser = clap::value_parser!(u32).range(1..))]
    from: Option<u32>,
    /// Leave what is unread unread.
    #[arg(long)]
    keep_unread: bool,
    /// Stay, and show what comes until Ctrl-C.
    #[arg(long, conflicts_with_all = ["json", "keep_unread"])]
    follow: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn read(read: &Read, store: &StoreArgs) -> Outcome {
    let Opened { client, .. } = store.open_fresh()?;
    let chat = find(&client, &read.chat)?;
    let page = match (read.last, read.from) {
        (Some(last), _) => Page::Last(last),
        (None, Some(from)) => Page::From(from, MOST_READ),
        (None, None) => Page::Unread,
    };
    let ChatLine { title, state, .. } = line_of(&client, chat)?;
    let (wall, mut messages) = (Wall::of(state), client.read(chat, page).wait()?);
    if page == Page::Unread {
        // What one wrote oneself is shown only where it stands between what others wrote.
        let others = |message: &MessageLine| message.author.is_some() && !message.mine;
        let first = messages
            .iter()
            .find(|message| others(message))
            .map(|message| message.n);
        messages.retain(|message| !message.mine || first.is_some_and(|first| message.n > first));
    }
    if read.json {
        let messages = messages.iter().map(|message| Row::of(message, wall)).collect();
        let (chat, title) = (chat.0, title.as_str());
        json::print(
            &mut io::stdout().lock(),
            &Messages {
                chat,
                title,
                messages,
            },
        )?;
    } else {
        print(&mut anstream::stdout().lock(), &title, wall, page, &messages)?;
    }
    if read.follow {
        return follow(&client, chat, wall, &messages);
    }
    // Only what has been printed has been read.
    if let Some(last) = messages.last().filter(|_| !read.keep_unread) {
        client.mark_read(chat, last.n).wait()?;
    }
    Ok(Done::Well)
}

/// Shows what comes, and counts it as read.
fn follow(client: &Client, chat: ChatId, wall: Wall, shown: &[MessageLine]) -> Outcome {
    let mut events = client.listen().wait()?;
    let mut next = match shown.last() {
        Some(last) => last.n.saturating_add(1),
        None => client
            .read(chat, Page::Last(1))
            .wait()?
            .last()
            .map_or(1, |last| last.n.saturating_add(1)),
    };
    if let Some(last) = shown.last() {
        client.mark_read(chat, last.n).wait()?;
    }
    let mut day = shown.last().map(|last| wall.day(last.at)).unwrap_or_default();
    loop {
        let new = client.read(chat, Page::From(next, MOST_READ)).wait()?;
        lines(&mut anstream::stdout().lock(), wall, &mut day, &new)?;
        if let Some(last) = new.last() {
            next = last.n.saturating_add(1);
            client.mark_read(chat, last.n).wait()?;
            continue;
        }
        if events.wait().is_none() {
            return Ok(Done::Well);
        }
    }
}

fn print(
    out: &mut dyn Write,
    title: &str,
    wall: Wall,
    page: Page,
    messages: &[MessageLine],
) -> io::Result<()> {
    let head = style::HEAD;
    let unread = if page == Page::Unread { "unread " } else { "" };
    let written = messages.iter().filter(|message| message.author.is_some()).count();
    let plural = if written == 1 { "" } else { "s" };
    writeln!(
        out,
        "{head}{}{head:#}, {written} {unread}message{plural}",
        tame(title)
    )?;
    lines(out, wall, &mut String::new(), messages)
}

/// The messages, with a heading for each day that is not the one before.
fn lines(out: &mut dyn Write, wall: Wall, day: &mut String, messages: &[MessageLine]) -> io::Result<()> {
    for message in messages {
        let of_this = wall.day(message.at);
        if of_this != *day {
            *day = of_this;
            let aside = style::ASIDE;
            writeln!(out, "\n{aside}{day}{aside:#}")?;
        }
        line(out, wall, message)?;
    }
    Ok(())
}

fn line(out: &mut dyn Write, wall: Wall, message: &MessageLine) -> io::Result<()> {
    let (name, aside) = (style::NAME, style::ASIDE);
    let number = format!("[{}]", message.n);
    write!(out, "{aside}{number:>6} {}{aside:#} ", wall.clock(message.at))?;
    match &message.author {
        Some(author) => write!(out, "{name}{}{name:#}", isolate(&tame(author)))?,
        None => write!(out, "{aside}·{aside:#}")?,
    }
    if let Some(earlier) = message.reply_to {
        write!(out, " {aside}to [{earlier}]{aside:#}")?;
    }
    for mark in marks(message) {
        write!(out, " {aside}({mark}){aside:#}")?;
    }
    writeln!(out)?;
    for row in wrap(&tame(&message.text), width().saturating_sub(PAD.len()), "", "") {
        writeln!(out, "{PAD}{}", isolate(&row))?;
    }
    Ok(())
}

/// Where the text begins, below the author.
const PAD: &str = "             ";

fn marks(message: &MessageLine) -> impl Iterator<Item = &'static str> {
    [
        // What the messenger itself says is never for AI, and nobody asked for that.
        (message.never_ai && message.author.is_some(), "never AI"),
        (message.drafted_with_ai, "drafted with AI"),
        (message.delivery == Delivery::Queued, "waits to be sent"),
    ]
    .into_iter()
    .filter_map(|(is, mark)| is.then_some(mark))
}

#[derive(Args)]
#[command(after_help = "Exit code 1 means that nothing was found.\n\n\
    JSON: a list of {\"chat\", \"title\", \"message\"}; message as in `snug chat read`.")]
pub(super) struct Search {
    /// The words.
    #[arg(required = true)]
    words: Vec<String>,
    /// Look into this chat only.
    #[arg(long, value_name = "CHAT")]
    chat: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn search(search: &Search, store: &StoreArgs) -> Outcome {
    let client = store.open()?;
    let chat = search
        .chat
        .as_deref()
        .map(|chat| find(&client, chat))
        .transpose()?;
    let walls: HashMap<ChatId, Wall> = client
        .chats()
        .wait()?
        .iter()
        .map(|chat| (chat.id, Wall::of(chat.state)))
        .collect();
    let hits = client.search(search.words.join(" "), chat, MOST_FOUND).wait()?;
    let hits: Vec<(Hit, Wall)> = hits
        .into_iter()
        .map(|hit| {
            let wall = walls.get(&hit.chat).copied().unwrap_or(Wall::Here);
            (hit, wall)
        })
        .collect();
    if search.json {
        let rows: Vec<Found> = hits.iter().map(|(hit, wall)| Found::of(hit, *wall)).collect();
        json::print(&mut io::stdout().lock(), &rows)?;
    } else {
        found(&mut anstream::stdout().lock(), &hits)?;
    }
    Ok(if hits.is_empty() {
        Done::NegativeAnswer
    } else {
        Done::Well
    })
}

fn found(out: &mut dyn Write, hits: &[(Hit, Wall)]) -> io::Result<()> {
    if hits.is_empty() {
        return writeln!(out, "Nothing found.");
    }
    let mut chat = None;
    for (hit, wall) in hits {
        if chat != Some(hit.chat) {
            chat = Some(hit.chat);
            let head = style::HEAD;
            writeln!(out, "{head}{}{head:#}", tame(&hit.title))?;
        }
        let aside = style::ASIDE;
        writeln!(out, "{aside}       {}{aside:#}", wall.day(hit.message.at))?;
        line(out, *wall, &hit.message)?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Found<'a> {
    chat: i64,
    title: &'a str,
    message: Row<'a>,
}

impl<'a> Found<'a> {
    fn of(hit: &'a Hit, wall: Wall) -> Self {
        Self {
            chat: hit.chat.0,
            title: &hit.title,
            message: Row::of(&hit.message, wall),
        }
    }
}

#[derive(Serialize)]
struct Messages<'a> {
    chat: i64,
    title: &'a str,
    messages: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    n: u32,
    at: String,
    author: Option<&'a str>,
    mine: bool,
    text: &'a str,
    reply_to: Option<u32>,
    never_ai: bool,
    drafted_with_ai: bool,
    delivery: &'static str,
}

impl<'a> Row<'a> {
    fn of(message: &'a MessageLine, wall: Wall) -> Self {
        Self {
            n: message.n,
            at: wall.json(message.at),
            author: message.author.as_deref(),
            mine: message.mine,
            text: &message.text,
            reply_to: message.reply_to,
            never_ai: message.never_ai,
            drafted_with_ai: message.drafted_with_ai,
            delivery: word(message.delivery),
        }
    }
}

const fn word(delivery: Delivery) -> &'static str {
    match delivery {
        Delivery::Received => "received",
        Delivery::Queued => "queued",
        Delivery::Sent => "sent",
    }
}
