//! Groups of real devices: what honest members see, and what a member cannot do to the others.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

mod common;
#[path = "common/sabotage.rs"]
mod sabotage;

use chat::consent::{Ceiling, Lowering, Wish};
use chat::content::Body;
use chat::{Change, ChatError, CommitFault, Group, Letter, Misuse, Notice, PeerFault, Suite};
use common::{NOW, Person, Three, encryption_keys_of, until};
use openmls_traits::OpenMlsProvider as _;

#[test]
fn three_people_talk_in_both_suites() {
    for suite in [Suite::XWing, Suite::Classical] {
        let mut chat = Three::new(suite);
        assert_eq!(chat.bob.1.title(), "Flat 3B");
        assert_eq!(chat.bob.1.suite(), Ok(suite));
        let sent = chat.ana.0.say(&mut chat.ana.1, "the boiler is out again");
        assert!(sent.len() == 512 || sent.len() == 1024);
        for (person, group) in [&mut chat.bob, &mut chat.cleo] {
            let heard = person.hear(group, &sent).unwrap();
            assert_eq!(heard.from.name(), "Ana");
            assert_eq!(heard.payload, common::text("the boiler is out again"));
            assert_eq!(heard.consent.at(NOW), Ceiling::OnDevice);
        }
        assert_eq!(chat.ana.1.secrets(), chat.bob.1.secrets());
    }
}

#[test]
fn a_group_comes_back_from_the_store_with_its_lowerings() {
    let mut chat = Three::new(Suite::XWing);
    let lowering = Lowering {
        number: chat.bob.1.next_number(),
        to: Ceiling::Off,
    };
    let sent = chat.bob.0.send(&mut chat.bob.1, Body::Lower(lowering));
    chat.ana.0.hear(&mut chat.ana.1, &sent).unwrap();
    let (id, notes) = (chat.ana.1.id().to_vec(), chat.ana.1.notes().encode());
    let notes = chat::Notes::decode(&notes).unwrap();
    let again = Group::load(&chat.ana.0.provider, &id, notes).unwrap().unwrap();
    assert_eq!(again.consent(), chat.ana.1.consent());
    assert_eq!(again.consent().at(NOW), Ceiling::Off);
    assert_eq!(again.secrets(), chat.ana.1.secrets());
}

#[test]
fn confidential_needs_everybody_and_ends_with_the_shortest_lease() {
    let mut chat = Three::new(Suite::XWing);
    let everyone =
        |chat: &Three, now| [&chat.ana.1, &chat.bob.1, &chat.cleo.1].map(|group| group.consent().at(now));
    for (turn, lease) in [100, 50, 200].into_iter().enumerate() {
        assert_eq!(everyone(&chat, NOW), [Ceiling::OnDevice; 3]);
        let [first, second, third] = [&mut chat.ana, &mut chat.bob, &mut chat.cleo];
        let mut order = [first, second, third];
        order.rotate_left(turn);
        let [speaker, one, other] = order;
        let commit = speaker.0.commit(&mut speaker.1, &Change::State(until(lease)));
        one.0.follow(&mut one.1, &commit);
        other.0.follow(&mut other.1, &commit);
    }
    assert_eq!(everyone(&chat, NOW), [Ceiling::Confidential; 3]);
    assert_eq!(everyone(&chat, NOW.plus(49)), [Ceiling::Confidential; 3]);
    assert_eq!(everyone(&chat, NOW.plus(50)), [Ceiling::OnDevice; 3]);
}

#[test]
fn confidential_in_a_key_package_is_not_believed() {
    let [ana, bob] = ["Ana", "Bob"].map(Person::new);
    let mut at_ana = ana.create(Suite::XWing, until(100));
    assert_eq!(at_ana.consent().at(NOW), Ceiling::Confidential);
    let package = bob.key_package(Suite::XWing, until(1_000_000));
    let (_, letters, blob) = ana.add(&mut at_ana, &[(&bob, package)]);
    assert_eq!(at_ana.consent().at(NOW), Ceiling::OnDevice);
    let mut at_bob = bob.join(&letters[0], &blob);
    assert_eq!(at_bob.consent(), at_ana.consent());
    let commit = bob.commit(
        &mut at_bob,
        &Change::Title("Any commit repeats what counts".into()),
    );
    ana.follow(&mut at_ana, &commit);
    assert_eq!(at_ana.consent().at(NOW), Ceiling::OnDevice);
    let commit = bob.commit(&mut at_bob, &Change::State(until(100)));
    ana.follow(&mut at_ana, &commit);
    assert_eq!(
        at_ana.consent().at(NOW),
        Ceiling::Confidential,
        "control: said for this group, it counts"
    );
}

#[test]
fn a_lowering_counts_on_sight_and_its_commit_may_lose() {
    let mut chat = Three::new(Suite::XWing);
    let lowering = Lowering {
        number: chat.bob.1.next_number(),
        to: Ceiling::Off,
    };
    let sent = chat.bob.0.send(&mut chat.bob.1, Body::Lower(lowering));
    assert_eq!(chat.bob.1.consent().at(NOW), Ceiling::Off);
    let heard = chat.ana.0.hear(&mut chat.ana.1, &sent).unwrap();
    assert_eq!(heard.consent.at(NOW), Ceiling::OnDevice, "before it");
    assert_eq!(chat.ana.1.consent().at(NOW), Ceiling::Off, "after it");
    chat.cleo.0.hear(&mut chat.cleo.1, &sent).unwrap();
    // Cleo's commit is faster than Bob's; Bob's word holds all the same.
    let lost = chat
        .bob
        .1
        .stage(
            &chat.bob.0.provider,
            &chat.bob.0.device,
            &Change::State(Wish::Off),
        )
        .unwrap();
    let commit = chat
        .cleo
        .0
        .commit(&mut chat.cleo.1, &Change::Title("Flat 3B, upstairs".into()));
    chat.ana.0.follow(&mut chat.ana.1, &commit);
    chat.bob.0.follow(&mut chat.bob.1, &commit);
    assert!(!chat.bob.1.has_pending());
    assert!(matches!(
        chat.ana.1.judge(&chat.ana.0.provider, &lost.commit),
        Err(CommitFault::Invalid {
            fault: PeerFault::Envelope,
            ..
        })
    ));
    for group in [&chat.ana.1, &chat.bob.1, &chat.cleo.1] {
        assert_eq!(group.consent().at(NOW), Ceiling::Off);
        assert_eq!(group.title(), "Flat 3B, upstairs");
    }
    // Whatever Bob commits now repeats what he said last.
    let commit = chat
        .bob
        .0
        .commit(&mut chat.bob.1, &Change::Title("Flat 3B".into()));
    chat.ana.0.follow(&mut chat.ana.1, &commit);
    assert_eq!(chat.ana.1.consent().at(NOW), Ceiling::Off);
    let commit = chat.bob.0.commit(&mut chat.bob.1, &Change::State(Wish::OnDevice));
    chat.ana.0.follow(&mut chat.ana.1, &commit);
    assert_eq!(
        chat.ana.1.consent().at(NOW),
        Ceiling::OnDevice,
        "only his own word raises it again"
    );
}

#[test]
fn who_is_removed_reads_no_more() {
    let mut chat = Three::new(Suite::XWing);
    let cleo = chat.cleo.0.device.member().device();
    let before = chat.ana.1.secrets().clone();
    let commit = chat.ana.0.commit(&mut chat.ana.1, &Change::Remove(vec![cleo]));
    let seen = chat.cleo.0.follow(&mut chat.cleo.1, &commit);
    assert!(seen.removed_us && !chat.cleo.1.is_member());
    let happened = chat.bob.0.follow(&mut chat.bob.1, &commit);
    assert_eq!(happened.removed.len(), 1);
    let sent = chat.ana.0.say(&mut chat.ana.1, "now without Cleo");
    assert!(
        chat.bob.0.hear(&mut chat.bob.1, &sent).is_ok(),
        "control: Bob reads it"
    );
    assert!(chat.cleo.0.hear(&mut chat.cleo.1, &sent).is_err());
    assert_eq!(
        chat.cleo.1.secrets(),
        &before,
        "what Cleo has left is the epoch that is over"
    );
    assert_ne!(chat.ana.1.secrets(), &before);
}

#[test]
fn a_changed_commit_has_no_author_and_one_that_mls_refuses_has() {
    let mut chat = Three::new(Suite::XWing);
    let outgoing = chat
        .bob
        .1
        .stage(
            &chat.bob.0.provider,
            &chat.bob.0.device,
            &Change::Title("Ours".into()),
        )
        .unwrap();
    let mut flipped = outgoing.commit.clone();
    flipped[100] ^= 1;
    assert!(matches!(
        chat.ana.1.judge(&chat.ana.0.provider, &flipped),
        Err(CommitFault::Invalid {
            author: None,
            fault: PeerFault::Envelope
        })
    ));
    let judged = chat.ana.1.judge(&chat.ana.0.provider, &outgoing.commit).unwrap();
    assert_eq!(
        judged.author().name(),
        "Bob",
        "control: as it was sent it is valid"
    );
    drop(judged);
    // The same commit twice is one that MLS refuses: its keys are used up. Its author is known.
    let again = chat
        .ana
        .1
        .judge(&chat.ana.0.provider, &outgoing.commit)
        .unwrap_err();
    let CommitFault::Invalid {
        author: Some(author),
        fault: PeerFault::Mls,
    } = again
    else {
        panic!("{again:?}")
    };
    assert_eq!(author.name(), "Bob");
}

#[test]
fn a_commit_valid_for_some_is_told_apart_and_healed_by_an_external_commit() {
    let mut chat = Three::new(Suite::XWing);
    let lowering = Lowering {
        number: chat.cleo.1.next_number(),
        to: Ceiling::Off,
    };
    let sent = chat.cleo.0.send(&mut chat.cleo.1, Body::Lower(lowering));
    chat.ana.0.hear(&mut chat.ana.1, &sent).unwrap();
    chat.bob.0.hear(&mut chat.bob.1, &sent).unwrap();

    // Bob's client seals garbage for Cleo's leaf; all other parts of his commit are right.
    let victims = encryption_keys_of(&chat.bob.1, chat.cleo.0.device.member().device());
    let evil = sabotage::Sabotage::new(&chat.bob.0.provider, victims);
    let outgoing = chat
        .bob
        .1
        .stage(&evil, &chat.bob.0.device, &Change::State(Wish::OnDevice))
        .unwrap();
    assert!(evil.garbled() > 0, "the attack happened");
    chat.bob.1.merge_own(&chat.bob.0.provider).unwrap();
    let left = chat.ana.1.secrets().clone();
    let epoch = chat.ana.1.epoch();
    chat.ana.0.follow(&mut chat.ana.1, &outgoing.commit);
    let fault = chat
        .cleo
        .1
        .judge(&chat.cleo.0.provider, &outgoing.commit)
        .unwrap_err();
    let CommitFault::Unfollowable { author } = fault else {
        panic!("{fault:?}")
    };
    assert_eq!(author.name(), "Bob");

    let notice = Notice::seal(
        &chat.cleo.0.provider,
        &chat.cleo.0.device,
        (chat.cleo.1.id(), epoch, &left),
        7,
    )
    .unwrap();
    let notice = chat
        .ana
        .1
        .open_notice(&chat.ana.0.provider, (epoch, &left), &notice)
        .unwrap();
    assert_eq!((notice.from.name(), notice.seq), ("Cleo", 7));

    let letter = chat
        .ana
        .1
        .seal_rejoin(
            &chat.ana.0.provider,
            &chat.ana.0.device,
            chat.cleo.0.letters.public(),
        )
        .unwrap();
    let Letter::Rejoin(packet) =
        Letter::open(&chat.cleo.0.letters, chat.cleo.0.provider.crypto(), &letter).unwrap()
    else {
        panic!("not a way back")
    };
    let place = chat.cleo.1.left();
    let (mut at_cleo, envelope) =
        Group::rejoin(&chat.cleo.0.provider, &chat.cleo.0.device, &place, &packet).unwrap();
    assert_eq!(packet.secrets(), chat.ana.1.secrets());
    for (person, group) in [&mut chat.ana, &mut chat.bob] {
        let happened = person.follow(group, &envelope);
        assert_eq!(happened.by.name(), "Cleo");
        assert!(
            happened.added.is_empty() && happened.removed.is_empty(),
            "the same device in its place"
        );
        assert_eq!(
            group.consent().at(NOW),
            Ceiling::Off,
            "what Cleo said before still counts"
        );
    }
    let sent = at_cleo
        .seal_message(&chat.cleo.0.provider, &chat.cleo.0.device, &common::text("back"))
        .unwrap();
    assert!(chat.ana.0.hear(&mut chat.ana.1, &sent).is_ok());
}

#[test]
fn who_was_removed_does_not_come_back_by_the_way_back() {
    let mut chat = Three::new(Suite::XWing);
    let cleo = chat.cleo.0.device.member().device();
    let commit = chat.ana.0.commit(&mut chat.ana.1, &Change::Remove(vec![cleo]));
    chat.bob.0.follow(&mut chat.bob.1, &commit);
    chat.cleo.0.follow(&mut chat.cleo.1, &commit);
    let commit = chat.ana.0.commit(&mut chat.ana.1, &Change::State(Wish::OnDevice));
    chat.bob.0.follow(&mut chat.bob.1, &commit);
    // Cleo is sent what only members should be sent.
    let (ana, group) = &chat.ana;
    let letter = group
        .seal_rejoin(&ana.provider, &ana.device, chat.cleo.0.letters.public())
        .unwrap();
    let letter = Letter::open(&chat.cleo.0.letters, chat.cleo.0.provider.crypto(), &letter).unwrap();
    let Letter::Rejoin(packet) = letter else {
        panic!("not a way back")
    };
    let place = chat.cleo.1.left();
    let (_, envelope) = Group::rejoin(&chat.cleo.0.provider, &chat.cleo.0.device, &place, &packet).unwrap();
    let fault = chat.bob.1.judge(&chat.bob.0.provider, &envelope).unwrap_err();
    assert_eq!(
        fault,
        CommitFault::Invalid {
            author: None,
            fault: PeerFault::Policy
        }
    );
}

#[test]
fn limits_and_misuse_are_named() {
    let mut chat = Three::new(Suite::XWing);
    let (person, group) = &mut chat.ana;
    let own = person.device.member().device();
    let misuse = |result: Result<chat::Outgoing, ChatError>| result.unwrap_err();
    assert_eq!(
        misuse(group.stage(&person.provider, &person.device, &Change::Remove(vec![own]))),
        Misuse::OwnRemoval.into()
    );
    assert_eq!(
        misuse(group.stage(&person.provider, &person.device, &Change::Title("\n".into()))),
        Misuse::Name.into()
    );
    group
        .stage(&person.provider, &person.device, &Change::State(Wish::Off))
        .unwrap();
    assert_eq!(
        misuse(group.stage(&person.provider, &person.device, &Change::State(Wish::Off))),
        Misuse::Pending.into()
    );
}

fn lower(person: &Person, group: &mut Group, to: Ceiling) -> Vec<u8> {
    let number = group.next_number();
    person.send(group, Body::Lower(Lowering { number, to }))
}

#[test]
fn what_is_said_after_a_commit_was_staged_is_not_ended_by_it() {
    let mut chat = Three::new(Suite::Classical);
    let (bob, group) = &mut chat.bob;
    let title = Change::Title("Flat 3B, upstairs".into());
    let staged = group.stage(&bob.provider, &bob.device, &title).unwrap();
    let lowering = lower(bob, group, Ceiling::Off);
    group.merge_own(&bob.provider).unwrap();
    let (ana, at_ana) = &mut chat.ana;
    ana.hear(at_ana, &lowering).unwrap();
    ana.follow(at_ana, &staged.commit);
    assert_eq!(at_ana.consent().at(NOW), Ceiling::Off);
    assert_eq!(group.consent(), at_ana.consent());
    let commit = bob.commit(group, &Change::State(Wish::OnDevice));
    ana.follow(at_ana, &commit);
    assert_eq!(
        at_ana.consent().at(NOW),
        Ceiling::OnDevice,
        "control: what is staged after it ends it"
    );
}

#[test]
fn who_is_added_hears_what_was_lowered_before() {
    for to in [None, Some(Ceiling::Off)] {
        let mut chat = Three::new(Suite::Classical);
        let (ana, at_ana) = &mut chat.ana;
        if let Some(to) = to {
            let lowering = lower(&chat.bob.0, &mut chat.bob.1, to);
            ana.hear(at_ana, &lowering).unwrap();
        }
        let dave = Person::new("Dave");
        let package = dave.key_package(Suite::Classical, Wish::OnDevice);
        let (commit, letters, blob) = ana.add(at_ana, &[(&dave, package)]);
        let mut at_dave = dave.join(&letters[0], &blob);
        let expected = to.unwrap_or(Ceiling::OnDevice);
        assert_eq!(at_dave.consent().at(NOW), expected);
        assert_eq!(at_dave.consent(), at_ana.consent());
        chat.bob.0.follow(&mut chat.bob.1, &commit);
        let commit = chat.bob.0.commit(&mut chat.bob.1, &Change::State(Wish::OnDevice));
        dave.follow(&mut at_dave, &commit);
        assert_eq!(
            at_dave.consent().at(NOW),
            Ceiling::OnDevice,
            "until Bob says otherwise"
        );
    }
}

#[test]
fn what_somebody_tells_of_another_ends_with_the_next_thing_that_the_other_states() {
    let mut chat = Three::new(Suite::Classical);
    // Ana's client notes a lowering by Bob that he never sent, with the highest number.
    let bob = chat.bob.0.device.member().device().0;
    let mut notes = vec![0x82, 0x81, 0x83, 0x58, 0x20];
    notes.extend(bob);
    notes.extend([0x1B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xF5, 0xF6]);
    let notes = chat::Notes::decode(&notes).unwrap();
    let (ana, at_ana) = &mut chat.ana;
    *at_ana = Group::load(&ana.provider, at_ana.id(), notes).unwrap().unwrap();
    assert_eq!(at_ana.consent().at(NOW), Ceiling::Off, "the attack happened");
    let dave = Person::new("Dave");
    let package = dave.key_package(Suite::Classical, Wish::OnDevice);
    let (commit, letters, blob) = ana.add(at_ana, &[(&dave, package)]);
    let mut at_dave = dave.join(&letters[0], &blob);
    assert_eq!(at_dave.consent().at(NOW), Ceiling::Off);
    chat.bob.0.follow(&mut chat.bob.1, &commit);
    let title = Change::Title("Any commit of Bob's will do".into());
    let commit = chat.bob.0.commit(&mut chat.bob.1, &title);
    dave.follow(&mut at_dave, &commit);
    assert_eq!(at_dave.consent().at(NOW), Ceiling::OnDevice);
}

#[test]
fn nobody_is_told_what_they_said_themselves() {
    let mut chat = Three::new(Suite::Classical);
    let dave = Person::new("Dave");
    // Ana's client notes a lowering by Dave, whom it is about to add.
    let mut notes = vec![0x82, 0x81, 0x83, 0x58, 0x20];
    notes.extend(dave.device.member().device().0);
    notes.extend([0x05, 0xF5, 0xF6]);
    let notes = chat::Notes::decode(&notes).unwrap();
    let (ana, at_ana) = &mut chat.ana;
    *at_ana = Group::load(&ana.provider, at_ana.id(), notes).unwrap().unwrap();
    let package = dave.key_package(Suite::Classical, Wish::OnDevice);
    let (commit, letters, blob) = ana.add(at_ana, &[(&dave, package)]);
    assert_eq!(at_ana.consent().at(NOW), Ceiling::Off, "the attack happened");
    let mut at_dave = dave.join(&letters[0], &blob);
    assert_eq!(at_dave.own_wish(), Wish::OnDevice);
    let (bob, at_bob) = &mut chat.bob;
    bob.follow(at_bob, &commit);
    let commit = dave.commit(&mut at_dave, &Change::Title("As Dave likes it".into()));
    bob.follow(at_bob, &commit);
    assert_eq!(at_bob.consent().at(NOW), Ceiling::OnDevice);
}

#[test]
fn a_lowering_that_its_leaf_has_overtaken_adds_nothing_to_a_later_one() {
    let mut chat = Three::new(Suite::Classical);
    let number = chat.bob.1.next_number();
    let commit = chat.bob.0.commit(&mut chat.bob.1, &Change::State(until(100)));
    let (ana, at_ana) = &mut chat.ana;
    ana.follow(at_ana, &commit);
    for (number, to) in [(number, Ceiling::Off), (number + 1, Ceiling::OnDevice)] {
        let lowering = Body::Lower(Lowering { number, to });
        let sent = chat.bob.0.send(&mut chat.bob.1, lowering);
        ana.hear(at_ana, &sent).unwrap();
        assert_eq!(at_ana.consent().at(NOW), Ceiling::OnDevice);
    }
}

#[test]
fn who_returns_hears_what_was_lowered_in_between() {
    let mut chat = Three::new(Suite::Classical);
    let victims = encryption_keys_of(&chat.bob.1, chat.cleo.0.device.member().device());
    let evil = sabotage::Sabotage::new(&chat.bob.0.provider, victims);
    let change = Change::State(Wish::OnDevice);
    let outgoing = chat.bob.1.stage(&evil, &chat.bob.0.device, &change).unwrap();
    assert!(evil.garbled() > 0, "the attack happened");
    chat.bob.1.merge_own(&chat.bob.0.provider).unwrap();
    let (ana, at_ana) = &mut chat.ana;
    ana.follow(at_ana, &outgoing.commit);
    let (cleo, mut at_cleo) = chat.cleo;
    at_cleo.judge(&cleo.provider, &outgoing.commit).unwrap_err();
    let lowering = lower(&chat.bob.0, &mut chat.bob.1, Ceiling::Off);
    ana.hear(at_ana, &lowering).unwrap();
    let letter = at_ana
        .seal_rejoin(&ana.provider, &ana.device, cleo.letters.public())
        .unwrap();
    let Letter::Rejoin(packet) = Letter::open(&cleo.letters, cleo.provider.crypto(), &letter).unwrap() else {
        panic!("not a way back")
    };
    let (at_cleo, envelope) = Group::rejoin(&cleo.provider, &cleo.device, &at_cleo.left(), &packet).unwrap();
    ana.follow(at_ana, &envelope);
    assert_eq!(at_cleo.consent().at(NOW), Ceiling::Off);
    assert_eq!(at_cleo.consent(), at_ana.consent());
}

#[test]
fn only_who_was_there_before_shows_the_way_back() {
    let suite = Suite::Classical;
    let mut chat = Three::new(suite);
    let left = chat.cleo.1.left();
    // Dora came after the epoch that Cleo could not leave. Whoever knows the group's id could be in one like it.
    let dora = Person::new("Dora");
    let guests = [(&dora, dora.key_package(suite, Wish::OnDevice))];
    let (_, letters, blob) = chat.ana.0.add(&mut chat.ana.1, &guests);
    let at_dora = dora.join(&letters[0], &blob);

    let (cleo, _) = &chat.cleo;
    let way_back = |person: &Person, group: &Group| {
        let letter = group.seal_rejoin(&person.provider, &person.device, cleo.letters.public());
        match Letter::open(&cleo.letters, cleo.provider.crypto(), &letter.unwrap()).unwrap() {
            Letter::Rejoin(packet) => Group::rejoin(&cleo.provider, &cleo.device, &left, &packet),
            Letter::Invitation(_) => panic!("not a way back"),
        }
    };
    assert_eq!(
        way_back(&dora, &at_dora).unwrap_err(),
        PeerFault::Signature.into()
    );
    // Control: the same from Ana.
    let (at_cleo, _) = way_back(&chat.ana.0, &chat.ana.1).unwrap();
    assert_eq!(at_cleo.epoch(), chat.ana.1.epoch() + 1);
}
