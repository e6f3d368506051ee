//! The account of the store: made here, published on its server (docs/protocol.md section 3).

use chat::consent::{Statement, Wish};
use chat::{
    Address, Device, DeviceRecord, KeyPair, LetterKeys, MadeKeyPackage, PoolRecord, Record, Suite, Time,
    forget_key_package, make_key_package,
};
use delivery::{Capability, CapabilityHash, MailboxKeys, PoolName, RecordName, Refusal};
use openmls_libcrux_crypto::CryptoProvider;
use openmls_traits::OpenMlsProvider as _;
use openmls_traits::random::OpenMlsRand as _;

use crate::api::AccountInfo;
use crate::error::ClientError;
use crate::link::{Link, LinkError, ServerUrl};
use crate::store::Secret;
use crate::store::account::{self, Account};

use super::notes::{AccountNotes, Made, PoolSecrets};
use super::{Engine, Result};

/// KeyPackages that are put into each pool at a time: so many people can add this device while it is away.
const PACKAGES: usize = 20;
/// Pools are filled up when the last time is so long ago, in seconds: a day.
const REFILL: u64 = 24 * 60 * 60;
/// New pools take the place of the old ones when those are so old, in seconds: thirty days.
const POOL_AGE: u64 = 30 * 24 * 60 * 60;
/// The private part of a KeyPackage is deleted when it is so old. Its pool was left at least [`POOL_AGE`] before.
const PACKAGE_AGE: u64 = 2 * POOL_AGE;
/// The most private parts that are kept: what a server that takes nothing in, or says that all were taken, can have made.
const MOST_MADE: usize = 1024;
const DAMAGED: ClientError = ClientError::Bug("the account's notes are damaged");

impl Engine {
    /// Makes the account and publishes it. Without a server it is made all the same and published later.
    pub(crate) async fn create_account(&mut self, name: &str, server: &str) -> Result<AccountInfo> {
        if self.me.is_some() {
            return Err(ClientError::HasAccount);
        }
        let server = server.parse::<ServerUrl>()?.to_string();
        let row = new_account(self.store.crypto(), name, &server, self.clock())?;
        self.store
            .transaction(|tx| account::insert(tx, &row).map_err(ClientError::from))?;
        self.me = self.load_me()?;
        if let Err(error) = self.publish().await {
            self.note_offline(&error)?;
        }
        self.account()
    }

    pub(crate) fn account(&self) -> Result<AccountInfo> {
        let me = self.me()?;
        let Address { server, .. } = &me.address;
        Ok(AccountInfo {
            address: me.address.to_string(),
            name: me.name.clone(),
            server: server.clone(),
        })
    }

    /// Sees to it that the inbox, the record and the pools are on the server.
    pub(super) async fn publish(&mut self) -> Result<()> {
        let Some(row) = account::load(self.store.connection())? else {
            return Ok(());
        };
        let notes = AccountNotes::decode(&row.notes).ok_or(DAMAGED)?;
        let is_due = self.clock().unix_seconds() >= notes.filled_at.saturating_add(REFILL);
        if row.record_version > 0 && !is_due {
            return Ok(());
        }
        self.publish_now(&row, notes).await
    }

    /// The server does not know this account's inbox any more: everything is put there anew.
    pub(super) async fn publish_again(&mut self) -> Result<()> {
        let row = account::load(self.store.connection())?.ok_or(ClientError::NoAccount)?;
        let notes = AccountNotes::decode(&row.notes).ok_or(DAMAGED)?;
        self.publish_now(&row, notes).await
    }

    async fn publish_now(&mut self, row: &Account, notes: AccountNotes) -> Result<()> {
        let link = self.link(&row.server).await?;
        link.create(inbox_keys(row)?.hashes()).await?;
        let mut notes = self.age_packages(notes)?;
        for suite in [Suite::XWing, Suite::Classical] {
            notes = self.fill_pool(&link, row, notes, suite).await?;
        }
        self.publish_record(&link, row, &notes).await?;
        let filled_at = self.clock().unix_seconds();
        let notes = AccountNotes { filled_at, ..notes };
        self.store
            .transaction(|tx| account::set_notes(tx, &notes.encode()).map_err(ClientError::from))
    }

    /// Each time as a new version: a server drops what nobody stores again, and may have lost what it had.
    async fn publish_record(&mut self, link: &Link, row: &Account, notes: &AccountNotes) -> Result<()> {
        let me = self.me()?.clone();
        let record = Record {
            version: row.record_version.saturating_add(1),
            devices: vec![device_record(row, notes)?],
        };
        let crypto = self.store.crypto();
        let sealed = record.seal((crypto, crypto), &me.account)?;
        let name = RecordName::from_bytes(Record::name(me.address.account));
        let publish = Capability::from_secret(array(&row.record_publish)?);
        match link.put_record(name, &publish, record.version, sealed).await {
            // The answer to the first try was lost.
            Ok(()) | Err(LinkError::Refused(Refusal::Conflict { .. })) => {}
            Err(error) => return Err(error.into()),
        }
        self.store
            .transaction(|tx| account::set_record_version(tx, record.version).map_err(ClientError::from))
    }

    /// KeyPackages have no end that others could see, so they age here: after thirty days new pools are filled, and after
    /// thirty more the private parts of what lay in the old ones are gone.
    fn age_packages(&mut self, mut notes: AccountNotes) -> Result<AccountNotes> {
        let now = self.clock().unix_seconds();
        if now >= notes.pools_at.saturating_add(POOL_AGE) {
            let crypto = self.store.crypto();
            notes.x_wing = Some(new_pool(crypto)?);
            notes.classical = new_pool(crypto)?;
            notes.pools_at = now;
        }
        let surplus = notes.made.len().saturating_sub(MOST_MADE);
        let is_old = |made: &Made| now >= made.at.saturating_add(PACKAGE_AGE);
        let aged = notes.made.iter().filter(|made| is_old(made)).count();
        let gone: Vec<Made> = notes.made.drain(..surplus.max(aged)).collect();
        self.store.transaction(|tx| {
            for made in gone {
                forget_key_package(&tx.provider(), &made.reference)?;
            }
            account::set_notes(tx, &notes.encode())?;
            Ok::<_, ClientError>(notes)
        })
    }

    async fn fill_pool(
        &mut self,
        link: &Link,
        row: &Account,
        mut notes: AccountNotes,
        suite: Suite,
    ) -> Result<AccountNotes> {
        let secrets = pool_secrets(row, &notes, suite)?;
        let at = self.clock().unix_seconds();
        let pool = pool_record(&secrets);
        let device = self.me()?.device.clone();
        let count = if row.record_version == 0 {
            PACKAGES
        } else {
            self.missing(link, &secrets).await?
        };
        let (packages, last) = self.store.transaction(|tx| {
            let provider = tx.provider();
            let statement = Statement {
                number: 0,
                wish: Wish::OnDevice,
            };
            let mut make = |is_last_resort| -> Result<Vec<u8>> {
                let package = make_key_package(&provider, &device, suite, statement, is_last_resort)?;
                let MadeKeyPackage { bytes, reference } = package;
                notes.made.push(Made { reference, at });
                Ok(pool.seal((provider.crypto(), provider.rand()), &bytes)?)
            };
            let packages = (0..count).map(|_| make(false)).collect::<Result<Vec<_>>>()?;
            // Where none is left, the server may have lost that one too.
            let last = (count == PACKAGES).then(|| make(true)).transpose()?;
            account::set_notes(tx, &notes.encode())?;
            Ok::<_, ClientError>((packages, last))
        })?;
        let take = Capability::from_secret(secrets.take).hash();
        link.put_packages(&Capability::from_secret(secrets.publish), take, packages, last)
            .await?;
        Ok(notes)
    }

    /// How many KeyPackages were taken since.
    async fn missing(&self, link: &Link, secrets: &PoolSecrets) -> Result<usize> {
        let take: CapabilityHash = Capability::from_secret(secrets.take).hash();
        let left = link
            .put_packages(&Capability::from_secret(secrets.publish), take, Vec::new(), None)
            .await?;
        Ok(PACKAGES.saturating_sub(usize::try_from(left).unwrap_or(PACKAGES)))
    }
}

fn new_account(crypto: &CryptoProvider, name: &str, server: &str, now: Time) -> Result<Account> {
    let account = KeyPair::generate(crypto)?;
    let device = KeyPair::generate(crypto)?;
    // Refuses a name or server that no credential can carry.
    Device::new(crypto, &account, device.clone(), name, server)?;
    let letters = LetterKeys::generate(crypto, crypto)?;
    let secret = || random(crypto).map(Secret::from);
    Ok(Account {
        name: name.to_owned(),
        server: server.to_owned(),
        account_public: account.public(),
        account_secret: Secret::from(account.secret()),
        device_public: device.public(),
        device_secret: Secret::from(device.secret()),
        hpke_public: letters.public().to_vec(),
        hpke_secret: Secret::from(letters.secret()),
        inbox_read: secret()?,
        inbox_write: secret()?,
        pool_publish: secret()?,
        pool_take: secret()?,
        pool_key: secret()?,
        record_publish: secret()?,
        record_version: 0,
        notes: AccountNotes {
            classical: new_pool(crypto)?,
            x_wing: None,
            pools_at: now.unix_seconds(),
            made: Vec::new(),
            filled_at: 0,
        }
        .encode(),
    })
}

fn random(crypto: &CryptoProvider) -> Result<[u8; 32]> {
    Ok(crypto.random_array().map_err(|_| chat::ChatError::Crypto)?)
}

fn new_pool(crypto: &CryptoProvider) -> Result<PoolSecrets> {
    Ok(PoolSecrets {
        publish: random(crypto)?,
        take: random(crypto)?,
        key: random(crypto)?,
    })
}

pub(super) fn inbox_keys(row: &Account) -> Result<MailboxKeys> {
    Ok(MailboxKeys::from_secrets(
        array(&row.inbox_read)?,
        array(&row.inbox_write)?,
    ))
}

pub(super) fn letter_keys(row: &Account) -> LetterKeys {
    LetterKeys::from_parts(row.hpke_secret.expose().to_vec(), row.hpke_public.clone())
}

pub(super) fn array(secret: &Secret) -> Result<[u8; 32]> {
    secret
        .array()
        .ok_or(ClientError::Bug("a capability does not have 32 bytes"))
}

fn device_record(row: &Account, notes: &AccountNotes) -> Result<DeviceRecord> {
    let inbox = inbox_keys(row)?;
    Ok(DeviceRecord {
        device: row.device_public,
        inbox: *inbox.name().as_bytes(),
        inbox_write: *inbox.write.expose(),
        letter_key: row.hpke_public.clone(),
        x_wing: pool_record(&pool_secrets(row, notes, Suite::XWing)?),
        classical: pool_record(&notes.classical),
    })
}

fn pool_secrets(row: &Account, notes: &AccountNotes, suite: Suite) -> Result<PoolSecrets> {
    Ok(match (suite, &notes.x_wing) {
        (Suite::XWing, Some(newer)) => newer.clone(),
        (Suite::XWing, None) => PoolSecrets {
            publish: array(&row.pool_publish)?,
            take: array(&row.pool_take)?,
            key: array(&row.pool_key)?,
        },
        (Suite::Classical, _) => notes.classical.clone(),
    })
}

fn pool_record(secrets: &PoolSecrets) -> PoolRecord {
    let hash = |secret| Capability::from_secret(secret).hash();
    let name = PoolName::of(&hash(secrets.publish), &hash(secrets.take));
    PoolRecord {
        pool: *name.as_bytes(),
        take: secrets.take,
        key: secrets.key,
    }
}
