//! What devices do with what they read.

use chat::content::{Body, Meaning};
use chat::{CommitFault, Group, Happened, Invitation, Letter, Notice, PeerFault};
use openmls_traits::OpenMlsProvider as _;

use super::actor::{Actor, Mail, Stored};
use super::mailbox::{Sent, What};
use super::reference::{Fault, Plan};
use super::world::World;

impl World {
    /// Reads one slot, or joins. `false` where there is nothing more.
    pub(crate) fn read(&mut self, who: usize) -> bool {
        let actor = &self.actors[who];
        if !actor.is_live() {
            return self.join(who);
        }
        let (mailbox, position) = (actor.mailbox, actor.position);
        let Some(slot) = self.mailboxes[mailbox].slots.get(position) else {
            self.send_again(who);
            return false;
        };
        match &slot.what {
            What::Message(sent) => self.read_message(who, *sent),
            What::Commit(plan) => self.read_commit(who, &plan.clone()),
            What::Invalid(author) => self.skip(who, *author),
            What::Notice => {}
        }
        if let Actor {
            mailbox: still,
            position,
            ..
        } = &mut self.actors[who]
            && *still == mailbox
        {
            *position += 1;
        }
        true
    }

    fn body(&self, who: usize) -> &[u8] {
        let Actor {
            mailbox, position, ..
        } = &self.actors[who];
        &self.mailboxes[*mailbox].slots[*position].body
    }

    /// A lowering that did not arrive, or that somebody who came back may not have heard.
    fn send_again(&mut self, who: usize) {
        let actor = &mut self.actors[who];
        if !actor.resends || self.mailboxes[actor.mailbox].commits() > 0 {
            return;
        }
        actor.resends = false;
        if let Some(to) = actor.words.of[&who].lowered {
            self.lower(who, to);
            self.count("lowering again");
        }
    }

    fn read_message(&mut self, who: usize, sent: Sent) {
        let body = self.body(who).to_vec();
        let sender = self.actors[sent.from].key();
        let actor = &mut self.actors[who];
        let before = actor.seats();
        let read = actor
            .group
            .as_mut()
            .unwrap()
            .open_message(&actor.person.provider, &body);
        if sent.from == who {
            assert_eq!(read, Ok(None), "our own message");
            return;
        }
        let received = read
            .expect("it was sent in an epoch in which this device is a member")
            .expect("it is not ours");
        assert_eq!(received.from.device().0, sender);
        if let Body::Message(message) = &received.payload.body {
            assert!(matches!(message.meaning(), Meaning::Text(words) if words == sent.id.to_string()));
            actor.read.push(sent.id);
        }
        actor.agrees(received.consent, self.fault, self.now);
        actor.stored.push(Stored {
            at: sent.at,
            under: received.consent,
            most: actor.words.ceiling(self.fault, sent.at),
        });
        if let Some(to) = sent.lowers {
            actor.words.lower(sent.from, to);
        }
        if sent.leaves {
            actor.leavers.insert(sent.from);
        }
        for (device, consent) in actor.seats() {
            let was = before[&device];
            assert!(
                device == sender || consent == was,
                "a message changed what another says"
            );
            assert_eq!(consent.min(was), consent, "a message raised");
        }
    }

    fn skip(&mut self, who: usize, author: Option<usize>) {
        let body = self.body(who).to_vec();
        let author = author.map(|author| self.actors[author].key());
        let actor = &mut self.actors[who];
        let judged = actor.group.as_mut().unwrap().judge(&actor.person.provider, &body);
        let Err(CommitFault::Invalid { author: found, .. }) = judged else {
            panic!("what holds for nobody was not refused: {judged:?}")
        };
        assert_eq!(
            found.map(|member| member.device().0),
            author,
            "who signed around it"
        );
        actor.saw_invalid = true;
    }

    fn read_commit(&mut self, who: usize, plan: &Plan) {
        let body = self.body(who).to_vec();
        let author = self.actors[plan.author].key();
        let position = self.actors[who].position;
        let actor = &mut self.actors[who];
        let group = actor.group.as_mut().unwrap();
        let mut since = self.mailboxes[actor.mailbox].lowered_during(plan.id, position);
        let judged = group.judge(&actor.person.provider, &body);
        if plan.victim == Some(who) {
            let Err(CommitFault::Unfollowable { author: found }) = judged else {
                panic!("what was garbled for this device was not told apart: {judged:?}")
            };
            assert_eq!(found.device().0, author);
            return self.ask(who);
        }
        let before = actor.seats();
        let group = actor.group.as_mut().unwrap();
        let happened = match judged {
            Ok(judged) => group.merge(&actor.person.provider, judged).unwrap(),
            Err(CommitFault::Own) => {
                let pending = actor.pending.as_ref().expect("one of ours is on its way");
                assert_eq!(pending.plan, *plan);
                since = pending.since;
                group.merge_own(&actor.person.provider).unwrap()
            }
            Err(fault) => panic!("the first valid commit was not followed: {fault:?}"),
        };
        assert!(!group.has_pending());
        self.told_what_happened(who, plan, &happened);
        if happened.removed_us {
            return self.go(who);
        }
        let new: Vec<_> = plan
            .added
            .iter()
            .map(|added| self.actors[added.device].key())
            .collect();
        for (device, consent) in self.actors[who].seats() {
            if device != author && !new.contains(&device) {
                assert_eq!(consent, before[&device], "a commit changed what another says");
            }
        }
        self.actors[who].words.follow(self.fault, plan, since);
        let pending = self.actors[who].pending.take();
        let next = self.actors[who].mailbox + 1;
        self.arrive(who, next);
        let actor = &mut self.actors[who];
        actor.resends |= plan.is_return && actor.words.of[&who].lowered.is_some();
        actor.leavers.retain(|leaver| !plan.removed.contains(leaver));
        if let Some(pending) = pending.filter(|pending| pending.plan == *plan) {
            // What was lowered before is part of what was said now.
            actor.is_exact |= since.is_none();
            self.invite(who, plan, pending.welcome);
        }
    }

    fn told_what_happened(&self, who: usize, plan: &Plan, happened: &Happened) {
        let devices =
            |members: &[chat::Member]| members.iter().map(|member| member.device().0).collect::<Vec<_>>();
        let keys = |whom: Vec<usize>| {
            whom.into_iter()
                .map(|who| self.actors[who].key())
                .collect::<Vec<_>>()
        };
        assert_eq!(happened.by.device().0, self.actors[plan.author].key());
        assert_eq!(
            devices(&happened.added),
            keys(plan.added.iter().map(|added| added.device).collect())
        );
        assert_eq!(devices(&happened.removed), keys(plan.removed.clone()));
        assert_eq!(happened.title, plan.title);
        assert_eq!(happened.removed_us, plan.removed.contains(&who));
    }

    /// In a new mailbox: all that get there have the same.
    fn arrive(&mut self, who: usize, mailbox: usize) {
        let actor = &mut self.actors[who];
        (actor.mailbox, actor.position, actor.saw_invalid) = (mailbox, 0, false);
        actor.attended.insert(mailbox);
        let group = actor.group.as_ref().unwrap();
        let mailbox = &mut self.mailboxes[mailbox];
        let secrets = mailbox.secrets.get_or_insert_with(|| group.secrets().clone());
        assert_eq!(secrets, group.secrets(), "another mailbox than the others");
        assert_eq!(
            (group.epoch(), group.title()),
            (mailbox.epoch, mailbox.title.clone())
        );
        let mut members: Vec<_> = mailbox
            .words
            .of
            .keys()
            .map(|member| self.actors[*member].key())
            .collect();
        members.sort_unstable();
        let seats: Vec<_> = self.actors[who].seats().into_keys().collect();
        assert_eq!(seats, members);
        self.agrees_with_the_log(who);
    }

    /// What this device has to agree to is what the log says, if it has read all of it and sent all of its own.
    fn agrees_with_the_log(&self, who: usize) {
        let actor = &self.actors[who];
        let words = self.mailboxes[actor.mailbox].words_at(actor.position);
        if actor.is_exact {
            for moment in words.moments(self.now) {
                assert_eq!(
                    actor.words.ceiling(self.fault, moment),
                    words.ceiling(self.fault, moment),
                    "this device was told something else than the log says"
                );
            }
        }
    }

    fn go(&mut self, who: usize) {
        let actor = &mut self.actors[who];
        actor.gone = actor.group.take().map(|group| (group, actor.mailbox));
        actor.pending = None;
        actor.leavers.clear();
        actor.resends = false;
        self.count("gone");
    }

    fn invite(&mut self, who: usize, plan: &Plan, welcome: Option<Vec<u8>>) {
        let Some(welcome) = welcome else { return };
        let (actor, crypto) = (&self.actors[who], self.actors[who].person.provider.crypto());
        let (key, blob) = actor
            .group
            .as_ref()
            .unwrap()
            .seal_tree(&actor.person.provider)
            .unwrap();
        let invitation = Invitation::new("localhost:1".into(), [9; 32], key, welcome);
        let (told, mailbox) = (actor.told(self.fault), actor.mailbox);
        let guest = plan.added[0].device;
        let letter = invitation
            .seal(crypto, self.actors[guest].person.letters.public())
            .unwrap();
        self.actors[guest].inbox.push(Mail::Invitation {
            letter,
            blob,
            mailbox,
            told,
        });
    }

    fn join(&mut self, who: usize) -> bool {
        let actor = &mut self.actors[who];
        let invited = actor
            .inbox
            .iter()
            .position(|mail| matches!(mail, Mail::Invitation { .. }));
        let Some(Mail::Invitation {
            letter,
            blob,
            mailbox,
            told,
        }) = invited.map(|at| actor.inbox.remove(at))
        else {
            return false;
        };
        self.eavesdrop(who);
        let actor = &mut self.actors[who];
        let old = actor.gone.take().map(|(group, _)| group).or(actor.group.take());
        if let Some(old) = old {
            old.delete(&actor.person.provider).unwrap();
        }
        actor.stuck = None;
        actor.resends = false;
        actor.group = Some(actor.person.join(&letter, &blob));
        actor.hear(told);
        let group = actor.group.as_mut().unwrap();
        if let Some(before) = mailbox.checked_sub(1) {
            for (_, body) in self.mailboxes[before].messages() {
                let read = group.open_message(&actor.person.provider, body);
                assert_eq!(read, Err(PeerFault::Envelope.into()), "a message of before");
            }
        }
        self.arrive(who, mailbox);
        self.count("joined");
        true
    }

    /// Who was removed tries everything that came later.
    fn eavesdrop(&mut self, who: usize) {
        let Actor { person, gone, .. } = &mut self.actors[who];
        let Some((group, left)) = gone else { return };
        let may_read = self.fault == Some(Fault::RemovedRead);
        for mailbox in &self.mailboxes[*left + 1..] {
            assert_ne!(Some(group.secrets()), mailbox.secrets.as_ref());
            for slot in &mailbox.slots {
                let is_read = match slot.what {
                    What::Message(_) => group.open_message(&person.provider, &slot.body).is_ok(),
                    What::Commit(_) => group.judge(&person.provider, &slot.body).is_ok(),
                    _ => continue,
                };
                assert_eq!(is_read, may_read, "who was removed, and what came later");
            }
        }
    }

    /// Writes a notice.
    fn ask(&mut self, who: usize) {
        let actor = &mut self.actors[who];
        let group = actor.group.as_ref().unwrap();
        let (place, seq) = (
            (group.id(), group.epoch(), group.secrets()),
            actor.position as u64 + 1,
        );
        let notice = Notice::seal(&actor.person.provider, &actor.person.device, place, seq).unwrap();
        actor.stuck = Some((group.left(), actor.words.clone()));
        actor.pending = None;
        let mailbox = actor.mailbox;
        let slot = self.mailboxes[mailbox].append(What::Notice, None, notice.clone());
        assert!(slot.is_ok(), "a notice is always accepted");
        self.notices.push((who, mailbox, seq, notice));
    }

    /// Whether this device was in the chat when somebody could not follow: who was not is not believed.
    fn may_answer(&self, who: usize, mailbox: usize) -> bool {
        self.mailboxes[mailbox].words.of.contains_key(&who)
    }

    /// Somebody who is further answers the first notice.
    pub(crate) fn answer(&mut self, who: usize) {
        let actor = &self.actors[who];
        let later = |(_, mailbox, ..): &(usize, usize, u64, Vec<u8>)| *mailbox < actor.mailbox;
        let Some(at) = self.notices.iter().position(later) else {
            return;
        };
        let (asker, mailbox, seq, notice) = self.notices.remove(at);
        let place = &self.mailboxes[mailbox];
        let place = (place.epoch, place.secrets.as_ref().unwrap());
        let group = actor.group.as_ref().unwrap();
        let opened = group.open_notice(&actor.person.provider, place, &notice);
        if !actor.words.of.contains_key(&asker) {
            assert_eq!(
                opened,
                Err(PeerFault::Signature.into()),
                "who was removed is not answered"
            );
            return;
        }
        let opened = opened.unwrap();
        assert_eq!(
            (opened.from.device().0, opened.seq),
            (self.actors[asker].key(), seq)
        );
        let to = self.actors[asker].person.letters.public();
        let letter = group
            .seal_rejoin(&actor.person.provider, &actor.person.device, to)
            .unwrap();
        let (mailbox, told) = (actor.mailbox, actor.told(self.fault));
        self.actors[asker].inbox.push(Mail::Rejoin {
            letter,
            by: who,
            mailbox,
            told,
        });
        self.count("answer");
    }

    /// Comes back by an external commit, if nobody was faster.
    pub(crate) fn come_back(&mut self, who: usize) {
        let actor = &mut self.actors[who];
        let is_invited = actor
            .inbox
            .iter()
            .any(|mail| matches!(mail, Mail::Invitation { .. }));
        let answered = actor
            .inbox
            .iter()
            .position(|mail| matches!(mail, Mail::Rejoin { .. }));
        let Some(Mail::Rejoin {
            letter,
            by,
            mailbox,
            told,
        }) = answered.map(|at| actor.inbox.remove(at))
        else {
            return;
        };
        let Some((left, stuck)) = actor.stuck.clone().filter(|_| !is_invited) else {
            return;
        };
        let actor = &self.actors[who];
        let person = &actor.person;
        let opened = Letter::open(&person.letters, person.provider.crypto(), &letter).unwrap();
        let Letter::Rejoin(packet) = opened else {
            panic!("not a way back")
        };
        assert_eq!(Some(packet.secrets()), self.mailboxes[mailbox].secrets.as_ref());
        let way_back = Group::rejoin(&person.provider, &person.device, &left, &packet);
        if !self.may_answer(by, actor.mailbox) {
            let refused = Err(PeerFault::Signature.into());
            assert_eq!(way_back.map(drop), refused, "who answered was not there");
            self.count("answer refused");
            return self.ask_again(who);
        }
        let (group, envelope) = way_back.unwrap();
        let actor = &mut self.actors[who];
        self.plans += 1;
        let plan = Plan {
            id: self.plans,
            author: who,
            wish: stuck.of[&who].repeated(),
            added: Vec::new(),
            removed: Vec::new(),
            title: None,
            victim: None,
            is_return: true,
        };
        let slot = self.mailboxes[mailbox].append(What::Commit(plan.clone()), Some(0), envelope);
        if slot.is_err() {
            group.delete(&actor.person.provider).unwrap();
            self.count("return was too late");
            return self.ask_again(who);
        }
        actor.group = Some(group);
        actor.stuck = None;
        actor.hear(told);
        actor.is_exact = false;
        // It may have noted a lowering of a device that was removed and came again in the meantime.
        let missed = actor.mailbox..mailbox;
        let ends =
            self.mailboxes[missed]
                .iter()
                .filter_map(|mailbox| match &mailbox.slots[mailbox.end?].what {
                    What::Commit(plan) => Some(plan),
                    _ => None,
                });
        let mut added = ends.flat_map(|plan| &plan.added);
        let noted = |device| stuck.of.get(device).is_some_and(|word| word.lowered.is_some());
        actor.is_at_most |= added.any(|added| noted(&added.device));
        actor.words.follow(self.fault, &plan, None);
        self.decide(mailbox, &plan);
        self.arrive(who, mailbox + 1);
    }

    fn ask_again(&mut self, who: usize) {
        let Actor {
            person,
            stuck,
            mailbox,
            position,
            ..
        } = &self.actors[who];
        let (left, _) = stuck.as_ref().unwrap();
        let secrets = self.mailboxes[*mailbox].secrets.as_ref().unwrap();
        let (place, seq) = ((&left.group[..], left.epoch, secrets), *position as u64);
        let notice = Notice::seal(&person.provider, &person.device, place, seq).unwrap();
        self.notices.push((who, *mailbox, seq, notice));
    }

    /// Everybody reads, sends and answers until there is nothing more to do; then all members agree.
    pub(crate) fn settle(&mut self) {
        let mut still = 0;
        for _ in 0..100 {
            let before = self.progress();
            for who in 0..self.actors.len() {
                while self.read(who) {}
                if self.actors[who].is_live() {
                    self.repair(who);
                    self.publish(who);
                    self.answer_if_believed(who);
                }
                self.come_back(who);
            }
            still = if self.progress() == before { still + 1 } else { 0 };
            if still == 3 {
                return self.end();
            }
        }
        panic!("the chat does not come to rest")
    }

    fn answer_if_believed(&mut self, who: usize) {
        let is_for_it = |(_, mailbox, ..): &(usize, usize, u64, Vec<u8>)| {
            *mailbox < self.actors[who].mailbox && self.may_answer(who, *mailbox)
        };
        if let Some(at) = self.notices.iter().position(is_for_it) {
            self.notices.swap(0, at);
            self.answer(who);
        }
    }

    fn progress(&self) -> Vec<usize> {
        let slots = self.mailboxes.iter().map(|mailbox| mailbox.slots.len());
        let actors = self.actors.iter();
        let read = actors.flat_map(|actor| [actor.mailbox, actor.position, actor.inbox.len()]);
        slots.chain(read).collect()
    }

    /// A mailbox that an invalid commit closed needs another.
    pub(crate) fn repair(&mut self, who: usize) {
        let actor = &self.actors[who];
        let mailbox = &self.mailboxes[actor.mailbox];
        if mailbox.commits() > 0 && mailbox.end.is_none() {
            let wish = actor.words.of[&who].repeated();
            self.stage(who, None, &chat::Change::State(wish), &[]);
        }
    }

    fn end(&mut self) {
        let head = self.mailboxes.len() - 1;
        let words = self.mailboxes[head].words_at(self.mailboxes[head].slots.len());
        for who in 0..self.actors.len() {
            self.eavesdrop(who);
            let actor = &self.actors[who];
            let is_member = words.of.contains_key(&who);
            if actor.stuck.is_some() {
                // Nobody is left that it would believe; who has been removed may not know it.
                let mut others = (0..self.actors.len()).filter(|other| self.actors[*other].is_live());
                assert!(!is_member || others.all(|other| !self.may_answer(other, actor.mailbox)));
                continue;
            }
            assert_eq!(actor.is_live(), is_member, "who is in the chat");
            self.read_all(who);
            if !is_member {
                continue;
            }
            assert_eq!(actor.mailbox, head);
            let consent = actor.group.as_ref().unwrap().consent();
            for moment in words.moments(self.now) {
                let (is, ought) = (consent.at(moment), words.ceiling(self.fault, moment));
                assert!(
                    is == ought || actor.is_at_most && is < ought,
                    "in the end all agree"
                );
            }
        }
    }

    /// It read the messages of the epochs in which it was there, and no others.
    fn read_all(&self, who: usize) {
        let actor = &self.actors[who];
        let attended = actor
            .attended
            .iter()
            .flat_map(|mailbox| self.mailboxes[*mailbox].messages());
        let sent = attended.filter(|(sent, _)| sent.from != who && sent.id > 0);
        let sent: Vec<u64> = sent.map(|(sent, _)| sent.id).collect();
        assert_eq!(actor.read, sent);
        for mailbox in &actor.attended {
            assert!(self.mailboxes[*mailbox].words.of.contains_key(&who));
        }
    }
}
