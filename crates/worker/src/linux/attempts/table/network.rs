//! Ways to reach another machine, or another process through a socket.

use libc::{
    SYS_bind, SYS_connect, SYS_getpeername, SYS_recvfrom, SYS_recvmsg, SYS_sendmsg, SYS_sendto,
    SYS_setsockopt, SYS_shutdown, SYS_socket, SYS_socketpair, SYS_write,
};

use crate::system::attempts::step::Value::{Bytes, Leaked, N, Prop, Room};
use crate::system::attempts::step::{Call, Leak, Prop as Props, Row, call};

const fn row(id: &'static str, what: &'static str, how: &'static str, calls: &'static [Call]) -> Row {
    Row::new("network", id, what, how, calls)
}

/// 127.0.0.1, port 9, which throws away what it gets.
const DISCARD: &[u8] = &[2, 0, 0, 9, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
const DONT_WAIT: i64 = libc::MSG_DONTWAIT as i64;

pub(super) const ROWS: &[Row] = &[
    row(
        "tcp",
        "open a TCP socket",
        "socket(AF_INET, SOCK_STREAM)",
        &[call(SYS_socket, &[N(2), N(1), N(0)])],
    )
    .ordinary(),
    row(
        "udp",
        "open a UDP socket",
        "socket(AF_INET, SOCK_DGRAM)",
        &[call(SYS_socket, &[N(2), N(2), N(0)])],
    )
    .ordinary(),
    row(
        "tcp6",
        "open a TCP socket for IPv6",
        "socket(AF_INET6, SOCK_STREAM)",
        &[call(SYS_socket, &[N(10), N(1), N(0)])],
    ),
    row(
        "udp6",
        "open a UDP socket for IPv6",
        "socket(AF_INET6, SOCK_DGRAM)",
        &[call(SYS_socket, &[N(10), N(2), N(0)])],
    ),
    row(
        "mptcp",
        "open a multipath TCP socket",
        "socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP)",
        &[call(SYS_socket, &[N(2), N(1), N(262)])],
    ),
    row(
        "ping",
        "open a ping socket",
        "socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP)",
        &[call(SYS_socket, &[N(2), N(2), N(1)])],
    ),
    row(
        "raw",
        "open a raw IP socket",
        "socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)",
        &[call(SYS_socket, &[N(2), N(3), N(1)])],
    ),
    row(
        "packet",
        "open a packet socket",
        "socket(AF_PACKET, SOCK_RAW)",
        &[call(SYS_socket, &[N(17), N(3), N(0)])],
    ),
    row(
        "unix",
        "open a Unix socket",
        "socket(AF_UNIX, SOCK_STREAM)",
        &[call(SYS_socket, &[N(1), N(1), N(0)])],
    )
    .ordinary(),
    row(
        "unix-datagram",
        "open a Unix datagram socket",
        "socket(AF_UNIX, SOCK_DGRAM)",
        &[call(SYS_socket, &[N(1), N(2), N(0)])],
    )
    .ordinary(),
    row(
        "netlink",
        "ask the kernel about its network",
        "socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE)",
        &[call(SYS_socket, &[N(16), N(3), N(0)])],
    )
    .ordinary(),
    row(
        "vsock",
        "open a socket to the host of a virtual machine",
        "socket(AF_VSOCK, SOCK_STREAM)",
        &[call(SYS_socket, &[N(40), N(1), N(0)])],
    ),
    row(
        "alg",
        "open a socket to the kernel's cryptography",
        "socket(AF_ALG, SOCK_SEQPACKET)",
        &[call(SYS_socket, &[N(38), N(5), N(0)])],
    ),
    row(
        "bluetooth",
        "open a Bluetooth socket",
        "socket(AF_BLUETOOTH, SOCK_RAW)",
        &[call(SYS_socket, &[N(31), N(3), N(1)])],
    ),
    row(
        "can",
        "open a socket to a vehicle's bus",
        "socket(AF_CAN, SOCK_RAW)",
        &[call(SYS_socket, &[N(29), N(3), N(1)])],
    ),
    row(
        "xdp",
        "open a socket to a network card's rings",
        "socket(AF_XDP, SOCK_RAW)",
        &[call(SYS_socket, &[N(44), N(3), N(0)])],
    ),
    row(
        "tipc",
        "open a cluster socket",
        "socket(AF_TIPC, SOCK_RDM)",
        &[call(SYS_socket, &[N(30), N(4), N(0)])],
    ),
    row(
        "rds",
        "open a reliable datagram socket",
        "socket(AF_RDS, SOCK_SEQPACKET)",
        &[call(SYS_socket, &[N(21), N(5), N(0)])],
    ),
    row(
        "smc",
        "open a shared-memory socket",
        "socket(AF_SMC, SOCK_STREAM)",
        &[call(SYS_socket, &[N(43), N(1), N(0)])],
    ),
    row(
        "qrtr",
        "open a socket to a modem",
        "socket(AF_QIPCRTR, SOCK_DGRAM)",
        &[call(SYS_socket, &[N(42), N(2), N(0)])],
    ),
    row(
        "socketpair",
        "make a pair of sockets",
        "socketpair(AF_UNIX, SOCK_STREAM)",
        &[call(SYS_socketpair, &[N(1), N(1), N(0), Room])],
    )
    .ordinary(),
    row(
        "leaked-tcp-send",
        "send through a connected socket that was left open",
        "sendto(leaked TCP socket)",
        &[call(
            SYS_sendto,
            &[Leaked(Leak::Tcp), Bytes(b"snug"), N(4), N(DONT_WAIT), N(0), N(0)],
        )],
    )
    .ordinary(),
    row(
        "leaked-tcp-write",
        "write to a connected socket that was left open",
        "write(leaked TCP socket)",
        &[call(SYS_write, &[Leaked(Leak::Tcp), Bytes(b"snug"), N(4)])],
    )
    .ordinary(),
    row(
        "leaked-tcp-peer",
        "ask who is at the other end of a socket",
        "getpeername(leaked TCP socket)",
        &[call(
            SYS_getpeername,
            &[Leaked(Leak::Tcp), Room, Bytes(&[128, 0, 0, 0])],
        )],
    )
    .ordinary(),
    row(
        "leaked-tcp-close",
        "end a connection that was left open",
        "shutdown(leaked TCP socket)",
        &[call(SYS_shutdown, &[Leaked(Leak::Tcp), N(0)])],
    )
    .ordinary(),
    row(
        "leaked-udp-sendto",
        "send a datagram to an address of its choice",
        "sendto(leaked UDP socket, 127.0.0.1)",
        &[call(
            SYS_sendto,
            &[
                Leaked(Leak::Udp),
                Bytes(b"snug"),
                N(4),
                N(DONT_WAIT),
                Bytes(DISCARD),
                N(16),
            ],
        )],
    )
    .ordinary(),
    row(
        "leaked-udp-connect",
        "connect a socket that was left open",
        "connect(leaked UDP socket, 127.0.0.1)",
        &[call(SYS_connect, &[Leaked(Leak::Udp), Bytes(DISCARD), N(16)])],
    )
    .ordinary(),
    row(
        "leaked-udp-bind",
        "bind a socket that was left open",
        "bind(leaked UDP socket)",
        &[call(
            SYS_bind,
            &[
                Leaked(Leak::Udp),
                Bytes(&[2, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]),
                N(16),
            ],
        )],
    )
    .reached_by(&[libc::EINVAL]),
    row(
        "leaked-udp-option",
        "set an option of a socket that was left open",
        "setsockopt(leaked UDP socket, SO_REUSEADDR)",
        &[call(
            SYS_setsockopt,
            &[Leaked(Leak::Udp), N(1), N(2), Bytes(&[0, 0, 0, 0]), N(4)],
        )],
    )
    .ordinary(),
    row(
        "leaked-unix-send",
        "send through a Unix socket that was left open",
        "sendto(leaked Unix socket)",
        &[call(
            SYS_sendto,
            &[Leaked(Leak::Unix), Bytes(b"snug"), N(4), N(DONT_WAIT), N(0), N(0)],
        )],
    )
    .ordinary(),
    row(
        "leaked-unix-receive",
        "listen on a Unix socket that was left open",
        "recvfrom(leaked Unix socket)",
        &[call(
            SYS_recvfrom,
            &[Leaked(Leak::Unix), Room, N(4), N(DONT_WAIT), N(0), N(0)],
        )],
    )
    .reached_by(&[libc::EAGAIN]),
    row(
        "leaked-unix-pass",
        "hand its answer pipe to another process",
        "sendmsg(leaked Unix socket, SCM_RIGHTS)",
        &[call(
            SYS_sendmsg,
            &[Leaked(Leak::Unix), Prop(Props::Message), N(DONT_WAIT)],
        )],
    )
    .ordinary(),
    row(
        "leaked-unix-take",
        "take a descriptor from another process",
        "recvmsg(leaked Unix socket)",
        &[call(
            SYS_recvmsg,
            &[Leaked(Leak::Unix), Prop(Props::Message), N(DONT_WAIT)],
        )],
    )
    .reached_by(&[libc::EAGAIN]),
];
