//! The address of the org, as a client calls it.

use bytes::Bytes;
use http::Request;
use http::uri::Scheme;

/// The address that the client has sent its request to: `https://127.0.0.1:8443`. The scheme is known to whoever carries
/// the request.
pub(crate) fn address(request: &Request<Bytes>) -> String {
    let scheme = request.extensions().get::<Scheme>();
    let scheme = scheme.or(request.uri().scheme()).unwrap_or(&Scheme::HTTPS);
    let host = request.headers().get(http::header::HOST);
    let host = host.and_then(|host| host.to_str().ok());
    let authority = request
        .uri()
        .authority()
        .map(|authority| authority.as_str());
    let host = host.or(authority).unwrap_or("practice.usher.example");
    format!("{scheme}://{host}")
}
