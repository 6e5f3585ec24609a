//! `IsPartner` and `IsCustomerPortal` of an account: accounts that may have them, and what turning them off destroys
//! (docs/salesforce/accounts.md#disabling-an-account).

use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text, truth};
use crate::rules::known;
use crate::rules::portal::{Family, account_roles, leave_role, owner_without_role};
use crate::tenant::Tenant;

/// `IsPartner` was set or cleared (docs/salesforce/accounts.md#partner-accounts).
pub(in crate::rules) fn partner_switched(
    org: &Tenant<'_>,
    account: &Row,
    enabled: bool,
) -> Outcome<()> {
    if !enabled {
        return disabled(org, account, Family::Partner, 15);
    }
    if truth(account, "IsPersonAccount") {
        // The rule is documented (docs/salesforce/accounts.md#person-accounts); code and text [inferred].
        let message = "Person accounts can't be enabled as partner accounts";
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["IsPartner"],
        ));
    }
    let owner = org
        .row(known("User"), text(account, "OwnerId"))?
        .unwrap_or_default();
    let sql = "SELECT EXISTS (SELECT 1 FROM \"Contact\" c JOIN \"User\" u ON u.\"Id\" = c.\"OwnerId\" WHERE c.\"AccountId\" = ? AND u.\"ContactId\" IS NOT NULL)";
    let portal_owned: bool = org
        .db
        .prepare_cached(sql)?
        .query_row([text(account, "Id")], |row| row.get(0))?;
    if portal_owned || !text(&owner, "ContactId").is_empty() {
        return Err(Refusal::save(
            "UNKNOWN_EXCEPTION",
            "portal users cannot own partner accounts",
            &[],
        ));
    }
    // [inferred] A document asks for an owner with a role before enabling
    // (docs/salesforce/accounts.md#partner-accounts); the text is that of creating a user.
    match text(&owner, "UserRoleId").is_empty() {
        true => Err(owner_without_role()),
        false => Ok(()),
    }
}

/// `IsCustomerPortal` was cleared (docs/salesforce/accounts.md#customer-accounts).
pub(in crate::rules) fn customers_disabled(org: &Tenant<'_>, account: &Row) -> Outcome<()> {
    disabled(org, account, Family::Customer, 100)
}

/// Disables users and deletes roles for good; too many users are refused
/// (docs/salesforce/accounts.md#disabling-an-account).
fn disabled(org: &Tenant<'_>, account: &Row, family: Family, most: usize) -> Outcome<()> {
    org.in_flight.lock(text(account, "Id"))?;
    let account_id = Value::from(text(account, "Id"));
    let active = [("AccountId", account_id), ("IsActive", Value::from(true))];
    let users: Vec<Row> = org
        .rows(known("User"), &active)?
        .into_iter()
        .filter(|user| in_family(text(user, "UserType"), family))
        .collect();
    if users.len() > most {
        // [inferred] The code and the text (docs/salesforce/accounts.md#disabling-an-account).
        let message = format!(
            "Too many users to disable at once: {} of at most {most}",
            users.len()
        );
        return Err(Refusal::save("LIMIT_EXCEEDED", message, &[]));
    }
    for user in users {
        org.set(
            known("User"),
            text(&user, "Id"),
            &[("IsActive", Value::from(false))],
        )?;
    }
    for role in account_roles(org, text(account, "Id"), family)?
        .iter()
        .rev()
    {
        leave_role(org, text(role, "Id"))?;
        org.remove(known("UserRole"), &[("Id", Value::from(text(role, "Id")))])?;
    }
    Ok(())
}

/// Customers without roles count as customers here.
fn in_family(user_type: &str, family: Family) -> bool {
    Family::of(user_type) == Some(family)
        || family == Family::Customer && user_type == "CspLitePortal"
}
