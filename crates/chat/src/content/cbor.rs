//! Deterministic CBOR (RFC 8949 section 4.2.1), of which every value has one encoding only.
//!
//! `minicbor` reads longer forms than needed and does not tell; what identifies a message by its hash must not come in two
//! forms, so heads are read here.

use core::fmt;

use super::{ContentError, Result};

/// Integers as keys stay exact as a double (draft-ietf-mimi-content-08 section 6.2).
const MAX_KEY_NUMBER: u64 = (1 << 53) - 1;
/// The only not-a-number: half width, quiet.
const NAN: u64 = 0x7E00;

/// One value in deterministic CBOR that this version does not understand, but keeps.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Value(Vec<u8>);

impl Value {
    /// Its bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Value({} bytes)", self.0.len())
    }
}

/// What the first three bits of a value say.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Major {
    Unsigned,
    Negative,
    Bytes,
    Text,
    Array,
    Map,
    Tag,
    Simple,
}

/// The rest of a head.
#[derive(Clone, Copy)]
struct Head {
    major: Major,
    number: u64,
    /// Bytes behind the first.
    width: u8,
}

/// Reads bytes from the front.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Nothing may follow.
    pub(super) const fn end(&self) -> Result<()> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(ContentError::Malformed)
        }
    }

    pub(super) fn unsigned(&mut self) -> Result<u64> {
        self.expect(Major::Unsigned)
    }

    /// An unsigned integer of a narrower type.
    pub(super) fn narrow<T: TryFrom<u64>>(&mut self) -> Result<T> {
        T::try_from(self.unsigned()?).map_err(|_| ContentError::Malformed)
    }

    /// The number of elements of an array; nothing is allocated for it.
    pub(super) fn array(&mut self) -> Result<u64> {
        self.expect(Major::Array)
    }

    /// An array of exactly so many elements.
    pub(super) fn array_of(&mut self, elements: u64) -> Result<()> {
        if self.array()? == elements {
            Ok(())
        } else {
            Err(ContentError::Malformed)
        }
    }

    /// The number of pairs of a map.
    pub(super) fn map(&mut self) -> Result<u64> {
        self.expect(Major::Map)
    }

    pub(super) fn bytes(&mut self, most: usize, what: &'static str) -> Result<&'a [u8]> {
        let length = self.expect(Major::Bytes)?;
        self.take_within(length, most, what)
    }

    pub(super) fn exactly<const N: usize>(&mut self) -> Result<[u8; N]> {
        let length = self.expect(Major::Bytes)?;
        self.take(length)?.try_into().map_err(|_| ContentError::Malformed)
    }

    pub(super) fn text(&mut self, most: usize, what: &'static str) -> Result<&'a str> {
        let length = self.expect(Major::Text)?;
        utf8(self.take_within(length, most, what)?)
    }

    pub(super) fn bool(&mut self) -> Result<bool> {
        match self.expect(Major::Simple)? {
            20 => Ok(false),
            21 => Ok(true),
            _ => Err(ContentError::Malformed),
        }
    }

    pub(super) fn null(&mut self) -> Result<()> {
        self.or_null(|_| Err::<(), _>(ContentError::Malformed)).map(drop)
    }

    /// `None` for null, else what `read` makes of it.
    pub(super) fn or_null<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T>) -> Result<Option<T>> {
        if let Some((0xF6, rest)) = self.rest.split_first() {
            self.rest = rest;
            Ok(None)
        } else {
            read(self).map(Some)
        }
    }

    /// A whole value of any type, with at most so many levels of arrays, maps and tags.
    pub(super) fn value(&mut self, levels: usize) -> Result<Value> {
        self.raw(|reader| reader.skip(levels))
    }

    /// What may be a key in the map of extensions: an integer or 1 to 255 bytes of text.
    pub(super) fn extension_key(&mut self) -> Result<Value> {
        self.raw(|reader| {
            let head = reader.head()?;
            match head.major {
                Major::Text if (1..=255).contains(&head.number) => reader.skip_content(head, 0),
                Major::Unsigned | Major::Negative => within_double(head),
                _ => Err(ContentError::Malformed),
            }
        })
    }

    fn raw(&mut self, skip: impl FnOnce(&mut Self) -> Result<()>) -> Result<Value> {
        let before = self.rest;
        skip(self)?;
        let length = before.len().saturating_sub(self.rest.len());
        let bytes = before.get(..length).ok_or(ContentError::Malformed)?;
        Ok(Value(bytes.to_vec()))
    }

    fn skip(&mut self, levels: usize) -> Result<()> {
        let head = self.head()?;
        self.skip_content(head, levels)
    }

    fn skip_content(&mut self, head: Head, levels: usize) -> Result<()> {
        let inside = || levels.checked_sub(1).ok_or(ContentError::Malformed);
        match head.major {
            Major::Unsigned | Major::Negative => Ok(()),
            Major::Bytes => self.take(head.number).map(drop),
            Major::Text => utf8(self.take(head.number)?).map(drop),
            Major::Array => self.skip_array(head.number, inside()?),
            Major::Map => self.skip_map(head.number, inside()?),
            Major::Tag => self.skip_tagged(head.number, inside()?),
            Major::Simple => simple_or_float(head),
        }
    }

    fn skip_array(&mut self, elements: u64, levels: usize) -> Result<()> {
        (0..elements).try_for_each(|_| self.skip(levels))
    }

    fn skip_map(&mut self, pairs: u64, levels: usize) -> Result<()> {
        let mut before: Option<Value> = None;
        for _ in 0..pairs {
            let key = self.raw(Self::skip_key)?;
            if before.is_some_and(|before| before >= key) {
                return Err(ContentError::Malformed);
            }
            before = Some(key);
            self.skip(levels)?;
        }
        Ok(())
    }

    fn skip_key(&mut self) -> Result<()> {
        let head = self.head()?;
        match head.major {
            Major::Unsigned | Major::Negative => within_double(head),
            Major::Text | Major::Bytes => self.skip_content(head, 0),
            _ => Err(ContentError::Malformed),
        }
    }

    /// An integer that is written as a big one must be too big for a regular one, and start with no zero.
    fn skip_tagged(&mut self, tag: u64, levels: usize) -> Result<()> {
        if !matches!(tag, 2 | 3) {
            return self.skip(levels);
        }
        let length = self.expect(Major::Bytes)?;
        match self.take(length)? {
            [first, rest @ ..] if *first != 0 && rest.len() >= 8 => Ok(()),
            _ => Err(ContentError::Malformed),
        }
    }

    fn expect(&mut self, major: Major) -> Result<u64> {
        let head = self.head()?;
        if head.major == major {
            Ok(head.number)
        } else {
            Err(ContentError::Malformed)
        }
    }

    fn head(&mut self) -> Result<Head> {
        let (first, rest) = self.rest.split_first().ok_or(ContentError::Malformed)?;
        self.rest = rest;
        let major = major(first >> 5);
        let (number, width) = match first & 31 {
            small @ 0..24 => (u64::from(small), 0),
            24 => (self.number::<1>()?, 1),
            25 => (self.number::<2>()?, 2),
            26 => (self.number::<4>()?, 4),
            27 => (self.number::<8>()?, 8),
            _ => return Err(ContentError::Malformed),
        };
        let head = Head { major, number, width };
        // Behind a simple head stand the bits of a float: its shortest form is another question.
        if major == Major::Simple || width == shortest(number) {
            Ok(head)
        } else {
            Err(ContentError::Malformed)
        }
    }

    fn number<const N: usize>(&mut self) -> Result<u64> {
        let (bytes, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or(ContentError::Malformed)?;
        self.rest = rest;
        Ok(bytes
            .iter()
            .fold(0, |number, byte| (number << 8) | u64::from(*byte)))
    }

    fn take_within(&mut self, length: u64, most: usize, what: &'static str) -> Result<&'a [u8]> {
        let taken = self.take(length)?;
        if taken.len() > most {
            Err(ContentError::TooLarge(what))
        } else {
            Ok(taken)
        }
    }

    fn take(&mut self, length: u64) -> Result<&'a [u8]> {
        let length = usize::try_from(length).map_err(|_| ContentError::Malformed)?;
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(ContentError::Malformed)?;
        self.rest = rest;
        Ok(taken)
    }
}

/// Bytes as text.
pub(super) fn utf8(bytes: &[u8]) -> Result<&str> {
    core::str::from_utf8(bytes).map_err(|_| ContentError::Malformed)
}

const fn major(bits: u8) -> Major {
    match bits {
        0 => Major::Unsigned,
        1 => Major::Negative,
        2 => Major::Bytes,
        3 => Major::Text,
        4 => Major::Array,
        5 => Major::Map,
        6 => Major::Tag,
        _ => Major::Simple,
    }
}

/// How many bytes behind the first the shortest head for this number has.
const fn shortest(number: u64) -> u8 {
    match number {
        0..24 => 0,
        24..0x100 => 1,
        0x100..0x1_0000 => 2,
        0x1_0000..0x1_0000_0000 => 4,
        _ => 8,
    }
}

/// A negative head holds -1 - n, so the same bound, one less, applies.
const fn within_double(head: Head) -> Result<()> {
    let most = match head.major {
        Major::Negative => MAX_KEY_NUMBER - 1,
        _ => MAX_KEY_NUMBER,
    };
    if head.number <= most {
        Ok(())
    } else {
        Err(ContentError::Malformed)
    }
}

fn simple_or_float(head: Head) -> Result<()> {
    let allowed = match head.width {
        0 => true,
        1 => head.number >= 32,
        2 => !is_half_nan(head.number) || head.number == NAN,
        4 => u32::try_from(head.number).is_ok_and(|bits| !is_nan_or_half(f32::from_bits(bits))),
        _ => {
            let number = f64::from_bits(head.number);
            !number.is_nan() && !is_single(number)
        }
    };
    if allowed {
        Ok(())
    } else {
        Err(ContentError::Malformed)
    }
}

const fn is_half_nan(bits: u64) -> bool {
    bits & 0x7C00 == 0x7C00 && bits & 0x03FF != 0
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "whether anything is lost is the question"
)]
fn is_single(number: f64) -> bool {
    f64::from(number as f32) == number
}

/// Whether a half-width float holds the same number: 11 bits of precision, multiples of 2^-24, at most 65504.
fn is_nan_or_half(number: f32) -> bool {
    let precise = number.to_bits() & 0x1FFF == 0;
    let size = number.abs();
    number.is_nan()
        || number.is_infinite()
        || (precise && size <= 65_504.0 && (size * 16_777_216.0).fract() == 0.0)
}

/// Writes values behind one another.
pub(super) struct Writer {
    out: Vec<u8>,
}

impl Writer {
    pub(super) const fn new() -> Self {
        Self { out: Vec::new() }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    pub(super) fn into_value(self) -> Value {
        Value(self.out)
    }

    pub(super) fn unsigned(&mut self, number: u64) -> &mut Self {
        self.head(0, number)
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.head(2, bytes.len() as u64);
        self.out.extend_from_slice(bytes);
        self
    }

    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        self.head(3, text.len() as u64);
        self.out.extend_from_slice(text.as_bytes());
        self
    }

    pub(super) fn array(&mut self, elements: usize) -> &mut Self {
        self.head(4, elements as u64)
    }

    pub(super) fn map(&mut self, pairs: usize) -> &mut Self {
        self.head(5, pairs as u64)
    }

    pub(super) fn bool(&mut self, bool: bool) -> &mut Self {
        self.out.push(if bool { 0xF5 } else { 0xF4 });
        self
    }

    pub(super) fn null(&mut self) -> &mut Self {
        self.out.push(0xF6);
        self
    }

    pub(super) fn value(&mut self, value: &Value) -> &mut Self {
        self.out.extend_from_slice(&value.0);
        self
    }

    fn head(&mut self, major: u8, number: u64) -> &mut Self {
        let bytes = number.to_be_bytes();
        let width = shortest(number);
        let info = match width {
            0 => bytes[7],
            1 => 24,
            2 => 25,
            4 => 26,
            _ => 27,
        };
        self.out.push((major << 5) | info);
        self.out.extend(bytes.iter().skip(8 - usize::from(width)));
        self
    }
}
