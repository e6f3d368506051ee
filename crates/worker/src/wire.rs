//! The bytes on the two pipes. Each message is a frame: four bytes that say whose it is and which version, four
//! bytes of length, then so many bytes.
//!
//! Worker: hello. Parent: task. Worker: draft, end.

use crate::layer::{Layer, LayerReport, LayerState, State};
use crate::{Errno, WorkerError};

/// Magic and version. A worker of another version is refused.
const MAGIC: [u8; 4] = *b"SNW1";
/// Bytes before the payload of a frame.
pub(crate) const HEADER_BYTES: usize = 8;
/// The longest hello: room for ten times the layers that there are.
pub(crate) const MAX_HELLO_BYTES: usize = 8 * 170;
/// Bytes for each layer in a hello: number, state, detail or errno (2), microseconds (4).
const LINE_BYTES: usize = 8;

/// What precedes `payload`.
///
/// Payloads come from encoders with limits far below four gigabytes; a longer one becomes a frame that no reader
/// accepts.
pub(crate) fn header(payload: &[u8]) -> [u8; HEADER_BYTES] {
    let length = u32::try_from(payload.len()).unwrap_or(u32::MAX).to_le_bytes();
    let [a, b, c, d] = MAGIC;
    let [e, f, g, h] = length;
    [a, b, c, d, e, f, g, h]
}

/// A whole frame.
pub(crate) fn frame(payload: &[u8]) -> Vec<u8> {
    [&header(payload), payload].concat()
}

/// The length that a header announces.
///
/// # Errors
/// Where the magic is another one, or the length is beyond `most`.
pub(crate) fn announced(header: [u8; HEADER_BYTES], most: usize) -> Result<usize, WorkerError> {
    let [a, b, c, d, length @ ..] = header;
    if [a, b, c, d] != MAGIC {
        return Err(WorkerError::NotOurs("it does not start as a message of ours"));
    }
    let length = usize::try_from(u32::from_le_bytes(length)).unwrap_or(usize::MAX);
    if length > most {
        Err(WorkerError::TooMuch)
    } else {
        Ok(length)
    }
}

/// A frame that comes in piece by piece and is never larger than its limit.
pub(crate) struct Incoming {
    bytes: Vec<u8>,
    most: usize,
}

impl Incoming {
    pub(crate) fn at_most(most: usize) -> Self {
        Self {
            bytes: Vec::new(),
            most,
        }
    }

    /// Takes what came.
    ///
    /// # Errors
    /// As soon as it cannot become one frame within the limit.
    pub(crate) fn take(&mut self, piece: &[u8]) -> Result<(), WorkerError> {
        self.bytes.extend_from_slice(piece);
        match self.expected()? {
            Some(length) if self.bytes.len() > HEADER_BYTES + length => {
                Err(WorkerError::NotOurs("there is more behind its message"))
            }
            _ => Ok(()),
        }
    }

    /// The payload, once it is whole.
    pub(crate) fn payload(&self) -> Option<&[u8]> {
        let (header, payload) = self.bytes.split_first_chunk()?;
        let length = announced(*header, self.most).ok()?;
        (payload.len() == length).then_some(payload)
    }

    /// Whether nothing has come yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    fn expected(&self) -> Result<Option<usize>, WorkerError> {
        self.bytes
            .first_chunk()
            .map(|header| announced(*header, self.most))
            .transpose()
    }
}

/// Encodes what a worker says first.
pub(crate) fn encode_hello(report: &LayerReport) -> Vec<u8> {
    report.states().iter().flat_map(encode_line).collect()
}

fn encode_line(line: &LayerState) -> [u8; LINE_BYTES] {
    let (state, detail) = match line.state {
        State::Active(detail) => (1, detail),
        State::NotAvailable(Errno(errno)) => (0, u16::try_from(errno).unwrap_or(0)),
    };
    let [d0, d1] = detail.to_le_bytes();
    let [m0, m1, m2, m3] = line.micros.to_le_bytes();
    [line.layer.number(), state, d0, d1, m0, m1, m2, m3]
}

/// Decodes it.
///
/// # Errors
/// Where it names a layer that we do not know, or one twice.
pub(crate) fn decode_hello(bytes: &[u8]) -> Result<LayerReport, WorkerError> {
    let (lines, rest) = bytes.as_chunks::<LINE_BYTES>();
    let states: Option<Vec<_>> = lines.iter().copied().map(decode_line).collect();
    match states {
        Some(states) if rest.is_empty() && each_once(&states) => Ok(LayerReport::new(states)),
        _ => Err(WorkerError::NotOurs("its report on the sandbox is not one")),
    }
}

fn decode_line([layer, state, d0, d1, micros @ ..]: [u8; LINE_BYTES]) -> Option<LayerState> {
    let detail = u16::from_le_bytes([d0, d1]);
    let state = match state {
        1 => State::Active(detail),
        0 => State::NotAvailable(Errno(i32::from(detail))),
        _ => return None,
    };
    Some(LayerState {
        layer: Layer::from_number(layer)?,
        state,
        micros: u32::from_le_bytes(micros),
    })
}

fn each_once(states: &[LayerState]) -> bool {
    states
        .iter()
        .enumerate()
        .all(|(at, line)| !states.iter().take(at).any(|before| before.layer == line.layer))
}

#[cfg(test)]
mod tests {
    use super::{HEADER_BYTES, Incoming, decode_hello, encode_hello, frame};
    use crate::WorkerError;
    use crate::layer::{Errno, Layer, LayerReport, LayerState, State};

    fn report() -> LayerReport {
        LayerReport::new(vec![
            LayerState {
                layer: Layer::Seccomp,
                state: State::Active(0),
                micros: 70_000,
            },
            LayerState {
                layer: Layer::Landlock,
                state: State::Active(6),
                micros: 9,
            },
            LayerState {
                layer: Layer::Keyring,
                state: State::NotAvailable(Errno(38)),
                micros: 0,
            },
        ])
    }

    #[test]
    fn a_hello_comes_back_as_it_went() {
        assert_eq!(decode_hello(&encode_hello(&report())).unwrap(), report());
    }

    #[test]
    fn a_hello_with_an_unknown_a_doubled_or_a_torn_line_is_refused() {
        let good = encode_hello(&report());
        let mut unknown = good.clone();
        unknown[0] = 99;
        let doubled = [&good[..8], &good[..8]].concat();
        let mut third_state = good.clone();
        third_state[1] = 2;
        for bad in [&unknown, &doubled, &third_state, &good[..good.len() - 1].to_vec()] {
            assert!(matches!(decode_hello(bad), Err(WorkerError::NotOurs(_))));
        }
    }

    #[test]
    fn a_frame_comes_in_byte_by_byte() {
        let mut incoming = Incoming::at_most(5);
        let bytes = frame(b"draft");
        for byte in &bytes[..bytes.len() - 1] {
            incoming.take(&[*byte]).unwrap();
            assert_eq!(incoming.payload(), None);
        }
        incoming.take(&bytes[bytes.len() - 1..]).unwrap();
        assert_eq!(incoming.payload(), Some(&b"draft"[..]));
        assert!(matches!(incoming.take(b"!"), Err(WorkerError::NotOurs(_))));
    }

    #[test]
    fn a_length_beyond_the_limit_is_refused_before_anything_else_is_read() {
        let header = &frame(&[0; 6])[..HEADER_BYTES];
        assert!(matches!(
            Incoming::at_most(5).take(header),
            Err(WorkerError::TooMuch)
        ));
        assert!(Incoming::at_most(6).take(header).is_ok());
    }

    #[test]
    fn another_magic_is_refused() {
        assert!(matches!(
            Incoming::at_most(5).take(b"HTTP/1.1"),
            Err(WorkerError::NotOurs(_))
        ));
    }
}
