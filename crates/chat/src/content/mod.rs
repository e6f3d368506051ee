//! What stands inside an application message: a [`Payload`], in deterministic CBOR.
//!
//! ```text
//! payload = [ kind, position, digest (16), body ]          position, digest: Seen
//! kind    = 1 message        body = mimiContent
//!           2 lower          body = [ number, 0 off | 1 on-device ]
//!           3 leaving        body = null
//!           4 receipt line   body = bstr
//!           5 checkpoint     body = bstr
//!           6.. newer        body = any: kept, not understood
//! ```
//!
//! # The message
//!
//! A [`Message`] follows draft-ietf-mimi-content-08 (2 March 2026): section 3.3 (message id), 4.1 (behaviour fields), 4.3
//! (extension fields), 4.4 (bodies), 4.5 (external content, parsed and kept), 6 (deterministic encoding, data
//! model, depth), A.1 (what to refuse and what to let pass) and appendix B.1 (the schema). Section numbers are the draft's.
//!
//! - Sent text is `text/plain;charset=utf-8`: what a person typed is what others read and what an answer may quote, and a
//!   star in it stays a star. `text/markdown` of every variant is read, and shown as plain text (section 7.1 allows it).
//! - Text, replies, edits, deletions and reactions have a [`Meaning`]. All else (external parts, several parts that belong
//!   together, media) is [`Meaning::Unknown`]: it is kept and a client says that its version cannot show it.
//! - Three extensions of ours, under private text keys: `snug:never-ai`, `snug:drafted-with-ai` (both `true` or absent) and
//!   `snug:sent-at` (Unix seconds). Others are kept in [`Extensions`] and have no effect.
//! - Left out: sending `senderUri` and `roomUri` (MLS says who and where; received ones are kept and not believed),
//!   choosing among languages, `cid:` references, `application/mimi-content` as a part, downloads. Not looked at here, as it needs
//!   a clock or the other messages: expiry dates beyond a year (A.1), duplicate ids, loops of replies, who may edit.
//!
//! # Strictness
//!
//! Exactly one encoding is accepted: shortest heads, definite lengths, map keys in order and once, UTF-8, nothing behind. So what was
//! decoded encodes to the same bytes, and an id can be computed from either. Limits are the constants beside this text. Encoding
//! refuses what decoding would.
//!
//! Tested in `tests/content.rs` (round trips, truncation, mutation, every byte form against `minicbor`) and by the fuzz
//! target `chat_content`.

mod cbor;
mod extension;
mod message;
mod part;
mod payload;

pub use cbor::Value;
pub use extension::Extensions;
pub use message::{Expires, Meaning, Message, MessageId, Salt};
pub use part::{Disposition, External, Part, PartContent, Semantics};
pub use payload::{Body, MAX_LINE_BYTES, Payload, Seen};

/// The largest encoded payload: it fits the largest envelope with room for MLS.
pub const MAX_PAYLOAD_BYTES: usize = 128 << 10;
/// The longest text of a part.
pub const MAX_TEXT_BYTES: usize = 64 << 10;
/// The most parts in a message, nested ones counted.
pub const MAX_PARTS: usize = 64;
/// How deep parts may be nested; the body itself is the first level (draft section 6.3).
pub const MAX_PART_DEPTH: usize = 4;
/// The most extensions of a message.
pub const MAX_EXTENSIONS: usize = 32;
/// The longest encoded value of an extension.
pub const MAX_EXTENSION_BYTES: usize = 4096;
/// How deep arrays, maps and tags may be nested in extensions; the map of extensions is the first level (draft section 6.3).
pub const MAX_EXTENSION_DEPTH: usize = 4;
/// The longest topic (draft section A.1).
pub const MAX_TOPIC_BYTES: usize = 4096;
/// The longest media type, language or file name.
pub const MAX_NAME_BYTES: usize = 255;
/// The longest address or description of external content.
pub const MAX_URL_BYTES: usize = 4096;
/// The longest key, nonce, additional data or hash of external content.
pub const MAX_KEY_BYTES: usize = 255;

/// A payload that cannot be read or sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContentError {
    /// Not deterministic CBOR of the shape above.
    #[error("a message cannot be read: ask its sender to send it again")]
    Malformed,
    /// A limit does not allow it.
    #[error("{0} is over the limit: send less at once")]
    TooLarge(&'static str),
    /// A lowering to `confidential`, which is none.
    #[error("that is not lower: lower to off or on-device")]
    NotLower,
}

type Result<T> = std::result::Result<T, ContentError>;
