//! Commits of our own: from what was wanted to what leaves. Staged anew each time that another commit was faster.

use std::sync::Arc;

use chat::consent::Wish;
use chat::{Address, Change, DeviceId, DeviceRecord, Invitee, Misuse, Record, Suite};
use delivery::{Capability, PoolName, RecordName, Refusal};
use openmls_traits::OpenMlsProvider as _;
use openmls_traits::random::OpenMlsRand as _;

use crate::api::ChatId;
use crate::error::ClientError;
use crate::link::{Link, LinkError};
use crate::store::outbox::{self, OutItem, Sealed};
use crate::store::{StoreError, settings};

use super::intent::{self, Guest, Intent, Staged, Target};
use super::{Engine, Result, Step};

/// Somebody who can be added, and where the invitation goes.
struct Found {
    invitee: Invitee,
    guest: Guest,
}

impl Engine {
    /// Stages what the outbox item wants. `false` if there is nothing to commit any more: the item is gone.
    pub(super) async fn stage_item(&mut self, chat: ChatId, item: &OutItem) -> Result<bool> {
        let intent: Intent = intent::decode(&item.content).ok_or(StoreError::Corrupted)?;
        let found = match &intent {
            Intent::Add(addresses) => self.find_all(chat, addresses).await?,
            _ => Vec::new(),
        };
        let (id, has_guests) = (item.id, !found.is_empty());
        if matches!(intent, Intent::Add(_)) && !has_guests {
            self.step(chat, |step| Ok(outbox::remove(step.tx, id)?))?;
            return Ok(false);
        }
        self.step(chat, |step| step.stage(id, &intent, found))
    }

    /// All devices of these accounts. An account that does not exist is told about and left out.
    async fn find_all(&mut self, chat: ChatId, addresses: &[String]) -> Result<Vec<Found>> {
        let suite = self.step(chat, |step| Ok(step.group()?.suite()?))?;
        let mut all = Vec::new();
        for address in addresses {
            let address: Address = address.parse().map_err(ClientError::from)?;
            match self.find(&address, suite).await {
                Ok(found) => all.extend(found),
                Err(ClientError::Link(LinkError::Refused(Refusal::NoSuch | Refusal::Denied))) => {
                    self.report
                        .warnings
                        .push("nobody has the address that was invited; check it".into());
                }
                Err(error @ (ClientError::Chat(chat::ChatError::Peer(_)) | ClientError::Server(_))) => {
                    self.report
                        .warnings
                        .push(format!("somebody could not be invited: {error}"));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    async fn find(&mut self, address: &Address, suite: Suite) -> Result<Vec<Found>> {
        let link = self.link(&address.server).await?;
        let record = self.record(&link, address).await?;
        let mut found = Vec::new();
        for device in &record.devices {
            let invitee = self.take_package(&link, address, device, suite).await?;
            found.push(Found {
                invitee,
                guest: guest(address, device),
            });
        }
        Ok(found)
    }

    /// The record of an account: signed by it, and no older than the one seen last.
    pub(super) async fn record(&self, link: &Arc<Link>, address: &Address) -> Result<Record> {
        let name = RecordName::from_bytes(Record::name(address.account));
        let (_, sealed) = link.get_record(name).await?;
        let record = Record::open(self.store.crypto(), address.account, &sealed)?;
        let key = format!(
            "record of {}",
            Address {
                server: String::new(),
                ..address.clone()
            }
        );
        let known = settings::get(self.store.connection(), &key)?;
        let known = known
            .and_then(|bytes| bytes.try_into().ok())
            .map_or(0, u64::from_be_bytes);
        if record.version < known {
            return Err(chat::PeerFault::Malformed.into());
        }
        self.store.transaction(|tx| {
            settings::put(tx, &key, &record.version.to_be_bytes()).map_err(ClientError::from)
        })?;
        Ok(record)
    }

    async fn take_package(
        &self,
        link: &Arc<Link>,
        address: &Address,
        device: &DeviceRecord,
        suite: Suite,
    ) -> Result<Invitee> {
        let pool = device.pool(suite);
        let take = Capability::from_secret(pool.take);
        let (sealed, _) = link.take_package(PoolName::from_bytes(pool.pool), &take).await?;
        let package = pool.open(self.store.crypto(), &sealed)?;
        self.store.transaction(|tx| {
            let invitee = Invitee::check(&tx.provider(), address.account, suite, &package)?;
            if invitee.member().device() == DeviceId(device.device) {
                Ok(invitee)
            } else {
                Err(ClientError::from(chat::PeerFault::Credential))
            }
        })
    }
}

fn guest(address: &Address, device: &DeviceRecord) -> Guest {
    let inbox = Target::Mailbox {
        server: address.server.clone(),
        name: device.inbox,
        write: device.inbox_write,
        is_notice: false,
    };
    Guest {
        inbox,
        letter_key: device.letter_key.clone(),
    }
}

impl Step<'_> {
    fn stage(&mut self, id: i64, intent: &Intent, found: Vec<Found>) -> Result<bool> {
        let Some(change) = self.change(intent, &found)? else {
            outbox::remove(self.tx, id)?;
            return Ok(false);
        };
        let (provider, device) = (self.tx.provider(), self.me.device.clone());
        let epoch = self.group()?.epoch();
        let outgoing = match self.group()?.stage(&provider, &device, &change) {
            Ok(outgoing) => outgoing,
            Err(chat::ChatError::Misuse(Misuse::AlreadyMember | Misuse::NoSuchMember)) => {
                outbox::remove(self.tx, id)?;
                return Ok(false);
            }
            Err(error @ chat::ChatError::Misuse(_)) => {
                outbox::remove(self.tx, id)?;
                self.report.warnings.push(error.to_string());
                return Ok(false);
            }
            Err(error) => return Err(error.into()),
        };
        let guests = found.into_iter().map(|found| found.guest).collect();
        let staged = Staged {
            envelope: outgoing.commit,
            welcome: outgoing.welcome,
            guests,
        };
        let key = provider
            .rand()
            .random_array()
            .map_err(|_| chat::ChatError::Crypto)?;
        let sealed = Sealed {
            epoch,
            idempotency_key: key,
            ciphertext: intent::encode(&staged),
        };
        outbox::seal(self.tx, id, &sealed)?;
        Ok(true)
    }

    /// What to commit for it now; `None` if there is nothing left to do.
    fn change(&mut self, wanted: &Intent, found: &[Found]) -> Result<Option<Change>> {
        Ok(match wanted {
            // Never an older word than the last.
            Intent::State(wish) => Some(Change::State(self.notes.wish.unwrap_or(*wish).into())),
            Intent::Refresh => Some(Change::State(self.wish()?)),
            Intent::Add(_) => Some(Change::Add(
                found.iter().map(|found| found.invitee.clone()).collect(),
            )),
            Intent::Remove(devices) => {
                let seated = self.still_seated(devices)?;
                (!seated.is_empty()).then_some(Change::Remove(seated))
            }
            Intent::Repair if !self.notes.broken => None,
            Intent::Repair => {
                let offenders = self.notes.offenders.clone();
                let seated = self.still_seated(&offenders)?;
                Some(if seated.is_empty() {
                    Change::State(self.wish()?)
                } else {
                    Change::Remove(seated)
                })
            }
        })
    }

    fn wish(&mut self) -> Result<Wish> {
        match self.notes.wish {
            Some(wish) => Ok(wish.into()),
            None => Ok(self.group()?.own_wish()),
        }
    }

    fn still_seated(&mut self, devices: &[super::notes::Device]) -> Result<Vec<DeviceId>> {
        let (provider, me) = (self.tx.provider(), self.me.device.member().device());
        let seats = self.group()?.seats(&provider)?;
        let is_seated = |device: &DeviceId| seats.iter().any(|seat| seat.member.device() == *device);
        Ok(devices
            .iter()
            .map(|device| DeviceId(device.0))
            .filter(|device| *device != me && is_seated(device))
            .collect())
    }
}
