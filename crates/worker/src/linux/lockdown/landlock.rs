//! Landlock with no rule: whatever it can forbid is forbidden.

use std::error::Error;
use std::io;

use landlock::{
    ABI, Access, AccessFs, AccessNet, LandlockStatus, RestrictionStatus, Ruleset, RulesetAttr, RulesetError,
    Scope,
};

use crate::layer::Errno;

/// The newest interface that was looked at. Older kernels enforce what they know of it.
const NEWEST: ABI = ABI::V6;

/// Closes it, and says which version of the interface the kernel has.
pub(super) fn no_rule() -> Result<u16, Errno> {
    version(&restrict().map_err(|error| errno(&error))?)
}

/// What the kernel said is the innermost cause.
fn errno(error: &(dyn Error + 'static)) -> Errno {
    match (error.downcast_ref::<io::Error>(), error.source()) {
        (Some(error), _) => Errno(error.raw_os_error().unwrap_or(libc::EPERM)),
        (None, Some(source)) => errno(source),
        (None, None) => Errno(libc::EPERM),
    }
}

fn restrict() -> Result<RestrictionStatus, RulesetError> {
    Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))?
        .handle_access(AccessNet::from_all(NEWEST))?
        .scope(Scope::from_all(NEWEST))?
        .create()?
        .restrict_self()
}

fn version(status: &RestrictionStatus) -> Result<u16, Errno> {
    match status.landlock {
        LandlockStatus::NotEnabled => Err(Errno(libc::EOPNOTSUPP)),
        LandlockStatus::NotImplemented => Err(Errno(libc::ENOSYS)),
        LandlockStatus::Available {
            effective_abi,
            kernel_abi,
        } => {
            let version = kernel_abi.unwrap_or(effective_abi as i32);
            Ok(u16::try_from(version).unwrap_or(u16::MAX))
        }
    }
}
