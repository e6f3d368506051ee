//! What waits in the outbox leaves: encrypted for the epoch of now, on the disk first, then to the server.
//!
//! The same bytes under the same key as often as it takes: a server that has them already answers as before. What was
//! encrypted for an epoch that is over was not accepted there, since the mailbox was read up to its commit; it is
//! encrypted again. Message ids are hashes of what was written, so that a message that did arrive twice is shown once.

use std::collections::HashSet;
use std::time::Duration;

use chat::consent::Lowering;
use chat::content::{Body, Payload, Seen};
use delivery::{Append, Capability, Chain, Entry, IdempotencyKey, MailboxKeys, MailboxName, Refusal};
use openmls_traits::OpenMlsProvider as _;
use openmls_traits::random::OpenMlsRand as _;

use crate::api::{ChatId, ChatState};
use crate::error::ClientError;
use crate::link::{Link, LinkError};
use crate::store::mailboxes::{self, Mailbox};
use crate::store::outbox::{self, OutItem, OutKind, Sealed};
use crate::store::{StoreError, chats, messages};

use super::account::array;
use super::intent::{Intent, Target};
use super::receive::{staged, target};
use super::{Connection, Engine, Result, Step, Taken};

/// The longest that a server may ask to wait: for longer ones the message waits for the next look.
const LONGEST_WAIT: Duration = Duration::from_secs(2);
/// How often it may ask in one look.
const MOST_WAITS: u32 = 8;

/// What comes next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flushed {
    /// One left; there may be more.
    One,
    /// Nothing can leave before the mailbox was read.
    Read,
    /// Nothing waits, or nothing can leave now.
    Nothing,
}

impl Engine {
    /// Sends the next that waits in a chat.
    pub(super) async fn flush_one(&mut self, chat: ChatId) -> Result<Flushed> {
        let postponed = std::mem::take(&mut self.postponed);
        let next = self.step_soon(chat, |step| step.next_out(&postponed));
        self.postponed = postponed;
        let Some((item, mailbox)) = next? else {
            return Ok(Flushed::Nothing);
        };
        let id = item.id;
        let outcome = match item.kind {
            OutKind::Message | OutKind::Control => return self.flush_message(chat, id, &mailbox).await,
            OutKind::Commit => self.flush_commit(chat, item, &mailbox).await,
            OutKind::Notice | OutKind::Inbox => self.flush_elsewhere(chat, &item).await,
        };
        match outcome {
            Err(ClientError::Link(error)) if self.reaches(chat)? => {
                self.postponed.insert(id);
                self.report.warnings.push(format!(
                    "something waits for another server ({error}); it is tried again at the next look"
                ));
                Ok(Flushed::One)
            }
            other => other,
        }
    }

    /// Whether the chat's own server is there, so that what failed concerns another: nobody else's may hold up a chat.
    fn reaches(&self, chat: ChatId) -> Result<bool> {
        let server = chats::load(self.store.connection(), chat)?.server;
        let link = server.and_then(|server| self.links.get(&server));
        Ok(matches!(link, Some(Connection::Up(link)) if link.ended().is_none()))
    }

    async fn flush_message(&mut self, chat: ChatId, id: i64, mailbox: &Mailbox) -> Result<Flushed> {
        let (server, sealed) = self.step(chat, |step| Ok((step.server()?, step.seal_item(id)?)))?;
        let link = self.link(&server).await?;
        let keys = keys_of(mailbox)?;
        let append = Append {
            mailbox: MailboxName::from_bytes(mailbox.name),
            write: keys.write.clone(),
            key: IdempotencyKey(sealed.idempotency_key),
            entry: Entry::Message(sealed.ciphertext.into()),
        };
        match link.append(append).await {
            Ok(seq) => {
                let place = messages::Slot {
                    epoch: mailbox.epoch,
                    seq,
                };
                self.taken
                    .entry(chat)
                    .or_default()
                    .push(Taken { item: id, place });
                Ok(Flushed::One)
            }
            Err(error) => self.after(chat, &server, &keys, error).await,
        }
    }

    async fn flush_commit(&mut self, chat: ChatId, item: OutItem, mailbox: &Mailbox) -> Result<Flushed> {
        if item.sealed.is_none() && !self.stage_item(chat, &item).await? {
            return Ok(Flushed::One);
        }
        let loaded = outbox::load(self.store.connection(), item.id)?;
        let Some((item, sealed)) = loaded.and_then(|item| item.sealed.clone().map(|sealed| (item, sealed)))
        else {
            return Ok(Flushed::Read);
        };
        let envelope = staged(&item).ok_or(StoreError::Corrupted)?.envelope;
        let (server, has_invalid) = self.step(chat, |step| Ok((step.server()?, step.notes.broken)))?;
        let link = self.link(&server).await?;
        let keys = keys_of(mailbox)?;
        // Where an invalid commit was met, somebody may be trying to starve us: the order of the log decides.
        let expect = (!has_invalid).then_some(u64::from(mailbox.commits));
        let append = Append {
            mailbox: MailboxName::from_bytes(mailbox.name),
            write: keys.write.clone(),
            key: IdempotencyKey(sealed.idempotency_key),
            entry: Entry::Commit {
                expect,
                body: envelope.into(),
            },
        };
        match link.append(append).await {
            Ok(seq) => self.step(chat, |step| {
                let epoch = mailbox.epoch;
                step.acknowledged(messages::Slot { epoch, seq })?;
                Ok(Flushed::Read)
            }),
            Err(error) => self.after(chat, &server, &keys, error).await,
        }
    }

    /// After an append that was not taken.
    async fn after(
        &mut self,
        chat: ChatId,
        server: &str,
        keys: &MailboxKeys,
        error: LinkError,
    ) -> Result<Flushed> {
        match error {
            LinkError::Refused(Refusal::Closed | Refusal::Conflict { .. }) => Ok(Flushed::Read),
            LinkError::Refused(Refusal::NoSuch) => {
                self.link(server).await?.create(keys.hashes()).await?;
                Ok(Flushed::Read)
            }
            LinkError::Refused(Refusal::SlowDown { milliseconds })
                if self.waits < MOST_WAITS && u128::from(milliseconds) <= LONGEST_WAIT.as_millis() =>
            {
                self.waits = self.waits.saturating_add(1);
                tokio::time::sleep(Duration::from_millis(u64::from(milliseconds))).await;
                Ok(Flushed::Read)
            }
            LinkError::Refused(refusal) => self.step(chat, |step| {
                if refusal == Refusal::Full && step.leave_full_mailbox()? {
                    return Ok(Flushed::One);
                }
                step.warn(&format!("a message could not be sent: {refusal}"));
                Ok(Flushed::Nothing)
            }),
            error => Err(error.into()),
        }
    }

    /// What goes to an inbox, to the blobs, or to a mailbox that is not the chat's current one.
    async fn flush_elsewhere(&mut self, chat: ChatId, item: &OutItem) -> Result<Flushed> {
        let key = self.step(chat, |step| step.key_of(item))?;
        match target(item).ok_or(StoreError::Corrupted)? {
            Target::Blob { server } => {
                let link = self.link(&server).await?;
                self.done(chat, item, link.put_blob(item.content.clone()).await.map(|_| ()))
            }
            Target::Mailbox {
                server,
                name,
                write,
                is_notice,
            } => {
                let link = self.link(&server).await?;
                let body = item.content.clone().into();
                let entry = if is_notice {
                    Entry::Notice(body)
                } else {
                    Entry::Message(body)
                };
                let append = Append {
                    mailbox: MailboxName::from_bytes(name),
                    write: Capability::from_secret(write),
                    key,
                    entry,
                };
                self.done(chat, item, link.append(append).await.map(|_| ()))
            }
            Target::Rejoin { server, read, write } => {
                let link = self.link(&server).await?;
                let keys = MailboxKeys::from_secrets(read, write);
                let append = Append {
                    mailbox: keys.name(),
                    write: keys.write.clone(),
                    key,
                    entry: Entry::Commit {
                        expect: Some(0),
                        body: item.content.clone().into(),
                    },
                };
                self.flush_way_back(chat, item.id, (&link, &keys), append).await
            }
        }
    }

    /// The external commit of this device.
    async fn flush_way_back(
        &mut self,
        chat: ChatId,
        item: i64,
        (link, keys): (&Link, &MailboxKeys),
        append: Append,
    ) -> Result<Flushed> {
        let mut outcome = link.append(append.clone()).await;
        if outcome == Err(LinkError::Refused(Refusal::NoSuch)) {
            link.create(keys.hashes()).await?;
            outcome = link.append(append).await;
        }
        match outcome {
            Ok(_) => self.step(chat, |step| step.came_back(item))?,
            Err(error @ LinkError::Refused(Refusal::SlowDown { .. })) => return Err(error.into()),
            Err(LinkError::Refused(_)) => self.step(chat, |step| step.come_back_later(item))?,
            Err(error) => return Err(error.into()),
        }
        Ok(Flushed::Read)
    }

    fn done(
        &mut self,
        chat: ChatId,
        item: &OutItem,
        outcome: std::result::Result<(), LinkError>,
    ) -> Result<Flushed> {
        match outcome {
            Ok(()) => self.step(chat, |step| Ok(outbox::remove(step.tx, item.id)?))?,
            Err(LinkError::Refused(refusal @ Refusal::SlowDown { .. })) => {
                return Err(LinkError::from(refusal).into());
            }
            Err(LinkError::Refused(refusal)) => self.step(chat, |step| {
                step.warn(&format!("an invitation could not be delivered: {refusal}"));
                Ok(outbox::remove(step.tx, item.id)?)
            })?,
            Err(error) => return Err(error.into()),
        }
        Ok(Flushed::One)
    }
}

fn keys_of(mailbox: &Mailbox) -> Result<MailboxKeys> {
    Ok(MailboxKeys::from_secrets(
        array(&mailbox.read)?,
        array(&mailbox.write)?,
    ))
}

impl Step<'_> {
    /// The next that can leave. Behind an invalid commit that is a commit, and while this device waits to be put back
    /// only what asks for it.
    fn next_out(&mut self, postponed: &HashSet<i64>) -> Result<Option<(OutItem, Mailbox)>> {
        let items = outbox::of_chat(self.tx, Some(self.chat))?;
        if items.is_empty() {
            if self.row.state == ChatState::Left {
                self.drop_group()?;
            }
            return Ok(None);
        }
        let Some(mailbox) = mailboxes::current(self.tx, self.chat)? else {
            return Ok(None);
        };
        let can_leave = |item: &&OutItem| match item.kind {
            OutKind::Message | OutKind::Control => {
                mailbox.commits == 0 && !self.notes.broken && self.notes.stuck.is_none()
            }
            OutKind::Commit => self.notes.stuck.is_none(),
            OutKind::Notice | OutKind::Inbox => true,
        };
        let mut leaving = items.iter().filter(|item| !postponed.contains(&item.id));
        Ok(leaving.find(can_leave).map(|item| (item.clone(), mailbox)))
    }

    /// A mailbox that is full of messages has room for a commit, and behind it is an empty one. `false` where that was
    /// tried, or the mailbox is empty already.
    fn leave_full_mailbox(&mut self) -> Result<bool> {
        if self.notes.broken || self.mailbox()?.position == 0 {
            return Ok(false);
        }
        self.notes.broken = true;
        self.enqueue_intent(&Intent::Repair)?;
        Ok(true)
    }

    /// The bytes that leave for a message: encrypted now, unless they were for this epoch before.
    pub(super) fn seal_item(&mut self, id: i64) -> Result<Sealed> {
        let item = outbox::load(self.tx, id)?.ok_or(StoreError::NoSuch)?;
        let epoch = self.group()?.epoch();
        if let Some(sealed) = item.sealed {
            if sealed.epoch == epoch {
                return Ok(sealed);
            }
            outbox::unseal(self.tx, id)?;
        }
        let payload = Payload::decode(&item.content).map_err(|_| StoreError::Corrupted)?;
        let sealed = self.seal_payload(payload)?;
        outbox::seal(self.tx, id, &sealed)?;
        Ok(sealed)
    }

    /// Encrypts it for the epoch of now, with what this device has seen of the mailbox.
    pub(super) fn seal_payload(&mut self, mut payload: Payload) -> Result<Sealed> {
        payload.seen = self.seen()?;
        if let Body::Lower(Lowering { number, .. }) = &mut payload.body {
            *number = self.group()?.next_number();
        }
        let (provider, device) = (self.tx.provider(), self.me.device.clone());
        let ciphertext = self.group()?.seal_message(&provider, &device, &payload)?;
        Ok(Sealed {
            epoch: self.group()?.epoch(),
            idempotency_key: self.random_key()?,
            ciphertext,
        })
    }

    /// The mailbox as this device has seen it.
    fn seen(&self) -> Result<Seen> {
        let mailbox = self.mailbox()?;
        let chain = Chain::resume(mailbox.position, mailbox.digest);
        let position =
            u32::try_from(chain.position()).map_err(|_| ClientError::Bug("a mailbox of 2^32 slots"))?;
        Ok(Seen {
            position,
            digest: chain.digest().0,
        })
    }

    /// The server has taken a message. What the members agreed to where it stands is seen when it is read there.
    pub(super) fn note_taken(&mut self, taken: &Taken) -> Result<()> {
        let Some(item) = outbox::load(self.tx, taken.item)? else {
            return Ok(());
        };
        self.acknowledged(taken.place)?;
        let consent = self.group()?.consent();
        self.accepted(&item, taken.place, consent)
    }

    /// What waits in the outbox was not seen in the log. A server that says it stands where the log was read has shown
    /// something else there.
    fn acknowledged(&mut self, place: messages::Slot) -> Result<()> {
        let mailbox = self.mailbox()?;
        if place.epoch == mailbox.epoch && place.seq <= mailbox.position {
            self.doubt(place.seq);
        }
        Ok(())
    }

    /// The key by which the server knows this item again; made once.
    fn key_of(&mut self, item: &OutItem) -> Result<IdempotencyKey> {
        if let Some(sealed) = &item.sealed {
            return Ok(IdempotencyKey(sealed.idempotency_key));
        }
        let key = self.random_key()?;
        let sealed = Sealed {
            epoch: 0,
            idempotency_key: key,
            ciphertext: Vec::new(),
        };
        outbox::seal(self.tx, item.id, &sealed)?;
        Ok(IdempotencyKey(key))
    }

    pub(super) fn random_key(&self) -> Result<[u8; 16]> {
        Ok(self
            .tx
            .provider()
            .rand()
            .random_array()
            .map_err(|_| chat::ChatError::Crypto)?)
    }
}
