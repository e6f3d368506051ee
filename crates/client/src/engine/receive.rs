//! What a mailbox held: read slot by slot, in order, each into the group and the store (docs/protocol.md sections 1, 4).

use chat::consent::{Consent, Statement, Wish};
use chat::content::{Body, Meaning, Message};
use chat::{
    ChatError, CommitFault, DeviceId, EpochSecrets, Group, Happened, Invitation, Left, Misuse, Notice,
    PeerFault, Received, RejoinPacket,
};
use delivery::{Chain, MailboxName, Page, Slot, SlotKind};
use openmls_traits::OpenMlsProvider as _;

use crate::api::{ChatState, Delivery};
use crate::error::ClientError;
use crate::store::mailboxes::{self, Mailbox};
use crate::store::messages::{self, Appended, Kind, NewMessage};
use crate::store::outbox::{self, NewItem, OutItem, OutKind};
use crate::store::{StoreError, people};

use super::intent::{self, Guest, Intent, Staged, Target};
use super::notes::{Device, Followed, Stuck};
use super::{Result, Step, lines};

/// What the reader of a mailbox does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Go on in this mailbox.
    Stay,
    /// The same; the slot held nothing that a member wrote.
    Junk,
    /// A commit was followed: the chat goes on in the mailbox of the next epoch, or is over.
    Moved,
    /// Slots before this one are missing.
    Gap,
}

/// What stands in a message slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Held {
    Own,
    Others,
    Junk,
}

impl Step<'_> {
    /// Takes the next slot of the chat's current mailbox.
    pub(super) fn take(&mut self, slot: &Slot) -> Result<Next> {
        let mailbox = self.mailbox()?;
        let expected = mailbox.position.saturating_add(1);
        if slot.seq < expected {
            return Ok(Next::Stay);
        }
        if slot.seq > expected {
            return Ok(Next::Gap);
        }
        let is_commit = slot.kind == SlotKind::Commit;
        let chain = Chain::resume(mailbox.position, mailbox.digest).push(slot.kind, &slot.body);
        mailboxes::advance(self.tx, mailbox.id, slot.seq, chain.head(), is_commit)?;
        let held = match slot.kind {
            SlotKind::Message => {
                if mailbox.commits > 0 {
                    // Only an invalid commit stands before it, or this device would not read here any more: the message is
                    // of this epoch all the same.
                    self.warn("the server took a message that it should have refused");
                }
                self.take_message(&mailbox, slot)?
            }
            // Notices matter to those who have moved on.
            SlotKind::Commit | SlotKind::Notice => Held::Others,
        };
        let place = messages::Slot {
            epoch: mailbox.epoch,
            seq: slot.seq,
        };
        if held != Held::Own
            && let Some(n) = messages::at_slot(self.tx, self.chat, place)?
        {
            self.misplaced(n)?;
        }
        match (slot.kind, held) {
            (SlotKind::Commit, _) => self.take_commit(&mailbox, slot),
            (_, Held::Junk) => Ok(Next::Junk),
            _ => Ok(Next::Stay),
        }
    }

    /// The server said that an own message stands where something else does, or nothing.
    fn misplaced(&mut self, n: u32) -> Result<()> {
        messages::forget_slot(self.tx, self.chat, n)?;
        let text = format!(
            "The server said that it had stored your message {n}, and has something else in its place. Others may not \
             have it."
        );
        lines::write(self, &text)?;
        self.warn("the server does not have what it said it had stored");
        Ok(())
    }

    /// The end of the log as the server has it now. `false` if it is not the log that was read here.
    pub(super) fn check_end(&mut self, page: &Page) -> Result<bool> {
        let mailbox = self.mailbox()?;
        let end = messages::Slot {
            epoch: mailbox.epoch,
            seq: mailbox.position,
        };
        let is_same = page.last >= mailbox.position && page.commits == u64::from(mailbox.commits);
        if !is_same {
            self.warn("the server has shown this device other messages of a chat than it does now; it reads them again");
        } else if self.notes.doubt.is_none() {
            self.missing_behind(end)?;
        }
        Ok(is_same && !self.is_in_doubt())
    }

    pub(super) fn doubt(&mut self, seq: u64) {
        self.notes.doubt = Some(self.notes.doubt.map_or(seq, |doubt| doubt.max(seq)));
    }

    /// Own messages that the server acknowledged, and that do not stand where the mailbox ends.
    fn missing_behind(&mut self, end: messages::Slot) -> Result<()> {
        for n in messages::own_behind(self.tx, self.chat, end)? {
            self.misplaced(n)?;
        }
        Ok(())
    }

    /// Reads the current mailbox again from its first slot: what was shown here before was not what others see. What was
    /// taken in before cannot be taken in twice.
    pub(super) fn read_anew(&mut self) -> Result<()> {
        let mailbox = self.mailbox()?;
        let start = Chain::start(&MailboxName::from_bytes(mailbox.name));
        mailboxes::restart(self.tx, mailbox.id, start.head())?;
        let before = self.notes.read_before.unwrap_or(0);
        self.notes.read_before = Some(before.max(mailbox.position));
        self.notes.broken = false;
        Ok(())
    }

    fn was_read_before(&self, slot: &Slot) -> bool {
        self.notes.read_before.is_some_and(|before| slot.seq <= before)
    }

    fn take_message(&mut self, mailbox: &Mailbox, slot: &Slot) -> Result<Held> {
        let provider = self.tx.provider();
        match self.group()?.open_message(&provider, &slot.body) {
            Ok(None) => self.own_message(mailbox, slot).map(|()| Held::Own),
            Ok(Some(received)) => {
                self.check_seen(mailbox, slot, &received)?;
                self.received(mailbox, slot, &received).map(|()| Held::Others)
            }
            Err(ChatError::Peer(_)) if self.was_read_before(slot) => Ok(Held::Others),
            Err(ChatError::Peer(_)) => {
                self.warn("something that nobody in the chat wrote was left out");
                // A member did that, or a server that made something up: then others may see other slots.
                self.doubt(slot.seq);
                Ok(Held::Junk)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Our own, back from the server: now its place in the log is known, and what the members agreed to there.
    fn own_message(&mut self, mailbox: &Mailbox, slot: &Slot) -> Result<()> {
        let waiting = outbox::of_chat(self.tx, Some(self.chat))?;
        let is_it = |item: &&OutItem| {
            item.sealed
                .as_ref()
                .is_some_and(|sealed| sealed.ciphertext == slot.body[..])
        };
        let place = messages::Slot {
            epoch: mailbox.epoch,
            seq: slot.seq,
        };
        let consent = self.group()?.consent();
        if let Some(item) = waiting.iter().find(is_it) {
            self.accepted(item, place, consent)?;
        } else if let Some(n) = messages::at_slot(self.tx, self.chat, place)? {
            messages::mark_sent(self.tx, self.chat, n, place, consent)?;
        }
        Ok(())
    }

    /// A message of ours is in the log.
    pub(super) fn accepted(&mut self, item: &OutItem, place: messages::Slot, consent: Consent) -> Result<()> {
        if let Some(n) = item.n {
            messages::mark_sent(self.tx, self.chat, n, place, consent)?;
            self.report.sent = self.report.sent.saturating_add(1);
        }
        outbox::remove(self.tx, item.id)?;
        Ok(())
    }

    /// Compares what the sender saw of this mailbox with what was shown here.
    fn check_seen(&mut self, mailbox: &Mailbox, slot: &Slot, received: &Received) -> Result<()> {
        let seen = received.payload.seen;
        let position = u64::from(seen.position);
        let here = if position == 0 {
            Some(Chain::start(&MailboxName::from_bytes(mailbox.name)).digest().0)
        } else {
            mailboxes::seen_at(self.tx, mailbox.id, position)?
        };
        if position >= slot.seq || here != Some(seen.digest) {
            let who = lines::name(self, &received.from);
            let text = format!(
                "The server showed {who} other messages than you. Somebody who runs it, or stands before it, \
                 may be changing what you see."
            );
            lines::write(self, &text)?;
            self.warn("the server showed two members different messages");
            self.doubt(slot.seq);
        } else if self.notes.doubt.is_some_and(|doubt| doubt <= position) {
            self.notes.doubt = None;
        }
        Ok(())
    }

    fn received(&mut self, mailbox: &Mailbox, slot: &Slot, received: &Received) -> Result<()> {
        people::meet(
            self.tx,
            &received.from.account().0,
            received.from.name(),
            self.clock,
        )?;
        let place = messages::Slot {
            epoch: mailbox.epoch,
            seq: slot.seq,
        };
        match &received.payload.body {
            Body::Message(message) => self.keep_message(received, message, place),
            Body::Lower(_) => {
                let now = self.group()?.consent();
                let by = lines::name(self, &received.from);
                lines::ceiling(self, (received.consent, now), &by)
            }
            Body::Leaving => {
                let by = lines::name(self, &received.from);
                lines::write(self, &format!("{by} leaves the chat."))?;
                self.enqueue_intent(&Intent::remove(&[received.from.device()]))
            }
            Body::Receipt(_) | Body::Checkpoint(_) => Ok(()),
            Body::Newer { .. } => {
                let by = lines::name(self, &received.from);
                lines::write(
                    self,
                    &format!("{by} sent something that this version of Snug cannot show."),
                )
            }
        }
    }

    fn keep_message(&mut self, received: &Received, message: &Message, place: messages::Slot) -> Result<()> {
        let id = self.id_of(message, received.from.account().0)?;
        let (kind, text) = match message.meaning() {
            Meaning::Text(text) => (Kind::Person, text),
            _ => (
                Kind::Notice,
                "(sent something that this version of Snug cannot show)",
            ),
        };
        let row = NewMessage {
            id: Some(id),
            kind,
            author: Some(received.from.name()),
            account: Some(&received.from.account().0),
            mine: received.from.account() == self.me.address.account,
            sent_at: message.sent_at.unwrap_or(self.clock),
            received_at: self.clock,
            text,
            reply_to: message.in_reply_to.map(|id| *id.as_bytes()),
            sent_under: received.consent,
            never_ai: message.never_ai,
            drafted_with_ai: message.drafted_with_ai,
            delivery: Delivery::Received,
            slot: Some(place),
        };
        if let Appended::New(_) = messages::append(self.tx, self.chat, &row)? {
            self.report.received = self.report.received.saturating_add(1);
        }
        Ok(())
    }

    fn take_commit(&mut self, mailbox: &Mailbox, slot: &Slot) -> Result<Next> {
        if let Some(item) = self.pending_commit()?
            && staged(&item).is_some_and(|staged| staged.envelope == slot.body[..])
        {
            return self.follow_own(mailbox, slot, &item);
        }
        let provider = self.tx.provider();
        match self.group()?.judge(&provider, &slot.body) {
            Ok(judged) => {
                let happened = self.group()?.merge(&provider, judged)?;
                self.unstage()?;
                self.follow(mailbox, slot, &happened)
            }
            Err(CommitFault::Invalid { author, fault }) => {
                if !self.was_read_before(slot) {
                    self.tell_of_invalid(author.as_ref(), fault)?;
                }
                self.broke(author.map(|author| Device(author.device().0)))
            }
            Err(CommitFault::Unfollowable { author }) => self.cannot_follow(slot, &author),
            // The commit that waits here, in an envelope of somebody else: for all it is this commit.
            Err(CommitFault::Own) => match self.pending_commit()? {
                Some(item) => self.follow_own(mailbox, slot, &item),
                None => {
                    self.warn("a change of our own came back that this device does not know any more");
                    self.broke(None)
                }
            },
            Err(CommitFault::Other(error)) => Err(error.into()),
        }
    }

    /// One line for each author, and one for all that nobody signed: a flood of them is not a flood of lines.
    fn tell_of_invalid(&mut self, author: Option<&chat::Member>, fault: PeerFault) -> Result<()> {
        self.warn("an invalid change of a chat was skipped");
        let (by, is_told) = match author {
            Some(author) => {
                let device = Device(author.device().0);
                (lines::name(self, author), self.notes.offenders.contains(&device))
            }
            None => ("Somebody".into(), self.notes.broken),
        };
        if is_told {
            return Ok(());
        }
        let text = format!("{by} sent a change of the chat that does not hold ({fault}); it was skipped.");
        lines::write(self, &text)
    }

    /// The mailbox takes no more messages, and its commit leads nowhere: somebody has to commit past it.
    fn broke(&mut self, offender: Option<Device>) -> Result<Next> {
        self.notes.broken = true;
        if let Some(device) = offender {
            self.blame(device);
        }
        self.enqueue_intent(&Intent::Repair)?;
        Ok(Next::Junk)
    }

    fn blame(&mut self, device: Device) {
        if !self.notes.offenders.contains(&device) {
            self.notes.offenders.push(device);
        }
    }

    fn cannot_follow(&mut self, slot: &Slot, author: &chat::Member) -> Result<Next> {
        if self.row.state == ChatState::Left {
            self.forget_chat()?;
            return Ok(Next::Moved);
        }
        let by = lines::name(self, author);
        lines::write(
            self,
            &format!(
                "{by} sent a change of the chat that this device cannot follow. It asks the others to be put back."
            ),
        )?;
        self.warn("a change of a chat cannot be followed on this device; it asks the others to be put back");
        let left = self.group()?.left();
        self.notes.stuck = Some(Stuck {
            epoch: left.epoch,
            seq: slot.seq,
            since: self.now.unix_seconds(),
            number: left.statement.number,
            wish: left.statement.wish.into(),
            members: left.members.iter().map(|device| Device(device.0)).collect(),
        });
        self.notes.passed_over = None;
        // Counts once the waiting time is over: until then the commit may be one that others followed.
        self.blame(Device(author.device().0));
        self.set_state(ChatState::Rejoining)?;
        self.ask_to_rejoin()?;
        Ok(Next::Moved)
    }

    /// A notice for the mailbox in which the commit stands.
    pub(super) fn ask_to_rejoin(&mut self) -> Result<()> {
        let Some(stuck) = &self.notes.stuck else {
            return Ok(());
        };
        let (mailbox, provider) = (self.mailbox()?, self.tx.provider());
        let group = self
            .row
            .group
            .clone()
            .ok_or(ClientError::Bug("a live chat without a group"))?;
        let place = (&group[..], stuck.epoch, &secrets(&mailbox)?);
        let envelope = Notice::seal(&provider, &self.me.device, place, stuck.seq)?;
        let target = Target::Mailbox {
            server: self.server()?,
            name: mailbox.name,
            write: super::account::array(&mailbox.write)?,
            is_notice: true,
        };
        self.enqueue_for(&target, &envelope)
    }

    /// Somebody did follow the commit that this device passed over when the waiting time ended. Theirs is the branch of
    /// the lower number, so this device leaves its own.
    pub(super) fn change_branch(&mut self, packet: &RejoinPacket) -> Result<()> {
        let Some(passed_over) = self.notes.passed_over.clone() else {
            return Ok(());
        };
        // What was said about AI on this branch counts on the other one.
        let statement = self.group()?.left().statement;
        self.notes.stuck = Some(Stuck {
            number: statement.number.max(passed_over.number),
            wish: statement.wish.into(),
            ..passed_over
        });
        self.come_back(packet)?;
        self.notes.passed_over = None;
        self.set_state(ChatState::Rejoining)?;
        lines::write(
            self,
            "Others followed a change that this device could not follow, and went on without it. It goes back to them.",
        )
    }

    /// Comes back with what somebody who could follow has sent: the external commit waits in the outbox.
    pub(super) fn come_back(&mut self, packet: &RejoinPacket) -> Result<()> {
        let (Some(stuck), Some(group)) = (self.notes.stuck.clone(), self.row.group.clone()) else {
            return Ok(());
        };
        if self.is_on_its_way_back()? {
            return Ok(());
        }
        let statement = Statement {
            number: stuck.number,
            wish: stuck.wish.into(),
        };
        let left = Left {
            group,
            epoch: stuck.epoch,
            members: stuck.members.iter().map(|device| DeviceId(device.0)).collect(),
            statement,
            notes: self.notes.group_notes().ok_or(StoreError::Corrupted)?,
        };
        // Somebody has answered: the waiting time begins anew.
        self.notes.stuck = Some(Stuck {
            since: self.now.unix_seconds(),
            ..stuck
        });
        let provider = self.tx.provider();
        let (group, envelope) = Group::rejoin(&provider, &self.me.device, &left, packet)?;
        *self.group = Some(group);
        let secrets = packet.secrets();
        let target = Target::Rejoin {
            server: self.server()?,
            read: secrets.read,
            write: secrets.write,
        };
        self.enqueue_for(&target, &envelope)
    }

    /// Whether an external commit waits to be taken: the group is that of the epoch behind it.
    pub(super) fn is_on_its_way_back(&self) -> Result<bool> {
        let is_rejoin = |item: &OutItem| matches!(target(item), Some(Target::Rejoin { .. }));
        Ok(outbox::of_chat(self.tx, Some(self.chat))?.iter().any(is_rejoin))
    }

    /// The external commit is in the log: the chat goes on.
    pub(super) fn came_back(&mut self, item: i64) -> Result<()> {
        outbox::remove(self.tx, item)?;
        for waiting in outbox::of_chat(self.tx, Some(self.chat))? {
            if waiting.sealed.is_some() {
                outbox::unseal(self.tx, waiting.id)?;
            }
        }
        let stuck = self.notes.stuck.take();
        self.notes.offenders.clear();
        self.set_state(ChatState::Live)?;
        self.enter_epoch()?;
        lines::write(
            self,
            "This device is back in the chat. What was written in between is missing here.",
        )?;
        self.tell_of_new(&stuck.map_or_else(Vec::new, |stuck| stuck.members))
    }

    /// Who is in the chat and was not when this device lost it: the way back was shown by one member alone.
    fn tell_of_new(&mut self, before: &[Device]) -> Result<()> {
        let provider = self.tx.provider();
        let seats = self.group()?.seats(&provider)?;
        let is_new = |member: &chat::Member| !before.contains(&Device(member.device().0));
        let new = seats.into_iter().map(|seat| seat.member).filter(is_new);
        let names: Vec<_> = new.map(|member| lines::name(self, &member)).collect();
        if names.is_empty() {
            return Ok(());
        }
        lines::write(
            self,
            &format!("New in the chat since then: {}.", names.join(", ")),
        )
    }

    /// Another commit was faster than our external one.
    pub(super) fn come_back_later(&mut self, item: i64) -> Result<()> {
        outbox::remove(self.tx, item)?;
        if let Some(group) = self.group.take() {
            group.delete(&self.tx.provider())?;
        }
        self.ask_to_rejoin()
    }

    pub(super) fn server(&self) -> Result<String> {
        self.row
            .server
            .clone()
            .ok_or(ClientError::Bug("a live chat without a server"))
    }

    /// Puts bytes into the outbox that go as they are, after everything that waits in this chat.
    pub(super) fn enqueue_for(&self, target: &Target, bytes: &[u8]) -> Result<()> {
        let target = intent::encode(target);
        let item = NewItem {
            chat: Some(self.chat),
            kind: OutKind::Inbox,
            n: None,
            content: bytes,
            target: Some(&target),
        };
        outbox::enqueue(self.tx, &item)?;
        Ok(())
    }

    /// The commit of ours that was sealed for this epoch.
    fn pending_commit(&self) -> Result<Option<OutItem>> {
        let items = outbox::of_chat(self.tx, Some(self.chat))?;
        Ok(items
            .into_iter()
            .find(|item| item.kind == OutKind::Commit && item.sealed.is_some()))
    }

    /// Another commit was faster: what we wanted is staged anew.
    fn unstage(&mut self) -> Result<()> {
        if let Some(item) = self.pending_commit()? {
            outbox::unseal(self.tx, item.id)?;
        }
        Ok(())
    }

    fn follow_own(&mut self, mailbox: &Mailbox, slot: &Slot, item: &OutItem) -> Result<Next> {
        let provider = self.tx.provider();
        let happened = match self.group()?.merge_own(&provider) {
            Err(ChatError::Misuse(Misuse::NothingPending)) => {
                return Err(ClientError::Bug("a commit of ours that the group does not know"));
            }
            merged => merged?,
        };
        outbox::remove(self.tx, item.id)?;
        self.notes.renewed_at = self.now.unix_seconds();
        if self.notes.wish.map(Wish::from) == Some(self.group()?.own_wish()) {
            self.notes.wish = None;
        }
        let Staged { welcome, guests, .. } = staged(item).ok_or(StoreError::Corrupted)?;
        let next = self.follow(mailbox, slot, &happened)?;
        if let Some(welcome) = welcome {
            self.invite(welcome, &guests)?;
        }
        Ok(next)
    }

    /// The tree and the letters: they leave before anything that waited behind the commit.
    fn invite(&mut self, welcome: Vec<u8>, guests: &[Guest]) -> Result<()> {
        let (provider, server) = (self.tx.provider(), self.server()?);
        let (key, blob) = self.group()?.seal_tree(&provider)?;
        let name = *delivery::BlobName::of(&blob).as_bytes();
        self.enqueue_for(
            &Target::Blob {
                server: server.clone(),
            },
            &blob,
        )?;
        let invitation = Invitation::new(server, name, key, welcome);
        for guest in guests {
            let letter = invitation.seal(provider.crypto(), &guest.letter_key)?;
            self.enqueue_for(&guest.inbox, &letter)?;
        }
        Ok(())
    }

    fn follow(&mut self, mailbox: &Mailbox, slot: &Slot, happened: &Happened) -> Result<Next> {
        self.missing_behind(messages::Slot {
            epoch: mailbox.epoch,
            seq: slot.seq,
        })?;
        self.notes.followed.push(Followed {
            epoch: mailbox.epoch,
            seq: slot.seq,
        });
        let surplus = self.notes.followed.len().saturating_sub(super::ChatNotes::EPOCHS);
        self.notes.followed.drain(..surplus);
        self.notes.offenders.retain(|device| {
            !happened
                .removed
                .iter()
                .any(|member| member.device().0 == device.0)
        });
        self.notes.stuck = None;
        lines::happened(self, happened)?;
        for member in &happened.added {
            lines::met(self, member)?;
        }
        if happened.removed_us {
            if self.row.state != ChatState::Left {
                self.set_state(ChatState::Removed)?;
            }
            self.forget_chat()?;
            return Ok(Next::Moved);
        }
        if self.row.state == ChatState::Rejoining {
            self.set_state(ChatState::Live)?;
        }
        if let Some(title) = &happened.title {
            crate::store::chats::set_title(self.tx, self.chat, title)?;
        }
        self.enter_epoch()?;
        if happened.is_return {
            self.lower_again()?;
        }
        Ok(Next::Moved)
    }

    /// The chat is over for this device: what waits to be sent goes, and the keys.
    pub(super) fn forget_chat(&mut self) -> Result<()> {
        for item in outbox::of_chat(self.tx, Some(self.chat))? {
            outbox::remove(self.tx, item.id)?;
        }
        self.drop_group()
    }

    /// A slot of a mailbox that this device has left: somebody may have been left behind there.
    pub(super) fn take_old(&mut self, mailbox: &Mailbox, slot: &Slot) -> Result<Option<Notice>> {
        let expected = mailbox.position.saturating_add(1);
        if slot.seq != expected {
            return Ok(None);
        }
        let chain = Chain::resume(mailbox.position, mailbox.digest).push(slot.kind, &slot.body);
        mailboxes::advance(
            self.tx,
            mailbox.id,
            slot.seq,
            chain.head(),
            slot.kind == SlotKind::Commit,
        )?;
        if slot.kind != SlotKind::Notice {
            return Ok(None);
        }
        let followed = self
            .notes
            .followed
            .iter()
            .find(|followed| followed.epoch == mailbox.epoch)
            .copied();
        let secrets = secrets(mailbox)?;
        let provider = self.tx.provider();
        let notice = self
            .group()?
            .open_notice(&provider, (mailbox.epoch, &secrets), &slot.body);
        let Ok(notice) = notice else { return Ok(None) };
        let is_behind = followed.is_some_and(|followed| followed.seq <= notice.seq);
        Ok((is_behind && notice.from.device() != self.me.device.member().device()).then_some(notice))
    }

    pub(super) fn warn(&mut self, text: &str) {
        let warnings = &mut self.report.warnings;
        if !warnings.iter().any(|known| known == text) {
            warnings.push(text.to_owned());
        }
    }
}

pub(super) fn target(item: &OutItem) -> Option<Target> {
    intent::decode(item.target.as_deref()?)
}

fn secrets(mailbox: &Mailbox) -> Result<EpochSecrets> {
    Ok(EpochSecrets {
        read: super::account::array(&mailbox.read)?,
        write: super::account::array(&mailbox.write)?,
        wrap: super::account::array(&mailbox.wrap)?,
    })
}

pub(super) fn staged(item: &OutItem) -> Option<Staged> {
    intent::decode(&item.sealed.as_ref()?.ciphertext)
}
