//! Hears the org's clock: the `Date` headers of its answers.

use std::sync::Arc;

use bytes::Bytes;

use crate::org_time::OrgTime;
use crate::port::{Boxed, Clock};
use crate::wire::{Wire, WireError};

/// Carries the requests of another wire, and takes the org's time from the answers.
pub struct TimedWire {
    wire: Arc<dyn Wire>,
    clock: Arc<dyn Clock>,
    time: OrgTime,
}

impl TimedWire {
    /// A wire whose answers set `time`.
    pub fn new(wire: Arc<dyn Wire>, clock: Arc<dyn Clock>, time: OrgTime) -> Self {
        Self { wire, clock, time }
    }
}

impl Wire for TimedWire {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Boxed<'_, Result<http::Response<Bytes>, WireError>> {
        Box::pin(async move {
            let answer = self.wire.send(request).await?;
            self.time.hear(&answer, self.clock.as_ref());
            Ok(answer)
        })
    }
}
