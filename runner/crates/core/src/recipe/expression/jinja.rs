//! The only file that knows minijinja: an environment without templates, globals or functions, a short list of filters,
//! fuel for every evaluation, and results that cannot outgrow a limit.

use std::sync::LazyLock;

use minijinja::value::ValueKind;
use minijinja::{Environment, ErrorKind, UndefinedBehavior, filters, tests};
use serde_json::{Map, Number, Value};

use crate::recipe::expression::Path;
use usher_contract::limit;

/// Filters that a recipe may use. They work on values alone.
pub(in crate::recipe) const FILTERS: &[&str] = &[
    "default", "first", "join", "last", "length", "lower", "replace", "split", "trim", "upper",
];

/// Tests that a recipe may use.
pub(in crate::recipe) const TESTS: &[&str] = &["none"];

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::empty();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(limit::EXPRESSION_FUEL_MAX));
    environment.add_filter("default", filters::default);
    environment.add_filter("first", filters::first);
    environment.add_filter("join", filters::join);
    environment.add_filter("last", filters::last);
    environment.add_filter("length", filters::length);
    environment.add_filter("lower", filters::lower);
    environment.add_filter("replace", filters::replace);
    environment.add_filter("split", filters::split);
    environment.add_filter("trim", filters::trim);
    environment.add_filter("upper", filters::upper);
    environment.add_test("none", tests::is_none);
    environment
});

/// The reason why an expression was refused, and what to write instead.
type Refusal = (String, String);

/// Checks that `text` is an expression that reads nothing but `roots`.
pub(super) fn compile(text: &str, roots: &[&str]) -> Result<(), String> {
    if text.len() > limit::EXPRESSION_BYTES_MAX {
        return Err(format!(
            "it has {} bytes, more than {}",
            text.len(),
            limit::EXPRESSION_BYTES_MAX
        ));
    }
    let compiled = ENVIRONMENT
        .compile_expression_owned(text.to_owned())
        .map_err(|error| reason(&error))?;
    // The names that are checked must be all names that are read: the two scanners must agree.
    let mut unseen: Vec<String> = compiled
        .undeclared_variables(false)
        .into_iter()
        .filter(|name| !roots.contains(&name.as_str()))
        .collect();
    unseen.sort();
    match unseen.first() {
        None => Ok(()),
        Some(name) => Err(format!("it reads `{name}` in an unusual way")),
    }
}

/// Evaluates a compiled expression with the values to which its paths lead.
pub(super) fn evaluate(text: &str, known: &[(&Path, Option<&Value>)]) -> Result<Value, Refusal> {
    let mut context = Value::Object(Map::new());
    let mut room = limit::EXPRESSION_VALUE_BYTES_MAX;
    for (path, value) in known {
        room = room.checked_sub(value.map_or(0, size)).ok_or_else(|| {
            let message = format!("`{}` is too large for an expression", path.text());
            (message, format!("pass it on alone: `${{{}}}`", path.text()))
        })?;
        place(&mut context, &path.way(), *value);
    }
    let context = jinja(&context);
    let refused = |error: minijinja::Error| (reason(&error), advice(&error));
    let value = ENVIRONMENT
        .compile_expression_owned(text.to_owned())
        .and_then(|compiled| compiled.eval(context))
        .map_err(refused)?;
    let mut room = limit::EXPRESSION_VALUE_BYTES_MAX;
    json(&value, &mut room)
}

/// Puts `value` where a path leads. Without a value only the tables on the way are made, so that a filter such as
/// `default` finds nothing but the last name missing.
fn place(context: &mut Value, segments: &[&str], value: Option<&Value>) {
    let Some((last, way)) = segments.split_last() else {
        return;
    };
    let mut at = context;
    for segment in way {
        let Value::Object(object) = at else {
            return;
        };
        at = object
            .entry(*segment)
            .or_insert_with(|| Value::Object(Map::new()));
    }
    if let (Value::Object(object), Some(value)) = (at, value) {
        object.insert((*last).to_owned(), value.clone());
    }
}

fn jinja(value: &Value) -> minijinja::Value {
    match value {
        Value::Null => minijinja::Value::from(()),
        Value::Bool(truth) => minijinja::Value::from(*truth),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(integer), _) => minijinja::Value::from(integer),
            (None, Some(integer)) => minijinja::Value::from(integer),
            (None, None) => minijinja::Value::from(number.as_f64().unwrap_or_default()),
        },
        Value::String(text) => minijinja::Value::from(text.as_str()),
        Value::Array(values) => values.iter().map(jinja).collect(),
        Value::Object(object) => {
            let entries = object.iter();
            minijinja::Value::from_pairs(entries.map(|(key, value)| (key.as_str(), jinja(value))))
        }
    }
}

/// JSON of a result. Lists may be lazy and endless, so nothing is taken beyond `room`.
fn json(value: &minijinja::Value, room: &mut usize) -> Result<Value, Refusal> {
    let too_large = || {
        let message = format!(
            "the result is larger than {} bytes",
            limit::EXPRESSION_VALUE_BYTES_MAX
        );
        (message, "make it smaller".to_owned())
    };
    let taken = 8 + value.as_str().map_or(0, str::len);
    *room = room.checked_sub(taken).ok_or_else(too_large)?;
    let odd = |what: &str| {
        let message = format!("the result is {what}");
        (
            message,
            "let it be a text, a number, a boolean or a list".to_owned(),
        )
    };
    Ok(match value.kind() {
        ValueKind::Undefined => {
            let help = "say what to take instead: `… | default(\"…\")`".to_owned();
            return Err(("it has no value".to_owned(), help));
        }
        ValueKind::None => Value::Null,
        ValueKind::Bool => Value::Bool(value.is_true()),
        ValueKind::String => Value::String(value.as_str().unwrap_or_default().to_owned()),
        ValueKind::Number => number(value).ok_or_else(|| odd("a number beyond 64 bits"))?,
        ValueKind::Seq | ValueKind::Iterable => {
            let items = value.try_iter().map_err(|error| odd(&reason(&error)))?;
            let items = items.map(|item| json(&item, room));
            Value::Array(items.collect::<Result<_, _>>()?)
        }
        ValueKind::Map => {
            let mut object = Map::new();
            for key in value.try_iter().map_err(|error| odd(&reason(&error)))? {
                let name = key
                    .as_str()
                    .ok_or_else(|| odd("a table with keys that are not texts"))?;
                if name.starts_with('$') {
                    return Err(odd("a table with a key that begins with `$`"));
                }
                let entry = value.get_item(&key).map_err(|error| odd(&reason(&error)))?;
                object.insert(name.to_owned(), json(&entry, room)?);
            }
            Value::Object(object)
        }
        _ => return Err(odd("neither text nor number nor list")),
    })
}

fn number(value: &minijinja::Value) -> Option<Value> {
    if value.is_integer() {
        return value.as_i64().map(Value::from);
    }
    let float = f64::try_from(value.clone()).ok()?;
    Number::from_f64(float).map(Value::Number)
}

fn size(value: &Value) -> usize {
    match value {
        Value::String(text) => 8 + text.len(),
        Value::Array(values) => 8 + values.iter().map(size).sum::<usize>(),
        Value::Object(object) => object
            .iter()
            .fold(8, |sum, (key, value)| sum + key.len() + size(value)),
        _ => 8,
    }
}

/// The reason in a line. minijinja's own text would name files and lines that the author never sees.
fn reason(error: &minijinja::Error) -> String {
    let text = match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, _) => "it takes too long to evaluate".to_owned(),
        (ErrorKind::UndefinedError, _) => "it uses something that has no value".to_owned(),
        (_, Some(detail)) => detail.to_owned(),
        (kind, None) => kind.to_string(),
    };
    text.replace('\n', " ")
}

fn advice(error: &minijinja::Error) -> String {
    match error.kind() {
        ErrorKind::OutOfFuel => "make it simpler".to_owned(),
        ErrorKind::UndefinedError => "say what to take instead: `… | default(\"…\")`".to_owned(),
        _ => "check what its names stand for".to_owned(),
    }
}
