//! What is kept, in one SQLite database. Everything here is blocking and runs on the writer's or a reader's thread.

mod open;
mod read;
mod rows;
mod sweep;
mod write;

pub(crate) use open::Store;
pub use open::StoreError;
pub(crate) use read::Reader;
pub(crate) use sweep::Swept;
pub(crate) use write::{Outcome, Write};

use delivery::Refusal;

/// The database's own trouble outside, the protocol's answer inside.
pub(crate) type Judged<T> = rusqlite::Result<Result<T, Refusal>>;

/// Hands a refusal on as one.
macro_rules! or_refuse {
    ($judged:expr) => {
        match $judged {
            Ok(value) => value,
            Err(refusal) => return Ok(Err(refusal)),
        }
    };
}
use or_refuse;
