//! Notices: "I cannot follow that commit" (docs/protocol.md section 4).
//!
//! ```text
//! notice = device (32) || seq (8) || signature (64)
//! signed = "snug notice" || length (4) || group id || epoch (8) || device || seq
//! ```

use openmls_traits::OpenMlsProvider;

use crate::error::{PeerFault, Result};
use crate::identity::{self, Device, DeviceId, Member};
use crate::seal::{self, EnvelopeKind, EpochSecrets};

use super::Group;

const SIGNATURE: usize = 64;

/// A device says that it could not follow a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Who says so: a member now.
    pub from: Member,
    /// The slot of the commit.
    pub seq: u64,
}

impl Notice {
    /// A notice about the commit at `seq` of the mailbox of this group's epoch, as an envelope for a notice slot.
    ///
    /// # Errors
    /// If the library fails.
    pub fn seal<P: OpenMlsProvider>(
        provider: &P,
        device: &Device,
        (group, epoch, secrets): (&[u8], u64, &EpochSecrets),
        seq: u64,
    ) -> Result<Vec<u8>> {
        let body = [&device.member().device().0[..], &seq.to_be_bytes()].concat();
        let signature = device.keys().sign(provider.crypto(), &tbs(group, epoch, &body))?;
        let notice = [&body[..], &signature].concat();
        seal::seal(
            (provider.crypto(), provider.rand()),
            secrets,
            EnvelopeKind::Notice,
            &notice,
        )
    }
}

impl Group {
    /// Opens a notice slot of the mailbox of an epoch that this device has left, with that epoch's secrets. Who was removed
    /// since is nobody any more.
    ///
    /// # Errors
    /// [`PeerFault`] if no member of now signed it.
    pub fn open_notice<P: OpenMlsProvider>(
        &self,
        provider: &P,
        (epoch, secrets): (u64, &EpochSecrets),
        envelope: &[u8],
    ) -> Result<Notice> {
        let bytes = seal::open(provider.crypto(), secrets, EnvelopeKind::Notice, envelope)?;
        let end = bytes.len().checked_sub(SIGNATURE).ok_or(PeerFault::Malformed)?;
        let (body, signature) = bytes.split_at_checked(end).ok_or(PeerFault::Malformed)?;
        let (device, seq) = body.split_first_chunk::<32>().ok_or(PeerFault::Malformed)?;
        let seq = u64::from_be_bytes(seq.try_into().map_err(|_| PeerFault::Malformed)?);
        identity::verify(provider.crypto(), device, &tbs(self.id(), epoch, body), signature)?;
        let leaf = self.leaf_of(DeviceId(*device)).ok_or(PeerFault::Signature)?;
        Ok(Notice {
            from: self.member_at(provider, leaf)?,
            seq,
        })
    }
}

fn tbs(group: &[u8], epoch: u64, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(group.len()).unwrap_or(u32::MAX).to_be_bytes();
    [b"snug notice", &length[..], group, &epoch.to_be_bytes(), body].concat()
}
