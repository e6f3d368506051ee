//! An attempt as data: system calls and their arguments, which one interpreter makes.

use std::ffi::CStr;

use libc::c_long;

use crate::attempts::Attempt;
use crate::system::profile::MODEL;

/// A row of the table.
#[derive(Clone, Copy)]
pub(super) struct Row {
    pub(super) attempt: Attempt,
    pub(super) how: How,
    /// Errors that come only after the kernel has let the caller in.
    pub(super) reached: &'static [i32],
    /// Why there is no control, where there is none.
    pub(super) no_control: Option<&'static str>,
}

/// What is done.
#[derive(Clone, Copy)]
pub(super) enum How {
    /// Calls, one after another, until one fails.
    Calls(&'static [Call]),
    /// What needs more than numbers. Says what the kernel returned: an errno below zero.
    Code(fn() -> i64),
}

/// One system call.
#[derive(Clone, Copy)]
pub(super) struct Call {
    pub(super) number: c_long,
    pub(super) arguments: &'static [Value],
}

/// An argument.
#[derive(Clone, Copy)]
pub(super) enum Value {
    /// A number.
    N(i64),
    /// A string, with its NUL.
    Text(&'static CStr),
    /// A path in the directory that was made for this attempt.
    Inside(&'static str),
    /// Bytes that the call reads, or changes.
    Bytes(&'static [u8]),
    /// A page of zeroes that the call may fill.
    Room,
    /// A descriptor that was left open on purpose.
    Leaked(Leak),
    /// What the first call gave.
    First,
    /// What the call before gave.
    Last,
    /// The process that started this one.
    Parent,
    /// Something that has to be built when the process is there.
    Prop(Prop),
}

/// What the parent leaves open, to see whether the lockdown closes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leak {
    /// A connected TCP socket.
    Tcp,
    /// A bound UDP socket.
    Udp,
    /// A connected Unix socket.
    Unix,
    /// A file open for reading and writing.
    File,
    /// A directory.
    Directory,
    /// This program.
    Executable,
    /// A handle on the parent.
    ParentHandle,
    /// The parent's memory.
    ParentMemory,
    /// A terminal.
    Terminal,
    /// The parent's network namespace.
    NetworkNamespace,
    /// What a worker with a model keeps: a file, open for reading. Here it is this program, which can be run.
    Model,
}

impl Leak {
    /// The descriptor under which it is left open: far above any that a program has by itself, but for the one that is
    /// handed over on purpose.
    pub(super) fn number(self) -> i32 {
        match self {
            Self::Model => MODEL,
            other => 900 + other as i32,
        }
    }
}

/// Arguments that are made in the process.
#[derive(Clone, Copy, Debug)]
pub(super) enum Prop {
    /// The person's home directory.
    Home,
    /// `/proc/PARENT/mem`.
    ParentMemoryPath,
    /// `/proc/PARENT/environ`.
    ParentEnvironmentPath,
    /// Where the parent keeps eight bytes that nobody needs, as an `iovec`.
    ParentBytes,
    /// Eight bytes of ours, as an `iovec`.
    OwnBytes,
    /// A message that hands over descriptor 1.
    Message,
    /// A filter that allows everything.
    LaxFilter,
    /// The smallest program: it ends with the code that stands for having landed.
    TinyProgram,
    /// How long it is.
    TinyProgramLength,
    /// Arguments with which this program says that it has landed.
    LandedArguments,
    /// The page of this program's code.
    OwnCode,
    /// The name of the machine.
    HostName,
    /// How long it is.
    HostNameLength,
}

impl Row {
    pub(super) const fn new(
        group: &'static str,
        id: &'static str,
        what: &'static str,
        how: &'static str,
        calls: &'static [Call],
    ) -> Self {
        let attempt = Attempt {
            id,
            group,
            what,
            how,
            ordinary: false,
        };
        Self {
            attempt,
            how: How::Calls(calls),
            reached: &[],
            no_control: None,
        }
    }

    pub(super) const fn code(mut self, code: fn() -> i64) -> Self {
        self.how = How::Code(code);
        self
    }

    /// Succeeds for everybody on an ordinary Linux.
    pub(super) const fn ordinary(mut self) -> Self {
        self.attempt.ordinary = true;
        self
    }

    /// These errors mean that the kernel let the caller in.
    pub(super) const fn reached_by(mut self, errors: &'static [i32]) -> Self {
        self.reached = errors;
        self
    }

    /// Has no control that would be harmless.
    pub(super) const fn without_control(mut self, why: &'static str) -> Self {
        self.no_control = Some(why);
        self
    }
}

pub(super) const fn call(number: c_long, arguments: &'static [Value]) -> Call {
    Call { number, arguments }
}
