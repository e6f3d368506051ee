//! What the program says of itself.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use common::{run, run_unread};

/// Each command and what its help has to name.
const COMMANDS: &[(&str, &[&str])] = &[
    (
        "import",
        &[
            "--dry-run",
            "--rows",
            "--title",
            "--me",
            "--chat",
            "--date-order",
            "--json",
            "--store",
        ],
    ),
    ("completions", &["<SHELL>", "bash", "zsh", "fish"]),
    (
        "open",
        &[
            "--store",
            "--offline",
            "--authority",
            "--language",
            "--lock-after",
            "--browser",
            "--print",
            "ssh -L",
        ],
    ),
    ("account", &["create", "show", "--passphrase-file"]),
    ("account create", &["--name", "--server", "--json"]),
    ("account show", &["--json"]),
    (
        "chat",
        &[
            "--store",
            "--offline",
            "--passphrase-file",
            "--keyring",
            "--authority",
        ],
    ),
    ("chat new", &["TITLE", "ADDRESS", "--large"]),
    ("chat list", &["--json", "rejoining"]),
    ("chat invite", &["CHAT", "ADDRESS"]),
    ("chat join", &["CHAT"]),
    ("chat leave", &["CHAT"]),
    ("chat remove", &["CHAT", "PERSON"]),
    ("chat members", &["--json", "safety_number"]),
    (
        "chat send",
        &["--reply", "--never-ai", "--drafted-with-ai", "standard input"],
    ),
    (
        "chat read",
        &["--last", "--from", "--keep-unread", "--json", "reply_to"],
    ),
    ("chat search", &["--chat", "--json"]),
    (
        "consent",
        &[
            "off",
            "on-device",
            "confidential",
            "--until",
            "--days",
            "--json",
            "held_by",
        ],
    ),
    ("journal", &["--last", "--json", "outcome"]),
    ("sync", &["--json", "invitations"]),
    (
        "server",
        &[
            "--listen",
            "--store",
            "--cert",
            "--key",
            "--behind-tls-proxy",
            "--keep-days",
            "--most-gib",
        ],
    ),
    #[cfg(feature = "ai")]
    ("demo", &["--headless", "--windows", "--json", "--keep"]),
    #[cfg(feature = "ai")]
    (
        "catchup",
        &[
            "--me",
            "--since",
            "--last",
            "--items",
            "--chat",
            "--date-order",
            "--json",
            "held_by",
        ],
    ),
    #[cfg(feature = "ai")]
    (
        "model",
        &["--models", "list", "pull", "add", "rm", "verify", "SHA-256"],
    ),
    #[cfg(feature = "ai")]
    ("model list", &["--json", "languages"]),
    #[cfg(feature = "ai")]
    ("model pull", &["NAME", "--yes", "--anyway", "--authority"]),
    #[cfg(feature = "ai")]
    ("model add", &["FILE", "--name"]),
    #[cfg(feature = "ai")]
    ("model rm", &["NAME", "--forget"]),
    #[cfg(feature = "ai")]
    ("model verify", &["NAME", "--json"]),
    #[cfg(feature = "ai")]
    ("sandbox", &["--json", "control"]),
    #[cfg(feature = "ai")]
    ("doctor", &["--json", "wall"]),
    #[cfg(feature = "ai")]
    (
        "eval",
        &[
            "--set",
            "--engine",
            "--data",
            "--limit",
            "--items",
            "--compare",
            "--json",
        ],
    ),
];

#[test]
fn help_names_every_command_and_every_flag() {
    let all = run(&["--help"]);
    assert!(all.out.contains("Exit codes"), "{all:?}");
    for (command, named) in COMMANDS {
        let words: Vec<&str> = command.split(' ').collect();
        let (last, before) = words.split_last().unwrap();
        let listed = run(&[before, &["--help"]].concat());
        assert!(
            listed.out.contains(&format!("\n  {last} ")),
            "{command}: {}",
            listed.out
        );
        let help = run(&[&words[..], &["--help"]].concat());
        assert_eq!((help.code, help.err.as_str()), (Some(0), ""), "{command}");
        for name in *named {
            assert!(help.out.contains(name), "{command} {name}: {}", help.out);
        }
    }
}

/// What the environment of the person holds is not printed for everybody who looks over a shoulder.
#[test]
fn help_does_not_show_where_secrets_are() {
    let mut command = common::snug(&["chat", "--help"]);
    command.env("SNUG_PASSPHRASE_FILE", "/home/MARIGOLD/passphrase");
    let help = common::finish(&mut command);
    assert!(help.out.contains("SNUG_PASSPHRASE_FILE"), "{help:?}");
    assert!(!help.out.contains("MARIGOLD"), "{help:?}");
}

#[test]
fn the_version() {
    let said = run(&["--version"]);
    assert_eq!(said.code, Some(0));
    assert_eq!(said.out, format!("snug {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions_know_the_commands() {
    for shell in ["bash", "zsh", "fish"] {
        let said = run(&["completions", shell]);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{shell}");
        for (command, named) in COMMANDS {
            assert!(
                command.split(' ').all(|word| said.out.contains(word)),
                "{shell} {command}"
            );
            // Shells differ in how they write the dashes.
            for flag in named.iter().filter_map(|name| name.strip_prefix("--")) {
                assert!(said.out.contains(flag), "{shell} {command} {flag}");
            }
        }
    }
    run(&["completions", "cobol"]).refused(2);
}

#[test]
fn what_makes_no_sense_is_refused() {
    for words in [
        &["--frobnicate"][..],
        &["import", "--frobnicate"],
        &["frobnicate"],
        &["import"],
        &["import", "a", "b", "--dry-run"],
        &[],
    ] {
        let said = run(words);
        assert!(said.refused(2).err.contains("Usage"), "{words:?}: {said:?}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    for words in [&["--help"][..], &["--version"], &["completions", "bash"]] {
        let said = run_unread(words);
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{words:?}");
    }
}
