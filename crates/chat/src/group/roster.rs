//! The members of the epoch whose credentials were checked: a signature is verified once, not with every message.

use std::collections::HashMap;

use openmls::credentials::Credential;
use openmls::prelude::LeafNode;
use openmls_traits::crypto::OpenMlsCrypto;

use crate::error::Result;
use crate::identity::Member;

use super::member_of;

/// Each signature key with the credential that was checked for it.
#[derive(Clone, Default)]
pub(super) struct Roster(HashMap<Vec<u8>, (Credential, Member)>);

impl Roster {
    /// The roster of these leaves. What the old one has checked is not checked again.
    pub(super) fn of<'a>(
        provider: &impl OpenMlsCrypto,
        leaves: impl Iterator<Item = &'a LeafNode>,
        old: &Self,
    ) -> Result<Self> {
        let checked = leaves.map(|leaf| {
            let entry = (leaf.credential().clone(), old.member(provider, leaf)?);
            Ok((leaf.signature_key().as_slice().to_vec(), entry))
        });
        checked.collect::<Result<_>>().map(Self)
    }

    /// Who has this leaf: from the roster if it is exactly what was checked, else checked now.
    pub(super) fn member(&self, provider: &impl OpenMlsCrypto, leaf: &LeafNode) -> Result<Member> {
        match self.0.get(leaf.signature_key().as_slice()) {
            Some((credential, member)) if credential == leaf.credential() => Ok(member.clone()),
            _ => member_of(provider, leaf),
        }
    }
}
