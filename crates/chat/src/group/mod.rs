//! A group: one chat, as MLS sees it, on one device.
//!
//! Everything that changes the group goes *stage, inspect, merge*: a commit of somebody else becomes a [`Judged`] only
//! when MLS and the policy accept it ([`Group::judge`]); a commit of our own waits until the server has put it into the
//! log ([`Group::merge_own`]). After an error from the store, drop the value and load it again.

mod change;
mod commit;
mod config;
mod invitation;
mod keys;
mod message;
mod notes;
mod notice;
mod policy;
mod rejoin;
mod roster;
mod title;

pub use change::{Change, Outgoing};
pub use commit::{CommitFault, Happened, Judged};
pub use invitation::{Invitation, MAX_INVITATION, StagedInvitation};
pub use message::Received;
pub use notes::Notes;
pub use notice::Notice;
pub use rejoin::{Left, RejoinPacket};
pub use title::MAX_TITLE;

pub(crate) use keys::of_package as keys_of_package;

pub(crate) use config::{failed as config_failed, join_config, leaf_capabilities, leaf_extensions};

use core::fmt;

use openmls::group::{GroupId, MlsGroup, StagedCommit};
use openmls::prelude::{LeafNode, LeafNodeIndex};
use openmls_traits::OpenMlsProvider;
use openmls_traits::crypto::OpenMlsCrypto;

use crate::consent::{Consent, LeafConsent, Lowering, STATEMENT_EXTENSION, Source, Statement, Wish};
use crate::error::{ChatError, Misuse, Result, storage};
use crate::identity::{Device, DeviceId, Member};
use crate::seal::EpochSecrets;
use crate::suite::Suite;

use roster::Roster;

/// No chat that people are in comes here. Beyond it MLS would count over the end of its integers, the store before that.
const LAST_EPOCH: u64 = 1 << 62;

/// One chat on one device.
pub struct Group {
    mls: MlsGroup,
    notes: Notes,
    secrets: EpochSecrets,
    /// Of the tree as it is: kept by [`Self::settle`].
    roster: Roster,
    /// What the tree and the notes come to: kept by [`Self::settle`] and [`Self::lower`].
    agreed: Consent,
}

impl fmt::Debug for Group {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Group(epoch {})", self.epoch())
    }
}

/// The place of a leaf in the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Leaf(pub(crate) u32);

/// A device in the group, and what it agrees to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// Its place.
    pub leaf: Leaf,
    /// Who it is, checked.
    pub member: Member,
    /// What the rule knows of it.
    pub consent: LeafConsent,
}

impl Group {
    /// Makes a chat with one member, this device, and commits once so that its own word counts.
    ///
    /// # Errors
    /// If the title is not plain text of 1 to [`MAX_TITLE`] bytes, or the store or the library fails.
    pub fn create<P: OpenMlsProvider>(
        provider: &P,
        device: &Device,
        title: &str,
        suite: Suite,
        wish: Wish,
    ) -> Result<Self> {
        let statement = Statement { number: 1, wish };
        let mls = config::creation(suite, title, statement)?
            .build(provider, &device.signer(provider.crypto()), device.credential())
            .map_err(config::failed)?;
        let mut group = Self::wrap(provider, mls, Notes::default())?;
        group.stage_own(provider, device, &Change::State(wish))?;
        group.merge_own(provider)?;
        Ok(group)
    }

    /// Loads a group that was stored, with the notes that were stored beside it.
    ///
    /// # Errors
    /// [`Misuse::NotMember`] if this device was removed from it, or if the store fails. `None` if it holds no such group.
    pub fn load<P: OpenMlsProvider>(provider: &P, id: &[u8], notes: Notes) -> Result<Option<Self>> {
        let mls = MlsGroup::load(provider.storage(), &GroupId::from_slice(id)).map_err(storage)?;
        mls.map(|mls| Self::wrap(provider, mls, notes)).transpose()
    }

    /// Forgets the group: its keys are deleted from the store.
    ///
    /// # Errors
    /// If the store fails.
    pub fn delete<P: OpenMlsProvider>(mut self, provider: &P) -> Result<()> {
        self.mls.delete(provider.storage()).map_err(storage)
    }

    fn wrap<P: OpenMlsProvider>(provider: &P, mls: MlsGroup, notes: Notes) -> Result<Self> {
        let secrets = export(&mls, provider.crypto())?;
        let mut group = Self {
            mls,
            notes,
            secrets,
            roster: Roster::default(),
            agreed: Consent::NONE,
        };
        group.settle(provider)?;
        Ok(group)
    }

    /// After the tree has changed: who is in it, and what they agree to.
    fn settle<P: OpenMlsProvider>(&mut self, provider: &P) -> Result<()> {
        let leaves = self.mls.treesync().full_leaves().map(|(_, leaf)| leaf);
        self.roster = Roster::of(provider.crypto(), leaves, &self.roster)?;
        self.agreed = self.count();
        Ok(())
    }

    /// The name under which MLS keeps it.
    #[must_use]
    pub fn id(&self) -> &[u8] {
        self.mls.group_id().as_slice()
    }

    /// The epoch.
    #[must_use]
    pub fn epoch(&self) -> u64 {
        self.mls.epoch().as_u64()
    }

    /// The mailbox and the envelope key of this epoch.
    #[must_use]
    pub const fn secrets(&self) -> &EpochSecrets {
        &self.secrets
    }

    /// What the group knows beside its tree. Store it with every change.
    #[must_use]
    pub const fn notes(&self) -> &Notes {
        &self.notes
    }

    /// The title.
    #[must_use]
    pub fn title(&self) -> String {
        title::of(self.mls.extensions()).unwrap_or_default()
    }

    /// The cipher suite.
    ///
    /// # Errors
    /// If the stored group has a suite that Snug does not make groups with.
    pub fn suite(&self) -> Result<Suite> {
        Suite::of(self.mls.ciphersuite()).ok_or(ChatError::Bug("a stored group has an unknown suite"))
    }

    /// Whether this device is still a member.
    #[must_use]
    pub fn is_member(&self) -> bool {
        self.mls.is_active()
    }

    /// Whether a commit of ours waits to be put into the log.
    #[must_use]
    pub fn has_pending(&self) -> bool {
        self.mls.pending_commit().is_some()
    }

    /// All devices, each with its checked credential.
    ///
    /// # Errors
    /// If a stored credential does not hold, which joining and every commit since has refused.
    pub fn seats<P: OpenMlsProvider>(&self, provider: &P) -> Result<Vec<Seat>> {
        let leaves = self.mls.treesync().full_leaves();
        leaves
            .map(|(index, leaf)| self.seat(provider, index, leaf))
            .collect()
    }

    fn seat<P: OpenMlsProvider>(&self, provider: &P, index: LeafNodeIndex, leaf: &LeafNode) -> Result<Seat> {
        let member = self.roster.member(provider.crypto(), leaf)?;
        let consent = self.leaf_consent(leaf);
        Ok(Seat {
            leaf: Leaf(index.u32()),
            member,
            consent,
        })
    }

    /// What the members agree to in this epoch, with every lowering seen so far.
    #[must_use]
    pub const fn consent(&self) -> Consent {
        self.agreed
    }

    /// The rule over all leaves. Called where the tree or a lowering changes, and nowhere else.
    fn count(&self) -> Consent {
        let leaves = self.mls.treesync().full_leaves();
        Consent::of(leaves.map(|(_, leaf)| self.leaf_consent(leaf)))
    }

    fn leaf_consent(&self, leaf: &LeafNode) -> LeafConsent {
        LeafConsent {
            source: source_of(leaf),
            statement: statement_of(leaf),
            lowering: self.notes.lowering(leaf.signature_key().as_slice()),
        }
    }

    /// From here on the leaf of this device counts for at most this, by the rule.
    fn lower(&mut self, device: DeviceId, lowering: Lowering) {
        let leaf = self.node_of(device);
        let lowered = leaf.and_then(|(_, leaf)| self.leaf_consent(leaf).lowered(lowering).lowering);
        if let Some(lowering) = lowered {
            self.notes.set(device, lowering);
            self.agreed = self.count();
        }
    }

    /// What this device stated last, in its leaf or by a message.
    #[must_use]
    pub fn own_statement(&self) -> Option<LeafConsent> {
        self.mls.own_leaf_node().map(|leaf| self.leaf_consent(leaf))
    }

    /// This device, as it stands in the tree.
    #[must_use]
    pub fn own_device(&self) -> Option<DeviceId> {
        let key = self.mls.own_leaf_node()?.signature_key().as_slice();
        key.try_into().ok().map(DeviceId)
    }

    /// The number for the next thing that this device says about AI. A commit of ours that is on its way counts: what is
    /// said after it was staged is not ended by it.
    #[must_use]
    pub fn next_number(&self) -> u64 {
        let said = self.own_statement();
        let pending = self
            .mls
            .pending_commit()
            .and_then(StagedCommit::update_path_leaf_node);
        let staged = pending
            .and_then(statement_of)
            .map_or(0, |statement| statement.number);
        let stated = said
            .and_then(|leaf| leaf.statement)
            .map_or(0, |statement| statement.number);
        let lowered = said
            .and_then(|leaf| leaf.lowering)
            .map_or(0, |lowering| lowering.number);
        stated.max(lowered).max(staged).saturating_add(1)
    }

    /// The tree as others need it to join: upload it encrypted, with [`Invitation`].
    ///
    /// # Errors
    /// If it cannot be written, which it always can.
    pub fn tree(&self) -> Result<Vec<u8>> {
        use tls_codec::Serialize as _;
        let tree = self.mls.export_ratchet_tree();
        tree.tls_serialize_detached()
            .map_err(|_| ChatError::Bug("a tree cannot be written"))
    }

    fn member_at<P: OpenMlsProvider>(&self, provider: &P, leaf: Leaf) -> Result<Member> {
        let node = self
            .mls
            .public_group()
            .leaf(LeafNodeIndex::new(leaf.0))
            .ok_or(Misuse::NoSuchMember)?;
        self.roster.member(provider.crypto(), node)
    }

    fn devices(&self) -> Vec<DeviceId> {
        let leaves = self.mls.treesync().full_leaves();
        leaves
            .filter_map(|(_, leaf)| leaf.signature_key().as_slice().try_into().ok().map(DeviceId))
            .collect()
    }

    fn leaf_of(&self, device: DeviceId) -> Option<Leaf> {
        self.node_of(device).map(|(index, _)| Leaf(index.u32()))
    }

    fn node_of(&self, device: DeviceId) -> Option<(LeafNodeIndex, &LeafNode)> {
        let mut leaves = self.mls.treesync().full_leaves();
        leaves.find(|(_, leaf)| leaf.signature_key().as_slice() == device.0)
    }
}

pub(crate) fn member_of(provider: &impl OpenMlsCrypto, leaf: &LeafNode) -> Result<Member> {
    Ok(Member::of_leaf(
        provider,
        leaf.signature_key().as_slice(),
        leaf.credential(),
    )?)
}

/// OpenMLS does not export the name of the type, so its first byte is read (RFC 9420 section 7.2: 1 key_package, 2 update,
/// 3 commit). What is not known is believed least.
fn source_of(leaf: &LeafNode) -> Source {
    use tls_codec::Serialize as _;
    let bytes = leaf
        .leaf_node_source()
        .tls_serialize_detached()
        .unwrap_or_default();
    match bytes.first() {
        Some(2) => Source::Update,
        Some(3) => Source::Commit,
        _ => Source::KeyPackage,
    }
}

fn statement_of(leaf: &LeafNode) -> Option<Statement> {
    let extension = leaf.extensions().unknown(STATEMENT_EXTENSION)?;
    Statement::decode(&extension.0).ok()
}

fn export(mls: &MlsGroup, provider: &impl OpenMlsCrypto) -> Result<EpochSecrets> {
    let secret = |label: &str| -> Result<[u8; 32]> {
        let bytes = mls.export_secret(provider, label, &[], 32);
        let bytes = zeroize::Zeroizing::new(bytes.map_err(|_| Misuse::NotMember)?);
        bytes.as_slice().try_into().map_err(|_| ChatError::Crypto)
    };
    Ok(EpochSecrets {
        read: secret("snug read")?,
        write: secret("snug write")?,
        wrap: secret("snug wrap")?,
    })
}
