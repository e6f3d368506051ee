//! What devices said, written down beside the groups: the rule of consent in other words, without numbers and sources.
//!
//! A device's word is what it committed last; what stands in a KeyPackage counts for on-device at most. What it lowered since it
//! made that commit lowers it further.

use std::collections::BTreeMap;

use chat::Time;
use chat::consent::{Ceiling, Wish};

/// A reference that is wrong on purpose: the histories must show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It takes a KeyPackage for a word in this group.
    BelievesKeyPackages,
    /// It lets any commit of a device end what the device lowered, even one that was made before.
    EndsLoweringsEarly,
    /// It lets any commit of anybody end it.
    ForgetsLowerings,
    /// It has leases without end.
    LeasesNeverEnd,
    /// It thinks that who is added knows nothing of lowerings.
    TellsNobody,
    /// It lets what was raised later count for messages of before.
    RaisesReachBack,
    /// It takes the last commit of an epoch for the one that counts.
    LastCommitWins,
    /// It thinks that whoever was removed still reads.
    RemovedRead,
}

impl Fault {
    pub(crate) const ALL: [Self; 8] = [
        Self::BelievesKeyPackages,
        Self::EndsLoweringsEarly,
        Self::ForgetsLowerings,
        Self::LeasesNeverEnd,
        Self::TellsNobody,
        Self::RaisesReachBack,
        Self::LastCommitWins,
        Self::RemovedRead,
    ];
}

/// What one leaf says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) wish: Wish,
    /// Whether it was said in this group.
    pub(crate) is_said_here: bool,
    pub(crate) lowered: Option<Ceiling>,
}

impl Word {
    fn ceiling(self, fault: Option<Fault>, now: Time) -> Ceiling {
        let is_believed = self.is_said_here || fault == Some(Fault::BelievesKeyPackages);
        let stated = match self.wish {
            Wish::Off => Ceiling::Off,
            Wish::OnDevice => Ceiling::OnDevice,
            Wish::Confidential { until }
                if is_believed && (now < until || fault == Some(Fault::LeasesNeverEnd)) =>
            {
                Ceiling::Confidential
            }
            Wish::Confidential { .. } => Ceiling::OnDevice,
        };
        self.lowered.map_or(stated, |lowered| stated.min(lowered))
    }

    /// What a commit about something else says again.
    pub(crate) fn repeated(self) -> Wish {
        match (self.wish, self.lowered) {
            (Wish::Off, _) | (_, Some(Ceiling::Off)) => Wish::Off,
            (wish @ Wish::Confidential { .. }, None) if self.is_said_here => wish,
            _ => Wish::OnDevice,
        }
    }

    fn lower(&mut self, to: Ceiling) {
        self.lowered = Some(self.lowered.map_or(to, |before| before.min(to)));
    }
}

/// A commit, as whoever made it means it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) id: usize,
    pub(crate) author: usize,
    pub(crate) wish: Wish,
    pub(crate) added: Vec<Added>,
    pub(crate) removed: Vec<usize>,
    pub(crate) title: Option<String>,
    /// Who cannot follow it.
    pub(crate) victim: Option<usize>,
    /// Whether its author comes back by it.
    pub(crate) is_return: bool,
}

/// A device that a commit adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Added {
    pub(crate) device: usize,
    /// Which of its KeyPackages.
    pub(crate) package: usize,
    /// What stands in it.
    pub(crate) wish: Wish,
}

/// The leaves of a chat, by device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) of: BTreeMap<usize, Word>,
}

impl Words {
    pub(crate) fn ceiling(&self, fault: Option<Fault>, now: Time) -> Ceiling {
        let words = self.of.values().map(|word| word.ceiling(fault, now));
        words.min().unwrap_or(Ceiling::Off)
    }

    pub(crate) fn lower(&mut self, device: usize, to: Ceiling) {
        self.of.get_mut(&device).unwrap().lower(to);
    }

    /// After a commit; `since` is what its author lowered after it was made.
    pub(crate) fn follow(&mut self, fault: Option<Fault>, plan: &Plan, since: Option<Ceiling>) {
        for removed in &plan.removed {
            self.of.remove(removed);
        }
        if fault == Some(Fault::ForgetsLowerings) {
            self.of.values_mut().for_each(|word| word.lowered = None);
        }
        // Of several lowerings the rule keeps the lowest and the last number: one that was made after this commit holds all.
        let before = self.of.get(&plan.author).and_then(|word| word.lowered);
        let lowered = since.map(|since| before.map_or(since, |before| before.min(since)));
        let said = Word {
            wish: plan.wish,
            is_said_here: true,
            lowered: lowered.filter(|_| fault != Some(Fault::EndsLoweringsEarly)),
        };
        self.of.insert(plan.author, said);
        for added in &plan.added {
            let word = Word {
                wish: added.wish,
                is_said_here: false,
                lowered: None,
            };
            self.of.insert(added.device, word);
        }
    }

    /// What somebody who comes later is told.
    pub(crate) fn told(&self, fault: Option<Fault>) -> Self {
        let mut told = self.clone();
        if fault == Some(Fault::TellsNobody) {
            told.of.values_mut().for_each(|word| word.lowered = None);
        }
        told
    }

    /// Moments at which the ceiling can change, and now.
    pub(crate) fn moments(&self, now: Time) -> Vec<Time> {
        let ends = self.of.values().filter_map(|word| match word.wish {
            Wish::Confidential { until } => Some(until.unix_seconds()),
            Wish::Off | Wish::OnDevice => None,
        });
        let around = ends.flat_map(|end| [end - 1, end]).map(Time::from_unix_seconds);
        around.chain([now, Time::ZERO, Time::NEVER]).collect()
    }
}
