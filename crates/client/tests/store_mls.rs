//! The state of MLS and the messages change together, or not at all.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

mod common;

use client::api::ChatId;
use client::store::{Store, StoreError, Tx, TxProvider, chats, messages, outbox};
use common::{Scratch, message, new_chat, said};
use openmls::prelude::{
    BasicCredential, Ciphersuite, CredentialWithKey, GroupId, KeyPackage, LeafNodeParameters, MlsGroup,
    MlsGroupCreateConfig, MlsGroupJoinConfig, ProcessedMessageContent, StagedWelcome,
};
use openmls::prelude::{MlsMessageBodyIn, MlsMessageIn, ProtocolMessage};
use openmls_traits::OpenMlsProvider;
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::signatures::{Signer, SignerError};
use openmls_traits::types::SignatureScheme;
use tls_codec::Deserialize;

const SUITE: Ciphersuite = Ciphersuite::MLS_256_XWING_CHACHA20POLY1305_SHA256_Ed25519;

struct Key {
    secret: Vec<u8>,
    public: Vec<u8>,
}

impl Key {
    fn new(store: &Store) -> Self {
        let (secret, public) = store
            .crypto()
            .signature_key_gen(SignatureScheme::ED25519)
            .unwrap();
        Self { secret, public }
    }

    fn credential(&self, name: &str) -> CredentialWithKey {
        CredentialWithKey {
            credential: BasicCredential::new(name.into()).into(),
            signature_key: self.public.as_slice().into(),
        }
    }
}

impl Signer for Key {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, SignerError> {
        let crypto = openmls_libcrux_crypto::CryptoProvider::new().unwrap();
        crypto
            .sign(SignatureScheme::ED25519, payload, &self.secret)
            .map_err(|_| SignerError::SigningError)
    }

    fn signature_scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}

/// Two stores, one chat.
struct Two {
    ana: Store,
    ana_key: Key,
    ben: Store,
    group: GroupId,
    chat: ChatId,
    _scratch: (Scratch, Scratch),
}

fn two(name: &str) -> Two {
    let scratch = (
        Scratch::new(&format!("{name}-ana")),
        Scratch::new(&format!("{name}-ben")),
    );
    let (ana, ben) = (scratch.0.create(), scratch.1.create());
    let (ana_key, ben_key) = (Key::new(&ana), Key::new(&ben));
    let package = ben
        .transaction(|tx| {
            let built =
                KeyPackage::builder().build(SUITE, &tx.provider(), &ben_key, ben_key.credential("ben"));
            Ok::<_, StoreError>(built.unwrap().key_package().clone())
        })
        .unwrap();
    let config = MlsGroupCreateConfig::builder()
        .ciphersuite(SUITE)
        .use_ratchet_tree_extension(true)
        .build();
    let (group, chat, welcome) = ana
        .transaction(|tx| {
            let provider = tx.provider();
            let mut group = MlsGroup::new(&provider, &ana_key, &config, ana_key.credential("ana")).unwrap();
            let (_, welcome, _) = group.add_members(&provider, &ana_key, &[package]).unwrap();
            group.merge_pending_commit(&provider).unwrap();
            let chat = chats::insert(tx, &new_chat("Two"))?;
            Ok::<_, StoreError>((group.group_id().clone(), chat, welcome.to_bytes().unwrap()))
        })
        .unwrap();
    ben.transaction(|tx| {
        let provider = tx.provider();
        let MlsMessageBodyIn::Welcome(welcome) =
            MlsMessageIn::tls_deserialize_exact(&welcome).unwrap().extract()
        else {
            panic!("it is a welcome")
        };
        let join = MlsGroupJoinConfig::default();
        StagedWelcome::new_from_welcome(&provider, &join, welcome, None)
            .unwrap()
            .into_group(&provider)
            .unwrap();
        Ok::<_, StoreError>(())
    })
    .unwrap();
    Two {
        ana,
        ana_key,
        ben,
        group,
        chat,
        _scratch: scratch,
    }
}

impl Two {
    fn load(&self, tx: &Tx<'_>) -> MlsGroup {
        load(&tx.provider(), &self.group)
    }

    fn epoch(&self) -> u64 {
        let step = |tx: &Tx<'_>| Ok::<_, StoreError>(self.load(tx).epoch().as_u64());
        self.ana.transaction(step).unwrap()
    }

    /// Encrypts in one step with a message and a line of the outbox.
    fn send(&self, text: &str, ends: Result<(), StoreError>) -> Result<Vec<u8>, StoreError> {
        self.ana.transaction(|tx| {
            let sealed = self
                .load(tx)
                .create_message(&tx.provider(), &self.ana_key, text.as_bytes())
                .unwrap()
                .to_bytes()
                .unwrap();
            messages::append(tx, self.chat, &message(text))?;
            let item = outbox::NewItem {
                chat: Some(self.chat),
                kind: outbox::OutKind::Message,
                n: None,
                content: text.as_bytes(),
                target: None,
            };
            outbox::enqueue(tx, &item)?;
            ends.map(|()| sealed)
        })
    }

    fn receive(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        self.ben
            .transaction(|tx| {
                let provider = tx.provider();
                let message: ProtocolMessage = MlsMessageIn::tls_deserialize_exact(bytes)
                    .unwrap()
                    .try_into_protocol_message()
                    .unwrap();
                let processed = load(&provider, &self.group)
                    .process_message(&provider, message)
                    .ok();
                Ok::<_, StoreError>(processed.map(|processed| match processed.into_content() {
                    ProcessedMessageContent::ApplicationMessage(words) => words.into_bytes(),
                    _ => panic!("it is a message"),
                }))
            })
            .unwrap()
    }

    fn ratchet(&self) -> Vec<u8> {
        let sql = "SELECT group_data FROM openmls_group_data WHERE data_type = 'message_secrets'";
        self.ana
            .connection()
            .query_row(sql, [], |row| row.get(0))
            .unwrap()
    }

    fn waiting(&self) -> usize {
        outbox::of_chat(self.ana.connection(), Some(self.chat))
            .unwrap()
            .len()
    }
}

fn load(provider: &TxProvider<'_>, group: &GroupId) -> MlsGroup {
    MlsGroup::load(provider.storage(), group).unwrap().unwrap()
}

#[test]
fn a_message_its_outbox_line_and_the_advanced_ratchet_are_kept_together() {
    let two = two("together");
    let bytes = two.send("hello", Ok(())).unwrap();
    assert_eq!(
        (said(&two.ana, two.chat), two.waiting()),
        (vec!["hello".to_owned()], 1)
    );
    assert_eq!(two.receive(&bytes).unwrap(), b"hello");
}

#[test]
fn a_step_that_fails_leaves_message_outbox_and_ratchet_as_they_were() {
    let two = two("failed");
    let before = two.ratchet();
    two.send("never", Err(StoreError::Full)).unwrap_err();
    assert!(said(&two.ana, two.chat).is_empty());
    assert_eq!(two.waiting(), 0);
    assert_eq!(two.ratchet(), before, "the ratchet on the disk did not move");
    // Control: the same without the failure.
    let bytes = two.send("first", Ok(())).unwrap();
    assert_ne!(two.ratchet(), before);
    assert_eq!(two.receive(&bytes).unwrap(), b"first");
    assert!(
        two.receive(&bytes).is_none(),
        "the same generation twice is refused"
    );
}

#[test]
fn a_commit_that_is_rolled_back_leaves_the_old_epoch() {
    let two = two("rollback");
    let before = two.epoch();
    let commit = |ends: Result<(), StoreError>| {
        two.ana.transaction(|tx| {
            let mut group = two.load(tx);
            let provider = tx.provider();
            group
                .self_update(&provider, &two.ana_key, LeafNodeParameters::default())
                .unwrap();
            group.merge_pending_commit(&provider).unwrap();
            assert_eq!(
                two.load(tx).epoch().as_u64(),
                before + 1,
                "inside, it is the new one"
            );
            ends
        })
    };
    commit(Err(StoreError::Full)).unwrap_err();
    assert_eq!(two.epoch(), before);
    // And the old one still works.
    let bytes = two.send("still here", Ok(())).unwrap();
    assert_eq!(two.receive(&bytes).unwrap(), b"still here");
    // Control: the same without the failure.
    commit(Ok(())).unwrap();
    assert_eq!(two.epoch(), before + 1);
}

#[test]
fn a_panic_inside_a_step_is_a_rollback_too() {
    let two = two("panic");
    let before = two.epoch();
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _ = two.ana.transaction(|tx| -> Result<(), StoreError> {
            let mut group = two.load(tx);
            group
                .self_update(&tx.provider(), &two.ana_key, LeafNodeParameters::default())
                .unwrap();
            group.merge_pending_commit(&tx.provider()).unwrap();
            messages::append(tx, two.chat, &message("never"))?;
            panic!("as a bug would")
        });
    }));
    assert!(panicked.is_err());
    assert_eq!((two.epoch(), said(&two.ana, two.chat).len()), (before, 0));
}
