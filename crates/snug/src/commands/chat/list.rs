//! Making chats, and the list of them.

use std::io::{self, Write};

use chat::Suite;
use clap::Args;
use client::api::{ChatLine, ChatState};
use serde::Serialize;

use crate::exit::{Done, Outcome};
use crate::screen::tame;
use crate::store::{Opened, StoreArgs};
use crate::{json, moment, style};

#[derive(Args)]
#[command(after_help = "JSON: {\"chat\", \"title\"}")]
pub(super) struct New {
    /// What it is called. Its members see it, nobody else does.
    title: String,
    /// The addresses of those to invite.
    #[arg(value_name = "ADDRESS")]
    people: Vec<String>,
    /// For more than fifty devices: without the post-quantum suite inside the chat.
    #[arg(long)]
    large: bool,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn new(new: &New, store: &StoreArgs) -> Outcome {
    let client = store.open()?;
    let suite = if new.large { Suite::Classical } else { Suite::XWing };
    let chat = client
        .new_chat(new.title.clone(), new.people.clone(), suite)
        .wait()?;
    if new.json {
        let (chat, title) = (chat.0, new.title.as_str());
        json::print(&mut io::stdout().lock(), &Made { chat, title })?;
        return Ok(Done::Well);
    }
    let mut out = anstream::stdout().lock();
    let invited = match new.people.len() {
        0 => format!("nobody is invited yet: snug chat invite {} ADDRESS", chat.0),
        1 => "one person is invited".to_owned(),
        more => format!("{more} people are invited"),
    };
    let head = style::HEAD;
    writeln!(
        out,
        "{head}{}{head:#} is chat {}; {invited}",
        tame(&new.title),
        chat.0
    )?;
    Ok(Done::Well)
}

#[derive(Serialize)]
struct Made<'a> {
    chat: i64,
    title: &'a str,
}

#[derive(Args)]
#[command(
    after_help = "JSON: a list of {\"chat\", \"title\", \"state\", \"unread\", \"queued\", \"ceiling\", \"last_at\"}; state is one of \
    invited, live, archive, left, removed, rejoining."
)]
pub(super) struct List {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn list(list: &List, store: &StoreArgs) -> Outcome {
    let Opened { client, .. } = store.open_fresh()?;
    let chats = client.chats().wait()?;
    if list.json {
        let rows: Vec<Row> = chats.iter().map(Row::of).collect();
        json::print(&mut io::stdout().lock(), &rows)?;
        return Ok(Done::Well);
    }
    let mut out = anstream::stdout().lock();
    if chats.is_empty() {
        writeln!(
            out,
            "No chats yet: `snug chat new TITLE ADDRESS` makes one, `snug import FILE` keeps an export."
        )?;
    }
    chats.iter().try_for_each(|chat| line(&mut out, chat))?;
    Ok(Done::Well)
}

fn line(out: &mut dyn Write, chat: &ChatLine) -> io::Result<()> {
    let (head, aside, note) = (style::HEAD, style::ASIDE, style::NOTE);
    write!(out, "{:>3}  {head}{}{head:#}", chat.id.0, tame(&chat.title))?;
    if chat.unread > 0 {
        write!(out, "  {note}{} unread{note:#}", chat.unread)?;
    }
    if chat.queued > 0 {
        write!(out, "  {note}{} waiting to be sent{note:#}", chat.queued)?;
    }
    let state = match chat.state {
        ChatState::Live => "",
        ChatState::Invited => "invited, `snug chat join` accepts; ",
        ChatState::Archive => "archive; ",
        ChatState::Left => "left; ",
        ChatState::Removed => "you were taken out; ",
        ChatState::Rejoining => "waiting to be put back; ",
    };
    let last = chat.last_at.map(|at| format!(", last {}", moment::local(at)));
    let last = last.unwrap_or_default();
    writeln!(out, "  {aside}{state}AI: {}{last}{aside:#}", chat.ceiling)
}

#[derive(Serialize)]
struct Row<'a> {
    chat: i64,
    title: &'a str,
    state: &'static str,
    unread: u32,
    queued: u32,
    ceiling: &'static str,
    last_at: Option<String>,
}

impl<'a> Row<'a> {
    fn of(chat: &'a ChatLine) -> Self {
        Self {
            chat: chat.id.0,
            title: &chat.title,
            state: match chat.state {
                ChatState::Invited => "invited",
                ChatState::Live => "live",
                ChatState::Archive => "archive",
                ChatState::Left => "left",
                ChatState::Removed => "removed",
                ChatState::Rejoining => "rejoining",
            },
            unread: chat.unread,
            queued: chat.queued,
            ceiling: chat.ceiling.as_str(),
            last_at: chat.last_at.map(moment::utc),
        }
    }
}
