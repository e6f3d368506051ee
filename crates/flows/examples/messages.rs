//! How long a message takes on a device, beside the bare OpenMLS calls with one durable transaction of the same store.
//!
//! Sending is measured up to the moment when the envelope could leave, receiving from the moment when it has come; that the
//! store hears of an acknowledgement afterwards is not measured, nobody waits for it. Both sides
//! keep the state of MLS through the same storage provider in the same kind of encrypted store, with one commit that is on the
//! disk; the bare side writes the text into one table and nothing else. The two take turns, message by message.
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
use client::store::{Effort, Store, Unlock};
use delivery::{Slot, SlotKind};
use openmls::prelude::{
    BasicCredential, Ciphersuite, CredentialWithKey, KeyPackage, MlsGroup, MlsGroupJoinConfig,
    MlsMessageBodyIn, MlsMessageIn, PURE_CIPHERTEXT_WIRE_FORMAT_POLICY, ProcessedMessageContent,
    StagedWelcome,
};
use openmls_libcrux_crypto::{CryptoProvider, Provider};
use openmls_traits::OpenMlsProvider;
use openmls_traits::crypto::OpenMlsCrypto as _;
use openmls_traits::signatures::{Signer, SignerError};
use openmls_traits::types::SignatureScheme;
use tempfile::TempDir;
use tls_codec::{DeserializeBytes as _, Serialize as _};

const MESSAGES: usize = 300;
const TEXT: &str = "The plumber comes on Thursday between nine and eleven; somebody has to be in and let him into the cellar.";

fn main() {
    println!("{MESSAGES} messages of {} bytes each way; medians\n", TEXT.len());
    println!("| members | suite | what | Snug | bare OpenMLS, one durable transaction | ratio |");
    println!("|--:|:--|:--|--:|--:|--:|");
    for (members, suite) in [
        (2, Suite::XWing),
        (10, Suite::XWing),
        (50, Suite::XWing),
        (100, Suite::Classical),
    ] {
        let mut ours = Ours::new(members, suite);
        let mut bare = Bare::new(members, suite);
        let (mut sent, mut received) = (Pairs::default(), Pairs::default());
        for round in 0..MESSAGES + 20 {
            let (envelope, ours_sent) = timed(|| ours.send());
            ours.sender.0.rest();
            let (message, bare_sent) = timed(|| bare.send());
            let ((), ours_received) = timed(|| ours.receive(&envelope));
            let ((), bare_received) = timed(|| bare.receive(&message));
            if round >= 20 {
                sent.add(ours_sent, bare_sent);
                received.add(ours_received, bare_received);
            }
        }
        sent.print(members, suite, "send");
        received.print(members, suite, "receive");
    }
}

#[derive(Default)]
struct Pairs {
    ours: Vec<Duration>,
    bare: Vec<Duration>,
}

impl Pairs {
    fn add(&mut self, ours: Duration, bare: Duration) {
        self.ours.push(ours);
        self.bare.push(bare);
    }

    fn print(mut self, members: usize, suite: Suite, what: &str) {
        let (ours, bare) = (median(&mut self.ours), median(&mut self.bare));
        println!(
            "| {members} | {suite} | {what} | {:.2} ms | {:.2} ms | {:.2} |",
            ours.as_secs_f64() * 1e3,
            bare.as_secs_f64() * 1e3,
            ours.as_secs_f64() / bare.as_secs_f64()
        );
    }
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
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
                    .create_message(&tx.provider(), keys, TEXT.as_bytes())
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
                let processed = group.process_message(&tx.provider(), message).unwrap();
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

fn step<T>(store: &Store, run: impl FnOnce(&client::store::TxProvider<'_>) -> T) -> T {
    store
        .transaction(|tx| Ok::<_, client::store::StoreError>(run(&tx.provider())))
        .unwrap()
}
