//! What servers hand out about people: addresses, records (also signed by their account, with any content), KeyPackages; and the
//! notes that a device stores.

#![no_main]

use chat::consent::Wish;
use chat::{Address, DeviceRecord, Invitee, LETTER_KEY, Notes, PoolRecord, Record, Suite};
use libfuzzer_sys::fuzz_target;
use openmls_traits::OpenMlsProvider as _;
use openmls_traits::crypto::OpenMlsCrypto as _;
use openmls_traits::signatures::Signer as _;
use openmls_traits::types::{AeadType, HashType};

#[path = "../../crates/chat/tests/common/mod.rs"]
mod common;
mod damage;
#[path = "../../crates/chat/tests/common/forge.rs"]
mod forge;

use common::Person;

struct Scene {
    ana: Person,
    packages: Vec<Vec<u8>>,
    records: Vec<Vec<u8>>,
    notes: Vec<Vec<u8>>,
    addresses: Vec<Vec<u8>>,
}

thread_local! {
    static SCENE: Scene = Scene::new();
}

impl Scene {
    fn new() -> Self {
        let ana = Person::new("Ana");
        let suites = [Suite::Classical, Suite::XWing];
        let pool = PoolRecord {
            pool: [1; 32],
            take: [2; 32],
            key: [3; 32],
        };
        let device = DeviceRecord {
            device: [4; 32],
            inbox: [5; 32],
            inbox_write: [6; 32],
            letter_key: vec![7; LETTER_KEY],
            x_wing: pool.clone(),
            classical: pool,
        };
        let record = |devices: usize| Record {
            version: 300,
            devices: vec![device.clone(); devices],
        };
        // [ lowerings, null ], and the same with one lowering and a commit that waits.
        let mut notes = vec![0x82, 0x81, 0x83, 0x58, 0x20];
        notes.extend([9; 32]);
        notes.extend([0x18, 0x64, 0xF5, 0x58, 0x20]);
        notes.extend([8; 32]);
        Self {
            packages: suites.map(|suite| ana.key_package(suite, Wish::OnDevice)).into(),
            records: [0, 1, 2]
                .map(|devices| minicbor::to_vec(record(devices)).unwrap())
                .into(),
            notes: vec![Notes::default().encode(), notes],
            addresses: vec![
                Address {
                    account: ana.device.member().account(),
                    server: "localhost:1".into(),
                }
                .to_string()
                .into_bytes(),
            ],
            ana,
        }
    }

    fn record(&self, body: &[u8]) {
        let (crypto, account) = (self.ana.provider.crypto(), self.ana.device.member().account());
        let hand = forge::Hand(crypto, &self.ana.account);
        let signature = hand.sign(&[b"snug record", body].concat()).unwrap();
        let secret = crypto
            .hkdf_extract(HashType::Sha2_256, b"snug record key", &account.0)
            .unwrap();
        let key = crypto
            .hkdf_expand(HashType::Sha2_256, secret.as_slice(), &[], 32)
            .unwrap();
        let mut padded = [&signature[..], body, &[0x80]].concat();
        padded.resize((padded.len() + 28).next_power_of_two().max(512) - 28, 0);
        let sealed = crypto.aead_encrypt(AeadType::ChaCha20Poly1305, key.as_slice(), &padded, &[3; 12], &[]);
        let sealed = [&[3; 12], &sealed.unwrap()[..]].concat();
        let Ok(record) = Record::open(crypto, account, &sealed) else {
            return;
        };
        let again = record
            .seal((crypto, self.ana.provider.rand()), &self.ana.account)
            .unwrap();
        assert_eq!(
            Record::open(crypto, account, &again),
            Ok(record),
            "what was read can be written"
        );
    }

    fn package(&self, bytes: &[u8]) {
        for suite in [Suite::Classical, Suite::XWing] {
            let account = self.ana.device.member().account();
            if let Ok(invitee) = Invitee::check(&self.ana.provider, account, suite, bytes) {
                assert!(
                    self.packages.iter().any(|honest| honest == bytes),
                    "only what she made"
                );
                assert_eq!(invitee.member().name(), "Ana");
            }
        }
    }

    fn address(bytes: &[u8]) {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return;
        };
        if let Ok(address) = text.parse::<Address>() {
            assert_eq!(address.to_string(), text.trim(), "one way to write it");
        }
    }

    fn notes(bytes: &[u8]) {
        if let Some(notes) = Notes::decode(bytes) {
            assert_eq!(Notes::decode(&notes.encode()), Some(notes));
        }
    }
}

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else {
        return;
    };
    SCENE.with(|scene| {
        let honest = [&scene.records, &scene.packages, &scene.addresses, &scene.notes];
        let which = usize::from(kind % 4);
        let damaged = damage::damaged(honest[which], bytes);
        for bytes in [Some(bytes.to_vec()), damaged].into_iter().flatten() {
            match which {
                0 => scene.record(&bytes),
                1 => scene.package(&bytes),
                2 => Scene::address(&bytes),
                _ => Scene::notes(&bytes),
            }
        }
    });
});
