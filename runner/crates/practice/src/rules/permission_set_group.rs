//! `PermissionSetGroup`: every group has a backing permission set of the same name, and an assignment holds that set
//! (docs/salesforce/permission-sets.md#groups).

use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text};
use crate::rules::permission_set::free_name;
use crate::rules::{Change, known};
use crate::tenant::Tenant;

pub(super) fn before_create(org: &Tenant<'_>, row: &mut Row) -> Outcome<()> {
    free_name(org, known("PermissionSetGroup"), "DeveloperName", row)
}

pub(super) fn after_create(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let sets = known("PermissionSet");
    let mut set = crate::row::blank(sets);
    let same = |field: &str| row.get(field).cloned().unwrap_or_default();
    set.extend([
        ("Id", Value::from(org.next_id(sets)?)),
        ("Name", same("DeveloperName")),
        ("Label", same("MasterLabel")),
        ("NamespacePrefix", same("NamespacePrefix")),
        ("PermissionSetGroupId", same("Id")),
        ("Type", Value::from("Group")),
    ]);
    org.insert(sets, &set)
}

pub(super) fn before_update(org: &Tenant<'_>, change: &Change<'_>, new: &mut Row) -> Outcome<()> {
    match change.of("DeveloperName") {
        Some(_) => free_name(org, known("PermissionSetGroup"), "DeveloperName", new),
        None => Ok(()),
    }
}

/// The backing set keeps the group's names.
pub(super) fn after_update(org: &Tenant<'_>, old: &Row, new: &Row) -> Outcome<()> {
    if old.get("DeveloperName") == new.get("DeveloperName")
        && old.get("MasterLabel") == new.get("MasterLabel")
    {
        return Ok(());
    }
    let sets = known("PermissionSet");
    for set in org.rows(
        sets,
        &[("PermissionSetGroupId", Value::from(text(new, "Id")))],
    )? {
        let names = [
            ("Name", Value::from(text(new, "DeveloperName"))),
            ("Label", Value::from(text(new, "MasterLabel"))),
        ];
        org.set(sets, text(&set, "Id"), &names)?;
    }
    Ok(())
}

pub(super) fn before_delete(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let group = [("PermissionSetGroupId", Value::from(text(row, "Id")))];
    if org.count(known("PermissionSetAssignment"), &group)? > 0 {
        // [inferred] The code and the text.
        let message = "Can't delete a permission set group that is assigned to users";
        return Err(Refusal::save("DELETE_FAILED", message, &[]));
    }
    org.remove(known("PermissionSetGroupComponent"), &group)?;
    org.remove(known("PermissionSet"), &group)
}
