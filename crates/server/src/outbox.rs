//! What waits to be sent on one connection: answers and pushed slots, in one order.
//!
//! The queue itself has no bound, its contents have: an answer holds a part of the connection's room from before its
//! request was looked at, a pushed slot is counted against [`Limits::waiting_slots`] and [`Limits::waiting_bytes`].

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use delivery::{Answer, MailboxName, Pushed, Refusal, ToClient};
use tokio::sync::{OwnedSemaphorePermit, mpsc};
use tokio_tungstenite::tungstenite::Bytes;

use crate::config::Limits;
use crate::metrics::Metrics;

/// The sending end. Clones belong to requests under way and to watches.
#[derive(Clone)]
pub(crate) struct Outbox {
    queue: mpsc::UnboundedSender<Outgoing>,
    waiting: Arc<Waiting>,
    metrics: Arc<Metrics>,
}

/// One frame, and what is given back when it has been written.
pub(crate) struct Outgoing {
    pub(crate) frame: Bytes,
    _held: Held,
}

#[expect(dead_code, reason = "held for what dropping it gives back")]
enum Held {
    Nothing,
    /// Of an answer.
    Room(Room),
    /// Of slots from the table; they share it.
    Page(Arc<Room>),
    /// Of a slot that was just stored.
    Slot(Charge),
}

/// A part of what a connection may have under way.
pub(crate) type Room = OwnedSemaphorePermit;

/// The connection is too slow.
pub(crate) struct Lagging;

impl Outbox {
    pub(crate) fn new(limits: &Limits, metrics: Arc<Metrics>) -> (Self, mpsc::UnboundedReceiver<Outgoing>) {
        let (queue, outgoing) = mpsc::unbounded_channel();
        let waiting = Arc::new(Waiting {
            slots: AtomicUsize::new(0),
            bytes: AtomicUsize::new(0),
            most_slots: limits.waiting_slots,
            most_bytes: limits.waiting_bytes,
        });
        let outbox = Self {
            queue,
            waiting,
            metrics,
        };
        (outbox, outgoing)
    }

    /// Answers a request.
    pub(crate) fn answer(&self, id: u32, answer: Answer, room: Room) {
        if matches!(answer, Answer::Refused(_)) {
            self.metrics.refused.one();
        }
        let frame = ToClient::Answer { id, answer }.encode();
        let frame = frame.or_else(|_| {
            let answer = Answer::Refused(Refusal::TooLarge);
            ToClient::Answer { id, answer }.encode()
        });
        if let Ok(frame) = frame {
            self.send(frame.into(), Held::Room(room));
        }
    }

    /// Sends a slot from the table.
    pub(crate) fn replay(&self, frame: Bytes, page: &Arc<Room>) {
        self.metrics.pushed.one();
        self.send(frame, Held::Page(Arc::clone(page)));
    }

    /// Sends a slot that was just stored, if the connection keeps up.
    pub(crate) fn push(&self, frame: &Bytes) -> Result<(), Lagging> {
        let charge = Waiting::charge(&self.waiting, frame.len())?;
        self.metrics.pushed.one();
        self.send(frame.clone(), Held::Slot(charge));
        Ok(())
    }

    /// Says that a watch has ended. One for each watch at most, so these need no room.
    pub(crate) fn lagged(&self, mailbox: MailboxName) {
        self.metrics.lagged.one();
        if let Ok(frame) = ToClient::Pushed(Pushed::Lagged { mailbox }).encode() {
            self.send(frame.into(), Held::Nothing);
        }
    }

    /// Into the void where the connection has ended.
    fn send(&self, frame: Bytes, held: Held) {
        let _ = self.queue.send(Outgoing { frame, _held: held });
    }
}

/// Pushed slots that are not written yet.
struct Waiting {
    slots: AtomicUsize,
    bytes: AtomicUsize,
    most_slots: usize,
    most_bytes: usize,
}

impl Waiting {
    /// Only the hub charges, under its lock, so between the look and the addition it can only become less.
    fn charge(this: &Arc<Self>, bytes: usize) -> Result<Charge, Lagging> {
        let slots = this.slots.load(Ordering::Relaxed).saturating_add(1);
        let sum = this.bytes.load(Ordering::Relaxed).saturating_add(bytes);
        if slots > this.most_slots || sum > this.most_bytes {
            return Err(Lagging);
        }
        this.slots.fetch_add(1, Ordering::Relaxed);
        this.bytes.fetch_add(bytes, Ordering::Relaxed);
        Ok(Charge {
            waiting: Arc::clone(this),
            bytes,
        })
    }
}

struct Charge {
    waiting: Arc<Waiting>,
    bytes: usize,
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.waiting.slots.fetch_sub(1, Ordering::Relaxed);
        self.waiting.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
