//! No capability is left, nor can one come back.

use crate::system::sys::{self, Outcome};

/// Empties the bounding and ambient sets and then those in use. A person without the right to empty the bounding
/// set has no capability that it would matter for: starting programs is forbidden and gives no rights.
pub(super) fn drop_all() -> Outcome {
    // The kernel says EINVAL at the first number that it does not know, and 63 is the highest that fits its sets.
    let _lowered = (0..=63).try_for_each(|capability| sys::prctl(libc::PR_CAPBSET_DROP, capability));
    let _cleared = sys::prctl3(
        libc::PR_CAP_AMBIENT,
        libc::PR_CAP_AMBIENT_CLEAR_ALL as libc::c_ulong,
        0,
    );
    sys::drop_capabilities()
}
