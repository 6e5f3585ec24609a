//! The filters of the recipe language.

use crate::expression::Filter;
use crate::names::NoValue;
use crate::operators::as_text;
use crate::value::{Value, failed, missing, text_of, unknown};

/// The value that a filter makes.
pub(crate) fn apply(filter: Filter, value: Value, arguments: &[Value]) -> Result<Value, NoValue> {
    if filter == Filter::Default {
        return default(value, arguments);
    }
    match (filter, value) {
        (_, Value::Missing) => Err(missing()),
        (_, Value::Unknown(json)) => Err(unknown(&json)),
        (Filter::First, Value::List(items)) => {
            Ok(items.into_iter().next().unwrap_or(Value::Missing))
        }
        (Filter::Last, Value::List(mut items)) => Ok(items.pop().unwrap_or(Value::Missing)),
        (Filter::First, Value::Text(text)) => Ok(character(text.chars().next())),
        (Filter::Last, Value::Text(text)) => Ok(character(text.chars().next_back())),
        (Filter::Length, Value::List(items)) => Ok(Value::Whole(items.len() as i128)),
        (Filter::Length, Value::Table(members)) => Ok(Value::Whole(members.len() as i128)),
        (Filter::Length, Value::Text(text)) => Ok(Value::Whole(text.chars().count() as i128)),
        (Filter::Join, Value::List(items)) => join(&items, arguments),
        (Filter::Lower, Value::Text(text)) => made(text.to_lowercase()),
        (Filter::Upper, Value::Text(text)) => made(text.to_uppercase()),
        (Filter::Trim, Value::Text(text)) => trim(&text, arguments),
        (Filter::Replace, Value::Text(text)) => replace(&text, arguments),
        (Filter::Split, Value::Text(text)) => split(&text, arguments),
        (filter, value) => {
            let takes = match filter {
                Filter::Join => "a list",
                Filter::First | Filter::Last => "a list or a text",
                Filter::Length => "a list, a text or a table",
                _ => "a text",
            };
            Err(failed(format!(
                "the filter takes {takes}, not {}",
                value.what()
            )))
        }
    }
}

fn default(value: Value, arguments: &[Value]) -> Result<Value, NoValue> {
    let (other, also_empty) = match arguments {
        [] => (Value::Text(String::new()), false),
        [other] => (other.clone(), false),
        [other, also_empty, ..] => (other.clone(), also_empty.is_true()?),
    };
    let is_replaced = match &value {
        Value::Missing => true,
        Value::Unknown(_) => false,
        value => also_empty && !value.is_true()?,
    };
    Ok(if is_replaced { other } else { value })
}

fn character(found: Option<char>) -> Value {
    found.map_or(Value::Missing, |found| Value::Text(found.to_string()))
}

fn made(text: String) -> Result<Value, NoValue> {
    text_of(text.len())?;
    Ok(Value::Text(text))
}

fn join(items: &[Value], arguments: &[Value]) -> Result<Value, NoValue> {
    let between = match arguments.first() {
        Some(Value::Text(between)) => between.as_str(),
        None => "",
        Some(other) => return Err(takes_text("join", other)),
    };
    let mut joined = String::new();
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            joined.push_str(between);
        }
        joined.push_str(&as_text(item)?);
        text_of(joined.len())?;
    }
    Ok(Value::Text(joined))
}

fn trim(text: &str, arguments: &[Value]) -> Result<Value, NoValue> {
    match arguments.first() {
        None => made(text.trim().to_owned()),
        Some(Value::Text(characters)) => {
            made(text.trim_matches(|c| characters.contains(c)).to_owned())
        }
        Some(other) => Err(takes_text("trim", other)),
    }
}

fn replace(text: &str, arguments: &[Value]) -> Result<Value, NoValue> {
    match arguments {
        [Value::Text(from), Value::Text(to)] => {
            // The size is counted before anything so large is made.
            let count = text.matches(from.as_str()).count();
            text_of(text.len().saturating_add(count.saturating_mul(to.len())))?;
            made(text.replace(from.as_str(), to))
        }
        _ => Err(failed("`replace` takes two texts: `replace(\"a\", \"b\")`")),
    }
}

fn split(text: &str, arguments: &[Value]) -> Result<Value, NoValue> {
    let parts: Vec<&str> = match arguments {
        [] => text.split_whitespace().collect(),
        [Value::Text(at)] if !at.is_empty() => text.split(at.as_str()).collect(),
        _ => {
            return Err(failed(
                "`split` takes the text between the parts: `split(\",\")`",
            ));
        }
    };
    let parts = parts.into_iter().map(|part| Value::Text(part.to_owned()));
    Ok(Value::List(parts.collect()))
}

fn takes_text(filter: &str, other: &Value) -> NoValue {
    failed(format!("`{filter}` takes a text, not {}", other.what()))
}
