//! Application messages: sealed for a message slot of this epoch's mailbox, opened from one.

use openmls::prelude::{ContentType, MlsMessageOut, ProcessMessageError, ProcessedMessageContent, Sender};
use openmls_traits::OpenMlsProvider;

use crate::consent::Consent;
use crate::content::{Body, Payload};
use crate::error::{ChatError, Misuse, PeerFault, Result};
use crate::identity::{Device, Member};
use crate::seal::{self, EnvelopeKind};

use super::commit::parse;
use super::{Group, Leaf, config};

/// What a message slot held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Who wrote it.
    pub from: Member,
    /// What it says.
    pub payload: Payload,
    /// The bytes from which the message's id is made.
    pub plaintext: Vec<u8>,
    /// What the members agreed to when it was sent: this epoch, and the lowerings before it in the log.
    pub consent: Consent,
}

impl Group {
    /// Encrypts a message for this epoch. The advanced ratchet is in the store when this returns; commit the transaction
    /// before the bytes leave.
    ///
    /// # Errors
    /// [`Misuse::TooLong`], [`Misuse::NotMember`], or if the store fails.
    pub fn seal_message<P: OpenMlsProvider>(
        &mut self,
        provider: &P,
        device: &Device,
        payload: &Payload,
    ) -> Result<Vec<u8>> {
        if !self.is_member() {
            return Err(Misuse::NotMember.into());
        }
        let plaintext = payload.encode().map_err(|_| Misuse::TooLong)?;
        let message = self
            .encrypt(provider, device, &plaintext)?
            .to_bytes()
            .map_err(config::failed)?;
        if let Body::Lower(lowering) = &payload.body {
            self.lower(device.member().device(), *lowering);
        }
        seal::seal(
            (provider.crypto(), provider.rand()),
            &self.secrets,
            EnvelopeKind::Message,
            &message,
        )
    }

    fn encrypt<P: OpenMlsProvider>(
        &mut self,
        provider: &P,
        device: &Device,
        plaintext: &[u8],
    ) -> Result<MlsMessageOut> {
        let signer = device.signer(provider.crypto());
        self.mls
            .create_message(provider, &signer, plaintext)
            .map_err(config::failed)
    }

    /// Opens a message slot. A lowering in it counts from here on.
    ///
    /// # Errors
    /// [`ChatError::Peer`] if it is nothing that a member sent in this epoch: skip it. `None` if it is our own.
    pub fn open_message<P: OpenMlsProvider>(
        &mut self,
        provider: &P,
        envelope: &[u8],
    ) -> Result<Option<Received>> {
        let bytes = seal::open(provider.crypto(), &self.secrets, EnvelopeKind::Message, envelope)?;
        let message = parse(&bytes)?;
        if message.content_type() != ContentType::Application {
            return Err(PeerFault::Place.into());
        }
        let processed = self
            .mls
            .process_message(provider, message)
            .map_err(|error| match error {
                ProcessMessageError::StorageError(_) => ChatError::Storage,
                _ => PeerFault::Mls.into(),
            })?;
        let sender = processed.sender().clone();
        match (processed.into_content(), sender) {
            (ProcessedMessageContent::ApplicationMessage(message), Sender::Member(index)) => self
                .receive(provider, Leaf(index.u32()), message.into_bytes())
                .map(Some),
            (ProcessedMessageContent::OwnPrivateMessage, _) => Ok(None),
            _ => Err(PeerFault::Place.into()),
        }
    }

    fn receive<P: OpenMlsProvider>(
        &mut self,
        provider: &P,
        leaf: Leaf,
        plaintext: Vec<u8>,
    ) -> Result<Received> {
        let from = self.member_at(provider, leaf)?;
        let payload = Payload::decode(&plaintext).map_err(|_| PeerFault::Malformed)?;
        let consent = self.consent();
        if let Body::Lower(lowering) = &payload.body {
            self.lower(from.device(), *lowering);
        }
        Ok(Received {
            from,
            payload,
            plaintext,
            consent,
        })
    }
}
