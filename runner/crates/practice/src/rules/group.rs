//! `Group` and `GroupMember` (docs/salesforce/sharing.md#groups): public groups and queues. The platform makes the
//! other kinds by itself.

use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text};
use crate::rules::first_free::first_free;
use crate::rules::permission_set::is_developer_name;
use crate::rules::{Change, known};
use crate::tenant::Tenant;

/// A group without a developer name gets one from its name; the form is \[inferred\].
pub(super) fn complete(org: &Tenant<'_>, row: &mut Row) -> Outcome<()> {
    if !text(row, "DeveloperName").is_empty() || !is_a_clients(row) {
        return Ok(());
    }
    let letters = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let words: String = text(row, "Name").chars().map(letters).collect();
    let words: Vec<&str> = words.split('_').filter(|word| !word.is_empty()).collect();
    let mut base = words.join("_");
    if !base.starts_with(|c: char| c.is_ascii_alphabetic()) {
        base.insert(0, 'X');
    }
    let name = first_free(&base, |name| taken(org, row, name))?;
    row.insert("DeveloperName", Value::from(name));
    Ok(())
}

pub(super) fn before_create(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    if !is_a_clients(row) {
        // [inferred] The code and the text.
        let message = format!("Groups of the type {} can't be created", text(row, "Type"));
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["Type"],
        ));
    }
    free_name(org, row)
}

pub(super) fn before_update(org: &Tenant<'_>, change: &Change<'_>, new: &Row) -> Outcome<()> {
    unchangeable(change.old)?;
    match change.of("DeveloperName") {
        Some(_) => free_name(org, new),
        None => Ok(()),
    }
}

/// A queue that owns records stays \[inferred: that it does, code and text\].
pub(super) fn before_delete(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    unchangeable(row)?;
    for object in ["Case", "Lead"] {
        let owned = [("OwnerId", Value::from(text(row, "Id")))];
        if org.count(known(object), &owned)? > 0 {
            let message = format!("The queue owns records of the object {object}");
            return Err(Refusal::save("DELETE_FAILED", message, &[]));
        }
    }
    Ok(())
}

/// Groups of roles go with their roles \[inferred: code and text\].
fn unchangeable(row: &Row) -> Outcome<()> {
    match is_a_clients(row) {
        true => Ok(()),
        false => {
            let message = format!("Groups of the type {} can't be changed", text(row, "Type"));
            Err(Refusal::save(
                "INSUFFICIENT_ACCESS_OR_READONLY",
                message,
                &[],
            ))
        }
    }
}

/// Objects of queues only, each once. The codes and the texts are \[inferred\].
pub(super) fn before_create_queue_sobject(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let queue = org.row(known("Group"), text(row, "QueueId"))?;
    if text(&queue.unwrap_or_default(), "Type") != "Queue" {
        let message = "Queue ID: the group is not a queue";
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["QueueId"],
        ));
    }
    let same = ["QueueId", "SobjectType"].map(|field| (field, Value::from(text(row, field))));
    match org.count(known("QueueSobject"), &same)? > 0 {
        true => {
            let message = format!(
                "Duplicate QueueSobject. Queue: {}; Sobject Type: {}",
                text(row, "QueueId"),
                text(row, "SobjectType")
            );
            Err(Refusal::save("DUPLICATE_VALUE", message, &[]))
        }
        false => Ok(()),
    }
}

/// Members, memberships in other groups and the objects of a queue go with the group \[inferred\].
pub(super) fn after_delete(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    for field in ["GroupId", "UserOrGroupId"] {
        let of_group = [(field, Value::from(text(row, "Id")))];
        org.remove(known("GroupMember"), &of_group)?;
    }
    let of_queue = [("QueueId", Value::from(text(row, "Id")))];
    org.remove(known("QueueSobject"), &of_queue)
}

/// The membership that is there already: a create returns it.
pub(super) fn same_member(org: &Tenant<'_>, row: &Row) -> Outcome<Option<String>> {
    let key = ["GroupId", "UserOrGroupId"].map(|field| (field, Value::from(text(row, field))));
    let found = org.rows(known("GroupMember"), &key)?;
    Ok(found.first().map(|member| text(member, "Id").to_owned()))
}

pub(super) fn before_create_member(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let groups = known("Group");
    let group = org.row(groups, text(row, "GroupId"))?.unwrap_or_default();
    if !is_a_clients(&group) {
        // [inferred] The code and the text.
        let message = format!(
            "Groups of the type {} have no members",
            text(&group, "Type")
        );
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["GroupId"],
        ));
    }
    Ok(())
}

/// The kinds that clients make.
fn is_a_clients(group: &Row) -> bool {
    matches!(text(group, "Type"), "Regular" | "Queue")
}

/// Refuses a developer name that is not one, or that a group of the same type has.
fn free_name(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let name = text(row, "DeveloperName");
    if name.is_empty() {
        return Ok(());
    }
    is_developer_name(name, "DeveloperName")?;
    match taken(org, row, name)? {
        true => {
            // The code is in the partner WSDL; the text [inferred].
            let message = format!("The name you entered is already in use: {name}");
            Err(Refusal::save(
                "DUPLICATE_DEVELOPER_NAME",
                message,
                &["DeveloperName"],
            ))
        }
        false => Ok(()),
    }
}

/// Developer names are unique by type.
fn taken(org: &Tenant<'_>, row: &Row, name: &str) -> Outcome<bool> {
    let holds = [
        ("DeveloperName", Value::from(name)),
        ("Type", Value::from(text(row, "Type"))),
    ];
    let own = text(row, "Id");
    let found = org.rows(known("Group"), &holds)?;
    Ok(found.iter().any(|group| text(group, "Id") != own))
}
