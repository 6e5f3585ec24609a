//! `PermissionSetLicenseAssign`: one seat of a permission set license for one user
//! (docs/salesforce/licenses.md#permission-set-licenses).

use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text, truth};
use crate::rules::known;
use crate::tenant::Tenant;

pub(super) fn before_create(org: &Tenant<'_>, row: &mut Row) -> Outcome<()> {
    let (assignee_id, license_id) = (text(row, "AssigneeId"), text(row, "PermissionSetLicenseId"));
    let assignee = org.row(known("User"), assignee_id)?.unwrap_or_default();
    if !truth(&assignee, "IsActive") {
        // [inferred] The code is the platform's for inactive users, the text ours.
        let message = "Can't assign a permission set license to an inactive user";
        return Err(Refusal::save(
            "INACTIVE_OWNER_OR_USER",
            message,
            &["AssigneeId"],
        ));
    }
    let own = known("PermissionSetLicenseAssign");
    let pair = [
        ("AssigneeId", Value::from(assignee_id)),
        ("PermissionSetLicenseId", Value::from(license_id)),
    ];
    if org.count(own, &pair)? > 0 {
        // [inferred] After the text for permission sets, which public code shows.
        let message = format!(
            "Duplicate PermissionSetLicenseAssign. Assignee: {assignee_id}; Permission Set License: {license_id}"
        );
        return Err(Refusal::save("DUPLICATE_VALUE", message, &[]));
    }
    let license = org
        .row(known("PermissionSetLicense"), license_id)?
        .unwrap_or_default();
    let seats = license
        .get("TotalLicenses")
        .and_then(Value::as_i64)
        .unwrap_or_default();
    let used = license
        .get("UsedLicenses")
        .and_then(Value::as_i64)
        .unwrap_or_default();
    if text(&license, "Status") != "Active" || used >= seats {
        // The code and the words of user licenses [inferred] (docs/salesforce/licenses.md#seats).
        let message = format!("License Limit Exceeded - {}", text(&license, "MasterLabel"));
        return Err(Refusal::save("LICENSE_LIMIT_EXCEEDED", message, &[]));
    }
    Ok(())
}

/// The label of an assigned permission set that relies on a seat; none when nothing does.
pub(super) fn needed_by(org: &Tenant<'_>, row: &Row) -> Outcome<Option<String>> {
    let sql = "SELECT s.\"Label\" FROM \"PermissionSetAssignment\" a JOIN \"PermissionSet\" s ON s.\"Id\" = a.\"PermissionSetId\" WHERE a.\"AssigneeId\" = ? AND s.\"LicenseId\" = ? ORDER BY a.\"Id\" LIMIT 1";
    let key = [text(row, "AssigneeId"), text(row, "PermissionSetLicenseId")];
    let mut statement = org.db.prepare_cached(sql)?;
    let mut found = statement.query(key)?;
    let label = found.next()?.map(|record| record.get(0));
    Ok(label.transpose()?)
}

/// A seat that an assigned permission set relies on stays.
pub(super) fn before_delete(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let Some(label) = needed_by(org, row)? else {
        return Ok(());
    };
    // [inferred] That it is refused, and how.
    let message = format!(
        "Can't remove the permission set license while permission set {label} that requires it is assigned to the user"
    );
    Err(Refusal::save("DELETE_FAILED", message, &[]))
}
