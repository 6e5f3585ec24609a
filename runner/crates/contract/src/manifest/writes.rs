//! The writes that a plugin declares, and the comparison of one operation with them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::name;
use crate::probe::{Field, ResourcePath};
use crate::value::Scalar;

/// The writes that a plugin plans. Undoing a write needs no declaration of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Writes {
    /// Object → fields.
    pub create: BTreeMap<String, Vec<String>>,
    /// Object → fields.
    pub update: BTreeMap<String, Vec<String>>,
    /// Objects.
    pub delete: Vec<String>,
    /// Settings → fields.
    pub configure: BTreeMap<String, Vec<String>>,
    /// Metadata types.
    pub deploy: Vec<String>,
    /// `POST connect/communities`, `*` for a segment that may be anything.
    pub requests: Vec<String>,
}

impl Writes {
    /// Says whether nothing is declared: the step only looks.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The declared request that a method and a path fit; their own text when none does.
    pub(crate) fn request_pattern(&self, method: &str, path: &ResourcePath) -> String {
        let fits = |pattern: &&String| {
            pattern
                .split_once(' ')
                .is_some_and(|(verb, below)| verb == method && matches(below, path))
        };
        match self.requests.iter().find(fits) {
            Some(pattern) => pattern.clone(),
            None => format!("{method} {}", path_text(path)),
        }
    }

    /// Says that a secret's place is among the writes: `create Object.Field`, or a request as declared.
    pub(super) fn has_place(&self, place: &str) -> bool {
        let Some((verb, target)) = place.split_once(' ') else {
            return false;
        };
        let declared = match verb {
            "create" => &self.create,
            "update" => &self.update,
            _ => return self.requests.iter().any(|request| request == place),
        };
        target
            .split_once('.')
            .and_then(|(object, field)| Some((entry(declared, object)?, field)))
            .is_some_and(|((_, fields), field)| names(fields, field))
    }
}

/// A thing that a plugin asked for or planned and that its manifest does not declare.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undeclared {
    #[error("reads `{object}`, which its manifest does not declare")]
    ReadObject { object: String },
    #[error("reads `{field}` of `{object}`, which its manifest does not declare")]
    ReadField { object: String, field: String },
    #[error("reads the {what} `{name}`, which its manifest does not declare")]
    ReadOther { what: &'static str, name: String },
    #[error("predicts `{target}` (effect `{address}`), which its manifest does not declare")]
    Predict { target: String, address: String },
    #[error(
        "predicts `{field}` of `{target}` (effect `{address}`), which its manifest does not declare"
    )]
    PredictField {
        target: String,
        field: String,
        address: String,
    },
    #[error(
        "sends the secret `{secret}` to `{target}` (change `{address}`), which its manifest does not declare"
    )]
    Secret {
        secret: String,
        target: String,
        address: String,
    },
    #[error("plans to {verb} `{target}` (change `{address}`), which its manifest does not declare")]
    Write {
        verb: &'static str,
        target: String,
        address: String,
    },
    #[error(
        "plans to {verb} `{field}` of `{target}` (change `{address}`), which its manifest does not declare"
    )]
    WriteField {
        verb: &'static str,
        target: String,
        field: String,
        address: String,
    },
}

/// One operation that is compared with what a manifest declares.
pub(crate) struct Against<'a> {
    pub(crate) writes: &'a Writes,
    pub(super) verb: &'static str,
    /// The address of the change.
    pub(super) address: &'a str,
    pub(super) found: &'a mut Vec<Undeclared>,
}

impl Against<'_> {
    /// Finds the target, or its fields, when they are not in `declared`.
    pub(crate) fn fields(
        &mut self,
        declared: &BTreeMap<String, Vec<String>>,
        target: &str,
        fields: &[Field],
    ) {
        let Some((_, allowed)) = entry(declared, target) else {
            self.refuse(target);
            return;
        };
        for field in fields {
            if !names(allowed, &field.name) {
                self.found.push(Undeclared::WriteField {
                    verb: self.verb,
                    target: target.to_owned(),
                    field: field.name.clone(),
                    address: self.address.to_owned(),
                });
            }
        }
    }

    /// Finds the target when it is not in `declared`.
    pub(crate) fn name(&mut self, declared: &[String], target: &str) {
        if !names(declared, target) {
            self.refuse(target);
        }
    }

    /// Finds a request whose method and path are not declared.
    pub(crate) fn request(&mut self, method: &str, path: &ResourcePath) {
        let is_declared = self.writes.requests.iter().any(|pattern| {
            pattern
                .split_once(' ')
                .is_some_and(|(verb, below)| verb == method && matches(below, path))
        });
        if !is_declared {
            self.refuse(&format!("{method} {}", path_text(path)));
        }
    }

    fn refuse(&mut self, target: &str) {
        self.found.push(Undeclared::Write {
            verb: self.verb,
            target: target.to_owned(),
            address: self.address.to_owned(),
        });
    }
}

pub(super) fn entry<'a>(
    declared: &'a BTreeMap<String, Vec<String>>,
    name: &str,
) -> Option<(&'a String, &'a Vec<String>)> {
    declared
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
}

pub(super) fn names(declared: &[String], name: &str) -> bool {
    declared.iter().any(|entry| name::covers(entry, name))
}

/// Says whether a pattern of segments fits a path. A segment that is not known yet fits `*` only.
pub(super) fn matches(pattern: &str, path: &ResourcePath) -> bool {
    let segments: Vec<&str> = pattern.split('/').collect();
    segments.len() == path.segments.len()
        && segments
            .iter()
            .zip(&path.segments)
            .all(|(pattern, segment)| {
                *pattern == "*" || matches!(segment, Scalar::Text(text) if text == pattern)
            })
}

pub(super) fn path_text(path: &ResourcePath) -> String {
    let segments = path.segments.iter().map(|segment| match segment {
        Scalar::Text(text) | Scalar::Date(text) | Scalar::DateTime(text) => text.clone(),
        other => other.to_json().to_string(),
    });
    segments.collect::<Vec<_>>().join("/")
}
