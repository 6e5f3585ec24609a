//! An org in TOML that answers reads as Usher would, for tests.

mod records;

use std::cell::{Ref, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use usher_contract::answer;
use usher_contract::convert::{each, token};
use usher_contract::gate::{Bounds, Gate, Origin};
use usher_contract::manifest::Manifest;
use usher_contract::read::{Answer, ReadError as Refused, Refusal};

use crate::testing::convert::{self, read_error};
use crate::{
    ComponentName, Condition, Content, Field, Identity, Level, ListedComponent, Lookup, Org,
    OrgKind, ReadError, Record, Reference, ResourcePath, Scalar, Value,
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
/// [pending]                               # an object or resource whose answer depends on a planned change
/// "connect/communities/templates" = "networks:networks.id"
///
/// [refused]                               # an object or resource that the org refuses, with which code
/// Account = "INVALID_FIELD"
/// "settings/Sharing" = "INSUFFICIENT_ACCESS"      # one settings component
/// "components/Profile" = "INSUFFICIENT_ACCESS"    # the components of one metadata type
///
/// [who]                                   # these are the defaults
/// org_id = "00DPRACTICE000125B"
/// user_id = "005PRACTICE0001Y5B"
/// username = "admin@practice.example"
/// api_version = "66.0"
/// now = "2026-11-22T10:00:00Z"
/// ```
///
/// A field that a record does not mention is null.
pub struct OrgState {
    state: State,
    /// The gate that Usher has a plugin's reads pass.
    gate: RefCell<Gate>,
    log: RefCell<Vec<String>>,
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
    queries: BTreeMap<String, Vec<Map<String, Json>>>,
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
            org_id: "00DPRACTICE000125B".to_owned(),
            user_id: "005PRACTICE0001Y5B".to_owned(),
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

impl OrgState {
    /// Reads an org state.
    ///
    /// # Errors
    ///
    /// It is not TOML of that shape; a record has no id, or one that another has; a component's content is not valid.
    pub fn parse(manifest: &Manifest, toml: &str) -> Result<Self, String> {
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
                answer::content(&content)
                    .map_err(|why| format!("the content of {kind} `{full_name}`: {why}"))?;
            }
        }
        Ok(Self {
            state,
            gate: RefCell::new(Gate::new(Arc::new(manifest.clone()), Bounds::default())),
            log: RefCell::default(),
        })
    }

    /// Hands the references in the input to the plugin.
    pub(crate) fn hand_in(&self, input: &Json) {
        self.gate.borrow_mut().hand_in(input);
    }

    /// The gate, with what it has noted so far.
    pub(crate) fn gate(&self) -> Ref<'_, Gate> {
        self.gate.borrow()
    }

    /// The lines that the planner has logged so far.
    pub(crate) fn logged(&self) -> Vec<String> {
        self.log.borrow().clone()
    }

    /// Counts and checks one read as Usher does.
    fn admit<T>(&self, check: impl FnOnce(&mut Gate) -> Answer<T>) -> Result<T, ReadError> {
        let mut gate = self.gate.borrow_mut();
        let admitted = gate.count().and_then(|()| check(&mut gate));
        admitted.map_err(read_error)
    }

    /// Hands an answer over to the plugin as Usher does.
    fn json<T>(
        &self,
        answer: Answer<T>,
        origin: Origin,
        json: impl FnOnce(&T) -> Json,
    ) -> Result<T, ReadError> {
        let mut gate = self.gate.borrow_mut();
        let handed_over = answer.and_then(|answer| {
            gate.json(Ok(json(&answer)), origin)?;
            Ok(answer)
        });
        gate.answered(handed_over).map_err(read_error)
    }

    /// Refuses an object or a resource that the state says has no answer.
    fn may_answer(&self, name: &str) -> Answer<()> {
        if let Some(code) = ignoring_case(&self.state.refused, name) {
            return Err(refused(code, format!("`{name}` is not to be read")));
        }
        match ignoring_case(&self.state.pending, name) {
            Some(token) => Err(pending(
                token,
                format!("`{name}` hangs on something that is planned"),
            )),
            None => Ok(()),
        }
    }
}

impl Org for OrgState {
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

    fn log(&self, _: Level, message: &str) {
        self.log.borrow_mut().push(message.to_owned());
    }

    fn find(&self, what: &Lookup) -> Result<Vec<Record>, ReadError> {
        if what.finds_nothing() {
            return Ok(vec![]);
        }
        self.admit(|gate| gate.lookup(convert::lookup(what.clone())))?;
        let found = self.may_answer(&what.object);
        let found = found.and_then(|()| self.look(what));
        let mut gate = self.gate.borrow_mut();
        let rows = found.clone();
        let rows = rows.map(|found| found.into_iter().map(|record| record.0).collect());
        let handed_over = gate.records(rows, Origin::View);
        handed_over.and(found).map_err(read_error)
    }

    fn find_all(&self, what: &[Lookup]) -> Vec<Result<Vec<Record>, ReadError>> {
        what.iter().map(|what| self.find(what)).collect()
    }

    fn count(&self, object: &str, conditions: &[Condition]) -> Result<u64, ReadError> {
        let mut lookup = Lookup::of(object);
        lookup.conditions = conditions.to_vec();
        self.admit(|gate| gate.lookup(convert::lookup(lookup.clone())))?;
        let found = self.may_answer(object).and_then(|()| self.look(&lookup));
        let count = self.gate.borrow_mut().answered(found).map_err(read_error)?;
        Ok(count.len() as u64)
    }

    fn query(&self, soql: &str, binds: &[Field]) -> Result<Vec<Json>, ReadError> {
        self.admit(|gate| gate.query(soql, convert::fields(binds.to_vec())))?;
        let found = self.state.queries.get(soql).cloned();
        let found =
            found.ok_or_else(|| refused("MALFORMED_QUERY", format!("no answer to: {soql}")));
        let mut gate = self.gate.borrow_mut();
        let handed_over = gate.records(found.clone(), Origin::Org);
        let found = handed_over.and(found).map_err(read_error)?;
        Ok(found.into_iter().map(Json::Object).collect())
    }

    fn describe_object(
        &self,
        object: &str,
        fields: &[&str],
    ) -> Result<BTreeMap<String, Json>, ReadError> {
        let named: Vec<String> = fields.iter().map(|&field| field.to_owned()).collect();
        self.admit(|gate| gate.describe(object, &named))?;
        let all = ignoring_case(&self.state.describes, object);
        let wanted = all.map(|all| {
            let wanted = all
                .iter()
                .filter(|(name, _)| fields.contains(&name.as_str()));
            wanted
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        });
        let answer = wanted.ok_or_else(|| refused("NOT_FOUND", format!("there is no `{object}`")));
        self.json(answer, Origin::Org, |all: &BTreeMap<_, _>| json!(all))
    }

    fn get_settings(&self, name: &str) -> Result<Record, ReadError> {
        self.admit(|gate| gate.settings(name))?;
        let settings = ignoring_case(&self.state.settings, name).cloned();
        let answer = self.may_answer(&format!("settings/{name}"));
        let answer = answer.and_then(|()| {
            settings.ok_or_else(|| refused("NOT_FOUND", format!("no settings `{name}`")))
        });
        self.json(answer.map(Record), Origin::View, |settings| {
            json!(settings.0)
        })
    }

    fn list_components(&self, kind: &str) -> Result<Vec<ListedComponent>, ReadError> {
        self.admit(|gate| gate.components(kind))?;
        let components = ignoring_case(&self.state.components, kind);
        let listed = components
            .into_iter()
            .flatten()
            .map(|(full_name, component)| ListedComponent {
                full_name: full_name.clone(),
                id: Value::from_json(&component.id).unwrap_or_default(),
            })
            .collect();
        let may = self.may_answer(&format!("components/{kind}"));
        self.json(may.map(|()| listed), Origin::View, |listed: &Vec<_>| {
            listed
                .iter()
                .map(|one: &ListedComponent| json!(one.id))
                .collect()
        })
    }

    fn read_component(
        &self,
        name: &ComponentName,
        companions: &[ComponentName],
    ) -> Result<Option<Content>, ReadError> {
        let asked = convert::component_name(name.clone());
        let along = each(companions.to_vec(), convert::component_name);
        self.admit(|gate| gate.component(asked, along))?;
        let may = self.may_answer(&format!("components/{}", name.kind));
        let content = may.and_then(|()| match &name.full_name {
            Scalar::Text(full_name) => {
                let components = ignoring_case(&self.state.components, &name.kind);
                let component = components.and_then(|all| ignoring_case(all, full_name));
                Ok(component.map(|component| component.content.clone()))
            }
            Scalar::Reference(Reference::Given(token)) => {
                Err(pending(token, "the name of the component".to_owned()))
            }
            _ => Ok(None),
        });
        self.json(content, Origin::View, |content| json!(content))
    }

    fn get(&self, path: &ResourcePath) -> Result<Json, ReadError> {
        self.admit(|gate| gate.resource(convert::resource_path(path.clone())))?;
        let text = |segment: &Scalar| match segment {
            Scalar::Text(text) => text.clone(),
            other => json!(other).to_string(),
        };
        let text = path.segments.iter().map(text).collect::<Vec<_>>().join("/");
        let answer = self.may_answer(&text).and_then(|()| {
            let answer = self.state.resources.get(&text).cloned();
            answer.ok_or_else(|| refused("NOT_FOUND", format!("no resource `{text}`")))
        });
        self.json(answer, Origin::Org, Json::clone)
    }
}

/// The org's refusal of a read.
pub(crate) fn refused(code: &str, message: String) -> Refused {
    Refused::Refused(Refusal {
        status: if code == "NOT_FOUND" { 404 } else { 400 },
        code: code.to_owned(),
        message,
    })
}

/// Refuses a read that has no answer before the value of `text` is known.
pub(crate) fn pending(text: &str, reason: String) -> Refused {
    match token(text.to_owned()) {
        Ok(token) => Refused::Pending { token, reason },
        Err(why) => Refused::Denied(why.to_string()),
    }
}

pub(crate) fn ignoring_case<'t, T>(table: &'t BTreeMap<String, T>, name: &str) -> Option<&'t T> {
    let (_, value) = table
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))?;
    Some(value)
}
