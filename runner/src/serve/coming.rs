//! A request that comes to no org, because it is not whole or names one that is not there: its line in the log.

use std::sync::Arc;

use http::{Method, Response};
use usher_engine::port::Clock;

use crate::practice::{Line, RequestLog};
use crate::serve::leaving::Leaving;

/// A request before it is known which org it is for.
pub(super) struct Coming {
    pub(super) log: Option<Arc<RequestLog>>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) began_ms: i64,
    pub(super) method: Method,
    pub(super) path: String,
}

impl Coming {
    /// Writes down that it was refused with that answer.
    pub(super) fn refused(self, answer: Response<Leaving>) -> Response<Leaving> {
        if let Some(log) = &self.log {
            log.write(&Line {
                time_ms: self.began_ms,
                org: None,
                n: None,
                method: self.method.as_str(),
                path: &self.path,
                status: Some(answer.status().as_u16()),
                bytes: Some(answer.body().len()),
                ms: self.clock.now_ms().saturating_sub(self.began_ms),
                fault: None,
                rival: None,
            });
        }
        answer
    }
}
