//! The two cipher suites that chats are made with.

use core::fmt;

use openmls_traits::types::Ciphersuite;

/// The cipher suite of a chat, chosen when the chat is made (docs/protocol.md, "Post-quantum").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Suite {
    /// X-Wing (X25519 with ML-KEM-768), ChaCha20-Poly1305, SHA-256, Ed25519: MLS suite 0x004D.
    XWing,
    /// X25519, ChaCha20-Poly1305, SHA-256, Ed25519: MLS suite 0x0003.
    Classical,
}

impl Suite {
    /// The most devices in a chat of this suite. An X-Wing commit grows with each (about 2.7 kB a device in a batch add).
    #[must_use]
    pub const fn most_devices(self) -> usize {
        match self {
            Self::XWing => 50,
            Self::Classical => 1000,
        }
    }

    /// The word for it, on the screen and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::XWing => "x-wing",
            Self::Classical => "classical",
        }
    }

    pub(crate) const fn ciphersuite(self) -> Ciphersuite {
        match self {
            Self::XWing => Ciphersuite::MLS_256_XWING_CHACHA20POLY1305_SHA256_Ed25519,
            Self::Classical => Ciphersuite::MLS_128_DHKEMX25519_CHACHA20POLY1305_SHA256_Ed25519,
        }
    }

    pub(crate) fn of(ciphersuite: Ciphersuite) -> Option<Self> {
        [Self::XWing, Self::Classical]
            .into_iter()
            .find(|suite| suite.ciphersuite() == ciphersuite)
    }
}

impl fmt::Display for Suite {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.as_str())
    }
}
