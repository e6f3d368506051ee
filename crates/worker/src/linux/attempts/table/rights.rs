//! Ways to gain rights, or to shake off what was given up.

use libc::{SYS_capset, SYS_prctl, SYS_seccomp, SYS_setgid, SYS_setgroups, SYS_setresuid, SYS_setuid};

use crate::system::attempts::step::Value::{Bytes, N, Prop, Room, Text};
use crate::system::attempts::step::{Call, Prop as Props, Row, call};

const fn row(id: &'static str, what: &'static str, how: &'static str, calls: &'static [Call]) -> Row {
    Row::new("rights", id, what, how, calls)
}

/// Version 3, this process.
const CAPABILITY_HEADER: &[u8] = &[0x22, 0x05, 0x08, 0x20, 0, 0, 0, 0];

pub(super) const ROWS: &[Row] = &[
    row(
        "setuid",
        "become the administrator",
        "setuid(0)",
        &[call(SYS_setuid, &[N(0)])],
    ),
    row(
        "setresuid",
        "the same by the new call",
        "setresuid(0, 0, 0)",
        &[call(SYS_setresuid, &[N(0), N(0), N(0)])],
    ),
    row(
        "setgid",
        "join the administrators' group",
        "setgid(0)",
        &[call(SYS_setgid, &[N(0)])],
    ),
    row(
        "setgroups",
        "leave every group",
        "setgroups(0)",
        &[call(SYS_setgroups, &[N(0), N(0)])],
    ),
    row(
        "capset",
        "change its capabilities",
        "capset()",
        &[call(SYS_capset, &[Bytes(CAPABILITY_HEADER), Bytes(&[0; 24])])],
    )
    .ordinary(),
    row(
        "second-filter",
        "add a filter that allows everything",
        "seccomp(SECCOMP_SET_MODE_FILTER)",
        &[call(SYS_seccomp, &[N(1), N(0), Prop(Props::LaxFilter)])],
    ),
    row(
        "second-filter-old",
        "the same by the old call",
        "prctl(PR_SET_SECCOMP)",
        &[call(SYS_prctl, &[N(22), N(2), Prop(Props::LaxFilter)])],
    ),
    row(
        "dumpable",
        "open its memory to others",
        "prctl(PR_SET_DUMPABLE, 1)",
        &[call(SYS_prctl, &[N(4), N(1), N(0), N(0), N(0)])],
    )
    .ordinary(),
    row(
        "outlive",
        "outlive its parent",
        "prctl(PR_SET_PDEATHSIG, 0)",
        &[call(SYS_prctl, &[N(1), N(0), N(0), N(0), N(0)])],
    )
    .ordinary(),
    row(
        "rename-self",
        "take another name",
        "prctl(PR_SET_NAME)",
        &[call(SYS_prctl, &[N(15), Text(c"innocent")])],
    )
    .ordinary(),
    row(
        "tracer",
        "let anybody trace it",
        "prctl(PR_SET_PTRACER, ANY)",
        &[call(SYS_prctl, &[N(0x5961_6d61), N(-1)])],
    ),
    row(
        "memory-map",
        "change its memory map",
        "prctl(PR_SET_MM)",
        &[call(SYS_prctl, &[N(35), N(15), Room, N(0), N(0)])],
    ),
    row(
        "written-code-allowed",
        "change its rule on written code",
        "prctl(PR_SET_MDWE)",
        &[call(SYS_prctl, &[N(65), N(1), N(0), N(0), N(0)])],
    ),
    row(
        "keep-capabilities",
        "keep capabilities over a change of user",
        "prctl(PR_SET_KEEPCAPS)",
        &[call(SYS_prctl, &[N(8), N(1), N(0), N(0), N(0)])],
    )
    .ordinary(),
    row(
        "landlock",
        "ask about Landlock",
        "landlock_create_ruleset(VERSION)",
        &[call(libc::SYS_landlock_create_ruleset, &[N(0), N(0), N(1)])],
    ),
];
