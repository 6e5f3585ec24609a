//! Comparing what a plugin does with what its manifest says it does.

use std::collections::BTreeMap;

use crate::change::{StepPlan, Undo, WayBack};
use crate::manifest::{Manifest, Writes};
use crate::operation::{
    ConfigureSettings, CreateRecord, DeleteRecord, DeployComponents, Field, Lookup, Operation,
    ResourcePath, RestRequest, UpdateRecord,
};
use crate::value::Scalar;

/// Something a plugin asked for or planned that its manifest does not say.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Undeclared {
    #[error("reads `{object}`, which its manifest does not declare")]
    ReadObject { object: String },
    #[error("reads `{field}` of `{object}`, which its manifest does not declare")]
    ReadField { object: String, field: String },
    #[error("reads the {what} `{name}`, which its manifest does not declare")]
    ReadOther { what: &'static str, name: String },
    #[error("plans to {verb} `{target}` (change `{address}`), which its manifest does not declare")]
    Write {
        verb: &'static str,
        target: String,
        address: String,
    },
    #[error(
        "plans to {verb} `{field}` of `{target}` (change `{address}`), which its manifest does not declare"
    )]
    WriteField {
        verb: &'static str,
        target: String,
        field: String,
        address: String,
    },
}

impl Manifest {
    /// Whether a `find` or `count` is declared: the object, each field, each condition's field.
    pub fn declares_lookup(&self, lookup: &Lookup) -> Result<(), Undeclared> {
        let Some((_, declared)) = entry(&self.reads.records, &lookup.object) else {
            return Err(Undeclared::ReadObject {
                object: lookup.object.clone(),
            });
        };
        let fields = lookup.fields.iter();
        let conditions = lookup.conditions.iter().map(|condition| &condition.field);
        for field in fields.chain(conditions) {
            if !field.eq_ignore_ascii_case("Id") && !names(declared, field) {
                return Err(Undeclared::ReadField {
                    object: lookup.object.clone(),
                    field: field.clone(),
                });
            }
        }
        Ok(())
    }

    /// Whether `describe-object` of `object` is declared.
    pub fn declares_describe(&self, object: &str) -> Result<(), Undeclared> {
        declared("description of", &self.reads.describes, object)
    }

    /// Whether `get-settings` of `name` is declared.
    pub fn declares_settings(&self, name: &str) -> Result<(), Undeclared> {
        declared("settings", &self.reads.settings, name)
    }

    /// Whether components of `kind` are declared.
    pub fn declares_components(&self, kind: &str) -> Result<(), Undeclared> {
        declared("components of type", &self.reads.components, kind)
    }

    /// Whether free SOQL may name `object`.
    pub fn declares_query(&self, object: &str) -> Result<(), Undeclared> {
        declared("object (in free SOQL)", &self.reads.queries, object)
    }

    /// Whether a `get` of `path` is declared.
    pub fn declares_resource(&self, path: &ResourcePath) -> Result<(), Undeclared> {
        if self
            .reads
            .resources
            .iter()
            .any(|pattern| matches(pattern, path))
        {
            return Ok(());
        }
        Err(Undeclared::ReadOther {
            what: "resource",
            name: path_text(path),
        })
    }

    /// Everything that a plan would write, do or undo beyond the manifest.
    pub fn undeclared_writes(&self, plan: &StepPlan) -> Vec<Undeclared> {
        self.writes.undeclared(plan)
    }
}

impl Writes {
    /// Everything that a plan would write, do or undo beyond this.
    pub fn undeclared(&self, plan: &StepPlan) -> Vec<Undeclared> {
        let mut found = Vec::new();
        for change in &plan.changes {
            self.operation(&change.operation, &change.address, &mut found);
            if let Undo::Possible(back) = &change.undo
                && let WayBack::Instead(inverse) = &back.way
            {
                self.operation(inverse, &change.address, &mut found);
            }
        }
        found
    }

    fn operation(&self, operation: &Operation, address: &str, found: &mut Vec<Undeclared>) {
        let verb = operation.verb();
        let writes = self;
        let refused = |target: &str| Undeclared::Write {
            verb,
            target: target.to_owned(),
            address: address.to_owned(),
        };
        match operation {
            Operation::Create(CreateRecord { object, fields, .. }) => {
                written(&writes.create, verb, object, fields, address, found);
            }
            Operation::Update(UpdateRecord { object, fields, .. }) => {
                written(&writes.update, verb, object, fields, address, found);
            }
            Operation::Configure(ConfigureSettings { settings, fields }) => {
                written(&writes.configure, verb, settings, fields, address, found);
            }
            Operation::Delete(DeleteRecord { object, .. }) => {
                if !names(&writes.delete, object) {
                    found.push(refused(object));
                }
            }
            Operation::Deploy(DeployComponents {
                components,
                removals,
                ..
            }) => {
                let names_of = components.iter().map(|component| &component.name);
                for name in names_of.chain(removals) {
                    if !names(&writes.deploy, &name.kind) {
                        found.push(refused(&name.kind));
                    }
                }
            }
            Operation::Request(RestRequest { method, path, .. }) => {
                let allowed = writes.requests.iter().any(|pattern| {
                    pattern
                        .split_once(' ')
                        .is_some_and(|(verb, below)| verb == method.name() && matches(below, path))
                });
                if !allowed {
                    found.push(refused(&format!("{} {}", method.name(), path_text(path))));
                }
            }
            Operation::WaitOnly(_) => {}
        }
    }
}

fn written(
    declared: &BTreeMap<String, Vec<String>>,
    verb: &'static str,
    target: &str,
    fields: &[Field],
    address: &str,
    found: &mut Vec<Undeclared>,
) {
    let Some((_, allowed)) = entry(declared, target) else {
        found.push(Undeclared::Write {
            verb,
            target: target.to_owned(),
            address: address.to_owned(),
        });
        return;
    };
    for field in fields {
        if !names(allowed, &field.name) {
            found.push(Undeclared::WriteField {
                verb,
                target: target.to_owned(),
                field: field.name.clone(),
                address: address.to_owned(),
            });
        }
    }
}

fn entry<'a>(
    declared: &'a BTreeMap<String, Vec<String>>,
    name: &str,
) -> Option<(&'a String, &'a Vec<String>)> {
    declared
        .iter()
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
}

fn names(declared: &[String], name: &str) -> bool {
    declared
        .iter()
        .any(|entry| entry.eq_ignore_ascii_case(name))
}

fn declared(what: &'static str, declared: &[String], name: &str) -> Result<(), Undeclared> {
    if names(declared, name) {
        return Ok(());
    }
    Err(Undeclared::ReadOther {
        what,
        name: name.to_owned(),
    })
}

/// Whether a pattern of segments fits a path. A segment that is not known yet fits `*` only.
fn matches(pattern: &str, path: &ResourcePath) -> bool {
    let segments: Vec<&str> = pattern.split('/').collect();
    segments.len() == path.segments.len()
        && segments
            .iter()
            .zip(&path.segments)
            .all(|(pattern, segment)| {
                *pattern == "*" || matches!(segment, Scalar::Text(text) if text == pattern)
            })
}

fn path_text(path: &ResourcePath) -> String {
    let segments = path.segments.iter().map(|segment| match segment {
        Scalar::Text(text) | Scalar::Date(text) | Scalar::DateTime(text) => text.clone(),
        other => other.to_json().to_string(),
    });
    segments.collect::<Vec<_>>().join("/")
}
