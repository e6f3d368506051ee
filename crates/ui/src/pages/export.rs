//! Opening a chat of another messenger: a file, then who its reader is, then the archive.

use axum::Form;
use axum::body::Bytes;
use axum::http::HeaderMap;
use import::Report;
use maud::{Markup, html};
use serde::Deserialize;

use super::app::panel_head;
use super::{Here, Page, chat as chat_page, news};
use crate::opening::{MOST_BYTES, Staged};
use crate::text;
use crate::when;
use crate::words::gaps;

/// The header with the name of the file, percent-encoded.
const FILE_NAME: &str = "snug-file-name";
/// The longest name of a file, in characters.
const MOST_NAME: usize = 120;
/// The most names that are offered.
const MOST_NAMES: usize = 500;

pub(crate) async fn ask_for_file(here: Here) -> Page {
    Ok(page(&here, &file_form(&here, None)))
}

fn page(here: &Here, body: &Markup) -> Markup {
    html! {
        (panel_head(&here.words, &here.say("export-title")))
        div .panel-body { (body) }
    }
}

fn file_form(here: &Here, problem: Option<&str>) -> Markup {
    let most = i64::try_from(MOST_BYTES >> 20).unwrap_or(i64::MAX);
    html! {
        p { (here.say("export-how")) }
        form #export-form .stack hx-post="/export/file" hx-target="#panel" hx-trigger="change" hx-encoding="multipart/form-data" {
            label for="export-file" { (here.say("export-file")) }
            input #export-file type="file" data-raw data-most=(MOST_BYTES) accept=".txt,.zip,.json,.jsonl";
            @if let Some(problem) = problem { p .fault role="alert" { (problem) } }
            p .busy role="status" { (here.say("export-reading")) }
        }
        p .aside { (here.words.with("export-most", "most", most)) }
        p .aside { (here.say("export-stays")) }
    }
}

/// Looks through the file. The body is the file itself.
pub(crate) async fn look(here: Here, headers: HeaderMap, body: Bytes) -> Page {
    here.room.touch();
    let name = file_name(&headers);
    match here.open.opening.stage(body.into(), name).await {
        Ok(staged) if staged.report.messages == 0 => {
            Ok(page(&here, &file_form(&here, Some(&here.say("export-empty")))))
        }
        Ok(staged) => Ok(page(&here, &found(&here, &staged, None))),
        Err(error) => Ok(page(&here, &file_form(&here, Some(&error.to_string())))),
    }
}

fn file_name(headers: &HeaderMap) -> String {
    let sent = headers.get(FILE_NAME).and_then(|name| name.to_str().ok());
    let name = text::line(&percent_decoded(sent.unwrap_or_default()));
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    stem.chars().take(MOST_NAME).collect()
}

fn percent_decoded(sent: &str) -> String {
    let mut bytes = Vec::with_capacity(sent.len());
    let mut rest = sent.as_bytes();
    while let [first, after @ ..] = rest {
        let escaped = match (first, after) {
            (b'%', [high, low, ..]) => hex_digit(*high).zip(hex_digit(*low)),
            _ => None,
        };
        match escaped {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte)
        .to_digit(16)
        .and_then(|digit| u8::try_from(digit).ok())
}

/// What is in the file, and the question who reads.
fn found(here: &Here, staged: &Staged, problem: Option<&str>) -> Markup {
    let report = &staged.report;
    html! {
        (summary(here, report))
        form #export-keep .stack hx-post="/export/keep" hx-target="#panel" hx-disable="#export-keep button" {
            @if report.chats.len() <= 1 {
                label for="me" { (here.say("export-me")) }
                select #me name="me" {
                    option value="" { (here.say("export-nobody")) }
                    @for name in report.participants.iter().take(MOST_NAMES) { option value=(name) { (text::line(name)) } }
                }
                p .aside { (here.say("export-me-words")) }
            }
            @if let Some(problem) = problem { p .fault role="alert" { (problem) } }
            div .row {
                button .primary type="submit" { (here.say("export-keep")) }
                button .quiet type="button" hx-post="/export/cancel" hx-target="#panel" { (here.say("cancel")) }
            }
            div #export-progress hx-get="/export/progress" hx-trigger="submit from:#export-keep delay:400ms" { }
        }
    }
}

fn summary(here: &Here, report: &Report) -> Markup {
    let messages = i64::try_from(report.messages).unwrap_or(i64::MAX);
    let people = i64::try_from(report.participants.len()).unwrap_or(i64::MAX);
    html! {
        p .verdict { strong { (report.format.as_str()) } }
        p { (here.words.fill("export-found", &gaps!["messages" => messages, "people" => people])) }
        @if let Some((first, last)) = report.first.zip(report.last) {
            p { (here.words.fill("export-from-to", &gaps![
                "from" => when::written(&here.words, first.date()), "to" => when::written(&here.words, last.date()),
            ])) }
        }
        @if report.chats.len() > 1 { p { (here.words.with("export-chats", "count", i64::try_from(report.chats.len()).unwrap_or(i64::MAX))) } }
        @if report.skipped_total > 0 {
            p .fault { (here.words.with("export-skipped", "count", i64::try_from(report.skipped_total).unwrap_or(i64::MAX))) }
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct Reader {
    #[serde(default)]
    me: String,
}

pub(crate) async fn keep(here: Here, Form(reader): Form<Reader>) -> Page {
    here.room.touch();
    let Some(staged) = here.open.opening.staged() else {
        return ask_for_file(here).await;
    };
    let me = Some(reader.me).filter(|me| !me.is_empty());
    let now = here.room.now();
    let kept = here
        .open
        .opening
        .keep(&here.open.client, staged.clone(), me, now)
        .await;
    let imported = match here.told(kept)? {
        Ok(imported) => imported,
        Err(error) => return Ok(page(&here, &found(&here, &staged, Some(&error.to_string())))),
    };
    here.room.changed();
    let first = imported.chats.first().copied();
    let list = news::list(&here, first).await?;
    Ok(match first {
        Some(chat) => {
            let main = chat_page::main(&here, chat, None).await?;
            html! { hx-partial hx-target="#main" hx-swap="innerHTML" { (main) } (list) span data-close-now="panel" { } }
        }
        None => html! { (list) },
    })
}

/// How far the import is, if it takes long enough to be asked; then the page asks again.
pub(crate) async fn progress(here: Here) -> Page {
    Ok(match here.open.opening.progress() {
        Some(progress) => {
            let percent = progress.percent();
            html! {
                label for="export-bar" { (here.say("export-keeping")) }
                progress #export-bar max="100" value=(percent) { (percent) "%" }
                i hidden hx-get="/export/progress" hx-trigger="load delay:400ms" hx-target="#export-progress" { }
            }
        }
        None => html! {},
    })
}

pub(crate) async fn cancel(here: Here) -> Page {
    here.open.opening.cancel();
    Ok(html! { span data-close-now="panel" { } })
}

#[cfg(test)]
mod tests {
    use super::{file_name, percent_decoded};
    use axum::http::HeaderMap;

    #[test]
    fn the_name_of_a_file_is_one_short_line() {
        assert_eq!(percent_decoded("a%20b%C3%A9%"), "a bé%");
        assert_eq!(percent_decoded("%zz%2"), "%zz%2");
        let mut headers = HeaderMap::new();
        assert_eq!(file_name(&headers), "");
        headers.insert(
            "snug-file-name",
            "Chat%20with%0A%E2%80%AEAna.txt".parse().unwrap(),
        );
        assert_eq!(file_name(&headers), "Chat with Ana");
        headers.insert("snug-file-name", "a".repeat(500).parse().unwrap());
        assert_eq!(file_name(&headers).len(), 120);
    }
}
