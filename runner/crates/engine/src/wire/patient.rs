//! Repeats reads: a read whose answer was lost, or that the org did not take, does no harm a second time. A write is
//! never repeated here, as that is the run's decision.

use std::sync::Arc;

use bytes::Bytes;
use usher_core::limit;

use crate::client::error_of;
use crate::port::{Boxed, Clock};
use crate::spans;
use crate::stop::StopFlag;
use crate::wire::after::after_ms;
use crate::wire::{Attempt, ReadsOnly, Wire, WireError};

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
                let mut sending = request.clone();
                sending.extensions_mut().insert(Attempt(sent));
                let answer = self.wire.send(sending).await;
                if !reads || sent == SENDINGS_MAX || !may_help(&answer) {
                    return answer;
                }
                let after_ms = answer.as_ref().ok().and_then(after_ms).unwrap_or(0);
                if after_ms > limit::RETRY_AFTER_MS_MAX {
                    return answer;
                }
                let pause_ms = (PAUSE_MS << (sent - 1)).max(after_ms);
                spans::repeated(sent, pause_ms);
                tokio::select! {
                    biased;
                    () = self.stop.asked() => return answer,
                    () = self.clock.sleep(pause_ms) => sent += 1,
                }
            }
        })
    }
}

/// Says whether the same read may have an answer a moment later.
fn may_help(answer: &Result<http::Response<Bytes>, WireError>) -> bool {
    match answer {
        Err(WireError::Lost(_)) => true,
        Err(WireError::Unreachable(_) | WireError::Spent(_) | WireError::TooLarge { .. }) => false,
        Ok(answer) if answer.status().is_success() => false,
        Ok(answer) => error_of(answer).passes(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;

    use crate::conduct::scripted::{Reply, Script};
    use crate::port::{Boxed, Clock};
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

    /// Refuses every request, and says when to come back.
    struct Busy(&'static str);

    impl Wire for Busy {
        fn send(
            &self,
            _: http::Request<Bytes>,
        ) -> Boxed<'_, Result<http::Response<Bytes>, WireError>> {
            let answer = http::Response::builder()
                .status(503)
                .header("retry-after", self.0);
            Box::pin(async move { Ok(answer.body(Bytes::new()).expect("an answer")) })
        }
    }

    /// The milliseconds that pass until a read is given up.
    async fn until_given_up(retry_after: &'static str) -> u64 {
        let clock = Arc::new(TestClock::default());
        let busy = Arc::new(Busy(retry_after));
        let wire = PatientWire::new(busy, Arc::<TestClock>::clone(&clock), StopFlag::default());
        let mut request = http::Request::new(Bytes::new());
        request.extensions_mut().insert(ReadsOnly);
        let began_ms = clock.ticks_ms();
        let answer = wire.send(request).await.expect("an answer");
        assert_eq!(answer.status(), 503);
        clock.ticks_ms() - began_ms
    }

    #[tokio::test]
    async fn a_read_waits_as_long_as_the_org_asks_but_not_forever() {
        assert_eq!(until_given_up("0").await, 7_000);
        assert_eq!(until_given_up("3").await, 10_000);
        assert_eq!(until_given_up("60").await, 180_000);
        assert_eq!(until_given_up("61").await, 0);
        assert_eq!(until_given_up("soon").await, 7_000);
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
