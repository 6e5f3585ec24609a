//! The token endpoint of a host: from a grant to tokens (RFC 6749; `docs/salesforce/sign-in.md`). It asks once, keeps
//! nothing, and believes nothing that the answer says of other hosts.

mod form;
mod granted;
mod instance;

use std::sync::Arc;

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Method, StatusCode};
use serde_json::Value;

use crate::client::excerpt;
use crate::org_time;
use crate::session::error::Refused;
use crate::session::{Secret, SignInError, SigningKey};
use crate::veil::Veil;
use crate::wire::{ReadsOnly, SignsIn, Wire, WireError};

pub use granted::Granted;
pub use instance::Origin;

const TOKEN: &str = "/services/oauth2/token";
const REVOKE: &str = "/services/oauth2/revoke";

/// Bytes of an answer. Tokens that say much of a user take some thousands.
const ANSWER_BYTES_MAX: usize = 65_536;

/// The External Client App (or connected app) as which Usher signs in.
#[derive(Clone)]
pub struct App {
    /// The consumer key.
    pub client_id: String,
    /// The consumer secret.
    pub client_secret: Option<Secret>,
}

/// The proof for which an endpoint gives tokens.
#[derive(Clone)]
pub enum Grant {
    /// The code that the browser brought back.
    Code {
        code: Secret,
        verifier: Secret,
        redirect: String,
    },
    /// A refresh token.
    Refresh(Secret),
    /// An assertion signed with the app's key.
    Jwt {
        key: SigningKey,
        username: String,
        /// The host of the sign-in: `https://login.salesforce.com`.
        audience: String,
    },
    /// The app itself, with its secret.
    ClientCredentials,
}

/// The token endpoint of a host.
pub struct TokenEndpoint {
    wire: Arc<dyn Wire>,
    app: App,
    /// Hosts for which it may give tokens, besides those of Salesforce.
    trusted: Vec<Origin>,
}

impl TokenEndpoint {
    /// The endpoint at the other end of `wire`, for `app`. It may give tokens for hosts of Salesforce.
    pub fn new(wire: Arc<dyn Wire>, app: App) -> Self {
        Self {
            wire,
            app,
            trusted: Vec::new(),
        }
    }

    /// The endpoint, which may give tokens for the host of this address, too: that of the sign-in itself, or one that
    /// a person has confirmed. An address that is none changes nothing.
    #[must_use]
    pub fn trusting(mut self, address: &str) -> Self {
        self.trusted.extend(Origin::of(address));
        self
    }

    pub(super) fn client_secret(&self) -> Option<&Secret> {
        self.app.client_secret.as_ref()
    }

    /// Asks for tokens. `now_ms`: the time by this machine's clock, in milliseconds since 1970.
    ///
    /// # Errors
    ///
    /// As [`SignInError`].
    pub async fn ask(&self, grant: &Grant, now_ms: i64) -> Result<Granted, SignInError> {
        let asked = form::of_grant(grant, &self.app, now_ms)?;
        // A refresh token may be used up when its answer is lost; a code is.
        let repeatable = matches!(grant, Grant::Jwt { .. } | Grant::ClientCredentials);
        let answer = self.post(TOKEN, asked.body, repeatable).await;
        let answer = answer.map_err(|error| hidden(error, &asked.veil))?;
        let ahead_ms = org_time::date_of(&answer).map(|theirs| now_ms.saturating_sub(theirs));
        let json = body(&answer, ahead_ms, &asked.veil);
        let granted = json.and_then(|json| Granted::of(&json, &self.trusted));
        granted.map_err(|error| match (error, grant) {
            (SignInError::Refused(refused), Grant::Jwt { .. }) => {
                hidden(SignInError::Refused(refused.of_assertion()), &asked.veil)
            }
            (error, _) => hidden(error, &asked.veil),
        })
    }

    /// Revokes a token: a refresh token with all access tokens made of it, or one access token. A token that is not
    /// valid any more is revoked already.
    ///
    /// # Errors
    ///
    /// As [`SignInError`].
    pub async fn revoke(&self, token: &Secret) -> Result<(), SignInError> {
        let asked = form::of_token(token);
        let answer = self.post(REVOKE, asked.body, true).await;
        let answer = answer.map_err(|error| hidden(error, &asked.veil))?;
        if answer.status().is_success() {
            return Ok(());
        }
        match body(&answer, None, &asked.veil) {
            Err(SignInError::Refused(refused)) if refused.said.contains("invalid token") => Ok(()),
            Err(error) => Err(hidden(error, &asked.veil)),
            Ok(_) => Ok(()),
        }
    }

    async fn post(
        &self,
        path: &str,
        form: String,
        repeatable: bool,
    ) -> Result<http::Response<Bytes>, SignInError> {
        let request = http::Request::builder()
            .method(Method::POST)
            .uri(path)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json")
            .body(Bytes::from(form));
        let mut request = request.map_err(|error| SignInError::BadAnswer(error.to_string()))?;
        request.extensions_mut().insert(SignsIn);
        if repeatable {
            request.extensions_mut().insert(ReadsOnly);
        }
        self.wire.send(request).await.map_err(|error| match error {
            WireError::Unreachable(unreached) => SignInError::Unreachable(unreached),
            WireError::Lost(why) => SignInError::Lost(why),
            WireError::TooLarge { .. } => SignInError::BadAnswer(error.to_string()),
            WireError::Spent(_) => SignInError::Unavailable(error.to_string()),
        })
    }
}

/// The JSON object of a success, or the refusal. `veil` hides what was sent before a text is cut; what was granted is in
/// no text.
fn body(
    answer: &http::Response<Bytes>,
    ahead_ms: Option<i64>,
    veil: &Veil,
) -> Result<Value, SignInError> {
    let (status, bytes) = (answer.status(), answer.body());
    if bytes.len() > ANSWER_BYTES_MAX {
        let why = format!("it has more than {ANSWER_BYTES_MAX} bytes");
        return Err(SignInError::BadAnswer(why));
    }
    let shown = || told(status, &veil.body(bytes.clone()));
    if status.is_server_error() || matches!(status.as_u16(), 420 | 429) {
        return Err(SignInError::Unavailable(shown()));
    }
    let is_page = bytes.trim_ascii_start().starts_with(b"<");
    let json = serde_json::from_slice::<Value>(bytes).ok();
    let Some(json) = json.filter(Value::is_object) else {
        return Err(match status.is_success() && !is_page {
            true => SignInError::BadAnswer("its JSON cannot be read".to_owned()),
            false => SignInError::Foreign(shown()),
        });
    };
    let text = |name: &str| {
        let mut text = json[name].as_str()?.to_owned();
        veil.text(&mut text);
        Some(text)
    };
    match text("error") {
        Some(error) => {
            let description = text("error_description").unwrap_or_default();
            let refused = Refused::of(&error, &description, ahead_ms);
            Err(SignInError::Refused(refused))
        }
        None if status.is_success() => Ok(json),
        None => Err(SignInError::Foreign(shown())),
    }
}

/// The status and the beginning of a body. One that may hold a token is not shown at all.
fn told(status: StatusCode, body: &[u8]) -> String {
    let status = status.as_u16();
    match String::from_utf8_lossy(body).contains("_token") {
        true => format!("{status} with an answer that is not shown"),
        false => format!("{status} with `{}`", excerpt(body)),
    }
}

/// The error without the secrets that were sent: an endpoint may repeat them.
fn hidden(mut error: SignInError, veil: &Veil) -> SignInError {
    match &mut error {
        SignInError::Unreachable(unreached) => veil.text(&mut unreached.why),
        SignInError::Lost(text)
        | SignInError::Unavailable(text)
        | SignInError::Foreign(text)
        | SignInError::BadAnswer(text)
        | SignInError::OtherInstance(text)
        | SignInError::NotKept(text)
        | SignInError::NoToken(text) => veil.text(text),
        SignInError::OtherUser { known, found } => {
            veil.text(known);
            veil.text(found);
        }
        SignInError::Refused(refused) => veil.text(&mut refused.said),
        SignInError::NoRenewal | SignInError::OtherToken { .. } | SignInError::Key(_) => {}
    }
    error
}

#[cfg(test)]
mod tests;
