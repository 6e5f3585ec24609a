//! `ObjectPermissions` (docs/salesforce/profiles.md#object-permissions): rows below a permission set, those of a
//! profile below its hidden one.

use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text, truth};
use crate::rules::known;
use crate::tenant::Tenant;

/// A permission and those that it takes [inferred: general knowledge].
const NEEDS: [(&str, &[&str]); 5] = [
    ("PermissionsCreate", &["PermissionsRead"]),
    ("PermissionsEdit", &["PermissionsRead"]),
    ("PermissionsDelete", &["PermissionsRead", "PermissionsEdit"]),
    ("PermissionsViewAllRecords", &["PermissionsRead"]),
    (
        "PermissionsModifyAllRecords",
        &[
            "PermissionsRead",
            "PermissionsEdit",
            "PermissionsDelete",
            "PermissionsViewAllRecords",
        ],
    ),
];

pub(super) fn before_create(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let same = ["ParentId", "SobjectType"].map(|field| (field, Value::from(text(row, field))));
    if org.count(known("ObjectPermissions"), &same)? > 0 {
        // [inferred] The code and the text.
        let message = format!(
            "Duplicate ObjectPermissions. Parent: {}; Object: {}",
            text(row, "ParentId"),
            text(row, "SobjectType")
        );
        return Err(Refusal::save("DUPLICATE_VALUE", message, &[]));
    }
    before_update(org, row)
}

pub(super) fn before_update(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    before_delete(org, row)?;
    for (permission, needs) in NEEDS {
        if !truth(row, permission) {
            continue;
        }
        if let Some(missing) = needs.iter().find(|need| !truth(row, need)) {
            // [inferred] The code and the text.
            let message = format!(
                "Permission {permission} on {} depends on permission {missing}",
                text(row, "SobjectType")
            );
            return Err(Refusal::save(
                "FIELD_INTEGRITY_EXCEPTION",
                message,
                &[permission],
            ));
        }
    }
    Ok(())
}

/// From v50 on, permissions of standard objects cannot be edited on standard profiles
/// (docs/salesforce/profiles.md#standard-profiles). The code and the text are \[inferred\].
pub(super) fn before_delete(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let set = org.row(known("PermissionSet"), text(row, "ParentId"))?;
    let profile_id = set.as_ref().map_or("", |set| text(set, "ProfileId"));
    let profile = org.row(known("Profile"), profile_id)?.unwrap_or_default();
    match truth(&profile, "PracticeStandard") && org.version >= 50 {
        true => {
            let message = format!(
                "You can't change the object permissions of the standard profile {}",
                text(&profile, "Name")
            );
            Err(Refusal::save(
                "INSUFFICIENT_ACCESS_OR_READONLY",
                message,
                &[],
            ))
        }
        false => Ok(()),
    }
}
