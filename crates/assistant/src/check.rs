//! The check that turns what a worker said into what a person may see.

use std::collections::HashSet;

use crate::dates::{self, When};
use crate::protocol::MAX_QUOTES;
use crate::{Draft, Extract, Kind, Message, ModelAnswer, ModelError, Quote, Task, Transcript, model, text};

/// The most bytes of one quote; the engine takes 320.
pub const MAX_QUOTE_BYTES: usize = 4096;
/// The most dates that are resolved for a line.
const MOST_DATES: usize = 3;

/// A checked answer. Only [`check`] makes one. It is key messages, of which every word was cut out of the unread messages
/// by us, or words of a model, and never both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer(Checked);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Checked {
    KeyMessages(Vec<Item>),
    Model(ModelAnswer),
}

impl Answer {
    /// The key messages, most important first; none where a model was asked.
    #[must_use]
    pub fn items(&self) -> &[Item] {
        match &self.0 {
            Checked::KeyMessages(items) => items,
            Checked::Model(_) => &[],
        }
    }

    /// What a model wrote, where one was asked.
    #[must_use]
    pub fn model(&self) -> Option<&ModelAnswer> {
        match &self.0 {
            Checked::KeyMessages(_) => None,
            Checked::Model(answer) => Some(answer),
        }
    }
}

/// One checked line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Why it was picked.
    pub kind: Kind,
    /// The words that carry the line: verbatim from the message `cites[0]`.
    pub text: String,
    /// The numbers of the cited messages, none twice.
    pub cites: Vec<u32>,
    /// What is quoted of each cited message, in the order of `cites`; the first is `text`.
    pub quotes: Vec<String>,
    /// The days and times that the line's words name, in their order, resolved against the day on which they were
    /// written; what lies in the past is left out.
    pub when: Vec<When>,
}

/// A draft that does not fit its task. The worker lied or is broken; nothing of it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// The worker says that it has no answer, and why.
    #[error(transparent)]
    Failed(#[from] ModelError),
    /// An answer to another task.
    #[error("the worker answered something else than it was asked")]
    OtherTask,
    /// The part of the chat that it says a model was shown is none, or does not add up.
    #[error("the worker says that it looked at a part of the chat that cannot be")]
    WrongSpan,
    /// More lines than were asked for.
    #[error("the worker answered with more lines than it was asked for")]
    TooManyLines,
    /// A line without a quote, or with more than a line may hold.
    #[error("the worker answered with a line that quotes nothing or too much")]
    WrongQuotes,
    /// A cited number is not among the unread messages that people wrote.
    #[error("the worker cited a message that it may not cite")]
    UnknownMessage,
    /// The same message twice.
    #[error("the worker cited one message twice")]
    CitedTwice,
    /// A quote longer than a line may be.
    #[error("the worker quoted more of a message than a line may hold")]
    QuoteTooLong,
    /// A span that is not a piece of the cited message.
    #[error("the worker quoted words that the cited message does not hold")]
    NoSuchWords,
}

/// Turns a draft into an answer, or refuses it whole. Of what a model wrote, single lines are left out and counted
/// ([`ModelAnswer::dropped`]).
///
/// # Errors
/// [`CheckError`] says what did not hold.
pub fn check(task: &Task, draft: &Draft) -> Result<Answer, CheckError> {
    match (task, draft) {
        (Task::KeyMessages { transcript, items }, Draft::KeyMessages(extracts)) => {
            check_extracts(transcript, *items, extracts).map(|items| Answer(Checked::KeyMessages(items)))
        }
        (Task::Model(task), Draft::Model(draft)) => {
            model::check(task, draft).map(|answer| Answer(Checked::Model(answer)))
        }
        (_, Draft::Failed(error)) => Err(CheckError::Failed(*error)),
        _ => Err(CheckError::OtherTask),
    }
}

fn check_extracts(transcript: &Transcript, most: u16, extracts: &[Extract]) -> Result<Vec<Item>, CheckError> {
    if extracts.len() > usize::from(most) {
        return Err(CheckError::TooManyLines);
    }
    let mut cited = HashSet::new();
    let items = extracts
        .iter()
        .map(|extract| check_line(transcript, extract, &mut cited));
    items.collect()
}

fn check_line(transcript: &Transcript, line: &Extract, cited: &mut HashSet<u32>) -> Result<Item, CheckError> {
    if line.quotes.len() > MAX_QUOTES {
        return Err(CheckError::WrongQuotes);
    }
    let mut quotes = Vec::new();
    for quote in &line.quotes {
        if !cited.insert(quote.n) {
            return Err(CheckError::CitedTwice);
        }
        quotes.push(cut(find(transcript, quote.n)?, *quote)?.to_owned());
    }
    let (first, text) = line
        .quotes
        .first()
        .zip(quotes.first())
        .ok_or(CheckError::WrongQuotes)?;
    let when = resolve(find(transcript, first.n)?, text, transcript.month_first);
    let cites = line.quotes.iter().map(|quote| quote.n).collect();
    Ok(Item {
        kind: line.kind,
        text: text.clone(),
        cites,
        quotes,
        when,
    })
}

fn find(transcript: &Transcript, n: u32) -> Result<&Message, CheckError> {
    let unread = transcript.unread();
    let at = unread
        .binary_search_by_key(&n, |message| message.n)
        .map_err(|_| CheckError::UnknownMessage)?;
    unread
        .get(at)
        .filter(|message| message.author.is_some())
        .ok_or(CheckError::UnknownMessage)
}

fn cut(message: &Message, quote: Quote) -> Result<&str, CheckError> {
    let words = message
        .text
        .get(quote.start as usize..quote.end as usize)
        .ok_or(CheckError::NoSuchWords)?;
    if words.trim().is_empty() {
        Err(CheckError::NoSuchWords)
    } else if words.len() > MAX_QUOTE_BYTES {
        Err(CheckError::QuoteTooLong)
    } else {
        Ok(words)
    }
}

fn resolve(message: &Message, quoted: &str, month_first: bool) -> Vec<When> {
    let found = dates::find(quoted, &text::words(quoted), message.at, month_first);
    let ahead = || {
        found
            .iter()
            .filter(|found| !found.past && (found.when.date.is_some() || found.when.time.is_some()))
    };
    // Beside a day, "this week" says nothing that a reader needs.
    let any_exact = ahead().any(|found| !found.vague);
    let mut named: Vec<When> = Vec::new();
    for when in ahead()
        .filter(|found| !(any_exact && found.vague))
        .map(|found| found.when)
    {
        if !named.contains(&when) && named.len() < MOST_DATES {
            named.push(when);
        }
    }
    named
}
