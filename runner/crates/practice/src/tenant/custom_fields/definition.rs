//! One custom field as a fixture writes it, and the [`Field`] that it is.

use serde::Deserialize;
use serde_json::Value;

use crate::schema::{self, Field, FieldKind, Preset};

/// A field and its object.
#[derive(Debug)]
pub(super) struct Custom {
    pub(super) object: &'static str,
    pub(super) field: Field,
}

/// One field, as a fixture writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Definition {
    object: String,
    name: String,
    #[serde(default)]
    label: String,
    #[serde(default, rename = "type")]
    kind: Kind,
    #[serde(default)]
    required: bool,
    #[serde(default)]
    values: Vec<String>,
    /// The labels of the values, one for each; none: the values themselves.
    #[serde(default)]
    labels: Vec<String>,
    /// Says whether a picklist takes other values, too.
    #[serde(default = "restricted")]
    restricted: bool,
    #[serde(default = "length")]
    length: u32,
    /// The digits of a number, and how many of them are behind the point.
    precision: Option<u32>,
    scale: Option<u32>,
    /// The lines of a multi-select picklist on a page.
    #[serde(default = "lines")]
    visible_lines: u32,
    #[serde(default)]
    default: Value,
    /// Says whether records are found by it.
    #[serde(default)]
    external_id: bool,
    #[serde(default)]
    unique: bool,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    #[default]
    Text,
    TextArea,
    Email,
    Phone,
    Url,
    Number,
    Checkbox,
    Date,
    DateTime,
    Picklist,
    MultiPicklist,
}

/// Digits of a number at most (docs/salesforce/metadata.md#fields).
const DIGITS_MAX: u32 = 18;

fn restricted() -> bool {
    true
}

fn length() -> u32 {
    255
}

/// As Setup begins.
fn lines() -> u32 {
    4
}

/// Reads a field.
pub(super) fn read(definition: &Value) -> Result<Custom, String> {
    let definition = Definition::deserialize(definition).map_err(|error| error.to_string())?;
    made(definition)
}

fn made(definition: Definition) -> Result<Custom, String> {
    let Definition {
        object,
        name,
        label,
        kind,
        required,
        values,
        labels,
        restricted,
        length,
        precision,
        scale,
        visible_lines,
        default,
        external_id,
        unique,
    } = definition;
    let object = schema::object(&object).ok_or_else(|| format!("there is no object `{object}`"))?;
    let letters = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if !name.ends_with("__c") || name.len() == 3 || !name.chars().all(letters) {
        return Err(format!("`{name}` is not the name of a custom field"));
    }
    let label = match label.is_empty() {
        true => name.trim_end_matches("__c").replace('_', " "),
        false => label,
    };
    let kind = match kind {
        Kind::Text => FieldKind::Text(length),
        Kind::TextArea => FieldKind::LongText(length),
        Kind::Email => FieldKind::Email(80),
        Kind::Phone => FieldKind::Phone(40),
        Kind::Url => FieldKind::Url(255),
        Kind::Number => FieldKind::Double,
        Kind::Checkbox => FieldKind::Truth,
        Kind::Date => FieldKind::Date,
        Kind::DateTime => FieldKind::DateTime,
        Kind::Picklist => FieldKind::Picklist(picklist(values, labels, restricted)),
        Kind::MultiPicklist => FieldKind::Selection(picklist(values, labels, restricted)),
    };
    // Those kinds can be external ids (docs/salesforce/records.md#external-ids).
    let identifies = matches!(
        kind,
        FieldKind::Text(_) | FieldKind::Email(_) | FieldKind::Double
    );
    if (external_id || unique) && !identifies {
        return Err(format!("`{name}` cannot be an external id or unique"));
    }
    let preset = match (&default, kind) {
        (Value::Bool(on), _) => Preset::Truth(*on),
        (Value::Null, FieldKind::Truth) => Preset::Truth(false),
        (Value::Null, _) => Preset::Nothing,
        (Value::String(text), _) => Preset::Text(leaked(text.clone())),
        (other, _) => match other.as_i64() {
            Some(number) => Preset::Number(number),
            None => return Err(format!("`{name}` cannot begin as {other}")),
        },
    };
    let mut field = Field::new(leaked(name), leaked(label), kind).preset(preset);
    field.nillable = !required && !matches!(kind, FieldKind::Truth);
    field.unique = unique;
    field.digits = digits(precision, scale)?;
    field.lines = visible_lines;
    field.external_id = external_id;
    field.id_lookup = external_id;
    Ok(Custom {
        object: object.name,
        field,
    })
}

/// The digits of a number, when a definition says them.
fn digits(precision: Option<u32>, scale: Option<u32>) -> Result<Option<(u32, u32)>, String> {
    match (precision, scale) {
        (None, None) => Ok(None),
        (precision, scale) => {
            let (precision, scale) = (precision.unwrap_or(DIGITS_MAX), scale.unwrap_or(0));
            match precision <= DIGITS_MAX && scale <= precision && precision > 0 {
                true => Ok(Some((precision, scale))),
                false => Err(format!(
                    "a number has 1 to {DIGITS_MAX} digits, {scale} of {precision} behind the point does not fit"
                )),
            }
        }
    }
}

fn picklist(values: Vec<String>, labels: Vec<String>, restricted: bool) -> schema::Picklist {
    let mut labels = labels.into_iter();
    let values: Vec<(&'static str, &'static str)> = values
        .into_iter()
        .map(|value| {
            let value = leaked(value);
            (value, labels.next().map_or(value, leaked))
        })
        .collect();
    schema::Picklist {
        values: Box::leak(values.into_boxed_slice()),
        restricted,
    }
}

fn leaked(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}
