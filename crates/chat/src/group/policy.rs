//! What a commit may do (docs/protocol.md section 1). Each rule depends on bytes that all members share: no clock, no
//! opinion, so that honest members accept the same commits.

use openmls::group::StagedCommit;
use openmls::messages::proposals::{Proposal, ProposalOrRefType};
use openmls::prelude::{KeyPackage, LeafNodeIndex, Sender};
use openmls_traits::OpenMlsProvider;

use crate::error::PeerFault;
use crate::identity::Member;
use crate::key_package::is_endless;

use super::{Group, Leaf, config, keys, member_of};

/// Who committed, if the commit does nothing but what the policy knows.
pub(super) fn accept<P: OpenMlsProvider>(
    group: &Group,
    provider: &P,
    staged: &StagedCommit,
    sender: &Sender,
) -> Result<Member, PeerFault> {
    let leaf = staged.update_path_leaf_node().ok_or(PeerFault::Policy)?;
    let author = member_of(provider.crypto(), leaf).map_err(|_| PeerFault::Credential)?;
    if !config::is_ours(staged.group_context().extensions()) {
        return Err(PeerFault::Policy);
    }
    match sender {
        Sender::Member(index) => {
            same_device(&seated(group, provider, *index)?, &author)?;
            staged.queued_proposals().try_for_each(|queued| {
                by_value(queued.proposal_or_ref_type())?;
                of_member(group, provider, queued.proposal())
            })?;
        }
        Sender::NewMemberCommit => returns_to_its_seat(group, provider, staged, &author)?,
        _ => return Err(PeerFault::Policy),
    }
    keys_hold(group, provider, staged)?;
    Ok(author)
}

/// Everything in the new tree can be encrypted to, so that nobody's next commit fails.
fn keys_hold<P: OpenMlsProvider>(
    group: &Group,
    provider: &P,
    staged: &StagedCommit,
) -> Result<(), PeerFault> {
    let crypto = provider.crypto();
    let old = group.mls.export_ratchet_tree();
    let new = staged
        .export_ratchet_tree(crypto, old.clone())
        .map_err(|_| PeerFault::Mls)?;
    match new {
        Some(new) => keys::of_new(crypto, group.mls.ciphersuite(), (&old, &new)),
        None => Ok(()),
    }
}

fn by_value(kind: ProposalOrRefType) -> Result<(), PeerFault> {
    match kind {
        ProposalOrRefType::Proposal => Ok(()),
        ProposalOrRefType::Reference => Err(PeerFault::Policy),
    }
}

fn of_member<P: OpenMlsProvider>(group: &Group, provider: &P, proposal: &Proposal) -> Result<(), PeerFault> {
    match proposal {
        Proposal::Add(add) => may_come(group, provider, add.key_package()),
        Proposal::Remove(_) | Proposal::GroupContextExtensions(_) => Ok(()),
        _ => Err(PeerFault::Policy),
    }
}

/// Who is added is checked, is not there yet (removed and added in one commit, a device would seem to have stayed while
/// what it stated is gone), and is not added for a time (each member would ask its own clock).
fn may_come<P: OpenMlsProvider>(group: &Group, provider: &P, package: &KeyPackage) -> Result<(), PeerFault> {
    let member = member_of(provider.crypto(), package.leaf_node()).map_err(|_| PeerFault::Credential)?;
    if group.leaf_of(member.device()).is_some() || !is_endless(package) {
        return Err(PeerFault::Policy);
    }
    keys::of_package(provider.crypto(), package)
}

/// An external commit puts a device back that could not follow, and does nothing else: it removes the old leaf of
/// exactly the device that joins.
fn returns_to_its_seat<P: OpenMlsProvider>(
    group: &Group,
    provider: &P,
    staged: &StagedCommit,
    author: &Member,
) -> Result<(), PeerFault> {
    let mut removals = 0_usize;
    for queued in staged.queued_proposals() {
        by_value(queued.proposal_or_ref_type())?;
        match queued.proposal() {
            Proposal::ExternalInit(_) => {}
            Proposal::Remove(remove) => {
                same_device(&seated(group, provider, remove.removed())?, author)?;
                removals = removals.saturating_add(1);
            }
            _ => return Err(PeerFault::Policy),
        }
    }
    if removals == 1 {
        Ok(())
    } else {
        Err(PeerFault::Policy)
    }
}

fn seated<P: OpenMlsProvider>(
    group: &Group,
    provider: &P,
    index: LeafNodeIndex,
) -> Result<Member, PeerFault> {
    group
        .member_at(provider, Leaf(index.u32()))
        .map_err(|_| PeerFault::Policy)
}

/// The account and the signature key of a leaf stay; the name and the server may change.
fn same_device(old: &Member, new: &Member) -> Result<(), PeerFault> {
    let is_same = old.account() == new.account() && old.device() == new.device();
    if is_same { Ok(()) } else { Err(PeerFault::Policy) }
}
