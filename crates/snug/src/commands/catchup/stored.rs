//! The catch-up of a chat of the store, if all of its members allow it.

use std::time::Instant;

use client::Client;
use client::ai::{self, CatchUp, LeftOut, Outcome, Refusal};
use client::api::ChatId;
use jiff::tz::TimeZone;
use worker::{Cancel, Limits, Program};

use crate::exit::Failure;
use crate::moment;
use crate::store::Opened;

use super::window::{Part, Since};
use super::{Arguments, Of, Shown};

/// What came of the question.
pub(crate) enum Asked {
    Answered(Box<Shown>),
    Refused { chat: i64, refusal: Refusal },
}

pub(super) fn catch_up(arguments: &Arguments) -> Result<Asked, Failure> {
    if !arguments.store.is_there()? {
        return Err(Failure::Usage(
            "there is no such file, and no store here whose chats could be meant: check the name".into(),
        ));
    }
    let Opened { client, .. } = arguments.store.open_fresh()?;
    let name = arguments.what.to_string_lossy().into_owned();
    let chat = client.find_chat(name).wait()?;
    let part = match (arguments.last, arguments.since) {
        (Some(last), _) => ai::Part::Last(last),
        (None, Some(Since(moment))) => ai::Part::Since(moment),
        (None, None) => ai::Part::Unread,
    };
    ask(&client, chat, part, arguments.items, arguments.me.clone())
}

/// Asks for the key messages of a part of a chat.
pub(crate) fn ask(
    client: &Client,
    chat: ChatId,
    part: ai::Part,
    items: u16,
    me: Option<String>,
) -> Result<Asked, Failure> {
    let start = Instant::now();
    let question = ai::Ask {
        chat,
        part,
        items,
        me,
        zone: TimeZone::system(),
    };
    let asked = ai::ask(
        client,
        question,
        &moment::now,
        &Program::this(),
        &Limits::default(),
        &Cancel::new(),
    );
    Ok(match asked? {
        Outcome::Refused(refusal) => Asked::Refused {
            chat: chat.0,
            refusal,
        },
        Outcome::Answered(answered) => Asked::Answered(Box::new(shown(chat, part, *answered, start))),
    })
}

fn shown(chat: ChatId, part: ai::Part, answered: CatchUp, start: Instant) -> Shown {
    let LeftOut {
        never_ai,
        off_when_sent,
        too_many,
    } = answered.left_out;
    Shown {
        title: Some(answered.title),
        transcript: answered.transcript,
        answer: answered.answer,
        run: answered.run,
        messages: answered.messages,
        extent: answered.extent,
        left_out: too_many,
        part: match part {
            ai::Part::Unread | ai::Part::From(_) => Part::Unread,
            ai::Part::Last(last) => Part::Last(last),
            ai::Part::Since(moment) => Part::Since(moment),
        },
        took: start.elapsed(),
        of: Of::Chat {
            id: chat.0,
            ceiling: answered.ceiling.as_str(),
            never_ai,
            off_when_sent,
        },
    }
}
