//! Values between three forms: JSON of requests and answers, SQLite's, and the field's own. Says what
//! the platform says when a value does not fit.

use std::collections::BTreeSet;

use rusqlite::types::Value as Sql;
use serde_json::Value;
use usher_core::id;

use crate::refusal::{Outcome, Refusal};
use crate::schema::{Field, FieldKind, Picklist, object};
use crate::stamp;
use crate::store::selection;

/// A value that a client sent, checked against the field's type and length, in the form it is kept.
pub(crate) fn checked(field: &Field, value: &Value) -> Outcome<Value> {
    let text = match value {
        Value::Null => return Ok(Value::Null),
        Value::Array(_) | Value::Object(_) => return Err(unreadable(field, value)),
        Value::String(text) => trimmed(text),
        _ => "",
    };
    if matches!(value, Value::String(_)) && text.is_empty() {
        return Ok(Value::Null);
    }
    match field.kind {
        FieldKind::Truth => match (value, text.to_ascii_lowercase().as_str()) {
            (Value::Bool(_), _) => Ok(value.clone()),
            (Value::String(_), "true") => Ok(Value::Bool(true)),
            (Value::String(_), "false") => Ok(Value::Bool(false)),
            _ => Err(unreadable(field, value)),
        },
        FieldKind::Integer | FieldKind::Double => number(field, value, text),
        FieldKind::Selection(list) => selected(field, list, text),
        _ => {
            // Numbers and truths sent for a text are taken as written, as the platform does.
            let owned = match value {
                Value::String(_) => text.to_owned(),
                other => other.to_string(),
            };
            checked_text(field, owned).map(Value::String)
        }
    }
}

/// A text as it is kept: without the blanks and tabs around it. Other characters that look like blanks
/// (U+00A0, U+3000) are text.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

fn number(field: &Field, value: &Value, text: &str) -> Outcome<Value> {
    let parsed = match value {
        Value::Number(number) => Some(number.clone()),
        Value::String(_) => serde_json::from_str(text).ok(),
        _ => None,
    };
    let number = parsed.ok_or_else(|| unreadable(field, value))?;
    if let (Some((precision, scale)), Some(real)) = (field.digits, number.as_f64())
        && real.abs() >= 10_f64.powi(i32::try_from(precision - scale).unwrap_or(i32::MAX))
    {
        let message = format!(
            "{}: value outside of valid range on numeric field: {number}",
            field.label
        );
        let code = "NUMBER_OUTSIDE_VALID_RANGE";
        return Err(Refusal::save(code, message, &[field.name]));
    }
    let whole = matches!(field.kind, FieldKind::Integer);
    match whole && number.as_i64().is_none() {
        true => Err(unreadable(field, value)),
        false => Ok(Value::Number(number)),
    }
}

/// Characters of a value that an error repeats.
const ECHOED_CHARS_MAX: usize = 1_000;

fn checked_text(field: &Field, text: String) -> Outcome<String> {
    if let Some(length) = field
        .length()
        .filter(|&length| text.chars().count() > length as usize)
    {
        // No value is echoed without an end.
        let shown: String = text.chars().take(ECHOED_CHARS_MAX).collect();
        let message = format!(
            "{}: data value too large: {shown} (max length={length})",
            field.label
        );
        return Err(Refusal::save("STRING_TOO_LONG", message, &[field.name]));
    }
    match field.kind {
        FieldKind::Id | FieldKind::Reference { .. } => reference(field, &text),
        FieldKind::Email(_) if !looks_like_email(&text) => {
            let message = format!("{}: invalid email address: {text}", field.label);
            Err(Refusal::save(
                "INVALID_EMAIL_ADDRESS",
                message,
                &[field.name],
            ))
        }
        FieldKind::Picklist(list) => chosen(field, list, &text),
        FieldKind::Date => {
            stamp::parse_date(&text).ok_or_else(|| unreadable(field, &Value::String(text)))
        }
        FieldKind::DateTime => {
            stamp::parse_date_time(&text).ok_or_else(|| unreadable(field, &Value::String(text)))
        }
        _ => Ok(text),
    }
}

/// A value of a list.
fn chosen(field: &Field, list: Picklist, text: &str) -> Outcome<String> {
    let known = list.values.iter().find(|(value, _)| *value == text);
    // A label is taken for its value: `User` for `Worker` (docs/salesforce/users.md#portal-role).
    let labelled = list.values.iter().find(|(_, label)| *label == text);
    match known.or(labelled) {
        Some((value, _)) => Ok((*value).to_owned()),
        None if !list.restricted => Ok(text.to_owned()),
        None => Err(Refusal::save(
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            format!(
                "{}: bad value for restricted picklist field: {text}",
                field.label
            ),
            &[field.name],
        )),
    }
}

/// Several values of a list, each once, in the order in which they were sent \[inferred\]
/// (docs/salesforce/records.md#multi-select-picklists).
fn selected(field: &Field, list: Picklist, text: &str) -> Outcome<Value> {
    let mut kept: Vec<String> = Vec::new();
    let mut seen = BTreeSet::new();
    for value in selection::values(text) {
        let value = chosen(field, list, value)?;
        if seen.insert(value.to_lowercase()) {
            kept.push(value);
        }
    }
    match kept.is_empty() {
        true => Ok(Value::Null),
        false => checked_text(field, kept.join(";")).map(Value::String),
    }
}

fn reference(field: &Field, text: &str) -> Outcome<String> {
    let canonical = id::canonical(text).filter(|id| match field.kind {
        FieldKind::Reference { to, .. } => to
            .iter()
            .any(|name| object(name).is_some_and(|object| id.starts_with(object.prefix))),
        _ => true,
    });
    canonical.ok_or_else(|| {
        let message = format!("{}: id value of incorrect type: {text}", field.label);
        Refusal::save("MALFORMED_ID", message, &[field.name])
    })
}

/// Something, one `@`, something with a dot [inferred: the platform's own check is not published].
fn looks_like_email(text: &str) -> bool {
    let Some((name, host)) = text.rsplit_once('@') else {
        return false;
    };
    let plain = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && !part.ends_with('.')
            && !part.contains(|c: char| c.is_whitespace() || "@,;:<>()[]\"\\".contains(c))
    };
    plain(name) && plain(host) && host.contains('.') && !host.contains("..")
}

fn unreadable(field: &Field, value: &Value) -> Refusal {
    let (wanted, given) = (type_name(field.kind), value_name(value));
    let shown = match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    Refusal::new(
        400,
        "JSON_PARSER_ERROR",
        format!(
            "Cannot deserialize instance of {wanted} from {given} value {shown} or request may be missing a required field: {}",
            field.name
        ),
    )
}

fn value_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "VALUE_NULL",
        Value::Bool(true) => "VALUE_TRUE",
        Value::Bool(false) => "VALUE_FALSE",
        Value::Number(_) => "VALUE_NUMBER",
        Value::String(_) => "VALUE_STRING",
        Value::Array(_) => "START_ARRAY",
        Value::Object(_) => "START_OBJECT",
    }
}

/// The type as describes name it.
pub(crate) fn type_name(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Id => "id",
        FieldKind::Reference { .. } => "reference",
        FieldKind::Text(_) => "string",
        FieldKind::LongText(_) => "textarea",
        FieldKind::Email(_) => "email",
        FieldKind::Phone(_) => "phone",
        FieldKind::Url(_) => "url",
        FieldKind::Picklist(_) => "picklist",
        FieldKind::Selection(_) => "multipicklist",
        FieldKind::Truth => "boolean",
        FieldKind::Integer => "int",
        FieldKind::Double => "double",
        FieldKind::Date => "date",
        FieldKind::DateTime => "datetime",
    }
}

/// As the store keeps it.
pub(crate) fn to_sql(value: &Value) -> Sql {
    match value {
        Value::Null => Sql::Null,
        Value::Bool(truth) => Sql::Integer(i64::from(*truth)),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Sql::Integer(whole),
            None => Sql::Real(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => Sql::Text(text.clone()),
        other => Sql::Text(other.to_string()),
    }
}

/// As answers hold it.
pub(crate) fn from_sql(kind: FieldKind, value: Sql) -> Value {
    match (kind, value) {
        (FieldKind::Truth, Sql::Integer(truth)) => Value::Bool(truth != 0),
        (_, Sql::Integer(whole)) => Value::from(whole),
        (_, Sql::Real(real)) => Value::from(real),
        (_, Sql::Text(text)) if !text.is_empty() => Value::String(text),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests;
