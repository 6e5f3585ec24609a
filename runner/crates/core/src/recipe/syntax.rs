//! TOML as a tree whose nodes hold their places, entries in the order of the file.
//!
//! The only file that knows the TOML parser. It does not know the meaning of keys.

use std::ops::Range;

use serde_json::{Map, Number, Value};
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, SourceText};

/// Keys and values between two headers or two braces.
#[derive(Clone, Debug)]
pub(super) struct Table {
    /// The header, or the braces with all between them; empty for a whole file.
    pub(super) span: Range<usize>,
    pub(super) entries: Vec<Entry>,
}

/// One key with its value.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Range<usize>,
    pub(super) value: Node,
}

/// A value.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) span: Range<usize>,
    pub(super) data: Data,
}

/// The data of a value.
#[derive(Clone, Debug)]
pub(super) enum Data {
    Text(String),
    Integer(i64),
    /// Finite.
    Float(f64),
    Boolean(bool),
    /// A date or a time without quotes, as it was written.
    Time(String),
    List(Vec<Node>),
    Table(Table),
}

/// The tree of a file of at most `bytes_max` bytes.
///
/// # Errors
///
/// The text is too large, not valid TOML, or holds a number that does not fit. `area` begins the code.
pub(super) fn parse(
    source: &SourceText,
    area: &str,
    bytes_max: u64,
) -> Result<Table, Box<Diagnostic>> {
    let text = source.text.as_str();
    if text.len() as u64 > bytes_max {
        let message = format!("the file has {} bytes, more than {bytes_max}", text.len());
        return Err(Box::new(
            Diagnostic::error(&format!("{area}/too-large"), message)
                .at(0..0)
                .help("check that it is the right file"),
        ));
    }
    let syntax = |message: String, span: Range<usize>| {
        Box::new(
            Diagnostic::error(&format!("{area}/syntax"), message)
                .at(span)
                .help("the file is TOML: `key = value` lines below `[table]` headers; texts in quotes"),
        )
    };
    let root = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        syntax(format!("not TOML: {}", error.message()), span)
    })?;
    table(0..0, root.get_ref()).map_err(|(message, span)| syntax(message, span))
}

type Misfit = (String, Range<usize>);

fn table(span: Range<usize>, toml: &DeTable<'_>) -> Result<Table, Misfit> {
    let mut entries = toml
        .iter()
        .map(|(key, value)| {
            Ok(Entry {
                key: key.get_ref().to_string(),
                key_span: key.span(),
                value: node(value.span(), value.get_ref())?,
            })
        })
        .collect::<Result<Vec<_>, Misfit>>()?;
    // The parser sorts by name; people read from top to bottom.
    entries.sort_by_key(|entry| (entry.key_span.start, entry.key_span.end));
    Ok(Table { span, entries })
}

fn node(span: Range<usize>, toml: &DeValue<'_>) -> Result<Node, Misfit> {
    let data = match toml {
        DeValue::String(text) => Data::Text(text.to_string()),
        DeValue::Integer(integer) => {
            let parsed = i64::from_str_radix(integer.as_str(), integer.radix());
            Data::Integer(
                parsed.map_err(|_| (format!("`{integer}` is beyond 64 bits"), span.clone()))?,
            )
        }
        DeValue::Float(float) => match float.as_str().parse::<f64>() {
            Ok(number) if number.is_finite() => Data::Float(number),
            _ => return Err((format!("`{float}` is not a usable number"), span)),
        },
        DeValue::Boolean(truth) => Data::Boolean(*truth),
        DeValue::Datetime(time) => Data::Time(time.to_string()),
        DeValue::Array(values) => {
            let nodes = values
                .iter()
                .map(|value| node(value.span(), value.get_ref()));
            Data::List(nodes.collect::<Result<_, _>>()?)
        }
        DeValue::Table(inner) => Data::Table(table(span.clone(), inner)?),
    };
    Ok(Node { span, data })
}

impl Table {
    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The table as JSON.
    pub(super) fn json(&self) -> Map<String, Value> {
        let entries = self.entries.iter();
        entries
            .map(|entry| (entry.key.clone(), entry.value.json()))
            .collect()
    }
}

impl Node {
    /// The value as JSON; dates and times become texts.
    pub(super) fn json(&self) -> Value {
        match &self.data {
            Data::Text(text) | Data::Time(text) => Value::String(text.clone()),
            Data::Integer(integer) => Value::from(*integer),
            Data::Float(float) => {
                Value::Number(Number::from_f64(*float).expect("only finite numbers are parsed"))
            }
            Data::Boolean(truth) => Value::Bool(*truth),
            Data::List(nodes) => Value::Array(nodes.iter().map(Node::json).collect()),
            Data::Table(table) => Value::Object(table.json()),
        }
    }

    /// Names the type with an article, for messages.
    pub(super) fn what(&self) -> &'static str {
        match &self.data {
            Data::Text(_) => "a text",
            Data::Integer(_) => "an integer",
            Data::Float(_) => "a number",
            Data::Boolean(_) => "a boolean",
            Data::Time(_) => "a date or time",
            Data::List(_) => "a list",
            Data::Table(_) => "a table",
        }
    }
}
