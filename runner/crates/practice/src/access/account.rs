//! Access that comes with an account: to the records below it for users of the account, to the account for users of
//! a record below it, and for external users to their own. The details are \[inferred\].

use serde_json::Value;

use crate::access::{GUARDED, Guarded, Level, Viewer, direct, hierarchy, known, rules, shared};
use crate::refusal::Outcome;
use crate::row::{Row, text};
use crate::tenant::Tenant;

/// Returns the access that accounts give to a record of that kind.
pub(super) fn level(
    org: &Tenant<'_>,
    viewer: &Viewer,
    guarded: &Guarded,
    record: &Row,
) -> Outcome<Level> {
    let own = own_account(viewer, guarded, record);
    let account = match guarded.below {
        Some(below) => below_account(org, viewer, below, text(record, "AccountId"))?,
        None if guarded.object == "Account" => above_records(org, viewer, text(record, "Id"))?,
        None => Level::None,
    };
    Ok(own.max(account))
}

/// External users read their own account and contact; those with a role the account's other contacts
/// too.
fn own_account(viewer: &Viewer, guarded: &Guarded, record: &Row) -> Level {
    let user = |field: &str| text(&viewer.user, field);
    if !viewer.is_external() {
        return Level::None;
    }
    let own = match guarded.object {
        "Account" => text(record, "Id") == user("AccountId"),
        "Contact" => {
            text(record, "Id") == user("ContactId")
                || !user("UserRoleId").is_empty() && text(record, "AccountId") == user("AccountId")
        }
        _ => false,
    };
    match own {
        true => Level::Read,
        false => Level::None,
    }
}

/// Records below an account are open to its owner as far as the owner's role says, and to users of its shares as far as
/// the share says.
fn below_account(
    org: &Tenant<'_>,
    viewer: &Viewer,
    (in_share, in_role): (&'static str, &str),
    account_id: &str,
) -> Outcome<Level> {
    let key = (in_share, account_id.to_owned());
    viewer.memo.below.get(key, |(in_share, account_id)| {
        below(org, viewer, (in_share, in_role), account_id)
    })
}

fn below(
    org: &Tenant<'_>,
    viewer: &Viewer,
    (in_share, in_role): (&str, &str),
    account_id: &str,
) -> Outcome<Level> {
    let accounts = Guarded::of("Account").expect("accounts are guarded");
    let Some(account) = org.row(accounts.object(), account_id)? else {
        return Ok(Level::None);
    };
    let mut level = shared(org, viewer, accounts, account_id, in_share)?;
    level = level.max(rules::below_account(org, viewer, &account, in_share)?);
    let owner_id = text(&account, "OwnerId");
    if hierarchy::reaches(org, viewer, owner_id)? {
        let owner = org.row(known("User"), owner_id)?.unwrap_or_default();
        let role = org.row(known("UserRole"), text(&owner, "UserRoleId"))?;
        let role = role.unwrap_or_default();
        level = level.max(Level::of(text(&role, in_role)));
    }
    Ok(level)
}

/// Users who have access to a record below the account may read the account.
fn above_records(org: &Tenant<'_>, viewer: &Viewer, account_id: &str) -> Outcome<Level> {
    if let Some(above) = viewer.memo.above.get() {
        return Ok(match above.contains(account_id) {
            true => Level::Read,
            false => Level::None,
        });
    }
    for guarded in GUARDED.iter().filter(|guarded| guarded.below.is_some()) {
        for record in org.rows(guarded.object(), &[("AccountId", Value::from(account_id))])? {
            if direct(org, viewer, guarded, &record)? > Level::None {
                return Ok(Level::Read);
            }
        }
    }
    Ok(Level::None)
}
