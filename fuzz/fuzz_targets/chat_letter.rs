//! Letters of a device's inbox, sealed to it by whoever likes to: honest bodies with some bytes changed, the tree that an invitation
//! names changed too, and ways back signed again by a member of the chat.

#![no_main]

use chat::consent::{Statement, Wish};
use chat::{Change, Group, LETTER_KEY, Left, Letter, Suite, make_key_package};
use libfuzzer_sys::fuzz_target;
use openmls_traits::OpenMlsProvider as _;
use openmls_traits::crypto::OpenMlsCrypto as _;
use openmls_traits::signatures::Signer as _;
use openmls_traits::types::{AeadType, HpkeAeadType, HpkeCiphertext, HpkeConfig, HpkeKdfType, HpkeKemType};

#[path = "../../crates/chat/tests/common/mod.rs"]
mod common;
mod damage;
#[path = "../../crates/chat/tests/common/forge.rs"]
mod forge;

use common::Person;

const CONFIG: HpkeConfig = HpkeConfig(
    HpkeKemType::XWingKemDraft6,
    HpkeKdfType::HkdfSha256,
    HpkeAeadType::ChaCha20Poly1305,
);
const ENCAPSULATED: usize = 1120;

struct Scene {
    ana: Person,
    bob: Person,
    invitation: Vec<u8>,
    tree: Vec<u8>,
    rejoin: Vec<u8>,
    left: Left,
}

thread_local! {
    static SCENE: Scene = Scene::new();
}

impl Scene {
    fn new() -> Self {
        let [ana, bob] = ["Ana", "Bob"].map(Person::new);
        let suite = Suite::Classical;
        let mut group = ana.create(suite, Wish::OnDevice);
        let statement = Statement {
            number: 0,
            wish: Wish::OnDevice,
        };
        let package = make_key_package(&bob.provider, &bob.device, suite, statement, true).unwrap();
        let (_, letters, blob) = ana.add(&mut group, &[(&bob, package.bytes)]);
        let left = bob.join(&letters[0], &blob).left();
        ana.commit(&mut group, &Change::State(Wish::Off));
        let rejoin = group
            .seal_rejoin(&ana.provider, &ana.device, bob.letters.public())
            .unwrap();
        let [invitation, rejoin] = [&letters[0], &rejoin].map(|letter| body_of(&bob, letter));
        let key: [u8; 32] = invitation[1..33].try_into().unwrap();
        let crypto = bob.provider.crypto();
        let tree = crypto
            .aead_decrypt(AeadType::ChaCha20Poly1305, &key, &blob, &[0; 12], &[])
            .unwrap();
        Self {
            ana,
            bob,
            invitation,
            tree,
            rejoin,
            left,
        }
    }

    fn invitation(&self, by: &[u8]) {
        let Some((which, by)) = by.split_first() else {
            return;
        };
        let mut bodies = [self.invitation.clone(), self.tree.clone()];
        let changed = usize::from(which % 2);
        let Some(bytes) = damage::damaged(&bodies[changed..=changed], by) else {
            return;
        };
        bodies[changed] = bytes;
        let [body, tree] = bodies;
        let Some(Letter::Invitation(invitation)) = self.open(&body) else {
            return;
        };
        let crypto = self.bob.provider.crypto();
        let key: [u8; 32] = body[1..33].try_into().unwrap();
        let blob = crypto
            .aead_encrypt(AeadType::ChaCha20Poly1305, &key, &tree, &[0; 12], &[])
            .unwrap();
        let Ok(staged) = invitation.stage(&self.bob.provider, &blob) else {
            return;
        };
        assert_eq!(staged.members().len(), 2, "only the group that there is");
        assert!(
            staged
                .members()
                .iter()
                .all(|member| ["Ana", "Bob"].contains(&member.name()))
        );
    }

    /// `2 || device (32) || signature (64) || answer`, signed again.
    fn rejoin(&self, by: &[u8]) {
        let answer = [self.rejoin[97..].to_vec()];
        let Some(answer) = damage::damaged(&answer, by) else {
            return;
        };
        let signature = self
            .ana
            .hand()
            .sign(&[b"snug rejoin", &answer[..]].concat())
            .unwrap();
        let body = [&self.rejoin[..33], &signature, &answer].concat();
        let Some(Letter::Rejoin(packet)) = self.open(&body) else {
            return;
        };
        let _ = packet.claimed_group();
        let (provider, device) = (&self.bob.provider, &self.bob.device);
        if let Ok((group, _)) = Group::rejoin(provider, device, &self.left, &packet) {
            assert_eq!(group.id(), self.left.group);
            assert_eq!(group.seats(provider).unwrap().len(), 2);
        }
    }

    fn open(&self, body: &[u8]) -> Option<Letter> {
        let crypto = self.bob.provider.crypto();
        let mut padded = [body, &[0x80]].concat();
        let around = ENCAPSULATED + 16;
        padded.resize((padded.len() + around).next_power_of_two() - around, 0);
        assert_eq!(self.bob.letters.public().len(), LETTER_KEY);
        let sealed = crypto
            .hpke_seal(CONFIG, self.bob.letters.public(), b"snug letter", &[], &padded)
            .unwrap();
        let letter = [sealed.kem_output.as_slice(), sealed.ciphertext.as_slice()].concat();
        Letter::open(&self.bob.letters, crypto, &letter).ok()
    }
}

fn body_of(who: &Person, letter: &[u8]) -> Vec<u8> {
    let (encapsulated, ciphertext) = letter.split_at(ENCAPSULATED);
    let input = HpkeCiphertext {
        kem_output: encapsulated.to_vec().into(),
        ciphertext: ciphertext.to_vec().into(),
    };
    let crypto = who.provider.crypto();
    let mut body = crypto
        .hpke_open(CONFIG, &input, who.letters.secret(), b"snug letter", &[])
        .unwrap();
    while body.pop() == Some(0) {}
    body
}

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else {
        return;
    };
    SCENE.with(|scene| match kind % 4 {
        0 => drop(scene.open(bytes)),
        1 => drop(Letter::open(
            &scene.bob.letters,
            scene.bob.provider.crypto(),
            bytes,
        )),
        2 => scene.invitation(bytes),
        _ => scene.rejoin(bytes),
    });
});
