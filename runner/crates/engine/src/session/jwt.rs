//! The assertion of the JWT bearer flow (RFC 7523), as Salesforce takes it: `docs/salesforce/sign-in.md#jwt-bearer`.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::session::{Secret, SigningKey};

/// Seconds for which an assertion is valid: "a few minutes" (Help, OAuth 2.0 JWT Bearer Flow).
const VALID_SECONDS: i64 = 180;

/// The assertion that the app `client_id` may act for `username`. None: it cannot be signed.
pub(super) fn assertion(
    key: &SigningKey,
    client_id: &str,
    username: &str,
    audience: &str,
    now_ms: i64,
) -> Option<Secret> {
    let expires = now_ms.div_euclid(1_000).saturating_add(VALID_SECONDS);
    let header = json!({ "alg": "RS256" });
    let claims = json!({ "iss": client_id, "sub": username, "aud": audience, "exp": expires });
    let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(&signed)?);
    Some(Secret::new(format!("{signed}.{signature}")))
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::assertion;
    use crate::session::key::tests::{has_signed, key};

    #[test]
    fn an_assertion_names_app_user_and_audience_for_three_minutes() {
        let made = assertion(
            &key(),
            "3MVG",
            "ada@acme.example",
            "https://login.salesforce.com",
            1_000_500,
        );
        let made = made.expect("signs");
        let (signed, signature) = made.expose().rsplit_once('.').expect("three parts");
        let (header, claims) = signed.split_once('.').expect("three parts");
        let decoded = |part: &str| URL_SAFE_NO_PAD.decode(part).expect("base64");
        assert_eq!(decoded(header), br#"{"alg":"RS256"}"#);
        assert_eq!(
            String::from_utf8_lossy(&decoded(claims)),
            r#"{"aud":"https://login.salesforce.com","exp":1180,"iss":"3MVG","sub":"ada@acme.example"}"#
        );
        assert!(has_signed(signed, &decoded(signature)));
    }
}
