//! The rule, as the head of this module states it.

use crate::Time;

use super::Ceiling;

/// Where a leaf comes from (RFC 9420 section 7.2, `leaf_node_source`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// Prepared before its device knew of the group.
    KeyPackage,
    /// Signed for the group and the position, proposed by its device.
    Update,
    /// Signed for the group and the position, committed by its device.
    Commit,
}

/// What a person wants for a chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wish {
    /// No AI.
    Off,
    /// AI on the members' devices. What everybody has who never said anything.
    OnDevice,
    /// A confidential node too, until then.
    Confidential {
        /// The first moment at which it does not count any more.
        until: Time,
    },
}

impl Wish {
    /// The ceiling as long as the lease, where there is one, runs.
    #[must_use]
    pub const fn ceiling(self) -> Ceiling {
        match self {
            Self::Off => Ceiling::Off,
            Self::OnDevice => Ceiling::OnDevice,
            Self::Confidential { .. } => Ceiling::Confidential,
        }
    }

    /// How long it counts as [`Self::ceiling`].
    const fn until(self) -> Time {
        match self {
            Self::Off | Self::OnDevice => Time::NEVER,
            Self::Confidential { until } => until,
        }
    }
}

/// What a device says in its leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Statement {
    /// Counts up with each thing that the device says in this chat.
    pub number: u64,
    /// What it says.
    pub wish: Wish,
}

/// "Lower now": what a device says in a message, before its commit (R14). It can only lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lowering {
    /// From the same count as [`Statement::number`].
    pub number: u64,
    /// The most that its sender's leaf counts for.
    pub to: Ceiling,
}

/// All that the rule knows of a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct LeafConsent {
    /// Where the leaf comes from.
    pub source: Source,
    /// What it states; `None` where that is missing, malformed or of an unknown kind.
    pub statement: Option<Statement>,
    /// What the lowerings amount to that its device sent as messages and that it has not answered with a statement. Set by
    /// [`Self::lowered`], ended by [`Self::restated`].
    pub lowering: Option<Lowering>,
}

/// What leaves agree to: a ceiling, and until when it can be more than `on-device`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Consent {
    most: Ceiling,
    until: Time,
}

impl Consent {
    /// Of an archive, whose members were never asked.
    pub const ARCHIVE: Self = Self {
        most: Ceiling::OnDevice,
        until: Time::NEVER,
    };
    /// Of a chat without members.
    pub const NONE: Self = Self {
        most: Ceiling::Off,
        until: Time::NEVER,
    };

    /// What these leaves agree to: the minimum over them. Nobody agrees to nothing.
    #[must_use]
    pub fn of(leaves: impl IntoIterator<Item = LeafConsent>) -> Self {
        leaves
            .into_iter()
            .map(LeafConsent::counts)
            .reduce(Self::min)
            .unwrap_or(Self::NONE)
    }

    /// What both agree to.
    #[must_use]
    pub fn min(self, other: Self) -> Self {
        Self {
            most: self.most.min(other.most),
            until: self.until.min(other.until),
        }
    }

    /// The ceiling at this moment.
    #[must_use]
    pub fn at(self, now: Time) -> Ceiling {
        if now < self.until {
            self.most
        } else {
            self.most.min(Ceiling::OnDevice)
        }
    }

    /// The first moment at which `confidential` does not count any more; `None` where it does not count at all.
    #[must_use]
    pub fn lease_end(self) -> Option<Time> {
        (self.most == Ceiling::Confidential).then_some(self.until)
    }

    /// The ceiling if no lease ever ended, and the end of the shortest: for storing. [`Self::from_parts`] is the way back.
    #[must_use]
    pub const fn into_parts(self) -> (Ceiling, Time) {
        (self.most, self.until)
    }

    /// See [`Self::into_parts`].
    #[must_use]
    pub const fn from_parts(most: Ceiling, until: Time) -> Self {
        Self { most, until }
    }
}

impl LeafConsent {
    /// A leaf that is new in the tree.
    #[must_use]
    pub const fn joined(source: Source, statement: Option<Statement>) -> Self {
        Self {
            source,
            statement,
            lowering: None,
        }
    }

    /// The same leaf after its device signed it again. That ends a lowering if the statement is at least as new.
    #[must_use]
    pub fn restated(self, source: Source, statement: Option<Statement>) -> Self {
        let restated = Self {
            source,
            statement,
            ..self
        };
        Self {
            lowering: self.lowering.filter(|lowering| restated.is_newer(*lowering)),
            ..restated
        }
    }

    /// The same leaf after a message with a lowering. Of two that bind, the lower stays: a message can only lower.
    #[must_use]
    pub fn lowered(self, lowering: Lowering) -> Self {
        if !self.is_newer(lowering) {
            return self;
        }
        let both = match self.lowering {
            Some(before) if self.is_newer(before) => Lowering {
                number: before.number.max(lowering.number),
                to: before.to.min(lowering.to),
            },
            _ => lowering,
        };
        Self {
            lowering: Some(both),
            ..self
        }
    }

    /// What this leaf alone agrees to: rules 1 to 5.
    #[must_use]
    pub fn counts(self) -> Consent {
        let stated = match self.statement {
            Some(Statement { wish, .. }) => Consent {
                most: wish.ceiling(),
                until: wish.until(),
            },
            None => Consent::ARCHIVE,
        };
        let believed = match self.source {
            Source::Update | Source::Commit => stated,
            Source::KeyPackage => stated.min(Consent::ARCHIVE),
        };
        match self.lowering {
            Some(lowering) if self.is_newer(lowering) => Consent {
                most: believed.most.min(lowering.to),
                ..believed
            },
            _ => believed,
        }
    }

    fn is_newer(self, lowering: Lowering) -> bool {
        self.statement
            .is_none_or(|statement| lowering.number > statement.number)
    }
}

/// The most exposed place where a message may be used now (R14).
#[must_use]
pub fn usable(chat: Consent, now: Time, sent_under: Consent, sent_at: Time) -> Ceiling {
    chat.at(now).min(sent_under.at(sent_at))
}
