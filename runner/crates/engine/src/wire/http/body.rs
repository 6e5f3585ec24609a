//! The body of an answer, unpacked and bounded: what counts is the bytes in memory, not those on the way.

use std::io::{self, Write};

use bytes::{Bytes, BytesMut};
use flate2::write::MultiGzDecoder;

/// Takes the chunks of a body.
pub(super) enum Body {
    Plain(Bounded),
    Packed(Box<MultiGzDecoder<Bounded>>),
}

/// The reason why a body is not taken.
pub(super) enum BodyError {
    TooLarge,
    /// The packed bytes are damaged, or half of them are missing.
    Damaged(String),
}

/// Bytes, up to a bound.
pub(super) struct Bounded {
    bytes: BytesMut,
    limit: usize,
    is_full: bool,
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.bytes.len() + bytes.len() > self.limit {
            self.is_full = true;
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Body {
    /// A body of at most `limit` bytes, unpacked.
    pub(super) fn new(is_packed: bool, limit: usize) -> Self {
        let bounded = Bounded {
            bytes: BytesMut::new(),
            limit,
            is_full: false,
        };
        match is_packed {
            true => Self::Packed(Box::new(MultiGzDecoder::new(bounded))),
            false => Self::Plain(bounded),
        }
    }

    pub(super) fn take(&mut self, chunk: &[u8]) -> Result<(), BodyError> {
        let taken = match self {
            Self::Plain(bounded) => bounded.write_all(chunk),
            Self::Packed(decoder) => decoder.write_all(chunk),
        };
        taken.map_err(|error| self.failed(&error))
    }

    /// The whole body.
    pub(super) fn finish(mut self) -> Result<Bytes, BodyError> {
        if let Self::Packed(decoder) = &mut self
            && let Err(error) = decoder.try_finish()
        {
            return Err(self.failed(&error));
        }
        let bytes = match &mut self {
            Self::Plain(bounded) => &mut bounded.bytes,
            Self::Packed(decoder) => &mut decoder.get_mut().bytes,
        };
        Ok(std::mem::take(bytes).freeze())
    }

    fn failed(&self, error: &io::Error) -> BodyError {
        let bounded = match self {
            Self::Plain(bounded) => bounded,
            Self::Packed(decoder) => decoder.get_ref(),
        };
        match bounded.is_full {
            true => BodyError::TooLarge,
            false => BodyError::Damaged(error.to_string()),
        }
    }
}
