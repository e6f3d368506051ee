//! R35, A26: what the grammars let through is what the parser reads, and the other way round for honest answers. Read
//! by a second reader of GBNF.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

mod common;

use std::sync::LazyLock;

use assistant::{Draft, How, ModelError, What, Wrote, run_model};
use common::gbnf::{Grammar, choices, choose};
use common::{Scripted, chat, items, long_chat, task};
use proptest::prelude::*;

/// The grammar of a task's first prompt.
fn grammar(what: What, messages: usize) -> String {
    let mut engine = Scripted::saying("");
    let _ = run_model(&task(what, long_chat(messages)), &mut engine);
    engine.seen[0].grammar.clone()
}

fn rewrite() -> What {
    What::Rewrite {
        draft: "x".into(),
        how: How::Kinder,
    }
}

fn question() -> What {
    What::Answer { question: "x".into() }
}

#[test]
fn honest_answers_pass() {
    let summary = Grammar::read(&grammar(What::Summary { lines: 2 }, 12));
    let line = |n: u32| (format!("line \"{n}\" \\ é 🎉"), vec![n]);
    assert!(summary.accepts(&items(&[line(1)])));
    assert!(summary.accepts(&items(&[line(9), line(12)])));
    assert!(summary.accepts(&items(&[("x".into(), vec![1, 2, 3, 12])])));
    assert!(Grammar::read(&grammar(question(), 12)).accepts("{\"items\":[]}"));
    let rewritten = Grammar::read(&grammar(rewrite(), 1));
    assert!(rewritten.accepts("{\"text\":\"two\\nlines, \\\"quoted\\\"\"}"));
}

#[test]
fn what_is_not_wanted_does_not() {
    let summary = Grammar::read(&grammar(What::Summary { lines: 2 }, 12));
    let line = |text: &str, cites: &[u32]| (text.to_owned(), cites.to_vec());
    let one = line("x", &[1]);
    for refused in [
        items(&[]),
        items(&[one.clone(), one.clone(), one.clone()]),
        items(&[line("x", &[])]),
        items(&[line("x", &[13])]),
        items(&[line("x", &[0])]),
        items(&[line("x", &[1, 2, 3, 4, 5])]),
        items(&[line("", &[1])]),
        items(&[line(&"x".repeat(321), &[1])]),
        items(&[line("a\u{202e}b", &[1])]),
        items(&[line("a\u{200b}b", &[1])]),
        items(&[line("a\u{e0041}b", &[1])]),
        "{\"items\":[{\"text\":\"a\nb\",\"cites\":[1]}]}".into(),
        "{\"items\":[{\"text\":\"a\\nb\",\"cites\":[1]}]}".into(),
        "{\"items\":[{\"text\":\"a\\u0041\",\"cites\":[1]}]}".into(),
        "{\"text\":\"x\"}".into(),
        format!("{} ", items(std::slice::from_ref(&one))),
        String::new(),
    ] {
        assert!(!summary.accepts(&refused), "{refused}");
    }
    assert!(summary.accepts(&items(&[one])), "control");
    let rewritten = Grammar::read(&grammar(rewrite(), 1));
    assert!(!rewritten.accepts("{\"text\":\"\"}") && !rewritten.accepts(&items(&[])));
}

#[test]
fn the_numbers_are_those_of_the_window() {
    let mut transcript = chat(&[(0, "a"), (0, "b"), (0, "c"), (0, "d")]);
    for (message, n) in transcript.messages.iter_mut().zip([7, 70, 71, 12_345]) {
        message.n = n;
    }
    let mut engine = Scripted::saying("");
    let _ = run_model(&task(What::Summary { lines: 1 }, transcript), &mut engine);
    let grammar = Grammar::read(&engine.seen[0].grammar);
    let accepted = (0..20_000).filter(|n| grammar.accepts(&items(&[("x".into(), vec![*n])])));
    assert_eq!(accepted.collect::<Vec<_>>(), [7, 70, 71, 12_345]);
}

#[test]
fn grammars_stay_small() {
    assert!(grammar(What::Summary { lines: 64 }, 400).len() < 1500);
    assert!(grammar(rewrite(), 1).len() < 400);
}

static SUMMARY: LazyLock<Grammar> = LazyLock::new(|| Grammar::read(&grammar(What::Summary { lines: 5 }, 30)));
static REWRITE: LazyLock<Grammar> = LazyLock::new(|| Grammar::read(&grammar(rewrite(), 1)));

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a model writes within its grammar, every line of it is read.
    #[test]
    fn what_the_grammar_lets_through_is_read(choices in choices()) {
        let output = SUMMARY.write(&mut choose(&choices));
        prop_assert!(SUMMARY.accepts(&output), "{}", output);
        let draft = run_model(&task(What::Summary { lines: 5 }, long_chat(30)), &mut Scripted::saying(&output));
        let Ok(Draft::Model(draft)) = draft else { panic!("{output} is read") };
        let Wrote::Lines(lines) = draft.wrote else { panic!("lines were asked for") };
        prop_assert_eq!(lines.len(), output.matches("\"cites\":[").count());
        prop_assert_eq!(draft.dropped.total(), 0);

        let output = REWRITE.write(&mut choose(&choices));
        prop_assert!(REWRITE.accepts(&output), "{}", output);
        let draft = run_model(&task(rewrite(), long_chat(1)), &mut Scripted::saying(&output));
        prop_assert!(draft.is_ok(), "{}", output);
    }

    /// An engine that does not keep to its grammar is read as strictly.
    #[test]
    fn what_is_read_is_what_was_written(text in "[a-z \"\\\\é🎉]{1,40}", n in 1_u32..30) {
        let output = items(&[(text.clone(), vec![n])]);
        prop_assert!(SUMMARY.accepts(&output));
        let Ok(Draft::Model(draft)) = run_model(&task(What::Summary { lines: 5 }, long_chat(30)), &mut Scripted::saying(&output)) else {
            panic!("{output} is read")
        };
        prop_assert_eq!(draft.wrote, Wrote::Lines(vec![assistant::Line { text, cites: vec![n] }]));
        let torn = output.replacen("\"cites\"", "\"sites\"", 1);
        prop_assert!(!SUMMARY.accepts(&torn));
        prop_assert_eq!(
            run_model(&task(What::Summary { lines: 5 }, long_chat(30)), &mut Scripted::saying(&torn)),
            Err(ModelError::Unreadable)
        );
    }
}
