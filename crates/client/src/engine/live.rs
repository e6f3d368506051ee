//! Hearing of what comes while it comes: watches on the mailboxes of now. A push only wakes; what is new is fetched and read in
//! order as at any other look.

use std::collections::HashMap;
use std::time::Duration;

use delivery::{MailboxName, Pushed};
use tokio::sync::mpsc;
use tokio::time::Instant;

use crate::api::{ChatId, ChatState, Event, Reach};
use crate::link::Pushes;
use crate::store::{account, chats, mailboxes};

use super::account::{array, inbox_keys};
use super::{Connection, Engine, PATIENCE, Result};

/// How often everything is looked at while somebody listens and the servers answer.
const LOOK: Duration = Duration::from_secs(30);
/// How soon a look that was broken off is begun again.
const AGAIN: Duration = Duration::from_millis(300);
/// Wakes that wait for the actor; a connection that brings more waits, and the server tells it that it lags.
const WAKES: usize = 64;

/// Who listens, and what is watched for them.
pub(super) struct Live {
    listeners: Vec<mpsc::Sender<Event>>,
    wake: mpsc::Sender<Wake>,
    wakes: mpsc::Receiver<Wake>,
    watched: HashMap<MailboxName, Watched>,
    /// When everything is looked at again.
    look_at: Instant,
    /// What listeners were told last.
    reach: Reach,
}

struct Watched {
    server: String,
    /// `None`: the inbox of this device.
    chat: Option<ChatId>,
}

/// Something came over a connection, or the connection is over.
pub(crate) struct Wake {
    server: String,
    mailbox: Option<MailboxName>,
    has_lagged: bool,
}

impl Live {
    pub(super) fn new() -> Self {
        let (wake, wakes) = mpsc::channel(WAKES);
        Self {
            listeners: Vec::new(),
            wake,
            wakes,
            watched: HashMap::new(),
            look_at: Instant::now(),
            reach: Reach::Untried,
        }
    }

    /// Passes on what a new connection brings.
    pub(super) fn hear(&self, server: &str, pushes: Pushes) {
        tokio::spawn(hear(server.to_owned(), pushes, self.wake.clone()));
    }

    fn tell(&mut self, event: Event) {
        // A listener that is behind has an event waiting, and looks at everything when it comes to it.
        self.listeners.retain(|listener| {
            !matches!(
                listener.try_send(event),
                Err(mpsc::error::TrySendError::Closed(_))
            )
        });
    }
}

async fn hear(server: String, mut pushes: Pushes, wake: mpsc::Sender<Wake>) {
    while let Some(pushed) = pushes.next().await {
        let (mailbox, has_lagged) = match pushed {
            Pushed::Slot { mailbox, .. } => (mailbox, false),
            Pushed::Lagged { mailbox } => (mailbox, true),
        };
        let woken = Wake {
            server: server.clone(),
            mailbox: Some(mailbox),
            has_lagged,
        };
        if wake.send(woken).await.is_err() {
            return;
        }
    }
    let _ = wake
        .send(Wake {
            server,
            mailbox: None,
            has_lagged: false,
        })
        .await;
}

impl Engine {
    pub(crate) fn listen(&mut self, listener: mpsc::Sender<Event>) {
        self.live.listeners.push(listener);
    }

    /// Whether anybody listens.
    pub(crate) fn is_heard(&mut self) -> bool {
        self.live.listeners.retain(|listener| !listener.is_closed());
        !self.live.listeners.is_empty()
    }

    /// Whether the account's server can be reached, as far as anybody tried.
    pub(crate) fn reach(&self) -> Reach {
        let server = self.me.as_ref().map(|me| me.address.server.as_str());
        match server.and_then(|server| self.links.get(server)) {
            Some(Connection::Up(link)) if link.ended().is_none() => Reach::Connected,
            // What was known before holds until it is known better.
            Some(Connection::Dialling(_)) => self.live.reach,
            Some(_) => Reach::Away,
            None => Reach::Untried,
        }
    }

    /// Tells the listeners where the server went, or that it is back.
    pub(crate) fn tell_reach(&mut self) {
        let reach = self.reach();
        if reach != self.live.reach {
            self.live.reach = reach;
            self.live.tell(Event::Reach(reach));
        }
    }

    /// What comes next. It never ends: the engine holds a sender itself.
    pub(crate) async fn next_wake(&mut self) -> Option<Wake> {
        self.live.wakes.recv().await
    }

    /// Something came: looks at that chat, or at the inbox.
    pub(crate) async fn woken(&mut self, wake: Wake) -> Result<()> {
        let Some(name) = wake.mailbox else {
            self.live
                .watched
                .retain(|_, watched| watched.server != wake.server);
            self.look_after(PATIENCE);
            return Ok(());
        };
        let Some(chat) = self.live.watched.get(&name).map(|watched| watched.chat) else {
            return Ok(());
        };
        if wake.has_lagged {
            self.live.watched.remove(&name);
        }
        let event = match chat {
            Some(chat) => {
                self.sync_chat(chat).await?;
                Event::Chat(chat)
            }
            None => {
                let outcome = self.sync_account().await;
                self.tolerate(outcome)?;
                Event::Chats
            }
        };
        self.live.tell(event);
        self.watch_all().await
    }

    /// Looks at everything, as it should be done now and then: for those who were left behind, and after a connection was
    /// lost.
    pub(crate) async fn look_again(&mut self) -> Result<()> {
        self.look_after(LOOK);
        let report = self.sync().await?;
        if report.offline.is_some() {
            self.look_after(PATIENCE);
        }
        self.watch_all().await?;
        if report.received > 0 || report.invitations > 0 || report.sent > 0 {
            self.live.tell(Event::Chats);
        }
        Ok(())
    }

    /// When everything is looked at again, if somebody listens.
    pub(crate) fn next_look(&self) -> Instant {
        self.live.look_at
    }

    /// Everything is looked at again as soon as nothing else is to be done, if somebody listens.
    pub(crate) fn look_soon(&mut self) {
        self.look_after(Duration::ZERO);
    }

    /// A look was broken off: it is begun again when those who asked for something have had it.
    pub(crate) fn look_later(&mut self) {
        self.look_after(AGAIN);
        // Something may have been read before it was broken off, and nobody told.
        self.live.tell(Event::Chats);
    }

    fn look_after(&mut self, wait: Duration) {
        let now = Instant::now();
        self.live.look_at = now.checked_add(wait).unwrap_or(now);
    }

    /// Watches the mailboxes of now, and no others.
    pub(crate) async fn watch_all(&mut self) -> Result<()> {
        let outcome = self.try_watch_all().await;
        self.tolerate(outcome)
    }

    async fn try_watch_all(&mut self) -> Result<()> {
        let Some(me) = account::load(self.store.connection())? else {
            return Ok(());
        };
        let inbox = inbox_keys(&me)?;
        let mut wanted = vec![(me.server, inbox.name(), inbox.read.clone(), None)];
        for chat in chats::all(self.store.connection())? {
            let current = mailboxes::current(self.store.connection(), chat.id)?;
            if let (ChatState::Live, Some(server), Some(mailbox)) = (chat.state, chat.server, current) {
                let read = delivery::Capability::from_secret(array(&mailbox.read)?);
                wanted.push((server, MailboxName::from_bytes(mailbox.name), read, Some(chat.id)));
            }
        }
        let over = self
            .live
            .watched
            .iter()
            .filter(|(name, _)| !wanted.iter().any(|want| want.1 == **name));
        let over: Vec<_> = over
            .map(|(name, watched)| (*name, watched.server.clone()))
            .collect();
        for (name, server) in over {
            self.live.watched.remove(&name);
            self.link(&server).await?.unwatch(name).await?;
        }
        for (server, name, read, chat) in wanted {
            if self.live.watched.contains_key(&name) {
                continue;
            }
            let after = match chat {
                Some(chat) => {
                    mailboxes::current(self.store.connection(), chat)?.map_or(0, |mailbox| mailbox.position)
                }
                None => account::inbox(self.store.connection())?.position,
            };
            let link = self.link(&server).await?;
            // Before it is answered: asked twice, an honest server would tell everything twice.
            self.live.watched.insert(name, Watched { server, chat });
            if let Err(error) = link.watch(name, &read, after).await {
                self.live.watched.remove(&name);
                return Err(error.into());
            }
        }
        Ok(())
    }
}
