//! Two exports in one file whose headers look alike but whose dates do not: `25/03/2020` in one, `3/25/2020` in the
//! other. Where the file turns from one order to the other is found from the dates themselves.

use jiff::civil::Date;

use crate::DateOrder;

/// How many dates must speak for the other order, and none against it, before the file has turned. A single such
/// date is a slip, and is reported as impossible.
const SURE: u32 = 3;

/// Turns that are kept; a file has as many as exports were put together.
const MAX_TURNS: usize = 1_000;

/// Watches the headers of one shape go by.
#[derive(Default)]
pub(super) struct Turns {
    /// How many headers went by.
    seen: u64,
    current: Option<DateOrder>,
    pending: Option<Pending>,
    turned: Vec<Turn>,
    /// Read in the order that is not the current one.
    last_other: Option<Date>,
    widest: Option<Step>,
}

/// From this header on, the dates are in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Turn {
    pub from: u64,
    pub order: DateOrder,
}

#[derive(Clone, Copy)]
struct Pending {
    from: u64,
    dates: u32,
}

/// A step between two neighbouring dates.
#[derive(Clone, Copy)]
struct Step {
    to: u64,
    days: u32,
}

impl Turns {
    /// The next date, read as day before month and as month before day, where that is possible.
    pub(super) fn add(&mut self, dmy: Option<Date>, mdy: Option<Date>) {
        let at = self.seen;
        self.seen = self.seen.saturating_add(1);
        let says = match (dmy, mdy) {
            (Some(_), None) => Some(DateOrder::Dmy),
            (None, Some(_)) => Some(DateOrder::Mdy),
            _ => None,
        };
        let Some(current) = self.current else {
            self.begin(says);
            return;
        };
        self.step(at, if current == DateOrder::Dmy { mdy } else { dmy });
        match says {
            Some(order) if order == current => self.stay(),
            Some(order) => self.doubt(at, order),
            None => {}
        }
    }

    /// Where the order changes; empty for the file of one order that nearly every file is.
    pub(super) fn turned(&self) -> &[Turn] {
        &self.turned
    }

    fn begin(&mut self, says: Option<DateOrder>) {
        self.current = says;
    }

    fn stay(&mut self) {
        self.pending = None;
        self.widest = None;
        self.last_other = None;
    }

    /// Where two exports meet, time jumps; the widest jump since the current order was last sure is that place.
    fn step(&mut self, at: u64, other: Option<Date>) {
        if let (Some(last), Some(now)) = (self.last_other, other)
            && self.pending.is_none()
        {
            let days = last.duration_until(now).as_hours().unsigned_abs() / 24;
            let days = u32::try_from(days).unwrap_or(u32::MAX);
            if self.widest.is_none_or(|widest| days > widest.days) {
                self.widest = Some(Step { to: at, days });
            }
        }
        self.last_other = other.or(self.last_other);
    }

    fn doubt(&mut self, at: u64, order: DateOrder) {
        let from = self.widest.map_or(at, |widest| widest.to);
        let pending = self.pending.get_or_insert(Pending { from, dates: 0 });
        pending.dates = pending.dates.saturating_add(1);
        if pending.dates < SURE || self.turned.len() >= MAX_TURNS {
            return;
        }
        if self.turned.is_empty() {
            self.turned
                .extend(self.current.map(|order| Turn { from: 0, order }));
        }
        self.turned.push(Turn {
            from: pending.from,
            order,
        });
        self.current = Some(order);
        self.stay();
    }
}
