//! What the tests of windows share: a browser that is none, and requests as a page makes them.

use std::fs;
use std::io::{Read, Write as _};
use std::net::{Ipv4Addr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

/// Long enough for anything that happens here at all.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) fn host_of(url: &str) -> &str {
    url.strip_prefix("http://").unwrap().split('/').next().unwrap()
}

pub(crate) fn kill(pid: u32, signal: &str) {
    let sent = Command::new("kill").args([signal, &pid.to_string()]).status();
    assert!(sent.unwrap().success());
}

/// The status of the answer, and the answer. The lines of the head end with a line's end.
pub(crate) fn ask(window: &str, host: &str, first: &str, head: &str, body: &str) -> (u16, String) {
    let port = window.rsplit(':').next().unwrap().parse::<u16>().unwrap();
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).unwrap();
    let length = body.len();
    let request = format!(
        "{first} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n{head}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let body = answer.split_once("\r\n\r\n").unwrap().1;
    (status, body.to_owned())
}

/// A process that does not outlive a test that fails, nor do its browsers.
pub(crate) struct Ended(pub(crate) Child);

impl Drop for Ended {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(Some(_))) {
            return;
        }
        let _ = Command::new("kill")
            .args(["-TERM", &self.0.id().to_string()])
            .status();
        let end = Instant::now() + PATIENCE;
        while Instant::now() < end && matches!(self.0.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A page that has exchanged its ticket.
pub(crate) struct Tab {
    host: String,
    token: String,
}

impl Tab {
    pub(crate) fn of(url: &str) -> Self {
        let (host, ticket) = (host_of(url).to_owned(), url.split_once("#t=").unwrap().1);
        let (status, token) = ask(&host, &host, "POST /session", "", ticket);
        assert_eq!(status, 200, "{token}");
        Self { host, token }
    }

    pub(crate) fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path}"), "", "")
    }

    pub(crate) fn post(&self, path: &str, form: &str) -> String {
        let kind = "Content-Type: application/x-www-form-urlencoded\r\n";
        self.ask(&format!("POST {path}"), kind, form)
    }

    fn ask(&self, first: &str, head: &str, body: &str) -> String {
        let head = format!("Snug-Session: {}\r\n{head}", self.token);
        let (status, answer) = ask(&self.host, &self.host, first, &head, body);
        assert_eq!(status, 200, "{first}: {answer}");
        answer
    }
}

/// A folder that only this user can look into, as a session's is.
pub(crate) fn private(place: &Path, name: &str) -> PathBuf {
    let folder = place.join(name);
    fs::create_dir(&folder).unwrap();
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    folder
}

/// A program that writes down how it was started, and then does this.
pub(crate) fn browser(place: &Path, name: &str, then: &str) -> PathBuf {
    let path = place.join(name);
    let seen = place.join("seen");
    let script = format!(
        "#!/bin/sh\nfor word in \"$@\"; do printf '%s\\n' \"$word\"; done > {seen}.new\nenv > {seen}.env\nmv {seen}.new {seen}\n{then}\n",
        seen = seen.display()
    );
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// Waits until something is so, and says what was waited for if it never is.
pub(crate) fn until(what: &str, mut is: impl FnMut() -> bool) {
    let end = Instant::now() + PATIENCE;
    while !is() {
        assert!(Instant::now() < end, "{what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
