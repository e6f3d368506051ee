//! Who watches what, and how a watch passes from what was stored to what is being stored.
//!
//! A watch has a cursor: the last `seq` that was sent to it. It begins as a *replay*, which sends pages from the table;
//! what is stored meanwhile is only noted. When a page was the last one and nothing was noted beyond the cursor, the watch
//! is *live*, and each new slot is sent as it is stored. Both happen under one lock, so no slot falls between; a slot
//! at or below the cursor is never sent, so none comes twice.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use delivery::{MailboxName, MayRead, Page, Pushed, Slot, ToClient};
use tokio_tungstenite::tungstenite::Bytes;

use crate::outbox::{Outbox, Room};

/// All watches of all connections. The lock is held for as long as it takes to put frames into queues.
#[derive(Default)]
pub(crate) struct Hub {
    watches: Mutex<HashMap<MailboxName, Vec<Watch>>>,
    next: AtomicU64,
}

struct Watch {
    id: WatchId,
    connection: ConnectionId,
    outbox: Outbox,
    cursor: u64,
    stage: Stage,
}

enum Stage {
    /// The highest `seq` that was stored since it began.
    Replay {
        seen: u64,
    },
    Live,
}

/// One of the server's connections.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct ConnectionId(u64);

/// One watch. A second one of the same mailbox on the same connection is another.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct WatchId(u64);

/// What a replay does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Read another page after this `seq`.
    Page(u64),
    /// Nothing: the watch is live.
    Live,
    /// Nothing: the watch has ended or was begun anew.
    Ended,
}

impl Hub {
    pub(crate) fn connection(&self) -> ConnectionId {
        ConnectionId(self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Begins a watch, for which the caller then reads pages. It takes the place of an earlier one.
    pub(crate) fn begin(
        &self,
        may: MayRead,
        connection: ConnectionId,
        outbox: &Outbox,
        after: u64,
    ) -> WatchId {
        let id = WatchId(self.next.fetch_add(1, Ordering::Relaxed));
        let mut watches = self.lock();
        let here = watches.entry(may.mailbox()).or_default();
        here.retain(|watch| watch.connection != connection);
        here.push(Watch {
            id,
            connection,
            outbox: outbox.clone(),
            cursor: after,
            stage: Stage::Replay { seen: 0 },
        });
        id
    }

    /// Sends a page to a watch that is being replayed.
    pub(crate) fn replay(&self, mailbox: MailboxName, id: WatchId, page: Page, room: Room) -> Next {
        let room = Arc::new(room);
        let (more, last) = (page.more(), page.last);
        let frames: Vec<(u64, Bytes)> = frames(mailbox, page.slots).collect();
        let mut watches = self.lock();
        let here = watches.get_mut(&mailbox).into_iter().flatten();
        let Some(watch) = here.into_iter().find(|watch| watch.id == id) else {
            return Next::Ended;
        };
        for (seq, frame) in frames {
            watch.outbox.replay(frame, &room);
            watch.cursor = seq;
        }
        watch.after_page(more, last)
    }

    /// Sends a slot that is durable to everybody who watches its mailbox live. Called by the writer, in order.
    pub(crate) fn publish(&self, mailbox: MailboxName, slot: Slot) {
        let mut watches = self.lock();
        let Some(here) = watches.get_mut(&mailbox) else {
            return;
        };
        let seq = slot.seq;
        if let Ok(frame) = ToClient::Pushed(Pushed::Slot { mailbox, slot }).encode() {
            let frame = Bytes::from(frame);
            here.retain_mut(|watch| watch.stored(mailbox, seq, &frame));
        }
        if here.is_empty() {
            watches.remove(&mailbox);
        }
    }

    /// Whether anybody watches a mailbox, so that a slot has to be published.
    pub(crate) fn watched(&self, mailbox: &MailboxName) -> bool {
        self.lock().contains_key(mailbox)
    }

    /// Ends a connection's watch of a mailbox, if there is one.
    pub(crate) fn end(&self, connection: ConnectionId, mailbox: &MailboxName) {
        let mut watches = self.lock();
        if let Some(here) = watches.get_mut(mailbox) {
            here.retain(|watch| watch.connection != connection);
            if here.is_empty() {
                watches.remove(mailbox);
            }
        }
    }

    /// Of these mailboxes, those that this connection still watches.
    pub(crate) fn still(&self, connection: ConnectionId, mailboxes: &mut Vec<MailboxName>) {
        let watches = self.lock();
        mailboxes.retain(|mailbox| {
            let mut here = watches.get(mailbox).into_iter().flatten();
            here.any(|watch| watch.connection == connection)
        });
    }

    /// Nothing panics while it holds the lock; if something did, the map would still be whole.
    fn lock(&self) -> MutexGuard<'_, HashMap<MailboxName, Vec<Watch>>> {
        self.watches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn frames(mailbox: MailboxName, slots: Vec<Slot>) -> impl Iterator<Item = (u64, Bytes)> {
    slots.into_iter().filter_map(move |slot| {
        let seq = slot.seq;
        let frame = ToClient::Pushed(Pushed::Slot { mailbox, slot }).encode();
        frame.ok().map(|frame| (seq, frame.into()))
    })
}

impl Watch {
    fn after_page(&mut self, more: bool, last: u64) -> Next {
        if more {
            return Next::Page(self.cursor);
        }
        // Slots up to `last` that were not in the page are no longer kept.
        self.cursor = self.cursor.max(last);
        match self.stage {
            Stage::Replay { seen } if seen > self.cursor => Next::Page(self.cursor),
            Stage::Replay { .. } | Stage::Live => {
                self.stage = Stage::Live;
                Next::Live
            }
        }
    }

    /// Takes note of a new slot. False ends the watch.
    fn stored(&mut self, mailbox: MailboxName, seq: u64, frame: &Bytes) -> bool {
        match &mut self.stage {
            Stage::Replay { seen } => *seen = (*seen).max(seq),
            Stage::Live if seq > self.cursor => {
                if self.outbox.push(frame).is_err() {
                    self.outbox.lagged(mailbox);
                    return false;
                }
                self.cursor = seq;
            }
            Stage::Live => {}
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use delivery::{Body, MailboxKeys, SlotKind};
    use proptest::collection::vec;
    use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
    use tokio::sync::Semaphore;
    use tokio::sync::mpsc::UnboundedReceiver;

    use super::*;
    use crate::config::Limits;
    use crate::metrics::Metrics;
    use crate::outbox::Outgoing;

    /// What can happen in any order: the writer commits and then publishes, the replay reads and then delivers.
    #[derive(Clone, Copy, Debug)]
    enum Step {
        Commit,
        Publish,
        Read {
            most: usize,
        },
        Deliver,
        /// The first slots up to here are kept no longer.
        Sweep(u64),
        /// The client begins anew after the last slot that it has.
        Again,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => any::<u8>().prop_map(|_| Step::Commit),
            4 => any::<u8>().prop_map(|_| Step::Publish),
            3 => (1..4_usize).prop_map(|most| Step::Read { most }),
            3 => any::<u8>().prop_map(|_| Step::Deliver),
            1 => (0..6_u64).prop_map(Step::Sweep),
            1 => any::<u8>().prop_map(|_| Step::Again),
        ]
    }

    proptest! {
        #[test]
        fn whatever_the_order_each_slot_comes_once(
            stored in 0..6_u64,
            after in 0..6_u64,
            sweeps in any::<bool>(),
            steps in vec(step(), 0..60),
        ) {
            let mut world = World::new(stored, after.min(stored));
            for step in steps {
                if sweeps || !matches!(step, Step::Sweep(_)) {
                    world.step(step);
                }
            }
            world.finish();
            let begin = after.min(stored);
            prop_assert!(world.received.is_sorted_by(|a, b| a < b), "{:?}", world.received);
            // What is missing was swept before it could be read, and nothing is missing without a sweep.
            let whole: Vec<u64> = (begin + 1..=world.committed).collect();
            let missing = whole.iter().filter(|seq| !world.received.contains(seq)).copied();
            prop_assert!(missing.into_iter().all(|seq| seq <= world.swept));
            if !sweeps {
                prop_assert_eq!(&world.received, &whole);
            }
        }
    }

    /// A table, a writer that lags behind it, and one connection with one watch.
    struct World {
        hub: Hub,
        may: MayRead,
        connection: ConnectionId,
        outbox: Outbox,
        queue: UnboundedReceiver<Outgoing>,
        watch: WatchId,
        committed: u64,
        published: u64,
        swept: u64,
        next: Next,
        page: Option<Page>,
        received: Vec<u64>,
    }

    impl World {
        fn new(stored: u64, after: u64) -> Self {
            let keys = MailboxKeys::from_secrets([1; 32], [2; 32]);
            let may = keys.hashes().admit_read(&keys.read).unwrap();
            let (outbox, queue) = Outbox::new(&Limits::default(), Arc::new(Metrics::default()));
            let hub = Hub::default();
            let connection = hub.connection();
            let watch = hub.begin(may, connection, &outbox, after);
            Self {
                hub,
                may,
                connection,
                outbox,
                queue,
                watch,
                committed: stored,
                published: stored,
                swept: 0,
                next: Next::Page(after),
                page: None,
                received: Vec::new(),
            }
        }

        fn step(&mut self, step: Step) {
            match step {
                Step::Commit => self.committed += 1,
                Step::Publish if self.published < self.committed => {
                    self.published += 1;
                    self.hub.publish(self.may.mailbox(), slot(self.published));
                }
                Step::Read { most } => self.read(most),
                Step::Deliver => self.deliver(),
                Step::Sweep(up_to) => self.swept = self.swept.max(up_to.min(self.published)),
                Step::Again => {
                    self.receive();
                    let after = self.received.last().copied().unwrap_or(0);
                    if let (Next::Live, true) = (self.next, after > 0) {
                        self.watch = self.hub.begin(self.may, self.connection, &self.outbox, after);
                        self.next = Next::Page(after);
                    }
                }
                Step::Publish => {}
            }
        }

        fn read(&mut self, most: usize) {
            if let (Next::Page(after), None) = (self.next, &self.page) {
                let kept = after.max(self.swept) + 1..=self.committed;
                self.page = Some(Page {
                    slots: kept.take(most).map(slot).collect(),
                    commits: 0,
                    last: self.committed,
                });
            }
        }

        fn deliver(&mut self) {
            if let Some(page) = self.page.take() {
                let room = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
                self.next = self.hub.replay(self.may.mailbox(), self.watch, page, room);
            }
        }

        fn receive(&mut self) {
            while let Ok(outgoing) = self.queue.try_recv() {
                match ToClient::decode(&outgoing.frame) {
                    Ok(ToClient::Pushed(Pushed::Slot { slot, .. })) => self.received.push(slot.seq),
                    other => panic!("{other:?}"),
                }
            }
        }

        fn finish(&mut self) {
            while self.published < self.committed {
                self.step(Step::Publish);
            }
            self.deliver();
            for _ in 0..=self.committed {
                self.read(2);
                self.deliver();
            }
            assert_eq!(self.next, Next::Live);
            self.receive();
        }
    }

    fn slot(seq: u64) -> Slot {
        Slot {
            seq,
            kind: SlotKind::Notice,
            body: Body::default(),
        }
    }

    #[test]
    fn an_ended_watch_gets_nothing_more_not_even_a_page_that_was_read() {
        let mut world = World::new(3, 0);
        world.read(3);
        world.hub.end(world.connection, &world.may.mailbox());
        world.deliver();
        assert_eq!(world.next, Next::Ended);
        world.committed += 1;
        world.step(Step::Publish);
        world.receive();
        assert!(world.received.is_empty());
        assert!(!world.hub.watched(&world.may.mailbox()));
    }
}
