//! `UserRole` (docs/salesforce/roles.md#role-records): the internal roles that an admin makes. Portal roles are the
//! platform's own (`rules::portal`), and no client may change them.

use serde_json::Value;

use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text};
use crate::rules::first_free::first_free;
use crate::rules::{Change, known, portal};
use crate::tenant::Tenant;

/// A role without a developer name gets one from its name \[inferred\].
pub(super) fn complete(org: &Tenant<'_>, row: &mut Row) -> Outcome<()> {
    if !text(row, "DeveloperName").is_empty() {
        return Ok(());
    }
    let name = free_developer_name(org, &developer_name(text(row, "Name")))?;
    row.insert("DeveloperName", Value::from(name));
    Ok(())
}

pub(super) fn before_create(org: &Tenant<'_>, row: &mut Row) -> Outcome<()> {
    free_name(org, row)
}

pub(super) fn before_update(org: &Tenant<'_>, change: &Change<'_>, new: &mut Row) -> Outcome<()> {
    unchangeable(change.old)?;
    if change.of("DeveloperName").is_some() {
        free_name(org, new)?;
    }
    match change.of("ParentRoleId") {
        Some(Value::String(parent)) => below(org, text(new, "Id"), parent),
        _ => Ok(()),
    }
}

pub(super) fn before_delete(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    if text(row, "PortalType") != "None" {
        return portal::role_deleted(org, row);
    }
    let id = Value::from(text(row, "Id"));
    let users = org.count(known("User"), &[("UserRoleId", id.clone())])?;
    let roles = org.count(known("UserRole"), &[("ParentRoleId", id)])?;
    if users + roles > 0 {
        // [inferred] The code and the text.
        let message = "Can't delete a role that has users or roles below it";
        return Err(Refusal::save("DELETE_FAILED", message, &[]));
    }
    Ok(())
}

/// Returns the name without blanks and punctuation, as data dumps show it: `Hillside Elementary` → `HillsideElementary`
/// (docs/salesforce/roles.md#developer-names). Characters other than ASCII letters and digits are left out
/// \[inferred\].
pub(super) fn developer_name(name: &str) -> String {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    match letters.starts_with(|c: char| c.is_ascii_alphabetic()) {
        true => letters,
        false => format!("X{letters}"),
    }
}

/// Returns `wanted`, or `wanted` with a number behind it that makes it free. How Salesforce tells two accounts
/// of one name apart is not known \[inferred\] (docs/salesforce/roles.md#developer-names).
pub(super) fn free_developer_name(org: &Tenant<'_>, wanted: &str) -> Outcome<String> {
    first_free(wanted, |name| {
        Ok(org.count(known("UserRole"), &[("DeveloperName", Value::from(name))])? > 0)
    })
}

fn free_name(org: &Tenant<'_>, row: &Row) -> Outcome<()> {
    let name = text(row, "DeveloperName");
    let others = org.rows(known("UserRole"), &[("DeveloperName", Value::from(name))])?;
    match others
        .iter()
        .any(|other| text(other, "Id") != text(row, "Id"))
    {
        // The code is in the partner WSDL; the text [inferred].
        true => Err(Refusal::save(
            "DUPLICATE_DEVELOPER_NAME",
            format!("The Role Name you entered is already in use: {name}"),
            &["DeveloperName"],
        )),
        false => Ok(()),
    }
}

/// Portal roles cannot be updated (docs/salesforce/roles.md#portal-roles-are-read-only). The code and the text are
/// \[inferred\].
fn unchangeable(row: &Row) -> Outcome<()> {
    match text(row, "PortalType") {
        "" | "None" => Ok(()),
        _ => {
            let message = "You can't change a portal role";
            Err(Refusal::save(
                "INSUFFICIENT_ACCESS_OR_READONLY",
                message,
                &[],
            ))
        }
    }
}

/// Refuses a role below itself [inferred: code and text].
fn below(org: &Tenant<'_>, id: &str, parent: &str) -> Outcome<()> {
    let mut above = parent.to_owned();
    while !above.is_empty() {
        if above == id {
            let message = "A role can't report to itself or to a role below it";
            return Err(Refusal::save(
                "FIELD_INTEGRITY_EXCEPTION",
                message,
                &["ParentRoleId"],
            ));
        }
        let role = org.row(known("UserRole"), &above)?.unwrap_or_default();
        text(&role, "ParentRoleId").clone_into(&mut above);
    }
    Ok(())
}
