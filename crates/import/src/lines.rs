//! Lines of text out of bytes, with bounded memory.

use std::borrow::Cow;
use std::io::{self, Read};

use memchr::memchr;

/// Bytes of one line that are kept; the rest of the line is dropped and reported. A message of 65,536
/// characters, the longest that messengers send, takes at most 256 KiB.
pub const MAX_LINE_BYTES: usize = 1024 * 1024;

/// How much is asked of the source at once.
const CHUNK: usize = 64 * 1024;

/// One line, without its end.
pub(crate) struct Line<'a> {
    /// From 1.
    pub number: u64,
    pub text: Cow<'a, str>,
    /// Some bytes were not UTF-8 and are replaced.
    pub damaged: bool,
    /// The line went on beyond [`MAX_LINE_BYTES`].
    pub cut: bool,
    /// It ended with a line break, not with the file.
    pub ended: bool,
}

pub(crate) struct Lines<R> {
    source: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    number: u64,
    done: bool,
}

/// Where a line lies in the buffer.
struct Span {
    len: usize,
    consumed: usize,
    cut: bool,
    ended: bool,
}

impl<R: Read> Lines<R> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            buffer: vec![0; CHUNK.saturating_mul(2)],
            start: 0,
            end: 0,
            number: 0,
            done: false,
        }
    }

    /// The next line, or `None` after the last.
    pub(crate) fn next(&mut self) -> io::Result<Option<Line<'_>>> {
        let Some(span) = self.span()? else { return Ok(None) };
        self.number = self.number.saturating_add(1);
        let from = self.start;
        self.start = self.start.saturating_add(span.consumed);
        let bytes = self
            .buffer
            .get(from..from.saturating_add(span.len))
            .unwrap_or_default();
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let (text, damaged) = match str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), false),
            Err(_) => lossy(bytes, span.cut),
        };
        Ok(Some(Line {
            number: self.number,
            text,
            damaged,
            cut: span.cut,
            ended: span.ended,
        }))
    }

    fn span(&mut self) -> io::Result<Option<Span>> {
        let mut searched = 0;
        loop {
            let held = self.buffer.get(self.start..self.end).unwrap_or_default();
            if let Some(at) = memchr(b'\n', held.get(searched..).unwrap_or_default()) {
                let len = searched.saturating_add(at);
                return Ok(Some(Span {
                    len,
                    consumed: len.saturating_add(1),
                    cut: false,
                    ended: true,
                }));
            }
            searched = held.len();
            if searched >= MAX_LINE_BYTES {
                return self.long_line().map(Some);
            }
            if !self.fill()? {
                let rest = Span {
                    len: searched,
                    consumed: searched,
                    cut: false,
                    ended: false,
                };
                return Ok((searched > 0).then_some(rest));
            }
        }
    }

    /// Keeps the beginning of a line that is too long and drops the rest of it.
    fn long_line(&mut self) -> io::Result<Span> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.start = 0;
        self.end = MAX_LINE_BYTES;
        self.buffer.resize(MAX_LINE_BYTES.saturating_add(CHUNK), 0);
        loop {
            let spare = self.buffer.get_mut(MAX_LINE_BYTES..).unwrap_or_default();
            let read = read_some(&mut self.source, spare)?;
            let got = spare.get(..read).unwrap_or_default();
            if let Some(at) = memchr(b'\n', got) {
                self.end = MAX_LINE_BYTES.saturating_add(read);
                let consumed = MAX_LINE_BYTES.saturating_add(at).saturating_add(1);
                return Ok(Span {
                    len: MAX_LINE_BYTES,
                    consumed,
                    cut: true,
                    ended: true,
                });
            }
            if read == 0 {
                self.done = true;
                return Ok(Span {
                    len: MAX_LINE_BYTES,
                    consumed: MAX_LINE_BYTES,
                    cut: true,
                    ended: false,
                });
            }
        }
    }

    /// Reads more behind what is held; false at the end of the source.
    fn fill(&mut self) -> io::Result<bool> {
        if self.done {
            return Ok(false);
        }
        if self.buffer.len().saturating_sub(self.end) < CHUNK {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end = self.end.saturating_sub(self.start);
            self.start = 0;
            let need = self.end.saturating_add(CHUNK);
            if self.buffer.len() < need {
                self.buffer.resize(need, 0);
            }
        }
        let spare = self.buffer.get_mut(self.end..).unwrap_or_default();
        let read = read_some(&mut self.source, spare)?;
        self.end = self.end.saturating_add(read);
        self.done = read == 0;
        Ok(read > 0)
    }
}

/// One read, repeated when a signal interrupts it.
pub(crate) fn read_some(source: &mut impl Read, into: &mut [u8]) -> io::Result<usize> {
    loop {
        match source.read(into) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // A reader that claims more than it was given is broken; do not believe it.
            other => return other.map(|read| read.min(into.len())),
        }
    }
}

/// Text with replacement characters. A cut in the middle of a character is not damage.
fn lossy(bytes: &[u8], cut: bool) -> (Cow<'_, str>, bool) {
    if cut {
        let whole = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        if bytes.len().saturating_sub(whole.len()) < 4 {
            return (Cow::Borrowed(whole), false);
        }
    }
    (String::from_utf8_lossy(bytes), true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8]) -> Vec<(u64, usize, bool, bool)> {
        let mut lines = Lines::new(bytes);
        let mut out = Vec::new();
        while let Some(line) = lines.next().unwrap() {
            out.push((line.number, line.text.len(), line.cut, line.ended));
        }
        out
    }

    #[test]
    fn ends_of_lines() {
        assert_eq!(all(b""), []);
        assert_eq!(all(b"\n"), [(1, 0, false, true)]);
        assert_eq!(
            all(b"a\r\nbc\n\nd"),
            [
                (1, 1, false, true),
                (2, 2, false, true),
                (3, 0, false, true),
                (4, 1, false, false)
            ]
        );
    }

    #[test]
    fn a_long_line_is_cut_and_the_next_is_whole() {
        let mut bytes = vec![b'x'; MAX_LINE_BYTES * 3];
        bytes.extend_from_slice(b"\nnext\n");
        assert_eq!(
            all(&bytes),
            [(1, MAX_LINE_BYTES, true, true), (2, 4, false, true)]
        );
        let exact = vec![b'x'; MAX_LINE_BYTES];
        assert_eq!(all(&exact), [(1, MAX_LINE_BYTES, true, false)]);
    }

    #[test]
    fn a_cut_inside_a_character_is_no_damage_but_a_bad_byte_is() {
        let mut bytes = vec![b'x'; MAX_LINE_BYTES - 1];
        bytes.extend_from_slice("éé\n".as_bytes());
        let mut lines = Lines::new(bytes.as_slice());
        let line = lines.next().unwrap().unwrap();
        assert!(line.cut && !line.damaged);
        let mut lines = Lines::new(&b"a\xffb\n"[..]);
        let line = lines.next().unwrap().unwrap();
        assert!(line.damaged);
        assert_eq!(line.text, "a\u{fffd}b");
    }
}
