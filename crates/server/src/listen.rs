//! Accepting connections: how many, from where, and through which handshake.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::ServerConfig;
use rustls::crypto::aws_lc_rs::{default_provider, kx_group};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;

use crate::config::{Config, Transport};
use crate::connection::{Greeted, Shared, greet, serve};
use crate::serve::ServerError;

/// A listening socket that was allowed.
pub(crate) struct Listener {
    pub(crate) socket: TcpListener,
    tls: Option<TlsAcceptor>,
    doors: Arc<Doors>,
}

impl Listener {
    pub(crate) async fn bind(config: &Config) -> Result<Self, ServerError> {
        let tls = match &config.transport {
            Transport::Loopback if !config.bind.ip().is_loopback() => return Err(ServerError::Unprotected),
            Transport::Loopback | Transport::BehindTlsProxy => None,
            Transport::Tls { certificate, key } => Some(acceptor(certificate, key)?),
        };
        let socket = TcpListener::bind(config.bind).await.map_err(ServerError::Bind)?;
        let per_address = match config.transport {
            Transport::BehindTlsProxy => usize::MAX,
            Transport::Loopback | Transport::Tls { .. } => config.limits.connections_per_address,
        };
        let doors = Arc::new(Doors {
            inside: Mutex::default(),
            most: config.limits.connections,
            per_address,
        });
        Ok(Self { socket, tls, doors })
    }

    /// Accepts until told to stop, then waits for the connections to end.
    pub(crate) async fn run(self, shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
        let mut connections = JoinSet::new();
        loop {
            let accepted = tokio::select! {
                accepted = self.socket.accept() => accepted,
                _ = stop.wait_for(|stop| *stop) => break,
            };
            while connections.try_join_next().is_some() {}
            let Ok((stream, peer)) = accepted else {
                // No descriptors left, most likely: some will be free soon.
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            match Doors::enter(&self.doors, peer.ip()) {
                Some(inside) => {
                    shared.metrics.connections.one();
                    let connection = connection(stream, self.tls.clone(), Arc::clone(&shared), stop.clone());
                    connections.spawn(async move {
                        connection.await;
                        drop(inside);
                    });
                }
                None => shared.metrics.turned_away.one(),
            }
        }
        drop(self.socket);
        drop(shared);
        while connections.join_next().await.is_some() {}
    }
}

async fn connection(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    shared: Arc<Shared>,
    stop: watch::Receiver<bool>,
) {
    // Small frames go out at once.
    let _ = stream.set_nodelay(true);
    match tls {
        None => served(greet(stream), shared, stop).await,
        Some(tls) => {
            let greeting = async { greet(tls.accept(stream).await.ok()?).await };
            served(greeting, shared, stop).await;
        }
    }
}

async fn served<S>(
    greeting: impl Future<Output = Option<Greeted<S>>>,
    shared: Arc<Shared>,
    mut stop: watch::Receiver<bool>,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let greeted = tokio::select! {
        greeted = timeout(shared.limits.handshake, greeting) => greeted.ok().flatten(),
        _ = stop.wait_for(|stop| *stop) => return,
    };
    match greeted {
        Some(greeted) => serve(greeted, shared, stop).await,
        None => shared.metrics.handshakes_failed.one(),
    }
}

/// Who is inside, by address.
struct Doors {
    inside: Mutex<(usize, HashMap<IpAddr, usize>)>,
    most: usize,
    per_address: usize,
}

impl Doors {
    /// Lets somebody in until the value is dropped. This machine's own addresses count only towards the whole.
    fn enter(this: &Arc<Self>, from: IpAddr) -> Option<Inside> {
        let mut inside = this.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, by_address) = &mut *inside;
        if *all >= this.most {
            return None;
        }
        let here = by_address.entry(from).or_default();
        if *here >= this.per_address && !from.is_loopback() {
            return None;
        }
        *here = here.saturating_add(1);
        *all = all.saturating_add(1);
        Some(Inside {
            doors: Arc::clone(this),
            from,
        })
    }

    fn leave(&self, from: IpAddr) {
        let mut inside = self.inside.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, by_address) = &mut *inside;
        *all = all.saturating_sub(1);
        if let Some(here) = by_address.get_mut(&from) {
            *here = here.saturating_sub(1);
            if *here == 0 {
                by_address.remove(&from);
            }
        }
    }
}

struct Inside {
    doors: Arc<Doors>,
    from: IpAddr,
}

impl Drop for Inside {
    fn drop(&mut self) {
        self.doors.leave(self.from);
    }
}

/// TLS 1.3 with hybrid post-quantum key exchange and nothing else: every client is ours, so there is nobody to fall back
/// for.
fn acceptor(certificate: &std::path::Path, key: &std::path::Path) -> Result<TlsAcceptor, ServerError> {
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|_| ServerError::Certificate)?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|_| ServerError::Certificate)?;
    let mut provider = default_provider();
    provider.kx_groups = vec![kx_group::X25519MLKEM768];
    let config = ServerConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&rustls::version::TLS13])
        .map_err(|_| ServerError::Certificate)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|_| ServerError::Certificate)?;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn doors(most: usize, per_address: usize) -> Arc<Doors> {
        Arc::new(Doors {
            inside: Mutex::default(),
            most,
            per_address,
        })
    }

    #[test]
    fn one_address_cannot_take_all_the_room() {
        let doors = doors(3, 2);
        let [near, far]: [IpAddr; 2] = [[192, 0, 2, 1].into(), [192, 0, 2, 2].into()];
        let first = Doors::enter(&doors, near);
        let second = Doors::enter(&doors, near);
        assert!(first.is_some() && second.is_some());
        assert!(Doors::enter(&doors, near).is_none());
        let third = Doors::enter(&doors, far);
        assert!(third.is_some());
        assert!(Doors::enter(&doors, far).is_none(), "three is all");
        drop(first);
        assert!(Doors::enter(&doors, near).is_some());
    }

    #[test]
    fn this_machine_counts_towards_the_whole_only() {
        let doors = doors(3, 1);
        let here: IpAddr = [127, 0, 0, 1].into();
        let inside: Vec<_> = (0..4).filter_map(|_| Doors::enter(&doors, here)).collect();
        assert_eq!(inside.len(), 3);
    }
}
