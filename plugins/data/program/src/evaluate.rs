//! The value of an expression.
//!
//! As in a recipe, where minijinja evaluates: a test of Usher's compares the two. One thing is more: what passes a value
//! on passes one on that is not known yet.

use serde_json::Value as Json;

use crate::expression::{Binary, Expression, Unary};
use crate::names::{Names, NoValue};
use crate::value::{Value, failed, missing, unknown};
use crate::{filters, operators};

/// Evaluates an expression.
///
/// # Errors
///
/// It has no value.
pub fn evaluate(expression: &Expression, names: &dyn Names) -> Result<Json, NoValue> {
    let value = value(expression, names)?;
    if let (Value::Missing, Some(path)) = (&value, expression.as_path()) {
        let path = path.join(".");
        return Err(failed(format!(
            "`{path}` has no value; write `${{{path} | default(\"…\")}}`"
        )));
    }
    value.json()
}

fn value(expression: &Expression, names: &dyn Names) -> Result<Value, NoValue> {
    let of = |expression: &Expression| value(expression, names);
    Ok(match expression {
        Expression::Value(json) => Value::of(json),
        Expression::Path(path) => match names.find(path)? {
            Some(json) => Value::of(&json),
            None => Value::Missing,
        },
        Expression::List(items) => {
            let items = items.iter().map(|item| present(of(item)?));
            Value::List(items.collect::<Result<_, _>>()?)
        }
        Expression::Unary(operator, inner) => unary(*operator, of(inner)?)?,
        Expression::Binary(Binary::Or, left, right) => {
            let left = of(left)?;
            if left.is_true()? { left } else { of(right)? }
        }
        Expression::Binary(Binary::And, left, right) => {
            let left = of(left)?;
            if left.is_true()? { of(right)? } else { left }
        }
        Expression::Binary(operator, left, right) => {
            operators::binary(*operator, present(of(left)?)?, present(of(right)?)?)?
        }
        Expression::If(condition, yes, no) => match (of(condition)?.is_true()?, no) {
            (true, _) => of(yes)?,
            (false, Some(no)) => of(no)?,
            (false, None) => Value::Missing,
        },
        Expression::Item(list, at) => operators::item(present(of(list)?)?, &present(of(at)?)?)?,
        Expression::Part(list, from, to) => {
            let end = |end: &Option<Box<Expression>>| match end {
                Some(end) => present(of(end)?).map(Some),
                None => Ok(None),
            };
            operators::part(present(of(list)?)?, end(from)?, end(to)?)?
        }
        Expression::Filter(inner, filter, arguments) => {
            let arguments = arguments.iter().map(|argument| present(of(argument)?));
            let arguments = arguments.collect::<Result<Vec<_>, _>>()?;
            filters::apply(*filter, of(inner)?, &arguments)?
        }
    })
}

fn unary(operator: Unary, value: Value) -> Result<Value, NoValue> {
    match (operator, present(value)?) {
        (Unary::Not, value) => Ok(Value::Truth(!value.is_true()?)),
        // The id of a record is something, also when it is known only later.
        (Unary::IsNone, Value::Unknown(json)) if json.get("$object").is_some() => {
            Ok(Value::Truth(false))
        }
        (_, Value::Unknown(json)) => Err(unknown(&json)),
        (Unary::IsNone, value) => Ok(Value::Truth(value == Value::Null)),
        (Unary::Minus, Value::Whole(whole)) => Ok(Value::Whole(-whole)),
        (Unary::Minus, Value::Fraction(fraction)) => Ok(Value::Fraction(-fraction)),
        (Unary::Minus, other) => Err(failed(format!("`-` takes a number, not {}", other.what()))),
    }
}

fn present(value: Value) -> Result<Value, NoValue> {
    match value {
        Value::Missing => Err(missing()),
        value => Ok(value),
    }
}
