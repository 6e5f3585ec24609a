//! The refusals of sign-in: an object with `error` and `error_description`, where the rest of REST has a list
//! (docs/salesforce/sign-in.md#errors).

use http::{Response, StatusCode};
use serde_json::Value;

use crate::refusal::Refusal;
use crate::sign_in::answer::json;

/// One refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Denied {
    pub(crate) status: u16,
    pub(crate) error: &'static str,
    pub(crate) description: String,
}

/// The result of what may be refused.
pub(crate) type Signed<T> = Result<T, Denied>;

impl Denied {
    /// 400, as the platform answers to nearly everything.
    pub(crate) fn new(error: &'static str, description: impl Into<String>) -> Self {
        Self {
            status: 400,
            error,
            description: description.into(),
        }
    }

    /// The grant is no good, for that reason.
    pub(crate) fn grant(description: &'static str) -> Self {
        Self::new("invalid_grant", description)
    }

    /// A parameter is missing or makes no sense.
    pub(crate) fn request(description: impl Into<String>) -> Self {
        Self::new("invalid_request", description)
    }

    /// There is nothing at that address. \[inferred\] The code and the text: an object as all that is refused here.
    pub(crate) fn absent() -> Self {
        Self {
            status: 404,
            ..Self::new("not_found", "The requested resource does not exist")
        }
    }

    pub(crate) fn to_json(&self) -> Value {
        serde_json::json!({ "error": self.error, "error_description": self.description })
    }

    pub(crate) fn respond(&self) -> Response<bytes::Bytes> {
        json(
            StatusCode::from_u16(self.status).expect("a status of HTTP"),
            &self.to_json(),
        )
    }
}

impl From<Refusal> for Denied {
    fn from(refusal: Refusal) -> Self {
        Self {
            status: 500,
            error: "server_error",
            description: refusal.message,
        }
    }
}

impl From<rusqlite::Error> for Denied {
    fn from(error: rusqlite::Error) -> Self {
        Refusal::from(error).into()
    }
}
