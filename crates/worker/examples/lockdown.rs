//! How long the lockdown takes: each step, and the whole beside a bare start and end of the same program.
//!
//! `cargo run --release -p worker --example lockdown`
#![allow(clippy::print_stdout, clippy::unwrap_used, clippy::indexing_slicing)]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use assistant::{Message, Task, Transcript};
use worker::{Cancel, Limits, Program};

const ROUNDS: usize = 300;

fn main() {
    let mut arguments = std::env::args_os().skip(1);
    worker::entry(arguments.by_ref(), assistant::run);
    if std::env::args().nth(1).as_deref() == Some("end") {
        return;
    }
    show("bare start and end of the same program", &times(bare));
    show(
        "start, lockdown, hello, end",
        &times(|| drop(worker::layers(&Program::this()).unwrap())),
    );
    show("start, lockdown, one message, checked answer, end", &times(ask));
    steps();
}

fn bare() {
    let program = std::env::current_exe().unwrap();
    let mut child = Command::new(program)
        .arg("end")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    child.as_mut().unwrap().wait().unwrap();
}

fn ask() {
    let message = Message {
        n: 1,
        at: Default::default(),
        author: Some(0),
        text: "Shall we meet at 8?".into(),
    };
    let transcript = Transcript {
        authors: vec!["Ada".into()],
        messages: vec![message],
        ..Transcript::default()
    };
    let task = Task::KeyMessages { transcript, items: 3 };
    worker::answer(&Program::this(), &task, &Limits::default(), &Cancel::new()).unwrap();
}

fn times(mut round: impl FnMut()) -> Vec<Duration> {
    let mut times: Vec<_> = (0..ROUNDS).map(|_| time(&mut round)).collect();
    times.sort();
    times
}

fn time(round: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    round();
    start.elapsed()
}

fn show(what: &str, sorted: &[Duration]) {
    println!(
        "{:>8.3} ms min {:>8.3} ms median  {what}",
        millis(sorted[0]),
        millis(sorted[sorted.len() / 2])
    );
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn steps() {
    let reports: Vec<_> = (0..ROUNDS)
        .map(|_| worker::layers(&Program::this()).unwrap())
        .collect();
    for (at, line) in reports[0].states().iter().enumerate() {
        let mut micros: Vec<_> = reports
            .iter()
            .map(|report| u64::from(report.states()[at].micros))
            .collect();
        micros.sort_unstable();
        let times: Vec<_> = micros.into_iter().map(Duration::from_micros).collect();
        show(line.layer.name(), &times);
    }
}
