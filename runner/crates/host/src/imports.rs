//! The functions that a plugin may call, as the contract has them. Each converts the contract's types, has the read
//! checked, asks the port and hands the answer over.

use std::sync::Arc;

use serde_json::Value;

use usher_contract::gate::{Gate, Origin};
use usher_contract::operation::Lookup;
use usher_contract::read::{Answer, OrgKind, Reads};

use crate::bindings::usher::step::{context, log, org, types};
use crate::convert::{self, read_error};
use crate::log::{Level, Source};
use crate::reading::Reading;
use crate::state::State;

impl State {
    /// The way to the org. A plugin that describes itself has none: a description that depends on anything could not be
    /// compared with the manifest.
    fn reading(&mut self, function: &str) -> wasmtime::Result<&mut Reading> {
        self.reading
            .as_mut()
            .ok_or_else(|| wasmtime::Error::msg(format!("`describe` called `{function}`")))
    }

    /// Counts and checks one read. Returns the read that the port may be asked.
    fn admit<T>(
        &mut self,
        function: &str,
        check: impl FnOnce(&mut Gate) -> Answer<T>,
    ) -> wasmtime::Result<Answer<(Arc<dyn Reads>, T)>> {
        let reading = self.reading(function)?;
        let gate = &mut reading.gate;
        let admitted = gate.count().and_then(|()| check(gate));
        Ok(admitted.map(|what| (reading.org.clone(), what)))
    }

    /// Hands JSON over to the plugin.
    fn json(&mut self, answer: Answer<Value>, origin: Origin) -> Read<String> {
        let gate = &mut self.reading("org")?.gate;
        Ok(gate.json(answer, origin).map_err(read_error))
    }

    async fn find_each(
        &mut self,
        lookups: Vec<types::Lookup>,
    ) -> wasmtime::Result<Vec<Answer<String>>> {
        let mut answers = Vec::with_capacity(lookups.len());
        let mut asked: Vec<Lookup> = Vec::new();
        for what in lookups {
            let admitted = self.admit("org.find", |gate| gate.lookup(convert::lookup(what)))?;
            // Each read keeps its place until the answers have come.
            answers.push(admitted.map(|(_, lookup)| {
                asked.push(lookup);
                String::new()
            }));
        }
        let reading = self.reading("org.find-all")?;
        if asked.is_empty() {
            return Ok(answers);
        }
        let count = asked.len();
        let org = reading.org.clone();
        let found = self.own.asking(org.find_all(asked)).await;
        let reading = self.reading("org.find-all")?;
        if found.len() != count {
            let message = format!("{count} lookups got {} answers", found.len());
            return Err(wasmtime::Error::msg(message));
        }
        let places = answers.iter_mut().filter(|answer| answer.is_ok());
        for (place, records) in places.zip(found) {
            *place = reading.gate.records(records, Origin::View);
        }
        Ok(answers)
    }
}

impl types::Host for State {}

impl context::Host for State {
    async fn who(&mut self) -> wasmtime::Result<context::Identity> {
        let identity = &self.reading("context.who")?.identity;
        Ok(context::Identity {
            org_id: identity.org_id.clone(),
            org_kind: match identity.org_kind {
                OrgKind::Production => context::OrgKind::Production,
                OrgKind::Sandbox => context::OrgKind::Sandbox,
                OrgKind::Scratch => context::OrgKind::Scratch,
                OrgKind::Trial => context::OrgKind::Trial,
                OrgKind::Practice => context::OrgKind::Practice,
            },
            user_id: identity.user_id.clone(),
            username: identity.username.clone(),
            api_version: identity.api_version.clone(),
        })
    }

    async fn now(&mut self) -> wasmtime::Result<String> {
        Ok(self.reading("context.now")?.now.clone())
    }
}

impl log::Host for State {
    async fn emit(&mut self, level: log::Level, message: String) -> wasmtime::Result<()> {
        if self.reading.is_none() {
            return Err(wasmtime::Error::msg("`describe` called `log.emit`"));
        }
        let level = match level {
            log::Level::Trace => Level::Trace,
            log::Level::Debug => Level::Debug,
            log::Level::Info => Level::Info,
            log::Level::Warn => Level::Warn,
            log::Level::Error => Level::Error,
        };
        self.log.push(Source::Log, level, &message);
        Ok(())
    }
}

/// The answer to one read in the contract's words.
type Read<T> = wasmtime::Result<Result<T, org::ReadError>>;

impl org::Host for State {
    async fn find(&mut self, what: org::Lookup) -> Read<String> {
        let mut answers = self.find_each(vec![what]).await?;
        let answer = answers.pop().expect("one lookup has one answer");
        Ok(answer.map_err(read_error))
    }

    async fn find_all(
        &mut self,
        what: Vec<org::Lookup>,
    ) -> wasmtime::Result<Vec<Result<String, org::ReadError>>> {
        let answers = self.find_each(what).await?.into_iter();
        Ok(answers.map(|answer| answer.map_err(read_error)).collect())
    }

    async fn count(&mut self, object: String, conditions: Vec<org::Condition>) -> Read<u64> {
        let what = types::Lookup {
            object,
            fields: Vec::new(),
            conditions,
        };
        let admitted = self.admit("org.count", |gate| gate.lookup(convert::lookup(what)))?;
        let count = match admitted {
            Ok((org, lookup)) => {
                self.own
                    .asking(org.count(lookup.object, lookup.conditions))
                    .await
            }
            Err(error) => Err(error),
        };
        let gate = &mut self.reading("org.count")?.gate;
        Ok(gate.answered(count).map_err(read_error))
    }

    async fn query(&mut self, soql: String, binds: Vec<org::Field>) -> Read<String> {
        let admitted = self.admit("org.query", |gate| {
            gate.query(&soql, convert::fields(binds))
        })?;
        let records = match admitted {
            Ok((org, binds)) => self.own.asking(org.query(soql, binds)).await,
            Err(error) => Err(error),
        };
        let gate = &mut self.reading("org.query")?.gate;
        let answer = gate.records(records, Origin::Org);
        Ok(answer.map_err(read_error))
    }

    async fn describe_object(&mut self, object: String, fields: Vec<String>) -> Read<String> {
        let admitted = self.admit("org.describe-object", |gate| {
            gate.describe(&object, &fields)
        })?;
        let description = match admitted {
            Ok((org, ())) => self.own.asking(org.describe_object(object, fields)).await,
            Err(error) => Err(error),
        };
        let gate = &mut self.reading("org.describe-object")?.gate;
        Ok(gate.text(description).map_err(read_error))
    }

    async fn get_settings(&mut self, settings: String) -> Read<String> {
        let admitted = self.admit("org.get-settings", |gate| gate.settings(&settings))?;
        let values = match admitted {
            Ok((org, ())) => self.own.asking(org.get_settings(settings)).await,
            Err(error) => Err(error),
        };
        self.json(values, Origin::View)
    }

    async fn list_components(&mut self, kind: String) -> Read<String> {
        let admitted = self.admit("org.list-components", |gate| gate.components(&kind))?;
        let list = match admitted {
            Ok((org, ())) => self.own.asking(org.list_components(kind)).await,
            Err(error) => Err(error),
        };
        self.json(list, Origin::View)
    }

    async fn read_component(
        &mut self,
        component: org::ComponentName,
        companions: Vec<org::ComponentName>,
    ) -> Read<String> {
        let component = convert::component_name(component);
        let companions = usher_contract::convert::each(companions, convert::component_name);
        let admitted = self.admit("org.read-component", |gate| {
            gate.component(component, companions)
        })?;
        let content = match admitted {
            Ok((org, (component, companions))) => {
                self.own
                    .asking(org.read_component(component, companions))
                    .await
            }
            Err(error) => Err(error),
        };
        self.json(content, Origin::View)
    }

    async fn get(&mut self, path: org::ResourcePath) -> Read<String> {
        let path = convert::resource_path(path);
        let admitted = self.admit("org.get", |gate| gate.resource(path))?;
        let body = match admitted {
            Ok((org, path)) => self.own.asking(org.get(path)).await,
            Err(error) => Err(error),
        };
        self.json(body, Origin::Org)
    }
}

#[cfg(test)]
mod tests;
