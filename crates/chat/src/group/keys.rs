//! Public keys that others made up. MLS takes any bytes for one and finds out when something is encrypted to it: then the
//! library fails, or for a short X-Wing key stops the process, in the hands of whoever commits next. So whatever brings keys is
//! refused by all alike unless something can be encrypted to each.

use std::collections::HashSet;

use openmls::messages::group_info::VerifiableGroupInfo;
use openmls::prelude::{KeyPackage, RatchetTreeIn};
use openmls::treesync::{EncryptionKey, RatchetTree};
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::types::Ciphersuite;
use tls_codec::{DeserializeBytes as _, Serialize, VLBytes};

use crate::error::PeerFault;

/// What is tried: nobody opens it.
const INFO: &[u8] = b"snug key";

/// Something can be encrypted to this key.
pub(crate) fn usable(crypto: &impl OpenMlsCrypto, suite: Ciphersuite, key: &[u8]) -> Result<(), PeerFault> {
    let length = match suite {
        Ciphersuite::MLS_256_XWING_CHACHA20POLY1305_SHA256_Ed25519 => crate::letter::LETTER_KEY,
        _ => 32,
    };
    if key.len() != length {
        return Err(PeerFault::Malformed);
    }
    crypto
        .hpke_seal(suite.hpke_config(), key, INFO, &[], &[])
        .map(drop)
        .map_err(|_| PeerFault::Malformed)
}

/// The keys of a KeyPackage are usable.
pub(crate) fn of_package(crypto: &impl OpenMlsCrypto, package: &KeyPackage) -> Result<(), PeerFault> {
    let suite = package.ciphersuite();
    usable(crypto, suite, package.hpke_init_key().as_slice())?;
    let key = bytes_of(package.leaf_node().encryption_key())?;
    usable(crypto, suite, &key)
}

/// The keys of a tree that somebody sent are usable.
pub(super) fn of_sent(
    crypto: &impl OpenMlsCrypto,
    suite: Ciphersuite,
    tree: &RatchetTreeIn,
) -> Result<(), PeerFault> {
    let leaves = tree.leaves().map(|leaf| bytes_of(leaf.encryption_key()));
    let parents = tree.parents().map(first_of);
    leaves
        .chain(parents)
        .try_for_each(|key| usable(crypto, suite, &key?))
}

/// The keys in a group information, with which somebody comes back, are usable.
pub(super) fn of_group_info(
    crypto: &impl OpenMlsCrypto,
    info: &VerifiableGroupInfo,
) -> Result<(), PeerFault> {
    let (suite, extensions) = (info.ciphersuite(), info.extensions());
    let external = extensions.external_pub().ok_or(PeerFault::Malformed)?;
    usable(crypto, suite, external.external_pub().as_slice())?;
    let tree = extensions.ratchet_tree().ok_or(PeerFault::Malformed)?;
    of_sent(crypto, suite, tree.ratchet_tree())
}

/// The keys of a tree that were not in the one before are usable.
pub(super) fn of_new(
    crypto: &impl OpenMlsCrypto,
    suite: Ciphersuite,
    (old, new): (&RatchetTree, &RatchetTree),
) -> Result<(), PeerFault> {
    let known = all(old)?;
    let mut new = all(new)?.into_iter().filter(|key| !known.contains(key));
    new.try_for_each(|key| usable(crypto, suite, &key))
}

fn all(tree: &RatchetTree) -> Result<HashSet<Vec<u8>>, PeerFault> {
    let leaves = tree.leaves().map(|leaf| bytes_of(leaf.encryption_key()));
    let parents = tree.parents().map(first_of);
    leaves.chain(parents).collect()
}

fn bytes_of(key: &EncryptionKey) -> Result<Vec<u8>, PeerFault> {
    first_of(key)
}

/// OpenMLS does not show the key of a parent node, which is the first thing in it (RFC 9420 section 7.1).
fn first_of(node: &impl Serialize) -> Result<Vec<u8>, PeerFault> {
    let bytes = node.tls_serialize_detached().map_err(|_| PeerFault::Malformed)?;
    let (key, _) = VLBytes::tls_deserialize_bytes(&bytes).map_err(|_| PeerFault::Malformed)?;
    Ok(key.as_slice().to_vec())
}
