//! Who may ask for what: the rules of a page on loopback, on each request, before anything else looks at it.
//!
//! 1. Exactly one Host, byte for byte ours, or 421: also for reading, so that no other name that leads here (DNS rebinding) is
//!    answered. A target in absolute form has to name the same.
//! 2. What changes anything needs an Origin that is byte for byte ours, or 403.
//! 3. All but the shell, its assets and the exchange of a ticket need the header of a session, or 401.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};

use crate::keys::{Keys, Session};

/// The header that carries a session's token.
pub(crate) const SESSION: &str = "snug-session";

/// What a request may have.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Admitted {
    /// The shell, assets, and the exchange of a ticket: nothing of a person is in them.
    Anybody,
    /// Everything.
    Person(Session),
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// Not our name.
    Host,
    /// Another page's request.
    Origin,
    /// No session, or none of this run.
    Session,
}

impl Refused {
    pub(crate) fn status(self) -> StatusCode {
        match self {
            Self::Host => StatusCode::MISDIRECTED_REQUEST,
            Self::Origin => StatusCode::FORBIDDEN,
            Self::Session => StatusCode::UNAUTHORIZED,
        }
    }
}

/// The rules.
pub(crate) fn admit(
    host: &str,
    keys: &Keys,
    method: &Method,
    target: &Uri,
    headers: &HeaderMap,
) -> Result<Admitted, Refused> {
    let named = target
        .authority()
        .is_none_or(|authority| authority.as_str() == host);
    if !named || only(headers, &header::HOST) != Some(host.as_bytes()) {
        return Err(Refused::Host);
    }
    let is_safe = matches!(*method, Method::GET | Method::HEAD);
    if !is_safe && !is_our_origin(host, headers) {
        return Err(Refused::Origin);
    }
    if let Some(session) = session(keys, headers) {
        return Ok(Admitted::Person(session));
    }
    if is_for_anybody(method, target.path()) {
        Ok(Admitted::Anybody)
    } else {
        Err(Refused::Session)
    }
}

fn is_our_origin(host: &str, headers: &HeaderMap) -> bool {
    only(headers, &header::ORIGIN).and_then(|origin| origin.strip_prefix(b"http://")) == Some(host.as_bytes())
}

fn session(keys: &Keys, headers: &HeaderMap) -> Option<Session> {
    let mut sent = headers.get_all(SESSION).iter();
    let token = sent.next().filter(|_| sent.next().is_none())?;
    keys.session(token.to_str().ok()?)
}

fn is_for_anybody(method: &Method, path: &str) -> bool {
    match *method {
        Method::GET | Method::HEAD => path == "/" || path.starts_with("/assets/"),
        Method::POST => path == "/session",
        _ => false,
    }
}

fn only<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> Option<&'a [u8]> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    values.next().is_none().then_some(first.as_bytes())
}

/// On each answer, whatever it is.
pub(crate) fn protect(headers: &mut HeaderMap) {
    for (name, value) in PROTECTION {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

/// The policy begins with nothing and names what the window uses. Markup is only parsed by the policy `snug` of Trusted Types;
/// it is not what keeps hostile text harmless (escaping is), it keeps any other script from doing the same.
const PROTECTION: [(header::HeaderName, &str); 9] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
         form-action 'none'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types snug",
    ),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (
        header::HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        header::HeaderName::from_static("cross-origin-resource-policy"),
        "same-origin",
    ),
    (
        header::HeaderName::from_static("cross-origin-embedder-policy"),
        "require-corp",
    ),
    (
        header::HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), display-capture=(), usb=(), serial=(), hid=(), payment=()",
    ),
];

#[cfg(test)]
mod tests {
    use super::{Admitted, Refused, SESSION, admit};
    use crate::keys::Keys;
    use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
    use std::time::Instant;

    const HOST: &str = "a1.localhost:4000";

    fn ask(method: &Method, target: &str, sent: &[(&str, &str)]) -> Result<Admitted, Refused> {
        let (mut keys, now) = (Keys::default(), Instant::now());
        let ticket = keys.issue(now, [1; 32]);
        let token = keys.exchange(&ticket, now, [2; 32]).unwrap();
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            let value = if *value == "TOKEN" { &token } else { *value };
            let name: HeaderName = name.parse().unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        admit(HOST, &keys, method, &target.parse::<Uri>().unwrap(), &headers)
    }

    #[test]
    fn another_host_is_not_answered() {
        let (host, token) = (("host", HOST), (SESSION, "TOKEN"));
        assert!(matches!(
            ask(&Method::GET, "/app", &[host, token]),
            Ok(Admitted::Person(_))
        ));
        let foreign: [&[(&str, &str)]; 7] = [
            &[token],
            &[("host", "127.0.0.1:4000"), token],
            &[("host", "localhost:4000"), token],
            &[("host", "a1.localhost"), token],
            &[("host", "A1.localhost:4000"), token],
            &[("host", "a1.localhost:4000."), token],
            &[host, host, token],
        ];
        for sent in foreign {
            assert_eq!(
                ask(&Method::GET, "/", sent).unwrap_err(),
                Refused::Host,
                "{sent:?}"
            );
        }
        let absolute = "http://evil.example/app";
        assert_eq!(
            ask(&Method::GET, absolute, &[host, token]).unwrap_err(),
            Refused::Host
        );
    }

    #[test]
    fn only_our_own_page_changes_anything() {
        let (host, token) = (("host", HOST), (SESSION, "TOKEN"));
        let ours = ("origin", "http://a1.localhost:4000");
        assert!(ask(&Method::POST, "/lock", &[host, token, ours]).is_ok());
        let foreign: [&[(&str, &str)]; 6] = [
            &[host, token],
            &[host, token, ("origin", "null")],
            &[host, token, ("origin", "http://a1.localhost:4001")],
            &[host, token, ("origin", "https://a1.localhost:4000")],
            &[host, token, ("origin", "http://a1.localhost:4000/")],
            &[host, token, ours, ours],
        ];
        for sent in foreign {
            for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
                assert_eq!(
                    ask(&method, "/lock", sent).unwrap_err(),
                    Refused::Origin,
                    "{sent:?}"
                );
            }
        }
    }

    #[test]
    fn without_a_session_there_is_the_shell_alone() {
        let (host, ours) = (("host", HOST), ("origin", "http://a1.localhost:4000"));
        for path in ["/", "/assets/snug.css"] {
            assert!(matches!(ask(&Method::GET, path, &[host]), Ok(Admitted::Anybody)));
        }
        assert!(matches!(
            ask(&Method::POST, "/session", &[host, ours]),
            Ok(Admitted::Anybody)
        ));
        for path in [
            "/app",
            "/live",
            "/journal",
            "/chat/1",
            "/session",
            "/search?q=key",
        ] {
            for sent in [&[host][..], &[host, (SESSION, "")], &[host, (SESSION, "0202")]] {
                assert_eq!(ask(&Method::GET, path, sent).unwrap_err(), Refused::Session);
            }
        }
        assert_eq!(
            ask(
                &Method::GET,
                "/app",
                &[host, (SESSION, "TOKEN"), (SESSION, "TOKEN")]
            )
            .unwrap_err(),
            Refused::Session
        );
        assert_eq!(
            ask(&Method::POST, "/send", &[host, ours]).unwrap_err(),
            Refused::Session
        );
    }
}
