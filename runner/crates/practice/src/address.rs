//! The address of the org, as a client calls it.

use bytes::Bytes;
use http::Request;
use http::uri::Scheme;

/// An extension of a request to an org that has no host of its own: the path below which a client finds it, such as
/// `/orgs/practice-2`. The request itself has the path without that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Below(pub String);

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
    let below = request.extensions().get::<Below>();
    let below = below.map_or("", |below| below.0.as_str());
    format!("{scheme}://{host}{below}")
}
