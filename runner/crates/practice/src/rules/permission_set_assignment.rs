//! `PermissionSetAssignment` (docs/salesforce/permission-sets.md#assignments): users and the sets or groups that they
//! may get.

use serde_json::Value;

use crate::hand::Hand;
use crate::members::{self, Scope};
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text, truth};
use crate::rules::{Change, known, permission_set_license_assign};
use crate::save;
use crate::tenant::Tenant;

pub(super) fn before_create(org: &Tenant<'_>, row: &mut Row) -> Outcome<()> {
    let (set_id, set) = assigned_set(org, row)?;
    row.insert("PermissionSetId", Value::from(set_id.as_str()));
    let assignee_id = text(row, "AssigneeId").to_owned();
    let needed = ["Id", "IsActive", "ProfileId", "Username"];
    let assignee = org.part(known("User"), &assignee_id, &needed)?;
    if !truth(&assignee, "IsActive") {
        // [inferred] The code is the platform's for inactive users, the text ours.
        let message = "Can't assign a permission set to an inactive user";
        return Err(Refusal::save(
            "INACTIVE_OWNER_OR_USER",
            message,
            &["AssigneeId"],
        ));
    }
    if truth(&set, "IsOwnedByProfile") {
        // [inferred] A profile's hidden set comes with the profile only.
        let message = "Permission sets owned by profiles can't be assigned";
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["PermissionSetId"],
        ));
    }
    let pair = [
        ("AssigneeId", Value::from(assignee_id.as_str())),
        ("PermissionSetId", Value::from(set_id.as_str())),
    ];
    if org.count(known("PermissionSetAssignment"), &pair)? > 0 {
        let message = format!(
            "Duplicate PermissionSetAssignment. Assignee: {assignee_id}; Permission Set: {set_id}"
        );
        return Err(Refusal::save("DUPLICATE_VALUE", message, &[]));
    }
    licensed(org, &set, &assignee)
}

/// The assignment that a profile brings stays as long as the user has the profile \[inferred\].
pub(super) fn before_delete(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let set = org
        .row(known("PermissionSet"), text(row, "PermissionSetId"))?
        .unwrap_or_default();
    match truth(&set, "IsOwnedByProfile") {
        true => {
            let message = "Permission sets owned by profiles can't be unassigned";
            Err(Refusal::save("DELETE_FAILED", message, &[]))
        }
        false => Ok(()),
    }
}

/// An assignment that is revoked is not active, and given back it is \[inferred\]
/// (docs/salesforce/permission-sets.md#user-access-policies).
pub(super) fn before_update(change: &Change<'_>, new: &mut Row) {
    if let Some(revoked) = change.of("IsRevoked").and_then(Value::as_bool) {
        new.insert("IsActive", Value::from(!revoked));
    }
}

/// A set may make a user the member of a site.
pub(super) fn after(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    members::refresh(org, Scope::User(text(row, "AssigneeId")))
}

/// So many assignments, deleted together, leave their licenses in place
/// (docs/salesforce/permission-sets.md#licenses-that-go-with-a-set). A request counts, not a user \[inferred\].
const UNASSIGNED_TOGETHER: usize = 50;

/// The seat of the set's license goes with the last assignment of the user that needs it. The platform does so "in most
/// cases" (the same page); the practice org does in all but those that are named.
pub(super) fn after_delete(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let set = org.row(known("PermissionSet"), text(row, "PermissionSetId"))?;
    let license_id = set.map_or(String::new(), |set| text(&set, "LicenseId").to_owned());
    let seats = known("PermissionSetLicenseAssign");
    let seat = [
        ("AssigneeId", Value::from(text(row, "AssigneeId"))),
        ("PermissionSetLicenseId", Value::from(license_id.as_str())),
    ];
    if org.unassigns < UNASSIGNED_TOGETHER
        && !org.is_on("practice.keepPermissionSetLicenses")?
        && license_id.starts_with(known("PermissionSetLicense").prefix)
    {
        for seat in org.rows(seats, &seat)? {
            if permission_set_license_assign::needed_by(org, &seat)?.is_none() {
                org.remove(seats, &[("Id", Value::from(text(&seat, "Id")))])?;
            }
        }
    }
    after(org, row)
}

/// The set that the row names, directly or as a group's backing set, and its id.
fn assigned_set(org: &Tenant<'_>, row: &Row) -> Outcome<(String, Row)> {
    let (set_id, group_id) = (
        text(row, "PermissionSetId"),
        text(row, "PermissionSetGroupId"),
    );
    match (set_id.is_empty(), group_id.is_empty()) {
        (false, true) => {
            let set = org.row(known("PermissionSet"), set_id)?.unwrap_or_default();
            if text(&set, "PermissionSetGroupId").is_empty() {
                return Ok((set_id.to_owned(), set));
            }
            // [inferred] A backing set is assigned through its group only.
            let message = "Assign the permission set group, not the permission set behind it";
            Err(Refusal::save(
                "FIELD_INTEGRITY_EXCEPTION",
                message,
                &["PermissionSetId"],
            ))
        }
        (true, false) => {
            let group = org
                .row(known("PermissionSetGroup"), group_id)?
                .unwrap_or_default();
            let status = text(&group, "Status");
            if status != "Updated" {
                // The rule (docs/salesforce/permission-sets.md#groups), the code and the text are [inferred].
                let message = format!(
                    "Can't assign permission set group {} while its status is {status}",
                    text(&group, "DeveloperName")
                );
                return Err(Refusal::save(
                    "FIELD_INTEGRITY_EXCEPTION",
                    message,
                    &["PermissionSetGroupId"],
                ));
            }
            let backing = org.rows(
                known("PermissionSet"),
                &[("PermissionSetGroupId", Value::from(group_id))],
            )?;
            let backing = backing.into_iter().next();
            let backing = backing.map(|set| (text(&set, "Id").to_owned(), set));
            backing.ok_or_else(|| Refusal::cross_reference("PermissionSetGroupId"))
        }
        (true, true) => {
            let message = "Required fields are missing: [PermissionSetId]";
            Err(Refusal::save(
                "REQUIRED_FIELD_MISSING",
                message,
                &["PermissionSetId"],
            ))
        }
        (false, false) => {
            // Documents say "or" (docs/salesforce/permission-sets.md#assignments); the refusal is [inferred].
            let message = "Give PermissionSetId or PermissionSetGroupId, not both";
            Err(Refusal::save(
                "FIELD_INTEGRITY_EXCEPTION",
                message,
                &["PermissionSetId", "PermissionSetGroupId"],
            ))
        }
    }
}

/// Checks the license of a set: a user license must be that of the user's profile, a permission set license must be
/// assigned (docs/salesforce/permission-sets.md#licenses-of-sets).
///
/// Assigning a set *usually* assigns its permission set license, but not in every org
/// (docs/salesforce/permission-sets.md#licenses-that-come-with-a-set). The practice org begins as one that does not,
/// since a client that assigns the license first is right in both; `practice.assignPermissionSetLicenses` makes it the
/// other. The error's code and text are \[inferred\].
fn licensed(org: &Tenant<'_>, set: &Row, assignee: &Row) -> Outcome<()> {
    let license_id = text(set, "LicenseId");
    if license_id.is_empty() {
        return Ok(());
    }
    let (fits, reason) = if license_id.starts_with(known("UserLicense").prefix) {
        let profile = org
            .row(known("Profile"), text(assignee, "ProfileId"))?
            .unwrap_or_default();
        let fits = text(&profile, "UserLicenseId") == license_id;
        (
            fits,
            "The user license doesn't match the permission set's user license",
        )
    } else {
        let seat = [
            ("AssigneeId", Value::from(text(assignee, "Id"))),
            ("PermissionSetLicenseId", Value::from(license_id)),
        ];
        let mut fits = org.count(known("PermissionSetLicenseAssign"), &seat)? > 0;
        if !fits && org.is_on("practice.assignPermissionSetLicenses")? {
            let fields = seat.map(|(name, value)| (name.to_owned(), value));
            let object = known("PermissionSetLicenseAssign");
            save::create(org, object, &fields.into_iter().collect(), Hand::Client)?;
            fits = true;
        }
        (
            fits,
            "The user isn't assigned the permission set license that the permission set requires",
        )
    };
    if fits {
        return Ok(());
    }
    let message = format!(
        "Can't assign permission set {} to user {}. {reason}",
        text(set, "Name"),
        text(assignee, "Username")
    );
    Err(Refusal::save("FIELD_INTEGRITY_EXCEPTION", message, &[]))
}
