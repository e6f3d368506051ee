//! A hub on loopback that does what a test says, over real TLS and under the real names: the authority of `tests/tls` vouches for them.
//! It knows nothing of the crate, so that the tests of the program use it too.
#![allow(dead_code, reason = "each test uses its part")]

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

/// Who vouches for the hub of the tests.
pub(crate) const AUTHORITY: &[u8] = include_bytes!("../../tests/tls/ca.pem");
const CERTIFICATE: &[u8] = include_bytes!("../../tests/tls/hub.pem");
const KEY: &[u8] = include_bytes!("../../tests/tls/hub.key");

/// What was asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asked {
    pub(crate) host: String,
    pub(crate) path: String,
    /// The first byte of the range.
    pub(crate) from: Option<usize>,
    pub(crate) if_range: Option<String>,
    /// All of it, in small letters.
    pub(crate) head: String,
}

/// What the hub does next.
#[derive(Clone, Debug)]
pub(crate) enum Do {
    /// Sends.
    Send(Vec<u8>),
    /// Sends the same again and again.
    Repeat(Vec<u8>, usize),
    /// Sends, so many bytes at once, with a pause after each.
    Trickle(Vec<u8>, usize, Duration),
    /// Waits until the hub ends or the other side goes away.
    Hold,
    /// Waits for that flag.
    Until(Arc<AtomicBool>),
    /// Ends the connection without a word.
    Drop,
}

pub(crate) struct Hub {
    pub(crate) place: SocketAddr,
    asked: Arc<Mutex<Vec<Asked>>>,
    ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

type Rule = dyn Fn(&Asked, usize) -> Vec<Do> + Send + Sync;

impl Hub {
    /// A hub that answers by a rule; it also hears how many were answered before.
    pub(crate) fn start(rule: impl Fn(&Asked, usize) -> Vec<Do> + Send + Sync + 'static) -> Self {
        Self::at((Ipv4Addr::LOCALHOST, 0).into(), rule)
    }

    pub(crate) fn at(
        place: SocketAddr,
        rule: impl Fn(&Asked, usize) -> Vec<Do> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind(place).unwrap();
        let place = listener.local_addr().unwrap();
        let (asked, ended): (Arc<Mutex<Vec<Asked>>>, _) = Default::default();
        let ended: Arc<AtomicBool> = ended;
        let shared = (Arc::clone(&asked), Arc::clone(&ended));
        let thread = thread::spawn(move || {
            let (config, rule): (_, Arc<Rule>) = (config(), Arc::new(rule));
            for tcp in listener.incoming() {
                if shared.1.load(Ordering::SeqCst) {
                    return;
                }
                let (config, rule) = (Arc::clone(&config), Arc::clone(&rule));
                let (asked, ended) = (Arc::clone(&shared.0), Arc::clone(&shared.1));
                thread::spawn(move || tcp.ok().and_then(|tcp| serve(tcp, config, &rule, &asked, &ended)));
            }
        });
        Self {
            place,
            asked,
            ended,
            thread: Some(thread),
        }
    }

    /// An honest one: the hub's own name sends on to its network, which has the file and goes on wherever it is asked to.
    pub(crate) fn honest(file: &[u8]) -> Self {
        let file = file.to_vec();
        Self::start(move |asked, _| honest(asked, &file))
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Hub {
    fn drop(&mut self) {
        self.ended.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(self.place);
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

/// What an honest hub does.
pub(crate) fn honest(asked: &Asked, file: &[u8]) -> Vec<Do> {
    if asked.host == "huggingface.co" {
        return send_on("https://us.aws.cdn.hf.co/bytes?Signature=x~y");
    }
    vec![Do::Send(answer(asked, file)), Do::Drop]
}

/// A redirect.
pub(crate) fn send_on(to: &str) -> Vec<Do> {
    let head =
        format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    vec![Do::Send(head.into_bytes())]
}

/// Head and body, of the whole or of the rest that was asked for.
pub(crate) fn answer(asked: &Asked, file: &[u8]) -> Vec<u8> {
    let from = asked.from.filter(|from| *from < file.len()).unwrap_or(0);
    let mut all = head_of(asked, file).into_bytes();
    all.extend(&file[from..]);
    all
}

/// The head of the same.
pub(crate) fn head_of(asked: &Asked, file: &[u8]) -> String {
    let of = file.len();
    let (status, range, from) = match asked.from {
        Some(from) if from < of => {
            let range = format!("Content-Range: bytes {from}-{}/{of}\r\n", of - 1);
            ("206 Partial Content", range, from)
        }
        Some(_) => (
            "416 Range Not Satisfiable",
            format!("Content-Range: bytes */{of}\r\n"),
            of,
        ),
        None => ("200 OK", String::new(), 0),
    };
    let length = of - from;
    format!(
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{range}ETag: \"one\"\r\nConnection: close\r\n\r\n"
    )
}

fn config() -> Arc<ServerConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let chain = CertificateDer::pem_slice_iter(CERTIFICATE)
        .map(Result::unwrap)
        .collect();
    let key = PrivateKeyDer::from_pem_slice(KEY).unwrap();
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    Arc::new(config)
}

fn serve(
    tcp: TcpStream,
    config: Arc<ServerConfig>,
    rule: &Arc<Rule>,
    all: &Mutex<Vec<Asked>>,
    ended: &AtomicBool,
) -> Option<()> {
    tcp.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
    tcp.set_nodelay(true).ok()?;
    let mut tls = StreamOwned::new(ServerConnection::new(config).ok()?, tcp);
    let asked = read(&mut tls)?;
    let before = {
        let mut all = all.lock().ok()?;
        all.push(asked.clone());
        all.len() - 1
    };
    for what in rule(&asked, before) {
        match what {
            Do::Send(bytes) => tls.write_all(&bytes).and_then(|()| tls.flush()).ok()?,
            Do::Repeat(bytes, times) => {
                for _ in 0..times {
                    tls.write_all(&bytes).ok()?;
                }
                tls.flush().ok()?;
            }
            Do::Trickle(bytes, at_once, pause) => {
                for piece in bytes.chunks(at_once) {
                    tls.write_all(piece).and_then(|()| tls.flush()).ok()?;
                    thread::sleep(pause);
                    if ended.load(Ordering::SeqCst) {
                        return None;
                    }
                }
            }
            Do::Hold => wait(&tls.sock, || ended.load(Ordering::SeqCst)),
            Do::Until(flag) => wait(&tls.sock, || {
                flag.load(Ordering::SeqCst) || ended.load(Ordering::SeqCst)
            }),
            Do::Drop => return None,
        }
    }
    // A clean end.
    tls.conn.send_close_notify();
    let _ = tls.flush();
    Some(())
}

/// Until it is so, or nobody is there any more.
fn wait(tcp: &TcpStream, is_so: impl Fn() -> bool) {
    let _ = tcp.set_nonblocking(true);
    while !is_so() && !matches!(tcp.peek(&mut [0]), Ok(0)) {
        thread::sleep(Duration::from_millis(5));
    }
    let _ = tcp.set_nonblocking(false);
}

fn read(tls: &mut StreamOwned<ServerConnection, TcpStream>) -> Option<Asked> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if tls.read(&mut byte).ok()? == 0 || head.len() > 64 << 10 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    let header = |name: &str| {
        let line = head
            .lines()
            .find(|line| line.to_ascii_lowercase().starts_with(name));
        line.and_then(|line| line.split_once(": "))
            .map(|(_, value)| value.to_owned())
    };
    let range = header("range:");
    Some(Asked {
        host: header("host:")?,
        path: head.split(' ').nth(1)?.to_owned(),
        from: range.and_then(|range| range.strip_prefix("bytes=")?.strip_suffix('-')?.parse().ok()),
        if_range: header("if-range:"),
        head: head.to_ascii_lowercase(),
    })
}
