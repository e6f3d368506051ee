//! What every group and every leaf of Snug says of itself.

use core::fmt::Debug;

use openmls::credentials::CredentialType;
use openmls::extensions::{
    Extension, ExtensionType, Extensions, RequiredCapabilitiesExtension, UnknownExtension,
};
use openmls::group::{
    GroupContext, MIXED_CIPHERTEXT_WIRE_FORMAT_POLICY, MlsGroup, MlsGroupBuilder, MlsGroupJoinConfig,
};
use openmls::prelude::{Capabilities, LeafNode};
use openmls_traits::types::Ciphersuite;

use crate::consent::{STATEMENT_EXTENSION, Statement};
use crate::error::{ChatError, Result};
use crate::suite::Suite;

use super::title::{self, TITLE_EXTENSION};

/// How many past epochs keep their keys. In a mailbox every message stands before the commit that ends its epoch, so
/// that a member who reads in order never meets one of an epoch that it has left (docs/protocol.md section 1).
const PAST_EPOCHS: usize = 0;

pub(crate) fn creation(suite: Suite, title: &str, statement: Statement) -> Result<MlsGroupBuilder> {
    MlsGroup::builder()
        .ciphersuite(suite.ciphersuite())
        .with_wire_format_policy(MIXED_CIPHERTEXT_WIRE_FORMAT_POLICY)
        .max_past_epochs(PAST_EPOCHS)
        .use_ratchet_tree_extension(false)
        .with_capabilities(leaf_capabilities())
        .with_group_context_extensions(group_extensions(title)?)
        .with_leaf_node_extensions(leaf_extensions(statement)?)
        .map_err(failed)
}

/// Commits come as PrivateMessages; only an external commit is a PublicMessage, inside the envelope like the others.
pub(crate) fn join_config() -> MlsGroupJoinConfig {
    MlsGroupJoinConfig::builder()
        .wire_format_policy(MIXED_CIPHERTEXT_WIRE_FORMAT_POLICY)
        .max_past_epochs(PAST_EPOCHS)
        .use_ratchet_tree_extension(false)
        .build()
}

/// What a leaf understands: both suites, the statement about AI, the title, basic credentials; and that its KeyPackage may
/// be one of the last resort, which MLS does not take for granted.
pub(crate) fn leaf_capabilities() -> Capabilities {
    let suites: Vec<Ciphersuite> = [Suite::XWing, Suite::Classical].map(Suite::ciphersuite).into();
    let [statement, title] = own_extensions();
    let extensions = [statement, title, ExtensionType::LastResort];
    Capabilities::new(
        None,
        Some(&suites),
        Some(&extensions),
        None,
        Some(&[CredentialType::Basic]),
    )
}

pub(crate) fn leaf_extensions(statement: Statement) -> Result<Extensions<LeafNode>> {
    let extension = Extension::Unknown(STATEMENT_EXTENSION, UnknownExtension(statement.encode()));
    Extensions::single(extension).map_err(failed)
}

pub(crate) fn group_extensions(title: &str) -> Result<Extensions<GroupContext>> {
    let required = RequiredCapabilitiesExtension::new(&own_extensions(), &[], &[CredentialType::Basic]);
    Extensions::from_vec(vec![
        Extension::RequiredCapabilities(required),
        title::extension(title)?,
    ])
    .map_err(failed)
}

/// A group whose context says something else is not one of Snug: which extensions it has is part of the policy.
pub(crate) fn is_ours(extensions: &Extensions<GroupContext>) -> bool {
    title::of(extensions).is_some_and(|title| group_extensions(&title).is_ok_and(|ours| ours == *extensions))
}

fn own_extensions() -> [ExtensionType; 2] {
    [STATEMENT_EXTENSION, TITLE_EXTENSION].map(ExtensionType::Unknown)
}

pub(crate) fn failed<E: Debug>(_: E) -> ChatError {
    ChatError::Bug("MLS refused a group of our own making")
}
