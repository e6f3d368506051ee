//! The attempts. A row names its call as a person would find it in the manual pages.

mod descriptors;
mod files;
mod kernel;
mod memory;
mod model;
mod namespaces;
mod network;
mod processes;
mod rights;

use std::ffi::OsStr;

use super::step::{Row, call};

/// Every row, in the order in which they are tried and shown.
pub(super) fn all() -> impl Iterator<Item = Row> {
    let groups = [
        network::ROWS,
        files::ROWS,
        processes::ROWS,
        memory::ROWS,
        namespaces::ROWS,
        rights::ROWS,
        descriptors::ROWS,
        kernel::ROWS,
        model::ROWS,
    ];
    groups.into_iter().flatten().copied()
}

/// No attempt: a call that a worker may make.
pub(super) const ALLOWED: Row = Row::new(
    "allowed",
    "allowed",
    "ask for its own number",
    "getpid()",
    &[call(libc::SYS_getpid, &[])],
);

/// The row of a name.
pub(super) fn find(id: &OsStr) -> Option<Row> {
    all().chain([ALLOWED]).find(|row| id == row.attempt.id)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::all;

    #[test]
    fn every_row_has_a_name_of_its_own() {
        let names: HashSet<_> = all().map(|row| row.attempt.id).collect();
        assert_eq!(names.len(), all().count());
    }

    #[test]
    fn there_are_many() {
        assert!(all().count() >= 70);
    }
}
