//! Whose program is at the other end of a connection, as the kernel tells it (A28): other users of this machine are refused
//! before a byte of them is read.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{IpAddr, SocketAddr};

/// Shows that the other end belongs to the user that Snug runs as. Only [`own`] makes one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Own(());

/// Looks the other end up in the kernel's tables of sockets (proc(5)). What is not found there is refused.
pub(crate) fn own(peer: SocketAddr, here: SocketAddr) -> Option<Own> {
    let me = rustix::process::getuid().as_raw();
    let tables = ["/proc/net/tcp", "/proc/net/tcp6"];
    let owner = tables.iter().find_map(|table| owner(table, peer, here));
    (owner == Some(me)).then_some(Own(()))
}

fn owner(table: &str, peer: SocketAddr, here: SocketAddr) -> Option<u32> {
    let lines = BufReader::new(File::open(table).ok()?).lines();
    lines
        .map_while(Result::ok)
        .find_map(|line| owner_in(&line, peer, here))
}

/// The owner of the socket of this line, if it is the one that is connected from there to here.
fn owner_in(line: &str, peer: SocketAddr, here: SocketAddr) -> Option<u32> {
    let mut fields = line.split_ascii_whitespace().skip(1);
    let (from, to) = (fields.next()?, fields.next()?);
    if !is(from, peer) || !is(to, here) {
        return None;
    }
    fields.nth(4)?.parse().ok()
}

/// Whether the table means this address: hexadecimal words in the order of the processor, a colon, and the port.
fn is(written: &str, address: SocketAddr) -> bool {
    let expected = |ip: &[u8]| {
        let words = ip.chunks_exact(4).filter_map(|word| word.try_into().ok());
        let host: String = words
            .map(|word| format!("{:08X}", u32::from_ne_bytes(word)))
            .collect();
        format!("{host}:{:04X}", address.port())
    };
    match address.ip() {
        IpAddr::V4(ip) => {
            written == expected(&ip.octets()) || written == expected(&ip.to_ipv6_mapped().octets())
        }
        IpAddr::V6(ip) => written == expected(&ip.octets()),
    }
}

#[cfg(test)]
mod tests {
    use super::{own, owner_in};
    use std::net::{TcpListener, TcpStream};

    #[test]
    fn the_kernel_knows_our_own_connection() {
        // Not every machine has IPv6.
        let listeners = ["127.0.0.1:0", "[::1]:0"].map(TcpListener::bind);
        assert!(listeners[0].is_ok());
        for listener in listeners.into_iter().flatten() {
            let here = listener.local_addr().unwrap();
            let stream = TcpStream::connect(here).unwrap();
            let (_accepted, peer) = listener.accept().unwrap();
            assert!(own(peer, here).is_some(), "{here}");
            let nobody = "127.0.0.1:1".parse().unwrap();
            assert!(own(nobody, here).is_none());
            drop(stream);
        }
    }

    #[test]
    fn the_owner_stands_in_the_line_of_the_other_end() {
        let line =
            "   3: 0100007F:9C40 0100007F:1F90 01 00000000:00000000 00:00000000 00000000  1000        0 1 1";
        let (peer, here) = (
            "127.0.0.1:40000".parse().unwrap(),
            "127.0.0.1:8080".parse().unwrap(),
        );
        if cfg!(target_endian = "little") {
            assert_eq!(owner_in(line, peer, here), Some(1000));
            assert_eq!(owner_in(line, here, peer), None);
            let six = line.replace("0100007F", "0000000000000000FFFF00000100007F");
            assert_eq!(owner_in(&six, peer, here), Some(1000));
        }
        for broken in [
            "",
            "1:",
            "  sl  local_address rem_address   st",
            "0: 0100007F:9C40 0100007F:1F90 01",
        ] {
            assert_eq!(owner_in(broken, peer, here), None);
        }
    }
}
