//! A child process that says what it does, line by line, until it is killed.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use server::Config;

/// In front of each line, because the test's own output stands there too.
const MARK: &str = "says: ";
/// Nothing takes so long, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Process {
    child: Child,
    lines: Receiver<String>,
    heard: Vec<String>,
}

impl Process {
    pub(crate) fn start(part: &str, settings: &[(&str, &str)]) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", part, "--ignored", "--nocapture", "--test-threads=1"])
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (said, lines) = channel();
        // Until the last byte, however the process ends: what it had said when it was killed counts.
        std::thread::spawn(move || {
            for line in output.lines().map_while(Result::ok) {
                if let Some((_, line)) = line.split_once(MARK) {
                    let _ = said.send(line.to_owned());
                }
            }
        });
        Self {
            child,
            lines,
            heard: Vec::new(),
        }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits for a line that begins so, and gives the rest of it.
    pub(crate) fn wait_for(&mut self, begin: &str) -> String {
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("the process ended without `{begin}`"));
            self.heard.push(line.clone());
            if let Some(rest) = line.strip_prefix(begin) {
                return rest.to_owned();
            }
        }
    }

    /// SIGKILL: no destructor of its own runs. Gives all that it had said.
    pub(crate) fn kill(mut self) -> Vec<String> {
        self.end();
        self.heard.extend(self.lines.iter());
        std::mem::take(&mut self.heard)
    }

    fn end(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// Says a line, in one write, so that the other side has it whole or not at all.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // The test harness may have begun a line.
    out.write_all(format!("\n{MARK}{line}\n").as_bytes()).unwrap();
    out.flush().unwrap();
}

pub(crate) const DATABASE: &str = "SNUG_CRASH_DATABASE";

pub(crate) fn be_the_server() {
    let Some(database) = std::env::var_os(DATABASE) else {
        return;
    };
    let config = Config::new("127.0.0.1:0".parse().unwrap(), database.into());
    server::run(config, |address| say(&format!("listens on {address}"))).unwrap();
}
