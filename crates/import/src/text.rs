//! UTF-8 out of UTF-8 or UTF-16, decided by the byte order mark.

use std::io::{self, Read};

use crate::lines::read_some;

/// A byte that is never UTF-8. It stands for a UTF-16 unit that is no character, so that the line reader reports
/// the line it is on.
const NOT_TEXT: u8 = 0xff;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

/// Gives UTF-8, without a byte order mark.
pub(crate) struct Decoded<R> {
    source: R,
    encoding: Option<Encoding>,
    /// Bytes to give before more are read.
    ready: Vec<u8>,
    given: usize,
    /// An odd byte, and a first surrogate, that wait for their second half.
    odd: Option<u8>,
    high: Option<u16>,
}

impl<R: Read> Decoded<R> {
    pub(crate) const fn new(source: R) -> Self {
        Self {
            source,
            encoding: None,
            ready: Vec::new(),
            given: 0,
            odd: None,
            high: None,
        }
    }

    /// Looks at the first bytes and takes a mark off.
    fn begin(&mut self) -> io::Result<Encoding> {
        let mut head = [0; 3];
        let mut held = 0;
        while held < head.len() {
            let read = read_some(&mut self.source, head.get_mut(held..).unwrap_or_default())?;
            if read == 0 {
                break;
            }
            held = held.saturating_add(read);
        }
        let head = head.get(..held).unwrap_or_default();
        let (encoding, rest) = match head {
            [0xff, 0xfe, rest @ ..] => (Encoding::Utf16Le, rest),
            [0xfe, 0xff, rest @ ..] => (Encoding::Utf16Be, rest),
            [0xef, 0xbb, 0xbf] => (Encoding::Utf8, &[][..]),
            all => (Encoding::Utf8, all),
        };
        self.encoding = Some(encoding);
        if encoding == Encoding::Utf8 {
            self.ready.extend_from_slice(rest);
        } else {
            self.units(rest, encoding);
        }
        Ok(encoding)
    }

    fn units(&mut self, bytes: &[u8], encoding: Encoding) {
        for &byte in bytes {
            let Some(first) = self.odd.take() else {
                self.odd = Some(byte);
                continue;
            };
            let pair = [first, byte];
            let unit = if encoding == Encoding::Utf16Le {
                u16::from_le_bytes(pair)
            } else {
                u16::from_be_bytes(pair)
            };
            self.unit(unit);
        }
    }

    fn unit(&mut self, unit: u16) {
        if let Some(high) = self.high.take() {
            match char::decode_utf16([high, unit]).next() {
                Some(Ok(c)) => return self.character(c),
                _ => self.ready.push(NOT_TEXT),
            }
        }
        match unit {
            0xd800..0xdc00 => self.high = Some(unit),
            _ => match char::from_u32(u32::from(unit)) {
                Some(c) => self.character(c),
                None => self.ready.push(NOT_TEXT),
            },
        }
    }

    fn character(&mut self, c: char) {
        self.ready
            .extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }

    /// At the end of UTF-16, a half character is damage.
    fn finish(&mut self) {
        if self.odd.take().is_some() | self.high.take().is_some() {
            self.ready.push(NOT_TEXT);
        }
    }

    fn give(&mut self, into: &mut [u8]) -> usize {
        let rest = self.ready.get(self.given..).unwrap_or_default();
        let count = rest.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.given = self.given.saturating_add(count);
        if self.given >= self.ready.len() {
            self.ready.clear();
            self.given = 0;
        }
        count
    }
}

impl<R: Read> Read for Decoded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if into.is_empty() {
            return Ok(0);
        }
        let encoding = match self.encoding {
            Some(encoding) => encoding,
            None => self.begin()?,
        };
        loop {
            if !self.ready.is_empty() {
                return Ok(self.give(into));
            }
            if encoding == Encoding::Utf8 {
                return self.source.read(into);
            }
            let mut chunk = [0; 16 * 1024];
            let read = read_some(&mut self.source, &mut chunk)?;
            if read == 0 {
                self.finish();
                return Ok(self.give(into));
            }
            self.units(chunk.get(..read).unwrap_or_default(), encoding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bytes: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        Decoded::new(bytes).read_to_end(&mut out).unwrap();
        out
    }

    #[test]
    fn both_orders_of_utf16_and_marked_utf8() {
        let text = "a\u{e9}😀\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(decode(&[&[0xff, 0xfe][..], &little].concat()), text.as_bytes());
        assert_eq!(decode(&[&[0xfe, 0xff][..], &big].concat()), text.as_bytes());
        assert_eq!(
            decode(&[&[0xef, 0xbb, 0xbf][..], text.as_bytes()].concat()),
            text.as_bytes()
        );
        assert_eq!(decode(text.as_bytes()), text.as_bytes());
        assert_eq!(decode(b"a"), b"a");
    }

    #[test]
    fn half_characters_are_damage() {
        assert_eq!(decode(&[0xff, 0xfe, 0x00, 0xd8, b'a', 0]), [NOT_TEXT, b'a']);
        assert_eq!(decode(&[0xff, 0xfe, 0x00, 0xdc]), [NOT_TEXT]);
        assert_eq!(decode(&[0xff, 0xfe, b'a', 0, b'b']), [b'a', NOT_TEXT]);
    }
}
