//! How long a message takes on a device, beside the bare OpenMLS calls with one durable transaction of the same store.
//!
//! Sending is measured up to the moment when the envelope could leave, receiving from the moment when it has come; that the
//! store hears of an acknowledgement afterwards is not measured, nobody waits for it. Both sides keep the state of MLS in the
//! same kind of encrypted store, with one commit that is on the disk. The bare side keeps it through the storage that comes with
//! OpenMLS, as it comes (in the same encoding, the fastest that was tried), writes the text into one table, and nothing else. The two take turns, message by message, and in being
//! the first; each begins right after a step of somebody else that is on the disk, so that neither finds its caches warmer, and
//! with a log that grows no more.
//!
//! Pages are what one step writes into the log of the database, each encrypted: a number that does not move with the machine.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a benchmark may stop"
)]

use std::time::{Duration, Instant};

use chat::consent::{Statement, Wish};
use chat::{Change, Device, Invitation, Invitee, KeyPair, Letter, LetterKeys, Suite, make_key_package};
use client::ClientError;
use client::api::{ChatId, Draft};
use client::measuring::Bench;
use client::store::{Cbor, Effort, Store, Unlock, settings};
use delivery::{Slot, SlotKind};
use openmls::prelude::{
    BasicCredential, Ciphersuite, CredentialWithKey, KeyPackage, MlsGroup, MlsGroupJoinConfig,
    MlsMessageBodyIn, MlsMessageIn, PURE_CIPHERTEXT_WIRE_FORMAT_POLICY, ProcessedMessageContent,
    StagedWelcome,
};
use openmls_libcrux_crypto::{CryptoProvider, Provider};
use openmls_sqlite_storage::SqliteStorageProvider;
use openmls_traits::OpenMlsProvider;
use openmls_traits::crypto::OpenMlsCrypto as _;
use openmls_traits::signatures::{Signer, SignerError};
use openmls_traits::types::SignatureScheme;
use rusqlite::Connection;
use tempfile::TempDir;
use tls_codec::{DeserializeBytes as _, Serialize as _};

const MESSAGES: u64 = 300;
/// Of so many more the pages are counted.
const PAGED: usize = 15;
const TEXT: &str = "The plumber comes on Thursday between nine and eleven; somebody has to be in and let him into the cellar.";

fn main() {
    println!("{MESSAGES} messages of {} bytes each way; medians\n", TEXT.len());
    println!(
        "| members | suite | what | Snug | bare OpenMLS, one durable transaction | ratio | pages | its pages |"
    );
    println!("|--:|:--|:--|--:|--:|--:|--:|--:|");
    for (members, suite) in [
        (2, Suite::XWing),
        (10, Suite::XWing),
        (50, Suite::XWing),
        (100, Suite::Classical),
    ] {
        let mut ours = Ours::new(members, suite);
        let mut bare = Bare::new(members, suite);
        let (mut sent, mut received) = (Pairs::default(), Pairs::default());
        let neutral = Neutral::new();
        for store in [
            ours.sender.0.store(),
            ours.receiver.0.store(),
            &bare.sender.0,
            &bare.receiver.0,
        ] {
            fill_log(store);
        }
        for round in 0..MESSAGES + 20 {
            ours.sender.0.rest();
            neutral.step(round);
            let turn = [Side::Ours, Side::Bare];
            let turn = if round % 2 == 0 { turn } else { [turn[1], turn[0]] };
            let mut envelopes = [Vec::new(), Vec::new()];
            let mut took = [[Duration::ZERO; 2]; 2];
            for side in turn {
                (envelopes[side as usize], took[0][side as usize]) = timed(|| match side {
                    Side::Ours => ours.send(),
                    Side::Bare => bare.send(),
                });
            }
            for side in turn {
                let envelope = &envelopes[side as usize];
                ((), took[1][side as usize]) = timed(|| match side {
                    Side::Ours => ours.receive(envelope),
                    Side::Bare => bare.receive(envelope),
                });
            }
            if round >= 20 {
                sent.add(took[0]);
                received.add(took[1]);
            }
        }
        for _ in 0..PAGED {
            ours.sender.0.rest();
            let (envelope, sent_ours) = paged(&mut ours, |ours| ours.sender.0.store(), Ours::send);
            let (message, sent_bare) = paged(&mut bare, |bare| &bare.sender.0, Bare::send);
            let receive = |ours: &mut Ours| ours.receive(&envelope);
            let ((), received_ours) = paged(&mut ours, |ours| ours.receiver.0.store(), receive);
            let receive = |bare: &mut Bare| bare.receive(&message);
            let ((), received_bare) = paged(&mut bare, |bare| &bare.receiver.0, receive);
            sent.add_pages([sent_ours, sent_bare]);
            received.add_pages([received_ours, received_bare]);
        }
        sent.print(members, suite, "send");
        received.print(members, suite, "receive");
    }
}

#[derive(Clone, Copy)]
enum Side {
    Ours,
    Bare,
}

/// Of both sides, ours first.
#[derive(Default)]
struct Pairs {
    times: [Vec<Duration>; 2],
    pages: [Vec<u32>; 2],
}

impl Pairs {
    fn add(&mut self, times: [Duration; 2]) {
        for (all, time) in self.times.iter_mut().zip(times) {
            all.push(time);
        }
    }

    fn add_pages(&mut self, pages: [u32; 2]) {
        for (all, pages) in self.pages.iter_mut().zip(pages) {
            all.push(pages);
        }
    }

    fn print(mut self, members: usize, suite: Suite, what: &str) {
        let [ours, bare] = self.times.each_mut().map(|times| median(times).as_secs_f64());
        let [our_pages, bare_pages] = self.pages.each_mut().map(|pages| median(pages));
        println!(
            "| {members} | {suite} | {what} | {:.2} ms | {:.2} ms | {:.2} | {our_pages} | {bare_pages} |",
            ours * 1e3,
            bare * 1e3,
            ours / bare
        );
    }
}

fn median<T: Ord + Copy>(values: &mut [T]) -> T {
    values.sort_unstable();
    values[values.len() / 2]
}

/// A step that is neither side's.
struct Neutral {
    _folder: TempDir,
    store: Store,
}

impl Neutral {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let store = store(&folder, "Neutral");
        Self {
            _folder: folder,
            store,
        }
    }

    fn step(&self, number: u64) {
        touch(&self.store, number);
    }
}

/// A log that grows costs more to flush than one that is written over, as it is from a thousand pages on. A side that writes
/// more pages would be there sooner.
fn fill_log(store: &Store) {
    for number in 0..1_010 {
        touch(store, number);
    }
}

fn touch(store: &Store, number: u64) {
    let write = |tx: &client::store::Tx<'_>| settings::put(tx, "neutral", &number.to_be_bytes());
    store.transaction(write).unwrap();
}

/// How many pages a step puts into the log of this store.
fn paged<S, T>(side: &mut S, store: impl Fn(&S) -> &Store, step: impl FnOnce(&mut S) -> T) -> (T, u32) {
    let log = |side: &S, mode: &str| -> u32 {
        let sql = format!("PRAGMA wal_checkpoint({mode})");
        let found = store(side).connection().query_row(&sql, [], |row| row.get(1));
        found.unwrap()
    };
    log(side, "TRUNCATE");
    let value = step(side);
    let pages = log(side, "PASSIVE");
    (value, pages)
}

fn timed<T>(run: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let value = run();
    (value, start.elapsed())
}

fn store(folder: &TempDir, name: &str) -> Store {
    Store::create(
        &folder.path().join(name),
        &Unlock::passphrase("benchmark"),
        Effort::LEAST,
    )
    .unwrap()
}

/// Two devices with stores, and others who only fill the tree.
struct Ours {
    _folder: TempDir,
    sender: (Bench, ChatId),
    receiver: (Bench, ChatId),
    seq: u64,
}

impl Ours {
    fn new(members: usize, suite: Suite) -> Self {
        let folder = TempDir::new().unwrap();
        let bench = |name: &str| {
            let mut bench = Bench::new(store(&folder, name)).unwrap();
            bench.create_account(name).unwrap();
            bench
        };
        let (mut sender, mut receiver) = (bench("Ana"), bench("Bob"));
        let (device, chat) = (
            sender.device().unwrap(),
            sender.create_chat(suite, Wish::OnDevice).unwrap(),
        );
        let statement = Statement {
            number: 0,
            wish: Wish::OnDevice,
        };
        let others = (2..members).map(|number| stranger(number, suite, statement));
        let package = receiver.store().transaction(|tx| {
            let own = receiver.device().unwrap();
            let package = make_key_package(&tx.provider(), &own, suite, statement, false);
            Ok::<_, ClientError>(package.unwrap().bytes)
        });
        let own = receiver.device().unwrap().member().account();
        let mut packages: Vec<_> = others.collect();
        packages.push((own, package.unwrap()));
        let letters = LetterKeys::generate(sender.store().crypto(), sender.store().crypto()).unwrap();
        let mut invitation = None;
        for batch in packages.chunks(10) {
            let (letter, blob) = sender
                .with_group(chat, |provider, group| {
                    let invitees = batch.iter().map(|(account, package)| {
                        Invitee::check(provider, *account, suite, package).unwrap()
                    });
                    let outgoing = group.stage(provider, &device, &Change::Add(invitees.collect()))?;
                    group.merge_own(provider)?;
                    let (key, blob) = group.seal_tree(provider)?;
                    let invitation =
                        Invitation::new("127.0.0.1:1".into(), [0; 32], key, outgoing.welcome.unwrap());
                    Ok((invitation.seal(provider.crypto(), letters.public())?, blob))
                })
                .unwrap();
            invitation = Some((letter, blob));
        }
        let (letter, blob) = invitation.unwrap();
        let joined = receiver
            .adopt(|provider| {
                let Letter::Invitation(invitation) = Letter::open(&letters, provider.crypto(), &letter)?
                else {
                    return Err(ClientError::Empty);
                };
                Ok(invitation.stage(provider, &blob)?.join(provider)?)
            })
            .unwrap();
        Self {
            _folder: folder,
            sender: (sender, chat),
            receiver: (receiver, joined),
            seq: 0,
        }
    }

    fn send(&mut self) -> Vec<u8> {
        let (bench, chat) = &mut self.sender;
        let envelope = bench
            .send(
                *chat,
                &Draft {
                    text: TEXT.into(),
                    ..Draft::default()
                },
            )
            .unwrap();
        self.seq += 1;
        bench.accepted(*chat, self.seq).unwrap();
        envelope
    }

    fn receive(&mut self, envelope: &[u8]) {
        let (bench, chat) = &mut self.receiver;
        let slot = Slot {
            seq: self.seq,
            kind: SlotKind::Message,
            body: envelope.to_vec().into(),
        };
        assert_eq!(bench.receive(*chat, &[slot]).unwrap(), 1);
    }
}

fn stranger(number: usize, suite: Suite, statement: Statement) -> (chat::AccountId, Vec<u8>) {
    let provider = Provider::new().unwrap();
    let [account, keys] = [(); 2].map(|()| KeyPair::generate(provider.crypto()).unwrap());
    let name = format!("Stranger {number}");
    let device = Device::new(provider.crypto(), &account, keys, &name, "127.0.0.1:1").unwrap();
    (
        device.member().account(),
        make_key_package(&provider, &device, suite, statement, false)
            .unwrap()
            .bytes,
    )
}

/// The same with OpenMLS alone.
struct Bare {
    _folder: TempDir,
    sender: (Store, MlsGroup, Keys),
    receiver: (Store, MlsGroup),
}

/// What OpenMLS needs, with its storage as it comes.
struct Published<'a> {
    crypto: &'a CryptoProvider,
    storage: SqliteStorageProvider<Cbor, &'a Connection>,
}

impl<'a> Published<'a> {
    fn new(store: &'a Store, tx: &'a Connection) -> Self {
        Self {
            crypto: store.crypto(),
            storage: SqliteStorageProvider::new(tx),
        }
    }
}

impl<'a> OpenMlsProvider for Published<'a> {
    type CryptoProvider = CryptoProvider;
    type RandProvider = CryptoProvider;
    type StorageProvider = SqliteStorageProvider<Cbor, &'a Connection>;

    fn storage(&self) -> &Self::StorageProvider {
        &self.storage
    }

    fn crypto(&self) -> &CryptoProvider {
        self.crypto
    }

    fn rand(&self) -> &CryptoProvider {
        self.crypto
    }
}

struct Keys {
    crypto: CryptoProvider,
    secret: Vec<u8>,
    credential: CredentialWithKey,
}

impl Keys {
    fn new(name: &str) -> Self {
        let crypto = CryptoProvider::new().unwrap();
        let (secret, public) = crypto.signature_key_gen(SignatureScheme::ED25519).unwrap();
        let credential = BasicCredential::new(name.into()).into();
        Self {
            crypto,
            secret,
            credential: CredentialWithKey {
                credential,
                signature_key: public.into(),
            },
        }
    }
}

impl Signer for Keys {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, SignerError> {
        let signature = self.crypto.sign(SignatureScheme::ED25519, payload, &self.secret);
        signature.map_err(|_| SignerError::SigningError)
    }

    fn signature_scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}

impl Bare {
    fn new(members: usize, suite: Suite) -> Self {
        let suite = match suite {
            Suite::XWing => Ciphersuite::MLS_256_XWING_CHACHA20POLY1305_SHA256_Ed25519,
            Suite::Classical => Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519,
        };
        let folder = TempDir::new().unwrap();
        let stores = ["Ana", "Bob"].map(|name| store(&folder, name));
        for store in &stores {
            let table = "CREATE TABLE bare (id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT";
            store.connection().execute(table, []).unwrap();
        }
        let [at_ana, at_bob] = stores;
        let [ana, bob] = ["Ana", "Bob"].map(Keys::new);
        let mut group = step(&at_ana, |provider| {
            MlsGroup::builder()
                .ciphersuite(suite)
                .with_wire_format_policy(PURE_CIPHERTEXT_WIRE_FORMAT_POLICY)
                .use_ratchet_tree_extension(true)
                .build(provider, &ana, ana.credential.clone())
                .unwrap()
        });
        let mut packages: Vec<_> = (2..members)
            .map(|number| {
                let provider = Provider::new().unwrap();
                let keys = Keys::new(&format!("Stranger {number}"));
                KeyPackage::builder()
                    .build(suite, &provider, &keys, keys.credential.clone())
                    .unwrap()
                    .key_package()
                    .clone()
            })
            .collect();
        packages.push(step(&at_bob, |provider| bare_package(provider, &bob, suite)));
        let mut welcome = None;
        for batch in packages.chunks(10) {
            welcome = step(&at_ana, |provider| {
                let (_, welcome, _) = group.add_members(provider, &ana, batch).unwrap();
                group.merge_pending_commit(provider).unwrap();
                Some(welcome.tls_serialize_detached().unwrap())
            });
        }
        let message = MlsMessageIn::tls_deserialize_exact_bytes(&welcome.unwrap()).unwrap();
        let MlsMessageBodyIn::Welcome(welcome) = message.extract() else {
            unreachable!()
        };
        let config = MlsGroupJoinConfig::builder()
            .wire_format_policy(PURE_CIPHERTEXT_WIRE_FORMAT_POLICY)
            .build();
        let joined = step(&at_bob, |provider| {
            let staged = StagedWelcome::new_from_welcome(provider, &config, welcome, None).unwrap();
            staged.into_group(provider).unwrap()
        });
        Self {
            _folder: folder,
            sender: (at_ana, group, ana),
            receiver: (at_bob, joined),
        }
    }

    fn send(&mut self) -> Vec<u8> {
        let (store, group, keys) = &mut self.sender;
        store
            .transaction(|tx| {
                let message = group
                    .create_message(&Published::new(store, tx), keys, TEXT.as_bytes())
                    .unwrap();
                tx.prepare_cached("INSERT INTO bare (text) VALUES (?1)")?
                    .execute([TEXT])?;
                Ok::<_, client::store::StoreError>(message.to_bytes().unwrap())
            })
            .unwrap()
    }

    fn receive(&mut self, message: &[u8]) {
        let (store, group) = &mut self.receiver;
        store
            .transaction(|tx| {
                let message = MlsMessageIn::tls_deserialize_exact_bytes(message).unwrap();
                let message = message.try_into_protocol_message().unwrap();
                let processed = group
                    .process_message(&Published::new(store, tx), message)
                    .unwrap();
                let ProcessedMessageContent::ApplicationMessage(text) = processed.into_content() else {
                    unreachable!()
                };
                let text = String::from_utf8(text.into_bytes()).unwrap();
                tx.prepare_cached("INSERT INTO bare (text) VALUES (?1)")?
                    .execute([text])?;
                Ok::<_, client::store::StoreError>(())
            })
            .unwrap();
    }
}

fn bare_package<P: OpenMlsProvider>(provider: &P, keys: &Keys, suite: Ciphersuite) -> KeyPackage {
    let bundle = KeyPackage::builder()
        .build(suite, provider, keys, keys.credential.clone())
        .unwrap();
    bundle.key_package().clone()
}

fn step<T>(store: &Store, run: impl FnOnce(&Published<'_>) -> T) -> T {
    store
        .transaction(|tx| Ok::<_, client::store::StoreError>(run(&Published::new(store, tx))))
        .unwrap()
}
