//! The manifest of a plugin: name, version, schemas, and what it needs. JSON, format 1.
//!
//! To declare is not to be allowed: [`crate::grant`] decides that. This module parses a manifest, checks an input
//! against its schema, and compares a read or a plan with what was declared.

mod check;
mod declared;
mod predicts;
mod schema;
mod shape;
mod size;
mod writes;

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

pub(crate) use predicts::Prediction;
pub use predicts::Predicts;
pub use schema::{InputProblem, Schema};
pub(crate) use writes::Against;
pub use writes::{Undeclared, Writes};

use crate::limit;
use crate::text;

/// The kind of a step: it changes the org, or it looks at the org after all earlier steps are done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Changing,
    Verifying,
}

/// The reads of a plugin. Fields are named as they are asked for; a parent path (`Profile.UserLicenseId`) is a field of
/// the object it begins at. `Id` need not be named.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reads {
    /// Object → fields, for `find` and `count`.
    pub records: BTreeMap<String, Vec<String>>,
    /// Object, or relationship of an inner select → fields that free SOQL (`query`) may name.
    pub queries: BTreeMap<String, Vec<String>>,
    /// Objects, for `describe-object`.
    pub describes: Vec<String>,
    /// Settings, for `get-settings`.
    pub settings: Vec<String>,
    /// Metadata types, for `list-components` and `read-component`.
    pub components: Vec<String>,
    /// Resources for `get`: segments joined by `/`, `*` for a segment that may be anything.
    pub resources: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    format: u32,
    name: String,
    version: String,
    summary: String,
    kind: Kind,
    input: Value,
    output: Value,
    #[serde(default)]
    reads: Reads,
    #[serde(default)]
    writes: Writes,
    #[serde(default)]
    predicts: Predicts,
    #[serde(default)]
    does_without: Reads,
    #[serde(default)]
    secrets: BTreeMap<String, Vec<String>>,
}

/// A plugin's manifest, checked.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// kebab-case; the name for a recipe's `use`.
    pub name: String,
    pub version: semver::Version,
    /// One line for people.
    pub summary: String,
    pub kind: Kind,
    pub input: Schema,
    pub output: Schema,
    pub reads: Reads,
    pub writes: Writes,
    pub predicts: Predicts,
    /// Those of the reads that the plugin does without when the org refuses them: it plans all the same, and notes what
    /// it assumes.
    pub does_without: Reads,
    /// Secret → places to which it may be sent: `create Object.Field`, `update Object.Field`, a request as `writes`
    /// declares it. The secret is an input that takes one, or a result that is one.
    pub secrets: BTreeMap<String, Vec<String>>,
}

/// One mistake in a manifest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// JSON Pointer into the manifest.
    pub at: String,
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.at.escape_debug().to_string();
        write!(f, "{} (at `{}`)", self.message, text::shown(&at))
    }
}

/// The reason why bytes are not a valid manifest.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    #[error("the manifest is larger than {} bytes", limit::MANIFEST_BYTES_MAX)]
    TooLarge,
    #[error("the manifest declares {0} objects, fields and other names; {max} are the most", max = limit::DECLARED_MAX)]
    TooMuch(usize),
    #[error("the manifest is not as it should be: {0}")]
    Malformed(String),
    #[error("the manifest has format {0}; this Usher knows format 1")]
    UnknownFormat(u32),
    /// All mistakes in its content.
    #[error("the manifest is not as it should be: {}", text::some(.0, ToString::to_string))]
    Wrong(Vec<Problem>),
}

impl Manifest {
    /// Parses a manifest.
    ///
    /// # Errors
    ///
    /// The bytes are not JSON of format 1, hold an unknown key, or hold a value that is not valid.
    pub fn parse(bytes: impl AsRef<[u8]>) -> Result<Self, ManifestError> {
        let bytes = bytes.as_ref();
        if bytes.len() > limit::MANIFEST_BYTES_MAX {
            return Err(ManifestError::TooLarge);
        }
        let json: Value = serde_json::from_slice(bytes)
            .map_err(|error| ManifestError::Malformed(text::shown(&error.to_string())))?;
        // The format decides which other keys may exist, so it is read first.
        if let Some(format) = json.get("format").and_then(Value::as_u64)
            && format != 1
        {
            return Err(ManifestError::UnknownFormat(
                u32::try_from(format).unwrap_or(u32::MAX),
            ));
        }
        let problems = shape::problems(&json);
        if !problems.is_empty() {
            return Err(ManifestError::Wrong(problems));
        }
        let raw: Raw = serde_json::from_value(json)
            .map_err(|error| ManifestError::Malformed(text::shown(&error.to_string())))?;
        if raw.format != 1 {
            return Err(ManifestError::UnknownFormat(raw.format));
        }
        let declared = size::names(&raw);
        if declared > limit::DECLARED_MAX {
            return Err(ManifestError::TooMuch(declared));
        }
        let mut problems = check::problems(&raw);
        let mut schema = |place: &str, json| match Schema::new(json) {
            Ok(schema) => Some(schema),
            Err(message) => {
                let at = place.to_owned();
                problems.push(Problem { at, message });
                None
            }
        };
        let (input, output) = (schema("/input", raw.input), schema("/output", raw.output));
        let version = semver::Version::parse(&raw.version).ok();
        let (Some(input), Some(output), Some(version), true) =
            (input, output, version, problems.is_empty())
        else {
            return Err(ManifestError::Wrong(problems));
        };
        Ok(Self {
            name: raw.name,
            version,
            summary: text::shown(&raw.summary),
            kind: raw.kind,
            input,
            output,
            reads: raw.reads,
            writes: raw.writes,
            predicts: raw.predicts,
            does_without: raw.does_without,
            secrets: raw.secrets,
        })
    }
}

#[cfg(test)]
mod tests;
