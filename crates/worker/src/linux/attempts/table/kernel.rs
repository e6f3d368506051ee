//! Ways into parts of the kernel where flaws are found, to what the machine is, and around the filter.

use libc::{
    SYS_add_key, SYS_adjtimex, SYS_bpf, SYS_clock_gettime, SYS_clock_settime, SYS_delete_module,
    SYS_finit_module, SYS_getuid, SYS_init_module, SYS_io_setup, SYS_io_uring_setup, SYS_kexec_load,
    SYS_keyctl, SYS_mq_open, SYS_mq_unlink, SYS_msgctl, SYS_msgget, SYS_nanosleep, SYS_perf_event_open,
    SYS_reboot, SYS_request_key, SYS_semctl, SYS_semget, SYS_sethostname, SYS_settimeofday, SYS_sysinfo,
    SYS_syslog, SYS_uname,
};

use crate::system::attempts::step::Value::{Bytes, First, Leaked, N, Prop, Room, Text};
use crate::system::attempts::step::{Call, Leak, Prop as Props, Row, call};

const fn row(id: &'static str, what: &'static str, how: &'static str, calls: &'static [Call]) -> Row {
    Row::new("kernel", id, what, how, calls)
}

/// An array of one number.
const BPF_ARRAY: &[u8] = &[
    2, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0,
];
/// A counter of the processor time of a task, kernel excluded.
const PERF_CLOCK: &[u8] = &[
    1, 0, 0, 0, 64, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0x61, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];
/// A time whose nanoseconds no clock accepts.
const NO_TIME: &[u8] = &[0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0];
const SETS_CLOCK: &str =
    "the kernel looks at the time before it looks at the caller, so only a real change would show";

pub(super) const ROWS: &[Row] = &[
    row(
        "io-uring",
        "make calls through shared rings, past the filter",
        "io_uring_setup()",
        &[call(SYS_io_uring_setup, &[N(1), Room])],
    ),
    row(
        "aio",
        "make calls that finish later",
        "io_setup()",
        &[call(SYS_io_setup, &[N(1), Bytes(&[0; 8])])],
    ),
    row(
        "bpf",
        "load data into the kernel",
        "bpf(BPF_MAP_CREATE)",
        &[call(SYS_bpf, &[N(0), Bytes(BPF_ARRAY), N(72)])],
    ),
    row(
        "perf",
        "measure what the processor does",
        "perf_event_open()",
        &[call(
            SYS_perf_event_open,
            &[Bytes(PERF_CLOCK), N(0), N(-1), N(-1), N(0)],
        )],
    ),
    row(
        "keyring",
        "look into its keyring",
        "keyctl(GET_KEYRING_ID)",
        &[call(SYS_keyctl, &[N(0), N(-3), N(0), N(0), N(0)])],
    ),
    row(
        "add-key",
        "store a key",
        "add_key()",
        &[call(
            SYS_add_key,
            &[Text(c"user"), Text(c"snug"), Bytes(b"x"), N(1), N(-2)],
        )],
    ),
    row(
        "request-key",
        "ask for a key",
        "request_key()",
        &[call(
            SYS_request_key,
            &[Text(c"user"), Text(c"snug_no_such"), N(0), N(0)],
        )],
    )
    .reached_by(&[libc::ENOKEY]),
    row(
        "message-queue",
        "make a message queue",
        "msgget, msgctl(IPC_RMID)",
        &[
            call(SYS_msgget, &[N(0), N(0o600)]),
            call(SYS_msgctl, &[First, N(0), N(0)]),
        ],
    ),
    row(
        "semaphore",
        "make a semaphore",
        "semget, semctl(IPC_RMID)",
        &[
            call(SYS_semget, &[N(0), N(1), N(0o600)]),
            call(SYS_semctl, &[First, N(0), N(0), N(0)]),
        ],
    ),
    row(
        "named-queue",
        "make a named queue",
        "mq_open, mq_unlink",
        &[
            call(SYS_mq_open, &[Text(c"snug_attempt"), N(0o102), N(0o600), N(0)]),
            call(SYS_mq_unlink, &[Text(c"snug_attempt")]),
        ],
    ),
    row(
        "load-module",
        "load code into the kernel",
        "init_module()",
        &[call(SYS_init_module, &[Room, N(0), Text(c"")])],
    )
    .reached_by(&[libc::ENOEXEC]),
    row(
        "load-module-file",
        "load code from a file into the kernel",
        "finit_module(leaked file)",
        &[call(SYS_finit_module, &[Leaked(Leak::File), Text(c""), N(0)])],
    )
    .reached_by(&[libc::ENOEXEC, libc::ETXTBSY, libc::EINVAL]),
    row(
        "remove-module",
        "take code out of the kernel",
        "delete_module()",
        &[call(SYS_delete_module, &[Text(c"snug_no_such"), N(0o4000)])],
    )
    .reached_by(&[libc::ENOENT]),
    row(
        "kexec",
        "replace the kernel",
        "kexec_load()",
        &[call(SYS_kexec_load, &[N(0), N(17), N(0), N(0x8000)])],
    )
    .reached_by(&[libc::EINVAL]),
    row(
        "reboot",
        "restart the machine",
        "reboot(wrong magic)",
        &[call(SYS_reboot, &[N(0), N(0), N(0), N(0)])],
    )
    .reached_by(&[libc::EINVAL]),
    row(
        "kernel-log",
        "read the kernel's log",
        "syslog(SIZE_BUFFER)",
        &[call(SYS_syslog, &[N(10), N(0), N(0)])],
    ),
    row(
        "set-clock",
        "set the clock",
        "clock_settime(impossible time)",
        &[call(SYS_clock_settime, &[N(0), Bytes(NO_TIME)])],
    )
    .without_control(SETS_CLOCK),
    row(
        "set-time",
        "the same by the old call",
        "settimeofday(impossible time)",
        &[call(SYS_settimeofday, &[Bytes(NO_TIME), N(0)])],
    )
    .without_control(SETS_CLOCK),
    row(
        "adjust-clock",
        "look at how the clock is kept",
        "adjtimex()",
        &[call(SYS_adjtimex, &[Room])],
    ),
    row(
        "host-name",
        "rename the machine (to its own name)",
        "sethostname()",
        &[call(
            SYS_sethostname,
            &[Prop(Props::HostName), Prop(Props::HostNameLength)],
        )],
    ),
    row(
        "which-machine",
        "ask which machine this is",
        "uname()",
        &[call(SYS_uname, &[Room])],
    )
    .ordinary(),
    row(
        "how-busy",
        "ask how busy the machine is",
        "sysinfo()",
        &[call(SYS_sysinfo, &[Room])],
    )
    .ordinary(),
    row(
        "which-person",
        "ask whose process it is",
        "getuid()",
        &[call(SYS_getuid, &[])],
    )
    .ordinary(),
    row(
        "clock",
        "ask the kernel for the time",
        "clock_gettime()",
        &[call(SYS_clock_gettime, &[N(0), Room])],
    )
    .ordinary(),
    row(
        "sleep",
        "sleep, to time what it tells",
        "nanosleep(0)",
        &[call(SYS_nanosleep, &[Room, N(0)])],
    )
    .ordinary(),
    #[cfg(target_arch = "x86_64")]
    row(
        "ports",
        "reach a device's ports",
        "ioperm()",
        &[call(libc::SYS_ioperm, &[N(0x80), N(1), N(1)])],
    ),
    #[cfg(target_arch = "x86_64")]
    row(
        "segments",
        "change the processor's segments",
        "modify_ldt(read)",
        &[call(libc::SYS_modify_ldt, &[N(0), Room, N(16)])],
    ),
    #[cfg(target_arch = "x86_64")]
    row(
        "segment-base",
        "move the processor's segments",
        "arch_prctl(ARCH_GET_FS)",
        &[call(libc::SYS_arch_prctl, &[N(0x1003), Room])],
    )
    .ordinary(),
    #[cfg(target_arch = "x86_64")]
    row(
        "x32",
        "make a call by x32 numbers, past a careless filter",
        "getuid with the x32 bit",
        &[call(0x4000_0000 | SYS_getuid, &[])],
    ),
    #[cfg(target_arch = "x86_64")]
    row(
        "compat",
        "make a 32-bit call, past a careless filter",
        "int 0x80 (getpid)",
        &[],
    )
    .code(compat::getpid),
];

#[cfg(target_arch = "x86_64")]
mod compat {
    #![allow(unsafe_code)]

    use std::arch::asm;

    const GETPID_32: i64 = 20;

    pub(super) fn getpid() -> i64 {
        let returned: i64;
        // SAFETY: a call that takes nothing and touches no memory. The kernel may clear r8 to r11 on this way in.
        unsafe {
            asm!(
                "int 0x80", inlateout("rax") GETPID_32 => returned,
                out("r8") _, out("r9") _, out("r10") _, out("r11") _, options(nostack)
            );
        }
        returned
    }
}
