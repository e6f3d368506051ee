//! ROUGE-1, ROUGE-2 and ROUGE-L (Lin 2004) as F1, counted as PyPI `rouge-score` counts them.
//!
//! ROUGE-L here is the longest common subsequence of the two whole texts; line breaks mean nothing. (`rouge-score`
//! calls that `rougeL`; its `rougeLsum` is another measure.)

use std::collections::HashMap;
use std::hash::Hash;

use serde::Serialize;

use crate::Tokenizer;

/// Three F1 values, each between 0 and 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Rouge {
    /// Overlap of words.
    pub rouge1: f64,
    /// Overlap of pairs of neighbouring words.
    pub rouge2: f64,
    /// Longest common subsequence of words.
    #[serde(rename = "rougeL")]
    pub rouge_l: f64,
}

/// Compares a text with a reference.
#[must_use]
pub fn score(reference: &str, text: &str, tokenizer: Tokenizer) -> Rouge {
    let reference = tokenizer.tokens(reference);
    let text = tokenizer.tokens(text);
    Rouge {
        rouge1: overlap(&grams(&reference, 1), &grams(&text, 1)),
        rouge2: overlap(&grams(&reference, 2), &grams(&text, 2)),
        rouge_l: f1(common_subsequence(&reference, &text), reference.len(), text.len()),
    }
}

/// The mean over several references; zeros where there is none.
#[must_use]
pub fn score_mean<'a>(
    references: impl IntoIterator<Item = &'a str>,
    text: &str,
    tokenizer: Tokenizer,
) -> Rouge {
    mean(
        &references
            .into_iter()
            .map(|reference| score(reference, text, tokenizer))
            .collect::<Vec<_>>(),
    )
}

/// The mean of each value; zeros where there is none.
#[must_use]
pub fn mean(scores: &[Rouge]) -> Rouge {
    let share = |value: fn(&Rouge) -> f64| scores.iter().map(value).sum::<f64>() / scores.len().max(1) as f64;
    Rouge {
        rouge1: share(|s| s.rouge1),
        rouge2: share(|s| s.rouge2),
        rouge_l: share(|s| s.rouge_l),
    }
}

fn grams(tokens: &[String], n: usize) -> HashMap<&[String], usize> {
    let mut counts = HashMap::new();
    for gram in tokens.windows(n) {
        *counts.entry(gram).or_default() += 1;
    }
    counts
}

fn overlap<K: Eq + Hash>(reference: &HashMap<K, usize>, text: &HashMap<K, usize>) -> f64 {
    let common = reference
        .iter()
        .map(|(gram, count)| text.get(gram).map_or(0, |other| *count.min(other)));
    f1(common.sum(), reference.values().sum(), text.values().sum())
}

/// The harmonic mean of precision and recall.
fn f1(common: usize, reference: usize, text: usize) -> f64 {
    if common == 0 {
        return 0.0;
    }
    2.0 * common as f64 / (reference + text) as f64
}

/// The length of the longest common subsequence, in the memory of one row.
fn common_subsequence<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    let mut row = vec![0; b.len()];
    for x in a {
        let (mut diagonal, mut left) = (0, 0);
        for (y, cell) in b.iter().zip(&mut row) {
            let above = *cell;
            *cell = if x == y { diagonal + 1 } else { left.max(above) };
            (diagonal, left) = (above, *cell);
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{Rouge, common_subsequence, mean, score, score_mean};
    use crate::Tokenizer;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    fn close(found: Rouge, expected: [f64; 3]) {
        for (a, b) in [found.rouge1, found.rouge2, found.rouge_l].iter().zip(expected) {
            assert!((a - b).abs() < 1e-12, "{found:?} is not {expected:?}");
        }
    }

    #[test]
    fn counted_by_hand() {
        // 5 of 6 words are common, 3 of 5 pairs; "the cat on the mat" is the longest subsequence.
        close(
            score(
                "the cat sat on the mat",
                "the cat lay on the mat",
                Tokenizer::Plain,
            ),
            [5. / 6., 0.6, 5. / 6.],
        );
        // Reference 3 words, text 5: common 2, no pair, and the order allows one word only.
        close(
            score(
                "boiler leaks tonight",
                "tonight at nine the boiler",
                Tokenizer::Plain,
            ),
            [0.5, 0.0, 0.25],
        );
    }

    #[test]
    fn a_repeated_word_counts_as_often_as_both_texts_hold_it() {
        close(
            score("no no yes", "no no no no", Tokenizer::Plain),
            [4. / 7., 2. / 5., 4. / 7.],
        );
    }

    #[test]
    fn stems_meet_where_plain_words_do_not() {
        close(
            score("the boilers leaked", "the boiler leaking", Tokenizer::Stemmed),
            [1.0, 1.0, 1.0],
        );
        close(
            score("the boilers leaked", "the boiler leaking", Tokenizer::Plain),
            [1. / 3., 0.0, 1. / 3.],
        );
    }

    #[test]
    fn unicode_words_count_where_ascii_words_do_not() {
        close(score("मिलते हैं", "मिलते हैं", Tokenizer::Stemmed), [0.0; 3]);
        close(score("मिलते हैं", "मिलते हैं", Tokenizer::Unicode), [1.0; 3]);
    }

    #[test]
    fn nothing_scores_nothing() {
        for (a, b) in [("", ""), ("a", ""), ("", "a"), ("!", "?")] {
            close(score(a, b, Tokenizer::default()), [0.0; 3]);
        }
        close(mean(&[]), [0.0; 3]);
    }

    #[test]
    fn several_references_count_alike() {
        close(
            score_mean(["a b", "c d"], "a b", Tokenizer::Plain),
            [0.5, 0.5, 0.5],
        );
    }

    /// What PyPI `rouge-score` 0.1.2 prints for the same pairs, with the stemmer.
    #[test]
    fn agrees_with_rouge_score() {
        let known = [
            (
                "Priya asks the landlord to repair the boiler, which has been leaking since Sunday.",
                "the boiler's leaking again!! Since Sunday. Has anyone asked the landlord about repairs?",
                [0.7142857142857143, 0.3076923076923077, 0.35714285714285715],
            ),
            (
                "Two flatmates argued about cheese and finally agreed to label everything.",
                "Agreed: labels on everything. The cheese argument is finally over\nnobody mention the cheese",
                [0.4, 0.0, 0.23999999999999996],
            ),
            (
                "The party moves to Saturday at 8.",
                "party: saturday 8pm not friday, moving it",
                [0.42857142857142855, 0.0, 0.2857142857142857],
            ),
            (
                "Tom apologises for flies, skies and dying plants.",
                "apologies about the sky, the fly and the plant that died",
                [0.4210526315789474, 0.0, 0.3157894736842105],
            ),
        ];
        for (reference, text, expected) in known {
            close(score(reference, text, Tokenizer::default()), expected);
        }
    }

    /// The textbook definition, for short sequences only.
    fn by_definition(a: &[u8], b: &[u8]) -> usize {
        match (a.split_first(), b.split_first()) {
            (Some((x, a)), Some((y, b))) if x == y => 1 + by_definition(a, b),
            (Some((_, rest_a)), Some((_, rest_b))) => by_definition(rest_a, b).max(by_definition(a, rest_b)),
            _ => 0,
        }
    }

    proptest! {
        #[test]
        fn the_subsequence_is_as_long_as_defined(
            a in proptest::collection::vec(0_u8..4, 0..9),
            b in proptest::collection::vec(0_u8..4, 0..9),
        ) {
            prop_assert_eq!(common_subsequence(&a, &b), by_definition(&a, &b));
        }

        #[test]
        fn the_subsequence_is_symmetric_and_bounded(
            a in proptest::collection::vec(0_u8..6, 0..60),
            b in proptest::collection::vec(0_u8..6, 0..60),
        ) {
            let length = common_subsequence(&a, &b);
            prop_assert_eq!(length, common_subsequence(&b, &a));
            prop_assert!(length <= a.len().min(b.len()));
            prop_assert_eq!(common_subsequence(&a, &a), a.len());
        }

        #[test]
        fn a_whole_inside_another_is_found(
            a in proptest::collection::vec(0_u8..6, 0..40),
            keep in proptest::collection::vec(proptest::bool::ANY, 40),
        ) {
            let part: Vec<u8> = a.iter().zip(keep).filter_map(|(x, kept)| kept.then_some(*x)).collect();
            prop_assert_eq!(common_subsequence(&a, &part), part.len());
        }

        #[test]
        fn values_lie_between_nothing_and_all(a in ".{0,80}", b in ".{0,80}") {
            for tokenizer in [Tokenizer::Stemmed, Tokenizer::Plain, Tokenizer::Unicode] {
                let found = score(&a, &b, tokenizer);
                for value in [found.rouge1, found.rouge2, found.rouge_l] {
                    prop_assert!((0.0..=1.0).contains(&value));
                }
                prop_assert!(found.rouge_l <= found.rouge1 + 1e-12);
            }
        }
    }
}
