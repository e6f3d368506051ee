//! Which browsers are here: by the names of their programs, in the folders of `PATH` and where their packages put them.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::Browser;

/// Programs in the order in which they are tried. Those of the Chromium family come first: they have windows without an
/// address bar.
const NAMES: [&str; 14] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "brave-browser-stable",
    "brave-browser",
    "brave",
    "microsoft-edge-stable",
    "microsoft-edge",
    "vivaldi-stable",
    "vivaldi",
    "firefox",
    "firefox-esr",
    "librewolf",
];

/// Looked into after the folders of `PATH`, which a desktop's session may have cut short.
const USUAL: [&str; 8] = [
    "/usr/local/bin",
    "/usr/bin",
    "/snap/bin",
    "/opt/google/chrome",
    "/opt/brave.com/brave",
    "/opt/microsoft/msedge",
    "/opt/vivaldi",
    "/opt/firefox",
];

pub(super) fn all() -> Vec<Browser> {
    among(env::var_os("PATH"), &USUAL.map(PathBuf::from))
}

/// Each program once, from the first folder that has it.
fn among(path: Option<OsString>, usual: &[PathBuf]) -> Vec<Browser> {
    let on_path: Vec<PathBuf> = env::split_paths(&path.unwrap_or_default()).collect();
    // A relative folder means another one in each place.
    let folders: Vec<&PathBuf> = on_path
        .iter()
        .filter(|folder| folder.is_absolute())
        .chain(usual)
        .collect();
    let find = |name: &&str| {
        let mut candidates = folders.iter().map(|folder| folder.join(name));
        candidates.find(|program| is_program(program))
    };
    NAMES
        .iter()
        .filter_map(find)
        .map(|program| Browser::at(&program))
        .collect()
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata()
        .is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

/// The snap that a program belongs to: it sees no hidden folder of the home, and of the others only its own.
pub(super) fn snap_of(program: &Path) -> Option<String> {
    let is_snap = program
        .canonicalize()
        .is_ok_and(|real| real == Path::new("/usr/bin/snap"));
    let name = program.file_name()?.to_str()?;
    if is_snap {
        return Some(name.to_owned());
    }
    // Ubuntu's packages of Chromium and Firefox are scripts of a few lines that start the snap.
    let script = std::fs::read(program).ok().filter(|bytes| bytes.len() < 8192)?;
    let script = String::from_utf8(script).ok()?;
    ["chromium", "firefox"]
        .into_iter()
        .find(|snap| script.contains(&format!("/snap/bin/{snap}")))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{among, snap_of};
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::{Path, PathBuf};

    fn program(path: &Path, content: &str, mode: u32) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    fn place(name: &str) -> PathBuf {
        let place = std::env::temp_dir().join(format!("snug-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&place);
        place
    }

    #[test]
    fn each_program_is_found_once_in_order() {
        let place = place("find");
        program(&place.join("a/firefox"), "", 0o755);
        program(&place.join("b/firefox"), "", 0o755);
        program(&place.join("b/vivaldi"), "", 0o755);
        program(&place.join("b/chromium"), "not to be run", 0o644);
        fs::create_dir_all(place.join("a/brave")).unwrap();
        program(&place.join("usual/microsoft-edge"), "", 0o755);
        let path = std::env::join_paths([Path::new("relative"), &place.join("a"), &place.join("b")]).unwrap();
        let found: Vec<PathBuf> = among(Some(path), &[place.join("usual")])
            .into_iter()
            .map(|browser| browser.path)
            .collect();
        let expected = ["usual/microsoft-edge", "b/vivaldi", "a/firefox"].map(|name| place.join(name));
        assert_eq!(found, expected);
        assert_eq!(among(None, &[]), []);
        fs::remove_dir_all(&place).unwrap();
    }

    #[test]
    fn a_script_that_starts_a_snap_is_known() {
        let place = place("snap");
        let script = place.join("chromium-browser");
        program(&script, "#!/bin/sh\nexec /snap/bin/chromium \"$@\"\n", 0o755);
        assert_eq!(snap_of(&script), Some("chromium".to_owned()));
        program(
            &script,
            "#!/bin/sh\nexec /usr/lib/chromium/chromium \"$@\"\n",
            0o755,
        );
        assert_eq!(snap_of(&script), None);
        fs::remove_dir_all(&place).unwrap();
    }
}
