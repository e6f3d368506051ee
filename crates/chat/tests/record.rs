//! Records, pools, credentials and KeyPackages: what a server hands out, and what it cannot make.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

mod common;
#[path = "common/forge.rs"]
mod forge;

use chat::consent::{Statement, Wish};
use chat::{
    AccountId, ChatError, DeviceRecord, Invitee, LETTER_KEY, Letter, MAX_DEVICES, MAX_KEY_PACKAGE, Misuse,
    PeerFault, PoolRecord, Record, Suite, forget_key_package, make_key_package,
};
use common::{Person, until};
use openmls_traits::OpenMlsProvider as _;
use openmls_traits::crypto::OpenMlsCrypto as _;
use openmls_traits::types::{AeadType, HashType};

const SUITES: [Suite; 2] = [Suite::XWing, Suite::Classical];

fn pool(byte: u8) -> PoolRecord {
    PoolRecord {
        pool: [byte; 32],
        take: [byte + 1; 32],
        key: [byte + 2; 32],
    }
}

fn device(byte: u8) -> DeviceRecord {
    DeviceRecord {
        device: [byte; 32],
        inbox: [byte + 1; 32],
        inbox_write: [byte + 2; 32],
        letter_key: vec![byte; LETTER_KEY],
        x_wing: pool(byte),
        classical: pool(byte + 10),
    }
}

fn record(version: u64, devices: u8) -> Record {
    Record {
        version,
        devices: (0..devices).map(device).collect(),
    }
}

fn account(person: &Person) -> AccountId {
    person.device.member().account()
}

fn seal(person: &Person, record: &Record) -> Result<Vec<u8>, ChatError> {
    record.seal(
        (person.provider.crypto(), person.provider.rand()),
        &person.account,
    )
}

fn open(who: AccountId, sealed: &[u8]) -> Result<Record, ChatError> {
    let reader = openmls_libcrux_crypto::Provider::new().unwrap();
    Record::open(reader.crypto(), who, sealed)
}

/// A record as the document says that it is made, signed by anybody: who knows an address can encrypt under it.
fn forged(account: AccountId, signer: &Person, body: &[u8]) -> Vec<u8> {
    use openmls_traits::signatures::Signer as _;
    let crypto = signer.provider.crypto();
    let hand = forge::Hand(crypto, &signer.account);
    let signature = hand.sign(&[b"snug record", body].concat()).unwrap();
    let secret = crypto
        .hkdf_extract(HashType::Sha2_256, b"snug record key", &account.0)
        .unwrap();
    let key = crypto
        .hkdf_expand(HashType::Sha2_256, secret.as_slice(), &[], 32)
        .unwrap();
    let mut padded = [&signature[..], body, &[0x80]].concat();
    let bucket = (padded.len() + 28).next_power_of_two().max(512);
    padded.resize(bucket - 28, 0);
    let sealed = crypto.aead_encrypt(AeadType::ChaCha20Poly1305, key.as_slice(), &padded, &[3; 12], &[]);
    [&[3; 12], &sealed.unwrap()[..]].concat()
}

#[test]
fn a_record_comes_back_to_whoever_knows_the_address() {
    let ana = Person::new("Ana");
    for devices in [0, 1, 8] {
        let record = record(3, devices);
        let sealed = seal(&ana, &record).unwrap();
        assert!(sealed.len().is_power_of_two());
        assert_eq!(open(account(&ana), &sealed), Ok(record));
    }
    let too_many = record(1, u8::try_from(MAX_DEVICES).unwrap() + 1);
    assert_eq!(seal(&ana, &too_many), Err(Misuse::TooLong.into()));
}

#[test]
fn nobody_else_reads_or_makes_a_record() {
    let [ana, eve] = ["Ana", "Eve"].map(Person::new);
    let sealed = seal(&ana, &record(3, 1)).unwrap();
    assert_eq!(
        open(account(&eve), &sealed),
        Err(PeerFault::Envelope.into()),
        "another address"
    );
    let body = minicbor::to_vec(record(4, 1)).unwrap();
    let by_eve = forged(account(&ana), &eve, &body);
    assert_eq!(open(account(&ana), &by_eve), Err(PeerFault::Signature.into()));
    let by_ana = forged(account(&ana), &ana, &body);
    assert_eq!(
        open(account(&ana), &by_ana),
        Ok(record(4, 1)),
        "control: signed by the account"
    );
    assert_ne!(Record::name(account(&ana)), Record::name(account(&eve)));
}

#[test]
fn a_record_that_is_signed_is_still_looked_at() {
    let ana = Person::new("Ana");
    let mut short_key = record(1, 1);
    short_key.devices[0].letter_key.pop();
    let many = record(1, u8::try_from(MAX_DEVICES).unwrap() + 1);
    for wrong in [
        minicbor::to_vec(short_key).unwrap(),
        minicbor::to_vec(many).unwrap(),
        b"no CBOR".to_vec(),
        Vec::new(),
    ] {
        let sealed = forged(account(&ana), &ana, &wrong);
        assert_eq!(open(account(&ana), &sealed), Err(PeerFault::Malformed.into()));
    }
}

#[test]
fn no_byte_of_a_record_can_be_another() {
    let ana = Person::new("Ana");
    let sealed = seal(&ana, &record(3, 1)).unwrap();
    for at in 0..sealed.len() {
        let mut flipped = sealed.clone();
        flipped[at] ^= 1 << (at % 8);
        assert_eq!(
            open(account(&ana), &flipped),
            Err(PeerFault::Envelope.into()),
            "byte {at}"
        );
    }
    for end in 0..sealed.len() {
        assert!(open(account(&ana), &sealed[..end]).is_err());
    }
    assert!(open(account(&ana), &sealed).is_ok(), "control");
}

#[test]
fn a_record_that_was_replaced_shows_its_lower_version() {
    let ana = Person::new("Ana");
    let [old, new] = [1, 2].map(|version| seal(&ana, &record(version, 1)).unwrap());
    let [old, new] = [old, new].map(|sealed| open(account(&ana), &sealed).unwrap());
    assert!(
        old.version < new.version,
        "both are signed: only the version tells them apart"
    );
}

#[test]
fn a_package_of_a_pool_opens_under_its_own_key() {
    let ana = Person::new("Ana");
    let (crypto, rand) = (ana.provider.crypto(), ana.provider.rand());
    for suite in SUITES {
        let package = ana.key_package(suite, Wish::OnDevice);
        let own = device(20).pool(suite).clone();
        let sealed = own.seal((crypto, rand), &package).unwrap();
        assert!(sealed.len().is_power_of_two());
        let other = device(40).pool(suite).clone();
        assert_eq!(other.open(crypto, &sealed), Err(PeerFault::Envelope));
        for at in (0..sealed.len()).step_by(7) {
            let mut flipped = sealed.clone();
            flipped[at] ^= 1;
            assert_eq!(own.open(crypto, &flipped), Err(PeerFault::Envelope));
        }
        assert_eq!(own.open(crypto, &sealed[..11]), Err(PeerFault::Malformed));
        assert_eq!(own.open(crypto, &sealed), Ok(package), "control");
    }
}

#[test]
fn an_invitee_is_of_the_account_and_the_suite_that_were_asked_for() {
    let [ana, eve] = ["Ana", "Eve"].map(Person::new);
    let check =
        |account, suite, package: &[u8]| Invitee::check(&eve.provider, account, suite, package).map(drop);
    for (suite, another) in [SUITES, [Suite::Classical, Suite::XWing]].map(|[one, other]| (one, other)) {
        let package = ana.key_package(suite, Wish::OnDevice);
        assert_eq!(check(account(&eve), suite, &package), Err(PeerFault::Credential));
        assert_eq!(
            check(account(&ana), another, &package),
            Err(PeerFault::Credential)
        );
        for at in (0..package.len()).step_by(5) {
            let mut flipped = package.clone();
            flipped[at] ^= 1;
            assert!(check(account(&ana), suite, &flipped).is_err(), "byte {at}");
        }
        for end in (0..package.len()).step_by(9) {
            assert!(check(account(&ana), suite, &package[..end]).is_err());
        }
        let longer = [&package[..], &[0]].concat();
        assert_eq!(check(account(&ana), suite, &longer), Err(PeerFault::Malformed));
        assert_eq!(check(account(&ana), suite, &package), Ok(()), "control");
    }
    assert_eq!(
        check(account(&ana), Suite::XWing, &[0; MAX_KEY_PACKAGE + 1]),
        Err(PeerFault::Malformed)
    );
}

#[test]
fn a_package_whose_private_part_is_forgotten_opens_no_invitation() {
    for is_forgotten in [false, true] {
        let [ana, bob] = ["Ana", "Bob"].map(Person::new);
        let statement = Statement {
            number: 0,
            wish: until(100),
        };
        let made = make_key_package(&ana.provider, &ana.device, Suite::Classical, statement, false).unwrap();
        if is_forgotten {
            forget_key_package(&ana.provider, &made.reference).unwrap();
        }
        let mut group = bob.create(Suite::Classical, Wish::OnDevice);
        let (_, letters, blob) = bob.add(&mut group, &[(&ana, made.bytes)]);
        let letter = Letter::open(&ana.letters, ana.provider.crypto(), &letters[0]).unwrap();
        let Letter::Invitation(invitation) = letter else {
            panic!("not an invitation")
        };
        let staged = invitation.stage(&ana.provider, &blob).map(drop);
        if is_forgotten {
            assert_eq!(staged, Err(PeerFault::Invitation.into()));
        } else {
            assert_eq!(staged, Ok(()), "control");
        }
    }
}

#[test]
fn a_package_of_the_last_resort_is_one_like_the_others() {
    let ana = Person::new("Ana");
    let statement = Statement {
        number: 0,
        wish: until(100),
    };
    let package = make_key_package(&ana.provider, &ana.device, Suite::Classical, statement, true).unwrap();
    let [bob, cleo] = ["Bob", "Cleo"].map(Person::new);
    for inviter in [&bob, &cleo] {
        let mut group = inviter.create(Suite::Classical, Wish::OnDevice);
        let (_, letters, blob) = inviter.add(&mut group, &[(&ana, package.bytes.clone())]);
        let joined = ana.join(&letters[0], &blob);
        assert_eq!(joined.secrets(), group.secrets(), "it can be used more than once");
    }
}

/// A leaf as Eve would like to have it: the credential of somebody else, or a part of it.
#[test]
fn a_credential_holds_for_its_key_account_name_and_server_only() {
    let [ana, eve] = ["Ana", "Eve"].map(Person::new);
    let key = ana.device.member().device().0;
    let own = (ana.account.public(), &ana.account);
    let crypto = ana.provider.crypto();
    let credential = forge::credential_bytes(crypto, own, key, "Ana", "localhost:1");
    let package = |person: &Person, credential: Vec<u8>| {
        use openmls::key_packages::{KeyPackage, Lifetime};
        use tls_codec::Serialize as _;
        let bundle = KeyPackage::builder()
            .key_package_lifetime(Lifetime::init(0, u64::MAX))
            .leaf_node_capabilities(forge::capabilities())
            .build(
                openmls_traits::types::Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519,
                &person.provider,
                &person.hand(),
                forge::with_key(credential, person.device.member().device().0),
            );
        bundle.unwrap().key_package().tls_serialize_detached().unwrap()
    };
    let check = |package: &[u8]| {
        let checked = Invitee::check(&eve.provider, account(&ana), Suite::Classical, package);
        checked.map(|invitee| invitee.member().name().to_owned())
    };
    assert_eq!(
        check(&package(&ana, credential.clone())),
        Ok("Ana".to_owned()),
        "control"
    );
    assert_eq!(
        check(&package(&eve, credential.clone())),
        Err(PeerFault::Credential),
        "another key"
    );
    for at in 0..credential.len() {
        let mut flipped = credential.clone();
        flipped[at] ^= 1;
        assert_eq!(
            check(&package(&ana, flipped)),
            Err(PeerFault::Credential),
            "byte {at}"
        );
    }
    for end in 0..credential.len() {
        assert_eq!(
            check(&package(&ana, credential[..end].to_vec())),
            Err(PeerFault::Credential)
        );
    }
    // The name and the server cannot trade letters, and nothing stands behind them.
    let shifted = forge::credential_bytes(crypto, own, key, "Anal", "ocalhost:1");
    let mut shifted_signature = shifted[..shifted.len() - 64].to_vec();
    shifted_signature.extend(&credential[credential.len() - 64..]);
    assert_eq!(
        check(&package(&ana, shifted_signature)),
        Err(PeerFault::Credential)
    );
    for (name, server) in [("", "localhost:1"), ("A\nna", "localhost:1"), ("Ana", " ")] {
        let bad = forge::credential_bytes(crypto, own, key, name, server);
        assert_eq!(
            check(&package(&ana, bad)),
            Err(PeerFault::Credential),
            "signed, and not plain"
        );
    }
}
