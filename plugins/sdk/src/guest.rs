//! The part that works in a component only: the org as Usher answers, and one call of a planner.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use crate::bindings::usher::step::{context, log, org};
use crate::{
    ComponentName, Condition, Content, Failure, Field, Identity, Level, ListedComponent, Lookup,
    Org, ReadError, Record, ResourcePath, StepPlan,
};

/// Parses the input and calls the planner. Meant for [`crate::export`].
///
/// # Errors
///
/// The planner's own; an input that does not fit its type is the plugin's fault, since Usher has checked
/// it against the schema.
pub fn plan<I: DeserializeOwned>(
    input: &str,
    plan: fn(I, &dyn Org) -> Result<StepPlan, Failure>,
) -> Result<StepPlan, Failure> {
    log_panics();
    match serde_json::from_str(input) {
        Ok(input) => plan(input, &Host),
        Err(error) => Err(Failure::Broken(format!(
            "the input does not fit the plugin, though it fits its schema: {error}"
        ))),
    }
}

/// Calls the planner of a plugin. Meant for [`crate::plugin`].
///
/// # Errors
///
/// The planner's own.
pub fn call(plan: impl FnOnce(&dyn Org) -> Result<StepPlan, Failure>) -> Result<StepPlan, Failure> {
    log_panics();
    plan(&Host)
}

/// Logs the message and the place of a panic. Nothing can be caught with `panic = "abort"`, but the message need not be
/// lost in the trap.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        log::emit(Level::Error, &panic.to_string())
    }));
}

/// The org, as Usher answers.
struct Host;

impl Org for Host {
    fn who(&self) -> Identity {
        context::who()
    }

    fn now(&self) -> String {
        context::now()
    }

    fn log(&self, level: Level, message: &str) {
        log::emit(level, message);
    }

    fn find(&self, what: &Lookup) -> Result<Vec<Record>, ReadError> {
        if what.finds_nothing() {
            return Ok(vec![]);
        }
        parsed(&org::find(what)?)
    }

    fn find_all(&self, what: &[Lookup]) -> Vec<Result<Vec<Record>, ReadError>> {
        let asked: Vec<Lookup> = what
            .iter()
            .filter(|what| !what.finds_nothing())
            .cloned()
            .collect();
        let mut answers = org::find_all(&asked).into_iter();
        what.iter()
            .map(|what| {
                if what.finds_nothing() {
                    return Ok(vec![]);
                }
                match answers.next() {
                    Some(answer) => parsed(&answer?),
                    None => Err(ReadError::Unavailable("a lookup got no answer".to_owned())),
                }
            })
            .collect()
    }

    fn count(&self, object: &str, conditions: &[Condition]) -> Result<u64, ReadError> {
        org::count(object, conditions)
    }

    fn query(&self, soql: &str, binds: &[Field]) -> Result<Vec<Json>, ReadError> {
        parsed(&org::query(soql, binds)?)
    }

    fn describe_object(
        &self,
        object: &str,
        fields: &[&str],
    ) -> Result<BTreeMap<String, Json>, ReadError> {
        let fields: Vec<String> = fields.iter().map(|&field| field.to_owned()).collect();
        parsed(&org::describe_object(object, &fields)?)
    }

    fn get_settings(&self, name: &str) -> Result<Record, ReadError> {
        parsed(&org::get_settings(name)?)
    }

    fn list_components(&self, kind: &str) -> Result<Vec<ListedComponent>, ReadError> {
        parsed(&org::list_components(kind)?)
    }

    fn read_component(
        &self,
        name: &ComponentName,
        companions: &[ComponentName],
    ) -> Result<Option<Content>, ReadError> {
        parsed(&org::read_component(name, companions)?)
    }

    fn get(&self, path: &ResourcePath) -> Result<Json, ReadError> {
        parsed(&org::get(path)?)
    }
}

fn parsed<T: DeserializeOwned>(json: &str) -> Result<T, ReadError> {
    serde_json::from_str(json)
        .map_err(|error| ReadError::Unavailable(format!("the answer is not as agreed: {error}")))
}
