//! Ways to bend the two pipes, or to get a third descriptor.

use libc::{
    SYS_close, SYS_dup, SYS_dup3, SYS_epoll_create1, SYS_eventfd2, SYS_fcntl, SYS_ioctl, SYS_openat,
    SYS_pipe2, SYS_ppoll, SYS_read, SYS_readv, SYS_signalfd4, SYS_tee, SYS_timerfd_create, SYS_vmsplice,
    SYS_write, SYS_writev,
};

use crate::system::attempts::step::Value::{Bytes, Leaked, N, Room, Text};
use crate::system::attempts::step::{Call, Leak, Row, call};

const fn row(id: &'static str, what: &'static str, how: &'static str, calls: &'static [Call]) -> Row {
    Row::new("descriptors", id, what, how, calls)
}

pub(super) const ROWS: &[Row] = &[
    row(
        "write-task",
        "write into its task pipe",
        "write(0)",
        &[call(SYS_write, &[N(0), Bytes(b"x"), N(1)])],
    ),
    row(
        "read-answer",
        "read from its answer pipe",
        "read(1)",
        &[call(SYS_read, &[N(1), Room, N(1)])],
    ),
    row(
        "reopen-task",
        "reopen its task pipe for writing",
        "openat(/proc/self/fd/0, O_WRONLY)",
        &[call(
            SYS_openat,
            &[N(libc::AT_FDCWD as i64), Text(c"/proc/self/fd/0"), N(1), N(0)],
        )],
    )
    .ordinary(),
    row(
        "readv",
        "read its task into several places",
        "readv(0)",
        &[call(SYS_readv, &[N(0), Room, N(1)])],
    )
    .ordinary(),
    row(
        "writev",
        "write its answer from several places",
        "writev(1)",
        &[call(SYS_writev, &[N(1), Room, N(1)])],
    )
    .ordinary(),
    row(
        "dup",
        "double its answer pipe",
        "dup(1)",
        &[call(SYS_dup, &[N(1)])],
    )
    .ordinary(),
    row(
        "dup-onto",
        "put its answer pipe elsewhere",
        "dup3(1, 50)",
        &[call(SYS_dup3, &[N(1), N(50), N(0)])],
    )
    .ordinary(),
    row(
        "fcntl-dup",
        "double it by another call",
        "fcntl(1, F_DUPFD)",
        &[call(SYS_fcntl, &[N(1), N(0), N(60)])],
    )
    .ordinary(),
    row(
        "fcntl-flags",
        "change how it waits",
        "fcntl(1, F_SETFL)",
        &[call(SYS_fcntl, &[N(1), N(4), N(1)])],
    )
    .ordinary(),
    row(
        "pipe-size",
        "change how much it holds",
        "fcntl(1, F_SETPIPE_SZ)",
        &[call(SYS_fcntl, &[N(1), N(1031), N(4096)])],
    )
    .ordinary(),
    row(
        "fionread",
        "ask how much its task pipe holds",
        "ioctl(0, FIONREAD)",
        &[call(SYS_ioctl, &[N(0), N(0x541b), Room])],
    )
    .ordinary(),
    row(
        "fioclex",
        "let a descriptor not pass over exec",
        "ioctl(1, FIOCLEX)",
        &[call(SYS_ioctl, &[N(1), N(0x5451), N(0)])],
    )
    .ordinary(),
    row(
        "close",
        "close its task pipe",
        "close(0)",
        &[call(SYS_close, &[N(0)])],
    )
    .ordinary(),
    row(
        "tee",
        "copy its task pipe into its answer pipe",
        "tee(0, 1)",
        &[call(SYS_tee, &[N(0), N(1), N(0), N(0)])],
    )
    .ordinary(),
    row(
        "vmsplice",
        "lend memory to its answer pipe",
        "vmsplice(1)",
        &[call(SYS_vmsplice, &[N(1), Room, N(1), N(0)])],
    )
    .ordinary(),
    row(
        "poll",
        "wait for a descriptor",
        "ppoll(0)",
        &[call(SYS_ppoll, &[Bytes(&[0; 8]), N(1), Room, N(0), N(8)])],
    )
    .ordinary(),
    row(
        "pipe",
        "make a pipe",
        "pipe2()",
        &[call(SYS_pipe2, &[Room, N(0)])],
    )
    .ordinary(),
    row(
        "eventfd",
        "make an event descriptor",
        "eventfd2()",
        &[call(SYS_eventfd2, &[N(0), N(0)])],
    )
    .ordinary(),
    row(
        "timerfd",
        "make a timer descriptor",
        "timerfd_create()",
        &[call(SYS_timerfd_create, &[N(1), N(0)])],
    )
    .ordinary(),
    row(
        "signalfd",
        "make a signal descriptor",
        "signalfd4()",
        &[call(SYS_signalfd4, &[N(-1), Room, N(8), N(0)])],
    )
    .ordinary(),
    row(
        "epoll",
        "make a descriptor that waits for others",
        "epoll_create1()",
        &[call(SYS_epoll_create1, &[N(0)])],
    )
    .ordinary(),
    row(
        "type-for-the-person",
        "type a key into a terminal that was left open",
        "ioctl(leaked terminal, TIOCSTI)",
        &[call(SYS_ioctl, &[Leaked(Leak::Terminal), N(0x5412), Bytes(b"x")])],
    ),
    row(
        "look-at-terminal",
        "ask for the size of a terminal that was left open",
        "ioctl(leaked terminal, TIOCGWINSZ)",
        &[call(SYS_ioctl, &[Leaked(Leak::Terminal), N(0x5413), Room])],
    )
    .ordinary(),
    row(
        "write-to-terminal",
        "write to a terminal that was left open",
        "write(leaked terminal)",
        &[call(SYS_write, &[Leaked(Leak::Terminal), Bytes(b"x"), N(1)])],
    )
    .ordinary(),
];
