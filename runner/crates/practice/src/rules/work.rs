//! `Case`, `Lead` and `Opportunity`: who creates one owns it, owners are active.

use serde_json::Value;

use crate::refusal::Outcome;
use crate::row::{Row, text};
use crate::rules::account::active_owner;
use crate::rules::{Change, known};
use crate::schema::Object;
use crate::tenant::Tenant;

/// A case of a contact is one of the contact's account \[inferred\].
pub(super) fn complete(org: &Tenant<'_>, row: &mut Row) -> Outcome<()> {
    if text(row, "OwnerId").is_empty() {
        row.insert("OwnerId", Value::from(org.user_id.as_str()));
    }
    let contact_id = text(row, "ContactId").to_owned();
    if !contact_id.is_empty() && text(row, "AccountId").is_empty() {
        let contact = org.row(known("Contact"), &contact_id)?.unwrap_or_default();
        let account = contact.get("AccountId").cloned().unwrap_or_default();
        row.insert("AccountId", account);
    }
    Ok(())
}

pub(super) fn before_create(org: &Tenant<'_>, object: &Object, row: &Row) -> Outcome<()> {
    active_owner(org, text(row, "OwnerId"), &object.name.to_lowercase())
}

pub(super) fn before_update(
    org: &Tenant<'_>,
    object: &Object,
    change: &Change<'_>,
    new: &Row,
) -> Outcome<()> {
    match change.of("OwnerId") {
        Some(_) => before_create(org, object, new),
        None => Ok(()),
    }
}

/// Cases are numbered from 00001001 on \[inferred\].
pub(super) fn number_case(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let sql = "SELECT last FROM practice_counter WHERE object = 'Case'";
    let last: i64 = org
        .db
        .prepare_cached(sql)?
        .query_row([], |row| row.get(0))?;
    let number = format!("{:08}", last + 1_000);
    org.set(
        known("Case"),
        text(row, "Id"),
        &[("CaseNumber", Value::from(number))],
    )
}
