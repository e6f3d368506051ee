//! Envelopes, seen by whoever does not hold the key of the epoch, and by a member who makes them by the document alone.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

mod common;
#[path = "common/forge.rs"]
mod forge;

use chat::consent::Wish;
use chat::content::{Body, Payload};
use chat::{BUCKETS, Change, ChatError, CommitFault, Misuse, Notice, PeerFault, Suite};
use common::{SEEN, Three, text};
use forge::{COMMIT, MESSAGE, NOTICE};

fn chat() -> Three {
    Three::new(Suite::Classical)
}

/// What Ana makes of an envelope in a slot of this kind.
fn opens(chat: &mut Three, kind: u8, envelope: &[u8]) -> Result<(), PeerFault> {
    let (ana, group) = &mut chat.ana;
    let result = match kind {
        MESSAGE => group.open_message(&ana.provider, envelope).map(drop),
        COMMIT => match group.judge(&ana.provider, envelope) {
            Ok(_) => Ok(()),
            Err(CommitFault::Invalid { fault, .. }) => Err(ChatError::Peer(fault)),
            Err(other) => panic!("{other:?}"),
        },
        _ => {
            let place = (group.epoch(), group.secrets());
            group.open_notice(&ana.provider, place, envelope).map(drop)
        }
    };
    match result {
        Ok(()) => Ok(()),
        Err(ChatError::Peer(fault)) => Err(fault),
        Err(other) => panic!("{other:?}"),
    }
}

/// One of each kind, by Bob.
fn all_kinds(chat: &mut Three) -> [(u8, Vec<u8>); 3] {
    let (bob, group) = &mut chat.bob;
    let message = bob.say(group, "the boiler is out again");
    let place = (group.id(), group.epoch(), group.secrets());
    let notice = Notice::seal(&bob.provider, &bob.device, place, 7).unwrap();
    let change = Change::State(Wish::Off);
    let commit = group.stage(&bob.provider, &bob.device, &change).unwrap().commit;
    [(MESSAGE, message), (NOTICE, notice), (COMMIT, commit)]
}

#[test]
fn a_length_says_only_which_bucket() {
    let mut chat = chat();
    let (bob, group) = &mut chat.bob;
    let buckets: Vec<usize> = (9..=18).map(|power| 1 << power).collect();
    assert_eq!(BUCKETS, (buckets[0], buckets[9]));
    let mut seen = std::collections::BTreeSet::new();
    for words in (0..400).chain((9..17).flat_map(|power| (1 << power) - 3..(1 << power) + 3)) {
        // What the library calls too long is refused before it is sealed.
        let payload = Payload {
            seen: SEEN,
            body: Body::Receipt(vec![7; words.min(chat::content::MAX_LINE_BYTES)]),
        };
        let envelope = group.seal_message(&bob.provider, &bob.device, &payload).unwrap();
        assert!(buckets.contains(&envelope.len()), "{}", envelope.len());
        seen.insert(envelope.len());
    }
    assert!(seen.len() >= 6, "{seen:?}");
}

#[test]
fn what_is_too_long_for_the_largest_bucket_is_not_sent() {
    let mut chat = chat();
    let (bob, group) = &mut chat.bob;
    let long = "a".repeat(chat::content::MAX_TEXT_BYTES + 1);
    let sent = group.seal_message(&bob.provider, &bob.device, &text(&long));
    assert_eq!(sent, Err(Misuse::TooLong.into()));
    let fits = "a".repeat(chat::content::MAX_TEXT_BYTES);
    assert!(
        group
            .seal_message(&bob.provider, &bob.device, &text(&fits))
            .is_ok(),
        "control"
    );
}

#[test]
fn no_byte_of_an_envelope_can_be_another() {
    let mut chat = chat();
    for (kind, envelope) in all_kinds(&mut chat) {
        for at in 0..envelope.len() {
            let mut flipped = envelope.clone();
            flipped[at] ^= 1 << (at % 8);
            assert_eq!(
                opens(&mut chat, kind, &flipped),
                Err(PeerFault::Envelope),
                "kind {kind}, byte {at}"
            );
        }
        assert_eq!(
            opens(&mut chat, kind, &envelope),
            Ok(()),
            "control: kind {kind} as it was sent"
        );
    }
}

#[test]
fn an_envelope_is_whole() {
    let mut chat = chat();
    for (kind, envelope) in all_kinds(&mut chat) {
        for end in 0..envelope.len() {
            assert_eq!(opens(&mut chat, kind, &envelope[..end]), Err(PeerFault::Envelope));
        }
        for more in [1, envelope.len()] {
            let longer = [&envelope[..], &vec![0; more]].concat();
            assert_eq!(opens(&mut chat, kind, &longer), Err(PeerFault::Envelope));
        }
        assert_eq!(
            opens(&mut chat, kind, &envelope),
            Ok(()),
            "control: kind {kind} as it was sent"
        );
    }
}

#[test]
fn an_envelope_opens_in_a_slot_of_its_own_kind_only() {
    let mut chat = chat();
    let all = all_kinds(&mut chat);
    for (kind, envelope) in &all {
        for slot in [MESSAGE, COMMIT, NOTICE] {
            if slot != *kind {
                assert_eq!(
                    opens(&mut chat, slot, envelope),
                    Err(PeerFault::Envelope),
                    "{kind} as {slot}"
                );
            }
        }
    }
    for (kind, envelope) in &all {
        assert_eq!(opens(&mut chat, *kind, envelope), Ok(()), "control");
    }
}

#[test]
fn an_envelope_opens_in_its_own_epoch_only() {
    let mut chat = chat();
    let all = all_kinds(&mut chat);
    let (cleo, group) = &mut chat.cleo;
    let commit = cleo.commit(group, &Change::State(Wish::OnDevice));
    let (ana, at_ana) = &mut chat.ana;
    ana.follow(at_ana, &commit);
    for (kind, envelope) in &all {
        assert_eq!(opens(&mut chat, *kind, envelope), Err(PeerFault::Envelope));
    }
    let mut other = self::chat();
    for (kind, envelope) in &all {
        assert_eq!(
            opens(&mut other, *kind, envelope),
            Err(PeerFault::Envelope),
            "another chat"
        );
    }
}

#[test]
fn a_message_is_read_once() {
    let mut chat = chat();
    let envelope = chat.bob.0.say(&mut chat.bob.1, "once");
    assert_eq!(opens(&mut chat, MESSAGE, &envelope), Ok(()));
    assert_eq!(opens(&mut chat, MESSAGE, &envelope), Err(PeerFault::Mls));
}

#[test]
fn a_member_that_garbles_in_the_name_of_another_spoils_nothing() {
    let mut chat = chat();
    let envelope = chat.bob.0.say(&mut chat.bob.1, "the boiler is out again");
    let secrets = chat.cleo.1.secrets().clone();
    let inner = chat.cleo.0.unseal(&secrets, MESSAGE, &envelope);
    // All but the framing and the sender, which stay Bob's; his key of this message must not be used up by it.
    for at in inner.len() - 40..inner.len() {
        let mut garbled = inner.clone();
        garbled[at] ^= 1;
        let garbled = chat.cleo.0.seal(&secrets, MESSAGE, &garbled);
        assert_eq!(opens(&mut chat, MESSAGE, &garbled), Err(PeerFault::Mls));
    }
    assert_eq!(opens(&mut chat, MESSAGE, &envelope), Ok(()), "the message itself");
}

#[test]
fn padding_is_what_the_document_says() {
    let mut chat = chat();
    let envelope = chat.bob.0.say(&mut chat.bob.1, "padded");
    let (bob, group) = &chat.bob;
    let secrets = group.secrets().clone();
    let body = bob.unseal(&secrets, MESSAGE, &envelope);
    let padded = |end: &[u8]| {
        let mut padded = [&body[..], end].concat();
        padded.resize(envelope.len() - 32, 0);
        bob.seal_padded(&secrets, MESSAGE, &padded)
    };
    let unended = padded(&[0]);
    let another_end = padded(&[0x81]);
    let empty = bob.seal_padded(&secrets, MESSAGE, &[0; 480]);
    let right = padded(&[0x80]);
    // 0x80 somewhere behind is an end too, and then the message has bytes behind it.
    let later = padded(&[0x80, 0, 0x80]);
    let no_bucket = bob.seal_padded(&secrets, MESSAGE, &[&body[..], &[0x80]].concat());
    for (wrong, fault) in [
        (unended, PeerFault::Malformed),
        (another_end, PeerFault::Malformed),
        (empty, PeerFault::Malformed),
        (later, PeerFault::Malformed),
        (no_bucket, PeerFault::Envelope),
    ] {
        assert_eq!(opens(&mut chat, MESSAGE, &wrong), Err(fault));
    }
    assert_eq!(opens(&mut chat, MESSAGE, &right), Ok(()), "control");
}

#[test]
fn a_notice_is_signed_by_a_member_of_now() {
    let mut chat = chat();
    let (bob, group) = &chat.bob;
    let place = (group.id(), group.epoch(), group.secrets());
    let stranger = common::Person::new("Eve");
    let forged = Notice::seal(&stranger.provider, &stranger.device, place, 7).unwrap();
    let another = (group.id(), group.epoch() + 1, group.secrets());
    let moved = Notice::seal(&bob.provider, &bob.device, another, 7).unwrap();
    let right = Notice::seal(&bob.provider, &bob.device, place, 7).unwrap();
    let body = bob.unseal(group.secrets(), NOTICE, &right);
    assert_eq!(body.len(), 32 + 8 + 64);
    let in_the_name_of_ana = [&chat.ana.0.device.member().device().0, &body[32..]].concat();
    let about_another = [&body[..39], &[8], &body[40..]].concat();
    let [in_the_name_of_ana, about_another, short, long] = [
        in_the_name_of_ana,
        about_another,
        body[1..].to_vec(),
        [&body[..], &[0]].concat(),
    ]
    .map(|body| bob.seal(group.secrets(), NOTICE, &body));
    for (wrong, fault) in [
        (forged, PeerFault::Signature),
        (moved, PeerFault::Signature),
        (in_the_name_of_ana, PeerFault::Signature),
        (about_another, PeerFault::Signature),
        (short, PeerFault::Malformed),
        (long, PeerFault::Malformed),
    ] {
        assert_eq!(opens(&mut chat, NOTICE, &wrong), Err(fault));
    }
    assert_eq!(opens(&mut chat, NOTICE, &right), Ok(()), "control");
}
