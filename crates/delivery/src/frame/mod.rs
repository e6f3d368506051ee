//! Frames: one CBOR array (RFC 8949) each, in one form only.
//!
//! A decoder reads the shape, checks every length against [`crate::limits`], encodes what it read and compares. Bytes
//! that say the same in another way (longer integers, indefinite lengths) are refused, so a frame has no hidden room.

mod cbor;
mod client;
mod server;

pub use client::{Answer, Page, Pushed, Refusal, ToClient};
pub use server::{Append, BadRequest, Entry, Request, ToServer};

use crate::limits::MAX_FRAME;

/// Bytes that are not a frame, or a value that fits in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The frame or something in it is over its limit.
    #[error("larger than the protocol allows: send it in smaller pieces")]
    TooLarge,
    /// Not exactly one array of a known shape in its one form.
    #[error("not a frame of this protocol: update the program that sent it")]
    Malformed,
    /// An operation, answer or refusal with a number that this version does not know.
    #[error("an operation of another version: update both sides to the same version")]
    Unknown,
}

impl From<minicbor::decode::Error> for FrameError {
    fn from(_: minicbor::decode::Error) -> Self {
        Self::Malformed
    }
}

fn within(length: usize, most: usize) -> Result<(), FrameError> {
    if length > most {
        Err(FrameError::TooLarge)
    } else {
        Ok(())
    }
}

fn frame_sized(bytes: Vec<u8>) -> Result<Vec<u8>, FrameError> {
    within(bytes.len(), MAX_FRAME)?;
    Ok(bytes)
}

/// What was read must be what would be written.
fn same(read: &[u8], written: &[u8]) -> Result<(), FrameError> {
    if read == written {
        Ok(())
    } else {
        Err(FrameError::Malformed)
    }
}
