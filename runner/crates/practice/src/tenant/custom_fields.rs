//! Fields that an org has beyond the platform's own: `[[custom_fields]]` of fixtures.
//!
//! The schema's tables are fixed; such a field is a further column of its object's table, and a [`Field`] like others.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use rusqlite::OptionalExtension;
use serde::Deserialize;
use serde_json::Value;

use crate::refusal::Outcome;
use crate::schema::{self, Field, FieldKind, Object, Preset};
use crate::store;
use crate::tenant::Tenant;

/// The setting that holds the fields as a list.
pub(crate) const FIELDS: &str = "practice.customFields";

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
}

fn restricted() -> bool {
    true
}

fn length() -> u32 {
    255
}

/// A field and its object.
struct Custom {
    object: &'static str,
    field: Field,
}

/// The fields that this process has met, by the text of their definitions: fields live as long as the schema's own.
static FIELDS_MET: LazyLock<Mutex<BTreeMap<String, &'static Custom>>> =
    LazyLock::new(Mutex::default);

/// The lists that orgs of this process have now, by their texts.
static LISTS_MET: LazyLock<Mutex<BTreeMap<String, List>>> = LazyLock::new(Mutex::default);

type List = Arc<Vec<&'static Custom>>;

/// Lists that are remembered at once: an org has one, and each change of its fields makes another.
const LISTS_MAX: usize = 256;

/// The custom fields of an object.
pub(crate) fn of(
    org: &Tenant<'_>,
    object: &Object,
) -> Outcome<impl Iterator<Item = &'static Field> + use<>> {
    let text: Option<String> = org
        .db
        .prepare_cached("SELECT value FROM practice_setting WHERE name = ?")?
        .query_row([FIELDS], |row| row.get(0))
        .optional()?;
    let name = object.name;
    let all = text.map_or_else(List::default, |text| met(&text));
    let fields: Vec<&'static Field> = all
        .iter()
        .filter(|custom| custom.object == name)
        .map(|custom| &custom.field)
        .collect();
    Ok(fields.into_iter())
}

fn met(text: &str) -> List {
    let mut lists = LISTS_MET.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = lists.get(text) {
        return Arc::clone(known);
    }
    // The list was checked when it was set.
    let list: Value = serde_json::from_str(text).unwrap_or_default();
    let definitions = list.as_array().into_iter().flatten();
    let customs: List = Arc::new(definitions.filter_map(field_met).collect());
    if lists.len() == LISTS_MAX {
        lists.clear();
    }
    lists.insert(text.to_owned(), Arc::clone(&customs));
    customs
}

fn field_met(definition: &Value) -> Option<&'static Custom> {
    let mut fields = FIELDS_MET.lock().unwrap_or_else(PoisonError::into_inner);
    let text = definition.to_string();
    if let Some(known) = fields.get(&text) {
        return Some(known);
    }
    let custom = made(Definition::deserialize(definition).ok()?).ok()?;
    let custom: &'static Custom = Box::leak(Box::new(custom));
    fields.insert(text, custom);
    Some(custom)
}

fn read(list: &Value) -> Result<Vec<Definition>, String> {
    Vec::<Definition>::deserialize(list).map_err(|error| error.to_string())
}

/// Says what is wrong with a list of fields.
pub(crate) fn check(list: &Value) -> Result<(), String> {
    for definition in read(list)? {
        made(definition)?;
    }
    Ok(())
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
    field.external_id = external_id;
    field.id_lookup = external_id;
    Ok(Custom {
        object: object.name,
        field,
    })
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

/// Makes the columns that the fields of the org still lack.
pub(crate) fn make_columns(org: &Tenant<'_>) -> Outcome<()> {
    for object in schema::OBJECTS {
        for field in of(org, object)? {
            let there: bool = org.db.query_row(
                "SELECT EXISTS (SELECT 1 FROM pragma_table_info(?) WHERE name = ?)",
                [object.name, field.name],
                |row| row.get(0),
            )?;
            if !there {
                let column = match field.preset {
                    // The records that are there have the value, too: a checkbox is never null.
                    Preset::Truth(on) => {
                        format!("{} DEFAULT {}", store::column(field), i64::from(on))
                    }
                    _ => store::column(field),
                };
                org.db.execute_batch(&format!(
                    "ALTER TABLE \"{}\" ADD COLUMN {column}",
                    object.name
                ))?;
                if let Some(bin) = store::bin(object) {
                    org.db
                        .execute_batch(&format!("ALTER TABLE \"{bin}\" ADD COLUMN {column}"))?;
                }
            }
            if field.unique || field.external_id {
                org.db.execute_batch(&format!(
                    "CREATE INDEX IF NOT EXISTS \"{0}.{1}\" ON \"{0}\" (\"{1}\")",
                    object.name, field.name
                ))?;
            }
        }
    }
    Ok(())
}

/// Drops the column of a field that the org no longer has.
pub(crate) fn drop_column(org: &Tenant<'_>, object: &Object, name: &str) -> Outcome<()> {
    org.db.execute_batch(&format!(
        "DROP INDEX IF EXISTS \"{0}.{name}\"; ALTER TABLE \"{0}\" DROP COLUMN \"{name}\"",
        object.name
    ))?;
    if let Some(bin) = store::bin(object) {
        org.db
            .execute_batch(&format!("ALTER TABLE \"{bin}\" DROP COLUMN \"{name}\""))?;
    }
    Ok(())
}
