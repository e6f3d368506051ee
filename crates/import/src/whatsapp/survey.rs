//! The first pass: which shapes the headers have, which are the file's own, in which order their dates are, who
//! writes.

use std::iter::Peekable;

use super::header::{Header, Headers, Shape};
use super::marks::Phrases;
use super::order::{Decided, Tally};
use super::people::People;
use super::turns::Turn;
use crate::input::{Input, Pass};
use crate::{DateOrder, ImportError, Options};

/// Shapes that are counted. There are some hundred at all; a true export has one.
const MAX_SHAPES: usize = 256;

/// A further shape is the file's own when it has this many headers, in long runs.
const SURE_HEADERS: u64 = 20;

/// How long such runs are on average. A chat pasted into a message is a short run among others.
const SURE_RUN: u64 = 10;

/// A further shape at the beginning or end of the file needs this many headers, and a tenth of all.
const FEW_HEADERS: u64 = 3;

/// What the first pass found.
pub(super) struct Survey {
    pub orders: Vec<Order>,
    /// The dates are not all in one order.
    pub mixed: bool,
    pub people: People,
    /// The order of the shape that most headers have.
    pub main: Decided,
}

/// The order of the dates of one shape, header by header.
pub(super) struct Order {
    pub shape: Shape,
    decided: DateOrder,
    turns: Peekable<std::vec::IntoIter<Turn>>,
    seen: u64,
}

struct Seen {
    shape: Shape,
    tally: Tally,
    headers: u64,
    runs: u64,
}

struct Count {
    shapes: Vec<Seen>,
    first: Option<Shape>,
    /// Where the last header's shape is counted.
    last: Option<usize>,
    total: u64,
}

pub(super) fn survey(
    input: &Input<'_>,
    options: &Options<'_>,
    phrases: &Phrases,
) -> Result<Survey, ImportError> {
    let mut count = Count {
        shapes: Vec::new(),
        first: None,
        last: None,
        total: 0,
    };
    let mut people = People::new();
    let mut headers = Headers::default();
    let mut lines = input.lines(options, Pass { number: 1, of: 2 })?;
    while let Some(line) = lines.next()? {
        if let Some(header) = headers.parse(&line.text) {
            count.add(&header);
            people.add(header.rest, header.shape.bracket, phrases);
        }
    }
    count.finish(people, options)
}

impl Order {
    /// The order of the next header of this shape.
    pub(super) fn next(&mut self) -> DateOrder {
        if let Some(turn) = self.turns.next_if(|turn| turn.from <= self.seen) {
            self.decided = turn.order;
        }
        self.seen = self.seen.saturating_add(1);
        self.decided
    }
}

/// Where the order changes, unless the caller gave one.
fn turns(seen: &Seen, options: &Options<'_>) -> Vec<Turn> {
    match options.date_order {
        Some(_) => Vec::new(),
        None => seen.tally.turned().to_vec(),
    }
}

impl Count {
    fn add(&mut self, header: &Header<'_>) {
        let Some(at) = self.place(header.shape) else {
            return;
        };
        let new_run = self.last.replace(at) != Some(at);
        if let Some(seen) = self.shapes.get_mut(at) {
            seen.tally.add(header);
            seen.headers = seen.headers.saturating_add(1);
            seen.runs = seen.runs.saturating_add(u64::from(new_run));
        }
        self.total = self.total.saturating_add(1);
        self.first = self.first.or(Some(header.shape));
    }

    fn place(&mut self, shape: Shape) -> Option<usize> {
        let known = |at: &usize| self.shapes.get(*at).is_some_and(|seen| seen.shape == shape);
        if let Some(at) = self.last.filter(known) {
            return Some(at);
        }
        if let Some(at) = self.shapes.iter().position(|seen| seen.shape == shape) {
            return Some(at);
        }
        if self.shapes.len() >= MAX_SHAPES {
            return None;
        }
        self.shapes.push(Seen {
            shape,
            tally: Tally::new(),
            headers: 0,
            runs: 0,
        });
        self.shapes.len().checked_sub(1)
    }

    fn finish(&self, people: People, options: &Options<'_>) -> Result<Survey, ImportError> {
        let most = self
            .shapes
            .iter()
            .rev()
            .max_by_key(|seen| seen.headers)
            .ok_or(ImportError::UnknownText)?;
        let decide = |seen: &Seen| seen.tally.decide(seen.shape, options.date_order);
        let own = self
            .shapes
            .iter()
            .filter(|seen| seen.shape == most.shape || self.is_own(seen));
        let orders: Vec<Order> = own
            .map(|seen| Order {
                shape: seen.shape,
                decided: decide(seen).order,
                turns: turns(seen, options).into_iter().peekable(),
                seen: 0,
            })
            .collect();
        let main = decide(most);
        let mixed = orders
            .iter()
            .any(|order| order.decided != main.order || order.turns.len() > 0);
        Ok(Survey {
            orders,
            mixed,
            people,
            main,
        })
    }

    /// Whether a shape that is not the main one is the file's own, as when two exports were put together, and not
    /// something quoted in a message.
    fn is_own(&self, seen: &Seen) -> bool {
        let first = self.first == Some(seen.shape);
        let last = self
            .last
            .and_then(|at| self.shapes.get(at))
            .is_some_and(|last| last.shape == seen.shape);
        let many = seen.headers >= FEW_HEADERS && seen.headers >= self.total / 10;
        let in_runs = seen.headers >= SURE_HEADERS && seen.headers >= seen.runs.saturating_mul(SURE_RUN);
        first || (last && many) || in_runs
    }
}
