//! The three steps for whoever has a [`Client`]: the store is asked, the worker runs in the caller's thread, the store is told.

use chat::Time;
use jiff::tz::TimeZone;
use worker::{Cancel, Limits, Program};

use crate::api::ChatId;
use crate::store::chats;
use crate::{Client, ClientError};

use super::{AiError, Outcome, Part, Prepared, Question, finish, prepare};

/// What a person asks for.
#[derive(Clone, Debug)]
pub struct Ask {
    /// The chat.
    pub chat: ChatId,
    /// Which part of it.
    pub part: Part,
    /// At most so many lines.
    pub items: u16,
    /// The name of who is reading, for a chat in which they never wrote.
    pub me: Option<String>,
    /// Whose hours are shown.
    pub zone: TimeZone,
}

/// Asks for the key messages of a part of a chat. The worker runs in this thread, so the store stays free for what arrives
/// meanwhile, a refusal above all. Not inside an asynchronous runtime.
///
/// # Errors
/// What the store says, and the worker: then nothing of what it may have said is used.
pub fn ask(
    client: &Client,
    ask: Ask,
    clock: &dyn Fn() -> Time,
    program: &Program,
    limits: &Limits,
    cancel: &Cancel,
) -> Result<Outcome, ClientError> {
    let held_by = client.consent(ask.chat).wait()?.held_by;
    let now = clock();
    let prepared = client.with_store(move |store| {
        let question = Question {
            chat: ask.chat,
            part: ask.part,
            items: ask.items,
            me: ask.me.as_deref(),
            consent: chats::load(store.connection(), ask.chat)?.consent,
            held_by: &held_by,
            now,
            zone: &ask.zone,
        };
        Ok(prepare(store, &question)?)
    });
    let job = match prepared.wait()? {
        Prepared::Refused(refusal) => return Ok(Outcome::Refused(refusal)),
        Prepared::Ready(job) => job,
    };
    let ran = job.run(program, limits, cancel);
    let now = clock();
    let finished = client.with_store(move |store| Ok(finish(store, *job, ran, now)));
    Ok(finished.wait()??)
}

impl From<AiError> for ClientError {
    fn from(error: AiError) -> Self {
        match error {
            AiError::Store(error) => error.into(),
            AiError::Worker(error) => error.into(),
        }
    }
}
