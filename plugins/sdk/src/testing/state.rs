//! An org in TOML that answers reads as Usher would, for tests.

mod records;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};

use crate::testing::contract::texts;
use crate::testing::manifest::{Manifest, contains, fits};
use crate::{
    ComponentName, Condition, Content, Field, Hindrance, Identity, Level, ListedComponent, Lookup,
    Org, OrgKind, ReadError, Record, Reference, Refusal, ResourcePath, Scalar, Value,
};

/// An org whose state is written down. It answers what the manifest declares and refuses the rest.
///
/// ```toml
/// [[records.User]]                        # an object that is not mentioned does not exist; `[records]`
/// Id = "005D0000001aBcDIAU"               # `Network = []` exists without records
/// ProfileId = "00eD0000000aBcDIAU"        # so that `Profile.Name` is found
///
/// [[records.User]]                        # one that an earlier step plans
/// Id = { "$ref" = "user:user.id", "$object" = "User" }
///
/// [[records.Profile]]
/// Id = "00eD0000000aBcDIAU"
/// Name = "Partner"
///
/// [settings.Communities]
/// enableNetworksEnabled = true
///
/// [describes.Account.IsPartner]           # object, field, its description
/// createable = false
///
/// [components.SharingSet.Partners]        # type, full name
/// id = "0X1"                              # or a `$ref`
/// content = { name = ["Partners"], profiles = ["Partner Cloned", "Partner Two"] }
///
/// [resources]
/// "connect/communities/templates" = { templates = [] }
///
/// [queries]
/// "SELECT Id FROM Account" = []
///
/// [pending]                               # an object or resource whose answer hangs on a planned change
/// "connect/communities/templates" = "networks:networks.id"
///
/// [refused]                               # an object or resource that the org refuses, with which code
/// Account = "INVALID_FIELD"
///
/// [who]                                   # these are the defaults
/// org_id = "00DPRACTICE0001AAA"
/// user_id = "005PRACTICE0001AAA"
/// username = "admin@practice.example"
/// api_version = "66.0"
/// now = "2026-11-22T10:00:00Z"
/// ```
///
/// A field that a record does not mention is null.
pub struct OrgState<'a> {
    manifest: &'a Manifest,
    state: State,
    /// Reads beyond the manifest, also those whose refusal the plugin swallowed.
    denied: RefCell<BTreeSet<String>>,
    /// Tokens that answers held.
    handed_in: RefCell<BTreeSet<String>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct State {
    who: Who,
    records: BTreeMap<String, Vec<Map<String, Json>>>,
    settings: BTreeMap<String, Map<String, Json>>,
    describes: BTreeMap<String, BTreeMap<String, Json>>,
    components: BTreeMap<String, BTreeMap<String, Component>>,
    resources: BTreeMap<String, Json>,
    queries: BTreeMap<String, Vec<Json>>,
    /// Object or resource → token.
    pending: BTreeMap<String, String>,
    /// Object or resource → error code.
    refused: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Who {
    org_id: String,
    user_id: String,
    username: String,
    api_version: String,
    now: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Component {
    id: Json,
    content: Content,
}

impl Default for Who {
    fn default() -> Self {
        Self {
            org_id: "00DPRACTICE0001AAA".to_owned(),
            user_id: "005PRACTICE0001AAA".to_owned(),
            username: "admin@practice.example".to_owned(),
            api_version: "66.0".to_owned(),
            now: "2026-11-22T10:00:00Z".to_owned(),
        }
    }
}

/// Makes the text of a date of TOML: JSON has no dates.
fn without_dates(value: &mut Json) {
    // The key under which the TOML crate hands on a date.
    if let Some(Json::String(date)) = value.get("$__toml_private_datetime") {
        *value = Json::String(date.clone());
    }
}

impl<'a> OrgState<'a> {
    /// Reads an org state.
    ///
    /// # Errors
    ///
    /// It is not TOML of that shape; a record has no id, or one that another has; a component's content is
    /// none.
    pub fn parse(manifest: &'a Manifest, toml: &str) -> Result<Self, String> {
        let mut state: State = toml::from_str(toml).map_err(|error| error.to_string())?;
        let records = state.records.values_mut().flatten();
        records.flat_map(Map::values_mut).for_each(without_dates);
        let mut ids = BTreeSet::new();
        for (object, records) in &state.records {
            for record in records {
                let id = record.get("Id").and_then(Value::from_json);
                let Some(id @ (Value::Text(_) | Value::Unknown(_))) = id else {
                    return Err(format!("a record of `{object}` has no `Id`"));
                };
                if !ids.insert(format!("{id:?}")) {
                    return Err(format!("two records have the `Id` {id:?}"));
                }
            }
        }
        for (kind, components) in &state.components {
            for (full_name, component) in components {
                let content = Json::from(component.content.0.clone());
                texts::content(&content)
                    .map_err(|why| format!("the content of {kind} `{full_name}`: {why}"))?;
            }
        }
        Ok(Self {
            manifest,
            state,
            denied: RefCell::default(),
            handed_in: RefCell::default(),
        })
    }

    /// What was asked for beyond the manifest.
    pub(crate) fn denied(&self) -> Vec<String> {
        self.denied.borrow().iter().cloned().collect()
    }

    /// Whether an answer held this token.
    pub(crate) fn handed_in(&self, token: &str) -> bool {
        self.handed_in.borrow().contains(token)
    }

    fn declared(&self, names: &[String], what: &str, name: &str) -> Result<(), ReadError> {
        if contains(names, name) {
            return Ok(());
        }
        Err(self.deny(format!("{what} `{name}`")))
    }

    fn may_answer(&self, name: &str) -> Result<(), ReadError> {
        if let Some(code) = ignoring_case(&self.state.refused, name) {
            return Err(refused(code, format!("`{name}` is not to be read")));
        }
        let Some(token) = ignoring_case(&self.state.pending, name) else {
            return Ok(());
        };
        self.handed_in.borrow_mut().insert(token.clone());
        Err(ReadError::Pending(Hindrance {
            token: token.clone(),
            reason: format!("`{name}` hangs on something that is planned"),
        }))
    }

    /// A value in an answer: a token in it has been handed in.
    fn handed(&self, json: &Json) -> Value {
        let value = Value::from_json(json).unwrap_or_default();
        if let Value::Unknown(unknown) = &value {
            self.handed_in.borrow_mut().insert(unknown.token.clone());
        }
        value
    }

    fn deny(&self, what: String) -> ReadError {
        self.denied.borrow_mut().insert(what.clone());
        ReadError::Denied(format!("the manifest does not declare {what}"))
    }
}

impl Org for OrgState<'_> {
    fn who(&self) -> Identity {
        let who = &self.state.who;
        Identity {
            org_id: who.org_id.clone(),
            org_kind: OrgKind::Practice,
            user_id: who.user_id.clone(),
            username: who.username.clone(),
            api_version: who.api_version.clone(),
        }
    }

    fn now(&self) -> String {
        self.state.who.now.clone()
    }

    fn log(&self, _: Level, _: &str) {}

    fn find(&self, what: &Lookup) -> Result<Vec<Record>, ReadError> {
        match self.manifest.undeclared(what) {
            Some(undeclared) => Err(self.deny(undeclared)),
            // As Usher in a component: nothing to look for finds nothing.
            None if what.conditions.iter().any(|one| one.any_of.is_empty()) => Ok(vec![]),
            None => {
                self.may_answer(&what.object)?;
                self.look(what)
            }
        }
    }

    fn find_all(&self, what: &[Lookup]) -> Vec<Result<Vec<Record>, ReadError>> {
        what.iter().map(|what| self.find(what)).collect()
    }

    fn count(&self, object: &str, conditions: &[Condition]) -> Result<u64, ReadError> {
        let mut lookup = Lookup::of(object);
        lookup.conditions = conditions.to_vec();
        Ok(self.find(&lookup)?.len() as u64)
    }

    fn query(&self, soql: &str, _: &[Field]) -> Result<Vec<Json>, ReadError> {
        let mut words = soql.split_whitespace();
        let from = words.find(|word| word.eq_ignore_ascii_case("from"));
        let object = from.and_then(|_| words.next()).unwrap_or("");
        self.declared(&self.manifest.reads.queries, "the query of", object)?;
        let answer = self.state.queries.get(soql).cloned();
        answer.ok_or_else(|| refused("MALFORMED_QUERY", format!("no answer to: {soql}")))
    }

    fn describe_object(
        &self,
        object: &str,
        fields: &[&str],
    ) -> Result<BTreeMap<String, Json>, ReadError> {
        self.declared(&self.manifest.reads.describes, "the description of", object)?;
        let all = ignoring_case(&self.state.describes, object);
        let all = all.ok_or_else(|| refused("NOT_FOUND", format!("there is no `{object}`")))?;
        let wanted = all
            .iter()
            .filter(|(name, _)| fields.contains(&name.as_str()));
        Ok(wanted
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect())
    }

    fn get_settings(&self, name: &str) -> Result<Record, ReadError> {
        self.declared(&self.manifest.reads.settings, "the settings", name)?;
        let settings = ignoring_case(&self.state.settings, name);
        let settings =
            settings.ok_or_else(|| refused("NOT_FOUND", format!("no settings `{name}`")))?;
        Ok(Record(settings.clone()))
    }

    fn list_components(&self, kind: &str) -> Result<Vec<ListedComponent>, ReadError> {
        self.declared(&self.manifest.reads.components, "components of type", kind)?;
        let components = ignoring_case(&self.state.components, kind);
        Ok(components
            .into_iter()
            .flatten()
            .map(|(full_name, component)| ListedComponent {
                full_name: full_name.clone(),
                id: self.handed(&component.id),
            })
            .collect())
    }

    fn read_component(
        &self,
        name: &ComponentName,
        companions: &[ComponentName],
    ) -> Result<Option<Content>, ReadError> {
        for kind in std::iter::once(name).chain(companions).map(|one| &one.kind) {
            self.declared(&self.manifest.reads.components, "components of type", kind)?;
        }
        let full_name = match &name.full_name {
            Scalar::Text(full_name) => full_name,
            Scalar::Reference(Reference::Given(token)) => {
                self.handed_in.borrow_mut().insert(token.clone());
                return Err(ReadError::Pending(Hindrance {
                    token: token.clone(),
                    reason: "the name of the component".to_owned(),
                }));
            }
            _ => return Ok(None),
        };
        let components = ignoring_case(&self.state.components, &name.kind);
        let component = components.and_then(|components| ignoring_case(components, full_name));
        let content = component.map(|component| component.content.clone());
        if let Some(content) = &content {
            let tokens = texts::tokens(&Json::from(content.0.clone()));
            self.handed_in.borrow_mut().extend(tokens);
        }
        Ok(content)
    }

    fn get(&self, path: &ResourcePath) -> Result<Json, ReadError> {
        let text = |segment: &Scalar| match segment {
            Scalar::Text(text) => text.clone(),
            other => json!(other).to_string(),
        };
        let text = path.segments.iter().map(text).collect::<Vec<_>>().join("/");
        if !self
            .manifest
            .reads
            .resources
            .iter()
            .any(|pattern| fits(pattern, path))
        {
            return Err(self.deny(format!("the resource `{text}`")));
        }
        self.may_answer(&text)?;
        let answer = self.state.resources.get(&text).cloned();
        answer.ok_or_else(|| refused("NOT_FOUND", format!("no resource `{text}`")))
    }
}

pub(crate) fn refused(code: &str, message: String) -> ReadError {
    ReadError::Refused(Refusal {
        status: if code == "NOT_FOUND" { 404 } else { 400 },
        code: code.to_owned(),
        message,
    })
}

pub(crate) fn ignoring_case<'t, T>(table: &'t BTreeMap<String, T>, name: &str) -> Option<&'t T> {
    let (_, value) = table
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    Some(value)
}
