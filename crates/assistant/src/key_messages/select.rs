//! The best messages, without repeats: maximal marginal relevance over a bounded number of candidates.

use std::collections::HashSet;

use crate::Extract;

use super::score::Scores;
use super::{Chat, Tuning, quote};

/// Candidates that are looked at for each line wanted, and at least [`FEWEST`].
const PER_LINE: usize = 6;
const FEWEST: usize = 120;
/// Lines this close to a chosen one in the chat are likely about the same thing.
const BESIDE: usize = 3;

/// Chooses lines one by one, each with the neighbours that it needs; no message is cited twice.
pub(super) fn choose(chat: &Chat<'_>, scores: &Scores, items: usize, tuning: &Tuning) -> Vec<Extract> {
    let candidates = candidates(chat, scores, items);
    let mut penalties = vec![0.0_f32; candidates.len()];
    let mut used = HashSet::new();
    let mut lines = Vec::new();
    while lines.len() < items {
        let worth =
            |index: usize, at: usize| scores.of(at) - penalties.get(index).copied().unwrap_or_default();
        let free = candidates
            .iter()
            .enumerate()
            .filter(|(_, at)| !used.contains(*at));
        let best = free
            .map(|(index, at)| (worth(index, *at), *at))
            .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
        let Some((_, lead)) = best else { break };
        let line = quote::line(chat, scores, lead, &mut used);
        lines.push(line);
        candidates.iter().zip(&mut penalties).for_each(|(at, penalty)| {
            *penalty = penalty.max(cost(chat, *at, lead, tuning));
        });
    }
    lines
}

/// What a candidate loses because `lead` was chosen.
fn cost(chat: &Chat<'_>, at: usize, lead: usize, tuning: &Tuning) -> f32 {
    let beside = at.abs_diff(lead) <= BESIDE && chat.bursts.burst(at) == chat.bursts.burst(lead);
    tuning.repeat * chat.topics.likeness(at, lead) + if beside { tuning.beside } else { 0.0 }
}

fn candidates(chat: &Chat<'_>, scores: &Scores, items: usize) -> Vec<usize> {
    let mut list: Vec<usize> = chat
        .unread()
        .filter(|at| is_candidate(chat, scores, *at))
        .collect();
    list.sort_by(|a, b| scores.of(*b).total_cmp(&scores.of(*a)).then(a.cmp(b)));
    list.truncate((items * PER_LINE).max(FEWEST));
    list
}

/// Written by somebody else, not empty, and still true as far as the chat tells.
fn is_candidate(chat: &Chat<'_>, scores: &Scores, at: usize) -> bool {
    let mine = |author: Option<u16>| chat.transcript.me.is_some() && author == chat.transcript.me;
    chat.readings
        .get(at)
        .is_some_and(|reading| !reading.empty && !mine(reading.author))
        && scores.updates.latest(at).is_none()
}
