//! Before there is an open store: the shell, the first run, the lock.

use std::sync::Arc;

use axum::Form;
use axum::extract::State;
use client::store::Unlock;
use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{Page, app};
use crate::opening::MOST_BYTES;
use crate::problem::Problem;
use crate::room::{NotOpened, Room};
use crate::words::Words;

/// How the script library behaves: no history of its own, nothing evaluated, no styles put in, no waiting for the stream.
const HTMX: &str = r#"{"history":false,"includeIndicatorCSS":false,"defaultTimeout":120000,"extensions":"snug,sse","sse":{"pauseOnBackground":false,"reconnectMaxDelay":5000}}"#;

/// The page without content that everything else is put into. Anybody may have it.
pub(crate) async fn shell(words: Words) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(words.language()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="htmx-config" content=(HTMX);
                title { "Snug" }
                link rel="icon" href="/assets/icon.svg" type="image/svg+xml";
                link rel="stylesheet" href="/assets/snug.css";
                script src="/assets/snug.js" async {}
                script src="/assets/htmx.min.js" defer {}
                script src="/assets/hx-sse.min.js" defer {}
            }
            body {
                div #app { }
                div #notice aria-live="assertive" { }
                div #said .unseen aria-live="polite" { }
                @for source in ["app", "news", "read", "alive"] { i id={ "ask-" (source) } hidden { } }
                template #closed { (card(&words, "closed-title", &html! { p { (words.say("closed-words")) } })) }
                template #not-sent { p .notice role="alert" { (words.say("not-sent")) } }
                template #too-large { p .notice role="alert" { (words.with("export-most", "most", i64::try_from(MOST_BYTES >> 20).unwrap_or(i64::MAX))) } }
                template #link-copied { p .notice .calm role="status" { (words.say("link-copied")) } }
                template #gone { (card(&words, "gone-title", &html! { p { (words.say("gone-words")) } })) }
                noscript { (card(&words, "closed-title", &html! { p { (words.say("no-script")) } })) }
            }
        }
    }
}

fn card(words: &Words, title: &str, body: &Markup) -> Markup {
    html! {
        main .card {
            p .wordmark aria-hidden="true" { "Snug" }
            h1 { (words.say(title)) }
            (body)
        }
    }
}

/// What is shown as long as no store is open.
pub(crate) fn closed(room: &Room, words: &Words, problem: Option<&str>) -> Markup {
    if room.has_store() {
        locked(room, words, problem)
    } else {
        first_run(words, problem)
    }
}

fn locked(room: &Room, words: &Words, problem: Option<&str>) -> Markup {
    card(
        words,
        "lock-title",
        &html! {
            form #lock .stack hx-post="/unlock" hx-target="#app" hx-disable="#lock button" {
                (passphrase(words, "passphrase", "lock-passphrase", "current-password", problem))
                @if let Some(hint) = &room.hint { p .aside { (hint) } }
                button .primary type="submit" { (words.say("lock-open")) }
                button .quiet type="submit" name="keyring" value="1" formnovalidate { (words.say("lock-keyring")) }
            }
            p .aside { (words.say("lock-words")) }
        },
    )
}

fn first_run(words: &Words, problem: Option<&str>) -> Markup {
    card(
        words,
        "first-title",
        &html! {
            p { (words.say("first-words")) }
            form #first .stack hx-post="/store" hx-target="#app" hx-disable="#first button" {
                (passphrase(words, "passphrase", "first-passphrase", "new-password", problem))
                (passphrase(words, "again", "first-again", "new-password", None))
                button .primary type="submit" { (words.say("first-go")) }
                button .quiet type="submit" name="keyring" value="1" formnovalidate { (words.say("first-keyring")) }
            }
            p .aside { (words.say("first-forgotten")) }
        },
    )
}

fn passphrase(words: &Words, name: &str, label: &str, kind: &str, problem: Option<&str>) -> Markup {
    let told = problem.map(|_| "told");
    html! {
        label for=(name) { (words.say(label)) }
        input id=(name) name=(name) type="password" required autocomplete=(kind) maxlength="1024"
            autofocus[name == "passphrase"] aria-invalid=[problem.map(|_| "true")] aria-describedby=[told];
        @if let Some(problem) = problem { p #told .fault role="alert" { (problem) } }
    }
}

/// What was typed to open or make a store. Overwritten when dropped.
#[derive(Deserialize, Zeroize, ZeroizeOnDrop)]
pub(crate) struct Typed {
    #[serde(default)]
    passphrase: String,
    #[serde(default)]
    again: String,
    #[serde(default)]
    keyring: String,
}

impl Typed {
    fn unlock(&self) -> Option<Unlock> {
        if !self.keyring.is_empty() {
            return Some(Unlock::Keyring);
        }
        (!self.passphrase.is_empty()).then(|| Unlock::passphrase(self.passphrase.clone()))
    }
}

pub(crate) async fn make_store(
    State(room): State<Arc<Room>>,
    words: Words,
    Form(typed): Form<Typed>,
) -> Page {
    let problem = |key: &str| Ok(closed(&room, &words, Some(&words.say(key))));
    if room.has_store() {
        return problem("first-exists");
    }
    if typed.keyring.is_empty() && typed.passphrase != typed.again {
        return problem("first-differ");
    }
    match typed.unlock() {
        Some(unlock) => enter(&room, &words, unlock).await,
        None => problem("first-empty"),
    }
}

pub(crate) async fn unlock(State(room): State<Arc<Room>>, words: Words, Form(typed): Form<Typed>) -> Page {
    match typed.unlock() {
        Some(unlock) if room.has_store() => enter(&room, &words, unlock).await,
        _ => Ok(closed(&room, &words, Some(&words.say("first-empty")))),
    }
}

async fn enter(room: &Arc<Room>, words: &Words, unlock: Unlock) -> Page {
    let problem = match room.unlock(unlock).await {
        Ok(()) => return app::inside(room, words, None).await,
        Err(NotOpened::Busy) => words.say("lock-busy"),
        Err(NotOpened::Client(error)) => Problem::client(words, &error).words().to_owned(),
    };
    Ok(closed(room, words, Some(&problem)))
}

pub(crate) async fn lock_now(State(room): State<Arc<Room>>, words: Words) -> Page {
    room.lock();
    Ok(closed(&room, &words, None))
}
