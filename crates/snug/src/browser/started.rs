//! A browser that runs.

use std::io;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use tokio::task::spawn_blocking;

use super::Profile;

/// A browser that is asked to close has so long for it.
const PATIENCE: Duration = Duration::from_secs(5);
/// One that fails so soon never showed anything.
const SOON: Duration = Duration::from_secs(10);

/// A browser with one window. Its profile goes with it.
#[derive(Debug)]
pub(crate) struct Started {
    child: Child,
    since: Instant,
    // Dropped after the child has ended.
    _profile: Profile,
}

/// How a browser ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Its window was closed.
    Closed,
    /// It did not start.
    NotStarted,
}

impl Started {
    /// In a group of its own: an interrupt of the terminal is for Snug, which then closes the browser.
    pub(super) fn spawn(mut command: Command, profile: Profile) -> io::Result<Self> {
        // The profile counts as used as long as the browser has it, even if Snug is killed.
        let held = profile.hold()?;
        let child = command.process_group(0).spawn()?;
        drop(held);
        Ok(Self {
            child,
            since: Instant::now(),
            _profile: profile,
        })
    }

    /// Waits until it has ended.
    pub(crate) async fn ended(&self) {
        let Some(pid) = self.pid() else { return };
        // Nothing is reaped here: until that is done its number means nobody else.
        let _ = spawn_blocking(move || wait(pid)).await;
    }

    /// Takes away what is left of it, and says what its end means.
    pub(crate) fn end(mut self) -> End {
        self.signal(Signal::KILL);
        let is_well = self.child.wait().is_ok_and(|status| status.success());
        if is_well || self.since.elapsed() > SOON {
            End::Closed
        } else {
            End::NotStarted
        }
    }

    /// Asks it to close, and makes it.
    pub(crate) fn close(self) {
        self.signal(Signal::TERM);
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until && self.is_running() {
            std::thread::sleep(Duration::from_millis(20));
        }
        self.end();
    }

    fn is_running(&self) -> bool {
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT | WaitIdOptions::NOHANG;
        self.pid()
            .is_some_and(|pid| matches!(waitid(WaitId::Pid(pid), look), Ok(None)))
    }

    fn signal(&self, signal: Signal) {
        if let Some(pid) = self.pid() {
            // There may be nobody left.
            let _ = kill_process_group(pid, signal);
        }
    }

    fn pid(&self) -> Option<Pid> {
        i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)
    }
}

fn wait(pid: Pid) {
    let look = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while matches!(waitid(WaitId::Pid(pid), look), Err(rustix::io::Errno::INTR)) {}
}
