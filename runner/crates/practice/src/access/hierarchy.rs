//! The role hierarchy: users above another user have what that user has.

use crate::access::{Viewer, known};
use crate::refusal::Outcome;
use crate::row::{text, truth};
use crate::tenant::Tenant;

/// Says whether the viewer has everything that the user of that id has: both are the same user, or the user is below
/// the viewer's role. Portal roles are below the role of their account's owner, so records of partners roll up to that
/// owner. Records of a disabled external user do not roll up (docs/salesforce/sharing.md#role-hierarchy).
pub(super) fn reaches(org: &Tenant<'_>, viewer: &Viewer, user_id: &str) -> Outcome<bool> {
    if user_id == viewer.id() {
        return Ok(true);
    }
    let own = text(&viewer.user, "UserRoleId");
    if own.is_empty() || viewer.is_new {
        return Ok(false);
    }
    viewer.memo.reached.get(user_id.to_owned(), |user_id| {
        let user = org.row(known("User"), user_id)?.unwrap_or_default();
        let external = !text(&user, "ContactId").is_empty();
        if external && !truth(&user, "IsActive") {
            return Ok(false);
        }
        is_below(org, text(&user, "UserRoleId"), own)
    })
}

/// Says whether a role is below another: whoever shares a role does not share records.
pub(super) fn is_below(org: &Tenant<'_>, role_id: &str, top_id: &str) -> Outcome<bool> {
    let sql = "WITH RECURSIVE above(id) AS (SELECT \"ParentRoleId\" FROM \"UserRole\" WHERE \"Id\" = ?1 UNION SELECT r.\"ParentRoleId\" FROM \"UserRole\" r JOIN above ON r.\"Id\" = above.id) SELECT EXISTS (SELECT 1 FROM above WHERE id = ?2)";
    Ok(org
        .db
        .prepare_cached(sql)?
        .query_row([role_id, top_id], |row| row.get(0))?)
}

/// Returns the users whose access the viewer has through the hierarchy: active ones below the viewer's role.
pub(super) fn users_below(org: &Tenant<'_>, viewer: &Viewer) -> Outcome<Vec<String>> {
    let sql = "WITH RECURSIVE below(id) AS (SELECT \"Id\" FROM \"UserRole\" WHERE \"ParentRoleId\" = ?1 UNION SELECT r.\"Id\" FROM \"UserRole\" r JOIN below ON r.\"ParentRoleId\" = below.id) SELECT u.\"Id\" FROM \"User\" u JOIN below ON u.\"UserRoleId\" = below.id WHERE u.\"IsActive\" = 1 OR u.\"ContactId\" IS NULL ORDER BY u.\"Id\"";
    let mut statement = org.db.prepare_cached(sql)?;
    let found = statement.query_map([text(&viewer.user, "UserRoleId")], |row| row.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}
