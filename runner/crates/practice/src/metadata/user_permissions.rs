//! `userPermissions` of profiles and permission sets: the checkboxes `Permissions…` of their records
//! (docs/salesforce/profiles.md#profiles-that-are-refused).

use serde_json::{Map, Value, json};
use usher_core::component::{parts, texts};

use crate::components::Content;
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, truth};
use crate::schema::Object;

/// Every permission of a record, by field.
pub(super) fn of(row: &Row) -> impl Iterator<Item = (&'static str, bool)> {
    let permissions = row.keys().filter(|name| name.starts_with("Permissions"));
    permissions.map(|name| (*name, truth(row, name)))
}

/// The permissions that are enabled: a read lists no others (docs/salesforce/profiles.md#profile-metadata).
pub(super) fn read(row: &Row) -> Vec<Value> {
    let enabled = of(row).filter(|(_, on)| *on).map(|(name, _)| {
        let name = name.trim_start_matches("Permissions");
        json!({ "enabled": ["true"], "name": [name] })
    });
    enabled.collect()
}

/// The fields of the record that a content sets.
pub(super) fn wanted(content: &Content, object: &Object) -> Outcome<Map<String, Value>> {
    let mut fields = Map::new();
    for permission in parts(content, "userPermissions") {
        let one = |element: &str| texts(permission, element).next().unwrap_or_default();
        let field = format!("Permissions{}", one("name"));
        if object.field(&field).is_none_or(|known| known.name != field) {
            // Not the platform's words: it has some four hundred, the practice org a few.
            let message = format!(
                "the practice org does not know the user permission `{}`",
                one("name")
            );
            return Err(Refusal::save(
                "INVALID_FIELD",
                message,
                &["userPermissions"],
            ));
        }
        fields.insert(field, Value::from(one("enabled") == "true"));
    }
    Ok(fields)
}
