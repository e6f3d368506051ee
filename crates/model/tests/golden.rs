//! A real model through the whole wall: loaded from the descriptor, tokenised, sampled, and its text is the published one
//! (R7, R9).
#![cfg(feature = "llama")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing
)]

mod common;

use common::{ask, engine, stories, task};

/// What this model writes after nothing, greedily: published with it, in `doc/stories260K.md` of llama2.c, by an
/// implementation that has nothing in common with llama.cpp.
const PUBLISHED: &str = "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, \
    she saw a big, red ball. She wanted to play with it, but it was too high.\n\
    Lily's mom said, \"Lily, let's go to the park.\" Lily was sad and didn't know what to do. She said, \"I want to play \
    with your ball, but I can't find it.\"\n\
    Lily was sad and didn't know what to do. She said, \"I'm sorry, Lily. I didn't know what to do.\"\n\
    Lily didn't want to help her mom, so she said, \"I'm sorry, mom. I didn't know what to do.\" Her mom said, \"Don't \
    worry, Lily. We can help you.";

fn written(prompt: &str, expected: &str, threads: u16) -> Option<String> {
    let (answer, report) = ask(&engine(&stories()?, threads), &task(&[prompt, expected])).unwrap();
    assert!(report.layers.wall_stands());
    Some(answer.items()[0].text.clone())
}

#[test]
fn it_writes_what_was_published() {
    let expected = format!(" {PUBLISHED}");
    let Some(text) = written("", &expected, 1) else {
        return;
    };
    assert_eq!(text, expected);
}

/// Short: threads wait for each other without sleeping, which takes long on a busy machine.
#[test]
fn it_writes_the_same_with_two_threads() {
    let expected = " Once upon a time, ";
    let Some(text) = written("", expected, 2) else {
        return;
    };
    assert_eq!(text, expected);
}

#[test]
fn it_goes_on_from_a_beginning() {
    let (beginning, rest) = PUBLISHED.split_at("Once upon a time".len());
    let Some(text) = written(beginning, rest, 1) else {
        return;
    };
    assert_eq!(text, rest);
}

#[test]
fn control_another_text_is_not_written() {
    let Some(text) = written("", " Once upon a time, there was a big dragon.", 1) else {
        return;
    };
    assert_eq!(text, " Once upon a time, there was a ");
}
