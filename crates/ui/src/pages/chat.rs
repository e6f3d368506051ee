//! One chat: its head, its messages, and where one writes.

use axum::Form;
use axum::extract::{Path, Query};
use client::api::{ChatId, ChatLine, ChatState, Draft, Page as Which};
use maud::{Markup, html};
use serde::Deserialize;

use super::rows::{self, PAGE};
use super::{Here, Page, consent, news};
use crate::problem::Problem;
use crate::text;

/// Messages that are shown before the first unread one.
const CONTEXT: u32 = 12;

#[derive(Deserialize)]
pub(crate) struct Around {
    /// A message to be shown, whatever is unread.
    at: Option<u32>,
}

pub(crate) async fn chat(here: Here, Path(chat): Path<i64>, Query(around): Query<Around>) -> Page {
    main(&here, ChatId(chat), around.at).await
}

/// The middle of the window.
pub(crate) async fn main(here: &Here, chat: ChatId, at: Option<u32>) -> Page {
    let line = here.line(chat).await?;
    let client = &here.open.client;
    let end = here.told(client.read(chat, Which::Last(1)).await)?;
    let last = end.last().map_or(0, |message| message.n);
    let unread = match line.unread {
        0 => None,
        _ => first_unread(here, chat).await?,
    };
    let which = match (at, unread) {
        (Some(n), _) => Which::From(n.saturating_sub(PAGE / 2), PAGE),
        (None, Some(n)) => Which::From(n.saturating_sub(CONTEXT).max(1), PAGE),
        (None, None) => Which::Last(PAGE),
    };
    let piece = here.told(rows::read(client, chat, which).await)?;
    let head = head(here, &line, unread).await?;
    Ok(html! {
        section #chat data-chat=(chat.0) data-last=(last) data-unread=[unread] data-at=[at] data-state=(state(line.state)) {
            (head)
            @if line.state == ChatState::Invited {
                (invitation(here, &line))
            } @else {
                div #scroll tabindex="0" role="region" aria-label=(here.say("messages")) {
                    div #above .spacer { }
                    ol #rows { (piece.show(here, &line, unread)) }
                    div #below .spacer { }
                }
                button #to-end .icon hidden title=(here.say("to-end")) aria-label=(here.say("to-end")) { "↓" }
                button #back-to-panel hidden { (here.say("back-to-catch-up")) }
                (composer(here, &line))
            }
        }
    })
}

fn state(state: ChatState) -> &'static str {
    match state {
        ChatState::Invited => "invited",
        ChatState::Live => "live",
        ChatState::Archive => "archive",
        ChatState::Left => "left",
        ChatState::Removed => "removed",
        ChatState::Rejoining => "rejoining",
    }
}

/// The first message of somebody else after the last one read.
async fn first_unread(here: &Here, chat: ChatId) -> Result<Option<u32>, Problem> {
    let unread = here.open.client.with_store(move |store| {
        let read_up_to = client::store::chats::load(store.connection(), chat)?.read_up_to;
        let mut from = read_up_to.saturating_add(1);
        loop {
            let page = client::store::messages::page(store.connection(), chat, Which::From(from, PAGE))?;
            if let Some(line) = page.iter().find(|line| !line.mine && line.author.is_some()) {
                return Ok(Some(line.n));
            }
            match page.last() {
                Some(last) => from = last.n.saturating_add(1),
                None => return Ok(None),
            }
        }
    });
    here.told(unread.await)
}

/// The top: what the chat is called, and what AI may do in it. What was unread when the chat was opened is caught up on.
pub(crate) async fn head(here: &Here, line: &ChatLine, unread: Option<u32>) -> Page {
    let pill = consent::pill(here, line).await?;
    let id = line.id.0;
    Ok(html! {
        header #head {
            button .icon .back data-close="main" title=(here.say("back")) aria-label=(here.say("back")) { "‹" }
            h1 dir="auto" { (text::line(&line.title)) }
            @if line.state != ChatState::Invited {
                (pill)
                @if matches!(line.state, ChatState::Live | ChatState::Rejoining) {
                    button .quiet hx-get={ "/chat/" (id) "/people" } hx-target="#panel" { (here.say("people")) }
                }
                span #ask-now { (rows::catch_up_button(here, line.id, unread.unwrap_or(0))) }
            }
        }
    })
}

fn invitation(here: &Here, line: &ChatLine) -> Markup {
    let id = line.id.0;
    html! {
        div .card #invitation {
            p { (here.say("invited-words")) }
            div .row {
                button .primary hx-post={ "/chat/" (id) "/join" } hx-target="#main" { (here.say("join")) }
                button .quiet hx-post={ "/chat/" (id) "/leave" } hx-target="#main" { (here.say("decline")) }
            }
        }
    }
}

fn composer(here: &Here, line: &ChatLine) -> Markup {
    let closed = match line.state {
        ChatState::Live | ChatState::Rejoining => None,
        ChatState::Archive => Some("composer-archive"),
        ChatState::Left => Some("composer-left"),
        ChatState::Removed => Some("composer-removed"),
        ChatState::Invited => Some("composer-invited"),
    };
    if let Some(why) = closed {
        return html! { p #composer .closed { (here.say(why)) } };
    }
    html! {
        form #composer hx-post={ "/chat/" (line.id.0) "/send" } hx-swap="none" hx-sync="this:queue all" {
            div #answering hidden {
                span .what { }
                button type="button" .icon data-reply="0" title=(here.say("no-reply")) aria-label=(here.say("no-reply")) { "✕" }
            }
            input type="hidden" name="reply_to" value="";
            label .unseen for="text" { (here.say("write")) }
            textarea #text name="text" rows="1" dir="auto" placeholder=(here.say("write")) maxlength="60000" autocomplete="off" { }
            label .check title=(here.say("never-ai-long")) {
                input type="checkbox" name="never_ai" value="1";
                span { (here.say("never-ai")) }
            }
            button .primary type="submit" { (here.say("send")) }
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Written {
    text: String,
    #[serde(default)]
    reply_to: String,
    #[serde(default)]
    never_ai: String,
}

/// Keeps what was written, and sends it if a server can be reached; the answer does not wait for one.
pub(crate) async fn send(here: Here, Path(chat): Path<i64>, Form(written): Form<Written>) -> Page {
    here.room.touch();
    let text = written.text.trim_end().to_owned();
    if text.trim().is_empty() {
        return Err(Problem::typed(here.say("problem-empty")));
    }
    let draft = Draft {
        text,
        reply_to: written.reply_to.parse().ok(),
        never_ai: !written.never_ai.is_empty(),
        drafted_with_ai: false,
    };
    let client = &here.open.client;
    here.told(client.queue(ChatId(chat), draft).await)?;
    here.told(client.look_soon().await)?;
    here.room.changed();
    Ok(html! {})
}

#[derive(Deserialize)]
pub(crate) struct Seen {
    up_to: u32,
}

/// What was on the screen was read.
pub(crate) async fn mark_read(here: Here, Path(chat): Path<i64>, Form(seen): Form<Seen>) -> Page {
    let chat = ChatId(chat);
    here.told(here.open.client.mark_read(chat, seen.up_to).await)?;
    news::list(&here, Some(chat)).await
}
