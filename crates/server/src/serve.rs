//! The server as a whole: started, running, stopped.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::{interval, timeout};

use crate::config::Config;
use crate::connection::Shared;
use crate::hub::Hub;
use crate::listen::Listener;
use crate::metrics::{Counts, Metrics};
use crate::readers::Readers;
use crate::store::{Store, StoreError};
use crate::writer::{Job, WAITING, Writer};

/// How often what was kept long enough is looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(3600);
/// How long connections have to end when the server does.
const FAREWELL: Duration = Duration::from_secs(5);

/// Why a server cannot start or go on.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ServerError {
    /// A plain socket for other machines.
    #[error(
        "without TLS the server listens on this machine only: give it a certificate and a key, or say that a TLS \
         proxy stands in front of it"
    )]
    Unprotected,
    /// The address cannot be listened on.
    #[error("the address cannot be listened on ({0}): choose another, or stop what uses it")]
    Bind(#[source] io::Error),
    /// The certificate or key cannot be used.
    #[error(
        "the certificate and key cannot be used: both are PEM files, and the key belongs to the first certificate"
    )]
    Certificate,
    /// No thread or runtime.
    #[error("the system gives the server no thread ({0}): raise its limits")]
    System(#[source] io::Error),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Starts servers.
#[derive(Debug)]
pub struct Server;

impl Server {
    /// Opens the database, listens, and serves in the background of the current tokio runtime.
    ///
    /// # Errors
    /// [`ServerError`]. Nothing is left running.
    pub async fn bind(config: Config) -> Result<Running, ServerError> {
        let listener = Listener::bind(&config).await?;
        let address = listener.socket.local_addr().map_err(ServerError::Bind)?;
        let (path, keep) = (config.database.clone(), config.keep);
        let opened = tokio::task::spawn_blocking(move || Store::open(&path, keep)).await;
        let store = opened.map_err(|error| ServerError::System(io::Error::other(error)))??;
        let (jobs, waiting) = mpsc::channel(WAITING);
        let (trouble, troubles) = mpsc::channel(1);
        let shared = Arc::new(Shared {
            limits: config.limits,
            hub: Arc::new(Hub::default()),
            readers: Readers::open(&store)?,
            jobs,
            metrics: Arc::new(Metrics::default()),
            trouble: trouble.clone(),
        });
        let metrics = Arc::clone(&shared.metrics);
        let writer = Writer {
            store,
            jobs: waiting,
            hub: Arc::clone(&shared.hub),
            metrics: Arc::clone(&metrics),
        };
        let writer = start(writer, trouble)?;
        let (stop, stopped) = watch::channel(false);
        let sweeping = tokio::spawn(sweep(shared.jobs.clone(), stopped.clone()));
        let serving = tokio::spawn(listener.run(shared, stopped));
        Ok(Running {
            address,
            metrics,
            stop,
            serving,
            sweeping,
            writer,
            troubles,
        })
    }
}

/// A server that runs. When this is dropped it stops, without being waited for.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    metrics: Arc<Metrics>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<()>,
    sweeping: JoinHandle<()>,
    writer: thread::JoinHandle<()>,
    troubles: mpsc::Receiver<StoreError>,
}

impl Running {
    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What was counted so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.metrics.counts()
    }

    /// Waits until the database fails. While it does not, this does not return.
    pub async fn failed(&mut self) -> StoreError {
        match self.troubles.recv().await {
            Some(error) => error,
            None => std::future::pending().await,
        }
    }

    /// Stops: accepts nothing more, answers what is under way, closes every connection and the database.
    pub async fn shutdown(mut self) {
        let _ = self.stop.send(true);
        let _ = self.sweeping.await;
        if timeout(FAREWELL, &mut self.serving).await.is_err() {
            self.serving.abort();
            let _ = self.serving.await;
        }
        let writer = self.writer;
        let _ = tokio::task::spawn_blocking(move || writer.join()).await;
    }
}

fn start(writer: Writer, trouble: mpsc::Sender<StoreError>) -> Result<thread::JoinHandle<()>, ServerError> {
    let work = move || {
        if let Err(error) = writer.run() {
            let _ = trouble.try_send(error);
        }
    };
    thread::Builder::new()
        .name("snug writer".to_owned())
        .spawn(work)
        .map_err(ServerError::System)
}

/// Asks for a sweep at the start and then each hour.
async fn sweep(jobs: mpsc::Sender<Job>, mut stop: watch::Receiver<bool>) {
    let mut hour = interval(SWEEP_EVERY);
    loop {
        tokio::select! {
            _ = hour.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        if jobs.send(Job::Sweep).await.is_err() {
            return;
        }
    }
}

/// Runs a server in this process until it is asked to end (interrupt or terminate signal). `ready` is called with the
/// address once it listens.
///
/// # Errors
/// [`ServerError`] where it cannot start, or where the database fails.
pub fn run(config: Config, ready: impl FnOnce(SocketAddr)) -> Result<(), ServerError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(ServerError::System)?.block_on(async {
        let mut interrupt = signal(SignalKind::interrupt()).map_err(ServerError::System)?;
        let mut terminate = signal(SignalKind::terminate()).map_err(ServerError::System)?;
        let mut running = Server::bind(config).await?;
        ready(running.address());
        let failed = tokio::select! {
            _ = interrupt.recv() => None,
            _ = terminate.recv() => None,
            error = running.failed() => Some(error),
        };
        running.shutdown().await;
        failed.map_or(Ok(()), |error| Err(error.into()))
    })
}
