//! The values that expressions may use: inputs, what was found, the record at hand, the ids of what is made.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};
use usher_program::{Each, Expression, Names, NoValue, Template, evaluate, is_unknown, tokens_of};
use usher_sdk::{Deferral, Failure, Piece, Record, Reference, Scalar};

/// The result of a find.
#[derive(Clone, Debug)]
pub(crate) enum Found {
    /// At most one record.
    Single(Option<Record>),
    Many {
        records: Vec<Record>,
        /// The field by which people know a record.
        called: Option<String>,
    },
    Settings(Record),
}

#[derive(Clone, Debug)]
pub(crate) struct Known {
    inputs: Map<String, Json>,
    pub(crate) found: BTreeMap<String, Found>,
    /// The record at hand, under its name.
    item: Option<(String, Record)>,
    /// Values with a name of their own.
    pub(crate) values: BTreeMap<String, Json>,
    /// The id of the record of each `ensure`.
    pub(crate) made: BTreeMap<String, Json>,
}

impl Known {
    pub(crate) fn new(inputs: Map<String, Json>) -> Self {
        Self {
            inputs,
            found: BTreeMap::new(),
            item: None,
            values: BTreeMap::new(),
            made: BTreeMap::new(),
        }
    }

    /// The same with a record at hand.
    pub(crate) fn at(&self, each: &Each, record: &Record) -> Self {
        Self {
            item: Some((each.item.clone(), record.clone())),
            ..self.clone()
        }
    }

    /// The records of a list, each with a label that people know it by and that no other has.
    pub(crate) fn each(&self, each: &Each) -> Result<Vec<(String, Record)>, Failure> {
        let Some(Found::Many { records, called }) = self.found.get(&each.list) else {
            return Err(Failure::Broken(format!("`{}` is not a list", each.list)));
        };
        let mut labels = vec![];
        for record in records {
            let label = called.as_ref().and_then(|field| label(record, field));
            labels.push(label);
        }
        let mut labelled = vec![];
        for (at, record) in records.iter().enumerate() {
            let own = labels[at].as_ref();
            let is_own = labels.iter().filter(|label| label.as_ref() == own).count() == 1;
            let label = match (own, record.json("Id")?) {
                (Some(label), _) if is_own => label.clone(),
                (_, Json::String(id)) => id.clone(),
                (_, id) => tokens_of(id).concat(),
            };
            labelled.push((label, record.clone()));
        }
        Ok(labelled)
    }

    /// The record that a name stands for: the one at hand, or the only one of a find.
    pub(crate) fn record(&self, name: &str) -> Option<&Record> {
        match &self.item {
            Some((item, record)) if item == name => Some(record),
            _ => match self.found.get(name)? {
                Found::Single(record) => record.as_ref(),
                Found::Many { .. } | Found::Settings(_) => None,
            },
        }
    }

    /// The value of a template. `of`: the part of the program, for messages.
    pub(crate) fn value(&self, template: &Template, of: &str) -> Result<Json, Failure> {
        template.value(self).map_err(|why| failure(why, of))
    }

    /// The text of a template for people.
    pub(crate) fn shown(&self, template: &Template, of: &str) -> Result<String, Failure> {
        template.shown(self).map_err(|why| failure(why, of))
    }

    /// A field's value; none when it is an input that was not given.
    pub(crate) fn scalar(&self, template: &Template, of: &str) -> Result<Option<Scalar>, Failure> {
        if template.is_left_out(self) {
            return Ok(None);
        }
        let json = self.value(template, of)?;
        let not_one = || Failure::Broken(format!("{of}: {json} is not a single value"));
        scalar(&json).ok_or_else(not_one).map(Some)
    }

    /// The values of a condition.
    pub(crate) fn scalars(&self, template: &Template, of: &str) -> Result<Vec<Scalar>, Failure> {
        let json = self.value(template, of)?;
        let values = match &json {
            Json::Array(values) => values.as_slice(),
            one => std::slice::from_ref(one),
        };
        let not_one = || Failure::Broken(format!("{of}: {json} is not a value to look for"));
        let scalars = values.iter().map(|value| scalar(value).ok_or_else(not_one));
        scalars.collect()
    }

    /// Says that a condition holds; one that is missing does.
    pub(crate) fn holds(&self, condition: Option<&Expression>, of: &str) -> Result<bool, Failure> {
        let Some(condition) = condition else {
            return Ok(true);
        };
        match evaluate(condition, self).map_err(|why| failure(why, of))? {
            Json::Bool(truth) => Ok(truth),
            json if is_unknown(&json) => Err(failure(NoValue::Unknown(tokens_of(&json)), of)),
            other => Err(Failure::Broken(format!(
                "{of}: the condition is neither true nor false but `{other}`"
            ))),
        }
    }
}

impl Names for Known {
    fn find(&self, path: &[String]) -> Result<Option<Json>, NoValue> {
        let Some((root, rest)) = path.split_first() else {
            return Ok(None);
        };
        if root == "inputs" {
            // An input that was not given is null. Usher has checked that there is one of that name.
            let given = rest.first().and_then(|name| self.inputs.get(name));
            return Ok(Some(given.cloned().unwrap_or(Json::Null)));
        }
        if let Some(record) = self.record(root) {
            return Ok(field(record, rest));
        }
        if let Some(value) = self.values.get(root) {
            return Ok(Some(value.clone()));
        }
        if let Some(id) = self.made.get(root) {
            return Ok(Some(id.clone()));
        }
        Ok(match self.found.get(root) {
            // No record: each of its fields is empty.
            Some(Found::Single(_)) => Some(Json::Null),
            Some(Found::Many { records, .. }) => {
                let values = records.iter().filter_map(|record| field(record, rest));
                Some(Json::Array(values.collect()))
            }
            Some(Found::Settings(settings)) => field(settings, rest),
            None => None,
        })
    }
}

/// The field that a path names; without one, the id.
fn field(record: &Record, path: &[String]) -> Option<Json> {
    let name = match path {
        [] => "Id".to_owned(),
        path => path.join("."),
    };
    record.json(&name).ok().cloned()
}

/// A text that may stand in an address; none when it could not be read on one line.
fn label(record: &Record, field: &str) -> Option<String> {
    let Ok(Json::String(text)) = record.json(field) else {
        return None;
    };
    let plain = |c: char| c.is_alphanumeric() || c.is_ascii_graphic() || c == ' ';
    let right =
        !text.is_empty() && text.len() <= 100 && text.trim() == text && text.chars().all(plain);
    right.then(|| text.clone())
}

/// A single value.
pub(crate) fn scalar(json: &Json) -> Option<Scalar> {
    if let Some(pieces) = json.get("$join").and_then(Json::as_array) {
        let pieces = pieces.iter().map(|piece| match scalar(piece)? {
            Scalar::Text(text) => Some(Piece::Text(text)),
            Scalar::Reference(reference) => Some(Piece::Reference(reference)),
            _ => None,
        });
        return pieces.collect::<Option<_>>().map(Scalar::Joined);
    }
    if let Some(token) = json.get("$ref").and_then(Json::as_str) {
        return Some(Scalar::Reference(Reference::Given(token.to_owned())));
    }
    if let Some(day) = json.get("$date").and_then(Json::as_str) {
        return Some(match day.contains('T') {
            true => Scalar::date_time(day),
            false => Scalar::date(day),
        });
    }
    if let Some([address, name]) = json
        .get("$bound")
        .and_then(Json::as_array)
        .map(Vec::as_slice)
    {
        return Some(Scalar::bound(address.as_str()?, name.as_str()?));
    }
    match json {
        Json::Null => Some(Scalar::Nothing),
        Json::Bool(truth) => Some(Scalar::Truth(*truth)),
        Json::Number(number) => Some(Scalar::Number(number.to_string())),
        Json::String(text) => Some(Scalar::Text(text.clone())),
        Json::Array(_) | Json::Object(_) => None,
    }
}

/// A value for the outputs: what Usher handed in with it is left out.
pub(crate) fn given_out(json: Json) -> Json {
    match json {
        Json::Object(members) => match members.get("$ref") {
            Some(token) => json!({ "$ref": token }),
            None => {
                let members = members.into_iter();
                Json::Object(
                    members
                        .map(|(key, value)| (key, given_out(value)))
                        .collect(),
                )
            }
        },
        Json::Array(values) => Json::Array(values.into_iter().map(given_out).collect()),
        other => other,
    }
}

/// The reason why there is no plan. `of`: the part of the program that has no value.
fn failure(why: NoValue, of: &str) -> Failure {
    match why {
        NoValue::Unknown(tokens) if !tokens.is_empty() => Failure::Deferred(Deferral {
            waiting_for: tokens,
            reason: format!("{of} depends on a value that is not known yet"),
            likely: vec![],
        }),
        NoValue::Unknown(_) => Failure::Broken(format!(
            "{of} is computed from the id of a record that is not made yet"
        )),
        NoValue::Failed(message) => Failure::Broken(format!("{of}: {message}")),
    }
}
