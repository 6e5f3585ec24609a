//! What Usher can look at and what it can send: the probes and operations of the contract as data.
//! Mirrors `wit/step.wit`, interface `types`; says nothing of how they are carried out.

use serde::{Deserialize, Serialize};

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

/// Records of one object that meet all conditions. `Id` always comes along.
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

/// One value in what a probe found. `at`: a field name (records, settings) or a JSON Pointer.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Check {
    pub at: String,
    pub any_of: Vec<Scalar>,
}

/// What a probe is expected to find.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    Present,
    Absent,
    Holds(Vec<Check>),
}

/// Something that must be so.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Expectation {
    pub look: Probe,
    pub finding: Finding,
}

/// How to recognise what a create makes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Key {
    pub conditions: Vec<Condition>,
    /// Salesforce itself refuses a second one.
    pub enforced: bool,
}

/// HTTP method of the escape hatch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    Post,
    Put,
    Patch,
    Delete,
}

impl Method {
    /// As in a request line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// What to do when the answer to a request was lost.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Repetition {
    Safe,
    Look { look: Probe, enforced: bool },
    Never,
}

/// A metadata component with its content (JSON object: element name → its occurrences).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Component {
    pub name: ComponentName,
    pub content: String,
}

/// A record to create.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CreateRecord {
    pub object: String,
    pub fields: Vec<Field>,
    pub key: Key,
    pub options: Vec<Field>,
}

/// A record to update.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct UpdateRecord {
    pub object: String,
    pub id: Scalar,
    pub fields: Vec<Field>,
    pub options: Vec<Field>,
}

/// A record to delete.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeleteRecord {
    pub object: String,
    pub id: Scalar,
}

/// Fields of settings to set.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ConfigureSettings {
    pub settings: String,
    pub fields: Vec<Field>,
}

/// Metadata components to deploy and to remove.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeployComponents {
    pub components: Vec<Component>,
    pub removals: Vec<ComponentName>,
    pub options: Vec<Field>,
}

/// A REST request: the escape hatch.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RestRequest {
    pub method: Method,
    pub path: ResourcePath,
    pub body: Option<String>,
    pub repetition: Repetition,
}

/// Nothing to send: the change only waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct WaitOnly;

/// The only things Usher can send.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Operation {
    Create(CreateRecord),
    Update(UpdateRecord),
    Delete(DeleteRecord),
    Configure(ConfigureSettings),
    Deploy(DeployComponents),
    Request(RestRequest),
    /// Skipping its field makes it `"wait-only"`, as in every journal.
    WaitOnly(#[serde(skip)] WaitOnly),
}

/// The option of a create whose record is saved although a duplicate rule finds it twice.
pub const ALLOW_DUPLICATES: &str = "allow-duplicates";

impl Operation {
    /// Says that a duplicate rule that only warns must not keep the record from being saved.
    pub fn allows_duplicates(&self) -> bool {
        let Self::Create(CreateRecord { options, .. }) = self else {
            return false;
        };
        let allowed = Scalar::Truth(true);
        let mut options = options.iter();
        options.any(|option| option.name == ALLOW_DUPLICATES && option.value == allowed)
    }

    /// The verb a person reads and a grant names.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Create(_) => "create",
            Self::Update(_) => "update",
            Self::Delete(_) => "delete",
            Self::Configure(_) => "configure",
            Self::Deploy(_) => "deploy",
            Self::Request(_) => "request",
            Self::WaitOnly(_) => "wait",
        }
    }
}

/// An operation of each kind.
macro_rules! from {
    ($($variant:ident($kind:ty),)*) => {
        $(impl From<$kind> for Operation {
            fn from(kind: $kind) -> Self {
                Self::$variant(kind)
            }
        })*
    };
}

from! {
    Create(CreateRecord),
    Update(UpdateRecord),
    Delete(DeleteRecord),
    Configure(ConfigureSettings),
    Deploy(DeployComponents),
    Request(RestRequest),
    WaitOnly(WaitOnly),
}

/// What is expected, as the end of a sentence: "no `User` is there with `ContactId` = 003…".
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
    match value.to_json() {
        serde_json::Value::Null => "nothing".to_owned(),
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests;
