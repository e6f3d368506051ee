//! The extensions of a message: three of ours, and those that others put there.

use std::collections::BTreeMap;

use crate::Time;

use super::cbor::{Reader, Value, Writer};
use super::message::Message;
use super::{ContentError, MAX_EXTENSION_BYTES, MAX_EXTENSION_DEPTH, MAX_EXTENSIONS, Result};

const NEVER_AI: &str = "snug:never-ai";
const DRAFTED_WITH_AI: &str = "snug:drafted-with-ai";
const SENT_AT: &str = "snug:sent-at";
/// `senderUri` and `roomUri` of the draft.
const URIS: [u64; 2] = [1, 2];

/// Extensions that this version does not know. They have no effect, and are not lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extensions(BTreeMap<Value, Value>);

impl Extensions {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// All of them, as they stand in the bytes.
pub(super) struct Parsed {
    pub(super) never_ai: bool,
    pub(super) drafted_with_ai: bool,
    pub(super) sent_at: Option<Time>,
    pub(super) others: Extensions,
}

pub(super) fn read(from: &mut Reader<'_>) -> Result<Parsed> {
    let mut all = read_map(from)?;
    let parsed = Parsed {
        never_ai: take_mark(&mut all, NEVER_AI)?,
        drafted_with_ai: take_mark(&mut all, DRAFTED_WITH_AI)?,
        sent_at: take_time(&mut all)?,
        others: Extensions(all),
    };
    uris_are_text(&parsed.others)?;
    Ok(parsed)
}

pub(super) fn write(out: &mut Writer, message: &Message) {
    let mut all = message.others.0.clone();
    if message.never_ai {
        all.insert(key(NEVER_AI), value(|out| out.bool(true)));
    }
    if message.drafted_with_ai {
        all.insert(key(DRAFTED_WITH_AI), value(|out| out.bool(true)));
    }
    if let Some(at) = message.sent_at {
        all.insert(key(SENT_AT), value(|out| out.unsigned(at.unix_seconds())));
    }
    out.map(all.len());
    for (key, value) in &all {
        out.value(key).value(value);
    }
}

fn read_map(from: &mut Reader<'_>) -> Result<BTreeMap<Value, Value>> {
    let pairs = from.map()?;
    if pairs > MAX_EXTENSIONS as u64 {
        return Err(ContentError::TooLarge("the number of extensions"));
    }
    let mut all = BTreeMap::new();
    for _ in 0..pairs {
        let key = from.extension_key()?;
        if all.last_key_value().is_some_and(|(before, _)| before >= &key) {
            return Err(ContentError::Malformed);
        }
        let value = from.value(MAX_EXTENSION_DEPTH - 1)?;
        if value.as_bytes().len() > MAX_EXTENSION_BYTES {
            return Err(ContentError::TooLarge("an extension"));
        }
        all.insert(key, value);
    }
    Ok(all)
}

/// A mark that is there but says anything else than yes could be read either way: the message is refused.
fn take_mark(all: &mut BTreeMap<Value, Value>, name: &str) -> Result<bool> {
    match all.remove(&key(name)) {
        None => Ok(false),
        Some(said) if Reader::new(said.as_bytes()).bool()? => Ok(true),
        Some(_) => Err(ContentError::Malformed),
    }
}

fn take_time(all: &mut BTreeMap<Value, Value>) -> Result<Option<Time>> {
    all.remove(&key(SENT_AT))
        .map(|said| Reader::new(said.as_bytes()).unsigned())
        .transpose()
        .map(|seconds| seconds.map(Time::from_unix_seconds))
}

fn uris_are_text(others: &Extensions) -> Result<()> {
    URIS.iter()
        .filter_map(|number| others.0.get(&value(|out| out.unsigned(*number))))
        .try_for_each(|uri| {
            Reader::new(uri.as_bytes())
                .text(MAX_EXTENSION_BYTES, "an extension")
                .map(drop)
        })
}

fn key(name: &str) -> Value {
    value(|out| out.text(name))
}

fn value(write: impl FnOnce(&mut Writer) -> &mut Writer) -> Value {
    let mut out = Writer::new();
    write(&mut out);
    out.into_value()
}
