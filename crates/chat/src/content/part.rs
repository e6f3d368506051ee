//! The body of a message: a part, which can hold parts.

use core::fmt;

use super::cbor::{Reader, Writer, utf8};
use super::{
    ContentError, MAX_KEY_BYTES, MAX_NAME_BYTES, MAX_PART_DEPTH, MAX_PARTS, MAX_PAYLOAD_BYTES,
    MAX_TEXT_BYTES, MAX_URL_BYTES, Result,
};

/// What text is sent as.
const PLAIN: &str = "text/plain;charset=utf-8";
/// The draft asks for two at least where there are several.
const LEAST_PARTS: u64 = 2;

/// A part (draft-ietf-mimi-content-08 section 4.4).
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// What it is meant for.
    pub disposition: Disposition,
    /// Empty, or language tags (RFC 5646) with commas between them.
    pub language: String,
    /// What it holds.
    pub content: PartContent,
}

/// What a part is meant for: the draft's number, 0 to 255. Unknown ones are treated as [`Self::RENDER`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Disposition(pub u8);

impl Disposition {
    /// Shown according to the client's policy.
    pub const RENDER: Self = Self(1);
    /// A reaction to another message.
    pub const REACTION: Self = Self(2);
}

/// What a part holds.
#[derive(Clone, PartialEq, Eq)]
pub enum PartContent {
    /// Nothing: a deletion.
    Nothing,
    /// Bytes of a media type.
    Single {
        /// For example `text/plain;charset=utf-8`.
        media_type: String,
        /// In UTF-8 where the media type is one of text that this version reads.
        bytes: Vec<u8>,
    },
    /// A reference to bytes elsewhere. Never followed by this version.
    External(Box<External>),
    /// Two or more parts.
    Several {
        /// How they belong together.
        semantics: Semantics,
        /// In the sender's order.
        parts: Vec<Part>,
    },
}

/// How parts belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Semantics {
    /// The receiver picks one.
    ChooseOne,
    /// All or none.
    SingleUnit,
    /// As many as the receiver can.
    ProcessAll,
}

/// External content (draft section 4.5). Kept as it came.
#[derive(Clone, PartialEq, Eq)]
pub struct External {
    /// Media type of the content.
    pub media_type: String,
    /// Where it lies.
    pub url: String,
    /// Unix seconds; 0: never.
    pub expires: u32,
    /// Bytes; 0: not said.
    pub size: u64,
    /// IANA AEAD number; 0: not encrypted.
    pub algorithm: u16,
    /// Key of the AEAD.
    pub key: Vec<u8>,
    /// Nonce of the AEAD.
    pub nonce: Vec<u8>,
    /// Additional data of the AEAD.
    pub aad: Vec<u8>,
    /// IANA named information hash number.
    pub hash_algorithm: u8,
    /// Hash of what lies there.
    pub hash: Vec<u8>,
    /// In words, or empty.
    pub description: String,
    /// A suggestion, or empty.
    pub file_name: String,
}

impl Part {
    /// Text as a person typed it.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self::plain(Disposition::RENDER, text)
    }

    /// A reaction: a symbol or a word.
    #[must_use]
    pub fn reaction(symbol: &str) -> Self {
        Self::plain(Disposition::REACTION, symbol)
    }

    /// Nothing.
    #[must_use]
    pub const fn nothing() -> Self {
        Self {
            disposition: Disposition::RENDER,
            language: String::new(),
            content: PartContent::Nothing,
        }
    }

    /// The text that this version shows for it, if it can: its own, or that of the first alternative that has some.
    #[must_use]
    pub fn shown(&self) -> Option<&str> {
        match &self.content {
            PartContent::Single { media_type, bytes } if is_text(media_type) => utf8(bytes).ok(),
            PartContent::Several {
                semantics: Semantics::ChooseOne,
                parts,
            } => parts.iter().find_map(Self::shown),
            _ => None,
        }
    }

    fn plain(disposition: Disposition, text: &str) -> Self {
        Self {
            disposition,
            language: String::new(),
            content: PartContent::Single {
                media_type: PLAIN.to_owned(),
                bytes: text.as_bytes().to_vec(),
            },
        }
    }
}

impl fmt::Debug for Part {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Part").finish_non_exhaustive()
    }
}

impl fmt::Debug for PartContent {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("PartContent").finish_non_exhaustive()
    }
}

impl fmt::Debug for External {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("External").finish_non_exhaustive()
    }
}

/// Whether this version shows a media type as text: plain text in UTF-8, and markdown, whose source it shows.
fn is_text(media_type: &str) -> bool {
    let mut pieces = media_type.split(';').map(str::trim);
    match pieces.next() {
        Some(kind) if kind.eq_ignore_ascii_case("text/plain") => {}
        Some(kind) if kind.eq_ignore_ascii_case("text/markdown") => {}
        _ => return false,
    }
    pieces.all(|parameter| match parameter.split_once('=') {
        Some((name, set)) if name.eq_ignore_ascii_case("charset") => {
            set.eq_ignore_ascii_case("utf-8") || set.eq_ignore_ascii_case("us-ascii")
        }
        _ => true,
    })
}

/// Reads the body of a message.
pub(super) fn read(from: &mut Reader<'_>) -> Result<Part> {
    read_part(from, MAX_PART_DEPTH, &mut MAX_PARTS.clone())
}

fn read_part(from: &mut Reader<'_>, levels: usize, left: &mut usize) -> Result<Part> {
    let levels = levels
        .checked_sub(1)
        .ok_or(ContentError::TooLarge("the nesting of a message's parts"))?;
    *left = left
        .checked_sub(1)
        .ok_or(ContentError::TooLarge("the number of a message's parts"))?;
    let elements = from.array()?;
    let disposition = Disposition(from.narrow()?);
    let language = from.text(MAX_NAME_BYTES, "a language")?.to_owned();
    let content = match (from.unsigned()?, elements) {
        (0, 3) => PartContent::Nothing,
        (1, 5) => read_single(from)?,
        (2, 15) => PartContent::External(Box::new(read_external(from)?)),
        (3, 5) => read_several(from, levels, left)?,
        _ => return Err(ContentError::Malformed),
    };
    Ok(Part {
        disposition,
        language,
        content,
    })
}

fn read_single(from: &mut Reader<'_>) -> Result<PartContent> {
    let media_type = from.text(MAX_NAME_BYTES, "a media type")?.to_owned();
    let bytes = if is_text(&media_type) {
        let bytes = from.bytes(MAX_TEXT_BYTES, "the text")?;
        utf8(bytes)?;
        bytes
    } else {
        from.bytes(MAX_PAYLOAD_BYTES, "a part")?
    };
    Ok(PartContent::Single {
        media_type,
        bytes: bytes.to_vec(),
    })
}

fn read_external(from: &mut Reader<'_>) -> Result<External> {
    Ok(External {
        media_type: from.text(MAX_NAME_BYTES, "a media type")?.to_owned(),
        url: from.text(MAX_URL_BYTES, "an address")?.to_owned(),
        expires: from.narrow()?,
        size: from.unsigned()?,
        algorithm: from.narrow()?,
        key: from.bytes(MAX_KEY_BYTES, "a key")?.to_vec(),
        nonce: from.bytes(MAX_KEY_BYTES, "a nonce")?.to_vec(),
        aad: from.bytes(MAX_KEY_BYTES, "additional data")?.to_vec(),
        hash_algorithm: from.narrow()?,
        hash: from.bytes(MAX_KEY_BYTES, "a hash")?.to_vec(),
        description: from.text(MAX_URL_BYTES, "a description")?.to_owned(),
        file_name: from.text(MAX_NAME_BYTES, "a file name")?.to_owned(),
    })
}

fn read_several(from: &mut Reader<'_>, levels: usize, left: &mut usize) -> Result<PartContent> {
    let semantics = match from.unsigned()? {
        0 => Semantics::ChooseOne,
        1 => Semantics::SingleUnit,
        2 => Semantics::ProcessAll,
        _ => return Err(ContentError::Malformed),
    };
    let elements = from.array()?;
    if elements < LEAST_PARTS {
        return Err(ContentError::Malformed);
    }
    let parts = (0..elements)
        .map(|_| read_part(from, levels, left))
        .collect::<Result<_>>()?;
    Ok(PartContent::Several { semantics, parts })
}

pub(super) fn write(out: &mut Writer, part: &Part) {
    let (cardinality, elements) = match &part.content {
        PartContent::Nothing => (0, 3),
        PartContent::Single { .. } => (1, 5),
        PartContent::External(_) => (2, 15),
        PartContent::Several { .. } => (3, 5),
    };
    out.array(elements)
        .unsigned(u64::from(part.disposition.0))
        .text(&part.language)
        .unsigned(cardinality);
    match &part.content {
        PartContent::Nothing => {}
        PartContent::Single { media_type, bytes } => {
            out.text(media_type).bytes(bytes);
        }
        PartContent::External(external) => write_external(out, external),
        PartContent::Several { semantics, parts } => write_several(out, *semantics, parts),
    }
}

fn write_external(out: &mut Writer, external: &External) {
    out.text(&external.media_type)
        .text(&external.url)
        .unsigned(u64::from(external.expires))
        .unsigned(external.size)
        .unsigned(u64::from(external.algorithm))
        .bytes(&external.key)
        .bytes(&external.nonce)
        .bytes(&external.aad)
        .unsigned(u64::from(external.hash_algorithm))
        .bytes(&external.hash)
        .text(&external.description)
        .text(&external.file_name);
}

fn write_several(out: &mut Writer, semantics: Semantics, parts: &[Part]) {
    out.unsigned(match semantics {
        Semantics::ChooseOne => 0,
        Semantics::SingleUnit => 1,
        Semantics::ProcessAll => 2,
    });
    out.array(parts.len());
    for part in parts {
        write(out, part);
    }
}
