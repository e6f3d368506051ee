//! Ways to misuse the one file that a worker with a model keeps open. Every other worker finds it closed.
//!
//! The file is this program itself, so that running it would show.

use libc::{
    SYS_close, SYS_dup, SYS_dup3, SYS_execveat, SYS_fcntl, SYS_fgetxattr, SYS_flock, SYS_fsync,
    SYS_ftruncate, SYS_ioctl, SYS_mmap, SYS_mprotect, SYS_newfstatat, SYS_openat, SYS_pread64,
    SYS_readlinkat, SYS_sendfile, SYS_write,
};

use crate::system::attempts::step::Value::{Bytes, Last, Leaked, N, Prop, Room, Text};
use crate::system::attempts::step::{Leak, Prop as Props, Row, Value, call};

const fn row(
    id: &'static str,
    what: &'static str,
    how: &'static str,
    calls: &'static [crate::system::attempts::step::Call],
) -> Row {
    Row::new("model", id, what, how, calls)
}

const FILE: Value = Leaked(Leak::Model);
const PAGE: i64 = 4096;
const SHARED: i64 = libc::MAP_SHARED as i64;
const PRIVATE: i64 = libc::MAP_PRIVATE as i64;
const HERE: i64 = libc::AT_FDCWD as i64;
const EMPTY_PATH: i64 = libc::AT_EMPTY_PATH as i64;

pub(super) const ROWS: &[Row] = &[
    row(
        "model-write",
        "write into the model's file",
        "write(model)",
        &[call(SYS_write, &[FILE, Bytes(b"x"), N(1)])],
    ),
    row(
        "model-truncate",
        "shorten the model's file",
        "ftruncate(model)",
        &[call(SYS_ftruncate, &[FILE, N(0)])],
    ),
    row(
        "model-map-code",
        "run code out of the model's file",
        "mmap(model, PROT_READ | PROT_EXEC)",
        &[call(SYS_mmap, &[N(0), N(PAGE), N(5), N(PRIVATE), FILE, N(0)])],
    )
    .ordinary(),
    row(
        "model-map-shared-code",
        "the same, where its weights are mapped",
        "mmap(model, PROT_READ | PROT_EXEC, MAP_SHARED)",
        &[call(SYS_mmap, &[N(0), N(PAGE), N(5), N(SHARED), FILE, N(0)])],
    )
    .ordinary(),
    row(
        "model-make-code",
        "make the mapped model runnable",
        "mmap(model), mprotect(PROT_EXEC)",
        &[
            call(SYS_mmap, &[N(0), N(PAGE), N(1), N(SHARED), FILE, N(0)]),
            call(SYS_mprotect, &[Last, N(PAGE), N(5)]),
        ],
    )
    .ordinary(),
    row(
        "model-map-write",
        "change the model's file through memory",
        "mmap(model, PROT_WRITE, MAP_SHARED)",
        &[call(SYS_mmap, &[N(0), N(PAGE), N(3), N(SHARED), FILE, N(0)])],
    ),
    row(
        "model-map-fixed",
        "put the model's file where something else is",
        "mmap(MAP_FIXED)",
        &[
            call(SYS_mmap, &[N(0), N(PAGE), N(1), N(SHARED), FILE, N(0)]),
            call(
                SYS_mmap,
                &[
                    Last,
                    N(PAGE),
                    N(1),
                    N(SHARED | libc::MAP_FIXED as i64),
                    FILE,
                    N(0),
                ],
            ),
        ],
    )
    .ordinary(),
    row(
        "model-exec",
        "become the model's file",
        "execveat(model)",
        &[call(
            SYS_execveat,
            &[FILE, Text(c""), Prop(Props::LandedArguments), N(0), N(EMPTY_PATH)],
        )],
    )
    .ordinary(),
    row(
        "model-dup",
        "get a second descriptor",
        "dup(model)",
        &[call(SYS_dup, &[FILE])],
    )
    .ordinary(),
    row(
        "model-answer",
        "put the model's file in the place of its answer pipe",
        "dup3(model, 1)",
        &[call(SYS_dup3, &[FILE, N(50), N(0)])],
    )
    .ordinary(),
    row(
        "model-close",
        "close the model's file, so that something else gets its number",
        "close(model)",
        &[call(SYS_close, &[FILE])],
    )
    .ordinary(),
    row(
        "model-send",
        "send the model's file through its answer pipe",
        "sendfile(1, model)",
        &[call(SYS_sendfile, &[N(1), FILE, N(0), N(0)])],
    )
    .ordinary(),
    row(
        "model-pread",
        "read it by another call",
        "pread64(model)",
        &[call(SYS_pread64, &[FILE, Room, N(9), N(0)])],
    )
    .ordinary(),
    row(
        "model-stat-elsewhere",
        "ask about another file under cover of the model's",
        "newfstatat(model, /etc/passwd)",
        &[call(
            SYS_newfstatat,
            &[FILE, Text(c"/etc/passwd"), Room, N(EMPTY_PATH)],
        )],
    )
    .ordinary(),
    row(
        "model-open-elsewhere",
        "open another file under cover of the model's",
        "openat(model, /etc/passwd)",
        &[call(SYS_openat, &[FILE, Text(c"/etc/passwd"), N(0), N(0)])],
    )
    .ordinary(),
    row(
        "model-reopen",
        "open the model's file again",
        "openat(/proc/self/fd/3, O_RDONLY)",
        &[call(SYS_openat, &[N(HERE), Text(c"/proc/self/fd/3"), N(0), N(0)])],
    )
    .ordinary(),
    row(
        "model-name",
        "ask for the name of the model's file",
        "readlinkat(/proc/self/fd/3)",
        &[call(
            SYS_readlinkat,
            &[N(HERE), Text(c"/proc/self/fd/3"), Room, N(4096)],
        )],
    )
    .ordinary(),
    row(
        "model-lock",
        "lock the model's file",
        "flock(model)",
        &[call(SYS_flock, &[FILE, N(5)])],
    )
    .ordinary(),
    row(
        "model-sync",
        "flush the model's file",
        "fsync(model)",
        &[call(SYS_fsync, &[FILE])],
    )
    .ordinary(),
    row(
        "model-flags",
        "change how the model's file is read",
        "fcntl(model, F_SETFL)",
        &[call(SYS_fcntl, &[FILE, N(4), N(0o4000)])],
    )
    .ordinary(),
    row(
        "model-ioctl",
        "ask how much of the model's file is left",
        "ioctl(model, FIONREAD)",
        &[call(SYS_ioctl, &[FILE, N(0x541b), Room])],
    )
    .ordinary(),
    row(
        "model-attribute",
        "read what is attached to the model's file",
        "fgetxattr(model)",
        &[call(SYS_fgetxattr, &[FILE, Text(c"user.snug"), Room, N(9)])],
    )
    .reached_by(&[libc::ENODATA, libc::EOPNOTSUPP]),
];
