//! A real browser for the tests of the window: Chromium, driven over WebDriver (W3C) by `chromedriver`.
//!
//! A [`Driver`] is one `chromedriver` on a port of its own; it is ended, by its id, when the last of its browsers is gone.
//! A [`Browser`] is one session with a profile of its own in a folder that goes with it. What waits is bounded, and what
//! fails says what the page showed and what its console said.
//!
//! The protocol is JSON over HTTP on loopback, a few requests of which are needed: they are written here, over the
//! standard library's sockets. The crates that speak it bring about forty more and one under a licence of its own.
//!
//! Nothing leaves the machine: every name but `localhost` and those under it resolves to nothing in these browsers.

mod axe;
mod driver;
mod page;
mod plain;
mod speed;
mod wire;

pub use axe::{AXE, Axe, Violation};
pub use driver::{Driver, HOW_TO_GET_IT, Look};
pub use page::{Browser, ConsoleLine, Scheme, keys};
pub use plain::{Answer, read as read_answer, read_head, send};
pub use speed::{Frames, Paints};
