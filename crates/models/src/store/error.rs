//! What can go wrong with the store.

use std::io;

use super::MAX_MODELS;
use crate::{Digest, NoName};

/// What goes wrong with the store. No message holds a path or what a file says.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The folder cannot be made or opened.
    #[error("the folder of the models cannot be used ({0}): name another one with --models")]
    Folder(#[source] io::Error),
    /// Others could change what lies there.
    #[error(
        "the folder of the models belongs to somebody else, or others may write in it: run `chmod go-w` on it, or name another one with --models"
    )]
    NotPrivate,
    /// The index is not one of ours.
    #[error(
        "the index of the models cannot be believed: move index.json out of the folder of the models, then `snug model add` the files in it"
    )]
    Index,
    /// The index holds as many names as it may.
    #[error("there are {MAX_MODELS} models here: remove one first")]
    TooMany,
    /// No model of this name.
    #[error(
        "no model of this name is here: `snug model list` shows what is, `snug model pull NAME` gets one"
    )]
    NotInstalled,
    /// The index has it, the folder has not.
    #[error("the file of this model is gone: `snug model rm` its name, then pull or add it again")]
    Gone,
    /// The file has another digest than when it was stored.
    #[error(
        "the file of this model is not what was stored, so it is not used: `snug model rm` its name, then pull or add it again"
    )]
    Differs,
    /// The name stands for another file.
    #[error("this name is taken by another file: choose another with --name, or `snug model rm` it first")]
    Taken,
    /// The catalogue's name, another file.
    #[error(
        "this is not the file that the catalogue means by this name: its digest is {found}, and has to be {expected}; choose another name with --name"
    )]
    NotTheOne {
        /// Of the file.
        found: Digest,
        /// Of the catalogue, or pinned on the first download.
        expected: Digest,
    },
    /// The file's name makes no name.
    #[error("this file's name makes no name for a model: give one with --name ({0})")]
    Name(#[from] NoName),
    /// The file to add cannot be read.
    #[error("cannot read the file ({0}): check its name")]
    File(#[source] io::Error),
    /// A folder, a pipe, a device.
    #[error("this is no ordinary file")]
    NotOrdinary,
    /// Not a GGUF file.
    #[error("this is no model: it does not begin as a GGUF file does")]
    NotGguf,
    /// The disk has no room.
    #[error("there is not enough room on the disk: {need} bytes are needed and {free} are free")]
    NoRoom {
        /// What is needed, with [`DISK_RESERVE`].
        need: u64,
        /// What this user can still write.
        free: u64,
    },
    /// It filled up while we wrote.
    #[error("the disk is full: make room, then run it again")]
    Full,
    /// Another process loads this model.
    #[error("this model is being downloaded already: wait for that, or end it")]
    Busy,
    /// The disk fails.
    #[error("the folder of the models cannot be read or written ({0})")]
    Io(#[source] io::Error),
}

impl From<io::Error> for StoreError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Io(error),
        }
    }
}
