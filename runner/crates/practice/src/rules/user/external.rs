//! External users: their contact, account and role (docs/salesforce/users.md#contact).

use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text, truth};
use crate::rules::portal::{self, Candidate, Family};
use crate::rules::user::Standing;
use crate::rules::{Change, known};
use crate::tenant::Tenant;

/// The characters of a username \[inferred\] (docs/salesforce/users.md#username).
const USERNAME_LENGTH: usize = 80;

/// The contact's account, when the contact may become a user of this standing.
pub(super) fn enabled_account(
    org: &Tenant<'_>,
    standing: &Standing,
    contact_id: &str,
) -> Outcome<Row> {
    standard_profiles_allowed(org, standing)?;
    let contact = org.row(known("Contact"), contact_id)?.unwrap_or_default();
    let account = account_of(org, standing, &contact)?;
    if org.count(known("User"), &[("ContactId", Value::from(contact_id))])? > 0 {
        let message = "portal user already exists for contact";
        return Err(Refusal::save(
            "PORTAL_USER_ALREADY_EXISTS_FOR_CONTACT",
            message,
            &["ContactId"],
        ));
    }
    if Family::of(standing.user_type()).is_some() {
        owner_has_role(org, &account)?;
    }
    Ok(account)
}

/// A role level that a client chose, another license, or a second user who becomes active.
pub(super) fn external_role(
    org: &Tenant<'_>,
    change: &Change<'_>,
    new: &mut Row,
    standing: &Standing,
) -> Outcome<()> {
    let activated = change.of("IsActive") == Some(&Value::Bool(true));
    let chosen = change.of("PortalRole").is_some();
    let other_profile = change.of("ProfileId").is_some();
    if let Some(role) = change.of("UserRoleId") {
        let role = org
            .row(known("UserRole"), role.as_str().unwrap_or_default())?
            .unwrap_or_default();
        // [inferred] Only a role of the user's own account.
        if text(&role, "PortalAccountId") != text(new, "AccountId") || text(&role, "Id").is_empty()
        {
            return Err(Refusal::cross_reference("UserRoleId"));
        }
        new.insert(
            "PortalRole",
            role.get("PortalRole").cloned().unwrap_or_default(),
        );
        return Ok(());
    }
    if !(activated || chosen || other_profile) {
        return Ok(());
    }
    let account = org
        .row(known("Account"), text(new, "AccountId"))?
        .unwrap_or_default();
    if !chosen {
        // The user gets what the account has now; a level that was chosen before stays when it can.
        let kept = text(change.old, "PortalRole") != "PersonAccount" && !other_profile;
        if !kept {
            new.insert("PortalRole", Value::Null);
        }
    }
    new.insert("UserRoleId", Value::Null);
    give_role(org, new, &account, standing)
}

/// Turned off, the user loses contact and activity for good (docs/salesforce/users.md#disabling-for-good).
pub(super) fn switch_portal(change: &Change<'_>, new: &mut Row) -> Outcome<()> {
    if change.of("IsPortalEnabled") == Some(&Value::Bool(true)) {
        return match text(new, "ContactId").is_empty() {
            true => Err(no_contact()),
            false => Ok(()),
        };
    }
    if change.given.get("IsActive") == Some(&Value::Bool(true)) {
        // [inferred] The refusal, its code and text.
        let message = "A user who is disabled can't be activated";
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["IsPortalEnabled", "IsActive"],
        ));
    }
    new.insert("IsActive", Value::from(false));
    if change.of("Username").is_none() {
        new.insert("Username", Value::from(renamed(change.old)));
    }
    // [inferred] The role goes with the account.
    for field in ["ContactId", "AccountId", "UserRoleId", "PortalRole"] {
        new.insert(field, Value::Null);
    }
    Ok(())
}

/// The username of a user who is disabled for good: Salesforce makes the old one invalid, which is free again. The form
/// is \[inferred\] (docs/salesforce/users.md#disabling-for-good).
fn renamed(user: &Row) -> String {
    let ending = format!(".{}", text(user, "Id")[..15].to_lowercase());
    let kept = USERNAME_LENGTH - ending.len();
    let name: String = text(user, "Username").chars().take(kept).collect();
    format!("{name}{ending}")
}

/// The user of a contact that moved to another account belongs to that account, with one of its roles \[inferred\]
/// (docs/salesforce/accounts.md#contacts-that-move).
pub(in crate::rules) fn account_changed(org: &Tenant<'_>, contact: &Row) -> Outcome<()> {
    for mut user in org.rows(
        known("User"),
        &[("ContactId", Value::from(text(contact, "Id")))],
    )? {
        let standing = Standing::of(org, text(&user, "ProfileId"))?;
        let account = account_of(org, &standing, contact)?;
        user.insert("AccountId", Value::from(text(&account, "Id")));
        user.insert("UserRoleId", Value::Null);
        user.insert("PortalRole", Value::Null);
        give_role(org, &mut user, &account, &standing)?;
        let moved = ["AccountId", "UserRoleId", "PortalRole"]
            .map(|field| (field, user.get(field).cloned().unwrap_or_default()));
        org.set(known("User"), text(&user, "Id"), &moved)?;
    }
    Ok(())
}

/// Takes a deleted account or contact away from the inactive users that had it \[inferred\]
/// (docs/salesforce/accounts.md#deleting-an-account).
pub(in crate::rules) fn forget(org: &Tenant<'_>, field: &str, id: &str) -> Outcome<()> {
    for user in org.rows(known("User"), &[(field, Value::from(id))])? {
        let gone = [
            ("ContactId", Value::Null),
            ("AccountId", Value::Null),
            ("IsPortalEnabled", Value::from(false)),
        ];
        org.set(known("User"), text(&user, "Id"), &gone)?;
    }
    Ok(())
}

pub(super) fn give_role(
    org: &Tenant<'_>,
    row: &mut Row,
    account: &Row,
    standing: &Standing,
) -> Outcome<()> {
    let Some(family) = Family::of(standing.user_type()) else {
        // High-volume users have no role (docs/salesforce/users.md#user-types).
        row.insert("UserRoleId", Value::Null);
        row.insert("PortalRole", Value::Null);
        return Ok(());
    };
    owner_has_role(org, account)?;
    let candidate = Candidate {
        id: text(row, "Id"),
        account,
        family,
        level: text(row, "PortalRole"),
        is_active: truth(row, "IsActive"),
    };
    let role = portal::role_of(org, &candidate)?;
    let wanted = text(row, "UserRoleId");
    if !wanted.is_empty() && wanted != text(&role, "Id") {
        // Clients leave it out; the refusal is [inferred] (docs/salesforce/users.md#role-of-an-external-user).
        return Err(Refusal::cross_reference("UserRoleId"));
    }
    row.insert("UserRoleId", role.get("Id").cloned().unwrap_or_default());
    row.insert(
        "PortalRole",
        role.get("PortalRole").cloned().unwrap_or_default(),
    );
    Ok(())
}

/// The account of a contact, when it may have users of this standing.
fn account_of(org: &Tenant<'_>, standing: &Standing, contact: &Row) -> Outcome<Row> {
    let account = org.row(known("Account"), text(contact, "AccountId"))?;
    let Some(account) = account else {
        // Documents say "an error occurs" (docs/salesforce/users.md#contact); code and text [inferred].
        let message = "The contact must be associated with an account";
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["ContactId"],
        ));
    };
    let partner = Family::of(standing.user_type()) == Some(Family::Partner);
    if partner && truth(&account, "IsPersonAccount") {
        // The rule is documented (docs/salesforce/accounts.md#person-accounts); code and text [inferred].
        let message = "Contacts of person accounts can't be partner users";
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["ContactId"],
        ));
    }
    Ok(account)
}

fn owner_has_role(org: &Tenant<'_>, account: &Row) -> Outcome<()> {
    let owner = org.part(known("User"), text(account, "OwnerId"), &["UserRoleId"])?;
    match text(&owner, "UserRoleId").is_empty() {
        true => Err(portal::owner_without_role()),
        false => Ok(()),
    }
}

/// The setting (docs/salesforce/settings.md#external-profiles) also decides over later updates of such users
/// (docs/salesforce/users.md#standard-external-profiles).
pub(super) fn standard_profiles_allowed(org: &Tenant<'_>, standing: &Standing) -> Outcome<()> {
    let allowed = org.is_on("CommunitiesSettings.enableOotbProfExtUserOpsEnable")?;
    if allowed || !truth(&standing.profile, "PracticeStandard") {
        return Ok(());
    }
    let message = "To create or update users for this profile, go to Setup > Digital Experiences > Settings and select Allow using standard external profiles for self-registration, user creation, and login.";
    Err(Refusal::save(
        "FIELD_INTEGRITY_EXCEPTION",
        message,
        &["ProfileId"],
    ))
}

pub(super) fn no_contact() -> Refusal {
    let message = "Cannot create a portal user without contact";
    Refusal::save("INVALID_CROSS_REFERENCE_KEY", message, &["ContactId"])
}

pub(super) fn contact_of_internal_user() -> Refusal {
    let message = "only portal users can be associated to a contact";
    Refusal::save("FIELD_INTEGRITY_EXCEPTION", message, &["ContactId"])
}
