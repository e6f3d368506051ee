//! What opens a store.

use std::fmt;

use zeroize::Zeroizing;

/// What opens a store.
#[derive(Clone, Debug)]
pub enum Unlock {
    /// Words that a person types.
    Passphrase(Passphrase),
    /// A key in the system's keyring (Secret Service), which opens with the person's session.
    Keyring,
}

impl Unlock {
    /// With a passphrase.
    #[must_use]
    pub fn passphrase(words: impl Into<String>) -> Self {
        Self::Passphrase(Passphrase(Zeroizing::new(words.into())))
    }
}

/// Words that a person types. Overwritten when dropped, never printed. Taken byte by byte as they are.
#[derive(Clone)]
pub struct Passphrase(Zeroizing<String>);

impl Passphrase {
    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Passphrase {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Passphrase(…)")
    }
}

/// What one try of a passphrase costs: the parameters of Argon2id (RFC 9106).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// KiB of memory.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Effort {
    /// 64 MiB, three passes, one lane: the second recommended choice of RFC 9106 with one lane instead of four.
    pub const DEFAULT: Self = Self {
        memory_kib: 64 << 10,
        passes: 3,
        lanes: 1,
    };
    /// For tests only: it protects nothing.
    pub const LEAST: Self = Self {
        memory_kib: 8,
        passes: 1,
        lanes: 1,
    };

    /// More than this is not tried: a key file that asks for it was not written by us.
    const MOST: Self = Self {
        memory_kib: 1 << 20,
        passes: 16,
        lanes: 16,
    };

    pub(super) fn is_within_limits(self) -> bool {
        self.memory_kib <= Self::MOST.memory_kib
            && (1..=Self::MOST.passes).contains(&self.passes)
            && (1..=Self::MOST.lanes).contains(&self.lanes)
            && self.memory_kib >= self.lanes.saturating_mul(8)
    }
}

impl Default for Effort {
    fn default() -> Self {
        Self::DEFAULT
    }
}
