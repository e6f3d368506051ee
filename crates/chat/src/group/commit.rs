//! Commits of others: judged alone by each member, then merged.

use openmls::group::StagedCommit;
use openmls::prelude::{
    ApplyUpdatePathError, ContentType, MlsMessageIn, ProcessMessageError, ProcessedMessageContent,
    ProtocolMessage, Sender, StageCommitError,
};
use openmls_traits::OpenMlsProvider;
use tls_codec::DeserializeBytes as _;

use crate::consent::Consent;
use crate::error::{ChatError, PeerFault, Result, storage};
use crate::identity::{self, Member};
use crate::seal::{self, EnvelopeKind};

use super::change::commit_tbs;
use super::{Group, Leaf, Seat, policy};

/// The leaf index of an external commit's outer signature.
pub(super) const NEW_MEMBER: u32 = u32::MAX;
const INDEX: usize = 4;
const SIGNATURE: usize = 64;

/// A commit that MLS and the policy accept for this member. Only [`Group::judge`] makes one.
#[derive(Debug)]
pub struct Judged {
    staged: Box<StagedCommit>,
    author: Member,
    is_return: bool,
}

impl Judged {
    /// Who committed.
    #[must_use]
    pub const fn author(&self) -> &Member {
        &self.author
    }
}

/// Why a commit is not followed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommitFault {
    /// It is valid for nobody: everybody skips it.
    #[error("an invalid commit was skipped: {fault}")]
    Invalid {
        /// Who signed it, where somebody did.
        author: Option<Member>,
        /// What is wrong.
        fault: PeerFault,
    },
    /// The part for this device cannot be applied; the part for others may hold. So it is too with a commit that this
    /// device sent and then discarded. This device does not commit past it but asks the others (docs/protocol.md section 4).
    #[error("a commit cannot be followed on this device")]
    Unfollowable {
        /// Who signed it.
        author: Member,
    },
    /// It is the one that we staged, whoever put it there: follow it with [`Group::merge_own`].
    #[error("the commit is our own")]
    Own,
    /// Not a matter of the commit.
    #[error(transparent)]
    Other(ChatError),
}

/// What a commit changed, for the people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happened {
    /// The new epoch.
    pub epoch: u64,
    /// Who committed.
    pub by: Member,
    /// Whether it did nothing but put its device back ([`Group::rejoin`]). What was said since may be unknown there.
    pub is_return: bool,
    /// Who came.
    pub added: Vec<Member>,
    /// Who went.
    pub removed: Vec<Member>,
    /// The title, if it is a new one.
    pub title: Option<String>,
    /// What the members agreed to before, and agree to now.
    pub consent: (Consent, Consent),
    /// Whether this device was removed.
    pub removed_us: bool,
}

impl Group {
    /// Looks at the envelope of a commit slot. Nothing changes but what MLS notes of the keys that it used.
    ///
    /// The outer signature names an author for what MLS refuses. It does not decide over what MLS accepts: a copy of a
    /// commit under somebody else's outer signature uses up the same keys, so it counts as that commit, for all alike.
    ///
    /// # Errors
    /// See [`CommitFault`].
    pub fn judge<P: OpenMlsProvider>(
        &mut self,
        provider: &P,
        envelope: &[u8],
    ) -> Result<Judged, CommitFault> {
        let anonymous = |fault| CommitFault::Invalid { author: None, fault };
        let body = seal::open(provider.crypto(), &self.secrets, EnvelopeKind::Commit, envelope)
            .map_err(|error| not_opened(error, anonymous))?;
        let signed = Signed::parse(&body).ok_or(anonymous(PeerFault::Malformed))?;
        let author = self.author(provider, &signed).map_err(anonymous)?;
        let invalid = |fault| CommitFault::Invalid {
            author: author.clone(),
            fault,
        };
        let staged = self.process(provider, &signed).map_err(|error| match error {
            Processing::Own => CommitFault::Own,
            Processing::Invalid(fault) => invalid(fault),
            Processing::Storage => CommitFault::Other(ChatError::Storage),
            Processing::OurPath => match author.clone() {
                Some(author) => CommitFault::Unfollowable { author },
                None => invalid(PeerFault::Mls),
            },
        })?;
        let (staged, sender) = staged;
        let judged = policy::accept(self, provider, &staged, &sender).map_err(invalid)?;
        if signed.index == NEW_MEMBER {
            self.check_outer(provider, &signed, &judged).map_err(invalid)?;
        }
        Ok(Judged {
            staged,
            author: judged,
            is_return: signed.index == NEW_MEMBER,
        })
    }

    /// Follows a judged commit into the next epoch.
    ///
    /// # Errors
    /// If the store fails.
    pub fn merge<P: OpenMlsProvider>(&mut self, provider: &P, judged: Judged) -> Result<Happened> {
        let before = self.before(provider)?;
        self.mls
            .merge_staged_commit(provider, *judged.staged)
            .map_err(storage)?;
        let happened = self.arrive(provider, &before, judged.author)?;
        Ok(Happened {
            is_return: judged.is_return,
            ..happened
        })
    }

    pub(super) fn before<P: OpenMlsProvider>(&self, provider: &P) -> Result<Before> {
        Ok(Before {
            seats: self.seats(provider)?,
            title: self.title(),
            consent: self.consent(),
        })
    }

    /// In the new epoch: what is different.
    pub(super) fn arrive<P: OpenMlsProvider>(
        &mut self,
        provider: &P,
        before: &Before,
        by: Member,
    ) -> Result<Happened> {
        self.forget();
        self.settle(provider)?;
        let after = self.seats(provider)?;
        self.refresh_secrets(provider.crypto())?;
        let title = self.title();
        Ok(Happened {
            epoch: self.epoch(),
            by,
            is_return: false,
            added: missing_from(&before.seats, &after),
            removed: missing_from(&after, &before.seats),
            title: (title != before.title).then_some(title),
            consent: (before.consent, self.consent()),
            removed_us: !self.is_member(),
        })
    }

    fn author<P: OpenMlsProvider>(
        &self,
        provider: &P,
        signed: &Signed<'_>,
    ) -> Result<Option<Member>, PeerFault> {
        if signed.index == NEW_MEMBER {
            return Ok(None);
        }
        let member = self
            .member_at(provider, Leaf(signed.index))
            .map_err(|_| PeerFault::Signature)?;
        self.check_outer(provider, signed, &member)?;
        Ok(Some(member))
    }

    fn check_outer<P: OpenMlsProvider>(
        &self,
        provider: &P,
        signed: &Signed<'_>,
        member: &Member,
    ) -> Result<(), PeerFault> {
        let tbs = commit_tbs(self.id(), self.epoch(), signed.index, signed.commit);
        identity::verify(provider.crypto(), &member.device().0, &tbs, signed.signature)
    }

    fn process<P: OpenMlsProvider>(
        &mut self,
        provider: &P,
        signed: &Signed<'_>,
    ) -> Result<(Box<StagedCommit>, Sender), Processing> {
        let message = parse(signed.commit).map_err(Processing::Invalid)?;
        let is_external = matches!(message, ProtocolMessage::PublicMessage(_));
        if message.content_type() != ContentType::Commit || is_external != (signed.index == NEW_MEMBER) {
            return Err(Processing::Invalid(PeerFault::Place));
        }
        if self.has_pending() && self.notes.waits_for(signed.commit) {
            return Err(Processing::Own);
        }
        let processed = self
            .mls
            .process_message(provider, message)
            .map_err(|error| Processing::of(&error))?;
        let sender = processed.sender().clone();
        match processed.into_content() {
            ProcessedMessageContent::StagedCommitMessage(staged) => Ok((staged, sender)),
            // That it is from this device is only a claim, unless this device signed around it.
            ProcessedMessageContent::OwnPrivateMessage if signed.index == self.mls.own_leaf_index().u32() => {
                Err(Processing::OurPath)
            }
            ProcessedMessageContent::OwnPrivateMessage => Err(Processing::Invalid(PeerFault::Signature)),
            _ => Err(Processing::Invalid(PeerFault::Place)),
        }
    }
}

/// Parses exactly one MLS message that belongs to a group.
pub(super) fn parse(bytes: &[u8]) -> Result<ProtocolMessage, PeerFault> {
    let message = MlsMessageIn::tls_deserialize_exact_bytes(bytes).map_err(|_| PeerFault::Malformed)?;
    message
        .try_into_protocol_message()
        .map_err(|_| PeerFault::Malformed)
}

fn not_opened(error: ChatError, invalid: impl FnOnce(PeerFault) -> CommitFault) -> CommitFault {
    match error {
        ChatError::Peer(fault) => invalid(fault),
        other => CommitFault::Other(other),
    }
}

fn missing_from(those: &[Seat], these: &[Seat]) -> Vec<Member> {
    let is_there = |seat: &Seat| {
        those
            .iter()
            .any(|other| other.member.device() == seat.member.device())
    };
    these
        .iter()
        .filter(|seat| !is_there(seat))
        .map(|seat| seat.member.clone())
        .collect()
}

/// The group before a commit.
pub(super) struct Before {
    seats: Vec<Seat>,
    title: String,
    consent: Consent,
}

/// The body of a commit envelope.
struct Signed<'a> {
    index: u32,
    signature: &'a [u8],
    commit: &'a [u8],
}

impl<'a> Signed<'a> {
    fn parse(body: &'a [u8]) -> Option<Self> {
        let (index, rest) = body.split_first_chunk::<INDEX>()?;
        let (signature, commit) = rest.split_at_checked(SIGNATURE)?;
        Some(Self {
            index: u32::from_be_bytes(*index),
            signature,
            commit,
        })
    }
}

enum Processing {
    Own,
    Invalid(PeerFault),
    OurPath,
    Storage,
}

impl Processing {
    /// What depends on this device alone: the path secrets that were encrypted for it. All the rest looks the same to
    /// every member. The confirmation tag follows from the path secrets, whose public keys everybody compares.
    fn of<E>(error: &ProcessMessageError<E>) -> Self {
        use ApplyUpdatePathError as Path;
        match error {
            ProcessMessageError::StorageError(_) => Self::Storage,
            ProcessMessageError::InvalidCommit(
                StageCommitError::UpdatePathError(Path::UnableToDecrypt | Path::PathMismatch)
                | StageCommitError::MissingDecryptionKey,
            ) => Self::OurPath,
            _ => Self::Invalid(PeerFault::Mls),
        }
    }
}
