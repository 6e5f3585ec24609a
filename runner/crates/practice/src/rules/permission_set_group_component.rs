//! `PermissionSetGroupComponent`: the sets of a permission set group (docs/salesforce/permission-sets.md#sets-of-a-group).
//! The component of the group names the same sets; what the group allows is calculated afterwards.

use serde_json::Value;

use crate::components;
use crate::recalculation::{self, Subject};
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text};
use crate::rules::known;
use crate::tenant::Tenant;

const KIND: &str = "PermissionSetGroup";

/// Refuses a set twice, and sets that belong to a profile or a group. The rules, codes and texts are \[inferred\].
pub(super) fn before_create(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let same = ["PermissionSetGroupId", "PermissionSetId"]
        .map(|field| (field, Value::from(text(row, field))));
    if org.count(known("PermissionSetGroupComponent"), &same)? > 0 {
        let message = "The permission set is already in the permission set group";
        return Err(Refusal::save("DUPLICATE_VALUE", message, &[]));
    }
    let set = org.row(known("PermissionSet"), text(row, "PermissionSetId"))?;
    match set.is_some_and(|set| text(&set, "Type") == "Regular" && is_own(&set)) {
        true => Ok(()),
        false => Err(Refusal::cross_reference("PermissionSetId")),
    }
}

fn is_own(set: &Row) -> bool {
    text(set, "ProfileId").is_empty() && text(set, "PermissionSetGroupId").is_empty()
}

/// The group names the set, and is calculated again.
pub(super) fn after_create(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    change(org, row, |sets, name| {
        let is_new = !sets.iter().any(|set| set.as_str() == Some(name));
        if is_new {
            sets.push(Value::from(name));
        }
        is_new
    })
}

/// The group names the set no more, and is calculated again.
pub(super) fn after_delete(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    change(org, row, |sets, name| {
        let before = sets.len();
        sets.retain(|set| set.as_str() != Some(name));
        sets.len() < before
    })
}

/// Changes the sets that a group names; the group is outdated when `change` says that they are others.
fn change(
    org: &Tenant<'_>,
    row: &Row,
    change: impl FnOnce(&mut Vec<Value>, &str) -> bool,
) -> Outcome<()> {
    let groups = known("PermissionSetGroup");
    let group_id = text(row, "PermissionSetGroupId");
    let set = org.row(known("PermissionSet"), text(row, "PermissionSetId"))?;
    let (Some(group), Some(set)) = (org.row(groups, group_id)?, set) else {
        return Ok(());
    };
    let group_name = full_name(&group, "DeveloperName");
    let mut content = components::get(org, KIND, &group_name)?.unwrap_or_default();
    let mut sets = match content.remove("permissionSets") {
        Some(Value::Array(sets)) => sets,
        _ => Vec::new(),
    };
    if !change(&mut sets, &full_name(&set, "Name")) {
        return Ok(());
    }
    if !sets.is_empty() {
        content.insert("permissionSets".to_owned(), Value::Array(sets));
    }
    components::put(org, KIND, &group_name, &content)?;
    recalculation::begin_now(org, Subject::Groups, group_id)?;
    org.set(groups, group_id, &[("Status", Value::from("Outdated"))])
}

fn full_name(row: &Row, field: &str) -> String {
    match text(row, "NamespacePrefix") {
        "" => text(row, field).to_owned(),
        namespace => format!("{namespace}__{}", text(row, field)),
    }
}
