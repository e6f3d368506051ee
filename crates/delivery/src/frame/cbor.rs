//! The pieces that both directions are made of.

use std::convert::Infallible;

use minicbor::{Decoder, Encoder, data::Type, encode};

use super::{FrameError, within};
use crate::{Body, Capability, IdempotencyKey};

pub(super) type Written = Result<(), encode::Error<Infallible>>;

/// Writes into a vector, which cannot fail.
pub(super) fn written(capacity: usize, write: impl FnOnce(&mut Encoder<Vec<u8>>) -> Written) -> Vec<u8> {
    let mut out = Encoder::new(Vec::with_capacity(capacity));
    write(&mut out).expect("writing to a vector cannot fail");
    out.into_writer()
}

/// Reads an array's head and how many items it says it has.
pub(super) fn array(from: &mut Decoder<'_>) -> Result<u64, FrameError> {
    from.array()?.ok_or(FrameError::Malformed)
}

/// Reads an array's head with exactly so many items.
pub(super) fn array_of(from: &mut Decoder<'_>, items: u64) -> Result<(), FrameError> {
    exactly(array(from)?, items)
}

pub(super) fn exactly(found: u64, items: u64) -> Result<(), FrameError> {
    if found == items {
        Ok(())
    } else {
        Err(FrameError::Malformed)
    }
}

/// Reads a byte string of exactly `N` bytes.
pub(super) fn fixed<const N: usize>(from: &mut Decoder<'_>) -> Result<[u8; N], FrameError> {
    <[u8; N]>::try_from(from.bytes()?).map_err(|_| FrameError::Malformed)
}

pub(super) fn capability(from: &mut Decoder<'_>) -> Result<Capability, FrameError> {
    fixed(from).map(Capability::from_secret)
}

pub(super) fn key(from: &mut Decoder<'_>) -> Result<IdempotencyKey, FrameError> {
    fixed(from).map(IdempotencyKey)
}

/// Reads sealed bytes, at most `most` of them. Nothing is allocated for bytes that are not there.
pub(super) fn body(from: &mut Decoder<'_>, most: usize) -> Result<Body, FrameError> {
    let bytes = from.bytes()?;
    within(bytes.len(), most)?;
    Ok(Body::from(bytes.to_vec()))
}

/// Reads null, or what `read` reads.
pub(super) fn optional<'b, T>(
    from: &mut Decoder<'b>,
    read: impl FnOnce(&mut Decoder<'b>) -> Result<T, FrameError>,
) -> Result<Option<T>, FrameError> {
    if from.datatype()? == Type::Null {
        from.null()?;
        return Ok(None);
    }
    read(from).map(Some)
}

/// Reads a list of at most `most` items. It grows with what is really there.
pub(super) fn list<'b, T>(
    from: &mut Decoder<'b>,
    most: usize,
    mut read: impl FnMut(&mut Decoder<'b>) -> Result<T, FrameError>,
) -> Result<Vec<T>, FrameError> {
    let items = array(from)?;
    if items > most as u64 {
        return Err(FrameError::TooLarge);
    }
    let mut list = Vec::new();
    for _ in 0..items {
        list.push(read(from)?);
    }
    Ok(list)
}
