//! The window with an open store: the list at the side, a chat in the middle, a panel beside it.

use std::sync::Arc;

use axum::extract::{Query, State};
use client::api::ChatId;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Here, Page, account, chat, chats, news, start};
use crate::room::Room;
use crate::text;
use crate::words::Words;

#[derive(Deserialize)]
pub(crate) struct At {
    /// The chat to show.
    chat: Option<i64>,
}

pub(crate) async fn app(State(room): State<Arc<Room>>, words: Words, Query(at): Query<At>) -> Page {
    inside(&room, &words, at.chat.map(ChatId)).await
}

/// Everything, or the question for the passphrase.
pub(crate) async fn inside(room: &Arc<Room>, words: &Words, at: Option<ChatId>) -> Page {
    let Some(open) = room.open() else {
        return Ok(start::closed(room, words, None));
    };
    let here = Here {
        room: Arc::clone(room),
        open,
        words: words.clone(),
    };
    // Before anything is read: what changes meanwhile is told again.
    let revision = room.revision();
    let side = side(&here, at).await?;
    let chosen = match at {
        // A chat that is not there any more is no reason to show nothing.
        Some(chat) => chat::main(&here, chat, None).await.ok(),
        None => None,
    };
    let main = match chosen {
        Some(chat) => chat,
        None => nothing_chosen(&here).await?,
    };
    Ok(html! {
        a .skip href="#main" { (here.say("skip")) }
        div #room {
            (side)
            main #main tabindex="-1" { (main) }
            aside #panel tabindex="-1" aria-label=(here.say("panel")) { }
            div #live hx-sse:connect={ "/live?since=" (revision) } hidden { }
            (keys(&here.words))
        }
    })
}

async fn side(here: &Here, at: Option<ChatId>) -> Page {
    let account = here.told(here.open.account().await)?;
    let list = chats::list(here, at).await?;
    let reach = news::reach(here).await;
    Ok(html! {
        nav #side aria-label=(here.say("chats")) {
            header .brand {
                p .wordmark { "Snug" }
                button .icon hx-get="/new" hx-target="#panel" title=(here.say("new-chat")) aria-label=(here.say("new-chat")) { (plus()) }
                button .icon #lock-now hx-post="/lock" hx-target="#app" title=(here.say("lock-now")) aria-label=(here.say("lock-now")) { (padlock()) }
            }
            div role="search" {
                label .unseen for="search" { (here.say("search")) }
                input #search type="search" name="q" placeholder=(here.say("search")) autocomplete="off" spellcheck="false" maxlength="200"
                    hx-get="/search" hx-target="#results" hx-trigger="input changed, search" hx-sync="this:replace";
            }
            div #reach role="status" { (reach) }
            div #results { }
            ul #chats { (list) }
            footer .me {
                @match account {
                    Some(account) => {
                        button .person hx-get="/account" hx-target="#panel" {
                            (picture(&account.name))
                            span { bdi .name { (text::line(&account.name)) } small { (here.say("my-address")) } }
                        }
                    }
                    None => { button .person hx-get="/account" hx-target="#panel" { span .name { (here.say("make-account")) } } }
                }
                button .quiet hx-get="/journal" hx-target="#panel" { (here.say("journal")) }
                button .icon hx-get="/help" hx-target="#panel" title=(here.say("help")) aria-label=(here.say("help")) { "?" }
            }
        }
    })
}

pub(crate) async fn home(here: Here) -> Page {
    nothing_chosen(&here).await
}

/// In the middle, as long as no chat was chosen.
async fn nothing_chosen(here: &Here) -> Page {
    let account = here.told(here.open.account().await)?;
    let any_chat = !here.told(here.open.client.chats().await)?.is_empty();
    Ok(html! {
        div #welcome .card .only-wide[any_chat] {
            @if any_chat {
                h1 { (here.say("choose-title")) }
                p { (here.say("choose-words")) }
            } @else {
                h1 { (here.say("welcome-title")) }
                p { (here.say("welcome-words")) }
            }
            div .choices {
                @if account.is_none() { (account::form(here, None)) }
                section .choice {
                    h2 { (here.say("export-title")) }
                    p { (here.say("export-words")) }
                    button hx-get="/export" hx-target="#panel" { (here.say("export-open")) }
                }
                @if account.is_some() {
                    section .choice {
                        h2 { (here.say("new-chat")) }
                        p { (here.say("new-chat-words")) }
                        button hx-get="/new" hx-target="#panel" { (here.say("new-chat-open")) }
                    }
                }
            }
            p .state { (here.say("state")) }
        }
    })
}

/// Somebody's picture: their letter on their colour.
pub(crate) fn picture(name: &str) -> Markup {
    html! { span .picture .(text::hue(name)) aria-hidden="true" { (text::initial(name)) } }
}

fn plus() -> Markup {
    html! {
        svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true" {
            path fill="none" stroke="currentColor" stroke-width="1.8" stroke-linecap="round" d="M8 2.8v10.4M2.8 8h10.4" {}
        }
    }
}

pub(crate) fn padlock() -> Markup {
    html! {
        svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" {
            path fill="none" stroke="currentColor" stroke-width="1.6" d="M3.5 7.2h9v6.3h-9zM5.2 7V4.9a2.8 2.8 0 0 1 5.6 0V7" {}
        }
    }
}

/// The top of a panel: its title and what closes it.
pub(crate) fn panel_head(words: &Words, title: &str) -> Markup {
    html! {
        header .panel-head {
            h2 { (title) }
            button .icon data-close="panel" title=(words.say("close")) aria-label=(words.say("close")) { "✕" }
        }
    }
}

fn keys(words: &Words) -> Markup {
    html! {
        dialog #keys aria-labelledby="keys-title" {
            h2 #keys-title { (words.say("keys-title")) }
            dl {
                @for (keys, what) in [
                    ("Ctrl K", "keys-search"), ("Alt ↓ / Alt ↑", "keys-chats"), ("↑ ↓", "keys-messages"), ("R", "keys-reply"),
                    ("C", "keys-catchup"), ("Home / End", "keys-ends"), ("Enter", "keys-send"), ("Shift Enter", "keys-line"),
                    ("Esc", "keys-close"), ("Alt L", "keys-lock"),
                ] {
                    div { dt { kbd { (keys) } } dd { (words.say(what)) } }
                }
            }
            form method="dialog" { button .primary { (words.say("close")) } }
        }
    }
}
