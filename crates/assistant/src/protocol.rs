//! The bytes between a client and its worker: CBOR (RFC 8949) of a fixed shape, exactly one value a frame.
//!
//! Both directions are decoded as if the other side were hostile: a wrong shape, a count over its limit, a date that
//! cannot be or a byte too many is an error, and nothing is allocated for a length that the bytes do not back.

use jiff::civil::DateTime;
use minicbor::{Decoder, Encoder, data::Type};

use crate::model::{read_model, read_what, write_model, write_what};
use crate::{Draft, Extract, Kind, Message, ModelError, ModelTask, Quote, Task, Transcript};

/// The largest encoded task: 50,000 messages with room to spare.
pub const MAX_TASK_BYTES: usize = 64 << 20;
/// The largest encoded draft: some 40 bytes a line for key messages, some 200 for a line of a model.
pub const MAX_DRAFT_BYTES: usize = 256 << 10;
/// The most lines in a draft.
pub const MAX_ITEMS: u16 = 1000;
/// The most quotes in a line.
pub const MAX_QUOTES: usize = 3;

const KEY_MESSAGES: u8 = 1;
const MODEL: u8 = 2;
const FAILED: u8 = 3;

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
    /// A model is asked for more than it may be, or says more.
    #[error("more than a model's task or answer may hold; ask for less")]
    OutOfBounds,
}

impl From<minicbor::decode::Error> for ProtocolError {
    fn from(_: minicbor::decode::Error) -> Self {
        Self::Malformed
    }
}

pub(crate) type Result<T> = std::result::Result<T, ProtocolError>;

/// Encodes a task.
///
/// # Errors
/// [`ProtocolError::TooLarge`] beyond [`MAX_TASK_BYTES`], [`ProtocolError::OutOfBounds`] beyond the limits of
/// [`What`](crate::What).
pub fn encode_task(task: &Task) -> Result<Vec<u8>> {
    if matches!(task, Task::Model(ModelTask { what, .. }) if !what.is_within_limits()) {
        return Err(ProtocolError::OutOfBounds);
    }
    let bytes = task_bytes(task);
    if bytes.len() > MAX_TASK_BYTES {
        Err(ProtocolError::TooLarge)
    } else {
        Ok(bytes)
    }
}

fn task_bytes(task: &Task) -> Vec<u8> {
    let mut out = Encoder::new(Vec::new());
    write_task(&mut out, task).expect("writing to a vector cannot fail");
    out.into_writer()
}

pub(crate) type Written = std::result::Result<(), minicbor::encode::Error<std::convert::Infallible>>;

fn write_task(out: &mut Encoder<Vec<u8>>, task: &Task) -> Written {
    out.array(7)?;
    match task {
        Task::KeyMessages { items, .. } => {
            out.u8(KEY_MESSAGES)?.u16(*items)?;
        }
        Task::Model(ModelTask { what, .. }) => {
            out.u8(MODEL)?;
            write_what(out, what)?;
        }
    }
    write_transcript(out, task.transcript())
}

fn write_transcript(out: &mut Encoder<Vec<u8>>, transcript: &Transcript) -> Written {
    out.bool(transcript.month_first)?;
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
    let task = match from.u8()? {
        KEY_MESSAGES => {
            let items = from.u16()?;
            let transcript = read_transcript(&mut from, bytes.len())?;
            Task::KeyMessages { transcript, items }
        }
        MODEL => {
            let what = read_what(&mut from)?;
            let transcript = read_transcript(&mut from, bytes.len())?;
            Task::Model(ModelTask { what, transcript })
        }
        _ => return Err(ProtocolError::Malformed),
    };
    at_end(&from, bytes)?;
    match task {
        Task::Model(_) => only_if(task_bytes(&task) == bytes, task),
        Task::KeyMessages { .. } => Ok(task),
    }
}

fn read_transcript(from: &mut Decoder<'_>, most: usize) -> Result<Transcript> {
    let month_first = from.bool()?;
    let me = read_author(from)?;
    let unread_from = usize::try_from(from.u64()?).map_err(|_| ProtocolError::Malformed)?;
    let authors = read_list(from, most, |from| Ok(from.str()?.to_owned()))?;
    let messages = read_list(from, most, read_message)?;
    let transcript = Transcript {
        authors,
        me,
        month_first,
        unread_from,
        messages,
    };
    only_if(is_sound(&transcript), transcript)
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
    let mut out = Encoder::new(Vec::new());
    write_draft(&mut out, draft).expect("writing to a vector cannot fail");
    out.into_writer()
}

fn write_draft(out: &mut Encoder<Vec<u8>>, draft: &Draft) -> Written {
    out.array(2)?;
    match draft {
        Draft::KeyMessages(extracts) => {
            out.u8(KEY_MESSAGES)?;
            write_extracts(out, extracts)
        }
        Draft::Model(model) => {
            out.u8(MODEL)?;
            write_model(out, model)
        }
        Draft::Failed(error) => {
            out.u8(FAILED)?.u8(error.code())?;
            Ok(())
        }
    }
}

fn write_extracts(out: &mut Encoder<Vec<u8>>, extracts: &[Extract]) -> Written {
    out.array(extracts.len() as u64)?;
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
    let draft = match from.u8()? {
        KEY_MESSAGES => Draft::KeyMessages(read_list(&mut from, usize::from(MAX_ITEMS), read_extract)?),
        MODEL => Draft::Model(read_model(&mut from)?),
        FAILED => Draft::Failed(ModelError::from_code(from.u8()?).ok_or(ProtocolError::Malformed)?),
        _ => return Err(ProtocolError::Malformed),
    };
    at_end(&from, bytes)?;
    match draft {
        Draft::KeyMessages(_) => Ok(draft),
        Draft::Model(_) | Draft::Failed(_) => only_if(encode_draft(&draft) == bytes, draft),
    }
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

fn only_if<T>(holds: bool, value: T) -> Result<T> {
    if holds {
        Ok(value)
    } else {
        Err(ProtocolError::Malformed)
    }
}

pub(crate) fn expect_array(from: &mut Decoder<'_>, length: u64) -> Result<()> {
    if from.array()? == Some(length) {
        Ok(())
    } else {
        Err(ProtocolError::Malformed)
    }
}

/// Reads a list of at most `most` entries. It grows with what is really there.
pub(crate) fn read_list<'b, T>(
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
