//! `snug chat`: everything about chats but AI.

mod list;
mod messages;
mod people;

use clap::{Args, Subcommand};
use client::Client;
use client::api::{ChatId, ChatLine};

use crate::exit::{Failure, Outcome};
use crate::store::StoreArgs;

#[derive(Args)]
#[command(
    after_help = "A chat is named by its number in `snug chat list`, its title, or a beginning of its title that fits no \
    other.\n\n\
    Examples:\n  snug chat new 'Flat 4B' snug:mfrg...@chat.example.org:443\n  snug chat join 1\n  \
    snug chat send flat 'Who has the key?'\n  snug chat read flat --last 20"
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    store: StoreArgs,
}

#[derive(Subcommand)]
enum What {
    /// Make a chat, and invite people by their addresses.
    New(list::New),
    /// List all chats.
    List(list::List),
    /// Invite somebody by their address.
    Invite(people::Invite),
    /// Accept an invitation.
    Join(people::Chat),
    /// Leave a chat. What was received stays readable here.
    Leave(people::Chat),
    /// Take somebody out of a chat.
    Remove(people::Remove),
    /// Show who is in a chat, and what each agrees to.
    Members(people::Members),
    /// Send a message.
    Send(messages::Send),
    /// Read a chat: the unread messages, or others.
    Read(messages::Read),
    /// Find messages that hold all of these words, also as their beginnings.
    Search(messages::Search),
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let store = &arguments.store;
    match &arguments.what {
        What::New(new) => list::new(new, store),
        What::List(list) => list::list(list, store),
        What::Invite(invite) => people::invite(invite, store),
        What::Join(chat) => people::join(chat, store),
        What::Leave(chat) => people::leave(chat, store),
        What::Remove(remove) => people::remove(remove, store),
        What::Members(members) => people::members(members, store),
        What::Send(send) => messages::send(send, store),
        What::Read(read) => messages::read(read, store),
        What::Search(search) => messages::search(search, store),
    }
}

/// The chat that was named.
pub(super) fn find(client: &Client, words: &str) -> Result<ChatId, Failure> {
    Ok(client.find_chat(words.to_owned()).wait()?)
}

/// What the list of chats says about one.
pub(super) fn line_of(client: &Client, chat: ChatId) -> Result<ChatLine, Failure> {
    let chats = client.chats().wait()?;
    let line = chats.into_iter().find(|line| line.id == chat);
    line.ok_or(Failure::Client(client::ClientError::NoSuchChat))
}
