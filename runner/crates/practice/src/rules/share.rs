//! Shares (docs/salesforce/sharing.md#shares): the platform keeps one row for the owner of a record; a client writes
//! rows of the cause *Manual*. Refusals, and what becomes of shares, are general knowledge of the platform
//! \[inferred\].

use serde_json::Value;

use crate::access::{self, Guarded, Level};
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text, truth};
use crate::rules::{Change, known};
use crate::tenant::Tenant;

/// The share that a new one replaces: of the same record, user and cause.
pub(super) fn same(org: &Tenant<'_>, guarded: &Guarded, row: &Row) -> Outcome<Option<String>> {
    let key = [guarded.record, "UserOrGroupId", "RowCause"]
        .map(|field| (field, Value::from(text(row, field))));
    let found = org.rows(guarded.shares(), &key)?;
    Ok(found.first().map(|share| text(share, "Id").to_owned()))
}

pub(super) fn before_create(org: &Tenant<'_>, guarded: &Guarded, row: &Row) -> Outcome<()> {
    manual(row)?;
    let grantee = grantee(org, row)?;
    if text(&grantee, "UserType") == "CspLitePortal" {
        // Sharing sets alone open records to them (docs/salesforce/sharing.md#shares); [inferred] the text.
        let message = "High-volume users can't be given a share; use a sharing set";
        return Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &["UserOrGroupId"],
        ));
    }
    level(org, guarded, row, &grantee)?;
    match truth(&grantee, "IsActive") {
        true => Ok(()),
        false => Err(Refusal::save(
            "INACTIVE_OWNER_OR_USER",
            format!(
                "operation performed with inactive user [{}]",
                text(&grantee, "Id")
            ),
            &["UserOrGroupId"],
        )),
    }
}

pub(super) fn before_update(
    org: &Tenant<'_>,
    guarded: &Guarded,
    change: &Change<'_>,
    new: &Row,
) -> Outcome<()> {
    manual(change.old)?;
    level(org, guarded, new, &grantee(org, new)?)
}

pub(super) fn before_delete(row: &Row) -> Outcome<()> {
    manual(row)
}

/// A new record comes with the row of its owner.
pub(super) fn record_created(org: &Tenant<'_>, object: &str, record: &Row) -> Outcome<()> {
    let Some(guarded) = Guarded::of(object) else {
        return Ok(());
    };
    let shares = guarded.shares();
    let mut row = crate::row::blank(shares);
    let levels = [
        "OpportunityAccessLevel",
        "CaseAccessLevel",
        "ContactAccessLevel",
    ];
    for level in levels.into_iter().filter_map(|level| shares.field(level)) {
        row.insert(level.name, Value::from("Edit"));
    }
    row.extend([
        ("Id", Value::from(org.next_id(shares)?)),
        (guarded.record, Value::from(text(record, "Id"))),
        ("UserOrGroupId", Value::from(text(record, "OwnerId"))),
        (guarded.level, Value::from("All")),
        ("RowCause", Value::from("Owner")),
    ]);
    org.insert(shares, &row)
}

/// Another owner: the owner's row follows, what was shared by hand is shared no more.
pub(super) fn record_updated(org: &Tenant<'_>, object: &str, old: &Row, new: &Row) -> Outcome<()> {
    let Some(guarded) = Guarded::of(object).filter(|_| old.get("OwnerId") != new.get("OwnerId"))
    else {
        return Ok(());
    };
    let of = |cause: &str| {
        [
            (guarded.record, Value::from(text(new, "Id"))),
            ("RowCause", Value::from(cause)),
        ]
    };
    org.remove(guarded.shares(), &of("Manual"))?;
    for share in org.rows(guarded.shares(), &of("Owner"))? {
        let owner = [("UserOrGroupId", Value::from(text(new, "OwnerId")))];
        org.set(guarded.shares(), text(&share, "Id"), &owner)?;
    }
    Ok(())
}

/// Shares go with their record.
pub(super) fn record_deleted(org: &Tenant<'_>, object: &str, id: &str) -> Outcome<()> {
    match Guarded::of(object) {
        Some(guarded) => org.remove(guarded.shares(), &[(guarded.record, Value::from(id))]),
        None => Ok(()),
    }
}

/// Owners' rows are the platform's own.
fn manual(row: &Row) -> Outcome<()> {
    match text(row, "RowCause") {
        "Manual" => Ok(()),
        cause => {
            let message = format!("Shares of the cause {cause} can't be written");
            Err(Refusal::save(
                "INSUFFICIENT_ACCESS_OR_READONLY",
                message,
                &["RowCause"],
            ))
        }
    }
}

fn grantee(org: &Tenant<'_>, row: &Row) -> Outcome<Row> {
    let user = org.row(known("User"), text(row, "UserOrGroupId"))?;
    Ok(user.unwrap_or_default())
}

/// A share gives more than everybody of the grantee's kind has, and less than ownership.
fn level(org: &Tenant<'_>, guarded: &Guarded, row: &Row, grantee: &Row) -> Outcome<()> {
    let name = text(row, guarded.level);
    let external = !text(grantee, "ContactId").is_empty();
    let default = access::org_wide(org, guarded.object(), external)?;
    let refused = |message: String| {
        Err(Refusal::save(
            "FIELD_INTEGRITY_EXCEPTION",
            message,
            &[guarded.level],
        ))
    };
    if name == Level::All.name() {
        return refused("The access level All is the owner's".to_owned());
    }
    if Level::of(name) <= default {
        return refused(format!(
            "field integrity exception: {} (trivial share level {name}, for organization with default level {})",
            guarded.level,
            default.name()
        ));
    }
    Ok(())
}
