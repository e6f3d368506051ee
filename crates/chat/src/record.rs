//! Records: where the devices of an account are reached (docs/protocol.md section 3).
//!
//! ```text
//! name   = SHA-256("snug record" || account)
//! key    = HKDF-SHA256-Expand(HKDF-SHA256-Extract("snug record key", account), "", 32)
//! record = salt (12) || AEAD(key, salt, padded(signature (64) || CBOR))      signed = "snug record" || CBOR
//! ```
//!
//! A server that does not know the address reads none of it, and cannot make one: the account signed it.

use minicbor::{Decode, Encode};
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::random::OpenMlsRand;
use openmls_traits::types::{AeadType, HashType};
use sha2::{Digest as _, Sha256};

use crate::error::{Misuse, PeerFault, Result, crypto};
use crate::identity::{self, AccountId, KeyPair};
use crate::letter::LETTER_KEY;
use crate::seal::{pad, unpad};
use crate::suite::Suite;

const LABEL: &[u8] = b"snug record";
const KEY_LABEL: &[u8] = b"snug record key";
const SALT: usize = 12;
const TAG: usize = 16;
const SIGNATURE: usize = 64;
/// The most devices of an account. A record with eight has 16 KiB.
pub const MAX_DEVICES: usize = 8;

/// The devices of an account.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Record {
    /// Rises with every change; an older one is a replay.
    #[n(0)]
    pub version: u64,
    /// Each device.
    #[n(1)]
    pub devices: Vec<DeviceRecord>,
}

/// How one device is reached.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct DeviceRecord {
    /// Its signature key.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub device: [u8; 32],
    /// The name of its inbox.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub inbox: [u8; 32],
    /// What opens the inbox for appending.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub inbox_write: [u8; 32],
    /// What letters are sealed to.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub letter_key: Vec<u8>,
    /// The pool of its KeyPackages of the X-Wing suite.
    #[n(4)]
    pub x_wing: PoolRecord,
    /// The same for the classical suite.
    #[n(5)]
    pub classical: PoolRecord,
}

/// Where KeyPackages of a device are, and what opens them.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub struct PoolRecord {
    /// The name of the pool.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub pool: [u8; 32],
    /// What takes one out.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub take: [u8; 32],
    /// What the packages in it are encrypted under.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub key: [u8; 32],
}

impl core::fmt::Debug for DeviceRecord {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.write_str("DeviceRecord(..)")
    }
}

impl core::fmt::Debug for PoolRecord {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.write_str("PoolRecord(..)")
    }
}

impl DeviceRecord {
    /// The pool for a suite.
    #[must_use]
    pub const fn pool(&self, suite: Suite) -> &PoolRecord {
        match suite {
            Suite::XWing => &self.x_wing,
            Suite::Classical => &self.classical,
        }
    }
}

impl PoolRecord {
    /// Encrypts a KeyPackage for the pool.
    ///
    /// # Errors
    /// If the library fails, or the package is too long.
    pub fn seal<C: OpenMlsCrypto, R: OpenMlsRand>(&self, both: (&C, &R), package: &[u8]) -> Result<Vec<u8>> {
        seal(both, &self.key, package)
    }

    /// Opens one that came out of the pool. [`crate::Invitee::check`] looks at what is inside.
    ///
    /// # Errors
    /// [`PeerFault`] if it is nothing that the owner put in.
    pub fn open(&self, provider: &impl OpenMlsCrypto, sealed: &[u8]) -> Result<Vec<u8>, PeerFault> {
        open(provider, &self.key, sealed)
    }
}

impl Record {
    /// The name under which the record of an account lies on its server.
    #[must_use]
    pub fn name(account: AccountId) -> [u8; 32] {
        Sha256::new()
            .chain_update(LABEL)
            .chain_update(account.0)
            .finalize()
            .into()
    }

    /// Signs and encrypts.
    ///
    /// # Errors
    /// [`Misuse::TooLong`] for too many devices, or if the library fails.
    pub fn seal<C: OpenMlsCrypto, R: OpenMlsRand>(
        &self,
        (provider, rand): (&C, &R),
        account: &KeyPair,
    ) -> Result<Vec<u8>> {
        if self.devices.len() > MAX_DEVICES {
            return Err(Misuse::TooLong.into());
        }
        let body = minicbor::to_vec(self).expect("writing to memory cannot fail");
        let signature = account.sign(provider, &[LABEL, &body].concat())?;
        let key = record_key(provider, AccountId(account.public()))?;
        seal((provider, rand), &key, &[&signature[..], &body].concat())
    }

    /// The way back: proof that the account wrote it.
    ///
    /// # Errors
    /// [`PeerFault`] if the account did not sign it, or it is malformed.
    pub fn open(provider: &impl OpenMlsCrypto, account: AccountId, sealed: &[u8]) -> Result<Self> {
        let key = record_key(provider, account)?;
        let bytes = open(provider, &key, sealed)?;
        let (signature, body) = bytes.split_at_checked(SIGNATURE).ok_or(PeerFault::Malformed)?;
        identity::verify(provider, &account.0, &[LABEL, body].concat(), signature)?;
        let record: Self = minicbor::decode(body).map_err(|_| PeerFault::Malformed)?;
        let is_sound = record.devices.len() <= MAX_DEVICES
            && record
                .devices
                .iter()
                .all(|device| device.letter_key.len() == LETTER_KEY);
        if is_sound {
            Ok(record)
        } else {
            Err(PeerFault::Malformed.into())
        }
    }
}

fn record_key(provider: &impl OpenMlsCrypto, account: AccountId) -> Result<[u8; 32]> {
    let secret = provider
        .hkdf_extract(HashType::Sha2_256, KEY_LABEL, &account.0)
        .map_err(crypto)?;
    let key = provider
        .hkdf_expand(HashType::Sha2_256, secret.as_slice(), &[], 32)
        .map_err(crypto)?;
    Ok(key
        .as_slice()
        .try_into()
        .expect("as many bytes as were asked for"))
}

fn seal<C: OpenMlsCrypto, R: OpenMlsRand>(
    (provider, rand): (&C, &R),
    key: &[u8; 32],
    body: &[u8],
) -> Result<Vec<u8>> {
    let salt: [u8; SALT] = rand.random_array().map_err(crypto)?;
    let padded = pad(body, SALT + TAG)?;
    let sealed = provider.aead_encrypt(AeadType::ChaCha20Poly1305, key, &padded, &salt, &[]);
    Ok([&salt[..], &sealed.map_err(crypto)?].concat())
}

fn open(provider: &impl OpenMlsCrypto, key: &[u8; 32], sealed: &[u8]) -> Result<Vec<u8>, PeerFault> {
    let (salt, sealed) = sealed.split_at_checked(SALT).ok_or(PeerFault::Malformed)?;
    let mut padded = provider
        .aead_decrypt(AeadType::ChaCha20Poly1305, key, sealed, salt, &[])
        .map_err(|_| PeerFault::Envelope)?;
    unpad(&mut padded)?;
    Ok(padded)
}
