//! `Profile` (docs/salesforce/profiles.md#profile-records): each with one hidden permission set
//! (docs/salesforce/profiles.md#hidden-permission-set).

use serde_json::Value;

use crate::components;
use crate::full_name;
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text, truth};
use crate::rules::{Change, known, permission_set};
use crate::tenant::Tenant;

/// A standard profile has a full name of its own, whatever its name becomes.
pub(super) fn complete(row: &mut Row) -> Outcome<()> {
    if truth(row, "PracticeStandard") && text(row, "PracticeFullName").is_empty() {
        let full_name = full_name::of_standard(text(row, "Name"));
        row.insert("PracticeFullName", Value::from(full_name));
    }
    Ok(())
}

pub(super) fn before_create(org: &Tenant<'_>, row: &mut Row) -> Outcome<()> {
    free_name(org, row)
}

/// The hidden set: how a user's profile grants permissions, and what `IsOwnedByProfile` finds.
pub(super) fn after_create(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let sets = known("PermissionSet");
    let id = org.next_id(sets)?;
    let mut set = crate::row::blank(sets);
    // [inferred] The platform's name is `X` and the profile's id; the label of no use to anybody.
    let name = format!("X{}", &text(row, "Id")[..15]);
    set.extend([
        ("Id", Value::from(id)),
        ("Name", Value::from(name.as_str())),
        ("Label", Value::from(name.as_str())),
        ("ProfileId", Value::from(text(row, "Id"))),
        (
            "LicenseId",
            row.get("UserLicenseId").cloned().unwrap_or_default(),
        ),
        ("IsOwnedByProfile", Value::from(true)),
        ("IsCustom", Value::from(!truth(row, "PracticeStandard"))),
        ("Type", Value::from("Profile")),
    ]);
    set.extend(permissions(row));
    org.insert(sets, &set)
}

pub(super) fn before_update(org: &Tenant<'_>, change: &Change<'_>, new: &mut Row) -> Outcome<()> {
    match change.of("Name") {
        Some(_) => free_name(org, new),
        None => Ok(()),
    }
}

/// The hidden set has the profile's permissions, and what no record holds goes by the profile's name.
pub(super) fn after_update(org: &Tenant<'_>, old: &Row, new: &Row) -> Outcome<()> {
    let (before, after) = (full_name::of(old), full_name::of(new));
    if before != after
        && let Some(parts) = components::get(org, "Profile", before)?
    {
        components::remove(org, "Profile", before)?;
        components::put(org, "Profile", after, &parts)?;
    }
    let changed: Vec<(&'static str, Value)> = permissions(new)
        .filter(|(name, value)| old.get(name) != Some(value))
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let sets = known("PermissionSet");
    for set in org.rows(sets, &[("ProfileId", Value::from(text(new, "Id")))])? {
        org.set(sets, text(&set, "Id"), &changed)?;
    }
    Ok(())
}

pub(super) fn before_delete(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let profile = [("ProfileId", Value::from(text(row, "Id")))];
    // [inferred] Codes and texts of both.
    if truth(row, "PracticeStandard") {
        return Err(Refusal::save(
            "DELETE_FAILED",
            "Standard profiles can't be deleted",
            &[],
        ));
    }
    if org.count(known("User"), &profile)? > 0 {
        let message = "Can't delete a profile that is assigned to users";
        return Err(Refusal::save("DELETE_FAILED", message, &[]));
    }
    components::remove(org, "Profile", full_name::of(row))?;
    for set in org.rows(known("PermissionSet"), &profile)? {
        permission_set::remove_below(org, Value::from(text(&set, "Id")))?;
    }
    org.remove(known("PermissionSet"), &profile)
}

fn free_name(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let others = org.rows(
        known("Profile"),
        &[("Name", Value::from(text(row, "Name")))],
    )?;
    match others
        .iter()
        .any(|other| text(other, "Id") != text(row, "Id"))
    {
        // [inferred] The code and the text (docs/salesforce/profiles.md#profile-records).
        true => {
            let message = "The profile name already exists. Please choose another name.";
            Err(Refusal::save("DUPLICATE_VALUE", message, &["Name"]))
        }
        false => Ok(()),
    }
}

fn permissions(row: &Row) -> impl Iterator<Item = (&'static str, Value)> {
    let permissions = row
        .iter()
        .filter(|(name, _)| name.starts_with("Permissions"));
    permissions.map(|(name, value)| (*name, value.clone()))
}
