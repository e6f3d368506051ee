//! What was asked of the assistant and is under way: one question for each chat at a time.

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use client::ClientError;
use client::ai::{Ask, Outcome, Part, ask};
use client::api::ChatId;
use jiff::tz::TimeZone;
use tokio::task::spawn_blocking;
use worker::{Cancel, Limits};

use crate::room::{Open, Room, lock};

/// The most lines of an answer.
pub(crate) const LINES: u16 = 8;

/// The questions under way.
#[derive(Debug, Default)]
pub(crate) struct Asking {
    running: Mutex<HashMap<ChatId, Cancel>>,
    /// The store was locked: nothing is begun any more.
    is_over: AtomicBool,
}

impl Asking {
    fn begin(&self, chat: ChatId) -> Cancel {
        let cancel = Cancel::new();
        if let Some(before) = lock(&self.running).insert(chat, cancel.clone()) {
            before.cancel();
        }
        if self.is_over.load(Ordering::Acquire) {
            cancel.cancel();
        }
        cancel
    }

    /// Stops what is under way for a chat.
    pub(crate) fn cancel_one(&self, chat: ChatId) {
        if let Some(cancel) = lock(&self.running).remove(&chat) {
            cancel.cancel();
        }
    }

    /// Stops everything.
    pub(crate) fn cancel(&self) {
        self.is_over.store(true, Ordering::Release);
        lock(&self.running)
            .drain()
            .for_each(|(_, cancel)| cancel.cancel());
    }
}

/// Asks for key messages, and waits for them.
pub(crate) async fn key_messages(
    room: &std::sync::Arc<Room>,
    open: &Open,
    chat: ChatId,
    part: Part,
    me: Option<String>,
) -> Result<Outcome, ClientError> {
    let cancel = open.asking.begin(chat);
    let (client, room) = (open.client.clone(), std::sync::Arc::clone(room));
    let question = Ask {
        chat,
        part,
        items: LINES,
        me,
        zone: TimeZone::system(),
    };
    let asked = spawn_blocking(move || {
        let clock = || room.now();
        ask(
            &client,
            question,
            &clock,
            &room.program,
            &Limits::default(),
            &cancel,
        )
    });
    asked.await.unwrap_or(Err(ClientError::Closed))
}
