//! `/.well-known/openid-configuration` and the keys that it names (docs/salesforce/sign-in.md#other-endpoints). No session
//! is needed for them.

use bytes::Bytes;
use http::{Response, StatusCode};
use serde_json::json;

use crate::sign_in::Desk;
use crate::sign_in::answer::json as answer_json;
use crate::sign_in::app::SCOPES;

/// The endpoints of this org, and what they know.
pub(super) fn configuration(desk: &Desk<'_>) -> Response<Bytes> {
    let address = &desk.address;
    let endpoint = |name: &str| format!("{address}/services/oauth2/{name}");
    let body = json!({
        "issuer": address,
        "authorization_endpoint": endpoint("authorize"),
        "token_endpoint": endpoint("token"),
        "revocation_endpoint": endpoint("revoke"),
        "userinfo_endpoint": endpoint("userinfo"),
        "introspection_endpoint": endpoint("introspect"),
        "jwks_uri": format!("{address}/id/keys"),
        "scopes_supported": SCOPES,
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    answer_json(StatusCode::OK, &body)
}

/// The keys that ID tokens are signed with: the practice org signs none.
pub(super) fn keys() -> Response<Bytes> {
    answer_json(StatusCode::OK, &json!({ "keys": [] }))
}
