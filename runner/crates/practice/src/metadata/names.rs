//! `renameMetadata` (docs/salesforce/metadata.md#renaming): a component gets another full name.

use serde_json::{Map, Value};

use crate::components;
use crate::full_name;
use crate::hand::Hand;
use crate::metadata::kind::{
    ComponentKind, GROUP, NETWORK, PERMISSION_SET, PERMISSION_SET_GROUP, PROFILE, QUEUE, ROLE,
};
use crate::metadata::{group, network, permission_set, permission_set_group, profile, role};
use crate::refusal::{Outcome, Refusal};
use crate::rights;
use crate::row::{Row, text, truth};
use crate::save;
use crate::schema::object;
use crate::tenant::Tenant;

/// Renames a component; says whether it was there.
pub(crate) fn rename(
    org: &Tenant<'_>,
    kind: &ComponentKind,
    old: &str,
    new: &str,
) -> Outcome<bool> {
    rights::metadata::component(org, kind.name)?;
    let (known, field, row): (&str, &str, Option<Row>) = match *kind {
        GROUP => (
            "Group",
            "DeveloperName",
            group::row_of(org, &group::GROUP, old)?,
        ),
        QUEUE => (
            "Group",
            "DeveloperName",
            group::row_of(org, &group::QUEUE, old)?,
        ),
        NETWORK => ("Network", "Name", network::row_of(org, old)?),
        PERMISSION_SET => ("PermissionSet", "Name", permission_set::row_of(org, old)?),
        PERMISSION_SET_GROUP => (
            "PermissionSetGroup",
            "DeveloperName",
            permission_set_group::row_of(org, old)?,
        ),
        PROFILE => ("Profile", "Name", profile::row_of(org, old)?),
        ROLE => ("UserRole", "DeveloperName", role::row_of(org, old)?),
        _ => {
            // Not the platform's words: it renames more.
            let message = format!(
                "the practice org does not rename components of the type {}",
                kind.name
            );
            return Err(Refusal::save("FIELD_INTEGRITY_EXCEPTION", message, &[]));
        }
    };
    let Some(row) = row else {
        return Ok(false);
    };
    if truth(&row, "PracticeStandard") {
        // [inferred] The code and the text.
        let message = format!(
            "You can't rename the standard profile {}",
            full_name::of(&row)
        );
        return Err(Refusal::save("FIELD_INTEGRITY_EXCEPTION", message, &[]));
    }
    let known = object(known).expect("the schema has it");
    let fields: Map<String, Value> = [(field.to_owned(), Value::from(new))].into_iter().collect();
    save::update(org, known, text(&row, "Id"), &fields, Hand::Client)?;
    if let Some(content) = components::get(org, kind.name, old)? {
        components::remove(org, kind.name, old)?;
        components::put(org, kind.name, new, &content)?;
    }
    if *kind == PERMISSION_SET {
        permission_set_group::set_renamed(org, old, new)?;
    }
    Ok(true)
}
