//! Invitations: how a device learns that it was added.
//!
//! ```text
//! letter body = 1 (1) || tree key (32) || tree blob (32) || length (1) || server || MLSMessage (Welcome)
//! tree blob   = AEAD(tree key, nonce 0, length (4) || notes || tree)      ChaCha20-Poly1305; the key is used once
//! ```

use openmls::group::StagedWelcome;
use openmls::prelude::{MlsMessageBodyIn, MlsMessageIn, RatchetTreeIn};
use openmls_traits::OpenMlsProvider;
use openmls_traits::crypto::OpenMlsCrypto;
use openmls_traits::random::OpenMlsRand;
use openmls_traits::types::AeadType;
use tls_codec::DeserializeBytes as _;
use zeroize::Zeroizing;

use crate::error::{ChatError, Misuse, PeerFault, Result, crypto};
use crate::identity::{MAX_SERVER, Member, is_plain};
use crate::letter;
use crate::suite::Suite;

use super::{Group, LAST_EPOCH, Notes, config, join_config, keys, member_of, title};

/// Largest letter that is read, in bytes.
pub const MAX_INVITATION: usize = crate::seal::BUCKETS.1;
/// Longest id of a group that is joined, in bytes. Those of Snug have 16.
const MAX_GROUP_ID: usize = 64;
pub(super) const INVITATION: u8 = 1;
const NONCE: [u8; 12] = [0; 12];

/// An invitation as it lies in a letter.
#[derive(Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Where the chat is kept.
    pub server: String,
    /// The name of the blob with the encrypted tree.
    pub tree: [u8; 32],
    tree_key: [u8; 32],
    welcome: Vec<u8>,
}

impl core::fmt::Debug for Invitation {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        out.write_str("Invitation(..)")
    }
}

impl Group {
    /// Encrypts the tree of this epoch, with the lowerings that still hold, under a fresh key: (key, blob). Do it before
    /// messages of this epoch are read: what they say, who was added hears too.
    ///
    /// # Errors
    /// If the library fails.
    pub fn seal_tree<P: OpenMlsProvider>(&self, provider: &P) -> Result<([u8; 32], Vec<u8>)> {
        let key: [u8; 32] = provider.rand().random_array().map_err(crypto)?;
        let tree = [self.notes.frame(), self.tree()?].concat();
        let sealed = provider
            .crypto()
            .aead_encrypt(AeadType::ChaCha20Poly1305, &key, &tree, &NONCE, &[]);
        Ok((key, sealed.map_err(crypto)?))
    }
}

impl Invitation {
    /// An invitation with the Welcome of [`super::Outgoing`] and the tree of [`Group::seal_tree`].
    #[must_use]
    pub const fn new(server: String, tree: [u8; 32], tree_key: [u8; 32], welcome: Vec<u8>) -> Self {
        Self {
            server,
            tree,
            tree_key,
            welcome,
        }
    }

    /// Seals it to the letter key of a device.
    ///
    /// # Errors
    /// [`Misuse::TooLong`] for a Welcome of too many, or if the key is none.
    pub fn seal(&self, provider: &impl OpenMlsCrypto, letter_key: &[u8]) -> Result<Vec<u8>> {
        let length = u8::try_from(self.server.len()).map_err(|_| Misuse::TooLong)?;
        let body = [
            &[INVITATION][..],
            &self.tree_key,
            &self.tree,
            &[length],
            self.server.as_bytes(),
            &self.welcome,
        ]
        .concat();
        letter::seal(provider, letter_key, &body)
    }

    pub(crate) fn parse(body: &[u8]) -> Option<Self> {
        let (kind, rest) = body.split_first()?;
        let (tree_key, rest) = rest.split_first_chunk::<32>()?;
        let (tree, rest) = rest.split_first_chunk::<32>()?;
        let (length, rest) = rest.split_first()?;
        let (server, welcome) = rest.split_at_checked(usize::from(*length))?;
        let server = core::str::from_utf8(server)
            .ok()
            .filter(|server| is_plain(server, MAX_SERVER))?;
        (*kind == INVITATION).then(|| Self {
            server: server.to_owned(),
            tree: *tree,
            tree_key: *tree_key,
            welcome: welcome.to_vec(),
        })
    }

    /// Opens it with the blob that it names, and checks all that can be checked before joining. MLS uses up the
    /// KeyPackage: roll the transaction back to look at an invitation without taking it.
    ///
    /// # Errors
    /// [`PeerFault`] if it is for another device, or anything in it does not hold.
    pub fn stage<P: OpenMlsProvider>(&self, provider: &P, blob: &[u8]) -> Result<StagedInvitation> {
        let tree = provider
            .crypto()
            .aead_decrypt(AeadType::ChaCha20Poly1305, &self.tree_key, blob, &NONCE, &[])
            .map_err(|_| PeerFault::Envelope)?;
        let tree = Zeroizing::new(tree);
        let (told, tree) = Notes::unframe(&tree).ok_or(PeerFault::Malformed)?;
        let tree = RatchetTreeIn::tls_deserialize_exact_bytes(tree).map_err(|_| PeerFault::Malformed)?;
        let message = MlsMessageIn::tls_deserialize_exact_bytes(&self.welcome);
        let MlsMessageBodyIn::Welcome(welcome) = message.map_err(|_| PeerFault::Malformed)?.extract() else {
            return Err(PeerFault::Place.into());
        };
        keys::of_sent(provider.crypto(), welcome.ciphersuite(), &tree)?;
        let staged = StagedWelcome::build_from_welcome(provider, &join_config(), welcome)
            .map_err(|_| PeerFault::Invitation)?
            .with_ratchet_tree(tree)
            .skip_lifetime_validation()
            .build()
            .map_err(|_| PeerFault::Mls)?;
        StagedInvitation::check(provider, staged, told)
    }
}

/// An invitation whose every member was checked.
#[derive(Debug)]
pub struct StagedInvitation {
    staged: StagedWelcome,
    members: Vec<Member>,
    inviter: Member,
    title: String,
    suite: Suite,
    told: Notes,
}

impl StagedInvitation {
    fn check<P: OpenMlsProvider>(provider: &P, staged: StagedWelcome, told: Notes) -> Result<Self> {
        let context = staged.group_context();
        let extensions = context.extensions();
        let is_sound = config::is_ours(extensions)
            && context.epoch().as_u64() < LAST_EPOCH
            && context.group_id().as_slice().len() <= MAX_GROUP_ID;
        let title = title::of(extensions)
            .filter(|_| is_sound)
            .ok_or(PeerFault::Group)?;
        let suite = Suite::of(staged.group_context().ciphersuite()).ok_or(PeerFault::Group)?;
        let inviter = staged.welcome_sender().map_err(|_| PeerFault::Mls)?;
        let inviter = member_of(provider.crypto(), inviter)?;
        let members = staged.members().map(|leaf| {
            Member::of_leaf(provider.crypto(), &leaf.signature_key, &leaf.credential).map_err(ChatError::from)
        });
        let members = members.collect::<Result<_>>()?;
        Ok(Self {
            members,
            inviter,
            title,
            suite,
            told,
            staged,
        })
    }

    /// All devices of the chat, this one included.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Who invited.
    #[must_use]
    pub const fn inviter(&self) -> &Member {
        &self.inviter
    }

    /// The title of the chat.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Its suite.
    #[must_use]
    pub const fn suite(&self) -> Suite {
        self.suite
    }

    /// Joins. Commit once afterwards, so that this device's own word counts.
    ///
    /// # Errors
    /// If the store fails.
    pub fn join<P: OpenMlsProvider>(self, provider: &P) -> Result<Group> {
        let mls = self.staged.into_group(provider).map_err(|_| ChatError::Storage)?;
        let mut group = Group::wrap(provider, mls, Notes::default())?;
        group.believe(&self.told);
        Ok(group)
    }
}
