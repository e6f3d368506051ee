//! Bounds that hold whatever the filter lets through.

use crate::system::profile::{MODEL, Profile};
use crate::system::sys::{self, Outcome};

/// Lowers every limit, soft and hard.
pub(super) fn lower(profile: &Profile) -> Outcome {
    let address_space = address_space(profile);
    let bounds = [
        (libc::RLIMIT_AS, address_space),
        (libc::RLIMIT_DATA, address_space),
        (libc::RLIMIT_STACK, STACK_BYTES),
        (libc::RLIMIT_CPU, profile.processor_seconds),
        (libc::RLIMIT_CORE, 0),
        (libc::RLIMIT_FSIZE, 0),
        (libc::RLIMIT_LOCKS, 0),
        (libc::RLIMIT_MEMLOCK, 0),
        (libc::RLIMIT_MSGQUEUE, 0),
        (libc::RLIMIT_NPROC, 0),
        (libc::RLIMIT_RTPRIO, 0),
        (libc::RLIMIT_SIGPENDING, 0),
        // The two pipes are open already; nothing can be opened, duplicated or received after this.
        (libc::RLIMIT_NOFILE, 0),
    ];
    bounds
        .into_iter()
        .try_for_each(|(resource, value)| sys::limit(resource, value))
}

fn address_space(profile: &Profile) -> u64 {
    let model = match profile.address_space_per_model_byte {
        0 => 0,
        times => sys::file_bytes(MODEL).unwrap_or(0).saturating_mul(times),
    };
    profile.address_space.saturating_add(model)
}

/// What Linux gives a program by default. The engine does not recurse on input.
const STACK_BYTES: u64 = 8 << 20;
