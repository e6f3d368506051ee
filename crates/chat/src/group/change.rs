//! Commits of our own: staged, sent, and merged only when the server has put them into the log.

use openmls::extensions::Extensions;
use openmls::group::{GroupContext, MlsGroup};
use openmls::prelude::{KeyPackage, LeafNodeIndex, LeafNodeParameters, MlsMessageOut};
use openmls_traits::OpenMlsProvider;
use openmls_traits::crypto::OpenMlsCrypto;

use crate::consent::{Ceiling, Statement, Wish};
use crate::error::{Misuse, Result, storage};
use crate::identity::{Device, DeviceId};
use crate::key_package::Invitee;
use crate::seal::{self, EnvelopeKind, EpochSecrets};

use super::commit::Happened;
use super::{Group, Leaf, config, export, leaf_capabilities, leaf_extensions, member_of};

/// What a member wants to change.
#[derive(Clone, Debug)]
pub enum Change {
    /// Say this about AI. With the same wish as before: renew the keys, and the lease.
    State(Wish),
    /// Add these devices.
    Add(Vec<Invitee>),
    /// Remove these.
    Remove(Vec<DeviceId>),
    /// Give the chat this title.
    Title(String),
}

/// What has to leave this device, in this order: the commit; when it is in the log, the rest.
#[derive(Clone, Debug)]
pub struct Outgoing {
    /// The envelope for a commit slot of the mailbox of this epoch.
    pub commit: Vec<u8>,
    /// The MLS Welcome for those who were added, to be sealed into [`super::Invitation`]s.
    pub welcome: Option<Vec<u8>>,
}

impl Group {
    /// Stages a commit. Every commit renews this device's leaf and repeats its wish, so that nothing that it does can be
    /// read as a new word about AI.
    ///
    /// # Errors
    /// [`Misuse::Pending`] while another commit of ours is on its way; what the change itself cannot be.
    pub fn stage<P: OpenMlsProvider>(
        &mut self,
        provider: &P,
        device: &Device,
        change: &Change,
    ) -> Result<Outgoing> {
        let bundle = self.stage_own(provider, device, change)?;
        let index = self.mls.own_leaf_index().u32();
        let place = Place {
            group: self.id(),
            epoch: self.epoch(),
            secrets: &self.secrets,
        };
        let commit = place.seal_commit(provider, device, index, &bundle.commit)?;
        Ok(Outgoing {
            commit,
            welcome: bundle.welcome,
        })
    }

    /// Merges the commit of ours that the server has put into the log as the first valid one of this epoch.
    ///
    /// # Errors
    /// [`Misuse::NothingPending`], or if the store fails.
    pub fn merge_own<P: OpenMlsProvider>(&mut self, provider: &P) -> Result<Happened> {
        if !self.has_pending() {
            return Err(Misuse::NothingPending.into());
        }
        let before = self.before(provider)?;
        let by = self
            .mls
            .own_leaf_node()
            .map(|leaf| member_of(provider.crypto(), leaf))
            .transpose()?;
        self.mls.merge_pending_commit(provider).map_err(storage)?;
        self.arrive(provider, &before, by.ok_or(Misuse::NotMember)?)
    }

    /// Drops the commit of ours that lost.
    ///
    /// # Errors
    /// If the store fails.
    pub fn discard_own<P: OpenMlsProvider>(&mut self, provider: &P) -> Result<()> {
        self.notes.wait_for(None);
        self.mls.clear_pending_commit(provider.storage()).map_err(storage)
    }

    pub(super) fn stage_own<P: OpenMlsProvider>(
        &mut self,
        provider: &P,
        device: &Device,
        change: &Change,
    ) -> Result<Bundle> {
        if self.has_pending() {
            return Err(Misuse::Pending.into());
        }
        let proposals = self.proposals(provider, change)?;
        let wish = match change {
            Change::State(wish) => *wish,
            _ => self.own_wish(),
        };
        let statement = Statement {
            number: self.next_number(),
            wish,
        };
        let bundle = commit(&mut self.mls, provider, device, statement, proposals)?;
        self.notes.wait_for(Some(&bundle.commit));
        Ok(bundle)
    }

    /// What this device wants now: its last lowering counts, whether or not it has committed it. What its KeyPackage stated
    /// counts only as far as it is believed: it may be an old one, and no commit may turn it into a new word.
    #[must_use]
    pub fn own_wish(&self) -> Wish {
        let Some(said) = self.own_statement() else {
            return Wish::OnDevice;
        };
        let (counts, until) = said.counts().into_parts();
        match counts {
            Ceiling::Off => Wish::Off,
            Ceiling::OnDevice => Wish::OnDevice,
            Ceiling::Confidential => Wish::Confidential { until },
        }
    }

    fn proposals<P: OpenMlsProvider>(&self, provider: &P, change: &Change) -> Result<Proposals> {
        Ok(match change {
            Change::State(_) => Proposals::None,
            Change::Add(invitees) => Proposals::Add(self.additions(provider, invitees)?),
            Change::Remove(devices) => Proposals::Remove(
                devices
                    .iter()
                    .map(|device| self.removal(*device))
                    .collect::<Result<_>>()?,
            ),
            Change::Title(title) => Proposals::Context(config::group_extensions(title)?),
        })
    }

    fn additions<P: OpenMlsProvider>(&self, provider: &P, invitees: &[Invitee]) -> Result<Vec<KeyPackage>> {
        let seats = self.seats(provider)?;
        if seats.len().saturating_add(invitees.len()) > self.suite()?.most_devices() {
            return Err(Misuse::TooManyDevices.into());
        }
        let is_known = |invitee: &Invitee| {
            seats
                .iter()
                .any(|seat| seat.member.device() == invitee.member().device())
        };
        if invitees.iter().any(is_known) {
            return Err(Misuse::AlreadyMember.into());
        }
        Ok(invitees
            .iter()
            .map(|invitee| invitee.key_package().clone())
            .collect())
    }

    fn removal(&self, device: DeviceId) -> Result<LeafNodeIndex> {
        let Leaf(index) = self.leaf_of(device).ok_or(Misuse::NoSuchMember)?;
        if index == self.mls.own_leaf_index().u32() {
            return Err(Misuse::OwnRemoval.into());
        }
        Ok(LeafNodeIndex::new(index))
    }

    pub(super) fn refresh_secrets(&mut self, provider: &impl OpenMlsCrypto) -> Result<()> {
        if self.is_member() {
            self.secrets = export(&self.mls, provider)?;
        }
        Ok(())
    }
}

enum Proposals {
    None,
    Add(Vec<KeyPackage>),
    Remove(Vec<LeafNodeIndex>),
    Context(Extensions<GroupContext>),
}

/// A path commit with a fresh leaf that carries this statement, and with these proposals by value.
fn commit<P: OpenMlsProvider>(
    mls: &mut MlsGroup,
    provider: &P,
    device: &Device,
    statement: Statement,
    proposals: Proposals,
) -> Result<Bundle> {
    let leaf = LeafNodeParameters::builder()
        .with_extensions(leaf_extensions(statement)?)
        .with_capabilities(leaf_capabilities())
        .build();
    let builder = mls
        .commit_builder()
        .force_self_update(true)
        .consume_proposal_store(false)
        .leaf_node_parameters(leaf);
    let builder = match proposals {
        Proposals::None => builder,
        Proposals::Add(packages) => builder.propose_adds(packages),
        Proposals::Remove(leaves) => builder.propose_removals(leaves),
        Proposals::Context(extensions) => builder
            .propose_group_context_extensions(extensions)
            .map_err(config::failed)?,
    };
    let (commit, welcome, _) = builder
        .load_psks(provider.storage())
        .map_err(config::failed)?
        .build(
            provider.rand(),
            provider.crypto(),
            &device.signer(provider.crypto()),
            |_| true,
        )
        .map_err(config::failed)?
        .stage_commit(provider)
        .map_err(storage)?
        .into_messages();
    let bytes = |message: MlsMessageOut| message.to_bytes().map_err(config::failed);
    Ok(Bundle {
        commit: bytes(commit)?,
        welcome: welcome.map(bytes).transpose()?,
    })
}

pub(super) struct Bundle {
    pub(super) commit: Vec<u8>,
    pub(super) welcome: Option<Vec<u8>>,
}

/// Where a commit belongs: the epoch that it ends.
pub(super) struct Place<'a> {
    pub(super) group: &'a [u8],
    pub(super) epoch: u64,
    pub(super) secrets: &'a EpochSecrets,
}

impl Place<'_> {
    /// `leaf index (4) || signature (64) || MLSMessage`, in an envelope. The outer signature gives an invalid commit
    /// an author, which MLS alone does not.
    pub(super) fn seal_commit<P: OpenMlsProvider>(
        &self,
        provider: &P,
        device: &Device,
        index: u32,
        commit: &[u8],
    ) -> Result<Vec<u8>> {
        let signed = commit_tbs(self.group, self.epoch, index, commit);
        let signature = device.keys().sign(provider.crypto(), &signed)?;
        let body = [&index.to_be_bytes()[..], &signature, commit].concat();
        seal::seal(
            (provider.crypto(), provider.rand()),
            self.secrets,
            EnvelopeKind::Commit,
            &body,
        )
    }
}

pub(super) fn commit_tbs(group: &[u8], epoch: u64, index: u32, commit: &[u8]) -> Vec<u8> {
    let length = u32::try_from(group.len()).unwrap_or(u32::MAX).to_be_bytes();
    [
        b"snug commit",
        &length[..],
        group,
        &epoch.to_be_bytes(),
        &index.to_be_bytes(),
        commit,
    ]
    .concat()
}
