//! Walks over a JSON document of any size and hands out the objects that matter, one at a time.
//!
//! Only brackets, strings and keys are looked at here; what lies in an object is parsed by whoever gets it. So a
//! damaged message costs that message, and the memory is one object.

use std::io::{self, Read};

use memchr::memchr2;

use crate::lines::read_some;

/// Bytes of one message object. Its text is limited further; the rest is markup.
pub const MAX_OBJECT_BYTES: usize = 4 * 1024 * 1024;

/// How deep brackets may nest. Telegram's exports nest about ten deep.
pub const MAX_JSON_DEPTH: usize = 64;

/// Bytes of a key or a plain value that are kept.
const MAX_SCALAR_BYTES: usize = 4 * 1024;

const CHUNK: usize = 64 * 1024;

/// What was met.
pub(super) enum Event<'a> {
    /// `"key": "value"` or a number, in an object that is not handed out whole. The value is raw JSON; `inside`
    /// is the key behind which the object stands, `depth` how many brackets are open.
    Value {
        inside: &'a str,
        depth: usize,
        key: &'a str,
        raw: &'a [u8],
    },
    /// An object of a list, whole; `None` when it is larger than [`MAX_OBJECT_BYTES`].
    Item { raw: Option<&'a [u8]>, line: u64 },
    /// An object or array ended that was not handed out whole.
    End { depth: usize },
    /// The document ended.
    Done,
    /// The file ended in the middle of the document.
    CutOff { line: u64 },
}

/// Why the walk ended.
pub(super) enum Fault {
    Io(io::Error),
    TooDeep { line: u64 },
    Malformed { line: u64 },
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Object,
    Array,
}

/// An open bracket and the key it stands behind.
struct Level {
    bracket: Bracket,
    key: String,
}

pub(super) struct Walk<R> {
    bytes: Bytes<R>,
    levels: Vec<Level>,
    /// The key that was read last and waits for its value.
    key: Option<String>,
    /// The last string or number.
    scalar: Vec<u8>,
    /// The object that is being taken whole.
    item: Vec<u8>,
    began: bool,
}

impl<R: Read> Walk<R> {
    pub(super) fn new(source: R) -> Self {
        Self {
            bytes: Bytes::new(source),
            levels: Vec::new(),
            key: None,
            scalar: Vec::new(),
            item: Vec::new(),
            began: false,
        }
    }

    /// The next event. `whole` says which lists have their objects handed out whole.
    pub(super) fn next(&mut self, whole: impl Fn(&str) -> bool) -> Result<Event<'_>, Fault> {
        loop {
            if self.began && self.levels.is_empty() {
                return Ok(Event::Done);
            }
            let Some(byte) = self.bytes.next()? else {
                return Ok(Event::CutOff {
                    line: self.bytes.line,
                });
            };
            match byte {
                b'{' if self.in_list(&whole) => return self.item(),
                b'{' => self.open(Bracket::Object)?,
                b'[' => self.open(Bracket::Array)?,
                b'}' | b']' => return self.close(byte),
                b':' => self.key = Some(unquote(&self.scalar)),
                b',' => self.key = None,
                byte if byte.is_ascii_whitespace() => {}
                byte => {
                    if self.scalar(byte)? {
                        return Ok(self.value());
                    }
                }
            }
        }
    }

    fn in_list(&self, whole: &impl Fn(&str) -> bool) -> bool {
        self.levels
            .last()
            .is_some_and(|level| level.bracket == Bracket::Array && whole(&level.key))
    }

    fn open(&mut self, bracket: Bracket) -> Result<(), Fault> {
        if self.levels.len() >= MAX_JSON_DEPTH {
            return Err(Fault::TooDeep {
                line: self.bytes.line,
            });
        }
        self.began = true;
        let key = self.key.take().unwrap_or_default();
        self.levels.push(Level { bracket, key });
        Ok(())
    }

    fn close(&mut self, byte: u8) -> Result<Event<'_>, Fault> {
        let bracket = if byte == b'}' {
            Bracket::Object
        } else {
            Bracket::Array
        };
        let line = self.bytes.line;
        let level = self.levels.pop().ok_or(Fault::Malformed { line })?;
        if level.bracket != bracket {
            return Err(Fault::Malformed { line });
        }
        self.key = None;
        Ok(Event::End {
            depth: self.levels.len(),
        })
    }

    /// Reads a string, number or word into `scalar`; says whether it is the value of a key.
    fn scalar(&mut self, first: u8) -> Result<bool, Fault> {
        if self.levels.is_empty() {
            return Err(Fault::Malformed {
                line: self.bytes.line,
            });
        }
        self.scalar.clear();
        self.scalar.push(first);
        if first == b'"' {
            self.bytes.string(&mut self.scalar, MAX_SCALAR_BYTES)?;
        } else {
            self.bytes.word(&mut self.scalar, MAX_SCALAR_BYTES)?;
        }
        Ok(self.key.is_some())
    }

    fn value(&mut self) -> Event<'_> {
        // The key stays until the comma: `"key": "value" "more"` is no JSON, and its first value counts.
        let key = self.key.as_deref().unwrap_or_default();
        let inside = self.levels.last().map_or("", |level| level.key.as_str());
        Event::Value {
            inside,
            depth: self.levels.len(),
            key,
            raw: &self.scalar,
        }
    }

    /// Takes an object whole; its `{` has been read.
    fn item(&mut self) -> Result<Event<'_>, Fault> {
        let line = self.bytes.line;
        self.item.clear();
        self.item.push(b'{');
        let mut depth = 1_usize;
        while depth > 0 {
            let Some(byte) = self.bytes.next()? else {
                return Ok(Event::CutOff { line });
            };
            // Blanks between tokens are half of an indented file.
            if !byte.is_ascii_whitespace() {
                push(&mut self.item, byte, MAX_OBJECT_BYTES);
            }
            match byte {
                b'"' => self.bytes.string(&mut self.item, MAX_OBJECT_BYTES)?,
                b'{' | b'[' => depth = depth.saturating_add(1),
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth.saturating_add(self.levels.len()) > MAX_JSON_DEPTH {
                return Err(Fault::TooDeep { line });
            }
        }
        let raw = (self.item.len() < MAX_OBJECT_BYTES).then_some(self.item.as_slice());
        Ok(Event::Item { raw, line })
    }
}

/// A string of raw JSON as text; a damaged one as nothing.
fn unquote(raw: &[u8]) -> String {
    serde_json::from_slice(raw).unwrap_or_default()
}

fn push(into: &mut Vec<u8>, byte: u8, limit: usize) {
    if into.len() < limit {
        into.push(byte);
    }
}

/// Bytes one at a time, counting lines.
struct Bytes<R> {
    source: R,
    buffer: Vec<u8>,
    at: usize,
    end: usize,
    line: u64,
}

impl<R: Read> Bytes<R> {
    fn new(source: R) -> Self {
        Self {
            source,
            buffer: vec![0; CHUNK],
            at: 0,
            end: 0,
            line: 1,
        }
    }

    fn fill(&mut self) -> io::Result<bool> {
        self.at = 0;
        self.end = read_some(&mut self.source, &mut self.buffer)?;
        Ok(self.end > 0)
    }

    fn next(&mut self) -> io::Result<Option<u8>> {
        if self.at >= self.end && !self.fill()? {
            return Ok(None);
        }
        let byte = self.buffer.get(self.at).copied();
        self.at = self.at.saturating_add(1);
        self.line = self.line.saturating_add(u64::from(byte == Some(b'\n')));
        Ok(byte)
    }

    /// Takes the rest of a string, with its closing quote. At the end of the file, what there is.
    fn string(&mut self, into: &mut Vec<u8>, limit: usize) -> io::Result<()> {
        loop {
            if self.at >= self.end && !self.fill()? {
                return Ok(());
            }
            let held = self.buffer.get(self.at..self.end).unwrap_or_default();
            let stop = memchr2(b'"', b'\\', held);
            let plain = held.get(..stop.unwrap_or(held.len())).unwrap_or_default();
            let room = limit.saturating_sub(into.len()).min(plain.len());
            into.extend_from_slice(plain.get(..room).unwrap_or_default());
            self.at = self.at.saturating_add(plain.len());
            if stop.is_none() {
                continue;
            }
            let Some(byte) = self.next()? else {
                return Ok(());
            };
            push(into, byte, limit);
            if byte == b'"' {
                return Ok(());
            }
            if let Some(escaped) = self.next()? {
                push(into, escaped, limit);
            }
        }
    }

    /// Takes the rest of a number or a word.
    fn word(&mut self, into: &mut Vec<u8>, limit: usize) -> io::Result<()> {
        while let Some(byte) = self.next()? {
            if matches!(byte, b',' | b':' | b'{' | b'}' | b'[' | b']' | b'"') || byte.is_ascii_whitespace() {
                // Give it back; it was counted only if it was a line break.
                self.at = self.at.saturating_sub(1);
                self.line = self.line.saturating_sub(u64::from(byte == b'\n'));
                return Ok(());
            }
            push(into, byte, limit);
        }
        Ok(())
    }
}
