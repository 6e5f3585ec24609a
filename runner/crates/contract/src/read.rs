//! The knowledge that a plugin may get: the org and its user, and the answers to reads. Also the port through which
//! reads are answered.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::operation::{ComponentName, Condition, Field, Lookup, ResourcePath};
use crate::value::Token;

/// The kind of an org.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrgKind {
    Production,
    Sandbox,
    Scratch,
    Trial,
    Practice,
}

/// The org, and the user in whose name Usher works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    pub org_id: String,
    pub org_kind: OrgKind,
    pub user_id: String,
    pub username: String,
    /// e.g. `66.0`
    pub api_version: String,
}

/// One record as a plugin gets it: exactly `Id` and the fields asked for, under the names that the plugin used. A
/// parent path is one key (`"Profile.Name"`); an unknown value is `{"$ref": token}`.
pub type Record = Map<String, Value>;

/// The org's own refusal of a read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Salesforce's error code, e.g. `INVALID_TYPE`.
    pub code: String,
    pub message: String,
}

/// The reason why a read has no answer. A plugin sees it as a value, never as a trap.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The read is not granted; the text says what to add.
    #[error("{0}")]
    Denied(String),
    /// The answer depends on something that is planned but not done.
    #[error("not known before it has happened: {reason}")]
    Pending { token: Token, reason: String },
    #[error("the org refuses: {} {}", .0.code, .0.message)]
    Refused(Refusal),
    /// More rows, bytes or calls than granted.
    #[error("{0}")]
    TooMuch(String),
    /// The org did not answer, after retries.
    #[error("no answer from the org: {0}")]
    Unavailable(String),
}

/// The answer to one read.
pub type Answer<T> = Result<T, ReadError>;

/// A future behind a pointer, so that a port can be a trait object.
pub type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The reads of one plugin call, as the contract's interface `org` describes them: through the view.
///
/// The [`crate::gate::Gate`] checks a read first: objects, fields, settings and metadata types are declared in the
/// manifest and well-formed as names, and every reference was handed to the same call.
pub trait Reads: Send + Sync {
    /// Returns one answer for each lookup, in their order.
    fn find_all(&self, lookups: Vec<Lookup>) -> Boxed<'_, Vec<Answer<Vec<Record>>>>;
    fn count(&self, object: String, conditions: Vec<Condition>) -> Boxed<'_, Answer<u64>>;
    fn query(&self, soql: String, binds: Vec<Field>) -> Boxed<'_, Answer<Vec<Record>>>;
    /// The answer is the text of JSON, which the calls that ask for the same may share.
    fn describe_object(&self, object: String, fields: Vec<String>) -> Boxed<'_, Answer<Arc<str>>>;
    fn get_settings(&self, name: String) -> Boxed<'_, Answer<Value>>;
    fn list_components(&self, kind: String) -> Boxed<'_, Answer<Value>>;
    /// The answer is JSON null when there is no such component.
    fn read_component(
        &self,
        name: ComponentName,
        companions: Vec<ComponentName>,
    ) -> Boxed<'_, Answer<Value>>;
    fn get(&self, path: ResourcePath) -> Boxed<'_, Answer<Value>>;
}
