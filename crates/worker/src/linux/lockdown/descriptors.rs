//! Nothing that was open stays open, but the two pipes.

use crate::layer::Errno;
use crate::system::sys::{self, Outcome};

const FIRST_TO_CLOSE: u8 = 2;

/// Closes every descriptor from 2 on: the complaints of a locked-down process are read by nobody.
pub(super) fn close_all_but_the_pipes() -> Outcome {
    match sys::close_range(u32::from(FIRST_TO_CLOSE)) {
        Ok(()) => Ok(()),
        // Linux before 5.9, or a container whose filter has not heard of the call.
        Err(_) => close_one_by_one(),
    }
}

/// Descriptors may lie above the limit that holds now, if it was lowered after they were opened, so `/proc` is asked
/// where there is one.
fn close_one_by_one() -> Outcome {
    match open_ones() {
        Some(open) => close_each(open.into_iter()),
        None => close_each(i32::from(FIRST_TO_CLOSE)..sys::descriptor_limit()),
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
