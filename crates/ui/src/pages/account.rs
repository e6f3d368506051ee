//! Who this store writes as: made once, then an address to give away.

use axum::Form;
use client::api::AccountInfo;
use client::link::ServerUrl;
use maud::{Markup, html};
use serde::Deserialize;

use super::app::panel_head;
use super::{Here, Page};
use crate::problem::Problem;
use crate::room::lock;
use crate::text;

pub(crate) async fn account(here: Here) -> Page {
    Ok(match here.told(here.open.account().await)? {
        Some(account) => shown(&here, &account),
        None => html! {
            (panel_head(&here.words, &here.say("make-account")))
            div .panel-body { (form(&here, None)) }
        },
    })
}

fn shown(here: &Here, account: &AccountInfo) -> Markup {
    html! {
        (panel_head(&here.words, &here.say("my-address")))
        div .panel-body {
            p { strong { bdi { (text::line(&account.name)) } } " · " (text::line(&account.server)) }
            label for="mine" { (here.say("address-words")) }
            textarea #mine readonly rows="4" spellcheck="false" { (account.address) }
            button data-copy="mine" data-done=(here.say("copied")) { (here.say("copy")) }
        }
    }
}

/// The question for a name and a server.
pub(crate) fn form(here: &Here, problem: Option<&str>) -> Markup {
    let suggested = here.room.suggested_server.as_deref().unwrap_or_default();
    html! {
        section #make-account .choice {
            h2 { (here.say("account-title")) }
            p { (here.say("account-words")) }
            form .stack hx-post="/account" hx-target="#app" hx-disable="#make-account button" {
                label for="name" { (here.say("account-name")) }
                input #name name="name" required autocomplete="off" maxlength="100" dir="auto";
                label for="server" { (here.say("account-server")) }
                input #server name="server" required autocomplete="off" spellcheck="false" maxlength="300" value=(suggested) placeholder="chat.example.org:443";
                @if let Some(problem) = problem { p .fault role="alert" { (problem) } }
                button .primary type="submit" { (here.say("account-make")) }
            }
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct New {
    name: String,
    server: String,
}

/// Makes the account; it is published when the server can be reached.
pub(crate) async fn make(here: Here, Form(new): Form<New>) -> Page {
    let name = new.name.trim().to_owned();
    let server = new
        .server
        .trim()
        .parse::<ServerUrl>()
        .map_err(|error| Problem::typed(error.to_string()))?;
    let account = here.told(here.open.client.create_account(name, server.to_string()).await)?;
    *lock(&here.open.account) = Some(account);
    here.told(here.open.client.look_soon().await)?;
    here.room.changed();
    super::app::inside(&here.room, &here.words, None).await
}
