//! `snug sandbox` and `snug doctor` on the system that runs the tests (R8). Each attempt has its control: the same
//! made without the sandbox.
#![cfg(all(feature = "ai", target_os = "linux"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use std::collections::BTreeMap;

use common::run;
use serde_json::Value;

/// Fewer would mean that attempts were lost.
const ATTEMPTS: usize = 200;
/// Attempts that get through here without the sandbox: the others prove nothing.
const PROVED: usize = 40;

/// Stopped and proved attempts of each group.
fn by_group(attempts: &[Value]) -> BTreeMap<&str, (usize, usize)> {
    let mut groups = BTreeMap::new();
    for attempt in attempts {
        let (stopped, proved): &mut (usize, usize) =
            groups.entry(attempt["group"].as_str().unwrap()).or_default();
        *stopped += usize::from(attempt["stopped"] == true);
        *proved += usize::from(attempt["proved"] == true);
    }
    groups
}

#[test]
fn every_attempt_is_stopped_and_most_get_through_without_the_sandbox() {
    let report = run(&["sandbox", "--json"]).json();
    let attempts = report["attempts"].as_array().unwrap();
    assert!(attempts.len() >= ATTEMPTS, "{} attempts", attempts.len());
    assert_eq!(report["tried"], attempts.len());
    let failed: Vec<_> = attempts
        .iter()
        .filter(|attempt| attempt["stopped"] != true)
        .collect();
    assert!(failed.is_empty(), "{failed:?}");
    assert_eq!(report["stopped"], report["tried"]);
    let groups = by_group(attempts);
    let (stopped, proved) = groups
        .values()
        .fold((0, 0), |sum, group| (sum.0 + group.0, sum.1 + group.1));
    assert_eq!(report["stopped"], stopped);
    assert_eq!(report["proved"], proved);
    assert!(proved >= PROVED, "{proved} proved");
    for (group, (stopped, proved)) in &groups {
        assert!(*stopped > 0 && *proved > 0, "{group} proves nothing: {groups:?}");
    }
    for name in ["network", "files"] {
        assert!(groups.contains_key(name), "{groups:?}");
    }
}

#[test]
fn the_verdict_for_people_comes_last() {
    let said = run(&["sandbox"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
    let (before, last) = said.out.rsplit_once(" attempts stopped\n").unwrap();
    let verdict = before.lines().next_back().unwrap();
    let last = last.replace('\n', " ");
    let (stopped, tried) = verdict.split_once(" of ").unwrap_or_else(|| panic!("{verdict}"));
    assert_eq!(stopped, tried);
    assert!(tried.parse::<usize>().unwrap() >= ATTEMPTS, "{verdict}");
    let proved = last.split(' ').next().unwrap().parse::<usize>().unwrap();
    assert!(proved >= PROVED, "{last}");
    assert!(last.contains("get through without the sandbox"), "{last}");
    assert_eq!(said.out.matches('✓').count().to_string(), tried);
    assert!(!said.out.contains('✗'), "{said:?}");
}

#[test]
fn the_wall_stands_here() {
    let report = run(&["doctor", "--json"]).json();
    assert_eq!(report["ai"], true);
    assert_eq!(report["version"], env!("CARGO_PKG_VERSION"));
    let layers = report["layers"].as_array().unwrap();
    let wall: Vec<_> = layers.iter().filter(|layer| layer["wall"] == true).collect();
    assert!(wall.iter().all(|layer| layer["active"] == true), "{wall:?}");
    assert!(
        wall.iter().any(|layer| layer["name"] == "system-call filter"),
        "{wall:?}"
    );
    for layer in layers {
        assert_eq!(layer["error"].is_null(), layer["active"] == true, "{layer}");
        assert_eq!(layer["hint"].is_null(), layer["active"] == true, "{layer}");
    }
}

#[test]
fn the_doctor_says_so_to_people() {
    let said = run(&["doctor"]);
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
    assert!(said.out.contains("The wall stands"), "{said:?}");
    assert!(said.out.contains("✓ system-call filter"), "{said:?}");
}
