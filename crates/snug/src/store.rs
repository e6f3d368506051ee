//! The store that a command works on, and the connection that comes with it.

use std::path::{Path, PathBuf};

use anstream::eprintln;
use clap::Args;
use client::api::SyncReport;
use client::link::{LinkSettings, Roots};
use client::store::{Effort, Store, StoreError, Unlock};
use client::{Client, Settings};

use crate::exit::Failure;
use crate::screen::tame;
use crate::{passphrase, style};

/// Where a store is, and how its servers are reached.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Store")]
pub(crate) struct PlaceArgs {
    /// The folder of the store [default: $XDG_DATA_HOME/snug, else ~/.local/share/snug].
    #[arg(
        long,
        value_name = "DIR",
        env = "SNUG_STORE",
        hide_env_values = true,
        global = true
    )]
    store: Option<PathBuf>,
    /// Do not use the network: what is sent waits.
    #[arg(long, global = true)]
    offline: bool,
    /// Believe this certificate authority too (PEM): for a server with one of its own.
    #[arg(
        long,
        value_name = "FILE",
        env = "SNUG_AUTHORITY",
        hide_env_values = true,
        global = true
    )]
    authority: Option<PathBuf>,
}

/// The same, and what opens it.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Store")]
pub(crate) struct StoreArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// Read the passphrase from the first line of this file instead of the terminal.
    #[arg(
        long,
        value_name = "FILE",
        env = "SNUG_PASSPHRASE_FILE",
        hide_env_values = true,
        global = true
    )]
    passphrase_file: Option<PathBuf>,
    /// Keep the key of the store in the desktop's keyring instead of asking for a passphrase.
    #[arg(long, global = true, conflicts_with = "passphrase_file")]
    keyring: bool,
}

/// An open store, and whether the server was reached when it was opened.
pub(crate) struct Opened {
    pub(crate) client: Client,
    pub(crate) online: bool,
}

impl StoreArgs {
    /// Opens the store; there has to be one.
    pub(crate) fn open(&self) -> Result<Client, Failure> {
        let folder = self.place.folder()?;
        if !Store::is_in(&folder) {
            return Err(Failure::NotSetUp(
                "there is no store yet: `snug account create --name NAME --server HOST:PORT` makes one with an \
                 account, `snug import FILE` one with an archive; or name another folder with --store"
                    .into(),
            ));
        }
        let settings = self.place.settings()?;
        let unlock = self.unlock(passphrase::ask)?;
        Ok(Client::open(&folder, &unlock, settings)?)
    }

    /// Opens the store, or makes it where there is none.
    pub(crate) fn open_or_create(&self) -> Result<Client, Failure> {
        let folder = self.place.folder()?;
        if Store::is_in(&folder) {
            return self.open();
        }
        let (settings, unlock) = (self.place.settings()?, self.unlock(passphrase::choose)?);
        Ok(Client::create(&folder, &unlock, Effort::DEFAULT, settings)?)
    }

    /// Opens the store and looks at the server first, so that what is read is new. Without a server what is here is shown.
    pub(crate) fn open_fresh(&self) -> Result<Opened, Failure> {
        let client = self.open()?;
        let mut online = false;
        if !self.place.offline {
            let report = client.sync().wait()?;
            notes(&report);
            online = report.offline.is_none();
        }
        Ok(Opened { client, online })
    }

    /// Whether there is a store. It is not opened.
    #[cfg(feature = "ai")]
    pub(crate) fn is_there(&self) -> Result<bool, Failure> {
        Ok(Store::is_in(&self.place.folder()?))
    }

    pub(crate) fn is_offline(&self) -> bool {
        self.place.offline
    }

    fn unlock(
        &self,
        passphrase: impl FnOnce(Option<&Path>) -> Result<Unlock, Failure>,
    ) -> Result<Unlock, Failure> {
        if self.keyring {
            return Ok(Unlock::Keyring);
        }
        passphrase(self.passphrase_file.as_deref())
    }
}

impl PlaceArgs {
    /// That no other process has the store open, as far as its lock says at this moment.
    pub(crate) fn not_in_use(&self) -> Result<(), Failure> {
        // There is no lock before there is a store.
        let Ok(lock) = std::fs::File::open(self.folder()?.join("store.lock")) else {
            return Ok(());
        };
        match lock.try_lock_shared() {
            Err(std::fs::TryLockError::WouldBlock) => Err(client::ClientError::from(StoreError::Busy).into()),
            _ => Ok(()),
        }
    }

    pub(crate) fn settings(&self) -> Result<Settings, Failure> {
        let mut roots = Roots::default();
        if let Some(file) = &self.authority {
            let pem = std::fs::read(file).map_err(Failure::Open)?;
            roots = roots
                .with_pem(&pem)
                .map_err(|error| Failure::Usage(error.to_string()))?;
        }
        Ok(Settings {
            offline: self.offline,
            link: LinkSettings {
                roots,
                ..LinkSettings::default()
            },
            ..Settings::default()
        })
    }

    pub(crate) fn folder(&self) -> Result<PathBuf, Failure> {
        if let Some(folder) = &self.store {
            return Ok(folder.clone());
        }
        data_folder("snug")
    }
}

/// Where programs of this person keep their data, by the rules of the XDG base directories.
pub(crate) fn data_folder(name: &str) -> Result<PathBuf, Failure> {
    let below = |variable: &str, rest: &str| {
        let folder = PathBuf::from(std::env::var_os(variable)?);
        folder.is_absolute().then(|| folder.join(rest).join(name))
    };
    below("XDG_DATA_HOME", "")
        .or_else(|| below("HOME", ".local/share"))
        .ok_or_else(|| Failure::NotSetUp("there is no home folder here: name a place with --store".into()))
}

/// Says beside the answer what a look at the server brought that people should know.
pub(crate) fn notes(report: &SyncReport) {
    let (aside, note) = (style::ASIDE, style::NOTE);
    if let Some(why) = &report.offline {
        eprintln!("{aside}not up to date: {}{aside:#}", tame(why));
    }
    for warning in &report.warnings {
        eprintln!("{note}{}{note:#}", tame(warning));
    }
}
