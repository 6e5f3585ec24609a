//! Repeats reads: a read whose answer was lost, or that the org did not take, does no harm a second time. A write is
//! never repeated here, as that is the run's decision.

use std::sync::Arc;

use bytes::Bytes;

use crate::client::error_of;
use crate::port::{Boxed, Clock};
use crate::stop::StopFlag;
use crate::wire::{ReadsOnly, Wire, WireError};

/// The number of times that one read is sent, with pauses of one, two and four seconds. A person should hear of an org
/// that is silent for longer.
const SENDINGS_MAX: u32 = 4;

/// The first pause; each further one is twice as long.
const PAUSE_MS: u64 = 1_000;

/// Carries the requests of another wire, and repeats reads where that helps.
pub struct PatientWire {
    wire: Arc<dyn Wire>,
    clock: Arc<dyn Clock>,
    stop: StopFlag,
}

impl PatientWire {
    /// A patient wire, until `stop` is set.
    pub fn new(wire: Arc<dyn Wire>, clock: Arc<dyn Clock>, stop: StopFlag) -> Self {
        Self { wire, clock, stop }
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
                tokio::select! {
                    biased;
                    () = self.stop.asked() => return answer,
                    () = self.clock.sleep(PAUSE_MS << (sent - 1)) => sent += 1,
                }
            }
        })
    }
}

/// Says whether the same read may have an answer a moment later.
fn may_help(answer: &Result<http::Response<Bytes>, WireError>) -> bool {
    match answer {
        Err(WireError::Lost(_)) => true,
        Err(WireError::Unreachable(_) | WireError::TooLarge { .. }) => false,
        Ok(answer) if answer.status().is_success() => false,
        Ok(answer) => error_of(answer).passes(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;

    use crate::conduct::scripted::{Reply, Script};
    use crate::stop::StopFlag;
    use crate::testing::TestClock;
    use crate::wire::PatientWire;
    use crate::wire::{ReadsOnly, Wire, WireError};

    async fn read(stop: StopFlag, replies: Vec<Reply>) -> (bool, String) {
        let (_, script) = Script::org(replies);
        let clock = Arc::new(TestClock::default());
        let wire = PatientWire::new(Arc::<Script>::clone(&script), clock, stop);
        let mut request = http::Request::new(Bytes::new());
        request.extensions_mut().insert(ReadsOnly);
        let answer = wire.send(request).await;
        (matches!(answer, Err(WireError::Lost(_))), script.asked())
    }

    #[tokio::test]
    async fn a_read_whose_answer_was_lost_is_sent_again_until_somebody_asks_to_stop() {
        let (lost, asked) = read(StopFlag::default(), vec![Reply::Lost; 4]).await;
        assert!(lost && asked == "GET /\n".repeat(4), "{asked}");
        let stop = StopFlag::default();
        stop.ask();
        let (lost, asked) = read(stop, vec![Reply::Lost]).await;
        assert!(lost && asked == "GET /\n", "{asked}");
    }
}
