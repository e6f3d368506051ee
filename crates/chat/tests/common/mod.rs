//! Devices with stores of their own, in memory, and the log between them.
#![allow(dead_code, reason = "each test takes what it needs")]

use chat::consent::{Statement, Wish};
use chat::content::{Body, Message, Payload, Salt, Seen};
use chat::{
    Change, ChatError, Device, DeviceId, Group, Happened, Invitation, Invitee, KeyPair, Letter, LetterKeys,
    Received, Suite, Time, make_key_package,
};
use openmls::prelude::RatchetTreeIn;
use openmls_libcrux_crypto::Provider;
use openmls_traits::OpenMlsProvider as _;
use tls_codec::{DeserializeBytes as _, Serialize as _, VLBytes};

/// A device and its store.
pub(crate) struct Person {
    pub(crate) provider: Provider,
    pub(crate) account: KeyPair,
    pub(crate) device: Device,
    pub(crate) letters: LetterKeys,
}

impl Person {
    pub(crate) fn new(name: &str) -> Self {
        let provider = Provider::new().unwrap();
        let account = KeyPair::generate(provider.crypto()).unwrap();
        Self::with_account(provider, account, name)
    }

    /// Another device of the same account.
    pub(crate) fn another(&self) -> Self {
        Self::with_account(
            Provider::new().unwrap(),
            self.account.clone(),
            self.device.member().name(),
        )
    }

    fn with_account(provider: Provider, account: KeyPair, name: &str) -> Self {
        let keys = KeyPair::generate(provider.crypto()).unwrap();
        let device = Device::new(provider.crypto(), &account, keys, name, "localhost:1").unwrap();
        let letters = LetterKeys::generate(provider.crypto(), provider.rand()).unwrap();
        Self {
            provider,
            account,
            device,
            letters,
        }
    }

    pub(crate) fn key_package(&self, suite: Suite, wish: Wish) -> Vec<u8> {
        let statement = Statement { number: 0, wish };
        make_key_package(&self.provider, &self.device, suite, statement, false)
            .unwrap()
            .bytes
    }

    pub(crate) fn create(&self, suite: Suite, wish: Wish) -> Group {
        Group::create(&self.provider, &self.device, "Flat 3B", suite, wish).unwrap()
    }

    pub(crate) fn invitee(&self, of: &Self, suite: Suite, package: &[u8]) -> Invitee {
        Invitee::check(&self.provider, of.device.member().account(), suite, package).unwrap()
    }

    /// Adds others from their KeyPackages: the commit's envelope, and each one's letter with the tree's blob.
    pub(crate) fn add(
        &self,
        group: &mut Group,
        others: &[(&Self, Vec<u8>)],
    ) -> (Vec<u8>, Vec<Vec<u8>>, Vec<u8>) {
        let suite = group.suite().unwrap();
        let invitees = others
            .iter()
            .map(|(other, package)| self.invitee(other, suite, package))
            .collect();
        let outgoing = group
            .stage(&self.provider, &self.device, &Change::Add(invitees))
            .unwrap();
        group.merge_own(&self.provider).unwrap();
        let (key, blob) = group.seal_tree(&self.provider).unwrap();
        let welcome = outgoing.welcome.unwrap();
        let invitation = Invitation::new("localhost:1".into(), [9; 32], key, welcome);
        let letters = others.iter().map(|(other, _)| {
            invitation
                .seal(self.provider.crypto(), other.letters.public())
                .unwrap()
        });
        (outgoing.commit, letters.collect(), blob)
    }

    pub(crate) fn join(&self, letter: &[u8], blob: &[u8]) -> Group {
        let Letter::Invitation(invitation) =
            Letter::open(&self.letters, self.provider.crypto(), letter).unwrap()
        else {
            panic!("not an invitation")
        };
        invitation
            .stage(&self.provider, blob)
            .unwrap()
            .join(&self.provider)
            .unwrap()
    }

    /// Changes the group at once: for tests in which nobody else commits.
    pub(crate) fn commit(&self, group: &mut Group, change: &Change) -> Vec<u8> {
        let outgoing = group.stage(&self.provider, &self.device, change).unwrap();
        group.merge_own(&self.provider).unwrap();
        outgoing.commit
    }

    pub(crate) fn follow(&self, group: &mut Group, commit: &[u8]) -> Happened {
        let judged = group.judge(&self.provider, commit).unwrap();
        group.merge(&self.provider, judged).unwrap()
    }

    pub(crate) fn say(&self, group: &mut Group, words: &str) -> Vec<u8> {
        group
            .seal_message(&self.provider, &self.device, &text(words))
            .unwrap()
    }

    pub(crate) fn send(&self, group: &mut Group, body: Body) -> Vec<u8> {
        group
            .seal_message(&self.provider, &self.device, &Payload { seen: SEEN, body })
            .unwrap()
    }

    pub(crate) fn hear(&self, group: &mut Group, envelope: &[u8]) -> Result<Received, ChatError> {
        Ok(group
            .open_message(&self.provider, envelope)?
            .expect("not our own"))
    }
}

/// Three people in one chat, each with a word of its own committed.
pub(crate) struct Three {
    pub(crate) ana: (Person, Group),
    pub(crate) bob: (Person, Group),
    pub(crate) cleo: (Person, Group),
}

impl Three {
    pub(crate) fn new(suite: Suite) -> Self {
        let [ana, bob, cleo] = ["Ana", "Bob", "Cleo"].map(Person::new);
        let mut at_ana = ana.create(suite, Wish::OnDevice);
        let others = [&bob, &cleo].map(|other| (other, other.key_package(suite, Wish::OnDevice)));
        let (_, letters, blob) = ana.add(&mut at_ana, &others);
        let mut at_bob = bob.join(&letters[0], &blob);
        let mut at_cleo = cleo.join(&letters[1], &blob);
        let commit = bob.commit(&mut at_bob, &Change::State(Wish::OnDevice));
        ana.follow(&mut at_ana, &commit);
        cleo.follow(&mut at_cleo, &commit);
        let commit = cleo.commit(&mut at_cleo, &Change::State(Wish::OnDevice));
        ana.follow(&mut at_ana, &commit);
        bob.follow(&mut at_bob, &commit);
        Self {
            ana: (ana, at_ana),
            bob: (bob, at_bob),
            cleo: (cleo, at_cleo),
        }
    }
}

/// What is sealed to the leaf of a device.
pub(crate) fn encryption_keys_of(group: &Group, device: DeviceId) -> Vec<Vec<u8>> {
    let tree = RatchetTreeIn::tls_deserialize_exact_bytes(&group.tree().unwrap()).unwrap();
    let leaves = tree
        .leaves()
        .filter(|leaf| leaf.signature_key().as_slice() == device.0);
    leaves
        .map(|leaf| {
            let bytes = leaf.encryption_key().tls_serialize_detached().unwrap();
            VLBytes::tls_deserialize_exact_bytes(&bytes).unwrap().into()
        })
        .collect()
}

pub(crate) const SEEN: Seen = Seen {
    position: 0,
    digest: [0; 16],
};
pub(crate) const NOW: Time = Time::from_unix_seconds(1_800_000_000);

pub(crate) fn text(words: &str) -> Payload {
    Payload {
        seen: SEEN,
        body: Body::Message(Box::new(Message::text(Salt([7; 16]), NOW, words))),
    }
}

pub(crate) fn until(seconds: u64) -> Wish {
    Wish::Confidential {
        until: NOW.plus(seconds),
    }
}
