//! `practice serve`: practice orgs behind a socket on loopback, with TLS or without. HTTP/1.1, one write per answer.
//! Clients that are too slow are cut off.

use std::net::{Ipv4Addr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::uri::Scheme;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::error::Error;
use crate::exit::Exit;
use crate::practice::Shut;
use crate::serve::connections::{Connections, Place};
use crate::serve::leaving::Leaving;
use crate::serve::pace::{At, InRequest, Paced};

pub(crate) use authority::Shown;
pub(crate) use orgs::{Common, Orgs};
pub(crate) use ready::Ready;
pub(crate) use tls::Tls;

mod authority;
mod body;
mod coming;
mod connections;
mod leaving;
mod orgs;
mod pace;
mod ready;
mod route;
mod tls;

/// The time for a handshake: it is a few packets.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// The time for requests that are at work when the server is to stop: the slowest deployment takes seconds.
const ENDING: Duration = Duration::from_secs(10);

/// The time in which a connection that is at no request closes.
const CLOSING: Duration = Duration::from_millis(200);

/// Practice orgs that listen.
pub(crate) struct Server {
    listener: TcpListener,
    orgs: Arc<Orgs>,
    tls: Option<Arc<Tls>>,
    address: SocketAddr,
}

impl Server {
    /// Takes the port; requests are answered once [`Server::run`] goes.
    pub(crate) async fn bind(orgs: Arc<Orgs>, port: u16, tls: Option<Tls>) -> Result<Self, Error> {
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
            orgs,
            tls: tls.map(Arc::new),
            address,
        })
    }

    /// The addresses and tokens that clients are given.
    pub(crate) fn ready(&self) -> Ready {
        let scheme = match self.tls {
            Some(_) => "https",
            None => "http",
        };
        let authority = self.tls.as_ref().map(|tls| tls.file.clone());
        Ready::of(&self.orgs, scheme, self.address, authority)
    }

    /// Answers until `stop` is done. Then the port is free, requests at work end, and every connection closes; those
    /// that take longer than ten seconds are broken off.
    pub(crate) async fn run(self, stop: impl Future<Output = ()>) {
        let Self {
            listener,
            orgs,
            tls,
            ..
        } = self;
        let connections = Connections::new();
        let (stopping, stops) = watch::channel(false);
        let mut stop = pin!(stop);
        loop {
            let accepted = tokio::select! {
                () = &mut stop => break,
                accepted = accept(&listener, &connections) => accepted,
            };
            let Some((stream, place)) = accepted else {
                continue;
            };
            let (orgs, tls, stops) = (Arc::clone(&orgs), tls.clone(), stops.clone());
            tokio::spawn(async move {
                connection(stream, &place, orgs, tls.as_deref(), stops).await;
            });
        }
        drop(listener);
        let _none_left = stopping.send(true);
        let _late = timeout(ENDING + CLOSING, connections.all_ended()).await;
    }
}

/// The next connection, when there is a place for it.
async fn accept(
    listener: &TcpListener,
    connections: &Arc<Connections>,
) -> Option<(TcpStream, Place)> {
    let Ok((stream, _)) = listener.accept().await else {
        // The process is out of file descriptors: those in use will come free.
        tokio::time::sleep(Duration::from_millis(50)).await;
        return None;
    };
    // With Nagle a client of many small requests waits forty milliseconds for each.
    let _slower = stream.set_nodelay(true);
    Some((stream, connections.place().await))
}

/// Serves one connection to its end. A client that goes away in the middle, or trusts another authority, is its own
/// business.
async fn connection(
    stream: TcpStream,
    place: &Place,
    orgs: Arc<Orgs>,
    tls: Option<&Tls>,
    mut stops: watch::Receiver<bool>,
) {
    let Some(tls) = tls else {
        return requests(stream, place, orgs, Scheme::HTTP, stops).await;
    };
    let shaken = tokio::select! {
        shaken = timeout(HANDSHAKE, tls.accept(stream)) => shaken,
        () = place.must_leave() => return,
        _ = stops.changed() => return,
    };
    if let Ok(Ok(stream)) = shaken {
        requests(stream, place, orgs, Scheme::HTTPS, stops).await;
    }
}

async fn requests(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    place: &Place,
    orgs: Arc<Orgs>,
    scheme: Scheme,
    mut stops: watch::Receiver<bool>,
) {
    let service = service_fn(|mut request: http::Request<Incoming>| {
        let at_request = place.pace.begin_request();
        // The org gives addresses of its own: it is told how it is called.
        request.extensions_mut().insert(scheme.clone());
        let orgs = Arc::clone(&orgs);
        async move {
            let answer = answer(orgs, request, &at_request).await?;
            Ok::<_, std::io::Error>(answer.map(|body| body.during(at_request)))
        }
    });
    let stream = Paced::new(stream, Arc::clone(&place.pace));
    let mut http = hyper::server::conn::http1::Builder::new();
    // The stream itself keeps the time.
    http.header_read_timeout(None);
    let mut served = pin!(http.serve_connection(TokioIo::new(stream), service));
    // An answer that a fault keeps back is meant to break the connection.
    let makes_room = tokio::select! {
        _gone = &mut served => return,
        () = place.must_leave() => true,
        _ = stops.changed() => false,
    };
    let patience = match place.pace.at().0 {
        At::Answer if makes_room => return,
        At::Request | At::Answer => ENDING,
        At::Waiting => CLOSING,
        // Half a request is none.
        At::Head | At::Body => return,
    };
    served.as_mut().graceful_shutdown();
    let _gone = timeout(patience, served).await;
}

/// An error closes the connection without an answer.
async fn answer(
    orgs: Arc<Orgs>,
    request: http::Request<Incoming>,
    at_request: &InRequest,
) -> std::io::Result<http::Response<Leaving>> {
    let coming = orgs.coming(&request);
    let (parts, body) = request.into_parts();
    let body = match body::read(body).await {
        Ok(body) => body,
        Err((status, why)) => return Ok(coming.refused(refuse(status, why))),
    };
    at_request.begin_work();
    let request = http::Request::from_parts(parts, body);
    let (place, request) = match route::route(&orgs, request) {
        Ok(routed) => routed,
        Err(name) => return Ok(coming.refused(refuse_name(&name))),
    };
    // A task of its own: a client that goes away does not cancel its request.
    let passed = tokio::spawn(async move {
        let door = orgs.door(place).await?;
        Ok::<_, Error>(door.pass(request).await)
    });
    match passed.await {
        Ok(Ok(Ok(response))) => Ok(response.map(Leaving::whole)),
        Ok(Ok(Err(Shut::Cut(response, after)))) => {
            Ok(response.map(|body| Leaving::cut(body, after)))
        }
        // A listening socket cannot refuse one request: the connection closes either way.
        Ok(Ok(Err(Shut::Closed | Shut::Unreachable))) => {
            Err(std::io::Error::other("a fault keeps the answer back"))
        }
        Ok(Err(error)) => Ok(refuse(503, &error.message)),
        Err(_) => Ok(refuse(
            500,
            "the practice org broke: this is a bug in usher",
        )),
    }
}

fn refuse(status: u16, message: &str) -> http::Response<Leaving> {
    refuse_as(status, "UNKNOWN_EXCEPTION", message)
}

fn refuse_name(name: &str) -> http::Response<Leaving> {
    let name: String = name.chars().take(80).collect();
    refuse_as(
        404,
        "NOT_FOUND",
        &format!("no practice org is called `{name}` here"),
    )
}

fn refuse_as(status: u16, code: &str, message: &str) -> http::Response<Leaving> {
    let body = serde_json::json!([{ "errorCode": code, "message": message }]);
    let mut response = http::Response::new(Leaving::whole(Bytes::from(body.to_string())));
    *response.status_mut() = http::StatusCode::from_u16(status).unwrap_or_default();
    let kind = http::HeaderValue::from_static("application/json;charset=UTF-8");
    response
        .headers_mut()
        .insert(http::header::CONTENT_TYPE, kind);
    response
}
