//! Honest bytes with a few of them changed: what random bytes rarely come near.

/// One of the honest frames, by the first byte, cut by the second, with the changes that the rest says: place (2), change.
pub fn damaged(honest: &[Vec<u8>], by: &[u8]) -> Option<Vec<u8>> {
    let [which, cut, changes @ ..] = by else {
        return None;
    };
    let mut bytes = honest[usize::from(*which) % honest.len()].clone();
    bytes.truncate(bytes.len().saturating_sub(usize::from(cut % 16)).max(1));
    let length = bytes.len();
    for change in changes.chunks_exact(3).take(6) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % length;
        bytes[at] ^= change[2];
    }
    Some(bytes)
}
