//! A browser of the person's, started for one window and nothing else (A28).
//!
//! An everyday browser shows the page to its extensions, its assistants and its makers' services. So the window opens in a profile
//! of its own ([`profile`]), new and empty, that is deleted when the window is closed: nothing is installed in it, nobody is
//! signed in, and the browser is told to do without everything that looks at pages or talks to others ([`chromium`],
//! [`firefox`]), and to find no host but the window's own.
//!
//! **Not stopped:** what the machine's administrator has forced on all browsers by policy, and other programs of the same
//! person, which can read the browser's memory.

mod chromium;
mod find;
mod firefox;
mod profile;
mod started;

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) use profile::Profile;
pub(crate) use started::{End, Started};

/// A browser that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Browser {
    path: PathBuf,
    make: Make,
}

/// What it is, by which it is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Make {
    /// Chromium, Google Chrome, Vivaldi, and what is not known.
    Chromium,
    Brave,
    Edge,
    Firefox,
}

impl Browser {
    /// All that are on this machine, the one to be tried first at the beginning.
    pub(crate) fn all() -> Vec<Self> {
        find::all()
    }

    /// The one that a person names: by its place, or by a name that is looked up in `PATH`.
    pub(crate) fn at(path: &Path) -> Self {
        let is_name = path.components().nth(1).is_none();
        // It is started in another folder.
        let absolute = std::path::absolute(path).ok().filter(|_| !is_name);
        Self {
            make: Make::by_name(path),
            path: absolute.unwrap_or_else(|| path.to_owned()),
        }
    }

    /// Its name, for people.
    pub(crate) fn name(&self) -> String {
        self.path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    }

    /// Whether it is one of those that do not start as root without giving up their sandbox, which nobody asks them to.
    pub(crate) fn refuses_root(&self) -> bool {
        self.make != Make::Firefox
    }

    /// Opens the page in a window of its own, in a new profile. `host` is the one host that it may find.
    ///
    /// The URL stands in the arguments, where other users can read it: it opens the window once, within a minute, and the
    /// window answers nobody but this user.
    pub(crate) fn start(&self, url: &str, host: &str) -> io::Result<Started> {
        let profile = Profile::new(&profile::place(self)?)?;
        let mut command = Command::new(&self.path);
        if self.make == Make::Firefox {
            firefox::prepare(&profile, host)?;
            command.args(firefox::arguments(&profile, url));
        } else {
            chromium::prepare(&profile, self.make)?;
            command.args(chromium::arguments(&profile, url, host, self.make));
        }
        for name in NOT_ITS_BUSINESS {
            command.env_remove(name);
        }
        command
            .current_dir(profile.folder())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Started::spawn(command, profile)
    }
}

/// What Snug is told by the environment, and flags that a person's start scripts add to their everyday browser.
const NOT_ITS_BUSINESS: [&str; 5] = [
    "SNUG_STORE",
    "SNUG_PASSPHRASE_FILE",
    "SNUG_AUTHORITY",
    "CHROMIUM_FLAGS",
    "CHROMIUM_USER_FLAGS",
];

impl Make {
    fn by_name(path: &Path) -> Self {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_lowercase();
        let is = |part: &str| name.contains(part);
        if is("firefox") || is("librewolf") {
            Self::Firefox
        } else if is("brave") {
            Self::Brave
        } else if is("edge") {
            Self::Edge
        } else {
            Self::Chromium
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Browser, Make};
    use std::path::Path;

    #[test]
    fn a_browser_is_known_by_its_name() {
        for (path, make) in [
            ("/usr/bin/chromium", Make::Chromium),
            ("/opt/google/chrome/google-chrome", Make::Chromium),
            ("/usr/bin/brave-browser", Make::Brave),
            ("/usr/bin/microsoft-edge-stable", Make::Edge),
            ("/opt/Firefox/firefox-bin", Make::Firefox),
            ("/usr/bin/firefox-esr", Make::Firefox),
            ("./something", Make::Chromium),
        ] {
            assert_eq!(Browser::at(Path::new(path)).make, make, "{path}");
        }
    }
}
