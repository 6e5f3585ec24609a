//! The log of the requests to an org, one by one, so that a person can see that Usher made no other. It has methods,
//! paths, status and time; never a header, and no body. Each request is a span as well.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::port::{Boxed, Clock};
use crate::spans::{self, Instrument};
use crate::wire::traced::redacted;
use crate::wire::{Attempt, Wire, WireError};

/// Requests kept until they are written down. Planning takes dozens. Of more than this without any event in between,
/// the first ones are kept, because they explain the rest.
const KEPT_MAX: usize = 10_000;

/// Bytes of a path that are kept. Salesforce takes 16,384 in all (REST API Guide, URI length).
const PATH_BYTES_MAX: usize = 16_384;

/// One request and its answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// Milliseconds since 1970, UTC.
    pub at_ms: i64,
    pub method: String,
    /// Path and query as they were sent.
    pub path: String,
    /// HTTP status; none: no answer came.
    pub status: Option<u16>,
    /// Milliseconds until the answer, or until Usher gave up.
    pub took_ms: u64,
}

/// Requests that were made and not written down yet.
#[derive(Clone, Debug, Default)]
pub struct Audit(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    exchanges: Vec<Exchange>,
    /// The number of those that there were.
    count: u64,
}

impl Audit {
    /// Takes out the requests that were kept.
    pub fn drain(&self) -> Vec<Exchange> {
        std::mem::take(&mut self.lock().exchanges)
    }

    /// Keeps an exchange. Returns its number, from 1: that in the journal, when a run began with this audit.
    fn add(&self, exchange: Exchange) -> u64 {
        let mut kept = self.lock();
        kept.count += 1;
        if kept.exchanges.len() < KEPT_MAX {
            kept.exchanges.push(exchange);
        }
        kept.count
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        // Nothing panics while it holds the lock; should it ever, the list is still whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Carries the requests of another wire, and keeps each of them in the audit.
pub struct AuditedWire {
    wire: Arc<dyn Wire>,
    clock: Arc<dyn Clock>,
    audit: Audit,
}

impl AuditedWire {
    /// A wire that adds every exchange to `audit`.
    pub fn new(wire: Arc<dyn Wire>, clock: Arc<dyn Clock>, audit: Audit) -> Self {
        Self { wire, clock, audit }
    }
}

impl Wire for AuditedWire {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Boxed<'_, Result<http::Response<Bytes>, WireError>> {
        let method = request.method().to_string();
        let mut path = request.uri().to_string();
        path.truncate(path.floor_char_boundary(PATH_BYTES_MAX));
        let attempt = request.extensions().get::<Attempt>();
        let attempt = attempt.map_or(1, |attempt| attempt.0);
        Box::pin(async move {
            let span = spans::request(&method, || redacted::target(&path), attempt);
            let exchanged = async {
                let (at_ms, began_ms) = (self.clock.now_ms(), self.clock.ticks_ms());
                let answer = self.wire.send(request).await;
                let took_ms = self.clock.ticks_ms().saturating_sub(began_ms);
                let status = answer.as_ref().ok().map(|answer| answer.status().as_u16());
                let number = self.audit.add(Exchange {
                    at_ms,
                    method,
                    path,
                    status,
                    took_ms,
                });
                spans::answered(number, status);
                answer
            };
            exchanged.instrument(span).await
        })
    }
}
