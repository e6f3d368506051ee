//! A worker seen from outside: started with nothing, ended and reaped on every path.
#![allow(unsafe_code)]

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::os::unix::process::CommandExt;
use std::process::{ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use crate::system::profile::MODEL;
use crate::{ModelFile, Program};

/// How the worker ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Code(i32),
    Signal(i32),
}

/// What the worker used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Used {
    pub(crate) end: End,
    pub(crate) processor: Duration,
    pub(crate) memory_bytes: u64,
}

/// Which descriptors the worker inherits. Attempts leave some open, to see that they are closed from inside.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Inherit<'a> {
    OnlyPipes,
    /// These too, each under the number beside it.
    AlsoThese(&'a [(BorrowedFd<'a>, RawFd)]),
}

/// A worker that is ended when this is dropped.
pub(crate) struct Process {
    pid: libc::pid_t,
    reaped: Option<Used>,
    /// The end into which the task goes, until it is closed.
    pub(crate) task: Option<ChildStdin>,
    /// The end out of which the answer comes.
    pub(crate) answer: ChildStdout,
}

impl Process {
    /// Starts `program` with an empty environment, in a session of its own, tied to the calling thread: where that
    /// thread ends, the worker ends.
    pub(crate) fn start(program: &Program, inherit: Inherit<'_>) -> io::Result<Self> {
        let mut command = Command::new(program.path());
        command.args(program.arguments()).env_clear().current_dir("/");
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let parent = std::process::id();
        // Open for reading only, with a position of its own, whatever the handle may do that the person's program holds.
        let model = program.model().map(reopened).transpose()?;
        let mut extra = extra(inherit);
        extra.extend(model.iter().map(|model| (model.as_raw_fd(), MODEL)));
        // SAFETY: `before_exec` makes plain system calls only, which is allowed between fork and exec.
        unsafe { command.pre_exec(move || before_exec(parent, &extra)) };
        let mut child = command.spawn()?;
        let pid = libc::pid_t::try_from(child.id()).map_err(io::Error::other)?;
        let (task, answer) = (child.stdin.take(), child.stdout.take());
        let Some(answer) = answer else {
            return Err(io::Error::other("no pipe"));
        };
        let process = Self {
            pid,
            reaped: None,
            task,
            answer,
        };
        process.set_nonblocking()?;
        Ok(process)
    }

    fn set_nonblocking(&self) -> io::Result<()> {
        set_nonblocking(self.answer.as_fd())?;
        self.task
            .as_ref()
            .map_or(Ok(()), |task| set_nonblocking(task.as_fd()))
    }

    /// How it ended, if it has.
    pub(crate) fn ended(&mut self) -> Option<Used> {
        if self.reaped.is_none() && has_ended(self.pid) {
            // What it may have started ends with it, while nobody else can bear the number of its group.
            kill_group(self.pid);
            self.reaped = reap(self.pid);
        }
        self.reaped
    }

    /// Waits until it has ended or `until` is past.
    pub(crate) fn wait(&mut self, until: Instant) -> Option<Used> {
        let mut pause = Duration::from_micros(50);
        loop {
            if let Some(used) = self.ended() {
                return Some(used);
            }
            if Instant::now() >= until {
                return None;
            }
            std::thread::sleep(pause);
            pause = (pause * 2).min(Duration::from_millis(5));
        }
    }

    /// Ends it, and whatever is in its group, unless it has been reaped.
    pub(crate) fn kill(&mut self) {
        if self.reaped.is_none() {
            kill_group(self.pid);
            // SAFETY: takes numbers, and the child has not been reaped. One that has not yet made its group is met here.
            unsafe { libc::kill(self.pid, libc::SIGKILL) };
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        // A killed process ends at once unless the kernel itself is stuck in it; then it is left to the system.
        self.wait(Instant::now() + Duration::from_secs(2));
    }
}

fn reopened(model: &ModelFile) -> io::Result<File> {
    File::open(format!("/proc/self/fd/{}", model.file().as_raw_fd()))
}

fn extra(inherit: Inherit<'_>) -> Vec<(RawFd, RawFd)> {
    match inherit {
        Inherit::OnlyPipes => Vec::new(),
        Inherit::AlsoThese(these) => these
            .iter()
            .map(|(fd, number)| (fd.as_raw_fd(), *number))
            .collect(),
    }
}

/// Runs in the child, between fork and exec.
fn before_exec(parent: u32, extra: &[(RawFd, RawFd)]) -> io::Result<()> {
    let kill = libc::SIGKILL as libc::c_ulong;
    // SAFETY: takes numbers.
    succeed(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, kill) })?;
    // SAFETY: takes nothing.
    if u32::try_from(unsafe { libc::getppid() }) != Ok(parent) {
        return Err(io::Error::from_raw_os_error(libc::ESRCH));
    }
    // SAFETY: takes nothing.
    succeed(unsafe { libc::setsid() })?;
    close_the_rest_on_exec();
    extra.iter().try_for_each(|(fd, number)| hand_down(*fd, *number))
}

/// The copy stays open over exec; a descriptor that has the number already is told to.
fn hand_down(fd: RawFd, number: RawFd) -> io::Result<()> {
    if fd == number {
        // SAFETY: takes numbers, in a process that is about to become another program.
        return succeed(unsafe { libc::fcntl(fd, libc::F_SETFD, 0) });
    }
    // SAFETY: takes numbers, in a process that is about to become another program.
    succeed(unsafe { libc::dup2(fd, number) })
}

/// Where the kernel does not know the call, the worker closes them itself; it does so in any case.
fn close_the_rest_on_exec() {
    // SAFETY: marks descriptors of the new process, which is about to become another program.
    unsafe { libc::syscall(libc::SYS_close_range, 3_u32, u32::MAX, libc::CLOSE_RANGE_CLOEXEC) };
}

fn succeed(returned: libc::c_int) -> io::Result<()> {
    if returned < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(())
    }
}

fn set_nonblocking(fd: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: the descriptor is borrowed, so it is open.
    let flags = unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_GETFL) };
    succeed(flags)?;
    // SAFETY: the same.
    succeed(unsafe { libc::fcntl(fd.as_raw_fd(), libc::F_SETFL, flags | libc::O_NONBLOCK) })
}

/// Whether a child of ours waits to be reaped, or is gone.
fn has_ended(pid: libc::pid_t) -> bool {
    let Ok(id) = libc::id_t::try_from(pid) else {
        return true;
    };
    let flags = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
    // SAFETY: `siginfo_t` is plain numbers, for which zero is a value.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    // SAFETY: the place is ours and lives through the call.
    let known = unsafe { libc::waitid(libc::P_PID, id, &raw mut info, flags) } == 0;
    // SAFETY: the kernel filled in the fields of a child, or left the zeroes.
    !known || unsafe { info.si_pid() } != 0
}

/// Ends every process of a group that bears the number of a child that we have not reaped, so that nobody else can
/// bear it.
fn kill_group(pid: libc::pid_t) {
    // SAFETY: takes numbers.
    unsafe { libc::kill(-pid, libc::SIGKILL) };
}

/// Reaps a child of ours without waiting.
fn reap(pid: libc::pid_t) -> Option<Used> {
    let mut status = 0;
    // SAFETY: `rusage` is plain numbers, for which zero is a value.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    // SAFETY: both places are ours and live through the call.
    let reaped = unsafe { libc::wait4(pid, &raw mut status, libc::WNOHANG, &raw mut usage) };
    if reaped == 0 {
        return None;
    }
    // A program that ignores SIGCHLD has its children reaped by the kernel: it has ended, and nobody knows how.
    let end = if reaped == pid {
        end_of(status)
    } else {
        End::Code(UNKNOWN_END)
    };
    Some(Used {
        end,
        processor: duration(usage.ru_utime) + duration(usage.ru_stime),
        memory_bytes: u64::try_from(usage.ru_maxrss).unwrap_or(0) * 1024,
    })
}

/// Stands for "ended, but another took its exit code".
pub(crate) const UNKNOWN_END: i32 = -1;

fn end_of(status: libc::c_int) -> End {
    if libc::WIFSIGNALED(status) {
        End::Signal(libc::WTERMSIG(status))
    } else {
        End::Code(libc::WEXITSTATUS(status))
    }
}

fn duration(time: libc::timeval) -> Duration {
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let micros = u64::try_from(time.tv_usec).unwrap_or(0);
    Duration::from_secs(seconds) + Duration::from_micros(micros)
}

/// Waits until the answer can be read or the task can be written, at most so long.
pub(crate) fn wait_for_pipes(
    answer: BorrowedFd<'_>,
    task: Option<BorrowedFd<'_>>,
    at_most: Duration,
) -> io::Result<Ready> {
    let wanted = |fd, events| libc::pollfd {
        fd,
        events,
        revents: 0,
    };
    // The kernel skips entries with a negative descriptor.
    let task = task.map_or(-1, |task| task.as_raw_fd());
    let mut pipes = [
        wanted(answer.as_raw_fd(), libc::POLLIN),
        wanted(task, libc::POLLOUT),
    ];
    let millis = libc::c_int::try_from(at_most.as_millis()).unwrap_or(libc::c_int::MAX);
    // SAFETY: the array is ours and has two entries.
    match succeed(unsafe { libc::poll(pipes.as_mut_ptr(), 2, millis) }) {
        Err(error) if error.kind() != io::ErrorKind::Interrupted => Err(error),
        Err(_) => Ok(Ready {
            answer: false,
            task: false,
        }),
        Ok(()) => {
            let [answer, task] = pipes;
            Ok(Ready {
                answer: answer.revents != 0,
                task: task.revents != 0,
            })
        }
    }
}

/// Which pipe can be used without waiting.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ready {
    pub(crate) answer: bool,
    pub(crate) task: bool,
}
