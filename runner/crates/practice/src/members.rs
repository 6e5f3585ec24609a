//! Members of sites: active users who hold a profile or a permission set of one of the site's groups
//! (docs/salesforce/sites.md#members). Rows of `NetworkMember` are kept in line with that.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::mail;
use crate::recalculation::{self, Subject};
use crate::refusal::Outcome;
use crate::schema::object;
use crate::tenant::Tenant;

/// The users whose membership may have changed.
#[derive(Clone, Copy)]
pub(crate) enum Scope<'a> {
    Network(&'a str),
    User(&'a str),
}

/// Adds and removes members, and welcomes the new ones where the site is live. New memberships of a user may take their
/// time (docs/salesforce/sharing.md#recalculation).
pub(crate) fn refresh(org: &Tenant<'_>, scope: Scope<'_>) -> Outcome<()> {
    let Change { added, removed } = change(org, scope)?;
    let members = object("NetworkMember").expect("the schema has it");
    for (network_id, user_id) in removed {
        let row = [
            ("NetworkId", Value::from(network_id)),
            ("MemberId", Value::from(user_id)),
        ];
        org.remove(members, &row)?;
    }
    match scope {
        Scope::User(id)
            if !added.is_empty() && recalculation::begin(org, Subject::Members, id)? =>
        {
            Ok(())
        }
        _ => add(org, &added),
    }
}

/// Adds the members that are missing.
pub(crate) fn add_missing(org: &Tenant<'_>, scope: Scope<'_>) -> Outcome<()> {
    add(org, &change(org, scope)?.added)
}

fn add(org: &Tenant<'_>, added: &[Membership]) -> Outcome<()> {
    let members = object("NetworkMember").expect("the schema has it");
    for (network_id, user_id) in added {
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

/// Site and user.
type Membership = (String, String);

/// The memberships that are missing, and those that are too many.
struct Change {
    added: Vec<Membership>,
    removed: Vec<Membership>,
}

fn change(org: &Tenant<'_>, scope: Scope<'_>) -> Outcome<Change> {
    let (site, member, id) = match scope {
        Scope::Network(id) => ("g.\"NetworkId\" = ?", "\"NetworkId\" = ?", id),
        Scope::User(id) => ("u.\"Id\" = ?", "\"MemberId\" = ?", id),
    };
    // A group that waits for its removal still counts.
    let wanted = pairs(
        org,
        &format!(
            "SELECT g.\"NetworkId\", u.\"Id\" FROM \"NetworkMemberGroup\" g JOIN \"User\" u ON u.\"IsActive\" = 1 AND (u.\"ProfileId\" = g.\"ParentId\" OR EXISTS (SELECT 1 FROM \"PermissionSetAssignment\" a WHERE a.\"IsRevoked\" = 0 AND a.\"AssigneeId\" = u.\"Id\" AND a.\"PermissionSetId\" = g.\"ParentId\")) WHERE g.\"AssignmentStatus\" IN ('Added', 'WaitingForRemove') AND {site}"
        ),
        id,
    )?;
    let present = pairs(
        org,
        &format!("SELECT \"NetworkId\", \"MemberId\" FROM \"NetworkMember\" WHERE {member}"),
        id,
    )?;
    Ok(Change {
        added: wanted.difference(&present).cloned().collect(),
        removed: present.difference(&wanted).cloned().collect(),
    })
}

/// Welcomes every member who was not welcomed yet: a site that goes live does so (docs/salesforce/users.md#mails).
pub(crate) fn welcome_all(org: &Tenant<'_>, network_id: &str) -> Outcome<()> {
    mail::welcome_all(org, network_id)
}

fn pairs(org: &Tenant<'_>, sql: &str, id: &str) -> Outcome<BTreeSet<Membership>> {
    let mut statement = org.db.prepare_cached(sql)?;
    let found = statement.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}
