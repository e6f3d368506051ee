//! A connection to a server: one WebSocket, requests and their answers, and slots as they come.
//!
//! **What it is.** [`Link::connect`] opens it; each method of [`Link`] asks one thing and waits for its answer; what is
//! watched arrives in [`Pushes`]. It knows frames, not what an envelope holds.
//!
//! **What it refuses.** A connection without TLS to anything but this machine ([`ServerUrl`] cannot even say it).
//! Messages over the protocol's limit, bytes that are no frame, answers to nothing that was asked, answers that do not
//! fit, slots that nobody watches for, slots out of order, blobs that are not what their name says: each closes the
//! connection with a [`Breach`].
//!
//! **Whom it trusts.** Nobody. A server that never answers costs the time in [`LinkSettings`]; one that floods costs at
//! most [`LinkSettings::waiting_slots`] bodies, and a mark for each watch that they did not fit.
//!
//! **Where its invariants are tested.** `tests/link.rs`, with real sockets and servers that misbehave.

mod dial;
mod error;
mod pending;
mod pushes;
mod tasks;
mod url;
mod watches;

use std::sync::Arc;
use std::time::Duration;

use delivery::limits::MAX_FRAME;
use delivery::{
    Answer, Append, BlobName, Body, Capability, CapabilityHash, MailboxHashes, MailboxName, Page, PoolName,
    RecordName, Refusal, Request, ToServer,
};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::timeout;

pub use dial::{Roots, RootsError};
pub use error::{Breach, LinkError, Unreachable};
use pending::Shared;
pub use pushes::Pushes;
use tasks::{Outgoing, Tasks};
pub use url::{ServerUrl, ServerUrlError};

/// How long is waited, and how much is held.
#[derive(Clone, Debug)]
pub struct LinkSettings {
    /// The longest that connecting may take, from the name to the open WebSocket.
    pub connect: Duration,
    /// The longest that an answer may take. A server that is later has lost the connection.
    pub answer: Duration,
    /// After so long without a word from the server it is pinged; after as long again the connection counts as lost.
    pub silence: Duration,
    /// The most requests that wait for their answers at the same time; more wait to be sent. At least 1.
    pub in_flight: usize,
    /// The most pushed slots that wait to be taken; a mailbox whose slots do not fit any more has lagged. At least 1.
    pub waiting_slots: usize,
    /// Who may vouch for the server's name.
    pub roots: Roots,
}

impl Default for LinkSettings {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            answer: Duration::from_secs(30),
            silence: Duration::from_secs(60),
            in_flight: 32,
            waiting_slots: 64,
            roots: Roots::default(),
        }
    }
}

/// A connection. All methods take `&self`, so that several requests can be on their way at once.
///
/// A call that is dropped before its answer may still have been carried out by the server.
#[derive(Debug)]
pub struct Link {
    shared: Arc<Shared>,
    outgoing: Outgoing,
    permits: Arc<Semaphore>,
    tasks: Tasks,
}

impl Link {
    /// Connects. Must be called inside a Tokio runtime, which also has to go on running for as long as answers and
    /// slots are to arrive.
    ///
    /// # Errors
    ///
    /// [`LinkError::Unreachable`], with the reason.
    pub async fn connect(url: &ServerUrl, settings: &LinkSettings) -> Result<(Self, Pushes), LinkError> {
        let dialled = dial::dial(url, &settings.roots, MAX_FRAME);
        let socket = timeout(settings.connect, dialled)
            .await
            .map_err(|_| Unreachable::Slow)??;
        let in_flight = settings.in_flight.clamp(1, Semaphore::MAX_PERMITS);
        let shared = Arc::new(Shared::new(settings.answer));
        let (slots, taken) = mpsc::channel(settings.waiting_slots.max(1));
        let (outgoing, tasks) = tasks::start(socket, Arc::clone(&shared), slots, settings.silence, in_flight);
        let pushes = Pushes::new(taken, Arc::clone(&shared));
        let permits = Arc::new(Semaphore::new(in_flight));
        let link = Self {
            shared,
            outgoing,
            permits,
            tasks,
        };
        Ok((link, pushes))
    }

    /// Why the connection is over, if it is.
    #[must_use]
    pub fn ended(&self) -> Option<LinkError> {
        self.shared.ended()
    }

    /// Says goodbye and closes, waiting a second at most. Dropping a link closes it too, without the goodbye.
    pub async fn close(self) {
        let Self {
            outgoing, mut tasks, ..
        } = self;
        drop(outgoing);
        // A server that does not listen any more is none of our business.
        let _ = timeout(Duration::from_secs(1), tasks.said_goodbye()).await;
    }

    /// Makes a mailbox; done as well if it is there.
    ///
    /// # Errors
    ///
    /// Any [`LinkError`].
    pub async fn create(&self, hashes: MailboxHashes) -> Result<MailboxName, LinkError> {
        let MailboxHashes { read, write } = hashes;
        self.done(Request::Create { read, write }).await?;
        Ok(hashes.name())
    }

    /// Appends a slot. Gives its number: the same one if the same append was stored before.
    ///
    /// # Errors
    ///
    /// Any [`LinkError`]; of the refusals [`Closed`](Refusal::Closed), [`Conflict`](Refusal::Conflict) and
    /// [`Full`](Refusal::Full) are part of an ordinary day. After any error but a refusal it is unknown whether the slot
    /// was stored: send the same append again.
    pub async fn append(&self, append: Append) -> Result<u64, LinkError> {
        match self.ask(Request::Append(append)).await? {
            Answer::Appended { seq } if seq > 0 => Ok(seq),
            _ => Err(self.breach(Breach::WrongAnswer)),
        }
    }

    /// Slots after `after`, as many as fit an answer.
    ///
    /// # Errors
    ///
    /// Any [`LinkError`].
    pub async fn fetch(
        &self,
        mailbox: MailboxName,
        read: &Capability,
        after: u64,
    ) -> Result<Page, LinkError> {
        let read = read.clone();
        match self.ask(Request::Fetch { mailbox, read, after }).await? {
            Answer::Slots(page) if page.slots.iter().all(|slot| slot.seq > after) => Ok(page),
            Answer::Slots(_) => Err(self.breach(Breach::Order)),
            _ => Err(self.breach(Breach::WrongAnswer)),
        }
    }

    /// Asks for every slot after `after`, those that lie there and those to come. They arrive in [`Pushes`].
    ///
    /// # Errors
    ///
    /// Any [`LinkError`].
    pub async fn watch(&self, mailbox: MailboxName, read: &Capability, after: u64) -> Result<(), LinkError> {
        let read = read.clone();
        self.done(Request::Watch { mailbox, read, after }).await
    }

    /// Ends a watch. Slots that came before may still lie in [`Pushes`].
    ///
    /// # Errors
    ///
    /// Any [`LinkError`].
    pub async fn unwatch(&self, mailbox: MailboxName) -> Result<(), LinkError> {
        self.done(Request::Unwatch { mailbox }).await
    }

    /// Keeps a blob on the server, and gives its name.
    ///
    /// # Errors
    ///
    /// Any [`LinkError`].
    pub async fn put_blob(&self, body: Vec<u8>) -> Result<BlobName, LinkError> {
        let name = BlobName::of(&body);
        let body = Body::from(body);
        self.done(Request::PutBlob { body }).await?;
        Ok(name)
    }

    /// The blob of this name: its bytes have been checked against it.
    ///
    /// # Errors
    ///
    /// Any [`LinkError`]; [`Breach::WrongBytes`] if the server sends others.
    pub async fn get_blob(&self, blob: BlobName) -> Result<Vec<u8>, LinkError> {
        match self.ask(Request::GetBlob { blob }).await? {
            Answer::Blob(body) if BlobName::of(&body) == blob => Ok(body.into_vec()),
            Answer::Blob(_) => Err(self.breach(Breach::WrongBytes)),
            _ => Err(self.breach(Breach::WrongAnswer)),
        }
    }

    /// Keeps a record.
    ///
    /// # Errors
    ///
    /// Any [`LinkError`]; [`Conflict`](Refusal::Conflict) where a version as high is there.
    pub async fn put_record(
        &self,
        record: RecordName,
        publish: &Capability,
        version: u64,
        body: Vec<u8>,
    ) -> Result<(), LinkError> {
        let (publish, body) = (publish.clone(), Body::from(body));
        let request = Request::PutRecord {
            record,
            publish,
            version,
            body,
        };
        self.done(request).await
    }

    /// The version and the bytes of a record. Nothing about them is checked: the account's signature is inside.
    ///
    /// # Errors
    ///
    /// Any [`LinkError`].
    pub async fn get_record(&self, record: RecordName) -> Result<(u64, Vec<u8>), LinkError> {
        match self.ask(Request::GetRecord { record }).await? {
            Answer::Record { version, body } => Ok((version, body.into_vec())),
            _ => Err(self.breach(Breach::WrongAnswer)),
        }
    }

    /// Adds key packages to a pool. Gives how many lie there now.
    ///
    /// # Errors
    ///
    /// Any [`LinkError`].
    pub async fn put_packages(
        &self,
        publish: &Capability,
        take: CapabilityHash,
        packages: Vec<Vec<u8>>,
        last_resort: Option<Vec<u8>>,
    ) -> Result<u64, LinkError> {
        let request = Request::PutPackages {
            publish: publish.clone(),
            take,
            packages: packages.into_iter().map(Body::from).collect(),
            last_resort: last_resort.map(Body::from),
        };
        match self.ask(request).await? {
            Answer::Left { packages } => Ok(packages),
            _ => Err(self.breach(Breach::WrongAnswer)),
        }
    }

    /// Takes a key package. Also tells whether it is the last-resort one, which others get as well.
    ///
    /// # Errors
    ///
    /// Any [`LinkError`].
    pub async fn take_package(
        &self,
        pool: PoolName,
        take: &Capability,
    ) -> Result<(Vec<u8>, bool), LinkError> {
        let take = take.clone();
        match self.ask(Request::TakePackage { pool, take }).await? {
            Answer::Package { body, last_resort } => Ok((body.into_vec(), last_resort)),
            _ => Err(self.breach(Breach::WrongAnswer)),
        }
    }

    async fn done(&self, request: Request) -> Result<(), LinkError> {
        match self.ask(request).await? {
            Answer::Done => Ok(()),
            _ => Err(self.breach(Breach::WrongAnswer)),
        }
    }

    /// Sends one request and waits for what comes of it; a refusal is an error.
    async fn ask(&self, request: Request) -> Result<Answer, LinkError> {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.map_err(|_| self.shared.why())?;
        let ask = ToServer {
            id: self.shared.next_id(),
            request,
        };
        let frame = ask.encode().map_err(|_| Refusal::TooLarge)?;
        // Nothing is awaited between these two: a request that is waited for has been handed to the writer.
        let answer = self.shared.expect_answer(&ask, permit)?;
        self.outgoing.send(frame).map_err(|()| self.shared.why())?;
        match answer.await {
            Ok(Ok(Answer::Refused(refusal))) => Err(refusal.into()),
            Ok(answer) => answer,
            Err(_) => Err(self.shared.why()),
        }
    }

    /// Closes the connection because of what the server did.
    fn breach(&self, breach: Breach) -> LinkError {
        self.shared.end(breach.into());
        self.tasks.stop();
        breach.into()
    }
}
