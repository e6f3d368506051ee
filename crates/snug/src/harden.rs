//! What keeps other programs of the same person out of this process's memory (R39, A28).
//!
//! Keys and messages are in the memory of whatever opens a store. The kernel lets a person's other programs read that
//! memory (`/proc/PID/mem`, `ptrace`) and writes it to the disk when a program crashes, unless the program says no. Root can read
//! it all the same, and so can the kernel.

use rustix::process::{Resource, Rlimit, setrlimit};

use crate::exit::Failure;

/// From now on nobody but root reads this process's memory, and it is not written to the disk.
///
/// What is started later and has a file of its own, such as a browser, does not inherit the first, but the second.
pub(crate) fn process() -> Result<(), Failure> {
    unreadable()
        .and_then(|()| setrlimit(Resource::Core, NOTHING))
        .map_err(|error| {
            Failure::NotSetUp(format!(
                "the kernel does not keep this program's memory from others ({error}), so nothing is opened: check what \
                 confines it here"
            ))
        })
}

const NOTHING: Rlimit = Rlimit {
    current: Some(0),
    maximum: Some(0),
};

#[cfg(target_os = "linux")]
fn unreadable() -> rustix::io::Result<()> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    set_dumpable_behavior(DumpableBehavior::NotDumpable)
}

#[cfg(not(target_os = "linux"))]
fn unreadable() -> rustix::io::Result<()> {
    Ok(())
}
