//! `snug sync`: sends what waits, and takes in what came.

use std::io::{self, Write};

use clap::Args;
use client::api::SyncReport;
use serde::Serialize;

use crate::exit::{Done, Failure, Outcome};
use crate::screen::tame;
use crate::store::StoreArgs;
use crate::{json, style};

#[derive(Args)]
#[command(after_help = "Exit code 5 means that the server could not be reached.\n\n\
    JSON: {\"offline\", \"received\", \"sent\", \"invitations\", \"warnings\"}; offline is null, or why the server was not reached.")]
pub(crate) struct Arguments {
    /// Print JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    store: StoreArgs,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    if arguments.store.is_offline() {
        return Err(Failure::Usage(
            "--offline and sync contradict each other: leave one out".into(),
        ));
    }
    let client = arguments.store.open()?;
    let report = client.sync().wait()?;
    if arguments.json {
        json::print(&mut io::stdout().lock(), &Report::of(&report))?;
    } else if report.offline.is_none() {
        print(&mut anstream::stdout().lock(), &report)?;
    }
    match &report.offline {
        Some(why) => Err(Failure::Network(tame(why))),
        None => Ok(Done::Well),
    }
}

fn print(out: &mut dyn Write, report: &SyncReport) -> io::Result<()> {
    let SyncReport {
        received,
        sent,
        invitations,
        ..
    } = report;
    writeln!(out, "{received} received, {sent} sent, {invitations} invitations")?;
    let note = style::NOTE;
    for warning in &report.warnings {
        writeln!(out, "{note}{}{note:#}", tame(warning))?;
    }
    Ok(())
}

#[derive(Serialize)]
struct Report<'a> {
    offline: Option<&'a str>,
    received: u32,
    sent: u32,
    invitations: u32,
    warnings: &'a [String],
}

impl<'a> Report<'a> {
    fn of(report: &'a SyncReport) -> Self {
        Self {
            offline: report.offline.as_deref(),
            received: report.received,
            sent: report.sent,
            invitations: report.invitations,
            warnings: &report.warnings,
        }
    }
}
