//! The reading half: requests, one after the other.

use std::sync::Arc;
use std::time::Instant;

use delivery::limits::MAX_FRAME;
use delivery::{
    Answer, Capability, FrameError, MailboxHashes, MailboxName, MayRead, Refusal, Request, ToServer,
};
use futures_util::{Stream, StreamExt};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::{Error, Message};

use super::Shared;
use super::allowance::Allowance;
use super::metered::Meter;
use crate::hub::{ConnectionId, Hub, Next, WatchId};
use crate::outbox::{Outbox, Room};
use crate::readers::Readers;
use crate::store::{Judged, Reader, StoreError, Write};
use crate::writer::{self, Job};

/// Parts of a connection's room. One is for a request of up to [`PART`] bytes and its answer.
const PARTS: usize = 64;
const PART: usize = 64 << 10;
/// For a request whose answer may be a megabyte.
const LARGE: u32 = 16;
/// Pages of a replay under way at a time, a megabyte each.
const REPLAYS: usize = 2;

/// What a connection asks for and what it has under way.
pub(super) struct Incoming {
    shared: Arc<Shared>,
    meter: Arc<Meter>,
    outbox: Outbox,
    id: ConnectionId,
    allowance: Allowance,
    ignored: u32,
    room: Arc<Semaphore>,
    replay_room: Arc<Semaphore>,
    watches: Vec<MailboxName>,
    replays: JoinSet<()>,
}

/// Why a connection ends. Nobody is told.
struct End;

impl Incoming {
    pub(super) fn new(shared: Arc<Shared>, meter: Arc<Meter>, outbox: Outbox) -> Self {
        Self {
            id: shared.hub.connection(),
            allowance: Allowance::new(&shared.limits, Instant::now()),
            ignored: 0,
            room: Arc::new(Semaphore::new(PARTS)),
            replay_room: Arc::new(Semaphore::new(REPLAYS)),
            watches: Vec::new(),
            replays: JoinSet::new(),
            shared,
            meter,
            outbox,
        }
    }

    /// Reads until the connection is to end.
    pub(super) async fn read(&mut self, mut messages: impl Stream<Item = Result<Message, Error>> + Unpin) {
        loop {
            let next = timeout(self.shared.limits.idle, messages.next()).await;
            let Ok(Some(Ok(message))) = next else { return };
            if self.message(message).await.is_err() {
                return;
            }
        }
    }

    /// Ends the connection's watches.
    pub(super) fn end(mut self) {
        self.replays.abort_all();
        for mailbox in &self.watches {
            self.shared.hub.end(self.id, mailbox);
        }
    }

    async fn message(&mut self, message: Message) -> Result<(), End> {
        match message {
            Message::Binary(bytes) => {
                self.meter.whole_message();
                self.frame(&bytes).await
            }
            Message::Ping(_) | Message::Pong(_) => self.allowance.take(0, Instant::now()).map_err(|_| End),
            Message::Text(_) | Message::Close(_) | Message::Frame(_) => Err(End),
        }
    }

    async fn frame(&mut self, bytes: &[u8]) -> Result<(), End> {
        self.shared.metrics.requests.one();
        match ToServer::decode(bytes) {
            Ok(ToServer { id, request }) => {
                if let Err(milliseconds) = self.allowance.take(bytes.len(), Instant::now()) {
                    return self.slow_down(id, milliseconds).await;
                }
                self.ignored = 0;
                let room = self.room(parts(&request, bytes.len())).await?;
                self.request(id, request, room).await
            }
            Err(bad) => {
                self.shared.metrics.malformed.one();
                let spent = self.allowance.take(bytes.len(), Instant::now());
                let id = bad.id.filter(|_| spent.is_ok()).ok_or(End)?;
                let room = self.room(1).await?;
                self.outbox.answer(id, Answer::Refused(bad.refusal()), room);
                match bad.error {
                    FrameError::Malformed => Err(End),
                    FrameError::TooLarge | FrameError::Unknown => Ok(()),
                }
            }
        }
    }

    async fn slow_down(&mut self, id: u32, milliseconds: u32) -> Result<(), End> {
        self.ignored = self.ignored.saturating_add(1);
        if self.ignored > self.shared.limits.ignored_slow_downs {
            return Err(End);
        }
        let room = self.room(1).await?;
        let refusal = Refusal::SlowDown { milliseconds };
        self.outbox.answer(id, Answer::Refused(refusal), room);
        Ok(())
    }

    /// Waits for room. It comes free as the other half writes answers.
    async fn room(&self, parts: u32) -> Result<Room, End> {
        let room = Arc::clone(&self.room).acquire_many_owned(parts).await;
        room.map_err(|_| End)
    }

    async fn request(&mut self, id: u32, request: Request, room: Room) -> Result<(), End> {
        match request {
            Request::Create { read, write } => {
                self.write(id, Write::Create(MailboxHashes { read, write }), room)
                    .await
            }
            Request::Append(append) => self.write(id, Write::Append(append), room).await,
            Request::PutBlob { body } => self.write(id, Write::PutBlob(body), room).await,
            Request::PutRecord {
                record,
                publish,
                version,
                body,
            } => {
                let write = Write::PutRecord {
                    record,
                    publish,
                    version,
                    body,
                };
                self.write(id, write, room).await
            }
            Request::PutPackages {
                publish,
                take,
                packages,
                last_resort,
            } => {
                let write = Write::PutPackages {
                    publish,
                    take,
                    packages,
                    last_resort,
                };
                self.write(id, write, room).await
            }
            Request::TakePackage { pool, take } => {
                self.write(id, Write::TakePackage { pool, take }, room).await
            }
            Request::Fetch { mailbox, read, after } => {
                let fetch = move |reader: &mut Reader| reader.fetch(&mailbox, &read, after);
                self.lookup(id, room, fetch, Answer::Slots).await
            }
            Request::GetBlob { blob } => {
                let get = move |reader: &mut Reader| reader.blob(&blob);
                self.lookup(id, room, get, Answer::Blob).await
            }
            Request::GetRecord { record } => {
                let get = move |reader: &mut Reader| reader.record(&record);
                let answer = |(version, body)| Answer::Record { version, body };
                self.lookup(id, room, get, answer).await
            }
            Request::Watch { mailbox, read, after } => self.watch(id, mailbox, read, after, room).await,
            Request::Unwatch { mailbox } => {
                self.watches.retain(|watched| *watched != mailbox);
                self.shared.hub.end(self.id, &mailbox);
                self.outbox.answer(id, Answer::Done, room);
                Ok(())
            }
        }
    }

    /// Hands a change to the writer, which answers it. Changes of one connection are done in the order they came.
    async fn write(&self, id: u32, write: Write, room: Room) -> Result<(), End> {
        let outbox = self.outbox.clone();
        let request = writer::Request {
            write,
            id,
            outbox,
            room,
        };
        let sent = self.shared.jobs.send(Job::Write(request)).await;
        sent.map_err(|_| End)
    }

    /// Reads something and answers with it.
    async fn lookup<T: Send + 'static>(
        &self,
        id: u32,
        room: Room,
        read: impl FnOnce(&mut Reader) -> Judged<T> + Send + 'static,
        answer: impl FnOnce(T) -> Answer,
    ) -> Result<(), End> {
        let found = look(&self.shared, read).await?;
        let answer = found.map_or_else(Answer::Refused, answer);
        self.outbox.answer(id, answer, room);
        Ok(())
    }

    /// The answer comes first, then what was stored, then what is being stored.
    async fn watch(
        &mut self,
        id: u32,
        mailbox: MailboxName,
        read: Capability,
        after: u64,
        room: Room,
    ) -> Result<(), End> {
        let admitted = look(&self.shared, move |reader| reader.admit(&mailbox, &read)).await?;
        let may = match admitted.and_then(|may| self.room_to_watch(mailbox).map(|()| may)) {
            Ok(may) => may,
            Err(refusal) => {
                self.outbox.answer(id, Answer::Refused(refusal), room);
                return Ok(());
            }
        };
        let watch = self.shared.hub.begin(may, self.id, &self.outbox, after);
        self.outbox.answer(id, Answer::Done, room);
        while self.replays.try_join_next().is_some() {}
        let replay = Replay {
            hub: Arc::clone(&self.shared.hub),
            readers: self.shared.readers.clone(),
            room: Arc::clone(&self.replay_room),
            trouble: self.shared.trouble.clone(),
            may,
            watch,
        };
        self.replays.spawn(replay.run(after));
        Ok(())
    }

    fn room_to_watch(&mut self, mailbox: MailboxName) -> Result<(), Refusal> {
        self.watches.retain(|watched| *watched != mailbox);
        if self.watches.len() >= self.shared.limits.watches {
            self.shared.hub.still(self.id, &mut self.watches);
        }
        if self.watches.len() >= self.shared.limits.watches {
            self.shared.hub.end(self.id, &mailbox);
            return Err(Refusal::Full);
        }
        self.watches.push(mailbox);
        Ok(())
    }
}

/// How much of the room a request takes: its own size, or that of what it asks for.
fn parts(request: &Request, bytes: usize) -> u32 {
    match request {
        Request::Fetch { .. } | Request::GetBlob { .. } => LARGE,
        Request::GetRecord { .. } => 2,
        _ => u32::try_from(bytes.min(MAX_FRAME) / PART).map_or(LARGE, |parts| parts.saturating_add(1)),
    }
}

/// Reads with one of the shared connections. A database that fails ends the server, not only this connection.
async fn look<T: Send + 'static>(
    shared: &Shared,
    read: impl FnOnce(&mut Reader) -> Judged<T> + Send + 'static,
) -> Result<Result<T, Refusal>, End> {
    match shared.readers.read(read).await {
        Some(Ok(found)) => Ok(found),
        Some(Err(error)) => {
            let _ = shared.trouble.try_send(error);
            Err(End)
        }
        None => Err(End),
    }
}

/// Brings a watch from where it began to where it is live.
struct Replay {
    hub: Arc<Hub>,
    readers: Readers,
    room: Arc<Semaphore>,
    trouble: tokio::sync::mpsc::Sender<StoreError>,
    may: MayRead,
    watch: WatchId,
}

impl Replay {
    async fn run(self, after: u64) {
        let mut next = Next::Page(after);
        while let Next::Page(after) = next {
            next = self.page(after).await.unwrap_or(Next::Ended);
        }
    }

    /// Waits until what was replayed before is written, so a slow reader is not given pages without end.
    async fn page(&self, after: u64) -> Option<Next> {
        let room = Arc::clone(&self.room).acquire_owned().await.ok()?;
        let may = self.may;
        let page = match self.readers.read(move |reader| reader.page(may, after)).await? {
            Ok(page) => page,
            Err(error) => {
                let _ = self.trouble.try_send(error);
                return None;
            }
        };
        match page {
            Ok(page) => Some(self.hub.replay(may.mailbox(), self.watch, page, room)),
            // It was swept in between: there is nothing to watch.
            Err(_) => None,
        }
    }
}
