//! The wire straight into a practice org.

use bytes::Bytes;
use usher_engine::port::Boxed;
use usher_engine::wire::{Unreached, Wire, WireError};

use crate::practice::{Door, Shut};

/// Carries exchanges into a practice org without a socket.
pub(crate) struct PracticeWire {
    door: Door,
}

impl PracticeWire {
    pub(crate) fn new(door: Door) -> Self {
        Self { door }
    }
}

impl Wire for PracticeWire {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Boxed<'_, Result<http::Response<Bytes>, WireError>> {
        Box::pin(async move {
            self.door.pass(request).await.map_err(|shut| match shut {
                Shut::Unreachable => {
                    WireError::Unreachable(Unreached::silent("the practice org does not answer"))
                }
                Shut::Closed | Shut::Cut(..) => {
                    WireError::Lost("the connection to the practice org broke".to_owned())
                }
            })
        })
    }
}
