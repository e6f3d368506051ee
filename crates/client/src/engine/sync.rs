//! A look at the servers: what came is read, what waits leaves, who was left behind is answered.

use std::collections::HashSet;

use chat::{AccountId, Address, ChatError, DeviceRecord, Letter, RejoinPacket};
use delivery::{
    Append, BlobName, Capability, Entry, IdempotencyKey, MailboxKeys, MailboxName, Page, Refusal, Slot,
};

use crate::api::{ChatId, ChatState, SyncReport};
use crate::error::ClientError;
use crate::link::LinkError;
use crate::store::account::{self, Inbox};
use crate::store::chats::{self, NewChat};
use crate::store::mailboxes::{self, Mailbox};
use crate::store::outbox;
use crate::store::{StoreError, Tx, invitations};

use super::account::{array, inbox_keys, letter_keys};
use super::flush::Flushed;
use super::intent::{self, Intent, Waiting};
use super::notes::{Asked, Device};
use super::receive::Next;
use super::{Connection, Engine, Result, Step};

/// How long a device that cannot follow waits for somebody who could, in seconds (docs/protocol.md section 4).
const REJOIN_WAIT: u64 = 60 * 60;
/// How often in one look a mailbox is read anew because something could not leave. Beyond it the server is playing.
const ROUNDS: usize = 64;
/// How much in one look of what nobody in a chat wrote is read over: more than a member can put into a mailbox in a while.
const MAX_JUNK: usize = 4096;
/// A mailbox of more slots is not read anew for a doubt.
const MOST_ANEW: u64 = 2048;
/// How many letters in one look are opened.
const MAX_LETTERS: usize = 2048;
const LEFT_OUT: &str =
    "the server left out messages of a chat that it had; the chat waits until it shows them";
/// How many servers of invitations may fail to answer in one look.
const MOST_SILENT: u32 = 4;
/// In how many looks a device that asked is answered in vain, because its server is away.
const MOST_TRIES: u8 = 8;
/// The most invitations that wait for an answer; more are dropped, so that a stranger cannot fill the store.
const MAX_INVITATIONS: usize = 100;

impl Engine {
    /// Looks at everything.
    pub(crate) async fn sync(&mut self) -> Result<SyncReport> {
        self.report = SyncReport::default();
        self.waits = 0;
        self.postponed.clear();
        self.silent = 0;
        self.looked_around = false;
        self.store.transaction(|tx| self.note_time(tx))?;
        self.leave_strangers()?;
        if self.me.is_some() {
            let account = self.sync_account().await;
            let account = self.tolerate(account);
            self.isolate(account)?;
            self.look_around().await?;
        }
        Ok(std::mem::take(&mut self.report))
    }

    /// Looks at all chats.
    async fn look_around(&mut self) -> Result<()> {
        for chat in chats::all(self.store.connection())? {
            let outcome = self.sync_chat(chat.id).await;
            self.isolate(outcome)?;
        }
        Ok(())
    }

    /// What is wrong with one chat or letter keeps nobody from the others; what is wrong with the store does.
    fn isolate(&mut self, outcome: Result<()>) -> Result<()> {
        match outcome {
            Err(error) if !is_of_this_device(&error) => {
                self.report
                    .warnings
                    .push(format!("a chat could not be looked at: {error}"));
                Ok(())
            }
            other => other,
        }
    }

    /// Servers of invitations and answers: connections to them end, and what was away may be back.
    fn leave_strangers(&mut self) -> Result<()> {
        let own = account::load(self.store.connection())?.map(|row| row.server);
        let chats = chats::all(self.store.connection())?;
        let known: HashSet<_> = chats
            .into_iter()
            .filter_map(|chat| chat.server)
            .chain(own)
            .collect();
        self.links.retain(|server, connection| {
            // What is being dialled goes on: a look that was broken off would begin it anew each time.
            known.contains(server) || matches!(connection, Connection::Dialling(_))
        });
        Ok(())
    }

    /// Sends what waits in a chat, and looks at the chat only if something could not leave.
    pub(super) async fn flush_then_sync(&mut self, chat: ChatId) -> Result<()> {
        self.waits = 0;
        loop {
            match self.flush_one(chat).await {
                Ok(Flushed::One) if self.waits_for_nothing(chat)? => return Ok(()),
                Ok(Flushed::One) => {}
                Ok(Flushed::Nothing) => return Ok(()),
                Ok(Flushed::Read) => return self.sync_chat(chat).await,
                Err(error) => return self.tolerate(Err(error)),
            }
        }
    }

    fn waits_for_nothing(&self, chat: ChatId) -> Result<bool> {
        let taken = self.taken.get(&chat).map_or(0, Vec::len);
        Ok(outbox::of_chat(self.store.connection(), Some(chat))?.len() == taken)
    }

    /// Whether the server of a chat can be reached. Over a new connection the chat is looked at first: what others wrote
    /// while this device was away stands before what is written now.
    pub(super) async fn is_up(&mut self, chat: ChatId) -> Result<bool> {
        let Some(server) = chats::load(self.store.connection(), chat)?.server else {
            return Ok(false);
        };
        let known = self.links.get(&server);
        let was_up = matches!(known, Some(Connection::Up(link)) if link.ended().is_none());
        if self.link(&server).await.is_err() {
            return Ok(false);
        }
        if !was_up {
            self.sync_chat(chat).await?;
        }
        Ok(true)
    }

    /// Looks at one chat. A server that cannot be reached is no error: what waits goes on waiting.
    pub(super) async fn sync_chat(&mut self, chat: ChatId) -> Result<()> {
        let outcome = self.try_sync_chat(chat).await;
        self.tolerate(outcome)
    }

    pub(super) fn tolerate(&mut self, outcome: Result<()>) -> Result<()> {
        match outcome {
            Err(error @ (ClientError::Link(_) | ClientError::Offline | ClientError::NotHere(_))) => {
                self.note_offline(&error)
            }
            other => other,
        }
    }

    pub(super) fn note_offline(&mut self, error: &ClientError) -> Result<()> {
        match error {
            ClientError::Link(LinkError::Refused(_) | LinkError::Broke(_)) | ClientError::NotHere(_) => {
                let text = error.to_string();
                if !self.report.warnings.contains(&text) {
                    self.report.warnings.push(text);
                }
            }
            ClientError::Link(_) | ClientError::Offline => self.report.offline = Some(error.to_string()),
            _ => return Err(ClientError::Bug("an error that is none of the network")),
        }
        Ok(())
    }

    async fn try_sync_chat(&mut self, chat: ChatId) -> Result<()> {
        let mut is_anew = false;
        for _ in 0..ROUNDS {
            self.pull(chat, &mut is_anew).await?;
            self.step_if_live(chat, |step| step.renew_lease().and_then(|()| step.renew_keys()))?;
            loop {
                match self.flush_one(chat).await? {
                    Flushed::One => {}
                    Flushed::Read => break,
                    Flushed::Nothing => return self.answer_notices(chat).await,
                }
            }
        }
        self.report
            .warnings
            .push("the server refuses what it should take; it was left for later".into());
        Ok(())
    }

    fn step_if_live(&mut self, chat: ChatId, step: impl FnOnce(&mut Step<'_>) -> Result<()>) -> Result<()> {
        self.step(chat, |running| {
            if running.row.state == ChatState::Live {
                step(running)
            } else {
                Ok(())
            }
        })
    }

    /// Reads the mailboxes of a chat up to their end, and reads one anew if it is not the log that it was before.
    /// Once in a look: `is_anew` says whether that was done.
    async fn pull(&mut self, chat: ChatId, is_anew: &mut bool) -> Result<()> {
        let mut junk = 0_usize;
        loop {
            let Some((server, mailbox)) = self.step(chat, |step| step.next_mailbox(is_anew))? else {
                return Ok(());
            };
            let page = self.fetch(&server, &mailbox).await?;
            let (next, more_junk) = self.step(chat, |step| step.take_page(&page.slots))?;
            junk = junk.saturating_add(more_junk);
            if next == Next::Gap {
                return Err(ClientError::NotHere(LEFT_OUT));
            }
            if junk > MAX_JUNK {
                return Err(ClientError::NotHere(
                    "a mailbox is full of what nobody in the chat wrote; the rest is read at the next look",
                ));
            }
            if next == Next::Moved {
                *is_anew = false;
            } else if !page.more() {
                if page.slots.is_empty() && page.last > mailbox.position {
                    return Err(ClientError::NotHere(LEFT_OUT));
                }
                if self.step(chat, |step| step.check_end(&page))? || *is_anew {
                    return Ok(());
                }
                *is_anew = true;
                self.step(chat, |step| step.read_anew())?;
            }
        }
    }

    /// Slots after the last one that was read. A mailbox that nobody has made yet is made.
    async fn fetch(&mut self, server: &str, mailbox: &Mailbox) -> Result<Page> {
        let link = self.link(server).await?;
        let keys = MailboxKeys::from_secrets(array(&mailbox.read)?, array(&mailbox.write)?);
        let name = MailboxName::from_bytes(mailbox.name);
        match link.fetch(name, &keys.read, mailbox.position).await {
            Err(LinkError::Refused(Refusal::NoSuch)) if !mailbox.is_previous => {
                link.create(keys.hashes()).await?;
                Ok(Page {
                    slots: Vec::new(),
                    commits: 0,
                    last: 0,
                })
            }
            Err(LinkError::Refused(Refusal::NoSuch)) if mailbox.is_previous => Ok(Page {
                slots: Vec::new(),
                commits: 0,
                last: 0,
            }),
            other => Ok(other?),
        }
    }

    /// The account on its server, and the device's inbox.
    pub(super) async fn sync_account(&mut self) -> Result<()> {
        self.publish().await?;
        let Some(row) = account::load(self.store.connection())? else {
            return Ok(());
        };
        let keys = inbox_keys(&row)?;
        let mut letters = 0_usize;
        loop {
            let read = account::inbox(self.store.connection())?;
            let link = self.link(&row.server).await?;
            let page = match link.fetch(keys.name(), &keys.read, read.position).await {
                Err(LinkError::Refused(Refusal::NoSuch)) => {
                    self.inbox_from_start()?;
                    return self.publish_again().await;
                }
                page => page?,
            };
            if page.last < read.position {
                return self.inbox_from_start();
            }
            for slot in &page.slots {
                if self.silent >= MOST_SILENT {
                    return Err(ClientError::NotHere(
                        "invitations name servers that do not answer; the rest is read at the next look",
                    ));
                }
                self.take_letter(slot).await?;
            }
            letters = letters.saturating_add(page.slots.len());
            if !page.more() || letters > MAX_LETTERS {
                return Ok(());
            }
        }
    }

    /// The server numbered letters otherwise before: at the next look they are read from the first.
    fn inbox_from_start(&mut self) -> Result<()> {
        self.report.warnings.push(
            "the server has lost letters, or made some up; what it has now is read at the next look".into(),
        );
        let inbox = Inbox {
            position: 0,
            digest: [0; 32],
        };
        self.store
            .transaction(|tx| account::set_inbox(tx, inbox).map_err(ClientError::from))
    }

    async fn take_letter(&mut self, slot: &Slot) -> Result<()> {
        let row = account::load(self.store.connection())?.ok_or(ClientError::NoAccount)?;
        let opened = Letter::open(&letter_keys(&row), self.store.crypto(), &slot.body);
        let outcome = match opened {
            Ok(Letter::Invitation(invitation)) => self.take_invitation(&row.server, &invitation, slot).await,
            Ok(Letter::Rejoin(packet)) => self.take_rejoin(&packet),
            Err(error) => Err(error.into()),
        };
        match outcome {
            Err(error) if !is_of_this_device(&error) && !is_of_network(&error) => {
                self.report
                    .warnings
                    .push(format!("a letter was left out: {error}"));
            }
            other => other?,
        }
        let inbox = Inbox {
            position: slot.seq,
            digest: [0; 32],
        };
        self.store
            .transaction(|tx| account::set_inbox(tx, inbox).map_err(ClientError::from))
    }

    /// The tree of an invitation, from the server that it names: whoever wrote it named that, so that what comes of it
    /// must not keep later letters waiting. Where it is this account's own server, it is asked again later.
    async fn tree(&mut self, own: &str, invitation: &chat::Invitation) -> Result<Vec<u8>> {
        match self.blob(&invitation.server, invitation.tree).await {
            Err(error @ (ClientError::Link(_) | ClientError::Server(_))) if invitation.server != own => {
                self.silent = self.silent.saturating_add(1);
                self.report.warnings.push(format!(
                    "an invitation names a server that gave no answer ({error})"
                ));
                Ok(Vec::new())
            }
            other => other,
        }
    }

    /// The tree of an invitation. One that is gone makes the invitation worthless, not the inbox.
    async fn blob(&mut self, server: &str, name: [u8; 32]) -> Result<Vec<u8>> {
        let link = self.link(server).await?;
        match link.get_blob(BlobName::from_bytes(name)).await {
            Err(LinkError::Refused(Refusal::NoSuch)) => Ok(Vec::new()),
            other => Ok(other?),
        }
    }

    async fn take_invitation(&mut self, own: &str, invitation: &chat::Invitation, slot: &Slot) -> Result<()> {
        let waiting = Waiting {
            letter: slot.body.to_vec(),
            blob: self.tree(own, invitation).await?,
        };
        if let Ok(title) = self.look_at(invitation, &waiting)? {
            return self.keep_invitation(&title, invitation, &waiting);
        }
        // It may lead back into a chat of which this device does not know yet that somebody removed it.
        if !std::mem::replace(&mut self.looked_around, true) {
            self.look_around().await?;
        }
        match self.look_at(invitation, &waiting)? {
            Ok(title) => self.keep_invitation(&title, invitation, &waiting),
            Err(error) if is_of_this_device(&error) => Err(error),
            Err(_) => {
                self.report
                    .warnings
                    .push("an invitation could not be opened; ask for a new one".into());
                Ok(())
            }
        }
    }

    /// The title of the chat, if the invitation opens.
    fn look_at(&self, invitation: &chat::Invitation, waiting: &Waiting) -> Result<Result<String>> {
        let preview = self
            .store
            .transaction(|tx| Err::<(), _>(preview(tx, invitation, &waiting.blob)));
        match preview {
            Err(Looked::At(preview)) => Ok(preview),
            Err(Looked::Store(error)) => Err(error.into()),
            Ok(()) => Err(ClientError::Bug("a look that was not undone")),
        }
    }

    fn keep_invitation(
        &mut self,
        title: &str,
        invitation: &chat::Invitation,
        waiting: &Waiting,
    ) -> Result<()> {
        let now = self.clock();
        let is_kept = self.store.transaction(|tx| {
            let known = invitations::all(tx)?;
            let content = intent::encode(waiting);
            if known.iter().any(|known| known.sealed == content) {
                return Ok(true);
            }
            if known.len() >= MAX_INVITATIONS {
                return Ok::<_, ClientError>(false);
            }
            let row = NewChat {
                state: ChatState::Invited,
                title,
                group: None,
                server: Some(&invitation.server),
                consent: chat::consent::Consent::NONE,
                notes: &[],
            };
            let chat = chats::insert(tx, &row)?;
            invitations::insert(tx, Some(chat), &content, now)?;
            Ok(true)
        })?;
        if is_kept {
            self.report.invitations = self.report.invitations.saturating_add(1);
        } else {
            self.report
                .warnings
                .push("too many invitations wait for an answer; one was left out".into());
        }
        Ok(())
    }

    fn take_rejoin(&mut self, packet: &RejoinPacket) -> Result<()> {
        let Some(group) = packet.claimed_group() else {
            return Ok(());
        };
        let Some(chat) = chats::of_group(self.store.connection(), &group)? else {
            return Ok(());
        };
        let outcome = match chat.state {
            ChatState::Rejoining => self.step(chat.id, |step| step.come_back(packet)),
            ChatState::Live => self.step(chat.id, |step| step.change_branch(packet)),
            _ => Ok(()),
        };
        match outcome {
            Err(ClientError::Chat(ChatError::Peer(_))) => {
                self.report
                    .warnings
                    .push("somebody sent a way back into a chat that does not hold".into());
                Ok(())
            }
            other => other,
        }
    }

    /// Looks into the mailboxes that the chat has left, and helps who was left behind there.
    async fn answer_notices(&mut self, chat: ChatId) -> Result<()> {
        let row = chats::load(self.store.connection(), chat)?;
        let Some(server) = row.server.filter(|_| row.state == ChatState::Live) else {
            return Ok(());
        };
        for mailbox in mailboxes::of_chat(self.store.connection(), chat)? {
            if !mailbox.is_previous {
                continue;
            }
            let page = self.fetch(&server, &mailbox).await?;
            self.step(chat, |step| step.take_notices(&mailbox.name, &page.slots))?;
        }
        for asked in self.step(chat, |step| Ok(step.notes.asked.clone()))? {
            let outcome = self.answer(chat, &asked).await;
            self.after_answer(chat, &asked, outcome)?;
        }
        Ok(())
    }

    /// Whoever was answered, or cannot be, is done with; where the server was away it is tried again, some times.
    fn after_answer(&mut self, chat: ChatId, asked: &Asked, outcome: Result<()>) -> Result<()> {
        let is_away = match outcome {
            Ok(()) => false,
            Err(ClientError::Link(LinkError::Refused(refusal)))
                if !matches!(refusal, Refusal::SlowDown { .. }) =>
            {
                false
            }
            Err(ClientError::Link(_)) => true,
            Err(error @ (ClientError::Chat(ChatError::Peer(_)) | ClientError::Server(_))) => {
                self.report
                    .warnings
                    .push(format!("somebody who asked for help was not found: {error}"));
                false
            }
            Err(error) => return Err(error),
        };
        self.step(chat, |step| {
            let kept = step
                .notes
                .asked
                .iter_mut()
                .find(|kept| kept.device == asked.device);
            if let Some(kept) = kept {
                kept.tries = kept.tries.saturating_add(1);
            }
            let is_done = |kept: &Asked| !is_away || kept.tries >= MOST_TRIES;
            let asked = &asked.device;
            step.notes
                .asked
                .retain(|kept| kept.device != *asked || !is_done(kept));
            Ok(())
        })
    }

    async fn answer(&mut self, chat: ChatId, asked: &Asked) -> Result<()> {
        let address = Address {
            account: AccountId(asked.account),
            server: asked.server.clone(),
        };
        let link = self.link(&address.server).await?;
        let record = self.record(&link, &address).await?;
        let device = record
            .devices
            .into_iter()
            .find(|device| device.device == asked.device.0);
        let Some(device) = device else { return Ok(()) };
        let sealed = self.step(chat, |step| step.seal_answer(&device))?;
        let Some((key, letter)) = sealed else {
            return Ok(());
        };
        let append = Append {
            mailbox: MailboxName::from_bytes(device.inbox),
            write: Capability::from_secret(device.inbox_write),
            key: IdempotencyKey(key),
            entry: Entry::Message(letter.into()),
        };
        link.append(append).await?;
        Ok(())
    }
}

impl Step<'_> {
    /// Whether the mailbox is read anew because of what others saw. A member who fills a mailbox with garbage does not
    /// make everybody read it again and again.
    pub(super) fn is_in_doubt(&self) -> bool {
        let position = self.mailbox().map_or(0, |mailbox| mailbox.position);
        self.notes.doubt.is_some() && position <= MOST_ANEW
    }

    /// What has to be read next, if anything can be.
    fn next_mailbox(&mut self, is_anew: &mut bool) -> Result<Option<(String, Mailbox)>> {
        if let Some(stuck) = &self.notes.stuck {
            let waits = self.now.unix_seconds() < stuck.since.saturating_add(REJOIN_WAIT);
            if waits || self.group.is_none() || self.is_on_its_way_back()? {
                return Ok(None);
            }
            // Nobody who could follow has answered: then it counts as invalid.
            self.notes.passed_over = self.notes.stuck.take();
            self.notes.broken = true;
            self.set_state(ChatState::Live)?;
            self.enqueue_intent(&Intent::Repair)?;
        }
        let is_read = matches!(self.row.state, ChatState::Live | ChatState::Left);
        if !is_read || self.group.is_none() {
            return Ok(None);
        }
        if !*is_anew && self.is_in_doubt() {
            *is_anew = true;
            self.read_anew()?;
        }
        Ok(Some((self.server()?, self.mailbox()?)))
    }

    /// What was said in a mailbox that this device has left. However often a device says it, it is answered once.
    fn take_notices(&mut self, mailbox: &[u8; 32], slots: &[Slot]) -> Result<()> {
        for slot in slots {
            let mailbox = mailboxes::named(self.tx, mailbox)?.ok_or(StoreError::NoSuch)?;
            let Some(notice) = self.take_old(&mailbox, slot)? else {
                continue;
            };
            let asked = Asked {
                device: Device(notice.from.device().0),
                account: notice.from.account().0,
                server: notice.from.server().to_owned(),
                tries: 0,
            };
            if self.notes.asked.iter().all(|known| known.device != asked.device) {
                self.notes.asked.push(asked);
            }
        }
        Ok(())
    }

    /// The way back for a device, if it is still in the chat, and a key for the server.
    fn seal_answer(&mut self, device: &DeviceRecord) -> Result<Option<([u8; 16], Vec<u8>)>> {
        let (provider, own) = (self.tx.provider(), self.me.device.clone());
        let seats = self.group()?.seats(&provider)?;
        if seats.iter().all(|seat| seat.member.device().0 != device.device) {
            return Ok(None);
        }
        let letter = self.group()?.seal_rejoin(&provider, &own, &device.letter_key)?;
        Ok(Some((self.random_key()?, letter)))
    }

    /// Gives what comes next, and how many slots held nothing that a member wrote.
    pub(super) fn take_page(&mut self, slots: &[Slot]) -> Result<(Next, usize)> {
        let mut junk = 0_usize;
        for slot in slots {
            match self.take(slot)? {
                Next::Stay => {}
                Next::Junk => junk = junk.saturating_add(1),
                next @ (Next::Moved | Next::Gap) => return Ok((next, junk)),
            }
        }
        Ok((Next::Stay, junk))
    }
}

/// The disk is full or damaged, or the library failed: nobody else did that, and nothing goes on before it is mended.
fn is_of_this_device(error: &ClientError) -> bool {
    matches!(
        error,
        ClientError::Store(_) | ClientError::Chat(ChatError::Storage | ChatError::Crypto)
    )
}

fn is_of_network(error: &ClientError) -> bool {
    matches!(error, ClientError::Link(_) | ClientError::Offline)
}

/// The outcome of a look at an invitation, which is always rolled back.
enum Looked {
    At(Result<String>),
    Store(StoreError),
}

impl From<StoreError> for Looked {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// What a person is told before they join: who invites, and into what.
fn preview(tx: &Tx<'_>, invitation: &chat::Invitation, blob: &[u8]) -> Looked {
    let staged = invitation.stage(&tx.provider(), blob);
    Looked::At(
        staged
            .map_err(ClientError::from)
            .map(|staged| staged.title().to_owned()),
    )
}
