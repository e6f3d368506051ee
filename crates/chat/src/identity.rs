//! Accounts and devices: who signs what.
//!
//! An account is an Ed25519 key. Each of its devices has a signature key of its own, with which it is a leaf in MLS
//! groups; the account signs a credential that ties the two together. [`Member`] is the proof that somebody checked it.
//!
//! ```text
//! credential = 1 (1) || account (32) || len (1) || name || len (1) || server || signature (64)
//! signed     = "snug credential" || signature key (32) || everything before the signature
//! ```

use core::fmt;

use openmls::credentials::{BasicCredential, Credential, CredentialWithKey};
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::signatures::{Signer, SignerError};
use openmls_traits::types::SignatureScheme;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::error::{ChatError, Misuse, PeerFault, Result, crypto};

const SCHEME: SignatureScheme = SignatureScheme::ED25519;
const VERSION: u8 = 1;
const LABEL: &[u8] = b"snug credential";
/// The longest name, in bytes.
pub const MAX_NAME: usize = 64;
/// The longest server address, in bytes.
pub const MAX_SERVER: usize = 128;
const SIGNATURE: usize = 64;

/// The public key of an account: what an address names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccountId(pub [u8; 32]);

/// The public signature key of a device: what a leaf is signed with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(pub [u8; 32]);

impl fmt::Debug for AccountId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("AccountId(..)")
    }
}

impl fmt::Debug for DeviceId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("DeviceId(..)")
    }
}

/// A pair of Ed25519 keys, of an account or a device.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct KeyPair {
    secret: Vec<u8>,
    #[zeroize(skip)]
    public: [u8; 32],
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("KeyPair(..)")
    }
}

impl KeyPair {
    /// A new pair.
    ///
    /// # Errors
    /// If there is no randomness.
    pub fn generate(provider: &impl OpenMlsCrypto) -> Result<Self> {
        let (secret, public) = provider.signature_key_gen(SCHEME).map_err(crypto)?;
        Self::from_parts(secret, &public)
    }

    /// A stored pair.
    ///
    /// # Errors
    /// If the public key does not have 32 bytes.
    pub fn from_parts(secret: Vec<u8>, public: &[u8]) -> Result<Self> {
        let public = public.try_into().map_err(|_| ChatError::Crypto)?;
        Ok(Self { secret, public })
    }

    /// For storing: the secret key. It is as secret as everything that it signs.
    #[must_use]
    pub fn secret(&self) -> &[u8] {
        &self.secret
    }

    /// The public key.
    #[must_use]
    pub const fn public(&self) -> [u8; 32] {
        self.public
    }

    pub(crate) fn sign(&self, provider: &impl OpenMlsCrypto, bytes: &[u8]) -> Result<Vec<u8>> {
        provider.sign(SCHEME, bytes, &self.secret).map_err(crypto)
    }
}

pub(crate) fn verify(
    provider: &impl OpenMlsCrypto,
    public: &[u8; 32],
    bytes: &[u8],
    signature: &[u8],
) -> Result<(), PeerFault> {
    provider
        .verify_signature(SCHEME, bytes, public, signature)
        .map_err(|_| PeerFault::Signature)
}

/// This device: its key, and the credential that its account signed.
#[derive(Clone)]
pub struct Device {
    keys: KeyPair,
    credential: Vec<u8>,
    member: Member,
}

impl fmt::Debug for Device {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Device(..)")
    }
}

impl Device {
    /// Has the account sign a credential for this device.
    ///
    /// # Errors
    /// If the name or the server is empty, too long or not plain text.
    pub fn new(
        provider: &impl OpenMlsCrypto,
        account: &KeyPair,
        keys: KeyPair,
        name: &str,
        server: &str,
    ) -> Result<Self> {
        if !is_plain(name, MAX_NAME) || !is_plain(server, MAX_SERVER) {
            return Err(Misuse::Name.into());
        }
        let mut credential = vec![VERSION];
        credential.extend(account.public);
        for text in [name, server] {
            credential.push(u8::try_from(text.len()).map_err(|_| Misuse::Name)?);
            credential.extend(text.as_bytes());
        }
        let signature = account.sign(provider, &signed(&keys.public, &credential))?;
        credential.extend(signature);
        let member = Member::check(provider, &keys.public, &credential)?;
        Ok(Self {
            keys,
            credential,
            member,
        })
    }

    /// As others see it.
    #[must_use]
    pub const fn member(&self) -> &Member {
        &self.member
    }

    /// Its keys, for storing.
    #[must_use]
    pub const fn keys(&self) -> &KeyPair {
        &self.keys
    }

    pub(crate) fn credential(&self) -> CredentialWithKey {
        CredentialWithKey {
            credential: BasicCredential::new(self.credential.clone()).into(),
            signature_key: self.keys.public.to_vec().into(),
        }
    }

    pub(crate) const fn signer<'a, C: OpenMlsCrypto>(&'a self, provider: &'a C) -> DeviceSigner<'a, C> {
        DeviceSigner {
            keys: &self.keys,
            provider,
        }
    }
}

pub(crate) struct DeviceSigner<'a, C> {
    keys: &'a KeyPair,
    provider: &'a C,
}

impl<C: OpenMlsCrypto> Signer for DeviceSigner<'_, C> {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.keys
            .sign(self.provider, payload)
            .map_err(|_| SignerError::SigningError)
    }

    fn signature_scheme(&self) -> SignatureScheme {
        SCHEME
    }
}

/// Somebody whose credential was checked: the account signed for this device. Only the check makes one.
#[derive(Clone, PartialEq, Eq)]
pub struct Member {
    account: AccountId,
    device: DeviceId,
    name: String,
    server: String,
}

impl fmt::Debug for Member {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Member(..)")
    }
}

impl Member {
    /// The account.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// The device.
    #[must_use]
    pub const fn device(&self) -> DeviceId {
        self.device
    }

    /// The name that the account gave itself.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The server where the account's record is.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    pub(crate) fn of_leaf(
        provider: &impl OpenMlsCrypto,
        signature_key: &[u8],
        credential: &Credential,
    ) -> Result<Self, PeerFault> {
        let key = signature_key.try_into().map_err(|_| PeerFault::Credential)?;
        let basic = BasicCredential::try_from(credential.clone()).map_err(|_| PeerFault::Credential)?;
        Self::check(provider, &key, basic.identity())
    }

    fn check(provider: &impl OpenMlsCrypto, key: &[u8; 32], credential: &[u8]) -> Result<Self, PeerFault> {
        let end = credential
            .len()
            .checked_sub(SIGNATURE)
            .ok_or(PeerFault::Credential)?;
        let (body, signature) = credential.split_at_checked(end).ok_or(PeerFault::Credential)?;
        let (account, name, server) = parse(body).ok_or(PeerFault::Credential)?;
        verify(provider, &account, &signed(key, body), signature).map_err(|_| PeerFault::Credential)?;
        Ok(Self {
            account: AccountId(account),
            device: DeviceId(*key),
            name: name.to_owned(),
            server: server.to_owned(),
        })
    }
}

fn signed(key: &[u8; 32], body: &[u8]) -> Vec<u8> {
    [LABEL, key, body].concat()
}

fn parse(body: &[u8]) -> Option<([u8; 32], &str, &str)> {
    let (version, rest) = body.split_first()?;
    let (account, rest) = rest.split_first_chunk::<32>()?;
    let (name, rest) = take_text(rest, MAX_NAME)?;
    let (server, rest) = take_text(rest, MAX_SERVER)?;
    (*version == VERSION && rest.is_empty()).then_some((*account, name, server))
}

fn take_text(bytes: &[u8], most: usize) -> Option<(&str, &[u8])> {
    let (length, rest) = bytes.split_first()?;
    let (text, rest) = rest.split_at_checked(usize::from(*length))?;
    let text = core::str::from_utf8(text)
        .ok()
        .filter(|text| is_plain(text, most))?;
    Some((text, rest))
}

/// What may stand in a line on the screen: not empty, not too long, no control characters.
pub(crate) fn is_plain(text: &str, most: usize) -> bool {
    !text.trim().is_empty() && text.len() <= most && !text.chars().any(char::is_control)
}
