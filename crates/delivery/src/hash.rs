//! SHA-256 over a label and parts of fixed length.

use sha2::{Digest, Sha256};

/// `SHA-256(label || parts)`. The parts are of fixed length, or there is one only, so no two inputs run together.
pub(crate) fn labelled(label: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(label.as_bytes());
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// `SHA-256(bytes)`.
pub(crate) fn plain(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
