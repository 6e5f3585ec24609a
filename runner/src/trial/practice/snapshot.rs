//! All records of a practice org, for comparing it with itself. Marks of time and authorship are left out: undoing a
//! change is a change, too.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde_json::{Map, Value};
use usher_core::text;
use usher_practice::Practice;

use crate::error::Error;
use crate::exit::Exit;
use crate::home::Home;
use crate::practice;
use crate::world::World;

/// Fields that say when and by whom a record was changed.
const STAMPS: [&str; 8] = [
    "CreatedById",
    "CreatedDate",
    "LastModifiedById",
    "LastModifiedDate",
    "LastReferencedDate",
    "LastViewedDate",
    "SystemModstamp",
    "attributes",
];

/// Objects whose records are traces of what happened, not a part of the org that anybody set up.
const TRACES: [&str; 3] = ["BackgroundOperation", "LoginHistory", "SetupAuditTrail"];

/// Differences that are shown. More of them say nothing new.
const SHOWN_MAX: usize = 20;

/// Object → id → record.
pub(super) struct Snapshot(BTreeMap<String, BTreeMap<String, Map<String, Value>>>);

impl Snapshot {
    /// The records of a practice org of this home.
    pub(super) fn of(org: &str, world: &World) -> Result<Self, Error> {
        let home = Home::of(world)?;
        let practice = practice::open(org, &home)?;
        let reading = Reading {
            token: practice::token(&practice)?,
            practice,
            now_ms: world.clock.now_ms(),
        };
        let mut all = BTreeMap::new();
        let objects = reading.get("sobjects")?;
        let objects = objects["sobjects"].as_array().into_iter().flatten();
        for object in objects.filter(|object| object["queryable"] == true) {
            let name = object["name"].as_str().unwrap_or_default();
            if !TRACES.contains(&name) {
                all.insert(name.to_owned(), reading.records(name)?);
            }
        }
        Ok(Self(all))
    }

    /// Lists in words the differences of another snapshot from this one.
    pub(super) fn differences(&self, after: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let nothing = BTreeMap::new();
        let objects = self.0.keys().chain(after.0.keys());
        let objects: std::collections::BTreeSet<&String> = objects.collect();
        for object in objects {
            let before = self.0.get(object).unwrap_or(&nothing);
            let after = after.0.get(object).unwrap_or(&nothing);
            for (id, record) in before {
                match after.get(id) {
                    None => found.push(format!("{} is gone", named(object, id, record))),
                    Some(now) => found.extend(changed(object, id, record, now)),
                }
            }
            let new = after.iter().filter(|(id, _)| !before.contains_key(*id));
            found.extend(new.map(|(id, record)| format!("{} is left", named(object, id, record))));
        }
        if found.len() > SHOWN_MAX {
            let more = found.len() - SHOWN_MAX;
            found.truncate(SHOWN_MAX);
            found.push(format!("{more} more differences"));
        }
        found
    }
}

fn changed(
    object: &str,
    id: &str,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
) -> Vec<String> {
    let fields = before.iter().filter_map(|(field, value)| {
        let now = after.get(field).unwrap_or(&Value::Null);
        (now != value).then(|| {
            let (was, is) = (shown(value), shown(now));
            let of = named(object, id, before);
            format!("`{field}` of {of} was {was} and is {is}")
        })
    });
    fields.collect()
}

fn named(object: &str, id: &str, record: &Map<String, Value>) -> String {
    let names = ["Username", "Name", "DeveloperName", "LastName"];
    let name = names.iter().find_map(|field| record.get(*field)?.as_str());
    match name {
        Some(name) => format!("{object} {} ({id})", text::shown(name)),
        None => format!("{object} {id}"),
    }
}

fn shown(value: &Value) -> String {
    text::shown(&value.to_string())
}

struct Reading {
    practice: Practice,
    token: String,
    now_ms: i64,
}

impl Reading {
    fn records(&self, object: &str) -> Result<BTreeMap<String, Map<String, Value>>, Error> {
        let described = self.get(&format!("sobjects/{object}/describe"))?;
        let fields = described["fields"].as_array().into_iter().flatten();
        let fields = fields.filter_map(|field| field["name"].as_str());
        let fields: Vec<&str> = fields.filter(|field| !STAMPS.contains(field)).collect();
        let soql = format!("SELECT {} FROM {object}", fields.join(", "));
        let mut page = format!("query?q={}", percent(&soql));
        let mut all = BTreeMap::new();
        loop {
            let Some(answer) = self.answer(&page)? else {
                // Records of some objects are computed, and found only for what a query names.
                return Ok(all);
            };
            let records = answer["records"].as_array().into_iter().flatten();
            for record in records.filter_map(Value::as_object) {
                let mut record = record.clone();
                record.retain(|field, _| !STAMPS.contains(&field.as_str()));
                let id = record.get("Id").and_then(Value::as_str).unwrap_or_default();
                all.insert(id.to_owned(), record);
            }
            let next = answer["nextRecordsUrl"].as_str();
            let Some((_, next)) = next.and_then(|next| next.split_once("/query/")) else {
                return Ok(all);
            };
            page = format!("query/{next}");
        }
    }

    fn get(&self, path: &str) -> Result<Value, Error> {
        self.answer(path)?
            .ok_or_else(|| unread(format!("`{path}` is refused")))
    }

    /// The answer of the practice org; none when it refuses the request.
    fn answer(&self, path: &str) -> Result<Option<Value>, Error> {
        let request = http::Request::get(format!("/services/data/v66.0/{path}"))
            .header("authorization", format!("Bearer {}", self.token))
            .body(Bytes::new());
        let request = request.map_err(|error| unread(error.to_string()))?;
        let answer = self.practice.exchange(request, self.now_ms);
        if !answer.status().is_success() {
            return Ok(None);
        }
        let answer = serde_json::from_slice(answer.body());
        answer.map(Some).map_err(|error| unread(error.to_string()))
    }
}

fn unread(why: String) -> Error {
    let message = format!("the practice org cannot be compared: {why}");
    Error::new(Exit::Failed, "practice/unread", text::shown(&message))
}

fn percent(text: &str) -> String {
    percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string()
}
