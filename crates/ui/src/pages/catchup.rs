//! The catch-up: what a program picked, set apart from what people wrote, each line one click from its message (R11).

use std::time::Instant;

use assistant::{Item, Kind, Message, Transcript, When};
use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use client::ClientError;
use client::ai::{CatchUp, Outcome, Part, Refusal};
use client::api::{ChatId, ChatState};
use maud::{Markup, html};
use serde::Deserialize;
use worker::WorkerError;

use super::app::panel_head;
use super::{Here, Page, consent, news};
use crate::ask;
use crate::problem::Problem;
use crate::text;
use crate::when;
use crate::words::gaps;

#[derive(Deserialize)]
pub(crate) struct Asked {
    /// From this message on; 0 for what is unread.
    from: Option<u32>,
    /// The newest so many.
    last: Option<u32>,
}

impl Asked {
    fn part(&self) -> Part {
        match (self.last, self.from) {
            (Some(last), _) => Part::Last(last.min(50_000)),
            (None, Some(from)) if from > 0 => Part::From(from),
            (None, _) => Part::Unread,
        }
    }

    fn query(&self) -> String {
        match (self.last, self.from) {
            (Some(last), _) => format!("?last={last}"),
            (None, Some(from)) => format!("?from={from}"),
            (None, None) => String::new(),
        }
    }
}

/// The panel while the answer is being made; it asks for it by itself, and can be cancelled.
pub(crate) async fn begin(here: Here, Path(chat): Path<i64>, Query(asked): Query<Asked>) -> Page {
    here.room.touch();
    let run = format!("/chat/{chat}/catchup{}", asked.query());
    Ok(html! {
        (panel_head(&here.words, &here.say("key-messages")))
        div .panel-body .machine-made {
            div .working hx-post=(run) hx-trigger="load" hx-target="#panel" {
                p role="status" { (here.say("catch-up-working")) }
                button .quiet hx-post={ "/chat/" (chat) "/catchup/cancel" } hx-target="#panel" { (here.say("cancel")) }
            }
        }
    })
}

pub(crate) async fn cancel(here: Here, Path(chat): Path<i64>) -> Page {
    here.open.asking.cancel_one(ChatId(chat));
    Ok(html! {
        (panel_head(&here.words, &here.say("key-messages")))
        div .panel-body .machine-made {
            p role="status" { (here.say("catch-up-cancelled")) }
            (others(&here, ChatId(chat)))
        }
    })
}

pub(crate) async fn run(here: Here, Path(chat): Path<i64>, Query(asked): Query<Asked>) -> Response {
    match answer(&here, ChatId(chat), asked.part()).await {
        Ok(Some(page)) => page.into_response(),
        Ok(None) => StatusCode::NO_CONTENT.into_response(),
        Err(problem) => problem.into_response(),
    }
}

/// `None` where somebody stopped it: they have their answer already.
async fn answer(here: &Here, chat: ChatId, part: Part) -> Result<Option<Markup>, Problem> {
    let start = Instant::now();
    let line = here.line(chat).await?;
    let me = match line.state {
        ChatState::Archive => None,
        _ => here.told(here.open.account().await)?.map(|account| account.name),
    };
    let outcome = ask::key_messages(&here.room, &here.open, chat, part, me).await;
    let body = match outcome {
        Ok(Outcome::Answered(answer)) => answered(here, chat, &answer, start),
        Ok(Outcome::Refused(refusal)) => refused(here, chat, &refusal),
        Err(ClientError::Worker(WorkerError::Cancelled)) => return Ok(None),
        Err(error) => html! {
            p .fault role="alert" { (Problem::client(&here.words, &error).words()) }
            (others(here, chat))
        },
    };
    here.room.changed();
    let list = news::list(here, Some(chat)).await?;
    Ok(Some(html! {
        (panel_head(&here.words, &here.say("key-messages")))
        div .panel-body .machine-made { (body) }
        (list)
    }))
}

fn refused(here: &Here, chat: ChatId, refusal: &Refusal) -> Markup {
    html! {
        p .verdict .off role="alert" { span .dot aria-hidden="true" { } strong { (why(here, refusal)) } }
        p { (here.say("refused-words")) }
        button hx-get={ "/chat/" (chat.0) "/consent" } hx-target="#panel" { (here.say("refused-why")) }
    }
}

/// Who said so.
fn why(here: &Here, refusal: &Refusal) -> String {
    here.words.fill(
        "refused",
        &gaps!["chat" => text::line(&refusal.title), "names" => consent::names(here, &refusal.held_by)],
    )
}

const SECTIONS: [(&str, &[Kind]); 4] = [
    ("for-you", &[Kind::Question, Kind::Mention]),
    ("plans", &[Kind::Decision, Kind::Plan]),
    ("links", &[Kind::Link]),
    ("also-said", &[Kind::Said]),
];

fn answered(here: &Here, chat: ChatId, answer: &CatchUp, start: Instant) -> Markup {
    let view = View {
        here,
        transcript: &answer.transcript,
    };
    html! {
        p .byline { (here.say("picked-by")) }
        @if answer.messages == 0 {
            p { (here.say("nothing-new")) }
        } @else {
            p .aside {
                (here.words.with("looked-at", "count", i64::try_from(answer.messages).unwrap_or(i64::MAX)))
                @if let Some((from, to)) = answer.extent { " " (view.span(from, to)) }
            }
        }
        @for (title, kinds) in SECTIONS {
            @let items: Vec<&Item> = answer.answer.items().iter().filter(|item| kinds.contains(&item.kind)).collect();
            @if !items.is_empty() {
                section {
                    h3 { (here.say(title)) }
                    ul .lines { @for item in items { li { (view.item(item)) } } }
                }
            }
        }
        (notes(here, answer))
        p .ran { (ran(here, answer, start)) }
        @if answer.messages > 0 { p .aside { (here.say("caution")) } }
        (others(here, chat))
    }
}

/// Other parts of the chat to be caught up on.
fn others(here: &Here, chat: ChatId) -> Markup {
    html! {
        div .row .others {
            @for last in [50i64, 200, 1000] {
                button .quiet hx-get={ "/chat/" (chat.0) "/catchup?last=" (last) } hx-target="#panel" { (here.words.with("the-last", "count", last)) }
            }
            button .quiet hx-get="/journal" hx-target="#panel" { (here.say("in-the-journal")) }
        }
    }
}

struct View<'a> {
    here: &'a Here,
    transcript: &'a Transcript,
}

impl View<'_> {
    fn item(&self, item: &Item) -> Markup {
        html! {
            @for (index, (n, quote)) in item.cites.iter().zip(&item.quotes).enumerate() {
                (self.quote(item, index, *n, quote))
            }
        }
    }

    fn quote(&self, item: &Item, index: usize, n: u32, quote: &str) -> Markup {
        let message = self.message(n);
        let author = message.and_then(|message| self.transcript.authors.get(usize::from(message.author?)));
        let author = author.map(|author| text::line(author)).unwrap_or_default();
        html! {
            button .line .further[index > 0] data-jump=(n) {
                span .mark aria-hidden="true" { @if index == 0 { (mark(item.kind)) } }
                span .who {
                    @if index == 0 { span .unseen { (self.here.say(kind(item.kind))) ": " } }
                    bdi { (author) }
                    @if let Some(message) = message { " " time { (message.at.strftime("%H:%M").to_string()) } }
                    @if index == 0 && !item.when.is_empty() { span .when { "→ " (self.named(&item.when)) } }
                }
                q dir="auto" { (with_cuts(message, quote)) }
                span .cite { (self.here.words.with("message-number", "number", i64::from(n))) }
            }
        }
    }

    fn message(&self, n: u32) -> Option<&Message> {
        let messages = &self.transcript.messages;
        let at = messages.binary_search_by_key(&n, |message| message.n).ok()?;
        messages.get(at)
    }

    fn named(&self, when: &[When]) -> String {
        let one = |when: &When| {
            let date = when.date.map(|date| when::written(&self.here.words, date));
            let time = when.time.map(|time| time.strftime("%H:%M").to_string());
            [date, time].into_iter().flatten().collect::<Vec<_>>().join(", ")
        };
        when.iter().map(one).collect::<Vec<_>>().join("; ")
    }

    fn span(&self, from: jiff::civil::DateTime, to: jiff::civil::DateTime) -> String {
        let words = &self.here.words;
        let moment = |at: jiff::civil::DateTime| {
            format!("{}, {}", when::written(words, at.date()), at.strftime("%H:%M"))
        };
        words.fill("from-to", &gaps!["from" => moment(from), "to" => moment(to)])
    }
}

/// The quote, with dots where the message goes on.
fn with_cuts(message: Option<&Message>, quote: &str) -> String {
    let whole = message.map_or("", |message| message.text.trim());
    let before = if whole.starts_with(quote) { "" } else { "… " };
    let after = if whole.ends_with(quote) { "" } else { " …" };
    format!("{before}{}{after}", text::calm(quote))
}

fn mark(kind: Kind) -> &'static str {
    match kind {
        Kind::Question => "?",
        Kind::Mention => "@",
        Kind::Decision => "✓",
        Kind::Plan => "◷",
        Kind::Link => "↗",
        _ => "·",
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Question => "kind-question",
        Kind::Mention => "kind-mention",
        Kind::Decision => "kind-decision",
        Kind::Plan => "kind-plan",
        Kind::Link => "kind-link",
        _ => "kind-said",
    }
}

fn notes(here: &Here, answer: &CatchUp) -> Markup {
    let left_out = answer.left_out;
    let notes = [
        ("left-out-never-ai", left_out.never_ai),
        ("left-out-off", left_out.off_when_sent),
        ("left-out-many", left_out.too_many),
    ];
    html! {
        @for (key, count) in notes {
            @if count > 0 { p .fault { (here.words.with(key, "count", i64::try_from(count).unwrap_or(i64::MAX))) } }
        }
    }
}

/// Where it ran, and for how long.
fn ran(here: &Here, answer: &CatchUp, start: Instant) -> String {
    let millis = |duration: std::time::Duration| i64::try_from(duration.as_millis()).unwrap_or(i64::MAX);
    let whole = millis(start.elapsed());
    match &answer.run {
        Some(run) => here
            .words
            .fill("ran", &gaps!["process" => millis(run.took), "whole" => whole]),
        None => here.words.with("ran-nothing", "whole", whole),
    }
}
