//! `User`: the checks of docs/salesforce/users.md#order-of-checks in their order, and the fields that the platform sets
//! by itself. Users are never deleted.

use serde_json::Value;

use crate::members::{self, Scope};
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text, truth};
use crate::rules::first_free::first_free;
use crate::rules::portal::{self, Family};
use crate::rules::user::external::{
    contact_of_internal_user, enabled_account, external_role, give_role, no_contact,
    standard_profiles_allowed, switch_portal,
};
use crate::rules::{Change, known, user_login};
use crate::tenant::Tenant;

pub(super) use crate::rules::user::external::{account_changed, forget};

mod external;

/// The profile of a user, and its license.
struct Standing {
    profile: Row,
    license: Row,
}

impl Standing {
    fn of(org: &Tenant<'_>, profile_id: &str) -> Outcome<Self> {
        let profile = org.row(known("Profile"), profile_id)?.unwrap_or_default();
        let license = org
            .row(known("UserLicense"), text(&profile, "UserLicenseId"))?
            .unwrap_or_default();
        Ok(Self { profile, license })
    }

    fn user_type(&self) -> &str {
        text(&self.license, "PracticeUserType")
    }

    fn is_external(&self) -> bool {
        is_external(self.user_type())
    }
}

/// Gives a nickname to a user without one: the part of the username before the `@` \[inferred\]
/// (docs/salesforce/users.md#nickname).
pub(super) fn complete(org: &Tenant<'_>, row: &mut Row) -> Outcome<()> {
    let username = text(row, "Username").to_lowercase();
    if text(row, "CommunityNickname").is_empty() {
        let name: String = username
            .chars()
            .take_while(|c| *c != '@')
            .take(30)
            .collect();
        let nickname = first_free(&name, |nickname| {
            Ok(holder(org, "CommunityNickname", nickname, "")?.is_some())
        })?;
        row.insert("CommunityNickname", Value::from(nickname));
    }
    // Usernames are kept in lower case (docs/salesforce/users.md#username).
    row.insert("Username", Value::from(username));
    Ok(())
}

pub(super) fn before_create(org: &Tenant<'_>, row: &mut Row) -> Outcome<()> {
    let standing = Standing::of(org, text(row, "ProfileId"))?;
    let contact_id = text(row, "ContactId").to_owned();
    let account = match (standing.is_external(), contact_id.is_empty()) {
        (false, true) => None,
        (false, false) => return Err(contact_of_internal_user()),
        (true, true) => return Err(no_contact()),
        (true, false) => Some(enabled_account(org, &standing, &contact_id)?),
    };
    unique_names(org, row, "")?;
    if truth(row, "IsActive") {
        seat(org, &standing.license)?;
    }
    let Some(account) = account else {
        row.insert("PortalRole", Value::Null);
        return Ok(());
    };
    lock(org, &standing, text(&account, "Id"))?;
    row.insert("AccountId", Value::from(text(&account, "Id")));
    row.insert("IsPortalEnabled", Value::from(true));
    give_role(org, row, &account, &standing)
}

/// The profile's hidden set comes with the profile (docs/salesforce/profiles.md#hidden-permission-set), the row that
/// freezes with the user.
pub(super) fn after_create(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    take_profile_set(org, row)?;
    user_login::user_created(org, row)?;
    members::refresh(org, Scope::User(text(row, "Id")))
}

pub(super) fn before_update(org: &Tenant<'_>, change: &Change<'_>, new: &mut Row) -> Outcome<()> {
    let old = change.old;
    let user_id = text(old, "Id");
    let standing = Standing::of(org, text(new, "ProfileId"))?;
    let was_external = is_external(text(old, "UserType"));
    lock(org, &standing, text(old, "AccountId"))?;
    if was_external && standing.is_external() {
        standard_profiles_allowed(org, &standing)?;
    }
    if was_external != standing.is_external() {
        // [inferred] The refusal, its code and text (docs/salesforce/users.md#profile-and-license).
        let message = "The profile's user license can't be changed between internal and external";
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["ProfileId"],
        ));
    }
    if change.of("Username").is_some() {
        let lower = text(new, "Username").to_lowercase();
        new.insert("Username", Value::from(lower));
    }
    unique_names(org, new, user_id)?;
    if change.of("IsPortalEnabled").is_some() {
        switch_portal(change, new)?;
        return inactivation(org, change, new);
    }
    let activated = change.of("IsActive") == Some(&Value::Bool(true));
    if activated && was_external && text(new, "ContactId").is_empty() {
        // A user who is disabled for good is never activated again (docs/salesforce/users.md#disabling-for-good).
        return Err(no_contact());
    }
    if was_external && is_downgrade(text(old, "UserType"), standing.user_type()) {
        // The text is seen for other changes of licenses; code and refusal are [inferred]
        // (docs/salesforce/users.md#profile-and-license).
        let message = "This change in license types is not allowed";
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["ProfileId"],
        ));
    }
    inactivation(org, change, new)?;
    activity(org, change, new, &standing)?;
    if was_external {
        return external_role(org, change, new, &standing);
    }
    let role_gone = change.of("UserRoleId") == Some(&Value::Null);
    if role_gone && portal::owns_portal_accounts(org, user_id)? {
        // [inferred] The code is the one of the WSDL that fits (docs/salesforce/users.md#owners-role).
        let message = "The user owns accounts with external users and must have a role";
        return Err(Refusal::save(
            "USER_OWNS_PORTAL_ACCOUNT_EXCEPTION",
            message,
            &["UserRoleId"],
        ));
    }
    Ok(())
}

/// The hidden set changes with the profile, portal roles with their owner's role.
pub(super) fn after_update(org: &Tenant<'_>, old: &Row, new: &Row) -> Outcome<()> {
    if old.get("ProfileId") != new.get("ProfileId") {
        let sql = "DELETE FROM \"PermissionSetAssignment\" WHERE \"AssigneeId\" = ? AND \"PermissionSetId\" IN (SELECT \"Id\" FROM \"PermissionSet\" WHERE \"IsOwnedByProfile\" = 1)";
        org.db.prepare_cached(sql)?.execute([text(new, "Id")])?;
        take_profile_set(org, new)?;
    }
    if old.get("UserRoleId") != new.get("UserRoleId") && text(new, "ContactId").is_empty() {
        portal::owner_moved(org, old, new)?;
    }
    if ["ProfileId", "IsActive"]
        .iter()
        .any(|field| old.get(field) != new.get(field))
    {
        members::refresh(org, Scope::User(text(new, "Id")))?;
    }
    Ok(())
}

/// Users with roles do not go back to a license without (docs/salesforce/users.md#profile-and-license).
fn is_downgrade(before: &str, after: &str) -> bool {
    Family::of(before).is_some() && after == "CspLitePortal"
}

/// Something in the org may stand in the way of a deactivation (docs/salesforce/users.md#activity).
fn inactivation(org: &Tenant<'_>, change: &Change<'_>, new: &Row) -> Outcome<()> {
    if !truth(change.old, "IsActive") || truth(new, "IsActive") {
        return Ok(());
    }
    let blocked = org.setting("practice.deactivationBlocked")?;
    let blocked = blocked.as_ref().and_then(Value::as_array);
    let username = text(change.old, "Username");
    let is_blocked = blocked.is_some_and(|names| names.iter().any(|name| name == username));
    match is_blocked {
        false => Ok(()),
        // Invented: the field's name.
        true => Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            "Cannot inactivate user that is the value of a hierarchy field: Deputy",
            &["IsActive"],
        )),
    }
}

/// Deactivation frees the seat, reactivation takes one (docs/salesforce/users.md#activity).
fn activity(org: &Tenant<'_>, change: &Change<'_>, new: &Row, standing: &Standing) -> Outcome<()> {
    let own = text(new, "Id") == org.user_id;
    if own && change.of("IsActive") == Some(&Value::Bool(false)) {
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            "Cannot de-activate self: Active",
            &["IsActive"],
        ));
    }
    let old = Standing::of(org, text(change.old, "ProfileId"))?;
    let takes = truth(new, "IsActive")
        && (!truth(change.old, "IsActive")
            || text(&old.license, "Id") != text(&standing.license, "Id"));
    match takes {
        true => seat(org, &standing.license),
        false => Ok(()),
    }
}

/// A request that makes or changes users with roles locks their account meanwhile (docs/salesforce/users.md#locks).
fn lock(org: &Tenant<'_>, standing: &Standing, account_id: &str) -> Outcome<()> {
    match Family::of(standing.user_type()) {
        Some(_) => org.in_flight.lock(account_id),
        None => Ok(()),
    }
}

fn seat(org: &Tenant<'_>, license: &Row) -> Outcome<()> {
    let fresh = org
        .row(known("UserLicense"), text(license, "Id"))?
        .unwrap_or_default();
    let number = |field: &str| fresh.get(field).and_then(Value::as_i64).unwrap_or_default();
    if number("UsedLicenses") < number("TotalLicenses") && text(&fresh, "Status") == "Active" {
        return Ok(());
    }
    let message = format!("License Limit Exceeded - {}", text(&fresh, "MasterLabel"));
    Err(Refusal::save("LICENSE_LIMIT_EXCEEDED", message, &[]))
}

fn unique_names(org: &Tenant<'_>, row: &Row, own_id: &str) -> Outcome<()> {
    let username = text(row, "Username");
    let elsewhere = org.setting("practice.usernamesTakenElsewhere")?;
    let elsewhere = elsewhere.as_ref().and_then(Value::as_array);
    let taken_elsewhere = elsewhere.is_some_and(|names| names.iter().any(|name| name == username));
    if taken_elsewhere || holder(org, "Username", username, own_id)?.is_some() {
        let message = "Duplicate Username.<br>The username already exists in this or another Salesforce organization. Usernames must be unique across all Salesforce organizations. To resolve, use a different username (it doesn't need to match the user's email address). ";
        return Err(Refusal::save("DUPLICATE_USERNAME", message, &["Username"]));
    }
    if holder(
        org,
        "CommunityNickname",
        text(row, "CommunityNickname"),
        own_id,
    )?
    .is_some()
    {
        let message = "Duplicate Nickname.<br>Another user has already selected this nickname.<br>Please select another.";
        return Err(Refusal::save(
            "DUPLICATE_COMM_NICKNAME",
            message,
            &["CommunityNickname"],
        ));
    }
    Ok(())
}

/// Another user who has that value.
fn holder(org: &Tenant<'_>, field: &str, value: &str, own_id: &str) -> Outcome<Option<String>> {
    let holders = org.ids(known("User"), &[(field, Value::from(value))])?;
    Ok(holders.into_iter().find(|id| id != own_id))
}

fn take_profile_set(org: &Tenant<'_>, user: &Row) -> Outcome<()> {
    let sets = org.ids(
        known("PermissionSet"),
        &[("ProfileId", Value::from(text(user, "ProfileId")))],
    )?;
    let Some(set) = sets.into_iter().next() else {
        return Ok(());
    };
    let assignments = known("PermissionSetAssignment");
    let mut assignment = crate::row::blank(assignments);
    assignment.extend([
        ("Id", Value::from(org.next_id(assignments)?)),
        ("AssigneeId", Value::from(text(user, "Id"))),
        ("PermissionSetId", Value::from(set)),
    ]);
    org.insert(assignments, &assignment)
}

fn is_external(user_type: &str) -> bool {
    Family::of(user_type).is_some() || user_type == "CspLitePortal"
}
