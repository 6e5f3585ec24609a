//! `objectPermissions` of a permission set, or of a profile through its hidden one: rows below the set
//! (docs/salesforce/profiles.md#object-permissions).

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};
use usher_core::component::texts;

use crate::components::Content;
use crate::hand::Hand;
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text, truth};
use crate::save;
use crate::schema::{Object, object};
use crate::tenant::Tenant;

/// Elements of the component, and fields of the row.
const FIELDS: [(&str, &str); 6] = [
    ("allowCreate", "PermissionsCreate"),
    ("allowDelete", "PermissionsDelete"),
    ("allowEdit", "PermissionsEdit"),
    ("allowRead", "PermissionsRead"),
    ("modifyAllRecords", "PermissionsModifyAllRecords"),
    ("viewAllRecords", "PermissionsViewAllRecords"),
];

/// Returns what a set allows with objects, by object.
pub(super) fn read(org: &Tenant<'_>, set_id: &str) -> Outcome<Vec<Value>> {
    let mut rows = org.rows(permissions(), &[("ParentId", Value::from(set_id))])?;
    rows.sort_by(|one, other| text(one, "SobjectType").cmp(text(other, "SobjectType")));
    let part = |row: &Row| {
        let mut part = Map::new();
        part.insert("object".to_owned(), json!([text(row, "SobjectType")]));
        for (element, field) in FIELDS {
            part.insert(element.to_owned(), json!([truth(row, field).to_string()]));
        }
        Value::Object(part)
    };
    Ok(rows.iter().map(part).collect())
}

/// Lays one part over what is there; a row that allows nothing goes \[inferred\].
pub(super) fn write(org: &Tenant<'_>, set_id: &str, part: &Content) -> Outcome<()> {
    let one = |element: &str| texts(part, element).next();
    let name = one("object").unwrap_or_default();
    if one("viewAllFields") == Some("true") {
        // Not the platform's words: it has the permission, the practice org has not.
        let message = "the practice org does not know the object permission `viewAllFields`";
        return Err(Refusal::save(
            "INVALID_FIELD",
            message,
            &["objectPermissions"],
        ));
    }
    let fields = FIELDS.into_iter().filter_map(|(element, field)| {
        Some((field.to_owned(), Value::from(one(element)? == "true")))
    });
    let mut fields: Map<String, Value> = fields.collect();
    let same = [
        ("ParentId", Value::from(set_id)),
        ("SobjectType", Value::from(name)),
    ];
    let allows = |row: &Map<String, Value>| row.values().any(|value| *value == true);
    let Some(row) = org.rows(permissions(), &same)?.pop() else {
        if !allows(&fields) {
            return Ok(());
        }
        fields.extend(same.map(|(field, value)| (field.to_owned(), value)));
        return save::create(org, permissions(), &fields, Hand::Client).map(drop);
    };
    let mut after: Map<String, Value> = FIELDS
        .iter()
        .map(|(_, field)| ((*field).to_owned(), Value::from(truth(&row, field))))
        .collect();
    let before = after.clone();
    after.extend(fields.clone());
    if before == after {
        return Ok(());
    }
    match allows(&after) {
        true => save::update(org, permissions(), text(&row, "Id"), &fields, Hand::Client),
        false => save::delete(org, permissions(), text(&row, "Id")),
    }
}

/// Takes away what a set allows with every object that is not named.
pub(super) fn keep_only(org: &Tenant<'_>, set_id: &str, named: &BTreeSet<&str>) -> Outcome<()> {
    for row in org.rows(permissions(), &[("ParentId", Value::from(set_id))])? {
        if !named.contains(text(&row, "SobjectType")) {
            save::delete(org, permissions(), text(&row, "Id"))?;
        }
    }
    Ok(())
}

fn permissions() -> &'static Object {
    object("ObjectPermissions").expect("the schema has it")
}
