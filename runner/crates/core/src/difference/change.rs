//! Changes of one step, approved and planned again, by address.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde_json::{Value, json};

use crate::difference::{Details, Difference, Subject, Way, one_sided};
use crate::kind;
use crate::plan::PlannedStep;
use usher_contract::change::Change;
use usher_contract::operation::Field;
use usher_contract::read::Record;

pub(super) fn differences(approved: &PlannedStep, now: &PlannedStep, found: &mut Vec<Difference>) {
    let (known, planned) = (by_address(approved), by_address(now));
    for change in &now.plan.changes {
        let subject = Subject::Change;
        let Some(known) = known.get(change.address.as_str()) else {
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
        if !planned.contains_key(known.address.as_str()) {
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

fn by_address(step: &PlannedStep) -> BTreeMap<&str, &Change> {
    let changes = step.plan.changes.iter();
    changes
        .map(|change| (change.address.as_str(), change))
        .collect()
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
    details.compare("how it is undone", json!(approved.undo), json!(now.undo));
    details.compare("what it waits for", json!(approved.waits), json!(now.waits));
    details.compare(
        "what comes before it",
        json!(approved.after),
        json!(now.after),
    );
    details.compare("what it keeps", json!(approved.results), json!(now.results));
    // Keys, options, bodies: all the rest of the operation.
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
pub(super) fn fields_differ<'f>(approved: &'f [Field], now: &'f [Field], details: &mut Details) {
    let by_name = |fields: &'f [Field]| -> HashMap<&'f str, &'f Field> {
        // The first field of a name counts.
        let fields = fields.iter().rev();
        fields.map(|field| (field.name.as_str(), field)).collect()
    };
    let (before, after) = (by_name(approved), by_name(now));
    let value = |fields: &HashMap<&str, &Field>, name: &str| {
        let field = fields.get(name);
        field.map_or(Value::Null, |field| field.value.to_json())
    };
    let mut seen = HashSet::new();
    for field in approved.iter().chain(now) {
        let name = field.name.as_str();
        if seen.insert(name) {
            details.compare(name, value(&before, name), value(&after, name));
        }
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
