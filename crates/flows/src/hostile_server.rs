//! A server that is not honest: it stands between clients and an honest one, reads every frame, and answers as a script
//! says.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use delivery::{Answer, Page, Request, Slot, ToClient, ToServer};
use futures_util::{SinkExt, StreamExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{WebSocketStream, accept_async, client_async};

use crate::Town;

/// What becomes of a request.
pub enum Deed {
    /// It is handed on to the honest server, and its answer back.
    Honest,
    /// It is handed on, and the answer is changed.
    Change(Box<dyn FnOnce(Answer) -> Answer + Send>),
    /// Another request is handed on instead.
    Instead(Request),
    /// It is not handed on, and answered so.
    Answer(Answer),
    /// It is handed on, and the connection ends before its answer.
    LoseAnswer,
    /// The connection ends.
    Close,
    /// Nothing is ever answered.
    Never,
    /// The answer comes so much later.
    Late(Duration),
    /// These bytes come instead of an answer.
    Bytes(Vec<u8>),
}

type Script = Box<dyn FnMut(&Request) -> Deed + Send>;

/// The server between.
pub struct Between {
    address: String,
    script: Arc<Mutex<Script>>,
    accepting: AbortHandle,
}

impl Drop for Between {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Between {
    /// An honest one, before the server of the town.
    #[must_use]
    pub fn new(town: &Town) -> Self {
        let honest: Script = Box::new(|_| Deed::Honest);
        let script = Arc::new(Mutex::new(honest));
        let listener = town.runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let (server, shared) = (town.server(), Arc::clone(&script));
        let accepting = town.runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(connection(stream, server.clone(), Arc::clone(&shared)));
            }
        });
        Self {
            address,
            script,
            accepting: accepting.abort_handle(),
        }
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// From now on it does this.
    pub fn play(&self, script: impl FnMut(&Request) -> Deed + Send + 'static) {
        *self.script.lock().unwrap_or_else(PoisonError::into_inner) = Box::new(script);
    }

    /// From now on every page that holds slots of a mailbox is changed so.
    pub fn change_pages(&self, change: impl Fn(Vec<Slot>) -> Vec<Slot> + Send + Sync + 'static) {
        let change = Arc::new(change);
        self.play(move |request| {
            let Request::Fetch { after, .. } = *request else {
                return Deed::Honest;
            };
            let change = Arc::clone(&change);
            Deed::Change(Box::new(move |answer| match answer {
                Answer::Slots(page) => Answer::Slots(renumbered(after, page, change.as_ref())),
                other => other,
            }))
        });
    }

    /// From now on it is honest.
    pub fn be_honest(&self) {
        self.play(|_| Deed::Honest);
    }
}

/// The page with other slots, numbered without a gap, and counts that fit: what a careful liar sends.
fn renumbered(after: u64, page: Page, change: &dyn Fn(Vec<Slot>) -> Vec<Slot>) -> Page {
    if page.slots.is_empty() {
        return page;
    }
    let commits = |slots: &[Slot]| {
        let is_commit = |slot: &&Slot| slot.kind == delivery::SlotKind::Commit;
        slots.iter().filter(is_commit).count() as u64
    };
    let before = page.commits - commits(&page.slots);
    let slots: Vec<_> = (after + 1..)
        .zip(change(page.slots))
        .map(|(seq, slot)| Slot { seq, ..slot })
        .collect();
    Page {
        commits: before + commits(&slots),
        last: after + slots.len() as u64,
        slots,
    }
}

async fn connection(stream: TcpStream, server: String, script: Arc<Mutex<Script>>) -> Option<()> {
    let mut client = accept_async(stream).await.ok()?;
    let upstream = TcpStream::connect(&server).await.ok()?;
    let (mut honest, _) = client_async(format!("ws://{server}/v1"), upstream).await.ok()?;
    loop {
        let bytes = frame(&mut client).await?;
        let ToServer { id, request } = ToServer::decode(&bytes).ok()?;
        let deed = (script.lock().unwrap_or_else(PoisonError::into_inner))(&request);
        let answer = match deed {
            Deed::Honest => ask(&mut honest, id, request).await?,
            Deed::Change(change) => change(ask(&mut honest, id, request).await?),
            Deed::Instead(other) => ask(&mut honest, id, other).await?,
            Deed::Answer(answer) => answer,
            Deed::LoseAnswer => {
                ask(&mut honest, id, request).await?;
                return None;
            }
            Deed::Close => return None,
            Deed::Never => std::future::pending().await,
            Deed::Late(late) => {
                tokio::time::sleep(late).await;
                ask(&mut honest, id, request).await?
            }
            Deed::Bytes(bytes) => {
                client.send(Message::binary(bytes)).await.ok()?;
                continue;
            }
        };
        let answer = ToClient::Answer { id, answer }.encode().ok()?;
        client.send(Message::binary(answer)).await.ok()?;
    }
}

async fn ask(honest: &mut WebSocketStream<TcpStream>, id: u32, request: Request) -> Option<Answer> {
    let ask = ToServer { id, request }.encode().ok()?;
    honest.send(Message::binary(ask)).await.ok()?;
    loop {
        if let ToClient::Answer { answer, .. } = ToClient::decode(&frame(honest).await?).ok()? {
            return Some(answer);
        }
    }
}

async fn frame(socket: &mut WebSocketStream<TcpStream>) -> Option<Vec<u8>> {
    loop {
        match socket.next().await? {
            Ok(Message::Binary(bytes)) => return Some(bytes.to_vec()),
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}
