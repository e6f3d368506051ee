//! The two halves of a message's way on a device, without a server between them: for measuring, not for messaging.
//!
//! What is measured here is what [`crate::Client::send`] and [`crate::Client::sync`] do, in the same steps and the same
//! transactions, up to the moment when bytes leave and from the moment when they have come.

use chat::consent::Wish;
use chat::{Device, Group, Suite};

use crate::api::{ChatId, Draft};
use crate::engine::{Engine, Settings};
use crate::error::ClientError;
use crate::store::Store;

/// An engine that is driven by hand.
pub struct Bench {
    engine: Engine,
}

impl Bench {
    /// On a store with an account.
    ///
    /// # Errors
    /// What starting a client says.
    pub fn new(store: Store) -> Result<Self, ClientError> {
        let settings = Settings {
            offline: true,
            ..Settings::default()
        };
        Ok(Self {
            engine: Engine::new(store, settings)?,
        })
    }

    /// Makes the account, which stays unpublished.
    ///
    /// # Errors
    /// What making one says.
    pub fn create_account(&mut self, name: &str) -> Result<(), ClientError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .map_err(ClientError::File)?;
        runtime
            .block_on(self.engine.create_account(name, "127.0.0.1:1"))
            .map(drop)
    }

    /// The device of the account.
    ///
    /// # Errors
    /// Without an account.
    pub fn device(&self) -> Result<Device, ClientError> {
        self.engine.device()
    }

    /// The store.
    #[must_use]
    pub fn store(&self) -> &Store {
        self.engine.store()
    }

    /// Makes a chat with this device alone in it.
    ///
    /// # Errors
    /// What making a group says.
    pub fn create_chat(&mut self, suite: Suite, wish: Wish) -> Result<ChatId, ClientError> {
        self.engine.create_chat("measuring", suite, wish)
    }

    /// Takes a group that was joined by hand into the store.
    ///
    /// # Errors
    /// What the store says.
    pub fn adopt(
        &mut self,
        join: impl FnOnce(&crate::store::TxProvider<'_>) -> Result<Group, ClientError>,
    ) -> Result<ChatId, ClientError> {
        self.engine.adopt_group(join)
    }

    /// Changes a group by hand, behind the engine's back.
    ///
    /// # Errors
    /// What the change says.
    pub fn with_group<T>(
        &mut self,
        chat: ChatId,
        change: impl FnOnce(&crate::store::TxProvider<'_>, &mut Group) -> Result<T, ClientError>,
    ) -> Result<T, ClientError> {
        self.engine.with_group(chat, change)
    }

    /// Writes a message and encrypts it: the envelope that would leave.
    ///
    /// # Errors
    /// What sending says.
    pub fn send(&mut self, chat: ChatId, draft: &Draft) -> Result<Vec<u8>, ClientError> {
        self.engine.write_sealed(chat, draft)
    }

    /// The server has taken the message that was written last. The store hears of it with the next step on the chat, or from
    /// [`Self::rest`].
    ///
    /// # Errors
    /// What the store says.
    pub fn accepted(&mut self, chat: ChatId, seq: u64) -> Result<(), ClientError> {
        self.engine.accept_first(chat, seq)
    }

    /// What the actor does when it has answered: the store hears of what servers have taken.
    pub fn rest(&mut self) {
        self.engine.note_all_taken();
    }

    /// Takes slots that came, in one transaction. Gives how many messages were new.
    ///
    /// # Errors
    /// What receiving says.
    pub fn receive(&mut self, chat: ChatId, slots: &[delivery::Slot]) -> Result<u32, ClientError> {
        self.engine.receive(chat, slots)
    }
}
