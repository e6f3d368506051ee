//! The messages of a chat, as items of a list. Whether a day, a divider or a name stands before a message depends on the message
//! and its predecessor alone, so pieces of a long chat fit together wherever they are cut.

use std::collections::BTreeMap;

use axum::extract::{Path, Query};
use chat::Time;
use client::Client;
use client::api::{ChatId, ChatLine, ChatState, Delivery, MessageLine, Page as Which};
use client::store::messages;
use client::{ClientError, store::StoreError};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Here, Page, app};
use crate::text;
use crate::when::Wall;
use crate::words::gaps;

/// Messages of one page.
pub(crate) const PAGE: u32 = 60;
/// The most messages that are asked for at a time.
const MOST: u32 = 200;
/// Messages of one person within so many seconds stand together.
const TOGETHER: u64 = 5 * 60;

#[derive(Deserialize)]
pub(crate) struct Asked {
    before: Option<u32>,
    from: Option<u32>,
    count: Option<u32>,
    /// The first message that was unread when the chat was opened.
    unread: Option<u32>,
}

pub(crate) async fn rows(here: Here, Path(chat): Path<i64>, Query(asked): Query<Asked>) -> Page {
    let chat = here.line(ChatId(chat)).await?;
    let count = asked.count.unwrap_or(PAGE).min(MOST);
    let which = match (asked.before, asked.from) {
        (Some(n), _) => Which::Before(n, count),
        (None, Some(n)) => Which::From(n, count),
        (None, None) => Which::Last(count),
    };
    let read = here.told(read(&here.open.client, chat.id, which).await)?;
    Ok(read.show(&here, &chat, asked.unread))
}

/// A piece of a chat, and what is needed to show it.
pub(crate) struct Piece {
    lines: Vec<MessageLine>,
    /// The message before the first.
    prior: Option<MessageLine>,
    /// Messages that are answered in it.
    answered: BTreeMap<u32, MessageLine>,
}

pub(crate) async fn read(client: &Client, chat: ChatId, which: Which) -> Result<Piece, ClientError> {
    let piece = client.with_store(move |store| {
        let connection = store.connection();
        let lines = messages::page(connection, chat, which)?;
        let prior = match lines.first() {
            Some(first) => messages::page(connection, chat, Which::Before(first.n, 1))?.pop(),
            None => None,
        };
        let mut answered = BTreeMap::new();
        for n in lines.iter().filter_map(|line| line.reply_to) {
            match messages::line(connection, chat, n) {
                Ok(line) => drop(answered.insert(n, line)),
                Err(StoreError::NoSuch) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Piece {
            lines,
            prior,
            answered,
        })
    });
    piece.await
}

impl Piece {
    pub(crate) fn lines(&self) -> &[MessageLine] {
        &self.lines
    }

    /// The items.
    pub(crate) fn show(&self, here: &Here, chat: &ChatLine, unread: Option<u32>) -> Markup {
        let wall = Wall::of(chat.state, here.room.now());
        let before = self.prior.iter().chain(&self.lines);
        let before = self
            .prior
            .is_none()
            .then_some(None)
            .into_iter()
            .chain(before.map(Some));
        html! {
            @for (line, before) in self.lines.iter().zip(before) {
                (self.item(here, chat, &wall, line, before, unread))
            }
        }
    }

    fn item(
        &self,
        here: &Here,
        chat: &ChatLine,
        wall: &Wall,
        line: &MessageLine,
        before: Option<&MessageLine>,
        unread: Option<u32>,
    ) -> Markup {
        let is_new_day = before.is_none_or(|before| wall.date(before.at) != wall.date(line.at));
        let is_divided = unread == Some(line.n);
        let goes_on = !is_new_day && !is_divided && before.is_some_and(|before| goes_on(before, line));
        let author = line.author.as_deref().map(text::line);
        html! {
            li id={ "m" (line.n) } data-n=(line.n) data-waits[line.delivery == Delivery::Queued] {
                @if is_new_day { p .day { time datetime=(wall.machine(line.at)) { (wall.day(&here.words, line.at)) } } }
                @if is_divided { (divider(here, chat, line.n)) }
                @match author {
                    None => p .said-by-snug { (text::line(&line.text)) },
                    Some(author) => {
                        article .message .mine[line.mine] .goes-on[goes_on] tabindex="-1" data-author=(author)
                            aria-label=(self.label(here, wall, line, &author)) {
                            @if !goes_on && !line.mine {
                                (app::picture(&author))
                                p .author { bdi { (author) } }
                            }
                            div .spoken {
                            div .bubble dir="auto" {
                                @if let Some(n) = line.reply_to { (self.answered(here, n)) }
                                div .words hx-ignore { (text::words(&line.text)) }
                                p .foot dir="ltr" {
                                    @if line.drafted_with_ai { span .tag { (here.say("drafted")) } }
                                    @if line.never_ai { span .tag { (here.say("never-ai")) } }
                                    time datetime=(wall.machine(line.at)) { (wall.clock(line.at)) }
                                    @match line.delivery {
                                        Delivery::Queued => span .waiting { "⧖ " (here.say("delivery-queued")) },
                                        Delivery::Sent => span .sent title=(here.say("delivery-sent-long")) { "✓" span .unseen { (here.say("delivery-sent")) } },
                                        Delivery::Received => {}
                                    }
                                }
                            }
                            @if chat.state == ChatState::Live {
                                button .answer .icon data-reply=(line.n) title=(here.say("reply")) aria-label=(here.say("reply")) { "↩" }
                            }
                            }
                        }
                    }
                }
            }
        }
    }

    /// What a reader of the screen hears first.
    fn label(&self, here: &Here, wall: &Wall, line: &MessageLine, author: &str) -> String {
        let who = if line.mine {
            here.say("you")
        } else {
            author.to_owned()
        };
        here.words.fill(
            "message-label",
            &gaps!["author" => who, "time" => wall.clock(line.at), "number" => i64::from(line.n)],
        )
    }

    fn answered(&self, here: &Here, n: u32) -> Markup {
        match self.answered.get(&n) {
            Some(line) => html! {
                button .answered data-jump=(n) dir="auto" {
                    bdi .author { (line.author.as_deref().map(text::line).unwrap_or_default()) }
                    span { (cut(&text::line(&line.text))) }
                }
            },
            None => html! { p .answered { (here.say("answered-missing")) } },
        }
    }
}

/// Whether a message goes on where the one before it ended.
fn goes_on(before: &MessageLine, line: &MessageLine) -> bool {
    let near = |one: Time, other: Time| other.unix_seconds().abs_diff(one.unix_seconds()) <= TOGETHER;
    line.author.is_some()
        && before.author == line.author
        && before.mine == line.mine
        && line.reply_to.is_none()
        && near(before.at, line.at)
}

/// The beginning of a long line.
pub(crate) fn cut(line: &str) -> String {
    const MOST: usize = 120;
    let mut cut: String = line.chars().take(MOST).collect();
    if cut.len() < line.len() {
        cut.push('…');
    }
    cut
}

/// Between what was read and what was not.
fn divider(here: &Here, chat: &ChatLine, from: u32) -> Markup {
    html! {
        div .divider #unread {
            span { (here.say("new-messages")) }
            (catch_up_button(here, chat.id, from))
        }
    }
}

/// Asks for the key messages from a message on.
#[cfg(feature = "ai")]
pub(crate) fn catch_up_button(here: &Here, chat: ChatId, from: u32) -> Markup {
    html! {
        button .machine data-catchup hx-get={ "/chat/" (chat.0) "/catchup?from=" (from) } hx-target="#panel" {
            span aria-hidden="true" { "✦ " } (here.say("catch-up"))
        }
    }
}

#[cfg(not(feature = "ai"))]
pub(crate) fn catch_up_button(_: &Here, _: ChatId, _: u32) -> Markup {
    html! {}
}

#[cfg(test)]
mod tests {
    use super::{cut, goes_on};
    use chat::Time;
    use client::api::{Delivery, MessageLine};

    fn line(n: u32, at: u64, author: Option<&str>) -> MessageLine {
        MessageLine {
            n,
            at: Time::from_unix_seconds(at),
            author: author.map(str::to_owned),
            mine: false,
            text: "x".into(),
            reply_to: None,
            never_ai: false,
            drafted_with_ai: false,
            delivery: Delivery::Received,
        }
    }

    #[test]
    fn one_person_in_a_row_is_named_once() {
        let first = line(1, 1000, Some("Ana"));
        assert!(goes_on(&first, &line(2, 1300, Some("Ana"))));
        assert!(!goes_on(&first, &line(2, 1301, Some("Ana"))));
        assert!(!goes_on(&first, &line(2, 1001, Some("Bob"))));
        assert!(!goes_on(&line(1, 1000, None), &line(2, 1000, None)));
        assert!(goes_on(&first, &line(2, 900, Some("Ana"))), "clocks differ");
    }

    #[test]
    fn a_long_answer_is_cut_at_a_character() {
        assert_eq!(cut("short"), "short");
        let long = "é".repeat(200);
        assert_eq!(cut(&long).chars().count(), 121);
    }
}
