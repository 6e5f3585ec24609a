//! `practice serve`: a practice org behind a socket on loopback. HTTP/1.1, one write per answer.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use usher_core::limit;

use crate::error::Error;
use crate::exit::Exit;
use crate::practice::{Door, Shut};
use crate::serve::leaving::Leaving;
use crate::whole_file::WholeFile;

mod leaving;

/// Connections served at once; a test suite opens a few dozen.
const CONNECTIONS_MAX: usize = 256;

/// A practice org that listens.
pub(crate) struct Server {
    listener: TcpListener,
    door: Arc<Door>,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Takes the port; requests are answered once [`Server::run`] goes.
    pub(crate) async fn bind(door: Door, port: u16) -> Result<Self, Error> {
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
            address,
        })
    }

    /// Answers until the future is dropped.
    pub(crate) async fn run(self) {
        let permits = Arc::new(tokio::sync::Semaphore::new(CONNECTIONS_MAX));
        loop {
            let Ok((stream, _)) = self.listener.accept().await else {
                // The process is out of file descriptors: those in use will come free.
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                continue;
            };
            let Ok(permit) = Arc::clone(&permits).acquire_owned().await else {
                return;
            };
            // With Nagle a client of many small requests waits forty milliseconds for each.
            let _slower = stream.set_nodelay(true);
            let door = Arc::clone(&self.door);
            tokio::spawn(async move {
                let service = service_fn(move |request| answer(Arc::clone(&door), request));
                let io = TokioIo::new(stream);
                let connection = hyper::server::conn::http1::Builder::new();
                // A client that goes away in the middle is its own business, and an answer that a fault
                // keeps back is meant to break the connection.
                let _gone = connection.serve_connection(io, service).await;
                drop(permit);
            });
        }
    }
}

/// Writes `{"url", "token"}`, readable by this user only and never half.
pub(crate) fn write_ready(file: &Path, url: &str, token: &str) -> Result<(), Error> {
    let json = serde_json::json!({ "url": url, "token": token }).to_string();
    WholeFile::begin(file)?.finish(&json)
}

/// An error closes the connection without an answer.
async fn answer(
    door: Arc<Door>,
    request: http::Request<Incoming>,
) -> std::io::Result<http::Response<Leaving>> {
    let (parts, body) = request.into_parts();
    let body = match Limited::new(body, limit::REQUEST_BYTES_MAX).collect().await {
        Ok(body) => body.to_bytes(),
        Err(error) if error.is::<LengthLimitError>() => return Ok(refuse(413, "too large")),
        Err(_) => return Ok(refuse(400, "the body is not readable")),
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
