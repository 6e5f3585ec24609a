//! The criteria of sharing rules: each compares a field of the record with a value, and a filter joins them
//! (docs/salesforce/sharing.md#criteria).

use std::cmp::Ordering;

use serde_json::Value;
use usher_core::component::{parts, texts};

use crate::components::Content;
use crate::refusal::Outcome;
use crate::row::Row;
use crate::schema::{FieldKind, Object};
use crate::tenant::Tenant;

/// Says whether a record meets the criteria of a rule.
pub(super) fn meets(
    org: &Tenant<'_>,
    object: &Object,
    record: &Row,
    rule: &Content,
) -> Outcome<bool> {
    let mut answers = Vec::new();
    for item in parts(rule, "criteriaItems") {
        answers.push(fits(org, object, record, item)?);
    }
    let filter = texts(rule, "booleanFilter").next().unwrap_or_default();
    Ok(joined(filter, &answers))
}

/// Joins the answers of criteria by a filter; without one, all must hold.
pub(crate) fn joined(filter: &str, answers: &[bool]) -> bool {
    match filter {
        "" => !answers.is_empty() && answers.iter().all(|answer| *answer),
        filter => Filter::read(filter)
            .and_then(|filter| filter.value(answers))
            .unwrap_or(false),
    }
}

/// Says whether a text joins so many criteria: `1 AND (2 OR 3)`.
pub(crate) fn is_filter(text: &str, count: usize) -> bool {
    let answers = vec![true; count];
    Filter::read(text).is_some_and(|filter| filter.value(&answers).is_some())
}

fn fits(org: &Tenant<'_>, object: &Object, record: &Row, item: &Content) -> Outcome<bool> {
    let one = |element: &str| texts(item, element).next().unwrap_or_default();
    let Some(field) = org.any_field(object, one("field"))? else {
        return Ok(false);
    };
    let there = record.get(field.name).cloned().unwrap_or_default();
    // Values behind commas are alternatives; without case (docs/salesforce/sharing.md#criteria).
    let mut wanted = values(one("value"));
    let is = |wanted: &String| compare(field.kind, &there, wanted) == Some(Ordering::Equal);
    let ordered = |fits: fn(Ordering) -> bool| {
        let wanted = values(one("value"));
        let first = wanted.first().map_or("", String::as_str);
        compare(field.kind, &there, first).is_some_and(fits)
    };
    let text = shown(&there).to_lowercase();
    Ok(match one("operation") {
        "equals" => wanted.iter().any(is),
        "notEqual" => !wanted.iter().any(is),
        "lessThan" => ordered(Ordering::is_lt),
        "greaterThan" => ordered(Ordering::is_gt),
        "lessOrEqual" => ordered(Ordering::is_le),
        "greaterOrEqual" => ordered(Ordering::is_ge),
        "contains" => wanted
            .iter()
            .any(|part| text.contains(&part.to_lowercase())),
        "notContain" => !wanted
            .iter()
            .any(|part| text.contains(&part.to_lowercase())),
        "startsWith" => wanted
            .drain(..)
            .any(|part| text.starts_with(&part.to_lowercase())),
        _ => false,
    })
}

fn values(text: &str) -> Vec<String> {
    text.split(',')
        .map(|value| value.trim().to_owned())
        .collect()
}

fn compare(kind: FieldKind, there: &Value, wanted: &str) -> Option<Ordering> {
    match kind {
        FieldKind::Truth => {
            let wanted = matches!(wanted.to_lowercase().as_str(), "true" | "1");
            Some(there.as_bool().unwrap_or_default().cmp(&wanted))
        }
        FieldKind::Integer | FieldKind::Double => {
            there.as_f64()?.partial_cmp(&wanted.parse::<f64>().ok()?)
        }
        _ => Some(shown(there).to_lowercase().cmp(&wanted.to_lowercase())),
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A way to join criteria.
#[derive(Debug)]
enum Filter {
    /// The place of a criterion, from 1.
    Item(usize),
    Not(Box<Filter>),
    All(Vec<Filter>),
    Any(Vec<Filter>),
}

impl Filter {
    fn read(text: &str) -> Option<Self> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ").to_uppercase();
        let words: Vec<&str> = spaced.split_whitespace().collect();
        let mut rest = words.as_slice();
        let filter = Self::any(&mut rest, 0)?;
        rest.is_empty().then_some(filter)
    }

    fn any(words: &mut &[&str], depth: usize) -> Option<Self> {
        let mut parts = vec![Self::all(words, depth)?];
        while words.first() == Some(&"OR") {
            *words = &words[1..];
            parts.push(Self::all(words, depth)?);
        }
        Some(Self::Any(parts))
    }

    fn all(words: &mut &[&str], depth: usize) -> Option<Self> {
        let mut parts = vec![Self::one(words, depth)?];
        while words.first() == Some(&"AND") {
            *words = &words[1..];
            parts.push(Self::one(words, depth)?);
        }
        Some(Self::All(parts))
    }

    fn one(words: &mut &[&str], depth: usize) -> Option<Self> {
        /// Deeper than any filter that a person writes.
        const DEPTH_MAX: usize = 20;
        let (word, rest) = words.split_first()?;
        *words = rest;
        match *word {
            _ if depth == DEPTH_MAX => None,
            "NOT" => Some(Self::Not(Box::new(Self::one(words, depth + 1)?))),
            "(" => {
                let filter = Self::any(words, depth + 1)?;
                let (close, rest) = words.split_first()?;
                *words = rest;
                (*close == ")").then_some(filter)
            }
            number => Some(Self::Item(number.parse().ok()?)),
        }
    }

    /// None when it names a criterion that is missing.
    fn value(&self, answers: &[bool]) -> Option<bool> {
        match self {
            Self::Item(place) => answers.get(place.checked_sub(1)?).copied(),
            Self::Not(filter) => filter.value(answers).map(|answer| !answer),
            Self::All(parts) => {
                let values: Option<Vec<bool>> =
                    parts.iter().map(|part| part.value(answers)).collect();
                values.map(|values| values.iter().all(|value| *value))
            }
            Self::Any(parts) => {
                let values: Option<Vec<bool>> =
                    parts.iter().map(|part| part.value(answers)).collect();
                values.map(|values| values.iter().any(|value| *value))
            }
        }
    }
}
