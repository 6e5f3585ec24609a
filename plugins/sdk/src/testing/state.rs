//! An org in TOML that answers reads as Usher would, for tests.

use std::cell::{Ref, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use usher_contract::convert::each;
use usher_contract::gate::{Bounds, Gate, Origin};
use usher_contract::manifest::Manifest;
use usher_contract::read::Answer;
use usher_contract::rehearsal::State;

use crate::testing::convert::{self, read_error};
use crate::{
    ComponentName, Condition, Content, Field, Identity, Level, ListedComponent, Lookup, Org,
    OrgKind, ReadError, Record, ResourcePath, Value,
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

impl OrgState {
    /// Reads an org state.
    ///
    /// # Errors
    ///
    /// It is not TOML of that shape; a record has no id, or one that another has; a component's content is not valid.
    pub fn parse(manifest: &Manifest, toml: &str) -> Result<Self, String> {
        let state: State = toml::from_str(toml).map_err(|error| error.to_string())?;
        Ok(Self {
            state: state.checked()?,
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

    /// The state, past the gate.
    pub(crate) fn state(&self) -> &State {
        &self.state
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
}

impl Org for OrgState {
    fn who(&self) -> Identity {
        let who = self.state.identity();
        Identity {
            org_id: who.org_id,
            org_kind: OrgKind::Practice,
            user_id: who.user_id,
            username: who.username,
            api_version: who.api_version,
        }
    }

    fn now(&self) -> String {
        self.state.now().to_owned()
    }

    fn log(&self, _: Level, message: &str) {
        self.log.borrow_mut().push(message.to_owned());
    }

    fn find(&self, what: &Lookup) -> Result<Vec<Record>, ReadError> {
        if what.finds_nothing() {
            return Ok(vec![]);
        }
        let lookup = self.admit(|gate| gate.lookup(convert::lookup(what.clone())))?;
        let found = self.state.find(&lookup);
        let handed_over = self.gate.borrow_mut().records(found.clone(), Origin::View);
        let found = handed_over.and(found).map_err(read_error)?;
        Ok(found.into_iter().map(Record).collect())
    }

    fn find_all(&self, what: &[Lookup]) -> Vec<Result<Vec<Record>, ReadError>> {
        what.iter().map(|what| self.find(what)).collect()
    }

    fn count(&self, object: &str, conditions: &[Condition]) -> Result<u64, ReadError> {
        let mut lookup = Lookup::of(object);
        lookup.conditions = conditions.to_vec();
        let lookup = self.admit(|gate| gate.lookup(convert::lookup(lookup)))?;
        let found = self.state.find(&lookup);
        let count = self.gate.borrow_mut().answered(found).map_err(read_error)?;
        Ok(count.len() as u64)
    }

    fn query(&self, soql: &str, binds: &[Field]) -> Result<Vec<Json>, ReadError> {
        self.admit(|gate| gate.query(soql, convert::fields(binds.to_vec())))?;
        let found = self.state.query(soql);
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
        let answer = self.state.describe_object(object, &named);
        let answer = answer.map(BTreeMap::from_iter);
        self.json(answer, Origin::Org, |all: &BTreeMap<_, _>| json!(all))
    }

    fn get_settings(&self, name: &str) -> Result<Record, ReadError> {
        self.admit(|gate| gate.settings(name))?;
        let settings = self.state.settings(name).map(Record);
        self.json(settings, Origin::View, |settings| json!(settings.0))
    }

    fn list_components(&self, kind: &str) -> Result<Vec<ListedComponent>, ReadError> {
        self.admit(|gate| gate.components(kind))?;
        let listed = self.state.components(kind).map(|all| {
            let listed = all.into_iter().map(|one| ListedComponent {
                full_name: one.full_name,
                id: Value::from_json(&one.id).unwrap_or_default(),
            });
            listed.collect()
        });
        self.json(listed, Origin::View, |listed: &Vec<_>| {
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
        let (name, _) = self.admit(|gate| gate.component(asked, along))?;
        let content = self.state.component(&name).map(|content| match content {
            Some(Json::Object(elements)) => Some(Content(elements)),
            _ => None,
        });
        self.json(content, Origin::View, |content| json!(content))
    }

    fn get(&self, path: &ResourcePath) -> Result<Json, ReadError> {
        let path = self.admit(|gate| gate.resource(convert::resource_path(path.clone())))?;
        let answer = self.state.resource(&path);
        self.json(answer, Origin::Org, Json::clone)
    }
}
