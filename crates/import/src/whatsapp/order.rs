//! Which of day, month and year comes first, decided from all dates of one shape.

use jiff::civil::{Date, Time};

use super::calendar::{Fields, YearAt};
use super::header::{Header, Separator, Shape};
use super::turns::{Turn, Turns};
use crate::{DateOrder, Evidence};

const ORDERS: [DateOrder; 3] = [DateOrder::Dmy, DateOrder::Mdy, DateOrder::Ymd];

/// How much more often dates must run backwards in one order than in the other before that decides. A true export
/// is sorted, but a phone whose clock was changed leaves a few steps back.
const BACKWARDS_MARGIN: u64 = 2;

/// What has been seen of one shape.
pub(super) struct Tally {
    orders: [Seen; 3],
    /// The last date: most headers repeat it, and it need not be read again.
    last: Option<Fields>,
    turns: Turns,
    padded: u64,
    capital_half: u64,
    east_asian: u64,
    lines: u64,
}

/// What has been seen, read in one order.
#[derive(Default, Clone, Copy)]
struct Seen {
    impossible: u64,
    backwards: u64,
    /// The day that is being read, and the last time.
    day: Option<Date>,
    last: Option<(Date, Option<Time>)>,
}

/// An order and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Decided {
    pub order: DateOrder,
    pub evidence: Evidence,
}

impl Tally {
    pub(super) fn new() -> Self {
        Self {
            orders: [Seen::default(); 3],
            last: None,
            turns: Turns::default(),
            padded: 0,
            capital_half: 0,
            east_asian: 0,
            lines: 0,
        }
    }

    pub(super) fn add(&mut self, header: &Header<'_>) {
        self.lines = self.lines.saturating_add(1);
        self.padded = self.padded.saturating_add(u64::from(header.date.padded()));
        self.capital_half = self.capital_half.saturating_add(u64::from(header.capital_half));
        self.east_asian = self.east_asian.saturating_add(u64::from(header.east_asian));
        if header.shape.year_at == YearAt::First {
            return;
        }
        let same = self.last.replace(header.date) == Some(header.date);
        for (seen, order) in self.orders.iter_mut().zip(ORDERS) {
            if !same {
                seen.day = header.date.plausible(order);
            }
            seen.add(header.time);
        }
        let [dmy, mdy, _] = &self.orders;
        self.turns.add(dmy.day, mdy.day);
    }

    /// Where the order changes within the file; empty when it does not.
    pub(super) fn turned(&self) -> &[Turn] {
        self.turns.turned()
    }

    pub(super) fn decide(&self, shape: Shape, given: Option<DateOrder>) -> Decided {
        match (given, shape.year_at) {
            (_, YearAt::First) => Decided {
                order: DateOrder::Ymd,
                evidence: Evidence::YearFirst,
            },
            (Some(DateOrder::Ymd), YearAt::Last) => self.decide(shape, None),
            (Some(order), _) => Decided {
                order,
                evidence: Evidence::Given,
            },
            (None, YearAt::Last) => self.between(shape, &[DateOrder::Dmy, DateOrder::Mdy]),
            (None, YearAt::Unknown) => self.between(shape, &ORDERS),
        }
    }

    fn between(&self, shape: Shape, candidates: &[DateOrder]) -> Decided {
        let seen = |order: DateOrder| {
            ORDERS
                .iter()
                .zip(&self.orders)
                .find(|(o, _)| **o == order)
                .map(|(_, seen)| *seen)
        };
        let impossible = |order| seen(order).map_or(u64::MAX, |seen| seen.impossible);
        let backwards = |order| seen(order).map_or(u64::MAX, |seen| seen.backwards);

        let fewest = candidates
            .iter()
            .map(|&order| impossible(order))
            .min()
            .unwrap_or(0);
        let possible: Vec<DateOrder> = candidates
            .iter()
            .copied()
            .filter(|&order| impossible(order) == fewest)
            .collect();
        if let [order] = possible.as_slice() {
            return Decided {
                order: *order,
                evidence: Evidence::ImpossibleOtherwise,
            };
        }
        let least = possible.iter().map(|&order| backwards(order)).min().unwrap_or(0);
        let bar = least.saturating_mul(BACKWARDS_MARGIN);
        let forward: Vec<DateOrder> = possible
            .iter()
            .copied()
            .filter(|&order| backwards(order) <= bar)
            .collect();
        if let [order] = forward.as_slice() {
            return Decided {
                order: *order,
                evidence: Evidence::Chronology,
            };
        }
        self.by_locale(shape, &forward)
    }

    /// Which order the languages of this form write, among those that remain.
    fn by_locale(&self, shape: Shape, remaining: &[DateOrder]) -> Decided {
        let most = self.lines / 2;
        let american = shape.separator == Separator::Slash && self.capital_half > most && self.padded <= most;
        let year_first = self.east_asian > most || shape.separator == Separator::Word;
        let european = matches!(shape.separator, Separator::Dot | Separator::DotBlank);
        let by_form = [
            (year_first, DateOrder::Ymd),
            (american, DateOrder::Mdy),
            (european, DateOrder::Dmy),
        ];
        let suggested = by_form
            .iter()
            .find(|(holds, order)| *holds && remaining.contains(order));
        if let Some((_, order)) = suggested {
            return Decided {
                order: *order,
                evidence: Evidence::Locale,
            };
        }
        let order = remaining.first().copied().unwrap_or(DateOrder::Dmy);
        Decided {
            order,
            evidence: Evidence::Assumed,
        }
    }
}

impl Seen {
    fn add(&mut self, time: Option<Time>) {
        let Some(day) = self.day else {
            self.impossible = self.impossible.saturating_add(1);
            return;
        };
        let now = (day, time);
        if self.last.is_some_and(|last| now < last) {
            self.backwards = self.backwards.saturating_add(1);
        }
        self.last = Some(now);
    }
}
