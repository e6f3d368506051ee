//! Safety numbers: what two people compare to know that nobody stands between them (R2).

use sha2::{Digest as _, Sha256};

use crate::identity::AccountId;

const LABEL: &[u8] = b"snug safety number";
/// Twelve groups of five digits: 199 bits of a hash over both account keys.
const GROUPS: usize = 12;

/// Sixty digits, the same for both.
#[must_use]
pub fn safety_number(one: AccountId, other: AccountId) -> String {
    let (first, second) = (one.min(other), one.max(other));
    let half = |number: u8| {
        let hash = Sha256::new().chain_update(LABEL).chain_update([number]);
        <[u8; 32]>::from(hash.chain_update(first.0).chain_update(second.0).finalize())
    };
    let bytes = [half(0), half(1)].concat();
    let groups = bytes.chunks_exact(5).take(GROUPS).map(|five| {
        let value = five
            .iter()
            .fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        format!("{:05}", value % 100_000)
    });
    groups.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_see_the_same_and_nobody_else_does() {
        let [ana, bob, eve] = [1, 2, 3].map(|byte| AccountId([byte; 32]));
        assert_eq!(safety_number(ana, bob), safety_number(bob, ana));
        assert_ne!(safety_number(ana, bob), safety_number(ana, eve));
        let digits: Vec<_> = safety_number(ana, bob).split(' ').map(str::len).collect();
        assert_eq!(digits, [5; 12]);
    }
}
