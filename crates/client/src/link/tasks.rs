//! The two tasks of a connection: one writes, one reads, so that neither can keep the other waiting.

use std::sync::Arc;
use std::time::Duration;

use delivery::{MailboxName, Slot, ToClient};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinHandle};
use tokio::time::{Instant, sleep_until};
use tokio_tungstenite::tungstenite::error::{Error as WsError, ProtocolError};
use tokio_tungstenite::tungstenite::{Bytes, Message};

use super::dial::Socket;
use super::pending::Shared;
use super::{Breach, LinkError};

/// The most control frames between two frames of the protocol.
const MOST_CONTROL_FRAMES: u32 = 1000;
/// Room for pings beside the requests.
const PINGS: usize = 2;

/// Where frames go to be written.
#[derive(Debug)]
pub(super) struct Outgoing(mpsc::Sender<Message>);

impl Outgoing {
    /// Never waits: the queue has room for every request that holds a permit.
    pub(super) fn send(&self, frame: Vec<u8>) -> Result<(), ()> {
        self.0.try_send(Message::binary(frame)).map_err(|_| ())
    }
}

/// Ends both tasks when dropped.
#[derive(Debug)]
pub(super) struct Tasks {
    writer: JoinHandle<()>,
    reader: AbortHandle,
}

impl Tasks {
    /// Ends both now.
    pub(super) fn stop(&self) {
        self.reader.abort();
        self.writer.abort();
    }

    /// Waits until the writer has written everything and closed, which it does when nobody can send any more.
    pub(super) async fn said_goodbye(&mut self) {
        self.reader.abort();
        let _ = (&mut self.writer).await;
    }
}

impl Drop for Tasks {
    fn drop(&mut self) {
        self.stop();
    }
}

pub(super) fn start(
    socket: Socket,
    shared: Arc<Shared>,
    slots: mpsc::Sender<(MailboxName, Slot)>,
    silence: Duration,
    in_flight: usize,
) -> (Outgoing, Tasks) {
    let (sink, stream) = socket.split();
    let (outgoing, frames) = mpsc::channel(in_flight.saturating_add(PINGS));
    let writer = tokio::spawn(write(sink, frames));
    let stop_writer = writer.abort_handle();
    let reader = Reader {
        stream,
        shared: Arc::clone(&shared),
        slots,
        silence,
        pings: outgoing.downgrade(),
    };
    let reader = tokio::spawn(async move {
        let why = reader.run().await;
        shared.end(why);
        stop_writer.abort();
    });
    let reader = reader.abort_handle();
    (Outgoing(outgoing), Tasks { writer, reader })
}

/// A server that does not read stops this task, and then the deadline of a request ends the connection.
async fn write(mut sink: SplitSink<Socket, Message>, mut frames: mpsc::Receiver<Message>) {
    while let Some(frame) = frames.recv().await {
        if sink.send(frame).await.is_err() {
            return; // the reader meets the same end, and says why
        }
    }
    let _ = sink.close().await;
}

struct Reader {
    stream: SplitStream<Socket>,
    shared: Arc<Shared>,
    slots: mpsc::Sender<(MailboxName, Slot)>,
    silence: Duration,
    pings: mpsc::WeakSender<Message>,
}

impl Reader {
    /// Reads until the connection is over, and says why it is.
    async fn run(mut self) -> LinkError {
        let mut heard = Instant::now();
        let mut pinged = false;
        let mut control_frames = 0_u32;
        loop {
            let silent_at = heard + self.silence * if pinged { 2 } else { 1 };
            let deadline = self.shared.first_deadline();
            let wake = deadline.map_or(silent_at, |deadline| deadline.min(silent_at));
            tokio::select! {
                message = self.stream.next() => {
                    (heard, pinged) = (Instant::now(), false);
                    match self.take(message) {
                        Ok(Heard::Frame) => control_frames = 0,
                        Ok(Heard::Control) if control_frames < MOST_CONTROL_FRAMES => control_frames += 1,
                        Ok(Heard::Control) => return Breach::Flood.into(),
                        Err(why) => return why,
                    }
                }
                () = self.shared.first_waits() => {}
                () = sleep_until(wake) => {
                    let now = Instant::now();
                    if deadline.is_some_and(|deadline| deadline <= now) || (pinged && silent_at <= now) {
                        return LinkError::Silent;
                    }
                    if silent_at <= now {
                        pinged = true;
                        self.ping();
                    }
                }
            }
        }
    }

    fn take(&self, message: Option<Result<Message, WsError>>) -> Result<Heard, LinkError> {
        match message {
            Some(Ok(Message::Binary(bytes))) => {
                let frame = ToClient::decode(&bytes).map_err(|_| Breach::Garbage)?;
                self.shared.take(frame, &self.slots)?;
                Ok(Heard::Frame)
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(Heard::Control),
            Some(Ok(Message::Text(_) | Message::Frame(_))) => Err(Breach::Garbage.into()),
            Some(Ok(Message::Close(_))) | None => Err(LinkError::Closed),
            Some(Err(error)) => Err(why(&error)),
        }
    }

    fn ping(&self) {
        if let Some(outgoing) = self.pings.upgrade() {
            let _ = outgoing.try_send(Message::Ping(Bytes::new()));
        }
    }
}

enum Heard {
    Frame,
    Control,
}

fn why(error: &WsError) -> LinkError {
    match error {
        WsError::Capacity(_) => Breach::TooLarge.into(),
        WsError::Protocol(ProtocolError::ResetWithoutClosingHandshake) => LinkError::Closed,
        WsError::Protocol(_) | WsError::Utf8(_) | WsError::AttackAttempt => Breach::Garbage.into(),
        _ => LinkError::Closed,
    }
}
