//! The wires: what carries a request to an org, and what each request meets on its way there.
//!
//! From the client outwards: `patient` repeats reads, `limited` counts what the org has left, `spread` keeps requests
//! from crowding, `audited` keeps a list, `timed` hears the org's clock, and one at the end speaks to the org: `http`,
//! or a wire of `usher` into the practice org.

pub(crate) mod after;
mod audited;
mod http;
mod limited;
mod patient;
mod spread;
mod timed;
mod traced;
mod unreached;

use ::http::{Request, Response};
use bytes::Bytes;

use crate::port::Boxed;

pub use audited::{Audit, AuditedWire, Exchange};
pub use http::{AddressError, Authorities, HttpWire, NoWire, Proxies, Trust, TrustError};
pub use limited::{Allowance, LimitedWire, Spent, Usage};
pub use patient::PatientWire;
pub use spread::SpreadWire;
pub use timed::TimedWire;
pub use traced::{Trace, TracedWire};
pub use unreached::{Barrier, Unreached};

/// Carries one HTTP exchange: over a socket, or straight into the practice org.
pub trait Wire: Send + Sync {
    /// Sends a request whose URI has path and query only; the wire knows the host.
    fn send(&self, request: Request<Bytes>) -> Boxed<'_, Result<Response<Bytes>, WireError>>;
}

/// Marks a request that only reads. The client sets it; it never leaves the process.
#[derive(Clone, Copy, Debug)]
pub struct ReadsOnly;

/// The number of the sending of one request, from 1. It never leaves the process.
#[derive(Clone, Copy, Debug)]
struct Attempt(u32);

/// Marks a request to the endpoint of a sign-in, which answers soon or not at all. It never leaves the process.
#[derive(Clone, Copy, Debug)]
pub struct SignsIn;

/// The reason why an exchange has no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The request never left: it certainly did not act.
    #[error("{0}")]
    Unreachable(Unreached),
    /// The request may have acted.
    #[error("{0}")]
    Lost(String),
    /// No more requests may be made: it never left.
    #[error("{0}")]
    Spent(Spent),
    /// The answer is larger than we take.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge { limit: usize },
}
