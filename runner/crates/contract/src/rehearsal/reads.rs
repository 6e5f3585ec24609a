//! The state of an org behind the port of reads. Every answer is there at once.

use std::future::ready;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::operation::{ComponentName, Condition, Field, Lookup, ResourcePath};
use crate::read::{Answer, Boxed, Reads, Record};
use crate::rehearsal::state::State;

fn now<'a, T: Send + 'a>(answer: T) -> Boxed<'a, T> {
    Box::pin(ready(answer))
}

impl Reads for State {
    fn find_all(&self, lookups: Vec<Lookup>) -> Boxed<'_, Vec<Answer<Vec<Record>>>> {
        now(lookups.iter().map(|what| self.find(what)).collect())
    }

    fn count(&self, object: String, conditions: Vec<Condition>) -> Boxed<'_, Answer<u64>> {
        let fields = Vec::new();
        let found = self.find(&Lookup {
            object,
            fields,
            conditions,
        });
        now(found.map(|found| found.len() as u64))
    }

    fn query(&self, soql: String, _: Vec<Field>) -> Boxed<'_, Answer<Vec<Record>>> {
        now(State::query(self, &soql))
    }

    fn describe_object(&self, object: String, fields: Vec<String>) -> Boxed<'_, Answer<Arc<str>>> {
        let described = State::describe_object(self, &object, &fields);
        now(described.map(|described| Json::Object(described).to_string().into()))
    }

    fn get_settings(&self, name: String) -> Boxed<'_, Answer<Json>> {
        now(self.settings(&name).map(Json::Object))
    }

    fn list_components(&self, kind: String) -> Boxed<'_, Answer<Json>> {
        let listed = self.components(&kind);
        now(listed.map(|all| all.into_iter().map(Json::from).collect()))
    }

    fn read_component(
        &self,
        name: ComponentName,
        _: Vec<ComponentName>,
    ) -> Boxed<'_, Answer<Json>> {
        now(self
            .component(&name)
            .map(|content| content.unwrap_or(Json::Null)))
    }

    fn get(&self, path: ResourcePath) -> Boxed<'_, Answer<Json>> {
        now(self.resource(&path))
    }
}
