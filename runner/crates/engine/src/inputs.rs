//! Record inputs: a person writes an id, a name or an email; planning needs the record.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use usher_core::diagnostic::{Diagnostic, list};
use usher_core::id;
use usher_core::operation::{Condition, Lookup};
use usher_core::plan::UsedInput;
use usher_core::read::{ReadError, Record};
use usher_core::recipe::{InputKind, Recipe};
use usher_core::value::{Scalar, Token};

use crate::reads::Reader;

/// The number of matches that an error names.
const MATCHES_SHOWN_MAX: usize = 5;

/// Inputs with every record found.
#[derive(Clone, Debug)]
pub struct FoundInputs {
    /// Values that expressions see: a record is its id.
    pub values: Map<String, Value>,
    /// Inputs as a person sees them.
    pub used: Vec<UsedInput>,
    /// Values of the references to secrets. Never written down.
    pub secrets: BTreeMap<Token, Value>,
}

/// The reason why inputs cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputsError {
    /// The person's mistakes: no such record, or several.
    Mistakes(Vec<Diagnostic>),
    /// The org's error.
    Read(ReadError),
}

/// Finds the records that record inputs name. One round of reads for all of them.
///
/// # Errors
///
/// As [`InputsError`]; every mistake at once.
pub async fn find_records(
    recipe: &Recipe,
    bound: Map<String, Value>,
    reader: &Reader,
) -> Result<FoundInputs, InputsError> {
    let records = named(recipe, &bound);
    let lookups = lookups_of_all(recipe, &bound);
    let mut answers = reader.real(&lookups).await.into_iter();
    let mut values = bound;
    let mut shown = Map::new();
    let mut mistakes = Vec::new();
    for (name, object, text) in &records {
        let mut found = Vec::new();
        for _ in lookups_of(object, text) {
            found.push(
                answers
                    .next()
                    .unwrap_or(Ok(Vec::new()))
                    .map_err(InputsError::Read)?,
            );
        }
        match one(name, object, text, &found) {
            Ok(record) => {
                values.insert(
                    (*name).to_owned(),
                    record.get("Id").cloned().unwrap_or(Value::Null),
                );
                shown.insert((*name).to_owned(), Value::String(describe(record)));
            }
            Err(mistake) => mistakes.push(mistake),
        }
    }
    if !mistakes.is_empty() {
        return Err(InputsError::Mistakes(mistakes));
    }
    let mut secrets = BTreeMap::new();
    for input in &recipe.inputs {
        if input.kind == InputKind::Secret
            && let Some(value) = values.get_mut(&input.name)
        {
            // A plugin passes the reference on; only the client fills it in.
            let token = Token::Input(input.name.clone());
            let secret = std::mem::replace(value, json!({ "$ref": token }));
            secrets.insert(token, secret);
            shown.insert(input.name.clone(), "(secret)".into());
        }
    }
    let used = recipe.inputs.iter().map(|input| UsedInput {
        name: input.name.clone(),
        value: values.get(&input.name).cloned().unwrap_or(Value::Null),
        shown: shown
            .get(&input.name)
            .and_then(Value::as_str)
            .map(str::to_owned),
    });
    Ok(FoundInputs {
        used: used.collect(),
        values,
        secrets,
    })
}

/// The lookups that find the records which these inputs name.
pub(crate) fn lookups_of_all(recipe: &Recipe, bound: &Map<String, Value>) -> Vec<Lookup> {
    let records = named(recipe, bound);
    let lookups = records
        .iter()
        .flat_map(|(_, object, text)| lookups(object, text));
    lookups.collect()
}

/// The record inputs that have a value: each with its object, and the text that names the record.
fn named<'r>(recipe: &'r Recipe, bound: &Map<String, Value>) -> Vec<(&'r str, &'r str, String)> {
    let records = recipe.inputs.iter();
    let records = records.filter_map(|input| match (&input.kind, bound.get(&input.name)?) {
        (InputKind::Record { object }, Value::String(text)) => {
            Some((input.name.as_str(), object.as_str(), text.trim().to_owned()))
        }
        _ => None,
    });
    records.collect()
}

/// Fields by which a record may be named, surest first, and those that are shown.
fn naming(object: &str) -> &'static [&'static str] {
    match object {
        "User" => &["Username", "Email", "Name"],
        "Contact" | "Lead" => &["Email", "Name"],
        // Cases have a number, and no name.
        "Case" => &["CaseNumber"],
        _ => &["Name"],
    }
}

fn lookups_of<'a>(object: &'a str, text: &str) -> Vec<&'a str> {
    if id::canonical(text).is_some() {
        vec!["Id"]
    } else {
        naming(object).to_vec()
    }
}

fn lookups(object: &str, text: &str) -> Vec<Lookup> {
    let fields: Vec<String> = naming(object)
        .iter()
        .map(|name| (*name).to_owned())
        .collect();
    let by = lookups_of(object, text).into_iter().map(|field| Lookup {
        object: object.to_owned(),
        fields: fields.clone(),
        conditions: vec![Condition::is(field, Scalar::text(text))],
    });
    by.collect()
}

/// Returns the one record that is meant. `found`: by each way of naming, surest first.
fn one<'a>(
    name: &str,
    object: &str,
    text: &str,
    found: &'a [Vec<Record>],
) -> Result<&'a Record, Diagnostic> {
    // A username is unique; an email or a name that is like it proves nothing.
    if object == "User"
        && let Some([record]) = found.first().map(Vec::as_slice)
    {
        return Ok(record);
    }
    let mut matches: Vec<&Record> = Vec::new();
    for record in found.iter().flatten() {
        if !matches
            .iter()
            .any(|known| known.get("Id") == record.get("Id"))
        {
            matches.push(record);
        }
    }
    match matches.as_slice() {
        [record] => Ok(record),
        [] => {
            let message = format!("input `{name}`: there is no `{object}` `{text}`");
            Err(Diagnostic::error("input/no-such-record", message).help(missing_help(object, text)))
        }
        many => {
            let message = format!(
                "input `{name}`: {} `{object}` are called `{text}`",
                many.len()
            );
            let shown: Vec<String> = many
                .iter()
                .take(MATCHES_SHOWN_MAX)
                .map(|record| describe(record))
                .collect();
            let mut help = format!("pass the id of the one you mean: {}", shown.join("; "));
            if many.len() > MATCHES_SHOWN_MAX {
                help.push_str(&format!("; and {} more", many.len() - MATCHES_SHOWN_MAX));
            }
            Err(Diagnostic::error("input/ambiguous-record", message).help(help))
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
    let text = |name: &str| record.get(name).and_then(Value::as_str);
    let id = text("Id").unwrap_or_default();
    let second = text("Username").or_else(|| text("Email"));
    match (text("Name").or_else(|| text("CaseNumber")), second) {
        (Some(name), Some(second)) => format!("{name}, {second} ({id})"),
        (Some(name), None) => format!("{name} ({id})"),
        _ => id.to_owned(),
    }
}

#[cfg(test)]
mod tests;
