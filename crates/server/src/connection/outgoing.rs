//! The writing half.

use std::time::Duration;

use futures_util::{Sink, SinkExt};
use tokio::sync::mpsc::UnboundedReceiver;
use tokio::time::{interval, timeout};
use tokio_tungstenite::tungstenite::{Bytes, Message};

use crate::config::Limits;
use crate::outbox::Outgoing;

/// Writes what is queued, pings in between, and ends when nobody can queue anything more or the other side does not
/// take what is written in time.
pub(super) async fn write<S>(mut sink: S, mut queue: UnboundedReceiver<Outgoing>, limits: Limits)
where
    S: Sink<Message> + Unpin,
{
    let mut ping = interval((limits.idle / 3).max(Duration::from_millis(1)));
    ping.reset();
    loop {
        let next = tokio::select! {
            next = queue.recv() => next,
            _ = ping.tick() => {
                let sent = in_time(limits.write, sink.send(Message::Ping(Bytes::new()))).await;
                if sent.is_none() {
                    return;
                }
                continue;
            }
        };
        let Some(first) = next else {
            let _ = timeout(limits.write, sink.close()).await;
            return;
        };
        if write_all(&mut sink, first, &mut queue, limits.write)
            .await
            .is_none()
        {
            return;
        }
    }
}

/// Writes everything that is there in one go. What a frame holds is given back when it has been handed on.
async fn write_all<S>(
    sink: &mut S,
    first: Outgoing,
    queue: &mut UnboundedReceiver<Outgoing>,
    most: Duration,
) -> Option<()>
where
    S: Sink<Message> + Unpin,
{
    let mut next = Some(first);
    while let Some(outgoing) = next {
        in_time(most, sink.feed(Message::Binary(outgoing.frame.clone()))).await?;
        next = queue.try_recv().ok();
    }
    in_time(most, sink.flush()).await
}

async fn in_time<E>(most: Duration, write: impl Future<Output = Result<(), E>>) -> Option<()> {
    timeout(most, write).await.ok()?.ok()
}
