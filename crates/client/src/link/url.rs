//! Where a server is: what a person types, and what stands behind the `@` of an address.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use core::str::FromStr;

/// The longest host name (RFC 1035 section 2.3.4, without the root's dot).
const LONGEST_HOST: usize = 253;
/// The longest part of a host name between two dots.
const LONGEST_LABEL: usize = 63;

/// The place of a server: whether TLS is spoken, a host and a port.
///
/// `ws://` exists for loopback hosts only: a connection without TLS to anything else cannot be written down. The short
/// form `host:port`, as addresses have it, means `ws://` where the host is a loopback one and `wss://` elsewhere.
/// [`Display`](fmt::Display) prints the shortest form that means the same.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ServerUrl {
    tls: bool,
    host: Host,
    port: u16,
}

/// A name or a number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Host {
    Name(String),
    Number(IpAddr),
}

/// What was typed is no server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServerUrlError {
    /// Not of the form of a server at all.
    #[error("not a server: write it as host:port, for example chat.example.org:443")]
    Form,
    /// A scheme that Snug does not speak.
    #[error("not a server: Snug speaks wss:// (and ws:// to this machine), nothing else")]
    Scheme,
    /// Without TLS, and not this machine.
    #[error("ws:// has no encryption on the way and is for this machine only: write wss://")]
    NeedsTls,
    /// The name has characters that host names do not have.
    #[error(
        "not a host name: use letters, digits, dots and hyphens; write international names in their xn-- form"
    )]
    Host,
    /// No port number.
    #[error("not a port: use a number from 1 to 65535")]
    Port,
}

impl ServerUrl {
    /// Whether TLS is spoken.
    #[must_use]
    pub const fn is_tls(&self) -> bool {
        self.tls
    }

    /// The host, as certificates and resolvers know it: no brackets around IPv6.
    #[must_use]
    pub fn host(&self) -> String {
        match &self.host {
            Host::Name(name) => name.clone(),
            Host::Number(number) => number.to_string(),
        }
    }

    /// The port.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// The full form, for the request of the WebSocket handshake.
    pub(super) fn request(&self, path: &str) -> String {
        let (scheme, host) = (self.scheme(), self.bracketed());
        format!("{scheme}://{host}:{}{path}", self.port)
    }

    const fn scheme(&self) -> &'static str {
        if self.tls { "wss" } else { "ws" }
    }

    fn bracketed(&self) -> String {
        match &self.host {
            Host::Number(IpAddr::V6(number)) => format!("[{number}]"),
            _ => self.host(),
        }
    }
}

impl fmt::Display for ServerUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.tls == self.host.is_loopback() {
            write!(out, "{}://", self.scheme())?;
        }
        write!(out, "{}:{}", self.bracketed(), self.port)
    }
}

impl FromStr for ServerUrl {
    type Err = ServerUrlError;

    fn from_str(typed: &str) -> Result<Self, ServerUrlError> {
        let (scheme, rest) = match typed.split_once("://") {
            Some((scheme, rest)) => (Some(scheme), rest),
            None => (None, typed),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let (host, port) = host_and_port(rest)?;
        let tls = match scheme {
            None => !host.is_loopback(),
            Some(scheme) if scheme.eq_ignore_ascii_case("wss") => true,
            Some(scheme) if scheme.eq_ignore_ascii_case("ws") => false,
            Some(_) => return Err(ServerUrlError::Scheme),
        };
        if !tls && !host.is_loopback() {
            return Err(ServerUrlError::NeedsTls);
        }
        let port = port.unwrap_or(if tls { 443 } else { 80 });
        Ok(Self { tls, host, port })
    }
}

impl Host {
    fn is_loopback(&self) -> bool {
        match self {
            Self::Name(name) => name == "localhost",
            Self::Number(number) => number.is_loopback(),
        }
    }
}

impl FromStr for Host {
    type Err = ServerUrlError;

    fn from_str(typed: &str) -> Result<Self, ServerUrlError> {
        if let Ok(number) = typed.parse::<Ipv4Addr>() {
            return Ok(Self::Number(IpAddr::V4(number)));
        }
        let name = typed.strip_suffix('.').unwrap_or(typed).to_ascii_lowercase();
        // The last part of a name is never a number (RFC 1123 section 2.1): 127.1 is an old way to write 127.0.0.1.
        let last = name.rsplit('.').next().unwrap_or_default();
        let numeric = last.bytes().all(|byte| byte.is_ascii_digit());
        if name.len() > LONGEST_HOST || numeric || !name.split('.').all(is_label) {
            return Err(ServerUrlError::Host);
        }
        Ok(Self::Name(name))
    }
}

fn is_label(label: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    !label.is_empty()
        && label.len() <= LONGEST_LABEL
        && label.bytes().all(inside)
        && !label.starts_with('-')
        && !label.ends_with('-')
}

fn host_and_port(typed: &str) -> Result<(Host, Option<u16>), ServerUrlError> {
    if let Some(bracketed) = typed.strip_prefix('[') {
        let (number, rest) = bracketed.split_once(']').ok_or(ServerUrlError::Form)?;
        let number = number.parse::<Ipv6Addr>().map_err(|_| ServerUrlError::Host)?;
        let port = match rest.strip_prefix(':') {
            Some(typed) => Some(port(typed)?),
            None if rest.is_empty() => None,
            None => return Err(ServerUrlError::Form),
        };
        return Ok((Host::Number(IpAddr::V6(number)), port));
    }
    let (host, port) = match typed.split_once(':') {
        Some((host, typed)) => (host, Some(port(typed)?)),
        None => (typed, None),
    };
    if host.is_empty() {
        return Err(ServerUrlError::Form);
    }
    Ok((host.parse()?, port))
}

fn port(typed: &str) -> Result<u16, ServerUrlError> {
    // `parse` alone would take a sign.
    let digits = typed.bytes().all(|byte| byte.is_ascii_digit());
    let port = typed.parse::<u16>().ok().filter(|port| digits && *port > 0);
    port.ok_or(ServerUrlError::Port)
}

#[cfg(test)]
mod tests {
    use super::{ServerUrl, ServerUrlError as E};

    fn parse(typed: &str) -> Result<ServerUrl, E> {
        typed.parse()
    }

    #[test]
    fn what_people_type() {
        for (typed, full, short) in [
            (
                "chat.example.org",
                "wss://chat.example.org:443/v1",
                "chat.example.org:443",
            ),
            (
                "Chat.Example.org.:7000",
                "wss://chat.example.org:7000/v1",
                "chat.example.org:7000",
            ),
            (
                "wss://chat.example.org/",
                "wss://chat.example.org:443/v1",
                "chat.example.org:443",
            ),
            ("127.0.0.1:7764", "ws://127.0.0.1:7764/v1", "127.0.0.1:7764"),
            ("ws://127.8.8.8", "ws://127.8.8.8:80/v1", "127.8.8.8:80"),
            ("localhost:7764", "ws://localhost:7764/v1", "localhost:7764"),
            ("WS://LOCALHOST:1", "ws://localhost:1/v1", "localhost:1"),
            ("[::1]:7764", "ws://[::1]:7764/v1", "[::1]:7764"),
            ("[2001:db8::1]", "wss://[2001:db8::1]:443/v1", "[2001:db8::1]:443"),
            (
                "wss://localhost:7764",
                "wss://localhost:7764/v1",
                "wss://localhost:7764",
            ),
            ("192.0.2.7:9", "wss://192.0.2.7:9/v1", "192.0.2.7:9"),
        ] {
            let url = parse(typed).unwrap_or_else(|error| panic!("{typed}: {error}"));
            assert_eq!(url.request("/v1"), full, "{typed}");
            assert_eq!(url.to_string(), short, "{typed}");
            assert_eq!(parse(short), Ok(url), "{typed}: the short form means the same");
        }
    }

    #[test]
    fn without_tls_only_to_this_machine() {
        for typed in [
            "ws://chat.example.org",
            "ws://192.0.2.7",
            "ws://0.0.0.0:1",
            "ws://localhost.example.org",
            "ws://[::]",
        ] {
            assert_eq!(parse(typed), Err(E::NeedsTls), "{typed}");
        }
        // Old ways to write numbers, which resolvers may take for this machine or for another, are no host at all.
        for typed in [
            "127.1:80",
            "ws://0x7f.0.0.1",
            "ws://2130706433",
            "ws://127.0.0.1.1",
        ] {
            assert_eq!(parse(typed), Err(E::Host), "{typed}");
        }
    }

    #[test]
    fn what_is_no_server() {
        for (typed, why) in [
            ("", E::Form),
            (":80", E::Form),
            ("http://chat.example.org", E::Scheme),
            ("https://chat.example.org", E::Scheme),
            ("chat.example.org:0", E::Port),
            ("chat.example.org:65536", E::Port),
            ("chat.example.org:+80", E::Port),
            ("chat.example.org:", E::Port),
            ("chat.example.org/path", E::Host),
            ("user@chat.example.org", E::Host),
            ("chat example.org", E::Host),
            ("chat..example.org", E::Host),
            ("-chat.example.org", E::Host),
            ("bücher.example", E::Host),
            ("[::1", E::Form),
            ("[::1]x", E::Form),
            ("[127.0.0.1]", E::Host),
            ("::1", E::Port),
            (&"a.".repeat(200), E::Host),
            (&"a".repeat(64), E::Host),
        ] {
            assert_eq!(parse(typed), Err(why), "{typed:?}");
        }
    }
}
