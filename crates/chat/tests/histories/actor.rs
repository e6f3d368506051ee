//! A device in the histories: its group, and what it has to agree to.

use std::collections::{BTreeMap, BTreeSet};

use chat::consent::{Ceiling, Consent, Wish, usable};
use chat::{Group, Left, Suite, Time};

use super::common::Person;
use super::reference::{Fault, Plan, Words};

/// A commit of ours that is not in the log yet, or was not read there.
pub(crate) struct Pending {
    pub(crate) plan: Plan,
    pub(crate) envelope: Vec<u8>,
    pub(crate) welcome: Option<Vec<u8>>,
    /// What this device lowered since.
    pub(crate) since: Option<Ceiling>,
    pub(crate) is_sent: bool,
}

/// A message as this device stored it: with the most that it was ever good for.
pub(crate) struct Stored {
    pub(crate) at: Time,
    pub(crate) under: Consent,
    pub(crate) most: Ceiling,
}

pub(crate) struct Package {
    pub(crate) bytes: Vec<u8>,
    pub(crate) wish: Wish,
    pub(crate) is_used: bool,
}

pub(crate) enum Mail {
    Invitation {
        letter: Vec<u8>,
        blob: Vec<u8>,
        mailbox: usize,
        told: Told,
    },
    Rejoin {
        letter: Vec<u8>,
        by: usize,
        mailbox: usize,
        told: Told,
    },
}

/// What somebody who comes is told.
#[derive(Clone)]
pub(crate) struct Told {
    pub(crate) words: Words,
    pub(crate) is_exact: bool,
    pub(crate) is_at_most: bool,
}

pub(crate) struct Actor {
    pub(crate) person: Person,
    pub(crate) group: Option<Group>,
    /// The group from which this device was removed.
    pub(crate) gone: Option<(Group, usize)>,
    pub(crate) mailbox: usize,
    pub(crate) position: usize,
    /// What the members say, from all that this device read and was told.
    pub(crate) words: Words,
    /// Whether that is what the log says: not while a lowering of its own could not be sent, and not after coming back.
    pub(crate) is_exact: bool,
    /// Whether this device may have noted a lowering that ended while it was stuck.
    pub(crate) is_at_most: bool,
    /// Whether a lowering has to be sent again.
    pub(crate) resends: bool,
    pub(crate) saw_invalid: bool,
    pub(crate) pending: Option<Pending>,
    pub(crate) stuck: Option<(Left, Words)>,
    pub(crate) leavers: BTreeSet<usize>,
    pub(crate) packages: Vec<Package>,
    pub(crate) inbox: Vec<Mail>,
    pub(crate) stored: Vec<Stored>,
    /// The mailboxes that it has got to.
    pub(crate) attended: BTreeSet<usize>,
    /// The messages that it has read.
    pub(crate) read: Vec<u64>,
}

impl Actor {
    /// With two KeyPackages from long ago: one that is more than the device wants now, one that is less.
    pub(crate) fn new(person: Person, suite: Suite) -> Self {
        let mut actor = Self {
            person,
            group: None,
            gone: None,
            mailbox: 0,
            position: 0,
            words: Words::default(),
            is_exact: true,
            is_at_most: false,
            resends: false,
            saw_invalid: false,
            pending: None,
            stuck: None,
            leavers: BTreeSet::new(),
            packages: Vec::new(),
            inbox: Vec::new(),
            stored: Vec::new(),
            attended: BTreeSet::new(),
            read: Vec::new(),
        };
        actor.publish_package(suite, super::common::until(1_000_000));
        actor.publish_package(suite, Wish::Off);
        actor
    }

    pub(crate) fn publish_package(&mut self, suite: Suite, wish: Wish) {
        let package = Package {
            bytes: self.person.key_package(suite, wish),
            wish,
            is_used: false,
        };
        self.packages.push(package);
    }

    pub(crate) fn key(&self) -> [u8; 32] {
        self.person.device.member().device().0
    }

    pub(crate) fn is_live(&self) -> bool {
        self.group.is_some() && self.stuck.is_none()
    }

    pub(crate) fn told(&self, fault: Option<Fault>) -> Told {
        Told {
            words: self.words.told(fault),
            is_exact: self.is_exact,
            is_at_most: self.is_at_most,
        }
    }

    pub(crate) fn hear(&mut self, told: Told) {
        self.words = told.words;
        self.is_exact = told.is_exact;
        self.is_at_most = told.is_at_most;
    }

    /// What each leaf counts for on this device.
    pub(crate) fn seats(&self) -> BTreeMap<[u8; 32], Consent> {
        let seats = self.group.as_ref().unwrap().seats(&self.person.provider).unwrap();
        let seats = seats.iter();
        seats
            .map(|seat| (seat.member.device().0, seat.consent.counts()))
            .collect()
    }

    /// This consent is what this device has to agree to, at every moment.
    pub(crate) fn agrees(&self, consent: Consent, fault: Option<Fault>, now: Time) {
        for moment in self.words.moments(now) {
            let (is, ought) = (consent.at(moment), self.words.ceiling(fault, moment));
            if self.is_at_most {
                assert!(is <= ought, "more than was said: {is} and not {ought}");
            } else {
                assert_eq!(is, ought, "other than was said");
            }
        }
    }

    /// Its group, and every message that it stored, count for what they ought to.
    pub(crate) fn check(&self, fault: Option<Fault>, now: Time) {
        let Some(group) = &self.group else { return };
        self.agrees(group.consent(), fault, now);
        for stored in &self.stored {
            let is = usable(group.consent(), now, stored.under, stored.at);
            let ought = match fault {
                Some(Fault::RaisesReachBack) => self.words.ceiling(fault, now),
                _ => self.words.ceiling(fault, now).min(stored.most),
            };
            if self.is_at_most {
                assert!(is <= ought, "a message is good for more than it may");
            } else {
                assert_eq!(is, ought, "a message is good for something else");
            }
        }
    }
}
