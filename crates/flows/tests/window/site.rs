//! Somebody else's site on the same machine: it serves what it likes, and remembers what it was asked.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Path and query.
    pub(crate) target: String,
    /// All header lines, names in lower case.
    pub(crate) head: String,
}

/// An answer: its type, further header lines, and its body.
pub(crate) struct Reply {
    pub(crate) kind: &'static str,
    pub(crate) lines: &'static str,
    pub(crate) body: String,
}

impl Reply {
    pub(crate) fn html(body: impl Into<String>) -> Self {
        Self {
            kind: "text/html",
            lines: "",
            body: body.into(),
        }
    }

    pub(crate) fn script(body: impl Into<String>) -> Self {
        Self {
            kind: "text/javascript",
            lines: "",
            body: body.into(),
        }
    }
}

/// A site. Its threads end with the test's process.
pub(crate) struct Site {
    pub(crate) address: SocketAddr,
    asked: Arc<Mutex<Vec<Request>>>,
}

impl Site {
    /// Serves what `answer` gives; 404 where it gives nothing.
    pub(crate) fn start(answer: impl Fn(&Request) -> Option<Reply> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (log, answer) = (Arc::clone(&asked), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (log, answer) = (Arc::clone(&log), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream, &log, &*answer));
            }
        });
        Self { address, asked }
    }

    pub(crate) fn host(&self) -> String {
        format!("localhost:{}", self.address.port())
    }

    pub(crate) fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.host())
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Request> {
        self.asked.lock().unwrap().clone()
    }

    /// Whether this was asked for, by method and the beginning of the target.
    pub(crate) fn was_asked(&self, method: &str, target: &str) -> bool {
        self.asked()
            .iter()
            .any(|asked| asked.method == method && asked.target.starts_with(target))
    }
}

fn serve(
    mut stream: TcpStream,
    log: &Mutex<Vec<Request>>,
    answer: &dyn Fn(&Request) -> Option<Reply>,
) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut words = first.split(' ');
    let (method, target) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut head = String::new();
    while reader.read_line(&mut head).ok()? > 2 {}
    let head = head.to_lowercase();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
    reader
        .take(length.unwrap_or(0))
        .read_to_end(&mut Vec::new())
        .ok()?;
    let request = Request { method, target, head };
    log.lock().unwrap().push(request.clone());
    let (status, reply) = match answer(&request) {
        Some(reply) => ("200 OK", reply),
        // Browsers ask for it by themselves.
        None if request.target == "/favicon.ico" => ("200 OK", Reply::html("")),
        None => ("404 Not Found", Reply::html("")),
    };
    let Reply { kind, lines, body } = reply;
    let length = body.len();
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}; charset=utf-8\r\n{lines}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .ok()
}
