//! An exported chat on its way into the store: it is in memory, looked through, and kept when its reader has said who they are.

use std::sync::{Arc, Mutex};

use chat::Time;
use client::archive::{self, ArchiveError, Imported};
use client::{Client, ClientError};
use import::{ImportError, Options, Report};
use tokio::task::spawn_blocking;
use zeroize::Zeroize;

use crate::room::{Progress, lock};

/// The most bytes of an export that the window takes; `snug import FILE` takes any.
pub(crate) const MOST_BYTES: usize = 64 << 20;

/// The bytes of a file. Overwritten when dropped.
struct Bytes(Vec<u8>);

impl Drop for Bytes {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// A file that was looked through.
#[derive(Clone)]
pub(crate) struct Staged {
    bytes: Arc<Bytes>,
    pub(crate) name: String,
    pub(crate) report: Arc<Report>,
}

/// What is known of the file that a person opened last.
#[derive(Default)]
pub(crate) struct Opening {
    staged: Mutex<Option<Staged>>,
    running: Mutex<Option<Arc<Progress>>>,
}

impl Opening {
    /// Looks through a file and keeps it for the next step.
    pub(crate) async fn stage(&self, bytes: Vec<u8>, name: String) -> Result<Staged, ImportError> {
        let bytes = Arc::new(Bytes(bytes));
        let looked = Arc::clone(&bytes);
        let report = spawn_blocking(move || import::scan(looked.0.as_slice(), &Options::default())).await;
        let report = report.unwrap_or(Err(ImportError::Io(std::io::Error::other("stopped"))))?;
        let staged = Staged {
            bytes,
            name,
            report: Arc::new(report),
        };
        *lock(&self.staged) = Some(staged.clone());
        Ok(staged)
    }

    /// The file that waits for its reader.
    pub(crate) fn staged(&self) -> Option<Staged> {
        lock(&self.staged).clone()
    }

    /// How far the import is, while there is one.
    pub(crate) fn progress(&self) -> Option<Arc<Progress>> {
        lock(&self.running).clone()
    }

    /// Breaks off, and forgets the file.
    pub(crate) fn cancel(&self) {
        *lock(&self.staged) = None;
        if let Some(running) = &*lock(&self.running) {
            running.stop.store(true, std::sync::atomic::Ordering::Relaxed);
        }
    }

    /// Keeps the file as an archive.
    pub(crate) async fn keep(
        &self,
        client: &Client,
        staged: Staged,
        me: Option<String>,
        now: Time,
    ) -> Result<Result<Imported, ArchiveError>, ClientError> {
        let progress = Arc::new(Progress::default());
        *lock(&self.running) = Some(Arc::clone(&progress));
        let kept = client.with_store(move |store| {
            let note = |read: import::Progress| note(&progress, read);
            let request = archive::Request {
                options: Options {
                    progress: Some(&note),
                    ..Options::default()
                },
                title: None,
                file_name: &staged.name,
                me: me.as_deref(),
                stop: Some(&progress.stop),
            };
            Ok(archive::keep(store, staged.bytes.0.as_slice(), &request, now))
        });
        let kept = kept.await;
        *lock(&self.running) = None;
        if matches!(kept, Ok(Ok(_))) {
            *lock(&self.staged) = None;
        }
        kept
    }
}

fn note(progress: &Progress, read: import::Progress) {
    let passes = u64::from(read.passes.max(1));
    let before = u64::from(read.pass.saturating_sub(1)).saturating_mul(read.of);
    progress.note(before.saturating_add(read.bytes), read.of.saturating_mul(passes));
}
