//! Forbidden acts, made in real processes: each refused behind the wall, and succeeding without it (R8, A26).
#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod common;

use common::{as_nobody, honest, said};
use worker::Errno;
use worker::attempts::{self, Finding, Outcome};

fn names<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Vec<String> {
    outcomes
        .map(|o| {
            let Outcome { confined, with_model, with_model_in_a_thread, control, .. } = o;
            let id = o.attempt.id;
            format!("{id}: {confined}, with a model: {with_model}, in a thread: {with_model_in_a_thread}, control: {control}")
        })
        .collect()
}

#[test]
fn every_attempt_is_stopped_behind_the_wall_and_the_ordinary_ones_succeed_without() {
    let outcomes = attempts::run_all(&honest(), |_, _| {}).unwrap();
    assert_eq!(outcomes.len(), attempts::all().len());
    assert!(outcomes.len() >= 220);
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
    // The wider wall lets no act through that the narrower ends: what it answers with an error, it answers to nobody else.
    let answered = outcomes
        .iter()
        .filter(|o| o.with_model != o.confined || o.with_model_in_a_thread != o.confined);
    let answered: Vec<_> = answered.map(|o| o.attempt.id).collect();
    assert_eq!(answered, ["how-busy", "model-stat-elsewhere"]);
}

#[test]
fn an_ordinary_person_gets_the_same_answers() {
    let Some(output) = as_nobody(&["attempts"]) else {
        return;
    };
    assert!(output.status.success(), "{}", said(&output));
}
