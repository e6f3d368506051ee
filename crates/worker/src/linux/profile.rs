//! Which system calls a locked-down worker keeps, and its bounds.

/// What one kind of worker may do. Everything else ends it.
///
/// A worker of another kind (one with a model, and threads) has a profile of its own; this one is never widened.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// The calls that do not end the process.
    pub rules: &'static [Rule],
    /// The most address space, in bytes: a flood of allocations fails instead of filling the machine.
    pub address_space: u64,
    /// The most processor time, in seconds: an endless loop ends even if the parent is stopped.
    pub processor_seconds: u64,
}

/// One system call that is allowed, or answered with an error, and why.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// Its number on this machine.
    pub number: libc::c_long,
    /// All of these must hold; otherwise another rule must match, or the process ends.
    pub arguments: &'static [Argument],
    /// What happens.
    pub verdict: Verdict,
    /// Who needs it.
    pub why: &'static str,
}

/// What must hold for an argument, counted from zero.
#[derive(Clone, Copy, Debug)]
pub enum Argument {
    /// The lower 32 bits, which are all that the kernel reads of a descriptor, a process or a signal.
    Is32(u8, u32),
    /// Exactly this.
    Is(u8, u64),
    /// No bit but these.
    OnlyBits(u8, u64),
    /// The worker's own process, which has one thread of the same number.
    Own(u8),
}

/// What the filter does with a call that a rule matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The call happens.
    Allow,
    /// The call does not happen; the caller gets this error number.
    Refuse(i32),
}

use Argument::{Is, Is32, OnlyBits, Own};
use Verdict::{Allow, Refuse};

impl Profile {
    /// The worker without a model: one thread that reads a task, computes, and writes a draft.
    pub const WITHOUT_MODEL: Self = Self {
        rules: RULES,
        // The engine holds about 24 times the bytes of its task: 1.5 GiB for the largest, 150 MiB for 50,000 messages.
        address_space: 2 << 30,
        processor_seconds: 120,
    };
}

// Positive arguments only: the casts below keep their values.
const READABLE: u64 = libc::PROT_READ as u64;
const READ_WRITE: u64 = READABLE | libc::PROT_WRITE as u64;
const PRIVATE_MEMORY: u64 = (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS) as u64;
const MAY_MOVE: u64 = libc::MREMAP_MAYMOVE as u64;
const SIGABRT: u32 = libc::SIGABRT as u32;

const fn allow(
    name: &'static str,
    number: libc::c_long,
    arguments: &'static [Argument],
    why: &'static str,
) -> Rule {
    Rule {
        name,
        number,
        arguments,
        verdict: Allow,
        why,
    }
}

const RULES: &[Rule] = &[
    allow("read", libc::SYS_read, &[Is32(0, 0)], "the task"),
    allow("write", libc::SYS_write, &[Is32(0, 1)], "the draft"),
    Rule {
        name: "write",
        number: libc::SYS_write,
        arguments: &[Is32(0, 2)],
        verdict: Refuse(libc::EBADF),
        why: "the standard library complains there before it aborts; the descriptor is closed",
    },
    allow("brk", libc::SYS_brk, &[], "small allocations"),
    allow(
        "mmap",
        libc::SYS_mmap,
        &[OnlyBits(2, READ_WRITE), Is(3, PRIVATE_MEMORY)],
        "large allocations: private, tied to no file, never executable, at a place that the kernel picks",
    ),
    allow("munmap", libc::SYS_munmap, &[], "giving them back"),
    allow(
        "mremap",
        libc::SYS_mremap,
        &[OnlyBits(3, MAY_MOVE)],
        "growing them",
    ),
    #[cfg(target_env = "musl")]
    allow(
        "mprotect",
        libc::SYS_mprotect,
        &[OnlyBits(2, READ_WRITE)],
        "musl's allocator; never executable",
    ),
    #[cfg(target_env = "musl")]
    allow(
        "madvise",
        libc::SYS_madvise,
        &[Is32(2, libc::MADV_FREE as u32)],
        "musl's allocator gives pages back",
    ),
    allow("getrandom", libc::SYS_getrandom, &[], "the seed of hash tables"),
    allow("exit_group", libc::SYS_exit_group, &[], "the end"),
    allow(
        "rt_sigprocmask",
        libc::SYS_rt_sigprocmask,
        &[],
        "abort() unblocks SIGABRT, so that running out of memory shows as what it is; nothing that ends a worker from \
         outside can be blocked",
    ),
    allow(
        "getpid",
        libc::SYS_getpid,
        &[],
        "the same: abort() signals itself",
    ),
    allow("gettid", libc::SYS_gettid, &[], "the same"),
    allow(
        "tgkill",
        libc::SYS_tgkill,
        &[Own(0), Own(1), Is32(2, SIGABRT)],
        "the same: only itself, only SIGABRT",
    ),
    #[cfg(target_env = "musl")]
    allow(
        "tkill",
        libc::SYS_tkill,
        &[Own(0), Is32(1, SIGABRT)],
        "the same in musl",
    ),
    Rule {
        name: "clone3",
        number: libc::SYS_clone3,
        arguments: &[],
        verdict: Refuse(libc::ENOSYS),
        why: "its flags are out of a filter's sight; C libraries fall back to clone, which ends the process",
    },
];
