//! What the members of a chat agree to, and what this person says about it.

use chat::consent::{Ceiling, Consent, LeafConsent, Lowering, Source, Statement, Wish};
use chat::content::{Body, Payload};
use chat::{Group, Seat, Time};

use crate::api::{ChatId, ChatState, ConsentInfo, MemberLine, Members};
use crate::error::ClientError;
use crate::store::outbox::{self, NewItem, OutItem, OutKind};
use crate::store::{Tx, chats};

use super::intent::{self, Intent};
use super::notes::ChatNotes;
use super::{Engine, Result, Step, lines, send};

/// How long a `confidential` counts unless the person chooses otherwise: a week.
pub(crate) const LEASE: u64 = 7 * 24 * 60 * 60;

/// What binds this client: the group's word, and this person's own, which holds at once even if nobody has heard it yet
/// (R14).
pub(super) fn binding(known: Consent, notes: &ChatNotes) -> Consent {
    match notes.wish {
        Some(wish) => known.min(of_wish(wish.into())),
        None => known,
    }
}

fn of_wish(wish: Wish) -> Consent {
    let statement = Some(Statement { number: 0, wish });
    LeafConsent {
        source: Source::Commit,
        statement,
        lowering: None,
    }
    .counts()
}

impl Engine {
    pub(crate) fn consent(&mut self, chat: ChatId) -> Result<ConsentInfo> {
        let row = chats::load(self.store.connection(), chat)?;
        let now = self.now();
        match row.state {
            ChatState::Live | ChatState::Rejoining => self.step(chat, |step| step.consent_info()),
            _ => Ok(ConsentInfo {
                ceiling: row.consent.at(now),
                until: row.consent.lease_end(),
                mine: None,
                held_by: Vec::new(),
                pending: false,
            }),
        }
    }

    /// Says what this person wants. It holds here at once; the others hear it with the next look at the server.
    pub(crate) async fn set_consent(&mut self, chat: ChatId, wish: Wish) -> Result<ConsentInfo> {
        self.step(chat, |step| step.say(wish))?;
        self.sync_chat(chat).await?;
        self.consent(chat)
    }

    /// The same without waiting for a server: the others hear it with the next look.
    pub(crate) fn say(&mut self, chat: ChatId, ceiling: Ceiling) -> Result<ConsentInfo> {
        let wish = match ceiling {
            Ceiling::Off => Wish::Off,
            Ceiling::OnDevice => Wish::OnDevice,
            Ceiling::Confidential => Wish::Confidential {
                until: self.now().plus(LEASE),
            },
        };
        self.step(chat, |step| step.say(wish))?;
        self.look_soon();
        self.consent(chat)
    }

    /// `confidential` for a week from now, renewed as long as this device is used.
    pub(crate) async fn set_confidential(&mut self, chat: ChatId) -> Result<ConsentInfo> {
        let until = self.now().plus(LEASE);
        self.set_consent(chat, Wish::Confidential { until }).await
    }

    pub(crate) fn members(&mut self, chat: ChatId) -> Result<Members> {
        self.step(chat, |step| step.members())
    }
}

impl Step<'_> {
    fn say(&mut self, wish: Wish) -> Result<()> {
        if !matches!(self.row.state, ChatState::Live | ChatState::Rejoining) {
            return Err(ClientError::NotHere(
                "only the members of a live chat decide about it; an archive stays on the device",
            ));
        }
        self.withdraw_words()?;
        if wish.ceiling() < self.said().at(self.now) {
            self.enqueue_lowering(wish.ceiling())?;
        }
        self.notes.wish = Some(wish.into());
        if let Some(stuck) = &mut self.notes.stuck {
            stuck.wish = wish.into();
        }
        self.notes.renews = wish
            == Wish::Confidential {
                until: self.now.plus(LEASE),
            };
        self.enqueue_intent(&Intent::State(wish.into()))?;
        lines::own_word(self, wish)
    }

    /// What was said before and has not left yet is not said any more.
    fn withdraw_words(&self) -> Result<()> {
        for item in outbox::of_chat(self.tx, Some(self.chat))? {
            if item.sealed.is_none() && is_word(&item) {
                outbox::remove(self.tx, item.id)?;
            }
        }
        Ok(())
    }

    /// What the others may have heard from this device. Between two groups it is what the next one will say.
    fn said(&self) -> Consent {
        let in_group = self.group.as_ref().and_then(Group::own_statement);
        match (in_group, &self.notes.stuck) {
            (Some(leaf), _) => leaf.counts(),
            (None, Some(stuck)) => of_wish(stuck.wish.into()),
            (None, None) => Consent::NONE,
        }
    }

    /// Who came back was told of the lowerings by somebody who may not have known this device's last one.
    pub(super) fn lower_again(&self) -> Result<()> {
        match self.notes.wish.map(Wish::from) {
            Some(wish) if wish.ceiling() < Ceiling::Confidential => self.enqueue_lowering(wish.ceiling()),
            _ => Ok(()),
        }
    }

    /// Renews the lease when half of it is over, as long as this device is used (R15).
    pub(super) fn renew_lease(&mut self) -> Result<()> {
        let Wish::Confidential { until } = self.group()?.own_wish() else {
            return Ok(());
        };
        let is_due = self.now.plus(LEASE / 2) >= until && self.now < until;
        let waits = || has_word(self.tx, self.chat);
        if self.notes.renews && is_due && self.notes.wish.is_none() && !waits()? {
            self.enqueue_intent(&Intent::State(
                Wish::Confidential {
                    until: self.now.plus(LEASE),
                }
                .into(),
            ))?;
        }
        Ok(())
    }

    /// Renews the keys of this device by a commit when it has made none for a week: what was stolen from it before opens
    /// nothing after (R2).
    pub(super) fn renew_keys(&mut self) -> Result<()> {
        let now = self.now.unix_seconds();
        if self.notes.renewed_at == 0 {
            self.notes.renewed_at = now;
        }
        if now.saturating_sub(self.notes.renewed_at) >= LEASE {
            self.enqueue_intent(&Intent::Refresh)?;
        }
        Ok(())
    }

    /// The number is given when it is encrypted.
    fn enqueue_lowering(&self, to: Ceiling) -> Result<()> {
        let payload = Payload {
            seen: send::UNSEEN,
            body: Body::Lower(Lowering { number: 0, to }),
        };
        let content = payload
            .encode()
            .map_err(|_| ClientError::Bug("a lowering cannot be written"))?;
        let waits = |item: &OutItem| item.sealed.is_none() && item.content == content;
        if outbox::of_chat(self.tx, Some(self.chat))?.iter().any(waits) {
            return Ok(());
        }
        let item = NewItem {
            chat: Some(self.chat),
            kind: OutKind::Control,
            n: None,
            content: &content,
            target: None,
        };
        outbox::enqueue(self.tx, &item)?;
        Ok(())
    }

    pub(super) fn enqueue_intent(&self, wanted: &Intent) -> Result<()> {
        let content = intent::encode(wanted);
        let waits = |item: &OutItem| item.kind == OutKind::Commit && item.content == content;
        if outbox::of_chat(self.tx, Some(self.chat))?.iter().any(waits) {
            return Ok(());
        }
        let item = NewItem {
            chat: Some(self.chat),
            kind: OutKind::Commit,
            n: None,
            content: &content,
            target: None,
        };
        outbox::enqueue(self.tx, &item)?;
        Ok(())
    }

    /// While this device waits to be put back it knows nobody's word but what held before, and its own.
    fn consent_between(&self) -> Result<ConsentInfo> {
        let ceiling = self.row.consent.at(self.now);
        let mine = self
            .notes
            .wish
            .or(self.notes.stuck.as_ref().map(|stuck| stuck.wish));
        Ok(ConsentInfo {
            ceiling,
            until: self
                .row
                .consent
                .lease_end()
                .filter(|_| ceiling == Ceiling::Confidential),
            mine: mine.map(Into::into),
            held_by: Vec::new(),
            pending: has_word(self.tx, self.chat)?,
        })
    }

    fn consent_info(&mut self) -> Result<ConsentInfo> {
        if self.group.is_none() {
            return self.consent_between();
        }
        let (now, provider) = (self.now, self.tx.provider());
        let pending = has_word(self.tx, self.chat)?;
        let notes = self.notes.clone();
        let own = binding(self.said(), &notes);
        let group = self.group()?;
        let consent = binding(group.consent(), &notes);
        let ceiling = consent.at(now);
        let mine = notes.wish.map_or_else(|| group.own_wish(), Into::into);
        let own_device = group.own_device();
        let counts = |seat: &Seat| {
            if Some(seat.member.device()) == own_device {
                own.at(now)
            } else {
                seat.consent.counts().at(now)
            }
        };
        let seats = group.seats(&provider)?;
        let holds = |seat: &&Seat| ceiling < Ceiling::Confidential && counts(seat) <= ceiling;
        let mut held_by: Vec<String> = seats
            .iter()
            .filter(holds)
            .map(|seat| seat.member.name().to_owned())
            .collect();
        held_by.dedup();
        let until = consent.lease_end().filter(|_| ceiling == Ceiling::Confidential);
        Ok(ConsentInfo {
            ceiling,
            until,
            mine: Some(mine),
            held_by,
            pending,
        })
    }

    fn members(&mut self) -> Result<Members> {
        let consent = self.consent_info()?;
        let (now, me, provider) = (self.now, self.me.device.member().device(), self.tx.provider());
        let own = binding(self.said(), &self.notes);
        let group = self.group()?;
        let seats = group.seats(&provider)?;
        let members = seats
            .iter()
            .map(|seat| member_line(seat, me == seat.member.device(), own, now))
            .collect();
        let safety_number = safety_number(&seats);
        Ok(Members {
            members,
            suite: group.suite()?,
            consent,
            safety_number,
        })
    }
}

fn member_line(seat: &Seat, me: bool, own: Consent, now: Time) -> MemberLine {
    let counts = if me { own } else { seat.consent.counts() };
    let address = chat::Address {
        account: seat.member.account(),
        server: seat.member.server().to_owned(),
    };
    MemberLine {
        name: seat.member.name().to_owned(),
        address: address.to_string(),
        me,
        counts: counts.at(now),
        until: counts
            .lease_end()
            .filter(|_| counts.at(now) == Ceiling::Confidential),
        spoke: seat.consent.source != Source::KeyPackage,
    }
}

fn safety_number(seats: &[Seat]) -> Option<String> {
    let mut accounts: Vec<_> = seats.iter().map(|seat| seat.member.account()).collect();
    accounts.sort_unstable();
    accounts.dedup();
    match accounts.as_slice() {
        [one, other] => Some(chat::safety_number(*one, *other)),
        _ => None,
    }
}

/// Whether something about AI waits to be sent.
fn has_word(tx: &Tx<'_>, chat: ChatId) -> Result<bool> {
    Ok(outbox::of_chat(tx, Some(chat))?.iter().any(is_word))
}

fn is_word(item: &OutItem) -> bool {
    match item.kind {
        OutKind::Control => {
            Payload::decode(&item.content).is_ok_and(|said| matches!(said.body, Body::Lower(_)))
        }
        OutKind::Commit => matches!(intent::decode(&item.content), Some(Intent::State(_))),
        _ => false,
    }
}
