//! Ways to get into another view of the system, where this process might have more rights.

use libc::{SYS_setns, SYS_unshare};

use crate::system::attempts::step::Value::{Leaked, N};
use crate::system::attempts::step::{Call, Leak, Row, call};

const fn row(id: &'static str, what: &'static str, how: &'static str, calls: &'static [Call]) -> Row {
    Row::new("namespaces", id, what, how, calls)
}

pub(super) const ROWS: &[Row] = &[
    row(
        "new-user",
        "make a user namespace",
        "unshare(CLONE_NEWUSER)",
        &[call(SYS_unshare, &[N(0x1000_0000)])],
    ),
    row(
        "new-network",
        "make a network namespace",
        "unshare(CLONE_NEWNET)",
        &[call(SYS_unshare, &[N(0x4000_0000)])],
    ),
    row(
        "new-mount",
        "make a mount namespace",
        "unshare(CLONE_NEWNS)",
        &[call(SYS_unshare, &[N(0x2_0000)])],
    ),
    row(
        "new-ipc",
        "make an ipc namespace",
        "unshare(CLONE_NEWIPC)",
        &[call(SYS_unshare, &[N(0x800_0000)])],
    ),
    row(
        "new-host",
        "make a host name namespace",
        "unshare(CLONE_NEWUTS)",
        &[call(SYS_unshare, &[N(0x400_0000)])],
    ),
    row(
        "new-pid",
        "make a process namespace",
        "unshare(CLONE_NEWPID)",
        &[call(SYS_unshare, &[N(0x2000_0000)])],
    ),
    row(
        "new-cgroup",
        "make a cgroup namespace",
        "unshare(CLONE_NEWCGROUP)",
        &[call(SYS_unshare, &[N(0x200_0000)])],
    ),
    row(
        "new-time",
        "make a time namespace",
        "unshare(CLONE_NEWTIME)",
        &[call(SYS_unshare, &[N(0x80)])],
    ),
    row(
        "leaked-network",
        "enter its parent's network",
        "setns(leaked network namespace)",
        &[call(SYS_setns, &[Leaked(Leak::NetworkNamespace), N(0x4000_0000)])],
    ),
    row(
        "leaked-parent-mounts",
        "enter its parent's files",
        "setns(leaked handle, CLONE_NEWNS)",
        &[call(SYS_setns, &[Leaked(Leak::ParentHandle), N(0x2_0000)])],
    ),
    row(
        "leaked-parent-user",
        "enter its parent's user namespace",
        "setns(leaked handle, CLONE_NEWUSER)",
        &[call(SYS_setns, &[Leaked(Leak::ParentHandle), N(0x1000_0000)])],
    )
    .reached_by(&[libc::EINVAL]),
];
