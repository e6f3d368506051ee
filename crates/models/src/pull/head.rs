//! What the head of an answer says, taken apart without believing more than has to be believed.

use hyper::StatusCode;
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_RANGE, ETAG, HeaderMap, HeaderName};

use super::PullError;
use super::address::Address;
use crate::Digest;
use crate::catalogue::Size;
use crate::store::Meta;

/// The longest validator that is kept, in bytes.
const MAX_ETAG_BYTES: usize = 256;

/// What the hub says of a file before it sends us to where the bytes are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Stated {
    pub(super) digest: Option<Digest>,
    pub(super) bytes: Option<u64>,
}

impl Stated {
    /// The hub's headers for a large file. Of other hosts they count for nothing.
    pub(super) fn hear(&mut self, address: &Address, headers: &HeaderMap) {
        if !address.is_hub() {
            return;
        }
        let linked = |name| text(headers, &HeaderName::from_static(name));
        if let Some(etag) = linked("x-linked-etag") {
            self.digest = Digest::parse(etag.trim_matches('"')).ok();
        }
        if let Some(size) = linked("x-linked-size") {
            self.bytes = size.parse().ok();
        }
    }
}

/// What comes now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Coming {
    /// The whole file, from its first byte.
    Whole(Meta),
    /// The rest of it, from where we are.
    Rest,
    /// The hub cannot go on from where we are: it has to be begun again.
    CannotGoOn,
}

/// What we know when we ask.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) from: &'a str,
    /// Bytes that are here, all of the file that `meta` describes.
    pub(super) here: u64,
    pub(super) meta: Option<&'a Meta>,
    pub(super) size: Size,
    pub(super) stated: Stated,
}

/// Judges an answer that sends us nowhere else.
pub(super) fn judge(status: StatusCode, headers: &HeaderMap, asked: Asked<'_>) -> Result<Coming, PullError> {
    match status {
        StatusCode::OK => whole(headers, asked).map(Coming::Whole),
        StatusCode::PARTIAL_CONTENT => rest(headers, asked),
        StatusCode::RANGE_NOT_SATISFIABLE if asked.here > 0 => Ok(Coming::CannotGoOn),
        StatusCode::NOT_FOUND | StatusCode::GONE => Err(PullError::NotThere),
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => Err(PullError::Forbidden),
        StatusCode::TOO_MANY_REQUESTS => Err(PullError::Troubled(status.as_u16())),
        _ if status.is_server_error() => Err(PullError::Troubled(status.as_u16())),
        _ => Err(PullError::Status(status.as_u16())),
    }
}

fn whole(headers: &HeaderMap, asked: Asked<'_>) -> Result<Meta, PullError> {
    is_as_it_is(headers)?;
    let length = text(headers, &CONTENT_LENGTH).and_then(|length| length.parse().ok());
    let bytes: u64 = length.ok_or(PullError::Lied("it does not say how large the file is"))?;
    if asked.stated.bytes.is_some_and(|stated| stated != bytes) {
        return Err(PullError::Lied("it names two sizes for one file"));
    }
    if !asked.size.allows(bytes) {
        return Err(PullError::OtherSize {
            found: bytes,
            expected: asked.size.bytes(),
        });
    }
    Ok(Meta {
        from: asked.from.to_owned(),
        bytes,
        etag: strong_etag(headers),
        stated: asked.stated.digest,
    })
}

fn rest(headers: &HeaderMap, asked: Asked<'_>) -> Result<Coming, PullError> {
    is_as_it_is(headers)?;
    let Some(meta) = asked.meta.filter(|_| asked.here > 0) else {
        return Err(PullError::Lied("it sends a part where the whole was asked for"));
    };
    let range = text(headers, &CONTENT_RANGE).and_then(Range::parse);
    let range = range.ok_or(PullError::Lied("it does not say which part it sends"))?;
    let has_changed = range.total != meta.bytes
        || strong_etag(headers).is_some_and(|etag| meta.etag.as_ref().is_some_and(|ours| *ours != etag))
        || asked
            .stated
            .digest
            .is_some_and(|digest| meta.stated.is_some_and(|ours| ours != digest));
    if has_changed {
        return Ok(Coming::CannotGoOn);
    }
    if range.first != asked.here || range.last.checked_add(1) != Some(range.total) {
        return Err(PullError::Lied("it sends another part than the one asked for"));
    }
    let announced = text(headers, &CONTENT_LENGTH).and_then(|length| length.parse().ok());
    if announced.is_some_and(|announced: u64| Some(announced) != range.total.checked_sub(range.first)) {
        return Err(PullError::Lied("it names two sizes for one part"));
    }
    Ok(Coming::Rest)
}

/// Not compressed: we did not ask for that, and the digest is of the file.
fn is_as_it_is(headers: &HeaderMap) -> Result<(), PullError> {
    match text(headers, &CONTENT_ENCODING) {
        None | Some("identity") => Ok(()),
        Some(_) => Err(PullError::Lied(
            "it sends the file in a form that was not asked for",
        )),
    }
}

/// A validator that means the same bytes (RFC 9110, 8.8.1). A weak one does not.
fn strong_etag(headers: &HeaderMap) -> Option<String> {
    let etag = text(headers, &ETAG)?;
    let inner = etag.strip_prefix('"')?.strip_suffix('"')?;
    let is_tame = inner.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
    (is_tame && etag.len() <= MAX_ETAG_BYTES).then(|| etag.to_owned())
}

/// One value that is text. Where a header stands there twice, it says nothing.
fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then(|| value.trim())
}

/// `bytes 5-9/10` (RFC 9110, 14.4).
struct Range {
    first: u64,
    last: u64,
    total: u64,
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let (part, total) = text.strip_prefix("bytes ")?.split_once('/')?;
        let (first, last) = part.split_once('-')?;
        let number = |digits: &str| {
            let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            is_number.then(|| digits.parse::<u64>().ok()).flatten()
        };
        Some(Self {
            first: number(first)?,
            last: number(last)?,
            total: number(total)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use hyper::StatusCode;
    use hyper::header::{HeaderMap, HeaderName, HeaderValue};

    use super::{Asked, Coming, Stated, judge};
    use crate::PullError;
    use crate::catalogue::Size;
    use crate::pull::address::Address;
    use crate::store::Meta;

    fn meta() -> Meta {
        Meta {
            from: "x".into(),
            bytes: 100,
            etag: Some("\"a\"".into()),
            stated: None,
        }
    }

    fn headers(lines: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(
                HeaderName::from_static(name),
                HeaderValue::from_str(value).unwrap(),
            );
        }
        headers
    }

    fn told(status: u16, here: u64, lines: &[(&'static str, &str)]) -> Result<Coming, PullError> {
        let meta = meta();
        let asked = Asked {
            from: "x",
            here,
            meta: (here > 0).then_some(&meta),
            size: Size::Exactly(100),
            stated: Stated::default(),
        };
        judge(StatusCode::from_u16(status).unwrap(), &headers(lines), asked)
    }

    #[test]
    fn a_whole_file_has_one_size_and_it_is_the_right_one() {
        let whole = told(200, 0, &[("content-length", "100"), ("etag", "\"a\"")]).unwrap();
        assert_eq!(whole, Coming::Whole(meta()));
        for lines in [
            &[][..],
            &[("content-length", "99")],
            &[("content-length", "101")],
            &[("content-length", "100"), ("content-length", "101")],
            &[("content-length", "-100")],
            &[("content-length", "18446744073709551616")],
            &[("content-length", "100"), ("content-encoding", "gzip")],
        ] {
            assert!(told(200, 0, lines).is_err(), "{lines:?}");
        }
    }

    #[test]
    fn a_part_is_the_rest_of_the_same_file() {
        let good = [
            ("content-range", "bytes 40-99/100"),
            ("content-length", "60"),
            ("etag", "\"a\""),
        ];
        assert_eq!(told(206, 40, &good).unwrap(), Coming::Rest);
        assert_eq!(told(206, 40, &good[..1]).unwrap(), Coming::Rest);
        for lie in [
            "bytes 39-99/100",
            "bytes 41-99/100",
            "bytes 40-98/100",
            "bytes 40-100/100",
            "bytes 0-99/100",
            "bytes 40-18446744073709551615/100",
        ] {
            assert!(told(206, 40, &[("content-range", lie)]).is_err(), "{lie}");
        }
        for lines in [
            &[][..],
            &[("content-range", "bytes */100")],
            &[("content-range", "bytes 40-99/*")],
            &[("content-range", "bytes +40-99/100")],
            &[("content-range", "bytes 40-99/100"), ("content-length", "61")],
        ] {
            assert!(told(206, 40, lines).is_err(), "{lines:?}");
        }
        assert!(told(206, 0, &good).is_err(), "nobody asked for a part");
    }

    #[test]
    fn another_file_is_begun_again() {
        for lines in [
            &[("content-range", "bytes 40-199/200")][..],
            &[("content-range", "bytes 40-99/100"), ("etag", "\"b\"")],
        ] {
            assert_eq!(told(206, 40, lines).unwrap(), Coming::CannotGoOn, "{lines:?}");
        }
        assert_eq!(told(416, 40, &[]).unwrap(), Coming::CannotGoOn);
        assert!(told(416, 0, &[]).is_err());
    }

    #[test]
    fn weak_and_wild_validators_are_not_kept() {
        for etag in [
            "W/\"a\"",
            "a",
            "\"a",
            "\"a b\"",
            "\"a\"b\"",
            &format!("\"{}\"", "a".repeat(300)),
        ] {
            let coming = told(200, 0, &[("content-length", "100"), ("etag", etag)]).unwrap();
            assert!(matches!(coming, Coming::Whole(Meta { etag: None, .. })), "{etag}");
        }
    }

    #[test]
    fn only_the_hub_states_a_digest() {
        let digits = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        let headers = headers(&[
            ("x-linked-etag", &format!("\"{digits}\"")),
            ("x-linked-size", "7"),
        ]);
        let hear = |address: &str| {
            let mut stated = Stated::default();
            stated.hear(&Address::parse(address).unwrap(), &headers);
            stated
        };
        let hub = hear("https://huggingface.co/a");
        assert_eq!(
            (hub.digest.unwrap().to_string().as_str(), hub.bytes),
            (digits, Some(7))
        );
        assert_eq!(hear("https://us.aws.cdn.hf.co/a"), Stated::default());
    }
}
