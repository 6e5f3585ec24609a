//! The permissions of the user who asks (docs/salesforce/permission-sets.md#rights-of-a-user): those of the profile, of
//! the permission sets and of the permission set groups together.
//!
//! Fixtures, and the platform itself, may do everything.

use crate::refusal::Outcome;
use crate::schema::Object;
use crate::tenant::Tenant;

/// A permission, as the columns of profiles and permission sets are called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Right {
    ApiEnabled,
    AssignPermissionSets,
    BulkApiHardDelete,
    CustomizeApplication,
    ManageInternalUsers,
    ManageNetworks,
    ManagePartners,
    ManageProfilesPermissionsets,
    ManageRoles,
    ManageSharing,
    ManageUsers,
    ModifyAllData,
    ModifyMetadata,
    ViewAllData,
    ViewRoles,
    ViewSetup,
}

impl Right {
    fn column(self) -> String {
        format!("Permissions{self:?}")
    }
}

/// Says whether the user has one of these permissions.
pub(crate) fn has_one(org: &Tenant<'_>, rights: &[Right]) -> Outcome<bool> {
    let columns: Vec<String> = rights
        .iter()
        .map(|right| format!("s.\"{}\" = 1", right.column()))
        .collect();
    granted(org, "", &columns.join(" OR "), &[])
}

/// A right to the records of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ObjectRight {
    Create,
    Edit,
    Delete,
}

/// Says whether the user may do that with records of the object at all, whoever owns them.
pub(crate) fn has_for_object(
    org: &Tenant<'_>,
    object: &Object,
    right: ObjectRight,
) -> Outcome<bool> {
    let join =
        "LEFT JOIN \"ObjectPermissions\" o ON o.\"ParentId\" = s.\"Id\" AND o.\"SobjectType\" = ?2";
    let condition = format!(
        "s.\"PermissionsModifyAllData\" = 1 OR o.\"Permissions{right:?}\" = 1 OR o.\"PermissionsModifyAllRecords\" = 1 AND '{right:?}' <> 'Create'"
    );
    granted(org, join, &condition, &[object.name])
}

/// Says whether one of the user's permission sets, the profile's own among them, fits.
fn granted(org: &Tenant<'_>, join: &str, condition: &str, values: &[&str]) -> Outcome<bool> {
    if org.fills {
        return Ok(true);
    }
    let sql = format!(
        "SELECT EXISTS (SELECT 1 FROM \"PermissionSetAssignment\" a JOIN \"PermissionSet\" s ON s.\"Id\" = a.\"PermissionSetId\" {join} WHERE a.\"AssigneeId\" = ?1 AND a.\"IsActive\" = 1 AND a.\"IsRevoked\" = 0 AND ({condition}))"
    );
    let values = [&[org.user_id.as_str()], values].concat();
    Ok(org
        .db
        .prepare_cached(&sql)?
        .query_row(rusqlite::params_from_iter(values), |row| row.get(0))?)
}
