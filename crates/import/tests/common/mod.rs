//! Helpers that the tests share.
#![allow(dead_code, clippy::unwrap_used, clippy::panic, missing_docs, unreachable_pub)]

use std::ops::ControlFlow;

use import::{Entry, ImportError, Kind, Options, Report};

pub fn read_with(bytes: &[u8], options: &Options<'_>) -> Result<(Vec<Entry>, Report), ImportError> {
    let mut entries = Vec::new();
    let report = import::read(bytes, options, &mut |entry| {
        entries.push(entry);
        ControlFlow::Continue(())
    })?;
    Ok((entries, report))
}

pub fn read(bytes: &[u8]) -> (Vec<Entry>, Report) {
    read_with(bytes, &Options::default())
        .unwrap_or_else(|error| panic!("{error:?}: {}", String::from_utf8_lossy(bytes)))
}

/// `at|author|text`, with `-` for no author.
pub fn lines(entries: &[Entry]) -> Vec<String> {
    let line = |entry: &Entry| {
        assert_eq!(entry.kind == Kind::System, entry.author.is_none());
        format!(
            "{}|{}|{}",
            entry.at,
            entry.author.as_deref().unwrap_or("-"),
            entry.text
        )
    };
    entries.iter().map(line).collect()
}
