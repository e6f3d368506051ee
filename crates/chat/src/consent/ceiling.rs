//! The three places, from the least to the most exposed.

use core::fmt;
use core::str::FromStr;

/// The most exposed place where AI may use a chat or a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Ceiling {
    /// Nowhere.
    Off,
    /// On the devices of the members, in a process without network and files.
    OnDevice,
    /// On a confidential node too, once its evidence was checked.
    Confidential,
}

impl Ceiling {
    /// All, from the least to the most exposed.
    pub const ALL: [Self; 3] = [Self::Off, Self::OnDevice, Self::Confidential];

    /// The word for it, on the screen and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::OnDevice => "on-device",
            Self::Confidential => "confidential",
        }
    }
}

impl fmt::Display for Ceiling {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}

/// The word is none of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a ceiling: write off, on-device or confidential")]
pub struct UnknownCeiling;

impl FromStr for Ceiling {
    type Err = UnknownCeiling;

    fn from_str(word: &str) -> Result<Self, UnknownCeiling> {
        Self::ALL
            .into_iter()
            .find(|ceiling| ceiling.as_str() == word)
            .ok_or(UnknownCeiling)
    }
}
