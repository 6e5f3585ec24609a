//! JSON Schemas of inputs and outputs: an object with named properties, checked by `jsonschema`.
//! Usher adds two keywords: `x-usher-unknown` (the value may be a `$ref`) and `x-usher-record`.
//!
//! Schema and value both come from plugins, the validator has no fuel, and a schema of two kilobytes can demand more
//! steps than there is time for. These rules bound its cost, whatever the schema is:
//!
//! 1. A schema may use only words that Usher knows ([`words`]). Usher counts each word that leads the validator to
//!    another schema or into the value.
//! 2. Patterns are matched in linear time, by programs of bounded size and number ([`pattern`]).
//! 3. When a manifest is parsed, the schemas against which one value can be checked are counted ([`reach`]).
//! 4. Before a value is validated, Usher goes the same way through schema and value with fuel ([`work`]). Time and
//!    memory of the validator are at most a constant for each step of that count, so a value that takes too many steps
//!    is refused before the validator sees it.
//! 5. The validator is first asked for yes or no, for which it keeps nothing. Mistakes are collected only where the
//!    count shows that they fit.

mod pattern;
mod reach;
mod words;
mod work;

use std::collections::HashSet;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::limit;
use pattern::Patterns;

/// A JSON Schema whose instances are objects.
#[derive(Clone, Debug)]
pub struct Schema {
    json: Value,
    patterns: Patterns,
    looked_at: usize,
    validator: Arc<jsonschema::Validator>,
}

/// One mistake in an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputProblem {
    /// JSON Pointer into the input; empty for the input as a whole.
    pub at: String,
    pub message: String,
}

impl Schema {
    /// Returns the schema, when it is valid and describes an object.
    pub(super) fn new(json: Value) -> Result<Self, String> {
        if json.get("type").and_then(Value::as_str) != Some("object") {
            return Err("it must describe an object (`\"type\": \"object\"`)".to_owned());
        }
        if let Some(at) = dollar_keys(&json).first() {
            return Err(format!(
                "`{}` holds a key that begins with `$`: only Usher hands in references, no default or example does",
                crate::text::shown(at)
            ));
        }
        let patterns = reach::check(&json)?;
        // Schemas come from plugins: nothing they name is fetched (the crate has no resolver built in). Formats are not
        // checked: they are for people, and the cost of checking one is not bounded.
        let validator = jsonschema::options()
            .with_pattern_options(pattern::engine(limit::SCHEMA_PATTERN_BYTES_MAX))
            .should_validate_formats(false)
            .build(&json)
            .map_err(|error| short(&error))?;
        let properties = json.get("properties").and_then(Value::as_object);
        let properties = properties.into_iter().flat_map(Map::values);
        let looked_at = properties.map(|property| 1 + property.get("default").map_or(0, values));
        Ok(Self {
            looked_at: looked_at.sum(),
            json,
            patterns,
            validator: Arc::new(validator),
        })
    }

    /// The schema itself.
    pub fn json(&self) -> &Value {
        &self.json
    }

    /// The properties and their schemas, in the order of their names.
    pub fn properties(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.json
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
            .map(|(name, schema)| (name.as_str(), schema))
    }

    /// The schema of one property.
    pub fn property(&self, name: &str) -> Option<&Value> {
        self.json.get("properties")?.get(name)
    }

    /// Names of the properties that must be given.
    pub fn required(&self) -> impl Iterator<Item = &str> {
        self.json
            .get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
    }

    /// Returns the number of values that are read for any input: its properties, and the values of their defaults.
    pub fn looked_at(&self) -> usize {
        self.looked_at
    }

    /// `input` with the defaults of top-level properties filled in.
    pub fn with_defaults(&self, input: &Map<String, Value>) -> Map<String, Value> {
        let mut filled = input.clone();
        for (name, schema) in self.properties() {
            if let Some(default) = schema.get("default")
                && !filled.contains_key(name)
            {
                filled.insert(name.to_owned(), default.clone());
            }
        }
        filled
    }

    /// Returns every mistake in `input`, up to [`limit::SCHEMA_MISTAKES_MAX`]. A `{"$ref": …}` is right where the
    /// schema allows an unknown value.
    pub fn problems(&self, input: &Map<String, Value>) -> Vec<InputProblem> {
        self.problems_of(&Value::Object(input.clone()))
    }

    /// The same of an input that is a value already.
    pub fn problems_of(&self, input: &Value) -> Vec<InputProblem> {
        self.problems_beside(input, &[])
    }

    /// The same without mistakes at or below these pointers.
    pub(crate) fn problems_beside(&self, value: &Value, beside: &[String]) -> Vec<InputProblem> {
        let whole = |message: &str| {
            let (at, message) = (String::new(), message.to_owned());
            vec![InputProblem { at, message }]
        };
        let counted = work::steps(&self.json, &self.patterns, value, limit::SCHEMA_STEPS_MAX);
        let Ok(keeping) = counted else {
            return whole(
                "it takes too long to check it against its schema: make one of them smaller",
            );
        };
        if self.validator.is_valid(value) {
            return Vec::new();
        }
        if keeping > limit::SCHEMA_MISTAKE_STEPS_MAX {
            return whole("it does not fit its schema, and is too large to say where");
        }
        let unknowns = value.as_object().map(|input| self.unknowns(input));
        let unknowns = unknowns.unwrap_or_default();
        let allowed = unknowns.iter().filter(|unknown| unknown.allowed);
        let beside: HashSet<&str> = allowed
            .map(|unknown| unknown.at.as_str())
            .chain(beside.iter().map(String::as_str))
            .collect();
        self.validator
            .iter_errors(value)
            .map(|error| (error.instance_path().to_string(), error))
            .filter(|(at, _)| !is_within(at, &beside))
            .take(limit::SCHEMA_MISTAKES_MAX)
            .map(|(at, error)| InputProblem {
                at,
                message: short(&error),
            })
            .collect()
    }

    /// Pointers of the `$ref`s where the schema wants a known value. A step with any of them waits.
    pub fn unknowns_refused(&self, input: &Map<String, Value>) -> Vec<String> {
        self.unknowns(input)
            .into_iter()
            .filter(|unknown| !unknown.allowed)
            .map(|unknown| unknown.at)
            .collect()
    }

    fn unknowns(&self, input: &Map<String, Value>) -> Vec<Unknown> {
        let mut found = Vec::new();
        // Most values are simple, and a pointer is a text to build.
        let nested = input
            .iter()
            .filter(|(_, value)| value.is_object() || value.is_array());
        for (name, value) in nested {
            walk(
                value,
                self.property(name),
                &format!("/{}", escape(name)),
                &mut found,
            );
        }
        found
    }
}

/// Says whether a pointer is one of these, or below one.
fn is_within(at: &str, outer: &HashSet<&str>) -> bool {
    let ends = at.match_indices('/').map(|(end, _)| end);
    outer.contains(at) || ends.skip(1).any(|end| outer.contains(&at[..end]))
}

/// The text of a mistake, which repeats the wrong value, up to a readable length.
fn short(error: &impl fmt::Display) -> String {
    let mut text = Short(String::new());
    match write!(text, "{error}") {
        Ok(()) => text.0,
        Err(fmt::Error) => text.0 + "…",
    }
}

/// Takes a text up to [`limit::SHOWN_TEXT_BYTES_MAX`] and refuses the rest, so that it is never built.
struct Short(String);

impl fmt::Write for Short {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let left = limit::SHOWN_TEXT_BYTES_MAX - self.0.len();
        let end = text.floor_char_boundary(left);
        self.0.push_str(&text[..end]);
        match end == text.len() {
            true => Ok(()),
            false => Err(fmt::Error),
        }
    }
}

/// Returns the number of values in a value, itself included.
fn values(value: &Value) -> usize {
    1 + match value {
        Value::Array(items) => items.iter().map(values).sum(),
        Value::Object(members) => members.values().map(values).sum(),
        _ => 0,
    }
}

struct Unknown {
    at: String,
    allowed: bool,
}

fn walk(value: &Value, schema: Option<&Value>, at: &str, found: &mut Vec<Unknown>) {
    match value {
        Value::Object(object) if object.contains_key("$ref") || object.contains_key("$join") => {
            // A secret is always a reference, where one is allowed.
            let keywords = ["x-usher-unknown", "x-usher-secret"];
            let allowed = keywords.iter().any(|keyword| {
                let said = schema.and_then(|schema| schema.get(keyword));
                said.and_then(Value::as_bool) == Some(true)
            });
            found.push(Unknown {
                at: at.to_owned(),
                allowed,
            });
        }
        Value::Object(object) => {
            for (name, value) in object {
                let below = schema
                    .and_then(|schema| schema.get("properties")?.get(name))
                    .or_else(|| schema?.get("additionalProperties"));
                walk(value, below, &format!("{at}/{}", escape(name)), found);
            }
        }
        Value::Array(values) => {
            let below = schema.and_then(|schema| schema.get("items"));
            let nested = values.iter().enumerate();
            let nested = nested.filter(|(_, value)| value.is_object() || value.is_array());
            for (index, value) in nested {
                walk(value, below, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// Places of values in a schema, not of schemas, that hold a key beginning with `$`. Such a value would look like a
/// reference that was handed in.
pub(super) fn dollar_keys(schema: &Value) -> Vec<String> {
    let mut found = Vec::new();
    in_schema(schema, "", &mut found);
    found
}

fn in_schema(schema: &Value, at: &str, found: &mut Vec<String>) {
    let below = |name: &str| format!("{at}/{}", escape(name));
    match schema {
        Value::Object(keywords) => {
            for (keyword, value) in keywords {
                match keyword.as_str() {
                    "default" | "const" | "enum" | "examples" => {
                        if has_dollar_key(value) {
                            found.push(below(keyword));
                        }
                    }
                    // The keys below are names, not keywords.
                    "properties" | "patternProperties" | "$defs" | "definitions"
                    | "dependentSchemas" => {
                        for (name, schema) in value.as_object().into_iter().flatten() {
                            let at = format!("{}/{}", below(keyword), escape(name));
                            in_schema(schema, &at, found);
                        }
                    }
                    _ => in_schema(value, &below(keyword), found),
                }
            }
        }
        Value::Array(schemas) => {
            for (index, schema) in schemas.iter().enumerate() {
                in_schema(schema, &below(&index.to_string()), found);
            }
        }
        _ => {}
    }
}

fn has_dollar_key(value: &Value) -> bool {
    match value {
        Value::Object(object) => object
            .iter()
            .any(|(key, value)| key.starts_with('$') || has_dollar_key(value)),
        Value::Array(values) => values.iter().any(has_dollar_key),
        _ => false,
    }
}

pub(super) fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests;
