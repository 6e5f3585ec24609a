//! `Case`, `Lead` and `Opportunity`: who creates one owns it, owners are active, or queues of the object.

use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
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
    let owner_id = text(row, "OwnerId");
    match owner_id.starts_with(known("Group").prefix) {
        true => owning_queue(org, object, owner_id),
        false => active_owner(org, owner_id, &object.name.to_lowercase()),
    }
}

/// Refuses a group that is no queue for the object: code and text are seen (docs/salesforce/sharing.md#groups). That
/// public groups are refused with them is \[inferred\].
fn owning_queue(org: &Tenant<'_>, object: &Object, group_id: &str) -> Outcome<()> {
    let holds = [
        ("QueueId", Value::from(group_id)),
        ("SobjectType", Value::from(object.name)),
    ];
    match org.count(known("QueueSobject"), &holds)? > 0 {
        true => Ok(()),
        false => Err(Refusal::save(
            "INVALID_OPERATION",
            "Queue not associated with this SObject type",
            &["OwnerId"],
        )),
    }
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
