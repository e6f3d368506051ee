//! The mailbox of an epoch, as docs/protocol.md section 1 has it, with what each slot means beside its bytes.

use chat::consent::Ceiling;
use chat::{EpochSecrets, Time};

use super::reference::{Plan, Words};

pub(crate) enum What {
    Message(Sent),
    Commit(Plan),
    /// A commit that holds for nobody, and who signed around it.
    Invalid(Option<usize>),
    Notice,
}

/// A message, as its sender means it.
#[derive(Clone, Copy)]
pub(crate) struct Sent {
    /// Zero where it has no words.
    pub(crate) id: u64,
    pub(crate) from: usize,
    pub(crate) lowers: Option<Ceiling>,
    pub(crate) leaves: bool,
    /// The commit that its sender had made and that was not in the log yet.
    pub(crate) during: Option<usize>,
    pub(crate) at: Time,
}

pub(crate) struct Slot {
    pub(crate) body: Vec<u8>,
    pub(crate) what: What,
}

pub(crate) struct Mailbox {
    pub(crate) epoch: u64,
    /// Known when the first member gets there.
    pub(crate) secrets: Option<EpochSecrets>,
    pub(crate) slots: Vec<Slot>,
    /// What the members say at its beginning.
    pub(crate) words: Words,
    pub(crate) title: String,
    /// The slot of the first valid commit.
    pub(crate) end: Option<usize>,
}

pub(crate) enum Refused {
    Closed,
    Conflict,
}

impl Mailbox {
    pub(crate) fn new(epoch: u64, words: Words, title: String) -> Self {
        Self {
            epoch,
            secrets: None,
            slots: Vec::new(),
            words,
            title,
            end: None,
        }
    }

    pub(crate) fn commits(&self) -> usize {
        let is_commit = |slot: &&Slot| matches!(slot.what, What::Commit(_) | What::Invalid(_));
        self.slots.iter().filter(is_commit).count()
    }

    /// Messages while there is no commit; commits always, or with `expect` only if there are exactly so many.
    pub(crate) fn append(&mut self, what: What, expect: Option<usize>, body: Vec<u8>) -> Result<(), Refused> {
        if matches!(what, What::Message(_)) && self.commits() > 0 {
            return Err(Refused::Closed);
        }
        if expect.is_some_and(|expect| expect != self.commits()) {
            return Err(Refused::Conflict);
        }
        self.slots.push(Slot { body, what });
        Ok(())
    }

    pub(crate) fn messages(&self) -> impl Iterator<Item = (Sent, &[u8])> {
        self.slots.iter().filter_map(|slot| match slot.what {
            What::Message(sent) => Some((sent, &slot.body[..])),
            _ => None,
        })
    }

    /// What the members say after so many slots.
    pub(crate) fn words_at(&self, position: usize) -> Words {
        let mut words = self.words.clone();
        for slot in &self.slots[..position] {
            if let What::Message(Sent {
                from,
                lowers: Some(to),
                ..
            }) = slot.what
            {
                words.lower(from, to);
            }
        }
        words
    }

    /// What the author of a commit lowered between making it and this slot.
    pub(crate) fn lowered_during(&self, plan: usize, position: usize) -> Option<Ceiling> {
        let lowered = self.slots[..position].iter().filter_map(|slot| match slot.what {
            What::Message(Sent {
                lowers,
                during: Some(during),
                ..
            }) if during == plan => lowers,
            _ => None,
        });
        lowered.min()
    }
}
