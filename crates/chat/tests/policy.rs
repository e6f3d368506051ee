//! Commits that MLS accepts and Snug does not, made by a member with a client of its own. Each attempt has its control: the same
//! thing done in the way that is allowed is accepted, through the same forged envelopes, so that it is the policy that refuses.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

mod common;
#[path = "common/forge.rs"]
mod forge;
#[path = "common/sabotage.rs"]
mod sabotage;

use chat::consent::{Ceiling, Statement, Wish};
use chat::{
    Change, ChatError, CommitFault, Device, Group, Happened, Invitation, Invitee, KeyPair, Letter, PeerFault,
    Suite,
};
use common::{NOW, Person, Three, until};
use forge::{EXTERNAL, capabilities, credential_bytes, leaf, statement, with_key};
use openmls::credentials::{CredentialWithKey, NewSignerBundle};
use openmls::extensions::{
    Extension, ExtensionType, Extensions, RequiredCapabilitiesExtension, UnknownExtension,
};
use openmls::group::{GroupContext, MlsGroup};
use openmls::key_packages::{KeyPackage, KeyPackageIn, Lifetime};
use openmls::messages::external_proposals::JoinProposal;
use openmls::messages::proposals::{PreSharedKeyProposal, Proposal};
use openmls::prelude::{
    LeafNodeIndex, LeafNodeParameters, MlsMessageBodyIn, MlsMessageIn, MlsMessageOut,
    ProcessedMessageContent, ProtocolVersion,
};
use openmls::schedule::PreSharedKeyId;
use openmls::schedule::psk::{ExternalPsk, Psk};
use openmls_traits::OpenMlsProvider as _;
use tls_codec::{DeserializeBytes as _, Serialize as _};

const SUITE: Suite = Suite::Classical;

/// Bob is the one with a client of his own.
fn chat() -> Three {
    Three::new(SUITE)
}

/// What Ana makes of a commit; she follows it if she can.
fn ana(chat: &mut Three, envelope: &[u8]) -> Result<Happened, CommitFault> {
    let (person, group) = &mut chat.ana;
    let judged = group.judge(&person.provider, envelope)?;
    Ok(group.merge(&person.provider, judged).unwrap())
}

/// Bob is the author, and this is what is wrong.
fn refused(result: &Result<Happened, CommitFault>, with: PeerFault) {
    let Err(CommitFault::Invalid { author, fault }) = result else {
        panic!("{result:?}")
    };
    assert_eq!(*fault, with);
    assert_eq!(author.as_ref().map(chat::Member::name), Some("Bob"));
}

fn index_of(person: &Person, group: &Group, of: &Person) -> LeafNodeIndex {
    let members = person.mls(group).members().collect::<Vec<_>>();
    let device = of.device.member().device().0;
    let found = members.iter().find(|member| member.signature_key == device);
    found.unwrap().index
}

/// The library's own state of Ana's group learns of a proposal, as a client without a policy would let it.
fn ana_takes_proposal(chat: &mut Three, proposal: &MlsMessageOut) {
    let (person, group) = &mut chat.ana;
    let mut mls = person.mls(group);
    let bytes = proposal.to_bytes().unwrap();
    let message = MlsMessageIn::tls_deserialize_exact_bytes(&bytes).unwrap();
    let message = message.try_into_protocol_message().unwrap();
    let processed = mls.process_message(&person.provider, message).unwrap();
    let content = processed.into_content();
    let ProcessedMessageContent::ProposalMessage(proposal) = content else {
        panic!("not a proposal")
    };
    mls.store_pending_proposal(person.provider.storage(), *proposal)
        .unwrap();
    *group = Group::load(&person.provider, group.id(), group.notes().clone())
        .unwrap()
        .unwrap();
}

#[test]
fn a_commit_made_by_the_document_alone_is_followed() {
    let mut chat = chat();
    let (bob, group) = &chat.bob;
    let envelope = bob.forge_envelope(group, |commit| commit.leaf_node_parameters(leaf(Wish::Off)));
    let happened = ana(&mut chat, &envelope).unwrap();
    assert_eq!(happened.by.name(), "Bob");
    assert_eq!(chat.ana.1.consent().at(NOW), Ceiling::Off);
}

#[test]
fn a_leaf_without_a_statement_counts_as_on_device() {
    let mut chat = chat();
    let (bob, group) = &chat.bob;
    let bare = LeafNodeParameters::builder()
        .with_extensions(Extensions::empty())
        .with_capabilities(capabilities())
        .build();
    let envelope = bob.forge_envelope(group, |commit| commit.leaf_node_parameters(bare));
    ana(&mut chat, &envelope).unwrap();
    assert_eq!(chat.ana.1.consent().at(NOW), Ceiling::OnDevice);
}

#[test]
fn proposals_come_by_value() {
    let mut chat = chat();
    let (bob, group) = &chat.bob;
    let cleo = index_of(bob, group, &chat.cleo.0);
    let mut mls = bob.mls(group);
    let (proposal, _) = mls
        .propose_remove_member(&bob.provider, &bob.hand(), cleo)
        .unwrap();
    let index = mls.own_leaf_index().u32();
    let by_reference = bob.forge(mls, |commit| commit.consume_proposal_store(true));
    let by_reference = bob.seal_commit(group, index, &by_reference);
    refused(&ana(&mut chat, &by_reference), PeerFault::Mls);
    ana_takes_proposal(&mut chat, &proposal);
    refused(&ana(&mut chat, &by_reference), PeerFault::Policy);

    let mut mls = chat.bob.0.mls(&chat.bob.1);
    mls.clear_pending_proposals(chat.bob.0.provider.storage())
        .unwrap();
    let by_value = chat.bob.0.forge(mls, |commit| commit.propose_removals([cleo]));
    let by_value = chat.bob.0.seal_commit(&chat.bob.1, index, &by_value);
    let happened = ana(&mut chat, &by_value).unwrap();
    assert_eq!(happened.removed[0].name(), "Cleo", "control: by value it is done");
}

#[test]
fn nobody_updates_the_leaf_of_another() {
    let mut chat = chat();
    let (cleo, group) = &chat.cleo;
    let mut mls = cleo.mls(group);
    let (proposal, _) = mls
        .propose_self_update(&cleo.provider, &cleo.hand(), leaf(Wish::Off))
        .unwrap();
    let at_bob = MlsMessageIn::tls_deserialize_exact_bytes(&proposal.to_bytes().unwrap()).unwrap();
    let (bob, group) = &chat.bob;
    let mut mls = bob.mls(group);
    let processed = mls
        .process_message(&bob.provider, at_bob.try_into_protocol_message().unwrap())
        .unwrap();
    let ProcessedMessageContent::ProposalMessage(stored) = processed.into_content() else {
        panic!("not a proposal")
    };
    mls.store_pending_proposal(bob.provider.storage(), *stored)
        .unwrap();
    let index = mls.own_leaf_index().u32();
    let commit = bob.forge(mls, |commit| commit.consume_proposal_store(true));
    let envelope = bob.seal_commit(group, index, &commit);
    ana_takes_proposal(&mut chat, &proposal);
    refused(&ana(&mut chat, &envelope), PeerFault::Policy);
}

#[test]
fn a_proposal_does_not_pass_in_a_message_slot() {
    let mut chat = chat();
    let (bob, group) = &chat.bob;
    let cleo = index_of(bob, group, &chat.cleo.0);
    let mut mls = bob.mls(group);
    let (proposal, _) = mls
        .propose_remove_member(&bob.provider, &bob.hand(), cleo)
        .unwrap();
    let body = proposal.to_bytes().unwrap();
    for kind in [forge::MESSAGE, forge::COMMIT] {
        let envelope = match kind {
            forge::MESSAGE => bob.seal(group.secrets(), kind, &body),
            _ => bob.seal_commit(group, mls.own_leaf_index().u32(), &body),
        };
        if kind == forge::MESSAGE {
            let heard = chat.ana.1.open_message(&chat.ana.0.provider, &envelope);
            assert_eq!(heard, Err(PeerFault::Place.into()));
        } else {
            let fault = chat.ana.1.judge(&chat.ana.0.provider, &envelope).unwrap_err();
            assert!(matches!(
                fault,
                CommitFault::Invalid {
                    fault: PeerFault::Place,
                    ..
                }
            ));
        }
    }
    let mls = bob.mls(group);
    let mut again = mls;
    again.clear_pending_proposals(bob.provider.storage()).unwrap();
    let said = again
        .create_message(&bob.provider, &bob.hand(), b"no payload")
        .unwrap();
    let envelope = bob.seal(group.secrets(), forge::MESSAGE, &said.to_bytes().unwrap());
    let heard = chat.ana.1.open_message(&chat.ana.0.provider, &envelope);
    assert_eq!(
        heard,
        Err(PeerFault::Malformed.into()),
        "control: a message gets further"
    );
}

#[test]
fn no_secret_from_outside_enters_the_key_schedule() {
    let mut chat = chat();
    let psk = || {
        let id = Psk::External(ExternalPsk::new(b"agreed elsewhere".to_vec()));
        PreSharedKeyId::new(
            openmls_traits::types::Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519,
            chat.bob.0.provider.rand(),
            id,
        )
        .unwrap()
    };
    let id = psk();
    for person in [&chat.ana.0, &chat.bob.0] {
        id.store(&person.provider, &[7; 32]).unwrap();
    }
    let (bob, group) = &chat.bob;
    let proposal = Proposal::PreSharedKey(Box::new(PreSharedKeyProposal::new(id)));
    let envelope = bob.forge_envelope(group, |commit| commit.add_proposal(proposal));
    refused(&ana(&mut chat, &envelope), PeerFault::Policy);
}

#[test]
fn what_the_group_requires_stays() {
    let title = |text: &[u8]| Extension::Unknown(0xF0A2, UnknownExtension(text.to_vec()));
    let both = [ExtensionType::Unknown(0xF0A1), ExtensionType::Unknown(0xF0A2)];
    let basic = [openmls::credentials::CredentialType::Basic];
    let required = |extensions: &[ExtensionType]| {
        Extension::RequiredCapabilities(RequiredCapabilitiesExtension::new(extensions, &[], &basic))
    };
    let shapes: [(Vec<Extension>, bool); 6] = [
        (vec![required(&both), title(b"Flat 3B, upstairs")], true),
        (vec![required(&both[1..]), title(b"Flat 3B")], false),
        (vec![required(&both)], false),
        (vec![required(&both), title(b"\x1b[2J")], false),
        (vec![required(&both), title(&[0xFF])], false),
        (vec![title(b"Flat 3B"), required(&both)], false),
    ];
    for (extensions, is_allowed) in shapes {
        let mut chat = chat();
        let (bob, group) = &chat.bob;
        let extensions = Extensions::<GroupContext>::from_vec(extensions).unwrap();
        let envelope = bob.forge_envelope(group, |commit| {
            commit.propose_group_context_extensions(extensions).unwrap()
        });
        let result = ana(&mut chat, &envelope);
        if is_allowed {
            assert!(result.unwrap().title.is_some(), "control: a new title is allowed");
        } else {
            refused(&result, PeerFault::Policy);
        }
    }
}

/// A path commit with another credential in the leaf, and another signature key if there is one.
fn bob_becomes(chat: &Three, new: CredentialWithKey, key: Option<&KeyPair>) -> Vec<u8> {
    let (bob, group) = &chat.bob;
    let mut mls = bob.mls(group);
    let index = mls.own_leaf_index().u32();
    let hand = bob.hand();
    let parameters = LeafNodeParameters::builder()
        .with_extensions(statement(Statement {
            number: 100,
            wish: Wish::OnDevice,
        }))
        .with_capabilities(capabilities());
    let bundle = match key {
        None => mls.self_update(
            &bob.provider,
            &hand,
            parameters.with_credential_with_key(new).build(),
        ),
        Some(key) => mls.self_update_with_new_signer(
            &bob.provider,
            &hand,
            NewSignerBundle {
                signer: &forge::Hand(bob.provider.crypto(), key),
                credential_with_key: new,
            },
            parameters.build(),
        ),
    };
    let commit = bundle.unwrap().into_commit().to_bytes().unwrap();
    mls.clear_pending_commit(bob.provider.storage()).unwrap();
    bob.seal_commit(group, index, &commit)
}

#[test]
fn a_leaf_keeps_its_account_and_its_key() {
    let mut chat = chat();
    let crypto = chat.bob.0.provider.crypto();
    let own = chat.bob.0.device.member().device().0;
    let credential = |account: &KeyPair, key: [u8; 32], name: &str| {
        with_key(
            credential_bytes(crypto, (account.public(), account), key, name, "localhost:1"),
            key,
        )
    };
    let [other_account, other_key] = [(); 2].map(|()| KeyPair::generate(crypto).unwrap());
    let account = credential(&other_account, own, "Bob");
    let account = bob_becomes(&chat, account, None);
    let key = credential(&chat.bob.0.account, other_key.public(), "Bob");
    let key = bob_becomes(&chat, key, Some(&other_key));
    let ana_key = chat.ana.0.account.public();
    let ana_name = credential_bytes(crypto, (ana_key, &chat.bob.0.account), own, "Ana", "localhost:1");
    let stolen = bob_becomes(&chat, with_key(ana_name, own), None);
    let renamed = credential(&chat.bob.0.account, own, "Robert");
    let renamed = bob_becomes(&chat, renamed, None);

    refused(&ana(&mut chat, &account), PeerFault::Policy);
    refused(&ana(&mut chat, &key), PeerFault::Policy);
    refused(&ana(&mut chat, &stolen), PeerFault::Credential);
    let happened = ana(&mut chat, &renamed).unwrap();
    assert!(happened.added.is_empty() && happened.removed.is_empty());
    let seats = chat.ana.1.seats(&chat.ana.0.provider).unwrap();
    let is_renamed = seats.iter().any(|seat| seat.member.name() == "Robert");
    assert!(is_renamed, "control: another name, signed by the account");
}

/// A KeyPackage that this person's own client would not make.
fn package(of: &Person, lifetime: Lifetime, credential: CredentialWithKey) -> KeyPackage {
    let bundle = KeyPackage::builder()
        .key_package_lifetime(lifetime)
        .leaf_node_capabilities(capabilities())
        .leaf_node_extensions(statement(Statement {
            number: 0,
            wish: until(1000),
        }))
        .build(
            openmls_traits::types::Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519,
            &of.provider,
            &of.hand(),
            credential,
        )
        .unwrap();
    bundle.key_package().clone()
}

fn credential_of(person: &Person, account: [u8; 32]) -> CredentialWithKey {
    let key = person.device.member().device().0;
    let crypto = person.provider.crypto();
    let bytes = credential_bytes(crypto, (account, &person.account), key, "Dave", "localhost:1");
    with_key(bytes, key)
}

#[test]
fn who_is_added_has_a_credential_of_its_account_and_no_end() {
    let mut chat = chat();
    let dave = Person::new("Dave");
    let account = dave.account.public();
    let endless = Lifetime::init(0, u64::MAX);
    let right = package(&dave, endless, credential_of(&dave, account));
    let forged = package(&dave, endless, credential_of(&dave, chat.ana.0.account.public()));
    let ending = package(&dave, Lifetime::new(3600), credential_of(&dave, account));

    let check = |package: &KeyPackage| {
        let bytes = package.tls_serialize_detached().unwrap();
        Invitee::check(
            &chat.ana.0.provider,
            dave.device.member().account(),
            SUITE,
            &bytes,
        )
        .map(drop)
    };
    assert_eq!(check(&right), Ok(()), "control");
    assert_eq!(check(&forged), Err(PeerFault::Credential));
    assert_eq!(check(&ending), Err(PeerFault::Policy));

    let (bob, group) = &chat.bob;
    let [right, forged, ending] = [right, forged, ending]
        .map(|package| bob.forge_envelope(group, |commit| commit.propose_adds([package])));
    refused(&ana(&mut chat, &forged), PeerFault::Credential);
    refused(&ana(&mut chat, &ending), PeerFault::Policy);
    let happened = ana(&mut chat, &right).unwrap();
    assert_eq!(happened.added[0].name(), "Dave", "control: added as it should be");
    assert_eq!(chat.ana.1.consent().at(NOW), Ceiling::OnDevice);
}

#[test]
fn nobody_is_exchanged_for_an_old_self_in_one_commit() {
    let mut chat = chat();
    let package = chat.cleo.0.key_package(SUITE, Wish::OnDevice);
    let commit = chat.cleo.0.commit(&mut chat.cleo.1, &Change::State(Wish::Off));
    chat.bob.0.follow(&mut chat.bob.1, &commit);
    ana(&mut chat, &commit).unwrap();
    assert_eq!(chat.ana.1.consent().at(NOW), Ceiling::Off);

    let package = KeyPackageIn::tls_deserialize_exact_bytes(&package).unwrap();
    let package = package
        .validate(chat.bob.0.provider.crypto(), ProtocolVersion::Mls10)
        .unwrap();
    let cleo = index_of(&chat.bob.0, &chat.bob.1, &chat.cleo.0);
    let (bob, group) = &chat.bob;
    let exchanged = bob.forge_envelope(group, |commit| {
        commit.propose_removals([cleo]).propose_adds([package.clone()])
    });
    refused(&ana(&mut chat, &exchanged), PeerFault::Policy);
    assert_eq!(chat.ana.1.consent().at(NOW), Ceiling::Off);

    let removed = chat
        .bob
        .0
        .forge_envelope(&chat.bob.1, |commit| commit.propose_removals([cleo]));
    let happened = ana(&mut chat, &removed).unwrap();
    assert_eq!(happened.removed[0].name(), "Cleo", "control: removing is shown");
    let raised = happened.consent.1.at(NOW);
    assert_eq!(raised, Ceiling::OnDevice, "and so is what it does");
}

#[test]
fn only_our_own_commit_is_our_own_whoever_puts_it_there() {
    let mut chat = chat();
    let stage = |chat: &mut Three, title: &str| {
        let (ana, group) = &mut chat.ana;
        let change = Change::Title(title.into());
        group.stage(&ana.provider, &ana.device, &change).unwrap().commit
    };
    let discarded = stage(&mut chat, "Discarded");
    chat.ana.1.discard_own(&chat.ana.0.provider).unwrap();
    let pending = stage(&mut chat, "Pending");
    let judged = |chat: &mut Three, envelope: &[u8]| {
        let (person, group) = &mut chat.ana;
        group.judge(&person.provider, envelope).unwrap_err()
    };
    // Bob wraps both again, as the author.
    let copy = |chat: &Three, envelope: &[u8]| {
        let (bob, group) = &chat.bob;
        let index = bob.mls(group).own_leaf_index().u32();
        let body = bob.unseal(group.secrets(), forge::COMMIT, envelope);
        bob.seal_commit(group, index, &body[68..])
    };
    let (discarded_by_bob, pending_by_bob) = (copy(&chat, &discarded), copy(&chat, &pending));
    refused(&Err(judged(&mut chat, &discarded_by_bob)), PeerFault::Signature);
    let CommitFault::Unfollowable { author } = judged(&mut chat, &discarded) else {
        panic!("what was discarded cannot be merged, and others may follow it")
    };
    assert_eq!(author.name(), "Ana");
    assert_eq!(judged(&mut chat, &pending), CommitFault::Own, "control");
    assert_eq!(judged(&mut chat, &pending_by_bob), CommitFault::Own);

    // It is known again after a restart.
    let notes = chat::Notes::decode(&chat.ana.1.notes().encode()).unwrap();
    chat.ana.1 = Group::load(&chat.ana.0.provider, chat.ana.1.id(), notes)
        .unwrap()
        .unwrap();
    assert_eq!(judged(&mut chat, &pending), CommitFault::Own);

    // Others take Bob's copy for what it is, so that nobody parts.
    let (cleo, group) = &mut chat.cleo;
    let judged_copy = group.judge(&cleo.provider, &pending_by_bob).unwrap();
    assert_eq!(judged_copy.author().name(), "Ana");
    group.merge(&cleo.provider, judged_copy).unwrap();
    chat.ana.1.merge_own(&chat.ana.0.provider).unwrap();
    assert_eq!(chat.ana.1.secrets(), chat.cleo.1.secrets());
}

/// Group information of the chat as it is now, as a member hands it to somebody who is stuck.
fn group_info(person: &Person, group: &Group) -> openmls::messages::group_info::VerifiableGroupInfo {
    let info = person
        .mls(group)
        .export_group_info(person.provider.crypto(), &person.hand(), true)
        .unwrap();
    let bytes = info.to_bytes().unwrap();
    match MlsMessageIn::tls_deserialize_exact_bytes(&bytes)
        .unwrap()
        .extract()
    {
        MlsMessageBodyIn::GroupInfo(info) => info,
        _ => panic!("not a group information"),
    }
}

/// An external commit by `who` into Bob's group, with the outer signature of `who`.
fn external(chat: &Three, who: &Person, credential: CredentialWithKey) -> Vec<u8> {
    let fresh = openmls_libcrux_crypto::Provider::new().unwrap();
    let (_, bundle) = MlsGroup::external_commit_builder()
        .skip_lifetime_validation()
        .build_group(&fresh, group_info(&chat.bob.0, &chat.bob.1), credential)
        .unwrap()
        .leaf_node_parameters(leaf(until(1000)))
        .load_psks(fresh.storage())
        .unwrap()
        .build(fresh.rand(), fresh.crypto(), &who.hand(), |_| true)
        .unwrap()
        .finalize(&fresh)
        .unwrap();
    let commit = bundle.into_commit().to_bytes().unwrap();
    who.seal_commit(&chat.bob.1, EXTERNAL, &commit)
}

#[test]
fn an_external_commit_puts_a_device_in_its_own_place_only() {
    let mut chat = chat();
    let anonymous = |fault| Err(CommitFault::Invalid { author: None, fault });
    let dave = Person::new("Dave");
    let stranger = external(&chat, &dave, credential_of(&dave, dave.account.public()));
    assert_eq!(ana(&mut chat, &stranger), anonymous(PeerFault::Policy));

    // Another account that signs for the same device.
    let key = chat.cleo.0.device.member().device().0;
    let other = KeyPair::generate(dave.provider.crypto()).unwrap();
    let crypto = chat.cleo.0.provider.crypto();
    let other = credential_bytes(crypto, (other.public(), &other), key, "Cleo", "localhost:1");
    let other = external(&chat, &chat.cleo.0, with_key(other, key));
    assert_eq!(ana(&mut chat, &other), anonymous(PeerFault::Policy));

    let own = |chat: &Three| {
        let cleo = &chat.cleo.0;
        let account = (cleo.account.public(), &cleo.account);
        with_key(
            credential_bytes(crypto_of(cleo), account, key, "Cleo", "localhost:1"),
            key,
        )
    };
    // Somebody else's outer signature around it.
    let returned = external(&chat, &chat.cleo.0, own(&chat));
    let body = chat.bob.0.unseal(chat.bob.1.secrets(), forge::COMMIT, &returned);
    let signed_by_bob = chat.bob.0.seal_commit(&chat.bob.1, EXTERNAL, &body[68..]);
    assert_eq!(ana(&mut chat, &signed_by_bob), anonymous(PeerFault::Signature));
    let index = chat.bob.0.mls(&chat.bob.1).own_leaf_index().u32();
    let as_member = chat.bob.0.seal_commit(&chat.bob.1, index, &body[68..]);
    refused(&ana(&mut chat, &as_member), PeerFault::Place);

    let happened = ana(&mut chat, &returned).unwrap();
    assert_eq!(
        happened.by.name(),
        "Cleo",
        "control: in her own place, signed by herself"
    );
    assert!(happened.added.is_empty() && happened.removed.is_empty());
}

fn crypto_of(person: &Person) -> &openmls_libcrux_crypto::CryptoProvider {
    person.provider.crypto()
}

#[test]
fn a_stranger_cannot_propose_itself() {
    let chat = chat();
    let dave = Person::new("Dave");
    let endless = Lifetime::init(0, u64::MAX);
    let package = package(&dave, endless, credential_of(&dave, dave.account.public()));
    let mls = chat.bob.0.mls(&chat.bob.1);
    let proposal = JoinProposal::new::<
        <openmls_libcrux_crypto::Provider as openmls_traits::OpenMlsProvider>::StorageProvider,
    >(package, mls.group_id().clone(), mls.epoch(), &dave.hand())
    .unwrap();
    let envelope = dave.seal_commit(&chat.bob.1, EXTERNAL, &proposal.to_bytes().unwrap());
    let (person, mut group) = chat.ana;
    let fault = group.judge(&person.provider, &envelope).unwrap_err();
    let wrong_place = CommitFault::Invalid {
        author: None,
        fault: PeerFault::Place,
    };
    assert_eq!(fault, wrong_place);
}

#[test]
fn an_invitation_is_to_a_group_of_ours_with_checked_members() {
    let [mallory, ana] = ["Mallory", "Ana"].map(Person::new);
    let both = [ExtensionType::Unknown(0xF0A1), ExtensionType::Unknown(0xF0A2)];
    let basic = [openmls::credentials::CredentialType::Basic];
    let required = Extension::RequiredCapabilities(RequiredCapabilitiesExtension::new(&both, &[], &basic));
    let title = Extension::Unknown(0xF0A2, UnknownExtension(b"Flat 3B".to_vec()));
    let right = credential_of(&mallory, mallory.account.public());
    let forged = credential_of(
        &mallory,
        KeyPair::generate(mallory.provider.crypto()).unwrap().public(),
    );
    let invite = |extensions: Vec<Extension>, credential: CredentialWithKey| {
        let mut mls = MlsGroup::builder()
            .ciphersuite(
                openmls_traits::types::Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519,
            )
            .with_capabilities(capabilities())
            .with_group_context_extensions(Extensions::from_vec(extensions).unwrap())
            .build(&mallory.provider, &mallory.hand(), credential)
            .unwrap();
        let package = ana.key_package(SUITE, Wish::OnDevice);
        let package = KeyPackageIn::tls_deserialize_exact_bytes(&package).unwrap();
        let package = package
            .validate(mallory.provider.crypto(), ProtocolVersion::Mls10)
            .unwrap();
        let (_, welcome, _) = mls
            .add_members(&mallory.provider, &mallory.hand(), &[package])
            .unwrap();
        mls.merge_pending_commit(&mallory.provider).unwrap();
        // docs/protocol.md: the tree, after the notes (none: an empty CBOR array and a null), under a key of its own.
        let tree = mls.export_ratchet_tree().tls_serialize_detached().unwrap();
        let blob = [&[0, 0, 0, 2, 0x81, 0x80][..], &tree].concat();
        use openmls_traits::crypto::OpenMlsCrypto as _;
        let blob = mallory
            .provider
            .crypto()
            .aead_encrypt(
                openmls_traits::types::AeadType::ChaCha20Poly1305,
                &[5; 32],
                &blob,
                &[0; 12],
                &[],
            )
            .unwrap();
        let invitation = Invitation::new(
            "localhost:1".into(),
            [9; 32],
            [5; 32],
            welcome.to_bytes().unwrap(),
        );
        let letter = invitation
            .seal(mallory.provider.crypto(), ana.letters.public())
            .unwrap();
        let Letter::Invitation(invitation) =
            Letter::open(&ana.letters, ana.provider.crypto(), &letter).unwrap()
        else {
            panic!("not an invitation")
        };
        invitation
            .stage(&ana.provider, &blob)
            .map(|staged| staged.title().to_owned())
    };
    let peer = |fault| Err(ChatError::Peer(fault));
    let ours = vec![required.clone(), title.clone()];
    assert_eq!(
        invite(ours.clone(), right.clone()),
        Ok("Flat 3B".to_owned()),
        "control"
    );
    assert_eq!(invite(ours, forged), peer(PeerFault::Credential));
    assert_eq!(invite(vec![title], right.clone()), peer(PeerFault::Group));
    assert_eq!(invite(vec![required], right), peer(PeerFault::Group));
}

#[test]
fn a_device_is_made_only_with_a_name_that_can_be_shown() {
    let person = Person::new("Ana");
    let crypto = person.provider.crypto();
    for (name, is_fine) in [
        ("Ana", true),
        ("", false),
        (" ", false),
        ("A\u{1b}[2J", false),
        (&"a".repeat(65), false),
    ] {
        let keys = KeyPair::generate(crypto).unwrap();
        let device = Device::new(crypto, &person.account, keys, name, "localhost:1");
        assert_eq!(device.is_ok(), is_fine, "{name:?}");
    }
}

/// A KeyPackage of the X-Wing suite (RFC 9420 section 10) with these keys for init and leaf, signed again by its device.
fn package_with_keys(of: &Person, init: &[u8], leaf_key: &[u8]) -> Vec<u8> {
    const KEY: usize = 2 + 1216;
    const SIGNATURE: usize = 2 + 64;
    let vector = |bytes: &[u8]| {
        tls_codec::VLBytes::from(bytes.to_vec())
            .tls_serialize_detached()
            .unwrap()
    };
    let sign = |label: &str, content: &[u8]| {
        use openmls_traits::signatures::Signer as _;
        let signed = [vector(format!("MLS 1.0 {label}").as_bytes()), vector(content)].concat();
        vector(&of.hand().sign(&signed).unwrap())
    };
    let honest = of.key_package(Suite::XWing, Wish::OnDevice);
    let (head, rest) = honest.split_at(4);
    let (own_init, rest) = rest.split_at(KEY);
    let (leaf, end) = rest.split_at(rest.len() - SIGNATURE - 1);
    let (own_leaf_key, leaf) = leaf[..leaf.len() - SIGNATURE].split_at(KEY);
    let or_own = |key: &[u8], own: &[u8]| if key.is_empty() { own.to_vec() } else { vector(key) };
    let leaf = [&or_own(leaf_key, own_leaf_key), leaf].concat();
    let leaf = [&leaf[..], &sign("LeafNodeTBS", &leaf)].concat();
    let package = [head, &or_own(init, own_init), &leaf, &end[..1]].concat();
    [&package[..], &sign("KeyPackageTBS", &package)].concat()
}

#[test]
fn nobody_is_added_to_whose_keys_nothing_can_be_encrypted() {
    let [ana, dave] = ["Ana", "Dave"].map(Person::new);
    let check = |init: &[u8], leaf: &[u8]| {
        let package = package_with_keys(&dave, init, leaf);
        let account = dave.device.member().account();
        Invitee::check(&ana.provider, account, Suite::XWing, &package).map(drop)
    };
    assert_eq!(check(&[], &[]), Ok(()), "control: signed again by hand");
    for key in [&[7; 5][..], &[7; 1183], &[7; 1215], &[7; 1217], &[0xFF; 1216]] {
        assert_eq!(check(key, &[]), Err(PeerFault::Malformed), "{} bytes", key.len());
        assert_eq!(check(&[], key), Err(PeerFault::Malformed), "{} bytes", key.len());
    }
}

/// Commits through a client that cuts one key off, the next one each time, until there is no further key.
fn cut_commits() -> impl Iterator<Item = (Three, Vec<u8>)> {
    (0..).map_while(|after| {
        let mut chat = Three::new(Suite::XWing);
        let (bob, group) = &mut chat.bob;
        let client = sabotage::Sabotage::cutting(&bob.provider, after);
        let change = Change::State(Wish::OnDevice);
        let outgoing = group.stage(&client, &bob.device, &change).unwrap();
        let has_cut = client.has_cut();
        has_cut.then_some((chat, outgoing.commit))
    })
}

#[test]
fn nobody_follows_to_where_nothing_can_be_encrypted() {
    let mut refusals = 0;
    for (mut chat, commit) in cut_commits() {
        let left = chat.cleo.1.left();
        chat.bob.1.merge_own(&chat.bob.0.provider).unwrap();
        match ana(&mut chat, &commit) {
            Err(CommitFault::Invalid {
                author: Some(author),
                fault: PeerFault::Malformed,
            }) => {
                assert_eq!(author.name(), "Bob");
                refusals += 1;
            }
            // A key that Ana derives too: hers is another.
            Err(CommitFault::Unfollowable { .. }) => {}
            other => panic!("{other:?}"),
        }
        // Nobody is brought back into such a tree.
        let (bob, group) = &chat.bob;
        let cleo = &chat.cleo.0;
        let key = cleo.letters.public();
        let letter = group.seal_rejoin(&bob.provider, &bob.device, key).unwrap();
        let letter = Letter::open(&cleo.letters, cleo.provider.crypto(), &letter).unwrap();
        let Letter::Rejoin(packet) = letter else {
            panic!("not a way back")
        };
        let way_back = Group::rejoin(&cleo.provider, &cleo.device, &left, &packet);
        assert_eq!(way_back.map(drop), Err(PeerFault::Malformed.into()));
    }
    assert!(refusals > 0, "one of them is the key of the leaf");
}

#[test]
fn nobody_joins_where_nothing_can_be_encrypted() {
    for after in [None, Some(0), Some(1)] {
        let [mallory, dave] = ["Mallory", "Dave"].map(Person::new);
        let mut group = mallory.create(Suite::XWing, Wish::OnDevice);
        let package = dave.key_package(Suite::XWing, Wish::OnDevice);
        let change = Change::Add(vec![mallory.invitee(&dave, Suite::XWing, &package)]);
        let outgoing = match after {
            Some(after) => {
                let client = sabotage::Sabotage::cutting(&mallory.provider, after);
                let outgoing = group.stage(&client, &mallory.device, &change).unwrap();
                assert!(client.has_cut(), "the attack happened");
                outgoing
            }
            None => group.stage(&mallory.provider, &mallory.device, &change).unwrap(),
        };
        group.merge_own(&mallory.provider).unwrap();
        let (key, blob) = group.seal_tree(&mallory.provider).unwrap();
        let invitation = Invitation::new("localhost:1".into(), [9; 32], key, outgoing.welcome.unwrap());
        let staged = invitation.stage(&dave.provider, &blob).map(drop);
        match after {
            Some(_) => assert_eq!(staged, Err(PeerFault::Malformed.into())),
            None => assert_eq!(staged, Ok(()), "control"),
        }
    }
}
