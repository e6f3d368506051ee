//! The check that turns what a model wrote into what a person may see.

use std::collections::HashSet;

use super::draft::{Dropped, Line, Looked, ModelDraft, Tokens, Wrote};
use super::judge::{Reason, Sources, judge_rewrite};
use super::task::{MAX_REWRITE_BYTES, ModelTask, What};
use crate::{CheckError, Message};

/// A checked answer of a model: machine text, of which each line rests on messages that the reader has, and holds no
/// number and no link that they do not hold. Only [`check`](crate::check) makes one.
///
/// What is **not** checked is whether a line says what its messages say: a model, or a message that misleads one, can
/// still give a false picture of what was written. So each line is shown with the messages that it cites.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelAnswer {
    outcome: Outcome,
    looked: Option<Looked>,
    dropped: Dropped,
    tokens: Tokens,
}

/// What came of a model's task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Lines, at least one, the most important first; for replies, one proposal each.
    Lines(Vec<ModelLine>),
    /// The draft, said differently.
    Rewritten(String),
    /// The model says that the messages do not answer the question. It can be wrong, and
    /// [`Looked::left_out`] says how many it has not seen.
    NotInMessages,
    /// There is no line: none was written, or none held ([`ModelAnswer::dropped`]).
    Nothing,
}

/// A checked line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelLine {
    /// What it says: one line, without control characters and direction overrides. Words of a machine.
    pub text: String,
    /// The numbers of the messages on which it rests, at least one, none twice.
    pub cites: Vec<u32>,
}

impl ModelAnswer {
    /// What came of it.
    #[must_use]
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }

    /// The lines; none where the outcome is another.
    #[must_use]
    pub fn lines(&self) -> &[ModelLine] {
        match &self.outcome {
            Outcome::Lines(lines) => lines,
            _ => &[],
        }
    }

    /// Which part of the chat the worker says that its model was shown; `None` where nothing was to be shown. That the
    /// span is one of the chat and that the counts add up is checked; that it was really looked at cannot be.
    #[must_use]
    pub fn looked(&self) -> Option<Looked> {
        self.looked
    }

    /// How many lines were left out on the way and here, and why.
    #[must_use]
    pub fn dropped(&self) -> Dropped {
        self.dropped
    }

    /// What the worker says that it cost.
    #[must_use]
    pub fn tokens(&self) -> Tokens {
        self.tokens
    }
}

pub(crate) fn check(task: &ModelTask, draft: &ModelDraft) -> Result<ModelAnswer, CheckError> {
    if !task.what.is_within_limits() {
        return Err(CheckError::OtherTask);
    }
    let mut dropped = Dropped::default();
    let outcome = match (&task.what, &draft.wrote) {
        (What::Rewrite { draft: own, .. }, Wrote::Rewrite(text)) => {
            if draft.looked.is_some() {
                return Err(CheckError::WrongSpan);
            }
            check_rewrite(own, text, &mut dropped)
        }
        (What::Summary { .. } | What::Replies { .. } | What::Answer { .. }, Wrote::Lines(lines)) => {
            let part = task.part();
            let span = span(&part, draft.looked)?;
            if lines.len() > task.what.most_lines() {
                return Err(CheckError::TooManyLines);
            }
            let kept = check_lines(span, lines, &mut dropped);
            outcome(&task.what, kept, dropped.plus(draft.dropped))
        }
        _ => return Err(CheckError::OtherTask),
    };
    Ok(ModelAnswer {
        outcome,
        looked: draft.looked,
        dropped: dropped.plus(draft.dropped),
        tokens: draft.tokens,
    })
}

fn check_rewrite(own: &str, text: &str, dropped: &mut Dropped) -> Outcome {
    let judged = if text.len() > MAX_REWRITE_BYTES {
        Err(Reason::Unfit)
    } else {
        judge_rewrite(own, text)
    };
    match judged {
        Ok(text) => Outcome::Rewritten(text.to_owned()),
        Err(reason) => {
            dropped.count(reason);
            Outcome::Nothing
        }
    }
}

/// The messages between the ends of a span that can be one.
fn span<'m, 'p>(part: &'p [&'m Message], looked: Option<Looked>) -> Result<&'p [&'m Message], CheckError> {
    let Some(looked) = looked else {
        return if part.is_empty() {
            Ok(part)
        } else {
            Err(CheckError::WrongSpan)
        };
    };
    let place = |n: u32| {
        part.binary_search_by_key(&n, |message| message.n)
            .map_err(|_| CheckError::WrongSpan)
    };
    let (first, last) = (place(looked.first)?, place(looked.last)?);
    let inside = part.get(first..=last).ok_or(CheckError::WrongSpan)?;
    let all = u64::from(looked.shown) + u64::from(looked.left_out);
    let adds_up = all == part.len() as u64
        && looked.shown as usize <= inside.len()
        && looked.shown > 0
        && looked.shortened <= looked.shown;
    if adds_up {
        Ok(inside)
    } else {
        Err(CheckError::WrongSpan)
    }
}

fn check_lines(span: &[&Message], lines: &[Line], dropped: &mut Dropped) -> Vec<ModelLine> {
    let mut sources = Sources::of(span.iter().copied());
    let mut said = HashSet::new();
    let mut kept = Vec::new();
    for line in lines {
        match sources.judge(line) {
            Ok(Line { text, cites }) if said.insert(text.to_lowercase()) => {
                kept.push(ModelLine { text, cites });
            }
            Ok(_) => dropped.count(Reason::Unfit),
            Err(reason) => dropped.count(reason),
        }
    }
    kept
}

fn outcome(what: &What, kept: Vec<ModelLine>, dropped: Dropped) -> Outcome {
    if !kept.is_empty() {
        Outcome::Lines(kept)
    } else if matches!(what, What::Answer { .. }) && dropped.total() == 0 {
        Outcome::NotInMessages
    } else {
        Outcome::Nothing
    }
}
