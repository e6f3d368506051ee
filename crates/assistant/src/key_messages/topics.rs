//! Which words matter, and how close a message is to what else was said.

use std::collections::{HashMap, HashSet};

use super::bursts::Bursts;
use super::reading::Reading;

/// A message as a sparse vector of unit length over the chat's words: `(word, weight)`, by rising word.
type Vector = Vec<(u32, f32)>;

/// The vectors of all messages, their closeness to the middle of their burst and of the whole, and how rare words are.
pub(super) struct Topics {
    vectors: Vec<Vector>,
    rarity: Vec<f32>,
    dated: HashSet<u32>,
    in_burst: Vec<f32>,
    in_whole: Vec<f32>,
}

impl Topics {
    pub(super) fn of(readings: &[Reading], bursts: &Bursts) -> Self {
        let mut ids: HashMap<&str, u32> = HashMap::new();
        let bags: Vec<Vec<u32>> = readings.iter().map(|reading| bag(reading, &mut ids)).collect();
        let dated = readings.iter().flat_map(|reading| &reading.dated);
        let dated = dated.filter_map(|word| ids.get(word.as_str()).copied()).collect();
        let rarity = rarity(&bags, ids.len());
        let vectors: Vec<Vector> = bags.iter().map(|bag| vector(bag, &rarity)).collect();
        let in_whole = closeness(&vectors, ids.len(), 1, |_| 0);
        let in_burst = closeness(&vectors, ids.len(), bursts.count(), |at| bursts.burst(at));
        Self {
            vectors,
            rarity,
            dated,
            in_burst,
            in_whole,
        }
    }

    /// How close a message is to the middle of its burst, from 0 to 1.
    pub(super) fn in_burst(&self, at: usize) -> f32 {
        self.in_burst.get(at).copied().unwrap_or_default()
    }

    /// How close a message is to the middle of the whole chat, from 0 to 1.
    pub(super) fn in_whole(&self, at: usize) -> f32 {
        self.in_whole.get(at).copied().unwrap_or_default()
    }

    /// The sum of the rarities of a message's different words.
    pub(super) fn mass(&self, at: usize) -> f32 {
        self.vector(at).iter().map(|(word, _)| self.rarity(*word)).sum()
    }

    /// The cosine of two messages, from 0 to 1.
    pub(super) fn likeness(&self, a: usize, b: usize) -> f32 {
        common(self.vector(a), self.vector(b))
            .map(|(_, x, y)| x * y)
            .sum()
    }

    /// The rarities of the words that two messages share, summed; words of dates do not count.
    pub(super) fn shared(&self, a: usize, b: usize) -> f32 {
        let words = common(self.vector(a), self.vector(b)).map(|(word, _, _)| word);
        words
            .filter(|word| !self.dated.contains(word))
            .map(|word| self.rarity(word))
            .sum()
    }

    fn vector(&self, at: usize) -> &[(u32, f32)] {
        self.vectors.get(at).map_or(&[], Vec::as_slice)
    }

    fn rarity(&self, word: u32) -> f32 {
        self.rarity.get(word as usize).copied().unwrap_or_default()
    }
}

fn bag<'a>(reading: &'a Reading, ids: &mut HashMap<&'a str, u32>) -> Vec<u32> {
    let mut bag = Vec::with_capacity(reading.topical.len());
    for word in &reading.topical {
        let next = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        bag.push(*ids.entry(word).or_insert(next));
    }
    bag.sort_unstable();
    bag
}

/// ln(1 + N / n): how rare each word is among the messages.
fn rarity(bags: &[Vec<u32>], words: usize) -> Vec<f32> {
    let mut seen = vec![0_u32; words];
    for bag in bags {
        let mut last = None;
        for word in bag {
            if last != Some(word)
                && let Some(count) = seen.get_mut(*word as usize)
            {
                *count += 1;
            }
            last = Some(word);
        }
    }
    let all = as_float(bags.len());
    seen.into_iter()
        .map(|count| (1.0 + all / as_float(count as usize).max(1.0)).ln())
        .collect()
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a count of messages, far below the precision of f32"
)]
fn as_float(count: usize) -> f32 {
    count as f32
}

fn vector(bag: &[u32], rarity: &[f32]) -> Vector {
    let mut vector: Vector = Vec::with_capacity(bag.len());
    for word in bag {
        let weight = rarity.get(*word as usize).copied().unwrap_or_default();
        match vector.last_mut() {
            Some((last, sum)) if last == word => *sum += weight,
            _ => vector.push((*word, weight)),
        }
    }
    let length = vector
        .iter()
        .map(|(_, weight)| weight * weight)
        .sum::<f32>()
        .sqrt();
    if length > 0.0 {
        vector.iter_mut().for_each(|(_, weight)| *weight /= length);
    }
    vector
}

/// The cosine of each message with the middle of its group; groups come one after another.
fn closeness(vectors: &[Vector], words: usize, groups: usize, group: impl Fn(usize) -> usize) -> Vec<f32> {
    let mut members: Vec<Vec<usize>> = vec![Vec::new(); groups.max(1)];
    for at in 0..vectors.len() {
        if let Some(list) = members.get_mut(group(at)) {
            list.push(at);
        }
    }
    let mut close = vec![0.0; vectors.len()];
    let mut middle = vec![0.0_f32; words];
    for list in members {
        let list: Vec<(usize, &Vector)> = list
            .iter()
            .filter_map(|at| Some((*at, vectors.get(*at)?)))
            .collect();
        let mut touched: Vec<u32> = Vec::new();
        for (word, weight) in list.iter().flat_map(|(_, vector)| vector.iter()) {
            if let Some(sum) = middle.get_mut(*word as usize) {
                *sum += weight;
                touched.push(*word);
            }
        }
        measure(&list, &mut middle, touched, &mut close);
    }
    close
}

fn measure(list: &[(usize, &Vector)], middle: &mut [f32], mut touched: Vec<u32>, close: &mut [f32]) {
    touched.sort_unstable();
    touched.dedup();
    let value = |word: u32, middle: &[f32]| middle.get(word as usize).copied().unwrap_or_default();
    let length = touched
        .iter()
        .map(|word| value(*word, middle).powi(2))
        .sum::<f32>()
        .sqrt();
    for (at, vector) in list {
        let dot: f32 = vector
            .iter()
            .map(|(word, weight)| weight * value(*word, middle))
            .sum();
        if let Some(slot) = close.get_mut(*at)
            && length > 0.0
        {
            *slot = dot / length;
        }
    }
    for word in touched {
        if let Some(sum) = middle.get_mut(word as usize) {
            *sum = 0.0;
        }
    }
}

fn common<'a>(a: &'a [(u32, f32)], b: &'a [(u32, f32)]) -> impl Iterator<Item = (u32, f32, f32)> + 'a {
    let mut b = b.iter().peekable();
    a.iter().filter_map(move |(word, x)| {
        while b.peek().is_some_and(|(other, _)| other < word) {
            b.next();
        }
        b.peek()
            .filter(|(other, _)| other == word)
            .map(|(_, y)| (*word, *x, *y))
    })
}
