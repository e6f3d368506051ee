//! From a question to an answer and a line in the journal.

use assistant::{Answer, Draft, Task, Transcript};
use chat::Time;
use chat::consent::Ceiling;
use jiff::civil::DateTime;
use worker::{Cancel, Limits, Program, RunReport, WorkerError};

use crate::api::{ChatId, JournalLine};
use crate::journal;
use crate::store::{Store, StoreError, chats};

use super::select::{self, LeftOut, Question, Refusal, Selection, Verdict, select};

/// The name of the engine, as answers carry it.
pub const ENGINE: &str = "key-messages";
/// Where it runs.
pub const PLACE: Ceiling = select::PLACE;
/// What is asked for, in the journal.
const TASK: &str = "catch-up";

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AiError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The worker.
    #[error(transparent)]
    Worker(#[from] WorkerError),
}

/// What came of a question.
#[derive(Debug)]
pub enum Outcome {
    /// Key messages.
    Answered(Box<CatchUp>),
    /// The ceiling is `off`.
    Refused(Refusal),
}

/// Key messages of a chat.
#[derive(Debug)]
pub struct CatchUp {
    /// The title of the chat.
    pub title: String,
    /// The lines, checked against the transcript; they cite numbers of messages of the chat.
    pub answer: Answer,
    /// What was looked at.
    pub transcript: Transcript,
    /// How many messages of people the part holds that was asked for.
    pub messages: usize,
    /// When the first and the last of them were sent.
    pub extent: Option<(DateTime, DateTime)>,
    /// What belongs to the part and was not looked at.
    pub left_out: LeftOut,
    /// The ceiling of the chat.
    pub ceiling: Ceiling,
    /// The run of the worker; `None` where there was nothing to do for one.
    pub run: Option<RunReport>,
}

/// A question that may be asked, or not.
#[derive(Debug)]
pub enum Prepared {
    /// The ceiling is `off`; the journal says so.
    Refused(Refusal),
    /// It can run: on any thread, without the store.
    Ready(Box<Job>),
}

/// A task and what is known of it.
#[derive(Debug)]
pub struct Job {
    task: Task,
    messages: usize,
    extent: Option<(DateTime, DateTime)>,
    left_out: LeftOut,
    title: String,
    chat: ChatId,
    ceiling: Ceiling,
}

/// What a run gave.
pub type Ran = Result<(Answer, Option<RunReport>), WorkerError>;

/// Selects what may be looked at. A refusal is written into the journal.
///
/// # Errors
/// What the store says.
pub fn prepare(store: &Store, question: &Question<'_>) -> Result<Prepared, StoreError> {
    match select(store.connection(), question)? {
        Verdict::Allowed(selection) => Ok(Prepared::Ready(Box::new(Job::of(selection)))),
        Verdict::Refused(refusal) => {
            let line = line(question.now, &refusal.title, 0, refusal.ceiling, "refused");
            store.transaction(|tx| journal::append(tx, &line))?;
            Ok(Prepared::Refused(refusal))
        }
    }
}

impl Job {
    fn of(selection: Selection) -> Self {
        let (messages, extent) = selection.extent();
        Self {
            task: Task::KeyMessages {
                transcript: selection.transcript,
                items: selection.items,
            },
            messages,
            extent,
            left_out: selection.left_out,
            title: selection.title,
            chat: selection.chat,
            ceiling: selection.ceiling,
        }
    }

    /// What the worker is going to be given.
    #[must_use]
    pub fn task(&self) -> &Task {
        &self.task
    }

    /// Hands the task to a worker and checks what it says. No worker is started for nothing.
    ///
    /// # Errors
    /// [`WorkerError`]; nothing of what it may have said is used.
    pub fn run(&self, program: &Program, limits: &Limits, cancel: &Cancel) -> Ran {
        if self.messages == 0 {
            let nothing = Draft::KeyMessages(Vec::new());
            let answer = assistant::check(&self.task, &nothing).expect("an empty draft fits every task");
            return Ok((answer, None));
        }
        worker::answer(program, &self.task, limits, cancel).map(|(answer, report)| (answer, Some(report)))
    }

    /// How many messages a worker was given.
    fn given(&self) -> u32 {
        u32::try_from(self.task.transcript().messages.len()).unwrap_or(u32::MAX)
    }
}

/// Writes the journal, and lets the answer out after that. Where the chat became `off` meanwhile, there is none.
///
/// # Errors
/// What the worker said, and what the store says.
pub fn finish(store: &Store, job: Job, ran: Ran, now: Time) -> Result<Outcome, AiError> {
    let ceiling = chats::load(store.connection(), job.chat)?.consent.at(now);
    let outcome = match &ran {
        Err(_) => "failed",
        Ok(_) if ceiling < PLACE => "refused",
        Ok(_) => "answered",
    };
    if !matches!(ran, Ok((_, None))) {
        let line = line(now, &job.title, job.given(), ceiling, outcome);
        store.transaction(|tx| journal::append(tx, &line))?;
    }
    let (answer, run) = ran?;
    if ceiling < PLACE {
        return Ok(Outcome::Refused(Refusal {
            title: job.title,
            ceiling,
            held_by: Vec::new(),
        }));
    }
    let transcript = job.task.into_transcript();
    Ok(Outcome::Answered(Box::new(CatchUp {
        title: job.title,
        answer,
        transcript,
        messages: job.messages,
        extent: job.extent,
        left_out: job.left_out,
        ceiling: job.ceiling,
        run,
    })))
}

/// All three steps, one after the other.
///
/// # Errors
/// As [`prepare`] and [`finish`].
pub fn catch_up(
    store: &Store,
    question: &Question<'_>,
    program: &Program,
    limits: &Limits,
    cancel: &Cancel,
) -> Result<Outcome, AiError> {
    match prepare(store, question)? {
        Prepared::Refused(refusal) => Ok(Outcome::Refused(refusal)),
        Prepared::Ready(job) => {
            let ran = job.run(program, limits, cancel);
            finish(store, *job, ran, question.now)
        }
    }
}

fn line(at: Time, chat: &str, messages: u32, ceiling: Ceiling, outcome: &str) -> JournalLine {
    JournalLine {
        at,
        chat: chat.to_owned(),
        task: TASK.to_owned(),
        engine: ENGINE.to_owned(),
        place: PLACE,
        messages,
        ceiling,
        outcome: outcome.to_owned(),
    }
}
