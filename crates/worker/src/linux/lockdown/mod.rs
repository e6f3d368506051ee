//! Closing the sandbox, from the inside, before anything untrusted is read.
//!
//! The order matters: descriptors first; namespaces while there is one thread and still the right to make them;
//! Landlock after the mounts, which it forbids; capabilities when nothing needs them any more; whatever a change of
//! rights resets after that; then threads, where there are some; the filter last, over all of them.

mod capabilities;
mod descriptors;
mod filter;
mod landlock;
mod limits;
mod root;

use std::time::Instant;

use libc::c_int;

use crate::layer::{Errno, Layer, LayerReport, LayerState, State};
use crate::system::profile::Profile;
use crate::system::sys::{self, Outcome};

/// Whether the system-call filter is closed. Only attempts leave it open, to show what stands behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Filter {
    Closed,
    LeftOpen,
}

/// Locks this process down for good.
pub(crate) fn lock_down(profile: &Profile, filter: Filter) -> LayerReport {
    lock_down_with(profile, filter, || ())
}

/// The same, and `start` is called at the last moment at which threads can be started. They inherit what is closed by
/// then, and the limits and the filter are closed over all of them.
pub(crate) fn lock_down_with(profile: &Profile, filter: Filter, start: impl FnOnce()) -> LayerReport {
    let mut steps = Steps::default();
    prepare();
    steps.take(
        Layer::Descriptors,
        if profile.keeps_model {
            descriptors::close_all_but_the_pipes_and_the_model
        } else {
            descriptors::close_all_but_the_pipes
        },
    );
    steps.take(Layer::NoNewPrivileges, || {
        sys::prctl(libc::PR_SET_NO_NEW_PRIVS, 1)
    });
    take_namespaces(&mut steps);
    steps.take(Layer::Keyring, sys::join_empty_keyring);
    steps.take_detailed(Layer::Landlock, landlock::no_rule);
    steps.take(Layer::NoWrittenCode, refuse_written_code);
    steps.take(Layer::Capabilities, capabilities::drop_all);
    steps.take(Layer::NotDumpable, || sys::prctl(libc::PR_SET_DUMPABLE, 0));
    steps.take(Layer::EndsWithParent, end_with_parent);
    sys::share_one_heap();
    start();
    steps.take(Layer::Limits, || limits::lower(profile));
    if filter == Filter::Closed {
        steps.take(Layer::Seccomp, || filter::close(profile));
    }
    steps.report()
}

/// What the libraries set up at the first use is set up now, and a bad memory access ends the process at once
/// instead of passing through the standard library's handler.
fn prepare() {
    sys::warm_random();
    sys::default_signal(libc::SIGSEGV);
    sys::default_signal(libc::SIGBUS);
}

fn take_namespaces(steps: &mut Steps) {
    const KINDS: [(Layer, c_int); 6] = [
        (Layer::UserNamespace, libc::CLONE_NEWUSER),
        (Layer::NetworkNamespace, libc::CLONE_NEWNET),
        (Layer::IpcNamespace, libc::CLONE_NEWIPC),
        (Layer::HostNamespace, libc::CLONE_NEWUTS),
        (Layer::CgroupNamespace, libc::CLONE_NEWCGROUP),
        (Layer::MountNamespace, libc::CLONE_NEWNS),
    ];
    for (layer, flag) in KINDS {
        steps.take(layer, || sys::unshare(flag));
    }
    let detached = steps.stands(Layer::MountNamespace);
    steps.take(Layer::EmptyRoot, || {
        if detached {
            root::become_empty()
        } else {
            Err(Errno(libc::EPERM))
        }
    });
}

fn refuse_written_code() -> Outcome {
    const SET_MDWE: c_int = 65;
    const REFUSE_EXEC_GAIN: libc::c_ulong = 1;
    sys::prctl(SET_MDWE, REFUSE_EXEC_GAIN)
}

/// The parent asked for this already; a change of rights takes it back.
fn end_with_parent() -> Outcome {
    sys::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL as libc::c_ulong)
}

#[derive(Default)]
struct Steps(Vec<LayerState>);

impl Steps {
    fn take(&mut self, layer: Layer, step: impl FnOnce() -> Outcome) {
        self.take_detailed(layer, || step().map(|()| 0));
    }

    fn take_detailed(&mut self, layer: Layer, step: impl FnOnce() -> Result<u16, Errno>) {
        // Room for the next line is made now: behind the filter nothing more is to be asked of the system.
        self.0.reserve(1);
        let start = Instant::now();
        let outcome = step();
        let micros = if layer == Layer::Seccomp {
            0
        } else {
            elapsed(start)
        };
        let state = outcome.map_or_else(State::NotAvailable, State::Active);
        self.0.push(LayerState { layer, state, micros });
    }

    fn stands(&self, layer: Layer) -> bool {
        self.0.iter().any(|line| line.layer == layer && line.is_active())
    }

    fn report(self) -> LayerReport {
        LayerReport::new(self.0)
    }
}

/// Not asked behind the filter: a clock may need a system call on some machines.
fn elapsed(since: Instant) -> u32 {
    u32::try_from(since.elapsed().as_micros()).unwrap_or(u32::MAX)
}
