//! What a file is, from its first bytes.

use std::io::Read;

use serde_json::{Map, Value};

use crate::input::{HEAD_BYTES, Input};
use crate::text::Decoded;
use crate::{Format, ImportError};

/// Whether these are the first bytes of a zip.
pub(crate) fn is_zip(head: &[u8]) -> bool {
    head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06")
}

/// The format of a text, or why it is none.
pub(crate) fn text_format(input: &Input<'_>) -> Result<Format, ImportError> {
    let head = input.head()?;
    if let Some(error) = known_binary(&head) {
        return Err(error);
    }
    let whole = head.len() < HEAD_BYTES;
    let text = decode(&head)?;
    let text = text.trim_start_matches(is_blank);
    if text.is_empty() && whole {
        return Err(ImportError::Empty);
    }
    if looks_like_html(text) {
        return Err(ImportError::Html);
    }
    match text.chars().next() {
        Some('{') => json_format(text, whole),
        Some('[') if array_of_values(text) => Err(ImportError::UnknownJson),
        _ => Ok(Format::WhatsApp),
    }
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// Formats that people pick by mistake, by their signatures.
fn known_binary(head: &[u8]) -> Option<ImportError> {
    let starts = |magic: &[u8]| head.starts_with(magic);
    let at = |offset: usize, magic: &[u8]| head.get(offset..).is_some_and(|rest| rest.starts_with(magic));
    let image = [
        &b"\x89PNG"[..],
        b"\xff\xd8\xff",
        b"GIF8",
        b"BM\x00",
        b"II*\x00",
        b"MM\x00*",
    ];
    let named_image = [&b"ftyphei"[..], b"ftypmif", b"ftypavi"];
    let av = [&b"OggS"[..], b"ID3", b"fLaC", b"\x1aE\xdf\xa3", b"\xff\xfb"];
    let archive = [
        &b"\x1f\x8b"[..],
        b"7z\xbc\xaf\x27\x1c",
        b"Rar!",
        b"BZh",
        b"\xfd7zXZ",
        b"\x28\xb5\x2f\xfd",
    ];
    if starts(b"%PDF") {
        Some(ImportError::Pdf)
    } else if image.iter().any(|magic| starts(magic)) || named_image.iter().any(|magic| at(4, magic)) {
        Some(ImportError::Image)
    } else if av.iter().any(|magic| starts(magic)) || at(4, b"ftyp") || starts(b"RIFF") {
        Some(ImportError::AudioVideo)
    } else if starts(b"SQLite format 3\0") {
        Some(ImportError::Database)
    } else if at(257, b"ustar") {
        Some(tar(head))
    } else if archive.iter().any(|magic| starts(magic)) || is_zip(head) {
        Some(ImportError::OtherArchive)
    } else {
        None
    }
}

/// Delta Chat's backup is a tar around its database and files.
fn tar(head: &[u8]) -> ImportError {
    let name = head.get(..100).unwrap_or_default();
    let has = |part: &[u8]| memchr::memmem::find(name, part).is_some();
    if has(b"dc_database_backup") || has(b"blobs_backup") || has(b"delta-chat") {
        ImportError::DeltaChatBackup
    } else {
        ImportError::OtherArchive
    }
}

/// The head as text; an error when it is not text.
fn decode(head: &[u8]) -> Result<String, ImportError> {
    let mut bytes = Vec::new();
    Decoded::new(head).read_to_end(&mut bytes)?;
    let mut text = String::new();
    let mut bad = 0_usize;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        bad = bad.saturating_add(chunk.invalid().len());
    }
    let control = text
        .chars()
        .filter(|&c| c.is_control() && !c.is_whitespace() && c != '\u{1b}')
        .count();
    let odd = bad.saturating_add(control);
    if text.contains('\0') || odd > bytes.len() / 4 {
        return Err(ImportError::Binary);
    }
    Ok(text)
}

fn looks_like_html(text: &str) -> bool {
    let head: String = text.chars().take(200).collect::<String>().to_lowercase();
    ["<!doctype html", "<html", "<?xml", "<head", "<body"]
        .iter()
        .any(|tag| head.starts_with(tag))
}

/// `[{` and the like begin JSON; `[15/01/20` begins WhatsApp's lines.
fn array_of_values(text: &str) -> bool {
    let inside = text.trim_start_matches('[').trim_start();
    inside.starts_with(['{', '"', ']']) || inside.is_empty()
}

fn json_format(text: &str, whole: bool) -> Result<Format, ImportError> {
    let line = text.lines().next().unwrap_or_default();
    match serde_json::from_str::<Map<String, Value>>(line) {
        Ok(object) => object_format(&object).ok_or(ImportError::UnknownJson),
        // A line that ends within the head and is no object belongs to a document over several lines.
        Err(_) if looks_like_telegram(text) => Ok(Format::Telegram),
        Err(_) if looks_like_rows(text, whole) => Ok(Format::JsonLines),
        Err(_) => Err(ImportError::UnknownJson),
    }
}

fn object_format(object: &Map<String, Value>) -> Option<Format> {
    let has = |keys: &[&str]| keys.iter().any(|key| object.contains_key(*key));
    let telegram = has(&["chats", "left_chats", "personal_information"])
        || object.get("messages").is_some_and(Value::is_array);
    let frame = [
        "account",
        "recipient",
        "chat",
        "chatItem",
        "stickerPack",
        "adHocCall",
        "chatFolder",
    ];
    let signal = has(&["backupTimeMs"])
        || (frame
            .iter()
            .any(|key| object.get(*key).is_some_and(Value::is_object)));
    if telegram {
        Some(Format::Telegram)
    } else if signal {
        Some(Format::Signal)
    } else if has(crate::jsonl::AT_KEYS) || has(crate::jsonl::TEXT_KEYS) {
        Some(Format::JsonLines)
    } else {
        None
    }
}

fn looks_like_telegram(text: &str) -> bool {
    [
        "\"messages\"",
        "\"chats\"",
        "\"left_chats\"",
        "\"personal_information\"",
    ]
    .iter()
    .any(|key| text.contains(key))
}

/// A first line that is damaged or longer than the head, among lines that are rows.
fn looks_like_rows(text: &str, whole: bool) -> bool {
    let rows = text
        .lines()
        .skip(1)
        .filter_map(|line| serde_json::from_str::<Map<String, Value>>(line).ok());
    let found = rows
        .take(20)
        .any(|row| object_format(&row) == Some(Format::JsonLines));
    let one_long_row = !whole && !text.contains('\n') && text.contains("\"text\"");
    found || one_long_row
}
