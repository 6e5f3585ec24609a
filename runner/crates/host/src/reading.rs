//! What stands between a plugin and the org: every read is counted, checked against the manifest and
//! against the references that were handed over, and only then asked. What is refused is a value that
//! the plugin sees, never a trap; what was not declared is kept for the report too.

use std::sync::Arc;

use serde_json::Value;

use usher_core::lookup;
use usher_core::manifest::{Manifest, Undeclared};
use usher_core::operation::{Condition, Field, Lookup, ResourcePath};
use usher_core::read::{Identity, ReadError, Record};
use usher_core::value::Scalar;

use crate::fault::Fault;
use crate::handed::Handed;
use crate::limit::Limits;
use crate::name;
use crate::org::{Answer, Org};
use crate::soql;

/// One call's way to the org.
pub(crate) struct Reading {
    pub(crate) manifest: Arc<Manifest>,
    pub(crate) identity: Identity,
    pub(crate) now: String,
    pub(crate) org: Arc<dyn Org>,
    pub(crate) handed: Handed,
    pub(crate) denied: Vec<Undeclared>,
    /// How many reads were asked for, the refused ones included.
    pub(crate) reads: usize,
    rows: usize,
    limits: Limits,
}

/// Whether an answer may hold references. Only what the view puts together does; in what the org itself
/// says, something that looks like one is the org's data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    View,
    Org,
}

impl Reading {
    pub(crate) fn new(
        manifest: Arc<Manifest>,
        identity: Identity,
        now: String,
        org: Arc<dyn Org>,
        limits: Limits,
    ) -> Self {
        Self {
            manifest,
            identity,
            now,
            org,
            handed: Handed::default(),
            denied: Vec::new(),
            reads: 0,
            rows: 0,
            limits,
        }
    }

    /// Counts one read.
    pub(crate) fn count(&mut self) -> Answer<()> {
        self.reads += 1;
        if self.reads > self.limits.reads {
            return Err(ReadError::TooMuch(format!(
                "more than {} reads in one call",
                self.limits.reads
            )));
        }
        Ok(())
    }

    /// A lookup that may be asked.
    pub(crate) fn lookup(&mut self, lookup: Result<Lookup, Fault>) -> Answer<Lookup> {
        let lookup = lookup.map_err(refused)?;
        lookup::check(&lookup).map_err(ReadError::TooMuch)?;
        self.conditions(&lookup.conditions)?;
        let declared = self.manifest.declares_lookup(&lookup);
        self.declared(declared, || {
            let mut fields: Vec<&str> = lookup
                .fields
                .iter()
                .chain(lookup.conditions.iter().map(|condition| &condition.field))
                .map(String::as_str)
                .filter(|field| !field.eq_ignore_ascii_case("Id"))
                .collect();
            fields.sort_unstable();
            fields.dedup();
            format!(r#""records": {{"{}": {}}}"#, lookup.object, json(&fields))
        })?;
        Ok(lookup)
    }

    /// Conditions that may be asked.
    fn conditions(&self, conditions: &[Condition]) -> Answer<()> {
        self.scalars(conditions.iter().flat_map(|condition| &condition.any_of))
    }

    pub(crate) fn scalars<'a>(&self, scalars: impl Iterator<Item = &'a Scalar>) -> Answer<()> {
        for scalar in scalars {
            self.handed.allows_in_read(scalar).map_err(refused)?;
        }
        Ok(())
    }

    /// Free SOQL that may be asked.
    pub(crate) fn query(
        &mut self,
        soql: &str,
        binds: Result<Vec<Field>, Fault>,
    ) -> Answer<Vec<Field>> {
        let binds = binds.map_err(refused)?;
        self.scalars(binds.iter().map(|bind| &bind.value))?;
        let objects = soql::objects(soql).map_err(|why| ReadError::Denied(why.to_owned()))?;
        for object in &objects {
            let declared = self.manifest.declares_query(object);
            self.declared(declared, || format!(r#""queries": {}"#, json(&[object])))?;
        }
        Ok(binds)
    }

    pub(crate) fn describe(&mut self, object: &str) -> Answer<()> {
        let declared = self.manifest.declares_describe(object);
        self.declared(declared, || format!(r#""describes": {}"#, json(&[object])))
    }

    pub(crate) fn settings(&mut self, name: &str) -> Answer<()> {
        let declared = self.manifest.declares_settings(name);
        self.declared(declared, || format!(r#""settings": {}"#, json(&[name])))
    }

    pub(crate) fn components(&mut self, kind: &str) -> Answer<()> {
        let declared = self.manifest.declares_components(kind);
        self.declared(declared, || format!(r#""components": {}"#, json(&[kind])))
    }

    pub(crate) fn resource(&mut self, path: &ResourcePath) -> Answer<()> {
        self.scalars(path.segments.iter())?;
        self.scalars(path.query.iter().map(|field| &field.value))?;
        let declared = self.manifest.declares_resource(path);
        self.declared(declared, || {
            format!(r#""resources": {}"#, json(&[&name::path(path)]))
        })
    }

    /// Records as the plugin gets them.
    pub(crate) fn records(
        &mut self,
        answer: Answer<Vec<Record>>,
        origin: Origin,
    ) -> Answer<String> {
        let records = self.answered(answer)?;
        self.rows = self.rows.saturating_add(records.len());
        if self.rows > self.limits.rows {
            return Err(ReadError::TooMuch(format!(
                "more than {} rows in one call",
                self.limits.rows
            )));
        }
        self.hand_over(
            &Value::Array(records.into_iter().map(Value::Object).collect()),
            origin,
        )
    }

    /// JSON as the plugin gets it.
    pub(crate) fn json(&mut self, answer: Answer<Value>, origin: Origin) -> Answer<String> {
        let json = self.answered(answer)?;
        self.hand_over(&json, origin)
    }

    /// Notes what a read that has no answer waits for.
    pub(crate) fn answered<T>(&mut self, answer: Answer<T>) -> Answer<T> {
        if let Err(ReadError::Pending { token, .. }) = &answer {
            self.handed.note_pending(token);
        }
        answer
    }

    fn hand_over(&mut self, json: &Value, origin: Origin) -> Answer<String> {
        let text = json.to_string();
        if text.len() > self.limits.host_call_bytes {
            return Err(ReadError::TooMuch(format!(
                "an answer of {} bytes is larger than {}",
                text.len(),
                self.limits.host_call_bytes
            )));
        }
        if origin == Origin::View {
            self.handed.note(json);
        }
        Ok(text)
    }

    /// Refuses what is not declared with the words that would declare it.
    fn declared(
        &mut self,
        declared: Result<(), Undeclared>,
        to_declare: impl FnOnce() -> String,
    ) -> Answer<()> {
        let Err(undeclared) = declared else {
            return Ok(());
        };
        let text = format!(
            "{undeclared}; to declare it, add to `reads` in the manifest: {}",
            to_declare()
        );
        if !self.denied.contains(&undeclared) {
            self.denied.push(undeclared);
        }
        Err(ReadError::Denied(text))
    }
}

/// What is wrong with a read itself, whatever the manifest says.
pub(crate) fn refused(fault: Fault) -> ReadError {
    ReadError::Denied(fault.to_string())
}

fn json(names: &[&str]) -> String {
    serde_json::json!(names).to_string()
}
