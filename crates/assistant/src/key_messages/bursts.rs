//! Bursts: stretches of conversation between pauses.

use crate::Message;

/// A pause of this many seconds ends a burst.
const PAUSE: i64 = 45 * 60;
/// A burst that runs longer than this many messages is cut, so that its centroid still means something.
const LONGEST: usize = 60;

/// The burst of each message.
pub(super) struct Bursts {
    of: Vec<usize>,
    places: Vec<usize>,
    sizes: Vec<usize>,
}

impl Bursts {
    pub(super) fn of(messages: &[Message]) -> Self {
        let mut bursts = Self {
            of: Vec::new(),
            places: Vec::new(),
            sizes: Vec::new(),
        };
        let mut last: Option<&Message> = None;
        for message in messages {
            let goes_on = last.is_some_and(|last| seconds_between(last, message).abs() < PAUSE)
                && bursts.sizes.last().is_some_and(|size| *size < LONGEST);
            bursts.add(goes_on);
            last = Some(message);
        }
        bursts
    }

    fn add(&mut self, goes_on: bool) {
        if !goes_on {
            self.sizes.push(0);
        }
        if let Some(size) = self.sizes.last_mut() {
            self.places.push(*size);
            *size += 1;
        }
        self.of.push(self.sizes.len() - 1);
    }

    /// How many bursts there are.
    pub(super) fn count(&self) -> usize {
        self.sizes.len()
    }

    /// The burst of a message.
    pub(super) fn burst(&self, at: usize) -> usize {
        self.of.get(at).copied().unwrap_or_default()
    }

    /// The place of a message in its burst, from 0.
    pub(super) fn place(&self, at: usize) -> usize {
        self.places.get(at).copied().unwrap_or_default()
    }
}

/// The seconds from one message to a later one.
pub(super) fn seconds_between(earlier: &Message, later: &Message) -> i64 {
    later.at.duration_since(earlier.at).as_secs()
}
