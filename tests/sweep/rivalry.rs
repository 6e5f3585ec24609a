//! The places where another user can act before a run, found in an undisturbed run: for each record that it makes, the
//! same and another one with its key; for each that it changes or deletes, another value and no record.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::sweep::dump::Dump;
use crate::sweep::hurt::Deed;
use crate::sweep::trace::Trace;

/// Fields that hold any text.
const FREE: [&str; 6] = [
    "FirstName",
    "LastName",
    "Name",
    "Description",
    "Title",
    "Alias",
];

/// A deed of another user, and its moment.
#[derive(Clone, Debug)]
pub(crate) struct Rivalry {
    pub(crate) deed: Deed,
    /// The request right before which they act.
    pub(crate) before: u64,
    /// The write, from 1, by which the run sends its own change.
    pub(crate) write: usize,
    pub(crate) method: &'static str,
    /// Below `/services/data/vNN.0/`.
    pub(crate) path: String,
    pub(crate) body: String,
    pub(crate) object: String,
    /// The record that they set a field of, and the field.
    pub(crate) touched: Option<(String, String)>,
    /// Says whether what they do is what the run wants.
    pub(crate) is_wanted: bool,
}

impl Rivalry {
    /// A rivalry without a deed, at that place.
    fn of(change: &Value, before: u64, write: usize) -> Self {
        Self {
            deed: Deed::Same,
            before,
            write,
            method: "POST",
            path: String::new(),
            body: String::new(),
            object: text(&change["operation"]["object"]),
            touched: None,
            is_wanted: false,
        }
    }
}

/// Every deed that an undisturbed run leaves room for. `user`: the id of the user who is signed in.
pub(crate) fn rivalries(planning: &Trace, apply: &Trace, whole: &Dump, user: &str) -> Vec<Rivalry> {
    let document = apply.ran.json();
    let known = known(&document);
    let writes = apply.writes();
    let first = planning.count(crate::sweep::case::Counts::Requests) as u64 + 1;
    let planned = planning.ran.json();
    let mut found = Vec::new();
    for (step, change) in changes(&document) {
        let address = text(&change["address"]);
        // A step that is planned during the run is planned with what they did.
        let is_planned = changes(&planned)
            .any(|(known, planned)| known == step && planned["address"] == change["address"]);
        let Some(write) = apply.batch(&step, &address).filter(|_| is_planned) else {
            continue;
        };
        let before = needed(change, &known, apply).map(|needed| match needed {
            0 => first,
            write => first.max(writes[write - 1] + 1),
        });
        let Some(before) = before else {
            continue;
        };
        let base = Rivalry::of(change, before, write);
        match change["operation"]["verb"].as_str() {
            Some("create") => {
                let owner = whole.has(&base.object, "OwnerId").then(|| json!(user));
                found.extend(creates(change, &known, owner, &base));
            }
            Some("update" | "delete") => found.extend(touches(change, whole, &base)),
            _ => {}
        }
    }
    found
}

/// The deeds of another user to the records that an undisturbed undo changes or deletes.
pub(crate) fn undo_rivalries(undo: &Trace, undone: &Dump) -> Vec<Rivalry> {
    let document = undo.ran.json();
    let writes = undo.writes();
    let mut found = Vec::new();
    for (step, change) in changes(&document) {
        let Some(write) = undo.batch(&step, &text(&change["address"])) else {
            continue;
        };
        let before = match write {
            1 => 1,
            write => writes[write - 2] + 1,
        };
        found.extend(touches(change, undone, &Rivalry::of(change, before, write)));
    }
    found
}

/// The same record, and one with its key and another field.
fn creates(change: &Value, known: &Known, owner: Option<Value>, base: &Rivalry) -> Vec<Rivalry> {
    let Value::Object(mut fields) = resolved(&change["after"], known) else {
        return Vec::new();
    };
    // A record of another owner is not the same.
    if let Some(owner) = owner {
        fields.entry("OwnerId").or_insert(owner);
    }
    let make = |deed, fields: &Map<String, Value>| Rivalry {
        deed,
        path: format!("sobjects/{}", base.object),
        body: Value::Object(fields.clone()).to_string(),
        is_wanted: deed == Deed::Same,
        ..base.clone()
    };
    let mut made = vec![make(Deed::Same, &fields)];
    let key = change["operation"]["key"].as_array();
    let is_key = |name: &str| key.is_some_and(|key| key.iter().any(|part| part["field"] == name));
    let free = FREE
        .iter()
        .find(|name| fields.contains_key(**name) && !is_key(name));
    if let Some(name) = free {
        let mut fields = fields.clone();
        fields.insert((*name).to_owned(), json!("Theirs"));
        made.push(make(Deed::Other, &fields));
    }
    made
}

/// Another value in a field that the run sets, and no record any more.
fn touches(change: &Value, whole: &Dump, base: &Rivalry) -> Vec<Rivalry> {
    let Some(id) = change["operation"]["id"].as_str() else {
        return Vec::new();
    };
    let path = format!("sobjects/{}/{id}", base.object);
    let deletes = change["operation"]["verb"] == "delete";
    let mut touched = vec![Rivalry {
        deed: Deed::Delete,
        method: "DELETE",
        path: path.clone(),
        is_wanted: deletes,
        ..base.clone()
    }];
    let fields = match deletes {
        true => &change["before"],
        false => &change["after"],
    };
    let fields = fields.as_object().into_iter().flatten();
    let mut other = fields.filter_map(|(name, wanted)| {
        if deletes && !FREE.contains(&name.as_str()) {
            return None;
        }
        let value = other_value(wanted, &change["before"][name], whole)?;
        Some((name, value))
    });
    if let Some((name, value)) = other.next() {
        touched.push(Rivalry {
            deed: Deed::Change,
            method: "PATCH",
            path,
            is_wanted: !deletes && value == change["after"][name],
            body: json!({ name: value }).to_string(),
            touched: Some((id.to_owned(), name.clone())),
            ..base.clone()
        });
    }
    touched
}

/// A value that is neither; of two values, the one that is wanted.
fn other_value(after: &Value, before: &Value, whole: &Dump) -> Option<Value> {
    match after {
        Value::Bool(_) => Some(after.clone()),
        Value::Number(number) => Some(json!(number.as_i64()? + 1)),
        Value::String(text) => {
            let sites = ["Live", "DownForMaintenance", "UnderConstruction"];
            if sites.contains(&text.as_str()) {
                return Some(json!("DownForMaintenance")).filter(|value| value != after);
            }
            match whole.like(text) {
                Some(id) if json!(id) != *before => Some(json!(id)),
                Some(_) => None,
                None => Some(json!(format!("{text} theirs"))),
            }
        }
        _ => None,
    }
}

/// The value of each token of the run, and the change that it belongs to.
type Known = BTreeMap<String, (Value, (String, String))>;

fn known(document: &Value) -> Known {
    let mut known = Known::new();
    for (step, change) in changes(document) {
        let address = text(&change["address"]);
        let values = change["outcome"]["values"].as_object();
        for (name, value) in values.into_iter().flatten() {
            let of = (step.clone(), address.clone());
            known.insert(format!("{step}:{address}.{name}"), (value.clone(), of));
        }
    }
    known
}

/// Returns the write after which the org has everything to which a change refers. 0: the org has it at once. None: no
/// change makes what it refers to.
fn needed(change: &Value, known: &Known, apply: &Trace) -> Option<usize> {
    let mut needed = 0;
    for part in [&change["after"], &change["operation"]] {
        for token in tokens(part) {
            let (_, (step, address)) = known.get(&token)?;
            needed = needed.max(apply.batch(step, address)?);
        }
    }
    Some(needed)
}

fn tokens(value: &Value) -> Vec<String> {
    match value {
        Value::Object(object) => match object.get("$ref").and_then(Value::as_str) {
            Some(token) => vec![token.to_owned()],
            None => object.values().flat_map(tokens).collect(),
        },
        Value::Array(values) => values.iter().flat_map(tokens).collect(),
        _ => Vec::new(),
    }
}

fn resolved(value: &Value, known: &Known) -> Value {
    match value {
        Value::Object(object) => match object.get("$ref").and_then(Value::as_str) {
            Some(token) => known
                .get(token)
                .map_or(Value::Null, |(value, _)| value.clone()),
            None => {
                let fields = object.iter();
                let fields = fields.map(|(name, value)| (name.clone(), resolved(value, known)));
                Value::Object(fields.collect())
            }
        },
        other => other.clone(),
    }
}

/// The changes of a document, each with the id of its step.
fn changes(document: &Value) -> impl Iterator<Item = (String, &Value)> {
    let steps = document["steps"].as_array().into_iter().flatten();
    steps.flat_map(|step| {
        let changes = step["changes"].as_array().into_iter().flatten();
        changes.map(|change| (text(&step["id"]), change))
    })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
