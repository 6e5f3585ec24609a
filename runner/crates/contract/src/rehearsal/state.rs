//! An org in a few tables, which answers reads as Usher would. `usher_sdk::testing::OrgState` shows its form.

mod records;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::answer;
use crate::described;
use crate::manifest::Manifest;
use crate::operation::{ComponentName, Lookup, ResourcePath};
use crate::read::{Answer, Identity, OrgKind, ReadError, Record, Refusal};
use crate::value::{Reference, Scalar, Token};

/// The state of an org, as a test describes it. Names are compared without regard to case.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct State {
    who: Who,
    records: BTreeMap<String, Vec<Record>>,
    settings: BTreeMap<String, Map<String, Json>>,
    describes: BTreeMap<String, BTreeMap<String, Json>>,
    components: BTreeMap<String, BTreeMap<String, Component>>,
    resources: BTreeMap<String, Json>,
    queries: BTreeMap<String, Vec<Record>>,
    /// Object or resource → token.
    pending: BTreeMap<String, String>,
    /// Object or resource → error code.
    refused: BTreeMap<String, String>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Who {
    org_id: String,
    user_id: String,
    username: String,
    api_version: String,
    now: String,
}

impl Default for Who {
    fn default() -> Self {
        Self {
            org_id: "00DPRACTICE000125B".to_owned(),
            user_id: "005PRACTICE0001Y5B".to_owned(),
            username: "admin@practice.example".to_owned(),
            api_version: "66.0".to_owned(),
            now: "2026-11-22T10:00:00Z".to_owned(),
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Component {
    id: Json,
    content: Json,
}

/// A component in a list: its full name, and its id as JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub full_name: String,
    pub id: Json,
}

impl State {
    /// Checks a state that was read from a file, and makes texts of the dates of TOML: JSON has no dates.
    ///
    /// # Errors
    ///
    /// A record has no id, or one that another has; a component's content is not valid.
    pub fn checked(mut self) -> Result<Self, String> {
        let records = self.records.values_mut().flatten();
        records.flat_map(Map::values_mut).for_each(without_dates);
        let mut ids = BTreeSet::new();
        for (object, records) in &self.records {
            for record in records {
                let id = record.get("Id").and_then(Scalar::from_json);
                let Some(id @ (Scalar::Text(_) | Scalar::Reference(_))) = id else {
                    return Err(format!("a record of `{object}` has no `Id`"));
                };
                if !ids.insert(format!("{id:?}")) {
                    let id = id.to_json();
                    return Err(format!("two records have the `Id` {id}"));
                }
            }
        }
        for (kind, components) in &self.components {
            for (full_name, component) in components {
                answer::content(&component.content)
                    .map_err(|why| format!("the content of {kind} `{full_name}`: {why}"))?;
            }
        }
        Ok(self)
    }

    /// An org in which everything exists that a manifest names, and nothing is in it.
    pub fn empty_for(manifest: &Manifest) -> Self {
        let (reads, writes) = (&manifest.reads, &manifest.writes);
        let objects = reads.records.keys().chain(writes.create.keys());
        let objects = objects.chain(writes.update.keys()).chain(&writes.delete);
        Self {
            records: objects.map(|name| (name.clone(), Vec::new())).collect(),
            settings: reads
                .settings
                .iter()
                .map(|name| (name.clone(), Map::new()))
                .collect(),
            describes: reads
                .describes
                .iter()
                .map(|name| (name.clone(), BTreeMap::new()))
                .collect(),
            ..Self::default()
        }
    }

    /// The org and its user.
    pub fn identity(&self) -> Identity {
        let who = &self.who;
        Identity {
            org_id: who.org_id.clone(),
            org_kind: OrgKind::Practice,
            user_id: who.user_id.clone(),
            username: who.username.clone(),
            api_version: who.api_version.clone(),
        }
    }

    /// The time of planning, UTC.
    pub fn now(&self) -> &str {
        &self.who.now
    }

    /// Returns the records that a plugin finds.
    ///
    /// # Errors
    ///
    /// The object does not exist, is not to be read, or the answer depends on a value that is not known yet.
    pub fn find(&self, what: &Lookup) -> Answer<Vec<Record>> {
        self.may_answer(&what.object)?;
        self.look(what)
    }

    /// Returns the answer to free SOQL: the one that the state has for this very text.
    ///
    /// # Errors
    ///
    /// The state has none.
    pub fn query(&self, soql: &str) -> Answer<Vec<Record>> {
        let found = self.queries.get(soql).cloned();
        found.ok_or_else(|| refused("MALFORMED_QUERY", format!("no answer to: {soql}")))
    }

    /// Returns those of the fields of an object that are asked for, with their descriptions; without any, the object's
    /// own part, with the record types of the resource `sobjects/<object>/describe` if there is one.
    ///
    /// # Errors
    ///
    /// The state does not describe the object.
    pub fn describe_object(&self, object: &str, fields: &[String]) -> Answer<Map<String, Json>> {
        let Some(all) = ignoring_case(&self.describes, object) else {
            return Err(refused("NOT_FOUND", format!("there is no `{object}`")));
        };
        if fields.is_empty() {
            let named = all.iter().map(|(name, field)| (name.as_str(), field));
            let mut own = described::of_fields(named);
            let whole = ignoring_case(&self.resources, &format!("sobjects/{object}/describe"));
            own.extend(whole.and_then(described::record_types));
            return Ok(own);
        }
        let wanted = all.iter().filter(|(name, _)| fields.contains(name));
        Ok(wanted
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect())
    }

    /// Returns settings.
    ///
    /// # Errors
    ///
    /// The state has none of that name, or they are not to be read.
    pub fn settings(&self, name: &str) -> Answer<Map<String, Json>> {
        self.may_answer(&format!("settings/{name}"))?;
        let settings = ignoring_case(&self.settings, name).cloned();
        settings.ok_or_else(|| refused("NOT_FOUND", format!("no settings `{name}`")))
    }

    /// Returns the components of a metadata type.
    ///
    /// # Errors
    ///
    /// They are not to be read.
    pub fn components(&self, kind: &str) -> Answer<Vec<Listed>> {
        self.may_answer(&format!("components/{kind}"))?;
        let components = ignoring_case(&self.components, kind);
        let listed = components.into_iter().flatten();
        Ok(listed
            .map(|(full_name, component)| Listed {
                full_name: full_name.clone(),
                id: component.id.clone(),
            })
            .collect())
    }

    /// Returns the content of a component; none when it does not exist.
    ///
    /// # Errors
    ///
    /// Components of that type are not to be read, or the name is not known yet.
    pub fn component(&self, name: &ComponentName) -> Answer<Option<Json>> {
        self.may_answer(&format!("components/{}", name.kind))?;
        match &name.full_name {
            Scalar::Text(full_name) => {
                let components = ignoring_case(&self.components, &name.kind);
                let component = components.and_then(|all| ignoring_case(all, full_name));
                Ok(component.map(|component| component.content.clone()))
            }
            Scalar::Reference(Reference::Given(token)) => {
                Err(pending(token.clone(), "the name of the component"))
            }
            _ => Ok(None),
        }
    }

    /// Returns the answer of a resource.
    ///
    /// # Errors
    ///
    /// The state has none, or it is not to be read.
    pub fn resource(&self, path: &ResourcePath) -> Answer<Json> {
        let text = |segment: &Scalar| match segment {
            Scalar::Text(text) => text.clone(),
            other => other.to_json().to_string(),
        };
        let text = path.segments.iter().map(text).collect::<Vec<_>>().join("/");
        self.may_answer(&text)?;
        let answer = self.resources.get(&text).cloned();
        answer.ok_or_else(|| refused("NOT_FOUND", format!("no resource `{text}`")))
    }

    /// Refuses an object or a resource that the state says has no answer.
    fn may_answer(&self, name: &str) -> Answer<()> {
        if let Some(code) = ignoring_case(&self.refused, name) {
            return Err(refused(code, format!("`{name}` is not to be read")));
        }
        match ignoring_case(&self.pending, name) {
            Some(token) => {
                let reason = format!("`{name}` hangs on something that is planned");
                Err(pending(Token::of_text(token), &reason))
            }
            None => Ok(()),
        }
    }
}

/// Makes the text of a date of TOML, and of those in it.
fn without_dates(value: &mut Json) {
    // The key under which the TOML crate hands on a date.
    if let Some(Json::String(date)) = value.get("$__toml_private_datetime") {
        *value = Json::String(date.clone());
    }
}

/// Returns a component as `list-components` gives it.
impl From<Listed> for Json {
    fn from(listed: Listed) -> Self {
        json!({ "fullName": listed.full_name, "id": listed.id })
    }
}

/// Returns the org's refusal of a read.
fn refused(code: &str, message: String) -> ReadError {
    ReadError::Refused(Refusal {
        status: if code == "NOT_FOUND" { 404 } else { 400 },
        code: code.to_owned(),
        message,
    })
}

/// Refuses a read that has no answer before the value of `token` is known.
fn pending(token: Token, reason: &str) -> ReadError {
    ReadError::Pending {
        token,
        reason: reason.to_owned(),
    }
}

fn ignoring_case<'t, T>(table: &'t BTreeMap<String, T>, name: &str) -> Option<&'t T> {
    let (_, value) = table
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    Some(value)
}
