//! Chats of real groups over mailboxes in memory. Everything that a member reads is compared with the
//! [reference](super::reference); a panic is a violation.

use std::collections::BTreeMap;

use chat::consent::{Ceiling, Lowering, Wish};
use chat::content::{Body, Payload};
use chat::{Change, Group, Notes, Suite, Time};

use super::actor::{Actor, Pending};
use super::common::{NOW, Person, SEEN, encryption_keys_of, text};
use super::forge;
use super::mailbox::{Mailbox, Refused, Sent, What};
use super::reference::{Added, Fault, Plan, Word};
use super::sabotage::Sabotage;

/// Two people with two devices, and two with one.
const OWNERS: [usize; 6] = [0, 1, 2, 0, 1, 3];
const NAMES: [&str; 4] = ["Ana", "Bob", "Cleo", "Dan"];

/// What happens. The numbers choose among what is there at that moment; what is not possible then does not happen.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Op {
    Read(usize, usize),
    Say(usize),
    Lower(usize, bool),
    Leave(usize),
    State(usize, u8),
    Rename(usize),
    Add(usize, usize, bool),
    Remove(usize, usize),
    Sabotage(usize, usize),
    Publish(usize),
    /// Commits past what is invalid.
    Repair(usize),
    /// Everybody who is there reads everything that is there.
    Meet,
    Discard(usize),
    Invalid(usize, u8),
    Answer(usize),
    Return(usize),
    Reload(usize),
    Wait(u64),
    /// One after the other says `confidential`.
    Agree,
}

pub(crate) struct World {
    pub(crate) suite: Suite,
    pub(crate) fault: Option<Fault>,
    pub(crate) actors: Vec<Actor>,
    pub(crate) mailboxes: Vec<Mailbox>,
    pub(crate) now: Time,
    pub(crate) plans: usize,
    messages: u64,
    /// Who cannot follow, in which mailbox, and what it wrote there.
    pub(crate) notices: Vec<(usize, usize, u64, Vec<u8>)>,
    /// How often something happened, so that a test knows that it tried it.
    pub(crate) counts: BTreeMap<&'static str, u64>,
}

impl World {
    /// A chat of the first three devices.
    pub(crate) fn new(suite: Suite, fault: Option<Fault>) -> Self {
        let mut people: Vec<Person> = Vec::new();
        for (device, owner) in OWNERS.into_iter().enumerate() {
            let first = OWNERS.iter().position(|other| *other == owner).unwrap();
            people.push(match people.get(first) {
                Some(person) if first < device => person.another(),
                _ => Person::new(NAMES[owner]),
            });
        }
        let mut world = Self {
            suite,
            fault,
            actors: people
                .into_iter()
                .map(|person| Actor::new(person, suite))
                .collect(),
            mailboxes: Vec::new(),
            now: NOW,
            plans: 0,
            messages: 0,
            notices: Vec::new(),
            counts: BTreeMap::new(),
        };
        world.create();
        for whom in [1, 2] {
            world.add(0, whom, false);
            world.publish(0);
            world.settle();
        }
        world
    }

    fn create(&mut self) {
        let actor = &mut self.actors[0];
        let group = actor.person.create(self.suite, Wish::OnDevice);
        let word = Word {
            wish: Wish::OnDevice,
            is_said_here: true,
            lowered: None,
        };
        actor.words.of.insert(0, word);
        actor.attended.insert(0);
        let mut mailbox = Mailbox::new(group.epoch(), actor.words.clone(), group.title());
        mailbox.secrets = Some(group.secrets().clone());
        self.mailboxes.push(mailbox);
        actor.group = Some(group);
    }

    pub(crate) fn count(&mut self, what: &'static str) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// The nth device that is in the chat.
    fn live(&self, choice: usize) -> usize {
        let live: Vec<usize> = (0..self.actors.len())
            .filter(|who| self.actors[*who].is_live())
            .collect();
        live[choice % live.len()]
    }

    pub(crate) fn run(&mut self, op: Op) {
        let anybody = |choice: usize| choice % OWNERS.len();
        match op {
            Op::Read(who, most) => {
                for _ in 0..most {
                    self.read(anybody(who));
                }
            }
            Op::Say(who) => self.say(self.live(who)),
            Op::Lower(who, off) => {
                let to = if off { Ceiling::Off } else { Ceiling::OnDevice };
                self.lower(self.live(who), to);
            }
            Op::Leave(who) => self.leave(self.live(who)),
            Op::State(who, wish) => {
                let wish = self.wish(wish);
                self.stage(self.live(who), Some(wish), &Change::State(wish), &[]);
            }
            Op::Rename(who) => {
                self.stage(self.live(who), None, &self.title(), &[]);
            }
            Op::Add(who, whom, old) => self.add(self.live(who), anybody(whom), old),
            Op::Remove(who, whom) => self.remove(self.live(who), anybody(whom)),
            Op::Sabotage(who, whom) => self.sabotage(self.live(who), anybody(whom)),
            Op::Publish(who) => self.publish(self.live(who)),
            Op::Repair(who) => {
                let who = self.live(who);
                self.repair(who);
                self.publish(who);
            }
            Op::Meet => self.meet(),
            Op::Discard(who) => self.discard(self.live(who)),
            Op::Invalid(who, how) => self.invalid(self.live(who), how),
            Op::Answer(who) => self.answer(self.live(who)),
            Op::Return(who) => self.come_back(anybody(who)),
            Op::Reload(who) => self.reload(self.live(who)),
            Op::Wait(seconds) => self.now = self.now.plus(seconds),
            Op::Agree => self.agree(),
        }
        self.check();
    }

    fn meet(&mut self) {
        for who in 0..OWNERS.len() {
            while self.read(who) {}
        }
    }

    fn agree(&mut self) {
        for who in 0..OWNERS.len() {
            self.meet();
            if self.actors[who].is_live() {
                let wish = self.wish(4);
                self.stage(who, Some(wish), &Change::State(wish), &[]);
                self.publish(who);
            }
        }
        self.meet();
        let live = self.actors.iter().filter_map(|actor| actor.group.as_ref());
        let now = self.now;
        if live
            .clone()
            .all(|group| group.consent().at(now) == Ceiling::Confidential)
        {
            self.count("confidential");
        }
    }

    fn wish(&self, choice: u8) -> Wish {
        match choice {
            0 => Wish::Off,
            1 => Wish::OnDevice,
            lease => Wish::Confidential {
                until: self.now.plus(u64::from(lease) * 50),
            },
        }
    }

    fn title(&self) -> Change {
        Change::Title(format!("Flat {}", self.plans))
    }

    fn say(&mut self, who: usize) {
        self.messages += 1;
        let (id, Payload { body, .. }) = (self.messages, text(&self.messages.to_string()));
        let sent = self.send(who, id, body, None);
        self.count(if sent.is_ok() {
            "message"
        } else {
            "message refused"
        });
    }

    fn leave(&mut self, who: usize) {
        if self.send(who, 0, Body::Leaving, None).is_ok() {
            self.count("leaving");
        }
    }

    pub(crate) fn lower(&mut self, who: usize, to: Ceiling) {
        let actor = &mut self.actors[who];
        let number = actor.group.as_ref().unwrap().next_number();
        let sent = self.send(who, 0, Body::Lower(Lowering { number, to }), Some(to));
        let actor = &mut self.actors[who];
        actor.words.lower(who, to);
        if let Some(pending) = &mut actor.pending {
            pending.since = Some(pending.since.map_or(to, |before| before.min(to)));
        }
        actor.resends = sent.is_err();
        actor.is_exact &= sent.is_ok();
        self.count(if sent.is_ok() {
            "lowering"
        } else {
            "lowering refused"
        });
    }

    fn send(&mut self, who: usize, id: u64, body: Body, lowers: Option<Ceiling>) -> Result<(), Refused> {
        let Actor {
            person,
            group,
            pending,
            mailbox,
            ..
        } = &mut self.actors[who];
        let what = What::Message(Sent {
            id,
            from: who,
            lowers,
            leaves: matches!(body, Body::Leaving),
            during: pending.as_ref().map(|pending| pending.plan.id),
            at: self.now,
        });
        let payload = Payload { seen: SEEN, body };
        let envelope = group
            .as_mut()
            .unwrap()
            .seal_message(&person.provider, &person.device, &payload)
            .unwrap();
        self.mailboxes[*mailbox].append(what, None, envelope)
    }

    /// Makes a commit, unless one is on its way. It leaves with [`Self::publish`].
    pub(crate) fn stage(&mut self, who: usize, said: Option<Wish>, change: &Change, added: &[Added]) {
        self.stage_against(who, said, change, added, None);
    }

    fn stage_against(
        &mut self,
        who: usize,
        said: Option<Wish>,
        change: &Change,
        added: &[Added],
        victim: Option<usize>,
    ) {
        if self.actors[who].pending.is_some() {
            return;
        }
        self.plans += 1;
        let victim_device = victim.map(|victim| self.actors[victim].person.device.member().device());
        let removed = match change {
            Change::Remove(devices) => devices.iter().map(|device| self.actor_of(device.0)).collect(),
            _ => Vec::new(),
        };
        let Actor {
            person,
            group,
            words,
            pending,
            ..
        } = &mut self.actors[who];
        let group = group.as_mut().unwrap();
        let keys = victim_device.map(|device| encryption_keys_of(group, device));
        let client = Sabotage::new(&person.provider, keys.unwrap_or_default());
        let outgoing = group.stage(&client, &person.device, change).unwrap();
        let plan = Plan {
            id: self.plans,
            author: who,
            wish: said.unwrap_or_else(|| words.of[&who].repeated()),
            added: added.to_vec(),
            removed,
            title: match change {
                Change::Title(title) => Some(title.clone()),
                _ => None,
            },
            victim: victim.filter(|_| client.garbled() > 0),
            is_return: false,
        };
        *pending = Some(Pending {
            plan,
            envelope: outgoing.commit,
            welcome: outgoing.welcome,
            since: None,
            is_sent: false,
        });
    }

    /// A commit that one of the others cannot follow.
    fn sabotage(&mut self, who: usize, whom: usize) {
        if who != whom {
            self.stage_against(who, None, &self.title(), &[], Some(whom));
            self.publish(who);
        }
    }

    fn add(&mut self, who: usize, whom: usize, old: bool) {
        if self.actors[who].words.of.contains_key(&whom) || self.actors[who].pending.is_some() {
            return;
        }
        if !old || self.actors[whom].packages.iter().all(|package| package.is_used) {
            let wish = self.wish(u8::try_from(self.plans % 4).unwrap());
            self.actors[whom].publish_package(self.suite, wish);
        }
        let packages = &self.actors[whom].packages;
        let mut unused = (0..packages.len()).filter(|package| !packages[*package].is_used);
        let package = if old { unused.next() } else { unused.next_back() };
        let package = package.unwrap();
        let added = Added {
            device: whom,
            package,
            wish: packages[package].wish,
        };
        let (adder, guest) = (&self.actors[who].person, &self.actors[whom].person);
        let invitee = adder.invitee(guest, self.suite, &packages[package].bytes);
        self.stage(who, None, &Change::Add(vec![invitee]), &[added]);
    }

    /// Whoever said that they leave goes first.
    fn remove(&mut self, who: usize, whom: usize) {
        let actor = &self.actors[who];
        let mut leavers = actor.leavers.iter().copied();
        let whom = leavers.find(|leaver| *leaver != who).unwrap_or(whom);
        if who != whom && actor.words.of.contains_key(&whom) {
            let device = self.actors[whom].person.device.member().device();
            self.stage(who, None, &Change::Remove(vec![device]), &[]);
        }
    }

    /// With `expect`, as long as this device knows of no invalid commit in this mailbox.
    pub(crate) fn publish(&mut self, who: usize) {
        let actor = &mut self.actors[who];
        let (mailbox, expect) = (actor.mailbox, (!actor.saw_invalid).then_some(0));
        let Some(pending) = actor.pending.as_mut().filter(|pending| !pending.is_sent) else {
            return;
        };
        let (plan, envelope) = (pending.plan.clone(), pending.envelope.clone());
        match self.mailboxes[mailbox].append(What::Commit(plan.clone()), expect, envelope) {
            Ok(()) => {
                pending.is_sent = true;
                self.decide(mailbox, &plan);
            }
            Err(_) => self.count("commit refused"),
        }
    }

    /// What never left can be taken back.
    fn discard(&mut self, who: usize) {
        let Actor {
            person,
            group,
            pending,
            ..
        } = &mut self.actors[who];
        if pending.as_ref().is_some_and(|pending| !pending.is_sent) {
            *pending = None;
            group.as_mut().unwrap().discard_own(&person.provider).unwrap();
            self.count("discarded");
        }
    }

    /// The first valid commit of a mailbox ends its epoch: where it leads.
    pub(crate) fn decide(&mut self, mailbox: usize, plan: &Plan) {
        let old = &mut self.mailboxes[mailbox];
        let at = old.slots.len() - 1;
        if old.end.is_some() && self.fault != Some(Fault::LastCommitWins) {
            self.count("commit lost");
            return;
        }
        old.end = Some(at);
        let mut words = old.words_at(at);
        words.follow(self.fault, plan, old.lowered_during(plan.id, at));
        let title = plan.title.clone().unwrap_or_else(|| old.title.clone());
        let next = Mailbox::new(old.epoch + 1, words, title);
        self.mailboxes.truncate(mailbox + 1);
        self.mailboxes.push(next);
        for added in &plan.added {
            let actor = &mut self.actors[added.device];
            actor.packages[added.package].is_used = true;
            let is_again = !actor.attended.is_empty();
            self.count(if is_again { "added again" } else { "added" });
        }
        let kind = match plan {
            Plan { victim: Some(_), .. } => "commit for some",
            Plan { is_return: true, .. } => "return",
            Plan { removed, .. } if !removed.is_empty() => "removal",
            _ => "commit",
        };
        self.count(kind);
    }

    /// Something in a commit slot that holds for nobody: what is old, what is no message, what does not open.
    fn invalid(&mut self, who: usize, how: u8) {
        let Actor {
            person,
            group,
            mailbox,
            ..
        } = &self.actors[who];
        let (group, mailbox) = (group.as_ref().unwrap(), *mailbox);
        let old = mailbox.checked_sub(1).map(|before| &self.mailboxes[before]);
        let old = old.and_then(|old| Some((old, &old.slots[old.end?].body)));
        let index = person.mls(group).own_leaf_index().u32();
        let (author, body) = match (how % 4, old) {
            (0, Some((_, envelope))) => (None, envelope.clone()),
            (1, Some((old, envelope))) => {
                let body = person.unseal(old.secrets.as_ref().unwrap(), forge::COMMIT, envelope);
                (Some(who), person.seal_commit(group, index, &body[68..]))
            }
            (2, _) => (Some(who), person.seal_commit(group, index, b"no message of MLS")),
            _ => {
                let mut envelope = person.seal_commit(group, index, b"no message of MLS");
                envelope[40] ^= 1;
                (None, envelope)
            }
        };
        let slot = self.mailboxes[mailbox].append(What::Invalid(author), None, body);
        assert!(slot.is_ok(), "without `expect` a commit is always accepted");
        self.count("invalid commit");
    }

    /// What a device stores is all that it needs.
    fn reload(&mut self, who: usize) {
        let Actor { person, group, .. } = &mut self.actors[who];
        let old = group.take().unwrap();
        let notes = Notes::decode(&old.notes().encode()).unwrap();
        let new = Group::load(&person.provider, old.id(), notes).unwrap().unwrap();
        assert_eq!(new.consent(), old.consent());
        assert_eq!(new.secrets(), old.secrets());
        assert_eq!((new.epoch(), new.title()), (old.epoch(), old.title()));
        assert_eq!(new.has_pending(), old.has_pending());
        assert_eq!(new.next_number(), old.next_number());
        let seats = [&old, &new].map(|group| group.seats(&person.provider).unwrap());
        assert_eq!(seats[0], seats[1]);
        *group = Some(new);
        self.count("reload");
    }

    pub(crate) fn actor_of(&self, device: [u8; 32]) -> usize {
        self.actors
            .iter()
            .position(|actor| actor.key() == device)
            .unwrap()
    }

    fn check(&self) {
        for actor in &self.actors {
            actor.check(self.fault, self.now);
        }
    }
}
