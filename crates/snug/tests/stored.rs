//! The catch-up of chats of the store: who allows it decides (R13, R14), and the journal has every use and every refusal.
#![cfg(all(feature = "ai", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use std::collections::BTreeSet;

use common::{FLATSHARE, Person, Server, folder, run, text, two_in_a_chat};
use serde_json::{Value, json};

fn catch_up(person: &Person, words: &[&str]) -> Value {
    person
        .does(&[&["catchup", "flat", "--json"], words].concat())
        .json()
}

/// The refusal of a catch-up: exit code 1, on standard output.
fn refused(person: &Person) -> Value {
    let said = person.does(&["catchup", "flat", "--json"]);
    assert_eq!((said.code, said.err.as_str()), (Some(1), ""), "{said:?}");
    serde_json::from_str(&said.out).unwrap()
}

/// Outcomes and numbers of messages, the oldest first.
fn journal(person: &Person) -> Vec<(String, u64)> {
    let lines = person.does(&["journal", "--json"]).json();
    let lines = lines.as_array().unwrap().iter().rev();
    lines
        .map(|line| (text(&line["outcome"]), line["messages"].as_u64().unwrap()))
        .collect()
}

const PLANS: [&str; 4] = [
    "Priya, can you bring the big pan on Friday at 19:00?",
    "We decided: the party moves to Saturday the 28th",
    "The boiler man comes tomorrow at 10",
    "I like turtles",
];

#[test]
fn off_by_one_binds_the_other() {
    let place = folder("off");
    let server = Server::start(&place);
    let (priya, dex) = two_in_a_chat(&place, &server);
    for plan in PLANS {
        dex.well(&["chat", "send", "flat", plan]);
    }
    let answer = catch_up(&priya, &[]);
    let fields: BTreeSet<&str> = answer.as_object().unwrap().keys().map(String::as_str).collect();
    let names = [
        "engine",
        "place",
        "messages",
        "from",
        "to",
        "items",
        "left_out",
        "chat",
        "ceiling",
        "never_ai",
        "off_when_sent",
    ];
    assert_eq!(fields, BTreeSet::from(names));
    assert_eq!(
        (&answer["place"], &answer["ceiling"]),
        (&json!("on-device"), &json!("on-device"))
    );
    assert_eq!(answer["messages"], 4);
    let first = text(&answer["items"][0]["text"]);
    assert!(PLANS.contains(&first.as_str()), "{answer}");
    // What it cites can be read under the same number.
    let n = answer["items"][0]["cites"][0].to_string();
    let cited = priya
        .does(&["chat", "read", "flat", "--from", &n, "--keep-unread", "--json"])
        .json();
    assert_eq!(cited["messages"][0]["text"], first);

    dex.well(&["consent", "flat", "off"]);
    let no = json!({"chat": 1, "refused": {"ceiling": "off", "held_by": ["Dex"]}});
    assert_eq!(refused(&priya), no);
    let said = priya.does(&["catchup", "flat"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.out.contains("because Dex said so"), "{said:?}");
    assert!(PLANS.iter().all(|plan| !said.out.contains(plan)), "{said:?}");
    dex.well(&["chat", "send", "flat", "said while it was off, Priya?"]);

    dex.well(&["consent", "flat", "on-device"]);
    let answer = catch_up(&priya, &[]);
    assert_eq!(
        (&answer["messages"], &answer["off_when_sent"]),
        (&json!(4), &json!(1)),
        "raising does not reach back"
    );
    assert!(
        !answer["items"].to_string().contains("while it was off"),
        "{answer}"
    );
    let said = priya.does(&["catchup", "flat"]);
    assert!(said.out.contains("1 message was left out"), "{said:?}");

    let outcomes: Vec<String> = journal(&priya).into_iter().map(|(outcome, _)| outcome).collect();
    assert_eq!(
        outcomes,
        ["answered", "refused", "refused", "answered", "answered"]
    );
    let given: Vec<u64> = journal(&priya)
        .into_iter()
        .map(|(_, messages)| messages)
        .collect();
    assert!(given[0] >= 4 && given[1] == 0 && given[2] == 0, "{given:?}");
    let words = priya.well(&["journal"]);
    assert!(words.contains("Flat 4B") && words.contains("refused"), "{words}");
    assert_eq!(journal(&dex), [], "his own store has no use of AI");
}

#[test]
fn a_message_that_is_marked_is_left_out() {
    let place = folder("marked");
    let server = Server::start(&place);
    let (priya, dex) = two_in_a_chat(&place, &server);
    dex.well(&["chat", "send", "flat", PLANS[0], "--never-ai"]);
    dex.well(&["chat", "send", "flat", PLANS[1], "--drafted-with-ai"]);
    let answer = catch_up(&priya, &[]);
    assert_eq!((&answer["messages"], &answer["never_ai"]), (&json!(1), &json!(1)));
    assert!(!answer.to_string().contains("big pan"), "{answer}");
    let read = priya
        .does(&["chat", "read", "flat", "--json", "--keep-unread"])
        .json();
    let marked = |name: &str| -> Vec<Value> {
        let messages = read["messages"].as_array().unwrap().iter();
        let written = messages.filter(|message| !message["author"].is_null());
        written.map(|message| message[name].clone()).collect()
    };
    assert_eq!(marked("never_ai"), [json!(true), json!(false)]);
    assert_eq!(marked("drafted_with_ai"), [json!(false), json!(true)]);
    let shown = priya.well(&["chat", "read", "flat"]);
    assert!(
        shown.contains("(never AI)") && shown.contains("(drafted with AI)"),
        "{shown}"
    );
}

/// R7: nothing of it needs a network.
#[test]
fn it_works_without_a_server() {
    let place = folder("flight");
    let mut server = Server::start(&place);
    let (priya, dex) = two_in_a_chat(&place, &server);
    dex.well(&["chat", "send", "flat", PLANS[0]]);
    priya.well(&["sync"]);
    server.stop();
    assert_eq!(catch_up(&priya, &["--offline"])["messages"], 1);
    let said = priya.does(&["catchup", "flat"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(
        said.err.contains("not up to date") && said.out.contains(PLANS[0]),
        "{said:?}"
    );
    // His own device is bound by what he says at once, with or without a server.
    dex.does(&["consent", "flat", "off"]);
    assert_eq!(refused_offline(&dex)["refused"]["held_by"], json!(["Dex"]));
}

fn refused_offline(person: &Person) -> Value {
    let said = person.does(&["catchup", "flat", "--json", "--offline"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    serde_json::from_str(&said.out).unwrap()
}

#[test]
fn an_archive_gives_what_its_file_gives() {
    let place = folder("archive");
    let reader = Person::new(&place, "Priya");
    reader.well(&["import", FLATSHARE, "--title", "flat of old", "--me", "Priya"]);
    let kept = catch_up(&reader, &[]);
    let of_file = run(&["catchup", FLATSHARE, "--me", "Priya", "--json"]).json();
    for field in ["items", "messages", "from", "to", "left_out"] {
        assert_eq!(kept[field], of_file[field], "{field}");
    }
    assert_eq!(kept["messages"], 50);
    let last = catch_up(&reader, &["--last", "20", "--items", "3"]);
    assert_eq!(
        (&last["messages"], last["items"].as_array().unwrap().len()),
        (&json!(20), 3)
    );
    let since = catch_up(&reader, &["--since", "2026-03-13"]);
    assert!(text(&since["from"]).starts_with("2026-03-13"), "{since}");
    reader.well(&["chat", "read", "flat"]);
    assert_eq!(
        catch_up(&reader, &[])["messages"],
        0,
        "what was read is not caught up on"
    );
    assert!(reader.well(&["catchup", "flat"]).contains("Nothing new"));
    reader.does(&["catchup", "attic"]).refused(2);
    reader.does(&["catchup", "flat", "--chat", "x"]).refused(2);
    run(&["catchup", "flat", "--store", place.join("none").to_str().unwrap()]).refused(2);
}
