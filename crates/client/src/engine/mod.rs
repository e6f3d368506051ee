//! The engine: what the actor does. It owns the store, the loaded groups and the connections.
//!
//! Each step that changes a group runs in one transaction of the store, with the messages and the outbox; bytes leave
//! after it is on the disk. After a step that failed, the group in memory is stale: it is dropped and loaded again.

mod account;
mod chats;
mod consent;
mod flush;
mod intent;
mod lines;
mod live;
mod measured;
mod notes;
mod receive;
mod send;
mod staging;
mod sync;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use chat::{Address, Device, Group, KeyPair, Time};
use delivery::Chain;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use crate::api::{ChatId, ChatState, SyncReport};
use crate::error::ClientError;
use crate::link::{Link, LinkError, LinkSettings, Pushes, ServerUrl};
use crate::store::mailboxes::{self, Mailbox, NewMailbox};
use crate::store::{self, Durability, Secret, Store, Tx, settings};

pub(crate) use live::Wake;
use notes::ChatNotes;

pub(crate) type Result<T> = std::result::Result<T, ClientError>;

/// How long a server that could not be reached is left alone.
const PATIENCE: Duration = Duration::from_secs(5);
/// Under this name in the store lies the latest moment that this client has seen.
const LATEST: &str = "latest";

/// What a client is told when it starts.
#[derive(Clone)]
pub struct Settings {
    /// Never connect.
    pub offline: bool,
    /// What time it is.
    pub clock: Arc<dyn Fn() -> Time + Send + Sync>,
    /// How servers are reached.
    pub link: LinkSettings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            offline: false,
            clock: Arc::new(system_time),
            link: LinkSettings::default(),
        }
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Settings")
            .field("offline", &self.offline)
            .finish_non_exhaustive()
    }
}

fn system_time() -> Time {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Time::from_unix_seconds(since.map_or(0, |since| since.as_secs()))
}

pub(crate) struct Engine {
    store: Store,
    settings: Settings,
    me: Option<Me>,
    groups: HashMap<ChatId, Group>,
    links: BTreeMap<String, Connection>,
    /// What the current call has to tell.
    report: SyncReport,
    /// Messages that a server has taken, and that the store does not know of yet: it hears with the next step. A crash
    /// before that costs a question: the same append is answered as before.
    taken: HashMap<ChatId, Vec<Taken>>,
    /// Who wants to hear of what comes.
    live: live::Live,
    /// How often the current look has waited because a server asked it to.
    waits: u32,
    /// What of the outbox waits for the next look, since a server that is not the chat's could not be reached.
    postponed: HashSet<i64>,
    /// How many servers that strangers named have not answered in this look.
    silent: u32,
    /// All chats were read in this look because of an invitation that did not open.
    looked_around: bool,
}

/// The item of the outbox, and where the server put it.
struct Taken {
    item: i64,
    place: store::messages::Slot,
}

/// Who this store is.
#[derive(Clone)]
struct Me {
    address: Address,
    name: String,
    device: Device,
    account: KeyPair,
}

enum Connection {
    Up(Arc<Link>),
    /// On its way, whoever waits for it or does not any more.
    Dialling(JoinHandle<std::result::Result<(Link, Pushes), LinkError>>),
    /// Not before this moment, and why.
    Down(Instant, LinkError),
}

impl Engine {
    pub(crate) fn new(store: Store, settings: Settings) -> Result<Self> {
        let mut engine = Self {
            store,
            settings,
            me: None,
            groups: HashMap::new(),
            links: BTreeMap::new(),
            report: SyncReport::default(),
            taken: HashMap::new(),
            live: live::Live::new(),
            waits: 0,
            postponed: HashSet::new(),
            silent: 0,
            looked_around: false,
        };
        engine.me = engine.load_me()?;
        Ok(engine)
    }

    pub(crate) fn store(&self) -> &Store {
        &self.store
    }

    fn me(&self) -> Result<&Me> {
        self.me.as_ref().ok_or(ClientError::NoAccount)
    }

    fn load_me(&self) -> Result<Option<Me>> {
        let Some(row) = store::account::load(self.store.connection())? else {
            return Ok(None);
        };
        let account = KeyPair::from_parts(row.account_secret.expose().to_vec(), &row.account_public)?;
        let keys = KeyPair::from_parts(row.device_secret.expose().to_vec(), &row.device_public)?;
        let device = Device::new(self.store.crypto(), &account, keys, &row.name, &row.server)?;
        let address = Address {
            account: device.member().account(),
            server: row.server,
        };
        Ok(Some(Me {
            address,
            name: row.name,
            device,
            account,
        }))
    }

    /// What time it is: never before what this client has seen before. A clock that was set back does not bring an
    /// expired lease to life; one that ran ahead ends leases early, which exposes nothing.
    fn now(&self) -> Time {
        let clock = (self.settings.clock)();
        let latest = settings::get(self.store.connection(), LATEST).ok().flatten();
        let latest = latest
            .and_then(|bytes| bytes.try_into().ok())
            .map(u64::from_be_bytes);
        clock.max(Time::from_unix_seconds(latest.unwrap_or(0)))
    }

    /// Remembers what time it was.
    fn note_time(&self, tx: &Tx<'_>) -> Result<()> {
        Ok(settings::put(
            tx,
            LATEST,
            &self.now().unix_seconds().to_be_bytes(),
        )?)
    }

    /// What the person's clock says: what messages are dated with.
    fn clock(&self) -> Time {
        (self.settings.clock)()
    }

    /// Runs a step on a chat's group in one transaction, and keeps what changed of it. An error of the step undoes all
    /// of it, in memory too.
    fn step<T>(&mut self, chat: ChatId, step: impl FnOnce(&mut Step<'_>) -> Result<T>) -> Result<T> {
        self.step_with(Durability::Now, chat, step)
    }

    /// A step of which nothing is lost if the machine stops before it is on the disk: what a server has acknowledged is
    /// asked for again.
    fn step_soon<T>(&mut self, chat: ChatId, step: impl FnOnce(&mut Step<'_>) -> Result<T>) -> Result<T> {
        self.step_with(Durability::Soon, chat, step)
    }

    fn step_with<T>(
        &mut self,
        durability: Durability,
        chat: ChatId,
        step: impl FnOnce(&mut Step<'_>) -> Result<T>,
    ) -> Result<T> {
        let mut group = self.groups.remove(&chat);
        let taken = self.taken.remove(&chat).unwrap_or_default();
        let (me, now, clock) = (self.me()?.clone(), self.now(), self.clock());
        let mut report = std::mem::take(&mut self.report);
        let outcome = self.store.transaction_with(durability, |tx| {
            let row = store::chats::load(tx, chat)?;
            let notes = ChatNotes::decode(&row.notes).ok_or(store::StoreError::Corrupted)?;
            if group.is_none() {
                group = load_group(tx, row.group.as_deref(), &notes)?;
            }
            let mut running = Step {
                tx,
                me: &me,
                chat,
                row,
                before: notes.clone(),
                notes,
                group: &mut group,
                now,
                clock,
                report: &mut report,
            };
            for taken in &taken {
                running.note_taken(taken)?;
            }
            let value = step(&mut running)?;
            running.keep()?;
            Ok::<_, ClientError>(value)
        });
        self.report = report;
        if outcome.is_err() && !taken.is_empty() {
            self.taken.insert(chat, taken);
        }
        if let (Ok(_), Some(group)) = (&outcome, group) {
            self.groups.insert(chat, group);
        }
        outcome
    }

    /// The store hears of what servers have taken.
    pub(crate) fn note_all_taken(&mut self) {
        let chats: Vec<_> = self.taken.keys().copied().collect();
        for chat in chats {
            // What fails here waits for the next step on the chat, which says why.
            let _ = self.step_soon(chat, |_| Ok(()));
        }
    }

    /// The connection to a server, made if there is none.
    async fn link(&mut self, server: &str) -> Result<Arc<Link>> {
        if self.settings.offline {
            return Err(ClientError::Offline);
        }
        match self.links.get(server) {
            Some(Connection::Up(link)) if link.ended().is_none() => return Ok(Arc::clone(link)),
            // Asking again at once, chat by chat, would wait as long for each.
            Some(Connection::Up(link)) if link.ended() == Some(LinkError::Silent) => {
                let until = Instant::now().checked_add(PATIENCE).unwrap_or_else(Instant::now);
                self.links
                    .insert(server.to_owned(), Connection::Down(until, LinkError::Silent));
                return Err(LinkError::Silent.into());
            }
            Some(Connection::Down(until, why)) if Instant::now() < *until => return Err((*why).into()),
            _ => {}
        }
        let url: ServerUrl = server.parse()?;
        match self.dialled(server, url).await {
            Ok((link, pushes)) => {
                self.live.hear(server, pushes);
                let link = Arc::new(link);
                self.links
                    .insert(server.to_owned(), Connection::Up(Arc::clone(&link)));
                Ok(link)
            }
            Err(why) => {
                let until = Instant::now().checked_add(PATIENCE).unwrap_or_else(Instant::now);
                self.links.insert(server.to_owned(), Connection::Down(until, why));
                Err(why.into())
            }
        }
    }

    /// Dials, or waits for what is dialling already. Whoever stops waiting leaves the dialling to the next one.
    async fn dialled(
        &mut self,
        server: &str,
        url: ServerUrl,
    ) -> std::result::Result<(Link, Pushes), LinkError> {
        let is_dialling = matches!(self.links.get(server), Some(Connection::Dialling(_)));
        if !is_dialling {
            let settings = self.settings.link.clone();
            let dialling = tokio::spawn(async move { Link::connect(&url, &settings).await });
            self.links
                .insert(server.to_owned(), Connection::Dialling(dialling));
        }
        match self.links.get_mut(server) {
            Some(Connection::Dialling(dialling)) => dialling.await.unwrap_or(Err(LinkError::Closed)),
            _ => Err(LinkError::Closed),
        }
    }

    /// Says goodbye to all servers.
    pub(crate) async fn close(&mut self) {
        self.note_all_taken();
        for (_, connection) in std::mem::take(&mut self.links) {
            if let Connection::Up(link) = connection
                && let Some(link) = Arc::into_inner(link)
            {
                link.close().await;
            }
        }
    }
}

fn load_group(tx: &Tx<'_>, id: Option<&[u8]>, notes: &ChatNotes) -> Result<Option<Group>> {
    let Some(id) = id else { return Ok(None) };
    let notes = notes.group_notes().ok_or(store::StoreError::Corrupted)?;
    Ok(Group::load(&tx.provider(), id, notes)?)
}

/// One step on one chat: the open transaction, and the group in it.
struct Step<'a> {
    tx: &'a Tx<'a>,
    me: &'a Me,
    chat: ChatId,
    row: store::chats::Chat,
    before: ChatNotes,
    notes: ChatNotes,
    group: &'a mut Option<Group>,
    now: Time,
    clock: Time,
    report: &'a mut SyncReport,
}

impl Step<'_> {
    fn group(&mut self) -> Result<&mut Group> {
        self.group.as_mut().ok_or(ClientError::NotHere(
            "this chat has no group; it is an archive, or over",
        ))
    }

    fn mailbox(&self) -> Result<Mailbox> {
        mailboxes::current(self.tx, self.chat)?.ok_or(ClientError::Bug("a live chat without a mailbox"))
    }

    /// The mailbox of the epoch that the group is in now becomes the chat's current one.
    fn enter_epoch(&mut self) -> Result<()> {
        let group = self.group()?;
        let secrets = group.secrets().clone();
        let keys = delivery::MailboxKeys::from_secrets(secrets.read, secrets.write);
        let name = keys.name();
        let mailbox = NewMailbox {
            epoch: group.epoch(),
            name: *name.as_bytes(),
            read: Secret::from(secrets.read),
            write: Secret::from(secrets.write),
            wrap: Secret::from(secrets.wrap),
            digest: *Chain::start(&name).head(),
        };
        mailboxes::insert(self.tx, self.chat, &mailbox)?;
        self.notes.broken = false;
        self.notes.doubt = None;
        self.notes.read_before = None;
        let kept = mailboxes::of_chat(self.tx, self.chat)?;
        let surplus = kept.len().saturating_sub(ChatNotes::EPOCHS.saturating_add(1));
        for old in kept.iter().take(surplus) {
            mailboxes::remove(self.tx, old.id)?;
        }
        Ok(())
    }

    fn set_state(&mut self, state: ChatState) -> Result<()> {
        self.row.state = state;
        Ok(store::chats::set_state(self.tx, self.chat, state)?)
    }

    /// Forgets the keys of a chat that is over for this device: its group's, and its mailboxes'.
    fn drop_group(&mut self) -> Result<()> {
        if let Some(group) = self.group.take() {
            group.delete(&self.tx.provider())?;
        }
        for mailbox in mailboxes::of_chat(self.tx, self.chat)? {
            mailboxes::remove(self.tx, mailbox.id)?;
        }
        self.notes = ChatNotes::default();
        Ok(store::chats::clear_group(self.tx, self.chat)?)
    }

    /// Writes back what changed: the notes, and what the members agree to now.
    fn keep(&mut self) -> Result<()> {
        let known = match self.group.as_ref() {
            Some(group) => {
                self.notes.group = group.notes().encode();
                group.consent()
            }
            None => self.row.consent,
        };
        let consent = consent::binding(known, &self.notes);
        if consent != self.row.consent {
            store::chats::set_consent(self.tx, self.chat, consent)?;
        }
        if self.notes != self.before {
            store::chats::set_notes(self.tx, self.chat, &self.notes.encode())?;
        }
        Ok(())
    }
}
