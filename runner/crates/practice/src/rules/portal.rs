//! Portal roles: what the platform makes, names, moves and removes by itself when external users of an account are
//! enabled (docs/salesforce/roles.md#account-roles).
//!
//! Two families that never mix: customer and partner roles. An account has its own roles, one to three levels. With
//! *Minimize the number of roles* on, and for person accounts, users share one role of the account's owner until the
//! account gets its own (docs/salesforce/roles.md#shared-roles).

use serde_json::Value;

use crate::language;
use crate::refusal::{Outcome, Refusal};
use crate::row::{Row, text, truth};
use crate::rules::known;
use crate::rules::user_role::{developer_name, free_developer_name};
use crate::tenant::Tenant;

pub(super) use crate::rules::portal::changes::{
    account_deleted, account_renamed, owner_changed, owner_moved, owns_portal_accounts,
    role_deleted,
};
pub(super) use crate::rules::portal::switches::{customers_disabled, partner_switched};

mod changes;
mod switches;

/// Stored value, word in the name; lowest first.
const LEVELS: [(&str, &str); 3] = [
    ("Worker", "User"),
    ("Manager", "Manager"),
    ("Executive", "Executive"),
];

const SHARED: &str = "PersonAccount";

/// Customer or partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    Customer,
    Partner,
}

/// A user who is about to be saved.
pub(super) struct Candidate<'a> {
    pub(super) id: &'a str,
    pub(super) account: &'a Row,
    pub(super) family: Family,
    /// As sent; empty: the platform chooses.
    pub(super) level: &'a str,
    pub(super) is_active: bool,
}

impl Family {
    /// Returns the family of a user type; none for internal users and for licenses without roles
    /// (docs/salesforce/users.md#user-types).
    pub(super) fn of(user_type: &str) -> Option<Self> {
        match user_type {
            "PowerPartner" => Some(Self::Partner),
            "PowerCustomerSuccess" | "CustomerSuccess" => Some(Self::Customer),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Customer => "Customer",
            Self::Partner => "Partner",
        }
    }

    fn portal_type(self) -> &'static str {
        match self {
            Self::Customer => "CustomerPortal",
            Self::Partner => "Partner",
        }
    }
}

/// The role of an active user of the account, made where it is missing. Moves the account's other
/// users when it gets roles of its own.
pub(super) fn role_of(org: &Tenant<'_>, candidate: &Candidate<'_>) -> Outcome<Row> {
    let Candidate {
        account,
        family,
        level,
        ..
    } = *candidate;
    let owner = org
        .row(known("User"), text(account, "OwnerId"))?
        .unwrap_or_default();
    let minimised = org.is_on("SharingSettings.enableAccountRoleOptimization")?;
    // [inferred] Users of person accounts always share a role (docs/salesforce/roles.md#shared-roles).
    if truth(account, "IsPersonAccount") {
        return shared(org, &owner, family);
    }
    let mut roles = account_roles(org, text(account, "Id"), family)?;
    if level == SHARED {
        // A client asked for the shared role, which the setting must allow (docs/salesforce/roles.md#shared-roles).
        return match minimised {
            true => shared(org, &owner, family),
            false => Err(no_such_level(level)),
        };
    }
    if roles.is_empty() {
        let others = others(org, candidate)?;
        // The first *active* user shares, the second brings the account its roles
        // (docs/salesforce/roles.md#shared-roles).
        let second = candidate.is_active && others.iter().any(|other| truth(other, "IsActive"));
        if minimised && !second {
            return shared(org, &owner, family);
        }
        roles = make_account_roles(org, account, &owner, family)?;
        let lowest = role_at(&roles, "Worker")?;
        // A user who lost the role with the account's others gets one when enabled again, not before [inferred].
        let placed = |user: &&Row| !text(user, "UserRoleId").is_empty();
        for other in others.iter().filter(placed) {
            let moved = [
                ("UserRoleId", Value::from(text(&lowest, "Id"))),
                ("PortalRole", Value::from("Worker")),
            ];
            org.set(known("User"), text(other, "Id"), &moved)?;
        }
    }
    match level {
        "" => role_at(&roles, "Worker"),
        level => role_at(&roles, level),
    }
}

/// The refusal of docs/salesforce/roles.md#owner-needs-a-role.
pub(super) fn owner_without_role() -> Refusal {
    Refusal::save(
        "UNKNOWN_EXCEPTION",
        "portal account owner must have a role",
        &[],
    )
}

/// Users of the role lose it, and their level: enabled again, a user gets what the account has then.
fn leave_role(org: &Tenant<'_>, role_id: &str) -> Outcome<()> {
    for user in org.rows(known("User"), &[("UserRoleId", Value::from(role_id))])? {
        let none = [("UserRoleId", Value::Null), ("PortalRole", Value::Null)];
        org.set(known("User"), text(&user, "Id"), &none)?;
    }
    Ok(())
}

/// Returns the role that users of the owner's accounts share: `<alias> Customer Person Account`
/// (docs/salesforce/roles.md#shared-roles). Partners share one of the same name with *Partner* \[inferred\].
fn shared(org: &Tenant<'_>, owner: &Row, family: Family) -> Outcome<Row> {
    let roles = known("UserRole");
    let key = [
        ("PortalAccountOwnerId", Value::from(text(owner, "Id"))),
        ("PortalType", Value::from(family.portal_type())),
    ];
    if let Some(role) = org.rows(roles, &key)?.into_iter().next() {
        return Ok(role);
    }
    let words = language::role_words(org, &format!("{} Person Account", family.word()))?;
    let name = format!("{} {words}", text(owner, "Alias"));
    let role = portal_role(org, &name, SHARED, family, text(owner, "UserRoleId"))?;
    make(org, role, ("PortalAccountOwnerId", text(owner, "Id")))
}

/// Makes as many levels as the setting says, each below the next, the top one below the role of the account's owner
/// (docs/salesforce/roles.md#account-roles). Lowest first.
fn make_account_roles(
    org: &Tenant<'_>,
    account: &Row,
    owner: &Row,
    family: Family,
) -> Outcome<Vec<Row>> {
    let setting = match family {
        Family::Customer => "practice.numberOfCustomerRoles",
        Family::Partner => "practice.numberOfPartnerRoles",
    };
    let count = org
        .setting(setting)?
        .and_then(|count| count.as_u64())
        .unwrap_or(1)
        .clamp(1, 3);
    let levels = LEVELS
        .iter()
        .take(usize::try_from(count).expect("at most three"));
    let mut parent = text(owner, "UserRoleId").to_owned();
    let mut roles = Vec::new();
    for (level, word) in levels.rev() {
        let words = language::role_words(org, &format!("{} {word}", family.word()))?;
        let name = format!("{} {words}", text(account, "Name"));
        let role = portal_role(org, &name, level, family, &parent)?;
        let role = make(org, role, ("PortalAccountId", text(account, "Id")))?;
        text(&role, "Id").clone_into(&mut parent);
        roles.insert(0, role);
    }
    Ok(roles)
}

fn portal_role(
    org: &Tenant<'_>,
    name: &str,
    level: &str,
    family: Family,
    parent: &str,
) -> Outcome<Row> {
    let mut role = crate::row::blank(known("UserRole"));
    let developer_name = free_developer_name(org, &developer_name(name))?;
    role.extend([
        ("Name", Value::from(name)),
        ("DeveloperName", Value::from(developer_name)),
        ("PortalRole", Value::from(level)),
        ("PortalType", Value::from(family.portal_type())),
        ("ParentRoleId", Value::from(parent)),
    ]);
    Ok(role)
}

fn make(org: &Tenant<'_>, mut role: Row, whose: (&'static str, &str)) -> Outcome<Row> {
    let roles = known("UserRole");
    role.insert(whose.0, Value::from(whose.1));
    role.insert("Id", Value::from(org.next_id(roles)?));
    org.insert(roles, &role)?;
    Ok(role)
}

/// Lowest first.
fn account_roles(org: &Tenant<'_>, account_id: &str, family: Family) -> Outcome<Vec<Row>> {
    let key = [
        ("PortalAccountId", Value::from(account_id)),
        ("PortalType", Value::from(family.portal_type())),
    ];
    let mut roles = org.rows(known("UserRole"), &key)?;
    roles.sort_by_key(|role| height(text(role, "PortalRole")));
    Ok(roles)
}

fn role_at(roles: &[Row], level: &str) -> Outcome<Row> {
    let role = roles.iter().find(|role| text(role, "PortalRole") == level);
    role.cloned().ok_or_else(|| no_such_level(level))
}

/// The words of Salesforce are not known \[inferred\] (docs/salesforce/roles.md#levels-that-do-not-exist).
fn no_such_level(level: &str) -> Refusal {
    let message = format!("The account has no portal role of level {level}");
    Refusal::save("INVALID_CROSS_REFERENCE_KEY", message, &["PortalRole"])
}

/// 0 for the lowest.
fn height(level: &str) -> usize {
    let place = LEVELS.iter().position(|(known, _)| *known == level);
    place.unwrap_or(LEVELS.len() - 1)
}

/// The account's other users of the family.
fn others(org: &Tenant<'_>, candidate: &Candidate<'_>) -> Outcome<Vec<Row>> {
    let account = [("AccountId", Value::from(text(candidate.account, "Id")))];
    let mut users = role_users(org, &account)?;
    users.retain(|user| {
        text(user, "Id") != candidate.id
            && Family::of(text(user, "UserType")) == Some(candidate.family)
    });
    Ok(users)
}

fn role_users(org: &Tenant<'_>, holds: &[(&str, Value)]) -> Outcome<Vec<Row>> {
    let mut users = org.rows(known("User"), holds)?;
    users.retain(|user| Family::of(text(user, "UserType")).is_some());
    Ok(users)
}
