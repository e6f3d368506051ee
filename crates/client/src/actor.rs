//! The actor: one thread that owns the engine, and the handle with which everybody else talks to it.

use std::future::Future;
use std::path::Path;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use chat::Suite;
use chat::consent::{Ceiling, Wish};
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use crate::api::{
    AccountInfo, ChatId, ChatLine, ConsentInfo, Draft, Event, Hit, JournalLine, Members, MessageLine, Page,
    Reach, Sent, SyncReport,
};
use crate::engine::{Engine, Settings, Wake};
use crate::error::ClientError;
use crate::store::{Effort, Store, Unlock, chats, messages};
use crate::{journal, search};

type Result<T> = std::result::Result<T, ClientError>;
type Running<'a> = Pin<Box<dyn Future<Output = ()> + 'a>>;
type Job = Box<dyn for<'a> FnOnce(&'a mut Engine) -> Running<'a> + Send>;

/// The longest queue of commands.
const QUEUE: usize = 64;
/// How long a look at the servers has before it gives way to somebody who asks for something else.
const GIVES_WAY_AFTER: Duration = Duration::from_millis(250);
/// Commands that come one after the other come closer than this.
const QUIET: Duration = Duration::from_millis(30);
/// The most events that wait for a listener.
const EVENTS: usize = 16;

/// A running client. Cheap to clone; when the last one is dropped the actor says goodbye to its servers, closes the store and
/// ends, and the drop returns: up to a second for a server that does not answer.
#[derive(Clone, Debug)]
pub struct Client {
    actor: Arc<Actor>,
}

#[derive(Debug)]
struct Actor {
    /// `None` only while it is dropped.
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Actor {
    fn drop(&mut self) {
        self.jobs = None;
        // A process that ends while the store is being closed takes the cryptographic library away under it.
        if let Some(thread) = self.thread.take()
            && thread.thread().id() != thread::current().id()
        {
            let _ = thread.join();
        }
    }
}

/// An answer that is on its way: await it, or [`wait`](Self::wait).
#[derive(Debug)]
pub struct Pending<T>(oneshot::Receiver<Result<T>>);

impl<T> Pending<T> {
    /// Waits for it. Not inside an asynchronous runtime: await it there.
    ///
    /// # Errors
    /// What the command came to.
    pub fn wait(self) -> Result<T> {
        self.0.blocking_recv().unwrap_or(Err(ClientError::Closed))
    }
}

impl<T> Future for Pending<T> {
    type Output = Result<T>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<T>> {
        let answer = Pin::new(&mut self.0).poll(context);
        answer.map(|answer| answer.unwrap_or(Err(ClientError::Closed)))
    }
}

/// What comes while somebody listens. An event says where to look, not what is there; where many come, some are left out.
#[derive(Debug)]
pub struct Events(mpsc::Receiver<Event>);

impl Events {
    /// Waits for the next. `None` when the client was closed.
    pub async fn next(&mut self) -> Option<Event> {
        self.0.recv().await
    }

    /// The same, outside of an asynchronous runtime.
    pub fn wait(&mut self) -> Option<Event> {
        self.0.blocking_recv()
    }
}

impl Client {
    /// Makes a store in this folder and starts on it.
    ///
    /// # Errors
    /// What [`Store::create`] says.
    pub fn create(folder: &Path, unlock: &Unlock, effort: Effort, settings: Settings) -> Result<Self> {
        Self::start(Store::create(folder, unlock, effort)?, settings)
    }

    /// Opens the store in this folder and starts on it.
    ///
    /// # Errors
    /// What [`Store::open`] says.
    pub fn open(folder: &Path, unlock: &Unlock, settings: Settings) -> Result<Self> {
        Self::start(Store::open(folder, unlock)?, settings)
    }

    /// Starts on an open store.
    ///
    /// # Errors
    /// If the store's account is damaged, or the system gives no thread.
    pub fn start(store: Store, settings: Settings) -> Result<Self> {
        let engine = Engine::new(store, settings)?;
        let (jobs, queue) = mpsc::channel(QUEUE);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(ClientError::File)?;
        let thread = thread::Builder::new()
            .name("snug-client".into())
            .spawn(move || runtime.block_on(serve(engine, queue)))
            .map_err(ClientError::File)?;
        let actor = Actor {
            jobs: Some(jobs),
            thread: Some(thread),
        };
        Ok(Self {
            actor: Arc::new(actor),
        })
    }

    fn ask<T, F>(&self, job: F) -> Pending<T>
    where
        T: Send + 'static,
        F: for<'a> FnOnce(&'a mut Engine) -> Pin<Box<dyn Future<Output = Result<T>> + 'a>> + Send + 'static,
    {
        let (answer, pending) = oneshot::channel();
        let job: Job = Box::new(move |engine| {
            Box::pin(async move {
                // Whoever asked may have gone away; the command was carried out all the same.
                let _ = answer.send(job(engine).await);
            })
        });
        let Some(jobs) = self.actor.jobs.clone() else {
            return Pending(pending);
        };
        if let Err(mpsc::error::TrySendError::Full(job)) = jobs.try_send(job) {
            // A full queue: wait in a thread of its own, so that neither way of waiting blocks a runtime.
            thread::spawn(move || jobs.blocking_send(job));
        }
        Pending(pending)
    }

    fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&mut Engine) -> Result<T> + Send + 'static,
    ) -> Pending<T> {
        self.ask(move |engine| Box::pin(async move { look(engine) }))
    }

    /// Makes the account of this store and publishes it on its server; later, if it cannot be reached.
    #[must_use]
    pub fn create_account(&self, name: String, server: String) -> Pending<AccountInfo> {
        self.ask(move |engine| Box::pin(async move { engine.create_account(&name, &server).await }))
    }

    /// The account of this store.
    #[must_use]
    pub fn account(&self) -> Pending<AccountInfo> {
        self.look(|engine| engine.account())
    }

    /// Makes a chat and invites these addresses.
    #[must_use]
    pub fn new_chat(&self, title: String, people: Vec<String>, suite: Suite) -> Pending<ChatId> {
        self.ask(move |engine| Box::pin(async move { engine.new_chat(&title, &people, suite).await }))
    }

    /// All chats, the one with the newest message first.
    #[must_use]
    pub fn chats(&self) -> Pending<Vec<ChatLine>> {
        self.look(|engine| engine.chats())
    }

    /// The chat with this number, this title, or the only one whose title begins so.
    #[must_use]
    pub fn find_chat(&self, typed: String) -> Pending<ChatId> {
        self.look(move |engine| engine.find_chat(&typed))
    }

    /// Invites an address to a chat.
    #[must_use]
    pub fn invite(&self, chat: ChatId, address: String) -> Pending<()> {
        self.ask(move |engine| Box::pin(async move { engine.invite(chat, &address).await }))
    }

    /// Accepts an invitation.
    #[must_use]
    pub fn join(&self, chat: ChatId) -> Pending<()> {
        self.ask(move |engine| Box::pin(async move { engine.join(chat).await }))
    }

    /// Leaves a chat, or declines an invitation.
    #[must_use]
    pub fn leave(&self, chat: ChatId) -> Pending<()> {
        self.ask(move |engine| Box::pin(async move { engine.leave(chat).await }))
    }

    /// Removes a person, by name or address.
    #[must_use]
    pub fn remove(&self, chat: ChatId, person: String) -> Pending<()> {
        self.ask(move |engine| Box::pin(async move { engine.remove(chat, &person).await }))
    }

    /// Who is in a chat.
    #[must_use]
    pub fn members(&self, chat: ChatId) -> Pending<Members> {
        self.look(move |engine| engine.members(chat))
    }

    /// Keeps a message and sends it if a server can be reached.
    #[must_use]
    pub fn send(&self, chat: ChatId, draft: Draft) -> Pending<Sent> {
        self.ask(move |engine| Box::pin(async move { engine.send(chat, draft).await }))
    }

    /// Keeps a message in the outbox; it leaves with the next [`Self::sync`]. Gives its number.
    #[must_use]
    pub fn queue(&self, chat: ChatId, draft: Draft) -> Pending<u32> {
        self.look(move |engine| engine.queue(chat, &draft))
    }

    /// Messages of a chat, as they are in the store.
    #[must_use]
    pub fn read(&self, chat: ChatId, page: Page) -> Pending<Vec<MessageLine>> {
        self.look(move |engine| Ok(messages::page(engine.store().connection(), chat, page)?))
    }

    /// Messages up to this number were read.
    #[must_use]
    pub fn mark_read(&self, chat: ChatId, up_to: u32) -> Pending<()> {
        self.look(move |engine| {
            engine
                .store()
                .transaction(|tx| chats::mark_read(tx, chat, up_to).map_err(ClientError::from))
        })
    }

    /// Looks at all servers as soon as there is nothing else to do, while somebody listens; nobody waits for it.
    #[must_use]
    pub fn look_soon(&self) -> Pending<()> {
        self.look(|engine| {
            engine.look_soon();
            Ok(())
        })
    }

    /// Looks at all servers: reads what came, sends what waits.
    #[must_use]
    pub fn sync(&self) -> Pending<SyncReport> {
        self.ask(|engine| Box::pin(async move { engine.sync().await }))
    }

    /// From now on what comes is heard of at once: mailboxes are watched as long as this is kept.
    #[must_use]
    pub fn listen(&self) -> Pending<Events> {
        let (listener, events) = mpsc::channel(EVENTS);
        self.look(move |engine| {
            engine.listen(listener);
            Ok(Events(events))
        })
    }

    /// Whether the account's server can be reached, as far as anybody tried.
    #[must_use]
    pub fn reach(&self) -> Pending<Reach> {
        self.look(|engine| Ok(engine.reach()))
    }

    /// What the members of a chat agree to.
    #[must_use]
    pub fn consent(&self, chat: ChatId) -> Pending<ConsentInfo> {
        self.look(move |engine| engine.consent(chat))
    }

    /// Says what this person wants. A lowering holds here at once.
    #[must_use]
    pub fn set_consent(&self, chat: ChatId, wish: Wish) -> Pending<ConsentInfo> {
        self.ask(move |engine| Box::pin(async move { engine.set_consent(chat, wish).await }))
    }

    /// The same without waiting for a server; `confidential` for the time that is usual. The others hear it with the next look,
    /// which comes at once while somebody listens.
    #[must_use]
    pub fn say(&self, chat: ChatId, ceiling: Ceiling) -> Pending<ConsentInfo> {
        self.look(move |engine| engine.say(chat, ceiling))
    }

    /// `confidential` for the time that is usual: a lease of a week, renewed as long as this device is used.
    #[must_use]
    pub fn set_confidential(&self, chat: ChatId) -> Pending<ConsentInfo> {
        self.ask(move |engine| Box::pin(async move { engine.set_confidential(chat).await }))
    }

    /// Messages with these words, newest first.
    #[must_use]
    pub fn search(&self, words: String, chat: Option<ChatId>, limit: u32) -> Pending<Vec<Hit>> {
        self.look(move |engine| Ok(search::find(engine.store(), &words, chat, limit)?))
    }

    /// The last uses of AI, newest first.
    #[must_use]
    pub fn journal(&self, limit: u32) -> Pending<Vec<JournalLine>> {
        self.look(move |engine| Ok(journal::list(engine.store().connection(), limit)?))
    }

    /// Runs a function on the store, in the actor's thread: for what has no command of its own (imports, the assistant).
    #[must_use]
    pub fn with_store<T: Send + 'static>(
        &self,
        run: impl FnOnce(&Store) -> Result<T> + Send + 'static,
    ) -> Pending<T> {
        self.look(move |engine| run(engine.store()))
    }
}

async fn serve(mut engine: Engine, mut queue: mpsc::Receiver<Job>) {
    let (mut asked, mut watch_at) = (None, None);
    loop {
        let (is_heard, look_at) = (engine.is_heard(), engine.next_look());
        let next = match asked.take() {
            Some(job) => Next::Job(job),
            None => tokio::select! {
                biased;
                job = queue.recv() => job.map_or(Next::End, Next::Job),
                Some(wake) = engine.next_wake(), if is_heard => Next::Wake(wake),
                () = tokio::time::sleep_until(look_at), if is_heard => Next::Look,
                () = tokio::time::sleep_until(watch_at.unwrap_or(look_at)), if is_heard && watch_at.is_some() => Next::Watch,
            },
        };
        match next {
            Next::End => break,
            Next::Job(job) => {
                job(&mut engine).await;
                // Whoever asked has the answer; the next command finds the store up to date.
                engine.note_all_taken();
            }
            Next::Wake(wake) => {
                asked = give_way(&mut engine, &mut queue, |engine| Box::pin(engine.woken(wake))).await;
            }
            Next::Look => {
                asked = give_way(&mut engine, &mut queue, |engine| Box::pin(engine.look_again())).await;
            }
            Next::Watch => {
                watch_at = None;
                asked = give_way(&mut engine, &mut queue, |engine| Box::pin(engine.watch_all())).await;
                engine.tell_reach();
                continue;
            }
        }
        watch_at = Instant::now().checked_add(QUIET);
        engine.tell_reach();
    }
    engine.close().await;
}

/// What the actor does next.
enum Next {
    Job(Job),
    Wake(Wake),
    Look,
    /// Watches what is to be watched now.
    Watch,
    End,
}

/// Looks at servers until somebody asks for something else and the look has had its time. It is broken off where it waits for a
/// server: all that it did is in the store by then, as if the process had been killed there, and it is begun again later.
async fn give_way<F>(engine: &mut Engine, queue: &mut mpsc::Receiver<Job>, look: F) -> Option<Job>
where
    F: for<'a> FnOnce(&'a mut Engine) -> Pin<Box<dyn Future<Output = Result<()>> + 'a>>,
{
    let deadline = Instant::now().checked_add(GIVES_WAY_AFTER);
    let (asked, is_done) = {
        let mut looking = pin!(look(engine));
        let asked = tokio::select! {
            biased;
            // What fails here is said by the next command that meets it.
            _ = &mut looking => return None,
            asked = queue.recv() => asked,
        };
        let deadline = deadline.unwrap_or_else(Instant::now);
        let is_done = tokio::time::timeout_at(deadline, looking).await.is_ok();
        (asked, is_done)
    };
    if !is_done {
        engine.look_later();
    }
    asked
}
