//! Attacks on the window (A28), each with its control: [`gate`] over plain HTTP, [`pages`] by other pages in the same browser,
//! [`markup`] by what other people write.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

mod gate;
mod markup;
mod pages;
#[path = "../window/mod.rs"]
mod window;
