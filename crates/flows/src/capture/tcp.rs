//! TCP over IPv4 on Ethernet (RFC 9293, RFC 791): from packets to streams.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};

/// What one side of a connection sent to the other.
#[derive(Clone, Debug)]
pub struct Stream {
    /// Who sent it.
    pub from: SocketAddrV4,
    /// To whom.
    pub to: SocketAddrV4,
    /// What.
    pub bytes: Vec<u8>,
    /// All of it was recorded, from the first byte on.
    pub is_whole: bool,
}

/// All streams in which at least one byte was sent, in the order in which they began.
#[must_use]
pub fn streams(packets: &[Vec<u8>]) -> Vec<Stream> {
    let mut all: Vec<Half> = Vec::new();
    for segment in packets.iter().filter_map(|packet| segment(packet)) {
        let known = all.iter_mut().rev().find(|half| half.is_of(&segment));
        match known {
            Some(half) if !segment.opens() => half.take(&segment),
            _ => all.push(Half::begin(&segment)),
        }
    }
    all.into_iter()
        .filter(|half| !half.parts.is_empty())
        .map(Half::join)
        .collect()
}

struct Segment<'a> {
    from: SocketAddrV4,
    to: SocketAddrV4,
    sequence: u32,
    flags: u8,
    payload: &'a [u8],
}

const SYN: u8 = 2;

impl Segment<'_> {
    fn opens(&self) -> bool {
        self.flags & SYN != 0
    }
}

fn segment(packet: &[u8]) -> Option<Segment<'_>> {
    let (ethernet, ip) = packet.split_at_checked(14)?;
    if ethernet.get(12..) != Some(&[8, 0][..]) || ip.first()? >> 4 != 4 || ip.get(9) != Some(&6) {
        return None;
    }
    let length = usize::from(short(ip, 2)?);
    let (head, tcp) = ip
        .get(..length)?
        .split_at_checked(usize::from(ip.first()? & 15) * 4)?;
    let address = |at: usize| -> Option<Ipv4Addr> {
        let bytes: [u8; 4] = head.get(at..at + 4)?.try_into().ok()?;
        Some(bytes.into())
    };
    Some(Segment {
        from: SocketAddrV4::new(address(12)?, short(tcp, 0)?),
        to: SocketAddrV4::new(address(16)?, short(tcp, 2)?),
        sequence: u32::from_be_bytes(tcp.get(4..8)?.try_into().ok()?),
        flags: *tcp.get(13)?,
        payload: tcp.get(usize::from(tcp.get(12)? >> 4) * 4..)?,
    })
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// A stream in parts, by their distance from its first byte.
struct Half {
    from: SocketAddrV4,
    to: SocketAddrV4,
    first: u32,
    began: bool,
    parts: BTreeMap<u32, Vec<u8>>,
}

impl Half {
    fn begin(segment: &Segment<'_>) -> Self {
        let mut half = Self {
            from: segment.from,
            to: segment.to,
            first: segment.sequence.wrapping_add(u32::from(segment.opens())),
            began: segment.opens(),
            parts: BTreeMap::new(),
        };
        half.take(segment);
        half
    }

    fn is_of(&self, segment: &Segment<'_>) -> bool {
        (self.from, self.to) == (segment.from, segment.to)
    }

    fn take(&mut self, segment: &Segment<'_>) {
        let distance = segment.sequence.wrapping_sub(self.first);
        // Below the first byte is a probe whether the other side is still there.
        if !segment.payload.is_empty() && distance < 1 << 31 {
            let part = self.parts.entry(distance).or_default();
            if part.len() < segment.payload.len() {
                *part = segment.payload.to_vec();
            }
        }
    }

    fn join(self) -> Stream {
        let (mut bytes, mut is_whole) = (Vec::new(), self.began);
        for (distance, part) in self.parts {
            let have = bytes.len();
            let distance = usize::try_from(distance).unwrap();
            is_whole &= distance <= have;
            bytes.extend(part.into_iter().skip(have.saturating_sub(distance)));
        }
        Stream {
            from: self.from,
            to: self.to,
            bytes,
            is_whole,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(from: u16, sequence: u32, flags: u8, payload: &[u8]) -> Vec<u8> {
        let mut packet = vec![0; 12];
        packet.extend([8, 0]);
        let length = u16::try_from(40 + payload.len()).unwrap().to_be_bytes();
        packet.extend([0x45, 0, length[0], length[1], 0, 0, 0, 0, 64, 6, 0, 0]);
        packet.extend([127, 0, 0, 1, 127, 0, 0, 1]);
        packet.extend(from.to_be_bytes());
        packet.extend([0, 80]);
        packet.extend(sequence.to_be_bytes());
        packet.extend([0, 0, 0, 0, 0x50, flags, 0, 0, 0, 0, 0, 0]);
        packet.extend(payload);
        // Short frames are filled up on their way.
        packet.extend([0; 6]);
        packet
    }

    #[test]
    fn parts_out_of_order_twice_and_over_the_turn_of_the_numbers_are_one_stream() {
        let packets = [
            packet(9, u32::MAX - 2, SYN, b""),
            packet(9, u32::MAX - 1, 16, b"abc"),
            packet(9, 3, 16, b"fgh"),
            packet(9, u32::MAX - 1, 16, b"abc"),
            packet(9, 1, 16, b"de"),
            packet(9, 1, 16, b"defg"),
        ];
        let all = streams(&packets);
        assert_eq!(all.len(), 1);
        assert_eq!((&all[0].bytes[..], all[0].is_whole), (&b"abcdefgh"[..], true));
    }

    #[test]
    fn a_hole_is_told_and_a_second_connection_is_another_stream() {
        let packets = [
            packet(9, 4, SYN, b""),
            packet(9, 5, 16, b"ab"),
            packet(9, 9, 16, b"cd"),
            packet(9, 70, SYN, b""),
            packet(9, 71, 16, b"second"),
        ];
        let all = streams(&packets);
        let is_whole: Vec<_> = all.iter().map(|stream| stream.is_whole).collect();
        assert_eq!(is_whole, [false, true]);
        assert_eq!(all[1].bytes, b"second");
    }
}
