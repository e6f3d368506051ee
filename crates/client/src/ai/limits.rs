//! How much is looked at in one go.

/// The most messages of the part that a person asks for; of more, the newest.
pub const MOST_MESSAGES: usize = 50_000;
/// The most text, in bytes: the worker may hold 2 GiB, and on text of nothing but dates it needs some sixty times this.
pub const MOST_TEXT: usize = 12 << 20;
/// Messages before that part which go along so that its first ones make sense; they are never quoted.
pub const CONTEXT: usize = 200;
