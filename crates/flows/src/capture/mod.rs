//! Everything that crosses the loopback device, and what can be read in it.
//!
//! [`Capture`] records each packet, [`streams`] puts the two directions of every TCP connection together again,
//! [`messages`] takes the WebSocket frames in them apart (clients mask theirs: without unmasking, a search in what a
//! client sends proves nothing), and [`Needles`] looks for words in many spellings.

mod needles;
mod tcp;
mod websocket;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

pub use needles::{Hit, Needles};
pub use tcp::{Stream, streams};
pub use websocket::{Message, messages};

/// A raw socket wants `unsafe` in Rust, and python3 has it: each packet once (not the copy of it that is on its way out),
/// behind its length. When its input ends it waits until nothing more comes, and says how many packets it lost.
const SCRIPT: &str = r#"
import select, socket, struct, sys
raw = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 26)
try:
    raw.setsockopt(socket.SOL_SOCKET, 33, 1 << 26)
except OSError:
    pass
raw.bind(("lo", 0))
out = sys.stdout.buffer
out.write(b"ready\n")
out.flush()
ending = False
while True:
    ready, _, _ = select.select([raw] if ending else [raw, sys.stdin], [], [], 0.3 if ending else None)
    if raw in ready:
        packet, address = raw.recvfrom(1 << 18)
        if address[2] != 4:
            out.write(struct.pack(">I", len(packet)) + packet)
    elif sys.stdin in ready:
        ending = True
    elif not ready:
        break
taken, lost = struct.unpack("II", raw.getsockopt(263, 6, 8))
out.write(struct.pack(">II", 0, lost))
out.flush()
"#;

/// A recording that is under way.
pub struct Capture {
    child: Child,
    reader: JoinHandle<Option<Recording>>,
}

/// What was recorded.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// Every packet, from the Ethernet header on.
    pub packets: Vec<Vec<u8>>,
    /// How many more the kernel had no room for.
    pub lost: u32,
}

impl Recording {
    /// How many bytes were recorded.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.packets.iter().map(Vec::len).sum()
    }
}

impl Capture {
    /// Records from now on. `None` where this process may not, or there is no python3.
    #[must_use]
    pub fn start() -> Option<Self> {
        let mut child = Command::new("python3")
            .args(["-c", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let mut output = BufReader::new(child.stdout.take()?);
        let mut first = String::new();
        output.read_line(&mut first).ok()?;
        if first != "ready\n" {
            let _ = child.wait();
            return None;
        }
        let reader = std::thread::spawn(move || read_all(output));
        Some(Self { child, reader })
    }

    /// Ends it, when what was on its way has come.
    #[must_use]
    pub fn stop(mut self) -> Recording {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success());
        self.reader
            .join()
            .unwrap()
            .expect("a recording ends with its count")
    }
}

fn read_all(mut output: impl Read) -> Option<Recording> {
    let mut packets = Vec::new();
    loop {
        let length = usize::try_from(number(&mut output)?).ok()?;
        if length == 0 {
            let lost = number(&mut output)?;
            return Some(Recording { packets, lost });
        }
        let mut packet = vec![0; length];
        output.read_exact(&mut packet).ok()?;
        packets.push(packet);
    }
}

fn number(output: &mut impl Read) -> Option<u32> {
    let mut bytes = [0; 4];
    output.read_exact(&mut bytes).ok()?;
    Some(u32::from_be_bytes(bytes))
}
