//! Addresses of the hub, and where it may send us.

use hyper::Uri;

use super::PullError;
use crate::catalogue::HUB;

/// How often the hub may send us on.
pub const MAX_REDIRECTS: usize = 5;

/// Where files may come from: the hub, and the hosts that its own list of domains (`/.well-known/meta.json`) names for downloads.
const HOSTS: [&str; 6] = [
    HUB,
    "cdn-lfs.hf.co",
    "cdn-lfs-us-1.hf.co",
    "cdn-lfs-eu-1.hf.co",
    "transfer.xethub.hf.co",
    "cas-bridge.xethub.hf.co",
];
/// The regions of the hub's own network all end so, and are too many to list.
const NETWORK: &str = ".cdn.hf.co";
/// The longest address that is followed, in bytes: signed ones are long.
const MAX_BYTES: usize = 8 << 10;

/// An address that may be asked: https, a host of the hub, port 443, no user in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    host: String,
    /// Path and query.
    path: String,
}

impl Address {
    pub(crate) fn parse(text: &str) -> Result<Self, PullError> {
        if text.len() > MAX_BYTES {
            return Err(PullError::Elsewhere);
        }
        let uri: Uri = text.parse().map_err(|_| PullError::Elsewhere)?;
        if uri.scheme_str() != Some("https") {
            return Err(PullError::NotHttps);
        }
        let authority = uri.authority().ok_or(PullError::Elsewhere)?;
        let host = authority.host().to_ascii_lowercase();
        let is_plain = matches!(authority.port_u16(), None | Some(443)) && !authority.as_str().contains('@');
        if !is_plain || !is_the_hubs(&host) {
            return Err(PullError::Elsewhere);
        }
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Ok(Self { host, path })
    }

    /// Where a `Location` leads from here: an address, or a path on the same host.
    pub(crate) fn follow(&self, location: &str) -> Result<Self, PullError> {
        if location.starts_with('/') && !location.starts_with("//") {
            return Self::parse(&format!("https://{}{location}", self.host));
        }
        Self::parse(location)
    }

    pub(crate) fn host(&self) -> &str {
        &self.host
    }

    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Whether this is the hub itself, whose word about a file counts, and not what carries its bytes.
    pub(crate) fn is_hub(&self) -> bool {
        self.host == HUB
    }
}

fn is_the_hubs(host: &str) -> bool {
    let is_in_network = host
        .strip_suffix(NETWORK)
        .is_some_and(|region| !region.is_empty() && !region.starts_with('.'));
    HOSTS.contains(&host) || is_in_network
}

#[cfg(test)]
mod tests {
    use super::{Address, MAX_BYTES};
    use crate::PullError;

    #[test]
    fn only_the_hub_over_https() {
        for good in [
            "https://huggingface.co/a/b/resolve/main/c.gguf",
            "https://HuggingFace.co:443/a",
            "https://us.aws.cdn.hf.co/xet?Signature=a~b&x=%2F",
        ] {
            Address::parse(good).unwrap();
        }
        for (bad, why) in [
            ("http://huggingface.co/a", PullError::NotHttps),
            ("ftp://huggingface.co/a", PullError::NotHttps),
            ("file:///etc/passwd", PullError::Elsewhere),
            ("https://elsewhere.example/a", PullError::Elsewhere),
            ("https://huggingface.co.elsewhere.example/a", PullError::Elsewhere),
            ("https://elsewhere-cdn.hf.co/a", PullError::Elsewhere),
            ("https://.cdn.hf.co/a", PullError::Elsewhere),
            ("https://cdn.hf.co/a", PullError::Elsewhere),
            ("https://huggingface.co@elsewhere.example/a", PullError::Elsewhere),
            ("https://user:pass@huggingface.co/a", PullError::Elsewhere),
            ("https://huggingface.co:8443/a", PullError::Elsewhere),
            ("https://127.0.0.1/a", PullError::Elsewhere),
            ("https://[::1]/a", PullError::Elsewhere),
            ("https://huggingface.co./a", PullError::Elsewhere),
        ] {
            let found = Address::parse(bad).unwrap_err();
            assert_eq!(found.to_string(), why.to_string(), "{bad}");
        }
        for bad in [
            "",
            "/a",
            "huggingface.co/a",
            "https://",
            "https:///a",
            "https://huggingface.co/\r\nX: y",
        ] {
            assert!(Address::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Address::parse(&format!("https://huggingface.co/{}", "a".repeat(MAX_BYTES))).is_err());
    }

    #[test]
    fn a_path_stays_on_its_host() {
        let hub = Address::parse("https://huggingface.co/a").unwrap();
        assert_eq!(hub.follow("/b?c").unwrap().path(), "/b?c");
        assert_eq!(hub.follow("/b").unwrap().host(), "huggingface.co");
        for elsewhere in [
            "//elsewhere.example/b",
            "b",
            "../b",
            "http://huggingface.co/b",
            "",
        ] {
            assert!(hub.follow(elsewhere).is_err(), "{elsewhere}");
        }
    }
}
