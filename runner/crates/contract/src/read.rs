//! What a plugin may learn: who it works for, and the answers to its reads.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::value::Token;

/// What kind of org it is.
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

/// One record as a plugin gets it: exactly `Id` and the fields asked for, under the names they were
/// asked by. A parent path is one key (`"Profile.Name"`); an unknown value is `{"$ref": token}`.
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

/// Why a read has no answer. A plugin sees it as a value, never as a trap.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// Not granted; the text says what to add.
    #[error("{0}")]
    Denied(String),
    /// The answer hangs on something that is planned but not done.
    #[error("not known before it has happened: {reason}")]
    Pending { token: Token, reason: String },
    #[error("the org refuses: {} {}", .0.code, .0.message)]
    Refused(Refusal),
    /// More rows, bytes or calls than granted.
    #[error("{0}")]
    TooMuch(String),
    /// No answer from the org after retries.
    #[error("no answer from the org: {0}")]
    Unavailable(String),
}
