//! A server on loopback that says what a test tells it to, byte for byte.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// One part of what a server says to each request.
#[derive(Clone)]
pub(super) enum Say {
    Bytes(Vec<u8>),
    /// Milliseconds of silence.
    Pause(u64),
    /// Silence without an end.
    Hang,
    /// Bytes without an end.
    Endless,
    Close,
    /// Leads the connection on, as a proxy does.
    Tunnel(u16),
}

/// A server, until the test is over.
pub(super) struct Server {
    pub(super) address: String,
    pub(super) port: u16,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    /// Of TLS, those that came to an end.
    handshakes: AtomicUsize,
    heads: Mutex<Vec<String>>,
}

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

impl Server {
    pub(super) async fn plain(says: Vec<Say>) -> Self {
        Self::begin(None, says).await
    }

    pub(super) async fn tls(acceptor: TlsAcceptor, says: Vec<Say>) -> Self {
        Self::begin(Some(acceptor), says).await
    }

    /// The address of a port on which nothing listens.
    pub(super) async fn closed() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("a port");
        format!("http://{address}")
    }

    async fn begin(tls: Option<TlsAcceptor>, says: Vec<Say>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("a port").port();
        let scheme = if tls.is_some() { "https" } else { "http" };
        let seen = Arc::new(Seen::default());
        let shared = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let (tls, says, seen) = (tls.clone(), says.clone(), Arc::clone(&shared));
                tokio::spawn(async move {
                    let stream: Box<dyn Stream> = match tls {
                        None => Box::new(stream),
                        Some(tls) => match tls.accept(stream).await {
                            Ok(stream) => Box::new(stream),
                            Err(_) => return,
                        },
                    };
                    seen.handshakes.fetch_add(1, Ordering::SeqCst);
                    serve(stream, &says, &seen).await;
                });
            }
        });
        Self {
            address: format!("{scheme}://127.0.0.1:{port}"),
            port,
            seen,
        }
    }

    pub(super) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    pub(super) fn handshakes(&self) -> usize {
        self.seen.handshakes.load(Ordering::SeqCst)
    }

    /// The heads of the requests that came.
    pub(super) fn heads(&self) -> Vec<String> {
        let heads = self.seen.heads.lock();
        heads.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn serve(mut stream: Box<dyn Stream>, says: &[Say], seen: &Seen) {
    while let Some(head) = head(&mut stream).await {
        seen.heads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(head);
        for say in says {
            match say {
                Say::Bytes(bytes) => {
                    if stream.write_all(bytes).await.is_err() || stream.flush().await.is_err() {
                        return;
                    }
                }
                Say::Pause(ms) => tokio::time::sleep(Duration::from_millis(*ms)).await,
                Say::Hang => std::future::pending().await,
                Say::Endless => while stream.write_all(&[b' '; 65_536]).await.is_ok() {},
                Say::Close => {
                    let _closed = stream.shutdown().await;
                    return;
                }
                Say::Tunnel(port) => {
                    let there = TcpStream::connect(("127.0.0.1", *port)).await;
                    let mut there = there.expect("the server of the test");
                    let _done = tokio::io::copy_bidirectional(&mut stream, &mut there).await;
                    return;
                }
            }
        }
    }
}

/// The head of the next request; none: the client is gone.
async fn head(stream: &mut Box<dyn Stream>) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}
