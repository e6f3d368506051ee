//! The live stream: server-sent events that say that something changed, never what.
//!
//! A page brings the number up to which it knows. Whatever changed since is told at once, so nothing falls between a page and
//! its stream; and a stream that nobody reads holds one number.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use tokio::sync::watch;

use crate::room::Room;

/// How often a quiet stream says that it is there.
const STILL_HERE: Duration = Duration::from_secs(15);
/// Changes that come thicker than this are told as one.
const AT_MOST_EVERY: Duration = Duration::from_millis(5);

#[derive(Deserialize)]
pub(crate) struct Since {
    since: Option<u64>,
}

pub(crate) async fn live(
    State(room): State<Arc<Room>>,
    Query(since): Query<Since>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let last = headers
        .get("last-event-id")
        .and_then(|id| id.to_str().ok()?.parse().ok());
    let told = last.or(since.since).unwrap_or(0);
    let changes = room.watch();
    let events = stream::unfold((room, changes, told), next);
    Sse::new(events).keep_alive(KeepAlive::new().interval(STILL_HERE))
}

type Reader = (Arc<Room>, watch::Receiver<u64>, u64);

async fn next((room, mut changes, told): Reader) -> Option<(Result<Event, Infallible>, Reader)> {
    while *changes.borrow_and_update() == told {
        if room.is_over() {
            return None;
        }
        changes.changed().await.ok()?;
        tokio::time::sleep(AT_MOST_EVERY).await;
    }
    let now = *changes.borrow_and_update();
    let name = if room.is_over() {
        "snug:gone"
    } else if room.open().is_some() {
        "snug:news"
    } else {
        "snug:locked"
    };
    let event = Event::default().event(name).id(now.to_string()).data("");
    Some((Ok(event), (room, changes, now)))
}
