//! What anybody would try first: reference points that an engine has to beat.
//!
//! Each picks whole messages among those that people wrote, empty ones aside. Where two rank alike, the earlier wins.

use std::collections::{BTreeSet, HashMap};

use assistant::{Message, Transcript};

use crate::graph;
use crate::line::Line;
use crate::random::SplitMix64;
use crate::tokens::words;

/// Beyond this many unread messages the two graph methods look at the newest only: their time grows with the square.
pub const MAX_GRAPH: usize = 2000;

/// LexRank's edge: pairs less alike than this have none (the value that Erkan and Radev settle on).
const LEXRANK_THRESHOLD: f64 = 0.1;

/// A way to pick messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Baseline {
    /// The first messages.
    Lead,
    /// The last messages.
    Tail,
    /// The messages with the most words.
    Longest,
    /// Any messages. The draw depends on the seed and on the chat's size.
    Random {
        /// Where the draw starts.
        seed: u64,
    },
    /// Mihalcea and Tarau 2004: common words over the logarithms of the lengths, random walk.
    TextRank,
    /// Erkan and Radev 2004: idf-modified cosine above a threshold, random walk. Their re-ranking against repetition,
    /// which is for many documents, is left out.
    LexRank,
}

impl Baseline {
    /// All of them, the seed being 1.
    pub const ALL: [Self; 6] = [
        Self::Lead,
        Self::Tail,
        Self::Longest,
        Self::Random { seed: 1 },
        Self::TextRank,
        Self::LexRank,
    ];

    /// Its name in tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lead => "lead",
            Self::Tail => "tail",
            Self::Longest => "longest",
            Self::Random { .. } => "random",
            Self::TextRank => "textrank",
            Self::LexRank => "lexrank",
        }
    }

    /// At most `k` indices into [`Transcript::unread`], rising.
    #[must_use]
    pub fn pick(self, transcript: &Transcript, k: usize) -> Vec<usize> {
        let candidates = candidates(transcript.unread());
        let mut picked: Vec<usize> = match self {
            Self::Lead => indices(&candidates).take(k).collect(),
            Self::Tail => indices(&candidates).rev().take(k).collect(),
            Self::Longest => best(&candidates, &lengths(&candidates), k),
            Self::Random { seed } => random(&candidates, k, seed),
            Self::TextRank => best_of_newest(&candidates, k, textrank),
            Self::LexRank => best_of_newest(&candidates, k, lexrank),
        };
        picked.sort_unstable();
        picked
    }

    /// The same as lines: one whole message each, in the order of the chat.
    #[must_use]
    pub fn lines(self, transcript: &Transcript, k: usize) -> Vec<Line> {
        let messages = self
            .pick(transcript, k)
            .into_iter()
            .filter_map(|at| transcript.unread().get(at));
        messages
            .map(|message| Line {
                text: message.text.clone(),
                cites: vec![message.n],
            })
            .collect()
    }
}

type Candidate<'a> = (usize, &'a Message);

fn candidates(unread: &[Message]) -> Vec<Candidate<'_>> {
    let said = |(_, message): &Candidate<'_>| message.author.is_some() && !message.text.trim().is_empty();
    unread.iter().enumerate().filter(said).collect()
}

fn indices(candidates: &[Candidate<'_>]) -> impl DoubleEndedIterator<Item = usize> {
    candidates.iter().map(|(at, _)| *at)
}

fn best(candidates: &[Candidate<'_>], ranks: &[f64], k: usize) -> Vec<usize> {
    let mut ranked: Vec<_> = indices(candidates).zip(ranks).collect();
    ranked.sort_by(|(a, rank_a), (b, rank_b)| near_order(**rank_b, **rank_a).then(a.cmp(b)));
    ranked.into_iter().take(k).map(|(at, _)| at).collect()
}

/// Ranks that differ only by the order in which floating-point numbers were added count as equal.
fn near_order(a: f64, b: f64) -> std::cmp::Ordering {
    let rounded = |rank: f64| (rank * 1e8).round();
    rounded(a).total_cmp(&rounded(b))
}

fn best_of_newest(
    candidates: &[Candidate<'_>],
    k: usize,
    ranks: fn(&[Vec<String>]) -> Vec<f64>,
) -> Vec<usize> {
    let newest = candidates
        .get(candidates.len().saturating_sub(MAX_GRAPH)..)
        .unwrap_or_default();
    best(newest, &ranks(&bags(newest)), k)
}

fn bags(candidates: &[Candidate<'_>]) -> Vec<Vec<String>> {
    candidates
        .iter()
        .map(|(_, message)| words(&message.text))
        .collect()
}

fn lengths(candidates: &[Candidate<'_>]) -> Vec<f64> {
    bags(candidates).iter().map(|words| words.len() as f64).collect()
}

/// Draws without putting back; the chat's size moves the start, so that not every chat gives the same places.
fn random(candidates: &[Candidate<'_>], k: usize, seed: u64) -> Vec<usize> {
    let bytes: usize = candidates.iter().map(|(_, message)| message.text.len()).sum();
    let mut random = SplitMix64::new(seed ^ ((bytes as u64) << 20));
    let mut left: Vec<usize> = indices(candidates).collect();
    (0..k.min(left.len()))
        .map(|_| left.swap_remove(random.below(left.len())))
        .collect()
}

fn textrank(bags: &[Vec<String>]) -> Vec<f64> {
    let nodes: Vec<(BTreeSet<&str>, f64)> = bags
        .iter()
        .map(|bag| {
            (
                bag.iter().map(String::as_str).collect(),
                (bag.len().max(1) as f64).ln(),
            )
        })
        .collect();
    graph::ranks(&graph::pairs(&nodes, 0.0, |(a, log_a), (b, log_b)| {
        let logs = log_a + log_b;
        if logs > 0.0 {
            a.intersection(b).count() as f64 / logs
        } else {
            0.0
        }
    }))
}

fn lexrank(bags: &[Vec<String>]) -> Vec<f64> {
    let idf = inverse_frequency(bags);
    let nodes: Vec<Vector<'_>> = bags.iter().map(|bag| Vector::new(bag, &idf)).collect();
    graph::ranks(&graph::pairs(&nodes, 1.0, |a, b| {
        f64::from(u8::from(a.cosine(b) > LEXRANK_THRESHOLD))
    }))
}

/// The logarithm of how rare a word is among the messages at hand.
fn inverse_frequency(bags: &[Vec<String>]) -> HashMap<&str, f64> {
    let mut holders: HashMap<&str, usize> = HashMap::new();
    for bag in bags {
        for word in bag.iter().map(String::as_str).collect::<BTreeSet<_>>() {
            *holders.entry(word).or_default() += 1;
        }
    }
    holders
        .into_iter()
        .map(|(word, count)| (word, (bags.len() as f64 / count as f64).ln()))
        .collect()
}

/// A message as its words' frequency times rarity, sorted by word so that sums come out alike each time.
struct Vector<'a> {
    weights: Vec<(&'a str, f64)>,
    norm: f64,
}

impl<'a> Vector<'a> {
    fn new(bag: &'a [String], idf: &HashMap<&str, f64>) -> Self {
        let mut words: Vec<&str> = bag.iter().map(String::as_str).collect();
        words.sort_unstable();
        let weights: Vec<_> = words
            .chunk_by(|a, b| a == b)
            .filter_map(|same| {
                let word = *same.first()?;
                Some((word, same.len() as f64 * idf.get(word).copied().unwrap_or(0.0)))
            })
            .collect();
        let norm = weights
            .iter()
            .map(|(_, weight)| weight * weight)
            .sum::<f64>()
            .sqrt();
        Self { weights, norm }
    }

    fn cosine(&self, other: &Self) -> f64 {
        let norms = self.norm * other.norm;
        if norms > 0.0 { self.dot(other) / norms } else { 0.0 }
    }

    fn dot(&self, other: &Self) -> f64 {
        let mut theirs = other.weights.iter().peekable();
        let common = self.weights.iter().filter_map(|(word, weight)| {
            while theirs.next_if(|(other, _)| other < word).is_some() {}
            theirs
                .next_if(|(other, _)| other == word)
                .map(|(_, other)| weight * other)
        });
        common.sum()
    }
}

#[cfg(test)]
mod tests {
    use super::Baseline;
    use assistant::{Message, Transcript};

    fn chat(texts: &[&str]) -> Transcript {
        let at = jiff::civil::date(2026, 3, 12).at(9, 0, 0, 0);
        let messages = (1..)
            .zip(texts)
            .map(|(n, text)| {
                let author = (!text.starts_with('*')).then_some(0);
                Message {
                    n,
                    at,
                    author,
                    text: (*text).to_owned(),
                }
            })
            .collect();
        Transcript {
            authors: vec!["Ana".to_owned()],
            messages,
            ..Transcript::default()
        }
    }

    #[test]
    fn lead_tail_and_longest_skip_what_nobody_said() {
        let chat = chat(&[
            "*Ana joined",
            "one",
            "  ",
            "two of them",
            "three",
            "four in a row",
        ]);
        assert_eq!(Baseline::Lead.pick(&chat, 2), [1, 3]);
        assert_eq!(Baseline::Tail.pick(&chat, 2), [4, 5]);
        assert_eq!(Baseline::Longest.pick(&chat, 2), [3, 5]);
        assert_eq!(
            Baseline::Longest.pick(&chat, 3),
            [1, 3, 5],
            "the earlier of two alike"
        );
        assert_eq!(Baseline::Lead.pick(&chat, 99), [1, 3, 4, 5]);
    }

    #[test]
    fn only_unread_messages_are_picked_and_numbered_from_the_first_of_them() {
        let read = Transcript {
            unread_from: 2,
            ..chat(&["read", "read", "a", "b"])
        };
        for baseline in Baseline::ALL {
            assert_eq!(baseline.pick(&read, 5), [0, 1], "{}", baseline.as_str());
            let cites: Vec<_> = baseline
                .lines(&read, 5)
                .into_iter()
                .map(|line| (line.text, line.cites))
                .collect();
            assert_eq!(cites, [("a".to_owned(), vec![3]), ("b".to_owned(), vec![4])]);
        }
    }

    #[test]
    fn nothing_unread_gives_nothing() {
        let read = Transcript {
            unread_from: 9,
            ..chat(&["a"])
        };
        for baseline in Baseline::ALL {
            assert!(baseline.pick(&read, 3).is_empty());
            assert!(baseline.pick(&chat(&["a"]), 0).is_empty());
        }
    }

    #[test]
    fn random_repeats_with_its_seed_and_changes_without() {
        let texts: Vec<String> = (0..60).map(|i| format!("message {i}")).collect();
        let chat = chat(&texts.iter().map(String::as_str).collect::<Vec<_>>());
        let pick = |seed| Baseline::Random { seed }.pick(&chat, 10);
        assert_eq!(pick(7), pick(7));
        assert_ne!(pick(7), pick(8));
        assert_eq!(pick(7).len(), 10);
        assert!(pick(7).is_sorted_by(|a, b| a < b));
    }

    /// The third message shares words with both others, which share none with each other; the last is alone.
    #[test]
    fn textrank_finds_the_message_that_links_the_others() {
        let chat = chat(&[
            "boiler leaks badly",
            "landlord visits tuesday",
            "boiler leaks landlord visits",
            "nice cat",
        ]);
        assert_eq!(Baseline::TextRank.pick(&chat, 1), [2]);
        assert_eq!(Baseline::TextRank.pick(&chat, 3), [0, 1, 2]);
    }

    /// One common word weighs more between short messages: 1 / (ln 2 + ln 2) against 1 / (ln 2 + ln 6).
    #[test]
    fn textrank_discounts_long_messages() {
        let chat = chat(&["cheese one two three four five", "cheese six", "cheese seven"]);
        assert_eq!(Baseline::TextRank.pick(&chat, 2), [1, 2]);
    }

    #[test]
    fn lexrank_finds_the_centre() {
        let chat = chat(&[
            "boiler leaks badly",
            "landlord visits tuesday",
            "boiler leaks landlord visits",
            "nice cat",
            "who ate cheese",
        ]);
        assert_eq!(Baseline::LexRank.pick(&chat, 1), [2]);
    }

    /// A word that stands in every message says nothing (its idf is 0), so that only `boiler` makes edges.
    #[test]
    fn lexrank_forgets_words_that_all_messages_hold() {
        let chat = chat(&[
            "well cat",
            "well boiler now",
            "well cheese",
            "well boiler tonight",
            "well bins",
        ]);
        let weights = super::lexrank(&super::bags(&super::candidates(chat.unread())));
        assert!((weights[1] - weights[3]).abs() < 1e-9);
        assert!((weights[0] - weights[2]).abs() < 1e-9);
        let textrank = super::textrank(&super::bags(&super::candidates(chat.unread())));
        assert!(textrank[1] > textrank[0], "there the pair is linked twice");
    }

    #[test]
    fn beyond_the_limit_only_the_newest_are_ranked() {
        let texts = vec!["same words here"; super::MAX_GRAPH + 3];
        let picked = Baseline::TextRank.pick(&chat(&texts), 1);
        assert_eq!(picked, [3]);
    }
}
