//! Which messages a model is shown, and in which pieces.
//!
//! Budgets are in tokens of the model. Where not everything fits, whoever has been given least so far gets the next
//! message in, the newest first: somebody who floods a chat takes what others leave and pushes nobody out. One message
//! takes at most a quarter of a window; a longer one is shown up to there. What is left out and what is shortened is counted.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};

use super::clean::clean;
use super::draft::Looked;
use super::names::Names;
use super::prompt;
use crate::{Engine, Message};

/// What of a message is shown at least, in characters, where it is shown at all.
const SHORTEST: usize = 16;
/// What follows a text that is not whole.
const CUT: &str = " (cut)";

/// The messages that are shown.
#[derive(Debug, Default)]
pub(crate) struct Window {
    /// Pieces in the order of the chat, each small enough for one prompt.
    pub(crate) pieces: Vec<Piece>,
    /// What they cover; `None` where there is nothing.
    pub(crate) looked: Option<Looked>,
}

/// Messages for one prompt.
#[derive(Debug, Default)]
pub(crate) struct Piece {
    /// Their numbers.
    pub(crate) ids: Vec<u32>,
    /// Their lines.
    pub(crate) lines: String,
}

struct Entry {
    n: u32,
    line: String,
    cost: usize,
    is_shortened: bool,
}

/// Chooses from the messages of people that a task is about. `budget` is for one piece.
pub(crate) fn choose(
    part: &[&Message],
    names: &Names,
    engine: &dyn Engine,
    budget: usize,
    most_pieces: usize,
) -> Window {
    let most = if most_pieces <= 1 {
        budget
    } else {
        // No entry takes more than a quarter, so that no piece is less than three quarters full.
        budget.saturating_mul(most_pieces) / 4 * 3
    };
    let entries = affordable(part, names, engine, budget, most);
    let mut queues: BTreeMap<u16, Vec<(usize, usize)>> = BTreeMap::new();
    for (at, (author, entry)) in entries.iter().enumerate() {
        queues.entry(*author).or_default().push((at, entry.cost));
    }
    let mut kept = share(queues.into_values().collect(), most);
    // Entries go from the newest to the oldest.
    kept.sort_unstable_by_key(|at| Reverse(*at));
    let shown: Vec<&Entry> = kept
        .iter()
        .filter_map(|at| entries.get(*at))
        .map(|(_, entry)| entry)
        .collect();
    Window {
        looked: looked(&shown, part.len()),
        pieces: pieces(&shown, budget),
    }
}

/// Lines from the newest message to the oldest, of each author no more than could be shown at all.
fn affordable(
    part: &[&Message],
    names: &Names,
    engine: &dyn Engine,
    budget: usize,
    most: usize,
) -> Vec<(u16, Entry)> {
    let mut spent: HashMap<u16, usize> = HashMap::new();
    let mut entries = Vec::new();
    for message in part.iter().rev() {
        let Some(author) = message.author else { continue };
        let spent = spent.entry(author).or_default();
        if *spent >= most {
            continue;
        }
        match entry(message, names.of_author(Some(author)), engine, budget / 4) {
            Some(entry) => {
                *spent = spent.saturating_add(entry.cost);
                entries.push((author, entry));
            }
            // It does not fit at all; no older one of the same author stands in for it.
            None => *spent = most,
        }
    }
    entries
}

fn entry(message: &Message, name: &str, engine: &dyn Engine, most: usize) -> Option<Entry> {
    let text = clean(&message.text);
    let line = |text: &str| prompt::line(message, name, text);
    // A line costs at least a token, whatever the engine says, so that no engine gets endless prompts.
    let cost = |line: &str| engine.tokens(line).max(1).saturating_add(1);
    let whole = line(&text);
    let whole_cost = cost(&whole);
    if whole_cost <= most {
        return Some(Entry {
            n: message.n,
            line: whole,
            cost: whole_cost,
            is_shortened: false,
        });
    }
    let mut length = text.chars().count();
    while length > SHORTEST {
        length = length / 4 * 3;
        let start: String = text.chars().take(length).collect();
        let line = line(&format!("{}{CUT}", start.trim_end()));
        let cost = cost(&line);
        if cost <= most {
            return Some(Entry {
                n: message.n,
                line,
                cost,
                is_shortened: true,
            });
        }
    }
    None
}

/// Divides `most` among queues of (place, cost): whoever has least so far is next, and of those with equal shares the
/// one whose next entry stands first. A queue whose next entry does not fit any more ends. Gives the places.
pub(crate) fn share(queues: Vec<Vec<(usize, usize)>>, most: usize) -> Vec<usize> {
    let mut left = most;
    let mut kept = Vec::new();
    let mut queues: Vec<_> = queues
        .into_iter()
        .map(|queue| queue.into_iter().peekable())
        .collect();
    let mut waiting = BinaryHeap::new();
    for (index, queue) in queues.iter_mut().enumerate() {
        waiting.extend(queue.peek().map(|(at, _)| Reverse((0_usize, *at, index))));
    }
    while let Some(Reverse((spent, _, index))) = waiting.pop() {
        let Some(queue) = queues.get_mut(index) else {
            continue;
        };
        let Some((at, cost)) = queue.next_if(|(_, cost)| *cost <= left) else {
            continue;
        };
        left = left.saturating_sub(cost);
        kept.push(at);
        waiting.extend(
            queue
                .peek()
                .map(|(at, _)| Reverse((spent.saturating_add(cost), *at, index))),
        );
    }
    kept
}

fn pieces(shown: &[&Entry], budget: usize) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut left = 0;
    for entry in shown {
        if pieces.is_empty() || entry.cost > left {
            pieces.push(Piece::default());
            left = budget;
        }
        left = left.saturating_sub(entry.cost);
        if let Some(piece) = pieces.last_mut() {
            piece.ids.push(entry.n);
            piece.lines.push_str(&entry.line);
        }
    }
    pieces
}

fn looked(shown: &[&Entry], asked: usize) -> Option<Looked> {
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Some(Looked {
        first: shown.first()?.n,
        last: shown.last()?.n,
        shown: count(shown.len()),
        left_out: count(asked.saturating_sub(shown.len())),
        shortened: count(shown.iter().filter(|entry| entry.is_shortened).count()),
    })
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn whoever_floods_pushes_nobody_out() {
        let flood: Vec<(usize, usize)> = (10..1000).map(|at| (at, 10)).collect();
        let other = vec![(3, 10), (5, 10), (2000, 10)];
        let mut kept = share(vec![flood, other], 100);
        kept.sort_unstable();
        assert_eq!(kept.len(), 10);
        assert!([3, 5, 2000].iter().all(|at| kept.contains(at)), "{kept:?}");
    }

    #[test]
    fn what_does_not_fit_ends_its_queue_only() {
        let mut kept = share(vec![vec![(0, 200), (1, 1)], vec![(2, 30), (3, 30)]], 100);
        kept.sort_unstable();
        assert_eq!(kept, [2, 3]);
    }

    #[test]
    fn many_who_want_a_little_still_get_it() {
        let queues: Vec<_> = (0..1000).map(|at| vec![(at, 30)]).collect();
        assert_eq!(share(queues, 100), [0, 1, 2]);
    }
}
