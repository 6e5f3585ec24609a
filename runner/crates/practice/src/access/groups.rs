//! The groups of users that sharing rules share with and from (docs/salesforce/sharing.md#groups): those of roles, of
//! all users of a kind, and public groups.

use std::collections::BTreeSet;

use serde_json::Value;
use usher_core::component::texts;

use crate::access::{Viewer, hierarchy, known};
use crate::components::Content;
use crate::refusal::Outcome;
use crate::row::{Row, text};
use crate::tenant::Tenant;

/// The elements of `SharedTo` that the practice org knows.
const KINDS: [&str; 10] = [
    "allCustomerPortalUsers",
    "allInternalUsers",
    "allPartnerUsers",
    "group",
    "groups",
    "portalRole",
    "portalRoleAndSubordinates",
    "role",
    "roleAndSubordinates",
    "roleAndSubordinatesInternal",
];

/// A group of users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// Users of that type: all partners, all customers; empty: all internal users.
    Kind(&'static str),
    /// Users of that role.
    Role(String),
    /// Users of that role and of those below it.
    RoleAndBelow(String),
    /// The same without external users.
    RoleAndInternal(String),
    /// Members of that public group.
    Public(String),
}

/// Every kind and name that a `SharedTo` holds.
pub(crate) fn named(shared: &Content) -> impl Iterator<Item = (&str, &str)> {
    let kinds = shared.keys();
    kinds.flat_map(|kind| texts(shared, kind).map(|name| (kind.as_str(), name)))
}

impl Target {
    /// The group of that kind and name; none when it is missing, or of a kind that the practice org does not know.
    pub(crate) fn of(org: &Tenant<'_>, kind: &str, name: &str) -> Outcome<Option<Self>> {
        if !KINDS.contains(&kind) {
            return Ok(None);
        }
        Ok(match kind {
            "allInternalUsers" => Some(Self::Kind("")),
            "allPartnerUsers" => Some(Self::Kind("PowerPartner")),
            // High-volume users are in no group (docs/salesforce/sharing.md#groups).
            "allCustomerPortalUsers" => Some(Self::Kind("PowerCustomerSuccess")),
            "group" | "groups" => public(org, name)?.map(Self::Public),
            "role" => role(org, name, false)?.map(Self::Role),
            "portalRole" => role(org, name, true)?.map(Self::Role),
            "roleAndSubordinates" => role(org, name, false)?.map(Self::RoleAndBelow),
            "portalRoleAndSubordinates" => role(org, name, true)?.map(Self::RoleAndBelow),
            _ => role(org, name, false)?.map(Self::RoleAndInternal),
        })
    }

    /// Says whether the group holds the user of that id.
    pub(crate) fn holds(&self, org: &Tenant<'_>, user_id: &str) -> Outcome<bool> {
        let user = org.row(known("User"), user_id)?.unwrap_or_default();
        self.holds_user(org, &user, &mut BTreeSet::new())
    }

    fn holds_user(
        &self,
        org: &Tenant<'_>,
        user: &Row,
        seen: &mut BTreeSet<String>,
    ) -> Outcome<bool> {
        let external = !text(user, "ContactId").is_empty();
        let own = text(user, "UserRoleId");
        match self {
            Self::Kind("") => Ok(!external && text(user, "UserType") == "Standard"),
            Self::Kind(kind) => Ok(text(user, "UserType") == *kind),
            Self::Role(role) => Ok(own == role),
            Self::RoleAndBelow(role) => Ok(own == role || hierarchy::is_below(org, own, role)?),
            Self::RoleAndInternal(role) => {
                Ok(!external && (own == role || hierarchy::is_below(org, own, role)?))
            }
            Self::Public(group) => holds_member(org, group, user, seen),
        }
    }

    /// Says whether the group opens something to the viewer: the viewer is in it, or above one who is in it.
    pub(super) fn reaches(&self, org: &Tenant<'_>, viewer: &Viewer) -> Outcome<bool> {
        if self.holds_user(org, &viewer.user, &mut BTreeSet::new())? {
            return Ok(true);
        }
        for user_id in hierarchy::users_below(org, viewer)? {
            if self.holds(org, &user_id)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn holds_member(
    org: &Tenant<'_>,
    group_id: &str,
    user: &Row,
    seen: &mut BTreeSet<String>,
) -> Outcome<bool> {
    // A group that holds itself is entered once.
    if !seen.insert(group_id.to_owned()) {
        return Ok(false);
    }
    let group = org.row(known("Group"), group_id)?.unwrap_or_default();
    let role = text(&group, "RelatedId").to_owned();
    let of_role = match text(&group, "Type") {
        "Role" => Some(Target::Role(role)),
        "RoleAndSubordinates" => Some(Target::RoleAndBelow(role)),
        "RoleAndSubordinatesInternal" => Some(Target::RoleAndInternal(role)),
        _ => None,
    };
    if let Some(target) = of_role {
        return target.holds_user(org, user, seen);
    }
    // High-volume users are in no group (docs/salesforce/sharing.md#groups).
    if text(user, "UserType") == "CspLitePortal" {
        return Ok(false);
    }
    for member in org.rows(known("GroupMember"), &[("GroupId", Value::from(group_id))])? {
        let member_id = text(&member, "UserOrGroupId");
        if member_id == text(user, "Id")
            || member_id.starts_with(known("Group").prefix)
                && holds_member(org, member_id, user, seen)?
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The public group of that developer name.
fn public(org: &Tenant<'_>, name: &str) -> Outcome<Option<String>> {
    let holds = [
        ("DeveloperName", Value::from(name)),
        ("Type", Value::from("Regular")),
    ];
    let found = org.rows(known("Group"), &holds)?;
    Ok(found.first().map(|group| text(group, "Id").to_owned()))
}

/// The role of that developer name: one of an external account, or one that is not.
fn role(org: &Tenant<'_>, name: &str, portal: bool) -> Outcome<Option<String>> {
    let found = org.rows(known("UserRole"), &[("DeveloperName", Value::from(name))])?;
    let mut fitting = found.iter().filter(|role| {
        let kind = text(role, "PortalType");
        portal != matches!(kind, "" | "None")
    });
    Ok(fitting.next().map(|role| text(role, "Id").to_owned()))
}
