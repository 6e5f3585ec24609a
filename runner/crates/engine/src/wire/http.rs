//! The wire over a socket. Until sign-in exists it speaks plain HTTP to loopback only.

use std::net::IpAddr;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use usher_core::limit;
use usher_core::orgs::repeated;

use crate::port::Boxed;
use crate::wire::{Wire, WireError};

/// HTTP/1.1 to one host.
pub struct HttpWire {
    client: reqwest::Client,
    /// `http://127.0.0.1:8080`, no slash at the end.
    base: String,
}

/// The reason why an address cannot be an org's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error(
        "`{0}` is not a valid address of an org: it is `http://127.0.0.1:PORT`, without path or query"
    )]
    Malformed(String),
    #[error(
        "`{0}` is not on this machine: until there is a sign-in, Usher speaks to loopback only"
    )]
    NotLoopback(String),
}

impl HttpWire {
    /// A wire to `http://127.0.0.1:PORT` (or `[::1]`, or `localhost`).
    ///
    /// # Errors
    ///
    /// The address is not one, or not on this machine.
    pub fn new(address: &str) -> Result<Self, AddressError> {
        let malformed = || AddressError::Malformed(repeated(address).to_owned());
        let url = reqwest::Url::parse(address).map_err(|_| malformed())?;
        if url.scheme() != "http"
            || !matches!(url.path(), "" | "/")
            || url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
            || url.password().is_some()
        {
            return Err(malformed());
        }
        let host = url.host_str().ok_or_else(malformed)?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let loopback = host == "localhost"
            || bare
                .parse::<IpAddr>()
                .is_ok_and(|address| address.is_loopback());
        if !loopback {
            return Err(AddressError::NotLoopback(repeated(address).to_owned()));
        }
        let client = reqwest::Client::builder()
            .connect_timeout(Duration::from_millis(limit::CONNECT_MS_MAX))
            .timeout(Duration::from_millis(limit::REQUEST_MS_MAX))
            // A redirect would carry the token elsewhere; a proxy would see it.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .tcp_nodelay(true)
            .build()
            .map_err(|_| malformed())?;
        Ok(Self {
            client,
            base: url.origin().ascii_serialization(),
        })
    }

    /// The address in the one way to write it.
    pub fn address(&self) -> &str {
        &self.base
    }

    async fn exchange(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, WireError> {
        let (parts, body) = request.into_parts();
        let sent = self
            .client
            .request(parts.method, format!("{}{}", self.base, parts.uri))
            .headers(parts.headers)
            .body(body)
            .send()
            .await;
        let mut reply = sent.map_err(|error| {
            let why = describe(&error, &self.base);
            if error.is_connect() {
                WireError::Unreachable(why)
            } else {
                WireError::Lost(why)
            }
        })?;
        let mut answer = http::Response::builder().status(reply.status());
        if let Some(headers) = answer.headers_mut() {
            headers.extend(reply.headers().clone());
        }
        let mut body = BytesMut::new();
        loop {
            let chunk = reply.chunk().await;
            match chunk.map_err(|error| WireError::Lost(describe(&error, &self.base)))? {
                Some(chunk) if body.len() + chunk.len() > limit::ANSWER_BYTES_MAX => {
                    return Err(WireError::TooLarge {
                        limit: limit::ANSWER_BYTES_MAX,
                    });
                }
                Some(chunk) => body.extend_from_slice(&chunk),
                None => break,
            }
        }
        answer
            .body(body.freeze())
            .map_err(|error| WireError::Lost(error.to_string()))
    }
}

impl Wire for HttpWire {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Boxed<'_, Result<http::Response<Bytes>, WireError>> {
        Box::pin(self.exchange(request))
    }
}

/// Describes an error without its URL, which may hold something that must not be repeated.
fn describe(error: &reqwest::Error, base: &str) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    if error.is_timeout() {
        format!("{base} did not answer in time")
    } else if error.is_connect() {
        format!("nothing answers at {base}: {cause}")
    } else {
        format!("the connection to {base} broke: {cause}")
    }
}
