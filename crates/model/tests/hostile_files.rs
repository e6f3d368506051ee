//! Broken and malicious models: the worker may die, the parent says so, and nothing else happens (R9, A26).
#![cfg(feature = "llama")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stderr,
    clippy::indexing_slicing
)]

mod common;
#[path = "common/gguf.rs"]
mod gguf;

use std::path::PathBuf;
use std::time::Duration;

use common::{ask, engine, task};
use gguf::{Dice, Gguf, Value};
use worker::{Cancel, Limits, WorkerError};

/// A file that is there for one test.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str, bytes: &[u8]) -> Self {
        let path = std::env::temp_dir().join(format!("snug-model-test-{}-{name}.gguf", std::process::id()));
        std::fs::write(&path, bytes).unwrap();
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// What came of a model. The file is as it was, and no process of ours is left.
fn outcome(name: &str, bytes: &[u8]) -> Result<(), WorkerError> {
    let file = Scratch::new(name, bytes);
    let limits = Limits {
        deadline: Duration::from_secs(20),
    };
    let asked = worker::answer(
        &engine(&file.0, 1),
        &task(&["we", "meet at 8"]),
        &limits,
        &Cancel::new(),
    );
    assert!(
        std::fs::read(&file.0).unwrap() == bytes,
        "{name}: the file was changed"
    );
    asked.map(|_| ())
}

/// Whether the parent says what it should: that the model is bad, or that it crashed.
fn is_said(outcome: &Result<(), WorkerError>) -> bool {
    let said = |error: &WorkerError| error.to_string().contains("snug model verify");
    match outcome {
        Err(error @ (WorkerError::BadModel | WorkerError::ModelCrashed(_))) => said(error),
        _ => false,
    }
}

fn refused(cases: &[(&'static str, Vec<u8>)]) {
    let unsaid: Vec<_> = cases
        .iter()
        .map(|(name, bytes)| (*name, outcome(name, bytes)))
        .inspect(|(name, outcome)| eprintln!("{name}: {outcome:?}"))
        .filter(|(_, outcome)| !is_said(outcome))
        .collect();
    assert!(unsaid.is_empty(), "{unsaid:#?}");
}

fn with(change: impl FnOnce(&mut Gguf)) -> Vec<u8> {
    let mut file = Gguf::tiny();
    change(&mut file);
    file.bytes()
}

fn saying(key: &str, value: Value) -> Vec<u8> {
    with(|file| file.set(key, value))
}

const HUGE: u64 = 1 << 63;

#[test]
fn control_the_model_that_the_bad_ones_are_made_of_is_good() {
    outcome("good", &Gguf::tiny().bytes()).unwrap();
}

#[test]
fn a_head_that_is_none() {
    refused(&[
        ("empty", Vec::new()),
        ("magic", with(|file| file.magic = *b"GGML")),
        ("a-program", std::fs::read("/proc/self/exe").unwrap()),
        ("version-0", with(|file| file.version = 0)),
        ("version-1", with(|file| file.version = 1)),
        ("version-99", with(|file| file.version = 99)),
        (
            "version-other-order",
            with(|file| file.version = 3_u32.swap_bytes()),
        ),
        ("tensors-2-63", with(|file| file.says_tensors = Some(HUGE))),
        ("tensors-all", with(|file| file.says_tensors = Some(u64::MAX))),
        ("tensors-many", with(|file| file.says_tensors = Some(1 << 40))),
        ("values-2-63", with(|file| file.says_values = Some(HUGE))),
        ("values-all", with(|file| file.says_values = Some(u64::MAX))),
        (
            "values-one-more",
            with(|file| file.says_values = Some(file.values.len() as u64 + 1)),
        ),
    ]);
}

/// A list in the head that says it is so long, of such a kind.
fn list(kind: u32, length: u64) -> Value {
    let mut bytes = kind.to_le_bytes().to_vec();
    bytes.extend(length.to_le_bytes());
    Value::Raw(9, bytes)
}

#[test]
fn lengths_that_cannot_be() {
    let text = |length: u64| Value::Raw(8, length.to_le_bytes().to_vec());
    refused(&[
        ("text-2-63", saying("general.name", text(HUGE))),
        ("text-all", saying("general.name", text(u64::MAX))),
        ("text-32-bits", saying("general.name", text(1 << 32))),
        ("list-2-63", saying("general.tags", list(8, HUGE))),
        ("list-of-bytes-2-63", saying("general.tags", list(0, HUGE))),
        ("list-of-longs-2-61", saying("general.tags", list(10, 1 << 61))),
        ("list-of-lists", saying("general.tags", list(9, 4))),
        ("list-of-nothing-known", saying("general.tags", list(77, 4))),
        (
            "a-kind-that-is-none",
            saying("general.name", Value::Raw(1234, vec![0; 64])),
        ),
        (
            "a-vocabulary-of-2-40",
            saying("tokenizer.ggml.tokens", list(8, 1 << 40)),
        ),
        (
            "a-key-twice",
            with(|file| file.values.push(file.values[1].clone())),
        ),
    ]);
}

#[test]
fn tensors_that_cannot_be() {
    let changed = |change: fn(&mut gguf::Tensor)| with(|file| change(file.tensor("blk.0.ffn_up.weight")));
    refused(&[
        ("past-the-end", changed(|tensor| tensor.offset = Some(1 << 62))),
        (
            "just-past-the-end",
            with(|file| {
                let end = file.bytes().len() as u64;
                file.tensor("output.weight").offset = Some(end.next_multiple_of(32));
            }),
        ),
        ("minus-one", changed(|tensor| tensor.offset = Some(u64::MAX - 31))),
        ("not-aligned", changed(|tensor| tensor.offset = Some(1))),
        (
            "many-dimensions",
            changed(|tensor| tensor.dimensions = vec![1; 1000]),
        ),
        (
            "dimensions-that-overflow",
            changed(|tensor| tensor.dimensions = vec![1 << 62, 1 << 62]),
        ),
        (
            "dimensions-that-wrap-to-nothing",
            changed(|tensor| tensor.dimensions = vec![1 << 32, 1 << 32]),
        ),
        (
            "dimensions-below-zero",
            changed(|tensor| tensor.dimensions = vec![u64::MAX, 1]),
        ),
        (
            "a-dimension-of-nothing",
            changed(|tensor| tensor.dimensions = vec![0, 64]),
        ),
        (
            "larger-than-memory",
            changed(|tensor| tensor.dimensions = vec![32, 1 << 40]),
        ),
        (
            "another-shape",
            changed(|tensor| tensor.dimensions = vec![64, 32]),
        ),
        ("a-kind-that-is-none", changed(|tensor| tensor.kind = 9999)),
        ("a-kind-that-was", changed(|tensor| tensor.kind = 4)),
        ("another-kind", changed(|tensor| tensor.kind = 12)),
        ("a-long-name", changed(|tensor| tensor.name = "n".repeat(100_000))),
        (
            "a-name-twice",
            with(|file| file.tensors.push(file.tensors[3].clone())),
        ),
        ("one-too-few", with(|file| drop(file.tensors.remove(3)))),
    ]);
}

#[test]
fn alignments_that_cannot_be() {
    refused(&[
        ("none", saying("general.alignment", Value::U32(0))),
        ("three", saying("general.alignment", Value::U32(3))),
        ("huge", saying("general.alignment", Value::U32(1 << 31))),
        ("text", saying("general.alignment", Value::Text(b"32".to_vec()))),
    ]);
}

#[test]
fn shapes_of_a_model_that_cannot_be() {
    let number = |key: &str, value| saying(key, Value::U32(value));
    refused(&[
        (
            "another-model",
            saying("general.architecture", Value::Text(b"snug".to_vec())),
        ),
        ("no-model", with(|file| file.remove("general.architecture"))),
        ("no-layers-said", with(|file| file.remove("llama.block_count"))),
        ("layers-31-bits", number("llama.block_count", i32::MAX as u32)),
        ("layers-32-bits", number("llama.block_count", u32::MAX)),
        ("layers-that-are-not-there", number("llama.block_count", 2)),
        ("width-31-bits", number("llama.embedding_length", 1 << 31)),
        ("no-width", number("llama.embedding_length", 0)),
        ("no-heads", number("llama.attention.head_count", 0)),
        ("too-many-heads", number("llama.attention.head_count", 1 << 20)),
        ("no-heads-for-keys", number("llama.attention.head_count_kv", 0)),
        (
            "heads-for-keys-32-bits",
            number("llama.attention.head_count_kv", u32::MAX),
        ),
        ("turn-32-bits", number("llama.rope.dimension_count", u32::MAX)),
        ("inner-32-bits", number("llama.feed_forward_length", u32::MAX)),
        ("keys-32-bits", number("llama.attention.key_length", u32::MAX)),
        (
            "a-number-that-is-text",
            saying("llama.block_count", Value::Text(b"1".to_vec())),
        ),
    ]);
}

#[test]
fn vocabularies_that_cannot_be() {
    let few = vec![b"a".to_vec(); 3];
    let many = vec![b"a".to_vec(); 2_000_000];
    refused(&[
        ("few", saying("tokenizer.ggml.tokens", Value::Texts(few))),
        ("many", saying("tokenizer.ggml.tokens", Value::Texts(many))),
        ("none", with(|file| file.remove("tokenizer.ggml.tokens"))),
        (
            "another",
            saying("tokenizer.ggml.model", Value::Text(b"snug".to_vec())),
        ),
        (
            "numbers-for-words",
            saying("tokenizer.ggml.tokens", Value::Ints(vec![1; 300])),
        ),
    ]);
}

/// Odd, and llama.cpp makes something of it or not: an answer or an error that is said, within the wall.
#[test]
fn odd_models_answer_or_are_refused() {
    let cases = [
        (
            "a-start-beyond",
            saying("tokenizer.ggml.bos_token_id", Value::U32(u32::MAX)),
        ),
        (
            "an-end-beyond",
            saying("tokenizer.ggml.eos_token_id", Value::U32(1 << 30)),
        ),
        (
            "few-scores",
            saying("tokenizer.ggml.scores", Value::Floats(vec![0.0; 2])),
        ),
        (
            "few-kinds",
            saying("tokenizer.ggml.token_type", Value::Ints(vec![1; 2])),
        ),
        (
            "kinds-that-are-none",
            saying("tokenizer.ggml.token_type", Value::Ints(vec![-7; 400])),
        ),
        ("no-scores", with(|file| file.remove("tokenizer.ggml.scores"))),
        (
            "long-context",
            saying("llama.context_length", Value::U32(u32::MAX)),
        ),
        ("no-context", saying("llama.context_length", Value::U32(0))),
        ("no-turn", saying("llama.rope.dimension_count", Value::U32(0))),
        (
            "a-template-of-braces",
            saying("tokenizer.chat_template", Value::Text(b"{%".repeat(500_000))),
        ),
        (
            "a-template-in-no-script",
            saying("tokenizer.chat_template", Value::Text(vec![0xff; 4096])),
        ),
        (
            "a-word-of-a-megabyte",
            with(|file| {
                let Some((_, Value::Texts(words))) = file
                    .values
                    .iter_mut()
                    .find(|(key, _)| key == b"tokenizer.ggml.tokens")
                else {
                    panic!("no words");
                };
                words[300] = vec![b'a'; 1 << 20];
            }),
        ),
        (
            "words-in-no-script",
            with(|file| {
                let Some((_, Value::Texts(words))) = file
                    .values
                    .iter_mut()
                    .find(|(key, _)| key == b"tokenizer.ggml.tokens")
                else {
                    panic!("no words");
                };
                words
                    .iter_mut()
                    .skip(3)
                    .for_each(|word| *word = b"\xff\xfe\0".to_vec());
            }),
        ),
        (
            "weights-that-are-no-numbers",
            with(|file| {
                let data = &mut file.tensor("output.weight").data;
                data.iter_mut().for_each(|byte| *byte = 0xff);
            }),
        ),
        (
            "merges-of-nothing",
            with(|file| {
                file.set("tokenizer.ggml.model", Value::Text(b"gpt2".to_vec()));
                file.set("tokenizer.ggml.merges", Value::Texts(vec![Vec::new(); 10]));
            }),
        ),
        (
            "two-tensors-in-one-place",
            with(|file| file.tensor("blk.0.ffn_up.weight").offset = Some(0)),
        ),
    ];
    for (name, bytes) in cases {
        let outcome = outcome(name, &bytes);
        eprintln!("{name}: {outcome:?}");
        assert!(is_contained(&outcome), "{name}: {outcome:?}");
    }
}

/// An answer, or an error that says that the model, its engine, the kernel or the time ended it.
fn is_contained(outcome: &Result<(), WorkerError>) -> bool {
    match outcome {
        Ok(()) | Err(WorkerError::Forbidden | WorkerError::TimedOut(_)) => true,
        Err(error @ WorkerError::GaveUp(_)) => error.to_string().contains("the model's engine failed"),
        outcome => is_said(outcome),
    }
}

#[test]
fn cut_off_anywhere() {
    let file = Gguf::tiny();
    let (head, whole) = (file.head().len(), file.bytes());
    let early = (0..64).chain((64..head).step_by(head / 60));
    let late = (head..whole.len())
        .step_by(whole.len() / 20)
        .chain([whole.len() - 33]);
    for length in early.chain(late) {
        let outcome = outcome("cut", &whole[..length]);
        assert!(is_said(&outcome), "{length} bytes: {outcome:?}");
    }
}

#[test]
fn any_byte_of_the_head_changed() {
    let file = Gguf::tiny();
    let (head, whole) = (file.head().len() as u64, file.bytes());
    let mut dice = Dice(11);
    let mut answers = 0;
    for round in 0..150 {
        let mut bytes = whole.clone();
        for _ in 0..=dice.roll() % 3 {
            let at = usize::try_from(dice.roll() % head).unwrap();
            bytes[at] = u8::try_from(dice.roll() & 255).unwrap();
        }
        let outcome = outcome("changed", &bytes);
        answers += usize::from(outcome.is_ok());
        assert!(is_contained(&outcome), "round {round}: {outcome:?}");
    }
    // Most of the head is words of the vocabulary, which may be any.
    assert!(answers > 0, "nothing was tried: not one answered");
}

#[test]
fn control_a_good_model_answers_after_all_that() {
    let file = Scratch::new("after", &Gguf::tiny().bytes());
    let (answer, report) = ask(&engine(&file.0, 1), &task(&["we", "meet at 8"])).unwrap();
    assert!(report.layers.wall_stands() && answer.items().len() <= 1);
}
