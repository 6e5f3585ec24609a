//! Every value in a plan, wherever it stands, but for the JSON texts (outputs, bodies, content).

use crate::{
    Condition, Consequence, Field, Finding, Operation, Probe, Repetition, ResourcePath, Scalar,
    Source, StepPlan, Undo, Wait, WayBack,
};

/// Every value in the plan.
pub(crate) fn of(plan: &StepPlan) -> Vec<&Scalar> {
    let mut all = vec![];
    for change in &plan.changes {
        operation(&change.operation, &mut all);
        waits(&change.waits, &mut all);
        for binding in &change.results {
            if let Source::Found(found) = &binding.source {
                probe(&found.look, &mut all);
            }
        }
        if let Undo::Possible(back) = &change.undo {
            if let WayBack::Instead(inverse) = &back.way {
                operation(inverse, &mut all);
            }
            waits(&back.waits, &mut all);
            for only in &back.only_if {
                probe(&only.look, &mut all);
                finding(&only.finding, &mut all);
            }
        }
    }
    for effect in &plan.effects {
        consequence(&effect.consequence, &mut all);
    }
    all
}

fn operation<'p>(operation: &'p Operation, all: &mut Vec<&'p Scalar>) {
    match operation {
        Operation::Create(it) => {
            fields(&it.fields, all);
            conditions(&it.key.conditions, all);
        }
        Operation::Update(it) => {
            all.push(&it.id);
            fields(&it.fields, all);
        }
        Operation::Delete(it) => all.push(&it.id),
        Operation::Configure(it) => fields(&it.fields, all),
        Operation::Deploy(it) => {
            all.extend(
                it.components
                    .iter()
                    .map(|component| &component.name.full_name),
            );
            all.extend(it.removals.iter().map(|removal| &removal.full_name));
        }
        Operation::Request(it) => {
            path(&it.path, all);
            if let Repetition::Look(key) = &it.repetition {
                probe(&key.look, all);
            }
        }
        Operation::WaitOnly => {}
    }
}

fn consequence<'p>(consequence: &'p Consequence, all: &mut Vec<&'p Scalar>) {
    match consequence {
        Consequence::Appears(it) => {
            all.push(&it.id);
            fields(&it.fields, all);
            conditions(&it.key, all);
        }
        Consequence::Alters(it) => {
            all.push(&it.id);
            fields(&it.fields, all);
        }
        Consequence::Disappears(it) => all.push(&it.id),
        Consequence::Configures(it) => fields(&it.fields, all),
        Consequence::Opens(it) => all.extend(it.fields.iter().map(|field| &field.initial)),
        Consequence::Takes(it) => all.push(&it.id),
        Consequence::Mails(it) => all.extend(&it.to),
        Consequence::Other => {}
    }
}

fn waits<'p>(waits: &'p [Wait], all: &mut Vec<&'p Scalar>) {
    for wait in waits {
        probe(&wait.look, all);
        finding(&wait.until, all);
        all.extend(wait.failed.iter().flat_map(|check| &check.any_of));
    }
}

fn probe<'p>(probe: &'p Probe, all: &mut Vec<&'p Scalar>) {
    match probe {
        Probe::Records(lookup) => conditions(&lookup.conditions, all),
        Probe::Rest(path) => self::path(path, all),
        Probe::Component(name) => all.push(&name.full_name),
        Probe::Settings(_) | Probe::Object(_) => {}
    }
}

fn finding<'p>(finding: &'p Finding, all: &mut Vec<&'p Scalar>) {
    if let Finding::Holds(checks) = finding {
        all.extend(checks.iter().flat_map(|check| &check.any_of));
    }
}

fn conditions<'p>(conditions: &'p [Condition], all: &mut Vec<&'p Scalar>) {
    all.extend(conditions.iter().flat_map(|condition| &condition.any_of));
}

fn fields<'p>(fields: &'p [Field], all: &mut Vec<&'p Scalar>) {
    all.extend(fields.iter().map(|field| &field.value));
}

fn path<'p>(path: &'p ResourcePath, all: &mut Vec<&'p Scalar>) {
    all.extend(&path.segments);
    fields(&path.query, all);
}
