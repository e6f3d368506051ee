//! The layers of the sandbox, and what a worker says about each.

use std::fmt;

/// One part of the sandbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layer {
    /// No descriptor but the two pipes.
    Descriptors,
    /// It ends with the process that started it.
    EndsWithParent,
    /// No program that it could start gains rights.
    NoNewPrivileges,
    /// Other processes of the same person cannot look into its memory, and it leaves no core file.
    NotDumpable,
    /// Bounds on memory, time, files, processes.
    Limits,
    /// The system-call filter.
    Seccomp,
    /// A user namespace in which nobody has a number.
    UserNamespace,
    /// A network namespace without any device.
    NetworkNamespace,
    /// A namespace for shared memory, queues and semaphores.
    IpcNamespace,
    /// A mount namespace: what is mounted here is seen nowhere else.
    MountNamespace,
    /// Its root is an empty, read-only directory.
    EmptyRoot,
    /// A namespace for the host name.
    HostNamespace,
    /// A namespace for control groups.
    CgroupNamespace,
    /// Landlock with no rule: no file, no TCP port, no signal to others.
    Landlock,
    /// No capability, now or after starting a program.
    Capabilities,
    /// An empty keyring of its own.
    Keyring,
    /// Memory that was written can never be run.
    NoWrittenCode,
}

use Layer::{
    Capabilities, CgroupNamespace, Descriptors, EmptyRoot, EndsWithParent, HostNamespace, IpcNamespace,
    Keyring, Landlock, Limits, MountNamespace, NetworkNamespace, NoNewPrivileges, NoWrittenCode, NotDumpable,
    Seccomp, UserNamespace,
};

impl Layer {
    /// Every layer; the position is its number on the wire.
    pub const ALL: [Self; 17] = [
        Descriptors,
        EndsWithParent,
        NoNewPrivileges,
        NotDumpable,
        Limits,
        Seccomp,
        UserNamespace,
        NetworkNamespace,
        IpcNamespace,
        MountNamespace,
        EmptyRoot,
        HostNamespace,
        CgroupNamespace,
        Landlock,
        Capabilities,
        Keyring,
        NoWrittenCode,
    ];

    /// The parts without any of which there is no AI.
    pub const WALL: [Self; 6] = [
        Descriptors,
        EndsWithParent,
        NoNewPrivileges,
        NotDumpable,
        Limits,
        Seccomp,
    ];

    /// Whether there is no AI without it.
    #[must_use]
    pub fn is_wall(self) -> bool {
        Self::WALL.contains(&self)
    }

    /// A short name for a line of a report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Descriptors => "closed descriptors",
            EndsWithParent => "ends with its parent",
            NoNewPrivileges => "no new privileges",
            NotDumpable => "closed memory",
            Limits => "resource limits",
            Seccomp => "system-call filter",
            UserNamespace => "user namespace",
            NetworkNamespace => "network namespace",
            IpcNamespace => "ipc namespace",
            MountNamespace => "mount namespace",
            EmptyRoot => "empty root directory",
            HostNamespace => "host name namespace",
            CgroupNamespace => "cgroup namespace",
            Landlock => "Landlock",
            Capabilities => "no capabilities",
            Keyring => "empty keyring",
            NoWrittenCode => "no written code",
        }
    }

    /// What would make it available where it is not.
    #[must_use]
    pub fn hint(self) -> &'static str {
        match self {
            Seccomp => "the kernel needs CONFIG_SECCOMP_FILTER; some containers forbid nested filters",
            NoNewPrivileges => "the kernel must be 3.5 or newer",
            UserNamespace => "stock Ubuntu (AppArmor) and most containers refuse it; Snug does not need it",
            NetworkNamespace | IpcNamespace | HostNamespace | CgroupNamespace | MountNamespace => {
                "follows the user namespace"
            }
            EmptyRoot => "follows the mount namespace",
            Landlock => "needs Linux 5.13 with `landlock` among the kernel's security modules",
            Capabilities => "an ordinary user has none to lose; the bounding set follows the user namespace",
            Keyring => "the kernel was built without keys, or a container forbids them",
            NoWrittenCode => "needs Linux 6.3",
            Descriptors | EndsWithParent | NotDumpable | Limits => "a container's filter may forbid it",
        }
    }

    pub(crate) fn number(self) -> u8 {
        let position = Self::ALL.iter().position(|layer| *layer == self);
        position
            .and_then(|position| u8::try_from(position).ok())
            .unwrap_or(u8::MAX)
    }

    pub(crate) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// Whether a layer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It stands. For Landlock: the version of its interface.
    Active(u16),
    /// It does not, and this is what the kernel said.
    NotAvailable(Errno),
}

/// A line of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerState {
    /// The layer.
    pub layer: Layer,
    /// Whether it stands.
    pub state: State,
    /// How long it took, in microseconds. The last part, the filter, cannot time its own closing.
    pub micros: u32,
}

impl LayerState {
    /// Whether it stands.
    #[must_use]
    pub fn is_active(&self) -> bool {
        matches!(self.state, State::Active(_))
    }
}

impl fmt::Display for LayerState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = if self.layer.is_wall() { "wall" } else { "behind it" };
        match self.state {
            State::Active(0) => write!(f, "{}: active ({part})", self.layer.name()),
            State::Active(detail) => write!(f, "{}: active, version {detail} ({part})", self.layer.name()),
            State::NotAvailable(errno) => {
                write!(
                    f,
                    "{}: not available, {errno}: {} ({part})",
                    self.layer.name(),
                    self.layer.hint()
                )
            }
        }
    }
}

/// What a worker says about its sandbox before it is given a task.
///
/// It is believed because at that point only our own code has run in it: no text and no model has reached it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayerReport {
    states: Vec<LayerState>,
}

impl LayerReport {
    pub(crate) fn new(states: Vec<LayerState>) -> Self {
        Self { states }
    }

    /// One line for each layer, in the order in which they were raised.
    #[must_use]
    pub fn states(&self) -> &[LayerState] {
        &self.states
    }

    /// Whether every part of the wall stands.
    #[must_use]
    pub fn wall_stands(&self) -> bool {
        self.missing_from_wall().is_empty()
    }

    /// The parts of the wall that do not stand, with what the kernel said where the worker reported it.
    #[must_use]
    pub fn missing_from_wall(&self) -> Vec<(Layer, Option<Errno>)> {
        Layer::WALL
            .into_iter()
            .filter_map(|layer| self.missing(layer))
            .collect()
    }

    fn missing(&self, layer: Layer) -> Option<(Layer, Option<Errno>)> {
        match self
            .states
            .iter()
            .find(|line| line.layer == layer)
            .map(|line| line.state)
        {
            Some(State::Active(_)) => None,
            Some(State::NotAvailable(errno)) => Some((layer, Some(errno))),
            None => Some((layer, None)),
        }
    }
}

/// An error number of the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Errno(pub i32);

impl Errno {
    /// The error number of the last call.
    pub(crate) fn last() -> Self {
        std::io::Error::last_os_error().into()
    }
}

impl From<std::io::Error> for Errno {
    fn from(error: std::io::Error) -> Self {
        Self(error.raw_os_error().unwrap_or(0))
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match errno_name(self.0) {
            Some(name) => f.write_str(name),
            None => write!(f, "error {}", self.0),
        }
    }
}

/// Names of the numbers that the attempts meet; the numbers are the same on every Linux that we know.
fn errno_name(errno: i32) -> Option<&'static str> {
    const NAMES: [(i32, &str); 46] = [
        (1, "EPERM"),
        (2, "ENOENT"),
        (3, "ESRCH"),
        (4, "EINTR"),
        (5, "EIO"),
        (6, "ENXIO"),
        (7, "E2BIG"),
        (8, "ENOEXEC"),
        (9, "EBADF"),
        (10, "ECHILD"),
        (11, "EAGAIN"),
        (12, "ENOMEM"),
        (13, "EACCES"),
        (14, "EFAULT"),
        (15, "ENOTBLK"),
        (16, "EBUSY"),
        (17, "EEXIST"),
        (18, "EXDEV"),
        (19, "ENODEV"),
        (20, "ENOTDIR"),
        (21, "EISDIR"),
        (22, "EINVAL"),
        (23, "ENFILE"),
        (24, "EMFILE"),
        (25, "ENOTTY"),
        (26, "ETXTBSY"),
        (27, "EFBIG"),
        (28, "ENOSPC"),
        (29, "ESPIPE"),
        (30, "EROFS"),
        (32, "EPIPE"),
        (38, "ENOSYS"),
        (40, "ELOOP"),
        (61, "ENODATA"),
        (75, "EOVERFLOW"),
        (88, "ENOTSOCK"),
        (92, "ENOPROTOOPT"),
        (93, "EPROTONOSUPPORT"),
        (94, "ESOCKTNOSUPPORT"),
        (95, "EOPNOTSUPP"),
        (97, "EAFNOSUPPORT"),
        (101, "ENETUNREACH"),
        (107, "ENOTCONN"),
        (111, "ECONNREFUSED"),
        (116, "ESTALE"),
        (126, "ENOKEY"),
    ];
    NAMES
        .iter()
        .find(|(number, _)| *number == errno)
        .map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::{Errno, Layer, LayerReport, LayerState, State};

    fn all_active() -> Vec<LayerState> {
        Layer::ALL
            .iter()
            .map(|layer| LayerState {
                layer: *layer,
                state: State::Active(0),
                micros: 1,
            })
            .collect()
    }

    #[test]
    fn numbers_and_layers_match() {
        for layer in Layer::ALL {
            assert_eq!(Layer::from_number(layer.number()), Some(layer));
        }
        assert_eq!(Layer::from_number(200), None);
    }

    #[test]
    fn the_wall_stands_only_if_every_part_is_reported_active() {
        assert!(LayerReport::new(all_active()).wall_stands());
        for layer in Layer::WALL {
            let without = all_active()
                .into_iter()
                .filter(|line| line.layer != layer)
                .collect();
            assert_eq!(LayerReport::new(without).missing_from_wall(), [(layer, None)]);
            let mut failing = all_active();
            for line in failing.iter_mut().filter(|line| line.layer == layer) {
                line.state = State::NotAvailable(Errno(1));
            }
            assert_eq!(
                LayerReport::new(failing).missing_from_wall(),
                [(layer, Some(Errno(1)))]
            );
        }
    }

    #[test]
    fn the_wall_stands_without_what_is_behind_it() {
        let only_wall = all_active()
            .into_iter()
            .filter(|line| line.layer.is_wall())
            .collect();
        assert!(LayerReport::new(only_wall).wall_stands());
    }
}
