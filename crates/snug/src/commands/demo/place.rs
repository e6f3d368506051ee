//! Where the demo happens: a folder, and a server in it.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use server::{Config, Running, Server};
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinHandle;

use crate::exit::Failure;

/// What a shell expects of a program that an interrupt ended: 128 and the number of SIGINT.
const INTERRUPTED: i32 = 130;

/// A folder with a running server. When it is dropped the server stops, and the folder goes unless it is to be kept.
pub(super) struct Place {
    folder: PathBuf,
    kept: bool,
    runtime: Runtime,
    running: Option<Running>,
    address: SocketAddr,
    /// What an interrupt does, where the folder is to go.
    on_interrupt: Option<JoinHandle<()>>,
}

impl Place {
    pub(super) fn new(keep: Option<&Path>) -> Result<Self, Failure> {
        let folder = match keep {
            Some(folder) => folder.to_owned(),
            None => std::env::temp_dir().join(format!("snug-demo-{}", std::process::id())),
        };
        make(&folder).map_err(|error| {
            Failure::NotSetUp(format!(
                "the folder for the demo cannot be made ({error}): name a new one with --keep"
            ))
        })?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let config = Config::new((Ipv4Addr::LOCALHOST, 0).into(), folder.join("server.db"));
        let running = runtime.block_on(Server::bind(config))?;
        let on_interrupt = keep
            .is_none()
            .then(|| runtime.spawn(clean_up_when_interrupted(folder.clone())));
        Ok(Self {
            address: running.address(),
            running: Some(running),
            kept: keep.is_some(),
            folder,
            runtime,
            on_interrupt,
        })
    }

    pub(super) fn address(&self) -> String {
        self.address.to_string()
    }

    /// The folder of one person's store.
    pub(super) fn store_of(&self, name: &str) -> PathBuf {
        self.folder.join(name.to_lowercase())
    }

    /// From now on somebody else listens to interrupts, and this is dropped then.
    pub(super) fn interrupts_are_ours(&self) {
        if let Some(task) = &self.on_interrupt {
            task.abort();
        }
    }

    /// The folder, where it stays.
    pub(super) fn kept(&self) -> Option<&Path> {
        self.kept.then_some(self.folder.as_path())
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(running) = self.running.take() {
            self.runtime.block_on(running.shutdown());
        }
        if !self.kept {
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// Ctrl-C leaves nothing behind either.
async fn clean_up_when_interrupted(folder: PathBuf) {
    if tokio::signal::ctrl_c().await.is_ok() {
        let _ = fs::remove_dir_all(&folder);
        std::process::exit(INTERRUPTED);
    }
}

/// A new folder that nobody else can read. One that is there already is somebody else's.
fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}
