//! The records that texts name: an id, a name or an email. However many there are, they are found with few requests.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use serde_json::Value;
use usher_core::diagnostic::{Diagnostic, list};
use usher_core::id;
use usher_core::operation::{Condition, Lookup};
use usher_core::read::{ReadError, Record};
use usher_core::value::Scalar;
use usher_core::values::{Values, key};

use super::naming::naming;
use crate::reads::Reader;

/// The number of matches that an error names.
const MATCHES_SHOWN_MAX: usize = 5;

/// Texts of one lookup: half of the values that a lookup may have, so that two records of each name still fit.
const TEXTS_PER_LOOKUP: usize = 40;

/// A record that a person means.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Wanted<'a> {
    pub(super) object: &'a str,
    pub(super) text: String,
}

/// The record that is meant.
#[derive(Clone, Debug)]
pub(super) struct Meant {
    pub(super) id: String,
    /// "Maria Rivera, maria@example.com (003…)".
    pub(super) shown: String,
}

/// The reason why no record is meant.
#[derive(Clone, Debug)]
pub(super) struct NotOne {
    /// The code for an input, and for a row.
    pub(super) codes: [&'static str; 2],
    pub(super) message: String,
    pub(super) help: String,
}

/// The texts of one object by the field that they are looked for in.
type ByField<'a> = BTreeMap<(&'a str, &'static str), BTreeSet<String>>;

/// Finds all records together.
pub(super) async fn find<'a>(
    wanted: Vec<Wanted<'a>>,
    reader: &Reader,
) -> Result<HashMap<Wanted<'a>, Result<Meant, NotOne>>, ReadError> {
    let lookups = lookups_of_all(&wanted);
    let answers = reader.real(&lookups).await;
    let mut index = Index::default();
    for (lookup, answer) in lookups.iter().zip(answers) {
        index.add(lookup, answer?);
    }
    let mut found = HashMap::new();
    for wanted in wanted {
        let meant = index.meant(&wanted);
        found.entry(wanted).or_insert(meant);
    }
    Ok(found)
}

/// The lookups that find all of them.
pub(super) fn lookups_of_all(wanted: &[Wanted<'_>]) -> Vec<Lookup> {
    let mut texts: ByField<'_> = BTreeMap::new();
    for wanted in wanted {
        for field in lookups_of(wanted.object, &wanted.text) {
            let texts = texts.entry((wanted.object, field)).or_default();
            texts.insert(compared(field, &wanted.text));
        }
    }
    let texts = texts.iter();
    let lookups = texts.flat_map(|((object, field), texts)| lookups(object, field, texts));
    lookups.collect()
}

fn lookups(object: &str, field: &str, texts: &BTreeSet<String>) -> Vec<Lookup> {
    let fields: Vec<String> = naming(object)
        .iter()
        .map(|name| (*name).to_owned())
        .collect();
    let texts: Vec<Scalar> = texts.iter().map(Scalar::text).collect();
    let lookups = texts.chunks(TEXTS_PER_LOOKUP).map(|texts| Lookup {
        object: object.to_owned(),
        fields: fields.clone(),
        conditions: vec![Condition {
            field: field.to_owned(),
            any_of: texts.to_vec(),
        }],
    });
    lookups.collect()
}

/// Records by object, field and the value that they have in it.
#[derive(Default)]
struct Index {
    records: Vec<Record>,
    by: HashMap<(String, String), HashMap<Option<String>, Vec<usize>>>,
}

impl Index {
    fn add(&mut self, lookup: &Lookup, records: Vec<Record>) {
        let Some(condition) = lookup.conditions.first() else {
            return;
        };
        let by = (lookup.object.clone(), condition.field.clone());
        let by = self.by.entry(by).or_default();
        for record in records {
            let value = scalar(&record, &condition.field);
            by.entry(key(&value)).or_default().push(self.records.len());
            self.records.push(record);
        }
    }

    /// The records that have the text in the field, as SOQL compares.
    fn with(&self, object: &str, field: &str, text: &str) -> Vec<&Record> {
        let text = Scalar::text(compared(field, text));
        let by = self.by.get(&(object.to_owned(), field.to_owned()));
        let keys = [key(&text), None];
        let places = by
            .into_iter()
            .flat_map(|by| keys.iter().filter_map(|key| by.get(key)));
        let wanted = Values::of(field, &[text]);
        let records = places
            .into_iter()
            .flatten()
            .map(|place| &self.records[*place]);
        records
            .filter(|record| wanted.contains(&scalar(record, field)))
            .collect()
    }

    fn meant(&self, wanted: &Wanted<'_>) -> Result<Meant, NotOne> {
        let Wanted { object, text } = wanted;
        let fields = lookups_of(object, text);
        let found: Vec<Vec<&Record>> = fields
            .into_iter()
            .map(|field| self.with(object, field, text))
            .collect();
        let record = one(object, text, &found)?;
        Ok(Meant {
            id: text_of(record, "Id").unwrap_or_default().to_owned(),
            shown: describe(record),
        })
    }
}

/// The text as it is asked for: an id is written in two ways.
fn compared(field: &str, text: &str) -> String {
    match field {
        "Id" => id::canonical(text).unwrap_or_else(|| text.to_owned()),
        _ => text.to_owned(),
    }
}

fn scalar(record: &Record, field: &str) -> Scalar {
    let value = record.get(field).and_then(Scalar::from_json);
    value.unwrap_or(Scalar::Nothing)
}

impl NotOne {
    /// The mistake of an input.
    pub(super) fn diagnostic(&self, input: &str) -> Diagnostic {
        let message = format!("input `{input}`: {}", self.message);
        Diagnostic::error(self.codes[0], message).help(self.help.clone())
    }
}

/// The fields in which a text is looked for.
fn lookups_of(object: &str, text: &str) -> Vec<&'static str> {
    if id::canonical(text).is_some() {
        vec!["Id"]
    } else {
        naming(object).to_vec()
    }
}

/// Returns the one record that is meant. `found`: by each way of naming, surest first.
fn one<'a>(object: &str, text: &str, found: &[Vec<&'a Record>]) -> Result<&'a Record, NotOne> {
    // A username is unique; an email or a name that is like it proves nothing.
    if object == "User"
        && let Some([record]) = found.first().map(Vec::as_slice)
    {
        return Ok(record);
    }
    let mut ids = HashSet::new();
    let records = found.iter().flatten().copied();
    let matches: Vec<&Record> = records
        .filter(|record| ids.insert(text_of(record, "Id")))
        .collect();
    match matches.as_slice() {
        [record] => Ok(record),
        [] => Err(NotOne {
            codes: ["input/no-such-record", "rows/no-such-record"],
            message: format!("there is no `{object}` `{text}`"),
            help: missing_help(object, text),
        }),
        many => {
            let shown: Vec<String> = many
                .iter()
                .take(MATCHES_SHOWN_MAX)
                .map(|record| describe(record))
                .collect();
            let mut help = format!("pass the id of the one you mean: {}", shown.join("; "));
            if many.len() > MATCHES_SHOWN_MAX {
                help.push_str(&format!("; and {} more", many.len() - MATCHES_SHOWN_MAX));
            }
            Err(NotOne {
                codes: ["input/ambiguous-record", "rows/ambiguous-record"],
                message: format!("{} `{object}` are called `{text}`", many.len()),
                help,
            })
        }
    }
}

fn missing_help(object: &str, text: &str) -> String {
    match id::canonical(text).and_then(|_| id::object_of(text)) {
        Some(other) if other != object => format!("that id is of another object: `{other}`"),
        Some(_) => "it may be deleted, of another org, or hidden from you".to_owned(),
        None => format!(
            "pass an id, or what one record alone has in {}",
            list(naming(object))
        ),
    }
}

/// "Maria Rivera, maria@example.com (003…)".
fn describe(record: &Record) -> String {
    let text = |name: &str| text_of(record, name);
    let id = text("Id").unwrap_or_default();
    let second = text("Username").or_else(|| text("Email"));
    match (text("Name").or_else(|| text("CaseNumber")), second) {
        (Some(name), Some(second)) => format!("{name}, {second} ({id})"),
        (Some(name), None) => format!("{name} ({id})"),
        _ => id.to_owned(),
    }
}

fn text_of<'a>(record: &'a Record, name: &str) -> Option<&'a str> {
    record.get(name).and_then(Value::as_str)
}

#[cfg(test)]
mod tests;
