//! A member whose client seals garbage to one of the others, so that its commit is valid for some; or whose leaf has a key to
//! which nobody can encrypt.
#![allow(dead_code, reason = "each test takes what it needs")]

use std::sync::atomic::{AtomicUsize, Ordering};

use openmls_libcrux_crypto::{CryptoProvider, Provider};
use openmls_traits::OpenMlsProvider;
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::types::{
    AeadType, Ciphersuite, CryptoError, ExporterSecret, HashType, HpkeCiphertext, HpkeConfig, HpkeKeyPair,
    KemOutput, SignatureScheme,
};
use tls_codec::SecretVLBytes;

/// A provider with a changed crypto, over the store of an honest one.
pub(crate) struct Sabotage<'a> {
    honest: &'a Provider,
    crypto: Garbling<'a>,
}

pub(crate) struct Garbling<'a> {
    honest: &'a CryptoProvider,
    victims: Vec<Vec<u8>>,
    garbled: AtomicUsize,
    /// How many derivations of keys until one is cut off; zero after that, or where none is.
    cuts_in: AtomicUsize,
}

impl<'a> Sabotage<'a> {
    /// Garbles what is sealed to these HPKE keys.
    pub(crate) fn new(honest: &'a Provider, victims: Vec<Vec<u8>>) -> Self {
        Self {
            honest,
            crypto: Garbling {
                honest: honest.crypto(),
                victims,
                garbled: AtomicUsize::new(0),
                cuts_in: AtomicUsize::new(0),
            },
        }
    }

    /// Cuts off the public key that is derived after so many others.
    pub(crate) fn cutting(honest: &'a Provider, after: usize) -> Self {
        let client = Self::new(honest, Vec::new());
        client.crypto.cuts_in.store(after + 1, Ordering::Relaxed);
        client
    }

    /// Whether that happened.
    pub(crate) fn has_cut(&self) -> bool {
        self.crypto.cuts_in.load(Ordering::Relaxed) == 0
    }

    /// How many secrets were garbled, so that a test knows that its attack happened.
    pub(crate) fn garbled(&self) -> usize {
        self.crypto.garbled.load(Ordering::Relaxed)
    }
}

impl<'a> OpenMlsProvider for Sabotage<'a> {
    type CryptoProvider = Garbling<'a>;
    type RandProvider = CryptoProvider;
    type StorageProvider = <Provider as OpenMlsProvider>::StorageProvider;

    fn storage(&self) -> &Self::StorageProvider {
        self.honest.storage()
    }

    fn crypto(&self) -> &Self::CryptoProvider {
        &self.crypto
    }

    fn rand(&self) -> &Self::RandProvider {
        self.honest.rand()
    }
}

impl OpenMlsCrypto for Garbling<'_> {
    fn hpke_seal(
        &self,
        config: HpkeConfig,
        to: &[u8],
        info: &[u8],
        aad: &[u8],
        text: &[u8],
    ) -> Result<HpkeCiphertext, CryptoError> {
        let mut sealed = self.honest.hpke_seal(config, to, info, aad, text)?;
        if self.victims.iter().any(|victim| victim == to) {
            let mut garbage = sealed.ciphertext.as_slice().to_vec();
            garbage[0] ^= 1;
            sealed.ciphertext = garbage.into();
            self.garbled.fetch_add(1, Ordering::Relaxed);
        }
        Ok(sealed)
    }

    fn supports(&self, suite: Ciphersuite) -> Result<(), CryptoError> {
        self.honest.supports(suite)
    }

    fn supported_ciphersuites(&self) -> Vec<Ciphersuite> {
        self.honest.supported_ciphersuites()
    }

    fn hkdf_extract(&self, hash: HashType, salt: &[u8], ikm: &[u8]) -> Result<SecretVLBytes, CryptoError> {
        self.honest.hkdf_extract(hash, salt, ikm)
    }

    fn hmac(&self, hash: HashType, key: &[u8], message: &[u8]) -> Result<SecretVLBytes, CryptoError> {
        self.honest.hmac(hash, key, message)
    }

    fn hkdf_expand(
        &self,
        hash: HashType,
        prk: &[u8],
        info: &[u8],
        len: usize,
    ) -> Result<SecretVLBytes, CryptoError> {
        self.honest.hkdf_expand(hash, prk, info, len)
    }

    fn hash(&self, hash: HashType, data: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.honest.hash(hash, data)
    }

    fn aead_encrypt(
        &self,
        alg: AeadType,
        key: &[u8],
        data: &[u8],
        nonce: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        self.honest.aead_encrypt(alg, key, data, nonce, aad)
    }

    fn aead_decrypt(
        &self,
        alg: AeadType,
        key: &[u8],
        sealed: &[u8],
        nonce: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        self.honest.aead_decrypt(alg, key, sealed, nonce, aad)
    }

    fn signature_key_gen(&self, alg: SignatureScheme) -> Result<(Vec<u8>, Vec<u8>), CryptoError> {
        self.honest.signature_key_gen(alg)
    }

    fn verify_signature(
        &self,
        alg: SignatureScheme,
        data: &[u8],
        key: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        self.honest.verify_signature(alg, data, key, signature)
    }

    fn sign(&self, alg: SignatureScheme, data: &[u8], key: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.honest.sign(alg, data, key)
    }

    fn hpke_open(
        &self,
        config: HpkeConfig,
        input: &HpkeCiphertext,
        key: &[u8],
        info: &[u8],
        aad: &[u8],
    ) -> Result<Vec<u8>, CryptoError> {
        self.honest.hpke_open(config, input, key, info, aad)
    }

    fn hpke_setup_sender_and_export(
        &self,
        config: HpkeConfig,
        to: &[u8],
        info: &[u8],
        context: &[u8],
        length: usize,
    ) -> Result<(KemOutput, ExporterSecret), CryptoError> {
        self.honest
            .hpke_setup_sender_and_export(config, to, info, context, length)
    }

    fn hpke_setup_receiver_and_export(
        &self,
        config: HpkeConfig,
        encapsulated: &[u8],
        key: &[u8],
        info: &[u8],
        context: &[u8],
        length: usize,
    ) -> Result<ExporterSecret, CryptoError> {
        self.honest
            .hpke_setup_receiver_and_export(config, encapsulated, key, info, context, length)
    }

    fn derive_hpke_keypair(&self, config: HpkeConfig, seed: &[u8]) -> Result<HpkeKeyPair, CryptoError> {
        let mut pair = self.honest.derive_hpke_keypair(config, seed)?;
        let one_less = |left: usize| left.checked_sub(1);
        let left = self
            .cuts_in
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less);
        if left == Ok(1) {
            pair.public.truncate(5);
        }
        Ok(pair)
    }
}
