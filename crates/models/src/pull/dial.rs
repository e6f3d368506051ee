//! One request over one TLS connection.

use std::sync::Arc;

use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{Method, Request, Response, header};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::address::Address;
use super::{PullError, Settings};

/// The most headers in an answer, and the most bytes of them.
const MAX_HEADERS: usize = 100;
const MAX_HEAD_BYTES: usize = 64 << 10;

/// The authorities whose word for the hub's name is taken: Mozilla's, and those that a person added.
#[derive(Clone, Debug)]
pub struct Roots(RootCertStore);

/// The file holds no certificate that could be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no certificate in this file: it has to be PEM, with the certificate of the authority that signed the hub's"
)]
pub struct RootsError;

impl Default for Roots {
    fn default() -> Self {
        Self(RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        })
    }
}

impl Roots {
    /// Adds the certificates of a PEM file.
    ///
    /// # Errors
    /// [`RootsError`] where there is none, or one that cannot be read.
    pub fn with_pem(mut self, pem: &[u8]) -> Result<Self, RootsError> {
        let mut added = false;
        for certificate in CertificateDer::pem_slice_iter(pem) {
            let certificate = certificate.map_err(|_| RootsError)?;
            self.0.add(certificate).map_err(|_| RootsError)?;
            added = true;
        }
        if added { Ok(self) } else { Err(RootsError) }
    }

    /// TLS 1.3 with aws-lc-rs, HTTP/1.1, no client certificate.
    fn connector(&self) -> Result<TlsConnector, PullError> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|_| PullError::Tls)?
            .with_root_certificates(self.0.clone())
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsConnector::from(Arc::new(config)))
    }
}

/// The part that is asked for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rest<'a> {
    pub(super) from: u64,
    /// Only if the file still has this validator.
    pub(super) etag: Option<&'a str>,
}

/// An answer, and what moves its bytes. Dropping it ends the connection.
pub(super) struct Answer {
    pub(super) response: Response<Incoming>,
    _connection: Connection,
}

struct Connection(JoinHandle<()>);

impl Drop for Connection {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Asks. Nothing goes with it that says who asks: no cookie, no account, no version.
pub(super) async fn ask(
    address: &Address,
    rest: Option<Rest<'_>>,
    settings: &Settings,
) -> Result<Answer, PullError> {
    let silent = |_| PullError::Silent;
    let tls = timeout(settings.patience, connect(address, settings))
        .await
        .map_err(silent)??;
    let (mut sender, connection) = http1::Builder::new()
        .max_headers(MAX_HEADERS)
        .max_buf_size(MAX_HEAD_BYTES)
        .handshake(TokioIo::new(tls))
        .await
        .map_err(|_| PullError::Dropped)?;
    let connection = Connection(tokio::spawn(async move {
        // How it ended is seen in the answer.
        let _ = connection.await;
    }));
    let answer = sender.send_request(request(address, rest)?);
    let response = timeout(settings.patience, answer)
        .await
        .map_err(silent)?
        .map_err(|error| {
            if error.is_parse() {
                PullError::NotHttp
            } else {
                PullError::Dropped
            }
        })?;
    Ok(Answer {
        response,
        _connection: connection,
    })
}

async fn connect(address: &Address, settings: &Settings) -> Result<TlsStream<TcpStream>, PullError> {
    let tcp = reach(address, settings).await?;
    let name = ServerName::try_from(address.host().to_owned()).map_err(|_| PullError::Elsewhere)?;
    let tls = settings.roots.connector()?.connect(name, tcp).await;
    tls.map_err(|error| {
        let inner = error
            .get_ref()
            .and_then(|inner| inner.downcast_ref::<rustls::Error>());
        match inner {
            Some(rustls::Error::InvalidCertificate(_)) => PullError::Certificate,
            Some(_) => PullError::Tls,
            None => PullError::Dropped,
        }
    })
}

/// The first address that answers.
async fn reach(address: &Address, settings: &Settings) -> Result<TcpStream, PullError> {
    let mut last = PullError::Unknown;
    for place in settings.places(address.host()).await? {
        match TcpStream::connect(place).await {
            Ok(tcp) => return Ok(tcp),
            Err(error) => last = PullError::Unreachable(error.kind()),
        }
    }
    Err(last)
}

fn request(address: &Address, rest: Option<Rest<'_>>) -> Result<Request<NoBody>, PullError> {
    let mut request = Request::builder()
        .method(Method::GET)
        .uri(address.path())
        .header(header::HOST, address.host())
        .header(header::USER_AGENT, "snug")
        .header(header::ACCEPT, "*/*")
        // Bytes as they are: a range of something compressed would be a range of something else.
        .header(header::ACCEPT_ENCODING, "identity");
    if let Some(rest) = rest {
        request = request.header(header::RANGE, format!("bytes={}-", rest.from));
        if let Some(etag) = rest.etag {
            request = request.header(header::IF_RANGE, etag);
        }
    }
    request.body(NoBody).map_err(|_| PullError::Elsewhere)
}

/// Nothing to send.
pub(super) struct NoBody;

impl hyper::body::Body for NoBody {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, Self::Error>>> {
        std::task::Poll::Ready(None)
    }

    fn is_end_stream(&self) -> bool {
        true
    }
}
