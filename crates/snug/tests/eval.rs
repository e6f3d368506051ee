//! `snug eval`, run as a person would: the figures are there, and a set that is not there is said to be missing.
#![cfg(feature = "ai")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use std::collections::BTreeMap;

use common::{file, run};
use serde_json::{Value, json};

const GROUPS: [&str; 5] = ["eval", "--set", "groups", "--data", "sets/groups/dev"];

fn groups(more: &[&str]) -> Value {
    run(&[&GROUPS[..], more, &["--json"]].concat()).json()
}

fn dialogues(path: &str, more: &[&str]) -> Value {
    run(&[&["eval", "--set", "dialogues", "--data", path], more, &["--json"]].concat()).json()
}

fn percent(value: &Value) -> f64 {
    let percent = value.as_f64().unwrap();
    assert!((0.0..=100.0).contains(&percent), "{percent}");
    percent
}

#[test]
fn figures_of_group_chats() {
    let figures = groups(&["--limit", "3"]);
    assert_eq!(figures["engine"], "key-messages");
    assert_eq!(figures["chats"], 3);
    assert!(percent(&figures["coverage"]) > 0.0, "{figures}");
    let lines = figures["lines"].as_u64().unwrap();
    assert!((1..=24).contains(&lines), "{figures}");
    assert!(figures["misleading"].as_u64().unwrap() <= lines, "{figures}");
    assert_eq!(figures["injected"], 0);
    assert!(
        groups(&["--limit", "3", "--items", "2"])["lines"]
            .as_u64()
            .unwrap()
            <= 6
    );
}

#[test]
fn baselines_stand_beside_the_engine() {
    let figures = groups(&["--compare"]);
    let ours = percent(&figures["coverage"]);
    let theirs: BTreeMap<_, _> = figures["baselines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|baseline| (baseline[0].as_str().unwrap(), percent(&baseline[1]["coverage"])))
        .collect();
    let names: Vec<_> = theirs.keys().copied().collect();
    assert_eq!(
        names,
        ["lead", "lexrank", "longest", "random", "tail", "textrank"]
    );
    for simple in ["lead", "tail", "random"] {
        assert!(ours > theirs[simple], "{simple}: {ours} and {theirs:?}");
    }
    let comparisons = figures["against_best"].as_array().unwrap();
    let coverage = comparisons
        .iter()
        .find(|comparison| comparison["figure"] == "coverage")
        .unwrap();
    let best = theirs.values().copied().fold(0.0, f64::max);
    assert!(
        (theirs[coverage["baseline"].as_str().unwrap()] - best).abs() < 1e-9,
        "{coverage}"
    );
    let alone = groups(&["--engine", "tail"]);
    assert_eq!(alone["engine"], "tail");
    assert!(
        (percent(&alone["coverage"]) - theirs["tail"]).abs() < 1e-9,
        "{alone}"
    );
}

#[test]
fn figures_for_people() {
    let said = run(&[&GROUPS[..], &["--limit", "2"]].concat());
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert!(said.out.lines().next().unwrap().starts_with('|'), "{said:?}");
    assert!(said.out.contains("key-messages"), "{said:?}");
}

fn dialogue(id: &str, turns: &[(&str, &str)], summary: &str) -> String {
    let turns: Vec<_> = turns
        .iter()
        .map(|(speaker, text)| json!({"speaker": speaker, "text": text}))
        .collect();
    format!(
        "{}\n",
        json!({"id": id, "turns": turns, "summaries": [summary], "topics": ["x"]})
    )
}

fn invented(name: &str, summaries: [&str; 2]) -> String {
    let picnic = [
        ("Ada", "Is the picnic still on for Saturday?"),
        (
            "Ben",
            "No, we moved the picnic to Sunday at noon because of the rain.",
        ),
        ("Ada", "Fine, I will bring lemonade."),
    ];
    let bicycle = [
        ("Cy", "My bicycle has been stolen from the station."),
        ("Dot", "Report it to the police before Friday."),
    ];
    let set = dialogue("a", &picnic, summaries[0]) + &dialogue("b", &bicycle, summaries[1]);
    file(name, set)
}

#[test]
fn figures_of_dialogues() {
    let near = invented(
        "near.jsonl",
        [
            "Ben moved the picnic to Sunday at noon because of the rain.",
            "A bicycle has been stolen from the station. Report it to the police before Friday.",
        ],
    );
    let far = invented("far.jsonl", ["Zebras graze quietly.", "Volcanoes erupt."]);
    let figures = dialogues(&near, &[]);
    assert_eq!(figures["n"], 2);
    assert_eq!(dialogues(&near, &["--limit", "1"])["n"], 1);
    let far = dialogues(&far, &[]);
    for measure in ["rouge1", "rouge2", "rougeL"] {
        assert!(percent(&figures[measure]) > 30.0, "{measure}: {figures}");
        assert!(percent(&far[measure]) < 1.0, "{measure}: {far}");
    }
}

#[test]
fn a_missing_set_is_said_to_be_missing() {
    for set in ["dialogues", "groups"] {
        let said = run(&["eval", "--set", set, "--data", "there/is/no/such/set", "--json"]);
        assert!(said.refused(4).err.contains("--data"), "{said:?}");
    }
}

#[test]
fn a_damaged_set_is_refused() {
    let path = file("damaged.jsonl", "{\"id\": \"a\", \"turns\": 3}\n");
    run(&["eval", "--set", "dialogues", "--data", &path, "--json"]).refused(2);
    run(&["eval", "--set", "poems"]).refused(2);
    run(&["eval"]).refused(2);
}

/// The set that Snug may not ship, where somebody has put it beside the repository.
#[test]
fn figures_of_the_dialogues_that_are_not_shipped() {
    let path = common::root().join("../shared/dialogues/dialogsum-dev.jsonl");
    if !path.is_file() {
        eprintln!("skipped: the dialogues are not there");
        return;
    }
    let figures = dialogues(path.to_str().unwrap(), &["--limit", "20"]);
    assert_eq!(figures["n"], 20);
    let (one, two) = (percent(&figures["rouge1"]), percent(&figures["rouge2"]));
    assert!(one > two && two > 0.0, "{figures}");
    assert!((10.0..70.0).contains(&one), "{figures}");
}
