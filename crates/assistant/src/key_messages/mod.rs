//! Key messages: the lines that a reader who was away would be sorry to miss, picked without a model.
//!
//! Nothing is written here, only chosen: each line is a span of a message, sometimes with a second span that the
//! first cannot be understood without. The steps are
//!
//! 1. [`reading`]: what each message holds (words, cues, dates, names, links),
//! 2. [`bursts`]: where the conversation pauses,
//! 3. [`topics`]: which words matter, and how close a message is to the rest (tf-idf, centroids),
//! 4. [`score`]: one number for each message, a weighted sum of what the steps before found,
//! 5. [`updates`]: which messages a later one overtakes,
//! 6. [`select`]: the best, without repeats (maximal marginal relevance, Carbonell and Goldstein 1998),
//! 7. [`quote`]: the span to show, and the neighbours without which it cannot be understood.
//!
//! It runs in time linear in the transcript but for step 6, which looks at a bounded number of candidates.

mod bursts;
mod quote;
mod reading;
mod score;
mod select;
mod topics;
mod updates;

use crate::lexicon::Lexicon;
use crate::text::{self, Word};
use crate::{Extract, Kind, Transcript};

use bursts::Bursts;
use reading::{Reader, Reading};
use score::Scorer;
use topics::Topics;

/// Words that are looked at to tell the languages of a chat.
const LANGUAGE_SAMPLE: usize = 8_000;

pub use score::{FEATURES, Tuning};

/// Picks at most `items` lines from the unread part.
pub(crate) fn pick(transcript: &Transcript, items: usize) -> Vec<Extract> {
    pick_with(transcript, items, &Tuning::default())
}

/// Picks with other weights than the shipped ones.
pub fn pick_with(transcript: &Transcript, items: usize, tuning: &Tuning) -> Vec<Extract> {
    let chat = Chat::read(transcript);
    let scores = Scorer::new(&chat, tuning).scores();
    let mut lines = select::choose(&chat, &scores, items, tuning);
    lines.sort_by_key(|line| (rank(line.kind), line.quotes.first().map(|quote| quote.n)));
    lines
}

/// What concerns the reader comes first.
fn rank(kind: Kind) -> u8 {
    match kind {
        Kind::Question => 0,
        Kind::Mention => 1,
        Kind::Decision | Kind::Plan => 2,
        Kind::Link => 3,
        Kind::Said => 4,
    }
}

/// A transcript and all that was found in it. Everything is indexed by the message's place in the transcript.
pub(crate) struct Chat<'a> {
    transcript: &'a Transcript,
    readings: Vec<Reading>,
    bursts: Bursts,
    topics: Topics,
    /// The last message that the reader wrote.
    last_of_mine: Option<usize>,
}

impl<'a> Chat<'a> {
    fn read(transcript: &'a Transcript) -> Self {
        let words: Vec<Vec<Word>> = transcript
            .messages
            .iter()
            .map(|message| text::words(&message.text))
            .collect();
        let lexicon = Lexicon::for_words(words.iter().rev().flatten().take(LANGUAGE_SAMPLE));
        let reader = Reader::new(transcript, &lexicon);
        let readings: Vec<_> = transcript
            .messages
            .iter()
            .zip(words)
            .map(|(message, words)| reader.read(message, words))
            .collect();
        let bursts = Bursts::of(&transcript.messages);
        let topics = Topics::of(&readings, &bursts);
        let mine = |reading: &Reading| transcript.me.is_some() && reading.author == transcript.me;
        let last_of_mine = readings.iter().rposition(mine);
        Self {
            transcript,
            readings,
            bursts,
            topics,
            last_of_mine,
        }
    }

    /// Whether the reader wrote something after this message.
    fn answered_by_me(&self, at: usize) -> bool {
        self.last_of_mine.is_some_and(|last| last > at)
    }

    fn unread(&self) -> std::ops::Range<usize> {
        self.transcript.unread_from.min(self.readings.len())..self.readings.len()
    }
}
