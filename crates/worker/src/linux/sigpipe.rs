//! Writing into a pipe that nobody reads must not end the program that writes.
#![allow(unsafe_code)]

use std::mem::MaybeUninit;

/// While it lives, a broken pipe is an error and no signal in this thread, whatever the program chose for SIGPIPE.
pub(crate) struct NoSigpipe {
    before: libc::sigset_t,
    was_pending: bool,
}

impl NoSigpipe {
    pub(crate) fn new() -> Self {
        let was_pending = is_pending();
        let mut before = empty_set();
        let only = sigpipe_set();
        // SAFETY: both sets are initialised and live through the call.
        unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &raw const only, &raw mut before) };
        Self { before, was_pending }
    }
}

impl Drop for NoSigpipe {
    fn drop(&mut self) {
        if !self.was_pending && is_pending() {
            swallow();
        }
        // SAFETY: the set is the one that the kernel gave us.
        unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const self.before, std::ptr::null_mut()) };
    }
}

fn swallow() {
    let (only, now) = (
        sigpipe_set(),
        libc::timespec {
            tv_sec: 0,
            tv_nsec: 0,
        },
    );
    // SAFETY: set and time are initialised and live through the call; details of the signal are not asked for.
    unsafe { libc::sigtimedwait(&raw const only, std::ptr::null_mut(), &raw const now) };
}

fn is_pending() -> bool {
    let mut pending = empty_set();
    // SAFETY: the set is initialised and lives through the call.
    unsafe { libc::sigpending(&raw mut pending) };
    // SAFETY: the same set.
    unsafe { libc::sigismember(&raw const pending, libc::SIGPIPE) == 1 }
}

fn sigpipe_set() -> libc::sigset_t {
    let mut set = empty_set();
    // SAFETY: the set is initialised.
    unsafe { libc::sigaddset(&raw mut set, libc::SIGPIPE) };
    set
}

fn empty_set() -> libc::sigset_t {
    let mut set = MaybeUninit::uninit();
    // SAFETY: the pointer is to room for one set.
    unsafe { libc::sigemptyset(set.as_mut_ptr()) };
    // SAFETY: `sigemptyset` has just initialised it and cannot fail on a valid pointer.
    unsafe { set.assume_init() }
}
