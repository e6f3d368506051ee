//! How fast a model reads and writes, and what the wall costs it.
//!
//! `cargo run --release -p model --features llama --example speed -- MODEL.gguf [THREADS...]`
//!
//! Reading and writing are measured in this process. What the wall costs is the same work in a process of its own, behind the
//! wall and without it, in turns.
#![allow(
    missing_docs,
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::indexing_slicing
)]

use std::ffi::OsString;
use std::fs::File;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use assistant::{Draft, Message, Task, Transcript};
use model::{Llama, Piece, Settings};
use worker::{Cancel, Fault, Limits, ModelFile, Program, Stages};

const ROUNDS: usize = 5;
const WRITTEN: usize = 32;
const TEXT: &str = "Ada: Shall we meet at the station on Friday at eight? Bo: Yes, and I will bring the tent and the stove. ";

fn main() {
    let stages = Stages {
        prepare: model::prepare,
        load: model::load,
        run: |llama: &mut Llama, task: &Task| answer(llama, task),
    };
    worker::entry_with_model(std::env::args_os().skip(1), stages);
    let mut arguments = std::env::args().skip(1);
    let first = arguments.next().unwrap();
    if first == "bare" {
        bare(&arguments.collect::<Vec<_>>());
        return;
    }
    let path = PathBuf::from(first);
    let threads: Vec<u16> = arguments.map(|threads| threads.parse().unwrap()).collect();
    for threads in if threads.is_empty() { vec![1, 2] } else { threads } {
        speed(&path, threads);
    }
    wall(&path);
}

fn open(path: &PathBuf, threads: u16) -> Llama {
    let file = Box::leak(Box::new(File::open(path).unwrap()));
    let settings = Settings::new(threads, 4096).unwrap();
    model::load(model::prepare(file, &settings.arguments()).unwrap()).unwrap()
}

fn words(text: String) -> [Piece; 1] {
    [Piece::Words(text)]
}

/// Tokens a second, reading and writing: the median of the rounds, and the fastest.
fn speed(path: &PathBuf, threads: u16) {
    let start = Instant::now();
    let mut llama = open(path, threads);
    println!("{threads} threads: loaded in {:.0} ms", millis(start.elapsed()));
    let (mut reads, mut writes) = (Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        // Another beginning each time, so that nothing of it is there already.
        let prompt = words(format!("{round} {}", TEXT.repeat(17)));
        let (first, took) = time(|| llama.write(&prompt, None, 1).unwrap());
        reads.push(first.prompt_tokens as f64 / took.as_secs_f64());
        let (all, took) = time(|| llama.write(&prompt, Some("root ::= [^\\x00]*"), WRITTEN).unwrap());
        writes.push(all.tokens as f64 / took.as_secs_f64());
        if round == 0 {
            println!(
                "  a prompt of {} tokens, {} written",
                first.prompt_tokens, all.tokens
            );
        }
    }
    println!("  reads  {}", show(reads));
    println!("  writes {} (with a grammar)", show(writes));
}

fn show(mut speeds: Vec<f64>) -> String {
    speeds.sort_by(f64::total_cmp);
    let (median, best) = (speeds[speeds.len() / 2], speeds[speeds.len() - 1]);
    format!("{median:.1} tokens a second, at best {best:.1}")
}

fn time<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let done = work();
    (done, start.elapsed())
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// The work of both processes.
fn answer(llama: &mut Llama, task: &Task) -> Result<Draft, Fault> {
    let prompt = words(task.transcript().messages[0].text.clone());
    llama.write(&prompt, None, WRITTEN).map_err(|_| Fault::Engine)?;
    Ok(Draft::KeyMessages(Vec::new()))
}

fn task() -> Task {
    let message = Message {
        n: 1,
        at: Default::default(),
        author: Some(0),
        text: TEXT.repeat(4),
    };
    let transcript = Transcript {
        authors: vec!["Ada".into()],
        messages: vec![message],
        ..Transcript::default()
    };
    Task::KeyMessages { transcript, items: 1 }
}

fn bare(arguments: &[String]) {
    answer(&mut open(&PathBuf::from(&arguments[0]), 1), &task()).unwrap();
}

fn wall(path: &PathBuf) {
    let settings = Settings::new(1, 4096).unwrap();
    let model = ModelFile::new(File::open(path).unwrap()).unwrap();
    let program = Program::this().with_model(model, settings.arguments());
    let limits = Limits {
        deadline: Duration::from_secs(600),
    };
    let (mut with, mut without, mut ready, mut memory) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for _ in 0..ROUNDS {
        let ((_, report), took) =
            time(|| worker::answer(&program, &task(), &limits, &Cancel::new()).unwrap());
        with.push(took);
        ready.push(report.ready_after);
        memory = memory.max(report.memory_bytes);
        let arguments: [OsString; 2] = ["bare".into(), path.into()];
        let mut bare = Command::new(std::env::current_exe().unwrap());
        without.push(time(|| assert!(bare.args(arguments).status().unwrap().success())).1);
    }
    println!("one task, one thread, {WRITTEN} tokens written, a process of its own:");
    println!("  behind the wall {} (ready after {})", least(with), least(ready));
    println!("  without it      {}", least(without));
    println!(
        "  most memory held: {} MiB, the model's file counted",
        memory >> 20
    );
}

fn least(mut times: Vec<Duration>) -> String {
    times.sort();
    let (least, median) = (millis(times[0]), millis(times[times.len() / 2]));
    format!("{least:.1} ms at least, {median:.1} ms median")
}
