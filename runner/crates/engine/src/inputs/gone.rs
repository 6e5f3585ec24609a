//! Records for which a list has no row any more: the set that the recipe names, without those that a row stands for.

use std::collections::HashSet;

use serde_json::{Map, Value};
use usher_core::id;
use usher_core::keep::{Gone, KeptSet};
use usher_core::limit;
use usher_core::read::Record;
use usher_core::recipe::{self, InputKind, Keep, Recipe};
use usher_core::value::Scalar;
use usher_core::values::Values;

use super::{InputsError, WrongOf, naming};
use crate::reads::Reader;

/// The set of an input's `keep`, held against its rows; none: the input keeps no set. `values`: with records found.
///
/// # Errors
///
/// As [`InputsError`]: a condition has no value, or the org gives no answer.
pub(super) async fn find(
    recipe: &Recipe,
    input: &str,
    values: &Map<String, Value>,
    wrong: &WrongOf,
    reader: &Reader,
) -> Result<Option<KeptSet>, InputsError> {
    let Some((keep, key)) = kept(recipe, input) else {
        return Ok(None);
    };
    let rows = values.get(input).and_then(Value::as_array);
    let rows = rows.map_or(&[][..], Vec::as_slice);
    let mut set = KeptSet {
        object: keep.object.clone(),
        of: 0,
        gone: Vec::new(),
        brake: keep.brake,
        is_empty: rows.is_empty(),
        left_out: wrong.rows.len(),
        let_go: None,
    };
    if set.left_out > 0 {
        return Ok(Some(set));
    }
    let (by, name) = (keep.by.as_str(), naming::name(&keep.object));
    let mut fields = vec![by.to_owned(), name.to_owned()];
    fields.dedup();
    let lookup = keep.set(values, fields).map_err(InputsError::Mistakes)?;
    let records = reader.whole(lookup, limit::ROWS_MAX).await;
    let records = records.map_err(InputsError::Read)?;
    let there: Vec<Scalar> = rows
        .iter()
        .filter_map(|row| Scalar::from_json(row.get(key)?).map(composed))
        .collect();
    let there = Values::of(by, &there);
    for record in &records {
        // No row can stand for a record without a value.
        let value = record.get(by).and_then(Scalar::from_json).map(composed);
        let Some(value) = value.filter(|value| !is_empty(value)) else {
            continue;
        };
        set.of += 1;
        if !there.contains(&value) {
            set.gone.extend(gone(record, by, name));
        }
    }
    if !set.gone.is_empty() {
        leave_out(&mut set, keep, values, reader).await?;
    }
    Ok(Some(set))
}

/// Takes those out of the set who were let go already.
async fn leave_out(
    set: &mut KeptSet,
    keep: &Keep,
    values: &Map<String, Value>,
    reader: &Reader,
) -> Result<(), InputsError> {
    let lookup = keep.already_gone(values).map_err(InputsError::Mistakes)?;
    let Some((lookup, by)) = lookup else {
        return Ok(());
    };
    let records = reader.whole(lookup, limit::ROWS_MAX).await;
    let records = records.map_err(InputsError::Read)?;
    let ids = records.iter().filter_map(|record| record.get(by)?.as_str());
    let already: HashSet<String> = ids.filter_map(id::canonical).collect();
    let gone = set.gone.len();
    set.gone
        .retain(|gone| id::canonical(&gone.id).is_none_or(|id| !already.contains(&id)));
    set.of -= gone - set.gone.len();
    Ok(())
}

/// The set of an input and the key column of its rows.
fn kept<'r>(recipe: &'r Recipe, input: &str) -> Option<(&'r Keep, &'r str)> {
    let input = recipe.input(input)?;
    match (&input.keep, &input.kind) {
        (Some(keep), InputKind::Rows { key, .. }) => Some((keep, key)),
        _ => None,
    }
}

/// A text with its letters in one form: a file and the org may write the same one in two.
fn composed(value: Scalar) -> Scalar {
    match value {
        Scalar::Text(text) => Scalar::Text(recipe::composed(&text)),
        value => value,
    }
}

fn is_empty(value: &Scalar) -> bool {
    match value {
        Scalar::Nothing => true,
        Scalar::Text(text) => text.is_empty(),
        _ => false,
    }
}

fn gone(record: &Record, by: &str, name: &str) -> Option<Gone> {
    let text = |field: &str| match record.get(field)? {
        Value::String(text) => Some(text.clone()),
        Value::Null => None,
        other => Some(other.to_string()),
    };
    Some(Gone {
        id: text("Id")?,
        name: text(name).unwrap_or_default(),
        key: text(by).unwrap_or_default(),
    })
}
