//! One record in memory.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::schema::{Field, Object, Preset};

/// One record: canonical field name → value. Rows read from the store hold every field.
pub(crate) type Row = BTreeMap<&'static str, Value>;

/// The text of a value of a row; empty where there is none.
pub(crate) fn text<'a>(row: &'a Row, field: &str) -> &'a str {
    row.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// Says whether a checkbox of a row is on.
pub(crate) fn truth(row: &Row, field: &str) -> bool {
    row.get(field) == Some(&Value::Bool(true))
}

/// A row that holds the presets of its object, and no id.
pub(crate) fn blank(object: &'static Object) -> Row {
    let stored = object.fields().filter(|field| field.computed.is_none());
    stored.filter_map(preset).collect()
}

/// The value with which a field of a new record begins.
pub(crate) fn preset(field: &'static Field) -> Option<(&'static str, Value)> {
    let value = match field.preset {
        Preset::Nothing | Preset::Rule => return None,
        Preset::Truth(truth) => Value::from(truth),
        Preset::Number(number) => Value::from(number),
        Preset::Text(text) => Value::from(text),
    };
    Some((field.name, value))
}
