//! The files of the page, which are in the program.

use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

/// htmx 4.0.1 as published on npm (Zero-Clause BSD), unchanged.
const HTMX: &[u8] = include_bytes!("../assets/htmx.min.js");
/// Its extension for server-sent events, of the same release.
const HTMX_SSE: &[u8] = include_bytes!("../assets/hx-sse.min.js");
const SCRIPT: &[u8] = include_bytes!("../assets/snug.js");
const STYLE: &[u8] = include_bytes!("../assets/snug.css");
const ICON: &[u8] = include_bytes!("../assets/icon.svg");

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

pub(crate) async fn asset(Path(name): Path<String>) -> Response {
    let (kind, bytes) = match name.as_str() {
        "htmx.min.js" => (JAVASCRIPT, HTMX),
        "hx-sse.min.js" => (JAVASCRIPT, HTMX_SSE),
        "snug.js" => (JAVASCRIPT, SCRIPT),
        "snug.css" => ("text/css; charset=utf-8", STYLE),
        "icon.svg" => ("image/svg+xml", ICON),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    ([(header::CONTENT_TYPE, kind)], bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::{HTMX, HTMX_SSE};
    use sha2::{Digest, Sha256};

    #[test]
    fn what_comes_from_others_is_what_they_published() {
        let digest = |bytes: &[u8]| crate::keys::hex(&Sha256::digest(bytes));
        assert_eq!(
            digest(HTMX),
            "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130"
        );
        assert_eq!(
            digest(HTMX_SSE),
            "18ef2761356ec1fe0bb6d92612315b37517a7c1e9856b661c5ae81fef239d103"
        );
    }
}
