//! What is answered when something does not work: an HTTP status for the page, words for the person.

use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use client::ClientError;
use client::store::StoreError;
use maud::html;

use crate::words::Words;

/// Why something was not done.
#[derive(Debug)]
pub(crate) struct Problem {
    status: StatusCode,
    words: String,
}

impl Problem {
    /// The store is not open.
    pub(crate) fn locked(words: &Words) -> Self {
        Self {
            status: StatusCode::LOCKED,
            words: words.say("problem-locked"),
        }
    }

    /// What was typed cannot be used.
    pub(crate) fn typed(words: String) -> Self {
        Self {
            status: StatusCode::UNPROCESSABLE_ENTITY,
            words,
        }
    }

    /// There is no such thing.
    pub(crate) fn missing(words: &Words) -> Self {
        Self {
            status: StatusCode::NOT_FOUND,
            words: words.say("problem-missing"),
        }
    }

    /// What the client says.
    pub(crate) fn client(words: &Words, error: &ClientError) -> Self {
        let said = |status, key: &str| Self {
            status,
            words: words.say(key),
        };
        match error {
            ClientError::NoSuchChat | ClientError::Store(StoreError::NoSuch) | ClientError::NoSuchMessage => {
                Self::missing(words)
            }
            ClientError::Closed => Self::locked(words),
            ClientError::Store(StoreError::WrongPassphrase) => {
                said(StatusCode::UNPROCESSABLE_ENTITY, "problem-passphrase")
            }
            ClientError::Store(StoreError::Busy) => said(StatusCode::CONFLICT, "problem-in-use"),
            ClientError::NoAccount => said(StatusCode::CONFLICT, "problem-no-account"),
            ClientError::NoSuchPerson => said(StatusCode::UNPROCESSABLE_ENTITY, "problem-no-person"),
            ClientError::Empty => said(StatusCode::UNPROCESSABLE_ENTITY, "problem-empty"),
            other => Self {
                status: StatusCode::UNPROCESSABLE_ENTITY,
                words: other.to_string(),
            },
        }
    }

    /// The words alone.
    pub(crate) fn words(&self) -> &str {
        &self.words
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let page = html! { p.notice role="alert" { (self.words) } };
        let mut response = (self.status, page).into_response();
        let headers = response.headers_mut();
        headers.insert("hx-retarget", HeaderValue::from_static("#notice"));
        headers.insert("hx-reswap", HeaderValue::from_static("innerHTML"));
        response
    }
}
