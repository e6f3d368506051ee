//! What [`crate::measuring`] drives by hand.

use chat::consent::Wish;
use chat::{Device, Group, Suite};
use delivery::Slot;

use crate::api::{ChatId, ChatState};
use crate::error::ClientError;
use crate::store::chats::{self, NewChat};
use crate::store::{Tx, TxProvider, messages, outbox};

use super::notes::ChatNotes;
use super::{Engine, Me, Result, Taken};

impl Engine {
    pub(crate) fn device(&self) -> Result<Device> {
        Ok(self.me()?.device.clone())
    }

    /// Makes a chat in the store, with this device alone in it.
    pub(crate) fn create_chat(&mut self, title: &str, suite: Suite, wish: Wish) -> Result<ChatId> {
        let device = self.device()?;
        self.adopt_group(|provider| Ok(Group::create(provider, &device, title, suite, wish)?))
    }

    /// A chat for a group that `join` makes.
    pub(crate) fn adopt_group(
        &mut self,
        join: impl FnOnce(&TxProvider<'_>) -> Result<Group>,
    ) -> Result<ChatId> {
        let me = self.me()?.clone();
        let chat = self
            .store
            .transaction(|tx| insert_chat(tx, &me, &join(&tx.provider())?))?;
        self.step(chat, |step| step.enter_epoch())?;
        Ok(chat)
    }

    pub(crate) fn with_group<T>(
        &mut self,
        chat: ChatId,
        change: impl FnOnce(&TxProvider<'_>, &mut Group) -> Result<T>,
    ) -> Result<T> {
        self.step(chat, |step| {
            let provider = step.tx.provider();
            let epoch = step.group()?.epoch();
            let value = change(&provider, step.group()?)?;
            if step.group()?.epoch() != epoch {
                step.enter_epoch()?;
            }
            Ok(value)
        })
    }

    pub(crate) fn accept_first(&mut self, chat: ChatId, seq: u64) -> Result<()> {
        let item = outbox::first(self.store.connection(), Some(chat))?.ok_or(ClientError::Empty)?;
        let epoch = item.sealed.map_or(0, |sealed| sealed.epoch);
        let place = messages::Slot { epoch, seq };
        self.taken
            .entry(chat)
            .or_default()
            .push(Taken { item: item.id, place });
        Ok(())
    }

    pub(crate) fn receive(&mut self, chat: ChatId, slots: &[Slot]) -> Result<u32> {
        let before = self.report.received;
        self.step(chat, |step| step.take_page(slots))?;
        Ok(self.report.received.saturating_sub(before))
    }
}

pub(super) fn insert_chat(tx: &Tx<'_>, me: &Me, group: &Group) -> Result<ChatId> {
    let notes = ChatNotes {
        group: group.notes().encode(),
        ..ChatNotes::default()
    };
    let row = NewChat {
        state: ChatState::Live,
        title: &group.title(),
        group: Some(group.id()),
        server: Some(&me.address.server),
        consent: group.consent(),
        notes: &notes.encode(),
    };
    Ok(chats::insert(tx, &row)?)
}
