//! The answer on a terminal.

use std::io::{self, Write};

use assistant::{Item, Kind, Message, Transcript, When};
use client::ai::Refusal;

use crate::layout::{isolate, paragraph, width, wrap};
use crate::screen::tame;
use crate::style;

use super::{ENGINE, Of, Shown, window::Part};

pub(super) fn answer(out: &mut dyn Write, shown: &Shown) -> io::Result<()> {
    headline(out, shown)?;
    if shown.messages == 0 {
        writeln!(out, "\nNothing new.")?;
    }
    for (title, kinds) in SECTIONS {
        let items: Vec<&Item> = shown
            .answer
            .items()
            .iter()
            .filter(|item| kinds.contains(&item.kind))
            .collect();
        section(out, title, &items, &shown.transcript)?;
    }
    footer(out, shown)
}

const SECTIONS: [(&str, &[Kind]); 4] = [
    ("For you", &[Kind::Question, Kind::Mention]),
    ("Plans and decisions", &[Kind::Decision, Kind::Plan]),
    ("Links", &[Kind::Link]),
    ("Also said", &[Kind::Said]),
];

fn headline(out: &mut dyn Write, shown: &Shown) -> io::Result<()> {
    let (head, aside) = (style::HEAD, style::ASIDE);
    let what = match &shown.part {
        Part::After(me) => format!("after the last message of {}", tame(me)),
        Part::Since(moment) => format!("since {}", moment.strftime("%-d %b %Y %H:%M")),
        Part::Unread => "not read yet".to_owned(),
        Part::Last(_) => "the newest of the chat".to_owned(),
        Part::Whole => "the whole chat".to_owned(),
    };
    let chat = shown.title.as_deref().map(|title| format!(" in {}", tame(title)));
    let chat = chat.unwrap_or_default();
    writeln!(
        out,
        "{head}Key messages{head:#} of {} messages{chat}, {what}",
        shown.messages
    )?;
    if let Some((from, to)) = shown.extent {
        writeln!(
            out,
            "{aside}{} to {}{aside:#}",
            from.strftime("%a %-d %b %Y %H:%M"),
            to.strftime("%a %-d %b %Y %H:%M")
        )?;
    }
    Ok(())
}

fn section(out: &mut dyn Write, title: &str, items: &[&Item], transcript: &Transcript) -> io::Result<()> {
    if items.is_empty() {
        return Ok(());
    }
    let head = style::HEAD;
    writeln!(out, "\n{head}{title}{head:#}")?;
    items.iter().try_for_each(|item| line(out, item, transcript))
}

fn line(out: &mut dyn Write, item: &Item, transcript: &Transcript) -> io::Result<()> {
    for (index, (n, quote)) in item.cites.iter().zip(&item.quotes).enumerate() {
        let message = transcript.messages.iter().find(|message| message.n == *n);
        let lead = index == 0;
        let earlier = item.cites.first().is_some_and(|first| n < first);
        let mark = if lead {
            mark(item.kind)
        } else if earlier {
            "before:"
        } else {
            "then:"
        };
        spoken(
            out,
            mark,
            message,
            quote,
            transcript,
            if lead { &item.when } else { &[] },
        )?;
    }
    Ok(())
}

/// A sign for each kind, so that colour is not needed to tell them apart.
fn mark(kind: Kind) -> &'static str {
    match kind {
        Kind::Question => "?",
        Kind::Mention => "@",
        Kind::Decision => "✓",
        Kind::Plan => "◷",
        Kind::Link => "↗",
        _ => "·",
    }
}

fn spoken(
    out: &mut dyn Write,
    mark: &str,
    message: Option<&Message>,
    quote: &str,
    transcript: &Transcript,
    when: &[When],
) -> io::Result<()> {
    let lead = mark.chars().count() == 1;
    let indent = if lead { 4 } else { 6 };
    let author = message.and_then(|message| transcript.authors.get(usize::from(message.author?)));
    let author = author.map(|author| tame(author)).unwrap_or_default();
    let number = message.map_or(0, |message| message.n);
    let body = format!("{} [{number}]", with_cuts(message, quote));
    let (name, aside) = (style::NAME, style::ASIDE);
    let label = if lead {
        String::new()
    } else {
        format!("{aside}{mark}{aside:#} ")
    };
    let start = if lead {
        format!("  {mark} ")
    } else {
        "      ".to_owned()
    };
    writeln!(
        out,
        "{start}{label}{name}{}{name:#}{}",
        isolate(&author),
        moment(message, when)
    )?;
    let (pad, tail) = (" ".repeat(indent), format!("[{number}]"));
    for row in wrap(&body, width() - indent, "", "") {
        let (row, tail) = row.strip_suffix(&tail).map_or((&*row, ""), |row| (row, &tail));
        let space = if tail.is_empty() || row.is_empty() {
            ""
        } else {
            " "
        };
        writeln!(out, "{pad}{}{space}{tail}", isolate(row.trim_end()))?;
    }
    Ok(())
}

/// The quote, with dots where the message goes on.
fn with_cuts(message: Option<&Message>, quote: &str) -> String {
    let whole = message.map_or("", |message| message.text.trim());
    let before = if whole.starts_with(quote) { "" } else { "… " };
    let after = if whole.ends_with(quote) { "" } else { " …" };
    format!("{before}{}{after}", tame(quote))
}

fn moment(message: Option<&Message>, when: &[When]) -> String {
    let (aside, colour) = (style::ASIDE, style::WHEN);
    let said = message.map_or(String::new(), |message| {
        format!(" {aside}{}{aside:#}", message.at.strftime("%a %H:%M"))
    });
    let named: Vec<String> = when.iter().map(named).collect();
    let named = if named.is_empty() {
        String::new()
    } else {
        format!("  {colour}→ {}{colour:#}", named.join(", "))
    };
    said + &named
}

fn named(when: &When) -> String {
    let date = when.date.map(|date| date.strftime("%a %-d %b %Y").to_string());
    let time = when.time.map(|time| time.strftime("%H:%M").to_string());
    [date, time].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn footer(out: &mut dyn Write, shown: &Shown) -> io::Result<()> {
    writeln!(out)?;
    for note in notes(shown) {
        paragraph(out, style::NOTE, &note)?;
    }
    let place = match &shown.run {
        Some(run) => format!(
            "in a process without network or files ({} ms)",
            run.took.as_millis()
        ),
        None => "with nothing to do for it".to_owned(),
    };
    let ran = format!(
        "Picked by {ENGINE} on this device, {place}; {} ms in all.",
        shown.took.as_millis()
    );
    paragraph(out, style::ASIDE, &ran)?;
    let caution =
        "Quoted word for word; [n] is the message. What matters may be missing: scroll up to be sure.";
    paragraph(out, style::ASIDE, caution)
}

fn notes(shown: &Shown) -> Vec<String> {
    let mut notes = Vec::new();
    if shown.part == Part::Whole {
        notes.push(
            "Say who you are with --me NAME: then this is what you have not read, and what is asked of you."
                .to_owned(),
        );
    }
    if shown.left_out > 0 {
        notes.push(format!(
            "{} older messages were too many to look at.",
            shown.left_out
        ));
    }
    match shown.of {
        Of::File { unread_lines: 0 } => {}
        Of::File { unread_lines } => notes.push(format!(
            "{unread_lines} lines of the file could not be read: `snug import FILE --dry-run` shows which."
        )),
        Of::Chat {
            never_ai,
            off_when_sent,
            ..
        } => {
            let because = [
                (
                    never_ai,
                    "its author marked it \"never AI\"",
                    "their authors marked them \"never AI\"",
                ),
                (
                    off_when_sent,
                    "somebody had said no to AI when it was sent",
                    "somebody had said no to AI when they were sent",
                ),
            ];
            notes.extend(because.into_iter().filter_map(|(count, one, many)| match count {
                0 => None,
                1 => Some(format!("1 message was left out: {one}.")),
                _ => Some(format!("{count} messages were left out: {many}.")),
            }));
        }
    }
    notes
}

/// Why there is no answer, and what to do.
pub(crate) fn refusal(out: &mut dyn Write, refusal: &Refusal) -> io::Result<()> {
    let (bad, head) = (style::BAD, style::HEAD);
    let names: Vec<String> = refusal.held_by.iter().map(|name| tame(name)).collect();
    let who = match names.as_slice() {
        [] => "somebody in the chat".to_owned(),
        names => names.join(", "),
    };
    writeln!(
        out,
        "{bad}Refused:{bad:#} AI is {} in {head}{}{head:#}, because {who} said so.",
        refusal.ceiling,
        tame(&refusal.title)
    )?;
    let next = "No message was given to the assistant. `snug chat read` shows what you have not read; `snug consent` shows \
        who allows what, and whoever said no can allow it again.";
    paragraph(out, style::ASIDE, next)
}
