//! The parent's side: start a worker, hear that its wall stands, hand over the task, take one draft, check it.

use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use assistant::{Answer, Draft, MAX_DRAFT_BYTES, Task};

use crate::error::gave_up;
use crate::system::process::{End, Inherit, Process, Ready, Used, wait_for_pipes};
use crate::system::sigpipe::NoSigpipe;
use crate::wire::{self, Incoming, MAX_HELLO_BYTES};
use crate::{Cancel, LayerReport, Program, WorkerError};

/// How long a run may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the start of the process to its end.
    pub deadline: Duration,
}

impl Default for Limits {
    /// One minute: far more than the largest task takes, and still an answer for somebody who waits.
    fn default() -> Self {
        Self {
            deadline: Duration::from_secs(60),
        }
    }
}

/// What a run took. Holds nothing of the task.
#[derive(Clone, Debug)]
pub struct RunReport {
    /// The layers of the sandbox.
    pub layers: LayerReport,
    /// From the start of the process until its wall stood.
    pub ready_after: Duration,
    /// From the start of the process to its end.
    pub took: Duration,
    /// Processor time that it used.
    pub processor: Duration,
    /// The most memory that it held.
    pub memory_bytes: u64,
    /// Bytes of the encoded task.
    pub task_bytes: usize,
    /// Bytes of the encoded draft.
    pub draft_bytes: usize,
}

/// A wall that is not up after this is not coming; it takes milliseconds.
const READY_WITHIN: Duration = Duration::from_secs(10);
/// A worker that has closed its answer has nothing left to do.
const ENDS_WITHIN: Duration = Duration::from_secs(1);
/// How often somebody's wish to stop is looked at.
const TICK: Duration = Duration::from_millis(50);
/// As much as a pipe holds.
const PIECE_BYTES: usize = 64 << 10;

/// Runs a task in a worker of its own and checks what it says.
///
/// Blocks the calling thread, at most a little longer than `limits.deadline`. The worker ends when that thread does.
///
/// # Errors
/// [`WorkerError`] says what happened. No byte of the task is sent to a worker whose wall does not stand.
pub fn answer(
    program: &Program,
    task: &Task,
    limits: &Limits,
    cancel: &Cancel,
) -> Result<(Answer, RunReport), WorkerError> {
    let bytes = assistant::encode_task(task).map_err(|_| WorkerError::TaskTooLarge)?;
    let mut talk = Conversation::start(program, limits, cancel)?;
    let layers = talk.hear_that_the_wall_stands()?;
    let ready_after = talk.start.elapsed();
    let (draft_bytes, used) = talk.exchange(&bytes)?;
    let took = talk.start.elapsed();
    let draft = assistant::decode_draft(&draft_bytes).map_err(WorkerError::Malformed)?;
    let answer = check(task, &draft)?;
    let report = RunReport {
        layers,
        ready_after,
        took,
        processor: used.processor,
        memory_bytes: used.memory_bytes,
        task_bytes: bytes.len(),
        draft_bytes: draft_bytes.len(),
    };
    Ok((answer, report))
}

fn check(task: &Task, draft: &Draft) -> Result<Answer, WorkerError> {
    assistant::check(task, draft).map_err(WorkerError::Lied)
}

/// Starts a worker, hears which layers stand, and ends it. It is given nothing.
///
/// # Errors
/// [`WorkerError`] where it does not come to a report. A wall that does not stand is a report.
pub fn layers(program: &Program) -> Result<LayerReport, WorkerError> {
    Conversation::start(program, &Limits::default(), &Cancel::new())?.hello()
}

struct Conversation<'a> {
    process: Process,
    has_model: bool,
    start: Instant,
    limits: Limits,
    cancel: &'a Cancel,
    piece: Box<[u8]>,
}

impl<'a> Conversation<'a> {
    fn start(program: &Program, limits: &Limits, cancel: &'a Cancel) -> Result<Self, WorkerError> {
        let start = Instant::now();
        let process = Process::start(program, Inherit::OnlyPipes).map_err(WorkerError::Start)?;
        Ok(Self {
            process,
            has_model: program.model().is_some(),
            start,
            limits: *limits,
            cancel,
            piece: vec![0; PIECE_BYTES].into(),
        })
    }

    fn hear_that_the_wall_stands(&mut self) -> Result<LayerReport, WorkerError> {
        let report = self.hello()?;
        let missing = report.missing_from_wall();
        if missing.is_empty() {
            Ok(report)
        } else {
            Err(WorkerError::NoWall(missing))
        }
    }

    fn hello(&mut self) -> Result<LayerReport, WorkerError> {
        let mut incoming = Incoming::at_most(MAX_HELLO_BYTES);
        loop {
            if let Some(payload) = incoming.payload() {
                return wire::decode_hello(payload);
            }
            if self.start.elapsed() >= READY_WITHIN {
                return Err(WorkerError::NotReady(READY_WITHIN));
            }
            let ready = self.wait(false)?;
            if ready.answer && self.hear(&mut incoming)? == Heard::TheEnd {
                self.ended_well()?;
                return Err(WorkerError::NotOurs("it ended before it had said anything"));
            }
        }
    }

    fn exchange(&mut self, task: &[u8]) -> Result<(Vec<u8>, Used), WorkerError> {
        let header = wire::header(task);
        let mut outgoing = Outgoing {
            header: &header,
            payload: task,
        };
        let mut incoming = Incoming::at_most(MAX_DRAFT_BYTES);
        loop {
            let ready = self.wait(true)?;
            if ready.task {
                self.tell(&mut outgoing)?;
            }
            if ready.answer && self.hear(&mut incoming)? == Heard::TheEnd {
                break;
            }
            if !outgoing.is_done() && !incoming.is_empty() {
                return Err(WorkerError::NotOurs("it answered before it had the task"));
            }
        }
        let used = self.ended_well()?;
        let payload = incoming.payload().ok_or(WorkerError::CutOff)?;
        Ok((payload.to_vec(), used))
    }

    /// Waits for a pipe, a tick long at most, unless somebody stopped the run or time is up.
    fn wait(&self, with_task: bool) -> Result<Ready, WorkerError> {
        let left = self.time_left()?;
        let task = self.process.task.as_ref().filter(|_| with_task).map(AsFd::as_fd);
        wait_for_pipes(self.process.answer.as_fd(), task, left.min(TICK))
            .map_err(system("waiting for the assistant"))
    }

    fn time_left(&self) -> Result<Duration, WorkerError> {
        if self.cancel.is_cancelled() {
            return Err(WorkerError::Cancelled);
        }
        let left = self.limits.deadline.checked_sub(self.start.elapsed());
        left.filter(|left| !left.is_zero())
            .ok_or(WorkerError::TimedOut(self.limits.deadline))
    }

    fn tell(&mut self, outgoing: &mut Outgoing<'_>) -> Result<(), WorkerError> {
        let Some(pipe) = &mut self.process.task else {
            return Ok(());
        };
        match outgoing.write_some(pipe) {
            Ok(()) if outgoing.is_done() => self.process.task = None,
            Ok(()) => {}
            // It reads no further. How it ends says why.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => self.process.task = None,
            Err(error) if is_temporary(&error) => {}
            Err(error) => return Err(system("handing over the task")(error)),
        }
        Ok(())
    }

    fn hear(&mut self, incoming: &mut Incoming) -> Result<Heard, WorkerError> {
        match self.process.answer.read(&mut self.piece) {
            Ok(0) => Ok(Heard::TheEnd),
            Ok(length) => {
                incoming.take(self.piece.get(..length).unwrap_or_default())?;
                Ok(Heard::Something)
            }
            Err(error) if is_temporary(&error) => Ok(Heard::Something),
            Err(error) => Err(system("reading the answer")(error)),
        }
    }

    /// It has closed its answer: it has to end now, and well.
    fn ended_well(&mut self) -> Result<Used, WorkerError> {
        let used = self.end()?;
        match used.end {
            End::Code(0) => Ok(used),
            End::Code(code) => Err(gave_up(code)),
            End::Signal(libc::SIGSYS) => Err(WorkerError::Forbidden),
            End::Signal(signal) if self.has_model => Err(WorkerError::ModelCrashed(signal)),
            End::Signal(signal) => Err(WorkerError::Crashed(signal)),
        }
    }

    fn end(&mut self) -> Result<Used, WorkerError> {
        let late = Instant::now() + ENDS_WITHIN;
        while Instant::now() < late {
            let left = self.time_left()?;
            if let Some(used) = self.process.wait(Instant::now() + left.min(TICK)) {
                return Ok(used);
            }
        }
        Err(WorkerError::NotOurs("it closed its answer and did not end"))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Heard {
    Something,
    TheEnd,
}

/// A frame that goes out piece by piece, without being copied.
struct Outgoing<'a> {
    header: &'a [u8],
    payload: &'a [u8],
}

impl Outgoing<'_> {
    fn is_done(&self) -> bool {
        self.header.is_empty() && self.payload.is_empty()
    }

    fn write_some(&mut self, pipe: &mut impl Write) -> io::Result<()> {
        let _guard = NoSigpipe::new();
        let next = if self.header.is_empty() {
            &mut self.payload
        } else {
            &mut self.header
        };
        let written = pipe.write(next)?;
        *next = next.get(written..).unwrap_or_default();
        Ok(())
    }
}

fn is_temporary(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
    )
}

fn system(during: &'static str) -> impl FnOnce(io::Error) -> WorkerError {
    move |source| WorkerError::System { during, source }
}
