//! `practice serve`: a practice org behind a socket on loopback, with TLS or without. HTTP/1.1, one write per answer.
//! Clients that are too slow are cut off.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::uri::Scheme;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use usher_core::limit;

use crate::error::Error;
use crate::exit::Exit;
use crate::practice::{Door, Shut};
use crate::serve::leaving::Leaving;
use crate::whole_file::WholeFile;

pub(crate) use authority::Shown;
pub(crate) use tls::Tls;

mod authority;
mod leaving;
mod tls;

/// Connections served at once; a test suite opens a few dozen.
const CONNECTIONS_MAX: usize = 256;

/// The time for a handshake: it is a few packets.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// The time for the head of a request, and that until the next one begins.
const HEAD: Duration = Duration::from_secs(60);

/// The time for the body of a request: 50 MB from this machine.
const BODY: Duration = Duration::from_secs(60);

/// A practice org that listens.
pub(crate) struct Server {
    listener: TcpListener,
    door: Arc<Door>,
    tls: Option<Arc<Tls>>,
    address: SocketAddr,
}

impl Server {
    /// Takes the port; requests are answered once [`Server::run`] goes.
    pub(crate) async fn bind(door: Door, port: u16, tls: Option<Tls>) -> Result<Self, Error> {
        let taken = |error: std::io::Error| {
            Error::new(
                Exit::File,
                "serve/no-port",
                format!("cannot listen on port {port}: {error}"),
            )
            .help("`--port 0` takes a free one")
        };
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))
            .await
            .map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        Ok(Self {
            listener,
            door: Arc::new(door),
            tls: tls.map(Arc::new),
            address,
        })
    }

    /// The address that clients are given.
    pub(crate) fn url(&self) -> String {
        let scheme = match self.tls {
            Some(_) => "https",
            None => "http",
        };
        format!("{scheme}://{}", self.address)
    }

    /// Answers until the future is dropped.
    pub(crate) async fn run(self) {
        let permits = Arc::new(tokio::sync::Semaphore::new(CONNECTIONS_MAX));
        loop {
            let Ok((stream, _)) = self.listener.accept().await else {
                // The process is out of file descriptors: those in use will come free.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            let Ok(permit) = Arc::clone(&permits).acquire_owned().await else {
                return;
            };
            // With Nagle a client of many small requests waits forty milliseconds for each.
            let _slower = stream.set_nodelay(true);
            let (door, tls) = (Arc::clone(&self.door), self.tls.clone());
            tokio::spawn(async move {
                connection(stream, door, tls.as_deref()).await;
                drop(permit);
            });
        }
    }
}

/// Serves one connection to its end. A client that goes away in the middle, or trusts another authority, is its own
/// business.
async fn connection(stream: TcpStream, door: Arc<Door>, tls: Option<&Tls>) {
    let Some(tls) = tls else {
        return requests(stream, door, Scheme::HTTP).await;
    };
    if let Ok(Ok(stream)) = timeout(HANDSHAKE, tls.accept(stream)).await {
        requests(stream, door, Scheme::HTTPS).await;
    }
}

async fn requests(stream: impl AsyncRead + AsyncWrite + Unpin, door: Arc<Door>, scheme: Scheme) {
    let service = service_fn(move |mut request: http::Request<Incoming>| {
        // The org gives addresses of its own: it is told how it is called.
        request.extensions_mut().insert(scheme.clone());
        answer(Arc::clone(&door), request)
    });
    let mut http = hyper::server::conn::http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD);
    // An answer that a fault keeps back is meant to break the connection.
    let _gone = http.serve_connection(TokioIo::new(stream), service).await;
}

/// Writes `{"url", "token"}`, and with TLS the file that clients trust as `authority`; readable by this user only and
/// never half.
pub(crate) fn write_ready(
    file: &Path,
    url: &str,
    token: &str,
    authority: Option<&Path>,
) -> Result<(), Error> {
    let mut json = serde_json::json!({ "url": url, "token": token });
    if let Some(authority) = authority {
        json["authority"] = authority.display().to_string().into();
    }
    WholeFile::begin(file)?.finish(&json.to_string())
}

/// An error closes the connection without an answer.
async fn answer(
    door: Arc<Door>,
    request: http::Request<Incoming>,
) -> std::io::Result<http::Response<Leaving>> {
    let (parts, body) = request.into_parts();
    let body = Limited::new(body, limit::REQUEST_BYTES_MAX).collect();
    let body = match timeout(BODY, body).await {
        Err(_) => return Ok(refuse(408, "the body does not come")),
        Ok(Ok(body)) => body.to_bytes(),
        Ok(Err(error)) if error.is::<LengthLimitError>() => return Ok(refuse(413, "too large")),
        Ok(Err(_)) => return Ok(refuse(400, "the body is not readable")),
    };
    let request = http::Request::from_parts(parts, body);
    // A task of its own: a client that goes away does not cancel its request.
    let passed = tokio::spawn(async move { door.pass(request).await });
    match passed.await {
        Ok(Ok(response)) => Ok(response.map(Leaving::whole)),
        Ok(Err(Shut::Cut(response, after))) => Ok(response.map(|body| Leaving::cut(body, after))),
        // A listening socket cannot refuse one request: the connection closes either way.
        Ok(Err(Shut::Closed | Shut::Unreachable)) => {
            Err(std::io::Error::other("a fault keeps the answer back"))
        }
        Err(_) => Ok(refuse(
            500,
            "the practice org broke: this is a bug in usher",
        )),
    }
}

fn refuse(status: u16, message: &str) -> http::Response<Leaving> {
    let body = serde_json::json!([{ "errorCode": "UNKNOWN_EXCEPTION", "message": message }]);
    let mut response = http::Response::new(Leaving::whole(Bytes::from(body.to_string())));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    response
}
