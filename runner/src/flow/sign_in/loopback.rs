//! The listener on this machine to which the browser comes back with the code.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use usher_engine::session::Secret;

use crate::flow::sign_in::page;

/// The path to which the browser comes back.
pub(super) const PATH: &str = "/usher/signed-in";

/// The time in which a browser sends its request.
const REQUEST_LIMIT: Duration = Duration::from_secs(10);

/// The connections that are served at once.
const CONNECTIONS_MAX: usize = 32;

/// The longest head of a request.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// The answer that the browser brings.
pub(super) enum Brought {
    Code(Secret),
    /// Salesforce refuses: its code, and its text.
    Refused {
        error: String,
        description: String,
    },
}

/// A port of this machine, on which nobody else listens.
pub(super) struct Loopback {
    v4: TcpListener,
    /// A browser may take the other address of `localhost`; a machine may have none.
    v6: Option<TcpListener>,
    pub(super) port: u16,
}

impl Loopback {
    /// Listens on a port. 0 takes a free one.
    pub(super) async fn bind(port: u16) -> std::io::Result<Self> {
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = v4.local_addr()?.port();
        let v6 = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await;
        match v6 {
            Ok(v6) => Ok(Self {
                v4,
                v6: Some(v6),
                port,
            }),
            // Another program would get what is meant for us.
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => Err(error),
            Err(_) => Ok(Self { v4, v6: None, port }),
        }
    }

    /// Waits for the answer that has this `state`. Other requests are answered and count for nothing. A connection that
    /// says nothing keeps no other one back.
    pub(super) async fn wait(&self, state: &str) -> Brought {
        let mut exchanges = JoinSet::new();
        loop {
            let is_full = exchanges.len() >= CONNECTIONS_MAX;
            tokio::select! {
                Some(ended) = exchanges.join_next() => {
                    if let Ok(Some(brought)) = ended {
                        return brought;
                    }
                }
                accepted = self.accept(), if !is_full => match accepted {
                    Some(stream) => {
                        exchanges.spawn(exchange(stream, state.to_owned()));
                    }
                    None => tokio::time::sleep(Duration::from_millis(50)).await,
                },
            }
        }
    }

    async fn accept(&self) -> Option<TcpStream> {
        let v6 = async {
            match &self.v6 {
                Some(v6) => v6.accept().await,
                None => std::future::pending().await,
            }
        };
        let accepted = tokio::select! {
            accepted = self.v4.accept() => accepted,
            accepted = v6 => accepted,
        };
        accepted.ok().map(|(stream, _)| stream)
    }
}

/// Answers the request of one connection; returns the answer that it brings, if it does.
async fn exchange(mut stream: TcpStream, state: String) -> Option<Brought> {
    let exchange = async {
        let target = target(&mut stream).await?;
        let (status, text, brought) = judged(&target, &state);
        let answer = page::answer(status, text);
        stream.write_all(answer.as_bytes()).await.ok()?;
        // The browser has the page when it closes the connection; it need not.
        let _gone = stream.shutdown().await;
        brought
    };
    let in_time = tokio::time::timeout(REQUEST_LIMIT, exchange).await;
    in_time.ok().flatten()
}

/// The target of a GET; none: it is no such request.
async fn target(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut chunk = [0; 1024];
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream
            .read(&mut chunk)
            .await
            .ok()
            .filter(|read| *read > 0)?;
        head.extend_from_slice(&chunk[..read]);
        if head.len() > HEAD_BYTES_MAX {
            return None;
        }
    }
    let head = String::from_utf8(head).ok()?;
    let mut words = head.lines().next()?.split(' ');
    match (words.next()?, words.next()?) {
        ("GET", target) => Some(target.to_owned()),
        _ => None,
    }
}

/// The status and the page for a target, and what it brings.
fn judged(target: &str, state: &str) -> (&'static str, &'static str, Option<Brought>) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    if path != PATH {
        return ("404 Not Found", page::NOTHING, None);
    }
    let value = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let found = pairs.find(|(key, _)| *key == name)?.1.replace('+', " ");
        let decoded = percent_decode_str(&found).decode_utf8().ok()?;
        Some(decoded.into_owned()).filter(|value| !value.is_empty())
    };
    if value("state").as_deref() != Some(state) {
        return ("400 Bad Request", page::OTHER, None);
    }
    if let Some(error) = value("error") {
        let description = value("error_description").unwrap_or_default();
        let refused = Brought::Refused { error, description };
        return ("200 OK", page::REFUSED, Some(refused));
    }
    match value("code") {
        Some(code) => ("200 OK", page::BACK, Some(Brought::Code(Secret::new(code)))),
        None => ("400 Bad Request", page::OTHER, None),
    }
}
