//! References that a request gives by a field of the record they lead to: `"Account": {"Number__c": "7"}` instead of
//! `"AccountId"` (docs/salesforce/records.md#external-ids).

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::lookup;
use crate::refusal::{Outcome, Refusal};
use crate::schema::{self, Field, FieldKind, Object};
use crate::tenant::Tenant;
use crate::value;

/// The fields of a request with ids in place of such references.
pub(crate) fn resolved<'f>(
    org: &Tenant<'_>,
    object: &'static Object,
    fields: &'f Map<String, Value>,
) -> Outcome<Cow<'f, Map<String, Value>>> {
    let mut resolved = Cow::Borrowed(fields);
    for (name, value) in fields {
        let (Some(field), Value::Object(above)) = (object.parent(name), value) else {
            continue;
        };
        let id = match target(org, field, above)? {
            Some((target, key, value)) => Value::from(find(org, target, key, value)?),
            None => continue,
        };
        let resolved = resolved.to_mut();
        resolved.remove(name);
        resolved.insert(field.name.to_owned(), id);
    }
    Ok(resolved)
}

/// The object, the field and the value by which a reference names its record; none where that is something else.
fn target<'v>(
    org: &Tenant<'_>,
    field: &Field,
    above: &'v Map<String, Value>,
) -> Outcome<Option<(&'static Object, &'static Field, &'v Value)>> {
    let FieldKind::Reference { to, .. } = field.kind else {
        return Ok(None);
    };
    let kind = above.get("attributes").and_then(|of| of.get("type"));
    let named = kind.and_then(Value::as_str).or(match to {
        [one] => Some(*one),
        _ => None,
    });
    let Some(object) = named
        .and_then(schema::object)
        .filter(|object| to.contains(&object.name))
    else {
        return Ok(None);
    };
    let mut keys = above.iter().filter(|(name, _)| *name != "attributes");
    let (Some((name, value)), None) = (keys.next(), keys.next()) else {
        return Ok(None);
    };
    let key = org.field(object, name)?.filter(|key| lookup::names(key));
    Ok(key.map(|key| (object, key, value)))
}

fn find(org: &Tenant<'_>, object: &'static Object, key: &Field, value: &Value) -> Outcome<String> {
    match lookup::find(org, object, key, value)?.as_slice() {
        [id] => Ok(id.clone()),
        [] => {
            let shown = match value {
                Value::String(text) => value::trimmed(text).to_owned(),
                other => other.to_string(),
            };
            let message = format!(
                "Foreign key external ID: {shown} not found for field {} in entity {}",
                key.name, object.name
            );
            Err(Refusal::save("INVALID_FIELD", message, &[]))
        }
        several => Err(lookup::several(key, several)),
    }
}
