//! The body of an answer on its way out: whole, or cut off by a fault.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use usher_practice::Cut;

use crate::serve::pace::InRequest;

/// A body whose head gives the full length, even if a fault cuts it off.
#[derive(Debug)]
pub(super) struct Leaving {
    bytes: u64,
    part: Option<Bytes>,
    end: End,
    /// Until this is dropped the connection is at the request.
    at_request: Option<InRequest>,
}

/// The end of the part.
#[derive(Clone, Copy, Debug)]
enum End {
    Proper,
    /// The connection breaks, once what was written so far has left.
    Flushed,
    Broken,
}

impl Leaving {
    /// All of it.
    pub(super) fn whole(body: Bytes) -> Self {
        Self {
            bytes: body.len() as u64,
            part: Some(body).filter(|body| !body.is_empty()),
            end: End::Proper,
            at_request: None,
        }
    }

    /// As much as leaves before the connection breaks.
    pub(super) fn cut(body: Bytes, after: Cut) -> Self {
        let bytes = body.len();
        let left = match after {
            Cut::Headers => 0,
            Cut::Body => bytes / 2,
        };
        Self {
            bytes: bytes as u64,
            part: Some(body.slice(..left)).filter(|part| !part.is_empty()),
            end: End::Flushed,
            at_request: None,
        }
    }

    /// Bytes of the body as the head gives them.
    pub(super) fn len(&self) -> usize {
        usize::try_from(self.bytes).unwrap_or(usize::MAX)
    }

    /// The same, while a connection is at the request that it answers.
    pub(super) fn during(mut self, request: InRequest) -> Self {
        self.at_request = Some(request);
        self
    }
}

impl Body for Leaving {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        if let Some(part) = self.part.take() {
            return Poll::Ready(Some(Ok(Frame::data(part))));
        }
        match self.end {
            End::Proper => Poll::Ready(None),
            End::Flushed => {
                // The server flushes while it waits for more.
                self.end = End::Broken;
                context.waker().wake_by_ref();
                Poll::Pending
            }
            End::Broken => {
                let why = std::io::Error::other("a fault breaks the answer off");
                Poll::Ready(Some(Err(why)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.part.is_none() && matches!(self.end, End::Proper)
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.bytes)
    }
}
