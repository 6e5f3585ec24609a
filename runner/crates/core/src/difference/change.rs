//! Changes of one step, approved and planned again, by address.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::difference::{Details, Difference, Subject, Way, one_sided};
use crate::kind;
use crate::plan::PlannedStep;
use usher_contract::change::Change;
use usher_contract::operation::Field;
use usher_contract::read::Record;

pub(super) fn differences(approved: &PlannedStep, now: &PlannedStep, found: &mut Vec<Difference>) {
    for change in &now.plan.changes {
        let subject = Subject::Change;
        let known = of(approved, &change.address);
        let Some(known) = known else {
            let (address, summary) = (&change.address, &change.summary);
            found.push(one_sided(subject, Way::Added, now, address, summary));
            continue;
        };
        let details = compare(known, change, [&approved.before, &now.before]).0;
        if !details.is_empty() {
            found.push(Difference {
                details,
                ..one_sided(subject, Way::Changed, now, &change.address, &change.summary)
            });
        }
    }
    for known in &approved.plan.changes {
        if of(now, &known.address).is_none() {
            let (address, summary) = (&known.address, &known.summary);
            found.push(one_sided(
                Subject::Change,
                Way::Removed,
                now,
                address,
                summary,
            ));
        }
    }
}

fn of<'a>(step: &'a PlannedStep, address: &str) -> Option<&'a Change> {
    let mut changes = step.plan.changes.iter();
    changes.find(|change| change.address == address)
}

fn compare(approved: &Change, now: &Change, before: [&BTreeMap<String, Record>; 2]) -> Details {
    let mut details = Details::default();
    details.compare(
        "what is sent",
        kind::of(&approved.operation).target(),
        kind::of(&now.operation).target(),
    );
    fields_differ(
        approved.operation.fields(),
        now.operation.fields(),
        &mut details,
    );
    let [before, before_now] = before.map(|all| all.get(&now.address));
    records_differ(before, before_now, &mut details);
    details.compare(
        "how it is taken back",
        json!(approved.undo),
        json!(now.undo),
    );
    details.compare("what it waits for", json!(approved.waits), json!(now.waits));
    details.compare(
        "what comes before it",
        json!(approved.after),
        json!(now.after),
    );
    details.compare("what it keeps", json!(approved.results), json!(now.results));
    // Keys, options, bodies: whatever is left of the operation.
    if details.0.is_empty() {
        details.compare(
            "how it is sent",
            json!(approved.operation),
            json!(now.operation),
        );
    }
    details
}

/// Differences of two lists of fields, each under its name.
pub(super) fn fields_differ(approved: &[Field], now: &[Field], details: &mut Details) {
    let value = |fields: &[Field], name: &str| {
        let field = fields.iter().find(|field| field.name == name);
        field.map_or(Value::Null, |field| field.value.to_json())
    };
    let mut names: Vec<&str> = Vec::new();
    for field in approved.iter().chain(now) {
        if !names.contains(&field.name.as_str()) {
            names.push(&field.name);
        }
    }
    for name in names {
        details.compare(name, value(approved, name), value(now, name));
    }
}

fn records_differ(approved: Option<&Record>, now: Option<&Record>, details: &mut Details) {
    let value = |record: Option<&Record>, name: &String| {
        let value = record.and_then(|record| record.get(name));
        value.cloned().unwrap_or(Value::Null)
    };
    let names = approved.into_iter().chain(now).flat_map(Record::keys);
    let mut names: Vec<&String> = names.collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let what = format!("{name} before");
        details.compare(&what, value(approved, name), value(now, name));
    }
}
