//! The bytes of a model's task and draft.
//!
//! ```text
//! what    = [1, lines] / [2, count] / [3, draft, how] / [4, question]
//! how     = [1] shorter / [2] kinder / [3] more formal / [4] clearer / [5, language]
//! model   = [wrote, looked, [6 counts], [prompt, written, passes]]
//! wrote   = [1, [* [text, [* n]]]] / [2, text]
//! looked  = null / [first, last, shown, left_out, shortened]
//! ```
//!
//! Strict: what decodes is exactly what would be written for it. A number in a longer form, a text in pieces and a
//! byte too many are refused.

use minicbor::{Decoder, Encoder, data::Type};

use super::draft::{Dropped, Line, Looked, MAX_CITES, MAX_LINE_BYTES, MOST_LINES, ModelDraft, Tokens, Wrote};
use super::task::{How, Language, MAX_LANGUAGE_BYTES, MAX_QUESTION_BYTES, MAX_REWRITE_BYTES, What};
use crate::protocol::{ProtocolError, Result, Written, expect_array, read_list};

const SUMMARY: u8 = 1;
const REPLIES: u8 = 2;
const REWRITE: u8 = 3;
const ANSWER: u8 = 4;

const SHORTER: u8 = 1;
const KINDER: u8 = 2;
const MORE_FORMAL: u8 = 3;
const CLEARER: u8 = 4;
const TRANSLATE: u8 = 5;

const LINES: u8 = 1;
const TEXT: u8 = 2;

pub(crate) fn write_what(out: &mut Encoder<Vec<u8>>, what: &What) -> Written {
    match what {
        What::Summary { lines } => out.array(2)?.u8(SUMMARY)?.u8(*lines)?,
        What::Replies { count } => out.array(2)?.u8(REPLIES)?.u8(*count)?,
        What::Rewrite { draft, how } => {
            out.array(3)?.u8(REWRITE)?.str(draft)?;
            return write_how(out, how);
        }
        What::Answer { question } => out.array(2)?.u8(ANSWER)?.str(question)?,
    };
    Ok(())
}

fn write_how(out: &mut Encoder<Vec<u8>>, how: &How) -> Written {
    match how {
        How::Shorter => out.array(1)?.u8(SHORTER)?,
        How::Kinder => out.array(1)?.u8(KINDER)?,
        How::MoreFormal => out.array(1)?.u8(MORE_FORMAL)?,
        How::Clearer => out.array(1)?.u8(CLEARER)?,
        How::Translate(language) => out.array(2)?.u8(TRANSLATE)?.str(language.as_str())?,
    };
    Ok(())
}

/// Reads what is wanted; its limits hold for what it gives.
pub(crate) fn read_what(from: &mut Decoder<'_>) -> Result<What> {
    let fields = from.array()?.ok_or(ProtocolError::Malformed)?;
    let what = match (from.u8()?, fields) {
        (SUMMARY, 2) => What::Summary { lines: from.u8()? },
        (REPLIES, 2) => What::Replies { count: from.u8()? },
        (REWRITE, 3) => What::Rewrite {
            draft: read_text(from, MAX_REWRITE_BYTES)?,
            how: read_how(from)?,
        },
        (ANSWER, 2) => What::Answer {
            question: read_text(from, MAX_QUESTION_BYTES)?,
        },
        _ => return Err(ProtocolError::Malformed),
    };
    if what.is_within_limits() {
        Ok(what)
    } else {
        Err(ProtocolError::OutOfBounds)
    }
}

fn read_how(from: &mut Decoder<'_>) -> Result<How> {
    let fields = from.array()?.ok_or(ProtocolError::Malformed)?;
    Ok(match (from.u8()?, fields) {
        (SHORTER, 1) => How::Shorter,
        (KINDER, 1) => How::Kinder,
        (MORE_FORMAL, 1) => How::MoreFormal,
        (CLEARER, 1) => How::Clearer,
        (TRANSLATE, 2) => How::Translate(read_language(from)?),
        _ => return Err(ProtocolError::Malformed),
    })
}

fn read_language(from: &mut Decoder<'_>) -> Result<Language> {
    let name = read_text(from, MAX_LANGUAGE_BYTES)?;
    Language::new(&name).ok_or(ProtocolError::Malformed)
}

pub(crate) fn write_model(out: &mut Encoder<Vec<u8>>, draft: &ModelDraft) -> Written {
    out.array(4)?;
    match &draft.wrote {
        Wrote::Lines(lines) => {
            out.array(2)?.u8(LINES)?.array(lines.len() as u64)?;
            lines.iter().try_for_each(|line| write_line(out, line))?;
        }
        Wrote::Rewrite(text) => {
            out.array(2)?.u8(TEXT)?.str(text)?;
        }
    }
    write_looked(out, draft.looked)?;
    out.array(6)?;
    for count in draft.dropped.counts() {
        out.u32(count)?;
    }
    let Tokens {
        prompt,
        written,
        passes,
    } = draft.tokens;
    out.array(3)?.u64(prompt)?.u64(written)?.u32(passes)?;
    Ok(())
}

fn write_line(out: &mut Encoder<Vec<u8>>, line: &Line) -> Written {
    out.array(2)?.str(&line.text)?.array(line.cites.len() as u64)?;
    for n in &line.cites {
        out.u32(*n)?;
    }
    Ok(())
}

fn write_looked(out: &mut Encoder<Vec<u8>>, looked: Option<Looked>) -> Written {
    match looked {
        None => out.null()?,
        Some(looked) => out
            .array(5)?
            .u32(looked.first)?
            .u32(looked.last)?
            .u32(looked.shown)?
            .u32(looked.left_out)?
            .u32(looked.shortened)?,
    };
    Ok(())
}

pub(crate) fn read_model(from: &mut Decoder<'_>) -> Result<ModelDraft> {
    expect_array(from, 4)?;
    Ok(ModelDraft {
        wrote: read_wrote(from)?,
        looked: read_looked(from)?,
        dropped: read_dropped(from)?,
        tokens: read_tokens(from)?,
    })
}

fn read_wrote(from: &mut Decoder<'_>) -> Result<Wrote> {
    expect_array(from, 2)?;
    match from.u8()? {
        LINES => Ok(Wrote::Lines(read_list(from, MOST_LINES, read_line)?)),
        TEXT => Ok(Wrote::Rewrite(read_text(from, MAX_REWRITE_BYTES)?)),
        _ => Err(ProtocolError::Malformed),
    }
}

fn read_line(from: &mut Decoder<'_>) -> Result<Line> {
    expect_array(from, 2)?;
    Ok(Line {
        text: read_text(from, MAX_LINE_BYTES)?,
        cites: read_list(from, MAX_CITES, |from| Ok(from.u32()?))?,
    })
}

fn read_looked(from: &mut Decoder<'_>) -> Result<Option<Looked>> {
    if from.datatype()? == Type::Null {
        from.null()?;
        return Ok(None);
    }
    expect_array(from, 5)?;
    Ok(Some(Looked {
        first: from.u32()?,
        last: from.u32()?,
        shown: from.u32()?,
        left_out: from.u32()?,
        shortened: from.u32()?,
    }))
}

fn read_dropped(from: &mut Decoder<'_>) -> Result<Dropped> {
    expect_array(from, 6)?;
    let mut counts = [0; 6];
    for count in &mut counts {
        *count = from.u32()?;
    }
    let mut counts = counts.into_iter();
    Ok(Dropped::from_counts(|| counts.next().unwrap_or_default()))
}

fn read_tokens(from: &mut Decoder<'_>) -> Result<Tokens> {
    expect_array(from, 3)?;
    Ok(Tokens {
        prompt: from.u64()?,
        written: from.u64()?,
        passes: from.u32()?,
    })
}

fn read_text(from: &mut Decoder<'_>, most: usize) -> Result<String> {
    let text = from.str()?;
    if text.len() > most {
        return Err(ProtocolError::OutOfBounds);
    }
    Ok(text.to_owned())
}
