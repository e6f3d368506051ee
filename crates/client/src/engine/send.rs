//! Writing a message: into the store and the outbox first, whether or not a server can be reached.

use chat::consent::Consent;
use chat::content::{Body, Message, MessageId, Payload, Salt, Seen};
use openmls_traits::OpenMlsProvider as _;
use openmls_traits::random::OpenMlsRand as _;

use crate::api::{ChatId, ChatState, Delivery, Draft, Sent};
use crate::error::ClientError;
use crate::store::messages::{self, Kind, NewMessage};
use crate::store::outbox::{self, NewItem, OutKind};

use super::{Engine, Result, Step};

/// In the outbox: the sender's view of the mailbox is filled in when the message is encrypted.
pub(super) const UNSEEN: Seen = Seen {
    position: 0,
    digest: [0; 16],
};

impl Engine {
    /// Keeps the message, and sends it if a server can be reached. Where nothing else waits it is encrypted in the same
    /// transaction, and leaves without a look at what came.
    pub(crate) async fn send(&mut self, chat: ChatId, draft: Draft) -> Result<Sent> {
        let is_up = self.is_up(chat).await?;
        let (n, _) = self.step(chat, |step| step.write(&draft, is_up))?;
        self.flush_then_sync(chat).await?;
        let delivery = if self.is_taken(chat, n)? {
            Delivery::Sent
        } else {
            messages::line(self.store.connection(), chat, n)?.delivery
        };
        Ok(Sent { n, delivery })
    }

    /// Whether a server has taken this message, and the store has not heard of it yet.
    fn is_taken(&self, chat: ChatId, n: u32) -> Result<bool> {
        for taken in self.taken.get(&chat).into_iter().flatten() {
            let item = outbox::load(self.store.connection(), taken.item)?;
            if item.and_then(|item| item.n) == Some(n) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Keeps the message in the outbox only: for writing many before one look at the server.
    pub(crate) fn queue(&mut self, chat: ChatId, draft: &Draft) -> Result<u32> {
        Ok(self.step(chat, |step| step.write(draft, false))?.0)
    }

    /// The message as it leaves: written and encrypted, nothing sent.
    pub(crate) fn write_sealed(&mut self, chat: ChatId, draft: &Draft) -> Result<Vec<u8>> {
        let (_, sealed) = self.step(chat, |step| step.write(draft, true))?;
        sealed.ok_or(ClientError::NotHere("something else waits to be sent first"))
    }
}

impl Step<'_> {
    /// Gives the number, and the envelope if it was encrypted at once.
    fn write(&mut self, draft: &Draft, seal_now: bool) -> Result<(u32, Option<Vec<u8>>)> {
        if !matches!(self.row.state, ChatState::Live | ChatState::Rejoining) {
            return Err(ClientError::NotHere(
                "nothing can be sent here: it is no live chat, or it is over",
            ));
        }
        if draft.text.trim().is_empty() {
            return Err(ClientError::Empty);
        }
        let message = self.message(draft)?;
        let id = self.id_of(&message, self.me.address.account.0)?;
        let payload = Payload {
            seen: UNSEEN,
            body: Body::Message(Box::new(message)),
        };
        let content = payload.encode().map_err(|_| chat::Misuse::TooLong)?;
        let consent = self.row.consent;
        let n = self.keep_own(draft, id, consent)?;
        let item = NewItem {
            chat: Some(self.chat),
            kind: OutKind::Message,
            n: Some(n),
            content: &content,
            target: None,
        };
        if !(seal_now && self.can_leave_now()?) {
            outbox::enqueue(self.tx, &item)?;
            return Ok((n, None));
        }
        let sealed = self.seal_payload(payload)?;
        outbox::enqueue_sealed(self.tx, &item, &sealed)?;
        Ok((n, Some(sealed.ciphertext)))
    }

    /// Whether a message that is written now is the next that leaves.
    fn can_leave_now(&self) -> Result<bool> {
        let is_open = self.notes.stuck.is_none() && !self.notes.broken && self.row.state == ChatState::Live;
        Ok(is_open && outbox::first(self.tx, Some(self.chat))?.is_none())
    }

    fn message(&self, draft: &Draft) -> Result<Message> {
        let salt = self
            .tx
            .provider()
            .rand()
            .random_array()
            .map_err(|_| chat::ChatError::Crypto)?;
        let mut message = Message::text(Salt(salt), self.clock, &draft.text);
        message.never_ai = draft.never_ai;
        message.drafted_with_ai = draft.drafted_with_ai;
        message.in_reply_to = draft.reply_to.map(|n| self.id_of_line(n)).transpose()?;
        Ok(message)
    }

    fn id_of_line(&self, n: u32) -> Result<MessageId> {
        let bytes = messages::id_of(self.tx, self.chat, n).map_err(|_| ClientError::NoSuchMessage)?;
        MessageId::from_bytes(bytes).map_err(|_| ClientError::NoSuchMessage)
    }

    /// The id of a message: a hash over who wrote it, in which group, and what.
    pub(super) fn id_of(&self, message: &Message, sender: [u8; 32]) -> Result<[u8; 32]> {
        let room = self.row.group.as_deref().unwrap_or_default();
        let id = message
            .id(&sender, room)
            .map_err(|_| ClientError::Bug("a message without an id"))?;
        Ok(*id.as_bytes())
    }

    fn keep_own(&mut self, draft: &Draft, id: [u8; 32], consent: Consent) -> Result<u32> {
        let message = NewMessage {
            id: Some(id),
            kind: Kind::Person,
            author: Some(&self.me.name),
            account: Some(&self.me.address.account.0),
            mine: true,
            sent_at: self.clock,
            received_at: self.clock,
            text: &draft.text,
            reply_to: draft
                .reply_to
                .map(|n| messages::id_of(self.tx, self.chat, n))
                .transpose()?,
            sent_under: consent,
            never_ai: draft.never_ai,
            drafted_with_ai: draft.drafted_with_ai,
            delivery: Delivery::Queued,
            slot: None,
        };
        Ok(messages::append_queued(
            self.tx,
            self.chat,
            &message,
            draft.reply_to,
        )?)
    }
}
