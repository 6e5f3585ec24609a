//! `Contact` (docs/salesforce/accounts.md).

use serde_json::Value;

use crate::recycle_bin;
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text, truth};
use crate::rules::account::active_owner;
use crate::rules::{Change, known, user};
use crate::tenant::Tenant;

/// The user who creates a record owns it, unless the create names another owner.
pub(super) fn complete(org: &Tenant<'_>, row: &mut Row) -> Outcome<()> {
    if text(row, "OwnerId").is_empty() {
        row.insert("OwnerId", Value::from(org.user_id.as_str()));
    }
    Ok(())
}

pub(super) fn before_create(org: &Tenant<'_>, row: &mut Row) -> Outcome<()> {
    active_owner(org, text(row, "OwnerId"), "contact")?;
    business_account(org, text(row, "AccountId"))
}

pub(super) fn before_update(org: &Tenant<'_>, change: &Change<'_>, new: &mut Row) -> Outcome<()> {
    if change.of("OwnerId").is_some() {
        active_owner(org, text(new, "OwnerId"), "contact")?;
    }
    match change.of("AccountId") {
        Some(_) => business_account(org, text(new, "AccountId")),
        None => Ok(()),
    }
}

/// A contact whose user is active stays [inferred: code and text].
pub(super) fn before_delete(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let user = [
        ("ContactId", Value::from(text(row, "Id"))),
        ("IsActive", Value::from(true)),
    ];
    if org.count(known("User"), &user)? > 0 {
        let message = "Can't delete a contact that is enabled as an external user";
        return Err(Refusal::save("DELETE_FAILED", message, &[]));
    }
    let contacts = known("Contact");
    let id = text(row, "Id");
    for below in org.rows(contacts, &[("ReportsToId", Value::from(id))])? {
        recycle_bin::unlink(org, contacts, text(&below, "Id"), "ReportsToId", id)?;
    }
    user::forget(org, "ContactId", id)
}

/// A user goes where its contact goes.
pub(super) fn after_update(org: &Tenant<'_>, old: &Row, new: &Row) -> Outcome<()> {
    match old.get("AccountId") == new.get("AccountId") {
        true => Ok(()),
        false => user::account_changed(org, new),
    }
}

/// A person account is its own and only contact [inferred: code and text].
fn business_account(org: &Tenant<'_>, account_id: &str) -> Outcome<()> {
    let account = org.row(known("Account"), account_id)?.unwrap_or_default();
    match truth(&account, "IsPersonAccount") {
        true => {
            let message = "A person account can't have contacts";
            Err(Refusal::save(
                "FIELD_INTEGRITY_EXCEPTION",
                message,
                &["AccountId"],
            ))
        }
        false => Ok(()),
    }
}
