//! What is new since a page was made: pieces, each with the place where it belongs.

use axum::extract::Query;
use client::api::{ChatId, Page as Which, Reach};
use maud::{Markup, html};
use serde::Deserialize;

use super::rows::{self, PAGE};
use super::{Here, Page, chat, chats};

/// The most own messages whose state is asked for.
const MOST_WAITING: usize = 64;

#[derive(Deserialize)]
pub(crate) struct Known {
    chat: Option<i64>,
    /// The last message that is shown; missing where the end of the chat is not on the page.
    after: Option<u32>,
    /// Own messages that were waiting, by number, with commas.
    #[serde(default)]
    waiting: String,
    unread: Option<u32>,
}

pub(crate) async fn news(here: Here, Query(known): Query<Known>) -> Page {
    let at = known.chat.map(ChatId);
    let list = list(&here, at).await?;
    let reach = reach(&here).await;
    let chat = match at {
        Some(chat) => of_chat(&here, chat, &known).await?,
        None => html! {},
    };
    Ok(html! {
        (list)
        hx-partial hx-target="#reach" hx-swap="innerMorph" { (reach) }
        (chat)
    })
}

/// The list of chats.
pub(crate) async fn list(here: &Here, at: Option<ChatId>) -> Page {
    let list = chats::list(here, at).await?;
    Ok(html! { hx-partial hx-target="#chats" hx-swap="innerMorph" { (list) } })
}

async fn of_chat(here: &Here, id: ChatId, known: &Known) -> Page {
    let line = here.line(id).await?;
    let head = chat::head(here, &line, known.unread).await?;
    let client = &here.open.client;
    let mut changed = Vec::new();
    for n in known
        .waiting
        .split(',')
        .filter_map(|n| n.parse().ok())
        .take(MOST_WAITING)
    {
        changed.push((n, here.told(rows::read(client, id, Which::From(n, 1)).await)?));
    }
    let new = match known.after {
        Some(after) => {
            Some(here.told(rows::read(client, id, Which::From(after.saturating_add(1), PAGE)).await)?)
        }
        None => None,
    };
    let end = here.told(client.read(id, Which::Last(1)).await)?;
    let last = end.last().map_or(0, |message| message.n);
    let within = format!("#chat[data-chat='{}'] ", id.0);
    Ok(html! {
        // Another chat may stand there by the time this comes: then it belongs nowhere.
        hx-partial hx-target={ (within) "#head" } hx-swap="outerMorph" { (head) }
        @for (n, piece) in &changed {
            hx-partial hx-target={ (within) "#m" (n) } hx-swap="outerMorph" { (piece.show(here, &line, known.unread)) }
        }
        @if let Some(new) = new.filter(|new| !new.lines().is_empty()) {
            hx-partial hx-target={ (within) "#rows" } hx-swap="beforeend" { (new.show(here, &line, known.unread)) }
        }
        hx-partial hx-target={ (within) "#to-end" } hx-swap="innerHTML" { "↓" span data-last=(last) { } }
    })
}

/// Whether the server can be reached, where that is worth a word.
pub(crate) async fn reach(here: &Here) -> Markup {
    let says = |key: &str| html! { p .reach { (here.say(key)) } };
    if here.room.is_offline() {
        return says("reach-offline");
    }
    match here.open.reach().await {
        Reach::Away => says("reach-away"),
        Reach::Connected | Reach::Untried => html! {},
    }
}
