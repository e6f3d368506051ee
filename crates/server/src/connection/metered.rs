//! A stream that ends when its sender spends bytes without ever finishing a message.
//!
//! A WebSocket message may come in any number of fragments, empty ones too, so a bound on its size bounds neither the
//! bytes nor the work. Here it does: what is received between two whole messages is at most twice the largest frame.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, ready};

use delivery::limits::MAX_FRAME;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

const MOST: usize = 2 * MAX_FRAME;

/// Bytes since the last whole message.
#[derive(Default)]
pub(super) struct Meter(AtomicUsize);

impl Meter {
    pub(super) fn whole_message(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    fn received(&self, bytes: usize) -> io::Result<()> {
        let sum = self.0.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        if sum > MOST {
            Err(io::ErrorKind::InvalidData.into())
        } else {
            Ok(())
        }
    }
}

pub(super) struct Metered<S> {
    stream: S,
    meter: Arc<Meter>,
}

impl<S> Metered<S> {
    pub(super) fn new(stream: S) -> (Self, Arc<Meter>) {
        let meter = Arc::new(Meter::default());
        let this = Self {
            stream,
            meter: Arc::clone(&meter),
        };
        (this, meter)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        to: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = to.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, to))?;
        let received = to.filled().len().saturating_sub(before);
        Poll::Ready(self.meter.received(received))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, from: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, from)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
