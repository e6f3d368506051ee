//! One JSON object a line: `{"at": ..., "author": ..., "text": ...}`, with the names that other tools give these.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::input::{Input, Pass};
use crate::lines::Line;
use crate::sink::{Draft, Names, Sink, Stopped, cut_name};
use crate::{ImportError, Kind, Media, Options, Reason, Times, time};

/// Keys of the time, in order of preference.
pub(crate) const AT_KEYS: &[&str] = &["at", "date", "time", "timestamp", "datetime", "ts", "created_at"];

/// Keys of the author.
const AUTHOR_KEYS: &[&str] = &["author", "from", "sender", "name", "user"];

/// Keys of the text.
pub(crate) const TEXT_KEYS: &[&str] = &["text", "message", "body", "content"];

pub(crate) fn read(input: &Input<'_>, options: &Options<'_>, sink: &mut Sink<'_>) -> Result<(), ImportError> {
    let mut lines = input.lines(options, Pass { number: 1, of: 1 })?;
    let mut names = Names::new();
    while let Some(line) = lines.next()? {
        if line.text.trim().is_empty() {
            continue;
        }
        match row(&line, &mut names) {
            Ok(row) => {
                if line.damaged {
                    sink.skip(line.number, Reason::BadEncoding);
                }
                if row.utc {
                    sink.report.times = Times::Utc;
                }
                let chat = row.chat.as_deref().map(|name| sink.chat(name));
                if let Err(Stopped) = sink.push(row.draft, chat.as_ref(), line.number) {
                    break;
                }
            }
            Err(reason) => {
                sink.report.cut_off |= reason == Reason::CutOff;
                sink.skip(line.number, reason);
            }
        }
    }
    Ok(())
}

struct Row {
    draft: Draft,
    chat: Option<String>,
    utc: bool,
}

/// An object out of a line. A line that the file ends in the middle of says so.
pub(crate) fn object<'a, T: serde::Deserialize<'a>>(line: &'a Line<'_>) -> Result<T, Reason> {
    if line.cut {
        return Err(Reason::LineTooLong);
    }
    serde_json::from_str(&line.text).map_err(|error| {
        if error.is_eof() && !line.ended {
            Reason::CutOff
        } else {
            Reason::BadJson
        }
    })
}

fn row(line: &Line<'_>, names: &mut Names) -> Result<Row, Reason> {
    let mut object: Map<String, Value> = object(line)?;
    let at = first(&object, AT_KEYS).and_then(at).ok_or(Reason::NoDate)?;
    let author = first(&object, AUTHOR_KEYS)
        .and_then(Value::as_str)
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let author: Option<Arc<str>> = author.map(|name| names.get(name, |name| cut_name(name).into()));
    let kind = match object.get("kind").and_then(Value::as_str) {
        Some("system") => Kind::System,
        _ => Kind::Message,
    };
    let flag = |key: &str| object.get(key).and_then(Value::as_bool).unwrap_or(false);
    let mut draft = Draft::new(at.at, kind, String::new());
    draft.author = author;
    draft.edited = flag("edited");
    draft.deleted = flag("deleted");
    draft.media = flag("media").then_some(Media::Omitted);
    draft.me = object.get("me").and_then(Value::as_bool);
    let chat = object.get("chat").and_then(Value::as_str).map(str::to_owned);
    draft.text = text(&mut object).ok_or(Reason::BadJson)?;
    Ok(Row {
        draft,
        chat,
        utc: at.utc,
    })
}

fn first<'a>(object: &'a Map<String, Value>, keys: &[&str]) -> Option<&'a Value> {
    keys.iter()
        .find_map(|key| object.get(*key))
        .filter(|value| !value.is_null())
}

fn text(object: &mut Map<String, Value>) -> Option<String> {
    match TEXT_KEYS.iter().find_map(|key| object.remove(*key))? {
        Value::String(text) => Some(text),
        Value::Null => Some(String::new()),
        _ => None,
    }
}

fn at(value: &Value) -> Option<time::Read> {
    match value {
        Value::String(text) => time::parse(text),
        Value::Number(number) => time::epoch(number.as_f64()?),
        _ => None,
    }
}
