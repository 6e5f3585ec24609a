//! The last that a run knew of the records, settings and components that it changed: what it sent, what it saw
//! Salesforce make of that, and, while the run is undone, what has been undone by then. Fields that the run never set
//! are left out.

use std::collections::BTreeMap;

use serde_json::Value;
use usher_contract::change::{Change, Consequence, Effect, Wait};
use usher_contract::known::Known;
use usher_contract::name::fold;
use usher_contract::operation::{
    Check, ComponentName, ConfigureSettings, CreateRecord, DeleteRecord, DeployComponents, Field,
    Finding, Lookup, Operation, Probe, UpdateRecord,
};
use usher_contract::read::Record;
use usher_contract::value::{Reference, Scalar, Token, Unit};

use crate::component::{Content, content, label, overlay};
use crate::plan::{PlannedStep, record_key};
use crate::run::event::{ChangeKey, Outcome, Verdict};
use crate::run::state::{ChangeState, RunState};

/// The owner of fields.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Of {
    Record(String),
    Settings(String),
}

/// A field, as the run spells it.
#[derive(Clone, Debug)]
struct Entry {
    name: String,
    /// `None`: the run does not know it.
    value: Option<Value>,
}

/// The last that a run knew.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// By the folded name of the field.
    fields: BTreeMap<Of, BTreeMap<String, Entry>>,
    /// `SharingSet/Partners` → its content; `None` where the org does not have it.
    components: BTreeMap<String, Option<Content>>,
}

impl Ledger {
    /// Returns the ledger at the end of the run.
    pub(super) fn of(run: &RunState) -> Self {
        let mut ledger = Self::default();
        let known = Known(&run.bindings);
        for step in run.steps() {
            let unit = step.unit();
            for change in &step.plan.changes {
                let Some(ChangeState::Settled(outcome)) = run.change(&unit, &change.address) else {
                    continue;
                };
                if outcome.acted().is_some() {
                    ledger.was_there(run, step, change);
                    let id = unit.binds(&change.address, "id");
                    ledger.apply(&change.operation, &id, &known);
                    let is_done = matches!(outcome, Outcome::Done { .. });
                    for wait in &change.waits {
                        ledger.waited(wait, &change.operation, &id, is_done, &known);
                    }
                }
            }
            for effect in &step.plan.effects {
                if run.verdict(&unit, &effect.address) == Some(&Verdict::Held) {
                    ledger.seen(effect, &unit, &known);
                }
            }
        }
        ledger
    }

    /// Enters an operation. `id`: the token of the record that it makes.
    pub(super) fn apply(&mut self, operation: &Operation, id: &Token, known: &Known<'_>) {
        match operation {
            Operation::Create(CreateRecord { fields, .. }) => {
                if let Some(of) = record(&given(id), known) {
                    self.set(of, fields, known);
                }
            }
            Operation::Update(UpdateRecord { id, fields, .. }) => {
                if let Some(of) = record(id, known) {
                    self.set(of, fields, known);
                }
            }
            Operation::Delete(DeleteRecord { id, .. }) => {
                if let Some(of) = record(id, known) {
                    self.fields.remove(&of);
                }
            }
            Operation::Configure(ConfigureSettings { settings, fields }) => {
                self.set(Of::Settings(settings.clone()), fields, known);
            }
            Operation::Deploy(deploy) => self.deploy(deploy, known),
            Operation::Request(_) | Operation::WaitOnly(_) => {}
        }
    }

    /// Returns all that is known of the record of that id.
    pub(crate) fn record(&self, id: &Scalar) -> Record {
        let of = Of::Record(record_key(id));
        let entries = self.fields.get(&of).into_iter().flat_map(BTreeMap::values);
        let known = entries.filter_map(|entry| Some((entry.name.clone(), entry.value.clone()?)));
        known.collect()
    }

    /// Returns what is known of those fields of a record.
    pub(crate) fn of_record(&self, id: &Scalar, fields: &[Field]) -> Record {
        self.named(&Of::Record(record_key(id)), fields)
    }

    /// Returns what is known of those fields of settings.
    pub(crate) fn of_settings(&self, settings: &str, fields: &[Field]) -> Record {
        self.named(&Of::Settings(settings.to_owned()), fields)
    }

    /// Returns the component: its content, or `Some(None)` where the org does not have it; `None` where the run does
    /// not know.
    pub(crate) fn component(&self, label: &str) -> Option<Option<&Content>> {
        self.components.get(label).map(Option::as_ref)
    }

    fn named(&self, of: &Of, fields: &[Field]) -> Record {
        let known = fields.iter().filter_map(|field| {
            let entry = self.fields.get(of)?.get(&fold(&field.name))?;
            Some((field.name.clone(), entry.value.clone()?))
        });
        known.collect()
    }

    fn set(&mut self, of: Of, fields: &[Field], known: &Known<'_>) {
        let entries = self.fields.entry(of).or_default();
        for field in fields {
            let entry = Entry {
                name: field.name.clone(),
                value: known.value(&field.value).ok(),
            };
            entries.insert(fold(&field.name), entry);
        }
    }

    /// Enters a value that was seen of a field, if the run has set the field before.
    fn learn(&mut self, of: &Of, name: &str, value: Option<Value>) {
        let entries = self.fields.get_mut(of);
        if let Some(entry) = entries.and_then(|entries| entries.get_mut(&fold(name))) {
            entry.value = value;
        }
    }

    fn deploy(&mut self, deploy: &DeployComponents, known: &Known<'_>) {
        for component in &deploy.components {
            let deployed = known.json(&Value::Object(content(component)));
            if let Some(label) = label_of(&component.name, known)
                && let Ok(Value::Object(deployed)) = deployed
            {
                let there = self.components.get(&label).and_then(Option::as_ref);
                let content = overlay(&component.name.kind, there, &deployed);
                self.components.insert(label, Some(content));
            }
        }
        for name in &deploy.removals {
            if let Some(label) = label_of(name, known) {
                self.components.insert(label, None);
            }
        }
    }

    /// Enters the components that a change is about, as the run found them.
    fn was_there(&mut self, run: &RunState, step: &PlannedStep, change: &Change) {
        let key = ChangeKey::new(&step.unit(), &change.address);
        let before = run.before.get(&key);
        let before = before.or_else(|| step.before.get(&change.address));
        if change.operation.of::<DeployComponents>().is_none() {
            return;
        }
        for (label, content) in before.into_iter().flatten() {
            let found = content.as_object().cloned();
            self.components.insert(label.clone(), found);
        }
    }

    /// Enters a wait for the record or settings that the change set. A wait that did not end well leaves what it looks
    /// at unknown.
    fn waited(
        &mut self,
        wait: &Wait,
        operation: &Operation,
        id: &Token,
        is_done: bool,
        known: &Known<'_>,
    ) {
        let Finding::Holds(checks) = &wait.until else {
            return;
        };
        let of = match (&wait.look, operation) {
            (Probe::Records(lookup), Operation::Create(CreateRecord { object, .. })) => {
                self.looked_at(lookup, object, &given(id), known)
            }
            (Probe::Records(lookup), Operation::Update(UpdateRecord { object, id, .. })) => {
                self.looked_at(lookup, object, id, known)
            }
            (Probe::Settings(settings), _) => Some(Of::Settings(settings.clone())),
            _ => None,
        };
        let Some(of) = of else {
            return;
        };
        for Check { at, any_of } in checks {
            let value = match any_of.as_slice() {
                [value] if is_done => known.value(value).ok(),
                _ => None,
            };
            self.learn(&of, at, value);
        }
    }

    /// Returns the change's own record, when the lookup finds that one: each of its conditions is met by the record's
    /// id or by what is known of it.
    fn looked_at(
        &self,
        lookup: &Lookup,
        object: &str,
        id: &Scalar,
        known: &Known<'_>,
    ) -> Option<Of> {
        let of = record(id, known)?;
        let id = known.scalar(id).ok()?;
        let entries = self.fields.get(&of)?;
        let conditions = known.conditions(&lookup.conditions).ok()?;
        let is_met = conditions.iter().all(|condition| {
            let held = match fold(&condition.field).as_str() {
                "id" => Some(id.clone()),
                name => entries
                    .get(name)
                    .and_then(|entry| Scalar::from_json(entry.value.as_ref()?)),
            };
            held.is_some_and(|held| {
                let mut wanted = condition.any_of.iter();
                wanted.any(|wanted| held.found_by(&condition.field, wanted))
            })
        });
        (fold(&lookup.object) == fold(object) && is_met).then_some(of)
    }

    /// Enters an effect that was seen.
    fn seen(&mut self, effect: &Effect, unit: &Unit, known: &Known<'_>) {
        let (of, fields) = match &effect.consequence {
            Consequence::Appears { id, fields, .. } => {
                let own = given(&unit.binds(&effect.address, "id"));
                let id = if *id == Scalar::Nothing { &own } else { id };
                (record(id, known), fields)
            }
            Consequence::Alters { id, fields, .. } => (record(id, known), fields),
            Consequence::Configures { settings, fields } => {
                (Some(Of::Settings(settings.clone())), fields)
            }
            Consequence::Disappears { id, .. } => {
                if let Some(of) = record(id, known) {
                    self.fields.remove(&of);
                }
                return;
            }
            Consequence::Opens { .. }
            | Consequence::Takes { .. }
            | Consequence::Mails { .. }
            | Consequence::Other => return,
        };
        if let Some(of) = of {
            for field in fields {
                self.learn(&of, &field.name, known.value(&field.value).ok());
            }
        }
    }
}

fn given(token: &Token) -> Scalar {
    Scalar::Reference(Reference::Given(token.clone()))
}

fn record(id: &Scalar, known: &Known<'_>) -> Option<Of> {
    let id = known.scalar(id).ok()?;
    Some(Of::Record(record_key(&id)))
}

fn label_of(name: &ComponentName, known: &Known<'_>) -> Option<String> {
    label(&ComponentName {
        kind: name.kind.clone(),
        full_name: known.scalar(&name.full_name).ok()?,
    })
}
