//! Which messages stand in the middle: a random walk over a graph of messages.

/// How likely the walk follows an edge rather than jumping anywhere (Brin and Page 1998; both papers use it).
const DAMPING: f64 = 0.85;
/// Where the walk has settled: no rank moves by more.
const TOLERANCE: f64 = 1e-9;
/// 0.85 to the power of 200 is below 1e-14.
const MAX_STEPS: usize = 200;

/// The rank of each node, adding up to 1 where every node has an edge. `weights` holds a row of edge weights, none
/// negative, for each node.
pub(crate) fn ranks(weights: &[Vec<f64>]) -> Vec<f64> {
    let nodes = weights.len().max(1) as f64;
    let totals: Vec<f64> = weights.iter().map(|row| row.iter().sum()).collect();
    let mut ranks = vec![1.0 / nodes; weights.len()];
    for _ in 0..MAX_STEPS {
        let next = step(weights, &totals, &ranks, nodes);
        let moved = ranks
            .iter()
            .zip(&next)
            .map(|(a, b)| (a - b).abs())
            .fold(0.0, f64::max);
        ranks = next;
        if moved < TOLERANCE {
            break;
        }
    }
    ranks
}

fn step(weights: &[Vec<f64>], totals: &[f64], ranks: &[f64], nodes: f64) -> Vec<f64> {
    let mut next = vec![(1.0 - DAMPING) / nodes; ranks.len()];
    for ((row, total), rank) in weights.iter().zip(totals).zip(ranks) {
        if *total > 0.0 {
            for (rank_of_other, weight) in next.iter_mut().zip(row) {
                *rank_of_other += DAMPING * rank * weight / total;
            }
        }
    }
    next
}

/// The symmetric matrix of what `weight` says of each pair of nodes, with `of_self` on the diagonal.
pub(crate) fn pairs<T>(nodes: &[T], of_self: f64, weight: impl Fn(&T, &T) -> f64) -> Vec<Vec<f64>> {
    let row = |i: usize, a: &T| {
        nodes
            .iter()
            .enumerate()
            .map(|(j, b)| if i == j { of_self } else { weight(a, b) })
            .collect()
    };
    nodes.iter().enumerate().map(|(i, a)| row(i, a)).collect()
}

#[cfg(test)]
mod tests {
    use super::{DAMPING, pairs, ranks};

    #[test]
    fn the_middle_of_a_star_ranks_as_computed() {
        let star = pairs(
            &[0, 1, 2, 3],
            0.0,
            |a, b| if *a == 0 || *b == 0 { 1.0 } else { 0.0 },
        );
        let found = ranks(&star);
        // centre = (1-d)/4 + 3 d leaf, leaf = (1-d)/4 + d centre / 3
        let centre = 0.25 * (1.0 + 3.0 * DAMPING) / (1.0 + DAMPING);
        assert!((found[0] - centre).abs() < 1e-6, "{found:?}");
        assert!(
            found[1..]
                .iter()
                .all(|leaf| (leaf - (1.0 - centre) / 3.0).abs() < 1e-6)
        );
    }

    #[test]
    fn a_heavier_edge_gives_a_higher_rank() {
        let weights = vec![vec![0.0, 3.0, 1.0], vec![3.0, 0.0, 0.0], vec![1.0, 0.0, 0.0]];
        let found = ranks(&weights);
        assert!(found[0] > found[1] && found[1] > found[2], "{found:?}");
    }

    #[test]
    fn no_edge_and_no_node_do_no_harm() {
        let lonely = ranks(&[vec![0.0, 0.0], vec![0.0, 0.0]]);
        assert!((lonely[0] - lonely[1]).abs() < f64::EPSILON);
        assert!(ranks(&[]).is_empty());
    }
}
