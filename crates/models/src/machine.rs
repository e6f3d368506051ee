//! What this machine has.

use std::fs;
use std::path::{Path, PathBuf};

/// The memory of this machine, in bytes. `None` where the system does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    /// What there is: of the machine, or of the control group that this process is confined to, whichever is less.
    pub memory: Option<u64>,
    /// What could be had now without pushing others out, at most [`Machine::memory`].
    pub available: Option<u64>,
}

impl Machine {
    /// Looks at `/proc` and `/sys`.
    #[must_use]
    pub fn here() -> Self {
        let meminfo = fs::read_to_string("/proc/meminfo").unwrap_or_default();
        let group = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        Self::of(&meminfo, limit_of_groups(Path::new("/sys/fs/cgroup"), &group))
    }

    fn of(meminfo: &str, limit: Option<u64>) -> Self {
        let least = |line: &str| [bytes_of(meminfo, line), limit].into_iter().flatten().min();
        Self {
            memory: least("MemTotal:"),
            available: least("MemAvailable:"),
        }
    }

    /// Whether something that takes so many bytes fits. Where the system does not say, it does.
    #[must_use]
    pub fn fits(&self, bytes: u64) -> bool {
        self.memory.is_none_or(|memory| bytes <= memory)
    }
}

/// A line such as `MemTotal:  16314868 kB`.
fn bytes_of(meminfo: &str, line: &str) -> Option<u64> {
    let rest = meminfo.lines().find_map(|found| found.strip_prefix(line))?;
    let (number, _) = rest.trim().split_once(" kB")?;
    number.parse::<u64>().ok()?.checked_mul(1024)
}

/// The least limit of this process's control group (version 2) and of those around it.
fn limit_of_groups(root: &Path, group: &str) -> Option<u64> {
    let path = group.lines().find_map(|line| line.strip_prefix("0::/"))?;
    let mut at: PathBuf = root.join(path);
    let mut least: Option<u64> = None;
    while at.starts_with(root) {
        let limit = fs::read_to_string(at.join("memory.max")).unwrap_or_default();
        if let Ok(limit) = limit.trim().parse::<u64>() {
            least = Some(least.map_or(limit, |least| least.min(limit)));
        }
        if !at.pop() {
            break;
        }
    }
    least
}

#[cfg(test)]
mod tests {
    use super::{Machine, limit_of_groups};

    const MEMINFO: &str =
        "MemTotal:        8000000 kB\nMemFree:          100000 kB\nMemAvailable:    3000000 kB\n";

    #[test]
    fn the_machine_or_its_control_group_whichever_is_less() {
        let alone = Machine::of(MEMINFO, None);
        assert_eq!(alone.memory, Some(8_192_000_000));
        assert_eq!(alone.available, Some(3_072_000_000));
        let confined = Machine::of(MEMINFO, Some(1000));
        assert_eq!((confined.memory, confined.available), (Some(1000), Some(1000)));
        assert!(confined.fits(1000) && !confined.fits(1001));
        assert!(Machine::of("", None).fits(u64::MAX));
    }

    #[test]
    fn the_least_limit_of_all_groups_around_counts() {
        let root = tempfile::tempdir().unwrap();
        let inner = root.path().join("a/b");
        std::fs::create_dir_all(&inner).unwrap();
        std::fs::write(inner.join("memory.max"), "max\n").unwrap();
        std::fs::write(root.path().join("a/memory.max"), "5000\n").unwrap();
        std::fs::write(root.path().join("memory.max"), "9000\n").unwrap();
        assert_eq!(limit_of_groups(root.path(), "0::/a/b\n"), Some(5000));
        assert_eq!(limit_of_groups(root.path(), "1:name=x:/a\n"), None);
        assert!(Machine::here().memory.is_some());
    }
}
