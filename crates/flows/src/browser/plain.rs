//! HTTP/1.1 as bytes: what a test wants to say, right or wrong, and what comes back.

use std::io::{self, BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// How long a peer may say nothing.
const PATIENCE: Duration = Duration::from_secs(90);
/// No answer that a test wants is longer.
const LONGEST: u64 = 256 << 20;

/// What a server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Such as 200.
    pub status: u16,
    /// In the order in which they came, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Without the framing of chunks.
    pub body: Vec<u8>,
}

impl Answer {
    /// The value of a header that is there exactly once.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(header, _)| header == name);
        let first = values.next()?;
        values.next().is_none().then_some(first.1.as_str())
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Sends these bytes over a connection of their own and reads one answer.
///
/// # Errors
///
/// Where the other end closes before it has answered, or answers something else than HTTP/1.1.
pub fn send(to: SocketAddr, request: &[u8]) -> io::Result<Answer> {
    let mut stream = TcpStream::connect(to)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    // Who refuses early closes early; what it said before is still there to be read.
    let written = stream.write_all(request);
    read(stream).map_err(|error| written.err().unwrap_or(error))
}

/// Reads one answer.
///
/// # Errors
///
/// As [`send`].
pub fn read(stream: impl Read) -> io::Result<Answer> {
    let mut reader = BufReader::new(stream.take(LONGEST));
    let mut answer = read_head(&mut reader)?;
    answer.body = body(&answer, &mut reader)?;
    Ok(answer)
}

/// Reads an answer up to its body, and leaves that in the reader: a stream's never ends.
///
/// # Errors
///
/// As [`send`].
pub fn read_head(mut reader: impl BufRead) -> io::Result<Answer> {
    let status = status(&line(&mut reader)?).ok_or(ErrorKind::InvalidData)?;
    let mut headers = Vec::new();
    loop {
        let header = line(&mut reader)?;
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':').ok_or(ErrorKind::InvalidData)?;
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    Ok(Answer {
        status,
        headers,
        body: Vec::new(),
    })
}

fn body(answer: &Answer, reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if answer.header("transfer-encoding") == Some("chunked") {
        while chunk(reader, &mut body)? > 0 {}
    } else if let Some(length) = answer.header("content-length") {
        let length: usize = length.parse().map_err(|_| ErrorKind::InvalidData)?;
        body.resize(length, 0);
        reader.read_exact(&mut body)?;
    } else if !matches!(answer.status, 204 | 304) {
        reader.read_to_end(&mut body)?;
    }
    Ok(body)
}

fn chunk(reader: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<u64> {
    let length = u64::from_str_radix(&line(reader)?, 16).map_err(|_| ErrorKind::InvalidData)?;
    reader.take(length).read_to_end(body)?;
    line(reader)?;
    Ok(length)
}

fn status(line: &str) -> Option<u16> {
    line.strip_prefix("HTTP/1.1 ")?.get(..3)?.parse().ok()
}

/// A line without its end.
fn line(reader: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    match line.strip_suffix("\r\n") {
        Some(line) => Ok(line.to_owned()),
        None => Err(ErrorKind::UnexpectedEof.into()),
    }
}
