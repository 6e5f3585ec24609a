//! One cell: a text of a CSV file, or a value of JSON or TOML, becomes a value of the column's type.

use serde_json::Value;

use super::{Column, RowFault, truth};
use crate::diagnostic::did_you_mean;
use crate::recipe::InputKind;
use crate::recipe::fitting::{self, Misfit};
use usher_contract::limit;

/// Reads a cell. `is_key`: the cell recognises its row.
pub(super) fn read(column: &Column, cell: Option<&Value>, is_key: bool) -> Result<Value, RowFault> {
    let name = column.name.as_str();
    let value = match cell {
        None | Some(Value::Null) => return empty(column),
        Some(Value::String(text)) if text.trim().is_empty() => return empty(column),
        Some(value) => value,
    };
    if let Value::String(text) = value
        && text.len() > limit::CELL_BYTES_MAX
    {
        let message = format!(
            "the cell has {} bytes, more than {}",
            text.len(),
            limit::CELL_BYTES_MAX
        );
        return Err(RowFault::of(
            name,
            "rows/too-large",
            message,
            "shorten it".to_owned(),
        ));
    }
    let fitting = match value {
        Value::String(text) => from_text(column, text, is_key)?,
        value => value.clone(),
    };
    fitting::fit(column.named(), &fitting).map_err(|misfit| fault(name, misfit))
}

/// The value of an empty cell.
fn empty(column: &Column) -> Result<Value, RowFault> {
    if let Some(default) = &column.default {
        return Ok(default.clone());
    }
    if let InputKind::Choice { choices } = &column.kind
        && choices.iter().any(String::is_empty)
    {
        return Ok(Value::from(""));
    }
    if column.is_optional {
        return Ok(Value::Null);
    }
    let name = &column.name;
    let wanted = wanted(&column.kind);
    let help = match &column.help {
        Some(help) => format!("write {wanted} ({help})"),
        None => format!("write {wanted}"),
    };
    let message = format!("`{name}` is empty");
    Err(RowFault::of(name, "rows/missing-cell", message, help))
}

/// Reads a text without quotes.
fn from_text(column: &Column, text: &str, is_key: bool) -> Result<Value, RowFault> {
    let name = column.name.as_str();
    let trimmed = text.trim();
    let wrong =
        |what: &str, message: String, help: String| Err(RowFault::of(name, what, message, help));
    match &column.kind {
        InputKind::Boolean => match truth::read(trimmed) {
            Some(truth) => Ok(Value::Bool(truth)),
            None => wrong(
                "rows/wrong-type",
                format!("`{trimmed}` is neither `true` nor `false`"),
                "write `true` or `false`".to_owned(),
            ),
        },
        InputKind::Integer => trimmed.parse::<i64>().map(Value::from).or_else(|_| {
            wrong(
                "rows/wrong-type",
                format!("`{trimmed}` is not a whole number"),
                "write digits alone, without a mark between thousands and without decimals, as in `1200`"
                    .to_owned(),
            )
        }),
        InputKind::List if trimmed.starts_with('[') => {
            serde_json::from_str(trimmed).or_else(|error| {
                wrong(
                    "rows/wrong-type",
                    format!("the list is not JSON: {error}"),
                    "write texts with `;` between them".to_owned(),
                )
            })
        }
        InputKind::List => {
            let texts: Vec<&str> = trimmed.split(';').map(str::trim).collect();
            if texts.iter().any(|text| text.is_empty()) {
                return wrong(
                    "rows/wrong-type",
                    format!("the list `{trimmed}` has an empty item"),
                    "put one `;` between items, and none at the end".to_owned(),
                );
            }
            Ok(Value::from(texts))
        }
        InputKind::Choice { choices } => {
            if choices.iter().any(|choice| choice == text) {
                return Ok(Value::from(text));
            }
            if choices.iter().any(|choice| choice == trimmed) {
                return Ok(Value::from(trimmed));
            }
            let help = did_you_mean(trimmed, fitting::named(choices));
            let message = format!("`{trimmed}` is not a choice of `{name}`");
            wrong("rows/bad-choice", message, help)
        }
        InputKind::Text if !is_key => Ok(Value::from(text)),
        _ => Ok(Value::from(trimmed)),
    }
}

fn fault(column: &str, misfit: Misfit) -> RowFault {
    RowFault::of(
        column,
        &format!("rows/{}", misfit.what),
        misfit.message,
        misfit.help,
    )
}

/// The value that a cell takes.
fn wanted(kind: &InputKind) -> String {
    match kind {
        InputKind::Record { object } => {
            format!("the id of a {object}, or its unique name or email")
        }
        InputKind::Integer => "a whole number".to_owned(),
        InputKind::Boolean => "`true` or `false`".to_owned(),
        InputKind::Choice { choices } => {
            let choices: Vec<&str> = fitting::named(choices).collect();
            format!("one of {}", crate::diagnostic::list(&choices))
        }
        InputKind::List => "texts with `;` between them".to_owned(),
        _ => "a text".to_owned(),
    }
}
