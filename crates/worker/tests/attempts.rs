//! Forbidden acts, made in real processes: each refused behind the wall, and succeeding without it (R8, A26).
#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod common;

use common::{as_nobody, honest, said};
use worker::Errno;
use worker::attempts::{self, Finding, Outcome};

fn names<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Vec<String> {
    outcomes
        .map(|o| format!("{}: {}, control: {}", o.attempt.id, o.confined, o.control))
        .collect()
}

#[test]
fn every_attempt_is_stopped_behind_the_wall_and_the_ordinary_ones_succeed_without() {
    let outcomes = attempts::run_all(&honest(), |_, _| {}).unwrap();
    assert_eq!(outcomes.len(), attempts::all().len());
    assert!(outcomes.len() >= 200);
    let through = names(outcomes.iter().filter(|outcome| !outcome.holds()));
    assert!(through.is_empty(), "the wall did not hold: {through:#?}");
    let unproved = names(outcomes.iter().filter(|o| o.attempt.ordinary && !o.is_proved()));
    assert!(
        unproved.is_empty(),
        "a control that must succeed failed: {unproved:#?}"
    );
    assert!(outcomes.iter().filter(|o| o.is_proved()).count() >= 100);
    // The filter hides whether descriptors are closed; with the filter open it shows.
    let leaked = outcomes
        .iter()
        .filter(|outcome| outcome.attempt.id.starts_with("leaked-"));
    let open = names(leaked.filter(|o| o.behind != Finding::NothingThere(Errno(libc::EBADF))));
    assert!(open.is_empty(), "descriptors were left open: {open:#?}");
}

#[test]
fn an_ordinary_person_gets_the_same_answers() {
    let Some(output) = as_nobody(&["attempts"]) else {
        return;
    };
    assert!(output.status.success(), "{}", said(&output));
}
