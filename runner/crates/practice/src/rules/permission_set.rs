//! `PermissionSet` (docs/salesforce/permission-sets.md#names). Labels may repeat, names may not.

use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text, truth};
use crate::rules::{Change, known};
use crate::schema::Object;
use crate::tenant::Tenant;

pub(super) fn before_create(org: &Tenant<'_>, row: &mut Row) -> Outcome<()> {
    free_name(org, known("PermissionSet"), "Name", row)
}

pub(super) fn before_update(org: &Tenant<'_>, change: &Change<'_>, new: &mut Row) -> Outcome<()> {
    let old = change.old;
    if !text(old, "NamespacePrefix").is_empty() {
        // The text is that of docs/salesforce/permission-sets.md#managed-sets.
        let message = "Cannot modify managed object";
        return Err(Refusal::save("CANNOT_MODIFY_MANAGED_OBJECT", message, &[]));
    }
    owned_by_another(old)?;
    match change.of("Name") {
        Some(_) => free_name(org, known("PermissionSet"), "Name", new),
        None => Ok(()),
    }
}

pub(super) fn before_delete(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    owned_by_another(row)?;
    let assigned = org.count(
        known("PermissionSetAssignment"),
        &[("PermissionSetId", Value::from(text(row, "Id")))],
    )?;
    if assigned > 0 {
        // [inferred] The code and the text.
        let message = "Can't delete a permission set that is assigned to users";
        return Err(Refusal::save("DELETE_FAILED", message, &[]));
    }
    remove_below(org, row.get("Id").cloned().unwrap_or_default())
}

/// Removes what a set opens, which goes with the set.
pub(super) fn remove_below(org: &Tenant<'_>, set_id: Value) -> Outcome<()> {
    let below = [("ParentId", set_id)];
    for object in [
        "ObjectPermissions",
        "PermissionSetTabSetting",
        "SetupEntityAccess",
    ] {
        org.remove(known(object), &below)?;
    }
    let in_groups = [("PermissionSetId", below[0].1.clone())];
    org.remove(known("PermissionSetGroupComponent"), &in_groups)
}

/// Refuses a developer name that is not one.
pub(super) fn is_developer_name(name: &str, field: &'static str) -> Outcome<()> {
    let letters = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let shape = letters
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && !name.ends_with('_')
        && !name.contains("__");
    if !shape {
        // [inferred] The platform's words in Setup for developer names.
        let message = "The API name can only contain underscores and alphanumeric characters. It must be unique, begin with a letter, not include spaces, not end with an underscore, and not contain two consecutive underscores.";
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &[field],
        ));
    }
    Ok(())
}

/// Refuses a developer name that is no name, or that another record of the same namespace has.
pub(super) fn free_name(
    org: &Tenant<'_>,
    object: &'static Object,
    field: &'static str,
    row: &Row,
) -> Outcome<()> {
    let name = text(row, field);
    is_developer_name(name, field)?;
    let namespace = row.get("NamespacePrefix").cloned().unwrap_or_default();
    let others = org.rows(
        object,
        &[(field, Value::from(name)), ("NamespacePrefix", namespace)],
    )?;
    let own = text(row, "Id");
    if others
        .iter()
        .any(|other| text(other, "Id") != own && !truth(other, "IsOwnedByProfile"))
    {
        // The code is in the partner WSDL; the text [inferred].
        let message = format!("The name you entered is already in use: {name}");
        return Err(Refusal::save("DUPLICATE_DEVELOPER_NAME", message, &[field]));
    }
    Ok(())
}

/// Sets behind profiles and groups change with those \[inferred\].
fn owned_by_another(row: &Row) -> Outcome<()> {
    let owned = truth(row, "IsOwnedByProfile") || !text(row, "PermissionSetGroupId").is_empty();
    match owned {
        true => {
            let message =
                "Permission sets owned by a profile or a group can't be changed by themselves";
            Err(Refusal::save("FIELD_INTEGRITY_EXCEPTION", message, &[]))
        }
        false => Ok(()),
    }
}
