//! What an operator decides.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use delivery::Quota;

/// Where a server listens, where it keeps things, and how much of everything.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on. Port 0 takes a free one.
    pub bind: SocketAddr,
    /// The database file. It is made if it is not there, with `-wal`, `-shm` and `.lock` beside it.
    pub database: PathBuf,
    /// How connections are protected on their way.
    pub transport: Transport,
    /// What is kept, how much and how long.
    pub keep: Keep,
    /// What one connection may do, and how many there may be.
    pub limits: Limits,
}

impl Config {
    /// A server for this machine only, with the limits of a server for some hundred people.
    #[must_use]
    pub fn new(bind: SocketAddr, database: PathBuf) -> Self {
        Self {
            bind,
            database,
            transport: Transport::Loopback,
            keep: Keep::default(),
            limits: Limits::default(),
        }
    }
}

/// How connections are protected on their way. Whoever reads along there sees which mailboxes are used and, worse, the
/// capabilities that open them; what is in the envelopes they do not see either way.
#[derive(Clone, Debug)]
pub enum Transport {
    /// Not at all: only from this machine. Any other address is refused.
    Loopback,
    /// TLS 1.3 with hybrid post-quantum key exchange (X25519MLKEM768) and nothing else.
    Tls {
        /// PEM file of the certificate chain, the server's own first. Read once: start again after a renewal.
        certificate: PathBuf,
        /// PEM file of its private key.
        key: PathBuf,
    },
    /// Plain, on any address, because a proxy that the operator runs ends TLS in front of it. Whoever reaches the
    /// address without the proxy is unprotected. Connections are not counted by address, since all are the proxy's.
    BehindTlsProxy,
}

/// What is kept, how much and how long.
#[derive(Clone, Copy, Debug)]
pub struct Keep {
    /// Slots and blobs are dropped after so many days. Who was away for longer misses them.
    pub content_days: u32,
    /// Empty mailboxes, records and pools are dropped when nothing was stored in them for so many days. A mailbox that
    /// is dropped starts again at 1, so this is long.
    pub name_days: u32,
    /// The most that one mailbox holds.
    pub mailbox: Quota,
    /// The size of the database file beyond which everything new is refused with `Full`. Its log lies beside it, some
    /// megabytes as a rule.
    pub database_bytes: u64,
}

impl Default for Keep {
    fn default() -> Self {
        Self {
            content_days: 30,
            name_days: 400,
            mailbox: Quota {
                slots: 100_000,
                bytes: 256 << 20,
                commit_slots: 1000,
                commit_bytes: 32 << 20,
            },
            database_bytes: 32 << 30,
        }
    }
}

/// What one connection may do, and how many there may be.
///
/// A connection that does its worst holds about 12 MiB: a frame half received, requests and answers under way, slots
/// that wait for it.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Connections at a time; a further one is closed at once.
    pub connections: usize,
    /// Of these, from one address that is not this machine's.
    pub connections_per_address: usize,
    /// Requests a second, over a longer time.
    pub requests_per_second: u32,
    /// Requests at once, after a pause. A device with a thousand mailboxes comes back with two for each.
    pub burst_requests: u32,
    /// Bytes received a second, over a longer time.
    pub bytes_per_second: u32,
    /// Bytes received at once, after a pause.
    pub burst_bytes: u32,
    /// A connection is closed when it has ignored so many `SlowDown` in a row.
    pub ignored_slow_downs: u32,
    /// Mailboxes that one connection watches.
    pub watches: usize,
    /// Slots that wait to be pushed; with one more the watch that it belongs to has lagged.
    pub waiting_slots: usize,
    /// Bytes that wait to be pushed, likewise.
    pub waiting_bytes: usize,
    /// For TLS and the WebSocket handshake together.
    pub handshake: Duration,
    /// Without a whole message from the other side the connection is closed. It is pinged three times in between, and
    /// an answer to that is a message.
    pub idle: Duration,
    /// For one write to the socket.
    pub write: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 1024,
            connections_per_address: 64,
            requests_per_second: 200,
            burst_requests: 4096,
            bytes_per_second: 4 << 20,
            burst_bytes: 32 << 20,
            ignored_slow_downs: 256,
            watches: delivery::limits::MAX_WATCHES,
            waiting_slots: 1024,
            waiting_bytes: 4 << 20,
            handshake: Duration::from_secs(10),
            idle: Duration::from_secs(90),
            write: Duration::from_secs(30),
        }
    }
}
