//! Every use of AI in this store, and every refusal.

use client::api::JournalLine;
use maud::{Markup, html};

use super::app::panel_head;
use super::consent::key;
use super::{Here, Page};
use crate::text;
use crate::when::Wall;

/// The newest so many; `snug journal` has all.
const MOST: u32 = 200;

pub(crate) async fn journal(here: Here) -> Page {
    let lines = here.told(here.open.client.journal(MOST).await)?;
    let wall = Wall::here(here.room.now());
    Ok(html! {
        (panel_head(&here.words, &here.say("journal-title")))
        div .panel-body {
            p .aside { (here.say("journal-words")) }
            @if lines.is_empty() { p .empty { (here.say("journal-empty")) } }
            ul .journal { @for line in &lines { (entry(&here, &wall, line)) } }
        }
    })
}

fn entry(here: &Here, wall: &Wall, line: &JournalLine) -> Markup {
    let (outcome, class) = match line.outcome.as_str() {
        "answered" => ("outcome-answered", "is-answered"),
        "refused" => ("outcome-refused", "is-refused"),
        _ => ("outcome-failed", "is-failed"),
    };
    html! {
        li .entry .(class) {
            p { strong { (here.say(outcome)) } " · " bdi { (text::line(&line.chat)) } }
            p { (here.say("task-catch-up")) ", " (here.words.with("messages-given", "count", i64::from(line.messages))) }
            p .aside {
                time { (wall.day_and_clock(&here.words, line.at)) } " · " (here.say(key("place", line.place)))
                " · " (here.words.with("by-engine", "engine", text::line(&line.engine)))
                " · " (here.words.with("journal-ceiling", "ceiling", here.say(key("ai", line.ceiling))))
            }
        }
    }
}
