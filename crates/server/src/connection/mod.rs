//! One connection, from the handshake to its end.
//!
//! Two halves run beside each other: one reads requests, the other writes what is in the outbox. A client that does not
//! read holds up its own writing half, then its own room, then its own reading half, and nobody else.

mod allowance;
mod incoming;
mod metered;
mod outgoing;

use std::sync::Arc;

use delivery::limits::MAX_FRAME;
use futures_util::StreamExt;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};
use tokio_tungstenite::tungstenite::http::StatusCode;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::{WebSocketStream, accept_hdr_async_with_config};

use crate::config::Limits;
use crate::hub::Hub;
use crate::metrics::Metrics;
use crate::outbox::Outbox;
use crate::readers::Readers;
use crate::store::StoreError;
use crate::writer::Job;
use incoming::Incoming;
use metered::{Meter, Metered};

/// The one path, and with it the version of the protocol.
const PATH: &str = "/v1";
/// What is written is gathered up to here.
const WRITE_BUFFER: usize = 64 << 10;

/// What all connections have in common.
pub(crate) struct Shared {
    pub(crate) limits: Limits,
    pub(crate) hub: Arc<Hub>,
    pub(crate) readers: Readers,
    pub(crate) jobs: mpsc::Sender<Job>,
    pub(crate) metrics: Arc<Metrics>,
    /// Where a damaged database is told.
    pub(crate) trouble: mpsc::Sender<StoreError>,
}

/// A stream that came through the WebSocket handshake.
pub(crate) struct Greeted<S> {
    socket: WebSocketStream<Metered<S>>,
    meter: Arc<Meter>,
}

/// Does the WebSocket handshake. The caller bounds its time.
pub(crate) async fn greet<S>(stream: S) -> Option<Greeted<S>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (stream, meter) = Metered::new(stream);
    let socket = accept_hdr_async_with_config(stream, only_our_path, Some(websocket())).await;
    let socket = socket.ok()?;
    meter.whole_message();
    Some(Greeted { socket, meter })
}

/// Serves a client until it goes, errs, or the server ends.
pub(crate) async fn serve<S>(greeted: Greeted<S>, shared: Arc<Shared>, mut stop: watch::Receiver<bool>)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sink, stream) = greeted.socket.split();
    let (outbox, queue) = Outbox::new(&shared.limits, Arc::clone(&shared.metrics));
    let mut writing = tokio::spawn(outgoing::write(sink, queue, shared.limits));
    let mut incoming = Incoming::new(shared, greeted.meter, outbox);
    tokio::select! {
        () = incoming.read(stream) => {}
        _ = stop.wait_for(|stop| *stop) => {}
        _ = &mut writing => return incoming.end(),
    }
    // Ends the watches and drops the outbox: when the requests under way are answered, the other half is done.
    incoming.end();
    let _ = writing.await;
}

fn websocket() -> WebSocketConfig {
    WebSocketConfig::default()
        .read_buffer_size(16 << 10)
        .write_buffer_size(WRITE_BUFFER)
        .max_write_buffer_size(WRITE_BUFFER + 2 * MAX_FRAME)
        .max_message_size(Some(MAX_FRAME))
        .max_frame_size(Some(MAX_FRAME))
}

#[expect(clippy::result_large_err, reason = "the signature is tungstenite's")]
fn only_our_path(request: &Request, response: Response) -> Result<Response, ErrorResponse> {
    if request.uri().path() == PATH {
        return Ok(response);
    }
    let mut refusal = ErrorResponse::new(Some(format!("This server speaks Snug's protocol at {PATH}.\n")));
    *refusal.status_mut() = StatusCode::NOT_FOUND;
    Err(refusal)
}
