//! User access policies at work (docs/salesforce/permission-sets.md#user-access-policies): when a user is saved, the
//! first active policy that fits grants or takes permission sets, groups and licenses. No policy triggers another.

use serde_json::Value;
use usher_core::component::{parts, texts};

use crate::access::criteria;
use crate::components::{self, Content};
use crate::full_name;
use crate::members::{self, Scope};
use crate::refusal::Outcome;
use crate::row::{Row, text, truth};
use crate::schema::{Object, object};
use crate::tenant::Tenant;

/// The kind of components that are policies.
pub(crate) const KIND: &str = "UserAccessPolicy";

/// The save that a policy may act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trigger {
    Create,
    Update,
}

/// Something that a policy grants or takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Set(String),
    /// A group, and the set behind it.
    SetGroup(String, String),
    License(String),
    Group(String),
}

/// Lets the first policy that fits act on a user who was saved: of those that are active the one of the lowest order.
pub(crate) fn act(org: &Tenant<'_>, user_id: &str, trigger: Trigger) -> Outcome<()> {
    let mut policies = components::list(org, KIND)?;
    policies.retain(|(_, policy)| {
        let on = one(policy, "triggerType");
        let fits = match trigger {
            Trigger::Create => matches!(on, "Create" | "CreateAndUpdate"),
            Trigger::Update => matches!(on, "Update" | "CreateAndUpdate"),
        };
        one(policy, "status") == "Active" && fits
    });
    policies.sort_by_key(|(_, policy)| one(policy, "order").parse::<u32>().unwrap_or(u32::MAX));
    if policies.is_empty() {
        return Ok(());
    }
    let user = &org.row(known("User"), user_id)?.unwrap_or_default();
    for (_, policy) in policies {
        if !fits(org, user, &policy)? {
            continue;
        }
        for action in parts(&policy, "userAccessPolicyActions") {
            let Some(target) = target(org, one(action, "type"), one(action, "target"))? else {
                continue;
            };
            match one(action, "action") {
                "Grant" => grant(org, user, &target)?,
                _ => take(org, user, &target)?,
            }
        }
        return members::refresh(org, Scope::User(user_id));
    }
    Ok(())
}

/// The thing of that type and developer name.
pub(crate) fn target(org: &Tenant<'_>, kind: &str, name: &str) -> Outcome<Option<Target>> {
    let first = |object: &str, holds: &[(&str, Value)]| -> Outcome<Option<String>> {
        let rows = org.rows(known(object), holds)?;
        Ok(rows.first().map(|row| text(row, "Id").to_owned()))
    };
    Ok(match kind {
        "PermissionSet" => {
            let (namespace, name) = match name.split_once("__") {
                Some((namespace, name)) => (Value::from(namespace), name),
                None => (Value::Null, name),
            };
            let holds = [
                ("Name", Value::from(name)),
                ("NamespacePrefix", namespace),
                ("IsOwnedByProfile", Value::from(false)),
            ];
            first("PermissionSet", &holds)?.map(Target::Set)
        }
        "PermissionSetGroup" => {
            let group = first(kind, &[("DeveloperName", Value::from(name))])?;
            let behind = match &group {
                Some(group) => {
                    let holds = [("PermissionSetGroupId", Value::from(group.as_str()))];
                    first("PermissionSet", &holds)?
                }
                None => None,
            };
            group
                .zip(behind)
                .map(|(group, set)| Target::SetGroup(group, set))
        }
        "PermissionSetLicense" => {
            first(kind, &[("DeveloperName", Value::from(name))])?.map(Target::License)
        }
        "Group" => first(kind, &[("DeveloperName", Value::from(name))])?.map(Target::Group),
        // Queues and licenses of packages are not in the practice org.
        _ => None,
    })
}

fn fits(org: &Tenant<'_>, user: &Row, policy: &Content) -> Outcome<bool> {
    let mut answers = Vec::new();
    for filter in parts(policy, "userAccessPolicyFilters") {
        let place: usize = one(filter, "sortOrder").parse().unwrap_or(0);
        answers.push((place, matches(org, user, filter)?));
    }
    answers.sort_by_key(|(place, _)| *place);
    let answers: Vec<bool> = answers.into_iter().map(|(_, answer)| answer).collect();
    Ok(criteria::joined(one(policy, "booleanFilter"), &answers))
}

fn matches(org: &Tenant<'_>, user: &Row, filter: &Content) -> Outcome<bool> {
    let kind = one(filter, "type");
    let named = one(filter, "target").split(',').map(str::trim);
    let named: Vec<&str> = named.collect();
    let is_named = |name: &str| named.iter().any(|wanted| wanted.eq_ignore_ascii_case(name));
    let holds = match kind {
        "User" => {
            let there = org.any_field(known("User"), one(filter, "columnName"))?;
            let there = there.and_then(|field| user.get(field.name)).cloned();
            let there = match there.unwrap_or_default() {
                Value::String(text) => text,
                Value::Null => String::new(),
                other => other.to_string(),
            };
            there.eq_ignore_ascii_case(one(filter, "value"))
        }
        "Profile" => {
            let row = org.row(known(kind), text(user, "ProfileId"))?;
            let row = row.unwrap_or_default();
            is_named(full_name::of(&row)) || is_named(text(&row, "Name"))
        }
        "UserRole" => {
            let row = org.row(known(kind), text(user, "UserRoleId"))?;
            is_named(text(&row.unwrap_or_default(), "DeveloperName"))
        }
        kind => {
            let mut holds = false;
            for name in &named {
                if let Some(target) = target(org, kind, name)? {
                    holds |= held(org, user, &target)?;
                }
            }
            holds
        }
    };
    Ok(match one(filter, "operation") {
        "notEquals" => !holds,
        _ => holds,
    })
}

fn held(org: &Tenant<'_>, user: &Row, target: &Target) -> Outcome<bool> {
    let (object, holds) = holding(user, target);
    let rows = org.rows(object, &holds)?;
    Ok(rows.iter().any(|row| !truth(row, "IsRevoked")))
}

/// A set whose license the user does not have is not granted \[inferred\].
fn grant(org: &Tenant<'_>, user: &Row, target: &Target) -> Outcome<()> {
    let (object, holds) = holding(user, target);
    let rows = org.rows(object, &holds)?;
    if let Some(row) = rows.first() {
        return match truth(row, "IsRevoked") {
            true => revoke(org, text(row, "Id"), false),
            false => Ok(()),
        };
    }
    if let Target::Set(set) | Target::SetGroup(_, set) = target {
        let set = org.row(known("PermissionSet"), set)?.unwrap_or_default();
        let license = text(&set, "LicenseId");
        if license.starts_with(known("UserLicense").prefix) {
            let profile = org.row(known("Profile"), text(user, "ProfileId"))?;
            if text(&profile.unwrap_or_default(), "UserLicenseId") != license {
                return Ok(());
            }
        } else if !license.is_empty() {
            grant(org, user, &Target::License(license.to_owned()))?;
        }
    }
    let mut row = crate::row::blank(object);
    row.extend(holds);
    row.insert("Id", Value::from(org.next_id(object)?));
    if let Target::SetGroup(group, _) = target {
        row.insert("PermissionSetGroupId", Value::from(group.as_str()));
    }
    org.insert(object, &row)
}

/// An assignment that a policy takes stays as a row that is revoked; other things go.
fn take(org: &Tenant<'_>, user: &Row, target: &Target) -> Outcome<()> {
    let (object, holds) = holding(user, target);
    for row in org.rows(object, &holds)? {
        match target {
            Target::Set(_) | Target::SetGroup(..) => revoke(org, text(&row, "Id"), true)?,
            Target::License(_) | Target::Group(_) => {
                org.remove(object, &[("Id", Value::from(text(&row, "Id")))])?;
            }
        }
    }
    Ok(())
}

/// That a revoked assignment is not active is \[inferred\].
fn revoke(org: &Tenant<'_>, assignment_id: &str, revoked: bool) -> Outcome<()> {
    let fields = [
        ("IsRevoked", Value::from(revoked)),
        ("IsActive", Value::from(!revoked)),
    ];
    org.set(known("PermissionSetAssignment"), assignment_id, &fields)
}

/// The object of the rows that say that a user has something, and what they hold.
fn holding(user: &Row, target: &Target) -> (&'static Object, [(&'static str, Value); 2]) {
    let user_id = Value::from(text(user, "Id"));
    let (object, [whose, what], id) = match target {
        Target::Set(id) | Target::SetGroup(_, id) => (
            "PermissionSetAssignment",
            ["AssigneeId", "PermissionSetId"],
            id,
        ),
        Target::License(id) => (
            "PermissionSetLicenseAssign",
            ["AssigneeId", "PermissionSetLicenseId"],
            id,
        ),
        Target::Group(id) => ("GroupMember", ["UserOrGroupId", "GroupId"], id),
    };
    (
        known(object),
        [(whose, user_id), (what, Value::from(id.as_str()))],
    )
}

fn one<'c>(content: &'c Content, element: &str) -> &'c str {
    texts(content, element).next().unwrap_or_default()
}

fn known(name: &str) -> &'static Object {
    object(name).expect("the schema has it")
}

#[cfg(test)]
mod tests;
