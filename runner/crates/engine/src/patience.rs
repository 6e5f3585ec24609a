//! Asking again: a read whose answer was lost, or that the org did not take, does no harm a second time.
//! What writes is never repeated here; that is the run's decision.

use std::sync::Arc;

use bytes::Bytes;

use crate::org::error_of;
use crate::port::{Boxed, Clock, ReadsOnly, Wire, WireError};

/// How often one read is sent, pauses of one, two and four seconds between: an org that is silent for
/// longer is better told to the person.
const SENDINGS_MAX: u32 = 4;

/// The first pause; each further one is twice as long.
const PAUSE_MS: u64 = 1_000;

/// Carries what another wire carries, reads more than once where that helps.
pub struct PatientWire {
    wire: Arc<dyn Wire>,
    clock: Arc<dyn Clock>,
}

impl PatientWire {
    /// A patient wire.
    pub fn new(wire: Arc<dyn Wire>, clock: Arc<dyn Clock>) -> Self {
        Self { wire, clock }
    }
}

impl Wire for PatientWire {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Boxed<'_, Result<http::Response<Bytes>, WireError>> {
        let reads = request.extensions().get::<ReadsOnly>().is_some();
        Box::pin(async move {
            let mut sent = 1;
            loop {
                let answer = self.wire.send(request.clone()).await;
                if !reads || sent == SENDINGS_MAX || !may_help(&answer) {
                    return answer;
                }
                self.clock.sleep(PAUSE_MS << (sent - 1)).await;
                sent += 1;
            }
        })
    }
}

/// Whether the same read may have an answer a moment later.
fn may_help(answer: &Result<http::Response<Bytes>, WireError>) -> bool {
    match answer {
        Err(WireError::Lost(_)) => true,
        Err(WireError::Unreachable(_) | WireError::TooLarge { .. }) => false,
        Ok(answer) if answer.status().is_success() => false,
        Ok(answer) => error_of(answer).passes(),
    }
}
