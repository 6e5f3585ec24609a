//! Queries over rows that are made for them: fields, conditions, order, bounds. Rows are few (a schema's), so that each is
//! looked at.

use std::cmp::Ordering;

use serde_json::{Map, Value, json};
use usher_core::soql::{Comparison, Condition, Direction, Item, Literal, Membership, Path, Query};

use crate::refusal::{Outcome, Refusal};
use crate::store;

/// The records of a query; `name` is that of the object.
pub(super) fn run(name: &str, rows: &[Value], query: &Query) -> Outcome<Vec<Value>> {
    let mut found: Vec<&Value> = Vec::new();
    for row in rows {
        let meets = match &query.condition {
            None => true,
            Some(condition) => meets(name, row, condition)?,
        };
        if meets {
            found.push(row);
        }
    }
    for order in query.order_by.iter().rev() {
        if let Some(row) = rows.first() {
            value(name, row, &order.path)?;
        }
        found.sort_by(|left, right| {
            let ordering = compare(
                value(name, left, &order.path).unwrap_or(&Value::Null),
                value(name, right, &order.path).unwrap_or(&Value::Null),
            );
            match order.direction {
                Direction::Ascending => ordering,
                Direction::Descending => ordering.reverse(),
            }
        });
    }
    let bound = |number: Option<u64>| number.map(|n| usize::try_from(n).unwrap_or(usize::MAX));
    let found = found
        .into_iter()
        .skip(bound(query.offset).unwrap_or_default())
        .take(bound(query.limit).unwrap_or(usize::MAX));
    found.map(|row| record(name, row, query)).collect()
}

fn record(name: &str, row: &Value, query: &Query) -> Outcome<Value> {
    let mut record = json!({ "attributes": { "type": name } });
    for item in &query.items {
        let Item::Field { path, .. } = item else {
            return Err(malformed(&format!(
                "The practice org selects fields of {name} only"
            )));
        };
        let found = value(name, row, path)?.clone();
        let (parents, field) = path.split();
        let mut at = &mut record;
        for parent in parents {
            let (key, _) = entry(row, parent).ok_or_else(|| no_column(name, path))?;
            let attributes = json!({ "attributes": { "type": key } });
            at = at
                .as_object_mut()
                .expect("records are objects")
                .entry(key)
                .or_insert(attributes);
        }
        let key = canonical(row, parents, field).unwrap_or(field).to_owned();
        at[key] = found;
    }
    Ok(record)
}

/// The name of a column as the schema writes it.
fn canonical<'r>(row: &'r Value, parents: &[String], field: &str) -> Option<&'r str> {
    let mut at = row;
    for parent in parents {
        (_, at) = entry(at, parent)?;
    }
    entry(at, field).map(|(key, _)| key)
}

fn entry<'r>(row: &'r Value, name: &str) -> Option<(&'r str, &'r Value)> {
    let fields: &Map<String, Value> = row.as_object()?;
    let mut fields = fields.iter();
    let found = fields.find(|(key, _)| key.eq_ignore_ascii_case(name) && *key != "attributes");
    found.map(|(key, value)| (key.as_str(), value))
}

fn value<'r>(name: &str, row: &'r Value, path: &Path) -> Outcome<&'r Value> {
    let mut at = row;
    for part in &path.0 {
        (_, at) = entry(at, part).ok_or_else(|| no_column(name, path))?;
    }
    Ok(at)
}

fn meets(name: &str, row: &Value, condition: &Condition) -> Outcome<bool> {
    Ok(match condition {
        Condition::And(parts) => {
            for part in parts {
                if !meets(name, row, part)? {
                    return Ok(false);
                }
            }
            true
        }
        Condition::Or(parts) => {
            let mut any = false;
            for part in parts {
                any |= meets(name, row, part)?;
            }
            any
        }
        Condition::Not(part) => !meets(name, row, part)?,
        Condition::Compare {
            path,
            comparison,
            value: wanted,
        } => {
            let (found, wanted) = (value(name, row, path)?, json_of(wanted)?);
            let ordering = compare(found, &wanted);
            match comparison {
                Comparison::Equal => ordering.is_eq(),
                Comparison::NotEqual => ordering.is_ne(),
                // A value that is not there is neither less nor greater.
                _ if found.is_null() || wanted.is_null() => false,
                Comparison::Less => ordering.is_lt(),
                Comparison::LessOrEqual => ordering.is_le(),
                Comparison::Greater => ordering.is_gt(),
                Comparison::GreaterOrEqual => ordering.is_ge(),
            }
        }
        Condition::OneOf {
            path,
            membership,
            values,
        } => {
            let found = value(name, row, path)?;
            let mut any = false;
            for wanted in values {
                any |= compare(found, &json_of(wanted)?).is_eq();
            }
            any == (*membership == Membership::In)
        }
        Condition::Like { path, pattern } => {
            let found = value(name, row, path)?.as_str().unwrap_or_default();
            store::like(pattern, found)
        }
        _ => {
            return Err(malformed(&format!(
                "The practice org does not know this condition on {name}"
            )));
        }
    })
}

/// Texts compare without case, as the platform's do; values of different kinds by their texts.
fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left
            .as_f64()
            .unwrap_or_default()
            .total_cmp(&right.as_f64().unwrap_or_default()),
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        _ => text(left).cmp(&text(right)),
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.to_lowercase(),
        other => other.to_string(),
    }
}

fn json_of(literal: &Literal) -> Outcome<Value> {
    Ok(match literal {
        Literal::Null => Value::Null,
        Literal::Truth(truth) => Value::from(*truth),
        Literal::Text(text) => Value::from(text.as_str()),
        Literal::Number(digits) => serde_json::from_str(digits)
            .map_err(|_| malformed(&format!("{digits} is not a number")))?,
        _ => return Err(malformed("Definitions hold no dates")),
    })
}

fn no_column(name: &str, path: &Path) -> Refusal {
    let column = path.0.join(".");
    let message = format!("No such column '{column}' on entity '{name}'");
    Refusal::new(400, "INVALID_FIELD", message)
}

fn malformed(message: &str) -> Refusal {
    Refusal::new(400, "MALFORMED_QUERY", message)
}
