//! Changes of portal roles when their account, its owner or the roles themselves change
//! (docs/salesforce/roles.md#owner-changes, docs/salesforce/roles.md#deleting-portal-roles).

use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text, truth};
use crate::rules::known;
use crate::rules::portal::{
    Family, LEVELS, SHARED, height, leave_role, owner_without_role, role_users, shared,
};
use crate::tenant::Tenant;

/// Account roles follow the account's name (docs/salesforce/roles.md#account-roles). The moment at which they do is
/// \[inferred\].
pub(in crate::rules) fn account_renamed(org: &Tenant<'_>, old: &Row, new: &Row) -> Outcome<()> {
    let (old_name, new_name) = (text(old, "Name"), text(new, "Name"));
    for role in org.rows(
        known("UserRole"),
        &[("PortalAccountId", Value::from(text(new, "Id")))],
    )? {
        let Some(ending) = text(&role, "Name").strip_prefix(old_name) else {
            continue;
        };
        // The developer name stays [inferred] (docs/salesforce/roles.md#developer-names).
        let name = format!("{new_name}{ending}");
        org.set(
            known("UserRole"),
            text(&role, "Id"),
            &[("Name", Value::from(name))],
        )?;
    }
    Ok(())
}

/// The roles of an account move below the new owner's role (docs/salesforce/roles.md#owner-changes).
pub(in crate::rules) fn owner_changed(org: &Tenant<'_>, old: &Row, new: &Row) -> Outcome<()> {
    let owner = org
        .row(known("User"), text(new, "OwnerId"))?
        .unwrap_or_default();
    if !text(&owner, "ContactId").is_empty() && truth(new, "IsPartner") {
        return Err(Refusal::save(
            "UNKNOWN_EXCEPTION",
            "portal users cannot own partner accounts",
            &[],
        ));
    }
    // The move takes locks (docs/salesforce/roles.md#owner-changes).
    org.in_flight.lock(text(new, "Id"))?;
    let account_id = Value::from(text(new, "Id"));
    let roles = org.rows(
        known("UserRole"),
        &[("PortalAccountId", account_id.clone())],
    )?;
    let users = role_users(org, &[("AccountId", account_id)])?;
    if (!roles.is_empty() || !users.is_empty()) && text(&owner, "UserRoleId").is_empty() {
        return Err(owner_without_role());
    }
    for top in roles
        .iter()
        .filter(|role| text(role, "ParentRoleId") == old_parent(org, old).as_str())
    {
        let parent = [("ParentRoleId", Value::from(text(&owner, "UserRoleId")))];
        org.set(known("UserRole"), text(top, "Id"), &parent)?;
    }
    // [inferred] Users who shared the old owner's role share the new one's.
    for user in users
        .iter()
        .filter(|user| text(user, "PortalRole") == SHARED)
    {
        if let Some(family) = Family::of(text(user, "UserType")) {
            let role = shared(org, &owner, family)?;
            org.set(
                known("User"),
                text(user, "Id"),
                &[("UserRoleId", Value::from(text(&role, "Id")))],
            )?;
        }
    }
    Ok(())
}

/// The roles below an owner's role move with the owner (docs/salesforce/roles.md#account-roles).
pub(in crate::rules) fn owner_moved(org: &Tenant<'_>, old: &Row, new: &Row) -> Outcome<()> {
    let (before, after) = (text(old, "UserRoleId"), text(new, "UserRoleId"));
    let sql = "SELECT r.\"Id\" FROM \"UserRole\" r LEFT JOIN \"Account\" a ON a.\"Id\" = r.\"PortalAccountId\" WHERE r.\"ParentRoleId\" = ?1 AND (r.\"PortalAccountOwnerId\" = ?2 OR a.\"OwnerId\" = ?2) ORDER BY r.\"Id\"";
    let mut statement = org.db.prepare_cached(sql)?;
    let found = statement.query_map([before, text(new, "Id")], |row| row.get::<_, String>(0))?;
    let roles: Vec<String> = found.collect::<Result<_, _>>()?;
    for role in roles {
        org.set(
            known("UserRole"),
            &role,
            &[("ParentRoleId", Value::from(after))],
        )?;
    }
    Ok(())
}

/// Says whether taking the user's role away would leave portal roles without a parent.
pub(in crate::rules) fn owns_portal_accounts(org: &Tenant<'_>, user_id: &str) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM \"UserRole\" r JOIN \"Account\" a ON a.\"Id\" = r.\"PortalAccountId\" WHERE a.\"OwnerId\" = ?1) OR EXISTS (SELECT 1 FROM \"UserRole\" r WHERE r.\"PortalAccountOwnerId\" = ?1)";
    Ok(org
        .db
        .prepare_cached(sql)?
        .query_row([user_id], |row| row.get(0))?)
}

/// The account's roles go with it.
pub(in crate::rules) fn account_deleted(org: &Tenant<'_>, account_id: &str) -> Outcome<()> {
    let roles = known("UserRole");
    for role in org.rows(roles, &[("PortalAccountId", Value::from(account_id))])? {
        leave_role(org, text(&role, "Id"))?;
    }
    org.remove(roles, &[("PortalAccountId", Value::from(account_id))])
}

/// A portal role may be deleted once no user has it. The roles below it move up in the hierarchy, and the levels close
/// up: the lowest role that is left becomes the *User* role, the next one the *Manager* role
/// (docs/salesforce/roles.md#deleting-portal-roles).
pub(in crate::rules) fn role_deleted(org: &Tenant<'_>, role: &Row) -> Outcome<()> {
    let (roles, id) = (known("UserRole"), text(role, "Id"));
    org.in_flight.lock(text(role, "PortalAccountId"))?;
    if org.count(known("User"), &[("UserRoleId", Value::from(id))])? > 0 {
        // Documents say to move the users first (docs/salesforce/roles.md#deleting-portal-roles); code and text
        // [inferred].
        let message = "Can't delete a portal role that has users";
        return Err(Refusal::save("DELETE_FAILED", message, &[]));
    }
    let parent = role.get("ParentRoleId").cloned().unwrap_or_default();
    for below in org.rows(roles, &[("ParentRoleId", Value::from(id))])? {
        org.set(
            roles,
            text(&below, "Id"),
            &[("ParentRoleId", parent.clone())],
        )?;
    }
    let siblings = [
        (
            "PortalAccountId",
            role.get("PortalAccountId").cloned().unwrap_or_default(),
        ),
        ("PortalType", Value::from(text(role, "PortalType"))),
    ];
    let mut left = org.rows(roles, &siblings)?;
    left.retain(|sibling| text(sibling, "Id") != id && text(sibling, "PortalRole") != SHARED);
    left.sort_by_key(|sibling| height(text(sibling, "PortalRole")));
    for (place, sibling) in left.iter().enumerate() {
        take_level(org, sibling, place)?;
    }
    Ok(())
}

/// Gives a role the level at that place, lowest first, and its users with it.
fn take_level(org: &Tenant<'_>, role: &Row, place: usize) -> Outcome<()> {
    let (old_level, old_word) = LEVELS[height(text(role, "PortalRole"))];
    let (level, word) = LEVELS[place.min(LEVELS.len() - 1)];
    if level == old_level {
        return Ok(());
    }
    let name = text(role, "Name");
    let name = name
        .strip_suffix(old_word)
        .map_or(name.to_owned(), |start| format!("{start}{word}"));
    let renamed = [
        ("Name", Value::from(name)),
        ("PortalRole", Value::from(level)),
    ];
    org.set(known("UserRole"), text(role, "Id"), &renamed)?;
    let holders = [
        ("UserRoleId", Value::from(text(role, "Id"))),
        ("PortalRole", Value::from(old_level)),
    ];
    for user in org.rows(known("User"), &holders)? {
        org.set(
            known("User"),
            text(&user, "Id"),
            &[("PortalRole", Value::from(level))],
        )?;
    }
    Ok(())
}

fn old_parent(org: &Tenant<'_>, account: &Row) -> String {
    let owner = org.row(known("User"), text(account, "OwnerId"));
    let owner = owner.ok().flatten().unwrap_or_default();
    text(&owner, "UserRoleId").to_owned()
}
