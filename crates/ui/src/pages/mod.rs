//! The pages and what they ask for. Everything but the shell, the assets and the exchange of a ticket is behind the gate.

mod account;
mod app;
#[cfg(feature = "ai")]
mod catchup;
mod chat;
mod chats;
mod consent;
mod export;
mod help;
mod journal;
mod news;
mod people;
mod rows;
mod search;
mod start;

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use client::ClientError;
use client::api::ChatId;
use maud::Markup;

use crate::gate::{self, Admitted};
use crate::problem::Problem;
use crate::room::{Open, Room, lock};
use crate::words::Words;
use crate::{assets, live, opening, random};

/// What a page or an action gives.
type Page = Result<Markup, Problem>;

/// The longest form, in bytes: a message may have some ten thousand.
const MOST_FORM: usize = 256 << 10;
/// The longest body of who has no session, in bytes.
const MOST_TICKET: usize = 256;
/// How long an answer may take, the rest of the question with it.
const ANSWER_WITHIN: Duration = Duration::from_secs(120);
/// How long an import may take; it shows how far it is.
const IMPORT_WITHIN: Duration = Duration::from_secs(3600);
/// The same for who has no session.
const EXCHANGE_WITHIN: Duration = Duration::from_secs(10);

pub(crate) fn router(room: Arc<Room>) -> Router {
    let router = Router::new()
        .route("/", get(start::shell))
        .route("/assets/{name}", get(assets::asset))
        .route(
            "/session",
            post(session).layer(DefaultBodyLimit::max(MOST_TICKET)),
        )
        .route("/app", get(app::app))
        .route("/home", get(app::home))
        .route("/store", post(start::make_store))
        .route("/unlock", post(start::unlock))
        .route("/lock", post(start::lock_now))
        .route("/alive", post(alive))
        .route("/live", get(live::live))
        .route("/news", get(news::news))
        .route("/new", get(people::new_chat).post(people::make_chat))
        .route("/chat/{chat}", get(chat::chat))
        .route("/chat/{chat}/rows", get(rows::rows))
        .route("/chat/{chat}/send", post(chat::send))
        .route("/chat/{chat}/read", post(chat::mark_read))
        .route("/chat/{chat}/join", post(people::join))
        .route("/chat/{chat}/leave", post(people::leave))
        .route("/chat/{chat}/people", get(people::people))
        .route("/chat/{chat}/invite", post(people::invite))
        .route("/chat/{chat}/remove", post(people::remove))
        .route("/chat/{chat}/consent", get(consent::consent).post(consent::say))
        .route("/search", get(search::search))
        .route("/journal", get(journal::journal))
        .route("/account", get(account::account).post(account::make))
        .route("/export", get(export::ask_for_file))
        .route(
            "/export/file",
            post(export::look).layer(DefaultBodyLimit::max(opening::MOST_BYTES)),
        )
        .route("/export/keep", post(export::keep))
        .route("/export/progress", get(export::progress))
        .route("/export/cancel", post(export::cancel))
        .route("/help", get(help::help));
    #[cfg(feature = "ai")]
    let router = router
        .route("/chat/{chat}/catchup", get(catchup::begin).post(catchup::run))
        .route("/chat/{chat}/catchup/cancel", post(catchup::cancel));
    router
        .layer(DefaultBodyLimit::max(MOST_FORM))
        .layer(middleware::from_fn_with_state(Arc::clone(&room), guard))
        .with_state(room)
}

/// The gate, on each request; and what stands on each answer.
async fn guard(State(room): State<Arc<Room>>, request: Request, next: Next) -> Response {
    let admitted = {
        let keys = lock(&room.keys);
        gate::admit(
            &room.host,
            &keys,
            request.method(),
            request.uri(),
            request.headers(),
        )
    };
    let mut response = match admitted {
        // Before its body comes.
        Ok(admitted) if announced(&request) > most(admitted, &request) => {
            refusal(StatusCode::PAYLOAD_TOO_LARGE)
        }
        Ok(admitted) => tokio::time::timeout(within(admitted, request.uri().path()), next.run(request))
            .await
            .unwrap_or_else(|_| refusal(StatusCode::REQUEST_TIMEOUT)),
        Err(refused) => refusal(refused.status()),
    };
    gate::protect(response.headers_mut());
    response
}

/// The bytes that a request says it brings.
fn announced(request: &Request) -> usize {
    let announced = request.headers().get(header::CONTENT_LENGTH);
    let announced = announced.map(|length| length.to_str().ok().and_then(|length| length.parse().ok()));
    announced.map_or(0, |length| length.unwrap_or(usize::MAX))
}

fn most(admitted: Admitted, request: &Request) -> usize {
    match admitted {
        Admitted::Anybody => MOST_TICKET,
        Admitted::Person(_) if request.uri().path() == "/export/file" => opening::MOST_BYTES,
        Admitted::Person(_) => MOST_FORM,
    }
}

fn within(admitted: Admitted, path: &str) -> Duration {
    match admitted {
        Admitted::Anybody => EXCHANGE_WITHIN,
        Admitted::Person(_) if path == "/export/keep" => IMPORT_WITHIN,
        Admitted::Person(_) => ANSWER_WITHIN,
    }
}

/// Not a word about what is here. The rest of the request is not read.
fn refusal(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(header::CONNECTION, HeaderValue::from_static("close"));
    response
}

/// A ticket for a session.
async fn session(State(room): State<Arc<Room>>, ticket: String) -> Response {
    let Ok(token) = random::<32>() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    match lock(&room.keys).exchange(&ticket, Instant::now(), token) {
        Some(token) => {
            room.touch();
            token.into_response()
        }
        None => StatusCode::FORBIDDEN.into_response(),
    }
}

/// A person is here.
async fn alive(State(room): State<Arc<Room>>) -> StatusCode {
    room.touch();
    StatusCode::NO_CONTENT
}

impl FromRequestParts<Arc<Room>> for Words {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, room: &Arc<Room>) -> Result<Self, Self::Rejection> {
        Ok(room.words(asked_language(&parts.headers)))
    }
}

fn asked_language(headers: &HeaderMap) -> &str {
    headers
        .get(header::ACCEPT_LANGUAGE)
        .and_then(|asked| asked.to_str().ok())
        .unwrap_or_default()
}

/// The open store, and the words to speak of it. Without one, there is the question for the passphrase.
pub(crate) struct Here {
    room: Arc<Room>,
    open: Open,
    words: Words,
}

impl FromRequestParts<Arc<Room>> for Here {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, room: &Arc<Room>) -> Result<Self, Problem> {
        let words = room.words(asked_language(&parts.headers));
        let open = room.open().ok_or_else(|| Problem::locked(&words))?;
        Ok(Self {
            room: Arc::clone(room),
            open,
            words,
        })
    }
}

impl Here {
    fn say(&self, key: &str) -> String {
        self.words.say(key)
    }

    fn problem(&self, error: &ClientError) -> Problem {
        if matches!(error, ClientError::Closed) {
            // Nobody works on this store any more.
            self.room.lock();
        }
        Problem::client(&self.words, error)
    }

    /// What a command came to.
    fn told<T>(&self, outcome: Result<T, ClientError>) -> Result<T, Problem> {
        outcome.map_err(|error| self.problem(&error))
    }

    /// The line of a chat in the list.
    async fn line(&self, chat: ChatId) -> Result<client::api::ChatLine, Problem> {
        let chats = self.told(self.open.client.chats().await)?;
        let line = chats.into_iter().find(|line| line.id == chat);
        line.ok_or_else(|| Problem::missing(&self.words))
    }
}
