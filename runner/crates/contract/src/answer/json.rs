//! JSON from a plugin: request bodies, component contents, outputs. Stand-ins (`$ref`, `$bound`, `$join`) may be
//! wherever a value may; no other key may begin with `$`.

use serde_json::{Map, Value};

use crate::value::{BindingName, Reference, Token};

use crate::fault::Fault;
use crate::text;

/// JSON text, checked and tidied.
pub(crate) fn tidy_text(what: &'static str, text: &mut String) -> Result<Value, Fault> {
    let mut json: Value = serde_json::from_str(text).map_err(|error| Fault::Json {
        what,
        reason: error.to_string(),
    })?;
    tidy(what, &mut json)?;
    *text = json.to_string();
    Ok(json)
}

/// Checks the stand-ins in JSON. Usher itself writes `$object` beside a `$ref`. A plugin may pass such a value on as it
/// got it, and Usher ignores the object in it.
pub(super) fn tidy(what: &'static str, json: &mut Value) -> Result<(), Fault> {
    match json {
        Value::Array(values) => values.iter_mut().try_for_each(|value| tidy(what, value)),
        Value::Object(object) => {
            let Some(key) = object.keys().find(|key| key.starts_with('$')).cloned() else {
                return object.values_mut().try_for_each(|value| tidy(what, value));
            };
            let kind = match ["$ref", "$bound", "$join"]
                .into_iter()
                .find(|kind| object.contains_key(*kind))
            {
                Some(kind) => kind,
                None => {
                    let key = text::shown(&key);
                    return Err(Fault::DollarKey { what, key });
                }
            };
            if kind == "$ref" && object.get("$object").is_some_and(Value::is_string) {
                object.remove("$object");
            }
            if let Some(key) = object.keys().find(|key| *key != kind) {
                let key = text::shown(key);
                return Err(Fault::DollarKey { what, key });
            }
            let right = match kind {
                "$join" => tidy_pieces(what, object)?,
                _ => reference(object).is_some(),
            };
            if right {
                return Ok(());
            }
            let json = text::line(&json.to_string(), 200);
            Err(Fault::StandIn { what, kind, json })
        }
        _ => Ok(()),
    }
}

/// Every reference in tidy JSON.
pub(super) fn references(json: &Value) -> Vec<Reference> {
    let mut found = Vec::new();
    collect(json, &mut found);
    found
}

/// Says whether the value stands for one that is not known yet.
pub(crate) fn is_stand_in(json: &Value) -> bool {
    json.as_object()
        .is_some_and(|object| object.keys().any(|key| key.starts_with('$')))
}

fn tidy_pieces(what: &'static str, object: &mut Map<String, Value>) -> Result<bool, Fault> {
    let Some(Value::Array(pieces)) = object.get_mut("$join") else {
        return Ok(false);
    };
    for piece in pieces {
        match piece {
            Value::String(_) => {}
            Value::Object(_) => {
                tidy(what, piece)?;
                if piece.as_object().and_then(reference).is_none() {
                    return Ok(false);
                }
            }
            _ => return Ok(false),
        }
    }
    Ok(true)
}

fn collect(json: &Value, found: &mut Vec<Reference>) {
    match json {
        Value::Array(values) => values.iter().for_each(|value| collect(value, found)),
        Value::Object(object) => match reference(object) {
            Some(reference) => found.push(reference),
            None => object.values().for_each(|value| collect(value, found)),
        },
        _ => {}
    }
}

/// `{"$ref": …}` and `{"$bound": […]}`.
fn reference(object: &Map<String, Value>) -> Option<Reference> {
    if let Some(token) = object.get("$ref") {
        return Some(Reference::Given(Token::of_text(token.as_str()?)));
    }
    match object.get("$bound")?.as_array()?.as_slice() {
        [Value::String(address), Value::String(name)] => {
            Some(Reference::Bound(Box::new(BindingName {
                address: address.clone(),
                name: name.clone(),
            })))
        }
        _ => None,
    }
}
