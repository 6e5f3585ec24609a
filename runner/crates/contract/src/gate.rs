//! The gate between a plugin and the org: every read is counted, checked against the manifest and against the
//! references that were handed over, and only then asked. A refusal is a value that the plugin sees, never a trap.
//! Reads that were not declared are also kept for the report.

use std::sync::Arc;

use serde_json::Value;

use crate::fault::Fault;
use crate::form::{self, METADATA_TYPE, OBJECT, SETTINGS};
use crate::handed::Handed;
use crate::limit;
use crate::lookup;
use crate::manifest::{Manifest, Undeclared};
use crate::name;
use crate::operation::{ComponentName, Field, Lookup, ResourcePath};
use crate::read::{Answer, ReadError, Record};
use crate::soql;
use crate::text;
use crate::used::Used;
use crate::value::Scalar;

/// The reads of one plugin call.
#[derive(Debug)]
pub struct Gate {
    manifest: Arc<Manifest>,
    handed: Handed,
    denied: Vec<Undeclared>,
    reads: usize,
    rows: usize,
    bounds: Bounds,
    /// `None` when the caller does not ask for them.
    used: Option<Used>,
    learns: bool,
}

/// The amounts that one plugin call may read.
#[derive(Clone, Debug)]
pub struct Bounds {
    pub reads: usize,
    /// Rows of all reads together.
    pub rows: usize,
    /// Bytes of one answer.
    pub bytes: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            reads: limit::READS_PER_CALL_MAX,
            rows: limit::ROWS_PER_CALL_MAX,
            bytes: limit::HOST_CALL_BYTES_MAX,
        }
    }
}

/// Says whether an answer may hold references. Only an answer that the view builds does. In an answer of the org
/// itself, something that looks like a reference is the org's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    View,
    Org,
}

impl Gate {
    /// The gate of one call.
    pub fn new(manifest: Arc<Manifest>, bounds: Bounds) -> Self {
        Self {
            manifest,
            handed: Handed::default(),
            denied: Vec::new(),
            reads: 0,
            rows: 0,
            bounds,
            used: None,
            learns: false,
        }
    }

    /// Lets reads pass that the manifest does not declare. They are noted as the others are, so that a test learns what
    /// a manifest must declare.
    #[must_use]
    pub fn learning(mut self) -> Self {
        self.learns = true;
        self
    }

    /// Notes the reads that are let pass.
    #[must_use]
    pub fn noting(mut self) -> Self {
        self.used = Some(Used::default());
        self
    }

    /// Takes the reads that were noted.
    pub fn take_used(&mut self) -> Option<Used> {
        self.used.take()
    }

    /// Notes the references in the input as the recipe gives it. Values from defaults are left out: no recipe handed
    /// over a token in a default.
    pub fn hand_in(&mut self, input: &Value) {
        self.handed.note(input);
        for (name, value) in input.as_object().into_iter().flatten() {
            self.handed.note_secrets(name, value);
        }
    }

    /// The references that the plugin has got so far.
    pub fn handed(&self) -> &Handed {
        &self.handed
    }

    /// Reads beyond the manifest that were refused, each once.
    pub fn denied(&self) -> &[Undeclared] {
        &self.denied
    }

    /// Returns the number of reads that were asked for, the refused ones included.
    pub fn reads(&self) -> usize {
        self.reads
    }

    /// Counts one read.
    pub fn count(&mut self) -> Answer<()> {
        self.reads += 1;
        if self.reads > self.bounds.reads {
            return Err(ReadError::TooMuch(format!(
                "more than {} reads in one call",
                self.bounds.reads
            )));
        }
        Ok(())
    }

    /// Checks a lookup, to find or to count records.
    pub fn lookup(&mut self, lookup: Result<Lookup, Fault>) -> Answer<Lookup> {
        let lookup = formed(lookup, form::lookup)?;
        lookup::check(&lookup).map_err(ReadError::TooMuch)?;
        let conditions = lookup.conditions.iter();
        self.scalars(conditions.flat_map(|condition| &condition.any_of))?;
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
        self.note(|used| used.lookup(&lookup));
        Ok(lookup)
    }

    /// Checks free SOQL and its binds. Returns the binds.
    pub fn query(&mut self, soql: &str, binds: Result<Vec<Field>, Fault>) -> Answer<Vec<Field>> {
        let binds = formed(binds, |binds| form::named(binds, name::result))?;
        self.scalars(binds.iter().map(|bind| &bind.value))?;
        let unbound = |name: &&&str| !binds.iter().any(|bind| bind.name == **name);
        if let Some(name) = soql::binds(soql).iter().find(unbound) {
            let known: Vec<String> = binds
                .iter()
                .map(|bind| format!("`{}`", bind.name))
                .collect();
            let known = match known.is_empty() {
                true => "the call gives no bind".to_owned(),
                false => format!("the call gives {}", known.join(", ")),
            };
            let name = text::shown(name);
            return Err(ReadError::Denied(format!(
                "the query names the bind `:{name}`; {known}"
            )));
        }
        let selected = soql::selected(soql).map_err(|why| ReadError::Denied(why.to_owned()))?;
        for select in &selected {
            let object = select.object;
            let declared = self.manifest.declares_query(object, &select.fields);
            self.declared(declared, || {
                let mut fields = select.fields.clone();
                fields.retain(|field| !field.eq_ignore_ascii_case("Id"));
                fields.sort_unstable();
                fields.dedup();
                format!(r#""queries": {{"{object}": {}}}"#, json(&fields))
            })?;
            self.note(|used| used.query(object, &select.fields));
        }
        Ok(binds)
    }

    /// Checks a description of an object and its fields.
    pub fn describe(&mut self, object: &str, fields: &[String]) -> Answer<()> {
        name::api(OBJECT, object).map_err(refused)?;
        let mut fields = fields.iter();
        fields
            .try_for_each(|field| name::field(field))
            .map_err(refused)?;
        let declared = self.manifest.declares_describe(object);
        self.declared(declared, || format!(r#""describes": {}"#, json(&[object])))?;
        self.note(|used| used.describe(object));
        Ok(())
    }

    /// Checks a read of settings.
    pub fn settings(&mut self, name: &str) -> Answer<()> {
        name::api(SETTINGS, name).map_err(refused)?;
        let declared = self.manifest.declares_settings(name);
        self.declared(declared, || format!(r#""settings": {}"#, json(&[name])))?;
        self.note(|used| used.settings(name));
        Ok(())
    }

    /// Checks a list of components.
    pub fn components(&mut self, kind: &str) -> Answer<()> {
        name::api(METADATA_TYPE, kind).map_err(refused)?;
        let declared = self.manifest.declares_components(kind);
        self.declared(declared, || format!(r#""components": {}"#, json(&[kind])))?;
        self.note(|used| used.components(kind));
        Ok(())
    }

    /// Checks a component, and the components whose parts it shall show.
    pub fn component(
        &mut self,
        component: Result<ComponentName, Fault>,
        companions: Result<Vec<ComponentName>, Fault>,
    ) -> Answer<(ComponentName, Vec<ComponentName>)> {
        let component = formed(component, form::component_name)?;
        let companions = formed(companions, |all| {
            all.iter().try_for_each(form::component_name)
        })?;
        for name in companions.iter().chain([&component]) {
            self.components(&name.kind)?;
            self.scalars([&name.full_name])?;
        }
        Ok((component, companions))
    }

    /// Checks a resource.
    pub fn resource(&mut self, path: Result<ResourcePath, Fault>) -> Answer<ResourcePath> {
        let path = formed(path, form::resource_path)?;
        self.scalars(&path.segments)?;
        self.scalars(path.query.iter().map(|field| &field.value))?;
        let declared = self.manifest.declares_resource(&path);
        self.declared(declared, || {
            format!(r#""resources": {}"#, json(&[&name::path(&path)]))
        })?;
        self.note(|used| used.resource(&path));
        Ok(path)
    }

    /// Returns records as the plugin gets them.
    pub fn records(&mut self, answer: Answer<Vec<Record>>, origin: Origin) -> Answer<String> {
        let records = self.answered(answer)?;
        self.rows = self.rows.saturating_add(records.len());
        if self.rows > self.bounds.rows {
            return Err(ReadError::TooMuch(format!(
                "more than {} rows in one call",
                self.bounds.rows
            )));
        }
        let records = records.into_iter().map(Value::Object).collect();
        self.hand_over(&Value::Array(records), origin)
    }

    /// Returns JSON as the plugin gets it.
    pub fn json(&mut self, answer: Answer<Value>, origin: Origin) -> Answer<String> {
        let json = self.answered(answer)?;
        self.hand_over(&json, origin)
    }

    /// Notes the token that a read without an answer waits for.
    pub fn answered<T>(&mut self, answer: Answer<T>) -> Answer<T> {
        if let Err(ReadError::Pending { token, .. }) = &answer {
            self.handed.note_pending(token);
        }
        answer
    }

    /// Returns JSON of the org itself as the plugin gets it.
    pub fn text(&mut self, answer: Answer<Arc<str>>) -> Answer<String> {
        let text = self.answered(answer)?;
        self.fits(&text)?;
        Ok(String::from(&*text))
    }

    fn hand_over(&mut self, json: &Value, origin: Origin) -> Answer<String> {
        let text = json.to_string();
        self.fits(&text)?;
        if origin == Origin::View {
            self.handed.note(json);
        }
        Ok(text)
    }

    /// Refuses an answer that is too large for one.
    fn fits(&self, text: &str) -> Answer<()> {
        if text.len() <= self.bounds.bytes {
            return Ok(());
        }
        Err(ReadError::TooMuch(format!(
            "an answer of {} bytes is larger than {}",
            text.len(),
            self.bounds.bytes
        )))
    }

    fn scalars<'a>(&self, scalars: impl IntoIterator<Item = &'a Scalar>) -> Answer<()> {
        let mut scalars = scalars.into_iter();
        scalars
            .try_for_each(|scalar| self.handed.allows_in_read(scalar))
            .map_err(refused)
    }

    fn note(&mut self, note: impl FnOnce(&mut Used)) {
        if let Some(used) = &mut self.used {
            note(used);
        }
    }

    /// Refuses a read that is not declared, with the lines that would declare it.
    fn declared(
        &mut self,
        declared: Result<(), Undeclared>,
        to_declare: impl FnOnce() -> String,
    ) -> Answer<()> {
        let undeclared = match declared {
            Err(undeclared) if !self.learns => undeclared,
            _ => return Ok(()),
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

/// Returns what a plugin asks for, when its form is right.
fn formed<T>(asked: Result<T, Fault>, check: impl FnOnce(&T) -> Result<(), Fault>) -> Answer<T> {
    let asked = asked.map_err(refused)?;
    check(&asked).map_err(refused)?;
    Ok(asked)
}

/// Refuses a read that is wrong in itself, whatever the manifest says.
fn refused(fault: Fault) -> ReadError {
    ReadError::Denied(fault.to_string())
}

fn json(names: &[&str]) -> String {
    serde_json::json!(names).to_string()
}
