//! The practice org over HTTPS: who trusts its authority reaches it, and nobody else.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, Stream};

use crate::over_http::Served;
use crate::world::{Product, READY};

/// The file that clients trust, as the server says.
fn authority(product: &Product) -> PathBuf {
    let text = std::fs::read_to_string(product.path(READY)).expect("the server is ready");
    let json: Value = serde_json::from_str(&text).expect("JSON");
    json["authority"].as_str().expect("a path").into()
}

fn port(served: &Served) -> u16 {
    let port = served.url.rsplit_once(':').expect("a port").1;
    port.parse().expect("a number")
}

/// Sends one request by TLS to `name` and returns the whole answer, or why there is none.
fn get(product: &Product, served: &Served, name: &str, path: &str) -> Result<String, String> {
    let mut roots = RootCertStore::empty();
    let trusted = CertificateDer::from_pem_file(authority(product)).expect("a certificate");
    roots.add(trusted).expect("an authority");
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name_of_server = ServerName::try_from(name.to_owned()).expect("a name");
    let mut connection =
        ClientConnection::new(Arc::new(config), name_of_server).expect("a connection");
    let mut socket = TcpStream::connect(("127.0.0.1", port(served))).expect("it listens");
    let mut stream = Stream::new(&mut connection, &mut socket);
    let request = format!("GET {path} HTTP/1.1\r\nHost: {name}\r\nConnection: close\r\n\r\n");
    stream
        .write_all(request.as_bytes())
        .map_err(|error| error.to_string())?;
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    read.map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

#[test]
fn who_trusts_the_authority_is_served_by_every_name() {
    let product = Product::new();
    let served = Served::start_with(&product, &["--tls"]);
    assert!(
        served.url.starts_with("https://127.0.0.1:"),
        "{}",
        served.url
    );
    for name in ["127.0.0.1", "localhost", "::1", "practice.my.localhost"] {
        let answer = get(&product, &served, name, "/services/data").expect("an answer");
        assert!(answer.starts_with("HTTP/1.1 200 OK"), "{name}: {answer}");
    }
}

#[test]
fn the_authority_stays_and_its_key_is_its_owners() {
    let product = Product::new();
    let first = {
        let _served = Served::start_with(&product, &["--tls"]);
        let key = authority(&product).with_file_name("authority.key");
        let mode = key.metadata().expect("a key").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        std::fs::read(key).expect("a key")
    };
    let served = Served::start_with(&product, &["--tls"]);
    let key = authority(&product).with_file_name("authority.key");
    assert_eq!(first, std::fs::read(key).expect("a key"));
    assert!(get(&product, &served, "localhost", "/services/data").is_ok());
}

#[test]
fn certificates_that_are_wrong_are_refused() {
    let kinds = [
        ("expired", "expired"),
        ("wrong-host", "not valid for name"),
        ("unknown-ca", "UnknownIssuer"),
    ];
    for (kind, why) in kinds {
        let product = Product::new();
        let served = Served::start_with(&product, &["--tls", "--tls-cert", kind]);
        let error = get(&product, &served, "localhost", "/services/data");
        let error = error.expect_err("no client takes it");
        assert!(error.contains(why), "{kind}: {error}");
    }
}

#[test]
fn a_key_that_is_none_is_told() {
    let product = Product::new();
    drop(Served::start_with(&product, &["--tls"]));
    let key = product.path("home/state/practice-tls/authority.key");
    std::fs::write(&key, "nothing").expect("written");
    let refused = product.run("practice serve --tls");
    assert_eq!(refused.exit, 41, "{}", refused.text());
    assert!(refused.text().contains("serve/damaged-authority"));
}

#[test]
fn a_client_that_says_nothing_is_cut_off() {
    let product = Product::new();
    let served = Served::start_with(&product, &["--tls"]);
    let mut silent = TcpStream::connect(("127.0.0.1", port(&served))).expect("it listens");
    silent
        .set_read_timeout(Some(Duration::from_secs(60)))
        .expect("a limit");
    let began = Instant::now();
    let end = silent.read(&mut [0; 16]);
    assert!(matches!(end, Ok(0) | Err(_)), "{end:?}");
    assert!(
        began.elapsed() < Duration::from_secs(50),
        "the handshake has ten seconds"
    );
}
