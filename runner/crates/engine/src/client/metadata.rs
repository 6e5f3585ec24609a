//! The Metadata API: here the two calls that read and set one settings component over its SOAP face; other components
//! in `component`, deployments in `deploy`.
//!
//! The envelope holds the token; the token is taken out of every answer before anything else is read of it. The calls
//! are those of the Metadata API Developer Guide
//! (<https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/>); that settings take them is
//! [inferred]. Nothing here retries or compares.

mod answer;
mod component;
mod deploy;
mod envelope;
mod package;
mod xml;

pub use deploy::{Deployment, Problem};
pub use package::{Package, PackagedComponent};

use bytes::Bytes;
use http::Method;
use serde_json::{Map, Value};

use crate::client::face::Face;
use crate::client::{Client, OrgError, Purpose, unreadable};

impl Client {
    /// The fields of a settings component (`Communities`): `true` and `false` as booleans, other texts as texts, nested
    /// elements as objects. A field that is not set is left out.
    ///
    /// # Errors
    ///
    /// As [`OrgError`]; refused with 404 `NOT_FOUND` when the org has no such settings.
    pub async fn read_settings(&self, name: &str) -> Result<Map<String, Value>, OrgError> {
        let body = envelope::read(name)?;
        let answer = self.call(Purpose::Read, "readMetadata", &body).await?;
        answer::records(&answer, name).map_err(unreadable)
    }

    /// Sets fields of a settings component; fields not named stay as they are.
    ///
    /// # Errors
    ///
    /// As [`OrgError`].
    pub async fn update_settings(
        &self,
        name: &str,
        fields: &Map<String, Value>,
    ) -> Result<(), OrgError> {
        let body = envelope::update(name, fields)?;
        let answer = self.call(Purpose::Write, "updateMetadata", &body).await?;
        answer::saved(&answer)
    }

    async fn call(
        &self,
        purpose: Purpose,
        operation: &str,
        body: &str,
    ) -> Result<xml::Element, OrgError> {
        let sealed = |token: &str| {
            http::Request::builder()
                .method(Method::POST)
                .uri(format!("/services/Soap/m/{}", self.version()))
                .header("content-type", "text/xml; charset=UTF-8")
                .header("accept", "text/xml")
                .header("soapaction", operation)
                .body(Bytes::from(envelope::sealed(token, body)?))
                .map_err(|error| OrgError::Malformed(error.to_string()))
        };
        let reply = self.signed(purpose, Face::Soap, sealed).await?;
        let veil = self.veil();
        let answer = answer::body(reply, operation).map(|mut answer| {
            answer.hide(&veil);
            answer
        });
        let answer = answer.map_err(|error| error.veiled(&veil));
        match purpose {
            Purpose::Read => answer.map_err(unreadable),
            Purpose::Write => answer,
        }
    }
}

/// Returns the error of an answer that is not a success.
pub(super) fn error_of(reply: &http::Response<Bytes>) -> OrgError {
    answer::error(reply)
}

/// Returns the error of an answer, or of the fault in it.
pub(super) fn refusal_of(reply: &http::Response<Bytes>) -> Option<OrgError> {
    answer::refusal(reply)
}

#[cfg(test)]
mod tests;
