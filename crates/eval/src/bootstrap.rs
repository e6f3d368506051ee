//! Is the difference more than luck? A paired bootstrap over the units of a set (Efron and Tibshirani 1993, ch. 16).
//!
//! Both systems were scored on the same units; units are drawn again and again, with putting back, and the spread of
//! the resulting differences is the interval. It speaks of sets like this one, not of chats in general.

use serde::Serialize;

use crate::random::SplitMix64;

/// Enough that the ends of the interval move by less than a tenth of its width from seed to seed.
pub const RESAMPLES: usize = 5000;

const SEED: u64 = 0x736E_7567;

/// A difference between two systems.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// What was measured.
    pub mean: f64,
    /// The lower end of the 95 % interval.
    pub low: f64,
    /// The upper end of the 95 % interval.
    pub high: f64,
}

impl Difference {
    /// Whether the interval leaves out zero.
    #[must_use]
    pub fn is_clear(&self) -> bool {
        self.low > 0.0 || self.high < 0.0
    }
}

/// One unit (a dialogue, a chat): what each system got, out of how much.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Unit {
    /// What the first system got.
    pub ours: f64,
    /// What the second system got.
    pub theirs: f64,
    /// What there was to get: 1 for a mean over units, the number of facts for a share of all facts.
    pub weight: f64,
}

/// The difference of the two totals over the total weight, with its interval from [`RESAMPLES`] draws.
#[must_use]
pub fn difference(units: &[Unit]) -> Difference {
    resample(units, RESAMPLES, SEED)
}

fn resample(units: &[Unit], resamples: usize, seed: u64) -> Difference {
    let mut random = SplitMix64::new(seed);
    let mut draw = || ratio((0..units.len()).filter_map(|_| units.get(random.below(units.len()))));
    let mut drawn: Vec<f64> = (0..resamples).map(|_| draw()).collect();
    drawn.sort_by(f64::total_cmp);
    let tail = resamples / 40;
    let end = |at: usize| drawn.get(at).copied().unwrap_or(0.0);
    Difference {
        mean: ratio(units.iter()),
        low: end(tail),
        high: end(resamples.saturating_sub(tail + 1)),
    }
}

fn ratio<'a>(units: impl Iterator<Item = &'a Unit>) -> f64 {
    let (gain, weight) = units.fold((0.0, 0.0), |(gain, weight), unit| {
        (gain + unit.ours - unit.theirs, weight + unit.weight)
    });
    if weight > 0.0 { gain / weight } else { 0.0 }
}

/// One figure of the engine beside the best baseline's.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// Which figure.
    pub figure: &'static str,
    /// The baseline with the highest value of it.
    pub baseline: &'static str,
    /// The engine's value less the baseline's.
    pub difference: Difference,
}

/// Compares with the baseline whose total is highest; `None` where there is none, or where the lengths differ.
pub(crate) fn against_best(
    figure: &'static str,
    ours: &[f64],
    baselines: &[(&'static str, Vec<f64>)],
    weights: &[f64],
) -> Option<Comparison> {
    let total = |values: &[f64]| values.iter().sum::<f64>();
    let (baseline, theirs) = baselines
        .iter()
        .rev()
        .max_by(|a, b| total(&a.1).total_cmp(&total(&b.1)))?;
    if ours.len() != theirs.len() || ours.len() != weights.len() {
        return None;
    }
    let units: Vec<Unit> = ours
        .iter()
        .zip(theirs)
        .zip(weights)
        .map(|((ours, theirs), weight)| Unit {
            ours: *ours,
            theirs: *theirs,
            weight: *weight,
        })
        .collect();
    Some(Comparison {
        figure,
        baseline,
        difference: difference(&units),
    })
}

#[cfg(test)]
mod tests {
    use super::{Unit, against_best, difference, resample};

    fn units(pairs: &[(f64, f64)]) -> Vec<Unit> {
        pairs
            .iter()
            .map(|(ours, theirs)| Unit {
                ours: *ours,
                theirs: *theirs,
                weight: 1.0,
            })
            .collect()
    }

    fn noisy(n: usize, gain: f64) -> Vec<Unit> {
        (0..n)
            .map(|i| Unit {
                ours: gain + ((i * 7) % 11) as f64,
                theirs: ((i * 5) % 11) as f64,
                weight: 1.0,
            })
            .collect()
    }

    #[test]
    fn the_same_units_give_the_same_interval() {
        assert_eq!(difference(&noisy(60, 0.5)), difference(&noisy(60, 0.5)));
        assert_ne!(
            resample(&noisy(60, 0.5), 1000, 1),
            resample(&noisy(60, 0.5), 1000, 2)
        );
    }

    #[test]
    fn a_constant_gain_has_an_interval_without_width() {
        let found = difference(&units(&[(3.0, 1.0), (4.0, 2.0), (9.0, 7.0)]));
        assert_eq!((found.mean, found.low, found.high), (2.0, 2.0, 2.0));
        assert!(found.is_clear());
    }

    #[test]
    fn a_gain_within_the_noise_is_not_clear_and_a_large_one_is() {
        let small = difference(&noisy(55, 0.1));
        assert!(
            small.low < 0.1 && 0.1 < small.high && !small.is_clear(),
            "{small:?}"
        );
        let large = difference(&noisy(55, 5.0));
        assert!(large.is_clear() && (large.mean - 5.0).abs() < 1e-9, "{large:?}");
    }

    /// The standard error of a mean of n is s / sqrt(n): the interval's half width is about 1.96 of it.
    #[test]
    fn the_width_is_that_of_the_normal_approximation() {
        let units: Vec<Unit> = (0..400)
            .map(|i| Unit {
                ours: f64::from(i % 2),
                theirs: 0.0,
                weight: 1.0,
            })
            .collect();
        let found = difference(&units);
        let half = (found.high - found.low) / 2.0;
        assert!((half - 1.96 * 0.5 / 20.0).abs() < 0.005, "{found:?}");
    }

    #[test]
    fn weights_make_it_a_share_of_all() {
        let chats = [
            Unit {
                ours: 3.0,
                theirs: 1.0,
                weight: 4.0,
            },
            Unit {
                ours: 1.0,
                theirs: 1.0,
                weight: 6.0,
            },
        ];
        assert!((difference(&chats).mean - 0.2).abs() < 1e-12);
    }

    #[test]
    fn the_best_baseline_is_chosen_and_lengths_must_agree() {
        let baselines = [
            ("low", vec![0.0, 1.0]),
            ("high", vec![2.0, 2.0]),
            ("alike", vec![2.0, 2.0]),
        ];
        let found = against_best("f", &[3.0, 3.0], &baselines, &[1.0, 1.0]).unwrap();
        assert_eq!(
            (found.figure, found.baseline, found.difference.mean),
            ("f", "high", 1.0)
        );
        assert_eq!(against_best("f", &[3.0], &baselines, &[1.0]), None);
        assert_eq!(against_best("f", &[3.0], &[], &[1.0]), None);
    }

    #[test]
    fn no_units_no_difference() {
        let found = difference(&[]);
        assert_eq!((found.mean, found.low, found.high), (0.0, 0.0, 0.0));
    }
}
