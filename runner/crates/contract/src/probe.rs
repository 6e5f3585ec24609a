//! The things that Usher can look at, and its expectations of them. Mirrors `wit/step.wit`, interface `types`. The
//! engine does the looking.

use serde::{Deserialize, Serialize};

use crate::text;
use crate::value::Scalar;

/// One field and the value it gets.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Field {
    pub name: String,
    pub value: Scalar,
}

/// `field` equals one of `any_of`. `field` may be a parent path: `Account.OwnerId`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Condition {
    pub field: String,
    pub any_of: Vec<Scalar>,
}

impl Condition {
    /// `field` equals `value`.
    pub fn is(field: &str, value: Scalar) -> Self {
        Self {
            field: field.to_owned(),
            any_of: vec![value],
        }
    }
}

/// Records of one object that meet all conditions. `Id` is always included.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Lookup {
    pub object: String,
    pub fields: Vec<String>,
    pub conditions: Vec<Condition>,
}

/// A metadata component, e.g. `SharingSet` and `Partners`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ComponentName {
    pub kind: String,
    pub full_name: Scalar,
}

/// A resource below `/services/data/vNN.0/`; each segment is encoded by the client.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ResourcePath {
    pub segments: Vec<Scalar>,
    pub query: Vec<Field>,
}

/// Something Usher can look at by itself, without the plugin.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Probe {
    Records(Lookup),
    Rest(ResourcePath),
    Settings(String),
    Component(ComponentName),
    Object(String),
}

/// One value in the finding of a probe. `at`: a field name (records, settings) or a JSON Pointer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Check {
    pub at: String,
    pub any_of: Vec<Scalar>,
}

/// The finding that is expected of a probe.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    Present,
    Absent,
    Holds(Vec<Check>),
}

/// A condition: a probe with the finding that is expected.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Expectation {
    pub look: Probe,
    pub finding: Finding,
}

/// Returns an expectation as the end of a sentence: "no `User` is there with `ContactId` = 003…".
pub fn in_words(expected: &Expectation) -> String {
    let what = match &expected.look {
        Probe::Records(lookup) => {
            let conditions = lookup.conditions.iter().map(|condition| {
                let values: Vec<String> = condition.any_of.iter().map(plain).collect();
                format!("`{}` = {}", condition.field, values.join(" or "))
            });
            let conditions: Vec<String> = conditions.collect();
            format!(
                "`{}` is there with {}",
                lookup.object,
                conditions.join(", ")
            )
        }
        Probe::Rest(path) => {
            let segments: Vec<String> = path.segments.iter().map(plain).collect();
            format!("answer comes from `{}`", segments.join("/"))
        }
        Probe::Settings(name) => format!("settings `{name}` are there"),
        Probe::Component(name) => {
            format!(
                "component `{}` {} is there",
                name.kind,
                plain(&name.full_name)
            )
        }
        Probe::Object(name) => format!("object `{name}` is there"),
    };
    match &expected.finding {
        Finding::Present => format!("one {what}"),
        Finding::Absent => format!("no {what}"),
        Finding::Holds(checks) => {
            let checks: Vec<String> = checks
                .iter()
                .map(|check| {
                    let values: Vec<String> = check.any_of.iter().map(plain).collect();
                    format!("`{}` is {}", check.at, values.join(" or "))
                })
                .collect();
            format!("one {what} and {}", checks.join(", "))
        }
    }
}

fn plain(value: &Scalar) -> String {
    if let Some(token) = value.token() {
        return format!("<{}>", text::value(&token.to_string()));
    }
    match value.to_json() {
        serde_json::Value::Null => "nothing".to_owned(),
        serde_json::Value::String(text) => text::value(&text),
        other => other.to_string(),
    }
}
