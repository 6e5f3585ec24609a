//! The pace of a connection: what it is at and since when, and a stream that ends when its client is too slow.

use std::io::{Error, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep};

/// The time until the next request begins: clients keep connections for a while.
const IDLE: Duration = Duration::from_secs(60);

/// The time for the head of a request, from its first byte on: it is one packet or a few.
const HEAD: Duration = Duration::from_secs(10);

/// The time in which a client takes nothing of an answer.
const STALLED: Duration = Duration::from_secs(30);

/// One connection's pace.
#[derive(Debug)]
pub(super) struct Pace(Mutex<(At, Instant)>);

/// The state of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum At {
    /// No byte of the next request has come.
    Waiting,
    /// The head of a request comes.
    Head,
    /// The body comes, the org is at work, or the answer goes.
    Request,
}

/// A request that a connection is at, until this is dropped.
#[derive(Debug)]
pub(super) struct InRequest(Arc<Pace>);

impl Pace {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(Mutex::new((At::Waiting, Instant::now()))))
    }

    /// The state, and its beginning.
    pub(super) fn at(&self) -> (At, Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes to a state, when the connection is not in it.
    fn go(&self, to: At) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.0 != to {
            *held = (to, Instant::now());
        }
    }

    /// A head has come whole.
    pub(super) fn begin_request(self: &Arc<Self>) -> InRequest {
        self.go(At::Request);
        InRequest(Arc::clone(self))
    }

    /// The time at which a connection that sends nothing more ends.
    fn ends(&self) -> Option<Instant> {
        match self.at() {
            (At::Waiting, since) => Some(since + IDLE),
            (At::Head, since) => Some(since + HEAD),
            (At::Request, _) => None,
        }
    }
}

impl Drop for InRequest {
    fn drop(&mut self) {
        self.0.go(At::Waiting);
    }
}

/// A stream whose client must keep pace.
#[derive(Debug)]
pub(super) struct Paced<S> {
    stream: S,
    pace: Arc<Pace>,
    reading: Pin<Box<Sleep>>,
    writing: Pin<Box<Sleep>>,
    /// The client takes nothing.
    stalled: bool,
}

impl<S> Paced<S> {
    pub(super) fn new(stream: S, pace: Arc<Pace>) -> Self {
        Self {
            stream,
            pace,
            reading: Box::pin(tokio::time::sleep(IDLE)),
            writing: Box::pin(tokio::time::sleep(STALLED)),
            stalled: false,
        }
    }

    /// Passes on the result of a write, unless the client takes nothing for too long.
    fn written<T>(
        &mut self,
        context: &mut Context<'_>,
        result: Poll<std::io::Result<T>>,
    ) -> Poll<std::io::Result<T>> {
        if result.is_ready() {
            self.stalled = false;
            return result;
        }
        if !self.stalled {
            self.stalled = true;
            self.writing.as_mut().reset(Instant::now() + STALLED);
        }
        match self.writing.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(slow())),
            Poll::Pending => Poll::Pending,
        }
    }
}

fn slow() -> Error {
    Error::new(ErrorKind::TimedOut, "the client is too slow")
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let this = self.get_mut();
        let before = buffer.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(context, buffer);
        let came = buffer.filled().len() > before;
        if came && this.pace.at().0 == At::Waiting {
            this.pace.go(At::Head);
        }
        // A head that dribbles ends in time, although each of its bytes comes.
        let Some(ends) = this.pace.ends() else {
            return read;
        };
        if read.is_ready() && (!came || Instant::now() < ends) {
            return read;
        }
        this.reading.as_mut().reset(ends);
        match this.reading.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(slow())),
            Poll::Pending => read,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_write(context, bytes);
        this.written(context, result)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_write_vectored(context, parts);
        this.written(context, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_flush(context);
        this.written(context, result)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_shutdown(context);
        this.written(context, result)
    }
}
