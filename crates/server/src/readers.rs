//! A few connections that only read, lent out one by one.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Semaphore;

use crate::store::{Judged, Reader, Store, StoreError};

/// So many reads at a time. They wait for the disk or the cache, so a few are enough.
const READERS: usize = 4;

#[derive(Clone)]
pub(crate) struct Readers {
    idle: Arc<Mutex<Vec<Reader>>>,
    free: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn open(store: &Store) -> Result<Self, StoreError> {
        let readers = (0..READERS)
            .map(|_| store.reader())
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self {
            idle: Arc::new(Mutex::new(readers)),
            free: Arc::new(Semaphore::new(READERS)),
        })
    }

    /// Reads, on a thread that may block. `None` where the server is ending.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&mut Reader) -> Judged<T> + Send + 'static,
    ) -> Option<Result<Result<T, delivery::Refusal>, StoreError>> {
        let turn = Arc::clone(&self.free).acquire_owned().await.ok()?;
        let idle = Arc::clone(&self.idle);
        let work = move || {
            let _turn = turn;
            let mut reader = lock(&idle).pop()?;
            let found = read(&mut reader).map_err(StoreError::from);
            lock(&idle).push(reader);
            Some(found)
        };
        tokio::task::spawn_blocking(work).await.ok().flatten()
    }
}

fn lock(idle: &Mutex<Vec<Reader>>) -> MutexGuard<'_, Vec<Reader>> {
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}
