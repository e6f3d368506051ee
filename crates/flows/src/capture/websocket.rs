//! WebSocket frames (RFC 6455 section 5.2) in one direction of a connection.

/// A message: the payloads of its frames, unmasked and joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// 1 text, 2 binary, 8 close, 9 ping, 10 pong.
    pub opcode: u8,
    /// It came masked, as all that clients send does.
    pub is_masked: bool,
    /// What it says.
    pub payload: Vec<u8>,
}

/// All messages behind the HTTP head. A last one that is cut off is left out. `None` if there is no HTTP head or the bytes
/// behind it are no frames; frames with an extension (compression) are none.
#[must_use]
pub fn messages(stream: &[u8]) -> Option<Vec<Message>> {
    const END: &[u8] = b"\r\n\r\n";
    let head = stream.windows(END.len()).position(|window| window == END)?;
    let mut rest = stream.get(head + END.len()..)?;
    let mut all: Vec<Message> = Vec::new();
    let mut open: Option<Message> = None;
    while let Some(frame) = Frame::next(rest)? {
        rest = rest.get(frame.length..)?;
        if frame.opcode >= 8 {
            all.push(frame.message);
            continue;
        }
        let mut message = match (open.take(), frame.opcode) {
            (None, 1 | 2) => frame.message,
            (Some(mut message), 0) => {
                message.payload.extend(frame.message.payload);
                message
            }
            _ => return None,
        };
        message.is_masked &= frame.message_is_masked;
        if frame.is_last {
            all.push(message);
        } else {
            open = Some(message);
        }
    }
    Some(all)
}

struct Frame {
    message: Message,
    message_is_masked: bool,
    opcode: u8,
    is_last: bool,
    length: usize,
}

impl Frame {
    /// `Some(None)`: not all of it is there.
    fn next(bytes: &[u8]) -> Option<Option<Self>> {
        let &[first, second, ..] = bytes else {
            return Some(None);
        };
        if first & 0x70 != 0 {
            return None;
        }
        let (is_masked, short) = (second & 0x80 != 0, second & 0x7F);
        let wide = match short {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let Some(length) = bytes.get(2..2 + wide) else {
            return Some(None);
        };
        let length = match wide {
            0 => u64::from(short),
            _ => length
                .iter()
                .fold(0, |length, byte| length << 8 | u64::from(*byte)),
        };
        let begin = 2 + wide + if is_masked { 4 } else { 0 };
        let end = begin.checked_add(usize::try_from(length).ok()?)?;
        let (Some(mask), Some(payload)) = (bytes.get(2 + wide..begin), bytes.get(begin..end)) else {
            return Some(None);
        };
        let payload = match mask {
            [] => payload.to_vec(),
            mask => payload
                .iter()
                .zip(mask.iter().cycle())
                .map(|(byte, mask)| byte ^ mask)
                .collect(),
        };
        let opcode = first & 15;
        Some(Some(Self {
            message: Message {
                opcode,
                is_masked,
                payload,
            },
            message_is_masked: is_masked,
            opcode,
            is_last: first & 0x80 != 0,
            length: end,
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 6455 section 5.7.
    #[test]
    fn the_examples_of_the_standard_are_read() {
        let mut stream = b"GET / HTTP/1.1\r\n\r\n".to_vec();
        stream.extend([0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58]);
        stream.extend([0x01, 0x03, 0x48, 0x65, 0x6c]);
        stream.extend([0x89, 0x00]);
        stream.extend([0x80, 0x02, 0x6c, 0x6f]);
        stream.extend([0x82, 0x7E, 0x01, 0x00]);
        stream.extend([7; 256]);
        stream.extend([0x82, 0x7F, 0, 0, 0, 0, 0, 0x01, 0, 0]);
        stream.extend([8; 65536]);
        // Cut off.
        stream.extend([0x82, 0x7E, 0x01]);
        let all = messages(&stream).unwrap();
        let short = |message: &Message| (message.opcode, message.is_masked, message.payload.len());
        assert_eq!(
            all.iter().map(short).collect::<Vec<_>>(),
            [
                (1, true, 5),
                (9, false, 0),
                (1, false, 5),
                (2, false, 256),
                (2, false, 65536)
            ]
        );
        assert_eq!(
            (&all[0].payload[..], &all[2].payload[..]),
            (&b"Hello"[..], &b"Hello"[..])
        );
    }

    #[test]
    fn what_is_compressed_is_not_read() {
        assert_eq!(messages(b"HTTP/1.1 101\r\n\r\n\xC1\x02\x4b\x4c"), None);
    }
}
