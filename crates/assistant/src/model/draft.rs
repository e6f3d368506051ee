//! What a worker with a model says, before anybody checked it.

/// The longest line, in bytes.
pub const MAX_LINE_BYTES: usize = 4 << 10;
/// The most messages that a line may cite.
pub const MAX_CITES: usize = 16;
/// The most lines of a draft.
pub(crate) const MOST_LINES: usize = super::task::MAX_LINES as usize;

/// What a worker with a model answers. Every word and number of it may be a lie.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelDraft {
    /// What the model wrote.
    pub wrote: Wrote,
    /// Which part of the chat it was shown; `None` for a rewrite and where there was nothing to show.
    pub looked: Option<Looked>,
    /// The lines that the worker itself left out on the way, by reason.
    pub dropped: Dropped,
    /// What it cost.
    pub tokens: Tokens,
}

/// What a model wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrote {
    /// Lines, each with the messages on which it rests.
    Lines(Vec<Line>),
    /// A draft, rewritten.
    Rewrite(String),
}

impl Default for Wrote {
    fn default() -> Self {
        Self::Lines(Vec::new())
    }
}

/// A line of a model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// What it says, at most [`MAX_LINE_BYTES`].
    pub text: String,
    /// The numbers of the messages on which it says to rest, at most [`MAX_CITES`].
    pub cites: Vec<u32>,
}

/// Which part of a chat a model was shown. Lines of the messenger itself and empty messages do not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looked {
    /// The number of the first message shown.
    pub first: u32,
    /// The number of the last message shown.
    pub last: u32,
    /// How many were shown.
    pub shown: u32,
    /// How many of the part asked for were not shown, because they did not fit.
    pub left_out: u32,
    /// How many of those shown were too long, and shown up to a point.
    pub shortened: u32,
}

/// How many lines were left out, by the first reason found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dropped {
    /// It cites nothing.
    pub no_source: u32,
    /// It cites a message that the model was not to use.
    pub outside: u32,
    /// It holds a number that no cited message holds.
    pub number: u32,
    /// It holds a link or an address that no cited message holds.
    pub link: u32,
    /// It holds control characters, direction overrides or characters that nobody sees.
    pub unclean: u32,
    /// It is empty, too long, cut off, or says what another line says.
    pub unfit: u32,
}

impl Dropped {
    /// All of them.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.counts().into_iter().fold(0, u32::saturating_add)
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        let both = self.counts().into_iter().zip(other.counts());
        let mut sums = both.map(|(a, b)| a.saturating_add(b));
        Self::from_counts(|| sums.next().unwrap_or_default())
    }

    pub(crate) fn counts(&self) -> [u32; 6] {
        [
            self.no_source,
            self.outside,
            self.number,
            self.link,
            self.unclean,
            self.unfit,
        ]
    }

    pub(crate) fn from_counts(mut next: impl FnMut() -> u32) -> Self {
        Self {
            no_source: next(),
            outside: next(),
            number: next(),
            link: next(),
            unclean: next(),
            unfit: next(),
        }
    }
}

/// How much a model read and wrote, over all its passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Tokens of prompts.
    pub prompt: u64,
    /// Tokens written.
    pub written: u64,
    /// How often the model was asked: once, or once for each piece of a long chat and once more over the pieces.
    pub passes: u32,
}

/// Why a worker has no answer to give.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The worker was started without a model.
    #[error("there is no language model here; `snug model list` shows those that can be had")]
    NoModel,
    /// The task asks for more than a task may.
    #[error(
        "this asks for more than a model is given: at most 64 lines, 3 replies, a draft of 16 KiB, a question of 2 KiB"
    )]
    OutOfBounds,
    /// The window of the model is too small for the task.
    #[error(
        "this does not fit into the model's window; choose a shorter text, or a model with a larger window"
    )]
    TooLong,
    /// The model did not come to an end.
    #[error("the model did not come to an end; try a shorter text, or another model")]
    Endless,
    /// What the model wrote has not the form that was asked for.
    #[error("what the model wrote cannot be read; try again with another model")]
    Unreadable,
    /// The model, or what runs it, failed.
    #[error("the model failed; check it with `snug model verify`, or take another")]
    Broken,
}

impl ModelError {
    /// All of them; the position is the number on the wire.
    pub(crate) const ALL: [Self; 6] = [
        Self::NoModel,
        Self::OutOfBounds,
        Self::TooLong,
        Self::Endless,
        Self::Unreadable,
        Self::Broken,
    ];

    pub(crate) const fn code(self) -> u8 {
        self as u8
    }

    pub(crate) fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::{Dropped, ModelError};

    #[test]
    fn every_failure_has_a_number_of_its_own() {
        for error in ModelError::ALL {
            assert_eq!(ModelError::from_code(error.code()), Some(error));
        }
        assert_eq!(ModelError::from_code(6), None);
    }

    #[test]
    fn counts_add_up_one_by_one() {
        let mut n = 0;
        let one = Dropped::from_counts(|| {
            n += 1;
            n
        });
        assert_eq!(one.counts(), [1, 2, 3, 4, 5, 6]);
        assert_eq!(one.plus(one).counts(), [2, 4, 6, 8, 10, 12]);
        assert_eq!(one.total(), 21);
    }
}
