//! JSON as the sequence of elements that a WSDL gives a type: the names in its order, each in its shape.

use serde_json::Value;

use crate::xml::escape;

/// The shape of an element.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// Always there; without a value it is false.
    Truth,
    /// There when it has a value.
    TruthIf,
    /// Always there; without a value it is 0.
    Count,
    /// Always there; without a value it is empty.
    Text,
    /// Always there; without a value it is nil.
    TextOrNil,
    /// There when it has a value.
    TextIf,
    /// A text for each value of a list.
    Texts,
    /// A time, in the form of SOAP.
    Time,
    /// A value that says its type.
    Any,
    /// One element of parts.
    One(&'static [Part]),
    /// An element of parts for each value of a list.
    Each(&'static [Part]),
    /// A record, with the fields that have a value.
    Record,
    /// There from that version of the WSDL on.
    Since(u32, &'static Shape),
}

/// An element: its name and its shape.
pub(super) type Part = (&'static str, Shape);

/// The elements of a value that are the same in every version.
pub(super) fn elements(value: &Value, parts: &[Part]) -> String {
    elements_at(u32::MAX, value, parts)
}

/// The elements of a value in a version of the WSDL.
pub(super) fn elements_at(version: u32, value: &Value, parts: &[Part]) -> String {
    let parts = parts.iter();
    parts
        .map(|(name, shape)| element(version, name, *shape, &value[*name]))
        .collect()
}

fn element(version: u32, name: &str, shape: Shape, value: &Value) -> String {
    let given = scalar(value);
    match (shape, given) {
        (Shape::Since(since, _), _) if version < since => String::new(),
        (Shape::Since(_, shape), _) => element(version, name, *shape, value),
        (Shape::Truth, given) => plain(name, given.as_deref().unwrap_or("false")),
        (Shape::Count, given) => plain(name, given.as_deref().unwrap_or("0")),
        (Shape::Text, given) => plain(name, given.as_deref().unwrap_or_default()),
        (Shape::TextOrNil, None) => format!("<{name} xsi:nil=\"true\"/>"),
        (Shape::TextIf | Shape::TruthIf, None) => String::new(),
        (Shape::TextIf | Shape::TextOrNil | Shape::TruthIf, Some(given)) => plain(name, &given),
        (Shape::Time, given) => plain(name, &time(given.as_deref().unwrap_or_default())),
        (Shape::Any, None) => String::new(),
        (Shape::Any, Some(given)) => format!(
            "<{name} xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xsi:type=\"xsd:{}\">{given}</{name}>",
            type_of(value)
        ),
        (Shape::Texts, _) => each(value)
            .map(|value| plain(name, &scalar(value).unwrap_or_default()))
            .collect(),
        (Shape::One(_), _) if value.is_null() => String::new(),
        (Shape::One(parts), _) => plain(name, &elements_at(version, value, parts)),
        (Shape::Record, _) => record(name, value),
        (Shape::Each(parts), _) => each(value)
            .map(|value| plain(name, &elements_at(version, value, parts)))
            .collect(),
    }
}

fn record(name: &str, record: &Value) -> String {
    let kind = plain(
        "sf:type",
        record["attributes"]["type"].as_str().unwrap_or_default(),
    );
    let id = plain("sf:Id", record["Id"].as_str().unwrap_or_default());
    let fields = record.as_object().into_iter().flatten();
    let fields =
        fields.filter_map(|(name, value)| Some(plain(&format!("sf:{name}"), &scalar(value)?)));
    let fields: String = fields.collect();
    format!("<{name} xsi:type=\"sf:sObject\">{kind}{id}{fields}</{name}>")
}

fn each(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn plain(name: &str, content: &str) -> String {
    format!("<{name}>{content}</{name}>")
}

/// The content of an element; none: the value is null or has parts.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        Value::String(text) => Some(escape(text)),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A time of records, `…+0000`, as SOAP writes it (docs/salesforce/rest.md#times).
pub(super) fn time(text: &str) -> String {
    match text.strip_suffix("+0000") {
        Some(text) => format!("{text}Z"),
        None => text.to_owned(),
    }
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "double",
        Value::Number(_) => "int",
        _ => "string",
    }
}
