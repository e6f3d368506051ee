//! `snug open` as a person runs it: the window's page, the browser that is started for it, and its end (R39, A28).
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use common::window::{ask, browser, host_of, kill, private, until};
use common::{FLATSHARE, Person, finish, folder, snug};

/// A window whose address was printed. It is ended when this is dropped.
struct Printed {
    child: Child,
    _out: BufReader<ChildStdout>,
    url: String,
}

impl Printed {
    fn start(mut command: Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut out, mut url) = (BufReader::new(child.stdout.take().unwrap()), String::new());
        out.read_line(&mut url).unwrap();
        let url = url.trim_end().to_owned();
        Self {
            child,
            _out: out,
            url,
        }
    }

    fn of(store: &Path, words: &[&str]) -> Self {
        Self::start(open(store, words))
    }

    fn host(&self) -> &str {
        host_of(&self.url)
    }

    /// Asks it to end, and gives its exit code and what it said on standard error.
    fn end(&mut self, signal: &str) -> (Option<i32>, String) {
        kill(self.child.id(), signal);
        let code = self.child.wait().unwrap().code();
        let mut said = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        (code, said)
    }
}

impl Drop for Printed {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn open(store: &Path, words: &[&str]) -> Command {
    let mut command = snug(&[&["open", "--store", store.to_str().unwrap()], words].concat());
    command.stdin(Stdio::null());
    command
}

fn seen(place: &Path) -> Vec<String> {
    until("the browser is started", || place.join("seen").exists());
    let seen = fs::read_to_string(place.join("seen")).unwrap();
    seen.lines().map(str::to_owned).collect()
}

#[test]
fn the_printed_address_opens_the_window() {
    let place = folder("printed");
    let mut window = Printed::of(&place.join("store"), &["--print", "--language", "de"]);
    let host = window.host().to_owned();
    let (name, port) = host.rsplit_once(':').unwrap();
    assert!(
        name.starts_with("snug-") && name.ends_with(".localhost"),
        "{host}"
    );
    let (status, shell) = ask(&host, &host, "GET /", "", "");
    assert_eq!(status, 200, "{shell}");
    assert!(shell.contains("<html"), "{shell}");
    for other in [format!("127.0.0.1:{port}"), format!("localhost:{port}")] {
        assert_eq!(ask(&host, &other, "GET /", "", "").0, 421, "{other}");
    }
    let ticket = window.url.split_once("#t=").unwrap().1;
    let exchange = || ask(&host, &host, "POST /session", "", ticket);
    let (first, second) = (exchange(), exchange());
    assert_eq!(first.0, 200, "{first:?}");
    assert_ne!(second.0, 200, "a ticket is good once: {second:?}");
    let (code, said) = window.end("-TERM");
    assert_eq!(code, Some(0), "{said}");
    let said = said.replace('\n', " ");
    assert!(
        said.contains("ssh") && said.contains(&format!("-L {port}:127.0.0.1:{port}")),
        "{said}"
    );
    assert!(!place.join("store").exists(), "nothing was made");
}

#[test]
fn without_a_display_the_address_is_printed() {
    let place = folder("display");
    for signal in ["-INT", "-HUP"] {
        let mut window = Printed::of(&place.join("store"), &[]);
        assert_eq!(ask(window.host(), window.host(), "GET /", "", "").0, 200);
        let (code, said) = window.end(signal);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains("no display"), "{said}");
    }
}

#[test]
fn a_browser_gets_a_profile_of_its_own_and_its_end_is_the_end() {
    let place = folder("browser");
    let runtime = private(&place, "runtime");
    let gate = place.join("gate");
    let then = format!("while [ ! -e {} ]; do sleep 0.05; done", gate.display());
    let chromium = browser(&place, "chromium", &then);
    let mut command = open(&place.join("store"), &["--browser", chromium.to_str().unwrap()]);
    command
        .env("DISPLAY", ":77")
        .env("XDG_RUNTIME_DIR", &runtime)
        .env("CHROMIUM_FLAGS", "--load-extension=/MARIGOLD")
        .env("SNUG_PASSPHRASE_FILE", "/MARIGOLD");
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let words = seen(&place);

    let url = words.last().unwrap().strip_prefix("--app=").unwrap();
    let host = host_of(url);
    let name = host.rsplit_once(':').unwrap().0;
    let window = format!("{}/snug/window-{}-1", runtime.display(), child.id());
    let profile = PathBuf::from(format!("{window}/profile"));
    let features = words
        .iter()
        .find_map(|word| word.strip_prefix("--disable-features="))
        .unwrap();
    let expected = [
        &format!("--user-data-dir={}", profile.display()),
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-search-engine-choice-screen",
        "--disable-extensions",
        "--disable-component-extensions-with-background-pages",
        "--disable-default-apps",
        "--disable-sync",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-field-trial-config",
        "--disable-domain-reliability",
        "--disable-breakpad",
        "--no-pings",
        "--no-proxy-server",
        "--password-store=basic",
        "--deny-permission-prompts",
        "--incognito",
        &format!("--disable-features={features}"),
        &format!("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE {name}"),
        &format!("--app={url}"),
    ];
    assert_eq!(words, expected);
    for feature in ["Glic", "LensOverlay", "AIChat", "Translate"] {
        assert!(features.split(',').any(|one| one == feature), "{features}");
    }
    assert_eq!(
        fs::metadata(&profile).unwrap().permissions().mode() & 0o7777,
        0o700
    );
    let kept = fs::read_to_string(profile.join("Default/Preferences")).unwrap();
    assert!(kept.contains("\"credentials_enable_service\":false"), "{kept}");
    let env = fs::read_to_string(place.join("seen.env")).unwrap();
    assert!(!env.contains("MARIGOLD"), "{env}");
    assert_eq!(ask(host, host, "GET /", "", "").0, 200, "the window is there");

    assert_eq!(
        child.try_wait().unwrap(),
        None,
        "it goes on as long as the browser"
    );
    fs::write(&gate, "").unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert!(!Path::new(&window).exists(), "nothing is left of the profile");
}

#[test]
fn firefox_is_told_by_a_file() {
    let place = folder("firefox");
    let runtime = private(&place, "runtime");
    let firefox = browser(
        &place,
        "firefox",
        &format!("cp \"$4/user.js\" {}", place.join("user.js").display()),
    );
    let mut command = open(&place.join("store"), &["--browser", firefox.to_str().unwrap()]);
    let said = finish(command.env("XDG_RUNTIME_DIR", &runtime));
    assert_eq!(said.code, Some(0), "{said:?}");
    let words = seen(&place);
    assert_eq!(words[..3], ["-no-remote", "-new-instance", "-profile"]);
    assert_eq!(words.len(), 5);
    let settings = fs::read_to_string(place.join("user.js")).unwrap();
    let host = host_of(&words[4]).rsplit_once(':').unwrap().0.to_owned();
    for setting in ["browser.ml.enable\", false", "xpinstall.enabled\", false", &host] {
        assert!(settings.contains(setting), "{setting}");
    }
}

/// An interrupt of the terminal closes the browser, even one that does not want to, and takes its profile away.
#[test]
fn an_end_closes_the_browser() {
    let place = folder("closes");
    let runtime = private(&place, "runtime");
    for (name, then) in [
        ("chromium", "exec sleep 600"),
        ("stubborn", "trap '' TERM; sleep 600 & wait; sleep 600"),
    ] {
        let _ = fs::remove_file(place.join("seen"));
        let path = browser(&place, name, then);
        let mut command = open(&place.join("store"), &["--browser", path.to_str().unwrap()]);
        let mut child = command.env("XDG_RUNTIME_DIR", &runtime).spawn().unwrap();
        let profile = seen(&place)[0]
            .strip_prefix("--user-data-dir=")
            .unwrap()
            .to_owned();
        assert!(Path::new(&profile).exists(), "control");
        kill(child.id(), "-INT");
        assert_eq!(child.wait().unwrap().code(), Some(0), "{name}");
        assert!(!Path::new(&profile).exists(), "{name}");
    }
}

/// Where nothing starts, the everyday browser is not opened instead: the address is printed, with a warning.
#[test]
fn a_browser_that_does_not_start_is_no_reason_for_another_profile() {
    let place = folder("fails");
    let runtime = private(&place, "runtime");
    let failing = browser(&place, "chromium", "exit 1");
    let missing = place.join("missing");
    for path in [&failing, &missing] {
        let mut command = open(&place.join("store"), &["--browser", path.to_str().unwrap()]);
        command.env("XDG_RUNTIME_DIR", &runtime).env("DISPLAY", ":77");
        let mut window = Printed::start(command);
        assert_eq!(ask(window.host(), window.host(), "GET /", "", "").0, 200);
        let (code, said) = window.end("-TERM");
        assert_eq!(code, Some(0), "{said}");
        assert!(
            said.replace('\n', " ").contains("In your everyday browser"),
            "{said}"
        );
        assert!(!said.contains("no-sandbox"), "{said}");
    }
    let left = fs::read_dir(runtime.join("snug")).unwrap();
    let names: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["lock"]);
}

#[test]
fn a_store_that_is_open_already_is_said_at_once() {
    let place = folder("twice");
    let priya = Person::new(&place, "Priya");
    priya.well(&["import", FLATSHARE, "--me", "Priya"]);
    let mut window = Printed::of(&priya.store, &["--print"]);
    assert_eq!(
        ask(window.host(), window.host(), "GET /", "", "").0,
        200,
        "control: a store that is not open"
    );
    window.end("-TERM");
    // Another process has it.
    let lock = fs::File::open(priya.store.join("store.lock")).unwrap();
    lock.try_lock().unwrap();
    let said = finish(&mut open(&priya.store, &["--print"]));
    assert!(said.refused(4).err.contains("another"), "{said:?}");
}

#[test]
fn words_that_make_no_sense() {
    let place = folder("words");
    for words in [
        &["--print", "--browser", "/usr/bin/firefox"][..],
        &["--language", "tlh"],
        &["--lock-after", "soon"],
        &["--authority", "/there/is/no/such/file"],
    ] {
        finish(&mut open(&place.join("store"), words)).refused(2);
    }
}
