//! Nothing that was open stays open, but the two pipes, and the model's file where there is one.

use crate::layer::Errno;
use crate::system::profile::MODEL;
use crate::system::sys::{self, Outcome};

const FIRST_TO_CLOSE: u8 = 2;

/// Closes every descriptor from 2 on: the complaints of a locked-down process are read by nobody.
pub(super) fn close_all_but_the_pipes() -> Outcome {
    close_all_but(None)
}

/// The same, and leaves the model's file open.
pub(super) fn close_all_but_the_pipes_and_the_model() -> Outcome {
    close_all_but(Some(MODEL))
}

fn close_all_but(kept: Option<i32>) -> Outcome {
    match close_around(kept) {
        Ok(()) => Ok(()),
        // Linux before 5.9, or a container whose filter has not heard of the call.
        Err(_) => close_one_by_one(kept),
    }
}

fn close_around(kept: Option<i32>) -> Outcome {
    let first = u32::from(FIRST_TO_CLOSE);
    let Some(kept) = kept.and_then(|kept| u32::try_from(kept).ok()) else {
        return sys::close_range(first, u32::MAX);
    };
    sys::close_range(first, kept.saturating_sub(1))?;
    sys::close_range(kept.saturating_add(1), u32::MAX)
}

/// Descriptors may lie above the limit that holds now, if it was lowered after they were opened, so `/proc` is asked
/// where there is one.
fn close_one_by_one(kept: Option<i32>) -> Outcome {
    let lost = |fd: &i32| Some(*fd) != kept;
    match open_ones() {
        Some(open) => close_each(open.into_iter().filter(lost)),
        None => close_each((i32::from(FIRST_TO_CLOSE)..sys::descriptor_limit()).filter(lost)),
    }
}

fn open_ones() -> Option<Vec<i32>> {
    let entries = std::fs::read_dir("/proc/self/fd").ok()?;
    let numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    Some(numbers.filter(|fd| *fd >= i32::from(FIRST_TO_CLOSE)).collect())
}

fn close_each(descriptors: impl Iterator<Item = i32>) -> Outcome {
    for fd in descriptors {
        let was_open = sys::close(fd);
        if was_open && sys::is_open(fd) {
            return Err(Errno(libc::EBADF));
        }
    }
    Ok(())
}
