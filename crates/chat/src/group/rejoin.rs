//! Coming back after a commit that could not be followed: by an external commit that takes the place of the old leaf
//! (RFC 9420 section 12.4.3.2, docs/protocol.md section 4).
//!
//! ```text
//! letter body = 2 (1) || device (32) || signature (64) || answer
//! answer      = read (32) || write (32) || wrap (32) || length (4) || notes || MLSMessage (GroupInfo with the tree)
//! signed      = "snug rejoin" || answer
//! ```
//!
//! Whoever knows the id of the group could make another one with that id, with all its members in it. So the way back is
//! believed only from a device that was in the epoch that the device left.

use openmls::group::MlsGroup;
use openmls::prelude::group_info::VerifiableGroupInfo;
use openmls::prelude::{LeafNodeParameters, MlsMessageBodyIn, MlsMessageIn};
use openmls_traits::OpenMlsProvider;
use openmls_traits::crypto::OpenMlsCrypto;
use tls_codec::DeserializeBytes as _;
use zeroize::Zeroizing;

use crate::consent::Statement;
use crate::error::{PeerFault, Result, storage};
use crate::identity::{self, Device, DeviceId};
use crate::letter;
use crate::seal::EpochSecrets;

use super::change::Place;
use super::commit::NEW_MEMBER;
use super::{Group, LAST_EPOCH, Notes, config, join_config, keys, leaf_capabilities, leaf_extensions};

pub(super) const REJOIN: u8 = 2;
const LABEL: &[u8] = b"snug rejoin";
const SIGNATURE: usize = 64;

/// Where a device stood when it could not follow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// The id of the group.
    pub group: Vec<u8>,
    /// The epoch that it could not leave.
    pub epoch: u64,
    /// Who was in it: only they can answer.
    pub members: Vec<DeviceId>,
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
            members: self.devices(),
            statement,
            notes: self.notes.clone(),
        }
    }
}

/// What a device that could not follow needs to come back.
#[derive(Clone, PartialEq, Eq)]
pub struct RejoinPacket {
    author: DeviceId,
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
        let answer = Zeroizing::new([&read[..], write, wrap, &self.notes.frame(), &info].concat());
        let signed = Zeroizing::new([LABEL, &answer].concat());
        let signature = device.keys().sign(provider.crypto(), &signed)?;
        let author = device.member().device();
        let body = Zeroizing::new([&[REJOIN][..], &author.0, &signature, &answer].concat());
        letter::seal(provider.crypto(), letter_key, &body)
    }

    /// Leaves the group that is stuck behind and returns by an external commit: (group, envelope). The group is in the epoch
    /// after the packet's at once: append the envelope to the mailbox of [`RejoinPacket::secrets`] with `expect`, and if
    /// another commit was faster, ask again.
    ///
    /// # Errors
    /// [`PeerFault`] if the packet is from nobody who was in the epoch that was left, is for another group or an epoch that is
    /// not newer, or does not hold.
    pub fn rejoin<P: OpenMlsProvider>(
        provider: &P,
        device: &Device,
        left: &Left,
        packet: &RejoinPacket,
    ) -> Result<(Self, Vec<u8>)> {
        if !left.members.contains(&packet.author) {
            return Err(PeerFault::Signature.into());
        }
        let info = MlsMessageIn::tls_deserialize_exact_bytes(&packet.group_info);
        let MlsMessageBodyIn::GroupInfo(info) = info.map_err(|_| PeerFault::Malformed)?.extract() else {
            return Err(PeerFault::Place.into());
        };
        let (id, ended) = (info.group_id().as_slice().to_vec(), info.epoch().as_u64());
        if id != left.group || ended <= left.epoch || ended >= LAST_EPOCH {
            return Err(PeerFault::Group.into());
        }
        keys::of_group_info(provider.crypto(), &info)?;
        let (mls, commit) = external(provider, device, left.statement, info)?;
        if mls.group_id().as_slice() != id || !config::is_ours(mls.extensions()) {
            return Err(PeerFault::Group.into());
        }
        let mut group = Self::wrap(provider, mls, left.notes.clone())?;
        group.forget();
        group.believe(&packet.told);
        group.seats(provider)?;
        let place = Place {
            group: &id,
            epoch: ended,
            secrets: &packet.secrets,
        };
        let envelope = place.seal_commit(provider, device, NEW_MEMBER, &commit)?;
        Ok((group, envelope))
    }
}

/// The group behind an external commit that takes the place of the old one, and that commit.
fn external<P: OpenMlsProvider>(
    provider: &P,
    device: &Device,
    statement: Statement,
    info: VerifiableGroupInfo,
) -> Result<(MlsGroup, Vec<u8>)> {
    let old = MlsGroup::load(provider.storage(), info.group_id()).map_err(storage)?;
    if let Some(mut old) = old {
        old.delete(provider.storage()).map_err(storage)?;
    }
    let leaf = LeafNodeParameters::builder()
        .with_extensions(leaf_extensions(statement)?)
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
    let commit = bundle.into_commit().to_bytes().map_err(config::failed)?;
    Ok((mls, commit))
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

    /// Who signed it is checked here; whether they may answer, in [`Group::rejoin`].
    pub(crate) fn parse(provider: &impl OpenMlsCrypto, body: &[u8]) -> Option<Self> {
        let (kind, rest) = body.split_first()?;
        let (author, rest) = rest.split_first_chunk::<32>()?;
        let (signature, answer) = rest.split_at_checked(SIGNATURE)?;
        let signed = Zeroizing::new([LABEL, answer].concat());
        identity::verify(provider, author, &signed, signature).ok()?;
        let (read, rest) = answer.split_first_chunk::<32>()?;
        let (write, rest) = rest.split_first_chunk::<32>()?;
        let (wrap, rest) = rest.split_first_chunk::<32>()?;
        let (told, info) = Notes::unframe(rest)?;
        let secrets = EpochSecrets {
            read: *read,
            write: *write,
            wrap: *wrap,
        };
        (*kind == REJOIN).then(|| Self {
            author: DeviceId(*author),
            secrets,
            told,
            group_info: info.to_vec(),
        })
    }
}
