//! What this is, what it does not stop, and the keys.

use chat::consent::Ceiling;
use client::api::ChatState;
use maud::html;

use super::app::panel_head;
use super::{Here, Page, consent};

pub(crate) async fn help(here: Here) -> Page {
    Ok(html! {
        (panel_head(&here.words, &here.say("help")))
        div .panel-body {
            p .state { (here.say("state")) }
            p { (here.say("help-words")) }
            (consent::limits(&here, Ceiling::OnDevice, ChatState::Live))
            button data-open="keys" { (here.say("keys-title")) }
        }
    })
}
