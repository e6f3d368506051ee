//! The server behind its own TLS. The certificate and key in `tests/tls` are for this test alone.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop"
)]

mod common;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use common::{Client, Scratch, config, keys, message, seq};
use rustls::crypto::CryptoProvider;
use rustls::crypto::aws_lc_rs::{default_provider, kx_group};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, NamedGroup, ProtocolVersion, RootCertStore};
use server::{Server, ServerError, Transport};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tls").join(name)
}

fn tls() -> Transport {
    Transport::Tls {
        certificate: file("certificate.pem"),
        key: file("key.pem"),
    }
}

async fn connect(address: SocketAddr, trusted: bool) -> std::io::Result<TlsStream<TcpStream>> {
    connect_with(address, trusted, default_provider()).await
}

async fn connect_with(
    address: SocketAddr,
    trusted: bool,
    provider: CryptoProvider,
) -> std::io::Result<TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    if trusted {
        roots
            .add(CertificateDer::from_pem_file(file("certificate.pem")).unwrap())
            .unwrap();
    }
    let client = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(address).await.unwrap();
    TlsConnector::from(Arc::new(client))
        .connect("localhost".try_into().unwrap(), stream)
        .await
}

#[tokio::test]
async fn a_client_that_trusts_the_certificate_is_served_with_hybrid_key_exchange() {
    let scratch = Scratch::new("tls");
    let mut config = config(&scratch);
    config.transport = tls();
    let server = Server::bind(config).await.unwrap();
    let stream = connect(server.address(), true).await.unwrap();
    let (_, session) = stream.get_ref();
    assert_eq!(session.protocol_version(), Some(ProtocolVersion::TLSv1_3));
    let group = session.negotiated_key_exchange_group().unwrap().name();
    assert_eq!(group, NamedGroup::X25519MLKEM768);
    let mut client = Client::over(stream).await;
    client.create(&keys(1)).await;
    client.watch(&keys(1), 0).await;
    assert_eq!(client.append(&keys(1), 1, message("m")).await, seq(1));
    assert_eq!(client.slot().await.seq, 1);
    assert!(connect(server.address(), false).await.is_err(), "not trusted");
    server.shutdown().await;
}

#[tokio::test]
async fn a_client_without_post_quantum_key_exchange_is_not_served() {
    let scratch = Scratch::new("tls");
    let mut config = config(&scratch);
    config.transport = tls();
    let server = Server::bind(config).await.unwrap();
    let mut classical = default_provider();
    classical.kx_groups = vec![kx_group::X25519];
    assert!(connect_with(server.address(), true, classical).await.is_err());
    assert!(connect(server.address(), true).await.is_ok(), "control");
    server.shutdown().await;
}

#[tokio::test]
async fn who_speaks_plainly_to_it_is_not_served() {
    let scratch = Scratch::new("tls");
    let mut config = config(&scratch);
    config.transport = tls();
    let server = Server::bind(config).await.unwrap();
    let stream = TcpStream::connect(server.address()).await.unwrap();
    assert!(
        tokio_tungstenite::client_async("ws://localhost/v1", stream)
            .await
            .is_err()
    );
    assert!(connect(server.address(), true).await.is_ok(), "control");
    server.shutdown().await;
}

#[tokio::test]
async fn a_certificate_that_is_none_or_without_its_key_is_refused() {
    let scratch = Scratch::new("tls");
    let other = scratch.path().join("empty.pem");
    std::fs::write(&other, "").unwrap();
    for (certificate, key) in [
        (other.clone(), file("key.pem")),
        (file("certificate.pem"), other.clone()),
        (file("certificate.pem"), scratch.path().join("nowhere.pem")),
    ] {
        let mut config = config(&scratch);
        config.transport = Transport::Tls { certificate, key };
        let refused = Server::bind(config).await.err().unwrap();
        assert!(matches!(refused, ServerError::Certificate));
    }
}
