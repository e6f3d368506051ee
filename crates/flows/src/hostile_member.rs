//! A member of a chat whose program is not ours: it holds all that a member holds, and does what it likes with it.
//!
//! Envelopes are sealed and opened here a second time, from the words of docs/protocol.md section 2.

use chat::consent::{Statement, Wish};
use chat::content::{Body as Words, Message, Payload, Salt, Seen};
use chat::{
    Address, Change, CommitFault, Device, DeviceRecord, Group, Invitee, KeyPair, Letter, LetterKeys,
    PoolRecord, Record, Suite, make_key_package,
};
use client::api::ChatId;
use client::link::{Link, LinkError, LinkSettings, ServerUrl};
use delivery::{
    Append, BlobName, Body, Capability, Entry, IdempotencyKey, MailboxKeys, MailboxName, PoolName,
    RecordName, Slot, SlotKind,
};
use openmls::group::{GroupId, MlsGroup};
use openmls::prelude::RatchetTreeIn;
use openmls_libcrux_crypto::{CryptoProvider, Provider};
use openmls_traits::OpenMlsProvider;
use openmls_traits::crypto::OpenMlsCrypto as _;
use openmls_traits::random::OpenMlsRand as _;
use openmls_traits::signatures::{Signer, SignerError};
use openmls_traits::types::{AeadType, HashType, SignatureScheme};
use tls_codec::{DeserializeBytes as _, Serialize as _};
use tokio::runtime::Handle;

use crate::{Garbling, Person, Town};

/// The kinds of envelopes, as the protocol numbers them.
pub mod kind {
    /// An application message.
    pub const MESSAGE: u8 = 1;
    /// A commit.
    pub const COMMIT: u8 = 2;
    /// A notice.
    pub const NOTICE: u8 = 3;
}

/// The leaf index of an external commit.
pub const NEW_MEMBER: u32 = u32::MAX;

/// Somebody with an account, an inbox and KeyPackages, and no honest client.
pub struct Rogue {
    /// Its keys of MLS, in memory.
    pub provider: Provider,
    /// Its device.
    pub device: Device,
    /// What others type to invite it.
    pub address: Address,
    account: KeyPair,
    publish: Capability,
    letters: LetterKeys,
    inbox: MailboxKeys,
    read_letters: u64,
    link: Link,
    runtime: Handle,
    group: Option<Group>,
    position: u64,
}

impl Rogue {
    /// Mallory, in a new chat of the first of these people with the others, who has committed so that the last of them, beside
    /// whom it sits in the tree, cannot follow. It has not followed itself.
    #[must_use]
    pub fn leaving_behind(town: &Town, title: &str, [maker, other, victim]: [&Person; 3]) -> (Self, ChatId) {
        let mut rogue = Self::new(town, "Mallory");
        let chat = maker.new_chat(title, &[other, victim]);
        maker
            .client()
            .invite(chat, rogue.address.to_string())
            .wait()
            .unwrap();
        rogue.join();
        for person in [maker, other, victim, maker, other, victim] {
            person.sync();
        }
        rogue.follow();
        let keys = rogue.leaf_keys(&victim.name);
        let commit = rogue.stage_garbled(&Change::State(Wish::OnDevice), |key| {
            !keys.iter().any(|other| other == key)
        });
        rogue.append(entry(kind::COMMIT, commit)).unwrap();
        (rogue, chat)
    }

    /// Makes an account and publishes it like everybody.
    #[must_use]
    pub fn new(town: &Town, name: &str) -> Self {
        Self::stating(town, name, &town.server(), Wish::OnDevice)
    }

    /// The same on a server of one's choice, with KeyPackages that state this.
    #[must_use]
    pub fn stating(town: &Town, name: &str, server: &str, wish: Wish) -> Self {
        let provider = Provider::new().unwrap();
        let account = KeyPair::generate(provider.crypto()).unwrap();
        let url: ServerUrl = server.parse().unwrap();
        let keys = KeyPair::generate(provider.crypto()).unwrap();
        let device = Device::new(provider.crypto(), &account, keys, name, &url.to_string()).unwrap();
        let letters = LetterKeys::generate(provider.crypto(), provider.rand()).unwrap();
        let runtime = town.runtime.handle().clone();
        let (link, _pushes) = runtime
            .block_on(Link::connect(&url, &LinkSettings::default()))
            .unwrap();
        let mut rogue = Self {
            address: Address {
                account: device.member().account(),
                server: url.to_string(),
            },
            inbox: MailboxKeys::from_secrets(
                provider.rand().random_array().unwrap(),
                provider.rand().random_array().unwrap(),
            ),
            publish: Capability::from_secret(provider.rand().random_array().unwrap()),
            account,
            provider,
            device,
            letters,
            read_letters: 0,
            link,
            runtime,
            group: None,
            position: 0,
        };
        rogue.publish(1, wish);
        rogue
    }

    /// Puts its record on the server, with pools of its own.
    pub fn publish(&mut self, version: u64, wish: Wish) {
        self.ask(async |link, this| link.create(this.inbox.hashes()).await)
            .unwrap();
        let x_wing = self.fill_pool(Suite::XWing, wish);
        let classical = self.fill_pool(Suite::Classical, wish);
        let record = Record {
            version,
            devices: vec![DeviceRecord {
                device: self.device.member().device().0,
                inbox: *self.inbox.name().as_bytes(),
                inbox_write: *self.inbox.write.expose(),
                letter_key: self.letters.public().to_vec(),
                x_wing,
                classical,
            }],
        };
        let sealed = record
            .seal((self.provider.crypto(), self.provider.rand()), &self.account)
            .unwrap();
        let name = RecordName::from_bytes(Record::name(self.address.account));
        let publish = &self.publish;
        self.ask(async |link, _| link.put_record(name, publish, version, sealed).await)
            .unwrap();
    }

    fn fill_pool(&mut self, suite: Suite, wish: Wish) -> PoolRecord {
        let [publish, take] = [self.bytes(), self.bytes()].map(Capability::from_secret);
        let record = PoolRecord {
            pool: *PoolName::of(&publish.hash(), &take.hash()).as_bytes(),
            take: *take.expose(),
            key: self.bytes(),
        };
        let statement = Statement { number: 0, wish };
        let packages = (0..4).map(|_| {
            let package = make_key_package(&self.provider, &self.device, suite, statement, false)
                .unwrap()
                .bytes;
            record
                .seal((self.provider.crypto(), self.provider.rand()), &package)
                .unwrap()
        });
        let packages = packages.collect();
        self.ask(async |link, _| link.put_packages(&publish, take.hash(), packages, None).await)
            .unwrap();
        record
    }

    fn bytes(&self) -> [u8; 32] {
        self.provider.rand().random_array().unwrap()
    }

    fn ask<T>(&self, ask: impl AsyncFnOnce(&Link, &Self) -> Result<T, LinkError>) -> Result<T, LinkError> {
        self.runtime.block_on(ask(&self.link, self))
    }

    /// The letters that came since the last time.
    pub fn letters(&mut self) -> Vec<Letter> {
        let after = self.read_letters;
        let page = self
            .ask(async |link, this| link.fetch(this.inbox.name(), &this.inbox.read, after).await)
            .unwrap();
        self.read_letters = page.last;
        let open = |slot: &Slot| Letter::open(&self.letters, self.provider.crypto(), &slot.body).ok();
        page.slots.iter().filter_map(open).collect()
    }

    /// Joins the chat to which it was invited last, and commits its own word as everybody does.
    pub fn join(&mut self) {
        let letter = self.letters().pop();
        let Some(Letter::Invitation(invitation)) = letter else {
            panic!("no invitation for the rogue")
        };
        let tree = BlobName::from_bytes(invitation.tree);
        let blob = self.ask(async |link, _| link.get_blob(tree).await).unwrap();
        let staged = invitation.stage(&self.provider, &blob).unwrap();
        self.group = Some(staged.join(&self.provider).unwrap());
        self.position = 0;
        self.commit(&Change::State(Wish::OnDevice));
    }

    /// Its group.
    pub fn group(&mut self) -> &mut Group {
        self.group.as_mut().unwrap()
    }

    /// The mailbox of the epoch in which it is.
    pub fn mailbox(&mut self) -> MailboxKeys {
        let secrets = self.group().secrets();
        MailboxKeys::from_secrets(secrets.read, secrets.write)
    }

    /// Reads on like an honest member, into the newest epoch.
    pub fn follow(&mut self) {
        loop {
            let (keys, after) = (self.mailbox(), self.position);
            let page = self.ask(async |link, _| link.fetch(keys.name(), &keys.read, after).await);
            let slots = page.map(|page| page.slots).unwrap_or_default();
            if slots.is_empty() {
                return;
            }
            for slot in slots {
                self.position = slot.seq;
                if self.take(&slot) {
                    self.position = 0;
                    break;
                }
            }
        }
    }

    fn take(&mut self, slot: &Slot) -> bool {
        let provider = &self.provider;
        let group = self.group.as_mut().unwrap();
        match slot.kind {
            SlotKind::Commit => match group.judge(provider, &slot.body) {
                Ok(judged) => {
                    group.merge(provider, judged).unwrap();
                    true
                }
                Err(CommitFault::Own) if group.has_pending() => {
                    group.merge_own(provider).unwrap();
                    true
                }
                Err(_) => false,
            },
            SlotKind::Message => {
                let _ = group.open_message(provider, &slot.body);
                false
            }
            SlotKind::Notice => false,
        }
    }

    /// Commits honestly: the control of every attack.
    pub fn commit(&mut self, change: &Change) {
        self.follow();
        let envelope = self.stage(change);
        self.append(entry(kind::COMMIT, envelope)).unwrap();
        self.follow();
    }

    /// An honest commit that is not sent.
    pub fn stage(&mut self, change: &Change) -> Vec<u8> {
        let (group, provider) = (self.group.as_mut().unwrap(), &self.provider);
        group.stage(provider, &self.device, change).unwrap().commit
    }

    /// The same with the Welcome for those that it adds.
    pub fn stage_with_welcome(&mut self, change: &Change) -> (Vec<u8>, Vec<u8>) {
        let (group, provider) = (self.group.as_mut().unwrap(), &self.provider);
        let outgoing = group.stage(provider, &self.device, change).unwrap();
        (outgoing.commit, outgoing.welcome.unwrap())
    }

    /// A commit whose path secrets are garbage for all whose HPKE keys are not spared.
    pub fn stage_garbled(
        &mut self,
        change: &Change,
        spared: impl Fn(&[u8]) -> bool + Send + Sync,
    ) -> Vec<u8> {
        let group = self.group.as_mut().unwrap();
        let evil = Garbling::new(&self.provider, spared);
        let outgoing = group.stage(&evil, &self.device, change).unwrap();
        assert!(evil.garbled() > 0, "the attack happened");
        outgoing.commit
    }

    /// The HPKE keys of somebody's leaf.
    pub fn leaf_keys(&mut self, name: &str) -> Vec<Vec<u8>> {
        let device = self.device_named(name);
        let tree = self.group().tree().unwrap();
        let tree = RatchetTreeIn::tls_deserialize_exact_bytes(&tree).unwrap();
        let theirs = tree
            .leaves()
            .filter(|leaf| leaf.signature_key().as_slice() == device.0);
        let key = |bytes: Vec<u8>| bytes.get(2..).unwrap().to_vec();
        theirs
            .map(|leaf| key(leaf.encryption_key().tls_serialize_detached().unwrap()))
            .collect()
    }

    /// The device of a member.
    pub fn device_named(&mut self, name: &str) -> chat::DeviceId {
        let (group, provider) = (self.group.as_ref().unwrap(), &self.provider);
        let seats = group.seats(provider).unwrap();
        let seat = seats.iter().find(|seat| seat.member.name() == name).unwrap();
        seat.member.device()
    }

    /// Drops its own staged commit.
    pub fn discard(&mut self) {
        let (group, provider) = (self.group.as_mut().unwrap(), &self.provider);
        group.discard_own(provider).unwrap();
    }

    /// Its group as MLS has it, past all that `chat` allows.
    pub fn mls(&mut self) -> MlsGroup {
        let id = GroupId::from_slice(self.group().id());
        MlsGroup::load(self.provider.storage(), &id).unwrap().unwrap()
    }

    /// Takes the group from the store again, after something was done past `chat`.
    pub fn reload(&mut self) {
        let id = self.group().id().to_vec();
        self.group = Group::load(&self.provider, &id, chat::Notes::default()).unwrap();
    }

    /// Appends to the mailbox of its epoch.
    ///
    /// # Errors
    /// What the server says.
    pub fn append(&mut self, entry: Entry) -> Result<u64, LinkError> {
        let keys = self.mailbox();
        self.append_to(&keys, entry)
    }

    /// Appends to a mailbox; makes it if need be.
    ///
    /// # Errors
    /// What the server says.
    pub fn append_to(&mut self, keys: &MailboxKeys, entry: Entry) -> Result<u64, LinkError> {
        let key = IdempotencyKey(self.provider.rand().random_array().unwrap());
        let append = Append {
            mailbox: keys.name(),
            write: keys.write.clone(),
            key,
            entry,
        };
        self.ask(async |link, _| {
            link.create(keys.hashes()).await?;
            link.append(append).await
        })
    }

    /// Makes a mailbox with these hashes.
    ///
    /// # Errors
    /// What the server says.
    pub fn create(&self, hashes: delivery::MailboxHashes) -> Result<MailboxName, LinkError> {
        self.ask(async |link, _| link.create(hashes).await)
    }

    /// What lies in a mailbox.
    ///
    /// # Errors
    /// What the server says.
    pub fn fetch(&self, keys: &MailboxKeys) -> Result<Vec<Slot>, LinkError> {
        let page = self.ask(async |link, _| link.fetch(keys.name(), &keys.read, 0).await)?;
        Ok(page.slots)
    }

    /// An honest message, as an envelope.
    pub fn message(&mut self, words: &str) -> Vec<u8> {
        let message = Message::text(Salt(self.provider.rand().random_array().unwrap()), NOW, words);
        self.payload(Words::Message(Box::new(message)))
    }

    /// An honest message of any kind, as an envelope. It says that it saw nothing of the mailbox.
    pub fn payload(&mut self, body: Words) -> Vec<u8> {
        let keys = self.mailbox();
        let digest = delivery::Chain::start(&keys.name()).digest().0;
        let seen = Seen { position: 0, digest };
        let (group, provider) = (self.group.as_mut().unwrap(), &self.provider);
        group
            .seal_message(provider, &self.device, &Payload { seen, body })
            .unwrap()
    }

    /// Somebody to be added, from the pool on the server.
    pub fn invitee(&self, address: &str) -> (Invitee, DeviceRecord) {
        let address: Address = address.parse().unwrap();
        let name = RecordName::from_bytes(Record::name(address.account));
        let (_, sealed) = self.ask(async |link, _| link.get_record(name).await).unwrap();
        let record = Record::open(self.provider.crypto(), address.account, &sealed).unwrap();
        let device = record.devices.first().unwrap().clone();
        let pool = device.pool(Suite::XWing);
        let (name, take) = (
            PoolName::from_bytes(pool.pool),
            Capability::from_secret(pool.take),
        );
        let (sealed, _) = self
            .ask(async |link, _| link.take_package(name, &take).await)
            .unwrap();
        let package = pool.open(self.provider.crypto(), &sealed).unwrap();
        let invitee = Invitee::check(&self.provider, address.account, Suite::XWing, &package).unwrap();
        (invitee, device)
    }

    /// Puts an invitation of its own into the inbox of a device that its last commit added.
    pub fn invite(&mut self, device: &DeviceRecord, welcome: Vec<u8>) {
        let (key, blob) = self.group.as_ref().unwrap().seal_tree(&self.provider).unwrap();
        let tree = self.ask(async |link, _| link.put_blob(blob).await).unwrap();
        let invitation = chat::Invitation::new(self.address.server.clone(), *tree.as_bytes(), key, welcome);
        let letter = invitation
            .seal(self.provider.crypto(), &device.letter_key)
            .unwrap();
        let write = Capability::from_secret(device.inbox_write);
        let append = Append {
            mailbox: MailboxName::from_bytes(device.inbox),
            write,
            key: IdempotencyKey(self.provider.rand().random_array().unwrap()),
            entry: Entry::Message(letter.into()),
        };
        self.ask(async |link, _| link.append(append).await).unwrap();
    }

    /// Opens an envelope of its epoch.
    pub fn open(&mut self, kind: u8, envelope: &[u8]) -> Vec<u8> {
        let wrap = self.group().secrets().wrap;
        open(self.provider.crypto(), &wrap, kind, envelope)
    }

    /// Seals any bytes under the wrap key of its epoch.
    pub fn seal(&mut self, kind: u8, body: &[u8]) -> Vec<u8> {
        let wrap = self.group().secrets().wrap;
        let salt: [u8; 16] = self.provider.rand().random_array().unwrap();
        seal(self.provider.crypto(), &wrap, kind, salt, body)
    }

    /// `leaf index || signature || commit` in an envelope, signed by this device whatever the commit is.
    pub fn seal_signed(&mut self, index: u32, commit: &[u8]) -> Vec<u8> {
        let (id, epoch) = (self.group().id().to_vec(), self.group().epoch());
        let length = u32::try_from(id.len()).unwrap().to_be_bytes();
        let signed = [
            b"snug commit",
            &length[..],
            &id,
            &epoch.to_be_bytes(),
            &index.to_be_bytes(),
            commit,
        ]
        .concat();
        let secret = self.device.keys().secret();
        let signature = self
            .provider
            .crypto()
            .sign(SignatureScheme::ED25519, &signed, secret)
            .unwrap();
        self.seal(
            kind::COMMIT,
            &[&index.to_be_bytes()[..], &signature, commit].concat(),
        )
    }

    /// Takes an honest commit envelope of its own apart: (leaf index, commit).
    pub fn unseal_signed(&mut self, envelope: &[u8]) -> (u32, Vec<u8>) {
        let body = self.open(kind::COMMIT, envelope);
        let (index, rest) = body.split_first_chunk::<4>().unwrap();
        (u32::from_be_bytes(*index), rest.get(64..).unwrap().to_vec())
    }

    /// A notice of its own about the commit at `seq`, for the epoch of these secrets.
    pub fn notice(&mut self, seq: u64) -> Vec<u8> {
        let group = self.group.as_ref().unwrap();
        let place = (group.id(), group.epoch(), group.secrets());
        chat::Notice::seal(&self.provider, &self.device, place, seq).unwrap()
    }
}

/// When a rogue says that it wrote.
const NOW: chat::Time = chat::Time::from_unix_seconds(1_800_000_000);

/// An entry of this kind, without a condition.
#[must_use]
pub fn entry(kind: u8, body: impl Into<Vec<u8>>) -> Entry {
    let body = Body::from(body.into());
    match kind {
        kind::COMMIT => Entry::Commit { expect: None, body },
        kind::NOTICE => Entry::Notice(body),
        _ => Entry::Message(body),
    }
}

/// Signs for MLS with the keys of a rogue.
pub struct Signature<'a>(pub &'a Rogue);

impl Signer for Signature<'_> {
    fn sign(&self, payload: &[u8]) -> Result<Vec<u8>, SignerError> {
        let secret = self.0.device.keys().secret();
        let crypto = self.0.provider.crypto();
        crypto
            .sign(SignatureScheme::ED25519, payload, secret)
            .map_err(SignerError::CryptoError)
    }

    fn signature_scheme(&self) -> SignatureScheme {
        SignatureScheme::ED25519
    }
}

fn derive(crypto: &CryptoProvider, wrap: &[u8; 32], kind: u8, salt: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let info = [b"snug envelope", &[kind][..], salt].concat();
    let bytes = crypto.hkdf_expand(HashType::Sha2_256, wrap, &info, 44).unwrap();
    let (key, nonce) = bytes.as_slice().split_at(32);
    (key.to_vec(), nonce.to_vec())
}

fn seal(crypto: &CryptoProvider, wrap: &[u8; 32], kind: u8, salt: [u8; 16], body: &[u8]) -> Vec<u8> {
    let bucket = delivery::limits::bucket(body.len() + 1 + 32).unwrap();
    let mut padded = [body, &[0x80]].concat();
    padded.resize(bucket - 32, 0);
    let (key, nonce) = derive(crypto, wrap, kind, &salt);
    let sealed = crypto
        .aead_encrypt(AeadType::ChaCha20Poly1305, &key, &padded, &nonce, &[kind])
        .unwrap();
    [&salt[..], &sealed].concat()
}

fn open(crypto: &CryptoProvider, wrap: &[u8; 32], kind: u8, envelope: &[u8]) -> Vec<u8> {
    let (salt, sealed) = envelope.split_at(16);
    let (key, nonce) = derive(crypto, wrap, kind, salt);
    let mut padded = crypto
        .aead_decrypt(AeadType::ChaCha20Poly1305, &key, sealed, &nonce, &[kind])
        .unwrap();
    while padded.pop() == Some(0) {}
    padded
}
