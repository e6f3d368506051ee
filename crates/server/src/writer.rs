//! The one thread that changes the database.
//!
//! While the disk is busy with one transaction, requests from all connections gather; the next transaction takes them
//! all. So the more come, the more share one wait for the disk, and a single one waits for nobody.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use delivery::Slot;
use tokio::sync::mpsc;

use crate::hub::Hub;
use crate::metrics::Metrics;
use crate::outbox::{Outbox, Room};
use crate::store::{Outcome, Store, StoreError, Swept, Write};

/// Requests that wait for the writer; more wait in their connections.
pub(crate) const WAITING: usize = 256;
/// Requests in one transaction at most.
const BATCH: usize = WAITING;

/// Something for the writer to do.
pub(crate) enum Job {
    Write(Request),
    /// Forget what was kept long enough.
    Sweep,
}

/// A request that changes something, and where its answer goes.
pub(crate) struct Request {
    pub(crate) write: Write,
    pub(crate) id: u32,
    pub(crate) outbox: Outbox,
    pub(crate) room: Room,
}

pub(crate) struct Writer {
    pub(crate) store: Store,
    pub(crate) jobs: mpsc::Receiver<Job>,
    pub(crate) hub: Arc<Hub>,
    pub(crate) metrics: Arc<Metrics>,
}

impl Writer {
    /// Works until nobody can send jobs any more, or the database fails.
    pub(crate) fn run(mut self) -> Result<(), StoreError> {
        let mut sweep = Swept::Clean;
        while let Some(jobs) = self.gather(sweep) {
            let mut requests = Vec::with_capacity(jobs.len());
            for job in jobs {
                match job {
                    Job::Write(request) => requests.push(request),
                    Job::Sweep => sweep = Swept::More,
                }
            }
            self.write(requests)?;
            if sweep == Swept::More {
                sweep = self.store.sweep(now())?;
            }
        }
        Ok(())
    }

    /// Everything that waits. Blocks for the first unless there is sweeping to go on with; `None` at the end.
    fn gather(&mut self, sweep: Swept) -> Option<Vec<Job>> {
        let mut jobs = Vec::new();
        if sweep == Swept::Clean {
            jobs.push(self.jobs.blocking_recv()?);
        }
        while jobs.len() < BATCH {
            match self.jobs.try_recv() {
                Ok(job) => jobs.push(job),
                Err(mpsc::error::TryRecvError::Empty) => break,
                Err(mpsc::error::TryRecvError::Disconnected) if jobs.is_empty() => return None,
                Err(mpsc::error::TryRecvError::Disconnected) => break,
            }
        }
        Some(jobs)
    }

    fn write(&mut self, requests: Vec<Request>) -> Result<(), StoreError> {
        if requests.is_empty() {
            return Ok(());
        }
        let writes: Vec<&Write> = requests.iter().map(|request| &request.write).collect();
        let outcomes = self.store.apply(&writes, now())?;
        self.metrics.batches.one();
        // From here on everything is on the disk.
        for (request, outcome) in requests.into_iter().zip(outcomes) {
            self.tell(request, outcome);
        }
        Ok(())
    }

    /// Pushes first: who appends and watches has seen the slot when the answer comes.
    fn tell(&self, request: Request, outcome: Outcome) {
        let Request {
            write,
            id,
            outbox,
            room,
        } = request;
        if let (Some(seq), Write::Append(append)) = (outcome.new_slot, write) {
            self.metrics.slots.one();
            if self.hub.watched(&append.mailbox) {
                let slot = Slot {
                    seq,
                    kind: append.entry.kind(),
                    body: append.entry.into_body(),
                };
                self.hub.publish(append.mailbox, slot);
            }
        }
        outbox.answer(id, outcome.answer, room);
    }
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
