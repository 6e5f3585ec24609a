//! Records of calls: `<sObjects><type>Account</type><Name>…</Name></sObjects>`, or with `xsi:type` instead of `type`, into
//! what REST takes (docs/salesforce/soap.md#records).

use serde_json::{Map, Value, json};

use crate::query;
use crate::refusal::{Outcome, Refusal};
use crate::schema::{Field, FieldKind, Object};
use crate::soap_api::envelope::Fault;
use crate::stamp;
use crate::tenant::Tenant;
use crate::xml::Element;

/// A record of a call.
pub(super) struct Given {
    pub(super) object: &'static Object,
    /// With `attributes`.
    pub(super) fields: Map<String, Value>,
}

/// Reads a record. A type or a field that there is not, and a value that is none of its type, refuse the whole call.
///
/// `cuts`: texts that are too long are cut.
pub(super) fn read(org: &Tenant<'_>, record: &Element, cuts: bool) -> Result<Given, Fault> {
    let name = type_of(record);
    if name.is_empty() || name == "sObject" {
        let message = "Must send a concrete entity type.";
        return Err(Refusal::new(500, "INVALID_TYPE", message).into());
    }
    let object = query::object_of(org, name)?;
    let mut fields = Map::new();
    fields.insert("attributes".to_owned(), json!({ "type": object.name }));
    for part in &record.children {
        match part.name.as_str() {
            "type" => {}
            "fieldsToNull" => {
                let name = part.content();
                let field = field(org, object, name)?;
                fields.insert(field.name.to_owned(), Value::Null);
            }
            _ => put(org, object, part, cuts, &mut fields)?,
        }
    }
    Ok(Given { object, fields })
}

/// The type that a record names in `type` or in `xsi:type`; empty: none.
fn type_of(record: &Element) -> &str {
    let name = match record.child_text("type") {
        "" => record.attribute("type").unwrap_or_default(),
        name => name,
    };
    name.rsplit(':').next().unwrap_or_default()
}

fn put(
    org: &Tenant<'_>,
    object: &Object,
    part: &Element,
    cuts: bool,
    fields: &mut Map<String, Value>,
) -> Result<(), Fault> {
    // Only `fieldsToNull` empties a field.
    let is_nil = matches!(part.attribute("nil"), Some("1" | "true"));
    if is_nil || part.children.is_empty() && part.content().is_empty() {
        return Ok(());
    }
    if !part.children.is_empty() {
        fields.insert(part.name.clone(), related(part));
        return Ok(());
    }
    let field = field(org, object, &part.name)?;
    let text = match cuts {
        true => cut(field, part.content()),
        false => part.content(),
    };
    fields.insert(field.name.to_owned(), typed(field, text)?);
    Ok(())
}

/// As much of a text as its field takes (docs/salesforce/soap.md#headers).
fn cut<'t>(field: &Field, text: &'t str) -> &'t str {
    let length = match field.kind {
        FieldKind::Text(_)
        | FieldKind::LongText(_)
        | FieldKind::Email(_)
        | FieldKind::Phone(_)
        | FieldKind::Picklist(_) => field.length(),
        _ => None,
    };
    let length = length.and_then(|length| usize::try_from(length).ok());
    let end = length.and_then(|length| text.char_indices().nth(length));
    end.map_or(text, |(end, _)| &text[..end])
}

/// A record that is named by a field of its own instead of by its id.
fn related(part: &Element) -> Value {
    let fields = part.children.iter();
    let fields = fields.filter(|field| field.name != "type");
    let fields = fields.map(|field| (field.name.clone(), Value::from(field.content())));
    let mut fields: Map<String, Value> = fields.collect();
    let name = type_of(part);
    if !name.is_empty() {
        fields.insert("attributes".to_owned(), json!({ "type": name }));
    }
    Value::Object(fields)
}

fn field(org: &Tenant<'_>, object: &Object, name: &str) -> Outcome<&'static Field> {
    org.field(object, name)?.ok_or_else(|| {
        let message = format!(
            "No such column '{name}' on entity '{}'. If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. Please reference your WSDL or the describe call for the appropriate names.",
            object.name
        );
        Refusal::new(500, "INVALID_FIELD", message)
    })
}

/// The value of a text, by the type of its field.
fn typed(field: &Field, text: &str) -> Result<Value, Fault> {
    let (wanted, value) = match field.kind {
        FieldKind::Truth => {
            let truth = match text {
                "1" | "true" => Some(Value::Bool(true)),
                "0" | "false" => Some(Value::Bool(false)),
                _ => None,
            };
            ("boolean", truth)
        }
        FieldKind::Integer => ("int", text.parse::<i64>().ok().map(Value::from)),
        FieldKind::Double => {
            let number = text.parse::<f64>().ok();
            let number = number.and_then(serde_json::Number::from_f64);
            ("double", number.map(Value::Number))
        }
        FieldKind::Date => ("date", stamp::parse_date(text).map(Value::from)),
        FieldKind::DateTime => ("dateTime", stamp::parse_date_time(text).map(Value::from)),
        _ => ("string", Some(Value::from(text))),
    };
    value.ok_or_else(|| {
        Fault::of_client(&format!(
            "'{text}' is not a valid value for the type xsd:{wanted}"
        ))
    })
}
