//! The two versions of SCIM, as far as they differ (docs/salesforce/users.md#scim).

use serde_json::{Value, json};

use crate::refusal::Refusal;

/// The version that a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dialect {
    One,
    Two,
}

impl Dialect {
    /// The version, and the rest of the path.
    pub(super) fn of<'p>(path: &'p [&'p str]) -> Option<(Self, &'p [&'p str])> {
        match path {
            ["v1", rest @ ..] => Some((Self::One, rest)),
            ["v2", rest @ ..] => Some((Self::Two, rest)),
            _ => None,
        }
    }

    pub(super) fn segment(self) -> &'static str {
        match self {
            Self::One => "v1",
            Self::Two => "v2",
        }
    }

    pub(super) fn user_schemas(self) -> &'static [&'static str] {
        match self {
            Self::One => &[
                "urn:scim:schemas:core:1.0",
                "urn:scim:schemas:extension:enterprise:1.0",
            ],
            Self::Two => &[
                "urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            ],
        }
    }

    pub(super) fn list_schema(self) -> &'static str {
        match self {
            Self::One => "urn:scim:schemas:core:1.0",
            Self::Two => "urn:ietf:params:scim:api:messages:2.0:ListResponse",
        }
    }

    /// An error: version 1 has a list, as clients read it; version 2 is RFC 7644's \[inferred\].
    pub(super) fn error(self, refusal: &Refusal) -> Value {
        match self {
            Self::One => json!({
                "Errors": [{ "description": refusal.message, "code": refusal.status }],
            }),
            Self::Two => json!({
                "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                "detail": refusal.message,
                "status": refusal.status.to_string(),
            }),
        }
    }
}
