//! Spreads requests out: as many are in flight as the org takes at once, and fewer after it refused one for that.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use tokio::sync::Notify;
use usher_core::limit;

use crate::client::{OrgError, error_of};
use crate::port::Boxed;
use crate::wire::{Wire, WireError};

/// Answers in a row without such a refusal, after which one more request may be in flight.
const GOOD_MIN: u32 = 20;

/// Carries the requests of another wire, a few at a time.
pub struct SpreadWire {
    wire: Arc<dyn Wire>,
    state: Mutex<State>,
    left: Notify,
}

struct State {
    flying: usize,
    most: usize,
    /// Answers in a row that did not refuse a request for those beside it.
    good: u32,
}

/// A request in flight.
struct Place<'w>(&'w SpreadWire);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.lock().flying -= 1;
        self.0.left.notify_waiters();
    }
}

impl SpreadWire {
    /// A wire with no request in flight.
    pub fn new(wire: Arc<dyn Wire>) -> Self {
        Self {
            wire,
            state: Mutex::new(State {
                flying: 0,
                most: limit::REQUESTS_IN_FLIGHT_MAX,
                good: 0,
            }),
            left: Notify::new(),
        }
    }

    async fn place(&self) -> Place<'_> {
        loop {
            let left = self.left.notified();
            tokio::pin!(left);
            // Listening begins before the look, so that no place in between is missed.
            left.as_mut().enable();
            {
                let mut state = self.lock();
                if state.flying < state.most {
                    state.flying += 1;
                    return Place(self);
                }
            }
            left.await;
        }
    }

    fn learn(&self, answer: &http::Response<Bytes>) {
        let is_crowded =
            !answer.status().is_success() && matches!(error_of(answer), OrgError::Throttled(_));
        let mut state = self.lock();
        if is_crowded {
            state.most = (state.flying / 2).max(1);
            state.good = 0;
            return;
        }
        state.good += 1;
        if state.good >= GOOD_MIN && state.most < limit::REQUESTS_IN_FLIGHT_MAX {
            state.most += 1;
            state.good = 0;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wire for SpreadWire {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Boxed<'_, Result<http::Response<Bytes>, WireError>> {
        Box::pin(async move {
            let _place = self.place().await;
            let answer = self.wire.send(request).await?;
            self.learn(&answer);
            Ok(answer)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use bytes::Bytes;
    use usher_core::limit;

    use super::SpreadWire;
    use crate::port::Boxed;
    use crate::together::together;
    use crate::wire::{Wire, WireError};

    /// Takes two requests at once, and refuses more.
    #[derive(Default)]
    struct Narrow {
        flying: AtomicUsize,
        refused: AtomicUsize,
        most: AtomicUsize,
        is_wide: bool,
    }

    impl Wire for Narrow {
        fn send(
            &self,
            _: http::Request<Bytes>,
        ) -> Boxed<'_, Result<http::Response<Bytes>, WireError>> {
            Box::pin(async move {
                let flying = self.flying.fetch_add(1, Ordering::SeqCst) + 1;
                self.most.fetch_max(flying, Ordering::SeqCst);
                for _ in 0..3 {
                    tokio::task::yield_now().await;
                }
                self.flying.fetch_sub(1, Ordering::SeqCst);
                if flying <= 2 || self.is_wide {
                    return Ok(http::Response::new(Bytes::new()));
                }
                self.refused.fetch_add(1, Ordering::SeqCst);
                let body = r#"[{"errorCode":"REQUEST_LIMIT_EXCEEDED","message":"ConcurrentPerOrgLongTxn Limit exceeded."}]"#;
                let answer = http::Response::builder().status(403);
                Ok(answer.body(Bytes::from(body)).expect("an answer"))
            })
        }
    }

    async fn many(wire: &SpreadWire, number: usize) {
        let sent = (0..number).map(|_| -> Boxed<'_, ()> {
            Box::pin(async move {
                wire.send(http::Request::new(Bytes::new()))
                    .await
                    .expect("an answer");
            })
        });
        together(sent.collect()).await;
    }

    #[tokio::test]
    async fn fewer_are_in_flight_after_a_refusal_and_slowly_more_again() {
        let org = Arc::new(Narrow::default());
        let wire = SpreadWire::new(Arc::<Narrow>::clone(&org));
        many(&wire, 4).await;
        let first = org.refused.load(Ordering::SeqCst);
        assert!(first > 0);
        many(&wire, 16).await;
        assert_eq!(org.refused.load(Ordering::SeqCst), first);
        assert!(wire.lock().most < limit::REQUESTS_IN_FLIGHT_MAX);
    }

    #[tokio::test]
    async fn no_more_than_the_bound_are_in_flight() {
        let org = Arc::new(Narrow {
            is_wide: true,
            ..Narrow::default()
        });
        let wire = SpreadWire::new(Arc::<Narrow>::clone(&org));
        tokio::join!(many(&wire, 30), many(&wire, 30), many(&wire, 30));
        assert_eq!(
            org.most.load(Ordering::SeqCst),
            limit::REQUESTS_IN_FLIGHT_MAX
        );
        assert_eq!(wire.lock().flying, 0);
    }
}
