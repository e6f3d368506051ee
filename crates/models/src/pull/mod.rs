//! The download of a model: the only thing in Snug's model commands that uses the network, and only when a person asks for it (R10).
//!
//! What comes lands in a part beside the store. It becomes a model only when all of it is there, its digest is the right one, and it is on
//! the disk. A connection that breaks is made again; a process that ends, in whatever way, is gone on with by the next.

pub(crate) mod address;
mod dial;
mod fetch;
mod head;

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::catalogue::{Entry, Source};
use crate::store::{Installed, Part, Step, Store, StoreError, Verdict, Watch};
use crate::{Digest, Machine, Name};

pub use self::address::MAX_REDIRECTS;
pub use self::dial::{Roots, RootsError};

/// How a download goes about it.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The authorities that are believed.
    pub roots: Roots,
    /// How long the hub may take to answer, or to send [`SLOWEST_BYTES`].
    pub patience: Duration,
    /// So many attempts that bring less than a mebibyte end it. What has brought nothing at all is not tried again.
    pub attempts: u32,
    /// How long it waits before the second attempt; twice as long before each further one.
    pub pause: Duration,
    /// Where the hosts of the hub are in a test. The name, and what has to vouch for it, stay the same.
    #[cfg(test)]
    pub(crate) hub: Option<SocketAddr>,
}

/// A hub that sends less than so many bytes within [`Settings::patience`] counts as silent.
pub const SLOWEST_BYTES: u64 = 16 << 10;

impl Default for Settings {
    fn default() -> Self {
        Self {
            roots: Roots::default(),
            patience: Duration::from_secs(30),
            attempts: 5,
            pause: Duration::from_secs(1),
            #[cfg(test)]
            hub: None,
        }
    }
}

impl Settings {
    /// Where a host is.
    async fn places(&self, host: &str) -> Result<Vec<SocketAddr>, PullError> {
        #[cfg(test)]
        if let Some(hub) = self.hub {
            return Ok(vec![hub]);
        }
        let found = tokio::net::lookup_host((host, 443)).await;
        Ok(found.map_err(|_| PullError::Unknown)?.collect())
    }
}

/// Why there is no model. What came is kept where going on with it makes sense, else thrown away; the store holds nothing half done.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PullError {
    /// The name of the hub leads nowhere.
    #[error("the hub's address is not known here: is there a network?")]
    Unknown,
    /// It cannot be reached.
    #[error("the hub cannot be reached ({0}): is there a network?")]
    Unreachable(io::ErrorKind),
    /// Its certificate is not believed.
    #[error(
        "the hub's certificate is not one that is believed here: the network looks into connections, or somebody else answers (--authority FILE)"
    )]
    Certificate,
    /// No TLS 1.3.
    #[error("the hub does not speak TLS 1.3 here: somebody else answers, or it has changed")]
    Tls,
    /// Something that is not HTTP/1.1.
    #[error("the hub does not answer as a hub does: somebody else answers, or it has changed")]
    NotHttp,
    /// Nothing came for a while.
    #[error("the hub is silent")]
    Silent,
    /// The connection broke.
    #[error("the connection to the hub broke")]
    Dropped,
    /// It asks for patience.
    #[error("the hub is in trouble or wants to be left alone for a while (status {0})")]
    Troubled(u16),
    /// Given up, and what came is kept.
    #[error("{why}; {here} of {of} bytes are here and kept: run it again to go on")]
    Interrupted {
        /// The last thing that went wrong.
        #[source]
        why: Box<PullError>,
        /// Bytes that are here.
        here: u64,
        /// Bytes of the whole.
        of: u64,
    },
    /// No such file.
    #[error(
        "the hub does not have this file any more: `snug model list` shows others, and `snug model add FILE` takes one from elsewhere"
    )]
    NotThere,
    /// It wants an account.
    #[error(
        "the hub does not give this file to everybody: get it with an account of yours, then `snug model add FILE`"
    )]
    Forbidden,
    /// Anything else.
    #[error("the hub answers with status {0}, which says nothing about this file: try again later")]
    Status(u16),
    /// Sent to something without TLS.
    #[error("the hub sends on to an address without https: not followed")]
    NotHttps,
    /// Sent to somebody else.
    #[error("the hub sends on to an address that is not one of its own: not followed")]
    Elsewhere,
    /// Sent on and on.
    #[error("the hub sends on more than {MAX_REDIRECTS} times: not followed further")]
    TooManyRedirects,
    /// It contradicts itself.
    #[error("the hub contradicts itself: {0}; nothing of it is kept")]
    Lied(&'static str),
    /// Another size than the catalogue's.
    #[error(
        "the hub's file has {found} bytes, and the catalogue's {expected}: it is another file, and was not loaded"
    )]
    OtherSize {
        /// What the hub says.
        found: u64,
        /// What the catalogue says, exactly or about.
        expected: u64,
    },
    /// All of it came, and it is not the file.
    #[error("what came is not the file: its digest is {found}, and has to be {expected}; it was thrown away")]
    WrongDigest {
        /// Of what came.
        found: Digest,
        /// Of the catalogue, kept since the first download, or stated by the hub.
        expected: Digest,
    },
    /// All of it came, and it is no model.
    #[error("what came is no model: it does not begin as a GGUF file does; it was thrown away")]
    NotGguf,
    /// Not on the hub.
    #[error("this model is not on the hub: {0}")]
    NotOnTheHub(&'static str),
    /// This machine has too little memory.
    #[error(
        "running this model takes about {need} bytes of memory, and this machine has {has}: choose a smaller one, or say --anyway"
    )]
    Memory {
        /// [`Entry::memory`]
        need: u64,
        /// [`Machine::memory`]
        has: u64,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No runtime.
    #[error("cannot begin ({0})")]
    Start(#[source] io::Error),
}

impl PullError {
    /// Whether it may be otherwise in a moment.
    fn passes(&self) -> bool {
        matches!(
            self,
            Self::Unreachable(_) | Self::Silent | Self::Dropped | Self::Troubled(_)
        )
    }
}

/// What a pull came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pulled {
    /// It was here already, and is right. Nothing was asked of the network.
    Here(Installed),
    /// It came.
    New(Installed),
}

/// Whether this machine's memory is enough to run a model.
///
/// # Errors
/// [`PullError::Memory`] where it is not.
pub fn check_memory(entry: &Entry, machine: &Machine) -> Result<(), PullError> {
    match machine.memory {
        Some(has) if has < entry.memory() => Err(PullError::Memory {
            need: entry.memory(),
            has,
        }),
        _ => Ok(()),
    }
}

/// Gets a model of the catalogue into the store, or goes on where an earlier attempt stopped.
///
/// Asks `huggingface.co` for one file, over TLS; the hub sees this machine's address and which file it is.
///
/// # Errors
/// [`PullError`]. The store is as it was.
pub fn pull(
    store: &Store,
    entry: &Entry,
    settings: &Settings,
    watch: Watch<'_>,
) -> Result<Pulled, PullError> {
    let name = Name::parse(entry.name).map_err(StoreError::from)?;
    let expected = match entry.digest() {
        Some(digest) => Some(digest),
        None => store.expected(&name)?,
    };
    if let Some(here) = here_already(store, &name, entry, expected, watch)? {
        return Ok(Pulled::Here(here));
    }
    if let Source::File(how) = entry.source {
        return Err(PullError::NotOnTheHub(how));
    }
    let mut part = store.part(&name, &entry.from(), expected.is_some(), watch)?;
    if !part.is_whole()
        && let Err(error) = fetch::all(&mut part, entry, settings, watch)
    {
        if part.length() == 0 {
            part.discard()?;
        }
        return Err(error);
    }
    finish(part, expected).map(Pulled::New)
}

/// The model under this name, or the right file under another.
fn here_already(
    store: &Store,
    name: &Name,
    entry: &Entry,
    expected: Option<Digest>,
    watch: Watch<'_>,
) -> Result<Option<Installed>, PullError> {
    let recorded = store.digest_of(name)?;
    if let (Some(recorded), Some(expected)) = (recorded, expected)
        && recorded != expected
    {
        return Err(StoreError::Taken.into());
    }
    if recorded.is_some() && store.verify(name, watch)? == Verdict::Good {
        let models = store.list()?;
        return Ok(models.into_iter().find(|model| model.name == *name));
    }
    match recorded.or(expected) {
        Some(digest) => Ok(store.take_up(digest, name, &entry.from(), watch)?),
        None => Ok(None),
    }
}

/// All of it came: is it the file?
fn finish(mut part: Part, expected: Option<Digest>) -> Result<Installed, PullError> {
    let found = part.digest();
    let stated = part.meta().and_then(|meta| meta.stated);
    // Where the catalogue knows the digest, what the hub states counts for nothing.
    if let Some(expected) = expected.or(stated).filter(|expected| *expected != found) {
        part.discard()?;
        return Err(PullError::WrongDigest { found, expected });
    }
    if !part.is_gguf()? {
        part.discard()?;
        return Err(PullError::NotGguf);
    }
    Ok(part.keep()?)
}
