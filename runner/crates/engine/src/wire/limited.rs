//! The API requests that an org has left: what its answers say of them, and the request at which Usher stops.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;

use crate::port::Boxed;
use crate::wire::{Wire, WireError};

/// The header with the requests of the last 24 hours and the number allowed (REST API Developer Guide, Limit Info
/// Header).
const LIMIT_INFO: &str = "sforce-limit-info";

/// The one resource whose requests Salesforce does not count.
const UNCOUNTED: &str = "/services/data";

/// Requests are left to others below one of so many: integrations of the org that stop at the limit stop its business.
const FLOOR_PART: u64 = 20;

/// The most that is left to others. A large org has millions of requests a day, and a run takes dozens.
const FLOOR_MAX: u64 = 1_000;

/// The requests that Usher may make, shared by the wire that counts them and those who look on.
#[derive(Clone, Debug, Default)]
pub struct Allowance(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// The most requests of this process, as a person said.
    budget: Option<u64>,
    sent: u64,
    usage: Option<Usage>,
    spent: Option<Spent>,
}

/// The requests of the last 24 hours, as the org says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    pub used: u64,
    pub allowed: u64,
}

/// The reason why no more requests are made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Spent {
    /// A person allowed no more.
    #[error("the {budget} API requests that `--api-budget` allows are used up")]
    Budget { budget: u64 },
    /// The org has few left.
    #[error(
        "the org has {left} of its {allowed} API requests for 24 hours left, and Usher leaves the last {floor} to others"
    )]
    Floor { left: u64, allowed: u64, floor: u64 },
}

impl Spent {
    /// The stable code of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Budget { .. } => "org/api-budget",
            Self::Floor { .. } => "org/api-floor",
        }
    }

    /// An order to the person who wants to go on.
    pub fn remedy(&self) -> &'static str {
        match self {
            Self::Budget { .. } => "allow more requests with `--api-budget`",
            Self::Floor { .. } => {
                "wait, as Salesforce counts the last 24 hours; or pass `--api-budget N` to use N of the requests that \
                 are left"
            }
        }
    }
}

impl Usage {
    /// The requests that the org still takes.
    pub fn left(self) -> u64 {
        self.allowed.saturating_sub(self.used)
    }

    fn floor(self) -> u64 {
        (self.allowed / FLOOR_PART).min(FLOOR_MAX)
    }

    /// `api-usage=18/5000, per-app-api-usage=17/250(appName=sample)`: the first of them.
    fn read(header: &str) -> Option<Self> {
        let usage = header
            .split([',', ';'])
            .find_map(|part| part.trim().strip_prefix("api-usage="))?;
        let (used, allowed) = usage.split_once('/')?;
        let allowed = allowed.trim().parse().ok().filter(|allowed| *allowed > 0)?;
        let used = used.trim().parse().ok()?;
        Some(Self { used, allowed })
    }
}

impl Allowance {
    /// At most so many requests in all. A person who names a number has decided: nothing is left to others then.
    pub fn of(budget: Option<u64>) -> Self {
        Self(Arc::new(Mutex::new(State {
            budget,
            ..State::default()
        })))
    }

    /// The usage that the org said last.
    pub fn usage(&self) -> Option<Usage> {
        self.lock().usage
    }

    /// The reason why a request was not made, when there was one.
    pub fn spent(&self) -> Option<Spent> {
        self.lock().spent.clone()
    }

    /// Counts a request before it is sent.
    fn take(&self) -> Result<(), Spent> {
        let mut state = self.lock();
        let spent = match (state.budget, state.usage) {
            (Some(budget), _) if state.sent >= budget => Spent::Budget { budget },
            (None, Some(usage)) if usage.left() < usage.floor() => Spent::Floor {
                left: usage.left(),
                allowed: usage.allowed,
                floor: usage.floor(),
            },
            _ => {
                state.sent += 1;
                return Ok(());
            }
        };
        state.spent = Some(spent.clone());
        Err(spent)
    }

    fn hear(&self, answer: &http::Response<Bytes>) {
        let header = answer.headers().get(LIMIT_INFO);
        let usage = header.and_then(|header| Usage::read(header.to_str().ok()?));
        if usage.is_some() {
            self.lock().usage = usage;
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Carries the requests of another wire, as long as there may be more.
pub struct LimitedWire {
    wire: Arc<dyn Wire>,
    allowance: Allowance,
}

impl LimitedWire {
    /// A wire that keeps to `allowance`.
    pub fn new(wire: Arc<dyn Wire>, allowance: Allowance) -> Self {
        Self { wire, allowance }
    }
}

impl Wire for LimitedWire {
    fn send(
        &self,
        request: http::Request<Bytes>,
    ) -> Boxed<'_, Result<http::Response<Bytes>, WireError>> {
        Box::pin(async move {
            if request.uri().path() != UNCOUNTED {
                self.allowance.take().map_err(WireError::Spent)?;
            }
            let answer = self.wire.send(request).await?;
            self.allowance.hear(&answer);
            Ok(answer)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;

    use super::{Allowance, LimitedWire, Usage};
    use crate::port::Boxed;
    use crate::wire::{Wire, WireError};

    /// Says with each answer how many requests were made.
    struct Org(&'static str);

    impl Wire for Org {
        fn send(
            &self,
            _: http::Request<Bytes>,
        ) -> Boxed<'_, Result<http::Response<Bytes>, WireError>> {
            let answer = http::Response::builder().header("Sforce-Limit-Info", self.0);
            Box::pin(async move { Ok(answer.body(Bytes::new()).expect("an answer")) })
        }
    }

    /// The requests that are made before one is not, of ten, and the reason.
    async fn made(header: &'static str, budget: Option<u64>) -> String {
        let allowance = Allowance::of(budget);
        let wire = LimitedWire::new(Arc::new(Org(header)), allowance.clone());
        for made in 0..10 {
            let mut request = http::Request::new(Bytes::new());
            *request.uri_mut() = http::Uri::from_static("/services/data/v66.0/query");
            if let Err(error) = wire.send(request).await {
                assert_eq!(allowance.spent().map(WireError::Spent), Some(error.clone()));
                return format!("{made}: {error}");
            }
        }
        "all".to_owned()
    }

    #[tokio::test]
    async fn a_budget_is_counted_before_a_request_leaves() {
        assert_eq!(
            made("api-usage=14999/15000", Some(3)).await,
            "3: the 3 API requests that `--api-budget` allows are used up"
        );
        assert_eq!(made("", Some(10)).await, "all");
        assert!(made("", Some(0)).await.starts_with("0: "));
    }

    #[tokio::test]
    async fn the_last_requests_are_left_to_others() {
        assert_eq!(
            made("api-usage=14251/15000", None).await,
            "1: the org has 749 of its 15000 API requests for 24 hours left, and Usher leaves the last 750 to others"
        );
        assert_eq!(made("api-usage=14250/15000", None).await, "all");
        assert_eq!(made("api-usage=4999000/5000000", None).await, "all");
        assert!(
            made("api-usage=4999001/5000000", None)
                .await
                .starts_with("1: ")
        );
        assert!(
            made("api-usage=15001/15000", None)
                .await
                .starts_with("1: the org has 0 of")
        );
    }

    #[tokio::test]
    async fn the_versions_of_an_org_are_not_counted() {
        let wire = LimitedWire::new(Arc::new(Org("")), Allowance::of(Some(0)));
        let mut request = http::Request::new(Bytes::new());
        *request.uri_mut() = http::Uri::from_static("/services/data");
        assert!(wire.send(request).await.is_ok());
    }

    #[test]
    fn a_header_that_makes_no_sense_says_nothing() {
        let app = Usage::read("per-app-api-usage=17/250(appName=x); api-usage=25/5000");
        assert_eq!(
            app,
            Some(Usage {
                used: 25,
                allowed: 5000
            })
        );
        for nothing in [
            "",
            "api-usage=",
            "api-usage=1",
            "api-usage=a/b",
            "api-usage=1/0",
            "per-app-api-usage=1/2",
        ] {
            assert_eq!(Usage::read(nothing), None, "{nothing}");
        }
    }
}
