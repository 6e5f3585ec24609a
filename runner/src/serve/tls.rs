//! TLS before a practice org: a certificate of the home's own authority, made again before its time is over.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::civil::Date;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;
use tokio_rustls::rustls::{self, ServerConfig};
use tokio_rustls::server::TlsStream;
use usher_engine::port::Clock;

use crate::error::Error;
use crate::exit::Exit;
use crate::serve::authority::{Authority, RENEWED_DAYS, Shown, after, day};

/// The server's side of TLS.
pub(crate) struct Tls {
    authority: Authority,
    shown: Shown,
    clock: Arc<dyn Clock>,
    current: Mutex<Current>,
    /// The file of the certificate that clients trust.
    pub(crate) file: PathBuf,
}

struct Current {
    acceptor: TlsAcceptor,
    until: Date,
}

impl Tls {
    /// Over the authority in that folder. With [`Shown::UnknownAuthority`] the file is that of an authority that has
    /// signed nothing.
    pub(crate) fn of(folder: &Path, shown: Shown, clock: Arc<dyn Clock>) -> Result<Self, Error> {
        let today = day(clock.now_ms());
        let known = Authority::of(folder, today)?;
        let file = known.write_certificate(folder)?;
        let authority = match shown {
            Shown::UnknownAuthority => Authority::unknown(today)?,
            _ => known,
        };
        let current = Mutex::new(current(&authority, shown, today)?);
        Ok(Self {
            authority,
            shown,
            clock,
            current,
            file,
        })
    }

    /// Shakes hands. A client that trusts another authority ends it.
    pub(super) async fn accept(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        let acceptor = self.acceptor();
        acceptor.accept(stream).await
    }

    fn acceptor(&self) -> TlsAcceptor {
        let today = day(self.clock.now_ms());
        let mut held = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if self.shown != Shown::Expired
            && held.until <= after(today, RENEWED_DAYS)
            && let Ok(renewed) = current(&self.authority, self.shown, today)
        {
            *held = renewed;
        }
        held.acceptor.clone()
    }
}

fn current(authority: &Authority, shown: Shown, today: Date) -> Result<Current, Error> {
    let signed = authority.sign(shown, today)?;
    let key = PrivatePkcs8KeyDer::from(signed.key.serialize_der());
    let chain = vec![signed.certificate.der().clone()];
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|config| {
            config
                .with_no_client_auth()
                .with_single_cert(chain, key.into())
        })
        .map_err(|error| failed(&error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Current {
        acceptor: TlsAcceptor::from(Arc::new(config)),
        until: signed.until,
    })
}

fn failed(error: &rustls::Error) -> Error {
    let message = format!("no TLS for the practice org: {error}");
    Error::new(Exit::Failed, "serve/no-tls", message)
        .help("serve without `--tls`, or report this as a bug")
}
