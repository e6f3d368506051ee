//! Who is in a chat.

use std::io::{self, Write};

use clap::Args;
use client::api::{MemberLine, Members as Who};
use serde::Serialize;

use crate::commands::consent::Consent;
use crate::exit::{Done, Outcome};
use crate::layout::paragraph;
use crate::screen::tame;
use crate::store::{Opened, StoreArgs};
use crate::{json, moment, style};

use super::{find, line_of};

#[derive(Args)]
pub(super) struct Chat {
    /// The chat.
    chat: String,
}

#[derive(Args)]
pub(super) struct Invite {
    /// The chat.
    chat: String,
    /// The address of the person.
    address: String,
}

#[derive(Args)]
pub(super) struct Remove {
    /// The chat.
    chat: String,
    /// Their name, or their address.
    person: String,
}

#[derive(Args)]
#[command(
    after_help = "JSON: {\"chat\", \"suite\", \"safety_number\", \"consent\", \"members\"}; consent as in `snug consent`; members is a list of \
    {\"name\", \"address\", \"me\", \"counts\", \"until\", \"spoke\"}."
)]
pub(super) struct Members {
    /// The chat.
    chat: String,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn invite(invite: &Invite, store: &StoreArgs) -> Outcome {
    let Opened { client, online } = store.open_fresh()?;
    let chat = find(&client, &invite.chat)?;
    client.invite(chat, invite.address.clone()).wait()?;
    said(online, "The invitation is sent.")
}

pub(super) fn join(chat: &Chat, store: &StoreArgs) -> Outcome {
    let Opened { client, .. } = store.open_fresh()?;
    let chat = find(&client, &chat.chat)?;
    client.join(chat).wait()?;
    let title = line_of(&client, chat)?.title;
    said(
        true,
        &format!("You are in {}: snug chat read {}", tame(&title), chat.0),
    )
}

pub(super) fn leave(chat: &Chat, store: &StoreArgs) -> Outcome {
    let Opened { client, online } = store.open_fresh()?;
    let chat = find(&client, &chat.chat)?;
    client.leave(chat).wait()?;
    said(online, "You left. What was received stays readable here.")
}

pub(super) fn remove(remove: &Remove, store: &StoreArgs) -> Outcome {
    let Opened { client, online } = store.open_fresh()?;
    let chat = find(&client, &remove.chat)?;
    client.remove(chat, remove.person.clone()).wait()?;
    said(
        online,
        "Taken out. They can read nothing that is sent from now on.",
    )
}

/// What was done; or that it is still to be done, where no server was reached.
fn said(online: bool, words: &str) -> Outcome {
    let mut out = anstream::stdout().lock();
    if online {
        paragraph(&mut out, style::GOOD, words)?;
    } else {
        let waits = "Kept, and done as soon as the server can be reached: `snug sync` tries again.";
        paragraph(&mut out, style::NOTE, waits)?;
    }
    Ok(Done::Well)
}

pub(super) fn members(members: &Members, store: &StoreArgs) -> Outcome {
    let Opened { client, .. } = store.open_fresh()?;
    let chat = find(&client, &members.chat)?;
    let who = client.members(chat).wait()?;
    if members.json {
        json::print(&mut io::stdout().lock(), &Shown::of(chat.0, &who))?;
    } else {
        print(
            &mut anstream::stdout().lock(),
            &line_of(&client, chat)?.title,
            &who,
        )?;
    }
    Ok(Done::Well)
}

fn print(out: &mut dyn Write, title: &str, who: &Who) -> io::Result<()> {
    let (head, aside) = (style::HEAD, style::ASIDE);
    writeln!(
        out,
        "{head}{}{head:#} {aside}(suite {}){aside:#}",
        tame(title),
        who.suite
    )?;
    who.members.iter().try_for_each(|member| line(out, member))?;
    writeln!(out, "\nAI in this chat: {}", who.consent.ceiling)?;
    if let Some(digits) = &who.safety_number {
        writeln!(out, "\nSafety number: {}", tame(digits))?;
        let hint = "Compare it with what the other person sees, by voice or side by side: if it is the same, nobody \
            stands between you.";
        paragraph(out, style::ASIDE, hint)?;
    }
    Ok(())
}

fn line(out: &mut dyn Write, member: &MemberLine) -> io::Result<()> {
    let (name, aside) = (style::NAME, style::ASIDE);
    let me = if member.me { " (you)" } else { "" };
    let until = member
        .until
        .map(|until| format!(" until {}", moment::local(until)));
    let spoke = if member.spoke {
        ""
    } else {
        ", has not said anything yet"
    };
    writeln!(
        out,
        "  {name}{}{name:#}{me}  AI: {}{}{spoke}",
        tame(&member.name),
        member.counts,
        until.unwrap_or_default()
    )?;
    writeln!(out, "      {aside}{}{aside:#}", tame(&member.address))
}

#[derive(Serialize)]
struct Shown<'a> {
    chat: i64,
    suite: &'static str,
    safety_number: Option<&'a str>,
    consent: Consent<'a>,
    members: Vec<Member<'a>>,
}

#[derive(Serialize)]
struct Member<'a> {
    name: &'a str,
    address: &'a str,
    me: bool,
    counts: &'static str,
    until: Option<String>,
    spoke: bool,
}

impl<'a> Shown<'a> {
    fn of(chat: i64, who: &'a Who) -> Self {
        Self {
            chat,
            suite: who.suite.as_str(),
            safety_number: who.safety_number.as_deref(),
            consent: Consent::of(chat, &who.consent),
            members: who.members.iter().map(Member::of).collect(),
        }
    }
}

impl<'a> Member<'a> {
    fn of(member: &'a MemberLine) -> Self {
        Self {
            name: &member.name,
            address: &member.address,
            me: member.me,
            counts: member.counts.as_str(),
            until: member.until.map(moment::utc),
            spoke: member.spoke,
        }
    }
}
