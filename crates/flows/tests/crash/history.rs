//! A whole history, and what is wrong with it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use client::api::{Delivery, MessageLine};

use crate::wire::Envelope;

/// What is wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    /// What was kept is not shown by somebody, or not as sent by its author.
    Lost,
    /// Somebody shows a text twice.
    Twice,
    /// Somebody shows what nobody can have written.
    Foreign,
    /// Two members show different messages, or in another order.
    Disagreement,
    /// A client or a chat warns.
    Warned,
    /// An idempotency key stands for two envelopes, or the other way round.
    KeyOfTwo,
    /// Something was sealed anew although what was sealed before might have been taken.
    SealedAnew,
    /// There are more slots than messages.
    Surplus,
}

/// A slot of a mailbox on the server.
#[derive(Clone)]
pub(crate) struct Stored {
    pub(crate) mailbox: [u8; 32],
    pub(crate) is_commit: bool,
    pub(crate) body: Vec<u8>,
}

#[derive(Clone, Default)]
pub(crate) struct History {
    /// Texts that were said to be kept, by each.
    pub(crate) kept: BTreeMap<String, Vec<String>>,
    /// What each member shows.
    pub(crate) shown: BTreeMap<String, Vec<MessageLine>>,
    pub(crate) warnings: BTreeSet<String>,
    /// In the order in which they were sent.
    pub(crate) wire: Vec<Envelope>,
    /// Whose processes these were.
    pub(crate) processes: HashMap<u32, String>,
    pub(crate) stored: Vec<Stored>,
}

impl History {
    pub(crate) fn kept(&self) -> usize {
        self.kept.values().map(Vec::len).sum()
    }

    pub(crate) fn epochs(&self) -> usize {
        self.stored.iter().filter(|slot| slot.is_commit).count()
    }

    /// Envelopes of processes that were killed before the wire could see whose they were.
    pub(crate) fn unknown(&self) -> usize {
        let unknown = self
            .wire
            .iter()
            .filter(|envelope| self.author(envelope).is_none());
        unknown.count()
    }

    pub(crate) fn summary(&self) -> String {
        format!(
            "{} messages kept, {} shown, {} envelopes sent ({} by unknown), {} slots, {} commits",
            self.kept(),
            self.shown
                .values()
                .map(|lines| texts(lines).count())
                .max()
                .unwrap_or(0),
            self.wire.len(),
            self.unknown(),
            self.stored.len(),
            self.epochs()
        )
    }

    pub(crate) fn faults(&self) -> BTreeSet<Fault> {
        let mut faults = BTreeSet::new();
        let mut unless = |holds: bool, fault: Fault| {
            if !holds {
                faults.insert(fault);
            }
        };
        unless(self.nothing_is_lost(), Fault::Lost);
        unless(self.nothing_is_twice(), Fault::Twice);
        unless(self.nothing_is_foreign(), Fault::Foreign);
        unless(self.all_agree(), Fault::Disagreement);
        unless(self.nobody_warns(), Fault::Warned);
        unless(self.keys_mean_one(), Fault::KeyOfTwo);
        unless(self.sealed_once(), Fault::SealedAnew);
        unless(self.as_many_slots_as_messages(), Fault::Surplus);
        faults
    }

    fn nothing_is_lost(&self) -> bool {
        self.shown.iter().all(|(member, lines)| {
            let here: HashSet<&str> = texts(lines).collect();
            let is_kept = self
                .kept
                .values()
                .flatten()
                .all(|text| here.contains(text.as_str()));
            let is_sent = |line: &MessageLine| !line.mine || line.delivery == Delivery::Sent;
            if !is_kept {
                println!("{member} misses what was kept");
            }
            is_kept && lines.iter().all(is_sent)
        })
    }

    fn nothing_is_twice(&self) -> bool {
        self.shown.values().all(|lines| {
            let mut here = HashSet::new();
            texts(lines).all(|text| here.insert(text))
        })
    }

    /// Each text names its author, and the author is who the envelope came from.
    fn nothing_is_foreign(&self) -> bool {
        let mut lines = self.shown.values().flatten();
        lines.all(|line| match &line.author {
            Some(author) => line.text.starts_with(&format!("{author} ")),
            None => true,
        })
    }

    fn all_agree(&self) -> bool {
        let all: BTreeSet<BTreeSet<&str>> = self.shown.values().map(|lines| texts(lines).collect()).collect();
        let orders = self
            .shown
            .values()
            .flat_map(|lines| self.shown.keys().map(move |author| of(lines, author)));
        // The script counts upwards.
        all.len() <= 1 && orders.into_iter().all(|texts| texts.is_sorted()) && self.others_are_in_one_order()
    }

    /// Own messages stand where they were written, those of others in the order of the log: in that, any two members
    /// agree about everybody else.
    fn others_are_in_one_order(&self) -> bool {
        let without = |lines: &[MessageLine], two: [&String; 2]| -> Vec<String> {
            let others = lines
                .iter()
                .filter(|line| line.author.as_ref().is_some_and(|author| !two.contains(&author)));
            others.map(|line| line.text.clone()).collect()
        };
        self.shown.iter().all(|(one, ones)| {
            self.shown
                .iter()
                .all(|(other, others)| without(ones, [one, other]) == without(others, [one, other]))
        })
    }

    fn nobody_warns(&self) -> bool {
        const ALARMS: [&str; 4] = [
            "does not hold",
            "cannot follow",
            "other messages than you",
            "is back in the chat",
        ];
        let lines = self.shown.values().flatten().filter(|line| line.author.is_none());
        let alarms: Vec<&str> = lines
            .map(|line| line.text.as_str())
            .filter(|text| ALARMS.iter().any(|alarm| text.contains(alarm)))
            .chain(self.warnings.iter().map(String::as_str))
            .collect();
        for alarm in &alarms {
            println!("warned: {alarm}");
        }
        alarms.is_empty()
    }

    fn keys_mean_one(&self) -> bool {
        let (mut bodies, mut keys) = (HashMap::new(), HashMap::new());
        self.wire.iter().all(|envelope| {
            let (key, body) = (
                (envelope.mailbox, envelope.key),
                (envelope.mailbox, &envelope.body),
            );
            *bodies.entry(key).or_insert(body) == body && *keys.entry(body).or_insert(key) == key
        })
    }

    /// Of what one client sent into one mailbox, each but the last stands in the log.
    fn sealed_once(&self) -> bool {
        let stored = self.stored_bodies();
        let mut sent: HashMap<(&str, [u8; 32]), Vec<&Vec<u8>>> = HashMap::new();
        for envelope in self.wire.iter().filter(|envelope| envelope.is_message) {
            // A process that was killed before it could be asked its name: its envelopes are sent again under one.
            let Some(name) = self.author(envelope) else {
                continue;
            };
            let all = sent.entry((name, envelope.mailbox)).or_default();
            if !all.contains(&&envelope.body) {
                all.push(&envelope.body);
            }
        }
        sent.iter().all(|((_, mailbox), bodies)| {
            let but_last = bodies.split_last().map_or(&[][..], |(_, rest)| rest);
            but_last
                .iter()
                .all(|body| stored.contains(&(*mailbox, body.as_slice())))
        })
    }

    /// Cleo says nothing but messages.
    fn as_many_slots_as_messages(&self) -> bool {
        let stored = self.stored_bodies();
        let cleos: HashSet<_> = self
            .wire
            .iter()
            .filter(|envelope| envelope.is_message && self.author(envelope) == Some("Cleo"))
            .map(|envelope| (envelope.mailbox, envelope.body.as_slice()))
            .filter(|place| stored.contains(place))
            .collect();
        let shown = self.shown.get("Ana").map_or(0, |lines| of(lines, "Cleo").len());
        cleos.len() == shown
    }

    fn author(&self, envelope: &Envelope) -> Option<&str> {
        self.processes.get(&envelope.from?).map(String::as_str)
    }

    fn stored_bodies(&self) -> HashSet<([u8; 32], &[u8])> {
        let places = self
            .stored
            .iter()
            .map(|slot| (slot.mailbox, slot.body.as_slice()));
        places.collect()
    }
}

fn texts(lines: &[MessageLine]) -> impl Iterator<Item = &str> {
    lines
        .iter()
        .filter(|line| line.author.is_some())
        .map(|line| line.text.as_str())
}

fn of<'a>(lines: &'a [MessageLine], author: &str) -> Vec<&'a str> {
    let by = lines.iter().filter(|line| line.author.as_deref() == Some(author));
    by.map(|line| line.text.as_str()).collect()
}
