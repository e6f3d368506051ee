//! Chats: made, joined, left; who is in them.

use chat::consent::{Consent, Wish};
use chat::content::{Body, Payload};
use chat::{Address, Group, Letter, Member, Suite};

use openmls_traits::OpenMlsProvider as _;

use crate::api::{ChatId, ChatLine, ChatState};
use crate::error::ClientError;
use crate::link::ServerUrl;
use crate::store::chats;
use crate::store::outbox::{self, NewItem, OutKind};
use crate::store::{StoreError, account, invitations};

use super::intent::{self, Intent, Waiting};
use super::{Engine, Result, Step, account::letter_keys, lines, send};

impl Engine {
    /// Makes a chat. Those who are named are invited as soon as a server can be reached.
    pub(crate) async fn new_chat(&mut self, title: &str, people: &[String], suite: Suite) -> Result<ChatId> {
        let addresses = people
            .iter()
            .map(|address| self.other(address))
            .collect::<Result<Vec<_>>>()?;
        let chat = self.create_chat(title, suite, Wish::OnDevice)?;
        self.step(chat, |step| {
            if addresses.is_empty() {
                Ok(())
            } else {
                step.enqueue_intent(&Intent::add(&addresses))
            }
        })?;
        self.sync_chat(chat).await?;
        Ok(chat)
    }

    /// Invites an account to a chat.
    pub(crate) async fn invite(&mut self, chat: ChatId, address: &str) -> Result<()> {
        let address = self.other(address)?;
        self.step(chat, |step| {
            step.must_be_live()?;
            let provider = step.tx.provider();
            let seats = step.group()?.seats(&provider)?;
            if seats.iter().any(|seat| seat.member.account() == address.account) {
                return Err(chat::Misuse::AlreadyMember.into());
            }
            step.enqueue_intent(&Intent::add(&[address]))
        })?;
        self.sync_chat(chat).await
    }

    /// Somebody else's address.
    fn other(&self, typed: &str) -> Result<Address> {
        let address: Address = typed.parse()?;
        address.server.parse::<ServerUrl>()?;
        if address.account == self.me()?.address.account {
            return Err(ClientError::NotHere(
                "that is your own address; you are in the chat already",
            ));
        }
        Ok(address)
    }

    /// Accepts an invitation.
    pub(crate) async fn join(&mut self, chat: ChatId) -> Result<()> {
        let me = account::load(self.store.connection())?.ok_or(ClientError::NoAccount)?;
        let keys = letter_keys(&me);
        let joined = self.step(chat, |step| {
            let waiting = invitations::of_chat(step.tx, chat)?.ok_or(ClientError::NotHere(
                "there is no invitation to this chat; you are in it, or it is over",
            ))?;
            invitations::remove(step.tx, waiting.id)?;
            let provider = step.tx.provider();
            let kept: Waiting = intent::decode(&waiting.sealed).ok_or(StoreError::Corrupted)?;
            let Letter::Invitation(invitation) = Letter::open(&keys, provider.crypto(), &kept.letter)? else {
                return Err(StoreError::Corrupted.into());
            };
            let staged = invitation.stage(&provider, &kept.blob)?;
            let inviter = staged.inviter().clone();
            let members = staged.members().to_vec();
            let group = staged.join(&provider)?;
            step.adopt(group, &invitation.server, &inviter, &members)
        });
        // An invitation that does not open is over, whatever the reason.
        if let Err(ClientError::Chat(chat::ChatError::Peer(_))) = &joined {
            self.store
                .transaction(|tx| chats::remove(tx, chat).map_err(ClientError::from))?;
        }
        joined?;
        self.sync_chat(chat).await
    }

    /// Leaves: says so, and forgets the keys when it has been said.
    pub(crate) async fn leave(&mut self, chat: ChatId) -> Result<()> {
        let state = chats::load(self.store.connection(), chat)?.state;
        if state == ChatState::Invited {
            return self.decline(chat);
        }
        self.step(chat, |step| {
            if step.row.state == ChatState::Rejoining {
                // It cannot say so to anybody.
                step.forget_chat()?;
                step.set_state(ChatState::Left)?;
                return lines::write(step, "You left the chat.");
            }
            step.must_be_live()?;
            let payload = Payload {
                seen: send::UNSEEN,
                body: Body::Leaving,
            };
            let content = payload
                .encode()
                .map_err(|_| ClientError::Bug("a farewell cannot be written"))?;
            let item = NewItem {
                chat: Some(chat),
                kind: OutKind::Control,
                n: None,
                content: &content,
                target: None,
            };
            outbox::enqueue(step.tx, &item)?;
            step.set_state(ChatState::Left)?;
            lines::write(step, "You left the chat.")
        })?;
        self.sync_chat(chat).await
    }

    /// The invitation goes, and the private part of the KeyPackage that it used with it.
    fn decline(&mut self, chat: ChatId) -> Result<()> {
        let me = account::load(self.store.connection())?.ok_or(ClientError::NoAccount)?;
        self.store.transaction(|tx| {
            let waiting = invitations::of_chat(tx, chat)?;
            let kept = waiting.and_then(|waiting| intent::decode::<Waiting>(&waiting.sealed));
            if let Some(kept) = kept
                && let Ok(Letter::Invitation(invitation)) =
                    Letter::open(&letter_keys(&me), tx.provider().crypto(), &kept.letter)
            {
                // Looking into it uses the KeyPackage up, whether or not it holds.
                let _ = invitation.stage(&tx.provider(), &kept.blob);
            }
            Ok(chats::remove(tx, chat)?)
        })
    }

    /// Removes all devices of a person.
    pub(crate) async fn remove(&mut self, chat: ChatId, person: &str) -> Result<()> {
        self.step(chat, |step| {
            step.must_be_live()?;
            let devices = step.devices_of(person)?;
            step.enqueue_intent(&Intent::remove(&devices))
        })?;
        self.sync_chat(chat).await
    }

    pub(crate) fn chats(&self) -> Result<Vec<ChatLine>> {
        Ok(chats::list(self.store.connection(), self.now())?)
    }

    /// The chat with this number, this title, or the only one whose title begins so.
    pub(crate) fn find_chat(&self, typed: &str) -> Result<ChatId> {
        let all = chats::all(self.store.connection())?;
        if let Ok(number) = typed.parse::<i64>()
            && let Some(chat) = all.iter().find(|chat| chat.id.0 == number)
        {
            return Ok(chat.id);
        }
        let folded = typed.to_lowercase();
        let ids = |fits: &dyn Fn(&str) -> bool| -> Vec<ChatId> {
            all.iter()
                .filter(|chat| fits(&chat.title.to_lowercase()))
                .map(|chat| chat.id)
                .collect()
        };
        let exact = ids(&|title| title == folded);
        let found = if exact.is_empty() {
            ids(&|title| title.starts_with(&folded))
        } else {
            exact
        };
        match found.as_slice() {
            [] => Err(ClientError::NoSuchChat),
            [one] => Ok(*one),
            many => Err(ClientError::ManyChats(many.iter().map(|chat| chat.0).collect())),
        }
    }
}

impl Step<'_> {
    pub(super) fn must_be_live(&self) -> Result<()> {
        match self.row.state {
            ChatState::Live => Ok(()),
            ChatState::Invited => Err(ClientError::NotHere(
                "you have not joined yet: snug chat join CHAT",
            )),
            ChatState::Archive => Err(ClientError::NotHere("this is an archive; it has no members")),
            ChatState::Rejoining => Err(ClientError::NotHere(
                "this device could not follow a change and waits to be put back; try again later",
            )),
            ChatState::Left | ChatState::Removed => {
                Err(ClientError::NotHere("you are not in this chat any more"))
            }
        }
    }

    fn adopt(&mut self, group: Group, server: &str, inviter: &Member, members: &[Member]) -> Result<()> {
        chats::set_group(self.tx, self.chat, group.id(), server)?;
        chats::set_title(self.tx, self.chat, &group.title())?;
        *self.group = Some(group);
        self.row.consent = Consent::NONE;
        self.set_state(ChatState::Live)?;
        self.enter_epoch()?;
        let by = lines::shown(inviter.name());
        lines::write(self, &format!("{by} invited you, and you joined."))?;
        for member in members {
            lines::met(self, member)?;
        }
        self.enqueue_intent(&Intent::Refresh)
    }

    /// The devices of a person, by name or address.
    fn devices_of(&mut self, person: &str) -> Result<Vec<chat::DeviceId>> {
        let provider = self.tx.provider();
        let address = person.parse::<Address>().ok();
        let seats = self.group()?.seats(&provider)?;
        let fits = |member: &Member| match &address {
            Some(address) => member.account() == address.account,
            None => member.name() == person,
        };
        let found: Vec<_> = seats
            .iter()
            .map(|seat| &seat.member)
            .filter(|member| fits(member))
            .collect();
        let mut accounts: Vec<_> = found.iter().map(|member| member.account()).collect();
        accounts.dedup();
        if accounts.len() != 1 {
            return Err(ClientError::NoSuchPerson);
        }
        Ok(found.iter().map(|member| member.device()).collect())
    }
}
