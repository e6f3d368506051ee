//! The worker's life: lock down, say so, read a task, answer, end.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};
use std::mem::ManuallyDrop;
use std::os::fd::{FromRawFd, RawFd};

use assistant::{Draft, MAX_DRAFT_BYTES, MAX_TASK_BYTES, Task};

use crate::error::exit;
use crate::system::lockdown::{Filter, lock_down, lock_down_with};
use crate::system::profile::{MODEL, Profile};
use crate::system::sys;
use crate::wire::{self, HEADER_BYTES};
use crate::{Fault, LayerReport, Stages};

/// Serves one task and ends. Prints nothing: it has nowhere to.
pub(crate) fn serve(profile: &Profile, run: fn(&Task) -> Draft) -> ! {
    require_pipes();
    end_quietly_on_panic();
    require_wall(&lock_down(profile, Filter::Closed));
    end(answer_one(|task| Ok(run(task))))
}

/// The same with a model, which is parsed once the wall stands.
pub(crate) fn serve_with_model<P, L>(profile: &Profile, settings: &[OsString], stages: Stages<P, L>) -> ! {
    require_pipes();
    end_quietly_on_panic();
    if !sys::is_file(MODEL) {
        sys::exit(exit::MISUSED);
    }
    let mut prepared = Err(Fault::Misused);
    let report = lock_down_with(profile, Filter::Closed, || {
        prepared = (stages.prepare)(model(), settings);
    });
    require_wall(&report);
    end(answer_with_model(prepared, stages))
}

fn answer_with_model<P, L>(prepared: Result<P, Fault>, stages: Stages<P, L>) -> Result<(), i32> {
    // Never taken down: that could take calls that end the process, and the process ends in any case.
    let mut loaded = ManuallyDrop::new(prepared.and_then(stages.load).map_err(Fault::code)?);
    answer_one(|task| (stages.run)(&mut loaded, task).map_err(Fault::code))
}

fn require_wall(report: &LayerReport) {
    say_hello(report);
    if !report.wall_stands() {
        sys::exit(exit::NO_WALL);
    }
}

fn end(outcome: Result<(), i32>) -> ! {
    sys::exit(match outcome {
        Ok(()) => 0,
        Err(code) => code,
    })
}

/// A person who starts this by hand gets an exit code; a program that hands over something else than two pipes too.
pub(crate) fn require_pipes() {
    if !(sys::is_pipe(TASK) && sys::is_pipe(ANSWER)) {
        sys::exit(exit::MISUSED);
    }
}

/// The message of a panic may quote the task.
pub(crate) fn end_quietly_on_panic() {
    std::panic::set_hook(Box::new(|_| sys::exit(exit::PANICKED)));
}

/// Says which layers stand.
pub(crate) fn say_hello(report: &LayerReport) {
    if say(&wire::encode_hello(report)).is_err() {
        sys::exit(exit::BROKEN_PIPE);
    }
}

fn answer_one(run: impl FnOnce(&Task) -> Result<Draft, i32>) -> Result<(), i32> {
    let bytes = read_task().map_err(|_| exit::BROKEN_PIPE)?;
    let task = assistant::decode_task(&bytes).map_err(|_| exit::BAD_TASK)?;
    drop(bytes);
    let draft = assistant::encode_draft(&run(&task)?);
    if draft.len() > MAX_DRAFT_BYTES {
        return Err(exit::DRAFT_TOO_LARGE);
    }
    say(&draft).map_err(|_| exit::BROKEN_PIPE)
}

fn read_task() -> std::io::Result<Vec<u8>> {
    let mut pipe = pipe(TASK);
    let mut header = [0; HEADER_BYTES];
    pipe.read_exact(&mut header)?;
    let length = wire::announced(header, MAX_TASK_BYTES).map_err(std::io::Error::other)?;
    let mut bytes = vec![0; length];
    pipe.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn say(payload: &[u8]) -> std::io::Result<()> {
    pipe(ANSWER).write_all(&wire::frame(payload))
}

const TASK: RawFd = 0;
const ANSWER: RawFd = 1;

/// One of the two pipes, without the locks and buffers of the standard streams.
#[allow(unsafe_code)]
pub(crate) fn pipe(fd: RawFd) -> ManuallyDrop<File> {
    // SAFETY: descriptors 0 and 1 are open for the whole life of a worker, and nothing here closes them.
    ManuallyDrop::new(unsafe { File::from_raw_fd(fd) })
}

/// The model's file. It is never closed: behind the wall that would end the process.
#[allow(unsafe_code)]
fn model() -> &'static File {
    // SAFETY: the descriptor is open, as `serve_with_model` has seen, and nothing else in this process owns it.
    let file = unsafe { File::from_raw_fd(MODEL) };
    Box::leak(Box::new(file))
}
