//! What the tests of the store share.
#![allow(dead_code)]

use std::io::Read;
use std::path::{Path, PathBuf};

use chat::Time;
use chat::consent::Consent;
use client::api::{ChatId, ChatState, Delivery, Page};
use client::store::chats::NewChat;
use client::store::messages::{Kind, NewMessage};
use client::store::{Effort, Store, Unlock, messages};
use openmls_traits::crypto::OpenMlsCrypto;

/// A folder of its own, gone at the end.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let folder = format!("snug-store-test-{}-{name}", std::process::id());
        Self(std::env::temp_dir().join(folder))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    pub(crate) fn create(&self) -> Store {
        Store::create(&self.0, &unlock(), Effort::LEAST).unwrap()
    }

    pub(crate) fn open(&self) -> Store {
        Store::open(&self.0, &unlock()).unwrap()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn unlock() -> Unlock {
    Unlock::passphrase("correct horse battery staple")
}

pub(crate) fn new_chat(title: &str) -> NewChat<'_> {
    NewChat {
        state: ChatState::Live,
        title,
        group: None,
        server: None,
        consent: Consent::ARCHIVE,
        notes: b"",
    }
}

pub(crate) fn message(text: &str) -> NewMessage<'_> {
    NewMessage {
        id: None,
        kind: Kind::Person,
        author: Some("Ana"),
        account: None,
        mine: false,
        sent_at: Time::from_unix_seconds(1_790_000_000),
        received_at: Time::from_unix_seconds(1_790_000_001),
        text,
        reply_to: None,
        sent_under: Consent::ARCHIVE,
        never_ai: false,
        drafted_with_ai: false,
        delivery: Delivery::Received,
        slot: None,
    }
}

pub(crate) fn said(store: &Store, chat: ChatId) -> Vec<String> {
    let lines = messages::page(store.connection(), chat, Page::From(1, u32::MAX)).unwrap();
    lines.into_iter().map(|line| line.text).collect()
}

/// A key file whose hash fits what stands before it.
pub(crate) fn with_hash(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.truncate(bytes.len() - 32);
    let crypto = openmls_libcrux_crypto::CryptoProvider::new().unwrap();
    let hash = crypto
        .hash(openmls_traits::types::HashType::Sha2_256, &bytes)
        .unwrap();
    bytes.extend(hash);
    bytes
}

/// Reads until the words come, or the other side ends.
pub(crate) fn wait_for(from: &mut impl Read, words: &str) {
    let mut seen = String::new();
    let mut byte = [0];
    while !seen.contains(words) {
        assert_eq!(from.read(&mut byte).unwrap(), 1, "it ended before: {seen}");
        seen.push(byte[0].into());
    }
}
