//! Records for which a list has no row any more: the set that the recipe names, without those that a row stands for.

use serde_json::{Map, Value};
use usher_core::keep::{Gone, KeptSet};
use usher_core::limit;
use usher_core::read::Record;
use usher_core::recipe::{InputKind, Keep, Recipe};
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
        .filter_map(|row| Scalar::from_json(row.get(key)?))
        .collect();
    let there = Values::of(by, &there);
    for record in &records {
        // No row can stand for a record without a value.
        let value = record.get(by).and_then(Scalar::from_json);
        let Some(value) = value.filter(|value| !is_empty(value)) else {
            continue;
        };
        set.of += 1;
        if !there.contains(&value) {
            set.gone.extend(gone(record, by, name));
        }
    }
    Ok(Some(set))
}

/// The set of an input and the key column of its rows.
fn kept<'r>(recipe: &'r Recipe, input: &str) -> Option<(&'r Keep, &'r str)> {
    let input = recipe.input(input)?;
    match (&input.keep, &input.kind) {
        (Some(keep), InputKind::Rows { key, .. }) => Some((keep, key)),
        _ => None,
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
