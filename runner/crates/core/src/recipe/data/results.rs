//! `[results]`: the outputs of the step, with the schema that follows from each value.

use serde_json::{Value as Json, json};
use usher_program::{Binary, Expression, Filter, Template, Unary};

use crate::recipe::data::Reader;
use crate::recipe::data::lower::Takes;
use crate::recipe::data::schema::input_schema;
use crate::recipe::data::scope::Meaning;
use crate::recipe::expression::Path;
use crate::recipe::names;
use crate::recipe::syntax::Entry;

/// Results of one plugin: more than a recipe passes on.
const RESULTS_MAX: usize = 50;

/// One result with the schema of its values.
pub(super) struct Outcome {
    pub(super) name: String,
    value: Template,
    pub(super) schema: Json,
}

pub(super) fn read(entry: Option<&Entry>, reader: &mut Reader<'_>) -> Vec<Outcome> {
    let Some(table) = entry.and_then(|entry| reader.mistakes.table("results", &entry.value)) else {
        return vec![];
    };
    if table.entries.len() > RESULTS_MAX {
        let message = format!("{} results, more than {RESULTS_MAX}", table.entries.len());
        let span = table.span.clone();
        reader
            .mistakes
            .add("too-large", span, message, "give fewer");
        return vec![];
    }
    let mut outcomes = vec![];
    for entry in &table.entries {
        names::check_snake(
            "a result",
            &entry.key,
            &entry.key_span,
            &mut reader.mistakes,
        );
        let value = reader.value(&entry.key, &entry.value, Takes::Anything);
        let schema = schema(&value, reader);
        outcomes.push(Outcome {
            name: entry.key.clone(),
            value,
            schema,
        });
    }
    outcomes
}

/// The part of it that the program holds.
pub(super) fn value(outcome: &Outcome) -> (String, Template) {
    (outcome.name.clone(), outcome.value.clone())
}

fn schema(value: &Template, reader: &mut Reader<'_>) -> Json {
    match value {
        Template::Expression(expression) => of_expression(expression, reader),
        Template::Text(_) => json!({ "type": "string", "x-usher-unknown": true }),
        Template::Value(Json::String(_)) => json!({ "type": "string" }),
        Template::Value(Json::Bool(_)) => json!({ "type": "boolean" }),
        Template::Value(Json::Number(_)) => json!({ "type": "number" }),
        Template::List(items) => {
            let mut schemas = items.iter().map(|item| schema(item, reader));
            let first = schemas.next().unwrap_or_else(|| json!({}));
            let is_same = schemas.all(|schema| schema == first);
            json!({ "type": "array", "items": if is_same { first } else { later() } })
        }
        Template::Table(_) => json!({ "type": "object", "additionalProperties": later() }),
        Template::Value(_) => json!({}),
    }
}

/// Anything, also a value that is not known yet.
fn later() -> Json {
    json!({ "x-usher-unknown": true })
}

fn of_expression(expression: &Expression, reader: &mut Reader<'_>) -> Json {
    match expression {
        Expression::Path(segments) => of_path(segments, reader),
        Expression::Filter(value, Filter::Default, _) => {
            let mut schema = of_expression(value, reader);
            // The other value may be of any type.
            if let Json::Object(schema) = &mut schema {
                schema.remove("type");
            }
            schema
        }
        Expression::Filter(_, Filter::Length, _) => json!({ "type": "integer" }),
        Expression::Filter(
            _,
            Filter::Lower | Filter::Upper | Filter::Trim | Filter::Replace | Filter::Join,
            _,
        ) => {
            json!({ "type": "string" })
        }
        Expression::Unary(Unary::Not | Unary::IsNone, _) => json!({ "type": "boolean" }),
        Expression::Binary(operator, _, _) => match operator {
            Binary::Equal
            | Binary::NotEqual
            | Binary::Less
            | Binary::LessOrEqual
            | Binary::Greater
            | Binary::GreaterOrEqual
            | Binary::In => json!({ "type": "boolean" }),
            Binary::Join => json!({ "type": "string", "x-usher-unknown": true }),
            _ => later(),
        },
        _ => later(),
    }
}

fn of_path(segments: &[String], reader: &mut Reader<'_>) -> Json {
    let path = Path {
        segments: segments.to_vec(),
        key: None,
        span: 0..0,
    };
    // Its mistakes were noted when the value was read.
    let mut seen = crate::recipe::keys::Mistakes::new(super::AREA);
    let id = |object: &str| json!({ "type": "string", "x-usher-unknown": true, "x-usher-record": object });
    let one = |object: &str, field: &str| match field {
        "Id" => id(object),
        _ => json!({ "type": ["string", "number", "boolean", "null"], "x-usher-unknown": true }),
    };
    match reader.scope.meaning(&path, &mut seen) {
        Meaning::Input(name) => {
            let input = reader.scope.inputs.iter().find(|input| input.name == name);
            input.map_or_else(|| json!({}), |input| input_schema(input, true))
        }
        Meaning::Field { object, field } => one(&object, &field),
        Meaning::MaybeField { object, field } => {
            let mut schema = one(&object, &field);
            if field == "Id" {
                schema["type"] = json!(["string", "null"]);
            }
            schema
        }
        Meaning::Column { object, field } => {
            json!({ "type": "array", "items": one(&object, &field) })
        }
        Meaning::Value { .. } => later(),
        Meaning::Made { object } => id(&object),
        Meaning::Setting => json!({ "type": ["string", "number", "boolean", "null"] }),
        Meaning::NotKnown => json!({}),
    }
}
