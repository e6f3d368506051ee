//! What the window is about: one store, that is not there yet, locked, or open, and what changed in it.
//!
//! `state` is locked for moments only, never across an `await`. Changes are counted, not carried: a page says up to where it knows
//! and asks for what is newer, so nothing that happens between a page and its stream is lost, and a reader that is slow
//! costs one number.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use chat::Time;
use client::api::{AccountInfo, Reach};
use client::store::{Effort, Store, StoreError, Unlock};
use client::{Client, ClientError, Settings};
use rustix::time::{ClockId, clock_gettime};
use tokio::sync::watch;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::Config;
#[cfg(feature = "ai")]
use crate::ask::Asking;
use crate::keys::Keys;
use crate::opening::Opening;
use crate::words::Words;

/// How often it is looked whether anybody is there.
const LOOKS_EVERY: Duration = Duration::from_secs(1);

/// The window's state.
pub(crate) struct Room {
    pub(crate) host: String,
    pub(crate) keys: Mutex<Keys>,
    folder: PathBuf,
    settings: Settings,
    effort: Effort,
    language: Option<String>,
    pub(crate) suggested_server: Option<String>,
    pub(crate) hint: Option<String>,
    lock_after: Option<Duration>,
    #[cfg(feature = "ai")]
    pub(crate) program: worker::Program,
    state: Mutex<State>,
    changes: watch::Sender<u64>,
    is_over: AtomicBool,
    /// On the clock that goes on while the machine sleeps.
    last_touch: Mutex<Duration>,
}

impl std::fmt::Debug for Room {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Room")
    }
}

enum State {
    Closed,
    /// A passphrase is being tried; whether somebody wants it locked meanwhile.
    Busy {
        is_unwanted: bool,
    },
    Open(Open),
}

/// An open store. Cheap to clone; the store is closed when the last one is gone.
#[derive(Clone)]
pub(crate) struct Open {
    pub(crate) client: Client,
    pub(crate) account: Arc<Mutex<Option<AccountInfo>>>,
    #[cfg(feature = "ai")]
    pub(crate) asking: Arc<Asking>,
    pub(crate) opening: Arc<Opening>,
    pump: Arc<Pump>,
}

/// Passes on what comes, as long as it is kept.
struct Pump(JoinHandle<()>);

impl Drop for Pump {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Why the store did not open.
#[derive(Debug)]
pub(crate) enum NotOpened {
    /// Somebody is trying already.
    Busy,
    /// What the store says.
    Client(ClientError),
}

impl Room {
    pub(crate) fn new(host: String, config: Config) -> Arc<Self> {
        let room = Arc::new(Self {
            host,
            keys: Mutex::default(),
            folder: config.folder,
            settings: config.settings,
            effort: config.effort,
            language: config.language,
            suggested_server: config.server,
            hint: config.hint,
            lock_after: config.lock_after,
            #[cfg(feature = "ai")]
            program: config.program,
            state: Mutex::new(State::Closed),
            changes: watch::channel(1).0,
            is_over: AtomicBool::new(false),
            last_touch: Mutex::new(awake()),
        });
        if let Some(client) = config.open {
            room.enter(client);
        }
        room
    }

    /// The words for a browser that asks for these languages.
    pub(crate) fn words(&self, asked: &str) -> Words {
        Words::for_request(self.language.as_deref().unwrap_or(asked))
    }

    /// What time it is for this store.
    pub(crate) fn now(&self) -> Time {
        (self.settings.clock)()
    }

    pub(crate) fn is_offline(&self) -> bool {
        self.settings.offline
    }

    /// Whether there is a store, open or not.
    pub(crate) fn has_store(&self) -> bool {
        Store::is_in(&self.folder)
    }

    /// The open store.
    pub(crate) fn open(&self) -> Option<Open> {
        match &*lock(&self.state) {
            State::Open(open) => Some(open.clone()),
            State::Closed | State::Busy { .. } => None,
        }
    }

    /// Opens the store, or makes it where there is none. A passphrase is tried in a thread of its own, one at a time; it goes on
    /// if whoever asked has gone away.
    pub(crate) async fn unlock(self: &Arc<Self>, unlock: Unlock) -> Result<(), NotOpened> {
        let trying = tokio::spawn(Arc::clone(self).try_unlock(unlock));
        trying
            .await
            .unwrap_or(Err(NotOpened::Client(ClientError::Closed)))
    }

    async fn try_unlock(self: Arc<Self>, unlock: Unlock) -> Result<(), NotOpened> {
        {
            let mut state = lock(&self.state);
            match *state {
                State::Busy { .. } => return Err(NotOpened::Busy),
                State::Open(_) => return Ok(()),
                State::Closed => *state = State::Busy { is_unwanted: false },
            }
        }
        let (room, has_store) = (Arc::clone(&self), self.has_store());
        let opened = spawn_blocking(move || room.open_store(&unlock, has_store)).await;
        let opened = opened.unwrap_or(Err(ClientError::Closed));
        let is_unwanted = {
            let mut state = lock(&self.state);
            let is_unwanted = matches!(*state, State::Busy { is_unwanted: true });
            *state = State::Closed;
            is_unwanted
        };
        match opened {
            Ok(client) if is_unwanted => {
                spawn_blocking(move || drop(client));
                Err(NotOpened::Client(ClientError::Closed))
            }
            Ok(client) => {
                self.enter(client);
                Ok(())
            }
            Err(error) => Err(NotOpened::Client(error)),
        }
    }

    fn open_store(&self, unlock: &Unlock, has_store: bool) -> Result<Client, ClientError> {
        let settings = self.settings.clone();
        if !has_store {
            return Client::create(&self.folder, unlock, self.effort, settings);
        }
        // The store that was locked a moment ago may still be saying goodbye to its server.
        let deadline = Instant::now() + Duration::from_secs(3);
        loop {
            match Client::open(&self.folder, unlock, settings.clone()) {
                Err(ClientError::Store(StoreError::Busy)) if Instant::now() < deadline => {
                    std::thread::sleep(Duration::from_millis(50));
                }
                opened => return opened,
            }
        }
    }

    fn enter(self: &Arc<Self>, client: Client) {
        let pump = tokio::spawn(pump(Arc::clone(self), client.clone()));
        let open = Open {
            client,
            account: Arc::default(),
            #[cfg(feature = "ai")]
            asking: Arc::default(),
            opening: Arc::default(),
            pump: Arc::new(Pump(pump)),
        };
        *lock(&self.last_touch) = awake();
        *lock(&self.state) = State::Open(open);
        self.changed();
    }

    /// Closes the store: what it holds is out of reach until the passphrase is typed again. What was begun with it ends.
    pub(crate) fn lock(&self) {
        let before = {
            let mut state = lock(&self.state);
            if let State::Busy { is_unwanted } = &mut *state {
                *is_unwanted = true;
            }
            if !matches!(*state, State::Open(_)) {
                return;
            }
            std::mem::replace(&mut *state, State::Closed)
        };
        if let State::Open(open) = before {
            open.pump.0.abort();
            #[cfg(feature = "ai")]
            open.asking.cancel();
            open.opening.cancel();
            // The last one says goodbye to the server, which may take a second.
            spawn_blocking(move || drop(open));
        }
        self.changed();
    }

    /// The window ends: the store is closed, and the pages are told.
    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.lock();
        self.changed();
    }

    pub(crate) fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// A person did something: too late, if the window should have locked itself before.
    pub(crate) fn touch(&self) {
        if self.lock_after.is_some_and(|after| self.idle() >= after) {
            self.lock();
        }
        *lock(&self.last_touch) = awake();
    }

    fn idle(&self) -> Duration {
        awake().saturating_sub(*lock(&self.last_touch))
    }

    /// Locks when nobody has done anything for long. Ends with the runtime.
    pub(crate) async fn lock_when_idle(self: Arc<Self>) {
        let Some(after) = self.lock_after else { return };
        loop {
            if self.idle() >= after {
                self.lock();
            }
            // Not the whole time at once: the runtime's clock stands still while the machine sleeps.
            tokio::time::sleep(after.min(LOOKS_EVERY)).await;
        }
    }

    /// Something is not as it was: every page asks for what is new.
    pub(crate) fn changed(&self) {
        self.changes
            .send_modify(|revision| *revision = revision.wrapping_add(1));
    }

    /// Up to where a page that is made now knows.
    pub(crate) fn revision(&self) -> u64 {
        *self.changes.borrow()
    }

    pub(crate) fn watch(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }
}

impl Open {
    /// The account of this store, where there is one.
    pub(crate) async fn account(&self) -> Result<Option<AccountInfo>, ClientError> {
        if let Some(known) = lock(&self.account).clone() {
            return Ok(Some(known));
        }
        match self.client.account().await {
            Ok(account) => {
                *lock(&self.account) = Some(account.clone());
                Ok(Some(account))
            }
            Err(ClientError::NoAccount) => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(crate) async fn reach(&self) -> Reach {
        self.client.reach().await.unwrap_or(Reach::Untried)
    }
}

/// Tells the pages whenever something came, and looks at the server when the store was opened.
async fn pump(room: Arc<Room>, client: Client) {
    let Ok(mut events) = client.listen().await else {
        return;
    };
    while events.next().await.is_some() {
        room.changed();
    }
}

/// Since the machine was started, sleep included.
fn awake() -> Duration {
    let now = clock_gettime(ClockId::Boottime);
    Duration::from_secs(u64::try_from(now.tv_sec).unwrap_or(0))
        .saturating_add(Duration::from_nanos(u64::try_from(now.tv_nsec).unwrap_or(0)))
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is behind these locks is whole at every step.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How far something has come that a person waits for.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    done: AtomicU64,
    of: AtomicU64,
    /// Set to break off.
    pub(crate) stop: AtomicBool,
}

impl Progress {
    pub(crate) fn note(&self, done: u64, of: u64) {
        self.done.store(done, Ordering::Relaxed);
        self.of.store(of, Ordering::Relaxed);
    }

    /// In hundredths.
    pub(crate) fn percent(&self) -> u64 {
        let of = self.of.load(Ordering::Relaxed).max(1);
        let done = self.done.load(Ordering::Relaxed);
        done.saturating_mul(100).checked_div(of).unwrap_or(0).min(100)
    }
}
