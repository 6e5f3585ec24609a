//! As much of a manifest as a test needs: what is declared. Usher checks the whole of it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value as Json};

use crate::{Lookup, ResourcePath, Scalar};

/// A plugin's manifest.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The format of the manifest itself.
    pub format: u32,
    pub name: String,
    pub version: String,
    pub summary: String,
    /// `changing` or `verifying`.
    pub kind: String,
    /// JSON Schema.
    pub input: Json,
    /// JSON Schema.
    pub output: Json,
    #[serde(default)]
    pub reads: Reads,
    #[serde(default)]
    pub writes: Writes,
}

/// What a plugin reads.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reads {
    pub records: BTreeMap<String, Vec<String>>,
    pub queries: Vec<String>,
    pub describes: Vec<String>,
    pub settings: Vec<String>,
    pub components: Vec<String>,
    pub resources: Vec<String>,
}

/// What a plugin writes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Writes {
    pub create: BTreeMap<String, Vec<String>>,
    pub update: BTreeMap<String, Vec<String>>,
    pub delete: Vec<String>,
    pub configure: BTreeMap<String, Vec<String>>,
    pub deploy: Vec<String>,
    pub requests: Vec<String>,
}

impl Manifest {
    /// Parses a manifest.
    ///
    /// # Errors
    ///
    /// It is no JSON of that shape, or lists a field twice.
    pub fn parse(json: &str) -> Result<Self, String> {
        let manifest: Self = serde_json::from_str(json).map_err(|error| error.to_string())?;
        let tables = [
            &manifest.reads.records,
            &manifest.writes.create,
            &manifest.writes.update,
            &manifest.writes.configure,
        ];
        for (name, fields) in tables.into_iter().flatten() {
            if let Some(twice) = fields
                .iter()
                .enumerate()
                .find(|(at, field)| fields[..*at].contains(field))
            {
                return Err(format!("`{}` of `{name}` is listed twice", twice.1));
            }
        }
        Ok(manifest)
    }

    /// The first thing in a lookup that is not declared.
    pub(crate) fn undeclared(&self, lookup: &Lookup) -> Option<String> {
        let Some(declared) = entry(&self.reads.records, &lookup.object) else {
            return Some(format!("reading `{}`", lookup.object));
        };
        let conditions = lookup.conditions.iter().map(|condition| &condition.field);
        lookup
            .fields
            .iter()
            .chain(conditions)
            .find(|field| !field.eq_ignore_ascii_case("Id") && !contains(declared, field))
            .map(|field| format!("reading `{field}` of `{}`", lookup.object))
    }

    /// `input` with the defaults of top-level properties filled in.
    pub(crate) fn with_defaults(&self, mut input: Json) -> Json {
        let properties = self.input.get("properties").and_then(Json::as_object);
        if let Json::Object(given) = &mut input {
            for (name, schema) in properties.into_iter().flatten() {
                if let (Some(default), false) = (schema.get("default"), given.contains_key(name)) {
                    given.insert(name.clone(), default.clone());
                }
            }
        }
        input
    }

    /// What the output schema names and requires.
    pub(crate) fn outputs(&self) -> (Map<String, Json>, Vec<&str>) {
        let properties = self.output.get("properties").and_then(Json::as_object);
        let required = self.output.get("required").and_then(Json::as_array);
        (
            properties.cloned().unwrap_or_default(),
            required
                .into_iter()
                .flatten()
                .filter_map(Json::as_str)
                .collect(),
        )
    }
}

pub(crate) fn entry<'a>(
    table: &'a BTreeMap<String, Vec<String>>,
    name: &str,
) -> Option<&'a Vec<String>> {
    let (_, fields) = table
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    Some(fields)
}

pub(crate) fn contains(names: &[String], name: &str) -> bool {
    names.iter().any(|other| other.eq_ignore_ascii_case(name))
}

/// Whether `connect/communities/*` fits a path. A segment that is not known yet fits `*` only.
pub(crate) fn fits(pattern: &str, path: &ResourcePath) -> bool {
    let segments: Vec<&str> = pattern.split('/').collect();
    segments.len() == path.segments.len()
        && segments
            .iter()
            .zip(&path.segments)
            .all(|(pattern, segment)| {
                *pattern == "*" || matches!(segment, Scalar::Text(text) if text == pattern)
            })
}
