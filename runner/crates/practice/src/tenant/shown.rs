//! Objects, fields and rows that a user without rights to Setup does not see: queries and describes answer as if they
//! did not exist (docs/salesforce/permission-sets.md#reading-setup).

use rusqlite::types::Value as Sql;

use crate::refusal::Outcome;
use crate::schema::{Field, Object};
use crate::tenant::Tenant;
use crate::tenant::rights::{Right, has_one};

/// The rights of which one shows an object.
fn opens_object(object: &Object) -> &'static [Right] {
    use Right::{AssignPermissionSets, ManageRoles, ManageUsers, ViewRoles, ViewSetup};
    match object.name {
        "PermissionSetLicense" | "PermissionSetTabSetting" | "SetupEntityAccess" => &[ViewSetup],
        "PermissionSetGroupComponent" => &[ViewSetup],
        "PermissionSetLicenseAssign" => &[ViewSetup, AssignPermissionSets],
        "UserLogin" => &[ManageUsers],
        "UserRole" => &[ViewRoles, ViewSetup, ManageRoles, ManageUsers],
        _ => &[],
    }
}

/// Says whether the user sees the object.
pub(crate) fn object(org: &Tenant<'_>, object: &Object) -> Outcome<bool> {
    one_of(org, opens_object(object))
}

/// Says whether the user sees the field of an object.
pub(crate) fn field(org: &Tenant<'_>, object: &Object, field: &Field) -> Outcome<bool> {
    let rights = match (object.name, field.name) {
        // Without *View Roles and Role Hierarchy*, queries for it find no such column.
        ("User", "UserRoleId" | "PortalRole") => &[
            Right::ViewRoles,
            Right::ViewSetup,
            Right::ManageRoles,
            Right::ManageUsers,
        ][..],
        _ => &[],
    };
    one_of(org, rights)
}

/// The condition that rows of the object must fulfil for this user, over the table or alias `of`; none where all are
/// shown. A user without rights sees what is assigned to that user \[inferred\].
pub(crate) fn rows(
    org: &Tenant<'_>,
    object: &Object,
    of: &str,
    values: &mut Vec<Sql>,
) -> Outcome<Option<String>> {
    let condition = match object.name {
        "PermissionSet" => format!(
            "{of}.\"Id\" IN (SELECT \"PermissionSetId\" FROM \"PermissionSetAssignment\" WHERE \"AssigneeId\" = ?)"
        ),
        "PermissionSetAssignment" => format!("{of}.\"AssigneeId\" = ?"),
        _ => return Ok(None),
    };
    let rights = [
        Right::ViewSetup,
        Right::AssignPermissionSets,
        Right::ManageUsers,
    ];
    if has_one(org, &rights)? {
        return Ok(None);
    }
    values.push(Sql::Text(org.user_id.clone()));
    Ok(Some(condition))
}

fn one_of(org: &Tenant<'_>, rights: &[Right]) -> Outcome<bool> {
    match rights.is_empty() {
        true => Ok(true),
        false => has_one(org, rights),
    }
}
