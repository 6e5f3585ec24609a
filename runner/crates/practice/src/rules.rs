//! Effects and refusals of the platform beside a save, by object. Each object has a file; this one chooses the file.

use serde_json::Value;

use crate::access::Guarded;
use crate::refusal::Outcome;
use crate::row::{Row, text};
use crate::schema::Object;
use crate::tenant::Tenant;

mod account;
mod contact;
pub(crate) mod duplicate;
mod first_free;
mod group;
mod network;
mod network_member_group;
mod object_permissions;
mod organization;
mod permission_set;
mod permission_set_assignment;
mod permission_set_group;
mod permission_set_group_component;
mod permission_set_license_assign;
mod portal;
mod profile;
pub(crate) mod record_type;
mod set_access;
mod share;
mod user;
mod user_license;
mod user_login;
mod user_role;
mod user_saved;
pub(crate) mod validation;
mod work;

/// An update: the row as it was, and what the request gives.
pub(crate) struct Change<'a> {
    pub(crate) old: &'a Row,
    pub(crate) given: &'a Row,
}

impl Change<'_> {
    /// The new value, when the request gives one that differs.
    pub(crate) fn of(&self, field: &str) -> Option<&Value> {
        let given = self.given.get(field)?;
        (self.old.get(field) != Some(given)).then_some(given)
    }
}

/// Fills what the platform fills by itself. Asked for raw rows as well; refuses nothing.
pub(crate) fn complete(org: &Tenant<'_>, object: &Object, row: &mut Row) -> Outcome<()> {
    match object.name {
        "Account" => account::complete(org, row),
        "Case" | "Lead" | "Opportunity" => work::complete(org, row),
        "Contact" => contact::complete(org, row),
        "Group" => group::complete(org, row),
        "PermissionSetLicense" => user_license::complete_set_license(row),
        "Profile" => profile::complete(row),
        "SetupEntityAccess" => {
            set_access::complete(row);
            Ok(())
        }
        "User" => user::complete(org, row),
        "UserLicense" => user_license::complete(row),
        "UserRole" => user_role::complete(org, row),
        _ => Ok(()),
    }
}

/// Gives a new record the type that the org gives its records.
pub(crate) fn typed(org: &Tenant<'_>, object: &Object, row: &mut Row) -> Outcome<()> {
    record_type::complete(org, object, row)
}

/// The record that a create changes instead of making another.
pub(crate) fn same(org: &Tenant<'_>, object: &Object, row: &Row) -> Outcome<Option<String>> {
    match Guarded::of_share(object.name) {
        Some(guarded) => share::same(org, guarded, row),
        None if object.name == "GroupMember" => group::same_member(org, row),
        None => Ok(None),
    }
}

/// Checks a new record, and makes the changes elsewhere that it brings.
pub(crate) fn before_create(org: &Tenant<'_>, object: &Object, row: &mut Row) -> Outcome<()> {
    if let Some(guarded) = Guarded::of_share(object.name) {
        return share::before_create(org, guarded, row);
    }
    match object.name {
        "Account" => account::before_create(org, row),
        "Case" | "Lead" | "Opportunity" => work::before_create(org, object, row),
        "Contact" => contact::before_create(org, row),
        "Group" => group::before_create(org, row),
        "GroupMember" => group::before_create_member(org, row),
        "NetworkMemberGroup" => network_member_group::before_create(org, row),
        "ObjectPermissions" => object_permissions::before_create(org, row),
        "PermissionSet" => permission_set::before_create(org, row),
        "PermissionSetAssignment" => permission_set_assignment::before_create(org, row),
        "PermissionSetGroup" => permission_set_group::before_create(org, row),
        "PermissionSetGroupComponent" => permission_set_group_component::before_create(org, row),
        "PermissionSetLicenseAssign" => permission_set_license_assign::before_create(org, row),
        "PermissionSetTabSetting" => set_access::before_create_tab(org, row),
        "Profile" => profile::before_create(org, row),
        "QueueSobject" => group::before_create_queue_sobject(org, row),
        "SetupEntityAccess" => set_access::before_create_entity(row),
        "User" => user::before_create(org, row),
        "UserRole" => user_role::before_create(org, row),
        _ => Ok(()),
    }
}

/// Refuses a new record by the rules that the org's administrators made
/// (docs/salesforce/accounts.md#duplicate-rules): validation rules first.
pub(crate) fn refuse_new(org: &Tenant<'_>, object: &'static Object, row: &Row) -> Outcome<()> {
    let row = calculated(org, object, row)?;
    validation::refuse(org, object, &row)?;
    duplicate::refuse_new(org, object, &row)
}

/// The same for a change.
pub(crate) fn refuse_changed(
    org: &Tenant<'_>,
    object: &'static Object,
    change: &Change<'_>,
    new: &Row,
) -> Outcome<()> {
    let new = calculated(org, object, new)?;
    validation::refuse(org, object, &new)?;
    duplicate::refuse_changed(org, object, change, &new)
}

/// A row that is about to be saved, with the values that are calculated of others.
fn calculated(org: &Tenant<'_>, object: &Object, row: &Row) -> Outcome<Row> {
    let mut row = row.clone();
    if matches!(object.name, "Contact" | "Lead" | "User") {
        let name = format!("{} {}", text(&row, "FirstName"), text(&row, "LastName"));
        row.insert("Name", Value::from(name.trim()));
    }
    if object.name == "User" {
        let profile_id = text(&row, "ProfileId");
        let profile = org.part(known("Profile"), profile_id, &["UserType"])?;
        row.insert(
            "UserType",
            profile.get("UserType").cloned().unwrap_or_default(),
        );
    }
    Ok(row)
}

/// Makes what the platform makes beside a new record. Called for raw rows as well.
pub(crate) fn after_create(org: &Tenant<'_>, object: &Object, row: &Row) -> Outcome<()> {
    share::record_created(org, object.name, row)?;
    match object.name {
        "Account" => account::after_create(org, row),
        "Case" => work::number_case(org, row),
        "PermissionSetAssignment" => permission_set_assignment::after(org, row),
        "PermissionSetGroup" => permission_set_group::after_create(org, row),
        "PermissionSetGroupComponent" => permission_set_group_component::after_create(org, row),
        "Profile" => profile::after_create(org, row),
        "User" => {
            user::after_create(org, row)?;
            user_saved::created(org, row)
        }
        _ => Ok(()),
    }
}

/// Checks a change. `new` is the row as it will be; rules may add to it.
pub(crate) fn before_update(
    org: &Tenant<'_>,
    object: &Object,
    change: &Change<'_>,
    new: &mut Row,
) -> Outcome<()> {
    if let Some(guarded) = Guarded::of_share(object.name) {
        return share::before_update(org, guarded, change, new);
    }
    record_type::before_update(org, object, change)?;
    match object.name {
        "Account" => account::before_update(org, change, new),
        "Case" | "Lead" | "Opportunity" => work::before_update(org, object, change, new),
        "Contact" => contact::before_update(org, change, new),
        "Group" => group::before_update(org, change, new),
        "Network" => network::before_update(org, change, new),
        "NetworkMemberGroup" => network_member_group::before_update(org, change, new),
        "ObjectPermissions" => object_permissions::before_update(org, new),
        "Organization" => organization::before_update(change),
        "PermissionSet" => permission_set::before_update(org, change, new),
        "PermissionSetAssignment" => {
            permission_set_assignment::before_update(change, new);
            Ok(())
        }
        "PermissionSetGroup" => permission_set_group::before_update(org, change, new),
        "Profile" => profile::before_update(org, change, new),
        "User" => user::before_update(org, change, new),
        "UserLogin" => user_login::before_update(org, change),
        "UserRole" => user_role::before_update(org, change, new),
        _ => Ok(()),
    }
}

/// Makes the changes that the platform makes beside a change. Called for raw rows as well.
pub(crate) fn after_update(org: &Tenant<'_>, object: &Object, old: &Row, new: &Row) -> Outcome<()> {
    share::record_updated(org, object.name, old, new)?;
    match object.name {
        "Contact" => contact::after_update(org, old, new),
        "Network" => network::after_update(org, old, new),
        "PermissionSetAssignment" => permission_set_assignment::after(org, new),
        "PermissionSetGroup" => permission_set_group::after_update(org, old, new),
        "Profile" => profile::after_update(org, old, new),
        "User" => {
            user::after_update(org, old, new)?;
            user_saved::changed(org, old, new)
        }
        _ => Ok(()),
    }
}

/// Refuses a deletion that something prevents, and deletes what goes with the record.
pub(crate) fn before_delete(org: &Tenant<'_>, object: &Object, row: &Row) -> Outcome<()> {
    if Guarded::of_share(object.name).is_some() {
        return share::before_delete(row);
    }
    match object.name {
        "Account" => account::before_delete(org, row),
        "Contact" => contact::before_delete(org, row),
        "Group" => group::before_delete(org, row),
        "ObjectPermissions" => object_permissions::before_delete(org, row),
        "PermissionSet" => permission_set::before_delete(org, row),
        "PermissionSetAssignment" => permission_set_assignment::before_delete(org, row),
        "PermissionSetGroup" => permission_set_group::before_delete(org, row),
        "PermissionSetLicenseAssign" => permission_set_license_assign::before_delete(org, row),
        "Profile" => profile::before_delete(org, row),
        "UserRole" => user_role::before_delete(org, row),
        _ => Ok(()),
    }
}

/// Makes the changes that the platform makes beside a deletion.
pub(crate) fn after_delete(org: &Tenant<'_>, object: &Object, row: &Row) -> Outcome<()> {
    share::record_deleted(org, object.name, text(row, "Id"))?;
    match object.name {
        "Group" => group::after_delete(org, row),
        "PermissionSetAssignment" => permission_set_assignment::after_delete(org, row),
        "PermissionSetGroupComponent" => permission_set_group_component::after_delete(org, row),
        _ => Ok(()),
    }
}

/// Makes what the platform makes beside a record that comes back from the recycle bin.
pub(crate) fn after_undelete(org: &Tenant<'_>, object: &Object, row: &Row) -> Outcome<()> {
    share::record_created(org, object.name, row)
}

/// The records behind `names`, which the schema has.
fn known(name: &str) -> &'static Object {
    crate::schema::object(name).expect("rules name objects of the schema")
}

#[cfg(test)]
mod tests;
