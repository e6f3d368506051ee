//! What AI may do in a chat: one word, who holds it down, one's own say, and what all that does not stop (R13 to R17, R38).

use axum::Form;
use axum::extract::Path;
use chat::consent::{Ceiling, Wish};
use client::api::{ChatId, ChatLine, ChatState, ConsentInfo};
use maud::{Markup, html};
use serde::Deserialize;

use super::app::{panel_head, picture};
use super::{Here, Page, news};
use crate::problem::Problem;
use crate::text;
use crate::when::Wall;
use crate::words::gaps;

/// The key of the words for a ceiling.
pub(crate) fn key(of: &str, ceiling: Ceiling) -> &'static str {
    match (of, ceiling) {
        ("ai", Ceiling::Off) => "ai-off",
        ("ai", Ceiling::OnDevice) => "ai-on-device",
        ("ai", Ceiling::Confidential) => "ai-confidential",
        ("place", Ceiling::Off) => "place-off",
        ("place", Ceiling::OnDevice) => "place-on-device",
        ("place", Ceiling::Confidential) => "place-confidential",
        (_, Ceiling::Off) => "means-off",
        (_, Ceiling::OnDevice) => "means-on-device",
        (_, Ceiling::Confidential) => "means-confidential",
    }
}

/// The one word, and the way to everything behind it.
pub(crate) async fn pill(here: &Here, line: &ChatLine) -> Page {
    let consent = here.told(here.open.client.consent(line.id).await)?;
    let who = match consent.ceiling {
        Ceiling::Off => Some(held_by(here, &consent)),
        _ => None,
    };
    Ok(html! {
        button #pill .pill .(consent.ceiling.as_str()) hx-get={ "/chat/" (line.id.0) "/consent" } hx-target="#panel"
            title=(here.say(key("means", consent.ceiling))) {
            span .dot aria-hidden="true" { }
            span { (here.say(key("ai", consent.ceiling))) }
            @if let Some(who) = who { small { (who) } }
        }
    })
}

/// Who said so, in words.
pub(crate) fn held_by(here: &Here, consent: &ConsentInfo) -> String {
    names(here, &consent.held_by)
}

pub(crate) fn names(here: &Here, names: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| text::line(name)).collect();
    match names.len().saturating_sub(SHOWN) {
        _ if names.is_empty() => here.say("somebody"),
        0 => shown.join(", "),
        more => here.words.fill(
            "names-and-more",
            &gaps!["names" => shown.join(", "), "more" => i64::try_from(more).unwrap_or(i64::MAX)],
        ),
    }
}

pub(crate) async fn consent(here: Here, Path(chat): Path<i64>) -> Page {
    panel(&here, ChatId(chat)).await
}

async fn panel(here: &Here, chat: ChatId) -> Page {
    let line = here.line(chat).await?;
    let info = here.told(here.open.client.consent(chat).await)?;
    let is_live = matches!(line.state, ChatState::Live | ChatState::Rejoining);
    let members = match is_live {
        true => Some(here.told(here.open.client.members(chat).await)?),
        false => None,
    };
    let wall = Wall::here(here.room.now());
    Ok(html! {
        (panel_head(&here.words, &here.say("consent-title")))
        div .panel-body {
            p .verdict .(info.ceiling.as_str()) { span .dot aria-hidden="true" { } strong { (here.say(key("ai", info.ceiling))) } }
            p { (here.say(key("means", info.ceiling))) }
            @if let Some(until) = info.until { p { (here.words.with("consent-until", "until", wall.day_and_clock(&here.words, until))) } }
            @if info.ceiling < Ceiling::Confidential && is_live {
                p .held { (here.words.with("consent-held", "names", held_by(here, &info))) }
            }
            @if line.state == ChatState::Archive { p { (here.say("consent-archive")) } }
            @if let Some(mine) = info.mine { (own_say(here, chat, mine, &info)) }
            @if let Some(members) = &members {
                h3 { (here.say("consent-everybody")) }
                ul .people {
                    @for member in &members.members {
                        li {
                            (picture(&member.name))
                            span { bdi .name { (text::line(&member.name)) } @if member.me { " " small .you { (here.say("you-mark")) } }
                                small { (here.say(key("ai", member.counts)))
                                    @if let Some(until) = member.until { ", " (here.words.with("until", "until", wall.day_and_clock(&here.words, until))) }
                                    @if !member.spoke { ", " (here.say("not-spoken")) } } }
                        }
                    }
                }
            }
            (limits(here, info.ceiling, line.state))
        }
    })
}

fn own_say(here: &Here, chat: ChatId, mine: Wish, info: &ConsentInfo) -> Markup {
    html! {
        form #own-say hx-post={ "/chat/" (chat.0) "/consent" } hx-target="#panel" hx-trigger="change" data-sure=(here.say("consent-sure")) {
            fieldset {
                legend { (here.say("consent-mine")) }
                @for ceiling in Ceiling::ALL {
                    label .option {
                        input type="radio" name="say" value=(ceiling.as_str()) checked[mine.ceiling() == ceiling];
                        span { strong { (here.say(key("ai", ceiling))) } small { (here.say(key("means", ceiling))) } }
                    }
                }
            }
            @if info.pending { p .aside role="status" { (here.say("consent-pending")) } }
        }
    }
}

/// What the rule does not stop, for what holds here (R17, R38).
pub(crate) fn limits(here: &Here, ceiling: Ceiling, state: ChatState) -> Markup {
    let mut keys = vec!["limit-copy", "limit-client", "limit-screen"];
    if state != ChatState::Archive {
        keys.push("limit-withheld");
    }
    if ceiling == Ceiling::Confidential {
        keys.push("limit-node");
    }
    html! {
        details .limits open {
            summary { (here.say("limits-title")) }
            ul { @for key in keys { li { (here.say(key)) } } }
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Said {
    say: String,
}

pub(crate) async fn say(here: Here, Path(chat): Path<i64>, Form(said): Form<Said>) -> Page {
    here.room.touch();
    let chat = ChatId(chat);
    let client = &here.open.client;
    let ceiling = said.say.parse().map_err(|_| Problem::missing(&here.words))?;
    here.told(client.say(chat, ceiling).await)?;
    here.room.changed();
    let (panel, list) = (panel(&here, chat).await?, news::list(&here, Some(chat)).await?);
    Ok(html! { (panel) (list) })
}
