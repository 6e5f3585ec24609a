//! Record inputs: a person writes an id, a name or an email; planning needs the record.

mod gone;
mod items;
mod named;
mod naming;
mod rows;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use serde_json::{Map, Value, json};
use usher_core::compact::Compact;
use usher_core::diagnostic::Diagnostic;
use usher_core::operation::Lookup;
use usher_core::plan::UsedInput;
use usher_core::read::ReadError;
use usher_core::recipe::{BoundInputs, InputKind, Recipe, WrongRow};
use usher_core::value::Token;

use crate::inputs::named::{Meant, Wanted};
use crate::reads::Reader;

/// Inputs with every record found.
#[derive(Clone, Debug)]
pub struct FoundInputs {
    /// Values that expressions see: a record is its id.
    pub values: Map<String, Value>,
    /// Inputs as a person sees them.
    pub used: Arc<Vec<UsedInput>>,
    /// Values of the references to secrets. Never written down.
    pub secrets: BTreeMap<Token, Value>,
}

/// Inputs, and the rows that are no part of them.
#[derive(Clone, Debug)]
pub struct Found {
    pub inputs: FoundInputs,
    /// Rows that are wrong, by their input.
    pub wrong: Vec<WrongOf>,
}

/// The wrong rows of one input.
#[derive(Clone, Debug)]
pub struct WrongOf {
    pub input: String,
    /// The file as the person named it.
    pub file: Option<String>,
    /// In the order of the file.
    pub rows: Vec<WrongRow>,
}

/// The reason why inputs cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputsError {
    /// The person's mistakes: no such record, or several. Mistakes in rows are among them.
    Mistakes(Vec<Diagnostic>),
    /// The org's error.
    Read(ReadError),
}

/// Finds the records that record inputs and rows name, with few requests for all of them. A row that is wrong, or whose
/// record is not found, is left out and reported.
///
/// # Errors
///
/// As [`InputsError`]; every mistake at once.
pub async fn find_records(
    recipe: &Recipe,
    bound: BoundInputs,
    reader: &Reader,
) -> Result<Found, InputsError> {
    let meant = named::find(wanted(recipe, &bound), reader)
        .await
        .map_err(InputsError::Read)?;
    let mut values = bound.values;
    let records = records(recipe, &values);
    let mut shown: HashMap<String, String> = HashMap::new();
    let mut mistakes = Vec::new();
    for (name, wanted) in &records {
        match meant.get(wanted) {
            Some(Ok(Meant { id, shown: text })) => {
                values.insert((*name).to_owned(), Value::from(id.as_str()));
                shown.insert((*name).to_owned(), text.clone());
            }
            Some(Err(not_one)) => mistakes.push(not_one.diagnostic(name)),
            None => {}
        }
    }
    let mut used_rows = BTreeMap::new();
    let mut wrong_of = BTreeMap::new();
    for (name, rows) in bound.rows {
        let taken = rows::take(recipe, &name, rows, &meant);
        values.insert(name.clone(), taken.value);
        used_rows.insert(name.clone(), taken.used);
        wrong_of.insert(name, taken.wrong);
    }
    let mut kept = BTreeMap::new();
    for (name, wrong) in &wrong_of {
        // The set is not known before every record is found.
        if mistakes.is_empty() {
            match gone::find(recipe, name, &values, wrong, reader).await {
                Ok(Some(set)) => drop(kept.insert(name.clone(), set)),
                Ok(None) => {}
                Err(InputsError::Mistakes(found)) => mistakes.extend(found),
                Err(error) => return Err(error),
            }
        }
    }
    let wrong: Vec<WrongOf> = wrong_of
        .into_values()
        .filter(|of| !of.rows.is_empty())
        .collect();
    if !mistakes.is_empty() {
        mistakes.extend(wrong.iter().flat_map(WrongOf::diagnostics));
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
        value: values
            .get(&input.name)
            .map_or_else(Compact::default, Compact::of),
        shown: shown.remove(&input.name),
        rows: used_rows.remove(&input.name),
        kept: kept.remove(&input.name),
    });
    Ok(Found {
        inputs: FoundInputs {
            used: Arc::new(used.collect()),
            values,
            secrets,
        },
        wrong,
    })
}

/// The lookups that find the records which these inputs name.
pub(crate) fn foreseen(recipe: &Recipe, bound: &BoundInputs) -> Vec<Lookup> {
    named::lookups_of_all(&wanted(recipe, bound))
}

/// The records that inputs and rows name.
fn wanted<'r>(recipe: &'r Recipe, bound: &BoundInputs) -> Vec<Wanted<'r>> {
    let records = records(recipe, &bound.values).into_iter();
    let rows = bound.rows.iter();
    let rows = rows.flat_map(|(name, rows)| rows::wanted(recipe, name, rows));
    records.map(|(_, wanted)| wanted).chain(rows).collect()
}

/// The record inputs that have a value, each with the record that it names.
fn records<'r>(recipe: &'r Recipe, values: &Map<String, Value>) -> Vec<(&'r str, Wanted<'r>)> {
    let records = recipe.inputs.iter();
    let records = records.filter_map(|input| match (&input.kind, values.get(&input.name)?) {
        (InputKind::Record { object }, Value::String(text)) => {
            let text = text.trim().to_owned();
            Some((input.name.as_str(), Wanted { object, text }))
        }
        _ => None,
    });
    records.collect()
}

impl WrongOf {
    /// Every mistake with its place.
    pub fn diagnostics(&self) -> impl Iterator<Item = Diagnostic> + '_ {
        let file = self.file.as_deref();
        self.rows.iter().flat_map(move |row| {
            let faults = row.faults.iter();
            faults.map(move |fault| fault.diagnostic(file, row.line))
        })
    }
}

#[cfg(test)]
mod tests;
