//! One effect as JSON: the fields of every kind, and those of its own kind. Documented in the README.

use serde_json::{Map, Value, json};
use usher_core::change::{Consequence, Effect};
use usher_core::operation::Field;
use usher_core::run::Verdict;
use usher_core::value::{Reference, Scalar, Unit};

/// The fields that hold a record's parent in a tree of its own kind.
const PARENT_FIELDS: [&str; 2] = ["ParentRoleId", "ParentId"];

/// An effect of a step, with its verdict.
pub(super) fn effect_json(unit: &Unit, effect: &Effect, verdict: Option<&Verdict>) -> Value {
    let (kind, own) = own_json(unit, effect);
    let mut document = json!({
        "address": effect.address,
        "summary": effect.summary,
        "kind": kind,
        "certainty": effect.certainty,
        "causes": effect.causes,
        "remains": effect.remains,
        "verified": verdict.and_then(Verdict::verified),
    });
    if let (Some(document), Value::Object(own)) = (document.as_object_mut(), own) {
        document.extend(own);
    }
    document
}

fn own_json(unit: &Unit, effect: &Effect) -> (&'static str, Value) {
    match &effect.consequence {
        Consequence::Appears {
            object, fields, id, ..
        } => (
            "appears",
            json!({
                "object": object,
                "id": match id {
                    Scalar::Nothing => bound(unit, effect).to_json(),
                    id => id.to_json(),
                },
                "name": value(fields, &["Name"]),
                "parent": value(fields, &PARENT_FIELDS),
                "fields": fields_json(fields),
            }),
        ),
        Consequence::Alters { object, id, fields } => (
            "alters",
            json!({ "object": object, "id": id.to_json(), "fields": fields_json(fields) }),
        ),
        Consequence::Disappears { object, id } => (
            "disappears",
            json!({ "object": object, "id": id.to_json() }),
        ),
        Consequence::Configures { settings, fields } => (
            "configures",
            json!({ "settings": settings, "fields": fields_json(fields) }),
        ),
        Consequence::Opens { objects, fields } => {
            let fields = fields.iter().map(|opened| {
                json!({
                    "object": opened.object,
                    "field": opened.field,
                    "initial": opened.initial.to_json(),
                })
            });
            (
                "opens",
                json!({ "objects": objects, "fields": fields.collect::<Vec<_>>() }),
            )
        }
        Consequence::Takes {
            object, id, amount, ..
        } => (
            "takes",
            json!({ "object": object, "id": id.to_json(), "amount": amount }),
        ),
        Consequence::Mails { recipients, to } => {
            let to: Vec<Value> = to.iter().map(Scalar::to_json).collect();
            ("mails", json!({ "recipients": recipients, "to": to }))
        }
        Consequence::Other => ("other", json!({})),
    }
}

/// Fields and their values. A value that is not known yet is `{"$ref": token}`.
pub(super) fn fields_json(fields: &[Field]) -> Value {
    let fields = fields
        .iter()
        .map(|field| (field.name.clone(), field.value.to_json()));
    Value::Object(fields.collect::<Map<_, _>>())
}

/// The name that other effects and changes use for the record that this effect brings.
fn bound(unit: &Unit, effect: &Effect) -> Scalar {
    Scalar::Reference(Reference::Given(unit.binds(&effect.address, "id")))
}

fn value(fields: &[Field], names: &[&str]) -> Value {
    let field = fields
        .iter()
        .find(|field| names.contains(&field.name.as_str()));
    field.map_or(Value::Null, |field| field.value.to_json())
}
