//! JSON Schemas of inputs and outputs: an object with named properties, checked by `jsonschema`.
//! Two keywords of ours: `x-usher-unknown` (the value may be a `$ref`) and `x-usher-record`.

use std::sync::Arc;

use serde_json::{Map, Value};

/// A JSON Schema whose instances are objects.
#[derive(Clone, Debug)]
pub struct Schema {
    json: Value,
    validator: Arc<jsonschema::Validator>,
}

/// One thing wrong with an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputProblem {
    /// JSON Pointer into the input; empty: the input as a whole.
    pub at: String,
    pub message: String,
}

impl Schema {
    /// The schema, when it is one and describes an object.
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
        // Schemas come from plugins: nothing they name is fetched (the crate has no resolver built in).
        let validator = jsonschema::validator_for(&json).map_err(|error| error.to_string())?;
        Ok(Self {
            json,
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

    /// Everything wrong with `input`. A `{"$ref": …}` where the schema allows the unknown is right.
    pub fn problems(&self, input: &Map<String, Value>) -> Vec<InputProblem> {
        let unknown: Vec<String> = self
            .unknowns(input)
            .into_iter()
            .filter(|unknown| unknown.allowed)
            .map(|unknown| unknown.at)
            .collect();
        self.validator
            .iter_errors(&Value::Object(input.clone()))
            .map(|error| InputProblem {
                at: error.instance_path().to_string(),
                message: error.to_string(),
            })
            .filter(|problem| {
                !unknown
                    .iter()
                    .any(|at| problem.at == *at || problem.at.starts_with(&format!("{at}/")))
            })
            .collect()
    }

    /// Pointers of the `$ref`s that stand where the schema wants a known value. A step with any of
    /// them waits.
    pub fn unknowns_refused(&self, input: &Map<String, Value>) -> Vec<String> {
        self.unknowns(input)
            .into_iter()
            .filter(|unknown| !unknown.allowed)
            .map(|unknown| unknown.at)
            .collect()
    }

    fn unknowns(&self, input: &Map<String, Value>) -> Vec<Unknown> {
        let mut found = Vec::new();
        for (name, value) in input {
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

struct Unknown {
    at: String,
    allowed: bool,
}

fn walk(value: &Value, schema: Option<&Value>, at: &str, found: &mut Vec<Unknown>) {
    match value {
        Value::Object(object) if object.contains_key("$ref") || object.contains_key("$join") => {
            // A secret is always a reference, where one may stand.
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
            for (index, value) in values.iter().enumerate() {
                walk(value, below, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// Places of values in a schema, not of schemas, that hold a key beginning with `$`. Such a value would pass for a
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
