//! Compares what a plugin does with what its manifest declares.

use crate::change::{StepPlan, Undo, WayBack};
use crate::manifest::Manifest;
use crate::manifest::writes::{Against, Undeclared, Writes, entry, matches, names, path_text};
use crate::operation::{Lookup, Operation, ResourcePath};

impl Manifest {
    /// Checks that a `find` or `count` is declared: the object, each field, each condition's field.
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

    /// Checks that `describe-object` of `object` is declared.
    pub fn declares_describe(&self, object: &str) -> Result<(), Undeclared> {
        declared("description of", &self.reads.describes, object)
    }

    /// Checks that `get-settings` of `name` is declared.
    pub fn declares_settings(&self, name: &str) -> Result<(), Undeclared> {
        declared("settings", &self.reads.settings, name)
    }

    /// Checks that components of `kind` are declared.
    pub fn declares_components(&self, kind: &str) -> Result<(), Undeclared> {
        declared("components of type", &self.reads.components, kind)
    }

    /// Checks that free SOQL may name these fields of `object`.
    pub fn declares_query(&self, object: &str, fields: &[&str]) -> Result<(), Undeclared> {
        let Some((_, declared)) = entry(&self.reads.queries, object) else {
            return Err(Undeclared::ReadOther {
                what: "object (in free SOQL)",
                name: object.to_owned(),
            });
        };
        let mut fields = fields.iter();
        match fields.find(|field| !field.eq_ignore_ascii_case("Id") && !names(declared, field)) {
            None => Ok(()),
            Some(field) => Err(Undeclared::ReadOther {
                what: "field (in free SOQL)",
                name: format!("{object}.{field}"),
            }),
        }
    }

    /// Checks that a `get` of `path` is declared.
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

    /// Says whether a secret may go to a place.
    pub(crate) fn declares_secret(&self, secret: &str, place: &str) -> bool {
        self.secrets
            .get(secret)
            .is_some_and(|places| names(places, place))
    }

    /// Returns everything that a plan would write, do or undo beyond the manifest.
    pub fn undeclared_writes(&self, plan: &StepPlan) -> Vec<Undeclared> {
        self.writes.undeclared(plan)
    }
}

impl Writes {
    /// Returns everything that a plan would write, do or undo beyond these writes.
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
        operation.kind().declared(&mut Against {
            writes: self,
            verb: operation.verb(),
            address,
            found,
        });
    }
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
