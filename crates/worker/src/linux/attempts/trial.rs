//! Making every attempt, and reading what came of it.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::act::{Confinement, MARK};
use super::props::LANDED;
use super::scene::{Scene, Scenery};
use super::step::Row;
use super::table;
use crate::attempts::{Finding, Outcome};
use crate::program::ATTEMPT;
use crate::system::process::{End, Inherit, Process, wait_for_pipes};
use crate::system::sigpipe::NoSigpipe;
use crate::wire::{self, HEADER_BYTES, MAX_HELLO_BYTES};
use crate::{Errno, Program, WorkerError};

/// No attempt takes longer than milliseconds; one that does hangs.
const COMES_BACK_WITHIN: Duration = Duration::from_secs(10);
/// More than a hello and a result.
const MOST_BYTES: usize = 8 << 10;
/// Lies ready in the process's task pipe.
const FOOD: &[u8] = b"food";

/// Eight bytes of ours that the attempts try to read and to overwrite.
static BYTES: AtomicU64 = AtomicU64::new(SECRET);
const SECRET: u64 = 0x534e_5547_534e_5547;

/// Makes every attempt, each five times in a process of its own: confined as a worker is, as a worker with a model is (in its
/// first thread and in another), with the layers behind the filter only, and unconfined. Tells `progress` of each, with the number of those to come.
///
/// # Errors
/// Where no directory for the attempts could be made, or no process started, or where even an allowed call does not
/// come back from behind the wall: then a process that ends proves nothing.
pub fn run_all(
    program: &Program,
    mut progress: impl FnMut(usize, &Outcome),
) -> Result<Vec<Outcome>, WorkerError> {
    let scenery = Scenery::build(program.path()).map_err(preparing)?;
    require_that_allowed_calls_come_back(program, &scenery)?;
    let rows: Vec<Row> = table::all().collect();
    let mut outcomes = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let outcome = outcome(program, &scenery, row)?;
        progress(rows.len() - at - 1, &outcome);
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

/// The same process, the same mark, the same report: only the call is one that the filter lets through.
fn require_that_allowed_calls_come_back(program: &Program, scenery: &Scenery) -> Result<(), WorkerError> {
    for walled in Confinement::ALL
        .into_iter()
        .filter(|confinement| confinement.is_walled())
    {
        if finding(program, scenery, &table::ALLOWED, walled)? != Finding::Succeeded {
            return Err(WorkerError::NotOurs(
                "even an allowed call does not come back, so that the attempts prove nothing",
            ));
        }
    }
    Ok(())
}

fn preparing(source: io::Error) -> WorkerError {
    WorkerError::System {
        during: "preparing the attempts in the temporary directory",
        source,
    }
}

fn outcome(program: &Program, scenery: &Scenery, row: &Row) -> Result<Outcome, WorkerError> {
    let find = |confinement| finding(program, scenery, row, confinement);
    Ok(Outcome {
        attempt: row.attempt,
        confined: find(Confinement::Worker)?,
        with_model: find(Confinement::ModelWorker)?,
        with_model_in_a_thread: find(Confinement::ModelThread)?,
        behind: behind(row, find)?,
        control: match row.no_control {
            Some(why) => Finding::NotMade(why),
            None => find(Confinement::None)?,
        },
    })
}

/// What must not succeed unconfined is not tried behind a part of the wall either.
fn behind(
    row: &Row,
    find: impl FnOnce(Confinement) -> Result<Finding, WorkerError>,
) -> Result<Finding, WorkerError> {
    row.no_control
        .map_or_else(|| find(Confinement::OnlyBehind), |why| Ok(Finding::NotMade(why)))
}

fn finding(
    program: &Program,
    scenery: &Scenery,
    row: &Row,
    confinement: Confinement,
) -> Result<Finding, WorkerError> {
    let scene = scenery.scene().map_err(preparing)?;
    BYTES.store(SECRET, Ordering::Relaxed);
    let mut process = start(program, row, confinement, &scene)?;
    feed(&mut process);
    let until = Instant::now() + COMES_BACK_WITHIN;
    let said = collect(&mut process, until).map_err(preparing)?;
    let end = process.wait(until).map(|used| used.end);
    process.kill();
    let finding = judge(row, confinement, &said, end);
    let untouched = scene.is_untouched() && BYTES.load(Ordering::Relaxed) == SECRET;
    // Whatever the process says: what it changed counts.
    Ok(if confinement.is_walled() && !untouched {
        Finding::Succeeded
    } else {
        finding
    })
}

fn start(
    program: &Program,
    row: &Row,
    confinement: Confinement,
    scene: &Scene<'_>,
) -> Result<Process, WorkerError> {
    let home = std::env::var_os("HOME").unwrap_or_else(|| "/root".into());
    let arguments: [OsString; 7] = [
        ATTEMPT.into(),
        row.attempt.id.into(),
        confinement.word().into(),
        std::process::id().to_string().into(),
        BYTES.as_ptr().addr().to_string().into(),
        scene.directory.clone().into(),
        home,
    ];
    let program = program.clone().with_arguments(arguments);
    Process::start(&program, Inherit::AlsoThese(&scene.leaks())).map_err(WorkerError::Start)
}

fn feed(process: &mut Process) {
    let _guard = NoSigpipe::new();
    if let Some(pipe) = &mut process.task {
        // A process that has ended already says so itself.
        let _ = pipe.write(FOOD);
    }
}

fn collect(process: &mut Process, until: Instant) -> io::Result<Vec<u8>> {
    let mut said = Vec::new();
    let mut piece = [0; 1024];
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        wait_for_pipes(process.answer.as_fd(), None, left)?;
        match process.answer.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => said.extend_from_slice(piece.get(..length).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
        if said.len() > MOST_BYTES {
            break;
        }
    }
    Ok(said)
}

fn judge(row: &Row, confinement: Confinement, said: &[u8], end: Option<End>) -> Finding {
    let Some(said) = after_mark(said, confinement) else {
        return Finding::NotMade("its process was not ready");
    };
    match (said.first_chunk(), end) {
        (_, None) => Finding::Hung,
        (_, Some(End::Signal(libc::SIGSYS))) => Finding::Killed,
        (_, Some(End::Signal(signal))) => Finding::Crashed(signal),
        (None, Some(End::Code(LANDED))) => Finding::Succeeded,
        (Some(returned), Some(End::Code(0))) => returned_value(row, i64::from_le_bytes(*returned)),
        _ => Finding::NotMade("its process ended without a word"),
    }
}

/// What was said behind the mark, if the process got there, behind the wall if it had to be.
fn after_mark(said: &[u8], confinement: Confinement) -> Option<&[u8]> {
    let (header, rest) = said.split_first_chunk::<HEADER_BYTES>()?;
    let length = wire::announced(*header, MAX_HELLO_BYTES).ok()?;
    let (hello, rest) = rest.split_at_checked(length)?;
    let report = wire::decode_hello(hello).ok()?;
    let stands = report.wall_stands();
    let as_meant = stands == confinement.is_walled();
    rest.strip_prefix(&[MARK]).filter(|_| as_meant)
}

fn returned_value(row: &Row, returned: i64) -> Finding {
    let Ok(errno) = i32::try_from(returned.wrapping_neg()) else {
        return Finding::Succeeded;
    };
    match errno {
        ..=0 => Finding::Succeeded,
        _ if row.reached.contains(&errno) => Finding::Reached(Errno(errno)),
        libc::EBADF | libc::ENOENT => Finding::NothingThere(Errno(errno)),
        _ => Finding::Refused(Errno(errno)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Confinement, judge};
    use crate::attempts::Finding;
    use crate::layer::{Layer, LayerReport, LayerState, State};
    use crate::system::attempts::table;
    use crate::system::process::End;
    use crate::{Errno, wire};

    fn said(layers: &[Layer], rest: &[u8]) -> Vec<u8> {
        let states = layers.iter().map(|layer| LayerState {
            layer: *layer,
            state: State::Active(0),
            micros: 0,
        });
        let hello = wire::encode_hello(&LayerReport::new(states.collect()));
        [&wire::frame(&hello), rest].concat()
    }

    fn confined(rest: &[u8], end: Option<End>) -> Finding {
        let row = table::all().next().unwrap();
        judge(&row, Confinement::Worker, &said(&Layer::WALL, rest), end)
    }

    #[test]
    fn only_sigsys_behind_the_mark_is_killed() {
        assert_eq!(confined(b"?", Some(End::Signal(libc::SIGSYS))), Finding::Killed);
        assert!(matches!(
            confined(b"", Some(End::Signal(libc::SIGSYS))),
            Finding::NotMade(_)
        ));
        assert_eq!(
            confined(b"?", Some(End::Signal(libc::SIGSEGV))),
            Finding::Crashed(libc::SIGSEGV)
        );
        assert_eq!(confined(b"?", None), Finding::Hung);
    }

    #[test]
    fn what_came_back_is_read_as_the_kernel_gave_it() {
        let returned = |value: i64| confined(&[&b"?"[..], &value.to_le_bytes()].concat(), Some(End::Code(0)));
        assert_eq!(returned(0), Finding::Succeeded);
        assert_eq!(returned(0x7fff_0000_0000), Finding::Succeeded);
        assert_eq!(returned(-1), Finding::Refused(Errno(1)));
        assert_eq!(returned(-9), Finding::NothingThere(Errno(9)));
        assert_eq!(confined(b"?", Some(End::Code(42))), Finding::Succeeded);
    }

    #[test]
    fn a_process_whose_wall_does_not_stand_shows_nothing() {
        let row = table::all().next().unwrap();
        let without = said(&Layer::WALL[1..], b"?");
        let end = Some(End::Signal(libc::SIGSYS));
        assert!(matches!(
            judge(&row, Confinement::Worker, &without, end),
            Finding::NotMade(_)
        ));
        let with = said(&Layer::WALL, b"?");
        assert!(matches!(
            judge(&row, Confinement::None, &with, end),
            Finding::NotMade(_)
        ));
    }
}
