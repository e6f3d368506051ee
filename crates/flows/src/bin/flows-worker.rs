//! The assistant's process, for tests that are no program of their own: they have a harness, and a worker needs a process with one
//! thread from its beginning.
#![forbid(unsafe_code)]

fn main() {
    worker::entry(std::env::args_os().skip(1), assistant::run);
}
