//! The catch-up of an exported file: nothing is kept.

use std::time::Instant;

use assistant::{Answer, Task};
use import::{Options, Report};
use worker::{Cancel, Limits, Program, RunReport};

use crate::exit::Failure;
use crate::file::Export;

use super::window::Window;
use super::{Arguments, Of, Shown};

pub(super) fn catch_up(arguments: &Arguments) -> Result<Shown, Failure> {
    let start = Instant::now();
    let export = Export::open(&arguments.what)?;
    let (report, window) = read(&export, arguments)?;
    let (transcript, part, left_out) = window.finish(&report)?;
    let written = || {
        let unread = transcript.unread().iter();
        unread
            .filter(|message| message.author.is_some())
            .map(|message| message.at)
    };
    let (messages, extent) = (written().count(), written().next().zip(written().next_back()));
    let task = Task::KeyMessages {
        transcript,
        items: arguments.items,
    };
    let (answer, run) = ask(&task, messages)?;
    let transcript = task.into_transcript();
    let title = report.chats.first().filter(|_| report.chats.len() == 1);
    Ok(Shown {
        title: title.cloned(),
        transcript,
        answer,
        run,
        messages,
        extent,
        left_out,
        part,
        took: start.elapsed(),
        of: Of::File {
            unread_lines: report.skipped_total,
        },
    })
}

fn read(export: &Export, arguments: &Arguments) -> Result<(Report, Window), Failure> {
    let mut window = Window::new(arguments.me.as_deref(), arguments.since, arguments.last);
    let options = Options {
        date_order: arguments.date_order.map(Into::into),
        chat: arguments.chat.as_deref(),
        ..Options::default()
    };
    let report = export.read(&options, &mut |entry| window.take(entry))?;
    if arguments.chat.is_none() && report.chats.len() > 1 {
        let hint = "choose one with --chat NAME; `snug import FILE --dry-run` lists them";
        return Err(Failure::Usage(format!(
            "the file holds {} chats: {hint}",
            report.chats.len()
        )));
    }
    Ok((report, window))
}

/// No worker is started for nothing.
fn ask(task: &Task, messages: usize) -> Result<(Answer, Option<RunReport>), Failure> {
    if messages == 0 {
        let nothing = assistant::Draft::KeyMessages(Vec::new());
        let answer = assistant::check(task, &nothing).expect("an empty draft fits every task");
        return Ok((answer, None));
    }
    let (answer, run) = worker::answer(&Program::this(), task, &Limits::default(), &Cancel::new())?;
    Ok((answer, Some(run)))
}
