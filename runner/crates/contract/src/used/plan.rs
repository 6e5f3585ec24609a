//! The things that a plan uses: what it writes, what Usher looks at for it, what it predicts.

use crate::change::{Change, Consequence, Effect, Source, StepPlan, Undo, Wait, WayBack};
use crate::operation::{Finding, Lookup, Operation, Probe, Repetition};
use crate::used::{Used, add, add_fields, pattern, without_id};

impl Used {
    /// Adds everything that a plan needs to be declared.
    pub fn plan(&mut self, plan: &StepPlan) {
        for change in &plan.changes {
            self.change(change);
        }
        for effect in &plan.effects {
            self.effect(effect);
        }
    }

    fn change(&mut self, change: &Change) {
        self.operation(&change.operation);
        self.waits(&change.waits);
        for result in &change.results {
            if let Source::Found { look, at } = &result.source {
                self.probe(look, &[at]);
            }
        }
        let Undo::Possible(back) = &change.undo else {
            return;
        };
        if let WayBack::Instead(inverse) = &back.way {
            self.operation(inverse);
        }
        self.waits(&back.waits);
        for only in &back.only_if {
            self.probe(&only.look, &places(&only.finding));
        }
    }

    fn operation(&mut self, operation: &Operation) {
        let writes = &mut self.writes;
        let set = operation.fields().iter().map(|field| field.name.as_str());
        match operation {
            Operation::Create(create) => {
                add_fields(&mut writes.create, &create.object, set);
                let is_set = |name: &str| {
                    let mut fields = create.fields.iter();
                    fields.any(|field| field.name.eq_ignore_ascii_case(name))
                };
                let mut conditions = create.key.conditions.clone();
                conditions.retain(|condition| !is_set(&condition.field));
                if !conditions.is_empty() {
                    self.lookup(&Lookup {
                        object: create.object.clone(),
                        fields: Vec::new(),
                        conditions,
                    });
                }
            }
            Operation::Update(update) => add_fields(&mut writes.update, &update.object, set),
            Operation::Delete(delete) => add(&mut writes.delete, &delete.object),
            Operation::Configure(it) => add_fields(&mut writes.configure, &it.settings, set),
            Operation::Deploy(deploy) => {
                deploy
                    .names()
                    .for_each(|name| add(&mut writes.deploy, &name.kind));
            }
            Operation::Request(request) => {
                let method = request.method.name();
                let request_text = format!("{method} {}", pattern(&request.path));
                add(&mut writes.requests, &request_text);
                if let Repetition::Look { look, .. } = &request.repetition {
                    self.probe(look, &[]);
                }
            }
            Operation::WaitOnly(_) => {}
        }
    }

    fn waits(&mut self, waits: &[Wait]) {
        for wait in waits {
            let mut at = places(&wait.until);
            at.extend(wait.failed.iter().map(|check| &check.at));
            at.extend(&wait.reason_at);
            self.probe(&wait.look, &at);
        }
    }

    /// `at`: the places that are checked in what is found. In records, these are fields too.
    fn probe(&mut self, probe: &Probe, at: &[&String]) {
        match probe {
            Probe::Records(lookup) => {
                self.lookup(lookup);
                let at = at.iter().map(|at| at.as_str());
                add_fields(&mut self.reads.records, &lookup.object, without_id(at));
            }
            Probe::Rest(path) => self.resource(path),
            Probe::Settings(name) => self.settings(name),
            Probe::Component(name) => self.components(&name.kind),
            Probe::Object(object) => self.describe(object),
        }
    }

    fn effect(&mut self, effect: &Effect) {
        let predicts = &mut self.predicts;
        match &effect.consequence {
            Consequence::Appears {
                object,
                fields,
                key,
                ..
            } => {
                let set = fields.iter().map(|field| field.name.as_str());
                add_fields(&mut predicts.records, object, set.clone());
                let key = key.iter().map(|condition| condition.field.as_str());
                let is_set = |name: &str| set.clone().any(|it| it.eq_ignore_ascii_case(name));
                let read: Vec<&str> = without_id(key).filter(|field| !is_set(field)).collect();
                if !read.is_empty() {
                    add_fields(&mut self.reads.records, object, read.into_iter());
                }
            }
            Consequence::Alters { object, fields, .. } => {
                let set = fields.iter().map(|field| field.name.as_str());
                add_fields(&mut predicts.records, object, set);
            }
            Consequence::Disappears { object, .. } => {
                add_fields(&mut predicts.records, object, std::iter::empty());
            }
            Consequence::Configures { settings, fields } => {
                let set = fields.iter().map(|field| field.name.as_str());
                add_fields(&mut predicts.settings, settings, set);
            }
            Consequence::Opens { objects, fields } => {
                for object in objects {
                    add_fields(&mut predicts.objects, object, std::iter::empty());
                }
                for field in fields {
                    let name = field.field.as_str();
                    add_fields(&mut predicts.objects, &field.object, std::iter::once(name));
                }
            }
            Consequence::Takes {
                object,
                total,
                used,
                ..
            } => {
                let counted = [total.as_str(), used.as_str()];
                add_fields(&mut self.reads.records, object, counted.into_iter());
            }
            Consequence::Mails { .. } | Consequence::Other => {}
        }
    }
}

fn places(finding: &Finding) -> Vec<&String> {
    match finding {
        Finding::Holds(checks) => checks.iter().map(|check| &check.at).collect(),
        Finding::Present | Finding::Absent => Vec::new(),
    }
}
