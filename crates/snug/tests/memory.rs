//! What an ordinary user's other programs can read of this one (R39, A28), and that the assistant runs all the same.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;

use common::somebody::{Home, as_somebody, can_be_somebody, skip};
use common::window::{Ended, until};
#[cfg(feature = "ai")]
use common::{FLATSHARE, finish, root};

/// Whether a program of the same user opens the memory of this process.
fn opens_memory_of(pid: u32) -> bool {
    let script = format!("exec 3</proc/{pid}/mem");
    let mut command = as_somebody(Path::new("/bin/sh"), &["-c", &script]);
    command.stderr(Stdio::null()).status().unwrap().success()
}

fn are_programs_open_to_each_other() -> bool {
    let yama = fs::read_to_string("/proc/sys/kernel/yama/ptrace_scope").unwrap_or_default();
    matches!(yama.trim(), "" | "0")
        || skip("this kernel keeps programs of one user apart by itself (kernel.yama.ptrace_scope)")
}

#[test]
fn another_program_of_the_same_user_does_not_get_at_it() {
    if !can_be_somebody() || !are_programs_open_to_each_other() {
        return;
    }
    let home = Home::new("memory");
    let store = home.0.join("store");
    let mut window = as_somebody(
        &home.snug(),
        &["open", "--print", "--store", store.to_str().unwrap()],
    );
    let window = window
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let (mut window, mut url) = (Ended(window), String::new());
    let mut out = BufReader::new(window.0.stdout.take().unwrap());
    out.read_line(&mut url).unwrap();
    assert!(url.starts_with("http://"), "{url}");
    let other = Ended(as_somebody(Path::new("/bin/sleep"), &["600"]).spawn().unwrap());
    // `setpriv` is the other program from its `exec` on.
    let name = || fs::read_to_string(format!("/proc/{}/comm", other.0.id())).unwrap();
    until("the control runs", || name() == "sleep\n");
    assert!(
        opens_memory_of(other.0.id()),
        "control: any other process of the user is open to it"
    );
    assert!(!opens_memory_of(window.0.id()));
    let limits = fs::read_to_string(format!("/proc/{}/limits", window.0.id())).unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    let values: Vec<&str> = core.split_whitespace().skip(4).take(2).collect();
    assert_eq!(values, ["0", "0"], "no core file");
}

/// The worker is this program again, started through `/proc`, of which less is the user's own then.
#[cfg(feature = "ai")]
#[test]
fn the_assistant_still_works_for_an_ordinary_user() {
    if !can_be_somebody() {
        return;
    }
    let home = Home::new("worker");
    let chat = fs::read(root().join(FLATSHARE)).unwrap();
    let (export, words) = (home.file("chat.txt", chat), home.file("words", "open sesame\n"));
    let does = |typed: &[&str]| {
        let mut command = as_somebody(&home.snug(), typed);
        command
            .env("SNUG_STORE", home.0.join("store"))
            .env("SNUG_PASSPHRASE_FILE", &words);
        finish(&mut command)
    };
    let kept = does(&[
        "import",
        export.to_str().unwrap(),
        "--title",
        "Flat",
        "--me",
        "Priya",
    ]);
    assert_eq!(kept.code, Some(0), "{kept:?}");
    let answer = does(&["catchup", "Flat", "--offline", "--json"]).json();
    assert!(!answer["items"].as_array().unwrap().is_empty(), "{answer}");
}
