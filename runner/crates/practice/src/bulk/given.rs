//! One row of a batch: its values under the columns, and the records that its keys find
//! (docs/salesforce/bulk.md#columns).

use serde_json::{Map, Value};

use crate::bulk::columns::Column;
use crate::refusal::{Outcome, Refusal};
use crate::schema::{Field, FieldKind, Object};
use crate::tenant::Tenant;
use crate::upsert;
use crate::value;

/// The value that empties a field (docs/salesforce/bulk.md#csv).
const NULL: &str = "#N/A";

/// A row as it is saved: the id that it names, the key that finds it, and its other values.
#[derive(Default)]
pub(super) struct Given {
    pub(super) id: String,
    pub(super) key: Option<(&'static Field, String)>,
    pub(super) fields: Map<String, Value>,
}

/// The rows of a chunk.
pub(super) struct Rows<'a> {
    pub(super) org: &'a Tenant<'a>,
    pub(super) columns: &'a [Column],
    /// The field that finds the records of an upsert.
    pub(super) key: Option<&'a str>,
}

impl Rows<'_> {
    /// The row as its columns name it. An empty value is no value.
    pub(super) fn given(&self, cells: &[String]) -> Outcome<Given> {
        if cells.len() != self.columns.len() {
            let (values, columns) = (cells.len(), self.columns.len());
            let message = format!(
                "the practice org does not know what Salesforce does with a row of {values} values below {columns} columns"
            );
            return Err(Refusal::save("INVALID_INPUT", message, &[]));
        }
        let mut given = Given::default();
        for (column, cell) in self.columns.iter().zip(cells) {
            let is_key = |field: &Field| {
                self.key
                    .is_some_and(|name| name.eq_ignore_ascii_case(field.name))
            };
            match column {
                Column::Field(field) if matches!(field.kind, FieldKind::Id) => {
                    given.id = value::trimmed(cell).to_owned();
                }
                Column::Field(field) if is_key(field) => {
                    given.key = Some((field, value::trimmed(cell).to_owned()));
                }
                _ if cell.is_empty() => {}
                Column::Field(field) => {
                    let value = read(field, cell)?;
                    given.fields.insert(field.name.to_owned(), value);
                }
                Column::Parent { field, target, by } => {
                    let value = self.parent(target, by, cell)?;
                    given.fields.insert(field.name.to_owned(), value);
                }
            }
        }
        Ok(given)
    }

    /// The id of the parent that a value finds.
    fn parent(&self, target: &'static Object, by: &Field, cell: &str) -> Outcome<Value> {
        if cell == NULL {
            return Ok(Value::Null);
        }
        let found = upsert::find(self.org, target, by, &Value::from(cell))?;
        match found.as_slice() {
            [id] => Ok(Value::from(id.as_str())),
            [] => {
                let message = format!(
                    "Foreign key external ID: {} not found for field {} in entity {}",
                    value::trimmed(cell),
                    by.name,
                    target.name
                );
                Err(Refusal::save("INVALID_FIELD", message, &[]))
            }
            several => {
                // [inferred] That the row is refused with the code and words of an upsert.
                let message = format!(
                    "{}: more than one record found for external id field: [{}]",
                    by.label,
                    several.join(", ")
                );
                Err(Refusal::save("DUPLICATE_EXTERNAL_ID", message, &[by.name]))
            }
        }
    }
}

/// A value as text, when the field takes it.
fn read(field: &Field, cell: &str) -> Outcome<Value> {
    if cell == NULL {
        return Ok(Value::Null);
    }
    let value = Value::from(cell);
    match value::checked(field, &value) {
        Err(refusal) if refusal.code == "JSON_PARSER_ERROR" => {
            let message = format!("{}: value not of required type: {cell}", field.label);
            let code = "INVALID_TYPE_ON_FIELD_IN_RECORD";
            Err(Refusal::save(code, message, &[field.name]))
        }
        // Saving says all the rest, in its order.
        _ => Ok(value),
    }
}
