//! Making the attempts.

mod act;
mod props;
mod scene;
mod step;
mod table;
mod trial;

pub(crate) use act::act;
pub use trial::run_all;

use crate::attempts::Attempt;

/// Every attempt, in the order in which they are made.
#[must_use]
pub fn all() -> Vec<Attempt> {
    table::all().map(|row| row.attempt).collect()
}
