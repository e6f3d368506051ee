//! Letters: what is sealed to one device and lies in its inbox.
//!
//! ```text
//! letter = encapsulated key (1120) || ciphertext       HPKE (RFC 9180), base mode, X-Wing, HKDF-SHA256, ChaCha20-Poly1305
//! ```
//!
//! Base mode: a letter says nothing about its sender. What is inside does: an MLS Welcome and the way back are signed.

use core::fmt;

use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::random::OpenMlsRand;
use openmls_traits::types::{HpkeAeadType, HpkeCiphertext, HpkeConfig, HpkeKdfType, HpkeKemType};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::error::{PeerFault, Result, crypto};
use crate::group::{Invitation, RejoinPacket};
use crate::seal::{BUCKETS, pad, unpad};

const CONFIG: HpkeConfig = HpkeConfig(
    HpkeKemType::XWingKemDraft6,
    HpkeKdfType::HkdfSha256,
    HpkeAeadType::ChaCha20Poly1305,
);
const INFO: &[u8] = b"snug letter";
/// Bytes of an encapsulated X-Wing key.
const ENCAPSULATED: usize = 1120;
const TAG: usize = 16;
/// Bytes of a public letter key.
pub const LETTER_KEY: usize = 1216;

/// The pair of HPKE keys of a device's inbox.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct LetterKeys {
    secret: Vec<u8>,
    #[zeroize(skip)]
    public: Vec<u8>,
}

impl fmt::Debug for LetterKeys {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("LetterKeys(..)")
    }
}

impl LetterKeys {
    /// A new pair.
    ///
    /// # Errors
    /// If there is no randomness.
    pub fn generate(provider: &impl OpenMlsCrypto, rand: &impl OpenMlsRand) -> Result<Self> {
        let seed: Zeroizing<[u8; 32]> = Zeroizing::new(rand.random_array().map_err(crypto)?);
        let pair = provider.derive_hpke_keypair(CONFIG, &*seed).map_err(crypto)?;
        Ok(Self::from_parts(pair.private.as_ref().to_vec(), pair.public))
    }

    /// A stored pair.
    #[must_use]
    pub const fn from_parts(secret: Vec<u8>, public: Vec<u8>) -> Self {
        Self { secret, public }
    }

    /// For storing: the secret key.
    #[must_use]
    pub fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// The public key, for the record.
    #[must_use]
    pub fn public(&self) -> &[u8] {
        &self.public
    }

    fn open(&self, provider: &impl OpenMlsCrypto, letter: &[u8]) -> Result<Vec<u8>> {
        let (encapsulated, ciphertext) = letter
            .split_at_checked(ENCAPSULATED)
            .ok_or(PeerFault::Malformed)?;
        let input = HpkeCiphertext {
            kem_output: encapsulated.to_vec().into(),
            ciphertext: ciphertext.to_vec().into(),
        };
        let mut padded = provider
            .hpke_open(CONFIG, &input, &self.secret, INFO, &[])
            .map_err(|_| PeerFault::Envelope)?;
        unpad(&mut padded)?;
        Ok(padded)
    }
}

/// What a letter says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Letter {
    /// Somebody added this device to a chat.
    Invitation(Invitation),
    /// The way back into a chat that this device could not follow.
    Rejoin(RejoinPacket),
}

impl Letter {
    /// Opens a letter of the inbox.
    ///
    /// # Errors
    /// [`PeerFault`] if it is not for this device or malformed.
    pub fn open(keys: &LetterKeys, provider: &impl OpenMlsCrypto, letter: &[u8]) -> Result<Self> {
        if letter.len() > BUCKETS.1 {
            return Err(PeerFault::Malformed.into());
        }
        let body = Zeroizing::new(keys.open(provider, letter)?);
        let invitation = Invitation::parse(&body).map(Self::Invitation);
        let letter = invitation.or_else(|| RejoinPacket::parse(provider, &body).map(Self::Rejoin));
        letter.ok_or(PeerFault::Malformed.into())
    }
}

/// Pads to a bucket and seals to a device.
pub(crate) fn seal(provider: &impl OpenMlsCrypto, to: &[u8], body: &[u8]) -> Result<Vec<u8>> {
    if to.len() != LETTER_KEY {
        return Err(PeerFault::Malformed.into());
    }
    let padded = pad(body, ENCAPSULATED + TAG)?;
    let sealed = provider
        .hpke_seal(CONFIG, to, INFO, &[], &padded)
        .map_err(|_| PeerFault::Malformed)?;
    Ok([sealed.kem_output.as_slice(), sealed.ciphertext.as_slice()].concat())
}
