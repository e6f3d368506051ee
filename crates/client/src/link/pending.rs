//! What is waited for: the state that callers and the two tasks of a connection share.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use delivery::{Answer, MailboxName, Pushed, Request, Slot, ToClient, ToServer};
use tokio::sync::{Notify, OwnedSemaphorePermit, mpsc, oneshot};
use tokio::time::Instant;

use super::watches::{Verdict, Watches};
use super::{Breach, LinkError};

#[derive(Debug)]
pub(super) struct Shared {
    answer_within: Duration,
    next_id: AtomicU32,
    state: Mutex<State>,
    /// Something is waited for where nothing was.
    first_waits: Notify,
    /// A watch lags.
    lags: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// By id. At most as many as there are permits.
    waiting: BTreeMap<u32, Waiting>,
    watches: Watches,
    ended: Option<LinkError>,
}

#[derive(Debug)]
struct Waiting {
    answer: oneshot::Sender<Result<Answer, LinkError>>,
    until: Instant,
    watch: Option<WatchChange>,
    /// Held until the answer is here, also when nobody waits for it any more.
    _permit: OwnedSemaphorePermit,
}

/// What the answer means for the watches.
#[derive(Clone, Copy, Debug)]
enum WatchChange {
    Begin(MailboxName),
    End(MailboxName),
}

type AnswerSoon = oneshot::Receiver<Result<Answer, LinkError>>;

impl Shared {
    pub(super) fn new(answer_within: Duration) -> Self {
        Self {
            answer_within,
            next_id: AtomicU32::new(0),
            state: Mutex::default(),
            first_waits: Notify::new(),
            lags: Notify::new(),
        }
    }

    /// After four thousand million requests numbers begin again; by then the first is long answered.
    pub(super) fn next_id(&self) -> u32 {
        self.next_id.fetch_add(1, Ordering::Relaxed)
    }

    pub(super) fn expect_answer(
        &self,
        ask: &ToServer,
        permit: OwnedSemaphorePermit,
    ) -> Result<AnswerSoon, LinkError> {
        let mut state = self.state();
        if let Some(why) = state.ended {
            return Err(why);
        }
        let watch = match ask.request {
            Request::Watch { mailbox, after, .. } => {
                state.watches.asked(mailbox, after)?;
                Some(WatchChange::Begin(mailbox))
            }
            Request::Unwatch { mailbox } => {
                state.watches.ending(mailbox);
                Some(WatchChange::End(mailbox))
            }
            _ => None,
        };
        let (answer, soon) = oneshot::channel();
        let waiting = Waiting {
            answer,
            until: Instant::now() + self.answer_within,
            watch,
            _permit: permit,
        };
        if state.waiting.is_empty() {
            self.first_waits.notify_one();
        }
        state.waiting.insert(ask.id, waiting);
        Ok(soon)
    }

    /// Takes in what the server sent.
    pub(super) fn take(
        &self,
        frame: ToClient,
        slots: &mpsc::Sender<(MailboxName, Slot)>,
    ) -> Result<(), Breach> {
        match frame {
            ToClient::Answer { id, answer } => self.answered(id, answer),
            ToClient::Pushed(Pushed::Slot { mailbox, slot }) => self.pushed(mailbox, slot, slots),
            ToClient::Pushed(Pushed::Lagged { mailbox }) => {
                self.state().watches.lagged(mailbox)?;
                self.lags.notify_one();
                Ok(())
            }
        }
    }

    fn answered(&self, id: u32, answer: Answer) -> Result<(), Breach> {
        let mut state = self.state();
        let waiting = state.waiting.remove(&id).ok_or(Breach::UnknownId)?;
        let refused = matches!(answer, Answer::Refused(_));
        match waiting.watch {
            Some(WatchChange::Begin(mailbox)) if !refused => state.watches.begun(mailbox),
            Some(WatchChange::Begin(mailbox)) => state.watches.refused(mailbox),
            Some(WatchChange::End(mailbox)) => state.watches.ended(mailbox),
            None => {}
        }
        // Whoever asked may have gone.
        let _ = waiting.answer.send(Ok(answer));
        Ok(())
    }

    fn pushed(
        &self,
        mailbox: MailboxName,
        slot: Slot,
        slots: &mpsc::Sender<(MailboxName, Slot)>,
    ) -> Result<(), Breach> {
        let mut state = self.state();
        if state.watches.pushed(mailbox, slot.seq)? == Verdict::PassOver {
            return Ok(());
        }
        // Waiting for room here would keep answers from those who could make room.
        if slots.try_send((mailbox, slot)).is_err() {
            state.watches.overflowed(mailbox);
            self.lags.notify_one();
        }
        Ok(())
    }

    /// When the oldest request has waited long enough.
    pub(super) fn first_deadline(&self) -> Option<Instant> {
        self.state().waiting.values().map(|waiting| waiting.until).min()
    }

    /// Waits until something is waited for.
    pub(super) async fn first_waits(&self) {
        self.first_waits.notified().await;
    }

    /// Waits until a watch lags.
    pub(super) async fn lagging(&self) {
        self.lags.notified().await;
    }

    pub(super) fn next_lagged(&self) -> Option<MailboxName> {
        self.state().watches.next_lagged()
    }

    /// Ends the connection for everybody who waits. Only the first reason counts.
    pub(super) fn end(&self, why: LinkError) {
        let mut state = self.state();
        let why = *state.ended.get_or_insert(why);
        for (_, waiting) in std::mem::take(&mut state.waiting) {
            let _ = waiting.answer.send(Err(why));
        }
    }

    pub(super) fn ended(&self) -> Option<LinkError> {
        self.state().ended
    }

    /// Why there is no answer.
    pub(super) fn why(&self) -> LinkError {
        self.ended().unwrap_or(LinkError::Closed)
    }

    /// No code that holds the lock can fail halfway.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
