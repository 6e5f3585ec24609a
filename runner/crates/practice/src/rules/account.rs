//! `Account` (docs/salesforce/accounts.md): owners, person accounts, partner and customer accounts.

use serde_json::Value;

use crate::recycle_bin;
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text, truth};
use crate::rules::{Change, known, portal, share, user};
use crate::tenant::Tenant;

/// The user who creates a record owns it (docs/salesforce/accounts.md#owners); a person account has the name of the
/// person.
pub(super) fn complete(org: &Tenant<'_>, row: &mut Row) -> Outcome<()> {
    if text(row, "OwnerId").is_empty() {
        row.insert("OwnerId", Value::from(org.user_id.as_str()));
    }
    // Record types decide this on the platform; there are none here, so a last name makes a person
    // [inferred].
    if !text(row, "LastName").is_empty() {
        row.insert("IsPersonAccount", Value::from(true));
        row.insert("Name", Value::from(person_name(row)));
    }
    Ok(())
}

pub(super) fn before_create(org: &Tenant<'_>, row: &mut Row) -> Outcome<()> {
    named(row)?;
    active_owner(org, text(row, "OwnerId"), "account")
}

/// A person account comes with its contact (docs/salesforce/accounts.md#person-accounts).
pub(super) fn after_create(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    if !truth(row, "IsPersonAccount") || !text(row, "PersonContactId").is_empty() {
        return Ok(());
    }
    let contacts = known("Contact");
    let id = org.next_id(contacts)?;
    let mut contact = crate::row::blank(contacts);
    contact.extend(person_fields(row));
    contact.insert("Id", Value::from(id.as_str()));
    contact.insert("AccountId", Value::from(text(row, "Id")));
    contact.insert("IsPersonAccount", Value::from(true));
    org.insert(contacts, &contact)?;
    share::record_created(org, "Contact", &contact)?;
    org.set(
        known("Account"),
        text(row, "Id"),
        &[("PersonContactId", Value::from(id))],
    )
}

pub(super) fn before_update(org: &Tenant<'_>, change: &Change<'_>, new: &mut Row) -> Outcome<()> {
    if truth(new, "IsPersonAccount") {
        new.insert("Name", Value::from(person_name(new)));
        let person: Vec<(&str, Value)> = person_fields(new).into_iter().collect();
        org.set(known("Contact"), text(new, "PersonContactId"), &person)?;
        let contact = |account: &Row| {
            let mut contact = person_fields(account);
            contact.insert("Id", Value::from(text(account, "PersonContactId")));
            contact
        };
        share::record_updated(org, "Contact", &contact(change.old), &contact(new))?;
    }
    named(new)?;
    if change.of("OwnerId").is_some() {
        active_owner(org, text(new, "OwnerId"), "account")?;
        portal::owner_changed(org, change.old, new)?;
    }
    if change.of("Name").is_some() {
        portal::account_renamed(org, change.old, new)?;
    }
    if let Some(enabled) = change.of("IsPartner") {
        portal::partner_switched(org, new, enabled == &Value::Bool(true))?;
    }
    if change.of("IsCustomerPortal") == Some(&Value::Bool(false)) {
        portal::customers_disabled(org, new)?;
    }
    Ok(())
}

pub(super) fn before_delete(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let id = Value::from(text(row, "Id"));
    if truth(row, "IsPartner") {
        // The rule is documented (docs/salesforce/accounts.md#deleting-an-account); code and text [inferred].
        let message = "Partner accounts can't be deleted, only disabled";
        return Err(Refusal::save("DELETE_FAILED", message, &[]));
    }
    let users = [("AccountId", id.clone()), ("IsActive", Value::from(true))];
    if org.count(known("User"), &users)? > 0 {
        // The rule is seen in public clients (docs/salesforce/accounts.md#deleting-an-account); code and text
        // [inferred].
        let message = "Can't delete an account whose contacts are enabled as external users";
        return Err(Refusal::save("DELETE_FAILED", message, &[]));
    }
    if let Some(case) = org
        .rows(known("Case"), &[("AccountId", id.clone())])?
        .first()
    {
        // [inferred] The rule and the text.
        let message = format!(
            "Your attempt to delete {} could not be completed because it is associated with the following cases.: {}",
            text(row, "Name"),
            text(case, "CaseNumber")
        );
        return Err(Refusal::save("DELETE_FAILED", message, &[]));
    }
    portal::account_deleted(org, text(row, "Id"))?;
    user::forget(org, "AccountId", text(row, "Id"))?;
    // Contacts and opportunities go with their account, child accounts stay.
    for below in ["Contact", "Opportunity"] {
        for record in org.rows(known(below), &[("AccountId", id.clone())])? {
            share::record_deleted(org, below, text(&record, "Id"))?;
            recycle_bin::delete(org, known(below), text(&record, "Id"), text(row, "Id"))?;
        }
    }
    let accounts = known("Account");
    for child in org.rows(accounts, &[("ParentId", id)])? {
        let (child, id) = (text(&child, "Id"), text(row, "Id"));
        recycle_bin::unlink(org, accounts, child, "ParentId", id)?;
    }
    Ok(())
}

/// Refuses an owner who is not there any more [inferred: the text; the code is the WSDL's].
pub(super) fn active_owner(org: &Tenant<'_>, owner_id: &str, of: &str) -> Outcome<()> {
    let owner = org.row(known("User"), owner_id)?.unwrap_or_default();
    match truth(&owner, "IsActive") {
        true => Ok(()),
        false => Err(Refusal::save(
            "INACTIVE_OWNER_OR_USER",
            format!("operation performed with inactive user [{owner_id}] as owner of {of}"),
            &["OwnerId"],
        )),
    }
}

fn named(row: &Row) -> Outcome<()> {
    match text(row, "Name").is_empty() {
        true => {
            let message = "Required fields are missing: [Name]";
            Err(Refusal::save("REQUIRED_FIELD_MISSING", message, &["Name"]))
        }
        false => Ok(()),
    }
}

fn person_name(row: &Row) -> String {
    format!("{} {}", text(row, "FirstName"), text(row, "LastName"))
        .trim()
        .to_owned()
}

/// The fields that a person account and its contact share.
fn person_fields(row: &Row) -> Row {
    let same = |field: &str| row.get(field).cloned().unwrap_or_default();
    Row::from([
        ("FirstName", same("FirstName")),
        ("LastName", same("LastName")),
        ("Email", same("PersonEmail")),
        ("OwnerId", same("OwnerId")),
    ])
}
