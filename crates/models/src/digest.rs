//! A SHA-256, and reading a file into one.

use std::fmt;
use std::io::{self, Read};

use sha2::{Digest as _, Sha256};

/// The SHA-256 of a file: 32 bytes, written as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

/// Not 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a SHA-256 is 64 lower-case hexadecimal digits")]
pub struct NoDigest;

impl Digest {
    /// Reads the 64 digits.
    ///
    /// # Errors
    /// [`NoDigest`] for anything else, capital letters included: a digest has one spelling.
    pub fn parse(text: &str) -> Result<Self, NoDigest> {
        let mut bytes = [0; 32];
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != bytes.len() || !rest.is_empty() {
            return Err(NoDigest);
        }
        for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
            *byte = nibble(*high)? << 4 | nibble(*low)?;
        }
        Ok(Self(bytes))
    }

    /// The digest of all that is left to read. `watch` hears how many bytes were read so far.
    ///
    /// # Errors
    /// Where the reader fails.
    pub fn of(reader: &mut dyn Read, watch: &mut dyn FnMut(u64)) -> io::Result<Self> {
        let mut hasher = Sha256::new();
        feed(&mut hasher, reader, watch)?;
        Ok(Self::done(hasher))
    }

    pub(crate) fn done(hasher: Sha256) -> Self {
        Self(hasher.finalize().into())
    }
}

/// Reads all that is left into a hasher, and gives the number of bytes.
pub(crate) fn feed(
    hasher: &mut Sha256,
    reader: &mut dyn Read,
    watch: &mut dyn FnMut(u64),
) -> io::Result<u64> {
    let mut buffer = vec![0; PIECE];
    let mut total = 0_u64;
    loop {
        let count = match reader.read(&mut buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            read => read?,
        };
        let Some(piece) = buffer.get(..count).filter(|piece| !piece.is_empty()) else {
            return Ok(total);
        };
        hasher.update(piece);
        total = total.saturating_add(count as u64);
        watch(total);
    }
}

/// Bytes read at once.
pub(crate) const PIECE: usize = 1 << 20;

fn nibble(digit: u8) -> Result<u8, NoDigest> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(NoDigest),
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Digest({self})")
    }
}

impl TryFrom<String> for Digest {
    type Error = NoDigest;

    fn try_from(text: String) -> Result<Self, NoDigest> {
        Self::parse(&text)
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> Self {
        digest.to_string()
    }
}

impl<'de> serde::Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::{Digest, NoDigest};

    /// FIPS 180-4: the empty message and "abc".
    #[test]
    fn digests_are_those_of_the_standard() {
        let of = |mut bytes: &[u8]| Digest::of(&mut bytes, &mut |_| ()).unwrap().to_string();
        assert_eq!(
            of(b""),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(
            of(b"abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }

    #[test]
    fn a_digest_has_one_spelling() {
        let good = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Digest::parse(good).unwrap().to_string(), good);
        let bad = [
            String::new(),
            good.to_uppercase(),
            good[..62].to_owned(),
            format!("{good}00"),
            format!(" {}", &good[1..]),
            format!("../../{}", &good[6..]),
            format!("{}é", &good[..62]),
        ];
        for text in bad {
            assert_eq!(Digest::parse(&text), Err(NoDigest), "{text}");
        }
    }
}
