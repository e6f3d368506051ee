//! Which system calls a locked-down worker keeps, and its bounds.

/// What one kind of worker may do. Everything else ends it.
///
/// A worker of another kind (one with a model, and threads) has a profile of its own; that without a model is never
/// widened.
#[derive(Clone, Copy, Debug)]
pub struct Profile {
    /// The calls that do not end the process.
    pub rules: &'static [Rule],
    /// Those that this kind of worker has beyond [`Profile::WITHOUT_MODEL`].
    pub beyond: &'static [Rule],
    /// Whether the model's file stays open, and the filter closes over threads.
    pub keeps_model: bool,
    /// The most address space, in bytes: a flood of allocations fails instead of filling the machine.
    pub address_space: u64,
    /// As much again for each byte of the model's file.
    pub address_space_per_model_byte: u64,
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
        beyond: &[],
        keeps_model: false,
        // The engine holds about 24 times the bytes of its task: 1.5 GiB for the largest, 150 MiB for 50,000 messages.
        address_space: 2 << 30,
        address_space_per_model_byte: 0,
        processor_seconds: 120,
    };

    /// The worker with a model: it maps the model's file for reading, and computes with the threads that it had when the filter closed.
    pub const WITH_MODEL: Self = Self {
        rules: RULES,
        beyond: BEYOND,
        keeps_model: true,
        // Stacks, vocabulary, the cache of a long context and room to compute in.
        address_space: 4 << 30,
        // The mapped file, and a copy of its weights laid out for this processor.
        address_space_per_model_byte: 2,
        // Of all threads together. A parent that lives ends a worker far earlier.
        processor_seconds: 3600,
    };

    /// Every rule.
    pub fn all_rules(&self) -> impl Iterator<Item = &'static Rule> + use<> {
        self.rules.iter().chain(self.beyond)
    }
}

/// The descriptor of the model's file.
pub(crate) const MODEL: libc::c_int = 3;

// Positive arguments only: the casts below keep their values.
const READABLE: u64 = libc::PROT_READ as u64;
const READ_WRITE: u64 = READABLE | libc::PROT_WRITE as u64;
const PRIVATE_MEMORY: u64 = (libc::MAP_PRIVATE | libc::MAP_ANONYMOUS) as u64;
const MAY_MOVE: u64 = libc::MREMAP_MAYMOVE as u64;
const SIGABRT: u32 = libc::SIGABRT as u32;
const MODEL_FILE: u32 = MODEL as u32;
const SHARED_FILE: u64 = libc::MAP_SHARED as u64;
const READ_AHEAD: u64 = SHARED_FILE | libc::MAP_POPULATE as u64;
const WILL_NEED: u32 = libc::MADV_WILLNEED as u32;
const MONOTONIC: u32 = libc::CLOCK_MONOTONIC as u32;
const WAIT: u32 = libc::FUTEX_WAIT as u32;
const WAKE: u32 = libc::FUTEX_WAKE as u32;
const PRIVATE: u32 = libc::FUTEX_PRIVATE_FLAG as u32;
const WAIT_UNTIL: u32 = PRIVATE | libc::FUTEX_WAIT_BITSET as u32;
const WALL_CLOCK: u32 = libc::FUTEX_CLOCK_REALTIME as u32;

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

/// What an engine with a model and threads needs beyond the rules above. No call here opens, names, writes or runs
/// anything, starts a thread or reaches another process.
const BEYOND: &[Rule] = &[
    allow(
        "read",
        libc::SYS_read,
        &[Is32(0, MODEL_FILE)],
        "the head of the model's file",
    ),
    allow("lseek", libc::SYS_lseek, &[Is32(0, MODEL_FILE)], "where in it"),
    allow("fstat", libc::SYS_fstat, &[Is32(0, MODEL_FILE)], "how long it is"),
    Rule {
        name: "newfstatat",
        number: libc::SYS_newfstatat,
        arguments: &[Is32(0, MODEL_FILE)],
        verdict: Refuse(libc::EBADF),
        why: "C libraries ask so how long a file is, and then find out by seeking; a path is out of a filter's sight",
    },
    allow(
        "mmap",
        libc::SYS_mmap,
        &[Is(2, READABLE), Is(3, SHARED_FILE), Is32(4, MODEL_FILE)],
        "the weights: for reading only, out of the model's file only",
    ),
    allow(
        "mmap",
        libc::SYS_mmap,
        &[Is(2, READABLE), Is(3, READ_AHEAD), Is32(4, MODEL_FILE)],
        "the same, read ahead",
    ),
    allow("madvise", libc::SYS_madvise, &[Is32(2, WILL_NEED)], "the same"),
    allow(
        "fadvise64",
        libc::SYS_fadvise64,
        &[Is32(0, MODEL_FILE)],
        "the same",
    ),
    allow(
        "futex",
        libc::SYS_futex,
        &[Is32(1, PRIVATE | WAIT)],
        "threads wait for a lock",
    ),
    allow(
        "futex",
        libc::SYS_futex,
        &[Is32(1, PRIVATE | WAKE)],
        "and let others go on",
    ),
    allow(
        "futex",
        libc::SYS_futex,
        &[Is32(1, WAIT_UNTIL)],
        "threads wait for work",
    ),
    allow(
        "futex",
        libc::SYS_futex,
        &[Is32(1, WAIT_UNTIL | WALL_CLOCK)],
        "the same",
    ),
    allow(
        "futex",
        libc::SYS_futex,
        &[Is32(1, WAIT)],
        "C++ waits so for the first use of a variable",
    ),
    allow("futex", libc::SYS_futex, &[Is32(1, WAKE)], "the same"),
    allow(
        "clock_gettime",
        libc::SYS_clock_gettime,
        &[Is32(0, MONOTONIC)],
        "llama.cpp times itself; on most machines the clock is read without any call",
    ),
    Rule {
        name: "sysinfo",
        number: libc::SYS_sysinfo,
        arguments: &[],
        verdict: Refuse(libc::EPERM),
        why: "llama.cpp asks how much memory there is and reports it to nobody",
    },
    allow(
        "tgkill",
        libc::SYS_tgkill,
        &[Own(0), Is32(2, SIGABRT)],
        "abort() in another thread signals that thread: only this process, only SIGABRT",
    ),
];
