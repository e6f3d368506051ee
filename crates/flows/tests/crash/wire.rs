//! Between clients and the server: a proxy at an address that stays, which notes every envelope that a client sends.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use std::{fs, thread};

use delivery::{Entry, Request, ToServer};
use flows::capture;

/// A message that crossed the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Envelope {
    /// Who sent it, by the process.
    pub(crate) from: Option<u32>,
    pub(crate) mailbox: [u8; 32],
    pub(crate) key: [u8; 16],
    pub(crate) body: Vec<u8>,
    /// A message of the chat, not a commit or a note.
    pub(crate) is_message: bool,
}

#[derive(Clone)]
pub(crate) struct Wire {
    address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
}

#[derive(Default)]
struct Inner {
    server: Option<SocketAddr>,
    /// One entry for each connection, in their order.
    connections: Vec<Option<Vec<Envelope>>>,
}

impl Wire {
    pub(crate) fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let wire = Self {
            address: listener.local_addr().unwrap(),
            inner: Arc::default(),
        };
        let accepting = wire.clone();
        thread::spawn(move || {
            for client in listener.incoming() {
                let client = client.unwrap();
                let from = owner(client.peer_addr().unwrap().port(), accepting.address.port());
                let number = {
                    let mut inner = accepting.inner.lock().unwrap();
                    inner.connections.push(None);
                    inner.connections.len() - 1
                };
                let wire = accepting.clone();
                thread::spawn(move || {
                    let sent = wire.carry(client);
                    let envelopes = envelopes(&sent, from);
                    wire.inner.lock().unwrap().connections[number] = Some(envelopes);
                });
            }
        });
        wire
    }

    /// Where clients think that the server is.
    pub(crate) fn address(&self) -> String {
        self.address.to_string()
    }

    pub(crate) fn set_server(&self, server: Option<SocketAddr>) {
        self.inner.lock().unwrap().server = server;
    }

    /// Everything that was sent, when all connections have ended.
    pub(crate) fn envelopes(&self) -> Vec<Envelope> {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let connections = self.inner.lock().unwrap().connections.clone();
            if connections.iter().all(Option::is_some) {
                return connections.into_iter().flatten().flatten().collect();
            }
            assert!(Instant::now() < deadline, "a connection does not end");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Both directions until one side ends, and gives what the client sent. A server that is away is waited for.
    fn carry(&self, client: TcpStream) -> Vec<u8> {
        let Some(server) = self.dial() else {
            return Vec::new();
        };
        let (mut from, mut to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
        let back = thread::spawn(move || {
            let _ = std::io::copy(&mut from, &mut to);
            let _ = to.shutdown(Shutdown::Both);
        });
        let (mut from, mut to) = (client, server);
        let (mut sent, mut part) = (Vec::new(), vec![0; 1 << 16]);
        while let Ok(count @ 1..) = from.read(&mut part) {
            sent.extend(&part[..count]);
            if to.write_all(&part[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
        let _ = from.shutdown(Shutdown::Both);
        back.join().unwrap();
        sent
    }

    fn dial(&self) -> Option<TcpStream> {
        for _ in 0..400 {
            let server = self.inner.lock().unwrap().server;
            if let Some(stream) = server.and_then(|server| TcpStream::connect(server).ok()) {
                stream.set_nodelay(true).unwrap();
                return Some(stream);
            }
            thread::sleep(Duration::from_millis(10));
        }
        None
    }
}

fn envelopes(sent: &[u8], from: Option<u32>) -> Vec<Envelope> {
    let messages = capture::messages(sent).unwrap_or_default();
    let appends = messages.into_iter().filter(|message| message.opcode == 2);
    let appends = appends.filter_map(
        |message| match ToServer::decode(&message.payload).unwrap().request {
            Request::Append(append) => Some(append),
            _ => None,
        },
    );
    let envelope = |append: delivery::Append| {
        let (is_message, body) = match append.entry {
            Entry::Message(body) => (true, body),
            Entry::Commit { body, .. } | Entry::Notice(body) => (false, body),
        };
        Envelope {
            from,
            mailbox: *append.mailbox.as_bytes(),
            key: append.key.0,
            body: body.into_vec(),
            is_message,
        }
    };
    appends.map(envelope).collect()
}

/// The process on the other end of a connection on this machine (proc(5): `/proc/net/tcp`, `/proc/PID/fd`). `None` if
/// it is gone already.
fn owner(from: u16, to: u16) -> Option<u32> {
    let table = fs::read_to_string("/proc/net/tcp").ok()?;
    let inode = table.lines().skip(1).find_map(|line| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let is_it =
            columns[1].ends_with(&format!(":{from:04X}")) && columns[2].ends_with(&format!(":{to:04X}"));
        is_it.then(|| format!("socket:[{}]", columns[9]))
    })?;
    let processes = fs::read_dir("/proc").ok()?.flatten();
    let numbers = processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    numbers.into_iter().find(|number| {
        let open = fs::read_dir(format!("/proc/{number}/fd"))
            .into_iter()
            .flatten()
            .flatten();
        open.into_iter()
            .filter_map(|file| fs::read_link(file.path()).ok())
            .any(|link| link.as_os_str() == inode.as_str())
    })
}
