//! All records and definitions of a practice org, for comparing it with itself. Marks of time and authorship are left
//! out: undoing a change is a change, too.

use std::collections::{BTreeMap, BTreeSet};

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

/// Objects that hold no records: they answer a question about others, and only with a filter.
const ANSWERS: [&str; 1] = ["UserRecordAccess"];

/// Differences that are shown. More of them say nothing new.
const SHOWN_MAX: usize = 20;

/// An org at one time.
pub(super) struct Snapshot {
    /// Object → id → record.
    records: BTreeMap<String, BTreeMap<String, Map<String, Value>>>,
    /// Settings, components and custom fields by their names.
    definitions: BTreeMap<String, String>,
}

impl Snapshot {
    /// The records and definitions of a practice org of this home.
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
            if !TRACES.contains(&name) && !ANSWERS.contains(&name) {
                all.insert(name.to_owned(), reading.records(name)?);
            }
        }
        let definitions = reading.practice.definitions();
        let mut definitions = definitions.map_err(|error| unread(error.to_string()))?;
        let settings = reading.at("/practice/settings")?;
        let settings = settings.as_ref().and_then(Value::as_object);
        for (name, value) in settings.into_iter().flatten() {
            definitions.insert(format!("setting {name}"), value.to_string());
        }
        Ok(Self {
            records: all,
            definitions,
        })
    }

    /// Lists in words the differences of another snapshot from this one.
    pub(super) fn differences(&self, after: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let nothing = BTreeMap::new();
        let objects = self.records.keys().chain(after.records.keys());
        let objects: BTreeSet<&String> = objects.collect();
        for object in objects {
            let before = self.records.get(object).unwrap_or(&nothing);
            let after = after.records.get(object).unwrap_or(&nothing);
            for (id, record) in before {
                match after.get(id) {
                    None => found.push(format!("{} is gone", named(object, id, record))),
                    Some(now) => found.extend(changed(object, id, record, now)),
                }
            }
            let new = after.iter().filter(|(id, _)| !before.contains_key(*id));
            found.extend(new.map(|(id, record)| format!("{} is left", named(object, id, record))));
        }
        found.extend(defined_otherwise(&self.definitions, &after.definitions));
        if found.len() > SHOWN_MAX {
            let more = found.len() - SHOWN_MAX;
            found.truncate(SHOWN_MAX);
            found.push(format!("{more} more differences"));
        }
        found
    }
}

/// Lists settings, components and custom fields that differ. Their contents are long, so only the first difference is
/// shown.
fn defined_otherwise(
    before: &BTreeMap<String, String>,
    after: &BTreeMap<String, String>,
) -> Vec<String> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let found = names.into_iter().filter_map(|name| {
        let (was, is) = (before.get(name), after.get(name));
        let name = text::shown(name);
        match (was, is) {
            (Some(was), Some(is)) if was != is => {
                let (was, is) = first_difference(was, is);
                Some(format!("the {name} was {was} and is {is}"))
            }
            (Some(_), None) => Some(format!("the {name} is gone")),
            (None, Some(_)) => Some(format!("the {name} is left")),
            _ => None,
        }
    });
    found.collect()
}

/// Characters of a content that are shown from its first difference on.
const CONTENT_SHOWN_MAX: usize = 60;

fn first_difference(was: &str, is: &str) -> (String, String) {
    let same = was.chars().zip(is.chars());
    let same = same.take_while(|(was, is)| was == is).count();
    let from = |content: &str| {
        let rest: String = content
            .chars()
            .skip(same.saturating_sub(CONTENT_SHOWN_MAX / 2))
            .collect();
        let cut = rest.chars().count() > CONTENT_SHOWN_MAX;
        let part: String = rest.chars().take(CONTENT_SHOWN_MAX).collect();
        let (before, behind) = (
            if same > CONTENT_SHOWN_MAX / 2 {
                "…"
            } else {
                ""
            },
            if cut { "…" } else { "" },
        );
        format!("`{before}{}{behind}`", text::shown(&part))
    };
    (from(was), from(is))
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
        self.at(&format!("/services/data/v66.0/{path}"))
    }

    fn at(&self, path: &str) -> Result<Option<Value>, Error> {
        let request = http::Request::get(path)
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
