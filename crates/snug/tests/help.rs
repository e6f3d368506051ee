//! What the program says of itself.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use common::{run, run_unread};

/// Each command and the flags that its help has to name.
const COMMANDS: &[(&str, &[&str])] = &[
    (
        "import",
        &["--dry-run", "--rows", "--chat", "--date-order", "--json"],
    ),
    ("completions", &["<SHELL>", "bash", "zsh", "fish"]),
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
        ],
    ),
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
    assert_eq!((all.code, all.err.as_str()), (Some(0), ""));
    assert!(all.out.contains("Exit codes"), "{all:?}");
    for (command, flags) in COMMANDS {
        assert!(
            all.out.contains(&format!("\n  {command} ")),
            "{command}: {}",
            all.out
        );
        let help = run(&[command, "--help"]);
        assert_eq!((help.code, help.err.as_str()), (Some(0), ""), "{command}");
        for flag in *flags {
            assert!(help.out.contains(flag), "{command} {flag}: {}", help.out);
        }
    }
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
        for (command, flags) in COMMANDS {
            assert!(said.out.contains(command), "{shell} {command}");
            // Shells differ in how they write the dashes.
            for flag in flags.iter().filter_map(|flag| flag.strip_prefix("--")) {
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
