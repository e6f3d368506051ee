//! What the server counts. Numbers, of everybody together: nothing here belongs to a mailbox or a person.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts since the server started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Connections that came to a handshake.
    pub connections: u64,
    /// Connections closed at once: too many.
    pub turned_away: u64,
    /// Connections that did not get through the handshake.
    pub handshakes_failed: u64,
    /// Requests read.
    pub requests: u64,
    /// Requests refused, for any reason.
    pub refused: u64,
    /// Frames that were no request.
    pub malformed: u64,
    /// New slots stored.
    pub slots: u64,
    /// Transactions of the writer.
    pub batches: u64,
    /// Slots sent to those who watch.
    pub pushed: u64,
    /// Watches that ended because the connection was too slow.
    pub lagged: u64,
}

/// The same, while counting.
#[derive(Debug, Default)]
pub(crate) struct Metrics {
    pub(crate) connections: Count,
    pub(crate) turned_away: Count,
    pub(crate) handshakes_failed: Count,
    pub(crate) requests: Count,
    pub(crate) refused: Count,
    pub(crate) malformed: Count,
    pub(crate) slots: Count,
    pub(crate) batches: Count,
    pub(crate) pushed: Count,
    pub(crate) lagged: Count,
}

impl Metrics {
    pub(crate) fn counts(&self) -> Counts {
        Counts {
            connections: self.connections.get(),
            turned_away: self.turned_away.get(),
            handshakes_failed: self.handshakes_failed.get(),
            requests: self.requests.get(),
            refused: self.refused.get(),
            malformed: self.malformed.get(),
            slots: self.slots.get(),
            batches: self.batches.get(),
            pushed: self.pushed.get(),
            lagged: self.lagged.get(),
        }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Count(AtomicU64);

impl Count {
    pub(crate) fn one(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}
