//! Checks outputs against the manifest's output schema. A value may be unknown where the schema allows it, or where it
//! is a record: ids of what is made are the usual output.

use serde_json::Value;

use crate::manifest::Schema;

use crate::answer::json;
use crate::fault::Fault;
use crate::text;

pub(super) fn check(outputs: &mut Value, schema: &Schema) -> Result<(), Fault> {
    json::tidy("outputs", outputs)?;
    let Value::Object(object) = &*outputs else {
        return Err(Fault::Json {
            what: "outputs",
            reason: "it is not an object".to_owned(),
        });
    };
    let mut unknown = Vec::new();
    for (name, value) in object {
        let at = format!("/{}", escape(name));
        stand_ins(value, schema.property(name), at, &mut unknown)?;
    }
    match schema.problems_beside(outputs, &unknown).into_iter().next() {
        None => Ok(()),
        Some(problem) => Err(Fault::Output {
            at: text::shown(&problem.at),
            message: text::shown(&problem.message),
        }),
    }
}

/// Pointers of all stand-ins, each at a place that allows it.
fn stand_ins(
    value: &Value,
    schema: Option<&Value>,
    at: String,
    found: &mut Vec<String>,
) -> Result<(), Fault> {
    match value {
        _ if json::is_stand_in(value) => {
            let says = |key| schema.and_then(|schema| schema.get(key));
            let unknown = says("x-usher-unknown").and_then(Value::as_bool) == Some(true);
            if !unknown && says("x-usher-record").is_none() {
                return Err(Fault::MustBeKnown {
                    at: text::shown(&at),
                });
            }
            found.push(at);
            Ok(())
        }
        Value::Object(object) => object.iter().try_for_each(|(name, value)| {
            let below = schema
                .and_then(|schema| schema.get("properties")?.get(name))
                .or_else(|| schema?.get("additionalProperties"));
            stand_ins(value, below, format!("{at}/{}", escape(name)), found)
        }),
        Value::Array(values) => {
            let below = schema.and_then(|schema| schema.get("items"));
            let mut each = values.iter().enumerate();
            each.try_for_each(|(index, value)| {
                stand_ins(value, below, format!("{at}/{index}"), found)
            })
        }
        _ => Ok(()),
    }
}

fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}
