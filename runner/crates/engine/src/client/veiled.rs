//! The access token in what an org answers: an org, or something between, may repeat it. It is taken out of every
//! answer before anybody reads it, out of what was read, since JSON and XML may write a character in several ways, and
//! out of the texts of errors.

use bytes::Bytes;
use serde_json::Value;

use crate::client::{Client, OrgError, answer};
use crate::session::SignInError;
use crate::veil::Veil;

impl Client {
    /// The answer without the token, and without headers: above the wires only the place that a redirect names is
    /// read.
    pub(super) fn veiled(&self, reply: http::Response<Bytes>) -> http::Response<Bytes> {
        let (mut parts, body) = reply.into_parts();
        let location = parts.headers.remove(http::header::LOCATION);
        parts.headers.clear();
        parts
            .headers
            .extend(location.map(|location| (http::header::LOCATION, location)));
        http::Response::from_parts(parts, self.veil().body(body))
    }

    /// The JSON body of a success, or the refusal.
    pub(super) fn json(&self, reply: http::Response<Bytes>) -> Result<Value, OrgError> {
        let veil = self.veil();
        let mut json = answer::body(reply).map_err(|error| error.veiled(&veil))?;
        veil.value(&mut json);
        Ok(json)
    }
}

impl OrgError {
    /// The error with secrets hidden in its text.
    pub(super) fn veiled(mut self, veil: &Veil) -> Self {
        match &mut self {
            Self::Unreachable(unreached) => veil.text(&mut unreached.why),
            Self::Lost(text)
            | Self::SignedOut(text)
            | Self::Unavailable(text)
            | Self::Throttled(text)
            | Self::Closed(text)
            | Self::Foreign(text)
            | Self::Redirected(text)
            | Self::OtherVersions(text)
            | Self::TooMuch(text)
            | Self::Malformed(text) => veil.text(text),
            Self::Refused(refusal) => {
                veil.text(&mut refusal.code);
                veil.text(&mut refusal.message);
            }
            Self::Duplicates(duplicated) => duplicated.texts().for_each(|text| veil.text(text)),
            Self::SignIn(SignInError::Refused(refused)) => veil.text(&mut refused.said),
            // The session has hidden what is secret.
            Self::SignIn(_) => {}
            // The request never left, and no plugin has the token.
            Self::Barred(_) | Self::Spent(_) => {}
        }
        self
    }
}
