//! The list of chats.

use client::api::{ChatId, ChatLine, ChatState};
use maud::{Markup, html};

use super::{Here, Page, app};
use crate::text;
use crate::when::Wall;

/// The lines of the list; the chat that is shown is marked.
pub(crate) async fn list(here: &Here, at: Option<ChatId>) -> Page {
    let chats = here.told(here.open.client.chats().await)?;
    let now = here.room.now();
    Ok(html! {
        @for chat in &chats { (line(here, chat, at == Some(chat.id), now)) }
        @if chats.is_empty() { li .empty { (here.say("no-chats")) } }
    })
}

fn line(here: &Here, chat: &ChatLine, is_shown: bool, now: chat::Time) -> Markup {
    let words = &here.words;
    let title = text::line(&chat.title);
    let wall = Wall::of(chat.state, now);
    html! {
        li id={ "c" (chat.id.0) } {
            button .chat-line hx-get={ "/chat/" (chat.id.0) } hx-target="#main" data-chat=(chat.id.0)
                data-unread=(chat.unread) aria-current=[is_shown.then_some("true")] {
                (app::picture(&chat.title))
                span .what {
                    bdi .title { (title) }
                    small {
                        @match chat.state {
                            ChatState::Invited => (words.say("state-invited")),
                            ChatState::Archive => (words.say("state-archive")),
                            ChatState::Left => (words.say("state-left")),
                            ChatState::Removed => (words.say("state-removed")),
                            ChatState::Rejoining => (words.say("state-rejoining")),
                            ChatState::Live => (words.say(super::consent::key("ai", chat.ceiling))),
                        }
                    }
                }
                span .meta {
                    @if let Some(at) = chat.last_at { time { (wall.short(words, at)) } }
                    @if chat.queued > 0 { span .waiting title=(words.with("queued", "count", i64::from(chat.queued))) { "⧖" } }
                    @if chat.unread > 0 {
                        span .count { (chat.unread) span .unseen { " " (words.with("unread", "count", i64::from(chat.unread))) } }
                    }
                }
            }
        }
    }
}
