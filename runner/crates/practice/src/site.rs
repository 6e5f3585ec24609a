//! Sites: their addresses, and the users who may work on them (docs/salesforce/sites.md).

use serde_json::Value;

use crate::members::{self, Scope};
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text};
use crate::schema::{Object, object};
use crate::tenant::Tenant;

/// The end of the prefix that the record of a site of an LWR template holds
/// (docs/salesforce/sites.md#sites-of-lwr-templates).
const LWR_SUFFIX: &str = "vforcesite";

/// Prefixes that the platform keeps for itself. That there are some is public, these are \[inferred\]
/// (docs/salesforce/sites.md#names-and-addresses).
const RESERVED: [&str; 8] = [
    "apex",
    "home",
    "idp",
    "lightning",
    "login",
    "secur",
    "services",
    "sfsites",
];

/// The prefix that the record of a site holds.
pub(crate) fn kept_prefix(template: &str, prefix: &str) -> String {
    match is_lwr(template) {
        true => format!("{prefix}{LWR_SUFFIX}"),
        false => prefix.to_owned(),
    }
}

/// The prefix under which users find a site.
pub(crate) fn address_prefix(network: &Row) -> &str {
    let kept = text(network, "UrlPathPrefix");
    match is_lwr(text(network, "PracticeTemplate")) {
        true => kept.strip_suffix(LWR_SUFFIX).unwrap_or(kept),
        false => kept,
    }
}

pub(crate) fn is_reserved(prefix: &str) -> bool {
    RESERVED.contains(&prefix.to_lowercase().as_str())
}

/// The profile of the user who makes a site becomes a member of it, once `practice.creatorsProfileJoins` is on
/// (docs/salesforce/sites.md#members).
pub(crate) fn join_creator(org: &Tenant<'_>, network_id: &str, creator: &Row) -> Outcome<()> {
    if !org.is_on("practice.creatorsProfileJoins")? {
        return Ok(());
    }
    let groups = known("NetworkMemberGroup");
    let mut group = crate::row::blank(groups);
    group.extend([
        ("Id", Value::from(org.next_id(groups)?)),
        ("NetworkId", Value::from(network_id)),
        ("ParentId", Value::from(text(creator, "ProfileId"))),
        // With the site, at once [inferred].
        ("AssignmentStatus", Value::from("Added")),
    ]);
    org.insert(groups, &group)?;
    members::refresh(org, Scope::Network(network_id))
}

/// Refuses a user who customizes or publishes a site without being a member of it, once `practice.siteMembersOnly` is
/// on (docs/salesforce/sites.md#working-on-a-site).
pub(crate) fn refuse_strangers(org: &Tenant<'_>, network_id: &str) -> Outcome<()> {
    let member = [
        ("NetworkId", Value::from(network_id)),
        ("MemberId", Value::from(org.user_id.as_str())),
    ];
    if !org.is_on("practice.siteMembersOnly")? || org.count(known("NetworkMember"), &member)? > 0 {
        return Ok(());
    }
    // [inferred] The code and the text.
    let message = "You must be a member of the site to customize or publish it";
    Err(Refusal::new(403, "INSUFFICIENT_ACCESS", message))
}

fn is_lwr(template: &str) -> bool {
    template.ends_with("(LWR)")
}

fn known(name: &str) -> &'static Object {
    object(name).expect("the schema has it")
}

#[cfg(test)]
mod tests;
