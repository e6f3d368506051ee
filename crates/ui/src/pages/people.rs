//! Who is in a chat, and how chats begin and end.

use axum::Form;
use axum::extract::Path;
use chat::Suite;
use client::api::{ChatId, ChatState};
use maud::{Markup, html};
use serde::Deserialize;

use super::app::{panel_head, picture};
use super::{Here, Page, chat as chat_page, news};
use crate::problem::Problem;
use crate::text;

/// The most people that are invited with a new chat.
const MOST_INVITED: usize = 64;

pub(crate) async fn people(here: Here, Path(chat): Path<i64>) -> Page {
    panel(&here, ChatId(chat)).await
}

async fn panel(here: &Here, chat: ChatId) -> Page {
    let line = here.line(chat).await?;
    let members = here.told(here.open.client.members(chat).await)?;
    let id = chat.0;
    Ok(html! {
        (panel_head(&here.words, &here.say("people")))
        div .panel-body {
            ul .people {
                @for member in &members.members {
                    li {
                        (picture(&member.name))
                        span { bdi .name { (text::line(&member.name)) } @if member.me { " " small .you { (here.say("you-mark")) } }
                            small .address { (text::line(&member.address)) } }
                        @if !member.me {
                            form hx-post={ "/chat/" (id) "/remove" } hx-target="#panel" hx-confirm=(here.say("remove-sure")) {
                                input type="hidden" name="address" value=(member.address);
                                button .quiet type="submit" { (here.say("remove")) }
                            }
                        }
                    }
                }
            }
            @if let Some(number) = &members.safety_number {
                h3 { (here.say("safety-title")) }
                p .safety { (number) }
                p .aside { (here.say("safety-words")) }
            }
            p .aside { (here.say("suite")) " " code { (members.suite.as_str()) } }
            @if line.state == ChatState::Live {
                form #invite .stack hx-post={ "/chat/" (id) "/invite" } hx-target="#panel" {
                    label for="address" { (here.say("invite-label")) }
                    input #address name="address" required autocomplete="off" spellcheck="false" placeholder="snug:…@…" maxlength="500";
                    button type="submit" { (here.say("invite")) }
                }
            }
            button .quiet .danger hx-post={ "/chat/" (id) "/leave" } hx-target="#main" hx-confirm=(here.say("leave-sure")) { (here.say("leave")) }
        }
    })
}

#[derive(Deserialize)]
pub(crate) struct Address {
    address: String,
}

pub(crate) async fn invite(here: Here, Path(chat): Path<i64>, Form(typed): Form<Address>) -> Page {
    let address = typed.address.trim().to_owned();
    here.told(here.open.client.invite(ChatId(chat), address).await)?;
    here.room.changed();
    panel(&here, ChatId(chat)).await
}

pub(crate) async fn remove(here: Here, Path(chat): Path<i64>, Form(typed): Form<Address>) -> Page {
    here.told(here.open.client.remove(ChatId(chat), typed.address).await)?;
    here.room.changed();
    panel(&here, ChatId(chat)).await
}

pub(crate) async fn join(here: Here, Path(chat): Path<i64>) -> Page {
    let chat = ChatId(chat);
    here.told(here.open.client.join(chat).await)?;
    here.room.changed();
    shown(&here, chat).await
}

pub(crate) async fn leave(here: Here, Path(chat): Path<i64>) -> Page {
    let chat = ChatId(chat);
    here.told(here.open.client.leave(chat).await)?;
    here.room.changed();
    // An invitation that was declined is gone; a chat that one left stays to be read.
    match here.line(chat).await {
        Ok(_) => shown(&here, chat).await,
        Err(_) => {
            let list = news::list(&here, None).await?;
            Ok(html! { p .empty { (here.say("declined")) } (list) })
        }
    }
}

/// The chat in the middle, and the list beside it.
async fn shown(here: &Here, chat: ChatId) -> Page {
    let (main, list) = (
        chat_page::main(here, chat, None).await?,
        news::list(here, Some(chat)).await?,
    );
    Ok(html! { (main) (list) hx-partial hx-target="#panel" hx-swap="innerHTML swapEmpty:true" { } })
}

pub(crate) async fn new_chat(here: Here) -> Page {
    Ok(form(&here, None))
}

fn form(here: &Here, problem: Option<&str>) -> Markup {
    html! {
        (panel_head(&here.words, &here.say("new-chat")))
        div .panel-body {
            form #new .stack hx-post="/new" hx-target="#panel" hx-disable="#new button" {
                label for="title" { (here.say("new-title")) }
                input #title name="title" required autofocus autocomplete="off" maxlength="200" dir="auto";
                label for="addresses" { (here.say("new-addresses")) }
                textarea #addresses name="people" rows="3" autocomplete="off" spellcheck="false" placeholder="snug:…@…" maxlength="40000" { }
                p .aside { (here.say("new-addresses-words")) }
                @if let Some(problem) = problem { p .fault role="alert" { (problem) } }
                button .primary type="submit" { (here.say("new-make")) }
            }
            h3 { (here.say("export-title")) }
            p .aside { (here.say("export-words")) }
            button hx-get="/export" hx-target="#panel" { (here.say("export-open")) }
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct New {
    title: String,
    #[serde(default)]
    people: String,
}

pub(crate) async fn make_chat(here: Here, Form(new): Form<New>) -> Page {
    let people: Vec<String> = new
        .people
        .split([' ', '\n', '\r', '\t', ',', ';'])
        .filter(|address| !address.is_empty())
        .map(str::to_owned)
        .collect();
    if people.len() > MOST_INVITED {
        return Ok(form(&here, Some(&here.say("new-too-many"))));
    }
    let made = here
        .open
        .client
        .new_chat(new.title.trim().to_owned(), people, Suite::XWing)
        .await;
    match made {
        Ok(chat) => {
            here.room.changed();
            let main = chat_page::main(&here, chat, None).await?;
            let list = news::list(&here, Some(chat)).await?;
            Ok(
                html! { hx-partial hx-target="#main" hx-swap="innerHTML" { (main) } (list) span data-close-now="panel" { } },
            )
        }
        Err(error) => {
            let problem = Problem::client(&here.words, &error);
            Ok(form(&here, Some(problem.words())))
        }
    }
}
