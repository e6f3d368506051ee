//! The program between a test and its browsers.

use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::page::Browser;
use super::wire::{self, Refusal};

/// Where a browser is had from.
pub const HOW_TO_GET_IT: &str =
    "run scripts/setup test, which installs Debian's chromium and chromium-driver";

/// `chromedriver`, running. It ends with the last of its browsers.
#[derive(Clone)]
pub struct Driver(Arc<Process>);

/// How a browser comes.
#[derive(Clone, Debug)]
pub struct Look {
    /// What it asks pages for, such as `de` or `en`.
    pub language: &'static str,
    /// In CSS pixels.
    pub width: u32,
    /// In CSS pixels.
    pub height: u32,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            language: "en",
            width: 1100,
            height: 780,
        }
    }
}

impl Driver {
    /// Starts it. `None`, and a line on the terminal that says so, where there is none.
    ///
    /// # Panics
    ///
    /// Where there is one that does not start.
    #[must_use]
    pub fn start() -> Option<Self> {
        let folder = TempDir::new().unwrap();
        let program = std::env::var_os("CHROMEDRIVER").unwrap_or_else(|| "chromedriver".into());
        let started = Command::new(program)
            .arg("--port=0")
            // What browsers leave behind goes with the folder.
            .env("TMPDIR", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut child) = started else {
            let name = std::thread::current().name().unwrap_or("a test").to_owned();
            // Not `eprintln`, which a test that passes keeps to itself.
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED {name}: no chromedriver; {HOW_TO_GET_IT}"
            );
            return None;
        };
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut process = Process {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            _folder: folder,
        };
        let mut lines = lines.map_while(Result::ok);
        let port = lines
            .find_map(|line| port_in(&line))
            .expect("chromedriver ends at once");
        process.address.set_port(port);
        // Whatever else it says has to go somewhere.
        std::thread::spawn(move || lines.for_each(drop));
        Some(Self(Arc::new(process)))
    }

    /// A browser with a profile of its own.
    #[must_use]
    pub fn browser(&self) -> Browser {
        self.browser_with(&Look::default())
    }

    /// One that looks different.
    ///
    /// # Panics
    ///
    /// Where no browser starts.
    #[must_use]
    pub fn browser_with(&self, look: &Look) -> Browser {
        let profile = TempDir::new().unwrap();
        let wanted = json!({ "capabilities": { "alwaysMatch": capabilities(&profile, look) } });
        let session = self.ask("POST", "/session", &wanted);
        let session = session.unwrap_or_else(|refusal| panic!("no browser: {refusal}"));
        let id = session.get("sessionId").and_then(Value::as_str).unwrap();
        Browser::new(self.clone(), id, profile, look)
    }

    pub(super) fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, Refusal> {
        wire::ask(self.0.address, method, path, body)
    }
}

/// Ended when dropped.
struct Process {
    child: Child,
    address: SocketAddr,
    /// Outlives the process.
    _folder: TempDir,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// "ChromeDriver was started successfully on port 37321."
fn port_in(line: &str) -> Option<u16> {
    let (_, port) = line.split_once("successfully on port ")?;
    port.trim_end_matches('.').parse().ok()
}

fn capabilities(profile: &TempDir, look: &Look) -> Value {
    let args = [
        "--headless=new",
        // Tests also run as root, where Chromium has no sandbox. They show it no page but our own.
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-extensions",
        "--disable-sync",
        "--no-default-browser-check",
        "--no-first-run",
        "--no-proxy-server",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1",
    ];
    let mut args: Vec<String> = args.into_iter().map(str::to_owned).collect();
    args.push(format!("--user-data-dir={}", profile.path().display()));
    args.push(format!("--window-size={},{}", look.width, look.height));
    args.push(format!("--lang={}", look.language));
    let mut options = json!({
        "args": args,
        "prefs": { "intl.accept_languages": look.language, "credentials_enable_service": false },
    });
    if let Some(program) = std::env::var_os("CHROMIUM")
        && let Some(options) = options.as_object_mut()
    {
        options.insert("binary".into(), program.to_string_lossy().into());
    }
    json!({
        "browserName": "chrome",
        "goog:loggingPrefs": { "browser": "ALL" },
        "goog:chromeOptions": options,
        "timeouts": { "implicit": 0, "pageLoad": 60_000, "script": 60_000 },
        "unhandledPromptBehavior": "ignore",
    })
}
