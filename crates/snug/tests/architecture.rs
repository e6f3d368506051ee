//! The shape of the house: which crate may know which. The table of ARCHITECTURE.md, checked against what Cargo says.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// Each crate of the workspace and the crates of the workspace that it may know. An edge outside is refused.
const MAY_KNOW: [(&str, &[&str]); 13] = [
    ("assistant", &[]),
    ("chat", &[]),
    ("delivery", &[]),
    ("import", &[]),
    ("models", &[]),
    ("worker", &["assistant"]),
    // llama.cpp; a program of its own.
    ("model", &["assistant", "worker"]),
    ("eval", &["assistant", "import"]),
    ("server", &["delivery"]),
    ("client", &["assistant", "chat", "delivery", "import", "worker"]),
    ("ui", &["assistant", "chat", "client", "import", "worker"]),
    // Tests and benchmarks of the parts together; nobody uses it.
    (
        "flows",
        &[
            "assistant",
            "chat",
            "client",
            "delivery",
            "import",
            "server",
            "ui",
            "worker",
        ],
    ),
    (
        "snug-messenger",
        &[
            "assistant",
            "chat",
            "client",
            "delivery",
            "eval",
            "import",
            "models",
            "server",
            "ui",
            "worker",
        ],
    ),
];

/// Where `unsafe` may be written.
const MAY_BE_UNSAFE: [&str; 2] = ["model", "worker"];

/// What no kernel crate may depend on, since it has no clock, socket, thread or randomness of its own.
const IMPURE: [&str; 9] = [
    "tokio",
    "mio",
    "rand",
    "getrandom",
    "socket2",
    "reqwest",
    "rayon",
    "notify",
    "tempfile",
];
const KERNEL: [&str; 3] = ["assistant", "delivery", "import"];

type Edges = BTreeMap<String, BTreeSet<String>>;

#[test]
fn no_crate_knows_more_than_the_table_allows() {
    assert_eq!(violations(&workspace_edges(), &table()), Vec::<String>::new());
}

#[test]
fn control_an_edge_outside_the_table_is_found() {
    let mut edges = workspace_edges();
    edges
        .entry("assistant".into())
        .or_default()
        .insert("worker".into());
    edges.insert("newcomer".into(), BTreeSet::new());
    assert_eq!(
        violations(&edges, &table()),
        ["assistant knows worker", "newcomer is not in the table"]
    );
}

#[test]
fn kernel_crates_pull_in_nothing_impure() {
    for name in KERNEL {
        let tree = cargo(&[
            "tree",
            "--package",
            name,
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ]);
        let crates: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
        assert!(crates.contains(name), "cargo tree answered nothing about {name}");
        let impure: Vec<_> = IMPURE.iter().filter(|impure| crates.contains(*impure)).collect();
        assert!(impure.is_empty(), "{name} pulls in {impure:?}");
    }
}

#[test]
fn without_ai_neither_assistant_nor_worker_is_compiled_in() {
    let names = |features: &[&str]| {
        let base = [
            "tree",
            "--package",
            "snug-messenger",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ];
        cargo(&[&base, features].concat())
    };
    let has = |tree: &str, name: &str| tree.lines().any(|line| line.split(' ').next() == Some(name));
    let without = names(&["--no-default-features"]);
    assert!(has(&without, "import"));
    for name in ["assistant", "worker", "eval", "models"] {
        assert!(!has(&without, name), "R3: {name} is compiled in without AI");
        assert!(has(&names(&[]), name), "control: {name} is compiled in with AI");
    }
}

#[test]
fn unsafe_is_written_only_where_it_may_be() {
    for (name, _) in MAY_KNOW {
        let folder = if name == "snug-messenger" { "snug" } else { name };
        let root = workspace().join("crates").join(folder).join("src");
        let head = ["lib.rs", "main.rs"]
            .into_iter()
            .find_map(|file| std::fs::read_to_string(root.join(file)).ok());
        let forbids = head.unwrap().contains("#![forbid(unsafe_code)]");
        assert_eq!(forbids, !MAY_BE_UNSAFE.contains(&name), "{name}");
    }
}

fn violations(edges: &Edges, table: &Edges) -> Vec<String> {
    let mut found = Vec::new();
    for (name, known) in edges {
        match table.get(name) {
            Some(allowed) => found.extend(
                known
                    .difference(allowed)
                    .map(|other| format!("{name} knows {other}")),
            ),
            None => found.push(format!("{name} is not in the table")),
        }
    }
    found
}

fn table() -> Edges {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    MAY_KNOW
        .into_iter()
        .map(|(name, known)| (name.to_owned(), owned(known)))
        .collect()
}

/// Every dependency between crates of the workspace, of any kind: normal, build, dev, optional.
fn workspace_edges() -> Edges {
    let metadata: Value =
        serde_json::from_str(&cargo(&["metadata", "--format-version", "1", "--no-deps"])).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    let names: BTreeSet<&str> = packages
        .iter()
        .map(|package| package["name"].as_str().unwrap())
        .collect();
    let known = |package: &Value| {
        let dependencies = package["dependencies"].as_array().unwrap().iter();
        let inside = dependencies.map(|dependency| dependency["name"].as_str().unwrap().to_owned());
        inside.filter(|name| names.contains(name.as_str())).collect()
    };
    packages
        .iter()
        .map(|package| (package["name"].as_str().unwrap().to_owned(), known(package)))
        .collect()
}

fn cargo(arguments: &[&str]) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(arguments)
        .args(["--locked", "--offline"])
        .current_dir(workspace())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
