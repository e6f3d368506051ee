//! Finding messages by their words, in all chats.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::Query;
use client::ClientError;
use client::api::Hit;
use maud::html;
use serde::Deserialize;

use super::rows::cut;
use super::{Here, Page};
use crate::room::Open;
use crate::text;
use crate::when::Wall;

/// The most messages of one search.
const MOST: u32 = 50;

#[derive(Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    q: String,
}

pub(crate) async fn search(here: Here, Query(asked): Query<Asked>) -> Page {
    if asked.q.trim().is_empty() {
        return Ok(html! {});
    }
    let found = here.told(find(&here.open, asked.q).await)?;
    let wall = Wall::here(here.room.now());
    Ok(html! {
        @if found.is_empty() {
            p .empty role="status" { (here.say("search-none")) }
        } @else {
            p .unseen role="status" { (here.words.with("search-found", "count", i64::try_from(found.len()).unwrap_or(i64::MAX))) }
            ul .hits { @for hit in &found { (line(&here, &wall, hit)) } }
        }
    })
}

/// While somebody types, the browser breaks off all searches but the newest; those are not carried out.
async fn find(open: &Open, words: String) -> Result<Vec<Hit>, ClientError> {
    let asked = Asker::default();
    let is_gone = Arc::clone(&asked.is_gone);
    let found = open.client.with_store(move |store| {
        if is_gone.load(Ordering::Relaxed) {
            return Ok(Vec::new());
        }
        Ok(client::search::find(store, &words, None, MOST)?)
    });
    found.await
}

/// Dropped with the request when whoever asked has gone away.
#[derive(Default)]
struct Asker {
    is_gone: Arc<AtomicBool>,
}

impl Drop for Asker {
    fn drop(&mut self) {
        self.is_gone.store(true, Ordering::Relaxed);
    }
}

fn line(here: &Here, wall: &Wall, hit: &Hit) -> maud::Markup {
    let (chat, n) = (hit.chat.0, hit.message.n);
    let author = hit.message.author.as_deref().map(text::line).unwrap_or_default();
    html! {
        li {
            button hx-get={ "/chat/" (chat) "?at=" (n) } hx-target="#main" {
                small { bdi { (text::line(&hit.title)) } " · " bdi { (author) } " · " (wall.short(&here.words, hit.message.at)) }
                span dir="auto" { (cut(&text::line(&hit.message.text))) }
            }
        }
    }
}
