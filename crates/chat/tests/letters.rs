//! Letters: who can open them, and what becomes of one that was changed.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

mod common;

use chat::consent::Wish;
use chat::{BUCKETS, ChatError, LETTER_KEY, Letter, LetterKeys, PeerFault, Suite};
use common::Person;
use openmls_traits::OpenMlsProvider as _;

struct Mail {
    ana: Person,
    bob: Person,
    invitation: Vec<u8>,
    blob: Vec<u8>,
    rejoin: Vec<u8>,
}

impl Mail {
    fn new() -> Self {
        let [ana, bob] = ["Ana", "Bob"].map(Person::new);
        let mut group = ana.create(Suite::Classical, Wish::OnDevice);
        let package = bob.key_package(Suite::Classical, Wish::OnDevice);
        let (_, mut letters, blob) = ana.add(&mut group, &[(&bob, package)]);
        let rejoin = group
            .seal_rejoin(&ana.provider, &ana.device, bob.letters.public())
            .unwrap();
        Self {
            invitation: letters.remove(0),
            ana,
            bob,
            blob,
            rejoin,
        }
    }

    fn both(&self) -> [&[u8]; 2] {
        [&self.invitation, &self.rejoin]
    }
}

fn open(who: &Person, letter: &[u8]) -> Result<Letter, ChatError> {
    Letter::open(&who.letters, who.provider.crypto(), letter)
}

#[test]
fn only_the_addressee_opens_a_letter() {
    let mail = Mail::new();
    let bob_again = mail.bob.another();
    for letter in mail.both() {
        assert_eq!(
            open(&mail.ana, letter),
            Err(PeerFault::Envelope.into()),
            "not even its sender"
        );
        assert_eq!(
            open(&bob_again, letter),
            Err(PeerFault::Envelope.into()),
            "nor another device"
        );
    }
    assert!(
        matches!(open(&mail.bob, &mail.invitation), Ok(Letter::Invitation(_))),
        "control"
    );
    assert!(
        matches!(open(&mail.bob, &mail.rejoin), Ok(Letter::Rejoin(_))),
        "control"
    );
}

#[test]
fn stored_keys_open_what_the_first_did() {
    let mail = Mail::new();
    let keys = LetterKeys::from_parts(
        mail.bob.letters.secret().to_vec(),
        mail.bob.letters.public().to_vec(),
    );
    assert_eq!(keys.public().len(), LETTER_KEY);
    assert!(Letter::open(&keys, mail.bob.provider.crypto(), &mail.invitation).is_ok());
}

#[test]
fn a_letter_has_the_length_of_a_bucket_and_no_byte_can_be_another() {
    let mail = Mail::new();
    for letter in mail.both() {
        assert!(letter.len().is_power_of_two() && (BUCKETS.0..=BUCKETS.1).contains(&letter.len()));
        // Each byte of the small part around the border of key and ciphertext, and some of all.
        for at in (0..letter.len()).step_by(37).chain(1100..1140) {
            let mut flipped = letter.to_vec();
            flipped[at] ^= 1 << (at % 8);
            assert!(open(&mail.bob, &flipped).is_err(), "byte {at}");
        }
        for end in (0..letter.len()).step_by(41) {
            assert!(open(&mail.bob, &letter[..end]).is_err(), "{end} bytes");
        }
        assert!(open(&mail.bob, &[letter, &[0]].concat()).is_err());
        assert!(open(&mail.bob, letter).is_ok(), "control");
    }
    let huge = vec![0; BUCKETS.1 + 1];
    assert_eq!(open(&mail.bob, &huge), Err(PeerFault::Malformed.into()));
}

#[test]
fn an_invitation_takes_its_own_tree_unchanged_and_once() {
    let mail = Mail::new();
    let Letter::Invitation(invitation) = open(&mail.bob, &mail.invitation).unwrap() else {
        panic!("not an invitation")
    };
    assert_eq!(
        (invitation.server.as_str(), invitation.tree),
        ("localhost:1", [9; 32])
    );
    let stage = |who: &Person, blob: &[u8]| invitation.stage(&who.provider, blob).map(drop);
    for at in (0..mail.blob.len()).step_by(29) {
        let mut flipped = mail.blob.clone();
        flipped[at] ^= 1;
        assert_eq!(stage(&mail.bob, &flipped), Err(PeerFault::Envelope.into()));
    }
    assert_eq!(stage(&mail.bob, &[]), Err(PeerFault::Envelope.into()));
    let eve = Person::new("Eve");
    assert_eq!(
        stage(&eve, &mail.blob),
        Err(PeerFault::Invitation.into()),
        "for another device"
    );
    let group = mail.bob.join(&mail.invitation, &mail.blob);
    assert_eq!(group.title(), "Flat 3B", "control");
    assert_eq!(
        stage(&mail.bob, &mail.blob),
        Err(PeerFault::Invitation.into()),
        "a second time"
    );
}

#[test]
fn nothing_is_sealed_to_what_is_no_key() {
    let mail = Mail::new();
    let group = mail.bob.join(&mail.invitation, &mail.blob);
    for key in [&[][..], &[7; 32], &[7; LETTER_KEY - 1], &[7; LETTER_KEY + 1]] {
        assert!(
            group
                .seal_rejoin(&mail.bob.provider, &mail.bob.device, key)
                .is_err(),
            "{} bytes",
            key.len()
        );
    }
    let public = mail.ana.letters.public();
    assert!(
        group
            .seal_rejoin(&mail.bob.provider, &mail.bob.device, public)
            .is_ok(),
        "control"
    );
}
