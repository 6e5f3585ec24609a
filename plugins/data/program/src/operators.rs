//! Operators with two operands.

use std::cmp::Ordering;

use serde_json::Value as Json;

use crate::expression::Binary;
use crate::names::NoValue;
use crate::unknown::Joined;
use crate::value::{Value, failed, text_of, unknown};

/// The value of an operator that evaluates both of its operands.
pub(crate) fn binary(operator: Binary, left: Value, right: Value) -> Result<Value, NoValue> {
    if operator == Binary::Join {
        return join(&left, &right);
    }
    for operand in [&left, &right] {
        known(operand)?;
    }
    let order = |wanted: &[Ordering]| {
        let order = compare(&left, &right)?;
        Ok(Value::Truth(wanted.contains(&order)))
    };
    match operator {
        Binary::Equal => Ok(Value::Truth(equal(&left, &right))),
        Binary::NotEqual => Ok(Value::Truth(!equal(&left, &right))),
        Binary::Less => order(&[Ordering::Less]),
        Binary::LessOrEqual => order(&[Ordering::Less, Ordering::Equal]),
        Binary::Greater => order(&[Ordering::Greater]),
        Binary::GreaterOrEqual => order(&[Ordering::Greater, Ordering::Equal]),
        Binary::In => within(&left, &right).map(Value::Truth),
        Binary::Add => add(left, right),
        _ => calculate(operator, &left, &right),
    }
}

/// `list[0]`, counted from the end when it is negative; `table["key"]`.
pub(crate) fn item(list: Value, at: &Value) -> Result<Value, NoValue> {
    Ok(match (list, at) {
        (Value::Unknown(json), _) => return Err(unknown(&json)),
        (_, Value::Unknown(json)) => return Err(unknown(json)),
        (Value::List(mut items), Value::Whole(at)) => {
            let count = items.len() as i128;
            let at = if *at < 0 { count + at } else { *at };
            match usize::try_from(at) {
                Ok(at) if at < items.len() => items.swap_remove(at),
                _ => Value::Missing,
            }
        }
        (Value::Table(members), Value::Text(key)) => {
            let member = members.into_iter().find(|(name, _)| name == key);
            member.map_or(Value::Missing, |(_, value)| value)
        }
        (list, at) => {
            return Err(failed(format!(
                "{} has no item that {} names",
                list.what(),
                at.what()
            )));
        }
    })
}

/// `list[from:to]`, `text[from:to]`. A negative number counts from the end.
pub(crate) fn part(list: Value, from: Option<Value>, to: Option<Value>) -> Result<Value, NoValue> {
    let count = match &list {
        Value::Unknown(json) => return Err(unknown(json)),
        Value::List(items) => items.len(),
        Value::Text(text) => text.chars().count(),
        other => return Err(failed(format!("{} has no parts", other.what()))),
    };
    let from = end(from, count, 0)?;
    let taken = end(to, count, count)?.saturating_sub(from);
    Ok(match list {
        Value::List(items) => Value::List(items.into_iter().skip(from).take(taken).collect()),
        Value::Text(text) => Value::Text(text.chars().skip(from).take(taken).collect()),
        other => other,
    })
}

fn end(end: Option<Value>, count: usize, otherwise: usize) -> Result<usize, NoValue> {
    let end = match end {
        None | Some(Value::Null) => return Ok(otherwise),
        Some(Value::Whole(end)) => end,
        Some(Value::Unknown(json)) => return Err(unknown(&json)),
        Some(other) => {
            return Err(failed(format!(
                "a part ends at a number, not at {}",
                other.what()
            )));
        }
    };
    let counted = if end < 0 { end + count as i128 } else { end };
    Ok(usize::try_from(counted.max(0)).unwrap_or(count).min(count))
}

/// Every part of it must be known.
fn known(value: &Value) -> Result<(), NoValue> {
    match value {
        Value::Unknown(json) => Err(unknown(json)),
        Value::List(items) => items.iter().try_for_each(known),
        Value::Table(members) => members.iter().try_for_each(|(_, value)| known(value)),
        _ => Ok(()),
    }
}

fn join(left: &Value, right: &Value) -> Result<Value, NoValue> {
    let mut joined = Joined::default();
    let mut bytes = 0;
    for part in [left, right] {
        match part {
            Value::Unknown(json) => joined.unknown(json),
            part => {
                let text = as_text(part)?;
                bytes += text.len();
                joined.text(&text);
            }
        }
    }
    text_of(bytes)?;
    Ok(match joined.finish() {
        Json::String(text) => Value::Text(text),
        json => Value::Unknown(json),
    })
}

/// A value inside a text.
pub(crate) fn as_text(value: &Value) -> Result<String, NoValue> {
    Ok(match value {
        Value::Text(text) => text.clone(),
        Value::Whole(whole) => whole.to_string(),
        Value::Fraction(fraction) => serde_json::Number::from_f64(*fraction)
            .map(|number| number.to_string())
            .ok_or_else(|| failed("a number that is not usable"))?,
        // As in a recipe.
        Value::Truth(true) => "True".to_owned(),
        Value::Truth(false) => "False".to_owned(),
        Value::Unknown(json) => return Err(unknown(json)),
        other => {
            return Err(failed(format!("{} cannot be part of a text", other.what())));
        }
    })
}

fn add(left: Value, right: Value) -> Result<Value, NoValue> {
    match (left, right) {
        (Value::Text(mut left), Value::Text(right)) => {
            text_of(left.len() + right.len())?;
            left.push_str(&right);
            Ok(Value::Text(left))
        }
        (Value::List(mut left), Value::List(right)) => {
            left.extend(right);
            Ok(Value::List(left))
        }
        (left, right) => calculate(Binary::Add, &left, &right),
    }
}

fn calculate(operator: Binary, left: &Value, right: &Value) -> Result<Value, NoValue> {
    if let (Value::Whole(a), Value::Whole(b)) = (left, right)
        && operator != Binary::Divide
    {
        let result = match operator {
            Binary::Add => a.checked_add(*b),
            Binary::Subtract => a.checked_sub(*b),
            Binary::Multiply => a.checked_mul(*b),
            Binary::DivideWhole => whole_division(*a, *b).map(|(quotient, _)| quotient),
            Binary::Remainder => whole_division(*a, *b).map(|(_, remainder)| remainder),
            _ => None,
        };
        return match result {
            Some(result) => Ok(Value::Whole(result)),
            None => Err(failed(format!("{a} and {b} have no such result"))),
        };
    }
    let (Some(a), Some(b)) = (number(left), number(right)) else {
        return Err(failed(format!(
            "{} and {} cannot be calculated with",
            left.what(),
            right.what()
        )));
    };
    let result = match operator {
        Binary::Add => a + b,
        Binary::Subtract => a - b,
        Binary::Multiply => a * b,
        Binary::Divide if b != 0.0 => a / b,
        _ => return Err(failed(format!("{a} and {b} have no such result"))),
    };
    Ok(Value::Fraction(result))
}

/// Rounds down; the remainder has the sign of the divisor.
fn whole_division(a: i128, b: i128) -> Option<(i128, i128)> {
    let (quotient, remainder) = (a.checked_div(b)?, a.checked_rem(b)?);
    if remainder != 0 && (remainder < 0) != (b < 0) {
        return Some((quotient - 1, remainder + b));
    }
    Some((quotient, remainder))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a fraction is no more exact, in a recipe either"
)]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Whole(whole) => Some(*whole as f64),
        Value::Fraction(fraction) => Some(*fraction),
        _ => None,
    }
}

pub(crate) fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Null, Value::Null) => true,
        (Value::Truth(a), Value::Truth(b)) => a == b,
        (Value::Whole(a), Value::Whole(b)) => a == b,
        (Value::Truth(a), Value::Whole(b)) | (Value::Whole(b), Value::Truth(a)) => {
            i128::from(*a) == *b
        }
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::List(a), Value::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
        }
        (Value::Table(a), Value::Table(b)) => {
            let has = |(key, value): &(String, Value)| {
                let mut others = b.iter();
                others.any(|(other, there)| other == key && equal(value, there))
            };
            a.len() == b.len() && a.iter().all(has)
        }
        (left, right) => matches!((number(left), number(right)), (Some(a), Some(b)) if a == b),
    }
}

fn compare(left: &Value, right: &Value) -> Result<Ordering, NoValue> {
    let order = match (left, right) {
        (Value::Whole(a), Value::Whole(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (left, right) => match (number(left), number(right)) {
            (Some(a), Some(b)) => a.partial_cmp(&b),
            _ => None,
        },
    };
    order.ok_or_else(|| {
        failed(format!(
            "{} and {} cannot be compared by size",
            left.what(),
            right.what()
        ))
    })
}

fn within(part: &Value, whole: &Value) -> Result<bool, NoValue> {
    match (part, whole) {
        (Value::Text(part), Value::Text(whole)) => Ok(whole.contains(part.as_str())),
        (part, Value::List(items)) => Ok(items.iter().any(|item| equal(part, item))),
        (Value::Text(key), Value::Table(members)) => {
            Ok(members.iter().any(|(member, _)| member == key))
        }
        (part, whole) => Err(failed(format!(
            "{} is not looked for in {}",
            part.what(),
            whole.what()
        ))),
    }
}
