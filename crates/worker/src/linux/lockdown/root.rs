//! An empty, read-only root directory.

use crate::layer::Errno;
use crate::system::sys::{self, Outcome};

/// Replaces everything that this process can name by nothing. Needs a mount namespace of its own.
pub(super) fn become_empty() -> Outcome {
    sys::make_mounts_private()?;
    // `/proc` is there, since this program was started through it.
    sys::mount_nothing(c"/proc")?;
    go("/proc")?;
    sys::pivot_here()?;
    sys::detach_here()?;
    go("/")
}

fn go(to: &str) -> Outcome {
    std::env::set_current_dir(to).map_err(Errno::from)
}
