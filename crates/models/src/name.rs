//! The name that a person gives a model.

use std::borrow::Borrow;
use std::fmt;

/// At most so many characters.
pub const MAX_NAME_CHARS: usize = 64;

/// A name: 1 to [`MAX_NAME_CHARS`] of `a-z 0-9 . _ -`, beginning with a letter or digit. So it is a file's name without a path in it, it has
/// one spelling, and nothing in it steers a terminal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

/// Not a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a name of a model is 1 to {MAX_NAME_CHARS} of a-z, 0-9, `.`, `_` and `-`, and begins with a letter or digit"
)]
pub struct NoName;

impl Name {
    /// Takes a name as it stands.
    ///
    /// # Errors
    /// [`NoName`] where it is none.
    pub fn parse(text: &str) -> Result<Self, NoName> {
        let begins_well = text.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit());
        let fits = text.len() <= MAX_NAME_CHARS;
        if begins_well && fits && text.bytes().all(is_of_a_name) {
            Ok(Self(text.to_owned()))
        } else {
            Err(NoName)
        }
    }

    /// Makes one of a file's name without its ending: lower case, and `-` for what no name may hold.
    ///
    /// # Errors
    /// [`NoName`] where nothing is left.
    pub fn of_file(stem: &str) -> Result<Self, NoName> {
        let mut name = String::new();
        for c in stem.to_ascii_lowercase().chars() {
            if c.is_ascii() && is_of_a_name(c as u8) {
                name.push(c);
            } else if !name.ends_with('-') {
                name.push('-');
            }
        }
        let name = name.trim_matches(['-', '.', '_']);
        Self::parse(name.get(..MAX_NAME_CHARS).unwrap_or(name))
    }

    /// As it stands.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_of_a_name(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'-')
}

impl fmt::Display for Name {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl Borrow<str> for Name {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Name {
    type Err = NoName;

    fn from_str(text: &str) -> Result<Self, NoName> {
        Self::parse(text)
    }
}

impl<'de> serde::Deserialize<'de> for Name {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl serde::Serialize for Name {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, proptest};

    use super::{MAX_NAME_CHARS, Name};

    #[test]
    fn names_hold_no_path_and_nothing_that_steers() {
        let long = "a".repeat(MAX_NAME_CHARS + 1);
        let hostile = [
            "",
            ".",
            "..",
            "../x",
            "a/b",
            "/etc/passwd",
            "a\\b",
            "a\0",
            "a\n",
            "-rf",
            "_x",
            "A",
            "é",
            "a b",
            "\u{202e}a",
            "a\u{1b}[2J",
            &long,
        ];
        for text in hostile {
            assert!(Name::parse(text).is_err(), "{text:?}");
        }
        for text in ["a", "0", "qwen2.5-0.5b", "a..b", &long[1..]] {
            assert_eq!(Name::parse(text).unwrap().as_str(), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_made_of_a_files_name_is_a_name(stem in any::<String>()) {
            if let Ok(name) = Name::of_file(&stem) {
                assert_eq!(Name::parse(name.as_str()), Ok(name));
            }
        }
    }

    #[test]
    fn a_files_name_becomes_a_name() {
        for (stem, name) in [
            ("SmolLM2-135M-Instruct.Q4_1", "smollm2-135m-instruct.q4_1"),
            ("My model (2)", "my-model-2"),
            ("../../x", "x"),
        ] {
            assert_eq!(Name::of_file(stem).unwrap().as_str(), name);
        }
        assert!(Name::of_file("日本").is_err());
    }
}
