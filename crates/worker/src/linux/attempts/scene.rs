//! What an attempt finds: a directory of its own, and descriptors that its parent forgot to close.
#![allow(unsafe_code)]

use std::collections::hash_map::RandomState;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::hash::{BuildHasher, Hasher};
use std::io::{self, Write};
use std::net::{TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::fs::DirBuilderExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use super::step::Leak;

/// A file that the attempts try to read, change and remove.
pub(super) const VICTIM: &str = "victim";
const UNTOUCHED: &[u8] = b"untouched";

/// What all attempts share: everything that they could only look at or send through.
pub(super) struct Scenery {
    base: PathBuf,
    descriptors: Vec<(Leak, OwnedFd)>,
    _other_ends: Vec<OwnedFd>,
}

/// What one attempt finds.
pub(super) struct Scene<'a> {
    pub(super) directory: PathBuf,
    scenery: &'a Scenery,
    own: Vec<(Leak, OwnedFd)>,
}

impl Scenery {
    /// Leaves open what this system has. What it lacks is not there for the control either.
    pub(super) fn build(program: &Path) -> io::Result<Self> {
        let base = private_directory()?;
        let mut scenery = Self {
            base,
            descriptors: Vec::new(),
            _other_ends: Vec::new(),
        };
        scenery.pair(Leak::Tcp, tcp_pair());
        scenery.pair(Leak::Unix, UnixStream::pair().map(|(a, b)| (a.into(), b.into())));
        scenery.pair(Leak::Terminal, terminal());
        scenery.one(Leak::Udp, UdpSocket::bind("127.0.0.1:0").map(Into::into));
        scenery.one(Leak::Executable, File::open(program).map(Into::into));
        scenery.one(Leak::Model, File::open(program).map(Into::into));
        scenery.one(Leak::ParentHandle, handle_on_this_process());
        let memory = OpenOptions::new().read(true).write(true).open("/proc/self/mem");
        scenery.one(Leak::ParentMemory, memory.map(Into::into));
        scenery.one(
            Leak::NetworkNamespace,
            File::open("/proc/self/ns/net").map(Into::into),
        );
        Ok(scenery)
    }

    fn pair(&mut self, leak: Leak, pair: io::Result<(OwnedFd, OwnedFd)>) {
        if let Ok((ours, other)) = pair {
            self.descriptors.push((leak, ours));
            self._other_ends.push(other);
        }
    }

    fn one(&mut self, leak: Leak, descriptor: io::Result<OwnedFd>) {
        if let Ok(descriptor) = descriptor {
            self.descriptors.push((leak, descriptor));
        }
    }

    /// A fresh directory with a victim in it.
    pub(super) fn scene(&self) -> io::Result<Scene<'_>> {
        let directory = self.base.join("scene");
        let _ = fs::remove_dir_all(&directory);
        DirBuilder::new().mode(0o700).create(&directory)?;
        let mut victim = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(directory.join(VICTIM))?;
        victim.write_all(UNTOUCHED)?;
        let own = vec![
            (Leak::File, reopened(&directory)?),
            (Leak::Directory, File::open(&directory)?.into()),
        ];
        Ok(Scene {
            directory,
            scenery: self,
            own,
        })
    }
}

/// With its position at the start.
fn reopened(directory: &Path) -> io::Result<OwnedFd> {
    Ok(OpenOptions::new()
        .read(true)
        .write(true)
        .open(directory.join(VICTIM))?
        .into())
}

impl Drop for Scenery {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.base);
    }
}

impl Scene<'_> {
    /// The descriptors to leave open, each with its number.
    pub(super) fn leaks(&self) -> Vec<(BorrowedFd<'_>, RawFd)> {
        let all = self.own.iter().chain(&self.scenery.descriptors);
        all.map(|(leak, descriptor)| (descriptor.as_fd(), leak.number()))
            .collect()
    }

    /// Whether the directory holds the victim as it was, and nothing else.
    pub(super) fn is_untouched(&self) -> bool {
        let names = fs::read_dir(&self.directory).map(|entries| entries.count());
        let content = fs::read(self.directory.join(VICTIM));
        matches!(names, Ok(1)) && content.is_ok_and(|content| content == UNTOUCHED)
    }
}

/// How the directories begin that are made for the attempts.
pub(super) const SCENERY: &str = "snug-attempts-";

fn private_directory() -> io::Result<PathBuf> {
    let random = RandomState::new().build_hasher().finish();
    let path = std::env::temp_dir().join(format!("{SCENERY}{random:016x}"));
    DirBuilder::new().mode(0o700).create(&path)?;
    Ok(path)
}

fn tcp_pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let ours = TcpStream::connect(listener.local_addr()?)?;
    let (other, _) = listener.accept()?;
    Ok((ours.into(), other.into()))
}

fn handle_on_this_process() -> io::Result<OwnedFd> {
    // SAFETY: takes numbers.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, std::process::id(), 0) };
    let fd = RawFd::try_from(fd)
        .ok()
        .filter(|fd| *fd >= 0)
        .ok_or_else(io::Error::last_os_error)?;
    // SAFETY: the kernel has just given it to us.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// A terminal, and the end that stands for the person in front of it.
fn terminal() -> io::Result<(OwnedFd, OwnedFd)> {
    let (mut person, mut terminal) = (-1, -1);
    let nothing = std::ptr::null_mut();
    // SAFETY: two places of ours for the descriptors; name, settings and size are not asked for.
    let made = unsafe {
        libc::openpty(
            &raw mut person,
            &raw mut terminal,
            nothing,
            nothing.cast(),
            nothing.cast(),
        )
    };
    if made != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: just made, and ours.
    let person = unsafe { OwnedFd::from_raw_fd(person) };
    // SAFETY: the same.
    let terminal = unsafe { OwnedFd::from_raw_fd(terminal) };
    Ok((terminal, person))
}
