//! Why there is no answer.

use std::time::Duration;

use assistant::{CheckError, ProtocolError};

use crate::{Errno, Layer};

/// Why a worker gave no answer. Nothing that it may have said is shown, and nothing of the task is in the error.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorkerError {
    /// The system has no wall that we know how to build.
    #[error("there is no AI here: {why}")]
    Unsupported {
        /// What is missing.
        why: &'static str,
    },
    /// The task is larger than a worker takes.
    #[error("this is too much text for one task; choose a shorter part of the chat")]
    TaskTooLarge,
    /// The program could not be started.
    #[error(
        "the assistant's process could not be started ({0}); check that /proc is mounted and memory is free"
    )]
    Start(#[source] std::io::Error),
    /// A part of the wall does not stand, so the worker was given no text.
    #[error(
        "there is no AI here: the sandbox could not be closed ({}), so no text was handed over; \
         `snug doctor` shows each part",
        reasons(.0)
    )]
    NoWall(Vec<(Layer, Option<Errno>)>),
    /// It did not say in time that its wall stands, so it was given no text.
    #[error("the assistant's process did not get ready within {0:?}, so no text was handed over; try again")]
    NotReady(Duration),
    /// Somebody stopped the run.
    #[error("stopped")]
    Cancelled,
    /// It took too long.
    #[error(
        "the assistant did not answer within {0:?} and was ended; choose a shorter part of the chat, for example with --last 1000"
    )]
    TimedOut(Duration),
    /// The kernel ended it for trying something that the wall forbids.
    #[error(
        "the assistant's process tried something the sandbox forbids and was ended by the kernel; nothing of its \
         answer is used. If it happens again, report it: the text of this chat, or the model, may be an attack"
    )]
    Forbidden,
    /// A signal ended it.
    #[error("the assistant's process crashed ({}); nothing of its answer is used. Try a shorter part of the chat, for example --last 1000", signal_name(*.0))]
    Crashed(i32),
    /// A signal ended a worker that had a model.
    #[error(
        "the model's process crashed ({}); nothing of its answer is used. Its file may be broken or memory short: check it \
         with `snug model verify`, or use a smaller model",
        signal_name(*.0)
    )]
    ModelCrashed(i32),
    /// The model's file is broken, or of a kind that is not known here.
    #[error(
        "the model's file is broken, too large, or of a kind that this build cannot run; nothing was answered. Check it with \
         `snug model verify`, or use another model"
    )]
    BadModel,
    /// It gave up.
    #[error("the assistant's process gave up ({}); nothing of its answer is used. Try again", exit_reason(*.0))]
    GaveUp(i32),
    /// Its answer stopped in the middle.
    #[error("the assistant's answer is cut off; nothing of it is used. Try again")]
    CutOff,
    /// What it said is not the protocol.
    #[error(
        "the assistant's process did not speak our protocol ({0}); nothing of it is used. Install Snug again"
    )]
    NotOurs(&'static str),
    /// It said more than an answer can be long.
    #[error("the assistant's process announced or wrote more than an answer may hold; nothing of it is used")]
    TooMuch,
    /// Its answer does not decode.
    #[error("the assistant's answer is broken ({0}); nothing of it is used. Try again")]
    Malformed(#[source] ProtocolError),
    /// Its answer decodes and does not fit the task.
    #[error("the assistant's answer does not fit the chat ({0}); nothing of it is used")]
    Lied(#[source] CheckError),
    /// The system failed us.
    #[error("{during} failed ({source}); try again")]
    System {
        /// What we were doing.
        during: &'static str,
        /// What the system said.
        #[source]
        source: std::io::Error,
    },
}

fn reasons(failed: &[(Layer, Option<Errno>)]) -> String {
    let reason = |(layer, errno): &(Layer, Option<Errno>)| match errno {
        Some(errno) => format!("{}: {errno}", layer.name()),
        None => format!("{}: not reported", layer.name()),
    };
    failed.iter().map(reason).collect::<Vec<_>>().join("; ")
}

/// Signals by the names under which people find them.
pub(crate) fn signal_name(signal: i32) -> String {
    match signal {
        4 => "illegal instruction, SIGILL".into(),
        6 => "it found itself broken or out of memory, SIGABRT".into(),
        7 => "bad memory access, SIGBUS".into(),
        8 => "bad arithmetic, SIGFPE".into(),
        9 => "killed, SIGKILL; perhaps memory is short".into(),
        11 => "bad memory access, SIGSEGV".into(),
        24 => "its processor time was used up, SIGXCPU".into(),
        31 => "forbidden by the sandbox, SIGSYS".into(),
        other => format!("signal {other}"),
    }
}

/// Exit codes of a worker. It has nowhere to print.
pub(crate) mod exit {
    /// It was not started with two pipes.
    pub(crate) const MISUSED: i32 = 64;
    /// The task does not decode.
    pub(crate) const BAD_TASK: i32 = 65;
    /// A pipe broke.
    pub(crate) const BROKEN_PIPE: i32 = 66;
    /// The draft is larger than an answer may be.
    pub(crate) const DRAFT_TOO_LARGE: i32 = 67;
    /// The wall does not stand.
    pub(crate) const NO_WALL: i32 = 69;
    /// Our own bug.
    pub(crate) const PANICKED: i32 = 70;
    /// The model cannot be used.
    pub(crate) const BAD_MODEL: i32 = 71;
    /// The model's engine failed.
    pub(crate) const ENGINE_FAILED: i32 = 72;
}

/// What an exit code says.
pub(crate) fn gave_up(code: i32) -> WorkerError {
    match code {
        exit::BAD_MODEL => WorkerError::BadModel,
        code => WorkerError::GaveUp(code),
    }
}

fn exit_reason(code: i32) -> String {
    match code {
        exit::MISUSED => "it was not started by Snug".into(),
        exit::BAD_TASK => "it could not read the task".into(),
        exit::BROKEN_PIPE => "its pipe broke".into(),
        exit::DRAFT_TOO_LARGE => "its answer was too long".into(),
        exit::NO_WALL => "its sandbox did not stand".into(),
        exit::PANICKED => "a bug of ours; please report it".into(),
        exit::ENGINE_FAILED => "the model's engine failed".into(),
        other => format!("exit code {other}"),
    }
}
