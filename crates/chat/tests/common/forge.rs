//! A member whose client is not ours: it makes commits with the MLS library itself, and puts them into envelopes by
//! docs/protocol.md section 2 alone.
#![allow(dead_code, reason = "each test takes what it needs")]

use chat::consent::{STATEMENT_EXTENSION, Statement, Wish};
use chat::{EpochSecrets, Group, KeyPair};
use openmls::credentials::{BasicCredential, CredentialWithKey};
use openmls::extensions::{Extension, ExtensionType, Extensions, UnknownExtension};
use openmls::group::{CommitBuilder, GroupId, Initial, MlsGroup};
use openmls::prelude::{Capabilities, CredentialType, LeafNodeParameters};
use openmls_libcrux_crypto::CryptoProvider;
use openmls_traits::OpenMlsProvider as _;
use openmls_traits::crypto::OpenMlsCrypto as _;
use openmls_traits::random::OpenMlsRand as _;
use openmls_traits::signatures::{Signer, SignerError};
use openmls_traits::types::{AeadType, Ciphersuite, HashType, SignatureScheme};

use super::common::Person;

pub(crate) const MESSAGE: u8 = 1;
pub(crate) const COMMIT: u8 = 2;
pub(crate) const NOTICE: u8 = 3;
pub(crate) const EXTERNAL: u32 = u32::MAX;

/// Signs with a key of ours.
pub(crate) struct Hand<'a>(pub(crate) &'a CryptoProvider, pub(crate) &'a KeyPair);

impl Signer for Hand<'_> {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, SignerError> {
        self.0
            .sign(SignatureScheme::ED25519, payload, self.1.secret())
            .map_err(|_| SignerError::SigningError)
    }

    fn signature_scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}

impl Person {
    pub(crate) fn hand(&self) -> Hand<'_> {
        Hand(self.provider.crypto(), self.device.keys())
    }

    /// The group as the library keeps it for this person.
    pub(crate) fn mls(&self, group: &Group) -> MlsGroup {
        MlsGroup::load(self.provider.storage(), &GroupId::from_slice(group.id()))
            .unwrap()
            .unwrap()
    }

    /// An MLS commit of any shape, staged nowhere but in this person's store.
    pub(crate) fn forge(
        &self,
        mut mls: MlsGroup,
        shape: impl FnOnce(CommitBuilder<'_, Initial>) -> CommitBuilder<'_, Initial>,
    ) -> Vec<u8> {
        let (provider, hand) = (&self.provider, self.hand());
        let builder = mls
            .commit_builder()
            .force_self_update(true)
            .leaf_node_parameters(leaf(Wish::OnDevice));
        let bundle = shape(builder)
            .load_psks(provider.storage())
            .unwrap()
            .build(provider.rand(), provider.crypto(), &hand, |_| true)
            .unwrap()
            .stage_commit(provider)
            .unwrap();
        let commit = bundle.into_commit().to_bytes().unwrap();
        mls.clear_pending_commit(provider.storage()).unwrap();
        commit
    }

    /// The same in an envelope, signed by this person.
    pub(crate) fn forge_envelope(
        &self,
        group: &Group,
        shape: impl FnOnce(CommitBuilder<'_, Initial>) -> CommitBuilder<'_, Initial>,
    ) -> Vec<u8> {
        let mls = self.mls(group);
        let index = mls.own_leaf_index().u32();
        let commit = self.forge(mls, shape);
        self.seal_commit(group, index, &commit)
    }

    /// `leaf index (4) || Ed25519 signature (64) || MLSMessage`, the signature over
    /// `"snug commit" || length (4) || group id || epoch (8) || leaf index (4) || MLSMessage`.
    pub(crate) fn seal_commit(&self, group: &Group, index: u32, commit: &[u8]) -> Vec<u8> {
        let id = group.id();
        let mut tbs = b"snug commit".to_vec();
        tbs.extend(u32::try_from(id.len()).unwrap().to_be_bytes());
        tbs.extend(id);
        tbs.extend(group.epoch().to_be_bytes());
        tbs.extend(index.to_be_bytes());
        tbs.extend(commit);
        let mut body = index.to_be_bytes().to_vec();
        body.extend(self.hand().sign(&tbs).unwrap());
        body.extend(commit);
        self.seal(group.secrets(), COMMIT, &body)
    }

    /// Pads to the next bucket by the document, and seals.
    pub(crate) fn seal(&self, secrets: &EpochSecrets, kind: u8, body: &[u8]) -> Vec<u8> {
        let mut bucket = 512;
        while bucket < body.len() + 1 + 32 {
            bucket *= 2;
        }
        let mut padded = body.to_vec();
        padded.push(0x80);
        padded.resize(bucket - 32, 0);
        self.seal_padded(secrets, kind, &padded)
    }

    /// `salt (16) || AEAD(key, nonce, padded)`.
    pub(crate) fn seal_padded(&self, secrets: &EpochSecrets, kind: u8, padded: &[u8]) -> Vec<u8> {
        let salt: [u8; 16] = self.provider.rand().random_array().unwrap();
        let (key, nonce) = self.envelope_key(secrets, kind, &salt);
        let sealed = self
            .provider
            .crypto()
            .aead_encrypt(AeadType::ChaCha20Poly1305, &key, padded, &nonce, &[kind])
            .unwrap();
        [&salt[..], &sealed].concat()
    }

    /// What is inside an envelope, without its padding.
    pub(crate) fn unseal(&self, secrets: &EpochSecrets, kind: u8, envelope: &[u8]) -> Vec<u8> {
        let (salt, sealed) = envelope.split_at(16);
        let (key, nonce) = self.envelope_key(secrets, kind, salt);
        let mut padded = self
            .provider
            .crypto()
            .aead_decrypt(AeadType::ChaCha20Poly1305, &key, sealed, &nonce, &[kind])
            .unwrap();
        while padded.last() == Some(&0) {
            padded.pop();
        }
        assert_eq!(padded.pop(), Some(0x80));
        padded
    }

    fn envelope_key(&self, secrets: &EpochSecrets, kind: u8, salt: &[u8]) -> (Vec<u8>, Vec<u8>) {
        let info = [b"snug envelope", &[kind][..], salt].concat();
        let bytes = self
            .provider
            .crypto()
            .hkdf_expand(HashType::Sha2_256, &secrets.wrap, &info, 44)
            .unwrap();
        let (key, nonce) = bytes.as_slice().split_at(32);
        (key.to_vec(), nonce.to_vec())
    }
}

/// A leaf that states this and understands what ours do.
pub(crate) fn leaf(wish: Wish) -> LeafNodeParameters {
    LeafNodeParameters::builder()
        .with_extensions(statement(Statement { number: 100, wish }))
        .with_capabilities(capabilities())
        .build()
}

pub(crate) fn statement(statement: Statement) -> Extensions<openmls::prelude::LeafNode> {
    let bytes = UnknownExtension(statement.encode());
    Extensions::single(Extension::Unknown(STATEMENT_EXTENSION, bytes)).unwrap()
}

pub(crate) fn capabilities() -> Capabilities {
    Capabilities::new(
        None,
        Some(&[
            Ciphersuite::MLS_256_XWING_CHACHA20POLY1305_SHA256_Ed25519,
            Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519,
        ]),
        Some(&[ExtensionType::Unknown(0xF0A1), ExtensionType::Unknown(0xF0A2)]),
        None,
        Some(&[CredentialType::Basic]),
    )
}

/// `1 (1) || account (32) || len (1) || name || len (1) || server || signature (64)`, where the account signs
/// `"snug credential" || signature key (32) || everything before the signature`.
pub(crate) fn credential_bytes(
    crypto: &CryptoProvider,
    (account, signer): ([u8; 32], &KeyPair),
    key: [u8; 32],
    name: &str,
    server: &str,
) -> Vec<u8> {
    let mut body = vec![1];
    body.extend(account);
    for text in [name, server] {
        body.push(u8::try_from(text.len()).unwrap());
        body.extend(text.as_bytes());
    }
    let tbs = [b"snug credential", &key[..], &body].concat();
    body.extend(Hand(crypto, signer).sign(&tbs).unwrap());
    body
}

pub(crate) fn with_key(credential: Vec<u8>, key: [u8; 32]) -> CredentialWithKey {
    CredentialWithKey {
        credential: BasicCredential::new(credential).into(),
        signature_key: key.to_vec().into(),
    }
}
