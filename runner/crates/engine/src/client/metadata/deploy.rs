//! Deployments: one package sent over REST, and the state of its job (Metadata API Developer Guide).

use std::fmt;

use bytes::Bytes;
use http::Method;
use serde_json::{Value, json};
use usher_core::text::without_markup;

use crate::client::metadata::package::Package;
use crate::client::{Client, OrgError, Purpose, encode, unreadable};

/// The boundary between the parts of a request's body. Lengthened until the package does not hold it.
const BOUNDARY: &str = "usher-deployment";

/// The state of a deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deployment {
    /// In an end state.
    pub done: bool,
    pub success: bool,
    /// Salesforce's word: `InProgress`, `Failed`, …
    pub status: String,
    /// The error of the deployment as a whole.
    pub error: Option<String>,
    /// The errors of its components.
    pub problems: Vec<Problem>,
}

/// One error of one component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub file: String,
    pub line: Option<u64>,
    pub full_name: String,
    pub problem: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.file.is_empty() {
            &self.full_name
        } else {
            &self.file
        };
        match self.line {
            Some(line) => write!(f, "{place}, line {line}: {}", self.problem),
            None => write!(f, "{place}: {}", self.problem),
        }
    }
}

impl Client {
    /// Starts a deployment, all or nothing. Returns its id.
    ///
    /// # Errors
    ///
    /// As [`OrgError`]. [`Client::deployment`] reports the errors of the components.
    pub async fn deploy(&self, package: &Package) -> Result<String, OrgError> {
        let (boundary, body) = body(&package.zip()?);
        let reply = self
            .transmit(
                Purpose::Write,
                Method::POST,
                &self.data_path("metadata/deployRequest"),
                Some(&format!("multipart/form-data; boundary={boundary}")),
                Bytes::from(body),
            )
            .await?;
        match reply.get("id").and_then(Value::as_str) {
            Some(id) => Ok(id.to_owned()),
            None => Err(OrgError::Malformed("a deployment without an id".to_owned())),
        }
    }

    /// Returns the state of a deployment.
    ///
    /// # Errors
    ///
    /// As [`OrgError`].
    pub async fn deployment(&self, id: &str) -> Result<Deployment, OrgError> {
        let path = format!(
            "{}?includeDetails=true",
            self.data_path(&format!("metadata/deployRequest/{}", encode(id)))
        );
        let reply = self.send(Purpose::Read, Method::GET, &path, None).await?;
        let result = &reply["deployResult"];
        let (Some(done), Some(status)) = (result["done"].as_bool(), result["status"].as_str())
        else {
            return Err(unreadable(OrgError::Malformed(
                "a deployment without a status".to_owned(),
            )));
        };
        let failures = &result["details"]["componentFailures"];
        // One failure may come without its list.
        let failures: Vec<&Value> = match failures {
            Value::Array(all) => all.iter().collect(),
            Value::Object(_) => vec![failures],
            _ => Vec::new(),
        };
        Ok(Deployment {
            done,
            success: result["success"] == json!(true),
            status: status.to_owned(),
            error: result["errorMessage"].as_str().map(str::to_owned),
            problems: failures.into_iter().map(problem).collect(),
        })
    }
}

fn problem(failure: &Value) -> Problem {
    let text = |name: &str| failure[name].as_str().unwrap_or_default().to_owned();
    Problem {
        file: text("fileName"),
        line: failure["lineNumber"].as_u64(),
        full_name: text("fullName"),
        problem: without_markup(&text("problem")),
    }
}

/// The boundary, and the two parts of a request.
fn body(zip: &[u8]) -> (String, Vec<u8>) {
    // `rollbackOnError` is always sent, because Salesforce's documents name different defaults. A warning, for example
    // that a component to be deleted does not exist, fails nothing.
    let options = json!({ "deployOptions": {
        "allowMissingFiles": false,
        "checkOnly": false,
        "ignoreWarnings": true,
        "purgeOnDelete": false,
        "rollbackOnError": true,
        "singlePackage": true,
    } });
    let mut boundary = BOUNDARY.to_owned();
    while zip
        .windows(boundary.len())
        .any(|part| part == boundary.as_bytes())
    {
        boundary.push('-');
        boundary.push('x');
    }
    let mut body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"json\"\r\n\
         Content-Type: application/json\r\n\r\n{options}\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"package.zip\"\r\n\
         Content-Type: application/zip\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(zip);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (boundary, body)
}

#[cfg(test)]
mod tests;
