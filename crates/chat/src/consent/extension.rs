//! A statement as a leaf carries it: the bytes of the extension.
//!
//! ```text
//! statement = number (8, big-endian) || wish (1) || [ until (8, big-endian) ]     wish: 0 off, 1 on-device, 2 confidential
//! ```
//!
//! Nine bytes, or seventeen for `confidential`. Anything else is no statement.

use crate::Time;

use super::{Statement, Wish};

/// The extension's type: private use (RFC 9420 section 17.3).
pub const STATEMENT_EXTENSION: u16 = 0xF0A1;

/// The bytes are no statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the statement about AI in a leaf cannot be read")]
pub struct StatementError;

impl Statement {
    /// The bytes of the extension.
    #[must_use]
    pub fn encode(self) -> Vec<u8> {
        let mut bytes = self.number.to_be_bytes().to_vec();
        match self.wish {
            Wish::Off => bytes.push(0),
            Wish::OnDevice => bytes.push(1),
            Wish::Confidential { until } => {
                bytes.push(2);
                bytes.extend(until.unix_seconds().to_be_bytes());
            }
        }
        bytes
    }

    /// The way back.
    ///
    /// # Errors
    /// If the bytes are not exactly one statement.
    pub fn decode(bytes: &[u8]) -> Result<Self, StatementError> {
        let (number, rest) = take_u64(bytes)?;
        let (kind, rest) = rest.split_first().ok_or(StatementError)?;
        let (wish, rest) = match kind {
            0 => (Wish::Off, rest),
            1 => (Wish::OnDevice, rest),
            2 => {
                let (until, rest) = take_u64(rest)?;
                (
                    Wish::Confidential {
                        until: Time::from_unix_seconds(until),
                    },
                    rest,
                )
            }
            _ => return Err(StatementError),
        };
        if rest.is_empty() {
            Ok(Self { number, wish })
        } else {
            Err(StatementError)
        }
    }
}

fn take_u64(bytes: &[u8]) -> Result<(u64, &[u8]), StatementError> {
    let (number, rest) = bytes.split_first_chunk().ok_or(StatementError)?;
    Ok((u64::from_be_bytes(*number), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_statement_comes_back_and_nothing_shorter_or_longer_does() {
        let until = Time::from_unix_seconds(1_800_000_000);
        for wish in [Wish::Off, Wish::OnDevice, Wish::Confidential { until }] {
            let statement = Statement { number: 7, wish };
            let bytes = statement.encode();
            assert_eq!(Statement::decode(&bytes), Ok(statement));
            for end in 0..bytes.len() {
                assert_eq!(Statement::decode(&bytes[..end]), Err(StatementError));
            }
            assert_eq!(
                Statement::decode(&[&bytes[..], &[0]].concat()),
                Err(StatementError)
            );
        }
        assert_eq!(
            Statement::decode(&[0, 0, 0, 0, 0, 0, 0, 1, 3]),
            Err(StatementError)
        );
    }
}
