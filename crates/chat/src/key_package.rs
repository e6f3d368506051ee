//! KeyPackages: how a device can be added while it is away (RFC 9420 section 10).
//!
//! Their MLS lifetime has no end: whether a commit is valid must not depend on the clock of whoever reads it, or honest
//! members would part. They age by their owner's hand, who deletes the private part.

use openmls::key_packages::{KeyPackage, KeyPackageIn, Lifetime};
use openmls::prelude::{KeyPackageRef, ProtocolVersion};
use openmls_traits::OpenMlsProvider;
use openmls_traits::storage::StorageProvider as _;
use tls_codec::{DeserializeBytes as _, Serialize as _};

use crate::consent::Statement;
use crate::error::{ChatError, PeerFault, Result, storage};
use crate::group::{config_failed, keys_of_package, leaf_capabilities, leaf_extensions, member_of};
use crate::identity::{AccountId, Device, Member};
use crate::suite::Suite;

/// Largest KeyPackage that is read, in bytes. One of the X-Wing suite has about 2,900.
pub const MAX_KEY_PACKAGE: usize = 8 * 1024;

/// A KeyPackage of this device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeKeyPackage {
    /// The package, for the pool.
    pub bytes: Vec<u8>,
    /// By this [`forget_key_package`] finds its private part.
    pub reference: Vec<u8>,
}

/// Makes a KeyPackage; its private part is in the store when this returns. MLS deletes that when somebody's invitation has
/// used the package, but for one of the last resort.
///
/// # Errors
/// If the store or the library fails.
pub fn make_key_package<P: OpenMlsProvider>(
    provider: &P,
    device: &Device,
    suite: Suite,
    statement: Statement,
    is_last_resort: bool,
) -> Result<MadeKeyPackage> {
    let mut builder = KeyPackage::builder()
        .key_package_lifetime(endless())
        .leaf_node_capabilities(leaf_capabilities())
        .leaf_node_extensions(leaf_extensions(statement)?);
    if is_last_resort {
        builder = builder.mark_as_last_resort();
    }
    let signer = device.signer(provider.crypto());
    let bundle = builder
        .build(suite.ciphersuite(), provider, &signer, device.credential())
        .map_err(config_failed)?;
    let package = bundle.key_package();
    let reference = package.hash_ref(provider.crypto()).map_err(config_failed)?;
    Ok(MadeKeyPackage {
        bytes: package.tls_serialize_detached().map_err(config_failed)?,
        reference: reference.tls_serialize_detached().map_err(config_failed)?,
    })
}

/// Deletes the private part of a KeyPackage, where it is still there: no invitation that used the package opens any more.
///
/// # Errors
/// If the store fails, or the reference is none.
pub fn forget_key_package<P: OpenMlsProvider>(provider: &P, reference: &[u8]) -> Result<()> {
    let reference = KeyPackageRef::tls_deserialize_exact_bytes(reference)
        .map_err(|_| ChatError::Bug("the reference of a KeyPackage cannot be read"))?;
    provider.storage().delete_key_package(&reference).map_err(storage)
}

fn endless() -> Lifetime {
    Lifetime::init(0, u64::MAX)
}

/// MLS looks at its clock for a lifetime that ends, so a commit that adds one is valid for some and not for others.
pub(crate) fn is_endless(package: &KeyPackage) -> bool {
    *package.life_time() == endless()
}

/// A device that can be added: a KeyPackage whose signatures hold, of the account that was asked for.
#[derive(Clone, Debug)]
pub struct Invitee {
    package: KeyPackage,
    member: Member,
}

impl Invitee {
    /// Checks a KeyPackage that a server handed out.
    ///
    /// # Errors
    /// [`PeerFault`] if it is malformed, of another suite, of another account than the one that was asked for, or ends at
    /// some time.
    pub fn check<P: OpenMlsProvider>(
        provider: &P,
        account: AccountId,
        suite: Suite,
        bytes: &[u8],
    ) -> Result<Self, PeerFault> {
        if bytes.len() > MAX_KEY_PACKAGE {
            return Err(PeerFault::Malformed);
        }
        let package = KeyPackageIn::tls_deserialize_exact_bytes(bytes).map_err(|_| PeerFault::Malformed)?;
        let package = package
            .validate(provider.crypto(), ProtocolVersion::Mls10)
            .map_err(|_| PeerFault::Signature)?;
        let member = member_of(provider.crypto(), package.leaf_node()).map_err(|_| PeerFault::Credential)?;
        if package.ciphersuite() != suite.ciphersuite() || member.account() != account {
            return Err(PeerFault::Credential);
        }
        if !is_endless(&package) {
            return Err(PeerFault::Policy);
        }
        keys_of_package(provider.crypto(), &package)?;
        Ok(Self { package, member })
    }

    /// Who it is.
    #[must_use]
    pub const fn member(&self) -> &Member {
        &self.member
    }

    pub(crate) const fn key_package(&self) -> &KeyPackage {
        &self.package
    }
}
