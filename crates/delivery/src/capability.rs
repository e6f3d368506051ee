//! Capabilities: who shows one may. A server holds their hashes only.

use std::fmt;

use subtle::ConstantTimeEq;
use zeroize::ZeroizeOnDrop;

use crate::hash::labelled;
use crate::name::bytes32;
use crate::{MailboxName, Refusal};

/// Thirty-two secret bytes. Erased when dropped, not shown by `Debug`, compared in constant time.
///
/// There is no other way in than bytes, since where they come from (randomness, an MLS exporter) is not this crate's
/// business; all 32 must be unpredictable.
#[derive(Clone, ZeroizeOnDrop)]
pub struct Capability([u8; 32]);

impl Capability {
    /// Takes the secret as it is.
    #[must_use]
    pub const fn from_secret(secret: [u8; 32]) -> Self {
        Self(secret)
    }

    /// The secret, to store or to send it.
    #[must_use]
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// `SHA-256("snug capability" || secret)`: what the server is given to keep.
    #[must_use]
    pub fn hash(&self) -> CapabilityHash {
        CapabilityHash::from_bytes(labelled("snug capability", &[&self.0]))
    }
}

impl PartialEq for Capability {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Capability {}

impl fmt::Debug for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Capability(..)")
    }
}

bytes32! {
    /// The hash of a capability. It admits nobody by itself.
    CapabilityHash
}

impl CapabilityHash {
    /// Whether `shown` is the capability behind this hash, in constant time.
    ///
    /// # Errors
    /// [`Refusal::Denied`] for any other.
    pub fn admit(&self, shown: &Capability) -> Result<(), Refusal> {
        if self.as_bytes().ct_eq(shown.hash().as_bytes()).into() {
            Ok(())
        } else {
            Err(Refusal::Denied)
        }
    }
}

/// What a server keeps of a mailbox's capabilities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MailboxHashes {
    /// Of `read`.
    pub read: CapabilityHash,
    /// Of `write`.
    pub write: CapabilityHash,
}

impl MailboxHashes {
    /// The name that these hashes have.
    #[must_use]
    pub fn name(&self) -> MailboxName {
        MailboxName::of(&self.read, &self.write)
    }

    /// Checks who wants to fetch or watch. [`MayRead`] is the proof, for this mailbox and no other.
    ///
    /// # Errors
    /// [`Refusal::Denied`] for any capability but `read`.
    pub fn admit_read(&self, shown: &Capability) -> Result<MayRead, Refusal> {
        self.read.admit(shown)?;
        Ok(MayRead { mailbox: self.name() })
    }
}

/// Proof that `read` was shown for a mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MayRead {
    mailbox: MailboxName,
}

impl MayRead {
    /// The mailbox that may be read.
    #[must_use]
    pub const fn mailbox(&self) -> MailboxName {
        self.mailbox
    }
}

/// Both capabilities of a mailbox, as its members hold them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailboxKeys {
    /// To fetch and to watch.
    pub read: Capability,
    /// To append.
    pub write: Capability,
}

impl MailboxKeys {
    /// The mailbox of these secrets: of an epoch its `read_e` and `write_e`, of an inbox two random values.
    #[must_use]
    pub const fn from_secrets(read: [u8; 32], write: [u8; 32]) -> Self {
        Self {
            read: Capability::from_secret(read),
            write: Capability::from_secret(write),
        }
    }

    /// What the server may know.
    #[must_use]
    pub fn hashes(&self) -> MailboxHashes {
        MailboxHashes {
            read: self.read.hash(),
            write: self.write.hash(),
        }
    }

    /// The name of the mailbox.
    #[must_use]
    pub fn name(&self) -> MailboxName {
        self.hashes().name()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Computed with Python's hashlib.
    #[test]
    fn hashes_and_names_are_what_the_protocol_says() {
        let keys = MailboxKeys::from_secrets([1; 32], [2; 32]);
        assert_eq!(
            hex(keys.hashes().read.as_bytes()),
            "751c22d721671e1b7835048df5a3a4be9f0856cfe321f580150533110d622a05"
        );
        assert_eq!(
            hex(keys.hashes().write.as_bytes()),
            "93327381a4b88ca18370c33778fdc63411ff41d3ebf4d37e92a60b07150854b8"
        );
        assert_eq!(
            hex(keys.name().as_bytes()),
            "fe7c019076ce9529e66c16b9032e19b34e251abf23593f12a75c37e33701de41"
        );
    }

    #[test]
    fn the_capability_admits_and_no_other_does() {
        let keys = MailboxKeys::from_secrets([1; 32], [2; 32]);
        let proof = keys.hashes().admit_read(&keys.read);
        assert_eq!(proof.map(|proof| proof.mailbox()), Ok(keys.name()));
        assert_eq!(keys.hashes().admit_read(&keys.write), Err(Refusal::Denied));
        for bit in 0..256 {
            let mut near = [1; 32];
            near[bit / 8] ^= 1 << (bit % 8);
            let shown = Capability::from_secret(near);
            assert_eq!(keys.hashes().admit_read(&shown), Err(Refusal::Denied));
        }
    }

    #[test]
    fn the_hash_is_not_the_capability() {
        let keys = MailboxKeys::from_secrets([1; 32], [2; 32]);
        let shown = Capability::from_secret(*keys.hashes().read.as_bytes());
        assert_eq!(keys.hashes().admit_read(&shown), Err(Refusal::Denied));
    }

    #[test]
    fn swapped_capabilities_are_another_mailbox() {
        let there = MailboxKeys::from_secrets([1; 32], [2; 32]);
        let back = MailboxKeys::from_secrets([2; 32], [1; 32]);
        assert_ne!(there.name(), back.name());
    }

    #[test]
    fn debug_shows_no_byte_of_a_secret() {
        let shown = format!("{:?}", MailboxKeys::from_secrets([0xab; 32], [0xcd; 32]));
        assert_eq!(
            shown,
            "MailboxKeys { read: Capability(..), write: Capability(..) }"
        );
    }
}
