//! `NetworkMemberGroup`: profiles and permission sets whose holders are members of a site
//! (docs/salesforce/sites.md#member-groups). `jobs` does the rest later.

use serde_json::Value;

use crate::clock;
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text};
use crate::rules::{Change, known};
use crate::tenant::Tenant;

pub(super) fn before_create(org: &Tenant<'_>, row: &mut Row) -> Outcome<()> {
    let pair = [
        ("NetworkId", Value::from(text(row, "NetworkId"))),
        ("ParentId", Value::from(text(row, "ParentId"))),
    ];
    if org.count(known("NetworkMemberGroup"), &pair)? > 0 {
        // A second group is refused (docs/salesforce/sites.md#member-groups); code and text [inferred].
        let message = "The profile or permission set is already a member of the site";
        return Err(Refusal::save(
            "DUPLICATE_VALUE",
            message,
            &["NetworkId", "ParentId"],
        ));
    }
    row.insert("PracticeChangedMs", Value::from(clock::now_ms(org)?));
    Ok(())
}

/// The one thing to write is that a group shall go.
pub(super) fn before_update(org: &Tenant<'_>, change: &Change<'_>, new: &mut Row) -> Outcome<()> {
    let Some(status) = change.of("AssignmentStatus") else {
        return Ok(());
    };
    let settled = matches!(text(change.old, "AssignmentStatus"), "Added" | "FailedAdd");
    if status != "WaitingForRemove" || !settled {
        // [inferred] The code and the text.
        let message =
            "AssignmentStatus can only be changed from Added or FailedAdd to WaitingForRemove";
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["AssignmentStatus"],
        ));
    }
    new.insert("PracticeChangedMs", Value::from(clock::now_ms(org)?));
    Ok(())
}
