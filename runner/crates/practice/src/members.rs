//! Members of sites: active users who hold a profile or a permission set of one of the site's groups
//! (docs/salesforce/sites.md#members). Rows of `NetworkMember` are kept in line with that.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::mail;
use crate::refusal::Outcome;
use crate::schema::object;
use crate::tenant::Tenant;

/// The users whose membership may have changed.
#[derive(Clone, Copy)]
pub(crate) enum Scope<'a> {
    Network(&'a str),
    User(&'a str),
}

/// Adds and removes members, and welcomes the new ones where the site is live.
pub(crate) fn refresh(org: &Tenant<'_>, scope: Scope<'_>) -> Outcome<()> {
    let (site, member, id) = match scope {
        Scope::Network(id) => ("g.\"NetworkId\" = ?", "\"NetworkId\" = ?", id),
        Scope::User(id) => ("u.\"Id\" = ?", "\"MemberId\" = ?", id),
    };
    // A group that waits for its removal still counts.
    let wanted = pairs(
        org,
        &format!(
            "SELECT g.\"NetworkId\", u.\"Id\" FROM \"NetworkMemberGroup\" g JOIN \"User\" u ON u.\"IsActive\" = 1 AND (u.\"ProfileId\" = g.\"ParentId\" OR EXISTS (SELECT 1 FROM \"PermissionSetAssignment\" a WHERE a.\"AssigneeId\" = u.\"Id\" AND a.\"PermissionSetId\" = g.\"ParentId\")) WHERE g.\"AssignmentStatus\" IN ('Added', 'WaitingForRemove') AND {site}"
        ),
        id,
    )?;
    let present = pairs(
        org,
        &format!("SELECT \"NetworkId\", \"MemberId\" FROM \"NetworkMember\" WHERE {member}"),
        id,
    )?;
    let members = object("NetworkMember").expect("the schema has it");
    for (network_id, user_id) in present.difference(&wanted) {
        let row = [
            ("NetworkId", Value::from(network_id.as_str())),
            ("MemberId", Value::from(user_id.as_str())),
        ];
        org.remove(members, &row)?;
    }
    for (network_id, user_id) in wanted.difference(&present) {
        let mut row = crate::row::blank(members);
        row.extend([
            ("Id", Value::from(org.next_id(members)?)),
            ("NetworkId", Value::from(network_id.as_str())),
            ("MemberId", Value::from(user_id.as_str())),
        ]);
        org.insert(members, &row)?;
        mail::welcome(org, network_id, user_id)?;
    }
    Ok(())
}

/// Welcomes every member who was not welcomed yet: a site that goes live does so (docs/salesforce/users.md#mails).
pub(crate) fn welcome_all(org: &Tenant<'_>, network_id: &str) -> Outcome<()> {
    mail::welcome_all(org, network_id)
}

fn pairs(org: &Tenant<'_>, sql: &str, id: &str) -> Outcome<BTreeSet<(String, String)>> {
    let mut statement = org.db.prepare_cached(sql)?;
    let found = statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}
