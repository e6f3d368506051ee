//! The wall stands or there is no AI; what is behind it may be missing; and the worker ends with its parent (R8, R10).
#![cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

mod common;

use std::collections::BTreeSet;
use std::fs;
use std::process::{Child, Command, Stdio};

use common::{as_nobody, fixture, honest, play, said, until};
use worker::{Layer, Profile, Verdict};

#[test]
fn every_part_of_the_wall_stands_here() {
    let report = worker::layers(&honest()).unwrap();
    assert!(report.wall_stands());
    assert_eq!(report.states().len(), Layer::ALL.len());
}

#[test]
fn it_stands_for_an_ordinary_person_too() {
    let Some(output) = as_nobody(&["ask"]) else { return };
    assert_eq!(said(&output), "answered; wall stands: true\n");
}

/// What an honest worker's parent says where the system refuses one call.
fn ask_where(refused: &[String]) -> String {
    let mut arguments = vec!["ask-without"];
    arguments.extend(refused.iter().map(String::as_str));
    said(&play(&arguments))
}

fn refusal(call: libc::c_long, first: Option<i64>, errno: i32) -> String {
    let first = first.map(|first| format!("/{first}")).unwrap_or_default();
    format!("{call}{first}={errno}")
}

#[test]
fn control_nothing_refused() {
    assert_eq!(ask_where(&[]), "answered; wall stands: true\n");
}

#[test]
fn no_ai_where_a_part_of_the_wall_is_refused() {
    let parts = [
        (
            "system-call filter",
            refusal(libc::SYS_seccomp, None, libc::EPERM),
        ),
        (
            "closed memory",
            refusal(
                libc::SYS_prctl,
                Some(i64::from(libc::PR_SET_DUMPABLE)),
                libc::EPERM,
            ),
        ),
        ("resource limits", refusal(libc::SYS_prlimit64, None, libc::EPERM)),
    ];
    for (name, part) in parts {
        let said = ask_where(&[part]);
        assert!(
            said.contains("there is no AI here") && said.contains(name),
            "{name}: {said}"
        );
        assert!(
            said.contains("EPERM") && said.contains("no text was handed over"),
            "{name}: {said}"
        );
    }
}

#[test]
fn ai_where_only_what_is_behind_the_wall_is_refused() {
    let behind = [
        refusal(libc::SYS_unshare, None, libc::EPERM),
        refusal(libc::SYS_mount, None, libc::EPERM),
        refusal(libc::SYS_landlock_create_ruleset, None, libc::ENOSYS),
        refusal(libc::SYS_keyctl, None, libc::ENOSYS),
        refusal(libc::SYS_capset, None, libc::EPERM),
        refusal(libc::SYS_prctl, Some(65), libc::EINVAL),
    ];
    assert_eq!(ask_where(&behind), "answered; wall stands: true\n");
}

#[test]
fn descriptors_are_closed_where_the_kernel_has_no_close_range() {
    let old = refusal(libc::SYS_close_range, None, libc::ENOSYS);
    assert_eq!(
        ask_where(std::slice::from_ref(&old)),
        "answered; wall stands: true\n"
    );
    let without_proc = refusal(libc::SYS_getdents64, None, libc::EPERM);
    assert_eq!(ask_where(&[old, without_proc]), "answered; wall stands: true\n");
}

#[test]
fn every_rule_of_the_filter_says_why() {
    assert!(
        Profile::WITHOUT_MODEL
            .rules
            .iter()
            .all(|rule| !rule.why.is_empty())
    );
    let forbidden = [
        "execve",
        "socket",
        "openat",
        "clone",
        "fork",
        "ptrace",
        "io_uring_setup",
        "futex",
    ];
    assert!(
        Profile::WITHOUT_MODEL
            .rules
            .iter()
            .all(|rule| !forbidden.contains(&rule.name))
    );
}

#[test]
fn with_a_model_the_rules_are_the_same_and_these_more() {
    let profile = Profile::WITH_MODEL;
    assert_eq!(profile.rules.len(), Profile::WITHOUT_MODEL.rules.len());
    assert!(Profile::WITHOUT_MODEL.beyond.is_empty());
    assert!(profile.all_rules().all(|rule| !rule.why.is_empty()));
    let beyond = profile
        .beyond
        .iter()
        .filter(|rule| rule.verdict == Verdict::Allow);
    let beyond: BTreeSet<_> = beyond.map(|rule| rule.name).collect();
    let calls = [
        "clock_gettime",
        "fadvise64",
        "fstat",
        "futex",
        "lseek",
        "madvise",
        "mmap",
        "read",
        "tgkill",
    ];
    assert_eq!(beyond, BTreeSet::from(calls));
}

/// A parent, its locked-down worker that loops, and a plain child that it started in the ordinary way.
struct Family {
    parent: Child,
    worker: u32,
    plain: u32,
}

impl Family {
    fn found() -> Self {
        Self::of("hold")
    }

    fn of(mode: &str) -> Self {
        let parent = Command::new(fixture())
            .arg(mode)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let (worker, plain) = until("both children", || {
            let children = children_of(parent.id());
            let named = |word: &str| {
                children
                    .iter()
                    .copied()
                    .find(|pid| command_line(*pid).contains(word))
            };
            let worker = named("__snug-worker").filter(|pid| status(*pid, "Seccomp").as_deref() == Some("2"));
            Some((worker?, named("says-nothing")?))
        });
        Self {
            parent,
            worker,
            plain,
        }
    }
}

impl Drop for Family {
    fn drop(&mut self) {
        let _ = self.parent.kill();
        let _ = self.parent.wait();
        let _ = Command::new("kill")
            .args(["-KILL", &self.plain.to_string()])
            .status();
    }
}

fn children_of(parent: u32) -> Vec<u32> {
    let processes = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    processes
        .filter(|pid| status(*pid, "PPid") == Some(parent.to_string()))
        .collect()
}

fn command_line(pid: u32) -> String {
    fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap_or_default()
}

fn status(pid: u32, field: &str) -> Option<String> {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix(field)?.strip_prefix(':'))?;
    Some(line.split_whitespace().next().unwrap_or_default().into())
}

fn is_alive(pid: u32) -> bool {
    status(pid, "State").is_some_and(|state| state != "Z" && state != "X")
}

#[test]
fn the_kernel_confirms_what_the_worker_says() {
    let family = Family::found();
    let field = |name| status(family.worker, name).unwrap();
    assert_eq!(field("NoNewPrivs"), "1");
    assert_eq!(field("Seccomp"), "2");
    assert_eq!(field("Threads"), "1");
    for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
        assert_eq!(field(set), "0000000000000000", "{set}");
    }
    // Control: the plain child has none of this.
    assert_eq!(status(family.plain, "Seccomp").as_deref(), Some("0"));
    // Only the administrator may look at the rest.
    let Ok(open) = fs::read_dir(format!("/proc/{}/fd", family.worker)) else {
        return;
    };
    let mut open: Vec<_> = open.map(|entry| entry.unwrap().file_name()).collect();
    open.sort();
    assert_eq!(open, ["0", "1"]);
    let environment = fs::read(format!("/proc/{}/environ", family.worker)).unwrap();
    assert!(environment.is_empty());
}

#[test]
fn the_worker_ends_with_its_parent() {
    let mut family = Family::found();
    family.parent.kill().unwrap();
    family.parent.wait().unwrap();
    until("the worker's end", || (!is_alive(family.worker)).then_some(()));
    // Control: a child started in the ordinary way lives on.
    assert!(is_alive(family.plain));
}

#[test]
fn a_worker_with_a_model_has_the_filter_on_every_thread_and_one_more_descriptor() {
    let family = Family::of("hold-model");
    let threads = until("the second thread", || {
        let tasks = fs::read_dir(format!("/proc/{}/task", family.worker)).ok()?;
        let threads: Vec<u32> = tasks
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .collect();
        (threads.len() == 2).then_some(threads)
    });
    for thread in threads {
        let status = fs::read_to_string(format!("/proc/{}/task/{thread}/status", family.worker)).unwrap();
        let has = |line: &str| status.lines().any(|found| found == line);
        assert!(has("Seccomp:\t2") && has("NoNewPrivs:\t1"), "{status}");
        for set in ["CapInh", "CapPrm", "CapEff", "CapAmb"] {
            assert!(has(&format!("{set}:\t0000000000000000")), "{set}");
        }
    }
    // Only the administrator may look at the rest.
    let Ok(open) = fs::read_dir(format!("/proc/{}/fd", family.worker)) else {
        return;
    };
    let mut open: Vec<_> = open.map(|entry| entry.unwrap().file_name()).collect();
    open.sort();
    assert_eq!(open, ["0", "1", "3"]);
    let flags = fs::read_to_string(format!("/proc/{}/fdinfo/3", family.worker)).unwrap();
    let flags = flags
        .lines()
        .find_map(|line| line.strip_prefix("flags:"))
        .unwrap();
    let flags = i32::from_str_radix(flags.trim(), 8).unwrap();
    assert_eq!(flags & libc::O_ACCMODE, libc::O_RDONLY);
}
