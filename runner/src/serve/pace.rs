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

/// The time after which it is seen how much of an answer a client that is behind has taken.
const WINDOW: Duration = Duration::from_secs(30);

/// Bytes that a client that is behind takes in each window at least: a thousand a second, as for bodies.
const WINDOW_BYTES_MIN: usize = 30_000;

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
    /// The body of a request comes.
    Body,
    /// The org is at work, or the answer goes as fast as it is made.
    Request,
    /// The answer goes, and its client is behind.
    Answer,
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
        self.go(At::Body);
        InRequest(Arc::clone(self))
    }

    /// A client does not take what is written. A request whose body still comes stays at that.
    fn fall_behind(&self) {
        if matches!(self.at().0, At::Request | At::Waiting) {
            self.go(At::Answer);
        }
    }

    /// A client has taken everything.
    fn catch_up(&self) {
        if self.at().0 == At::Answer {
            self.go(At::Waiting);
        }
    }

    /// The time at which a connection that sends nothing more ends.
    fn ends(&self) -> Option<Instant> {
        match self.at() {
            (At::Waiting, since) => Some(since + IDLE),
            (At::Head, since) => Some(since + HEAD),
            (At::Body | At::Request | At::Answer, _) => None,
        }
    }
}

impl InRequest {
    /// The body has come whole.
    pub(super) fn begin_work(&self) {
        self.0.go(At::Request);
    }
}

impl Drop for InRequest {
    fn drop(&mut self) {
        // Bytes that were handed over for writing may not have left yet.
        if self.0.at().0 != At::Answer {
            self.0.go(At::Waiting);
        }
    }
}

/// A stream whose client must keep pace.
#[derive(Debug)]
pub(super) struct Paced<S> {
    stream: S,
    pace: Arc<Pace>,
    reading: Pin<Box<Sleep>>,
    writing: Pin<Box<Sleep>>,
    /// The bytes that a client that is behind has taken in this window; none: it is not behind.
    taken: Option<usize>,
}

impl<S> Paced<S> {
    pub(super) fn new(stream: S, pace: Arc<Pace>) -> Self {
        Self {
            stream,
            pace,
            reading: Box::pin(tokio::time::sleep(IDLE)),
            writing: Box::pin(tokio::time::sleep(WINDOW)),
            taken: None,
        }
    }

    /// Passes on the result of a write, unless the client has been too slow for a window.
    fn written(
        &mut self,
        context: &mut Context<'_>,
        result: Poll<std::io::Result<usize>>,
    ) -> Poll<std::io::Result<usize>> {
        if let (Some(taken), Poll::Ready(Ok(bytes))) = (&mut self.taken, &result) {
            *taken += bytes;
        }
        match result.is_ready() {
            true => result,
            false => self.behind(context),
        }
    }

    /// The client does not take what is written.
    fn behind<T>(&mut self, context: &mut Context<'_>) -> Poll<std::io::Result<T>> {
        if self.taken.is_none() {
            self.begin_window();
            self.pace.fall_behind();
        }
        while self.writing.as_mut().poll(context).is_ready() {
            if self.taken.is_none_or(|bytes| bytes < WINDOW_BYTES_MIN) {
                return Poll::Ready(Err(slow()));
            }
            self.begin_window();
        }
        Poll::Pending
    }

    fn begin_window(&mut self) {
        self.taken = Some(0);
        self.writing.as_mut().reset(Instant::now() + WINDOW);
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
        if result.is_pending() {
            return this.behind(context);
        }
        // The server flushes once everything is written.
        this.taken = None;
        this.pace.catch_up();
        result
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.stream).poll_shutdown(context);
        match result.is_pending() {
            true => this.behind(context),
            false => result,
        }
    }
}
