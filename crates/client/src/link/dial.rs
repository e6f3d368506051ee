//! From a server's place to an open WebSocket: resolve, connect, TLS, handshake. Whoever calls bounds the time.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Error as WsError;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use super::{ServerUrl, Unreachable};

/// The path of the protocol and its version.
const PATH: &str = "/v1";

/// The authorities whose word for a server's name is taken: Mozilla's, as `webpki-roots` ships them, and those that a
/// person added for a server of their own.
#[derive(Clone, Debug)]
pub struct Roots(RootCertStore);

/// The file holds no certificate that could be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no certificate in this file: it has to be PEM, with the certificate of the authority that signed the server's"
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
    ///
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

    /// The only place where TLS is set up: TLS 1.3, aws-lc-rs (X25519MLKEM768 first), no client certificate.
    fn connector(&self) -> Result<TlsConnector, Unreachable> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(|_| Unreachable::Tls)?
            .with_root_certificates(self.0.clone())
            .with_no_client_auth();
        Ok(TlsConnector::from(Arc::new(config)))
    }
}

/// Anything that a WebSocket can run over.
pub(super) trait Wire: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Wire for T {}

pub(super) type Socket = WebSocketStream<Box<dyn Wire>>;

pub(super) async fn dial(url: &ServerUrl, roots: &Roots, most_bytes: usize) -> Result<Socket, Unreachable> {
    let tcp = connect(url).await?;
    // Requests are small and answered one by one: waiting to fill a segment would only add its delay.
    let _ = tcp.set_nodelay(true);
    let wire: Box<dyn Wire> = if url.is_tls() {
        let name = ServerName::try_from(url.host()).map_err(|_| Unreachable::Name)?;
        let tls = roots.connector()?.connect(name, tcp).await;
        Box::new(tls.map_err(|error| tls_error(&error))?)
    } else {
        Box::new(tcp)
    };
    let request = url.request(PATH).into_client_request();
    let request = request.map_err(|_| Unreachable::Name)?;
    let config = WebSocketConfig::default()
        .read_buffer_size(32 << 10)
        .write_buffer_size(0)
        .max_write_buffer_size(most_bytes.saturating_mul(2))
        .max_message_size(Some(most_bytes))
        .max_frame_size(Some(most_bytes));
    let shaken = tokio_tungstenite::client_async_with_config(request, wire, Some(config)).await;
    shaken
        .map(|(socket, _)| socket)
        .map_err(|error| handshake_error(&error))
}

/// The first address that answers.
async fn connect(url: &ServerUrl) -> Result<TcpStream, Unreachable> {
    let found = tokio::net::lookup_host((url.host(), url.port())).await;
    let addresses: Vec<SocketAddr> = found.map_err(|_| Unreachable::Name)?.collect();
    let mut last = Unreachable::Name;
    for address in addresses {
        // A resolver may say what it likes about `localhost`; without TLS nothing goes to another machine.
        if !url.is_tls() && !address.ip().is_loopback() {
            last = Unreachable::NotThisMachine;
            continue;
        }
        match TcpStream::connect(address).await {
            Ok(tcp) => return Ok(tcp),
            Err(error) => last = Unreachable::Connect(error.kind()),
        }
    }
    Err(last)
}

fn tls_error(error: &io::Error) -> Unreachable {
    let inner = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    match inner {
        Some(rustls::Error::InvalidCertificate(_)) => Unreachable::Certificate,
        // What hangs up in the middle does not speak TLS.
        _ => Unreachable::Tls,
    }
}

fn handshake_error(error: &WsError) -> Unreachable {
    match error {
        WsError::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => {
            Unreachable::Connect(error.kind())
        }
        WsError::Tls(_) => Unreachable::Tls,
        _ => Unreachable::NotSnug,
    }
}
