//! `snug doctor`: what this system offers.

use std::io::{self, Write};

use clap::Args;
use serde::Serialize;
use worker::{LayerReport, LayerState, Program, State};

use crate::exit::{Done, Outcome};
use crate::{json, style};

#[derive(Args)]
#[command(
    after_help = "The wall is required: without all of it there is no AI. What stands behind it is used where \
    the system allows.\n\nExit code 0 means that the wall stands, 1 that it does not."
)]
pub(crate) struct Arguments {
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let layers = worker::layers(&Program::this())?;
    if arguments.json {
        json::print(&mut io::stdout().lock(), &Report::of(&layers))?;
    } else {
        print(&mut anstream::stdout().lock(), &layers)?;
    }
    Ok(if layers.wall_stands() {
        Done::Well
    } else {
        Done::NegativeAnswer
    })
}

#[derive(Serialize)]
struct Report {
    version: &'static str,
    system: String,
    /// The assistant can run here.
    ai: bool,
    layers: Vec<Layer>,
}

#[derive(Serialize)]
struct Layer {
    name: &'static str,
    wall: bool,
    active: bool,
    /// What the kernel said where it is not.
    error: Option<String>,
    hint: Option<&'static str>,
    micros: u32,
}

impl Report {
    fn of(layers: &LayerReport) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            system: system(),
            ai: layers.wall_stands(),
            layers: layers.states().iter().map(Layer::of).collect(),
        }
    }
}

impl Layer {
    fn of(state: &LayerState) -> Self {
        let error = match state.state {
            State::Active(_) => None,
            State::NotAvailable(errno) => Some(errno.to_string()),
        };
        Self {
            name: state.layer.name(),
            wall: state.layer.is_wall(),
            active: state.is_active(),
            hint: error.is_some().then(|| state.layer.hint()),
            error,
            micros: state.micros,
        }
    }
}

fn system() -> String {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    format!(
        "{} {} {}",
        std::env::consts::OS,
        kernel.trim(),
        std::env::consts::ARCH
    )
}

fn print(out: &mut dyn Write, layers: &LayerReport) -> io::Result<()> {
    let (head, good, bad) = (style::HEAD, style::GOOD, style::BAD);
    writeln!(
        out,
        "{head}Snug {}{head:#} on {}",
        env!("CARGO_PKG_VERSION"),
        system()
    )?;
    part(
        out,
        "The wall (required)",
        layers.states().iter().filter(|state| state.layer.is_wall()),
    )?;
    part(
        out,
        "Behind it (where the system allows)",
        layers.states().iter().filter(|state| !state.layer.is_wall()),
    )?;
    if layers.wall_stands() {
        writeln!(
            out,
            "\n{good}The wall stands: the assistant can run here.{good:#}"
        )
    } else {
        writeln!(
            out,
            "\n{bad}The wall does not stand: there is no AI here, and no text is handed to it.{bad:#}"
        )
    }
}

fn part<'a>(
    out: &mut dyn Write,
    title: &str,
    states: impl Iterator<Item = &'a LayerState>,
) -> io::Result<()> {
    let head = style::HEAD;
    writeln!(out, "\n{head}{title}{head:#}")?;
    for state in states {
        let (mark, colour) = if state.is_active() {
            ("✓", style::GOOD)
        } else {
            ("–", style::NOTE)
        };
        let layer = Layer::of(state);
        let why = match (&layer.error, layer.hint) {
            (Some(error), Some(hint)) => format!("{error}: {hint}"),
            _ => String::new(),
        };
        writeln!(out, " {colour}{mark}{colour:#} {:<24} {why}", layer.name)?;
    }
    Ok(())
}
