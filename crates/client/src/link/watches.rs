//! What is watched, and how far each watch has come.

use std::collections::{HashMap, VecDeque};

use delivery::limits::MAX_WATCHES;
use delivery::{MailboxName, Refusal};

use super::Breach;

/// All watches of a connection.
#[derive(Debug, Default)]
pub(super) struct Watches {
    of: HashMap<MailboxName, Watch>,
    /// Mailboxes whose slots did not fit, to be told to whoever takes the pushes.
    lagged: VecDeque<MailboxName>,
}

#[derive(Clone, Copy, Debug)]
struct Watch {
    /// The number of the last slot that was handed on.
    last: u64,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Slots are handed on.
    On,
    /// Slots are those of an earlier watch that ends, and are passed over.
    Muted,
}

/// What is to be done with a pushed slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    HandOn,
    PassOver,
}

impl Watches {
    /// A watch was asked for. Where one is going on, what still comes of it belongs to the old one, until the answer.
    pub(super) fn asked(&mut self, mailbox: MailboxName, after: u64) -> Result<(), Refusal> {
        if self.of.len() >= MAX_WATCHES && !self.of.contains_key(&mailbox) {
            return Err(Refusal::Full);
        }
        let state = match self.of.get(&mailbox) {
            Some(_) => State::Muted,
            None => State::On,
        };
        self.lagged.retain(|lagged| *lagged != mailbox);
        self.of.insert(mailbox, Watch { last: after, state });
        Ok(())
    }

    /// The answer to it came: from here on every slot is the new watch's.
    pub(super) fn begun(&mut self, mailbox: MailboxName) {
        if let Some(watch) = self.of.get_mut(&mailbox) {
            watch.state = State::On;
        }
    }

    /// The answer to it was no. An earlier watch may go on at the server all the same: nobody here waits for it.
    pub(super) fn refused(&mut self, mailbox: MailboxName) {
        if self
            .of
            .get(&mailbox)
            .is_some_and(|watch| watch.state == State::On)
        {
            self.of.remove(&mailbox);
        }
    }

    /// The end of a watch was asked for.
    pub(super) fn ending(&mut self, mailbox: MailboxName) {
        if let Some(watch) = self.of.get_mut(&mailbox) {
            watch.state = State::Muted;
        }
    }

    /// There is no watch of it any more.
    pub(super) fn ended(&mut self, mailbox: MailboxName) {
        self.of.remove(&mailbox);
    }

    /// A slot came.
    pub(super) fn pushed(&mut self, mailbox: MailboxName, seq: u64) -> Result<Verdict, Breach> {
        let watch = self.of.get_mut(&mailbox).ok_or(Breach::Unwatched)?;
        if watch.state == State::Muted {
            return Ok(Verdict::PassOver);
        }
        if seq <= watch.last {
            return Err(Breach::Order);
        }
        watch.last = seq;
        Ok(Verdict::HandOn)
    }

    /// A slot of it did not fit: no more of this watch is handed on.
    pub(super) fn overflowed(&mut self, mailbox: MailboxName) {
        self.ending(mailbox);
        self.lagged.push_back(mailbox);
    }

    /// The server says that it could not keep up: the watch is over.
    pub(super) fn lagged(&mut self, mailbox: MailboxName) -> Result<(), Breach> {
        let watch = self.of.remove(&mailbox).ok_or(Breach::Unwatched)?;
        if watch.state == State::On {
            self.lagged.push_back(mailbox);
        }
        Ok(())
    }

    /// A mailbox that lagged, to be told once.
    pub(super) fn next_lagged(&mut self) -> Option<MailboxName> {
        self.lagged.pop_front()
    }
}
