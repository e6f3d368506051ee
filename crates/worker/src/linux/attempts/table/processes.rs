//! Ways to start a process, or to reach into another one.

use libc::{
    SYS_clone, SYS_clone3, SYS_execve, SYS_execveat, SYS_ioprio_set, SYS_kcmp, SYS_kill, SYS_memfd_create,
    SYS_pidfd_getfd, SYS_pidfd_open, SYS_pidfd_send_signal, SYS_prlimit64, SYS_process_vm_readv,
    SYS_process_vm_writev, SYS_ptrace, SYS_rt_sigaction, SYS_rt_sigqueueinfo, SYS_sched_getaffinity,
    SYS_sched_setaffinity, SYS_sched_setscheduler, SYS_setpriority, SYS_tgkill, SYS_timer_create, SYS_tkill,
    SYS_wait4, SYS_write,
};

use crate::system::attempts::step::Value::{Bytes, First, Leaked, N, Parent, Prop, Room, Text};
use crate::system::attempts::step::{Call, Leak, Prop as Props, Row, call};

const fn row(id: &'static str, what: &'static str, how: &'static str, calls: &'static [Call]) -> Row {
    Row::new("processes", id, what, how, calls)
}

const SELF: &std::ffi::CStr = c"/proc/self/exe";
const EMPTY_PATH: i64 = libc::AT_EMPTY_PATH as i64;
/// `struct clone_args` whose only field is the signal at its end, SIGCHLD.
const CLONE_ARGUMENTS: &[u8] = &[
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 17, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];
const UNLIMITED: &[u8] = &[255; 16];

pub(super) const ROWS: &[Row] = &[
    row(
        "clone",
        "start a process",
        "clone(SIGCHLD)",
        &[call(SYS_clone, &[N(17), N(0), N(0), N(0), N(0)])],
    )
    .ordinary(),
    #[cfg(target_arch = "x86_64")]
    row(
        "fork",
        "the same by the old call",
        "fork()",
        &[call(libc::SYS_fork, &[])],
    )
    .ordinary(),
    row(
        "vfork",
        "start a process that shares its memory",
        "clone(CLONE_VM | CLONE_VFORK)",
        &[],
    )
    .code(start::sharing)
    .ordinary(),
    row(
        "clone3",
        "start a process by the new call",
        "clone3()",
        &[call(SYS_clone3, &[Bytes(CLONE_ARGUMENTS), N(64)])],
    ),
    row("thread", "start a thread", "clone(CLONE_THREAD)", &[])
        .code(start::thread)
        .ordinary(),
    row(
        "exec",
        "become another program",
        "execve(/proc/self/exe)",
        &[call(
            SYS_execve,
            &[Text(SELF), Prop(Props::LandedArguments), N(0)],
        )],
    )
    .ordinary(),
    row(
        "exec-at",
        "the same by the new call",
        "execveat(/proc/self/exe)",
        &[call(
            SYS_execveat,
            &[
                N(libc::AT_FDCWD as i64),
                Text(SELF),
                Prop(Props::LandedArguments),
                N(0),
                N(0),
            ],
        )],
    )
    .ordinary(),
    row(
        "exec-leaked",
        "become a program that was left open",
        "execveat(leaked program)",
        &[call(
            SYS_execveat,
            &[
                Leaked(Leak::Executable),
                Text(c""),
                Prop(Props::LandedArguments),
                N(0),
                N(EMPTY_PATH),
            ],
        )],
    )
    .ordinary(),
    row(
        "exec-written",
        "write a program into memory and become it",
        "memfd_create, write, execveat",
        &[
            call(SYS_memfd_create, &[Text(c"snug"), N(0)]),
            call(
                SYS_write,
                &[First, Prop(Props::TinyProgram), Prop(Props::TinyProgramLength)],
            ),
            call(
                SYS_execveat,
                &[
                    First,
                    Text(c""),
                    Prop(Props::LandedArguments),
                    N(0),
                    N(EMPTY_PATH),
                ],
            ),
        ],
    ),
    row(
        "traceme",
        "ask to be traced by its parent",
        "ptrace(PTRACE_TRACEME)",
        &[call(SYS_ptrace, &[N(0), N(0), N(0), N(0)])],
    ),
    row(
        "seize",
        "trace its parent",
        "ptrace(PTRACE_SEIZE, PARENT)",
        &[call(SYS_ptrace, &[N(0x4206), Parent, N(0), N(0)])],
    ),
    row(
        "read-parent",
        "read the memory of its parent",
        "process_vm_readv(PARENT)",
        &[call(
            SYS_process_vm_readv,
            &[
                Parent,
                Prop(Props::OwnBytes),
                N(1),
                Prop(Props::ParentBytes),
                N(1),
                N(0),
            ],
        )],
    ),
    row(
        "write-parent",
        "change the memory of its parent",
        "process_vm_writev(PARENT)",
        &[call(
            SYS_process_vm_writev,
            &[
                Parent,
                Prop(Props::OwnBytes),
                N(1),
                Prop(Props::ParentBytes),
                N(1),
                N(0),
            ],
        )],
    ),
    row(
        "signal-parent",
        "ask whether it may signal its parent",
        "kill(PARENT, 0)",
        &[call(SYS_kill, &[Parent, N(0)])],
    )
    .ordinary(),
    row(
        "continue-parent",
        "signal its parent",
        "kill(PARENT, SIGCONT)",
        &[call(SYS_kill, &[Parent, N(18)])],
    )
    .ordinary(),
    row(
        "signal-thread",
        "the same to a thread",
        "tgkill(PARENT, PARENT, 0)",
        &[call(SYS_tgkill, &[Parent, Parent, N(0)])],
    )
    .ordinary(),
    row(
        "signal-task",
        "the same by the old call",
        "tkill(PARENT, 0)",
        &[call(SYS_tkill, &[Parent, N(0)])],
    )
    .ordinary(),
    row(
        "signal-everybody",
        "signal every process of this person",
        "kill(-1, 0)",
        &[call(SYS_kill, &[N(-1), N(0)])],
    )
    .ordinary(),
    row(
        "signal-queue",
        "signal with a value",
        "rt_sigqueueinfo(PARENT, 0)",
        &[call(
            SYS_rt_sigqueueinfo,
            &[Parent, N(0), Bytes(&[0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255])],
        )],
    ),
    row(
        "handle-parent",
        "get a handle on its parent",
        "pidfd_open(PARENT)",
        &[call(SYS_pidfd_open, &[Parent, N(0)])],
    ),
    row(
        "leaked-handle-signal",
        "signal its parent through a handle that was left open",
        "pidfd_send_signal(leaked handle, 0)",
        &[call(
            SYS_pidfd_send_signal,
            &[Leaked(Leak::ParentHandle), N(0), N(0), N(0)],
        )],
    ),
    row(
        "leaked-handle-take",
        "take a descriptor out of its parent",
        "pidfd_getfd(leaked handle)",
        &[call(SYS_pidfd_getfd, &[Leaked(Leak::ParentHandle), N(0), N(0)])],
    ),
    row(
        "compare",
        "compare descriptors of two processes",
        "kcmp(PARENT)",
        &[call(SYS_kcmp, &[Parent, Parent, N(0), N(0), N(0)])],
    ),
    row(
        "limits-of-parent",
        "read the limits of its parent",
        "prlimit64(PARENT)",
        &[call(SYS_prlimit64, &[Parent, N(4), N(0), Room])],
    ),
    row(
        "raise-limit",
        "lift its own limit of memory",
        "prlimit64(RLIMIT_AS, unlimited)",
        &[call(SYS_prlimit64, &[N(0), N(9), Bytes(UNLIMITED), N(0)])],
    ),
    row(
        "priority",
        "change its priority",
        "setpriority(10)",
        &[call(SYS_setpriority, &[N(0), N(0), N(10)])],
    )
    .ordinary(),
    row(
        "scheduler",
        "change its scheduling",
        "sched_setscheduler(SCHED_BATCH)",
        &[call(SYS_sched_setscheduler, &[N(0), N(3), Bytes(&[0; 4])])],
    )
    .ordinary(),
    row(
        "affinity",
        "choose its processor",
        "sched_setaffinity()",
        &[call(SYS_sched_setaffinity, &[N(0), N(8), Bytes(&[255; 8])])],
    ),
    row(
        "affinity-of-parent",
        "ask which processors its parent uses",
        "sched_getaffinity(PARENT)",
        &[call(SYS_sched_getaffinity, &[Parent, N(128), Room])],
    )
    .ordinary(),
    row(
        "io-priority",
        "change its priority for disks",
        "ioprio_set()",
        &[call(SYS_ioprio_set, &[N(1), N(0), N(3 << 13)])],
    ),
    row(
        "handler",
        "install a signal handler",
        "rt_sigaction(SIGTERM)",
        &[call(SYS_rt_sigaction, &[N(15), Bytes(&[0; 32]), N(0), N(8)])],
    )
    .ordinary(),
    row(
        "wait",
        "wait for a child",
        "wait4(WNOHANG)",
        &[call(SYS_wait4, &[N(-1), N(0), N(1), N(0)])],
    )
    .reached_by(&[libc::ECHILD]),
    row(
        "timer",
        "set a timer",
        "timer_create()",
        &[call(SYS_timer_create, &[N(1), N(0), Room])],
    ),
];

/// What cannot be written as numbers: the new task needs a stack and code of its own.
mod start {
    #![allow(unsafe_code)]

    use std::ffi::{c_int, c_void};

    const STACK_BYTES: usize = 64 << 10;

    pub(super) fn sharing() -> i64 {
        start(libc::CLONE_VM | libc::CLONE_VFORK | libc::SIGCHLD)
    }

    #[cfg(not(target_env = "musl"))]
    pub(super) fn thread() -> i64 {
        start(
            libc::CLONE_VM
                | libc::CLONE_FS
                | libc::CLONE_FILES
                | libc::CLONE_SIGHAND
                | libc::CLONE_THREAD
                | libc::CLONE_SYSVSEM,
        )
    }

    /// musl's `clone` makes no threads by itself.
    #[cfg(target_env = "musl")]
    pub(super) fn thread() -> i64 {
        match std::thread::Builder::new().spawn(|| ()) {
            Ok(_) => 0,
            Err(error) => -i64::from(error.raw_os_error().unwrap_or(libc::EAGAIN)),
        }
    }

    fn start(flags: c_int) -> i64 {
        let stack = vec![0_u128; STACK_BYTES / 16].leak();
        let top = stack.as_mut_ptr_range().end;
        // SAFETY: the stack is ours, aligned, never freed, and used by nobody else; the code on it makes one call.
        let started = unsafe { libc::clone(end, top.cast(), flags, std::ptr::null_mut()) };
        if started < 0 {
            -i64::from(crate::Errno::last().0)
        } else {
            i64::from(started)
        }
    }

    extern "C" fn end(_: *mut c_void) -> c_int {
        // SAFETY: ends this task only, and returns to nobody.
        unsafe { libc::syscall(libc::SYS_exit, 0) };
        0
    }
}
