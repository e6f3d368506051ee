//! An ordinary user, also where the tests run as root, of whom the kernel keeps nothing and for whom no browser starts.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::window::private;

/// Who runs the test, or nobody.
fn somebody() -> u32 {
    match rustix::process::geteuid() {
        root if root.is_root() => 65534,
        user => user.as_raw(),
    }
}

/// A program of theirs, with nothing of the environment of the tests.
pub(crate) fn as_somebody(program: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    if rustix::process::geteuid().is_root() {
        command = Command::new("setpriv");
        let user = [
            format!("--reuid={}", somebody()),
            format!("--regid={}", somebody()),
        ];
        command.args(user).arg("--clear-groups").arg(program);
    }
    command.args(words).env_clear();
    command
        .env("PATH", "/usr/bin:/bin")
        .env("HOME", "/nonexistent")
        .stdin(Stdio::null());
    command
}

/// A folder of theirs with a copy of the program: the folder of the tests may be for one user only. It goes when this is dropped.
pub(crate) struct Home(pub(crate) PathBuf);

impl Home {
    pub(crate) fn new(name: &str) -> Self {
        let (temporary, name) = (
            std::env::temp_dir(),
            format!("snug-{name}-{}", std::process::id()),
        );
        let _ = fs::remove_dir_all(temporary.join(&name));
        let home = Self(private(&temporary, &name));
        fs::copy(env!("CARGO_BIN_EXE_snug"), home.snug()).unwrap();
        give(&home.0);
        give(&home.snug());
        home
    }

    pub(crate) fn snug(&self) -> PathBuf {
        self.0.join("snug")
    }

    /// A file of theirs.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, content).unwrap();
        give(&path);
        path
    }

    /// A folder of theirs.
    pub(crate) fn folder(&self, name: &str) -> PathBuf {
        let path = private(&self.0, name);
        give(&path);
        path
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn give(path: &Path) {
    chown(path, Some(somebody()), None).unwrap();
}

/// Whether an ordinary user can be had, and says so loudly where not.
pub(crate) fn can_be_somebody() -> bool {
    let mut command = as_somebody(Path::new("/bin/true"), &[]);
    let can = command.stderr(Stdio::null()).status();
    can.is_ok_and(|status| status.success())
        || skip("nobody becomes an ordinary user here: `setpriv` of util-linux is needed")
}

/// `false`, said so that it is seen.
pub(crate) fn skip(why: &str) -> bool {
    let name = std::thread::current().name().unwrap_or("a test").to_owned();
    // Not `eprintln`, which a test that passes keeps to itself.
    let _ = writeln!(std::io::stderr(), "SKIPPED {name}: {why}");
    false
}
