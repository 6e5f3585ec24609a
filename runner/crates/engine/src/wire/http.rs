//! The wire over a socket: TLS to an org, plain HTTP to this machine alone.

mod address;
mod body;
mod broken;
#[cfg(test)]
mod tests;
mod trust;

use std::time::Duration;

use bytes::Bytes;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH};
use tokio::time::timeout;
use usher_core::limit;

use crate::port::Boxed;
use crate::wire::http::address::Address;
use crate::wire::http::body::{Body, BodyError};
use crate::wire::{ReadsOnly, SignsIn, Wire, WireError};

pub use address::AddressError;
pub use trust::{Authorities, Proxies, Trust, TrustError};

/// The name of this client, which Salesforce shows in its logs.
const USER_AGENT: &str = concat!("usher/", env!("CARGO_PKG_VERSION"));

/// HTTP/1.1 to one host, over connections that are kept.
pub struct HttpWire {
    client: reqwest::Client,
    /// `https://acme.my.salesforce.com`, no slash at the end.
    base: String,
    times: Times,
}

/// The reason why there is no wire to an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoWire {
    #[error(transparent)]
    Address(#[from] AddressError),
    #[error(transparent)]
    Trust(#[from] TrustError),
    #[error("there is no HTTP client: {0}")]
    Client(String),
}

/// The time in which the endpoint of a sign-in answers. A person waits for it.
const SIGN_IN_MS_MAX: u64 = 60_000;

/// The times that the parts of an exchange may take.
#[derive(Clone, Copy, Debug)]
struct Times {
    connect_ms: u64,
    /// From the first byte sent to the last one received.
    read_ms: u64,
    write_ms: u64,
    sign_in_ms: u64,
    /// Between two parts of an answer.
    stall_ms: u64,
}

impl Default for Times {
    fn default() -> Self {
        Self {
            connect_ms: limit::CONNECT_MS_MAX,
            read_ms: limit::READ_MS_MAX,
            write_ms: limit::WRITE_MS_MAX,
            sign_in_ms: SIGN_IN_MS_MAX,
            stall_ms: limit::ANSWER_STALL_MS_MAX,
        }
    }
}

impl HttpWire {
    /// A wire to `https://HOST`, or to `http://127.0.0.1:PORT` (or `[::1]`, or `localhost`).
    ///
    /// # Errors
    ///
    /// The address is not valid, or the certificates or the proxy to use are not.
    pub fn new(address: &str, trust: &Trust) -> Result<Self, NoWire> {
        Self::with_times(address, trust, Times::default())
    }

    fn with_times(address: &str, trust: &Trust, times: Times) -> Result<Self, NoWire> {
        let Address { base, is_loopback } = Address::parse(address)?;
        let mut client = reqwest::Client::builder()
            .connect_timeout(Duration::from_millis(times.connect_ms))
            // A redirect would carry the token elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            // Sending again is decided where it is known whether a request writes.
            .retry(reqwest::retry::never())
            .pool_idle_timeout(Duration::from_millis(limit::CONNECTION_IDLE_MS_MAX))
            .http1_only()
            .user_agent(USER_AGENT)
            .tcp_nodelay(true)
            // The environment is no business of the engine.
            .no_proxy();
        // Reading the authorities of the platform takes time that plain HTTP need not spend.
        let tls = match base.starts_with("https:") {
            true => trust::tls(trust)?,
            false => trust::none()?,
        };
        client = client.tls_backend_preconfigured(tls);
        if !is_loopback && let Some(proxy) = trust::proxy(&trust.proxies)? {
            client = client.proxy(proxy);
        }
        let client = client.build();
        Ok(Self {
            client: client.map_err(|error| NoWire::Client(error.to_string()))?,
            base,
            times,
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
        let whole = self.times.whole(&request);
        match timeout(whole, self.answer(request)).await {
            Ok(answer) => answer,
            // The time for a connection is shorter, so the request has left.
            Err(_) => Err(WireError::Lost(format!(
                "{} did not answer within {} s",
                self.base,
                whole.as_secs()
            ))),
        }
    }

    async fn answer(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, WireError> {
        let (parts, body) = request.into_parts();
        let sent = self
            .client
            .request(parts.method, format!("{}{}", self.base, parts.uri))
            .headers(parts.headers)
            .header(ACCEPT_ENCODING, "gzip")
            .body(body)
            .send()
            .await;
        let mut reply = sent.map_err(|error| broken::of(&error, &self.base))?;
        let mut headers = reply.headers().clone();
        let is_packed = headers
            .get(CONTENT_ENCODING)
            .is_some_and(|encoding| encoding.as_bytes().eq_ignore_ascii_case(b"gzip"));
        if is_packed {
            headers.remove(CONTENT_ENCODING);
            headers.remove(CONTENT_LENGTH);
        }
        let mut answer = http::Response::builder().status(reply.status());
        if let Some(all) = answer.headers_mut() {
            *all = headers;
        }
        let body = self.body(&mut reply, is_packed).await?;
        answer
            .body(body)
            .map_err(|error| WireError::Lost(error.to_string()))
    }

    async fn body(
        &self,
        reply: &mut reqwest::Response,
        is_packed: bool,
    ) -> Result<Bytes, WireError> {
        let mut body = Body::new(is_packed, limit::ANSWER_BYTES_MAX);
        let stall = Duration::from_millis(self.times.stall_ms);
        loop {
            let chunk = timeout(stall, reply.chunk()).await.map_err(|_| {
                WireError::Lost(format!("{} stopped in the middle of its answer", self.base))
            })?;
            match chunk.map_err(|error| broken::of(&error, &self.base))? {
                Some(chunk) => body.take(&chunk).map_err(|error| self.refused(error))?,
                None => return body.finish().map_err(|error| self.refused(error)),
            }
        }
    }

    fn refused(&self, error: BodyError) -> WireError {
        match error {
            BodyError::TooLarge => WireError::TooLarge {
                limit: limit::ANSWER_BYTES_MAX,
            },
            BodyError::Damaged(why) => {
                WireError::Lost(format!("the answer of {} is damaged: {why}", self.base))
            }
        }
    }
}

impl Times {
    /// The time for a request and its whole answer. What a line takes to carry a large body is added: Salesforce counts
    /// from when it has the request.
    fn whole(self, request: &http::Request<Bytes>) -> Duration {
        let marks = request.extensions();
        let class = if marks.get::<SignsIn>().is_some() {
            self.sign_in_ms
        } else if marks.get::<ReadsOnly>().is_some() {
            self.read_ms
        } else {
            self.write_ms
        };
        let bytes = u64::try_from(request.body().len()).unwrap_or(u64::MAX);
        let carried_ms = bytes / limit::UPLOAD_BYTES_PER_MS_MIN;
        Duration::from_millis(class.saturating_add(carried_ms))
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
