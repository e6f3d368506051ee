//! Words, looked for in every spelling in which they could cross a wire.

use std::collections::BTreeSet;

/// The words that are looked for.
pub struct Needles {
    patterns: Vec<Pattern>,
    /// By their first two bytes.
    by_start: Vec<Vec<usize>>,
}

/// A word that was found, and how it was written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// The word.
    pub word: String,
    /// Its spelling.
    pub form: &'static str,
}

struct Pattern {
    hit: Hit,
    bytes: Vec<u8>,
}

impl Needles {
    /// Looks for these words: in UTF-8, UTF-16 of both orders, hexadecimal, base64 at each of the three places where a
    /// word can begin, and percent-encoded; all without regard to case. Each has at least eight bytes, so that none is
    /// found by chance.
    #[must_use]
    pub fn new(words: &[&str]) -> Self {
        let mut patterns = Vec::new();
        for word in words {
            assert!(word.len() >= 8, "{word} would be found by chance");
            let spellings: BTreeSet<String> =
                [(*word).to_owned(), word.to_lowercase(), word.to_uppercase()].into();
            let forms: BTreeSet<(&str, Vec<u8>)> =
                spellings.iter().flat_map(|spelling| forms(spelling)).collect();
            patterns.extend(forms.into_iter().map(|(form, bytes)| Pattern {
                hit: Hit {
                    word: (*word).to_owned(),
                    form,
                },
                bytes,
            }));
        }
        let mut by_start = vec![Vec::new(); 1 << 16];
        for (number, pattern) in patterns.iter().enumerate() {
            if let Some(list) = start(&pattern.bytes).and_then(|start| by_start.get_mut(start)) {
                list.push(number);
            }
        }
        Self { patterns, by_start }
    }

    /// Every word that stands in these bytes.
    #[must_use]
    pub fn find(&self, bytes: &[u8]) -> BTreeSet<Hit> {
        let folded = bytes.to_ascii_lowercase();
        let mut found = BTreeSet::new();
        for at in 0..folded.len() {
            let rest = folded.get(at..).unwrap_or_default();
            let Some(list) = start(rest).and_then(|start| self.by_start.get(start)) else {
                continue;
            };
            for pattern in list.iter().filter_map(|number| self.patterns.get(*number)) {
                if rest.starts_with(&pattern.bytes) {
                    found.insert(pattern.hit.clone());
                }
            }
        }
        found
    }
}

fn start(bytes: &[u8]) -> Option<usize> {
    let first: [u8; 2] = bytes.get(..2)?.try_into().ok()?;
    Some(u16::from_be_bytes(first).into())
}

fn forms(word: &str) -> Vec<(&'static str, Vec<u8>)> {
    let bytes = word.as_bytes();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let percent = |keep: fn(u8) -> bool| -> Vec<u8> {
        let one = |byte: &u8| match *byte {
            byte if keep(byte) => char::from(byte).to_string(),
            byte => format!("%{byte:02x}"),
        };
        bytes.iter().map(one).collect::<String>().into_bytes()
    };
    let mut all = vec![
        ("UTF-8", bytes.to_vec()),
        (
            "UTF-16LE",
            word.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ),
        (
            "UTF-16BE",
            word.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ),
        ("hexadecimal", hex.into_bytes()),
        ("percent", percent(|_| false)),
        (
            "percent, but letters",
            percent(|byte| byte.is_ascii_alphanumeric()),
        ),
    ];
    for alphabet in [BASE64, BASE64URL] {
        all.extend((0..3).map(|before| ("base64", base64(alphabet, bytes, before))));
    }
    for (_, bytes) in &mut all {
        bytes.make_ascii_lowercase();
    }
    all
}

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64URL: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The letters of base64 (RFC 4648) that depend on the word alone where `before` bytes stand before it in a group of three.
fn base64(alphabet: &[u8; 64], word: &[u8], before: usize) -> Vec<u8> {
    let mut bits: Vec<bool> = vec![false; before * 8];
    for byte in word {
        bits.extend((0..8).rev().map(|bit| byte >> bit & 1 == 1));
    }
    let letter = |six: &[bool]| {
        let value = six.iter().fold(0, |value, bit| value << 1 | usize::from(*bit));
        alphabet.get(value).copied().unwrap()
    };
    bits.chunks_exact(6)
        .skip((before * 8).div_ceil(6))
        .map(letter)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(haystack: &[u8]) -> Vec<&'static str> {
        let needles = Needles::new(&["Überraschung"]);
        needles.find(haystack).into_iter().map(|hit| hit.form).collect()
    }

    #[test]
    fn each_spelling_is_found_and_nothing_else() {
        // The encodings are those of another program.
        assert_eq!(found("eine überraschung!".as_bytes()), ["UTF-8"]);
        assert_eq!(found("EINE ÜBERRASCHUNG!".as_bytes()), ["UTF-8"]);
        let wide: Vec<u8> = "Überraschung".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(found(&wide), ["UTF-16LE"]);
        let wide: Vec<u8> = "xÜberraschung"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        assert_eq!(found(&wide), ["UTF-16BE"]);
        assert_eq!(found(b"78C39C626572726173636875 6E67"), [""; 0]);
        assert_eq!(found(b"78C39C6265727261736368756E67"), ["hexadecimal"]);
        assert_eq!(found(b"w5xiZXJyYXNjaHVuZw=="), ["base64"]);
        assert_eq!(found(b"eMOcYmVycmFzY2h1bmd4"), ["base64"]);
        assert_eq!(found(b"eHjDnGJlcnJhc2NodW5n"), ["base64"]);
        assert_eq!(found(b"%C3%9Cberraschung"), ["percent, but letters"]);
        assert_eq!(found(b"%c3%9c%62%65%72%72%61%73%63%68%75%6e%67"), ["percent"]);
        assert_eq!(found("Uberraschung, Überaschung".as_bytes()), [""; 0]);
    }
}
