//! The reason why there is no answer, from the error of the HTTP client: the request never left, or it may have acted.

use std::error::Error;
use std::io;

use rustls::CertificateError;

use crate::wire::{Barrier, Unreached, WireError};

/// Begins the words of the HTTP client for a connection that a proxy does not make.
const TUNNEL: &str = "tunnel error";

/// Returns the error for a person, without the address that the client repeats: its query may hold what must not be
/// shown.
pub(super) fn of(error: &reqwest::Error, base: &str) -> WireError {
    if !error.is_connect() {
        return WireError::Lost(match error.is_timeout() {
            true => format!("{base} did not answer in time"),
            false => format!("the connection to {base} broke: {}", deepest(error)),
        });
    }
    WireError::Unreachable(unreached(error, base))
}

fn unreached(error: &reqwest::Error, base: &str) -> Unreached {
    let cause = deepest(error);
    let (barrier, why) = if let Some(tunnel) = tunnel(error) {
        let why = format!(
            "the proxy makes no connection to {base}: {}",
            told(&tunnel, &cause)
        );
        (Barrier::Proxy, why)
    } else if let Some(tls) = tls(error) {
        of_tls(tls, base)
    } else if error.is_dns() {
        let why = format!("the host of {base} is not known: {cause}");
        (Barrier::NoHost, why)
    } else if error.is_timeout() {
        (Barrier::Slow, format!("{base} made no connection in time"))
    } else {
        (
            Barrier::Silent,
            format!("nothing answers at {base}: {cause}"),
        )
    };
    Unreached { barrier, why }
}

fn of_tls(error: &rustls::Error, base: &str) -> (Barrier, String) {
    let rustls::Error::InvalidCertificate(why) = error else {
        let why = format!("no TLS with {base}: {error}");
        return (Barrier::Tls, why);
    };
    match why {
        CertificateError::UnknownIssuer => (
            Barrier::UnknownAuthority,
            format!(
                "the certificate of {base} is of an authority that this machine does not trust"
            ),
        ),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => (
            Barrier::OtherHost,
            format!("the certificate that {base} shows is of another host"),
        ),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => (
            Barrier::OutOfDate,
            format!("the certificate of {base} has expired, by the clock of this machine"),
        ),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => (
            Barrier::OutOfDate,
            format!("the certificate of {base} is not valid yet, by the clock of this machine"),
        ),
        other => (
            Barrier::Tls,
            format!("the certificate of {base} is not valid: {other}"),
        ),
    }
}

/// The words for a proxy that refuses.
fn told(tunnel: &str, cause: &str) -> String {
    let tunnel = tunnel.trim_start_matches(TUNNEL).trim_start_matches(": ");
    match tunnel {
        // The words of the client mean the user and the password for the proxy.
        "proxy authorization required" => {
            "it asks for a user and a password, or does not accept them (407)".to_owned()
        }
        "unsuccessful" => "it refuses".to_owned(),
        // The deepest cause says more: nothing listens there.
        _ if !cause.starts_with(TUNNEL) => format!("it does not answer: {cause}"),
        tunnel => tunnel.to_owned(),
    }
}

/// The causes of an error, from the outside in; those inside of I/O errors, too.
fn causes<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| cause(*error))
}

fn cause<'e>(error: &'e (dyn Error + 'static)) -> Option<&'e (dyn Error + 'static)> {
    let inside = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    match inside {
        Some(inside) => Some(inside as &(dyn Error + 'static)),
        None => error.source(),
    }
}

fn tls(error: &reqwest::Error) -> Option<&rustls::Error> {
    causes(error).find_map(|cause| cause.downcast_ref::<rustls::Error>())
}

fn tunnel(error: &reqwest::Error) -> Option<String> {
    let mut words = causes(error).map(ToString::to_string);
    words.find(|words| words.starts_with(TUNNEL))
}

fn deepest(error: &reqwest::Error) -> String {
    causes(error)
        .last()
        .map_or_else(|| "no reason is given".to_owned(), ToString::to_string)
}
