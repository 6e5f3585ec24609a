//! Certificates: the good one, and each that must not be believed.

use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::crypto::ring;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

use crate::wire::http::tests::server::{Say, Server};
use crate::wire::http::tests::{TIMES, read, text, wire};
use crate::wire::http::{Authorities, HttpWire, NoWire, Trust, TrustError};

/// An authority that no platform knows.
pub(super) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(super) fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    /// Trust in it.
    pub(super) fn trust(&self) -> Trust {
        trust(&self.0.pem())
    }

    /// A server's side of TLS, valid for these hosts in these years.
    pub(super) fn server(&self, host: &str, years: [i32; 2]) -> TlsAcceptor {
        let mut params = CertificateParams::new(vec![host.to_owned()]).expect("a host");
        params.not_before = date_time_ymd(years[0], 1, 1);
        params.not_after = date_time_ymd(years[1], 1, 1);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key.into())
            .expect("a certificate and its key");
        TlsAcceptor::from(Arc::new(config))
    }
}

fn trust(pem: &str) -> Trust {
    Trust {
        authorities: Some(Authorities {
            file: "ca.pem".to_owned(),
            pem: pem.to_owned(),
        }),
        ..Trust::default()
    }
}

pub(super) fn well() -> Vec<Say> {
    vec![text("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]")]
}

const NOW: [i32; 2] = [2000, 2100];

#[tokio::test]
async fn requests_one_after_the_other_take_one_handshake() {
    let authority = Authority::new();
    let server = Server::tls(authority.server("127.0.0.1", NOW), well()).await;
    let wire = wire(&server.address, &authority.trust());
    for _ in 0..3 {
        assert_eq!(read(&wire).await, "200 []");
    }
    assert_eq!((server.connections(), server.handshakes()), (1, 1));
    assert_eq!(server.heads().len(), 3);
}

#[tokio::test]
async fn a_certificate_that_must_not_be_believed_gets_no_request() {
    let authority = Authority::new();
    let good = authority.server("127.0.0.1", NOW);
    let cases = [
        (
            good,
            Trust::default(),
            "UnknownAuthority: the certificate of ORG is of an authority that this machine does not trust",
        ),
        (
            authority.server("elsewhere.example", NOW),
            authority.trust(),
            "OtherHost: the certificate that ORG shows is of another host",
        ),
        (
            authority.server("127.0.0.1", [2000, 2001]),
            authority.trust(),
            "OutOfDate: the certificate of ORG has expired, by the clock of this machine",
        ),
        (
            authority.server("127.0.0.1", [2090, 2100]),
            authority.trust(),
            "OutOfDate: the certificate of ORG is not valid yet, by the clock of this machine",
        ),
    ];
    for (acceptor, trust, expected) in cases {
        let server = Server::tls(acceptor, well()).await;
        let told = read(&wire(&server.address, &trust)).await;
        assert_eq!(told.replace(&server.address, "ORG"), expected);
        assert_eq!(server.heads(), [""; 0]);
    }
}

#[tokio::test]
async fn a_server_without_tls_or_that_never_shakes_hands_gets_no_request() {
    let plain = Server::plain(vec![text("HTTP/1.1 400 Bad\r\n\r\n"), Say::Close]).await;
    let address = format!("https://127.0.0.1:{}", plain.port);
    let told = read(&wire(&address, &Trust::default())).await;
    // It waits for a line that never ends.
    assert_eq!(
        told.replace(&address, "ORG"),
        "Slow: ORG made no connection in time"
    );
    let closes = Server::closed().await.replace("http:", "https:");
    let told = read(&wire(&closes, &Trust::default())).await;
    assert!(told.starts_with("Silent: nothing answers at "), "{told}");
}

#[test]
fn a_file_without_a_certificate_is_refused() {
    for (pem, expected) in [
        ("", TrustError::NoCertificate("ca.pem".to_owned())),
        (
            "-----BEGIN CERTIFICATE-----\n%%%",
            TrustError::NoCertificate("ca.pem".to_owned()),
        ),
    ] {
        let made = HttpWire::with_times("https://acme.example", &trust(pem), TIMES);
        assert_eq!(made.err(), Some(NoWire::Trust(expected)), "{pem}");
    }
}
