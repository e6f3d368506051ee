//! The window: pages on loopback over the client's commands (R11, R16, R17, R38, R39, A28).
//!
//! [`serve`] answers on one port of this machine, under a name that nobody can guess, and gives one-time URLs ([`Running::ticket`])
//! with which a browser is started. Pages are made here, in the person's language; the script in them swaps pieces, keeps a long
//! chat's window small and follows the keys. It knows no rule and holds no message that is not on the screen.
//!
//! **What it refuses.** A connection of another user of this machine (`peer`). A Host that is not byte for byte ours, a change
//! whose Origin is not, anything with content without a session's header (`gate`); there is no cookie, so nothing that a browser adds
//! by itself opens anything. Markup in what people write, direction overrides in names (`text`). A store without its passphrase:
//! locking, by hand or after a while, closes the store and empties the page.
//!
//! **Whom it trusts.** The person, this process, the browser that shows the page, and other programs of the same user, which could read
//! the browser's memory anyway. Not: other users, other pages and their servers, other members, exported files. An extension or
//! assistant of an everyday browser reads what the page shows: so `snug open` starts a profile of its own.
//!
//! **Limits.** 64 connections, heads of 16 KiB within 10 s, forms of 256 KiB, exports of 64 MiB, 16 windows, pages of 200 messages.
//!
//! **Where its invariants are tested.** Beside the modules, in `tests/http.rs` (rules and pages over plain HTTP), and with real browsers
//! and servers in `crates/flows/tests`: `window_journeys.rs`, `window_axe.rs`, `window_attacks` (each attack with its control).
#![forbid(unsafe_code)]

#[cfg(feature = "ai")]
mod ask;
mod assets;
mod gate;
mod keys;
mod listen;
mod live;
mod opening;
mod pages;
mod peer;
mod problem;
mod room;
mod text;
mod when;
mod words;

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use client::store::Effort;
use client::{Client, Settings};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use room::{Room, lock};

/// A window locks itself after so long without a person, unless they choose otherwise.
pub const LOCK_AFTER: Duration = Duration::from_secs(15 * 60);

/// How long pages have to hear that the program ends.
const GOODBYE: Duration = Duration::from_millis(150);

/// How many ports are tried until one is free on both loopback addresses.
const PORTS: usize = 16;

/// What a window is about.
#[derive(Clone, Debug)]
pub struct Config {
    /// The folder of the store. Where there is none yet, the window offers to make it.
    pub folder: PathBuf,
    /// How clients are started.
    pub settings: Settings,
    /// What a try of the passphrase costs, for a store that the window makes.
    pub effort: Effort,
    /// A client that is open already; otherwise the window asks for the passphrase.
    pub open: Option<Client>,
    /// How long without a person until the window locks itself; `None`: never.
    pub lock_after: Option<Duration>,
    /// The language, `en` or `de`; `None`: what the browser asks for.
    pub language: Option<String>,
    /// The server that is suggested to who makes an account.
    pub server: Option<String>,
    /// Words beside the question for the passphrase: of a demo, that says its own.
    pub hint: Option<String>,
    /// What is started as the assistant's process.
    #[cfg(feature = "ai")]
    pub program: worker::Program,
}

impl Config {
    /// A window on the store in this folder.
    #[must_use]
    pub fn new(folder: PathBuf, settings: Settings) -> Self {
        Self {
            folder,
            settings,
            effort: Effort::DEFAULT,
            open: None,
            lock_after: Some(LOCK_AFTER),
            language: None,
            server: None,
            hint: None,
            #[cfg(feature = "ai")]
            program: worker::Program::this(),
        }
    }
}

/// A window that is served. When it is dropped, it goes on until the runtime ends.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    room: Arc<Room>,
    stop: watch::Sender<bool>,
    tasks: Vec<JoinHandle<()>>,
}

/// Serves a window, on a loopback port that the system gives.
///
/// # Errors
/// If there is no port, or no randomness.
pub async fn serve(config: Config) -> io::Result<Running> {
    let (listener, twin) = bind().await?;
    let address = listener.local_addr()?;
    // A name of its own: pages of other ports cannot know it, and what browsers keep by name is kept apart.
    let name: [u8; 16] = random()?;
    let host = format!("snug-{}.localhost:{}", keys::hex(&name), address.port());
    let room = Room::new(host, config);
    let (stop, stopped) = watch::channel(false);
    let mut tasks = vec![tokio::spawn(Arc::clone(&room).lock_when_idle())];
    for listener in std::iter::once(listener).chain(twin) {
        let (router, stopped) = (pages::router(Arc::clone(&room)), stopped.clone());
        tasks.push(tokio::spawn(listen::serve(listener, router, stopped)));
    }
    Ok(Running {
        address,
        room,
        stop,
        tasks,
    })
}

/// One port, on both loopback addresses: browsers ask `::1` first for names under `localhost`, and whoever had our port there
/// would be our page to them. Where there is no IPv6 nobody can.
async fn bind() -> io::Result<(TcpListener, Option<TcpListener>)> {
    for _ in 0..PORTS {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = listener.local_addr()?.port();
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await {
            Ok(twin) => return Ok((listener, Some(twin))),
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
            Err(_) => return Ok((listener, None)),
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The only Host that is answered.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.room.host
    }

    /// A URL that opens the window once, within a minute.
    ///
    /// # Errors
    /// If the system gives no randomness.
    pub fn ticket(&self) -> io::Result<String> {
        let ticket = lock(&self.room.keys).issue(Instant::now(), random()?);
        Ok(format!("http://{}/#t={ticket}", self.room.host))
    }

    /// Closes the store, and ends.
    pub async fn shutdown(self) {
        self.room.end();
        // Long enough for the pages to hear it.
        tokio::time::sleep(GOODBYE).await;
        let _ = self.stop.send(true);
        for task in self.tasks {
            task.abort();
            let _ = task.await;
        }
        // What was dropped in a thread of its own says goodbye before the process may end.
        drop(self.room);
    }
}

fn random<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| io::Error::other("the system gives no randomness"))?;
    Ok(bytes)
}
