//! What arrives without being asked for.

use std::sync::Arc;

use delivery::{MailboxName, Pushed, Slot};
use tokio::sync::mpsc;

use super::pending::Shared;

/// The slots of all watches of a connection, in the order in which they came.
#[derive(Debug)]
pub struct Pushes {
    slots: mpsc::Receiver<(MailboxName, Slot)>,
    shared: Arc<Shared>,
}

impl Pushes {
    pub(super) fn new(slots: mpsc::Receiver<(MailboxName, Slot)>, shared: Arc<Shared>) -> Self {
        Self { slots, shared }
    }

    /// Waits for the next. `None`: the connection is over; [`Link::ended`](super::Link::ended) says why.
    ///
    /// [`Pushed::Lagged`] comes where a watch ended because slots could not be handed on fast enough, by the server or
    /// here: fetch what is missing, then watch again. A slot of that mailbox follows only after that.
    pub async fn next(&mut self) -> Option<Pushed> {
        loop {
            if let Some(now) = self.try_next() {
                return Some(now);
            }
            tokio::select! {
                slot = self.slots.recv() => match slot {
                    Some((mailbox, slot)) => return Some(Pushed::Slot { mailbox, slot }),
                    None => return self.try_next(),
                },
                () = self.shared.lagging() => {}
            }
        }
    }

    /// What is there now, without waiting.
    pub fn try_next(&mut self) -> Option<Pushed> {
        // A mailbox lags behind the slots that were taken in before: those come first.
        if let Ok((mailbox, slot)) = self.slots.try_recv() {
            return Some(Pushed::Slot { mailbox, slot });
        }
        self.shared
            .next_lagged()
            .map(|mailbox| Pushed::Lagged { mailbox })
    }
}
