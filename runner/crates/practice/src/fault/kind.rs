//! Kinds of faults: what goes wrong with a request. `docs/practice-faults.md` explains what each means to a client,
//! under the headings that are comments here.

use http::Method;

use crate::fault::request::RequestTraits;

/// Kinds of faults. `Practice::exchange_amid` does those *inside*; the code that carries requests and answers does
/// those *on the way*.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FaultKind {
    // A row is refused, or the whole request.
    /// Inside: refused with this code, for the nth record of the request, from 1, or as a whole.
    Refuse {
        row: Option<u64>,
        code: String,
        message: String,
    },

    // Not now: a row.
    /// Inside: `UNABLE_TO_LOCK_ROW` for the nth record of the request, from 1, or for all.
    Lock { row: Option<u64> },
    /// Inside: `ALREADY_IN_PROCESS`, as [`FaultKind::Lock`]; for a request that saves no records, as a whole.
    Busy { row: Option<u64> },

    // Not now: the whole request.
    /// Inside: 403 `REQUEST_LIMIT_EXCEEDED` for too much at once, or 503.
    Throttle {
        status: ThrottleStatus,
        retry_after_s: Option<u64>,
    },
    /// On the way: the address does not answer.
    Unreachable,

    // Not known whether the org has acted.
    /// On the way: the connection closes before the org acts.
    FailBefore,
    /// On the way: the org acts, then the connection closes without an answer.
    LoseAnswer,
    /// On the way: the org acts, then the connection closes in the middle of the answer.
    HalfAnswer { after: Cut },
    /// On the way: the org acts only after so long.
    Stall { ms: u64 },
    /// Inside: 500 `UNKNOWN_EXCEPTION`.
    Error { acts: bool },
    /// On the way: an answer of another shape.
    Garbled { shape: Shape, acts: bool },

    // The answer is not Salesforce's.
    /// On the way: an HTML page that says that what is behind is broken.
    BadGateway { status: GatewayStatus, acts: bool },
    /// On the way: 200 with an HTML page.
    Html { acts: bool },
    /// On the way: 302 to another host.
    Redirect,
    /// On the way: 414 with an HTML page.
    TooLong,
    /// On the way: 431 with an HTML page.
    HeadersTooLarge,

    // Signed out.
    /// Inside: 401 `INVALID_SESSION_ID`.
    SignOut,

    // A limit is used up.
    /// Inside: 403 `REQUEST_LIMIT_EXCEEDED` for the calls of the day.
    Limit,

    // The org's work fails, or its clock is wrong.
    /// Inside: the job that the request starts will end in `Error`.
    JobError,
    /// On the way: the answer's `Date` is off by so much.
    Date { seconds: i64 },

    // Somebody else.
    /// Inside: another user acts in the org right before the request.
    Rival(Rival),
}

/// The two ways in which the platform says that it has too much to do (docs/salesforce/rest.md#errors).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThrottleStatus {
    Forbidden,
    Unavailable,
}

/// The place where an answer breaks off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Right behind the headers.
    Headers,
    /// In the middle of the body.
    Body,
}

/// The shape of an answer that is not the one asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// `{}`
    Empty,
    /// A list with one row too few.
    Fewer,
    /// A row that failed and does not say with which code.
    NoCode,
}

/// The status of a gateway's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayStatus {
    /// 500.
    Internal,
    /// 502.
    Bad,
    /// 504.
    Timeout,
}

/// A request of another user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rival {
    pub(crate) method: Method,
    /// Below `/services/data/vNN.0/`.
    pub(crate) path: String,
    /// JSON, or nothing.
    pub(crate) body: String,
    /// The username; none: an administrator other than the one who is signed in.
    pub(crate) by: Option<String>,
}

impl FaultKind {
    /// Every name of a kind.
    pub const NAMES: [&'static str; 21] = [
        "refuse",
        "lock",
        "busy",
        "throttle",
        "unreachable",
        "fail-before",
        "lose-answer",
        "half-answer",
        "stall",
        "error",
        "garbled",
        "bad-gateway",
        "html",
        "redirect",
        "too-long",
        "headers-too-large",
        "sign-out",
        "limit",
        "job-error",
        "date",
        "rival",
    ];

    /// As in a faults file and in the request log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Refuse { .. } => "refuse",
            Self::Lock { .. } => "lock",
            Self::Busy { .. } => "busy",
            Self::Throttle { .. } => "throttle",
            Self::Unreachable => "unreachable",
            Self::FailBefore => "fail-before",
            Self::LoseAnswer => "lose-answer",
            Self::HalfAnswer { .. } => "half-answer",
            Self::Stall { .. } => "stall",
            Self::Error { .. } => "error",
            Self::Garbled { .. } => "garbled",
            Self::BadGateway { .. } => "bad-gateway",
            Self::Html { .. } => "html",
            Self::Redirect => "redirect",
            Self::TooLong => "too-long",
            Self::HeadersTooLarge => "headers-too-large",
            Self::SignOut => "sign-out",
            Self::Limit => "limit",
            Self::JobError => "job-error",
            Self::Date { .. } => "date",
            Self::Rival(_) => "rival",
        }
    }

    /// Says whether it can happen to such a request at all.
    pub(super) fn concerns(&self, seen: &RequestTraits) -> bool {
        match self {
            Self::Refuse { row: Some(_), .. } | Self::Lock { .. } => seen.saves,
            Self::Busy { .. } => seen.writes,
            Self::JobError => seen.starts_job,
            Self::Garbled {
                shape: Shape::Fewer | Shape::NoCode,
                ..
            } => seen.is_collection,
            _ => true,
        }
    }
}
