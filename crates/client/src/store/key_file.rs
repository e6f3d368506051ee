//! `store.key`: the random key of the store, wrapped.
//!
//! ```text
//! head   = "snug store key" || version (1) || by (1: 1 passphrase, 2 keyring) || salt (16)
//!          || memory in KiB (4) || passes (4) || lanes (4)                         integers big-endian, 0 for a keyring
//! file   = head || nonce (12) || ChaCha20-Poly1305(wrapping key, nonce, store key (32), head) || SHA-256(all before)
//! ```
//!
//! 136 bytes, no other length. The wrapping key is Argon2id(passphrase, salt), or what the keyring keeps under the
//! salt's name. The hash tells damage from a wrong passphrase; it is over public bytes and protects from nobody.

use openmls_libcrux_crypto::CryptoProvider;
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::random::OpenMlsRand;
use openmls_traits::types::{AeadType, HashType};
use zeroize::Zeroizing;

use super::unlock::{Effort, Passphrase, Unlock};
use super::{Result, StoreError, keyring};

/// How long the file is.
pub(super) const KEY_FILE_BYTES: usize = HEAD + NONCE + WRAPPED + HASH;

const MAGIC: &[u8; 14] = b"snug store key";
const VERSION: u8 = 1;
const BY_PASSPHRASE: u8 = 1;
const BY_KEYRING: u8 = 2;
const SALT: usize = 16;
const HEAD: usize = 14 + 2 + SALT + 3 * 4;
const NONCE: usize = 12;
const KEY: usize = 32;
const WRAPPED: usize = KEY + 16;
const HASH: usize = 32;

/// Thirty-two secret bytes.
pub(super) type Key = Zeroizing<[u8; KEY]>;

/// What the file says, decoded and not opened yet.
pub(super) struct KeyFile {
    lock: Lock,
    nonce: [u8; NONCE],
    wrapped: [u8; WRAPPED],
}

#[derive(Clone, Copy)]
enum Lock {
    Passphrase { salt: [u8; SALT], effort: Effort },
    Keyring { name: [u8; SALT] },
}

impl KeyFile {
    /// A new random key and its file.
    pub(super) fn make(crypto: &CryptoProvider, unlock: &Unlock, effort: Effort) -> Result<(Self, Key)> {
        let key = Zeroizing::new(random(crypto)?);
        Ok((Self::wrap(crypto, &key, unlock, effort)?, key))
    }

    /// The file for a key.
    pub(super) fn wrap(crypto: &CryptoProvider, key: &Key, unlock: &Unlock, effort: Effort) -> Result<Self> {
        let salt = random(crypto)?;
        let (lock, wrapping) = match unlock {
            Unlock::Passphrase(words) if words.as_bytes().is_empty() => {
                return Err(StoreError::EmptyPassphrase);
            }
            Unlock::Passphrase(words) => (Lock::Passphrase { salt, effort }, derive(words, &salt, effort)?),
            Unlock::Keyring => {
                let wrapping = Zeroizing::new(random(crypto)?);
                keyring::put(&salt, &wrapping)?;
                (Lock::Keyring { name: salt }, wrapping)
            }
        };
        let nonce = random(crypto)?;
        let wrapped = crypto
            .aead_encrypt(
                AeadType::ChaCha20Poly1305,
                &*wrapping,
                &**key,
                &nonce,
                &lock.head(),
            )
            .ok()
            .and_then(|bytes| bytes.try_into().ok())
            .expect("the lengths are those of the algorithm");
        Ok(Self { lock, nonce, wrapped })
    }

    /// The key of the store.
    pub(super) fn unlock(&self, crypto: &CryptoProvider, unlock: &Unlock) -> Result<Key> {
        let wrapping = match (self.lock, unlock) {
            (Lock::Passphrase { salt, effort }, Unlock::Passphrase(words)) => derive(words, &salt, effort)?,
            (Lock::Keyring { name }, Unlock::Keyring) => keyring::get(&name)?,
            (Lock::Passphrase { .. }, Unlock::Keyring) => {
                return Err(StoreError::OtherUnlock("a passphrase"));
            }
            (Lock::Keyring { .. }, Unlock::Passphrase(_)) => {
                return Err(StoreError::OtherUnlock("the system's keyring"));
            }
        };
        let opened = crypto
            .aead_decrypt(
                AeadType::ChaCha20Poly1305,
                &*wrapping,
                &self.wrapped,
                &self.nonce,
                &self.lock.head(),
            )
            .map(Zeroizing::new)
            .map_err(|_| StoreError::WrongPassphrase)?;
        let key = <[u8; KEY]>::try_from(opened.as_slice()).map_err(|_| StoreError::KeyFileCorrupted)?;
        Ok(Zeroizing::new(key))
    }

    /// It does not open anything any more: the keyring need not keep its key.
    pub(super) fn forget(&self) {
        if let Lock::Keyring { name } = &self.lock {
            keyring::forget(name);
        }
    }

    /// The bytes of the file.
    pub(super) fn encode(&self, crypto: &CryptoProvider) -> Result<Vec<u8>> {
        let mut bytes = self.lock.head().to_vec();
        bytes.extend(self.nonce);
        bytes.extend(self.wrapped);
        let hash = hash(crypto, &bytes)?;
        bytes.extend(hash);
        Ok(bytes)
    }

    /// The way back. No byte is looked at before the hash fits, but for the version of a newer Snug.
    pub(super) fn decode(crypto: &CryptoProvider, bytes: &[u8]) -> Result<Self> {
        let damaged = StoreError::KeyFileCorrupted;
        let body = bytes
            .len()
            .checked_sub(HASH)
            .and_then(|end| bytes.split_at_checked(end));
        let (body, found) = body.ok_or(StoreError::KeyFileCorrupted)?;
        if hash(crypto, body)? != found {
            return Err(damaged);
        }
        let mut from = Cursor(body);
        if &from.take()? != MAGIC {
            return Err(damaged);
        }
        let [version] = from.take()?;
        if version != VERSION {
            return Err(StoreError::Newer {
                found: version.into(),
                known: VERSION.into(),
            });
        }
        let [by] = from.take()?;
        let salt = from.take()?;
        let effort = Effort {
            memory_kib: from.integer()?,
            passes: from.integer()?,
            lanes: from.integer()?,
        };
        let lock = match by {
            BY_PASSPHRASE if effort.is_within_limits() => Lock::Passphrase { salt, effort },
            BY_KEYRING if effort == NO_EFFORT => Lock::Keyring { name: salt },
            _ => return Err(damaged),
        };
        let key_file = Self {
            lock,
            nonce: from.take()?,
            wrapped: from.take()?,
        };
        if from.0.is_empty() {
            Ok(key_file)
        } else {
            Err(damaged)
        }
    }
}

const NO_EFFORT: Effort = Effort {
    memory_kib: 0,
    passes: 0,
    lanes: 0,
};

impl Lock {
    /// Everything that the wrapping is bound to.
    fn head(&self) -> [u8; HEAD] {
        let (by, salt, effort) = match self {
            Self::Passphrase { salt, effort } => (BY_PASSPHRASE, salt, *effort),
            Self::Keyring { name } => (BY_KEYRING, name, NO_EFFORT),
        };
        let numbers = [effort.memory_kib, effort.passes, effort.lanes].map(u32::to_be_bytes);
        [&MAGIC[..], &[VERSION, by], salt, numbers.as_flattened()]
            .concat()
            .try_into()
            .expect("the lengths add up")
    }
}

fn derive(words: &Passphrase, salt: &[u8; SALT], effort: Effort) -> Result<Key> {
    let params = argon2::Params::new(effort.memory_kib, effort.passes, effort.lanes, Some(KEY))
        .map_err(|_| StoreError::KeyFileCorrupted)?;
    let argon2 = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let mut key = Zeroizing::new([0; KEY]);
    argon2
        .hash_password_into(words.as_bytes(), salt, &mut *key)
        .map_err(|_| StoreError::Memory)?;
    Ok(key)
}

fn random<const N: usize>(crypto: &CryptoProvider) -> Result<[u8; N]> {
    crypto.random_array().map_err(|_| StoreError::Randomness)
}

fn hash(crypto: &CryptoProvider, bytes: &[u8]) -> Result<Vec<u8>> {
    crypto
        .hash(HashType::Sha2_256, bytes)
        .map_err(|_| StoreError::KeyFileCorrupted)
}

struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N]> {
        let (head, rest) = self.0.split_first_chunk().ok_or(StoreError::KeyFileCorrupted)?;
        self.0 = rest;
        Ok(*head)
    }

    fn integer(&mut self) -> Result<u32> {
        self.take().map(u32::from_be_bytes)
    }
}
