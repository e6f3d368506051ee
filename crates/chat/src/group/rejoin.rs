//! Coming back after a commit that could not be followed: by an external commit that takes the place of the old leaf
//! (RFC 9420 section 12.4.3.2, docs/protocol.md section 4).
//!
//! ```text
//! letter body = 2 (1) || read (32) || write (32) || wrap (32) || length (4) || notes || MLSMessage (GroupInfo with the tree)
//! ```

use openmls::group::MlsGroup;
use openmls::prelude::{LeafNodeParameters, MlsMessageBodyIn, MlsMessageIn};
use openmls_traits::OpenMlsProvider;
use tls_codec::DeserializeBytes as _;

use crate::consent::Statement;
use crate::error::{PeerFault, Result, storage};
use crate::identity::Device;
use crate::letter;
use crate::seal::EpochSecrets;

use super::change::Place;
use super::commit::NEW_MEMBER;
use super::{Group, Notes, config, join_config, leaf_capabilities, leaf_extensions};

pub(super) const REJOIN: u8 = 2;

/// Where a device stood when it could not follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The id of the group.
    pub group: Vec<u8>,
    /// The epoch that it could not leave.
    pub epoch: u64,
    /// What it says about AI when it comes back: what it said before, under a new number.
    pub statement: Statement,
    /// What it had noted.
    pub notes: Notes,
}

impl Group {
    /// Where this device stands, to come back by [`Self::rejoin`] once it is stuck.
    #[must_use]
    pub fn left(&self) -> Left {
        let statement = Statement {
            number: self.next_number(),
            wish: self.own_wish(),
        };
        Left {
            group: self.id().to_vec(),
            epoch: self.epoch(),
            statement,
            notes: self.notes.clone(),
        }
    }
}

/// What a device that could not follow needs to come back.
#[derive(Clone, PartialEq, Eq)]
pub struct RejoinPacket {
    secrets: EpochSecrets,
    told: Notes,
    group_info: Vec<u8>,
}

impl core::fmt::Debug for RejoinPacket {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.write_str("RejoinPacket(..)")
    }
}

impl Group {
    /// What somebody who sent a [`super::Notice`] needs, sealed to the letter key of that device.
    ///
    /// # Errors
    /// If the group is too large for a letter, or the library fails.
    pub fn seal_rejoin<P: OpenMlsProvider>(
        &self,
        provider: &P,
        device: &Device,
        letter_key: &[u8],
    ) -> Result<Vec<u8>> {
        let info = self
            .mls
            .export_group_info(provider.crypto(), &device.signer(provider.crypto()), true)
            .map_err(config::failed)?
            .to_bytes()
            .map_err(config::failed)?;
        let EpochSecrets { read, write, wrap } = &self.secrets;
        let body =
            zeroize::Zeroizing::new([&[REJOIN][..], read, write, wrap, &self.notes.frame(), &info].concat());
        letter::seal(provider.crypto(), letter_key, &body)
    }

    /// Leaves the group that is stuck behind and returns by an external commit: (group, envelope). The group is in the epoch
    /// after the packet's at once: append the envelope to the mailbox of [`RejoinPacket::secrets`] with `expect`, and if
    /// another commit was faster, ask again.
    ///
    /// # Errors
    /// [`PeerFault`] if the packet is for another group, of an epoch that is not newer, or does not hold.
    pub fn rejoin<P: OpenMlsProvider>(
        provider: &P,
        device: &Device,
        left: &Left,
        packet: &RejoinPacket,
    ) -> Result<(Self, Vec<u8>)> {
        let info = MlsMessageIn::tls_deserialize_exact_bytes(&packet.group_info);
        let MlsMessageBodyIn::GroupInfo(info) = info.map_err(|_| PeerFault::Malformed)?.extract() else {
            return Err(PeerFault::Place.into());
        };
        let (id, ended) = (info.group_id().as_slice().to_vec(), info.epoch().as_u64());
        if id != left.group || ended <= left.epoch {
            return Err(PeerFault::Group.into());
        }
        let old = MlsGroup::load(provider.storage(), info.group_id()).map_err(storage)?;
        if let Some(mut old) = old {
            old.delete(provider.storage()).map_err(storage)?;
        }
        let leaf = LeafNodeParameters::builder()
            .with_extensions(leaf_extensions(left.statement)?)
            .with_capabilities(leaf_capabilities())
            .build();
        let (mls, bundle) = MlsGroup::external_commit_builder()
            .with_config(join_config())
            .skip_lifetime_validation()
            .build_group(provider, info, device.credential())
            .map_err(|_| PeerFault::Mls)?
            .leaf_node_parameters(leaf)
            .load_psks(provider.storage())
            .map_err(config::failed)?
            .build(
                provider.rand(),
                provider.crypto(),
                &device.signer(provider.crypto()),
                |_| true,
            )
            .map_err(|_| PeerFault::Mls)?
            .finalize(provider)
            .map_err(|_| PeerFault::Mls)?;
        if mls.group_id().as_slice() != id || !config::is_ours(mls.extensions()) {
            return Err(PeerFault::Group.into());
        }
        let mut group = Self::wrap(provider, mls, left.notes.clone())?;
        group.forget();
        group.believe(&packet.told);
        group.seats(provider)?;
        let commit = bundle.into_commit().to_bytes().map_err(config::failed)?;
        let place = Place {
            group: &id,
            epoch: ended,
            secrets: &packet.secrets,
        };
        let envelope = place.seal_commit(provider, device, NEW_MEMBER, &commit)?;
        Ok((group, envelope))
    }
}

impl RejoinPacket {
    /// The mailbox in which the external commit belongs.
    #[must_use]
    pub const fn secrets(&self) -> &EpochSecrets {
        &self.secrets
    }

    /// The id of the group that it is for, as whoever wrote it says.
    #[must_use]
    pub fn claimed_group(&self) -> Option<Vec<u8>> {
        let info = MlsMessageIn::tls_deserialize_exact_bytes(&self.group_info).ok()?;
        match info.extract() {
            MlsMessageBodyIn::GroupInfo(info) => Some(info.group_id().as_slice().to_vec()),
            _ => None,
        }
    }

    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        let (kind, rest) = body.split_first()?;
        let (read, rest) = rest.split_first_chunk::<32>()?;
        let (write, rest) = rest.split_first_chunk::<32>()?;
        let (wrap, rest) = rest.split_first_chunk::<32>()?;
        let (told, info) = Notes::unframe(rest)?;
        let secrets = EpochSecrets {
            read: *read,
            write: *write,
            wrap: *wrap,
        };
        (*kind == REJOIN).then(|| Self {
            secrets,
            told,
            group_info: info.to_vec(),
        })
    }
}
