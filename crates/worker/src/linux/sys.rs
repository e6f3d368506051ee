//! The few raw calls that the standard library has no name for, each wrapped so that its callers need no `unsafe`.
#![allow(unsafe_code)]

use libc::{c_int, c_long, c_ulong};

use crate::Errno;

pub(crate) type Outcome = Result<(), Errno>;

/// Turns the kernel's -1 into its error number.
pub(crate) fn check(returned: c_int) -> Outcome {
    if returned < 0 { Err(Errno::last()) } else { Ok(()) }
}

fn check_long(returned: c_long) -> Outcome {
    if returned < 0 { Err(Errno::last()) } else { Ok(()) }
}

/// `prctl` with an option whose arguments are numbers.
pub(crate) fn prctl(option: c_int, value: c_ulong) -> Outcome {
    prctl3(option, value, 0)
}

/// `prctl` with two numbers.
pub(crate) fn prctl3(option: c_int, first: c_ulong, second: c_ulong) -> Outcome {
    const NOTHING: c_ulong = 0;
    // SAFETY: every option that this crate passes takes numbers; no pointer is involved.
    check(unsafe { libc::prctl(option, first, second, NOTHING, NOTHING) })
}

/// `unshare` of one kind of namespace.
pub(crate) fn unshare(flag: c_int) -> Outcome {
    // SAFETY: takes a number and touches no memory of ours.
    check(unsafe { libc::unshare(flag) })
}

/// Closes every descriptor from `first` to `last`.
pub(crate) fn close_range(first: u32, last: u32) -> Outcome {
    // SAFETY: only a worker calls this, at its start, when nothing in it owns a descriptor that it is to lose.
    check_long(unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) })
}

/// Closes one descriptor; says whether it was open.
pub(crate) fn close(fd: c_int) -> bool {
    // SAFETY: only a worker calls this, at its start, when nothing in it owns a descriptor above 1.
    unsafe { libc::close(fd) == 0 }
}

/// Whether a descriptor is open.
pub(crate) fn is_open(fd: c_int) -> bool {
    // SAFETY: reads a flag of a descriptor; any number is fine.
    unsafe { libc::fcntl(fd, libc::F_GETFD) >= 0 }
}

/// Whether a descriptor is a pipe.
pub(crate) fn is_pipe(fd: c_int) -> bool {
    stat(fd).is_some_and(|stat| stat.st_mode & libc::S_IFMT == libc::S_IFIFO)
}

/// Whether a descriptor is an ordinary file.
pub(crate) fn is_file(fd: c_int) -> bool {
    stat(fd).is_some_and(|stat| stat.st_mode & libc::S_IFMT == libc::S_IFREG)
}

/// How long a file is.
pub(crate) fn file_bytes(fd: c_int) -> Option<u64> {
    u64::try_from(stat(fd)?.st_size).ok()
}

fn stat(fd: c_int) -> Option<libc::stat> {
    // SAFETY: `stat` is plain numbers, for which zero is a value.
    let mut stat: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: `stat` is ours and lives through the call.
    let known = unsafe { libc::fstat(fd, &raw mut stat) } == 0;
    known.then_some(stat)
}

/// The C libraries disagree on the sign of these numbers.
#[cfg(target_env = "gnu")]
pub(crate) type Resource = libc::__rlimit_resource_t;
/// The C libraries disagree on the sign of these numbers.
#[cfg(not(target_env = "gnu"))]
pub(crate) type Resource = c_int;

/// Lowers a limit, soft and hard.
pub(crate) fn limit(resource: Resource, value: u64) -> Outcome {
    let limit = libc::rlimit64 {
        rlim_cur: value,
        rlim_max: value,
    };
    // SAFETY: `limit` lives through the call; the old value is not asked for.
    check_long(unsafe {
        libc::syscall(
            libc::SYS_prlimit64,
            0,
            resource,
            &raw const limit,
            std::ptr::null::<libc::rlimit64>(),
        )
    })
}

/// The highest descriptor that could be open.
pub(crate) fn descriptor_limit() -> c_int {
    let mut limit = libc::rlimit64 {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: `limit` is ours and lives through the call.
    let known = unsafe { libc::getrlimit64(libc::RLIMIT_NOFILE, &raw mut limit) } == 0;
    let highest = if known { limit.rlim_max } else { u64::MAX };
    c_int::try_from(highest).unwrap_or(c_int::MAX)
}

/// Puts a signal back to what the kernel does by default.
pub(crate) fn default_signal(signal: c_int) {
    // SAFETY: installs no handler, so no code of ours can run at a bad time.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
}

/// Ends this process without running anything else of it.
pub(crate) fn exit(code: c_int) -> ! {
    // SAFETY: does not return and runs no handler.
    unsafe { libc::_exit(code) }
}

/// Makes the C library's random source set itself up, which may take calls that the filter forbids later.
pub(crate) fn warm_random() {
    let mut bytes = [0_u8; 8];
    // SAFETY: the buffer is ours and as long as we say. What comes back is not used, so failing is fine.
    unsafe { libc::getrandom((&raw mut bytes).cast(), bytes.len(), libc::GRND_NONBLOCK) };
}

/// Threads take memory from the heap that is there: to set one up for each takes calls that the filter forbids.
pub(crate) fn share_one_heap() {
    #[cfg(target_env = "gnu")]
    // SAFETY: changes a number in the allocator; there is one thread.
    unsafe {
        libc::mallopt(libc::M_ARENA_MAX, 1)
    };
}

/// Mounts an empty read-only directory at `at`.
pub(crate) fn mount_nothing(at: &std::ffi::CStr) -> Outcome {
    let flags = libc::MS_RDONLY | libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;
    // SAFETY: four strings that end in NUL and live through the call.
    check(unsafe {
        libc::mount(
            c"none".as_ptr(),
            at.as_ptr(),
            c"tmpfs".as_ptr(),
            flags,
            c"size=4k,nr_inodes=1,mode=0555".as_ptr().cast(),
        )
    })
}

/// Keeps every later mount and unmount to this namespace.
pub(crate) fn make_mounts_private() -> Outcome {
    let (nothing, flags) = (std::ptr::null(), libc::MS_REC | libc::MS_PRIVATE);
    // SAFETY: the path ends in NUL; the other strings are not looked at with these flags.
    check(unsafe { libc::mount(nothing, c"/".as_ptr(), nothing, flags, nothing.cast()) })
}

/// Makes the working directory the root, on top of the old one.
pub(crate) fn pivot_here() -> Outcome {
    let here = c".".as_ptr();
    // SAFETY: two strings that end in NUL.
    check_long(unsafe { libc::syscall(libc::SYS_pivot_root, here, here) })
}

/// Takes away the old root that lies under the new one.
pub(crate) fn detach_here() -> Outcome {
    // SAFETY: a string that ends in NUL.
    check(unsafe { libc::umount2(c".".as_ptr(), libc::MNT_DETACH) })
}

/// Gives up every capability that this thread has.
pub(crate) fn drop_capabilities() -> Outcome {
    let header = [CAPABILITY_VERSION, 0];
    let none = [0_u32; 6];
    // SAFETY: the kernel's header is two numbers, and version 3 takes two records of three; both live through the call.
    check_long(unsafe { libc::syscall(libc::SYS_capset, header.as_ptr(), none.as_ptr()) })
}

const CAPABILITY_VERSION: u32 = 0x2008_0522;

/// Leaves the keyrings that came with the session for a new, empty one.
pub(crate) fn join_empty_keyring() -> Outcome {
    const JOIN_SESSION_KEYRING: c_int = 1;
    let unnamed = std::ptr::null::<u8>();
    // SAFETY: a null name asks for a keyring without a name.
    check_long(unsafe { libc::syscall(libc::SYS_keyctl, JOIN_SESSION_KEYRING, unnamed) })
}
