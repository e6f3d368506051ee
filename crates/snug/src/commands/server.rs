//! `snug server`: the delivery service, as one process.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Args;
use server::{Config, Transport};

use crate::exit::{Done, Failure, Outcome};
use crate::store::data_folder;

#[derive(Args)]
#[command(
    after_help = "The server keeps sealed bytes in mailboxes and hands them out again. It cannot read a message, and does not learn \
    who is in a chat; it sees sizes, times and connections.\n\n\
    Without --cert it listens on this machine only. It prints one line when it is ready, and stops on SIGINT or SIGTERM.\n\n\
    Examples:\n  snug server\n  snug server --listen 0.0.0.0:443 --cert fullchain.pem --key privkey.pem"
)]
pub(crate) struct Arguments {
    /// The address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:7764")]
    listen: SocketAddr,
    /// The database file [default: $XDG_DATA_HOME/snug-server/server.db, else below ~/.local/share].
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
    /// The certificate of the server and its chain, PEM.
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// The key of the certificate, PEM.
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// A proxy that you run ends TLS in front of this server: listen without TLS on any address.
    #[arg(long, conflicts_with = "cert")]
    behind_tls_proxy: bool,
    /// Drop messages and blobs after so many days.
    #[arg(long, value_name = "N", default_value_t = server::Keep::default().content_days, value_parser = clap::value_parser!(u32).range(1..=3650))]
    keep_days: u32,
    /// Refuse new things when the database has grown to so many GiB.
    #[arg(long, value_name = "GIB", default_value_t = 32, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    most_gib: u16,
}

pub(crate) fn run(arguments: &Arguments) -> Outcome {
    let config = config(arguments)?;
    server::run(config, |address| {
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "snug server listens on {address}");
        let _ = out.flush();
    })?;
    Ok(Done::Well)
}

fn config(arguments: &Arguments) -> Result<Config, Failure> {
    let database = match &arguments.store {
        Some(file) => file.clone(),
        None => data_folder("snug-server")?.join("server.db"),
    };
    let mut config = Config::new(arguments.listen, database);
    config.transport = match (&arguments.cert, &arguments.key) {
        (Some(certificate), Some(key)) => Transport::Tls {
            certificate: certificate.clone(),
            key: key.clone(),
        },
        _ if arguments.behind_tls_proxy => Transport::BehindTlsProxy,
        _ => Transport::Loopback,
    };
    config.keep.content_days = arguments.keep_days;
    config.keep.database_bytes = u64::from(arguments.most_gib) << 30;
    Ok(config)
}
