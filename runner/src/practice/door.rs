//! The door of a practice org, for a socket and for the wire in process: latency, faults on the way, the request log.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use usher_engine::port::Clock;
use usher_practice::{Cut, FaultKind, Faults, Practice};

use crate::clock;
use crate::practice::instead;
use crate::practice::log::{Line, RequestLog};

/// A practice org and everything that its requests meet on the way.
pub(crate) struct Door {
    practice: Arc<Practice>,
    clock: Arc<dyn Clock>,
    /// From the org's act to its answer.
    latency_ms: u64,
    faults: Mutex<Faults>,
    log: Option<(Arc<RequestLog>, String)>,
    requests: AtomicU64,
}

/// The reason why a request has no whole answer.
#[derive(Debug)]
pub(crate) enum Shut {
    /// The address is not reachable.
    Unreachable,
    /// The connection closes; the client does not learn whether the org has acted.
    Closed,
    /// The connection closes in the middle of this answer.
    Cut(http::Response<Bytes>, Cut),
}

/// The result of one request.
struct Passed {
    answer: Result<http::Response<Bytes>, Shut>,
    /// The answer to another user, who acted right before it.
    rival: Option<String>,
}

impl Door {
    /// An open door.
    pub(crate) fn new(practice: Arc<Practice>, clock: Arc<dyn Clock>) -> Self {
        Self {
            practice,
            clock,
            latency_ms: 0,
            faults: Mutex::new(Faults::default()),
            log: None,
            requests: AtomicU64::new(0),
        }
    }

    /// Delays every answer by so much.
    pub(crate) fn latency(mut self, ms: u64) -> Self {
        self.latency_ms = ms;
        self
    }

    /// Lets requests meet these faults.
    pub(crate) fn faults(mut self, faults: Faults) -> Self {
        self.faults = Mutex::new(faults);
        self
    }

    /// Writes every request down, as one to the org of that name.
    pub(crate) fn log(mut self, log: Arc<RequestLog>, org: &str) -> Self {
        self.log = Some((log, org.to_owned()));
        self
    }

    /// Carries one request into the org and its answer out.
    pub(crate) async fn pass(
        &self,
        request: http::Request<Bytes>,
    ) -> Result<http::Response<Bytes>, Shut> {
        let n = self.requests.fetch_add(1, Ordering::Relaxed) + 1;
        let began_ms = self.clock.now_ms();
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let fault = {
            let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
            faults.next(&request)
        };
        let Passed { mut answer, rival } = self.disturbed(request, fault.as_ref()).await;
        let ended_ms = self.clock.now_ms();
        let off_s = match &fault {
            Some(FaultKind::Date { seconds }) => *seconds,
            _ => 0,
        };
        if let Some(answer) = leaving(&mut answer) {
            let date = clock::http_date(ended_ms.saturating_add(off_s * 1_000));
            answer.headers_mut().insert(http::header::DATE, date);
        }
        if let Some((log, org)) = &self.log {
            log.write(&Line {
                time_ms: began_ms,
                org: Some(org),
                n: Some(n),
                method: method.as_str(),
                path: &path,
                status: leaving(&mut answer).map(|answer| answer.status().as_u16()),
                bytes: leaving(&mut answer).map(|answer| answer.body().len()),
                ms: ended_ms.saturating_sub(began_ms),
                fault: fault.as_ref().map(FaultKind::name),
                rival: rival.as_deref(),
            });
        }
        answer
    }

    async fn disturbed(&self, request: http::Request<Bytes>, fault: Option<&FaultKind>) -> Passed {
        match fault {
            Some(FaultKind::FailBefore) => return Passed::without_act(Err(Shut::Closed)),
            Some(FaultKind::Unreachable) => return Passed::without_act(Err(Shut::Unreachable)),
            Some(FaultKind::Stall { ms }) => self.clock.sleep(*ms).await,
            _ => {}
        }
        if let Some(page) = instead::without_act(fault) {
            self.wait().await;
            return Passed::without_act(Ok(page));
        }
        let practice = Arc::clone(&self.practice);
        let now_ms = self.clock.now_ms();
        let inside = fault.cloned();
        // It writes to disk, so it does not run on a thread that others wait on.
        let exchange = move || practice.exchange_amid(request, now_ms, inside);
        let Ok(exchanged) = tokio::task::spawn_blocking(exchange).await else {
            return Passed::without_act(Ok(broken()));
        };
        self.wait().await;
        drop(exchanged.held);
        let response = exchanged.response;
        let answer = match fault {
            Some(FaultKind::LoseAnswer) => Err(Shut::Closed),
            // An answer without a body cannot be broken off.
            Some(FaultKind::HalfAnswer { .. }) if response.body().is_empty() => Err(Shut::Closed),
            Some(FaultKind::HalfAnswer { after }) => Err(Shut::Cut(response, *after)),
            Some(fault) => Ok(instead::after_act(fault, response)),
            None => Ok(response),
        };
        let rival = exchanged.rival;
        Passed { answer, rival }
    }

    async fn wait(&self) {
        if self.latency_ms > 0 {
            self.clock.sleep(self.latency_ms).await;
        }
    }
}

impl Passed {
    fn without_act(answer: Result<http::Response<Bytes>, Shut>) -> Self {
        Self {
            answer,
            rival: None,
        }
    }
}

/// Returns the answer if at least its beginning leaves.
fn leaving(answer: &mut Result<http::Response<Bytes>, Shut>) -> Option<&mut http::Response<Bytes>> {
    match answer {
        Ok(answer) | Err(Shut::Cut(answer, _)) => Some(answer),
        Err(Shut::Unreachable | Shut::Closed) => None,
    }
}

/// The practice org panicked.
fn broken() -> http::Response<Bytes> {
    let message = "the practice org broke: this is a bug in usher";
    let body = serde_json::json!([{ "errorCode": "UNKNOWN_EXCEPTION", "message": message }]);
    let mut response = http::Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = http::StatusCode::INTERNAL_SERVER_ERROR;
    response
}
