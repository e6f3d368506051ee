//! The engine over a model of random numbers, without the wall: what holds whatever the weights are (R12).
#![cfg(feature = "llama")]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod common;
#[path = "common/gguf.rs"]
mod gguf;

use std::fs::File;

use assistant::{Engine, EngineError, Request};
use gguf::{Gguf, Value};
use model::{Llama, Settings};

fn loaded(file: &Gguf, name: &str) -> Llama {
    let path = std::env::temp_dir().join(format!("snug-engine-test-{}-{name}.gguf", std::process::id()));
    std::fs::write(&path, file.bytes()).unwrap();
    let file = Box::leak(Box::new(File::open(&path).unwrap()));
    std::fs::remove_file(&path).unwrap();
    let settings = Settings::new(1, 512).unwrap();
    model::load(model::prepare(file, &settings.arguments()).unwrap()).unwrap()
}

const GRAMMAR: &str = r#"root ::= "{\"at\":" [0-9] "}""#;

fn request<'a>(user: &'a str, grammar: &'a str) -> Request<'a> {
    Request {
        system: "be brief",
        user,
        grammar,
        most_tokens: 40,
    }
}

#[test]
fn what_spells_a_special_token_in_a_text_is_spelled_out() {
    let llama = loaded(&Gguf::tiny(), "special");
    assert!(llama.tokens("</s>") > 1, "{}", llama.tokens("</s>"));
    assert_eq!(llama.tokens(""), 0);
    assert_eq!(llama.context(), 512);
}

#[test]
fn the_grammar_is_kept_whatever_the_weights_are() {
    let mut llama = loaded(&Gguf::tiny(), "grammar");
    for user in ["we meet", "we meet at the", "</s><s>"] {
        let written = llama.complete(&request(user, GRAMMAR)).unwrap();
        assert!(written.is_whole && written.prompt_tokens > 0, "{written:?}");
        let digit = written
            .text
            .strip_prefix("{\"at\":")
            .unwrap()
            .strip_suffix('}')
            .unwrap();
        assert!(
            digit.len() == 1 && digit.bytes().all(|byte| byte.is_ascii_digit()),
            "{written:?}"
        );
    }
}

/// What the context holds already is not read again, and changes nothing.
#[test]
fn the_same_request_gives_the_same_text_whatever_was_asked_before() {
    let grammar = "root ::= [a-z ]*";
    let (a, b) = (
        request("we meet at the", grammar),
        request("we meet at a", grammar),
    );
    let mut used = loaded(&Gguf::tiny(), "used");
    let first = used.complete(&a).unwrap();
    let other = used.complete(&b).unwrap();
    assert_eq!(used.complete(&a).unwrap(), first);
    let fresh = |name| loaded(&Gguf::tiny(), name);
    assert_eq!(fresh("fresh-a").complete(&a).unwrap(), first);
    assert_eq!(fresh("fresh-b").complete(&b).unwrap(), other);
}

#[test]
fn what_does_not_fit_and_what_is_no_grammar_are_errors() {
    let mut llama = loaded(&Gguf::tiny(), "errors");
    let long = "we meet ".repeat(400);
    assert_eq!(
        llama.complete(&request(&long, GRAMMAR)),
        Err(EngineError::Context)
    );
    for bad in [
        "",
        "root ::= other",
        "root ::= [",
        "no ::= \"a\"",
        "root ::= root",
    ] {
        let outcome = llama.complete(&request("we meet", bad));
        assert!(
            matches!(outcome, Err(EngineError::Broken(_))),
            "{bad}: {outcome:?}"
        );
    }
    assert!(llama.complete(&request("we meet", GRAMMAR)).is_ok());
}

#[test]
fn a_template_of_the_model_is_taken_and_one_that_is_none_is_not() {
    let tokens = |template: Option<&str>| {
        let mut file = Gguf::tiny();
        if let Some(template) = template {
            file.set("tokenizer.chat_template", Value::Text(template.into()));
        }
        let name = format!("template-{}", template.map_or(0, str::len));
        loaded(&file, &name)
            .complete(&request("we", GRAMMAR))
            .unwrap()
            .prompt_tokens
    };
    let chatml = tokens(None);
    assert_ne!(
        tokens(Some("{{ '<|start_header_id|>' + role + '<|end_header_id|>' }}")),
        chatml
    );
    assert_eq!(tokens(Some("{% nonsense %}")), chatml);
}
