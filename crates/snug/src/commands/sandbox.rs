//! `snug sandbox`: what the worker must not do, tried on this machine.

use std::io::{self, Write};

use clap::Args;
use serde::Serialize;
use worker::Program;
use worker::attempts::{self, Outcome as Trial};

use crate::exit::{Done, Failure, Outcome};
use crate::layout::{paragraph, width, wrap};
use crate::{json, style};

#[derive(Args)]
#[command(
    after_help = "Each attempt is made three times, each time in a new process: locked down exactly as the \
    worker is; with only the layers behind the system-call filter; and without any of it, as the control.\n\n\
    Exit code 0 means that every attempt was stopped, 1 that one got through."
)]
pub(crate) struct Arguments {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let trials = if arguments.json {
        all_at_once()?
    } else {
        as_they_come()?
    };
    let all_stopped = trials.iter().all(Trial::holds);
    Ok(if all_stopped {
        Done::Well
    } else {
        Done::NegativeAnswer
    })
}

fn all_at_once() -> Result<Vec<Trial>, Failure> {
    let trials = attempts::run_all(&Program::this(), |_, _| {})?;
    json::print(&mut io::stdout().lock(), &Report::of(&trials))?;
    Ok(trials)
}

/// Some hundred processes take some seconds: each row is printed as soon as it is known.
fn as_they_come() -> Result<Vec<Trial>, Failure> {
    let mut out = anstream::stdout().lock();
    headline(&mut out)?;
    let mut group = "";
    let mut printed = Ok(());
    let trials = attempts::run_all(&Program::this(), |_, trial| {
        if printed.is_ok() {
            printed = row(&mut out, trial, &mut group);
        }
    })?;
    // A reader that went away (`| head`) does not change the verdict, which is the exit code.
    match printed.and_then(|()| verdict(&mut out, &trials)) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(trials),
    }
}

#[derive(Serialize)]
struct Report {
    attempts: Vec<Row>,
    tried: usize,
    stopped: usize,
    /// Stopped, and the same attempt gets through without the sandbox.
    proved: usize,
}

#[derive(Serialize)]
struct Row {
    id: &'static str,
    group: &'static str,
    what: &'static str,
    how: &'static str,
    stopped: bool,
    proved: bool,
    confined: String,
    behind_the_filter: String,
    control: String,
}

impl Report {
    fn of(trials: &[Trial]) -> Self {
        Self {
            attempts: trials.iter().map(Row::of).collect(),
            tried: trials.len(),
            stopped: trials.iter().filter(|trial| trial.holds()).count(),
            proved: trials.iter().filter(|trial| trial.is_proved()).count(),
        }
    }
}

impl Row {
    fn of(trial: &Trial) -> Self {
        Self {
            id: trial.attempt.id,
            group: trial.attempt.group,
            what: trial.attempt.what,
            how: trial.attempt.how,
            stopped: trial.holds(),
            proved: trial.is_proved(),
            confined: trial.confined.to_string(),
            behind_the_filter: trial.behind.to_string(),
            control: trial.control_in_words(),
        }
    }
}

fn headline(out: &mut dyn Write) -> io::Result<()> {
    let (head, aside) = (style::HEAD, style::ASIDE);
    writeln!(
        out,
        "{head}What the worker may not do, tried, and what the kernel answers{head:#}"
    )?;
    writeln!(
        out,
        "{aside}first in the worker's sandbox; below it the same attempt without the sandbox{aside:#}"
    )
}

fn row(out: &mut dyn Write, trial: &Trial, group: &mut &'static str) -> io::Result<()> {
    if trial.attempt.group != *group {
        *group = trial.attempt.group;
        let head = style::HEAD;
        writeln!(out, "\n{head}{group}{head:#}")?;
    }
    let (mark, colour) = if trial.holds() {
        ("✓", style::GOOD)
    } else {
        ("✗", style::BAD)
    };
    let (aside, attempt) = (style::ASIDE, trial.attempt);
    writeln!(
        out,
        " {colour}{mark} {:<22}{colour:#} {} {aside}{}{aside:#}",
        trial.confined.to_string(),
        attempt.what,
        attempt.how
    )?;
    let control = if trial.control.is_through() {
        String::from("succeeds")
    } else {
        trial.control_in_words()
    };
    let pad = " ".repeat(26);
    for line in wrap(&control, width(), &pad, &pad) {
        writeln!(out, "{aside}{line}{aside:#}")?;
    }
    Ok(())
}

fn verdict(out: &mut dyn Write, trials: &[Trial]) -> io::Result<()> {
    let report = Report::of(trials);
    let colour = if report.stopped == report.tried {
        style::GOOD
    } else {
        style::BAD
    };
    writeln!(
        out,
        "\n{colour}{} of {} attempts stopped{colour:#}",
        report.stopped, report.tried
    )?;
    let proved = format!(
        "{} of them get through without the sandbox; the others this system refuses to you anyway, so here they \
         prove nothing.",
        report.proved
    );
    paragraph(out, style::ASIDE, &proved)
}
