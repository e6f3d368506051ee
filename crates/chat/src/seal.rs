//! Envelopes: what a mailbox sees of what is in it (docs/protocol.md section 2).

use core::fmt;

use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::random::OpenMlsRand;
use openmls_traits::types::{AeadType, HashType};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::{Misuse, PeerFault, Result, crypto};

/// The smallest and the largest envelope, in bytes. Between them, each bucket is twice the one before.
pub const BUCKETS: (usize, usize) = (512, 256 * 1024);
const SALT: usize = 16;
const TAG: usize = 16;
const KEY: usize = 32;
const NONCE: usize = 12;
const END: u8 = 0x80;
const LABEL: &[u8] = b"snug envelope";

/// What all members of an epoch derive, and nobody else: where they meet, and the key of their envelopes.
#[derive(Clone, PartialEq, Eq, Zeroize, ZeroizeOnDrop)]
pub struct EpochSecrets {
    /// Opens the mailbox of the epoch for reading.
    pub read: [u8; 32],
    /// Opens it for appending.
    pub write: [u8; 32],
    /// The key of its envelopes.
    pub wrap: [u8; 32],
}

impl fmt::Debug for EpochSecrets {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("EpochSecrets(..)")
    }
}

/// What an envelope is for. It is authenticated: an envelope moved to a slot of another kind does not open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EnvelopeKind {
    /// An application message.
    Message,
    /// A commit.
    Commit,
    /// A note about a commit.
    Notice,
}

impl EnvelopeKind {
    const fn byte(self) -> u8 {
        match self {
            Self::Message => 1,
            Self::Commit => 2,
            Self::Notice => 3,
        }
    }
}

/// Pads to the next bucket and encrypts under the epoch's wrap key.
pub(crate) fn seal<C: OpenMlsCrypto, R: OpenMlsRand>(
    (provider, rand): (&C, &R),
    secrets: &EpochSecrets,
    kind: EnvelopeKind,
    body: &[u8],
) -> Result<Vec<u8>> {
    let salt: [u8; SALT] = rand.random_array().map_err(crypto)?;
    let padded = pad(body, SALT + TAG)?;
    let (key, nonce) = derive(provider, &secrets.wrap, kind, &salt)?;
    let sealed = provider
        .aead_encrypt(AeadType::ChaCha20Poly1305, &key, &padded, &nonce, &[kind.byte()])
        .map_err(crypto)?;
    Ok([&salt[..], &sealed].concat())
}

/// The way back.
pub(crate) fn open(
    provider: &impl OpenMlsCrypto,
    secrets: &EpochSecrets,
    kind: EnvelopeKind,
    envelope: &[u8],
) -> Result<Vec<u8>> {
    if !is_bucket(envelope.len()) {
        return Err(PeerFault::Envelope.into());
    }
    let (salt, sealed) = envelope.split_at_checked(SALT).ok_or(PeerFault::Envelope)?;
    let (key, nonce) = derive(provider, &secrets.wrap, kind, salt)?;
    let mut padded = provider
        .aead_decrypt(AeadType::ChaCha20Poly1305, &key, sealed, &nonce, &[kind.byte()])
        .map_err(|_| PeerFault::Envelope)?;
    unpad(&mut padded)?;
    Ok(padded)
}

fn derive(
    provider: &impl OpenMlsCrypto,
    wrap: &[u8; 32],
    kind: EnvelopeKind,
    salt: &[u8],
) -> Result<([u8; KEY], [u8; NONCE])> {
    let info = [LABEL, &[kind.byte()], salt].concat();
    let bytes = provider
        .hkdf_expand(HashType::Sha2_256, wrap, &info, KEY + NONCE)
        .map_err(crypto)?;
    let split = bytes.as_slice().split_first_chunk::<KEY>();
    let (key, nonce) = split.expect("as many bytes as were asked for");
    Ok((*key, nonce.try_into().expect("as many bytes as were asked for")))
}

/// `body || 0x80 || 0x00...`, so long that with `around` more bytes it fills a bucket.
pub(crate) fn pad(body: &[u8], around: usize) -> Result<Vec<u8>> {
    let least = body.len().saturating_add(1).saturating_add(around);
    let bucket = least
        .max(BUCKETS.0)
        .checked_next_power_of_two()
        .ok_or(Misuse::TooLong)?;
    if bucket > BUCKETS.1 {
        return Err(Misuse::TooLong.into());
    }
    let mut padded = Vec::with_capacity(bucket);
    padded.extend(body);
    padded.push(END);
    padded.resize(bucket - around, 0);
    Ok(padded)
}

pub(crate) fn unpad(padded: &mut Vec<u8>) -> Result<(), PeerFault> {
    let end = padded
        .iter()
        .rposition(|byte| *byte != 0)
        .ok_or(PeerFault::Malformed)?;
    if padded.get(end) != Some(&END) {
        return Err(PeerFault::Malformed);
    }
    padded.truncate(end);
    Ok(())
}

fn is_bucket(length: usize) -> bool {
    length.is_power_of_two() && (BUCKETS.0..=BUCKETS.1).contains(&length)
}
