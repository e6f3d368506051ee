//! The bytes between a client and its worker: CBOR (RFC 8949) of a fixed shape, exactly one value a frame.
//!
//! Both directions are decoded as if the other side were hostile: a wrong shape, a count over its limit, a date that
//! cannot be or a byte too many is an error, and nothing is allocated for a length that the bytes do not back.

use jiff::civil::DateTime;
use minicbor::{Decoder, Encoder, data::Type};

use crate::{Draft, Extract, Kind, Message, Quote, Task, Transcript};

/// The largest encoded task: 50,000 messages with room to spare.
pub const MAX_TASK_BYTES: usize = 64 << 20;
/// The largest encoded draft: it holds numbers only, some 40 bytes a line.
pub const MAX_DRAFT_BYTES: usize = 256 << 10;
/// The most lines in a draft.
pub const MAX_ITEMS: u16 = 1000;
/// The most quotes in a line.
pub const MAX_QUOTES: usize = 3;

const KEY_MESSAGES: u8 = 1;

/// Bytes that are not a task or a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProtocolError {
    /// Longer than the limit.
    #[error("larger than the limit: ask for fewer messages with --last")]
    TooLarge,
    /// Not well-formed.
    #[error("not well-formed")]
    Malformed,
}

impl From<minicbor::decode::Error> for ProtocolError {
    fn from(_: minicbor::decode::Error) -> Self {
        Self::Malformed
    }
}

type Result<T> = std::result::Result<T, ProtocolError>;

/// Encodes a task.
///
/// # Errors
/// [`ProtocolError::TooLarge`] beyond [`MAX_TASK_BYTES`].
pub fn encode_task(task: &Task) -> Result<Vec<u8>> {
    let Task::KeyMessages { transcript, items } = task;
    let mut out = Encoder::new(Vec::new());
    write_task(&mut out, transcript, *items).expect("writing to a vector cannot fail");
    let bytes = out.into_writer();
    if bytes.len() > MAX_TASK_BYTES {
        Err(ProtocolError::TooLarge)
    } else {
        Ok(bytes)
    }
}

type Written = std::result::Result<(), minicbor::encode::Error<std::convert::Infallible>>;

fn write_task(out: &mut Encoder<Vec<u8>>, transcript: &Transcript, items: u16) -> Written {
    out.array(7)?
        .u8(KEY_MESSAGES)?
        .u16(items)?
        .bool(transcript.month_first)?;
    write_author(out, transcript.me)?;
    out.u64(transcript.unread_from as u64)?;
    out.array(transcript.authors.len() as u64)?;
    for author in &transcript.authors {
        out.str(author)?;
    }
    out.array(transcript.messages.len() as u64)?;
    transcript
        .messages
        .iter()
        .try_for_each(|message| write_message(out, message))
}

fn write_author(out: &mut Encoder<Vec<u8>>, author: Option<u16>) -> Written {
    match author {
        Some(index) => out.u16(index)?,
        None => out.null()?,
    };
    Ok(())
}

fn write_message(out: &mut Encoder<Vec<u8>>, message: &Message) -> Written {
    let at = message.at;
    out.array(9)?.u32(message.n)?;
    out.i16(at.year())?
        .i8(at.month())?
        .i8(at.day())?
        .i8(at.hour())?
        .i8(at.minute())?
        .i8(at.second())?;
    write_author(out, message.author)?;
    out.str(&message.text)?;
    Ok(())
}

/// Decodes a task.
///
/// # Errors
/// [`ProtocolError`] where the bytes are not exactly one task.
pub fn decode_task(bytes: &[u8]) -> Result<Task> {
    within(bytes, MAX_TASK_BYTES)?;
    let mut from = Decoder::new(bytes);
    expect_array(&mut from, 7)?;
    expect_kind(&mut from)?;
    let items = from.u16()?;
    let month_first = from.bool()?;
    let me = read_author(&mut from)?;
    let unread_from = usize::try_from(from.u64()?).map_err(|_| ProtocolError::Malformed)?;
    let authors = read_list(&mut from, bytes.len(), |from| Ok(from.str()?.to_owned()))?;
    let messages = read_list(&mut from, bytes.len(), read_message)?;
    at_end(&from, bytes)?;
    let transcript = Transcript {
        authors,
        me,
        month_first,
        unread_from,
        messages,
    };
    if !is_sound(&transcript) {
        return Err(ProtocolError::Malformed);
    }
    Ok(Task::KeyMessages { transcript, items })
}

fn read_message(from: &mut Decoder<'_>) -> Result<Message> {
    expect_array(from, 9)?;
    let n = from.u32()?;
    let at = DateTime::new(
        from.i16()?,
        from.i8()?,
        from.i8()?,
        from.i8()?,
        from.i8()?,
        from.i8()?,
        0,
    )
    .map_err(|_| ProtocolError::Malformed)?;
    Ok(Message {
        n,
        at,
        author: read_author(from)?,
        text: from.str()?.to_owned(),
    })
}

fn read_author(from: &mut Decoder<'_>) -> Result<Option<u16>> {
    if from.datatype()? == Type::Null {
        from.null()?;
        return Ok(None);
    }
    Ok(Some(from.u16()?))
}

/// Authors exist, numbers rise, the unread part begins inside.
fn is_sound(transcript: &Transcript) -> bool {
    let known = |author: Option<u16>| author.is_none_or(|a| usize::from(a) < transcript.authors.len());
    known(transcript.me)
        && transcript.messages.iter().all(|message| known(message.author))
        && transcript
            .messages
            .iter()
            .zip(transcript.messages.iter().skip(1))
            .all(|(a, b)| a.n < b.n)
        && transcript.unread_from <= transcript.messages.len()
}

/// Encodes a draft.
#[must_use]
pub fn encode_draft(draft: &Draft) -> Vec<u8> {
    let Draft::KeyMessages(extracts) = draft;
    let mut out = Encoder::new(Vec::new());
    write_draft(&mut out, extracts).expect("writing to a vector cannot fail");
    out.into_writer()
}

fn write_draft(out: &mut Encoder<Vec<u8>>, extracts: &[Extract]) -> Written {
    out.array(2)?.u8(KEY_MESSAGES)?.array(extracts.len() as u64)?;
    for extract in extracts {
        out.array(2)?
            .u8(extract.kind.code())?
            .array(extract.quotes.len() as u64)?;
        for quote in &extract.quotes {
            out.array(3)?.u32(quote.n)?.u32(quote.start)?.u32(quote.end)?;
        }
    }
    Ok(())
}

/// Decodes a draft.
///
/// # Errors
/// [`ProtocolError`] where the bytes are not exactly one draft.
pub fn decode_draft(bytes: &[u8]) -> Result<Draft> {
    within(bytes, MAX_DRAFT_BYTES)?;
    let mut from = Decoder::new(bytes);
    expect_array(&mut from, 2)?;
    expect_kind(&mut from)?;
    let extracts = read_list(&mut from, usize::from(MAX_ITEMS), read_extract)?;
    at_end(&from, bytes)?;
    Ok(Draft::KeyMessages(extracts))
}

fn read_extract(from: &mut Decoder<'_>) -> Result<Extract> {
    expect_array(from, 2)?;
    let kind = Kind::from_code(from.u8()?).ok_or(ProtocolError::Malformed)?;
    Ok(Extract {
        kind,
        quotes: read_list(from, MAX_QUOTES, read_quote)?,
    })
}

fn read_quote(from: &mut Decoder<'_>) -> Result<Quote> {
    expect_array(from, 3)?;
    Ok(Quote {
        n: from.u32()?,
        start: from.u32()?,
        end: from.u32()?,
    })
}

fn within(bytes: &[u8], most: usize) -> Result<()> {
    if bytes.len() > most {
        Err(ProtocolError::TooLarge)
    } else {
        Ok(())
    }
}

fn expect_kind(from: &mut Decoder<'_>) -> Result<()> {
    if from.u8()? == KEY_MESSAGES {
        Ok(())
    } else {
        Err(ProtocolError::Malformed)
    }
}

fn expect_array(from: &mut Decoder<'_>, length: u64) -> Result<()> {
    if from.array()? == Some(length) {
        Ok(())
    } else {
        Err(ProtocolError::Malformed)
    }
}

/// Reads a list of at most `most` entries. It grows with what is really there.
fn read_list<'b, T>(
    from: &mut Decoder<'b>,
    most: usize,
    mut read: impl FnMut(&mut Decoder<'b>) -> Result<T>,
) -> Result<Vec<T>> {
    let length = from.array()?.ok_or(ProtocolError::Malformed)?;
    if length > most as u64 {
        return Err(ProtocolError::TooLarge);
    }
    let mut list = Vec::new();
    for _ in 0..length {
        list.push(read(from)?);
    }
    Ok(list)
}

fn at_end(from: &Decoder<'_>, bytes: &[u8]) -> Result<()> {
    if from.position() == bytes.len() {
        Ok(())
    } else {
        Err(ProtocolError::Malformed)
    }
}
